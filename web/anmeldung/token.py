"""Whether a token says the truth: who issued it, for whom, until when. All cryptography is joserfc's."""

import datetime as dt
from typing import Any

import structlog
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError

from web.anmeldung.provider import Provider
from web.problem import NichtAngemeldet

log = structlog.get_logger()
VERFAHREN = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a private key that only the provider has. Neither ``none`` nor anything with a shared secret."""
KOPFARTEN = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""What the header may call an access token or ID token. A logout token (``logout+jwt``) is neither."""
SPIEL = 30
"""Seconds that clocks may differ."""
LAENGE = 16_384
UNGUELTIG = "Die Anmeldung gilt hier nicht. Bitte neu anmelden."
ABGELAUFEN = "Die Anmeldung ist abgelaufen. Bitte neu anmelden."


async def verified(token: str, provider: Provider, audience: str, art: str, jetzt: dt.datetime) -> dict[str, Any]:
    """The claims of a token of that provider for that audience. ``art`` is Keycloak's kind (``Bearer``, ``ID``), if it says one.

    Raises NichtAngemeldet; AnmeldedienstNichtErreichbar where the keys cannot be had.
    """
    try:
        schluessel = await provider.keys(_key_id(token))
        claims = jwt.decode(token, schluessel, algorithms=list(VERFAHREN)).claims
        _verify_claims(claims, provider.issuer, audience, jetzt)
    except ExpiredTokenError:
        raise NichtAngemeldet(ABGELAUFEN) from None
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as fehler:
        log.info("Ein Token wurde abgewiesen", grund=getattr(fehler, "error", "unlesbar"), art=art)
        raise NichtAngemeldet(UNGUELTIG) from None
    if claims.get("typ", art) != art:
        raise NichtAngemeldet(UNGUELTIG)
    return claims


def _key_id(token: str) -> str | None:
    """Which key it names, before anything of it is believed."""
    if len(token) > LAENGE:
        raise ValueError
    kopf = jws.extract_compact(token.encode("ascii")).headers()
    kid = kopf.get("kid")
    if str(kopf.get("typ", "JWT")).lower() not in KOPFARTEN:
        raise ValueError
    if kid is not None and not isinstance(kid, str):
        raise InvalidKeyIdError
    return kid


def _verify_claims(claims: dict[str, Any], issuer: str, audience: str, jetzt: dt.datetime) -> None:
    jwt.JWTClaimsRegistry(
        now=int(jetzt.timestamp()),
        leeway=SPIEL,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
    ).validate(claims)
