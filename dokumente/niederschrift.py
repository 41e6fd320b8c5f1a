"""The minutes: who was there, what was said to each item, what was resolved and how; each part for its own readers."""

from collections.abc import Iterator
from typing import Any

from dokumente import sicht
from dokumente.beschluss import outcomes
from dokumente.blatt import (
    Lesen,
    Schriftstueck,
    clock,
    committees,
    dashed,
    day,
    long_day,
    made,
    place,
    read,
    shown,
    span,
)
from dokumente.sicht import Teil
from dokumente.tagesordnung import STATUS, TEILE, moved, numbers, ordered, together
from lifecycle.sitzung.folgen import status_shown
from lifecycle.sitzung.niederschrift import signed
from schemas.sitzung import Anwesenheit, Funktion, Niederschriftteil, Protokollvermerk, Sitzung, Top

KENNZEICHEN = {
    Teil.INTERN: "nichtöffentlich",
    Teil.OEFFENTLICH: "öffentlicher Teil",
    Teil.NICHTOEFFENTLICH: "nichtöffentlicher Teil",
    Teil.INTERNET: "Internetfassung",
}
VORLAEUFIG = "Vorläufig, noch nicht unterzeichnet"
GENEHMIGUNG = "Diese Niederschrift ist dem Gremium in seiner nächsten Sitzung zur Genehmigung vorzulegen."
FUNKTIONEN = {
    Funktion.VORSITZ: "Vorsitz",
    Funktion.MITGLIED: "Mitglieder",
    Funktion.STELLVERTRETUNG: "Stellvertretend",
    Funktion.BERATEND: "Beratend",
    Funktion.VERWALTUNG: "Verwaltung",
    Funktion.SCHRIFTFUEHRUNG: "Schriftführung",
    Funktion.GAST: "Gäste",
}
"""As what people attended, in the order in which minutes name them."""
BEFUND = {True: "genehmigt", False: "Einwendung", None: "Berichtigung"}
"""What was done about earlier minutes, by whether they were approved."""


def minutes(z: Sitzung, kommune: str, lies: Lesen, teil: Teil, *, ausfertigung: bool = False) -> Schriftstueck:
    """One part of the minutes. ``ausfertigung``: the copy to be signed, which is no longer preliminary."""
    art = (z.niederschriftart or "niederschrift").capitalize()
    gremien = ", ".join(dashed(g.name) for g in committees(z))
    return made(
        "niederschrift", kommune, f"{art}: {gremien}, {day(z.beginn)}", z.zuletzt, f"niederschrift-{day(z.beginn)}",
        vermerk=None if ausfertigung or signed(z) else VORLAEUFIG,
        kennzeichen=[KENNZEICHEN[teil]],
        felder=list(_head(z)),
        anwesenheit=list(_attendance(z)) if teil.mit_namen else [],
        allgemein=[_said(t, lies, teil) for t in sicht.texts(z, None, teil)],
        frueher=[_remark(v, lies) for v in sicht.remarks(z, teil)],
        teile=[{"titel": TEILE[o], "punkte": p} for o in (True, False) if (p := list(_items(z, o, lies, teil)))],
        genehmigung=GENEHMIGUNG if z.genehmigung else "",
        unterschriften=list(_signatures(z, ausfertigung=ausfertigung)) if teil.mit_namen else [],
    )  # fmt: skip


def _head(z: Sitzung) -> Iterator[list[str]]:
    gremien = committees(z)
    yield ["Gremium" if len(gremien) == 1 else "Gremien", "; ".join(shown(g) for g in gremien)]
    yield ["Datum", long_day(z.beginn)]
    yield ["Ort", place(z)]
    yield ["Eingeladen", f"am {day(z.eingeladen_am)}" if z.eingeladen_am else "nicht eingeladen"]
    yield ["Beginn", clock(z.eroeffnet_am) or "noch nicht eröffnet"]
    if z.unterbrechungen:
        yield ["Unterbrechungen", "; ".join(span(u.von, u.bis) for u in z.unterbrechungen)]
    yield ["Ende", clock(z.geschlossen_am) or "noch nicht geschlossen"]
    yield ["Status", status_shown(z)]


