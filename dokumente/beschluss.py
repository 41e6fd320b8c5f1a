"""An outcome as documents show it: its wording to the letter, its text, the votes behind it, what became of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from dokumente import sicht
from dokumente.absaetze import blocks
from dokumente.blatt import committees, dashed
from dokumente.sicht import Sichtbar, Teil
from lifecycle.nennen import plural, votes
from schemas.beratung import Abstimmung, Abstimmungsart, Beschluss, Klasse, Verweisart, Vollzug
from schemas.sitzung import Sitzung, Top

BESCHLOSSEN = frozenset({Klasse.ADOPTED, Klasse.ADOPTED_CHANGED, Klasse.REJECTED})
"""What was resolved; everything else (noted, deferred, taken off, referred) is an outcome, and is not called a Beschluss."""
ABSTIMMUNGSART = {Abstimmungsart.NAMENTLICH: "namentlich", Abstimmungsart.GEHEIM: "geheim"}
VERWEISART = {Verweisart.VORBERATUNG: "zur Vorberatung", Verweisart.ZUSTAENDIGKEIT: "als zuständiges Gremium"}
VOLLZUG = {Vollzug.AUSGESETZT: "Der Vollzug ist ausgesetzt", Vollzug.AUFGEHOBEN: "Der Beschluss ist aufgehoben"}
UNVERFAENGLICH = frozenset(
    {
        "einstimmig",
        "mehrheitlich",
        *(f"{wie} {was}" for wie in ("einstimmig", "mehrheitlich") for was in ("angenommen", "abgelehnt")),
    }
)
"""Words for the result of a vote that name nobody: others may, and stay out of the internet version."""


def outcomes(z: Sitzung, top: Top, teil: Teil, *, namen: bool) -> list[dict[str, Any]]:
    """Every outcome at an item that the reader may see. ``namen``: with who voted how, and why it is on hold."""
    return [_shown(z, top, s, teil, namen=namen) for s in sicht.outcomes(z, top, teil)]


def _shown(z: Sitzung, top: Top, s: Sichtbar, teil: Teil, *, namen: bool) -> dict[str, Any]:
    b = s.beschluss
    return {
        "marke": _label(z, top, s, teil),
        "wortlaut": b.wortlaut,
        "text": blocks(sicht.resolution(s, teil)),
        "abstimmungen": [] if s.nur_wortlaut else list(_votes(z, b, teil, namen=namen)),
        "zusaetze": [] if s.nur_wortlaut else list(_since(b, teil, namen=namen)),
    }


def _label(z: Sitzung, top: Top, s: Sichtbar, teil: Teil) -> str:
    """``Beschluss zu Vorlage 2021/0003 (Schulausschuss)``: of which paper and committee, where there are several at the item."""
    wort = "Beschluss" if s.beschluss.klasse in BESCHLOSSEN else "Ergebnis"
    tv = s.vorlage
    if tv is None:
        return wort
    nummer = sicht.number(z, tv.vorlage, teil) if len({v.vorlage for v in top.vorlagen}) > 1 else ""
    mehrere = len({v.gremium for v in top.vorlagen if v.vorlage == tv.vorlage}) > 1
    wessen = next((g for g in committees(z) if g.id == tv.gremium), committees(z)[0])
    return wort + (f" zu Vorlage {nummer}" if nummer else "") + (f" ({dashed(wessen.name)})" if mehrere else "")


def names(z: Sitzung) -> Mapping[str, str]:
    """Name of everybody who attended, by id."""
    return {a.person: a.name or a.person for a in z.anwesenheit}


def _votes(z: Sitzung, b: Beschluss, teil: Teil, *, namen: bool) -> Iterator[dict[str, Any]]:
    wer = names(z)
    for nr, a in enumerate(b.abstimmungen, 1):
        zeile = {
            "text": _vote(a if teil.mit_namen else _without_names(a), nr if len(b.abstimmungen) > 1 else None),
            "stimmen": [[wer.get(s.person, s.person), s.stimme] for s in a.stimmen] if namen else [],
            "befangen": _biased([wer.get(p, p) for p in a.befangen], namen=namen) if teil.mit_namen else "",
        }
        if any(zeile.values()):
            yield zeile


def _vote(a: Abstimmung, nr: int | None) -> str:
    """What was voted on (or which vote it was, where that is not said), how, and with what result."""
    art = ABSTIMMUNGSART.get(a.art)
    teile = [votes(a), f"({art})" if art else ""]
    text = " ".join(t for t in teile if t)
    return f"{nr}. Abstimmung: {text}" if text and nr and not a.gegenstand else text


def _without_names(a: Abstimmung) -> Abstimmung:
    """The vote as numbers, for the internet: what it was about may name somebody."""
    wortlaut = a.wortlaut if (a.wortlaut or "").lower() in UNVERFAENGLICH else None
    return a.model_copy(update={"gegenstand": None, "wortlaut": wortlaut})


def _biased(wer: list[str], *, namen: bool) -> str:
    """Who took no part."""
    if not wer:
        return ""
    anzahl = plural(len(wer), "Mitglied", "Mitglieder")
    return f"Wegen Befangenheit nicht beteiligt: {', '.join(wer)}" if namen else f"{anzahl} wegen Befangenheit nicht beteiligt"


def _since(b: Beschluss, teil: Teil, *, namen: bool) -> Iterator[str]:
    """Where it was referred to, and whether it is carried out. The reason is in people's own words."""
    if b.verweis:
        yield f"Verwiesen an: {dashed(b.verweis.gremium.anzeige)} ({VERWEISART[b.verweis.art]})"
    if b.vollzug in VOLLZUG:
        nummer = (b.aufgehoben_durch or "").rpartition("/")[2]
        durch = (
            f" durch TOP {nummer} einer späteren Sitzung" if nummer and not (teil.fuer_alle and nummer.startswith("N")) else ""
        )
        grund = f": {b.vollzug_grund}" if b.vollzug_grund and namen else "."
        yield f"{VOLLZUG[b.vollzug]}{durch}{grund}"
