"""Mail by SMTP: one message, one receiver, one connection.

A delivery is over once the server has taken the message; how the connection ends afterwards changes nothing.
"""

import asyncio
import contextlib
import re
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import aiosmtplib
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from activities.kanaele.kanal import note
from schemas.benachrichtigung import LAENGSTE_ADRESSE, MAILADRESSE, Aufgegeben, Ergebnis, Nachricht, Spaeter, Zugestellt

_BERLIN = ZoneInfo("Europe/Berlin")
_NOT_PRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")

_Mailadresse = Annotated[str, StringConstraints(pattern=MAILADRESSE, max_length=LAENGSTE_ADRESSE)]


class SmtpSettings(BaseModel):
    """How to reach the mail server, and as whom. ``timeout`` in seconds, for one delivery.

    ``security``: ``tls`` from the first byte, ``starttls`` (compulsory, never only if offered) or ``none``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: Annotated[str, StringConstraints(min_length=1)]
    port: int = Field(ge=1, le=65535)
    security: Literal["tls", "starttls", "none"]
    sender: _Mailadresse
    sender_name: str = "Laufmappe"
    user: str | None = None
    password: SecretStr | None = None
    timeout: float = Field(default=20.0, gt=0)

    @model_validator(mode="after")
    def _check_login(self) -> "SmtpSettings":
        if (self.user is None) != (self.password is None):
            raise ValueError("Zum Anmelden am Mailserver fehlt user oder password: beide angeben, oder keines.")
        if self.user is not None and self.security == "none":
            raise ValueError("Anmelden am Mailserver geht nur verschlüsselt: security auf tls oder starttls setzen.")
        return self


class MailKanal:
    """Sends mail. ``tls`` is for a town with a certificate authority of its own; else the system's count."""

    def __init__(self, settings: SmtpSettings, tls: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._tls = tls

    async def send(self, nachricht: Nachricht) -> Ergebnis:
        """Try once, within twice ``timeout`` at most (the second half only for saying goodbye)."""
        if len(nachricht.adresse) > LAENGSTE_ADRESSE or not re.fullmatch(MAILADRESSE, nachricht.adresse):
            return note(nachricht, Aufgegeben(grund="Die hinterlegte Mailadresse ist ungültig."))
        mail = compose(nachricht, self._settings)
        client = self._client()
        try:
            async with asyncio.timeout(self._settings.timeout):
                await client.connect()
                await client.send_message(mail, sender=self._settings.sender, recipients=[nachricht.adresse])
        except (aiosmtplib.SMTPException, OSError, ValueError) as fehler:
            return note(nachricht, _judge(fehler), fehler)
        else:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
            return Zugestellt()
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password.get_secret_value() if settings.password else None,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._tls,
            timeout=settings.timeout,
            # Otherwise the library asks the name service who we are, without any time limit.
            local_hostname=_domain(settings),
        )


def compose(nachricht: Nachricht, settings: SmtpSettings) -> EmailMessage:
    """The mail as it goes out. The address must be a plain one."""
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"] = Address(_one_line(settings.sender_name), addr_spec=settings.sender)
    mail["To"] = Address(addr_spec=nachricht.adresse)
    mail["Subject"] = _one_line(nachricht.betreff) or "(ohne Betreff)"
    mail["Date"] = nachricht.zeit.astimezone(_BERLIN)
    mail["Message-ID"] = f"<{nachricht.schluessel}@{_domain(settings)}>"
    mail["Auto-Submitted"] = "auto-generated"
    # Exchange heeds only this one: without it every absence note would come back to us.
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = "de"
    absaetze = [nachricht.text.rstrip(), *([nachricht.verweis] if nachricht.verweis else [])]
    mail.set_content("\n\n".join(absaetze) + "\n", cte="quoted-printable")
    if nachricht.kalender:
        methode = "CANCEL" if "METHOD:CANCEL" in nachricht.kalender else "REQUEST"
        # Beside the text, not behind it: only so do mail programs offer to accept.
        mail.add_alternative(nachricht.kalender, subtype="calendar", params={"method": methode}, cte="base64")
    for anhang in nachricht.anhaenge:
        art, _, unterart = anhang.medientyp.partition("/")
        mail.add_attachment(anhang.inhalt, maintype=art, subtype=unterart, filename=anhang.name)
    return mail


