"""What stands in each document: from a case's state to the data that its template sets.

What is not public shows only its neutral designation in everything that is (``Teil.OEFFENTLICH``, ``Teil.INTERNET``).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any

from lifecycle import grunddaten
from lifecycle.ablehnung import FalscheStufe, Unbekannt
from lifecycle.auftrag.faelligkeit import FAELLIGKEIT, due_text
from lifecycle.fristen import find
from lifecycle.kern import BERLIN
from lifecycle.nennen import votes
from lifecycle.sitzung.folgen import status_shown
from lifecycle.sitzung.niederschrift import signed
from lifecycle.sitzung.tagesordnung import copy_of, find_top
from schemas.auftrag import Auftrag
from schemas.basis import Modell
from schemas.beratung import Beschluss, TopStatus, Vollzug
from schemas.sitzung import Anwesenheit, Lieferung, Sitzung, Top
from schemas.vorlage import Vorlage

Lesen = Callable[[str], bytes]
"""Content of a document by its digest; raises DokumentFehlt, DokumentBeschaedigt."""


class Teil(StrEnum):
    """Which readers a document is for: those entitled to everything, or the public, or only one part of the minutes."""

    INTERN = "intern"
    OEFFENTLICH = "oeffentlich"
    NICHTOEFFENTLICH = "nichtoeffentlich"
    INTERNET = "internet"

    def shows(self, oeffentlich: bool) -> bool:
        """Whether it shows the content of something public or not."""
        return {Teil.INTERN: True, Teil.NICHTOEFFENTLICH: not oeffentlich}.get(self, oeffentlich)


class Schriftstueck(Modell):
    """A document to be set: its template, its data, its date, and a name for the file (without ending)."""

    vorlage: str
    daten: dict[str, Any]
    zeit: dt.datetime
    name: str


def _made(vorlage: str, kommune: str, titel: str, zeit: dt.datetime | None, name: str, **daten: Any) -> Schriftstueck:
    assert zeit is not None  # every case has a last entry
    alles = {"kommune": kommune, "titel": titel, "fusszeile": f"{kommune} · {titel}", **daten}
    return Schriftstueck(vorlage=vorlage, daten=alles, zeit=zeit, name=name)


def _day(zeit: dt.datetime | None) -> str:
    return f"{zeit.astimezone(BERLIN):%d.%m.%Y}" if zeit else ""


def _clock(zeit: dt.datetime | None) -> str:
    return f"{zeit.astimezone(BERLIN):%H:%M}" if zeit else ""


def _text(lies: Lesen, digest: str) -> str:
    try:
        return lies(digest).decode()
    except UnicodeDecodeError:
        return "(liegt als Datei bei)"


# --- paper --------------------------------------------------------------------------------------------------------------


def paper(z: Vorlage, kommune: str, lies: Lesen, teil: Teil = Teil.INTERN) -> Schriftstueck:
    """The paper in its newest version. For the public only when it is released; not public at all: its designation."""
    offen = teil.shows(z.oeffentlich)
    if teil is not Teil.INTERN and z.fassung.freigabe is None:
        raise FalscheStufe("Diese Vorlage ist nicht freigegeben; eine öffentliche Fassung gibt es noch nicht.")
    nummer = f"{z.nummer or 'ohne Nummer'}{z.fassung.zusatz or ''}"
    betreff = z.betreff if offen else z.bezeichnung or "nichtöffentlich"
    felder = [["Betreff", betreff], *([n, w] for n, w in grunddaten.of_paper(z).items() if n != "Betreff")]
    if z.aktenzeichen and teil is Teil.INTERN:
        felder.append(["Aktenzeichen", z.aktenzeichen])
    return _made(
        "vorlage", kommune, f"{z.vorlageart_name} - {nummer}", z.zuletzt, f"vorlage-{nummer.replace('/', '-')}",
        felder=felder,
        vermerk=None if z.fassung.freigabe else "Entwurf, nicht freigegeben",
        beratungen=[row for b in z.beratungen if teil.shows(b.oeffentlich) for row in _treatments(b)],
        abschnitte=[{"name": a.name, "text": _text(lies, a.digest)} for a in z.fassung.abschnitte] if offen else [],
        anlagen=[a.name if teil.shows(a.oeffentlich) else a.bezeichnung or "nichtöffentliche Anlage" for a in z.fassung.anlagen]
        if offen
        else [],
    )  # fmt: skip


def _treatments(b: Any) -> Iterator[list[str]]:
    rolle = b.rolle or "nicht hinterlegt"
    if not b.behandlungen:
        yield ["", b.gremium.anzeige, rolle, b.status.value]
    for t in b.behandlungen:
        yield [_day(t.beginn), b.gremium.anzeige, rolle, t.beschluss.wortlaut if t.beschluss else t.status.value]


# --- invitation ---------------------------------------------------------------------------------------------------------


def invitation(z: Sitzung, kommune: str, teil: Teil = Teil.INTERN) -> Schriftstueck:
    """The invitation with the agenda as it stands, numbered as it is numbered."""
    assert z.gremium is not None  # every meeting has one from its first entry on
    wo = ", ".join(w for w in (z.raum, z.ort) if w)
    gremien = ", ".join(g.name for g in (z.gremium, *z.weitere_gremien))
    fassung = z.tagesordnungen[-1] if z.tagesordnungen else None
    nachtrag = f" ({fassung.nr}. Fassung vom {_day(fassung.am)})" if fassung and fassung.art.value == "nachtrag" else ""
    return _made(
        "einladung", kommune, f"Einladung: {gremien}{nachtrag}", z.zuletzt, f"einladung-{_day(z.beginn)}",
        felder=[
            ["Sitzung", gremien],
            ["Datum", _day(z.beginn)],
            ["Beginn", f"{_clock(z.beginn)} Uhr"],
            ["Ort", wo or "nicht hinterlegt"],
        ],
        anrede="Zu dieser Sitzung wird eingeladen. Es ist folgende Tagesordnung vorgesehen:",
        vermerk=None if z.eingeladen_am else "Entwurf, noch nicht eingeladen",
        oeffentlich=[_point(z, t, teil) for t in z.tops if t.oeffentlich],
        nichtoeffentlich=[_point(z, t, teil) for t in z.tops if not t.oeffentlich],
        hinweise=list(_notes(z, teil)),
    )  # fmt: skip


def _point(z: Sitzung, top: Top, teil: Teil) -> dict[str, str]:
    zusatz = {
        TopStatus.ABGESETZT: " (abgesetzt)",
        TopStatus.ZURUECKGEZOGEN: " (zurückgezogen)",
    }.get(top.status, "")
    nicht_frei = any((k := copy_of(z, tv.vorlage)) and not k.freigegeben for tv in top.vorlagen)
    if nicht_frei and teil is Teil.INTERN:
        zusatz += " (nicht freigegeben)"
    worum = top.titel if teil is Teil.INTERN else public_title(z, top)
    return {"nummer": top.nummer, "titel": worum + zusatz, "vorlage": _papers(z, top, teil)}


def public_title(z: Sitzung, top: Top) -> str:
    """What anybody may read of an item beforehand: no subject of a paper that is not public or not released."""
    kopien = [k for tv in top.vorlagen if (k := copy_of(z, tv.vorlage))]
    if top.oeffentlich and all(k.oeffentlich and k.freigegeben for k in kopien):
        return top.titel
    neutral = top.bezeichnung or next((k.bezeichnung for k in kopien if k.bezeichnung), None)
    return neutral or ("Vorlage der Verwaltung" if top.oeffentlich else "Nichtöffentliche Angelegenheit")


def title(top: Top, teil: Teil) -> str:
    """The item's title, or its neutral designation for those who may not read it."""
    offen = teil in (Teil.INTERN, Teil.NICHTOEFFENTLICH) or top.oeffentlich
    return top.titel if offen else top.bezeichnung or "Nichtöffentliche Angelegenheit"


