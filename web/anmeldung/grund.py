"""What every kind of sign-in has in common: whoever asks gets to know who it is, and in which role."""

from abc import ABC, abstractmethod
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.datastructures import Headers
from starlette.responses import Response

from schemas.akteur import Akteur
from schemas.regelwerk import Regelwerke
from web.anmeldung.angemeldet import Angemeldet
from web.anmeldung.session import Session, Sessions
from web.anmeldung.wege import router

KOPF_ROLLE, KOPF_FUER = "Laufmappe-Rolle", "Laufmappe-Fuer"
MERKE, MERKE_SESSION = "laufmappe_angemeldet", "laufmappe_session"
"""Where a request notes who it is, and a session whose cookie is to be sent anew."""


def bearer(kopfzeilen: Headers) -> str | None:
    """The token in ``Authorization: Bearer``. Where there is one, cookies do not count."""
    art, _, marke = kopfzeilen.get("authorization", "").partition(" ")
    return marke.strip() if art.lower() == "bearer" else None


class Anmeldung(ABC):
    """A kind of sign-in. Made by ``web.anmeldung.build``."""

    probebetrieb: ClassVar[bool] = False
    """Whether anybody may choose to be anybody."""
    herkunft: str | None = None
    """Origin of the provider (``https://anmeldung.example``), to which a form of ours may lead."""

    def __init__(self, regelwerke: Regelwerke, sessions: Sessions) -> None:
        self.regelwerke = regelwerke
        self.sessions = sessions

    async def angemeldet(self, request: Request) -> Angemeldet:
        """Who asks. Worked out once per request. Raises NichtAngemeldet; NichtErreichbar where that cannot be found out now."""
        if (schon := getattr(request.state, MERKE, None)) is None:
            schon = await self._recognise(request)
            setattr(request.state, MERKE, schon)
        assert isinstance(schon, Angemeldet)
        return schon

    async def akteur(self, request: Request, kommune: str | None = None) -> Akteur:
        """Who acts, from the sign-in and two headers, never from a body. The town: as given, else the path's ``kommune``.

        Without a town only what is held in each town of the sign-in alike. Raises NichtAngemeldet, NichtBefugt, Unbekannt, Unplausibel.
        """
        wer = await self.angemeldet(request)
        ort = kommune or request.path_params.get("kommune")
        return wer.akteur(ort, request.headers.get(KOPF_ROLLE), request.headers.get(KOPF_FUER))

    def routes(self) -> APIRouter:
        """Signing in and out, who one is, and in which role one acts."""
        return router(self)

    @abstractmethod
    async def of_token(self, marke: str) -> Angemeldet:
        """Whom a bearer token names. Raises NichtAngemeldet."""

    @abstractmethod
    def of_session(self, session: Session) -> Angemeldet:
        """What the groups of a session give today."""

    @abstractmethod
    async def begin(self, request: Request, weiter: str) -> Response:
        """The first step of signing in; it leads to ``weiter``, a path of ours."""

    @abstractmethod
    async def finish(self, request: Request) -> Response:
        """The last step: what comes back from there. Raises NichtAngemeldet, Unplausibel."""

    @abstractmethod
    async def signed_out(self, request: Request) -> str:
        """Where to go after signing out: to the provider, so that it does not sign in anew unasked, or to a page of ours."""

    async def _recognise(self, request: Request) -> Angemeldet:
        marke = bearer(request.headers)
        if marke is not None:
            return await self.of_token(marke)
        session = self.sessions.read(request.cookies)
        setattr(request.state, MERKE_SESSION, self.sessions.renewed(session))
        gewaehlt = self.sessions.chosen(request.cookies)
        return self.of_session(session).model_copy(update={"gewaehlt": gewaehlt})
