"""How much a request may bring along: 413 as soon as it is too much, whether it said so or not."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lifecycle.nachschlagen import HOECHSTGROESSE_ANLAGE
from web.problem import ZuGross, problem
from web.schutz.pfade import first

MB = 1_000_000
ZIFFERN = 18


class Obergrenze(NamedTuple):
    """For paths: so many bytes at most."""

    pfad: str
    bytes: int


KOERPER = (
    Obergrenze("/anmeldung", 16_000),
    Obergrenze("/api/*/dokumente", HOECHSTGROESSE_ANLAGE),
    Obergrenze("/", 2 * MB),
)
"""The first row that fits counts. Documents have limits of their own besides, by their type."""


class Koerper:
    """Counts what comes in. Once it is too much, whatever the application answers is replaced by 413."""

    def __init__(self, app: ASGIApp, grenzen: Sequence[Obergrenze]) -> None:
        self._app = app
        self._grenzen = grenzen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        grenze = first(self._grenzen, scope["path"]) if scope["type"] == "http" else None
        if grenze is None:
            await self._app(scope, receive, send)
            return
        angesagt = Headers(scope=scope).get("content-length", "0")
        if not angesagt.isdecimal() or len(angesagt) > ZIFFERN or int(angesagt) > grenze.bytes:
            await _refuse(grenze, scope, receive, send)
            return
        await self._counted(grenze, scope, receive, send)

    async def _counted(self, grenze: Obergrenze, scope: Scope, receive: Receive, send: Send) -> None:
        gelesen = 0
        begonnen = False

        async def counting() -> Message:
            nonlocal gelesen
            nachricht = await receive()
            gelesen += len(nachricht.get("body", b""))
            if gelesen > grenze.bytes:
                raise ZuGross(_sentence(grenze))
            return nachricht

        async def replacing(nachricht: Message) -> None:
            nonlocal begonnen
            if begonnen or gelesen <= grenze.bytes:
                begonnen = True
                await send(nachricht)

        try:
            await self._app(scope, counting, replacing)
        except ZuGross:
            if begonnen:
                raise  # half an answer is out: the server can only break off
        if gelesen > grenze.bytes and not begonnen:
            await _refuse(grenze, scope, receive, send)


async def _refuse(grenze: Obergrenze, scope: Scope, receive: Receive, send: Send) -> None:
    antwort = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "ZuGross", _sentence(grenze), Connection="close")
    await antwort(scope, receive, send)


def _sentence(grenze: Obergrenze) -> str:
    menge = f"{grenze.bytes // MB} MB" if grenze.bytes >= MB else f"{grenze.bytes // 1000} KB"
    return f"Die Anfrage bringt mehr mit als die {menge}, die hier angenommen werden. Bitte kürzen oder aufteilen."
