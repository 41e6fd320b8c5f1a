"""Whoever does something stays signed in: the session's cookie goes out anew with the answer."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.anmeldung.grund import MERKE_SESSION
from web.anmeldung.session import Session, Sessions


class Verlaengern:
    """Works with what the request noted when it found out who asks."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stand = scope.setdefault("state", {})

        async def renewing(nachricht: Message) -> None:
            session = stand.get(MERKE_SESSION)
            if nachricht["type"] == "http.response.start" and isinstance(session, Session):
                self._sessions.renew(MutableHeaders(scope=nachricht), session)
            await send(nachricht)

        await self._app(scope, receive, renewing)
