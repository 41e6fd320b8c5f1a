"""What happens, as it happens: server-sent events of a town's log, each reader's own. They say where to look, not what is there."""

import asyncio
from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from schemas.akteur import Akteur
from web.antworten import answers
from web.tor import Tor, path_of

STUECK = 200
NACHSEHEN = 1.0
"""Seconds between looks for what another process recorded."""


class Nachricht(BaseModel):
    """A case has something new. ``seq`` and ``art`` (kind of command) are told to those only who read all of the case."""

    vorgang: str
    adresse: str
    seq: int | None = None
    art: str | None = None


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
        register = tor.lm.register
        blatt = zuletzt if zuletzt is not None else await register.latest_leaf(kommune)
        yield ServerSentEvent(comment="angefangen", id=str(blatt), retry=2000)
        while not await request.is_disconnected():
            neues = await register.news(kommune, blatt, STUECK)
            staende = await register.states_of({n.workflow for n in neues}) if neues else {}
            for n in neues:
                blatt = n.blatt
                fall = tor.as_read(akteur, n.workflow, staende[n.workflow]) if n.workflow in staende else None
                if fall:
                    mehr = {"seq": n.seq, "art": n.art} if fall.ganz else {}
                    nachricht = Nachricht.model_validate({"vorgang": n.workflow, "adresse": path_of(n.workflow), **mehr})
                    yield ServerSentEvent(data=nachricht, event="vorgang", id=str(blatt))
            if not neues:
                await register.wait_for_news(NACHSEHEN, NACHSEHEN)
            else:
                await asyncio.sleep(0)

    return router
