"""Webhooks against a real HTTP receiver on loopback, well-behaved and otherwise."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError
from structlog.testing import capture_logs

from activities.kanaele.webhook import WebhookKanal, retry_after
from schemas.benachrichtigung import Aufgegeben, Ergebnis, Nachricht, Spaeter, Zugestellt

GEHEIMNIS = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BERLIN = ZoneInfo("Europe/Berlin")
JETZT = datetime(2021, 6, 16, 16, 0, tzinfo=UTC)
NACHRICHT = Nachricht(
    id="vorlage/aachen/4711:7:portal",
    kanal="webhook",
    empfaenger="portal",
    adresse="",
    betreff="Vorlage zur Mitzeichnung",
    text="",
    daten={
        "type": "vorlage.freigegeben",
        "data": {"vorlage": "4711", "stelle": "Kämmerei", "seq": 7, "wert": None},
    },
    zeit=JETZT,
)


class Empfang:
    """Keeps what it gets, answers always the same, then repeats ``endlos`` until the other side hangs up."""

    def __init__(self, antwort: bytes, endlos: bytes = b"", schweigt: bool = False) -> None:
        self._antwort = antwort
        self._endlos = endlos
        self._schweigt = schweigt
        self.anfragen: list[tuple[str, dict[str, str], bytes]] = []
        self.verbindungen: set[asyncio.Task[None] | None] = set()

    async def __call__(self, leser: asyncio.StreamReader, schreiber: asyncio.StreamWriter) -> None:
        self.verbindungen.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError):
            erste, *zeilen = (await leser.readuntil(b"\r\n\r\n")).decode("ascii").split("\r\n")
            felder = {name.lower(): wert for name, wert in (zeile.split(": ", 1) for zeile in zeilen if zeile)}
            self.anfragen.append((erste, felder, await leser.readexactly(int(felder["content-length"]))))
            schreiber.write(self._antwort)
            while self._endlos:
                schreiber.write(self._endlos)
                await schreiber.drain()
            if self._schweigt:
                await leser.read()
        schreiber.close()


@asynccontextmanager
async def _listen(empfang: Empfang) -> AsyncIterator[str]:
    server = await asyncio.start_server(empfang, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        # Ends only if our side has hung up on every connection.
        await asyncio.gather(*filter(None, empfang.verbindungen))
        await server.wait_closed()


async def _send(adresse: str, nachricht: Nachricht = NACHRICHT, geheimnis: str | None = GEHEIMNIS, frist: float = 10) -> Ergebnis:
    async with httpx.AsyncClient(trust_env=False) as client:
        kanal = WebhookKanal(client, {"portal": geheimnis}.get, timeout=frist)
        return await kanal.send(nachricht.model_copy(update={"adresse": adresse}))


async def test_the_known_vector_of_standard_webhooks() -> None:
    empfang = Empfang(b"HTTP/1.1 204 No Content\r\n\r\n")
    nachricht = NACHRICHT.model_copy(update={"id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "daten": {"test": 2432232314}})
    async with _listen(empfang) as wurzel, httpx.AsyncClient(trust_env=False) as client:
        kanal = WebhookKanal(client, lambda _: GEHEIMNIS, now=lambda: datetime.fromtimestamp(1614265330, BERLIN))
        assert await kanal.send(nachricht.model_copy(update={"adresse": wurzel})) == Zugestellt()
    ((_, felder, inhalt),) = empfang.anfragen
    assert inhalt == b'{"test": 2432232314}'
    assert felder["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert felder["webhook-timestamp"] == "1614265330"
    assert felder["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_a_receiver_can_verify_and_recognise_a_repetition() -> None:
    empfang = Empfang(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    async with _listen(empfang) as wurzel:
        for _ in range(2):
            assert await _send(f"{wurzel}/eingang?schluessel=1") == Zugestellt()
    for zeile, felder, inhalt in empfang.anfragen:
        assert zeile == "POST /eingang?schluessel=1 HTTP/1.1"
        assert felder["content-type"] == "application/json"
        assert felder["webhook-id"] == "vorlage/aachen/4711%3A7%3Aportal"
        assert Webhook(GEHEIMNIS).verify(inhalt, felder) == NACHRICHT.daten
        with pytest.raises(WebhookVerificationError):
            Webhook(GEHEIMNIS).verify(inhalt.replace(b"4711", b"4712"), felder)
    assert len(empfang.anfragen) == 2


ABGELEHNT = "Der Empfänger lehnt die Nachricht ab"
UMLEITUNG = "Der Empfänger leitet auf eine andere Adresse um"
FEHLER = "Beim Empfänger ist ein Fehler aufgetreten"


@pytest.mark.parametrize(
    ("antwort", "ergebnis"),
    [
        ("200 OK", Zugestellt()),
        ("202 Accepted", Zugestellt()),
        ("301 Moved\r\nLocation: /anderswo", Aufgegeben(grund=f"{UMLEITUNG} (301).")),
        ("307 Moved\r\nLocation: https://fremd.example/", Aufgegeben(grund=f"{UMLEITUNG} (307).")),
        ("302 Found\r\nLocation: mailto:fremd@example.org", Aufgegeben(grund=f"{UMLEITUNG}.")),
        ("302 Found\r\nLocation: http://[", Aufgegeben(grund=f"{UMLEITUNG} (302).")),
        ("304 Not Modified", Aufgegeben(grund=f"{UMLEITUNG} (304).")),
        ("400 Bad Request", Aufgegeben(grund=f"{ABGELEHNT} (400).")),
        ("401 Unauthorized", Aufgegeben(grund=f"{ABGELEHNT} (401).")),
        ("404 Not Found\r\nRetry-After: 5", Aufgegeben(grund=f"{ABGELEHNT} (404).")),
        ("408 Request Timeout", Spaeter(grund="Dem Empfänger dauerte die Übertragung zu lange (408).")),
        ("410 Gone", Aufgegeben(grund="Der Empfänger nimmt keine Nachrichten mehr an (410).")),
        ("425 Too Early", Spaeter(grund="Der Empfänger bittet um einen späteren Versuch (425).")),
        ("429 Too Many Requests", Spaeter(grund="Der Empfänger ist überlastet (429).")),
        ("500 Internal Server Error", Spaeter(grund=f"{FEHLER} (500).")),
        ("503 Unavailable\r\nRetry-After: unklar", Spaeter(grund=f"{FEHLER} (503).")),
        ("999 Denied", Spaeter(grund=f"{FEHLER} (999).")),
    ],
)
async def test_what_follows_from_an_answer(antwort: str, ergebnis: Ergebnis) -> None:
    empfang = Empfang(f"HTTP/1.1 {antwort}\r\nContent-Length: 0\r\n\r\n".encode())
    async with _listen(empfang) as wurzel:
        assert await _send(wurzel) == ergebnis
    assert len(empfang.anfragen) == 1


@pytest.mark.parametrize(
    ("wert", "nicht_vor"),
    [
        ("0", JETZT),
        ("120", JETZT + timedelta(minutes=2)),
        (" 7 ", JETZT + timedelta(seconds=7)),
        ("Wed, 16 Jun 2021 16:30:00 GMT", JETZT + timedelta(minutes=30)),
        ("Wed, 16 Jun 2021 16:30:00 -0000", JETZT + timedelta(minutes=30)),
        ("Wed, 16 Jun 2021 18:30:00 +0200", JETZT + timedelta(minutes=30)),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 5000, None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Wed, 16 Jun 2021 16:30:00 +99999999999999999999", None),
    ],
)
async def test_retry_after_as_seconds_and_as_a_date(wert: str, nicht_vor: datetime | None) -> None:
    empfang = Empfang(f"HTTP/1.1 429 Too Many\r\nRetry-After: {wert}\r\nContent-Length: 0\r\n\r\n".encode())
    async with _listen(empfang) as wurzel, httpx.AsyncClient(trust_env=False) as client:
        kanal = WebhookKanal(client, lambda _: GEHEIMNIS, now=lambda: JETZT.astimezone(BERLIN))
        ergebnis = await kanal.send(NACHRICHT.model_copy(update={"adresse": wurzel}))
    assert ergebnis == Spaeter(grund="Der Empfänger ist überlastet (429).", nicht_vor=nicht_vor)


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,5} \d\d:\d\d:\d\d [+-]\d{1,9}"))
def test_no_retry_after_is_too_strange(wert: str) -> None:
    nicht_vor = retry_after(wert, JETZT)
    assert nicht_vor is None or nicht_vor.tzinfo is UTC


ZU_SPAET = Spaeter(grund="Der Empfänger hat nicht rechtzeitig geantwortet.")
KEINE_VERBINDUNG = Spaeter(grund="Zum Empfänger kam keine Verbindung zustande.")


@pytest.mark.parametrize(
    ("empfang", "ergebnis"),
    [
        (Empfang(b"", schweigt=True), ZU_SPAET),
        (Empfang(b"HTTP/1.1 200 OK\r\nX-A: ", schweigt=True), ZU_SPAET),
        (Empfang(b"", endlos=b"HTTP/1.1 100 Continue\r\n\r\n"), ZU_SPAET),
        (Empfang(b"HTTP/1.1 200 OK\r\n", endlos=b"X-A: b\r\n" * 9999), KEINE_VERBINDUNG),
        (Empfang(b""), KEINE_VERBINDUNG),
        (Empfang(b"220 mail.example.org ESMTP\r\n"), KEINE_VERBINDUNG),
        (Empfang(b"HTTP/1.1 200 OK\r\n\r\n", endlos=b"x" * 65536), Zugestellt()),
        (Empfang(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"), Zugestellt()),
        (Empfang(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nkein gzip"), Zugestellt()),
    ],
    ids=count(),
)
async def test_whatever_a_receiver_does_nothing_is_raised(empfang: Empfang, ergebnis: Ergebnis) -> None:
    async with _listen(empfang) as wurzel:
        assert await _send(wurzel, frist=0.3 if ergebnis == ZU_SPAET else 10) == ergebnis


async def test_a_closed_port_is_tried_again() -> None:
    with socket.socket() as geschlossen:
        geschlossen.bind(("127.0.0.1", 0))
        assert await _send("http://{}:{}/".format(*geschlossen.getsockname())) == KEINE_VERBINDUNG


@pytest.mark.parametrize(
    "adresse",
    [
        "",
        "portal",
        "ftp://portal/",
        "http:///pfad",
        "http://[::1",
        "http://portal:99999/",
        "http://portal/\n",
        "file:///x",
    ],
)
async def test_an_address_that_is_none_is_given_up(adresse: str) -> None:
    assert await _send(adresse) == Aufgegeben(grund="Die hinterlegte Webadresse ist ungültig.")


@pytest.mark.parametrize("geheimnis", [None, "", "whsec_", "whsec_A"])
async def test_nothing_is_sent_unsigned(geheimnis: str | None) -> None:
    empfang = Empfang(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    async with _listen(empfang) as wurzel:
        ergebnis = await _send(wurzel, geheimnis=geheimnis)
    assert isinstance(ergebnis, Spaeter)
    assert "Geheimnis" in ergebnis.grund
    assert empfang.anfragen == []


async def test_our_own_mistakes_are_raised() -> None:
    with pytest.raises(ValueError, match="JSON"):
        await _send("http://127.0.0.1:1/", NACHRICHT.model_copy(update={"daten": {"wert": float("nan")}}))


@pytest.mark.parametrize("status", ["200 OK", "500 Fehler", "302 Found\r\nLocation: /neu?token=geheim"])
async def test_no_log_shows_path_query_or_credentials(status: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "httpx")
    empfang = Empfang(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    async with _listen(empfang) as wurzel:
        adresse = f"{wurzel.replace('//', '//wer:geheim@')}/geheim?token=geheim#geheim"
        with capture_logs() as log:
            await _send(adresse)
    assert f"HTTP Request: POST {wurzel} " in caplog.text
    assert "geheim" not in caplog.text
    assert "geheim" not in str(log)
    assert [eintrag["empfaenger"] for eintrag in log] == ([] if status.startswith("2") else ["portal"])
