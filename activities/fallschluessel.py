"""The keys of cases: one per workflow id, made when it says its first word, destroyed when what it said is to be forgotten.

They lie wrapped (RFC 3394) in the register's database, with a copy beside the master key. A process reads each key once and keeps it;
every few seconds it looks whether another one has retired or destroyed any.
"""

import asyncio
import datetime as dt
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from archive import SchluesselFehler
from archive.hauptschluessel import Zweitschriften, master_key
from register import RegisterNichtErreichbar, SchluesselFehlt
from register.schluesseltabelle import Schluesseltabelle, Schluesselzeile

log = structlog.get_logger()
IM_KOPF = 5000
"""So many keys a process keeps at hand: more than a town's open cases."""
NACHSEHEN = 5.0
"""Seconds between looks for what another process has retired or destroyed."""
WARTEN = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between attempts to write a new key."""
ZURUECK = dt.timedelta(minutes=5)
"""How far back a look goes: clocks of two machines differ."""


class Schluessel:
    """One case's key, ready for use."""

    def __init__(self, kennung: str, workflow: str, roh: bytes) -> None:
        self.kennung = kennung
        self.workflow = workflow
        self.aead = AESGCM(roh)


class Schluesselquelle(Protocol):
    """What the envelope needs."""

    async def of_case(self, workflow: str) -> Schluessel:
        """The key that closes what the case says now."""
        ...

    async def by_id(self, kennung: str, workflow: str | None) -> Schluessel:
        """The key that closed something of that case earlier. Raises SchluesselFehlt."""
        ...


