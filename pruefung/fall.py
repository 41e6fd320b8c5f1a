"""What a report looks at: a case with its entries, the town around it; and what it yields: rows."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from lifecycle.fristen import day
from pruefung.vermerk import Vermerk
from schemas.alarm import Alarm
from schemas.auftrag import Auftrag
from schemas.gremium import Gremium
from schemas.nummernkreis import Nummernkreis
from schemas.regelwerk import Regelwerk, Regelwerke
from schemas.regelwerksakte import Regelwerksakte
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

Wert = str | int | dt.date | dt.datetime | None
"""What can stand in a cell. A datetime is aware."""

TYPEN: Mapping[type[Zustand], tuple[str, str]] = {
    Vorlage: ("vorlage", "Vorlage"),
    Sitzung: ("sitzung", "Sitzung"),
    Auftrag: ("auftrag", "Auftrag"),
    Nummernkreis: ("nummern", "Nummernkreis"),
    Gremium: ("gremium", "Gremium"),
    Regelwerksakte: ("regelwerk", "Regelwerk"),
}
"""Each kind of case: the first part of its workflows' ids, and the word for it."""


@dataclass(frozen=True)
class Stadt:
    """What a report may know besides a case. ``stichtag`` is the day on which is judged what is late (Berlin).

    ``papiere`` are the papers' numbers by their ids (None: has no number yet).
    """

    kommune: str
    regelwerke: Regelwerke
    stichtag: dt.date
    alarme: tuple[Alarm, ...] = ()
    papiere: Mapping[str, str | None] = field(default_factory=dict)

    def rules(self, tag: dt.date) -> Regelwerk:
        """The Regelwerk of that day."""
        rw = self.regelwerke.am(self.kommune, tag)
        assert rw is not None  # the door looks whether the town is known
        return rw

    def office(self, kennung: str | None, tag: dt.date) -> str | None:
        """An office or committee as it was called on that day; its id, where the Regelwerk does not have it."""
        rw = self.rules(tag)
        treffer = next((t.am(tag).anzeige for t in (*rw.stellen, *rw.gremien) if t.id == kennung), None)
        return treffer or kennung


@dataclass(frozen=True)
class Zeile:
    """One finding: the report's own columns in ``werte``, besides what all reports show.

    ``stelle`` is the id of the office concerned. ``oeffentlich`` None: as public as the whole case, which counts as not public
    as soon as anything in it is not. ``vorgang`` only where there is no case.
    """

    werte: Mapping[str, Wert]
    am: dt.datetime | dt.date | None = None
    eintrag: int | None = None
    stelle: str | None = None
    oeffentlich: bool | None = None
    vorgang: str | None = None


@dataclass(frozen=True)
class Fall:
    """One case of the town: its state and its entries in order."""

    stadt: Stadt
    workflow: str
    z: Zustand
    verlauf: tuple[Vermerk, ...]

    def entry(self, seq: int) -> Vermerk | None:
        """The entry with that number."""
        return self.verlauf[seq - 1] if 0 < seq <= len(self.verlauf) else None

    def of(self, *arten: str) -> Iterator[Vermerk]:
        """The entries of these kinds, in order."""
        return (v for v in self.verlauf if v.art in arten)

    def last(self, *arten: str) -> Vermerk | None:
        """The latest entry of these kinds."""
        return next((v for v in reversed(self.verlauf) if v.art in arten), None)

    def row(self, v: Vermerk, *, oeffentlich: bool | None = None, **werte: Wert) -> Zeile:
        """A row about an entry."""
        return Zeile(werte, am=v.am, eintrag=v.seq, stelle=v.stelle, oeffentlich=oeffentlich)

    def days_since(self, seit: dt.datetime | dt.date) -> int:
        """Days from then to the day on which is judged."""
        return (self.stadt.stichtag - (day(seit) if isinstance(seit, dt.datetime) else seit)).days


def number(workflow: str, z: Zustand) -> str:
    """How a case is named: by its number, or by its id, which says nothing. Never by what it is about."""
    return (z.nummer if isinstance(z, Vorlage) else None) or workflow.rsplit("/", 1)[-1]


def committees(z: Zustand) -> Collection[str]:
    """Ids of the committees that a case concerns."""
    if isinstance(z, Vorlage):
        return {b.gremium.id for b in z.beratungen}
    if isinstance(z, Sitzung):
        return {g.id for g in (z.gremium, *z.weitere_gremien) if g}
    if isinstance(z, Auftrag):
        faellig = z.angaben.faellig if z.angaben else None
        return {g.id for g in (z.gremium, faellig.gremium if faellig else None) if g}
    return {z.id} if isinstance(z, Gremium) else ()


def lead(z: Zustand) -> str | None:
    """Id of the office whose case it is."""
    if isinstance(z, Vorlage):
        return z.federfuehrend.id if z.federfuehrend else None
    return z.angaben.stelle.id if isinstance(z, Auftrag) and z.angaben and z.angaben.stelle else None
