"""One shift of delivery: a queue per receiver, so that one who hangs holds up nobody else."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any

from temporalio import activity

from register import Ausgang, Register

SCHICHT = 600.0
"""Seconds after which no delivery is begun any more, so that a new worker version gets its turn."""
LEBENSZEICHEN = 5.0
"""Seconds between two heartbeats, and between two looks for what another process has put into the outbox."""
GLEICHZEITIG = 20
"""Receivers at work at the same time."""

Zustellen = Callable[[Ausgang], Coroutine[Any, Any, bool]]
"""Takes one message as far as it goes, whatever happens on the way. Whether its case must be told that it was given up."""


class Schicht:
    """Delivers what is due until the time is up, or until something was given up and nobody is at work.

    Each receiver gets one message at a time, and then waits until those have had their turn that waited longer.
    """

    def __init__(self, register: Register, kommune: str, geweckt: asyncio.Event, zustellen: Zustellen) -> None:
        self._register = register
        self._kommune = kommune
        self._geweckt = geweckt
        self._zustellen = zustellen
        self._am_werk: dict[str, asyncio.Task[bool]] = {}
        self._bedient: dict[str, float] = {}
        self._zu_melden = False

    async def work(self) -> None:
        """The whole shift. Raises RegisterNichtErreichbar; however it ends, nothing is at work any more."""
        async with _beating():
            try:
                await self._serve()
                await asyncio.gather(*self._am_werk.values())
            finally:
                await _end(self._am_werk.values())

    async def _serve(self) -> None:
        schluss = _clock() + SCHICHT
        while _clock() < schluss and not activity.is_worker_shutdown():
            self._geweckt.clear()
            self._collect()
            await self._start_due()
            if self._zu_melden and not self._am_werk:
                return
            await self._sleep(schluss)

    def _collect(self) -> None:
        """Receivers that are free again. A bug ends the shift: nobody knows what became of that message."""
        for empfaenger, aufgabe in list(self._am_werk.items()):
            if aufgabe.done():
                del self._am_werk[empfaenger]
                self._bedient[empfaenger] = _clock()
                self._zu_melden |= aufgabe.result()

    async def _start_due(self) -> None:
        frei = GLEICHZEITIG - len(self._am_werk)
        if not frei:
            return
        dran = await self._register.due(self._kommune, dt.datetime.now(dt.UTC), tuple(self._am_werk))
        dran.sort(key=lambda ausgang: self._bedient.get(ausgang.empfaenger, 0.0))
        for ausgang in dran[:frei]:
            self._am_werk[ausgang.empfaenger] = asyncio.create_task(self._zustellen(ausgang))

    async def _sleep(self, schluss: float) -> None:
        """Until the register wakes it, a receiver is free again, the next attempt is due, or it is time to look anyway."""
        wecker = [
            asyncio.create_task(self._geweckt.wait()),
            asyncio.create_task(activity.wait_for_worker_shutdown()),
        ]
        try:
            alle = {*wecker, *self._am_werk.values()}
            frist = min(await self._pause(), max(0.0, schluss - _clock()))
            await asyncio.wait(alle, timeout=frist, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for aufgabe in wecker:
                aufgabe.cancel()

    async def _pause(self) -> float:
        if len(self._am_werk) >= GLEICHZEITIG:
            return LEBENSZEICHEN
        naechster = await self._register.next_due(self._kommune, tuple(self._am_werk))
        bis_dahin = LEBENSZEICHEN if naechster is None else (naechster - dt.datetime.now(dt.UTC)).total_seconds()
        return min(LEBENSZEICHEN, max(0.0, bis_dahin))


@asynccontextmanager
async def _beating() -> AsyncIterator[None]:
    """Heartbeats on a timer of their own: that nothing comes back from anybody is no reason to be taken for dead."""

    async def schlagen() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(LEBENSZEICHEN)  # it is the rhythm itself

    puls = asyncio.create_task(schlagen())
    try:
        yield
    finally:
        await _end([puls])


async def _end(aufgaben: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels what is left, and waits until it is gone."""
    rest = list(aufgaben)
    for aufgabe in rest:
        aufgabe.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


def _clock() -> float:
    return asyncio.get_running_loop().time()