def _domain(settings: SmtpSettings) -> str:
    return settings.sender.rpartition("@")[2]


def _one_line(text: str) -> str:
    """A header value that cannot start a second header.

    Breaks up what looks like an encoded word too: Python decodes it, and would write out the line break
    that it hides.
    """
    return _NOT_PRINTABLE.sub(" ", text).replace("=?", "= ?").strip()


_REFUSALS: tuple[tuple[type[aiosmtplib.SMTPResponseException], bool, str], ...] = (
    # What the server refused, whether its 5xx is final, and how we say it. Only what is wrong with this
    # receiver or this message is final: everything else hits all mail alike and is mended by the operator.
    (aiosmtplib.SMTPAuthenticationError, False, "Der Mailserver lehnt unsere Anmeldung ab"),
    (aiosmtplib.SMTPRecipientRefused, True, "Der Mailserver nimmt den Empfänger nicht an"),
    (aiosmtplib.SMTPDataError, True, "Der Mailserver nimmt die Nachricht nicht an"),
    (aiosmtplib.SMTPSenderRefused, False, "Der Mailserver nimmt unseren Absender nicht an"),
    (aiosmtplib.SMTPResponseException, False, "Der Mailserver ist nicht bereit"),
)
_LOGIN_WANTED = frozenset({530, 534, 535, 538})
"""Answers that speak of signing in (RFC 4954), at whatever command they come."""

_UNVERSTAENDLICH = "Der Mailserver antwortet unverständlich."

_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "Der Mailserver hat nicht rechtzeitig geantwortet."),
    (ssl.SSLError, "Die Verschlüsselung mit dem Mailserver kam nicht zustande."),
    (aiosmtplib.SMTPServerDisconnected, "Der Mailserver hat die Verbindung abgebrochen."),
    (OSError, "Der Mailserver ist nicht erreichbar."),
    (
        aiosmtplib.SMTPException,
        "Der Mailserver kennt die eingestellte Verschlüsselung oder Anmeldung nicht.",
    ),
    (ValueError, _UNVERSTAENDLICH),
)


def _judge(fehler: Exception) -> Spaeter | Aufgegeben:
    if isinstance(fehler, aiosmtplib.SMTPRecipientsRefused):
        fehler = fehler.recipients[0]
    if isinstance(fehler, aiosmtplib.SMTPResponseException):
        return _judge_answer(fehler) if fehler.code > 0 else Spaeter(grund=_UNVERSTAENDLICH)
    # "Cannot connect" says little: what lies below it tells a bad certificate from a closed port.
    ursache = fehler.__cause__ if isinstance(fehler, aiosmtplib.SMTPConnectError) else None
    return Spaeter(grund=next(satz for art, satz in _FAILURES if isinstance(ursache or fehler, art)))


def _judge_answer(fehler: aiosmtplib.SMTPResponseException) -> Spaeter | Aufgegeben:
    endgueltig, satz = next((final, satz) for art, final, satz in _REFUSALS if isinstance(fehler, art))
    # The server's own words may name people, its numbers cannot.
    erweitert = re.match(r"[245]\.\d{1,3}\.\d{1,3}\b", fehler.message)
    grund = f"{satz} ({' '.join([str(fehler.code), *([erweitert[0]] if erweitert else [])])})."
    if endgueltig and 500 <= fehler.code <= 599 and fehler.code not in _LOGIN_WANTED:
        return Aufgegeben(grund=grund)
    return Spaeter(grund=grund)