def _papers(z: Sitzung, top: Top, teil: Teil) -> str:
    if teil is not Teil.INTERN and not top.oeffentlich:
        return ""
    lieferung = {Lieferung.NACHTRAG: " (Nachtrag)", Lieferung.TISCHVORLAGE: " (Tischvorlage)"}
    nummern = ((copy_of(z, tv.vorlage), lieferung.get(tv.lieferung, "")) for tv in top.vorlagen)
    return ", ".join(f"{k.nummer}{k.fassung or ''}{wie}" for k, wie in nummern if k and k.nummer)


def _notes(z: Sitzung, teil: Teil) -> Iterator[str]:
    if z.ladung:
        yield f"{z.ladung.regel}; letzter Tag der {z.ladung.letzter_tag:%d.%m.%Y}."
    if teil is Teil.INTERN:
        for a in z.abweichungen:
            yield f"Abweichung: {a.regel}. {a.grund or ''}".strip()


# --- minutes ------------------------------------------------------------------------------------------------------------


def minutes(z: Sitzung, kommune: str, lies: Lesen, teil: Teil) -> Schriftstueck:
    """One part of the minutes. The internet version has texts of its own, and names nobody who attended or spoke."""
    assert z.gremium is not None  # every meeting has one from its first entry on
    namen = teil is not Teil.INTERNET
    punkte = [_minute(z, t, lies, teil) for t in z.tops if teil.shows(t.oeffentlich)]
    if teil in (Teil.OEFFENTLICH, Teil.INTERNET):
        punkte += [_hidden(t) for t in z.tops if not t.oeffentlich]
    art = (z.niederschriftart or "niederschrift").capitalize()
    worte = {
        Teil.OEFFENTLICH: "öffentlicher Teil",
        Teil.NICHTOEFFENTLICH: "nichtöffentlicher Teil",
        Teil.INTERNET: "Internetfassung",
    }
    return _made(
        "niederschrift", kommune, f"{art}: {z.gremium.name}, {_day(z.beginn)}", z.zuletzt, f"niederschrift-{_day(z.beginn)}",
        kennzeichen=worte.get(teil, ""),
        felder=[
            ["Gremium", z.gremium.anzeige],
            ["Datum", _day(z.beginn)],
            ["Dauer", _duration(z)],
            ["Status", status_shown(z)],
        ],
        vermerk=None if signed(z) else "Vorläufig, noch nicht unterzeichnet",
        anwesenheit=[_attended(a) for a in z.anwesenheit] if namen else [],
        allgemein=[_text(lies, t.digest) for t in _parts(z, None, teil)],
        punkte=punkte,
        unterschriften=[[u.rolle.anzeige, _day(u.am), u.original or "elektronische Signatur"] for u in z.unterschriften]
        if namen
        else [],
    )  # fmt: skip


