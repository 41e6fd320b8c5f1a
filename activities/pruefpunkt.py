"""Signing: a checkpoint of the town's log as it is now, which never contradicts the one before; proofs over it; and the way out.

Everybody who signs takes the same lock, in this process and among processes.
"""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from pydantic import JsonValue
from temporalio import activity

from activities.treffen import Treffen
from activities.zeitstempel import Zeitstempel
from archive import SchluesselFehler
from archive.blattliste import Blattliste
from archive.dateien import write_durably
from archive.schluesselbund import Schluesselbund
from beweis.merkle import BeweisFalsch
from beweis.pruefpunkt import Nachweis, Pruefpunkt, Pruefschluessel
from lifecycle.fristen import day
from register import Register
from schemas.akteur import SYSTEM
from schemas.regelwerk import Regelwerke
from schemas.wirkung import Ruf

log = structlog.get_logger()
LUECKE = (
    "Das Verzeichnis hat {da} Einträge, unterschrieben waren schon {soll}: Nach einer Wiederherstellung fehlt etwas. "
    "Bis „laufmappe doctor --wiederherstellen“ die Lücke geschlossen hat, wird nichts unterschrieben."
)
WIDERSPRUCH = (
    "Das Verzeichnis ist nicht mehr das, das zuletzt unterschrieben wurde ({soll} Einträge): Einträge sind geändert. "
    "Es wird nichts unterschrieben; bitte die Revision verständigen."
)


def file_of(kommune: str) -> str:
    """The workflow of the town's Prüfakte."""
    return f"pruefakte/{kommune}/akte"


class Unterzeichnung:
    """Holds the register, the keys, and the list of leaves."""

    def __init__(self, register: Register, bund: Schluesselbund, blaetter: Blattliste) -> None:
        self._register = register
        self._bund = bund
        self._blaetter = blaetter
        self._einer: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def keys(self, kommune: str) -> tuple[Pruefschluessel, ...]:
        """All public keys of the town's log, oldest first."""
        return self._bund.public(kommune)

    async def sign(self, kommune: str) -> Pruefpunkt:
        """The log as it is now. Raises SchluesselFehler if it does not continue what was signed last, RegisterNichtErreichbar."""
        async with self._locked(kommune):
            letzter = await self.gap(kommune)
            groesse = await self._register.log_size(kommune)
            if letzter and letzter.groesse == groesse:
                return letzter
            return await self._sign(kommune, groesse)

    async def rotate(self, kommune: str) -> Pruefpunkt:
        """From now on a new key signs; both stand under the checkpoint at which it takes over."""
        async with self._locked(kommune):
            await self.gap(kommune)
            self._bund.rotate(kommune)
            return await self._sign(kommune, await self._register.log_size(kommune), uebergabe=True)

    async def begin_section(self, kommune: str) -> Pruefpunkt:
        """A new section of the log, after a break that is on record."""
        async with self._locked(kommune):
            self._bund.begin_section(kommune)
            self._blaetter.extend(kommune, 0, ())
            return await self._sign(kommune, await self._register.log_size(kommune))

    async def gap(self, kommune: str) -> Pruefpunkt | None:
        """What was signed last, if the log still continues it. Raises SchluesselFehler if not."""
        letzter = self.last(kommune)
        if letzter is None:
            return None
        groesse = await self._register.log_size(kommune)
        if groesse < letzter.groesse:
            raise SchluesselFehler(LUECKE.format(da=groesse, soll=letzter.groesse))
        if await self._register.log_root(kommune, letzter.groesse) != letzter.wurzel:
            raise SchluesselFehler(WIDERSPRUCH.format(soll=letzter.groesse))
        return letzter

    def last(self, kommune: str) -> Pruefpunkt | None:
        """What was signed last in this section of the log. Raises SchluesselFehler."""
        try:
            return self._bund.last(kommune)
        except BeweisFalsch as fehler:
            raise SchluesselFehler(f"Der letzte Prüfpunkt bei den Schlüsseln ist beschädigt: {fehler}") from None

    async def proof(self, workflow: str, seq: int) -> Nachweis:
        """That this entry is in the log, over a checkpoint as of now."""
        kommune = workflow.split("/")[1]
        punkt = await self.sign(kommune)
        nr = await self._register.leaf_number(workflow, seq)
        if nr is None or nr >= punkt.groesse:
            raise SchluesselFehler(f"Eintrag {seq} von {workflow} steht noch nicht im Verzeichnis.")
        return Nachweis(nr, tuple(await self._register.inclusion(kommune, nr, punkt.groesse)), punkt.note)

    async def _sign(self, kommune: str, groesse: int, *, uebergabe: bool = False) -> Pruefpunkt:
        punkt = self._bund.sign(kommune, groesse, await self._register.log_root(kommune, groesse), uebergabe=uebergabe)
        await self._register.keep_checkpoint(kommune, punkt, _now())
        ab = self._blaetter.size(kommune)
        hashes = [h async for h in self._register.leaves(kommune, ab)]
        await asyncio.to_thread(self._blaetter.extend, kommune, ab, hashes)
        return punkt

    @asynccontextmanager
    async def _locked(self, kommune: str) -> AsyncIterator[None]:
        async with self._einer[kommune]:
            sperre = self._bund.locked(kommune)
            await asyncio.to_thread(sperre.__enter__)
            try:
                yield
            finally:
                sperre.__exit__(None, None, None)