def _attendance(z: Sitzung) -> Iterator[dict[str, Any]]:
    """Who was there, by function, with the times of those who came late or left early; who was excused stands apart."""
    for funktion, als in FUNKTIONEN.items():
        zeiten: dict[str, list[Anwesenheit]] = {}
        for a in z.anwesenheit:
            if a.funktion is funktion and not a.entschuldigt:
                zeiten.setdefault(a.person, []).append(a)
        if zeiten:
            yield {"als": als, "wer": [_present(eintraege) for eintraege in zeiten.values()]}
    if entschuldigt := [a.name or a.person for a in z.anwesenheit if a.entschuldigt]:
        yield {"als": "Entschuldigt", "wer": entschuldigt}


def _present(eintraege: list[Anwesenheit]) -> str:
    """A name, with every interval that has a limit."""
    zeiten = ", ".join(s for a in eintraege if (s := span(a.von, a.bis)))
    name = next((a.name for a in eintraege if a.name), eintraege[0].person)
    return f"{name} ({zeiten})" if zeiten else name


def _remark(v: Protokollvermerk, lies: Lesen) -> dict[str, Any]:
    """What was done about earlier minutes."""
    welche = f"Niederschrift der Sitzung vom {v.vom:%d.%m.%Y}" if v.vom else "Niederschrift einer früheren Sitzung"
    zu = f" zu TOP {v.top}" if v.top else ""
    grund = f" ({v.grund})" if v.grund else ""
    return {"satz": f"{welche}: {BEFUND[v.genehmigt]}{zu}{grund}", "text": read(lies, v.berichtigung) if v.berichtigung else []}


def _items(z: Sitzung, oeffentlich: bool, lies: Lesen, teil: Teil) -> Iterator[dict[str, Any]]:
    """The items of one part of the agenda: those with something to read, and for the public the designations of all others."""
    for top in ordered(z.tops):
        if top.oeffentlich is oeffentlich and (teil.fuer_alle or sicht.has_content(z, top, teil)):
            yield _item(z, top, lies, teil)


def _item(z: Sitzung, top: Top, lies: Lesen, teil: Teil) -> dict[str, Any]:
    teile = list(sicht.texts(z, top, teil))
    zusaetze = (together(z, top), moved(z, top), STATUS.get(top.status, ""))
    return {
        "nummer": top.nummer,
        "titel": dashed(sicht.title(z, top, teil)) + "".join(f" ({zusatz})" for zusatz in zusaetze if zusatz),
        "vorlagen": numbers(z, _papers(z, top, teil), teil),
        "redner": [r for t in teile for r in t.redner] if teil.mit_namen else [],
        "texte": [_said(t, lies, teil) for t in teile],
        "beschluesse": outcomes(z, top, teil, namen=teil.mit_namen),
    }


def _papers(z: Sitzung, top: Top, teil: Teil) -> tuple[Any, ...]:
    """With a public item, the non-public part names only the papers that are dealt with there."""
    alle = tuple(sicht.papers(z, top, teil))
    nur_andere = teil is Teil.NICHTOEFFENTLICH and top.oeffentlich
    return tuple(tv for tv in alle if not sicht.is_public(z, tv.vorlage)) if nur_andere else alle


def _said(t: Niederschriftteil, lies: Lesen, teil: Teil) -> dict[str, Any]:
    """A text; in the full minutes with a word where it is not public."""
    return {"vorweg": "nichtöffentlich" if teil is Teil.INTERN and not t.oeffentlich else "", "text": read(lies, t.digest)}


def _signatures(z: Sitzung, *, ausfertigung: bool) -> Iterator[list[str]]:
    """Everybody who signs: when, and where the original is. In the copy to be signed there is room for those to come."""
    da = {u.rolle: u for u in z.unterschriften}
    for rolle in dict.fromkeys((*z.unterzeichnende, *da)):
        u = da.get(rolle)
        offen = "" if ausfertigung else "noch nicht unterzeichnet"
        yield [rolle.anzeige, day(u.am) if u else "", (u.original or "elektronische Signatur") if u else offen]
