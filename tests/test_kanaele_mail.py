"""Mail against a real SMTP server on loopback, well-behaved and otherwise."""

import asyncio
import email
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from structlog.testing import capture_logs

from activities.kanaele.mail import MailKanal, SmtpSettings, compose
from schemas.benachrichtigung import Anhang, Aufgegeben, Nachricht, Spaeter, Zugestellt

NACHRICHT = Nachricht(
    id="vorlage/aachen/4711:7:a-46",
    kanal="mail",
    empfaenger="a-46",
    adresse="a46@example.org",
    betreff="Vorlage zur Mitzeichnung",
    text="Guten Tag,\n\nbitte prüfen Sie die Vorlage.\n.\nGrüße",
    daten={},
    verweis="https://laufmappe.example.org/vorlage/4711",
    zeit=datetime(2021, 6, 16, 16, 0, tzinfo=UTC),
)


class Postfach:
    """An aiosmtpd handler that keeps what it takes, and answers as the receiver's or sender's name says."""

    def __init__(self) -> None:
        self.briefe: list[Envelope] = []
        self.never = asyncio.Event()

    async def handle_MAIL(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        envelope.mail_from = address
        return _scripted(address) or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if address.startswith("langsam@"):
            await self.never.wait()
        if not address.startswith("data-") and (antwort := _scripted(address)):
            return antwort
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if antwort := _scripted(envelope.rcpt_tos[0].removeprefix("data-")):
            return antwort
        self.briefe.append(envelope)
        return "250 OK"


def _scripted(address: str) -> str | None:
    """``550.5.1.1@...`` is answered with 550 5.1.1 and words that name a person, not to be passed on."""
    code, _, erweitert = address.partition("@")[0].partition(".")
    return f"{code} {erweitert} Erika Mustermann unbekannt" if code.isdigit() else None


@asynccontextmanager
async def _listen(protocol: Callable[[], asyncio.BaseProtocol], tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def _settings(an_port: int, **anderes: Any) -> SmtpSettings:
    grund = {
        "host": "localhost",
        "port": an_port,
        "security": "none",
        "sender": "laufmappe@stadt.example",
        "timeout": 5,
    }
    return SmtpSettings.model_validate(grund | anderes)


def _parse(brief: Envelope) -> EmailMessage:
    assert isinstance(brief.content, bytes)
    gelesen = email.message_from_bytes(brief.content, policy=default)
    assert isinstance(gelesen, EmailMessage)
    return gelesen


async def test_a_mail_arrives_as_it_was_meant() -> None:
    postfach = Postfach()
    async with _listen(lambda: SMTP(postfach)) as port:
        kanal = MailKanal(_settings(port, sender_name="Laufmappe StädteRegion"))
        assert await kanal.send(NACHRICHT) == Zugestellt()
    (brief,) = postfach.briefe
    assert (brief.mail_from, brief.rcpt_tos) == ("laufmappe@stadt.example", ["a46@example.org"])
    mail = _parse(brief)
    assert mail["From"] == "Laufmappe StädteRegion <laufmappe@stadt.example>"
    assert mail["To"] == "a46@example.org"
    assert mail["Subject"] == "Vorlage zur Mitzeichnung"
    assert mail["Date"] == "Wed, 16 Jun 2021 18:00:00 +0200"
    assert mail["Message-ID"] == "<vorlage/aachen/4711%3A7%3Aa-46@stadt.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"
    assert mail.get_content().splitlines() == [*NACHRICHT.text.splitlines(), "", NACHRICHT.verweis]
    assert not mail.defects


TERMIN = "BEGIN:VCALENDAR\r\nMETHOD:{}\r\nSUMMARY:Sitzung in Köln\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize("methode", ["REQUEST", "CANCEL"])
def test_an_invitation_stands_beside_the_text(methode: str) -> None:
    """As alternative parts of one body, with the method that mail programs look for; documents lie behind both."""
    anhang = Anhang(name="auszug.pdf", medientyp="application/pdf", inhalt=b"%PDF")
    felder = {"kalender": TERMIN.format(methode), "anhaenge": (anhang,)}
    mail = compose(NACHRICHT.model_copy(update=felder), _settings(25))
    gelesen = email.message_from_bytes(mail.as_bytes(), policy=default)
    assert isinstance(gelesen, EmailMessage)
    koerper, pdf = gelesen.iter_parts()
    assert (gelesen.get_content_type(), koerper.get_content_type()) == ("multipart/mixed", "multipart/alternative")
    text, termin = koerper.iter_parts()
    assert (text.get_content_type(), termin.get_content_type()) == ("text/plain", "text/calendar")
    assert termin.get_param("method") == methode and termin.get_content_disposition() is None
    assert termin.get_content().splitlines() == TERMIN.format(methode).splitlines()
    assert pdf.get_filename() == "auszug.pdf" and pdf.get_content() == b"%PDF"
    ohne = compose(NACHRICHT.model_copy(update={"kalender": TERMIN.format(methode)}), _settings(25))
    assert ohne.get_content_type() == "multipart/alternative"


async def test_a_repetition_bears_the_same_message_id() -> None:
    postfach = Postfach()
    lang = NACHRICHT.model_copy(update={"id": "x:" * 100})
    async with _listen(lambda: SMTP(postfach)) as port:
        for nachricht in (lang, lang, NACHRICHT):
            assert await MailKanal(_settings(port)).send(nachricht) == Zugestellt()
    erste, zweite, andere = (_parse(brief)["Message-ID"] for brief in postfach.briefe)
    assert erste == zweite == f"<{'x%3A' * 100}@stadt.example>"
    assert andere != erste


LANG = " ".join(["Prüfung: Übergangsklassen für geflüchtete Schüler*innen"] * 4)


@pytest.mark.parametrize(
    ("betreff", "gelesen"),
    [
        (LANG, LANG),
        ("Termin\r\nBcc: fremd@example.org\r\n\r\nInhalt", "Termin Bcc: fremd@example.org Inhalt"),
        ("Termin\u2028Bcc: fremd@example.org\x00", "Termin Bcc: fremd@example.org"),
        ("=?utf-8?q?Termin=0ABcc:_fremd@example.org?=", "= ?utf-8?q?Termin=0ABcc:_fremd@example.org?="),
        (" \n", "(ohne Betreff)"),
    ],
)
async def test_a_subject_stays_a_subject(betreff: str, gelesen: str) -> None:
    postfach = Postfach()
    async with _listen(lambda: SMTP(postfach)) as port:
        assert await MailKanal(_settings(port)).send(NACHRICHT.model_copy(update={"betreff": betreff})) == Zugestellt()
    (brief,) = postfach.briefe
    mail = _parse(brief)
    assert brief.rcpt_tos == ["a46@example.org"]
    assert mail["Bcc"] is None
    assert mail["Subject"] == gelesen


TEXTE = st.text(st.characters(codec="utf-8") | st.sampled_from("\r\n =?:<>@,;\x00ä"), max_size=300)


@given(TEXTE, TEXTE)
def test_no_subject_and_no_text_adds_a_header(betreff: str, text: str) -> None:
    nachricht = NACHRICHT.model_copy(update={"betreff": betreff, "text": text})
    mail = email.message_from_bytes(compose(nachricht, _settings(25)).as_bytes(), policy=default)
    harmlos = compose(NACHRICHT, _settings(25))
    assert mail.keys() == harmlos.keys()
    assert all(mail[name] == harmlos[name] for name in set(mail) if name != "Subject")


EMPFAENGER = "Der Mailserver nimmt den Empfänger nicht an"
INHALT = "Der Mailserver nimmt die Nachricht nicht an"


@pytest.mark.parametrize(
    ("adresse", "ergebnis"),
    [
        ("451.4.3.0@example.org", Spaeter(grund=f"{EMPFAENGER} (451 4.3.0).")),
        ("450@example.org", Spaeter(grund=f"{EMPFAENGER} (450).")),
        ("550.5.1.1@example.org", Aufgegeben(grund=f"{EMPFAENGER} (550 5.1.1).")),
        ("553@example.org", Aufgegeben(grund=f"{EMPFAENGER} (553).")),
        ("530.5.7.0@example.org", Spaeter(grund=f"{EMPFAENGER} (530 5.7.0).")),
        ("data-452.4.3.1@example.org", Spaeter(grund=f"{INHALT} (452 4.3.1).")),
        ("data-554.5.7.1@example.org", Aufgegeben(grund=f"{INHALT} (554 5.7.1).")),
    ],
)
async def test_a_refusal_for_now_and_a_refusal_for_good(adresse: str, ergebnis: Spaeter | Aufgegeben) -> None:
    async with _listen(lambda: SMTP(Postfach())) as port:
        with capture_logs() as log:
            assert await MailKanal(_settings(port)).send(NACHRICHT.model_copy(update={"adresse": adresse})) == ergebnis
    assert [(e["nachricht"], e["grund"]) for e in log] == [(NACHRICHT.id, ergebnis.grund)]
    assert not any(wort in str(log) for wort in ("Mustermann", adresse, NACHRICHT.betreff))


async def test_a_refused_sender_is_no_fault_of_the_message() -> None:
    async with _listen(lambda: SMTP(Postfach())) as port:
        ergebnis = await MailKanal(_settings(port, sender="550@stadt.example")).send(NACHRICHT)
    assert ergebnis == Spaeter(grund="Der Mailserver nimmt unseren Absender nicht an (550).")


@pytest.mark.parametrize(
    "adresse",
    [
        "",
        "a46",
        "a46@",
        "@example.org",
        "eins@example.org, zwei@example.org",
        "Amt 46 <a46@example.org>",
        "a46@example.org\r\nRCPT TO:<fremd@example.org>",
        "a46@example.org\n",
        "a46@example.org> SIZE=1",
        "ämter@example.org",
        "a..46@example.org",
        "a" * 250 + "@example.org",
    ],
)
async def test_what_is_not_one_plain_address_is_given_up_without_a_connection(adresse: str) -> None:
    with socket.socket() as geschlossen:
        geschlossen.bind(("127.0.0.1", 0))
        kanal = MailKanal(_settings(geschlossen.getsockname()[1]))
        ergebnis = await kanal.send(NACHRICHT.model_copy(update={"adresse": adresse}))
    assert ergebnis == Aufgegeben(grund="Die hinterlegte Mailadresse ist ungültig.")


async def test_a_closed_port_is_tried_again() -> None:
    with socket.socket() as geschlossen:
        geschlossen.bind(("127.0.0.1", 0))
        ergebnis = await MailKanal(_settings(geschlossen.getsockname()[1])).send(NACHRICHT)
    assert ergebnis == Spaeter(grund="Der Mailserver ist nicht erreichbar.")


async def test_a_server_that_hangs_in_the_middle_is_tried_again() -> None:
    async with _listen(lambda: SMTP(Postfach())) as port:
        kanal = MailKanal(_settings(port, timeout=0.2))
        ergebnis = await kanal.send(NACHRICHT.model_copy(update={"adresse": "langsam@example.org"}))
    assert ergebnis == Spaeter(grund="Der Mailserver hat nicht rechtzeitig geantwortet.")


class Sonderling(asyncio.Protocol):
    """Says its lines, one after each thing it hears; hangs up when it has no more, keeps silent at None."""

    def __init__(self, zeilen: list[bytes | None]) -> None:
        self._zeilen = iter(zeilen)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._answer()

    def data_received(self, data: bytes) -> None:
        self._answer()

    def _answer(self) -> None:
        zeile = next(self._zeilen, b"")
        if zeile:
            self._transport.write(zeile)
        elif zeile is not None:
            self._transport.close()


GUT = [b"220 hier\r\n", b"250 hallo\r\n", b"250 ja\r\n", b"250 ja\r\n", b"354 los\r\n"]


@pytest.mark.parametrize(
    ("zeilen", "grund"),
    [
        ([b""], "Der Mailserver hat die Verbindung abgebrochen."),
        ([b"554 kein Zutritt\r\n"], "Der Mailserver ist nicht bereit (554)."),
        ([b"421 zu viel los\r\n"], "Der Mailserver ist nicht bereit (421)."),
        ([b"HTTP/1.1 400 Bad Request\r\n"], "Der Mailserver antwortet unverständlich."),
        ([b"2" * 10000 + b"\r\n"], "Der Mailserver antwortet unverständlich."),
        ([b"220 \xff\xfe\r\n", b"500 nein\r\n", b"502 nein\r\n"], "Der Mailserver ist nicht bereit (502)."),
        (GUT, "Der Mailserver hat die Verbindung abgebrochen."),
    ],
)
async def test_whatever_a_server_says_nothing_is_raised(zeilen: list[bytes | None], grund: str) -> None:
    async with _listen(lambda: Sonderling(zeilen)) as port:
        assert await MailKanal(_settings(port)).send(NACHRICHT) == Spaeter(grund=grund)


async def test_a_server_that_never_speaks_is_tried_again() -> None:
    async with _listen(lambda: Sonderling([None])) as port:
        ergebnis = await MailKanal(_settings(port, timeout=0.2)).send(NACHRICHT)
    assert ergebnis == Spaeter(grund="Der Mailserver hat nicht rechtzeitig geantwortet.")


@pytest.mark.parametrize("abschied", [[], [None], [b"500 nein\r\n"], [b"unsinn\r\n"]])
async def test_once_taken_over_it_is_delivered_however_the_server_says_goodbye(
    abschied: list[bytes | None],
) -> None:
    # aiosmtplib sends the message and its final full stop in one piece, so one line answers it.
    async with _listen(lambda: Sonderling([*GUT, b"250 angenommen\r\n", *abschied])) as port:
        assert await MailKanal(_settings(port, timeout=1)).send(NACHRICHT) == Zugestellt()


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, daten: Any) -> AuthResult:
    return AuthResult(handled=False, success=(daten.login, daten.password) == (b"laufmappe", "schlüssel".encode()))


@pytest.fixture(scope="module")
def stelle() -> trustme.CA:
    return trustme.CA()


@asynccontextmanager
async def _encrypted(stelle: trustme.CA, security: str, postfach: Postfach) -> AsyncIterator[int]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    stelle.issue_cert("localhost").configure_cert(tls)
    # aiosmtpd counts only STARTTLS as encrypted; on a port that is TLS throughout it need not insist.
    durchweg = security == "tls"
    arten: dict[str, Any] = {
        "tls": {"auth_require_tls": False},
        "starttls": {"auth_required": True, "require_starttls": True, "tls_context": tls},
    }

    def _build() -> SMTP:
        return SMTP(postfach, authenticator=_authenticate, **arten[security])

    async with _listen(_build, tls if durchweg else None) as port:
        yield port


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_encrypted_and_signed_in(stelle: trustme.CA, security: str) -> None:
    vertraut = ssl.create_default_context()
    stelle.configure_trust(vertraut)
    postfach = Postfach()
    async with _encrypted(stelle, security, postfach) as port:
        richtig = _settings(port, security=security, user="laufmappe", password="schlüssel")
        falsch = richtig.model_copy(update={"password": SecretStr("falsch")})
        assert await MailKanal(richtig, vertraut).send(NACHRICHT) == Zugestellt()
        abgelehnt = await MailKanal(falsch, vertraut).send(NACHRICHT)
        unbekannt = await MailKanal(richtig).send(NACHRICHT)
    assert abgelehnt == Spaeter(grund="Der Mailserver lehnt unsere Anmeldung ab (535 5.7.8).")
    assert unbekannt == Spaeter(grund="Die Verschlüsselung mit dem Mailserver kam nicht zustande.")
    assert len(postfach.briefe) == 1


async def test_starttls_is_never_silently_left_out() -> None:
    postfach = Postfach()
    async with _listen(lambda: SMTP(postfach)) as port:
        ergebnis = await MailKanal(_settings(port, security="starttls")).send(NACHRICHT)
    assert ergebnis == Spaeter(grund="Der Mailserver kennt die eingestellte Verschlüsselung oder Anmeldung nicht.")
    assert postfach.briefe == []


@pytest.mark.parametrize(
    ("anderes", "meldung"),
    [
        ({"user": "laufmappe", "security": "tls"}, "fehlt user oder password"),
        ({"password": "geheim", "security": "tls"}, "fehlt user oder password"),
        ({"user": "laufmappe", "password": "geheim"}, "geht nur verschlüsselt"),
        ({"sender": "Laufmappe <laufmappe@stadt.example>"}, "sender"),
        ({"port": 0}, "port"),
        ({"timeout": 0}, "timeout"),
    ],
)
def test_settings_that_cannot_work_are_refused(anderes: dict[str, Any], meldung: str) -> None:
    with pytest.raises(ValidationError, match=meldung):
        _settings(25, **anderes)
