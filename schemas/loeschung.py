"""An order to forget content, and what carrying it out left."""

from pydantic import AwareDatetime, JsonValue, PositiveInt

from schemas.akteur import Akteur
from schemas.basis import Modell, Text


class Loeschstelle(Modell):
    """Content of one entry: names of fields, or ways to parts of them (``stand.betreff``).

    ``ersatz``, once it is carried out: field to what stands in its place.
    """

    seq: PositiveInt
    felder: tuple[str, ...]
    ersatz: dict[str, JsonValue] = {}


class Loeschung(Modell):
    """An order to forget: which fields, on what ground in law, ordered by whom, and the two persons who entered it.

    ``stellen`` are, once it was carried out, all that went: seals over what was forgotten go too, for a digest of nearly known
    text lets somebody guess the rest.
    """

    kennung: str
    stellen: tuple[Loeschstelle, ...]
    rechtsgrund: Text
    angeordnet_von: Text
    beantragt: Akteur
    beantragt_am: AwareDatetime
    bestaetigt: Akteur | None = None
    bestaetigt_am: AwareDatetime | None = None
    abgelehnt_am: AwareDatetime | None = None
    vollzogen_am: AwareDatetime | None = None


class Bereinigung(Modell):
    """What a deletion left: the state as JSON, and everything that went (the seals over it too)."""

    zustand: dict[str, JsonValue]
    stellen: tuple[Loeschstelle, ...]
