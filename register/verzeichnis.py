"""The town's log in the database: its inner nodes as it grows, its root, proofs, and the checkpoints that were signed.

Nodes are completed when somebody asks for a root, not when an entry is recorded: what people wait for stays as cheap as it was.
"""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from beweis import merkle
from beweis.pruefpunkt import Pruefpunkt, body_of
from register.tabellen import BAUM, BLATT, KNOTEN, PRUEFPUNKT
from register.verbindung import Datenbank

T = TypeVar("T")
STUECK = 16_384
"""Leaves for which nodes are completed in one transaction."""
Ort = tuple[int, int]


class Verzeichnis:
    """Reads the logs of all towns."""

    def __init__(self, db: Datenbank) -> None:
        self._db = db

    async def log_size(self, kommune: str) -> int:
        """How many leaves the town's log has."""
        zeilen = await self._db.read(sa.select(BAUM.c.groesse).where(BAUM.c.kommune == kommune))
        return int(zeilen[0].groesse) if zeilen else 0

    async def leaf_number(self, workflow: str, seq: int) -> int | None:
        """Number of an entry's leaf in its town's log."""
        zeilen = await self._db.read(sa.select(BLATT.c.nr).where(BLATT.c.workflow == workflow, BLATT.c.seq == seq))
        return int(zeilen[0].nr) if zeilen else None

    async def log_root(self, kommune: str, groesse: int) -> bytes:
        """Root of the log at that size, which it must have reached."""
        return await self._computed(kommune, groesse, lambda knoten: merkle.root(knoten, groesse))

    async def inclusion(self, kommune: str, nr: int, groesse: int) -> list[bytes]:
        """Proof that leaf ``nr`` is in the log of that size."""
        return await self._computed(kommune, groesse, lambda knoten: merkle.inclusion(knoten, nr, groesse))

    async def consistency(self, kommune: str, alt: int, neu: int) -> list[bytes]:
        """Proof that the log of size ``neu`` begins with the one of size ``alt``."""
        return await self._computed(kommune, neu, lambda knoten: merkle.consistency(knoten, alt, neu))

    async def leaves(self, kommune: str, ab: int = 0) -> AsyncIterator[str]:
        """Leaf hashes (hex) in order, from that number on."""
        nr = ab
        while True:
            abfrage = sa.select(BLATT.c.kopf_hash).where(BLATT.c.kommune == kommune, BLATT.c.nr >= nr)
            zeilen = await self._db.read(abfrage.order_by(BLATT.c.nr).limit(STUECK))
            for zeile in zeilen:
                yield zeile.kopf_hash
            if len(zeilen) < STUECK:
                return
            nr += len(zeilen)

    async def keep_checkpoint(self, kommune: str, punkt: Pruefpunkt, zeit: dt.datetime) -> None:
        """Keeps a signed checkpoint; one of that size that is there already stays."""
        werte = {"kommune": kommune, "herkunft": punkt.herkunft, "groesse": punkt.groesse, "zeit": zeit, "note": punkt.note}

        async def arbeit(v: AsyncConnection) -> None:
            await v.execute(
                self._db.insert(PRUEFPUNKT)
                .values(**werte)
                .on_conflict_do_nothing(index_elements=["kommune", "herkunft", "groesse"])
            )

        await self._db.write(arbeit)

    async def agreed(self, kommune: str) -> int:
        """The largest size at which a checkpoint that is kept here fits the leaves that are here; 0 if none does."""
        groesse = await self.log_size(kommune)
        punkte = sa.select(PRUEFPUNKT.c.groesse, PRUEFPUNKT.c.note).where(
            PRUEFPUNKT.c.kommune == kommune, PRUEFPUNKT.c.groesse <= groesse
        )
        for zeile in await self._db.read(punkte.order_by(PRUEFPUNKT.c.groesse.desc())):
            if body_of(zeile.note).wurzel == await self.log_root(kommune, zeile.groesse):
                return int(zeile.groesse)
        return 0

    # --- nodes --------------------------------------------------------------------------------------------------------

    async def _computed(self, kommune: str, groesse: int, rechne: Callable[[merkle.Knoten], T]) -> T:
        """What ``rechne`` yields from the nodes that it needs, all fetched at once."""
        await self._grow(kommune)
        orte: list[Ort] = []

        def merken(ebene: int, nr: int) -> bytes:
            orte.append((ebene, nr))
            return b""

        rechne(merken)
        hashes = {ort: bytes.fromhex(h) for ort, h in (await self._fetch(kommune, orte)).items()}
        return rechne(lambda ebene, nr: hashes[ebene, nr])

    async def _fetch(self, kommune: str, orte: list[Ort]) -> dict[Ort, str]:
        innen = [sa.and_(KNOTEN.c.ebene == e, KNOTEN.c.nr == n) for e, n in orte if e]
        blaetter = sa.select(sa.literal(0).label("ebene"), BLATT.c.nr, BLATT.c.kopf_hash.label("hash")).where(
            BLATT.c.kommune == kommune, BLATT.c.nr.in_([n for e, n in orte if not e])
        )
        knoten = sa.select(KNOTEN.c.ebene, KNOTEN.c.nr, KNOTEN.c.hash).where(
            KNOTEN.c.kommune == kommune, sa.or_(sa.false(), *innen)
        )
        zeilen = [*await self._db.read(blaetter), *await self._db.read(knoten)]
        return {(z.ebene, z.nr): z.hash for z in zeilen}

    async def _grow(self, kommune: str) -> None:
        """Completes the inner nodes up to the log's size, some leaves at a time."""
        groesse = await self.log_size(kommune)
        letzter = sa.select(sa.func.max(KNOTEN.c.nr)).where(KNOTEN.c.kommune == kommune, KNOTEN.c.ebene == 1)
        hoechster = (await self._db.read(letzter))[0][0]
        alt = 0 if hoechster is None else 2 * (int(hoechster) + 1)
        while alt + 2 <= groesse:
            neu = min(groesse, alt + STUECK)
            await self._db.write(lambda v, a=alt, n=neu: self._complete(v, kommune, a, n))  # type: ignore[misc]  # the defaults bind the loop's values
            alt = neu - neu % 2

    async def _complete(self, v: AsyncConnection, kommune: str, alt: int, neu: int) -> None:
        abfrage = sa.select(BLATT.c.nr, BLATT.c.kopf_hash).where(BLATT.c.kommune == kommune, BLATT.c.nr >= alt, BLATT.c.nr < neu)
        hashes = {(0, z.nr): bytes.fromhex(z.kopf_hash) for z in (await v.execute(abfrage)).all()}
        werte: list[dict[str, Any]] = []
        for ebene, nr in merkle.completed(alt, neu):
            kinder = [
                hashes.get(ort) or await self._one(v, kommune, ort) for ort in ((ebene - 1, 2 * nr), (ebene - 1, 2 * nr + 1))
            ]
            hashes[ebene, nr] = merkle.node_hash(*kinder)
            werte.append({"kommune": kommune, "ebene": ebene, "nr": nr, "hash": hashes[ebene, nr].hex()})
        await v.execute(self._db.insert(KNOTEN).on_conflict_do_nothing(index_elements=["kommune", "ebene", "nr"]), werte)

    async def _one(self, v: AsyncConnection, kommune: str, ort: Ort) -> bytes:
        """A node on the left edge of what is new: there is at most one on each level."""
        abfrage = sa.select(KNOTEN.c.hash).where(KNOTEN.c.kommune == kommune, KNOTEN.c.ebene == ort[0], KNOTEN.c.nr == ort[1])
        return bytes.fromhex((await v.execute(abfrage)).scalar_one())
