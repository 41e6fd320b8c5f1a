"""Signing in with a provider after OpenID Connect (Keycloak in most town halls): tokens for the API, a session for pages."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from starlette.responses import Response

from schemas.regelwerk import Regelwerke
from web.anmeldung import token
from web.anmeldung.angemeldet import Angemeldet
from web.anmeldung.codefluss import ABLAUF, ZWECK, Codefluss, Hin
from web.anmeldung.grund import Anmeldung
from web.anmeldung.herkunft import origin
from web.anmeldung.provider import AnmeldedienstNichtErreichbar, Provider, with_query
from web.anmeldung.session import COOKIE_LAENGE, Session, Sessions
from web.anmeldung.wege import ABGEMELDET
from web.anmeldung.zuordnung import Zuordnung
from web.problem import NichtAngemeldet

ZWECK_HINWEIS = "hinweis"


class Hinweis(BaseModel):
    """The ID token, kept for signing out: with it the provider does so without asking back."""

    id_token: str


class Dienst(Anmeldung):
    """``adresse`` is our own public address; ``geheimnis`` the key of the hash that makes people's ids."""

    def __init__(
        self,
        regelwerke: Regelwerke,
        sessions: Sessions,
        zuordnung: Zuordnung,
        provider: Provider,
        fluss: Codefluss,
        geheimnis: bytes,
        adresse: str,
    ) -> None:
        super().__init__(regelwerke, sessions)
        self.herkunft = origin(zuordnung.issuer)
        self._zuordnung = zuordnung
        self._provider = provider
        self._fluss = fluss
        self._geheimnis = geheimnis
        self._adresse = adresse
        self._name_hin = sessions.cookie("-hin")

    async def of_token(self, marke: str) -> Angemeldet:
        """An access token of the provider, meant for our API."""
        claims = await token.verified(marke, self._provider, self._zuordnung.audience, "Bearer", self.sessions.uhr())
        return self._zuordnung.granted(self._person(claims), self._zuordnung.known_groups(claims))

    def of_session(self, session: Session) -> Angemeldet:
        """By the mapping as it is today."""
        return self._zuordnung.granted(session.person, session.gruppen)

    async def begin(self, request: Request, weiter: str) -> Response:
        """To the provider."""
        url, hin = await self._fluss.start(weiter, self.sessions.uhr())
        antwort = RedirectResponse(url, HTTPStatus.SEE_OTHER)
        self.sessions.put(antwort, self._name_hin, self.sessions.verschluss.close(ZWECK, hin), ABLAUF)
        return antwort

    async def finish(self, request: Request) -> Response:
        """Back from the provider, with a code."""
        jetzt = self.sessions.uhr()
        hin = self.sessions.verschluss.open(ZWECK, request.cookies.get(self._name_hin, ""), Hin)
        marke = await self._fluss.id_token(dict(request.query_params), hin, jetzt)
        claims = await token.verified(marke, self._provider, self._zuordnung.client_id, "ID", jetzt)
        if (
            hin is None
            or claims.get("nonce") != hin.nonce
            or claims.get("azp", self._zuordnung.client_id) != self._zuordnung.client_id
        ):
            raise NichtAngemeldet(token.UNGUELTIG)
        antwort = RedirectResponse(hin.weiter, HTTPStatus.SEE_OTHER)
        self.sessions.begin(antwort, self._person(claims), self._zuordnung.known_groups(claims))
        self.sessions.put(antwort, self._name_hin, "")
        self._keep_hint(antwort, marke)
        return antwort

    async def signed_out(self, request: Request) -> str:
        """To the provider, if it ends sessions and can be reached."""
        zurueck = self._adresse + ABGEMELDET
        try:
            ende = (await self._provider.metadata()).end_session_endpoint
        except AnmeldedienstNichtErreichbar:
            ende = None
        if ende is None:
            return ABGEMELDET
        hinweis = self.sessions.verschluss.open(ZWECK_HINWEIS, request.cookies.get(self.sessions.name_hinweis, ""), Hinweis)
        mehr = {"id_token_hint": hinweis.id_token} if hinweis else {}
        return with_query(ende, client_id=self._zuordnung.client_id, post_logout_redirect_uri=zurueck, **mehr)

    def _keep_hint(self, antwort: Response, marke: str) -> None:
        geschlossen = self.sessions.verschluss.close(ZWECK_HINWEIS, Hinweis(id_token=marke))
        if len(geschlossen) <= COOKIE_LAENGE:
            self.sessions.put(antwort, self.sessions.name_hinweis, geschlossen)

    def _person(self, claims: dict[str, object]) -> str:
        person = self._zuordnung.person_of(claims, self._geheimnis)
        if person is None:
            raise NichtAngemeldet("Der Anmeldedienst nennt keine Person. Bitte den Betrieb verständigen.")
        return person
