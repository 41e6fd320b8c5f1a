"""Carrying a plan out, through the same client as every door: some cases at a time, each once, whatever happened before.

A run can be stopped at any moment and begun again: what stands is not sent again, and what was sent is recognised by its key.
"""

import asyncio
import functools
import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import rfc8785

from activities.bote import NichtErreichbar, Programmfehler
from client import Laufmappe
from lifecycle.ablehnung import Ablehnung, Doppelt, FalscheStufe, Geschlossen, NichtBefugt
from register import RegisterNichtErreichbar
from schemas.akteur import Akteur
from schemas.vorlage import ENDEN, Vorlage
from schemas.zustand import Zustand
from uebernahme.plan import Fall, Plan, Schritt, papers_of, short_id

IM_FLUG = 8
"""Cases at a time: with more, they only wait for each other."""
VERSUCHE = 5
SICHTBAR = 60.0
"""Seconds until a case that was accepted must show."""
STEHT_SCHON = (Doppelt, Geschlossen, FalscheStufe)
"""Refusals that mean: this case came over before, with the clock or the rules of that day."""
T = TypeVar("T")
Fortschritt = Callable[[int, int], None]


@dataclass
class Ergebnis:
    """What came of a run: ids of the source's objects, by what became of them."""

    neu: list[str] = field(default_factory=list)
    schon: list[str] = field(default_factory=list)
    gescheitert: dict[str, str] = field(default_factory=dict)
    """With the sentence that says why."""
    nummer_vergeben: list[str] = field(default_factory=list)
    """Came over, but without their number: another paper of the town has it."""


@dataclass(frozen=True)
class Uebernahme:
    """One run. ``fortschritt`` hears how many of how many cases are done."""

    lm: Laufmappe
    akteur: Akteur
    fortschritt: Fortschritt | None = None

    async def run(self, plan: Plan, kommune: str) -> Ergebnis:
        """Takes everything over: papers, then meetings, then the numbers. Raises NichtErreichbar when the engine stays away."""
        e = Ergebnis()
        stehen = set(await self.lm.register.workflows())
        alle = len(plan.papiere) + len(plan.sitzungen)
        for faelle in (plan.papiere, plan.sitzungen):
            await _some_at_a_time([self._one(fall, stehen, e, alle) for fall in faelle])
        for kreis, nummern in plan.nummern.items():
            await self._numbers(f"nummern/{kommune}/{kreis}", nummern)
        await self._until_shown(plan, e)
        return e

    async def _until_shown(self, plan: Plan, e: Ergebnis) -> None:
        """What was accepted is recorded a moment later, and what a meeting tells its papers after that. Whoever looks then sees all."""
        neu = set(e.neu)
        for fall in (f for f in (*plan.papiere, *plan.sitzungen) if f.quelle in neu):
            await _patiently(functools.partial(self.lm.register.wait_for, fall.workflow, 1, SICHTBAR))
        for fall in (f for f in plan.sitzungen if f.offen and f.quelle in neu):
            for papier in papers_of(fall):
                with suppress(NichtErreichbar):  # a case that is stuck is shown by doctor; it is no reason to stop here
                    await self.lm.until(papier, functools.partial(_told, short_id(fall.workflow)), SICHTBAR)

    async def _one(self, fall: Fall, stehen: set[str], e: Ergebnis, alle: int) -> None:
        if fall.workflow in stehen and len(fall.befehle) == 1:
            e.schon.append(fall.quelle)
        else:
            await self._take_over(fall, e)
        if self.fortschritt:
            self.fortschritt(len(e.neu) + len(e.schon) + len(e.gescheitert), alle)

    async def _take_over(self, fall: Fall, e: Ergebnis) -> None:
        self.lm.store_document(fall.quelltext)
        try:
            for nr, schritte in enumerate(await self._with_free_number(fall, e), 1):
                await self._send(fall.workflow, f"uebernahme/{short_id(fall.workflow)}/{nr}", "nacherfassen", schritte=schritte)
        except STEHT_SCHON:
            e.schon.append(fall.quelle)
        except NichtBefugt:
            raise  # it will be so for every case
        except (Ablehnung, Programmfehler) as nein:
            e.gescheitert[fall.quelle] = str(nein)
        else:
            e.neu.append(fall.quelle)

    async def _with_free_number(self, fall: Fall, e: Ergebnis) -> Sequence[Sequence[Schritt]]:
        """Its commands; without its number, if a paper that was here before has it: that stays as its former reference."""
        nummer, kommune = fall.nummer, fall.workflow.split("/")[1]
        inhaber = await _patiently(lambda: self.lm.register.number_taken(kommune, nummer)) if nummer else None
        if not inhaber or inhaber == fall.workflow:
            return fall.befehle
        e.nummer_vergeben.append(fall.quelle)
        erste, *weitere = fall.befehle[0]
        ohne = {k: v for k, v in erste.items() if k != "nummer"}
        ohne["herkunft"] = {**erste["herkunft"], "referenz": fall.nummer}
        return ((ohne, *weitere), *fall.befehle[1:])

    async def _numbers(self, workflow: str, nummern: Sequence[tuple[str, str]]) -> None:
        felder = [{"nummer": nummer, "vorlage": vorlage} for nummer, vorlage in nummern]
        schluessel = f"uebernahme/{hashlib.sha256(rfc8785.dumps(felder)).hexdigest()[:32]}"
        await self._send(workflow, schluessel, "nummern_uebernehmen", nummern=felder)

    async def _send(self, workflow: str, schluessel: str, art: str, **felder: Any) -> None:
        await _patiently(lambda: self.lm.accepted(workflow, art, self.akteur, schluessel, **felder))


def _told(sitzung: str, z: Zustand) -> bool:
    """Whether a paper knows its place in that meeting, or has ended."""
    behandlungen = (t for b in z.beratungen for t in b.behandlungen) if isinstance(z, Vorlage) else ()
    return getattr(z, "stufe", None) in ENDEN or any(t.sitzung == sitzung for t in behandlungen)


async def _patiently(tun: Callable[[], Awaitable[T]]) -> T:
    """Again while engine or register do not answer: with the same key it is done once."""
    for versuch in range(1, VERSUCHE):
        try:
            return await tun()
        except (NichtErreichbar, RegisterNichtErreichbar):
            await asyncio.sleep(2.0**versuch / 2)  # nothing announces that it is back
    return await tun()


async def _some_at_a_time(arbeiten: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All of them, so many at once; the first failure stops the rest, and what is not begun never begins."""
    platz = asyncio.Semaphore(IM_FLUG)

    async def one(arbeit: Coroutine[Any, Any, None]) -> None:
        try:
            async with platz:
                await arbeit
        finally:
            arbeit.close()

    try:
        async with asyncio.TaskGroup() as gruppe:
            for arbeit in arbeiten:
                gruppe.create_task(one(arbeit))
    except ExceptionGroup as fehler:
        raise fehler.exceptions[0] from None
