"""The outbox: who is to be told of what, and how far that has come."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from pydantic import AwareDatetime

from register.tabellen import AUSGANG
from register.verbindung import Datenbank
from schemas.basis import Modell
from schemas.befehl import Eintrag

OFFEN, ZUGESTELLT, AUFGEGEBEN, UNKLAR = "offen", "zugestellt", "aufgegeben", "unklar"
"""``unklar``: came back in a rebuild; whether it was sent nobody knows, so it is not sent by itself."""


class Ausgang(Modell):
    """One message to one receiver."""

    id: str
    kommune: str
    workflow: str
    seq: int
    art: str
    empfaenger: str
    kanal: str
    status: str
    versuche: int
    naechster_versuch: AwareDatetime
    erstellt: AwareDatetime
    erledigt_am: AwareDatetime | None
    grund: str | None
    gemeldet: AwareDatetime | None = None
    """Given up, and its case knows; or nothing needs to be said."""


def outbox_row(eintrag: Eintrag, kommune: str, empfaenger: str, art: str, status: str = OFFEN) -> dict[str, Any]:
    """Row for one receiver of an entry. Its id follows from both: a repetition writes nothing twice."""
    return {
        "id": f"{eintrag.workflow}/{eintrag.seq}/{empfaenger}",
        "kommune": kommune,
        "workflow": eintrag.workflow,
        "seq": eintrag.seq,
        "art": art,
        "empfaenger": empfaenger,
        "kanal": "webhook" if empfaenger.startswith("webhook:") else "mail",
        "status": status,
        "versuche": 0,
        "naechster_versuch": eintrag.zeit,
        "erstellt": eintrag.zeit,
    }


def _open(kommune: str, ausser: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.and_(AUSGANG.c.kommune == kommune, AUSGANG.c.status == OFFEN, AUSGANG.c.empfaenger.not_in(ausser))


class Postausgang:
    """Reads and marks outbox rows."""

    def __init__(self, db: Datenbank) -> None:
        self._db = db

    async def due(self, kommune: str, jetzt: dt.datetime, ausser: Collection[str] = ()) -> list[Ausgang]:
        """The next message of every receiver whose turn it is, oldest first; nothing for those in ``ausser``."""
        reihe = (AUSGANG.c.naechster_versuch, AUSGANG.c.id)
        platz = sa.func.row_number().over(partition_by=AUSGANG.c.empfaenger, order_by=reihe).label("platz")
        alle = sa.select(AUSGANG, platz).where(_open(kommune, ausser), AUSGANG.c.naechster_versuch <= jetzt).subquery()
        abfrage = sa.select(alle).where(alle.c.platz == 1).order_by(alle.c.naechster_versuch, alle.c.id)
        return [Ausgang.model_validate(dict(zeile._mapping)) for zeile in await self._db.read(abfrage)]

    async def next_due(self, kommune: str, ausser: Collection[str] = ()) -> dt.datetime | None:
        """When the next attempt is due, apart from receivers in ``ausser``."""
        frueheste = sa.func.min(AUSGANG.c.naechster_versuch, type_=AUSGANG.c.naechster_versuch.type)
        wann: dt.datetime | None = (await self._db.read(sa.select(frueheste).where(_open(kommune, ausser))))[0][0]
        return wann

    async def delivered(self, kennung: str, jetzt: dt.datetime) -> None:
        """The receiver has it."""
        await self._mark(kennung, status=ZUGESTELLT, erledigt_am=jetzt, grund=None)

    async def postponed(self, kennung: str, versuche: int, naechster: dt.datetime, grund: str) -> None:
        """Another attempt later."""
        await self._mark(kennung, versuche=versuche, naechster_versuch=naechster, grund=grund)

    async def given_up(self, kennung: str, jetzt: dt.datetime, grund: str, *, melden: bool) -> None:
        """No further attempt. ``melden``: its case must be told."""
        await self._mark(kennung, status=AUFGEGEBEN, erledigt_am=jetzt, grund=grund, gemeldet=None if melden else jetzt)

    async def unreported(self, kommune: str, hoechstens: int) -> list[Ausgang]:
        """Messages given up of which their cases do not know, latest first: an old one may be of a case that never answers."""
        abfrage = (
            sa.select(AUSGANG)
            .where(AUSGANG.c.kommune == kommune, AUSGANG.c.status == AUFGEGEBEN, AUSGANG.c.gemeldet.is_(None))
            .order_by(AUSGANG.c.erledigt_am.desc(), AUSGANG.c.id)
            .limit(hoechstens)
        )
        return [Ausgang.model_validate(dict(zeile._mapping)) for zeile in await self._db.read(abfrage)]

    async def reported(self, kennung: str, jetzt: dt.datetime) -> None:
        """Its case knows that it was given up."""
        await self._mark(kennung, gemeldet=jetzt)

    async def again(self, kennung: str, jetzt: dt.datetime) -> None:
        """Somebody wants it sent after all."""
        await self._mark(kennung, status=OFFEN, versuche=0, naechster_versuch=jetzt, erledigt_am=None, gemeldet=None)

    async def stopped(self, kommune: str) -> list[Ausgang]:
        """Messages that nobody sends any more unless somebody wants it: given up, or unclear after the register was rebuilt."""
        abfrage = sa.select(AUSGANG).where(AUSGANG.c.kommune == kommune, AUSGANG.c.status.in_((AUFGEGEBEN, UNKLAR)))
        zeilen = await self._db.read(abfrage.order_by(AUSGANG.c.erstellt, AUSGANG.c.id))
        return [Ausgang.model_validate(dict(zeile._mapping)) for zeile in zeilen]

    async def often_tried(self, kommune: str, mehr_als: int) -> dict[str, int]:
        """Receivers with messages that have been tried more often than that, and how many those are."""
        abfrage = sa.select(AUSGANG.c.empfaenger, sa.func.count().label("anzahl")).where(
            _open(kommune, ()), AUSGANG.c.versuche > mehr_als
        )
        return {zeile.empfaenger: zeile.anzahl for zeile in await self._db.read(abfrage.group_by(AUSGANG.c.empfaenger))}

    async def counts(self) -> dict[str, int]:
        """How many messages there are by status."""
        abfrage = sa.select(AUSGANG.c.status, sa.func.count().label("anzahl")).group_by(AUSGANG.c.status)
        return {zeile.status: zeile.anzahl for zeile in await self._db.read(abfrage)}

    async def _mark(self, kennung: str, **werte: Any) -> None:
        async def arbeit(v: Any) -> None:
            await v.execute(sa.update(AUSGANG).where(AUSGANG.c.id == kennung).values(**werte))

        await self._db.write(arbeit)
