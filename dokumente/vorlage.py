"""The paper as a document: its Grunddaten, its way through the committees, its text; for the house also its signing path."""

import datetime as dt
from collections.abc import Iterator

from dokumente import sicht
from dokumente.blatt import Lesen, Schriftstueck, dashed, day, made, read, shown
from dokumente.sicht import Teil
from lifecycle import grunddaten
from lifecycle.ablehnung import FalscheStufe, Unbekannt
from lifecycle.erzaehlung import ANTWORTEN
from lifecycle.vorlage.antrag import parts_of
from lifecycle.vorlage.fassung import subject_of
from lifecycle.vorlage.verknuepfung import counterparts, stated
from schemas.beratung import TopStand, TopStatus
from schemas.verknuepfung import Verknuepfung
from schemas.vorlage import Beratung, Fassung, Fassungsart, Freigabe, Platz, Ursprung, Ursprungsart, Vorlage

URSPRUNG = {
    Ursprungsart.VERWALTUNG: "Verwaltung",
    Ursprungsart.ANTRAG: "Antrag",
    Ursprungsart.ANFRAGE: "Anfrage",
    Ursprungsart.AUFTRAG: "Auftrag des Gremiums",
    Ursprungsart.DRINGLICHKEIT: "Dringlichkeitsentscheidung",
}
FASSUNG = {Fassungsart.URFASSUNG: "Urfassung", Fassungsart.NEUFASSUNG: "Neufassung", Fassungsart.ERGAENZUNG: "Ergänzung"}
TOP_STATUS = {
    TopStatus.OFFEN: "vorgesehen",
    TopStatus.BEHANDELT: "behandelt",
    TopStatus.ABGESETZT: "abgesetzt",
    TopStatus.ZURUECKGEZOGEN: "zurückgezogen",
}
ENTWURF = "Entwurf, nicht freigegeben"
UNGEPRUEFT = "Eingang, noch nicht formal angenommen"
NUR_BEZEICHNUNG = "Nichtöffentliche Vorlage"
NICHTOEFFENTLICH = "nichtöffentlich"


def paper(z: Vorlage, kommune: str, lies: Lesen, teil: Teil = Teil.INTERN, fassung: int | None = None) -> Schriftstueck:
    """The paper in its newest version, or in that one. For the public the newest that is released; not public at all: its designation.

    Raises FalscheStufe, Unbekannt.
    """
    f = _version(z, teil, fassung)
    if not sicht.has_text(z, teil):
        return _designation(z, kommune)
    nummer = f"{z.nummer or 'ohne Nummer'}{f.zusatz or ''}"
    intern = not teil.fuer_alle
    return made(
        "vorlage", kommune, f"{z.vorlageart_name} {nummer}", z.zuletzt, f"vorlage-{nummer}",
        vermerk=None if f.herausgabe else UNGEPRUEFT if z.eingang else ENTWURF,
        kennzeichen=["" if z.oeffentlich else NICHTOEFFENTLICH, "intern" if intern else ""],
        felder=[*_fields(z, f, teil), *(_internal_fields(z, f) if intern else ())],
        beratungen=[row for b in sicht.stations(z, teil) for row in _treatments(b, teil)],
        laufweg=[_signature(p, wann) for plaetze, wann in _rounds(f) for p in plaetze] if intern else [],
        abschnitte=[{"name": a.name, "text": read(lies, a.digest)} for a in f.abschnitte],
        anlagen=[sicht.attachment(z, a, teil) for a in f.anlagen],
    )  # fmt: skip


def _version(z: Vorlage, teil: Teil, nr: int | None) -> Fassung:
    if nr is not None and all(f.nr != nr for f in z.fassungen):
        raise Unbekannt(f"Eine Fassung {nr} hat diese Vorlage nicht. Es gibt: {', '.join(str(f.nr) for f in z.fassungen)}.")
    fassung = sicht.version(z, teil, nr)
    if fassung is None:
        raise FalscheStufe(
            f"Diese Vorlage (oder diese Fassung) ist nicht {'formal angenommen' if z.eingang else 'freigegeben'}; "
            "eine öffentliche Fassung gibt es noch nicht."
        )
    return fassung


