"""Looking through the whole record of a town, in batches: cases with their entries, and the log in the order of its leaves."""

import datetime as dt
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from beweis.kopf import Inhalt, Kopf
from lifecycle.kerne import KERNE, kern_of
from register.tabellen import BLATT, EINTRAG, ZUSTAND
from register.verbindung import Datenbank
from schemas.zustand import Zustand

STUECK = 500
"""Cases, or leaves, that are read at once."""
Verlauf = tuple[tuple[Kopf, Inhalt], ...]


class Blatt(NamedTuple):
    """An entry of the log: number of its leaf, hash of its head (hex), head and content."""

    nr: int
    kopf_hash: str
    kopf: Kopf
    inhalt: Inhalt


class Auswahl(NamedTuple):
    """Which entries of a town's log are wanted: from a moment until before another, of an office, of some cases (None: of all)."""

    kommune: str
    von: dt.datetime | None = None
    bis: dt.datetime | None = None
    stelle: str | None = None
    vorgaenge: frozenset[str] | None = None

    def conditions(self) -> Iterator[Any]:
        """As the database is asked. Which cases is not among it: there may be more of them than a statement can name."""
        yield BLATT.c.kommune == self.kommune
        yield from (() if self.von is None else (EINTRAG.c.zeit >= self.von,))
        yield from (() if self.bis is None else (EINTRAG.c.zeit < self.bis,))
        yield from (() if self.stelle is None else (EINTRAG.c.stelle == self.stelle,))


class Durchsicht:
    """Reads everything, never all at once. Every method raises RegisterNichtErreichbar."""

    _db: Datenbank

    async def cases(self, kommune: str, typ: str) -> AsyncIterator[tuple[str, Zustand, Verlauf]]:
        """All cases of a type with their entries, two queries for each batch: by workflow id."""
        async for staende in self.state_batches(kommune, typ):
            verlaeufe = await self._entries_of([workflow for workflow, _ in staende])
            for workflow, z in staende:  # what was recorded between the two queries belongs to the next look
                yield workflow, z, tuple(e for e in verlaeufe[workflow] if e[0].seq <= z.seq)

    async def state_batches(self, kommune: str, typ: str) -> AsyncIterator[list[tuple[str, Zustand]]]:
        """All cases of a type, a query for each batch: by workflow id."""
        form = KERNE[typ].zustand
        letzter = ""
        while True:
            abfrage = sa.select(ZUSTAND.c.workflow, ZUSTAND.c.zustand).where(
                ZUSTAND.c.kommune == kommune, ZUSTAND.c.typ == typ, ZUSTAND.c.workflow > letzter
            )
            zeilen = await self._db.read(abfrage.order_by(ZUSTAND.c.workflow).limit(STUECK))
            yield [(z.workflow, form.model_validate_json(z.zustand)) for z in zeilen]
            if len(zeilen) < STUECK:
                return
            letzter = zeilen[-1].workflow

    async def _entries_of(self, workflows: Sequence[str]) -> dict[str, list[tuple[Kopf, Inhalt]]]:
        abfrage = sa.select(EINTRAG.c.workflow, EINTRAG.c.kopf, EINTRAG.c.inhalt).where(EINTRAG.c.workflow.in_(workflows))
        ergebnis: dict[str, list[tuple[Kopf, Inhalt]]] = defaultdict(list)
        for z in await self._db.read(abfrage.order_by(EINTRAG.c.workflow, EINTRAG.c.seq)):
            ergebnis[z.workflow].append((Kopf.model_validate_json(z.kopf), Inhalt.model_validate_json(z.inhalt)))
        return ergebnis

    async def states_of(self, workflows: Collection[str]) -> dict[str, Zustand]:
        """The states of some cases, in one query."""
        abfrage = sa.select(ZUSTAND.c.workflow, ZUSTAND.c.zustand).where(ZUSTAND.c.workflow.in_(workflows))
        return {z.workflow: kern_of(z.workflow).zustand.model_validate_json(z.zustand) for z in await self._db.read(abfrage)}

    async def log_extent(self, auswahl: Auswahl) -> tuple[int, int]:
        """Up to which leaf (exclusive) the selection reaches, and how many leaves it has (of all cases)."""
        spalten: tuple[sa.ColumnElement[Any], ...] = (sa.func.max(BLATT.c.nr).label("letztes"), sa.func.count().label("anzahl"))
        zeile = (await self._db.read(self._selected(sa.select(*spalten), auswahl)))[0]
        return (0 if zeile.letztes is None else zeile.letztes + 1), zeile.anzahl

    async def log(self, auswahl: Auswahl, bis_blatt: int) -> AsyncIterator[list[Blatt]]:
        """The selected entries up to a leaf (exclusive), in the order of their leaves, a query for each batch."""
        nr = -1
        spalten = (BLATT.c.nr, EINTRAG.c.workflow, EINTRAG.c.kopf_hash, EINTRAG.c.kopf, EINTRAG.c.inhalt)
        while True:
            abfrage = self._selected(sa.select(*spalten), auswahl).where(BLATT.c.nr > nr, BLATT.c.nr < bis_blatt)
            zeilen = await self._db.read(abfrage.order_by(BLATT.c.nr).limit(STUECK))
            yield [
                Blatt(z.nr, z.kopf_hash, Kopf.model_validate_json(z.kopf), Inhalt.model_validate_json(z.inhalt))
                for z in zeilen
                if auswahl.vorgaenge is None or z.workflow in auswahl.vorgaenge
            ]
            if len(zeilen) < STUECK:
                return
            nr = zeilen[-1].nr

    def _selected(self, abfrage: sa.Select[Any], auswahl: Auswahl) -> sa.Select[Any]:
        dasselbe = sa.and_(BLATT.c.workflow == EINTRAG.c.workflow, BLATT.c.seq == EINTRAG.c.seq)
        return abfrage.select_from(sa.join(BLATT, EINTRAG, dasselbe)).where(*auswahl.conditions())
