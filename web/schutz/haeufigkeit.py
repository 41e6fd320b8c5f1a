"""How often somebody may ask: a token bucket per person who is signed in, otherwise per address."""

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import NamedTuple

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from activities.bote import NichtErreichbar
from lifecycle.ablehnung import Ablehnung
from web.anmeldung.grund import Anmeldung
from web.problem import problem
from web.schutz.absender import Absender
from web.schutz.pfade import first

HOECHSTENS = 20_000
"""So many buckets are kept; the one that was not used for longest goes first. Each is some hundred bytes."""
SATZ = "Zu viele Anfragen in kurzer Zeit. Bitte in {sekunden} Sekunden wiederholen."


class Grenze(NamedTuple):
    """For paths: ``auf_einmal`` requests in a burst, and ``je_sekunde`` in the long run."""

    pfad: str
    auf_einmal: int
    je_sekunde: float


GRENZEN = (
    Grenze("/anmeldung", 100, 5),
    Grenze("/oparl", 600, 100),
    Grenze("/", 300, 50),
)
"""The first row that fits counts. A whole town hall may come from one address, all at eight in the morning; who is signed in
shares no bucket. Passwords are not guessed here: they are the provider's matter."""


class Haeufigkeit:
    """Answers 429 with Retry-After."""

    def __init__(
        self, app: ASGIApp, anmeldung: Anmeldung, absender: Absender, grenzen: Sequence[Grenze], uhr: Callable[[], float]
    ) -> None:
        self._app = app
        self._anmeldung = anmeldung
        self._absender = absender
        self._grenzen = grenzen
        self._uhr = uhr
        self._eimer: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        grenze = first(self._grenzen, scope["path"]) if scope["type"] == "http" else None
        if grenze is None:
            await self._app(scope, receive, send)
            return
        warten = self._take(grenze, await self._who(scope))
        if warten == 0:
            await self._app(scope, receive, send)
            return
        satz = SATZ.format(sekunden=warten)
        zuviel = problem(HTTPStatus.TOO_MANY_REQUESTS, "ZuOft", satz, **{"Retry-After": str(warten)})
        await zuviel(scope, receive, send)

    async def _who(self, scope: Scope) -> str:
        """The person if the sign-in is good; a token that says nothing true counts to the address that sends it."""
        try:
            return f"person {(await self._anmeldung.angemeldet(Request(scope))).person}"
        except (Ablehnung, NichtErreichbar):
            return f"adresse {self._absender.of(scope)}"

    def _take(self, grenze: Grenze, wer: str) -> int:
        """Takes one from the bucket: 0, or in how many seconds there is one again."""
        jetzt = self._uhr()
        voll, zuletzt = self._eimer.pop((grenze.pfad, wer), (float(grenze.auf_einmal), jetzt))
        voll = min(grenze.auf_einmal, voll + (jetzt - zuletzt) * grenze.je_sekunde)
        warten = 0 if voll >= 1 else math.ceil((1 - voll) / grenze.je_sekunde)
        self._eimer[grenze.pfad, wer] = (voll if warten else voll - 1, jetzt)
        if len(self._eimer) > HOECHSTENS:
            self._eimer.popitem(last=False)
        return warten
