"""Other sites must not act with a browser's sign-in here (CSRF), nor pretend to be this machine (DNS rebinding)."""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from web.anmeldung.grund import Anmeldung, bearer
from web.anmeldung.herkunft import host_is_loopback, origin
from web.problem import problem

LESEND = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
SATZ = "Diese Anfrage kommt von einer anderen Seite oder sagt nicht, woher. Bitte auf der Seite der Laufmappe selbst wiederholen."
WEITERGELEITET = ("forwarded", "x-forwarded-for", "x-forwarded-host", "via")
"""What a proxy adds: whoever asks may sit anywhere."""
NUR_HIER = (
    "Im Probebetrieb antwortet die Laufmappe nur auf diesem Rechner selbst, ohne Proxy, unter „localhost“ oder „127.0.0.1“. "
    "Bitte die Adresse so eingeben."
)


class Fremd:
    """Refuses what changes something, unless it bears a token (which no other site can make a browser send) or comes from here.

    Browsers say where a request comes from (Sec-Fetch-Site, Origin). What says nothing is refused if it brings our cookies.
    """

    def __init__(self, app: ASGIApp, anmeldung: Anmeldung, adresse: str | None) -> None:
        self._app = app
        self._probebetrieb = anmeldung.probebetrieb
        self._cookie = anmeldung.sessions.name
        self._eigene = origin(adresse or "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kopf = Headers(scope=scope)
        if self._probebetrieb and (not host_is_loopback(_host(kopf)) or any(name in kopf for name in WEITERGELEITET)):
            await problem(HTTPStatus.MISDIRECTED_REQUEST, "FalscheAdresse", NUR_HIER)(scope, receive, send)
        elif scope["method"] not in LESEND and bearer(kopf) is None and self._is_foreign(kopf):
            await problem(HTTPStatus.FORBIDDEN, "NichtBefugt", SATZ)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_foreign(self, kopf: Headers) -> bool:
        woher, von = kopf.get("sec-fetch-site"), kopf.get("origin")
        if woher is not None:
            return woher != "same-origin"
        if von is not None:
            return not self._is_ours(von, kopf)
        return f"{self._cookie}=" in kopf.get("cookie", "")

    def _is_ours(self, von: str, kopf: Headers) -> bool:
        """With an address in the settings, that one; otherwise the one that the request went to."""
        return von == self._eigene if self._eigene else urlsplit(von).netloc == kopf.get("host")


def _host(kopf: Headers) -> str:
    return urlsplit(f"//{kopf.get('host', '')}").hostname or ""
