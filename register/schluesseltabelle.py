"""The table of case keys: they come in wrapped, and go by being overwritten. What they are for it does not know."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from register.tabellen import FALLSCHLUESSEL
from register.verbindung import EILIG, Datenbank
from schemas.basis import Modell

GEDULD = 5.0
"""Seconds: a workflow's step waits for it, and is repeated."""


class Schluesselzeile(Modell):
    """One key. ``verpackt`` None: destroyed."""

    kennung: str
    workflow: str
    verpackt: bytes | None


class Schluesseltabelle:
    """Over the register's database. Everything raises RegisterNichtErreichbar."""

    def __init__(self, db: Datenbank) -> None:
        self._db = db

    async def current(self, workflow: str) -> Schluesselzeile | None:
        """The key that closes what the case says now."""
        zeilen = await self._read(FALLSCHLUESSEL.c.workflow == workflow, FALLSCHLUESSEL.c.schluessel.is_not(None))
        return zeilen[0] if zeilen else None

    async def get(self, kennung: str) -> Schluesselzeile | None:
        """A key by its id, destroyed or not."""
        zeilen = await self._read(FALLSCHLUESSEL.c.kennung == kennung)
        return zeilen[0] if zeilen else None

    async def any_in_use(self) -> Schluesselzeile | None:
        """One that was not destroyed, if there is any: the master key can be tried on it."""
        zeilen = await self._read(FALLSCHLUESSEL.c.schluessel.is_not(None))
        return zeilen[0] if zeilen else None

    async def destroyed_since(self, zeit: dt.datetime) -> list[Schluesselzeile]:
        """What another process may have destroyed meanwhile. It is asked often, so it does not wait long."""
        return await self._read(FALLSCHLUESSEL.c.zerstoert >= zeit, sekunden=EILIG, hoechstens=1000)

    async def add(self, zeile: Schluesselzeile) -> bool:
        """Whether it was taken: of two that come at once for the same case, one is."""

        async def arbeit(v: AsyncConnection) -> bool:
            werte = {"kennung": zeile.kennung, "workflow": zeile.workflow, "schluessel": (zeile.verpackt or b"").hex()}
            neu = self._db.insert(FALLSCHLUESSEL).values(**werte, erstellt=dt.datetime.now(dt.UTC)).on_conflict_do_nothing()
            return bool((await v.execute(neu)).rowcount)

        return await self._db.write(arbeit)

    async def erase(self, workflow: str) -> int:
        """Overwrites every key of a case; the row stays, and says when. Returns how many there were."""

        async def arbeit(v: AsyncConnection) -> int:
            hier = sa.and_(FALLSCHLUESSEL.c.workflow == workflow, FALLSCHLUESSEL.c.schluessel.is_not(None))
            neu = sa.update(FALLSCHLUESSEL).where(hier).values(schluessel=None, zerstoert=dt.datetime.now(dt.UTC))
            return int((await v.execute(neu)).rowcount)

        anzahl = await self._db.write(arbeit)
        await self._db.scrub(FALLSCHLUESSEL)
        return anzahl

    async def _read(
        self, *bedingungen: sa.ColumnElement[bool], sekunden: float = GEDULD, hoechstens: int = 1
    ) -> list[Schluesselzeile]:
        spalten = (FALLSCHLUESSEL.c.kennung, FALLSCHLUESSEL.c.workflow, FALLSCHLUESSEL.c.schluessel)
        abfrage = sa.select(*spalten).where(*bedingungen).limit(hoechstens)
        return [
            Schluesselzeile(
                kennung=z.kennung, workflow=z.workflow, verpackt=bytes.fromhex(z.schluessel) if z.schluessel else None
            )
            for z in await self._db.read(abfrage, sekunden)
        ]
