"""The two base models, and the small types that everything else is made of.

Stored models ignore fields they do not know: a paper lives for years, and an older worker must be able to read what a newer
one wrote. Doors that take input from people validate with ``extra="forbid"`` instead, so that a typing error is told.
"""

import datetime as dt
import hashlib
from typing import Annotated, Any

import rfc8785
from annotated_types import Ge, Le
from pydantic import AwareDatetime, BaseModel, ConfigDict, NonNegativeInt, StringConstraints

FORM_KENNUNG = r"^[a-z0-9][a-z0-9._-]{0,79}$"
Kennung = Annotated[str, StringConstraints(pattern=FORM_KENNUNG)]
"""Stable id of an office, committee, kind of paper: lower case, no umlauts, never shown to people."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of a document, in hex."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
"""A short text that people write: subject, reason, remark. Long texts are documents and lie in the document store."""


Pflichttext = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
"""A text that must not be empty."""

Grund = Pflichttext
"""A reason that stays on record: without one, the command is refused."""

ERSTES_JAHR, LETZTES_JAHR = 1800, 2199
Tag = Annotated[dt.date, Ge(dt.date(ERSTES_JAHR, 1, 1)), Le(dt.date(LETZTES_JAHR, 12, 31))]
"""A day as people state it: what lies outside is a slip, and would overflow when days are counted."""
Zeitpunkt = Annotated[
    AwareDatetime,
    Ge(dt.datetime(ERSTES_JAHR, 1, 1, tzinfo=dt.UTC)),
    Le(dt.datetime(LETZTES_JAHR, 12, 31, tzinfo=dt.UTC)),
]
"""A moment as people state it (aware)."""


class Modell(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Dokument(Modell):
    """A text or file in the document store. ``groesse`` in bytes."""

    digest: Digest
    groesse: NonNegativeInt


class Benannt(Modell):
    """An office or committee as it was called on the day: the id stays, the name is of its day."""

    id: Kennung
    name: str
    kuerzel: str | None = None

    @property
    def anzeige(self) -> str:
        """As pages write it: ``A 46 - Kommunales Integrationszentrum``."""
        return f"{self.kuerzel} - {self.name}" if self.kuerzel else self.name


def digest(wert: Any) -> str:
    """SHA-256 (hex) of a JSON value in its RFC 8785 canonical form."""
    return hashlib.sha256(rfc8785.dumps(wert)).hexdigest()
