"""The window itself: every object by its path, and lists by town and type, as they are now. In-process; ``web.oparl`` puts it on the net."""

import asyncio
import datetime as dt
import re
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from archive.ablage import Ablage
from oparl import kommune as ort
from oparl.kontext import Kontext, Zeiten
from oparl.objekt import Objekt, deleted
from register import Register
from register.oeffentlich import Ausschnitt, Objektzeile, Stelle
from schaufenster.dateien import Dateien, Dateiinhalt, Entfernt
from schaufenster.dokument import is_set, is_stored
from schaufenster.fall import MARKE, Objekte, referred, seen, untimed, visible
from schaufenster.nachzug import Nachzug, Uhr, town_objects
from schemas.regelwerk import Regelwerke
from schemas.zustand import Zustand

GEMERKT = 2_000
"""Cases whose objects are kept in memory: some ten KB each at most."""
HOECHSTENS = 100
"""Objects on one page."""
BRUCHTEILE = re.compile(r"\.\d+(?=[+-])")
TYPEN = (
    "Body", "LegislativeTerm", "Organization", "Person", "Membership", "Meeting", "Location", "AgendaItem", "Paper", "Consultation",
    "File",
)  # fmt: skip
"""Every type that a town has objects of."""


class _Fall(NamedTuple):
    """What is known of a case: at which entry, its objects without times, and the paths that they refer to."""

    seq: int
    objekte: Objekte
    verweise: frozenset[str]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Schaufenster:
    """``basis`` is the public address of the installation (``https://ris.example.org``), ``lizenz`` the URL of the data's licence,
    ``web`` gives the page of a case. Every method raises RegisterNichtErreichbar.
    """

    def __init__(
        self,
        register: Register,
        regelwerke: Regelwerke,
        ablage: Ablage,
        basis: str,
        *,
        lizenz: str | None = None,
        web: Callable[[Zustand], str | None] = lambda z: None,
        uhr: Uhr = _now,
    ) -> None:
        self._register = register
        self._regelwerke = regelwerke
        self._k = Kontext(basis, lizenz=lizenz, web=web)
        self._roh = untimed(self._k)
        self._nachzug = Nachzug(register, regelwerke, ablage, self._k, uhr)
        self._dateien = Dateien(ablage)
        self._faelle: dict[str, _Fall] = {}

    @property
    def kontext(self) -> Kontext:
        """Addresses, licence, pages."""
        return self._k

    @property
    def kommunen(self) -> tuple[str, ...]:
        """Ids of the towns."""
        return self._regelwerke.kommunen

    async def catch_up(self, kommune: str | None = None) -> None:
        """Brings what is shown up to date; every other method does so first. Worth calling at start-up: the first time takes longest."""
        await self._nachzug.catch_up(self.kommunen if kommune is None else (kommune,))

    # --- objects ------------------------------------------------------------------------------------------------------

    def system(self) -> Objekt:
        """The entrance."""
        objekt: Objekt = _inside(ort.system(self._regelwerke, self._nachzug.heute, self._k), {}, None)
        return objekt

    async def object(self, pfad: str) -> Objekt | None:
        """The object at that path (``paper/v1``), deleted or not; None where there never was one."""
        if pfad == "system":
            return self.system()
        await self.catch_up()
        zeilen = await self._register.shown_at([pfad])
        return next(iter(await self.objects(zeilen)), None)

    async def page(self, a: Ausschnitt, nach: Stelle | None = None, anzahl: int = HOECHSTENS) -> list[Objektzeile]:
        """So many rows of a list after a place, in its order. ``objects`` makes objects of them."""
        await self.catch_up(a.kommune)
        return await self._register.shown_page(a, nach, anzahl)

    async def count(self, a: Ausschnitt) -> int:
        """How many objects a list has."""
        return await self._register.shown_count(a)

    async def before(self, a: Ausschnitt, vor: Stelle | None, schritte: int) -> Stelle | None:
        """The place so many objects before another (None: before the end); None where the list has not that many."""
        return await self._register.shown_before(a, vor, schritte)

    async def all(self, kommune: str, typ: str | None = None) -> AsyncIterator[Objekt]:
        """Every object of a town that is shown now, or all of a type, each as it stands under its own URL."""
        for art in TYPEN if typ is None else (typ,):
            a, nach = Ausschnitt(typ=art, kommune=kommune), None
            while zeilen := await self.page(a, nach):
                for objekt in await self.objects(zeilen):
                    yield objekt
                nach = a.place_of(zeilen[-1])

    async def objects(self, zeilen: Sequence[Objektzeile]) -> list[Objekt]:
        """The objects of rows, in their order: with their times, and without references to what is not to be had."""
        faelle = {z.workflow for z in zeilen if z.da and z.workflow}
        orte = {z.kommune for z in zeilen if z.da and not z.workflow}
        staende = await self._register.states_of(faelle) if faelle else {}
        gebaut = await self._of_cases(staende)
        gebaut |= {p: o for kommune in orte for p, o in self._of_town(kommune).items()}
        wurzel = self._k.adressen.wurzel
        da = {wurzel + z.pfad: z for z in await self._rows_around(zeilen, faelle, orte)}
        return [_inside((gebaut.get(z.pfad) if z.da else None) or self._gone(z), da, z) for z in zeilen]

    def _gone(self, z: Objektzeile) -> Objekt:
        """What was taken away long ago, or between row and state."""
        zeiten = Zeiten(angelegt=z.angelegt, geaendert=z.geaendert)
        return deleted(z.typ, self._k.adressen.wurzel + z.pfad, zeiten)

    async def _rows_around(
        self, zeilen: Sequence[Objektzeile], faelle: Collection[str], orte: Iterable[str]
    ) -> list[Objektzeile]:
        """Rows of these objects and of all that are embedded in them."""
        eigene = list(zeilen) + (await self._register.shown_of(faelle) if faelle else [])
        return eigene + [z for kommune in orte for z in await self._register.shown_of([""], kommune)]

    def _of_town(self, kommune: str) -> Objekte:
        return town_objects(self._regelwerke, kommune, self._nachzug.heute, self._roh)

    async def _of_cases(self, staende: Mapping[str, Zustand]) -> dict[str, Objekt]:
        """The objects of cases, by path."""
        faelle = await self._known(staende)
        genannt = {p for f in faelle.values() for p in f.verweise}
        fehlt = genannt - {z.pfad for z in await self._register.shown_at(genannt) if z.da}
        return {
            pfad: objekt
            for w, f in faelle.items()
            for pfad, objekt in (visible(staende[w], self._roh, fehlt) if fehlt & f.verweise else f.objekte).items()
        }

    async def _known(self, staende: Mapping[str, Zustand]) -> dict[str, _Fall]:
        """What is remembered of these cases, or worked out now."""
        bekannt = {w: f for w, z in staende.items() if (f := self._faelle.get(w)) and f.seq == z.seq}
        neu = await asyncio.to_thread(lambda: {w: self._built(z) for w, z in staende.items() if w not in bekannt})
        self._faelle |= neu
        for aeltester in list(self._faelle)[: max(0, len(self._faelle) - GEMERKT)]:
            del self._faelle[aeltester]
        return bekannt | neu

    def _built(self, z: Zustand) -> _Fall:
        objekte = seen(z, self._roh)
        return _Fall(z.seq, objekte, referred(objekte, self._roh))

    # --- files --------------------------------------------------------------------------------------------------------

    async def file(self, pfad: str) -> Dateiinhalt | None:
        """What stands behind the File of that path; None where there never was one.

        Raises Entfernt for one that is public no longer; DokumentFehlt, DokumentBeschaedigt.
        """
        await self.catch_up()
        zeile = next(iter(await self._register.shown_at([pfad])), None)
        if zeile is None or not (is_stored(pfad) or is_set(pfad)):
            return None
        z = await self._register.state(zeile.workflow)
        if z is None or not zeile.da or pfad not in (await self._known({zeile.workflow: z}))[zeile.workflow].objekte:
            raise Entfernt
        rw = self._regelwerke.am(zeile.kommune, self._nachzug.heute)
        return await self._dateien.content(zeile, z, rw.name if rw else zeile.kommune)


def _inside(wert: Any, zeilen: Mapping[str, Objektzeile], sonst: Objektzeile | None) -> Any:
    """With the times of each object in it, in whole seconds as OParl writes them, and the sums of files."""
    if isinstance(wert, list):
        return [_inside(element, zeilen, sonst) for element in wert]
    if not isinstance(wert, dict):
        return wert
    neu = {feld: _inside(inhalt, zeilen, sonst) for feld, inhalt in wert.items() if feld != MARKE}
    zeile = zeilen.get(wert["id"], sonst) if "id" in wert else None
    if zeile:
        summe = {"sha512Checksum": zeile.sha512} if zeile.sha512 else {}
        neu |= {**summe, "created": zeile.angelegt.isoformat(), "modified": zeile.geaendert.isoformat()}
    return neu | {f: BRUCHTEILE.sub("", neu[f]) for f in ("start", "end", "created", "modified") if f in neu}