def _designation(z: Vorlage, kommune: str) -> Schriftstueck:
    """All that the public may know of a paper that is not public."""
    felder = [["Betreff", z.bezeichnung or NICHTOEFFENTLICH], ["Status", NICHTOEFFENTLICH]]
    return made(
        "vorlage", kommune, NUR_BEZEICHNUNG, z.zuletzt, "vorlage-nichtoeffentlich",
        felder=felder, beratungen=[], laufweg=[], abschnitte=[], anlagen=[],
    )  # fmt: skip


def _fields(z: Vorlage, f: Fassung, teil: Teil) -> Iterator[list[str]]:
    yield ["Betreff", dashed(subject_of(z, f))]
    yield from ([name, dashed(wert)] for name, wert in grunddaten.of_paper(z).items() if name != "Betreff")
    yield ["Ursprung", _origin(z.ursprung)]
    yield ["Datum", day(f.herausgabe.am if f.herausgabe else z.zuletzt)]
    yield ["Fassung", _version_name(z, f, teil)]


def _internal_fields(z: Vorlage, f: Fassung) -> Iterator[list[str]]:
    if z.aktenzeichen:
        yield ["Aktenzeichen", z.aktenzeichen]
    if not z.oeffentlich and z.bezeichnung:
        yield ["Öffentlich genannt", z.bezeichnung]
    yield from ([name, wert] for name, wert in (parts_of(z.eingang) if z.eingang else ()))
    yield from ([_said(v.als.anzeige), _named(v)] for v in stated(z))
    yield from ([_said(als.gegenteil), f"{g.name} {g.nummer or g.vorlage[:8]}"] for g in counterparts(z, ()) for als in g.als)
    for name, akt in (("Freigegeben", f.freigabe), ("Formal angenommen", f.formal_angenommen)):
        if akt:
            yield [name, _released(akt)]


def _said(wort: str) -> str:
    return wort[:1].upper() + wort[1:]


def _named(v: Verknuepfung) -> str:
    return f"{v.ziel.name} {v.ziel.nummer or v.vorlage[:8]}" if v.ziel else f"Vorlage {v.vorlage[:8]}"


def _released(akt: Freigabe) -> str:
    """Who and when: the role, for ids of persons say nothing to a reader."""
    vertretung = " in Vertretung" if akt.akteur.fuer else ""
    return f"{akt.akteur.rolle.anzeige}{vertretung}, {day(akt.am)}"


def _origin(u: Ursprung) -> str:
    return ", ".join(w for w in (URSPRUNG[u.art], u.von, f"vom {_german(u.datum)}" if u.datum else None) if w)


def _german(datum: str) -> str:
    try:
        return f"{dt.date.fromisoformat(datum):%d.%m.%Y}"
    except ValueError:
        return datum  # as it was written


def _version_name(z: Vorlage, f: Fassung, teil: Teil) -> str:
    """With its number where there are several; that a new one is being written is for the house."""
    zusatz = f" {f.zusatz.removeprefix('-')}" if f.zusatz else ""
    mehrere = sum(sicht.version(z, teil, g.nr) is not None for g in z.fassungen) > 1
    return f"{FASSUNG[f.art]}{zusatz}" + (f" (Fassung {f.nr})" if mehrere else "")


def _treatments(b: Beratung, teil: Teil) -> Iterator[list[str]]:
    rolle = b.rolle or "nicht hinterlegt"
    if not b.behandlungen:
        yield ["", shown(b.gremium), rolle, b.status.value]
    for t in sorted(b.behandlungen, key=lambda t: t.beginn):
        yield [day(t.beginn), shown(b.gremium), rolle, _became(t, teil)]


def _became(t: TopStand, teil: Teil) -> str:
    if not sicht.treated(t, teil):
        return "nichtöffentlich behandelt" if t.beschluss else NICHTOEFFENTLICH
    return t.beschluss.wortlaut if t.beschluss else TOP_STATUS[t.status]


def _rounds(f: Fassung) -> Iterator[tuple[tuple[Platz, ...], str]]:
    """The signing path as it stands, and answers of earlier rounds, which a change or a return has voided."""
    yield f.frueher, " (frühere Runde)"
    yield f.plaetze, ""


def _signature(p: Platz, runde: str) -> list[str]:
    a = p.antwort
    wer = [str(p.schritt), shown(p.stelle), p.rolle.anzeige]
    if a is None:
        return [*wer, "steht aus", "", p.grund or ""]
    vertretung = ", in Vertretung" if a.akteur.fuer else ""
    return [*wer, f"{ANTWORTEN[a.art]}{vertretung}{runde}", day(a.am), a.bemerkung or ""]
