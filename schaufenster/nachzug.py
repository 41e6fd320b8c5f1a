"""Catching up: what the public sees is brought up to the last entry before anybody is shown anything.

The first time, and after a rebuild, from the entries, with their times. After that, what has changed since the last look counts as
changed now: the public could not see it before. So whoever asks for what changed since the last answer misses nothing, even if an
entry was recorded late.
"""

import asyncio
import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from archive import DokumentBeschaedigt, DokumentFehlt
from archive.ablage import Ablage
from beweis.kopf import restore
from lifecycle.kern import BERLIN
from oparl.kommune import body, organizations, persons
from oparl.kontext import Kontext, times_of
from oparl.vorgang import standing_alone
from register import Register
from register.oeffentlich import STUECK, Objektzeile, Schaustand
from schaufenster.dokument import is_stored
from schaufenster.fall import (
    VORGAENGE,
    Objekte,
    Schauplatz,
    by_path,
    history,
    imprint,
    neighbours,
    referred,
    seconds,
    seen,
    untimed,
    visible,
)
from schemas.basis import digest
from schemas.regelwerk import Regelwerke
from schemas.zustand import Zustand

Zeilen = dict[str, Objektzeile]
ARTEN_MIT_OBJEKTEN = tuple(typ.rstrip("/") for typ in VORGAENGE)
Uhr = Callable[[], dt.datetime]


def town_objects(regelwerke: Regelwerke, kommune: str, tag: dt.date, k: Kontext) -> Objekte:
    """Everything that the rules say of a town on that day."""
    args = (regelwerke, kommune, tag, k)
    ganz = (body(*args), *organizations(*args), *persons(*args))
    return by_path((einzeln for o in ganz for einzeln in standing_alone(o)), k)


