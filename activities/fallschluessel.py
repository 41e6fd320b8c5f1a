"""The keys of cases: one per workflow id, made when it says its first word, destroyed when it is to be forgotten.

They lie wrapped (RFC 3394) in the register's database, with a copy beside the master key. A process reads each key once and keeps it;
every few seconds it looks whether another one has destroyed any.
"""

import asyncio
import datetime as dt
import secrets
import time
from collections import OrderedDict
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
"""Seconds between looks for what another process has destroyed."""
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

    async def destroy(self, workflow: str) -> int:
        """Destroys every key of a case, everywhere. Returns how many there were; doing it again is harmless."""
        zweit = self._zweit.erase(workflow)
        erst = await self._tabelle.erase(workflow)
        self._forget(workflow)
        return max(erst, zweit)

    # --- at hand ------------------------------------------------------------------------------------------------------

    def _at_hand(self, kennung: str | None) -> Schluessel | None:
        schluessel = self._zur_hand.get(kennung) if kennung else None
        if schluessel:
            self._zur_hand.move_to_end(schluessel.kennung)
        return schluessel

    def _keep(self, zeile: Schluesselzeile) -> Schluessel:
        """The key that was read last is the one in use: a case gets a second one only once the first is destroyed."""
        schluessel = self._unwrapped(zeile)
        self._zur_hand[zeile.kennung] = schluessel
        self._gilt[zeile.workflow] = zeile.kennung
        while len(self._zur_hand) > IM_KOPF:
            _, alt = self._zur_hand.popitem(last=False)
            if self._gilt.get(alt.workflow) == alt.kennung:
                del self._gilt[alt.workflow]
        return schluessel

    def _forget(self, workflow: str) -> None:
        self._gilt.pop(workflow, None)
        for kennung in [k for k, schluessel in self._zur_hand.items() if schluessel.workflow == workflow]:
            del self._zur_hand[kennung]

    async def _look(self) -> None:
        """Where the database is away, a later look will do: who destroys a key needs it too."""
        if time.monotonic() - self._nachgesehen < NACHSEHEN:
            return
        self._nachgesehen = time.monotonic()
        with suppress(RegisterNichtErreichbar):
            for zeile in await self._tabelle.destroyed_since(dt.datetime.now(dt.UTC) - ZURUECK):
                if self._zur_hand.pop(zeile.kennung, None) and self._gilt.get(zeile.workflow) == zeile.kennung:
                    del self._gilt[zeile.workflow]

    # --- stored -------------------------------------------------------------------------------------------------------

    async def _current(self, workflow: str) -> Schluesselzeile:
        while True:
            zeile = await self._tabelle.current(workflow)
            if zeile is None:
                zweit = self._zweit.current(workflow)
                return _from_copy(workflow, *zweit) if zweit else await self._new(workflow)
            if self._zweit.get(workflow, zeile.kennung) != b"":
                return zeile
            await self._tabelle.erase(workflow)  # a back-up has brought back what was destroyed

    async def _new(self, workflow: str) -> Schluesselzeile:
        kennung, verpackt = secrets.token_hex(16), aes_key_wrap(self._haupt, secrets.token_bytes(32))
        neu = Schluesselzeile(kennung=kennung, workflow=workflow, verpackt=verpackt)
        self._zweit.add(workflow, kennung, verpackt)
        if await self._tabelle.add(neu):
            return neu
        self._zweit.drop(workflow, kennung)
        return await self._current(workflow)  # another process was first

    async def _stored(self, kennung: str, workflow: str | None) -> Schluesselzeile:
        zeile = await self._tabelle.get(kennung)
        wessen = zeile.workflow if zeile else workflow
        zweit = self._zweit.get(wessen, kennung) if wessen else None
        zerstoert = zweit == b"" or (zeile is not None and zeile.verpackt is None)
        if zeile is not None and not zerstoert:
            return zeile
        if zweit and wessen and not zerstoert:
            return _from_copy(wessen, kennung, zweit)
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


def _from_copy(workflow: str, kennung: str, verpackt: bytes) -> Schluesselzeile:
    log.warning("Der Schlüssel eines Vorgangs fehlt im Register und kommt aus seiner Zweitschrift", vorgang=workflow)
    return Schluesselzeile(kennung=kennung, workflow=workflow, verpackt=verpackt)
