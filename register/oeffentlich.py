"""What the public sees and has seen, as the register keeps it: which objects, since when, changed when; read in pages that stay.

What they are made of is none of the register's business: ``schaufenster`` fills this, up to a leaf of the town's log.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from pydantic import AwareDatetime
from sqlalchemy.ext.asyncio import AsyncConnection

from register.tabellen import BAUM, BLATT, OEFFENTLICH, SCHAUSTAND
from register.verbindung import Datenbank
from schemas.basis import Modell

STUECK = 500
"""Rows that one statement writes or names."""


class Objektzeile(Modell):
    """An object that the public sees, or has seen (``abdruck`` None). Times are whole seconds (UTC). ``gremien``: ``|rat|hauptausschuss|``."""

    pfad: str
    kommune: str
    typ: str
    workflow: str = ""
    gremien: str = ""
    angelegt: AwareDatetime
    geaendert: AwareDatetime
    abdruck: str | None
    sha512: str | None = None

    @property
    def da(self) -> bool:
        """Whether it is shown."""
        return self.abdruck is not None


class Schaustand(Modell):
    """How far it reaches: so many leaves, when that was, with which rules."""

    blaetter: int
    gesehen: AwareDatetime
    regeln: str


class Stelle(NamedTuple):
    """A place in a list: after the object of that time and path."""

    zeit: dt.datetime
    pfad: str


class Ausschnitt(Modell):
    """Which objects: of a type, of one town (None: of all), of a committee, created or changed from one moment to another (inclusive).

    ``geaendert_ab`` brings those along that are shown no longer, and then the order is that of changes: what changes while somebody
    turns the pages comes once more, at the end. Otherwise it is that of coming to be, which never changes.
    """

    typ: str
    kommune: str | None = None
    gremium: str | None = None
    angelegt_ab: AwareDatetime | None = None
    angelegt_bis: AwareDatetime | None = None
    geaendert_ab: AwareDatetime | None = None
    geaendert_bis: AwareDatetime | None = None

    @property
    def ordnung(self) -> tuple[sa.Column[Any], sa.Column[Any]]:
        """Columns that it is ordered by."""
        return (OEFFENTLICH.c.angelegt if self.geaendert_ab is None else OEFFENTLICH.c.geaendert), OEFFENTLICH.c.pfad

    def place_of(self, z: Objektzeile) -> Stelle:
        """Where in the list an object stands."""
        return Stelle(z.angelegt if self.geaendert_ab is None else z.geaendert, z.pfad)

    def conditions(self) -> Iterator[Any]:
        """As the database is asked."""
        t = OEFFENTLICH.c
        yield t.typ == self.typ
        yield from () if self.kommune is None else (t.kommune == self.kommune,)
        yield from () if self.gremium is None else (t.gremien.contains(f"|{self.gremium}|", autoescape=True),)
        yield from () if self.angelegt_ab is None else (t.angelegt >= self.angelegt_ab,)
        yield from () if self.angelegt_bis is None else (t.angelegt <= self.angelegt_bis,)
        yield from (t.abdruck.is_not(None),) if self.geaendert_ab is None else (t.geaendert >= self.geaendert_ab,)
        yield from () if self.geaendert_bis is None else (t.geaendert <= self.geaendert_bis,)


class Schau:
    """Reads and keeps it. Every method raises RegisterNichtErreichbar."""

    _db: Datenbank

    async def show_extents(self) -> dict[str, tuple[int, Schaustand | None]]:
        """By town: how many leaves its log has, and up to where what is shown reaches. None: it was never filled."""
        leer = (sa.null().label("gesehen"), sa.null().label("regeln"))
        beide = sa.union_all(sa.select(BAUM.c.kommune, BAUM.c.groesse.label("blaetter"), *leer), sa.select(SCHAUSTAND))
        alle: dict[str, tuple[int, Schaustand | None]] = {}
        for z in await self._db.read(sa.select(beide.subquery())):
            blaetter, stand = alle.get(z.kommune, (0, None))
            da = z.regeln is not None
            alle[z.kommune] = (blaetter, Schaustand.model_validate(dict(z._mapping))) if da else (z.blaetter, stand)
        return alle

    async def cases_since(self, kommune: str, von: int, bis: int) -> list[str]:
        """The cases with entries from one leaf until before another."""
        abfrage = sa.select(BLATT.c.workflow).where(BLATT.c.kommune == kommune, BLATT.c.nr >= von, BLATT.c.nr < bis)
        return [z.workflow for z in await self._db.read(abfrage.distinct().order_by(BLATT.c.workflow))]

    async def shown_of(self, workflows: Collection[str], kommune: str | None = None) -> list[Objektzeile]:
        """Every object of some cases; of the rules of a town, if the case is the empty word."""
        bedingung: Any = OEFFENTLICH.c.workflow.in_(workflows)
        return await self._rows(bedingung if kommune is None else sa.and_(bedingung, OEFFENTLICH.c.kommune == kommune))

    async def shown_at(self, pfade: Collection[str]) -> list[Objektzeile]:
        """The objects at some paths."""
        alle = sorted(pfade)
        stuecke = [alle[i : i + STUECK] for i in range(0, len(alle), STUECK)]
        return [z for stueck in stuecke for z in await self._rows(OEFFENTLICH.c.pfad.in_(stueck))]

    async def _rows(self, bedingung: Any) -> list[Objektzeile]:
        abfrage = sa.select(OEFFENTLICH).where(bedingung).order_by(OEFFENTLICH.c.pfad)
        return [Objektzeile.model_validate(dict(z._mapping)) for z in await self._db.read(abfrage)]

    async def keep_shown(self, kommune: str, zeilen: Sequence[Objektzeile], vorher: Schaustand | None, neu: Schaustand) -> bool:
        """Keeps what is new and how far it reaches. False, and nothing kept, where another process has come further meanwhile."""

        async def arbeit(v: AsyncConnection) -> bool:
            await self._db.lock_name(v, f"schaustand/{kommune}")
            da = (await v.execute(sa.select(SCHAUSTAND).where(SCHAUSTAND.c.kommune == kommune))).first()
            if (Schaustand.model_validate(dict(da._mapping)) if da else None) != vorher:
                return False
            for i in range(0, len(zeilen), STUECK):
                await self._write(v, zeilen[i : i + STUECK])
            await v.execute(self._db.upsert(SCHAUSTAND, {"kommune": kommune, **dict(neu)}))
            return True

        return await self._db.write(arbeit)

    async def _write(self, v: AsyncConnection, zeilen: Sequence[Objektzeile]) -> None:
        einfuegen = self._db.insert(OEFFENTLICH)
        neu = {s.name: einfuegen.excluded[s.name] for s in OEFFENTLICH.columns if s.name != "pfad"}
        await v.execute(einfuegen.on_conflict_do_update(index_elements=["pfad"], set_=neu), [dict(z) for z in zeilen])

    # --- pages --------------------------------------------------------------------------------------------------------

    async def shown_count(self, a: Ausschnitt) -> int:
        """How many objects those are."""
        return int((await self._db.read(sa.select(sa.func.count()).select_from(OEFFENTLICH).where(*a.conditions())))[0][0])

    async def shown_page(self, a: Ausschnitt, nach: Stelle | None, anzahl: int) -> list[Objektzeile]:
        """So many objects after a place, in order."""
        grenze = () if nach is None else (sa.tuple_(*a.ordnung) > self._bound(nach),)
        abfrage = sa.select(OEFFENTLICH).where(*a.conditions(), *grenze).order_by(*a.ordnung).limit(anzahl)
        return [Objektzeile.model_validate(dict(z._mapping)) for z in await self._db.read(abfrage)]

    async def shown_before(self, a: Ausschnitt, vor: Stelle | None, schritte: int) -> Stelle | None:
        """The place so many objects before another (None: before the end). None if there are not that many."""
        grenze = () if vor is None else (sa.tuple_(*a.ordnung) < self._bound(vor),)
        rueckwaerts = [s.desc() for s in a.ordnung]
        abfrage = sa.select(OEFFENTLICH).where(*a.conditions(), *grenze).order_by(*rueckwaerts).offset(schritte).limit(1)
        return next((a.place_of(Objektzeile.model_validate(dict(z._mapping))) for z in await self._db.read(abfrage)), None)

    def _bound(self, stelle: Stelle) -> Any:
        return sa.tuple_(sa.literal(stelle.zeit, OEFFENTLICH.c.angelegt.type), sa.literal(stelle.pfad))
