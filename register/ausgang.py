"""The outbox: who is to be told of what, and how far that has come."""

import datetime as dt
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


class Postausgang:
    """Reads and marks outbox rows."""

    def __init__(self, db: Datenbank) -> None:
        self._db = db

    async def due(self, kommune: str, jetzt: dt.datetime, hoechstens: int) -> list[Ausgang]:
        """Messages whose turn it is, oldest first."""
        abfrage = (
            sa.select(AUSGANG)
            .where(AUSGANG.c.kommune == kommune, AUSGANG.c.status == OFFEN, AUSGANG.c.naechster_versuch <= jetzt)
            .order_by(AUSGANG.c.naechster_versuch, AUSGANG.c.id)
            .limit(hoechstens)
        )
        return [Ausgang.model_validate(dict(zeile._mapping)) for zeile in await self._db.read(abfrage)]

    async def next_due(self, kommune: str) -> dt.datetime | None:
        """When the next attempt is due."""
        abfrage = sa.select(sa.func.min(AUSGANG.c.naechster_versuch, type_=AUSGANG.c.naechster_versuch.type)).where(
            AUSGANG.c.kommune == kommune, AUSGANG.c.status == OFFEN
        )
        wann: dt.datetime | None = (await self._db.read(abfrage))[0][0]
        return wann

    async def delivered(self, kennung: str, jetzt: dt.datetime) -> None:
        """The receiver has it."""
        await self._mark(kennung, status=ZUGESTELLT, erledigt_am=jetzt, grund=None)

    async def postponed(self, kennung: str, versuche: int, naechster: dt.datetime, grund: str) -> None:
        """Another attempt later."""
        await self._mark(kennung, versuche=versuche, naechster_versuch=naechster, grund=grund)

    async def given_up(self, kennung: str, jetzt: dt.datetime, grund: str) -> None:
        """No further attempt."""
        await self._mark(kennung, status=AUFGEGEBEN, erledigt_am=jetzt, grund=grund)

    async def again(self, kennung: str, jetzt: dt.datetime) -> None:
        """Somebody wants it sent after all."""
        await self._mark(kennung, status=OFFEN, versuche=0, naechster_versuch=jetzt, erledigt_am=None)

    async def counts(self) -> dict[str, int]:
        """How many messages there are by status."""
        abfrage = sa.select(AUSGANG.c.status, sa.func.count().label("anzahl")).group_by(AUSGANG.c.status)
        return {zeile.status: zeile.anzahl for zeile in await self._db.read(abfrage)}

    async def _mark(self, kennung: str, **werte: Any) -> None:
        async def arbeit(v: Any) -> None:
            await v.execute(sa.update(AUSGANG).where(AUSGANG.c.id == kennung).values(**werte))

        await self._db.write(arbeit)
