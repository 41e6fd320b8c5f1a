"""What happens, as it happens: server-sent events of a town's log, each reader's own. They say where to look, not what is there."""

import time
from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from register.blaettern import Neuigkeit
from schemas.akteur import Akteur
from schemas.zustand import Zustand
from web.antworten import answers
from web.tor import Tor, path_of

STUECK = 200
HOECHSTENS = 900.0
"""Seconds after which a stream ends: whoever listens on comes again, where they stopped, and is asked anew who they are."""
NACHSEHEN = 1.0
"""Seconds between looks for what another process recorded."""


class Nachricht(BaseModel):
    """A case has something new. ``seq`` and ``art`` (kind of command) are told to those only who read all of the case."""

    vorgang: str
    adresse: str
    seq: int | None = None
    art: str | None = None


class Zuhoerer:
    """One reader's stream. Who does not read all of a case hears of it when what they read has changed: not how often the house works on it."""

    def __init__(self, tor: Tor, akteur: Akteur) -> None:
        self._tor = tor
        self._akteur = akteur
        self._gesehen: dict[str, int] = {}

    def told(self, n: Neuigkeit, z: Zustand | None) -> Nachricht | None:
        """What is said of an entry; ``z`` is the case as it stands now."""
        fall = self._tor.as_read(self._akteur, n.workflow, z) if z else None
        if fall is None:
            return None
        ort = {"vorgang": n.workflow, "adresse": path_of(n.workflow)}
        if fall.ganz:
            return Nachricht(**ort, seq=n.seq, art=n.art)
        jetzt = hash(fall.lesefassung)
        if self._gesehen.get(n.workflow) == jetzt:
            return None
        self._gesehen[n.workflow] = jetzt
        return Nachricht(**ort)


def routes(tor: Tor) -> APIRouter:
    """One stream per town."""
    router = APIRouter()

    async def reader(request: Request, kommune: Annotated[str, Path(max_length=100)]) -> Akteur:
        """Asked before the stream begins: a refusal is an answer of its own."""
        return await tor.who(request, kommune)

    @router.get(
        "/{kommune}/ereignisse",
        response_class=EventSourceResponse,
        summary="Mitlesen, was geschieht (Server-Sent Events)",
        responses=answers(),
        tags=["Kommune"],
    )
    async def mitlesen(
        request: Request,
        kommune: str,
        akteur: Annotated[Akteur, Depends(reader)],
        zuletzt: Annotated[
            int | None, Header(alias="Last-Event-ID", ge=-1, le=10**12, description="Ab hier weiter; sonst ab jetzt.")
        ] = None,
    ) -> AsyncIterable[ServerSentEvent]:
        register, zuhoerer = tor.lm.register, Zuhoerer(tor, akteur)
        blatt = zuletzt if zuletzt is not None else await register.latest_leaf(kommune)
        yield ServerSentEvent(comment="angefangen", id=str(blatt), retry=2000)
        ende = time.monotonic() + HOECHSTENS
        while time.monotonic() < ende and not await request.is_disconnected():
            neues = await register.news(kommune, blatt, STUECK)
            staende = await register.states_of({n.workflow for n in neues}) if neues else {}
            for n in neues:
                blatt = n.blatt
                nachricht = zuhoerer.told(n, staende.get(n.workflow))
                if nachricht:
                    yield ServerSentEvent(data=nachricht, event="vorgang", id=str(blatt))
            if not neues:
                await register.wait_for_news(NACHSEHEN, NACHSEHEN)

    return router
