"""Security headers: what a browser must not do with our answers. What an answer says for itself stays."""

from typing import NamedTuple

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.anmeldung.grund import Anmeldung
from web.schutz.pfade import fits

CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'{ziele}"
)
"""Everything from here, nothing inline, in nobody's frame. A form may lead on to the provider (signing out)."""
HSTS = "max-age=31536000"
PROBE = "nur zum Ausprobieren"


class Zeile(NamedTuple):
    """A header for paths."""

    pfad: str
    name: str
    wert: str


ZEILEN = (
    Zeile("/", "X-Content-Type-Options", "nosniff"),
    Zeile("/", "X-Frame-Options", "DENY"),
    Zeile("/", "Referrer-Policy", "same-origin"),
    Zeile("/", "Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    Zeile("/", "Cross-Origin-Opener-Policy", "same-origin"),
    Zeile("/oparl", "Cross-Origin-Resource-Policy", "cross-origin"),
    Zeile("/", "Cross-Origin-Resource-Policy", "same-origin"),
    Zeile("/api", "Cache-Control", "no-store"),
    Zeile("/anmeldung", "Cache-Control", "no-store"),
)
"""Of two rows with the same name the first that fits counts. (``no-referrer`` would make browsers hide the Origin of our own forms.)"""


class Kopfzeilen:
    """``https``: browsers are told to come by TLS only from now on."""

    def __init__(self, app: ASGIApp, anmeldung: Anmeldung, *, https: bool) -> None:
        self._app = app
        ziele = f" {anmeldung.herkunft}" if anmeldung.herkunft else ""
        immer = [Zeile("/", "Content-Security-Policy", CSP.format(ziele=ziele))]
        immer += [Zeile("/", "Strict-Transport-Security", HSTS)] if https else []
        immer += [Zeile("/", "Laufmappe-Probebetrieb", PROBE)] if anmeldung.probebetrieb else []
        self._zeilen = (*immer, *ZEILEN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def adding(nachricht: Message) -> None:
            if nachricht["type"] == "http.response.start":
                kopf = MutableHeaders(scope=nachricht)
                for zeile in self._zeilen:
                    if fits(scope["path"], zeile.pfad):
                        kopf.setdefault(zeile.name, zeile.wert)
            await send(nachricht)

        await self._app(scope, receive, adding)
