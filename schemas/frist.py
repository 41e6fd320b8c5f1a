"""A deadline: when it is up, what for, by which rule, and what happened. And the rules by which deadlines are counted."""

import datetime as dt
from enum import StrEnum

from pydantic import AwareDatetime, NonNegativeInt, PositiveInt

from schemas.basis import Kennung, Modell, Text
from schemas.befehl import Regelstand


class Zaehlweise(StrEnum):
    """Which days count. Werktage are Monday to Saturday, Arbeitstage Monday to Friday, both without public holidays."""

    KALENDERTAGE = "kalendertage"
    WERKTAGE = "werktage"
    ARBEITSTAGE = "arbeitstage"

    @property
    def anzeige(self) -> str:
        """The word as people read it."""
        return self.value.capitalize()


class Frist(Modell):
    """One deadline. ``faellig`` is the first moment after it (aware); ``letzter_tag`` the last day on which it is kept.

    ``regel`` says in words by what rule, ``regelwerk`` by which version of it. ``betrifft`` are the offices that must act.
    ``erinnern`` and ``erinnert`` are moments; ``ausgang`` says what happened, None while it runs.
    """

    id: Text
    zweck: Text
    letzter_tag: dt.date
    faellig: AwareDatetime
    regel: Text
    regelwerk: Regelstand
    betrifft: tuple[Kennung, ...] = ()
    erinnern: AwareDatetime | None = None
    erinnert: AwareDatetime | None = None
    erinnern_an: tuple[str, ...] = ()
    melden_an: tuple[str, ...] = ()
    verlaengert: tuple["Verlaengerung", ...] = ()
    ausgang: "Fristausgang | None" = None
    ausgang_am: AwareDatetime | None = None
    termin: bool = False
    """A date that passes: nobody keeps or misses it."""
    mahnen_alle: PositiveInt | None = None
    """Once it is missed, those concerned are told again after so many days, until the case is done."""
    mahnen_an: tuple[str, ...] = ()
    mahnung: AwareDatetime | None = None
    """When they are told next."""
    fest: bool = False
    """It follows from another date and cannot be extended."""


class Verlaengerung(Modell):
    """A deadline was extended: from which day, and why."""

    von: dt.date
    bis: dt.date
    grund: Text


class Fristausgang(StrEnum):
    """What became of a deadline."""

    EINGEHALTEN = "eingehalten"
    VERSAEUMT = "versaeumt"
    ENTFALLEN = "entfallen"
    ABGELAUFEN = "abgelaufen"

    @property
    def anzeige(self) -> str:
        """The word as people read it."""
        return self.value.replace("ae", "ä")


class Zaehlung(Modell):
    """How one deadline is counted, as the door found it in the Regelwerk: enough to count it later without looking there.

    ``feiertage`` are the public holidays from the day on which it was worked out until ``bis``.
    """

    tage: NonNegativeInt
    zaehlweise: Zaehlweise
    erinnern_vorher: NonNegativeInt | None = None
    """Days before, counted the same way."""
    regel: Text
    regelwerk: Regelstand
    feiertage: tuple[dt.date, ...] = ()
    bis: dt.date
    auf_arbeitstag: bool = False
    """A last day that is a Saturday, Sunday or holiday moves to the next working day (BGB § 193)."""
    uhrzeit: dt.time | None = None
    erinnern_an: tuple[str, ...] = ()
    melden_an: tuple[str, ...] = ()
    mahnen_alle: PositiveInt | None = None
    mahnen_an: tuple[str, ...] = ()
    vorgesetzt: tuple[tuple[Kennung, Kennung], ...] = ()
    """Office and the one above it, where the Regelwerk allows escalation."""


class Zugang(StrEnum):
    """What counts as delivered."""

    BEREITSTELLUNG = "bereitstellung"
    ABSENDUNG = "absendung"
    ZUGANG = "zugang"

    @property
    def anzeige(self) -> str:
        """The words as people read them."""
        return {
            "bereitstellung": "Bereitstellung im Informationssystem",
            "absendung": "Absendung",
            "zugang": "Zugang",
        }[self.value]


class Ladung(Modell):
    """What the meeting keeps of the rule for its Ladungsfrist: the latest regular day and the latest urgent one."""

    letzter_tag: dt.date
    eil_letzter_tag: dt.date | None = None
    zustimmung: Text | None = None
    """Who must agree to a shortening, in words."""
    begruendung: Text | None = None
    """Where or by whom the urgency must be explained, in words."""
    postlaufzeit: NonNegativeInt = 0
    """So many days earlier must go what goes by post."""
    erinnern: dt.date | None = None
    """Day on which the secretariat is reminded."""
    zugang: Zugang
    regel: Text
    regelwerk: Regelstand


Frist.model_rebuild()
