"""Composition of the doors by HTTP: puts sign-in, API and the public interface together, and serves them on a socket."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp

from client import Laufmappe
from einstellungen import Einstellungen
from embedded import LOKAL, EinbettungFehler, verify_free
from register import RegisterNichtErreichbar
from schaufenster import Schaufenster
from web import anmeldung, oparl
from web.app import build
from web.schutz import protect
from web.tor import Tor
from worker import Gewerke

log = structlog.get_logger()
RUHIG_ENDEN = 5
"""Seconds that requests under way have when it is told to stop; then streams are cut."""


class _Server(uvicorn.Server):
    """Told to stop by whoever started it: signals are theirs."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def address(e: Einstellungen, host: str, port: int) -> str:
    """Under which the installation is reached: as the settings say, else where it listens."""
    return e.adresse or f"http://{host}:{port}"


def compose(g: Gewerke, lm: Laufmappe, schau: Schaufenster, host: str) -> ASGIApp:
    """Everything that is reached by HTTP. Raises EinstellungFehlt, also for the sign-in for trying out on more than this machine."""
    tuer = anmeldung.build(g.einstellungen, g.regelwerke)
    anmeldung.verify_binding(tuer, host)
    return protect(build(Tor(lm, tuer), oparl.routes(schau)), tuer, g.einstellungen)


@asynccontextmanager
async def serving(g: Gewerke, lm: Laufmappe, host: str, port: int) -> AsyncIterator[str]:
    """Serves until the block ends; yields the address. Raises EinbettungFehler for a port in use, EinstellungFehlt."""
    schau = Schaufenster(g.register, g.regelwerke, g.ablage, address(g.einstellungen, host, port))
    app = compose(g, lm, schau, host)
    with _listening(host, port) as lauscht:
        server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # addresses and searches of people are nobody's business
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=RUHIG_ENDEN,
            )
        )
        laeuft = asyncio.create_task(server.serve([lauscht]))
        vorarbeit = asyncio.create_task(_caught_up(schau))
        try:
            yield address(g.einstellungen, host, lauscht.getsockname()[1])
        finally:
            vorarbeit.cancel()
            server.should_exit = True
            await laeuft


async def _caught_up(schau: Schaufenster) -> None:
    """The first look at a large town takes long: nobody should have to wait for it. Where it fails, whoever asks is told."""
    try:
        await schau.catch_up()
    except RegisterNichtErreichbar as fehler:
        log.warning("Schaufenster noch nicht auf dem Stand", fehler=type(fehler).__name__)


def _listening(host: str, port: int) -> socket.socket:
    if host == LOKAL:
        verify_free(port)
    try:
        return socket.create_server((host, port), backlog=512)
    except OSError:
        raise EinbettungFehler(
            f"Auf „{host}“, Anschluss {port}, lässt sich nicht lauschen. Bitte einen anderen Anschluss oder Rechnernamen angeben."
        ) from None