class Nachzug:
    """Keeps what the public sees of each town; one at a time in this process, and others are noticed."""

    def __init__(self, register: Register, regelwerke: Regelwerke, ablage: Ablage, k: Kontext, uhr: Uhr) -> None:
        self._register = register
        self._regelwerke = regelwerke
        self._ablage = ablage
        self._roh = untimed(k)
        self._uhr = uhr
        self._einer = asyncio.Lock()

    @property
    def heute(self) -> dt.date:
        """The day in Berlin."""
        return self._uhr().astimezone(BERLIN).date()

    async def catch_up(self, kommunen: Collection[str]) -> None:
        """Brings towns up to their last entry and to today's rules. Raises RegisterNichtErreichbar."""
        while zurueck := await self._behind(kommunen):  # another process may do the same, and come first
            async with self._einer:
                for kommune, wie_weit in (await self._behind(zurueck)).items():
                    await self._step(kommune, *wie_weit)

    async def _behind(self, kommunen: Collection[str]) -> dict[str, tuple[int, Schaustand | None]]:
        """The towns that are not up to date: how many leaves there are, and how far it reaches."""
        alle = await self._register.show_extents()
        weit = {kommune: alle.get(kommune, (0, None)) for kommune in kommunen}
        return {
            kommune: (blaetter, stand)
            for kommune, (blaetter, stand) in weit.items()
            if stand is None or (stand.blaetter, stand.regeln) != (blaetter, self._rules_key(kommune))
        }

    async def _step(self, kommune: str, blaetter: int, stand: Schaustand | None) -> None:
        regeln, jetzt = self._rules_key(kommune), seconds(self._uhr())
        am = max(jetzt, stand.gesehen) if stand else jetzt
        zeilen = await (self._since(kommune, stand, blaetter, am) if stand else self._all(kommune))
        if stand is None or stand.regeln != regeln:
            zeilen |= await self._of_rules(kommune, None if stand is None else am)
        neu = Schaustand(blaetter=blaetter, gesehen=am, regeln=regeln)
        await self._register.keep_shown(kommune, await self._with_sums(zeilen.values()), stand, neu)

    # --- cases --------------------------------------------------------------------------------------------------------

    async def _all(self, kommune: str) -> Zeilen:
        """From all entries of the town."""
        da = set(town_objects(self._regelwerke, kommune, self.heute, self._roh))
        for typ in ARTEN_MIT_OBJEKTEN:
            async for stueck in self._register.state_batches(kommune, typ):
                da |= await asyncio.to_thread(lambda s=stueck: {p for _, z in s for p in seen(z, self._roh)})  # type: ignore[misc]  # the default binds the loop's value
        zeilen: Zeilen = {}
        for typ in ARTEN_MIT_OBJEKTEN:
            async for workflow, _, verlauf in self._register.cases(kommune, typ):
                zeilen |= await asyncio.to_thread(history, workflow, [restore(*e) for e in verlauf], self._roh, da)
        return zeilen

    async def _since(self, kommune: str, stand: Schaustand, blaetter: int, am: dt.datetime) -> Zeilen:
        """What the cases with new entries show now, against what they showed at the last look."""
        neue = [w for w in await self._register.cases_since(kommune, stand.blaetter, blaetter) if w.startswith(VORGAENGE)]
        zeilen: Zeilen = {}
        for i in range(0, len(neue), STUECK):
            zeilen |= await self._changes(neue[i : i + STUECK], am)
        return zeilen

    async def _changes(self, workflows: Sequence[str], am: dt.datetime) -> Zeilen:
        """And what other cases show of these: only what is to be had is referred to, so they change where it has come or gone."""
        staende, alte = await self._register.states_of(workflows), await self._shown(workflows)
        roh = await asyncio.to_thread(lambda: {w: seen(z, self._roh) for w, z in staende.items()})
        anders = {w for w, neu in roh.items() if {p for p, z in alte.get(w, {}).items() if z.da} != neu.keys()}
        weitere = sorted({n for w in anders for n in neighbours(staende[w])} - staende.keys())
        staende |= await self._register.states_of(weitere)
        alte |= await self._shown(weitere)
        da = await self._to_be_had({w: roh.get(w) or seen(z, self._roh) for w, z in staende.items()}, alte, set(roh))
        zeilen: Zeilen = {}
        for workflow, z in staende.items():
            alt = alte.get(workflow, {})
            neu = workflow in roh and not alt and _forgotten(z)
            wie = self._again(workflow, am, da) if neu else asyncio.to_thread(self._changed, z, workflow, alt, am, da)
            zeilen |= await wie
        return zeilen

    async def _to_be_had(self, neue: Mapping[str, Objekte], alte: Mapping[str, Zeilen], anders: set[str]) -> frozenset[str]:
        """Of what these cases refer to, all that is shown: as these cases are now, and others were at the last look."""
        genannt = {p for objekte in neue.values() for p in referred(objekte, self._roh)}
        sonst = {z.pfad for z in await self._register.shown_at(genannt) if z.da}
        weg = {p for w in anders for p in alte.get(w, {})}
        return frozenset((sonst - weg).union(*(neue[w] for w in anders)))

    def _changed(self, z: Zustand, workflow: str, alt: Zeilen, am: dt.datetime, da: frozenset[str]) -> Zeilen:
        roh = seen(z, self._roh)
        fehlt = referred(roh, self._roh).difference(roh, da)
        jetzt = visible(z, self._roh, fehlt) if fehlt else roh
        return Schauplatz(z.kommune, workflow, self._roh.adressen.wurzel).changed(alt, jetzt, am)

    async def _again(self, workflow: str, am: dt.datetime, da: frozenset[str]) -> Zeilen:
        """A case of which something was forgotten: what its entries still tell, and all of it is to be read again."""
        zeilen = history(workflow, await self._register.entries(workflow), self._roh, da)
        return {p: z.model_copy(update={"geaendert": am}) if z.da else z for p, z in zeilen.items()}

    async def _shown(self, workflows: Sequence[str]) -> dict[str, Zeilen]:
        je: dict[str, Zeilen] = defaultdict(dict)
        for zeile in await self._register.shown_of(workflows):
            je[zeile.workflow][zeile.pfad] = zeile
        return je

    # --- rules and documents --------------------------------------------------------------------------------------------

    def _rules_key(self, kommune: str) -> str:
        """Of the rules as they are on this day: names, seats and groups change with it."""
        return digest([self.heute.isoformat(), *(r.stand.digest for r in self._regelwerke.alle if r.kommune == kommune)])

    async def _of_rules(self, kommune: str, am: dt.datetime | None) -> Zeilen:
        """What the rules say. ``am`` None: the first time, with the days on which they began."""
        objekte = town_objects(self._regelwerke, kommune, self.heute, self._roh if am else self._dated())
        platz = Schauplatz(kommune, "", self._roh.adressen.wurzel)
        alte = {z.pfad: z for z in await self._register.shown_of([""], kommune)}
        if am is not None:
            return platz.changed(alte, objekte, am)
        zeilen = {}
        for pfad, o in objekte.items():
            von, bis = (seconds(dt.datetime.fromisoformat(o[feld])) for feld in ("created", "modified"))
            zeilen[pfad] = platz.row(pfad, o, imprint(o, platz.wurzel), von, bis)
        return zeilen

    def _dated(self) -> Kontext:
        return Kontext(self._roh.basis, lizenz=self._roh.lizenz, zeiten=times_of, web=self._roh.web)

    async def _with_sums(self, zeilen: Iterable[Objektzeile]) -> list[Objektzeile]:
        """Attachments get their SHA-512, which is not in the record: worked out once."""
        return [z.model_copy(update={"sha512": await self._sum(z)}) if _is_attachment(z) else z for z in zeilen]

    async def _sum(self, z: Objektzeile) -> str | None:
        if z.sha512:
            return z.sha512
        try:
            teile = await asyncio.to_thread(self._ablage.stream, PurePosixPath(z.pfad).name)
        except (DokumentFehlt, DokumentBeschaedigt):
            return None
        return await asyncio.to_thread(_sha512, teile[1])


def _sha512(teile: Iterable[bytes]) -> str:
    summe = hashlib.sha512()
    for teil in teile:
        summe.update(teil)
    return summe.hexdigest()


def _is_attachment(z: Objektzeile) -> bool:
    return z.da and z.typ == "File" and is_stored(z.pfad)


def _forgotten(z: Zustand) -> bool:
    return any(o.vollzogen_am for o in z.loeschungen)