def _parts(z: Sitzung, top: int | None, teil: Teil) -> Iterator[Any]:
    """The texts to an item: for the internet those made for it, and no other."""
    for t in z.niederschrift:
        if t.top == top and t.internet == (teil is Teil.INTERNET) and teil.shows(t.oeffentlich):
            yield t


def _minute(z: Sitzung, top: Top, lies: Lesen, teil: Teil) -> dict[str, Any]:
    teile = list(_parts(z, top.id, teil))
    return {
        "nummer": top.nummer,
        "titel": title(top, teil),
        "vorlagen": _papers(z, top, Teil.INTERN),
        "redner": [r for t in teile for r in t.redner],
        "texte": [_text(lies, t.digest) for t in teile],
        "beschluesse": [_resolved(b, namen=teil is not Teil.INTERNET) for b in _outcomes(top)],
    }


def _hidden(top: Top) -> dict[str, Any]:
    leer: dict[str, Any] = {"vorlagen": "", "redner": [], "texte": [], "beschluesse": []}
    return {"nummer": top.nummer, "titel": title(top, Teil.OEFFENTLICH), **leer}


def _outcomes(top: Top) -> Iterator[Beschluss]:
    for b in (top.beschluss, *(tv.beschluss for tv in top.vorlagen)):
        if b:
            yield b


def _resolved(b: Beschluss, *, namen: bool) -> dict[str, str]:
    befangen = sum(len(a.befangen) for a in b.abstimmungen)
    zusatz = [f"{befangen} Mitglied(er) wegen Befangenheit nicht beteiligt"] if befangen and namen else []
    vollzug = "" if b.vollzug is Vollzug.VOLLZIEHBAR else f"{b.vollzug.value.capitalize()}: {b.vollzug_grund or ''}"
    return {
        "wortlaut": b.wortlaut,
        "text": b.text or "",
        "abstimmung": "; ".join([*(v for a in b.abstimmungen if (v := votes(a))), *zusatz]),
        "vollzug": vollzug,
    }