class Fallschluessel:
    """All keys of an installation."""

    def __init__(self, tabelle: Schluesseltabelle, zweit: Zweitschriften, haupt: bytes) -> None:
        self._tabelle = tabelle
        self._zweit = zweit
        self._haupt = haupt
        self._zur_hand: OrderedDict[str, Schluessel] = OrderedDict()
        self._gilt: dict[str, str] = {}
        self._einzeln: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._nachgesehen = time.monotonic()

    @classmethod
    async def open(cls, tabelle: Schluesseltabelle, ordner: Path, gegeben: str | None) -> "Fallschluessel":
        """Reads or makes the master key, and tries it. Raises SchluesselFehler, RegisterNichtErreichbar, OSError."""
        probe = await tabelle.any_in_use()
        selbst = cls(tabelle, Zweitschriften(ordner), master_key(ordner, gegeben, darf_neu=probe is None))
        if probe is not None:
            selbst._unwrapped(probe)
        return selbst

    async def of_case(self, workflow: str) -> Schluessel:
        """The key that closes what the case says now; a new one if it has none. Raises RegisterNichtErreichbar."""
        await self._look()
        if schluessel := self._at_hand(self._gilt.get(workflow)):
            return schluessel
        async with self._einzeln.setdefault(workflow, asyncio.Lock()):
            return self._at_hand(self._gilt.get(workflow)) or self._keep(await self._current(workflow))

    async def by_id(self, kennung: str, workflow: str | None) -> Schluessel:
        """The key that closed something earlier. ``workflow`` is not always known. Raises SchluesselFehlt, RegisterNichtErreichbar."""
        if schluessel := self._at_hand(kennung):
            return schluessel
        async with self._einzeln.setdefault(kennung, asyncio.Lock()):
            return self._at_hand(kennung) or self._keep(await self._stored(kennung, workflow))

    async def renew(self, workflow: str) -> None:
        """From now on the case closes with another key; the one it had still opens, until ``destroy`` takes it."""
        await self._tabelle.retire(workflow)
        self._gilt.pop(workflow, None)

    async def destroy(self, workflow: str, *, ausser: str | None = None) -> int:
        """Destroys the keys of a case, everywhere; all but one if it is still needed. Returns how many. Repeatable.

        Where one is kept, it waits first until no process closes with another any more: what was closed so would never open again.
        """
        alt = await self._tabelle.retired(workflow)
        gilt = await self._tabelle.current(workflow)
        alle = {*self._zweit.in_use(workflow), *(z.kennung for z in (*alt, *([gilt] if gilt else [])))} - {ausser}
        if ausser and alle:
            await asyncio.sleep(_until_all_have_looked(alt))  # nobody announces that he has looked
        self._zweit.erase(workflow, alle)
        await self._tabelle.erase(alle)
        for kennung in alle:
            self._drop(workflow, kennung)
        return len(alle)

    # --- at hand ------------------------------------------------------------------------------------------------------

    def _at_hand(self, kennung: str | None) -> Schluessel | None:
        schluessel = self._zur_hand.get(kennung) if kennung else None
        if schluessel:
            self._zur_hand.move_to_end(schluessel.kennung)
        return schluessel

    def _keep(self, zeile: Schluesselzeile) -> Schluessel:
        schluessel = self._unwrapped(zeile)
        self._zur_hand[zeile.kennung] = schluessel
        if zeile.abgeloest is None:
            self._gilt[zeile.workflow] = zeile.kennung
        while len(self._zur_hand) > IM_KOPF:
            kennung, alt = next(iter(self._zur_hand.items()))
            self._drop(alt.workflow, kennung)
        return schluessel

    def _drop(self, workflow: str, kennung: str) -> None:
        self._zur_hand.pop(kennung, None)
        if self._gilt.get(workflow) == kennung:
            del self._gilt[workflow]

    async def _look(self) -> None:
        """Where the database is away, a later look will do: who destroys a key needs it too."""
        if time.monotonic() - self._nachgesehen < NACHSEHEN:
            return
        self._nachgesehen = time.monotonic()
        with suppress(RegisterNichtErreichbar):
            for zeile in await self._tabelle.retired_since(dt.datetime.now(dt.UTC) - ZURUECK):
                self._drop(zeile.workflow, zeile.kennung)

    # --- stored -------------------------------------------------------------------------------------------------------

    async def _current(self, workflow: str) -> Schluesselzeile:
        """Where the database is away, the latest copy closes as well: who forgets looks at what was closed with which key."""
        try:
            while zeile := await self._tabelle.current(workflow):
                if self._zweit.get(workflow, zeile.kennung) != b"":
                    return zeile
                await self._tabelle.erase([zeile.kennung])  # a back-up has brought back what was destroyed
        except RegisterNichtErreichbar:
            if zweit := next(iter(self._copies(workflow)), None):
                return zweit
            raise
        return await self._unknown(workflow) or await self._new(workflow)

    async def _unknown(self, workflow: str) -> Schluesselzeile | None:
        """The latest copy of a key that the database does not know (any more)."""
        for zweit in self._copies(workflow):
            if await self._tabelle.get(zweit.kennung) is None:
                log.warning("Der Schlüssel eines Vorgangs fehlt im Register und kommt aus seiner Zweitschrift", vorgang=workflow)
                return zweit
        return None

    def _copies(self, workflow: str) -> Iterator[Schluesselzeile]:
        for kennung in self._zweit.in_use(workflow):
            if verpackt := self._zweit.get(workflow, kennung):
                yield Schluesselzeile(kennung=kennung, workflow=workflow, verpackt=verpackt)

    async def _new(self, workflow: str) -> Schluesselzeile:
        kennung, verpackt = secrets.token_hex(16), aes_key_wrap(self._haupt, secrets.token_bytes(32))
        neu = Schluesselzeile(kennung=kennung, workflow=workflow, verpackt=verpackt)
        self._zweit.add(workflow, kennung, verpackt)
        await self._insert(neu)
        gilt = await self._tabelle.current(workflow)
        if gilt is not None and gilt.kennung == kennung:
            return neu
        self._zweit.drop(workflow, kennung)
        return await self._current(workflow)  # another process was first

    async def _insert(self, neu: Schluesselzeile) -> None:
        for pause in WARTEN:
            with suppress(RegisterNichtErreichbar):
                await self._tabelle.add(neu)
                return
            await asyncio.sleep(pause)  # somebody else is writing; nothing announces that he has finished
        try:
            await self._tabelle.add(neu)
        except RegisterNichtErreichbar:
            self._zweit.drop(neu.workflow, neu.kennung)
            raise

    async def _stored(self, kennung: str, workflow: str | None) -> Schluesselzeile:
        zweit = self._zweit.get(workflow, kennung) if workflow else None
        try:
            zeile = await self._tabelle.get(kennung)
        except RegisterNichtErreichbar:
            if not zweit:
                raise
            zeile = None
        zerstoert = zweit == b"" or (zeile is not None and zeile.verpackt is None)
        if zeile is not None and not zerstoert:
            return zeile
        if zweit and workflow and not zerstoert:
            return Schluesselzeile(kennung=kennung, workflow=workflow, verpackt=zweit, abgeloest=dt.datetime.now(dt.UTC))
        grund = "ist zerstört" if zerstoert else "fehlt"
        raise SchluesselFehlt(
            f"Der Schlüssel {kennung[:8]} zu einer Geschichte in Temporal {grund}: Was er verschloss, ist nicht mehr lesbar. "
            + ("So war es gewollt." if zerstoert else "Bitte Register und Schlüssel aus derselben Zeit zurückholen.")
        )

    def _unwrapped(self, zeile: Schluesselzeile) -> Schluessel:
        assert zeile.verpackt is not None  # destroyed ones are never handed out
        try:
            return Schluessel(zeile.kennung, zeile.workflow, aes_key_unwrap(self._haupt, zeile.verpackt))
        except (InvalidUnwrap, ValueError):
            raise SchluesselFehler(
                "Der Hauptschlüssel passt nicht zu den Schlüsseln der Vorgänge. Bitte den richtigen aus der Sicherung holen."
            ) from None


def _until_all_have_looked(abgeloest: Sequence[Schluesselzeile]) -> float:
    """Seconds until every process knows that these keys are retired."""
    seit = max((z.abgeloest for z in abgeloest if z.abgeloest), default=None)
    return max(0.0, 2 * NACHSEHEN - (dt.datetime.now(dt.UTC) - seit).total_seconds()) if seit else 0.0
