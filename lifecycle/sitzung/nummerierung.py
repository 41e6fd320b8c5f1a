"""The order of an agenda and its numbers: Ö and N apart, parts of an item below it ("Ö 5.1"), numbers that somebody gave are kept.

While nobody is invited, numbers follow from the order. Afterwards they are fixed, and only what is new gets one.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from lifecycle.ablehnung import Doppelt, Unplausibel
from schemas.sitzung import Top

NUMMER = re.compile(r"^[ÖN] [0-9]+(\.[0-9]+)*[a-z]?$|^[0-9A-Za-z]+(\.[0-9]+)*\.?$")
Tops = tuple[Top, ...]


def verify_number(tops: Tops, nummer: str | None, ausser: int | None = None) -> None:
    """Raises a refusal for a number that is malformed or taken."""
    if nummer is None:
        return
    if not NUMMER.match(nummer):
        raise Unplausibel(f"„{nummer}“ ist keine TOP-Nummer. Beispiele: „Ö 12“, „Ö 4.2“, „N 3“, „12.2.1“.")
    if any(top.nummer == nummer and top.id != ausser for top in tops):
        raise Doppelt(f"Die TOP-Nummer „{nummer}“ ist schon vergeben.")


def verify_part_of(nummer: str | None, oeffentlich: bool) -> None:
    """Raises Unplausibel for a number of the other part of the agenda."""
    if nummer and nummer.startswith("N " if oeffentlich else "Ö "):
        teil = "öffentlichen" if oeffentlich else "nichtöffentlichen"
        raise Unplausibel(f"„{nummer}“ passt nicht: der Punkt steht im {teil} Teil der Tagesordnung.")


def family(tops: Tops, nr: int) -> frozenset[int]:
    """Ids of an item and of everything below it."""
    kinder = {t.id for t in tops if t.unter == nr}
    return frozenset({nr}).union(*(family(tops, kind) for kind in kinder))


def in_order(tops: Tops) -> Tops:
    """Items in their order, each followed by its parts."""
    da = {t.id for t in tops}

    def below(eltern: int | None) -> Iterator[Top]:
        for top in tops:
            if top.unter == eltern or (eltern is None and top.unter not in da):
                yield top
                yield from below(top.id)

    return tuple(below(None))


def _prefix(top: Top, nummern: dict[int, str]) -> str:
    return f"{nummern[top.unter]}." if top.unter in nummern else ("Ö " if top.oeffentlich else "N ")


def renumbered(tops: Tops) -> Tops:
    """The items in order and numbered anew; numbers that somebody gave stay, and those after them count on from there."""
    feste = {t.nummer for t in tops if t.nummer_fest}
    zaehler: dict[str, int] = defaultdict(int)
    nummern: dict[int, str] = {}
    for top in in_order(tops):
        davor = _prefix(top, nummern)
        if top.nummer_fest:
            rest = top.nummer.removeprefix(davor)
            zaehler[davor] = max(zaehler[davor], int(rest)) if rest.isdigit() else zaehler[davor]
            nummern[top.id] = top.nummer
            continue
        zaehler[davor] += 1
        while f"{davor}{zaehler[davor]}" in feste:
            zaehler[davor] += 1
        nummern[top.id] = f"{davor}{zaehler[davor]}"
    return tuple(t.model_copy(update={"nummer": nummern[t.id]}) for t in in_order(tops))


def _next(tops: Tops, davor: str) -> str:
    """The next number of a series, above all that there are."""
    reste = (t.nummer.removeprefix(davor).split(".")[0] for t in tops if t.nummer.startswith(davor))
    return f"{davor}{max((int(r) for r in reste if r.isdigit()), default=0) + 1}"


def inserted(tops: Tops, neu: Top, *, fest: bool) -> Tops:
    """The agenda with a new item: behind the other parts of its item; otherwise at the end of its part, before what closes that.

    ``fest``: people have been invited, so the other numbers do not change, and nothing is put before closing items.
    """
    if neu.unter is not None:
        return _numbered(_behind(tops, neu, family(tops, neu.unter)), neu, fest)
    schluss = next((i for i, t in enumerate(tops) if t.am_ende and t.oeffentlich == neu.oeffentlich), len(tops))
    stelle = len(tops) if fest else schluss
    return _numbered((*tops[:stelle], neu, *tops[stelle:]), neu, fest)


def _behind(tops: Tops, neu: Top, familie: frozenset[int]) -> Tops:
    letzte = max(i for i, t in enumerate(tops) if t.id in familie)
    return (*tops[: letzte + 1], neu, *tops[letzte + 1 :])


def _numbered(tops: Tops, neu: Top, fest: bool) -> Tops:
    if not fest:
        return renumbered(tops)
    if neu.nummer:
        return tops
    davor = _prefix(neu, {t.id: t.nummer for t in tops if t.id != neu.id})
    nummer = _next(tops, davor)
    return tuple(t.model_copy(update={"nummer": nummer}) if t.id == neu.id else t for t in tops)


def moved(tops: Tops, nr: int, *, oeffentlich: bool, fest: bool) -> Tops:
    """The agenda with an item, and everything below it, in the other part, as an item of its own."""
    mit = family(tops, nr)
    andere = tuple(t for t in tops if t.id not in mit)
    umgezogen = tuple(
        t.model_copy(
            update={"oeffentlich": oeffentlich, "nummer": "", "nummer_fest": False} | ({"unter": None} if t.id == nr else {})
        )
        for t in in_order(tops)
        if t.id in mit
    )
    for top in umgezogen:
        andere = inserted(andere, top, fest=fest)
    return andere