def _attended(a: Anwesenheit) -> list[str]:
    zeit = "entschuldigt" if a.entschuldigt else " bis ".join(t for t in (_clock(a.von), _clock(a.bis)) if t) or "ganze Sitzung"
    return [a.person, a.funktion.value.replace("fuehr", "führ").capitalize(), zeit]


def _duration(z: Sitzung) -> str:
    spanne = f"{_clock(z.eroeffnet_am)} bis {_clock(z.geschlossen_am)} Uhr" if z.geschlossen_am else "noch nicht geschlossen"
    pausen = ", ".join(f"{_clock(u.von)} bis {_clock(u.bis)}" for u in z.unterbrechungen)
    return f"{spanne} (unterbrochen {pausen})" if pausen else spanne


# --- extract and tasks --------------------------------------------------------------------------------------------------


def extract(z: Sitzung, kommune: str, nr: int) -> Schriftstueck:
    """The extract of what was resolved at one item; preliminary until the minutes are signed. Raises Unbekannt, FalscheStufe."""
    top = find_top(z, nr)
    if top is None:
        raise Unbekannt(f"Einen Tagesordnungspunkt {nr} gibt es nicht.")
    beschluesse = list(_outcomes(top))
    if not beschluesse:
        raise FalscheStufe(f"Zu TOP {top.nummer} steht noch kein Ergebnis fest; einen Auszug gibt es erst danach.")
    assert z.gremium is not None  # every meeting has one from its first entry on
    return _made(
        "auszug", kommune, f"Beschlussauszug: TOP {top.nummer}", z.zuletzt, f"auszug-{top.nummer.replace(' ', '-')}",
        kennzeichen="" if top.oeffentlich else "nichtöffentlich",
        felder=[
            ["Gremium", z.gremium.anzeige],
            ["Sitzung", f"{_day(z.beginn)}, {status_shown(z)}"],
            ["TOP", f"{top.nummer} {top.titel}"],
            ["Vorlage", _papers(z, top, Teil.INTERN) or "ohne Vorlage"],
        ],
        vermerk=None if signed(z) else "Vorläufig, die Niederschrift ist noch nicht unterzeichnet",
        beschluesse=[_resolved(b, namen=True) for b in beschluesse],
        hinweise=[f"Auftrag: {a.angaben.verlangt}" for a in z.auftraege if a.top == top.id and a.angaben.oeffentlich],
    )  # fmt: skip


def task_list(
    gremium: str, kommune: str, auftraege: Iterable[Auftrag], zeit: dt.datetime, teil: Teil, *, freigegeben: bool
) -> Schriftstueck:
    """Open tasks of a committee, public and not apart, with the reasons why they are late."""
    offen = [a for a in auftraege if a.angaben and teil.shows(a.angaben.oeffentlich)]
    return _made(
        "auftragsliste", kommune, f"Offene Aufträge: {gremium}", zeit, "auftragsliste",
        kennzeichen="nichtöffentlich" if teil is Teil.NICHTOEFFENTLICH else "",
        vermerk=None if freigegeben else "Entwurf, nicht freigegeben",
        auftraege=[_task(nr, a) for nr, a in enumerate(sorted(offen, key=lambda a: (a.seit or zeit, a.id)), 1)],
    )  # fmt: skip


def _task(nr: int, a: Auftrag) -> list[str]:
    assert a.angaben is not None  # the caller has seen to it
    frist = find(a, FAELLIGKEIT)
    verspaetet = f" (versäumt am {frist.letzter_tag:%d.%m.%Y})" if frist and frist.ausgang == "versaeumt" else ""
    faellig = f"{frist.letzter_tag:%d.%m.%Y}" if frist else due_text(a.angaben.faellig)
    letzter = f": {a.berichte[-1].text}" if a.berichte else f": {a.grund}" if a.grund else ""
    stelle = a.angaben.stelle.kuerzel or a.angaben.stelle.name if a.angaben.stelle else "noch nicht zugewiesen"
    return [str(nr), a.angaben.verlangt, stelle, faellig, f"{a.stufe.anzeige}{verspaetet}{letzter}"]
