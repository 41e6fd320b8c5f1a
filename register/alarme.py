"""The alarms: what was refused is rolled back, so each is written in a transaction of its own, and once."""

import datetime as dt
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from register._fehler import RegisterAlarm, RegisterNichtErreichbar
from register.tabellen import ALARM, EINTRAG
from register.verbindung import Datenbank
from schemas.alarm import Alarm

DASSELBE = sa.and_(EINTRAG.c.workflow == ALARM.c.workflow, EINTRAG.c.seq == ALARM.c.seq)


async def keep(db: Datenbank, alarm: RegisterAlarm, *, eilig: bool) -> None:
    """Writes it down, unless it stands there. Where the register is away, the next attempt to record raises it again."""

    async def arbeit(v: AsyncConnection) -> None:
        hier = sa.and_(EINTRAG.c.workflow == alarm.workflow, EINTRAG.c.seq == alarm.seq)
        werte = {
            "workflow": alarm.workflow,
            "seq": alarm.seq,
            "satz": alarm.satz,
            "belegt": bool((await v.execute(sa.select(sa.exists().where(hier)))).scalar()),
            "zeit": dt.datetime.now(dt.UTC),
        }
        await v.execute(db.insert(ALARM).values(**werte).on_conflict_do_nothing(index_elements=["workflow", "seq", "satz"]))

    with suppress(RegisterNichtErreichbar):
        await db.write(arbeit, eilig=eilig)


async def standing(db: Datenbank) -> list[Alarm]:
    """Alarms that nothing has settled, oldest first. One is settled once the entry that was refused has been recorded."""
    offen = sa.or_(ALARM.c.belegt, ~sa.exists().where(DASSELBE))
    zeilen = await db.read(sa.select(ALARM).where(offen).order_by(ALARM.c.zeit, ALARM.c.workflow, ALARM.c.seq))
    return [Alarm.model_validate(dict(zeile._mapping)) for zeile in zeilen]
