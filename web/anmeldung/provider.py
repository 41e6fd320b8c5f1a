"""What the provider publishes: its metadata and its keys, fetched when needed, kept, and asked for anew with restraint."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from pydantic import BaseModel, ValidationError

from activities.bote import NichtErreichbar
from web.anmeldung.session import Uhr
from web.anmeldung.zuordnung import Webadresse

log = structlog.get_logger()
FRIST = httpx.Timeout(5.0, connect=2.0)
MINDESTENS = dt.timedelta(seconds=30)
"""Between two attempts: however many forged tokens name keys that do not exist, the provider is asked no more often."""
FRISCH = dt.timedelta(minutes=15)
"""After that the keys are looked at again, so that one that was withdrawn ends."""
HOECHSTENS = dt.timedelta(hours=24)
"""So long keys are believed while the provider does not answer."""
WEG = "Der Anmeldedienst antwortet gerade nicht. Wer schon angemeldet ist, arbeitet weiter; sonst bitte in ein paar Minuten wiederholen."
PFAD = "/.well-known/openid-configuration"


class AnmeldedienstNichtErreichbar(NichtErreichbar):
    """The provider does not answer, or not as it should."""


class Metadaten(BaseModel):
    """What we use of OpenID Connect Discovery."""

    issuer: str
    authorization_endpoint: Webadresse
    token_endpoint: Webadresse
    jwks_uri: Webadresse
    end_session_endpoint: Webadresse | None = None


class Schluesselliste(BaseModel):
    """A JWK Set."""

    keys: list[dict[str, Any]]


class Stand(BaseModel):
    """What was fetched, and when."""

    model_config = {"arbitrary_types_allowed": True}
    metadaten: Metadaten
    schluessel: KeySet
    wann: dt.datetime

    def has(self, kid: str | None) -> bool:
        """Whether a token that names this key (or none) can be judged."""
        return kid is None or any(schluessel.kid == kid for schluessel in self.schluessel)


class Provider:
    """One OpenID Connect provider. Starting needs none: it is asked when somebody signs in."""

    def __init__(self, issuer: str, ca: ssl.SSLContext, uhr: Uhr) -> None:
        self.issuer = issuer
        self._ca = ca
        self._uhr = uhr
        self._stand: Stand | None = None
        self._versucht: dt.datetime | None = None
        self._einer = asyncio.Lock()

    async def metadata(self) -> Metadaten:
        """Raises AnmeldedienstNichtErreichbar."""
        return (await self._known(None)).metadaten

    async def keys(self, kid: str | None) -> KeySet:
        """The provider's keys, looked at again if the named one is not among them. Raises AnmeldedienstNichtErreichbar."""
        return (await self._known(kid)).schluessel

    async def post(self, url: str, rumpf: str, kopfzeilen: dict[str, str]) -> Any:
        """What the provider answers to a form, as JSON, whatever the status below 500. Raises AnmeldedienstNichtErreichbar."""
        return await self._json("POST", url, content=rumpf, headers=kopfzeilen)

    async def _known(self, kid: str | None) -> Stand:
        if self._is_due(kid) and not self._can_do_without(kid):
            async with self._einer:
                if self._is_due(kid):  # not if another request did it meanwhile
                    await self._refresh()
        if self._stand is None or self._uhr() - self._stand.wann > HOECHSTENS:
            raise AnmeldedienstNichtErreichbar(WEG)
        return self._stand

    def _is_due(self, kid: str | None) -> bool:
        jetzt = self._uhr()
        if self._versucht is not None and jetzt - self._versucht < MINDESTENS:
            return False
        return self._stand is None or jetzt - self._stand.wann > FRISCH or not self._stand.has(kid)

    def _can_do_without(self, kid: str | None) -> bool:
        """Whether somebody else is asking just now and what is known will do: a provider that hangs holds up one request, not all."""
        return self._einer.locked() and self._stand is not None and self._stand.has(kid)

    async def _refresh(self) -> None:
        """Keeps what there was if it does not work."""
        try:
            self._stand = await self._fetch()
        except AnmeldedienstNichtErreichbar:
            log.warning("Der Anmeldedienst antwortet nicht", noch_bekannt=self._stand is not None)
        finally:
            self._versucht = self._uhr()  # not before: who comes meanwhile waits for the answer

    async def _fetch(self) -> Stand:
        try:
            metadaten = Metadaten.model_validate(await self._json("GET", self.issuer.rstrip("/") + PFAD))
            if metadaten.issuer != self.issuer:
                log.error("Der Anmeldedienst nennt sich anders als „issuer“ in der Anmeldedatei", issuer=metadaten.issuer)
                raise AnmeldedienstNichtErreichbar(WEG)
            satz = Schluesselliste.model_validate(await self._json("GET", metadaten.jwks_uri))
        except ValidationError:
            log.error("Der Anmeldedienst antwortet nicht so, wie OpenID Connect es vorsieht")
            raise AnmeldedienstNichtErreichbar(WEG) from None
        return Stand(metadaten=metadaten, schluessel=KeySet(list(_usable(satz))), wann=self._uhr())

    async def _json(self, verb: str, url: str, **mehr: Any) -> Any:
        try:
            async with httpx.AsyncClient(verify=self._ca, timeout=FRIST) as netz:
                antwort = await netz.request(verb, url, **mehr)
            if antwort.status_code >= 500 or (verb == "GET" and not antwort.is_success):
                raise AnmeldedienstNichtErreichbar(WEG)
            return antwort.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise AnmeldedienstNichtErreichbar(WEG) from None


def _usable(satz: Schluesselliste) -> Iterator[Key]:
    """The public keys for signatures; what we do not understand, or a shared secret, is left out."""
    for jwk in satz.keys:
        if jwk.get("kty") in ("RSA", "EC") and jwk.get("use", "sig") == "sig":
            try:
                yield JWKRegistry.import_key(jwk)
            except (JoseError, ValueError, TypeError, KeyError):
                log.warning("Ein Schlüssel des Anmeldedienstes ist nicht lesbar")


def with_query(url: str, **angaben: str) -> str:
    """The URL with these added."""
    mehr = "&".join(f"{name}={quote(wert, safe='')}" for name, wert in angaben.items())
    return f"{url}{'&' if '?' in url else '?'}{mehr}"
