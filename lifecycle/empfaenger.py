"""Who is told of an entry: the Regelwerk's words for receivers ("federfuehrend", "gremien" ...) turned into ids."""

from collections.abc import Callable, Iterable

from lifecycle.fristen import find
from lifecycle.sitzung.niederschrift import signed
from lifecycle.vorlage.laufweg import in_path, turn
from schemas.akteur import Rolle
from schemas.auftrag import Auftrag
from schemas.befehl import Befehl
from schemas.sitzung import Sitzung, Top
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand


def _lead(z: Zustand, befehl: Befehl) -> Iterable[str]:
    if isinstance(z, Vorlage) and z.federfuehrend:
        yield z.federfuehrend.id
    if isinstance(z, Sitzung):
        top = item_of(z, befehl)
        da = (v for v in z.vorlagen if top is None or v.vorlage in papers_of(top))
        yield from (v.federfuehrend.id for v in da if v.federfuehrend)


def _extracts(z: Zustand, befehl: Befehl) -> Iterable[str]:
    """Offices that lead a paper of the meeting, once its minutes are signed: their extracts are no longer preliminary."""
    if isinstance(z, Sitzung) and signed(z):
        yield from _lead(z, befehl)


def papers_of(top: Top) -> frozenset[str]:
    """Ids of the papers at an agenda item."""
    return frozenset(tv.vorlage for tv in top.vorlagen)


def item_of(z: Sitzung, befehl: Befehl) -> Top | None:
    """The agenda item that a command is about; None if it is about the meeting as a whole."""
    nr, vorlage = getattr(befehl, "top", None), getattr(befehl, "vorlage", None)
    gemeint = (t for t in z.tops if t.id == nr or (nr is None and vorlage in papers_of(t)))
    return next(gemeint, None)


def _turn(z: Zustand, befehl: Befehl) -> Iterable[str]:
    if isinstance(z, Vorlage) and z.fassungen and in_path(z):
        yield from (z.fassung.plaetze[i].stelle.id for i in turn(z.fassung))


def _release(z: Zustand, befehl: Befehl) -> Iterable[str]:
    """The head of the administration, once everybody on the path has answered."""
    if isinstance(z, Vorlage) and waits_for_release(z):
        yield Rolle.VERWALTUNGSLEITUNG.value


def waits_for_release(z: Vorlage) -> bool:
    """Whether nothing but the release is missing."""
    return bool(z.fassungen) and in_path(z) and z.fassung.freigabe is None and not turn(z.fassung)


def _signed(z: Zustand, befehl: Befehl) -> Iterable[str]:
    if isinstance(z, Vorlage) and z.fassungen:
        yield from (p.stelle.id for p in z.fassung.plaetze if p.antwort)


def _committees(z: Zustand, befehl: Befehl) -> Iterable[str]:
    if isinstance(z, Vorlage):
        yield from (b.gremium.id for b in z.beratungen)
    if isinstance(z, Sitzung):
        yield from (g.id for g in (z.gremium, *z.weitere_gremien) if g)
    if isinstance(z, Auftrag) and z.gremium:
        yield z.gremium.id


def _tasked(z: Zustand, befehl: Befehl) -> Iterable[str]:
    if isinstance(z, Auftrag) and z.angaben and z.angaben.stelle:
        yield z.angaben.stelle.id


def _concerned(z: Zustand, befehl: Befehl) -> Iterable[str]:
    """Offices that a deadline concerns."""
    frist = find(z, getattr(befehl, "frist", ""))
    yield from frist.betrifft if frist else ()


def _superiors(z: Zustand, befehl: Befehl) -> Iterable[str]:
    """Those above the offices that a deadline concerns, where the Regelwerk allows escalation."""
    if isinstance(z, Vorlage) and z.laufwegfrist:
        ueber = dict(z.laufwegfrist.vorgesetzt)
        yield from (ueber[stelle] for stelle in _concerned(z, befehl) if stelle in ueber)


WORTE: dict[str, Callable[[Zustand, Befehl], Iterable[str]]] = {
    "federfuehrend": _lead,
    "auszug": _extracts,
    "laufweg_offen": _turn,
    "freigabe": _release,
    "gezeichnet": _signed,
    "gremien": _committees,
    "beauftragt": _tasked,
    "rechnungspruefung": lambda z, befehl: (Rolle.RECHNUNGSPRUEFUNG.value,),
    "verwaltungsleitung": lambda z, befehl: (Rolle.VERWALTUNGSLEITUNG.value,),
    "betroffen": _concerned,
    "vorgesetzt": _superiors,
}


def receivers(z: Zustand, befehl: Befehl) -> tuple[str, ...]:
    """Ids of offices and committees (and ``webhook:<id>``) that are told of this command; ``z`` is the state after it.

    Each once, in the Regelwerk's order. Who acted is told too: the mail goes to the office's mailbox, not to the person.
    """
    alle: list[str] = []
    for wort in befehl.benachrichtigt:
        alle += WORTE[wort](z, befehl) if wort in WORTE else (wort,)
    return tuple(dict.fromkeys(alle))
