"""A time stamp after RFC 3161 over a checkpoint: somebody else says when it existed. Optional."""

import base64
from pathlib import Path

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

GEDULD = 20.0
"""Seconds."""
GROESSTE = 100_000
"""Bytes of an answer; more is none."""


class KeinZeitstempel(Exception):
    """The service did not answer, or with something that its certificates do not stand for."""


class Zeitstempel:
    """Asks one service. ``wurzeln`` is a PEM file of the certificates that it is believed by."""

    def __init__(self, http: httpx.AsyncClient, url: str, wurzeln: Path) -> None:
        self._http = http
        self._url = url
        self._wurzeln = wurzeln

    async def stamp(self, text: str) -> str:
        """A verified token over the text (SHA-256 of its UTF-8), DER in Base64. Raises KeinZeitstempel."""
        daten = text.encode()
        anfrage = TimestampRequestBuilder().data(daten).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).build()
        antwort = await self._ask(anfrage.as_bytes())
        try:
            stempel = decode_timestamp_response(antwort)
            bauer = VerifierBuilder.from_request(anfrage)
            for wurzel in x509.load_pem_x509_certificates(self._wurzeln.read_bytes()):
                bauer = bauer.add_root_certificate(wurzel)
            bauer.build().verify_message(stempel, daten)
        except (VerificationError, ValueError, OSError) as fehler:
            raise KeinZeitstempel(f"Die Antwort des Zeitstempeldienstes gilt nicht ({type(fehler).__name__}).") from None
        return base64.b64encode(antwort).decode()

    async def _ask(self, anfrage: bytes) -> bytes:
        kopf = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            antwort = await self._http.post(self._url, content=anfrage, headers=kopf, timeout=GEDULD)
            antwort.raise_for_status()
        except httpx.HTTPError as fehler:
            raise KeinZeitstempel(f"Der Zeitstempeldienst antwortet nicht ({type(fehler).__name__}).") from None
        if len(antwort.content) > GROESSTE:
            raise KeinZeitstempel("Die Antwort des Zeitstempeldienstes ist zu groß.")
        return antwort.content
