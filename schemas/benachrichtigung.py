"""One message to one receiver, and what became of the attempt to deliver it."""

from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from schemas.basis import Modell
from schemas.wirkung import Ruf

ZUSTELLKENNUNG = r"^[!-~]{1,200}$"
Zustellkennung = Annotated[str, StringConstraints(pattern=ZUSTELLKENNUNG)]
"""Printable ASCII without blanks: it ends up in mail and HTTP headers."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
MAILADRESSE = rf"^{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*$"
"""One plain address: no display name, no quoting, no list, nothing that could end an SMTP command."""
LAENGSTE_ADRESSE = 254


class Anhang(Modell):
    """A file that goes along: its name, its media type, its content."""

    name: str
    medientyp: str
    inhalt: bytes


class Nachricht(Modell):
    """What one receiver is told over one channel.

    ``id`` stays the same over all attempts: receivers recognise a repetition by it. ``empfaenger`` is the
    id of the office, committee or endpoint, ``adresse`` its mail address or URL. Mail carries ``betreff``,
    ``text`` and ``verweis`` (a link, put below the text); webhooks carry ``daten``. ``zeit`` is when the
    thing happened that is told, in any time zone.
    """

    id: Zustellkennung
    kanal: str
    empfaenger: str
    adresse: str
    betreff: str
    text: str
    kalender: str | None = None
    """An invitation as iCalendar, made for this receiver; mail carries it."""
    anhaenge: tuple[Anhang, ...] = ()
    """Documents that mail carries: only what anybody may read."""
    daten: dict[str, JsonValue]
    verweis: str | None = None
    zeit: AwareDatetime

    @property
    def schluessel(self) -> str:
        """The id in the characters that a Message-ID and a webhook-id may both hold (no full stop)."""
        return quote(self.id, safe="/").replace(".", "%2E")


class Zugestellt(Modell):
    """The receiver has taken the message over."""

    art: Literal["zugestellt"] = "zugestellt"


class Spaeter(Modell):
    """Not delivered, and worth another attempt: not before ``nicht_vor`` if the receiver named a time.

    ``grund`` is a short German sentence without address or person.
    """

    art: Literal["spaeter"] = "spaeter"
    grund: str
    nicht_vor: AwareDatetime | None = None


class Aufgegeben(Modell):
    """Not delivered, and no repetition will help. ``grund`` as in ``Spaeter``."""

    art: Literal["aufgegeben"] = "aufgegeben"
    grund: str


Ergebnis = Annotated[Zugestellt | Spaeter | Aufgegeben, Field(discriminator="art")]
"""What became of one attempt."""


class Meldung(Modell):
    """That a message was given up, as its case is to be told. ``ausgang`` is the message's id in the outbox."""

    ausgang: str
    ruf: Ruf
