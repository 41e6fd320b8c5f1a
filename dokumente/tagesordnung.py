"""The agenda as a reader may see it: the version that was issued last, or, before the invitation, the draft as it stands.

What has happened to an item since is marked beside it; the issued agenda itself is not rewritten.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dokumente import sicht
from dokumente.blatt import dashed
from dokumente.sicht import Teil
from lifecycle.sitzung.tagesordnung import copy_of, find_top
from schemas.beratung import TopStatus
from schemas.sitzung import Lieferung, Punkt, Sitzung, Stufe, Tagesordnung, Tagesordnungsart, Top, TopVorlage

AUSGEGEBEN = frozenset({Tagesordnungsart.EINLADUNG, Tagesordnungsart.NACHTRAG})
STATUS = {TopStatus.ABGESETZT: "abgesetzt", TopStatus.ZURUECKGEZOGEN: "zurückgezogen"}
LIEFERUNG = {Lieferung.NACHTRAG: "Nachtrag", Lieferung.TISCHVORLAGE: "Tischvorlage"}
VERSCHOBEN = {True: "in den öffentlichen Teil verschoben", False: "in den nichtöffentlichen Teil verschoben"}
TEILE = {True: "Öffentlicher Teil", False: "Nichtöffentlicher Teil"}


@dataclass(frozen=True)
class Zeile:
    """An item on an agenda: its number, and all else as its reader may read it."""

    top: Top
    nummer: str
    oeffentlich: bool
    titel: str
    zusaetze: tuple[str, ...]
    vorlagen: tuple[TopVorlage, ...]

    @property
    def worum(self) -> str:
        """The title and what is to be said of it."""
        return self.titel + "".join(f" ({zusatz})" for zusatz in self.zusaetze)


def is_invited(z: Sitzung) -> bool:
    """Whether there is an invitation that counts: one that was cancelled and is planned anew has none yet."""
    return z.eingeladen_am is not None and z.stufe is not Stufe.GEPLANT


def issued(z: Sitzung) -> tuple[Tagesordnung, ...]:
    """Every version of the agenda that went out, in their order; none before the invitation."""
    return tuple(t for t in z.tagesordnungen if t.art in AUSGEGEBEN) if is_invited(z) else ()


def agenda(z: Sitzung, teil: Teil) -> tuple[Zeile, ...]:
    """The items as they are shown beforehand: first what is public, then what is not."""
    ausgegeben = issued(z)
    zeilen = _issued_lines(z, ausgegeben, teil) if ausgegeben else (_line(z, top, None, teil) for top in ordered(z.tops))
    return tuple(sorted(zeilen, key=lambda zeile: not zeile.oeffentlich))


def ordered(tops: tuple[Top, ...]) -> list[Top]:
    """By part, then by number: "Ö 9" before "Ö 10"."""
    return sorted(tops, key=lambda t: (not t.oeffentlich, [int(n) for n in re.findall(r"\d+", t.nummer)], t.nummer))


def _issued_lines(z: Sitzung, ausgegeben: tuple[Tagesordnung, ...], teil: Teil) -> Iterator[Zeile]:
    mit_vorlagen = any(p.vorlagen for p in ausgegeben[-1].punkte)  # agendas of old do not name them
    frueher = {p.top: p for p in ausgegeben[-2].punkte} if len(ausgegeben) > 1 else None
    for punkt in ausgegeben[-1].punkte:
        top = find_top(z, punkt.top) or Top(id=punkt.top, **punkt.model_dump(include={"nummer", "titel", "oeffentlich"}))
        if mit_vorlagen:
            top = top.model_copy(update={"vorlagen": tuple(_places(top, punkt))})
        zeile = _line(z, top, punkt, teil)
        yield zeile if frueher is None else _since(zeile, frueher.get(punkt.top))


def _places(top: Top, punkt: Punkt) -> Iterator[TopVorlage]:
    """The papers that stood at the item then; in a joint meeting one may stand there once for each committee."""
    for vorlage in punkt.vorlagen:
        yield from [tv for tv in top.vorlagen if tv.vorlage == vorlage] or [TopVorlage(vorlage=vorlage)]


def _since(zeile: Zeile, frueher: Punkt | None) -> Zeile:
    """The line with what is new in this version, compared to the one before."""
    if frueher is None:
        neu: tuple[str, ...] = ("neu",)
    else:
        neu = () if frueher.nummer == zeile.nummer else (f"bisher {frueher.nummer}",)
    return Zeile(**{**vars(zeile), "zusaetze": (*neu, *zeile.zusaetze)})


def _line(z: Sitzung, top: Top, punkt: Punkt | None, teil: Teil) -> Zeile:
    """An item as it was issued (``punkt``), or as it stands."""
    wie = punkt or top
    return Zeile(
        top=top,
        nummer=wie.nummer,
        oeffentlich=wie.oeffentlich,
        titel=dashed(sicht.title(z, top, teil, wie.titel)),
        zusaetze=tuple(_remarks(z, top, wie.oeffentlich, teil)),
        vorlagen=tuple(sicht.papers(z, top, teil)),
    )


def _remarks(z: Sitzung, top: Top, oeffentlich: bool, teil: Teil) -> Iterator[str]:
    if joined := together(z, top):
        yield joined
    if oeffentlich != top.oeffentlich:
        yield VERSCHOBEN[top.oeffentlich]
    if top.status in STATUS:
        yield STATUS[top.status]
    if not teil.fuer_alle:
        yield from _unready(z, top)


def _unready(z: Sitzung, top: Top) -> Iterator[str]:
    """What papers of the item still lack."""
    offen = [k for tv in top.vorlagen if (k := copy_of(z, tv.vorlage)) and not k.freigegeben]
    if any(k.eingegangen_am is None for k in offen):
        yield "nicht freigegeben"
    if any(k.eingegangen_am for k in offen):
        yield "nicht formal angenommen"


def together(z: Sitzung, top: Top) -> str:
    """With which items it is dealt with together."""
    haupt = top.verbunden_mit or top.id
    andere = [t.nummer for t in ordered(z.tops) if t.id != top.id and haupt in (t.id, t.verbunden_mit)]
    return f"gemeinsam mit {', '.join(andere)}" if andere else ""


def moved(z: Sitzung, top: Top) -> str:
    """That it stands in another part than on the agenda that was issued, and under which number it stood there."""
    punkte = (p for t in issued(z)[-1:] for p in t.punkte if p.top == top.id and p.oeffentlich != top.oeffentlich)
    return next((f"bisher {p.nummer}, {VERSCHOBEN[top.oeffentlich]}" for p in punkte), "")


def numbers(z: Sitzung, vorlagen: tuple[TopVorlage, ...], teil: Teil) -> str:
    """The papers' numbers, with how they came and whether they were taken off."""
    worte: dict[str, None] = {}
    for tv in vorlagen:
        zusaetze = (LIEFERUNG.get(tv.lieferung), STATUS.get(tv.status) if len(vorlagen) > 1 else None)
        if nummer := sicht.number(z, tv.vorlage, teil):
            worte[nummer + "".join(f" ({zusatz})" for zusatz in zusaetze if zusatz)] = None
    return ", ".join(worte)
