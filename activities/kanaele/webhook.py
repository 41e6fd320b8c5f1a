"""Webhooks after Standard Webhooks: a signed JSON POST whose answer is read no further than its headers."""

import asyncio
import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from activities.kanaele.kanal import note
from schemas.benachrichtigung import Aufgegeben, Ergebnis, Nachricht, Spaeter, Zugestellt

_ZU_SPAET = "Der Empfänger hat nicht rechtzeitig geantwortet."
_KEINE_VERBINDUNG = "Zum Empfänger kam keine Verbindung zustande."
_UMLEITUNG = "Der Empfänger leitet auf eine andere Adresse um"
_ADRESSE_UNGUELTIG = "Die hinterlegte Webadresse ist ungültig."
_OHNE_GEHEIMNIS = "Für diesen Empfänger ist kein brauchbares Geheimnis zum Signieren hinterlegt."

_ANSWERS: tuple[tuple[range, type[Spaeter] | type[Aufgegeben], str], ...] = (
    # Status, what follows from it, how we say it; the first that fits counts.
    (range(300, 400), Aufgegeben, _UMLEITUNG),
    (range(408, 409), Spaeter, "Dem Empfänger dauerte die Übertragung zu lange"),
    (range(410, 411), Aufgegeben, "Der Empfänger nimmt keine Nachrichten mehr an"),
    (range(425, 426), Spaeter, "Der Empfänger bittet um einen späteren Versuch"),
    (range(429, 430), Spaeter, "Der Empfänger ist überlastet"),
    (range(400, 500), Aufgegeben, "Der Empfänger lehnt die Nachricht ab"),
    (range(100, 1000), Spaeter, "Beim Empfänger ist ein Fehler aufgetreten"),
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class WebhookKanal:
    """Posts ``Nachricht.daten``, signed with the receiver's own secret.

    ``secret_of`` gives the secret (``whsec_...``, base64) of a receiver by its id, or None. ``timeout`` in
    seconds counts for the whole attempt. ``now`` gives the time of the attempt, which is signed too:
    receivers refuse what is older than a few minutes. The client belongs to the caller, who closes it.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        secret_of: Callable[[str], str | None],
        *,
        timeout: float = 10.0,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._client = client
        self._secret_of = secret_of
        self._timeout = timeout
        self._now = now
        # httpx logs every address in full; adding the same filter twice does nothing.
        logging.getLogger("httpx").addFilter(_hide_address)

    async def send(self, nachricht: Nachricht) -> Ergebnis:
        """Try once, within ``timeout``. Raises ValueError if ``daten`` holds what JSON cannot (nan, inf)."""
        inhalt = json.dumps(nachricht.daten, allow_nan=False)
        url = _parse_address(nachricht.adresse)
        if url is None:
            return note(nachricht, Aufgegeben(grund=_ADRESSE_UNGUELTIG))
        kopf = self._sign(nachricht, inhalt)
        if kopf is None:
            # The operator can mend that, so it is no reason to give up.
            return note(nachricht, Spaeter(grund=_OHNE_GEHEIMNIS))
        return await self._post(nachricht, url, inhalt, kopf)

    def _sign(self, nachricht: Nachricht, inhalt: str) -> dict[str, str] | None:
        """The headers, or None without a usable secret."""
        jetzt = self._now().astimezone(UTC)
        geheimnis = self._secret_of(nachricht.empfaenger)
        try:
            webhook = Webhook(geheimnis or "")
        except (ValueError, EmptyWebhookSecretError):
            return None
        return {
            "content-type": "application/json",
            "webhook-id": nachricht.schluessel,
            "webhook-timestamp": str(int(jetzt.timestamp())),
            "webhook-signature": webhook.sign(nachricht.schluessel, jetzt, inhalt),
        }

    async def _post(self, nachricht: Nachricht, url: httpx.URL, inhalt: str, kopf: dict[str, str]) -> Ergebnis:
        try:
            # The limits of httpx count per read, and a receiver may trickle: the outer one counts for all.
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream(
                    "POST", url, content=inhalt, headers=kopf, follow_redirects=False, timeout=self._timeout
                ) as antwort,
            ):
                return note(nachricht, _judge(antwort, self._now()))
        except (TimeoutError, httpx.TimeoutException) as fehler:
            return note(nachricht, Spaeter(grund=_ZU_SPAET), fehler)
        except httpx.InvalidURL as fehler:
            # Ours was parsed before: this is the target of a redirection, which httpx works out unasked.
            return note(nachricht, Aufgegeben(grund=f"{_UMLEITUNG}."), fehler)
        except (httpx.HTTPError, OSError) as fehler:
            return note(nachricht, Spaeter(grund=_KEINE_VERBINDUNG), fehler)


def _parse_address(adresse: str) -> httpx.URL | None:
    try:
        url = httpx.URL(adresse)
    except httpx.InvalidURL:
        return None
    gueltig = url.scheme in ("http", "https") and url.host and (url.port is None or 0 < url.port < 65536)
    return url if gueltig else None


def _judge(antwort: httpx.Response, jetzt: datetime) -> Ergebnis:
    if antwort.is_success:
        return Zugestellt()
    folge, satz = next((folge, satz) for codes, folge, satz in _ANSWERS if antwort.status_code in codes)
    grund = f"{satz} ({antwort.status_code})."
    if folge is Spaeter:
        return Spaeter(grund=grund, nicht_vor=retry_after(antwort.headers.get("retry-after", ""), jetzt))
    return Aufgegeben(grund=grund)


def retry_after(wert: str, jetzt: datetime) -> datetime | None:
    """Seconds or an HTTP date (RFC 9110, 10.2.3) as a time in UTC; None for everything else."""
    wert = wert.strip()
    try:
        if re.fullmatch(r"[0-9]{1,9}", wert):
            return jetzt.astimezone(UTC) + timedelta(seconds=int(wert))
        termin = parsedate_to_datetime(wert)
        # "-0000" parses to a naive time that means UTC.
        return (termin if termin.tzinfo else termin.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _hide_address(eintrag: logging.LogRecord) -> bool:
    """Leave of a URL in httpx's own log only where it leads: path, query and user may hold secrets."""
    if isinstance(eintrag.args, tuple):
        eintrag.args = tuple(_origin(wert) if isinstance(wert, httpx.URL) else wert for wert in eintrag.args)
    return True


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
