"""Verifying the record, and rebuilding everything that follows from it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from beweis.kopf import contradictions, restore
from lifecycle.empfaenger import receivers
from lifecycle.kern import fold
from lifecycle.kerne import kern_of
from register.aufzeichnung import heads, write_current
from register.ausgang import UNKLAR, outbox_row
from register.tabellen import ABGELEITET, AUSGANG, BAUM, BLATT, EINTRAG, ZUSTAND
from register.verbindung import Datenbank
from schemas.zustand import Zustand

Fortschritt = Callable[[int, int], None]


@dataclass
class Nachgerechnet:
    """A case as its entries yield it, and what was found on the way."""

    workflow: str
    z: Zustand
    kopf_hash: str = ""
    funde: list[str] = field(default_factory=list)
    ausgang: list[dict[str, Any]] = field(default_factory=list)


async def recompute(v: AsyncConnection, workflow: str) -> Nachgerechnet:
    """The case from its entries: chain and commitments verified, state folded, outbox rows derived."""
    kern = kern_of(workflow)
    ergebnis = Nachgerechnet(workflow, kern.empty(workflow))
    vorher: str | None = None
    for nr, (kopf, inhalt) in enumerate(await heads(v, workflow), 1):
        if kopf.seq != nr or kopf.workflow != workflow:
            ergebnis.funde.append(f"{workflow}: Eintrag {nr} fehlt oder gehört nicht hierher.")
        if kopf.vorher != vorher:
            ergebnis.funde.append(f"{workflow}, Eintrag {kopf.seq}: die Kette ist unterbrochen.")
        ergebnis.funde += [
            f"{workflow}, Eintrag {kopf.seq}: „{name}“ passt nicht zum Kopf." for name in contradictions(kopf, inhalt)
        ]
        vorher = kopf.hash()
        eintrag = restore(kopf, inhalt)
        ergebnis.z = fold(kern, ergebnis.z, eintrag)
        befehl = kern.parse(eintrag.befehl)
        ergebnis.ausgang += [
            outbox_row(eintrag, ergebnis.z.kommune, an, befehl.art, UNKLAR) for an in receivers(ergebnis.z, befehl)
        ]
    ergebnis.kopf_hash = vorher or ""
    return ergebnis


async def check(db: Datenbank) -> list[str]:
    """Everything that does not agree: chains, commitments, leaves, current rows. Nothing is changed."""
    funde: list[str] = []
    async with db.connection() as v:
        async for workflow in _workflows(v):
            neu = await recompute(v, workflow)
            funde += neu.funde
            zeile = (await v.execute(sa.select(ZUSTAND.c.zustand).where(ZUSTAND.c.workflow == workflow))).scalar()
            if zeile != neu.z.model_dump_json(exclude_defaults=True):
                funde.append(f"{workflow}: der angezeigte Stand weicht von den Einträgen ab. Bitte neu aufbauen.")
        funde += await _check_leaves(v)
    return funde


async def _check_leaves(v: AsyncConnection) -> list[str]:
    funde = []
    abfrage = sa.select(BLATT.c.kommune, sa.func.count(), sa.func.max(BLATT.c.nr)).group_by(BLATT.c.kommune)
    for kommune, anzahl, hoechstes in (await v.execute(abfrage)).all():
        if anzahl != hoechstes + 1:
            funde.append(f"{kommune}: in den Blättern fehlen Nummern ({anzahl} Blätter, höchste Nummer {hoechstes}).")
    verschieden = (
        sa.select(EINTRAG.c.workflow, EINTRAG.c.seq)
        .outerjoin(BLATT, sa.and_(BLATT.c.workflow == EINTRAG.c.workflow, BLATT.c.seq == EINTRAG.c.seq))
        .where(sa.or_(BLATT.c.kopf_hash.is_(None), BLATT.c.kopf_hash != EINTRAG.c.kopf_hash))
    )
    for workflow, seq in (await v.execute(verschieden)).all():
        funde.append(f"{workflow}, Eintrag {seq}: das Blatt fehlt oder passt nicht.")
    return funde


async def _workflows(v: AsyncConnection) -> AsyncIterator[str]:
    for (workflow,) in (await v.execute(sa.select(EINTRAG.c.workflow).distinct().order_by(EINTRAG.c.workflow))).all():
        yield workflow


async def rebuild(db: Datenbank, fortschritt: Fortschritt | None = None) -> list[str]:
    """All tables but entries and leaves, case by case, each in a transaction. Marks of delivery that exist are kept."""
    async with db.connection() as v:
        alle = [workflow async for workflow in _workflows(v)]
    funde: list[str] = []
    for nr, workflow in enumerate(alle, 1):
        funde += await db.write(lambda v, w=workflow: _rebuild_one(db, v, w))  # type: ignore[misc]  # the default binds the loop's value
        if fortschritt:
            fortschritt(nr, len(alle))
    await db.write(lambda v: _tidy(v, db))
    return funde


async def _rebuild_one(db: Datenbank, v: AsyncConnection, workflow: str) -> list[str]:
    neu = await recompute(v, workflow)
    for tabelle in ABGELEITET:
        await v.execute(sa.delete(tabelle).where(tabelle.c.workflow == workflow))
    await write_current(db, v, kern_of(workflow), workflow, neu.z, neu.kopf_hash)
    if neu.ausgang:
        await v.execute(db.insert(AUSGANG).on_conflict_do_nothing(index_elements=["id"]), neu.ausgang)
    return neu.funde


async def _tidy(v: AsyncConnection, db: Datenbank) -> None:
    """Rows of cases that have no entry go; the sizes of the towns' trees are counted anew."""
    echte = sa.select(EINTRAG.c.workflow)
    for tabelle in ABGELEITET:
        await v.execute(sa.delete(tabelle).where(tabelle.c.workflow.not_in(echte)))
    await v.execute(sa.delete(BAUM))
    groessen = sa.select(BLATT.c.kommune, sa.func.count()).group_by(BLATT.c.kommune)
    await v.execute(sa.insert(BAUM).from_select(["kommune", "groesse"], groessen))
