"""Forgetting in the register: content and salts of chosen fields go, the heads stay; everything that follows from them is written anew."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from beweis.kopf import Inhalt, Kopf, restore
from lifecycle.kern import fold_all
from lifecycle.kerne import kern_of
from lifecycle.siegel import SIEGEL
from register.aufzeichnung import heads, locked_row, write_current
from register.tabellen import EINTRAG
from register.verbindung import Datenbank
from schemas.loeschung import Loeschstelle
from schemas.zustand import Zustand

Verlauf = Sequence[tuple[Kopf, Inhalt]]


@dataclass(frozen=True)
class Rest:
    """What is left of a case: its entries, the state that they yield, and everything that went."""

    verlauf: list[tuple[Kopf, Inhalt]]
    z: Zustand
    stellen: tuple[Loeschstelle, ...]


def without(workflow: str, verlauf: Verlauf, stellen: Sequence[Loeschstelle]) -> Rest:
    """The case without these fields. Pure. Raises NichtZuVergessen for a field that nothing can stand for."""
    weg = _with_seals(verlauf, stellen)
    rest = [
        (kopf, Inhalt(felder={name: feld for name, feld in inhalt.felder.items() if name not in weg.get(kopf.seq, frozenset())}))
        for kopf, inhalt in verlauf
    ]
    z = fold_all(kern_of(workflow), workflow, (restore(kopf, inhalt) for kopf, inhalt in rest))
    return Rest(rest, z, tuple(Loeschstelle(seq=seq, felder=tuple(sorted(felder))) for seq, felder in sorted(weg.items())))


def _with_seals(verlauf: Verlauf, stellen: Sequence[Loeschstelle]) -> dict[int, frozenset[str]]:
    """What is to go, by entry; and every seal over it, for the digest of a nearly known text tells the rest of it.

    Fields that an entry does not have are left out.
    """
    weg: dict[int, frozenset[str]] = {}
    for s in stellen:
        weg[s.seq] = weg.get(s.seq, frozenset()) | frozenset(s.felder)
    erste = min(weg, default=0)
    for kopf, _ in verlauf:
        if kopf.art in SIEGEL and kopf.seq > erste:
            weg[kopf.seq] = weg.get(kopf.seq, frozenset()) | {"siegel"}
    felder = {kopf.seq: frozenset(kopf.felder) for kopf, _ in verlauf}
    return {seq: da for seq, namen in weg.items() if (da := namen & felder.get(seq, frozenset()))}


async def forget(db: Datenbank, v: AsyncConnection, workflow: str, stellen: Sequence[Loeschstelle]) -> Rest:
    """In one transaction, under the lock that recording takes. Doing it again changes nothing."""
    await locked_row(db, v, workflow)
    rest = without(workflow, await heads(v, workflow), stellen)
    for kopf, inhalt in rest.verlauf:
        hier = sa.and_(EINTRAG.c.workflow == workflow, EINTRAG.c.seq == kopf.seq)
        if any(s.seq == kopf.seq for s in rest.stellen):
            await v.execute(sa.update(EINTRAG).where(hier).values(inhalt=inhalt.model_dump_json()))
    await write_current(db, v, kern_of(workflow), workflow, rest.z, rest.verlauf[-1][0].hash())
    return rest


async def mentions(v: AsyncConnection, kommune: str, text: str) -> list[tuple[str, int]]:
    """Entries of a town whose content holds that text, as it stands in JSON."""
    abfrage = sa.select(EINTRAG.c.workflow, EINTRAG.c.seq).where(
        EINTRAG.c.kommune == kommune, EINTRAG.c.inhalt.contains(text, autoescape=True)
    )
    return [(z.workflow, z.seq) for z in (await v.execute(abfrage.order_by(EINTRAG.c.workflow, EINTRAG.c.seq))).all()]
