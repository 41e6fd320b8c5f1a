"""What came from outside, a motion or a question: who sent it, when and how it came in, and by when it had to."""

import datetime as dt
from enum import StrEnum

from pydantic import AwareDatetime

from schemas.basis import Kennung, Modell, Text


class Absenderart(StrEnum):
    """As what somebody may put a motion or a question."""

    FRAKTION = "fraktion"
    MITGLIED = "mitglied"
    EINWOHNER = "einwohner"

    @property
    def anzeige(self) -> str:
        """The word as people read it."""
        return {"einwohner": "Einwohnerin oder Einwohner"}.get(self.value, self.value.capitalize())


class Absender(Modell):
    """Who sent it. ``kennung`` is an opaque id (of a person; of a Fraktion's office); ``name`` only what is public by office.

    ``bekannt``: the Regelwerk of the day knows the member's id, or the Fraktion's name. A citizen has an id or nothing, never a name.
    """

    art: Absenderart
    kennung: Kennung | None = None
    name: Text | None = None
    bekannt: bool = False

    @property
    def anzeige(self) -> str:
        """As anybody may read it."""
        return self.name or self.art.anzeige


class Eingangsweg(StrEnum):
    """How it came."""

    POST = "post"
    BRIEFKASTEN = "briefkasten"
    PERSOENLICH = "persoenlich"
    E_MAIL = "e_mail"
    FAX = "fax"
    ONLINE = "online"
    UNBEKANNT = "unbekannt"

    @property
    def anzeige(self) -> str:
        """The word as people read it."""
        return {"persoenlich": "persönlich", "e_mail": "E-Mail", "unbekannt": "nicht hinterlegt"}.get(
            self.value, self.value.capitalize()
        )


class Schluss(Modell):
    """Until when it had to be in for the meeting that it is meant for: ``faellig`` is the first moment that is too late."""

    letzter_tag: dt.date
    faellig: AwareDatetime
    regel: Text


class Eingang(Modell):
    """The receipt. ``am`` is when it came in, which may be days before somebody entered it.

    ``sitzung`` is the meeting that its sender means it for, if any; ``schluss`` None: the Regelwerk has no deadline for that.
    """

    absender: tuple[Absender, ...]
    am: AwareDatetime
    weg: Eingangsweg = Eingangsweg.UNBEKANNT
    sitzung: str | None = None
    sitzung_am: AwareDatetime | None = None
    schluss: Schluss | None = None
    beanstandet: Text | None = None
    """Why the Sitzungsdienst gave it back, until its sender mends it."""

    @property
    def rechtzeitig(self) -> bool | None:
        """Whether it was in time for the meeting that it is meant for; None where nobody can say."""
        return self.am < self.schluss.faellig if self.schluss else None
