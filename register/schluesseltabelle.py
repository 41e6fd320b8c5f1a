"""The table of case keys: they come in wrapped, and go by being overwritten. What they are for it does not know."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from register.tabellen import FALLSCHLUESSEL
from register.verbindung import EILIG, Datenbank
from schemas.basis import Modell

GEDULD = 5.0
"""Seconds: a workflow's step waits for it, and is repeated."""
IN_GEBRAUCH = FALLSCHLUESSEL.c.schluessel.is_not(None)


class Schluesselzeile(Modell):
    """One key. ``verpackt`` None: destroyed. ``abgeloest``: since when it closes nothing more."""

    kennung: str
    workflow: str
    verpackt: bytes | None
    abgeloest: dt.datetime | None = None


class Schluesseltabelle:
    """Over the register's database. Everything raises RegisterNichtErreichbar."""

    def __init__(self, db: Datenbank) -> None:
        self._db = db

    async def current(self, workflow: str) -> Schluesselzeile | None:
        """The key that closes what the case says now."""
        zeilen = await self._read(FALLSCHLUESSEL.c.workflow == workflow, FALLSCHLUESSEL.c.abgeloest.is_(None))
        return zeilen[0] if zeilen else None

    async def get(self, kennung: str) -> Schluesselzeile | None:
        """A key by its id, destroyed or not."""
        zeilen = await self._read(FALLSCHLUESSEL.c.kennung == kennung)
        return zeilen[0] if zeilen else None

    async def retired(self, workflow: str) -> list[Schluesselzeile]:
        """Keys of a case that close nothing more and still open."""
        hier = (FALLSCHLUESSEL.c.workflow == workflow, FALLSCHLUESSEL.c.abgeloest.is_not(None), IN_GEBRAUCH)
        return await self._read(*hier, hoechstens=1000)

    async def any_in_use(self) -> Schluesselzeile | None:
        """One that was not destroyed, if there is any: the master key can be tried on it."""
        zeilen = await self._read(IN_GEBRAUCH)
        return zeilen[0] if zeilen else None

    async def retired_since(self, zeit: dt.datetime) -> list[Schluesselzeile]:
        """What another process may have retired or destroyed meanwhile. It is asked often, so it does not wait long."""
        seither = sa.or_(FALLSCHLUESSEL.c.abgeloest >= zeit, FALLSCHLUESSEL.c.zerstoert >= zeit)
        return await self._read(seither, sekunden=EILIG, hoechstens=1000)

    async def add(self, zeile: Schluesselzeile) -> None:
        """Of two that come at once for the same case, one is taken. It does not wait long, for somebody waits for it."""
        werte = {"kennung": zeile.kennung, "workflow": zeile.workflow, "schluessel": (zeile.verpackt or b"").hex()}
        neu = self._db.insert(FALLSCHLUESSEL).values(**werte, erstellt=dt.datetime.now(dt.UTC)).on_conflict_do_nothing()
        await self._db.write(lambda v: v.execute(neu), eilig=True)

    async def retire(self, workflow: str) -> None:
        """The case's key closes nothing more."""
        hier = sa.and_(FALLSCHLUESSEL.c.workflow == workflow, FALLSCHLUESSEL.c.abgeloest.is_(None))
        neu = sa.update(FALLSCHLUESSEL).where(hier).values(abgeloest=dt.datetime.now(dt.UTC))
        await self._db.write(lambda v: v.execute(neu))

    async def erase(self, kennungen: Collection[str]) -> None:
        """Overwrites keys; their rows stay, and say when."""
        jetzt = dt.datetime.now(dt.UTC)
        werte = {
            "schluessel": None,
            "zerstoert": jetzt,
            "abgeloest": sa.func.coalesce(FALLSCHLUESSEL.c.abgeloest, sa.literal(jetzt, FALLSCHLUESSEL.c.abgeloest.type)),
        }
        neu = sa.update(FALLSCHLUESSEL).where(FALLSCHLUESSEL.c.kennung.in_(kennungen), IN_GEBRAUCH).values(**werte)
        await self._db.write(lambda v: v.execute(neu))
        await self._db.scrub(FALLSCHLUESSEL)

    async def _read(
        self, *bedingungen: sa.ColumnElement[bool], sekunden: float = GEDULD, hoechstens: int = 1
    ) -> list[Schluesselzeile]:
        spalten = (FALLSCHLUESSEL.c.kennung, FALLSCHLUESSEL.c.workflow, FALLSCHLUESSEL.c.schluessel, FALLSCHLUESSEL.c.abgeloest)
        abfrage = sa.select(*spalten).where(*bedingungen).limit(hoechstens)
        return [
            Schluesselzeile(
                kennung=z.kennung,
                workflow=z.workflow,
                verpackt=bytes.fromhex(z.schluessel) if z.schluessel else None,
                abgeloest=z.abgeloest,
            )
            for z in await self._db.read(abfrage, sekunden)
        ]
