"""Rebuilding everything that follows from the record: each case from its entries, under the lock that recording takes."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from lifecycle.kerne import kern_of
from register import pruefung
from register.aufzeichnung import locked_row, write_current
from register.tabellen import ABGELEITET, AUSGANG, BAUM, BLATT, EINTRAG, KNOTEN, OEFFENTLICH, SCHAUSTAND, ZUSTAND
from register.verbindung import Datenbank

Fortschritt = Callable[[int, int], None]


async def rebuild(db: Datenbank, fortschritt: Fortschritt | None = None) -> list[str]:
    """All tables but entries and leaves, case by case, each in a transaction. Marks of delivery that exist are kept.

    Returns what it found on the way. A case that cannot be worked out again keeps the rows that it has.
    """
    async with db.snapshot() as v:
        alle = [workflow async for workflow in pruefung.cases(v)]
        funde = await pruefung.check_leaves(v) + await pruefung.check_tree(v)
    for nr, workflow in enumerate(alle, 1):
        funde += await db.write(lambda v, w=workflow: _rebuild_one(db, v, w))  # type: ignore[misc]  # the default binds the loop's value
        if fortschritt:
            fortschritt(nr, len(alle))
    await db.write(_tidy)
    return funde


async def _rebuild_one(db: Datenbank, v: AsyncConnection, workflow: str) -> list[str]:
    await locked_row(db, v, workflow)  # or an entry recorded meanwhile would be missing in what is written
    neu = await pruefung.recompute(v, workflow)
    if not neu.ganz:
        return neu.funde
    for tabelle in ABGELEITET:
        if tabelle is not ZUSTAND:  # overwritten in its place: who waits for its lock must find it again
            await v.execute(sa.delete(tabelle).where(tabelle.c.workflow == workflow))
    await write_current(db, v, kern_of(workflow), workflow, neu.rechnung.z, neu.rechnung.kopf_hash or "")
    if neu.ausgang:
        await v.execute(db.insert(AUSGANG).on_conflict_do_nothing(index_elements=["id"]), neu.ausgang)
    return neu.funde


async def _tidy(v: AsyncConnection) -> None:
    """Rows of cases that have no entry go; the sizes of the towns' trees are counted anew."""
    echte = sa.select(EINTRAG.c.workflow)
    for tabelle in ABGELEITET:
        await v.execute(sa.delete(tabelle).where(tabelle.c.workflow.not_in(echte)))
    await v.execute(sa.delete(KNOTEN))  # completed again when somebody asks for a root
    for tabelle in (SCHAUSTAND, OEFFENTLICH):  # filled again when somebody looks
        await v.execute(sa.delete(tabelle))
    await v.execute(sa.delete(BAUM))
    groessen = sa.select(BLATT.c.kommune, sa.func.count()).group_by(BLATT.c.kommune)
    await v.execute(sa.insert(BAUM).from_select(["kommune", "groesse"], groessen))