class Pruefgang:
    """The nightly walk: sign, have it time-stamped, give it out, and put that on record."""

    def __init__(
        self,
        unterzeichnung: Unterzeichnung,
        treffen: Treffen,
        regelwerke: Regelwerke,
        *,
        ordner: Path | None = None,
        zeitstempel: Zeitstempel | None = None,
    ) -> None:
        self._unterzeichnung = unterzeichnung
        self._treffen = treffen
        self._regelwerke = regelwerke
        self._ordner = ordner
        self._zeitstempel = zeitstempel

    @activity.defn(name="checkpoint")
    async def checkpoint(self, kommune: str) -> None:
        """One walk. Raises what signing, stamping, the folder and the register raise; it is repeated, and then visible."""
        punkt = await self._unterzeichnung.sign(kommune)
        stempel = await self._zeitstempel.stamp(punkt.note) if self._zeitstempel else None
        if self._ordner:
            await asyncio.to_thread(_into_folder, self._ordner, kommune, punkt)
        await self._treffen.call(self._report(kommune, punkt, stempel))
        log.info("Prüfpunkt ausgegeben", kommune=kommune, groesse=punkt.groesse, zeitstempel=stempel is not None)

    def _report(self, kommune: str, punkt: Pruefpunkt, stempel: str | None) -> Ruf:
        """What the Prüfakte is told; from there it goes out by the outbox to everybody who gets it."""
        rw = self._regelwerke.am(kommune, day(_now()))
        assert rw is not None  # the walk is started for towns that have one
        befehl: dict[str, JsonValue] = {
            "art": "pruefpunkt_ausgeben",
            "schluessel": f"pruefpunkt/{punkt.herkunft}/{punkt.groesse}",
            "akteur": SYSTEM.model_dump(mode="json"),
            "regelwerk": rw.stand.model_dump(mode="json"),
            "groesse": punkt.groesse,
            "note": punkt.note,
            "pruefschluessel": [str(s) for s in self._unterzeichnung.keys(kommune)],
            "zeitstempel": stempel,
        }
        return Ruf(ziel=file_of(kommune), zweck="pruefpunkt_ausgeben", befehl=befehl, anlegen=True)


def _into_folder(ordner: Path, kommune: str, punkt: Pruefpunkt) -> None:
    """A file of its own for every checkpoint; one that is there already stays as it is."""
    datei = ordner / f"{kommune}-{punkt.groesse:012d}.pruefpunkt"
    if not datei.exists():
        write_durably(datei, punkt.note.encode(), ordner)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
