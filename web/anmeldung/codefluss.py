"""Signing in with a browser: the authorization-code flow with PKCE (S256), state and nonce. Its requests are Authlib's."""

import datetime as dt
import secrets
from typing import Any

import structlog
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from pydantic import SecretStr

from lifecycle.ablehnung import Unplausibel
from schemas.basis import Modell
from web.anmeldung.provider import Provider

log = structlog.get_logger()
ABLAUF = dt.timedelta(minutes=10)
"""So long somebody may take to sign in at the provider."""
ZWECK = "hin"
FREMD = "Diese Rückkehr vom Anmeldedienst gehört zu keiner Anmeldung, die hier begonnen wurde. Bitte noch einmal anmelden."
NICHT_ERTEILT = "Der Anmeldedienst hat die Anmeldung nicht erteilt. Bitte noch einmal anmelden."
FORMULAR = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}


class Hin(Modell):
    """What the browser keeps, closed, while it is at the provider."""

    state: str
    nonce: str
    verifier: str
    weiter: str
    bis: dt.datetime


class Codefluss:
    """Both steps of it. ``zurueck`` is the address that the provider sends the browser back to."""

    def __init__(self, provider: Provider, client_id: str, secret: SecretStr, zurueck: str) -> None:
        self._provider = provider
        self._client_id = client_id
        self._secret = secret
        self._zurueck = zurueck

    async def start(self, weiter: str, jetzt: dt.datetime) -> tuple[str, Hin]:
        """Where to send the browser, and what it keeps meanwhile. Raises AnmeldedienstNichtErreichbar."""
        hin = Hin(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            weiter=weiter,
            bis=jetzt + ABLAUF,
        )
        url: str = prepare_grant_uri(
            (await self._provider.metadata()).authorization_endpoint,
            client_id=self._client_id,
            response_type="code",
            redirect_uri=self._zurueck,
            scope="openid",
            state=hin.state,
            nonce=hin.nonce,
            code_challenge=create_s256_code_challenge(hin.verifier),
            code_challenge_method="S256",
        )
        return url, hin

    async def id_token(self, antwort: dict[str, str], hin: Hin | None, jetzt: dt.datetime) -> str:
        """The ID token that the provider gives for what it sent back. Not verified yet. Raises Unplausibel."""
        if hin is None or jetzt >= hin.bis or not secrets.compare_digest(antwort.get("state", "").encode(), hin.state.encode()):
            raise Unplausibel(FREMD)
        if antwort.get("iss", self._provider.issuer) != self._provider.issuer:  # RFC 9207: another provider's answer
            raise Unplausibel(FREMD)
        if "code" not in antwort:
            raise Unplausibel(NICHT_ERTEILT)
        marken = await self._exchange(antwort["code"], hin.verifier)
        if not isinstance(marken, dict) or not isinstance(marken.get("id_token"), str):
            log.warning("Der Anmeldedienst gab kein ID-Token", fehler=marken.get("error") if isinstance(marken, dict) else None)
            raise Unplausibel(NICHT_ERTEILT)
        return str(marken["id_token"])

    async def _exchange(self, code: str, verifier: str) -> Any:
        url = (await self._provider.metadata()).token_endpoint
        rumpf = prepare_token_request("authorization_code", redirect_uri=self._zurueck, code=code, code_verifier=verifier)
        wie = ClientAuth(self._client_id, self._secret.get_secret_value(), "client_secret_basic")
        url, kopfzeilen, rumpf = wie.prepare("POST", url, dict(FORMULAR), rumpf)
        return await self._provider.post(url, rumpf, kopfzeilen)
