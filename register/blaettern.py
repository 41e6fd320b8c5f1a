"""Leafing through a town's cases and its news, a page at a time: from where the last one ended, whatever has changed since."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from lifecycle.kerne import KERNE
from register.tabellen import BLATT, EINTRAG, ZUSTAND
from register.verbindung import Datenbank
from register.zeilen import LISTEN
from schemas.zustand import Zustand


class Stelle(NamedTuple):
    """Where a page ended: when the last case on it had changed, and its id."""

    zuletzt: dt.datetime
    workflow: str


class Neuigkeit(NamedTuple):
    """An entry as news: number of its leaf in the town's log, case, place in its Verlauf, kind of command."""

    blatt: int
    workflow: str
    seq: int
    art: str


class Blaettern:
    """Every method is one query and raises RegisterNichtErreichbar."""

    _db: Datenbank

    async def page(
        self, kommune: str, typ: str, anzahl: int, nach: Stelle | None = None, **spalten: str
    ) -> list[tuple[Stelle, Zustand]]:
        """Cases of a type, what changed last first. ``spalten``: column of the list to value.

        What changes meanwhile moves to the front: who leafs on does not miss what has not changed.
        """
        abfrage = sa.select(ZUSTAND.c.workflow, ZUSTAND.c.zuletzt, ZUSTAND.c.zustand)
        abfrage = abfrage.where(ZUSTAND.c.kommune == kommune, ZUSTAND.c.typ == typ)
        if spalten:
            liste, _ = LISTEN[typ]
            abfrage = abfrage.join(liste, liste.c.workflow == ZUSTAND.c.workflow)
            abfrage = abfrage.where(*(liste.c[name] == wert for name, wert in spalten.items()))
        if nach:
            frueher = sa.and_(ZUSTAND.c.zuletzt == nach.zuletzt, ZUSTAND.c.workflow > nach.workflow)
            abfrage = abfrage.where(sa.or_(ZUSTAND.c.zuletzt < nach.zuletzt, frueher))
        zeilen = await self._db.read(abfrage.order_by(ZUSTAND.c.zuletzt.desc(), ZUSTAND.c.workflow).limit(anzahl))
        form = KERNE[typ].zustand
        return [(Stelle(z.zuletzt, z.workflow), form.model_validate_json(z.zustand)) for z in zeilen]

    async def news(self, kommune: str, nach_blatt: int, anzahl: int) -> list[Neuigkeit]:
        """Entries of the town after that leaf, in the order of the log."""
        dasselbe = sa.and_(BLATT.c.workflow == EINTRAG.c.workflow, BLATT.c.seq == EINTRAG.c.seq)
        abfrage: sa.Select[Any] = sa.select(BLATT.c.nr, EINTRAG.c.workflow, EINTRAG.c.seq, EINTRAG.c.art)
        abfrage = abfrage.select_from(sa.join(BLATT, EINTRAG, dasselbe)).where(
            BLATT.c.kommune == kommune, BLATT.c.nr > nach_blatt
        )
        return [
            Neuigkeit(z.nr, z.workflow, z.seq, z.art) for z in await self._db.read(abfrage.order_by(BLATT.c.nr).limit(anzahl))
        ]

    async def latest_leaf(self, kommune: str) -> int:
        """Number of the newest leaf; -1 for an empty log."""
        zeilen = await self._db.read(sa.select(sa.func.max(BLATT.c.nr).label("nr")).where(BLATT.c.kommune == kommune))
        return -1 if zeilen[0].nr is None else int(zeilen[0].nr)
