"""A command, and what comes back for it.

Concrete commands stand in ``lifecycle/``, each beside the rule that decides on it.
"""

from typing import Any, ClassVar

from pydantic import AwareDatetime, Field, JsonValue

from schemas.akteur import Akteur
from schemas.basis import Kennung, Modell, Text, Zeitpunkt, digest

UEBERGANG = "uebergang/"
"""How the key of a command begins that was decided on a list at the end of an office, a committee or a term."""


class Regelstand(Modell):
    """Which version of a town's rules a command was worked out with: its first day and its digest."""

    kommune: Kennung
    gueltig_ab: str
    digest: str


class Befehl(Modell):
    """What somebody wants done. ``art`` names the kind; subclasses add their fields.

    ``geschehen`` makes it a Nacherfassung: the true time of something that happened before the engine knew of it (aware).
    ``abweichung`` is the reason why a rule is set aside. ``regelwerk`` and ``benachrichtigt`` are worked out by the door.
    ``gesehen`` is the entry up to which the actor had seen the case: on another one the command is not carried out.
    """

    art: ClassVar[str]

    schluessel: str = Field(min_length=1, max_length=200)
    akteur: Akteur
    geschehen: Zeitpunkt | None = None
    abweichung: Text | None = None
    gesehen: int | None = Field(default=None, ge=0)
    regelwerk: Regelstand
    benachrichtigt: tuple[str, ...] = ()

    def as_json(self) -> dict[str, JsonValue]:
        """The command as stored: every field, defaults left out, ``art`` first."""
        return {"art": self.art, **self.model_dump(mode="json", exclude_defaults=True)}

    def digest(self) -> str:
        """What it asks for, without what the door worked out: the same request has the same digest tomorrow."""
        weg = {"regelwerk", "benachrichtigt", "gesehen"} | abgeleitete_felder(type(self))
        return digest({k: v for k, v in self.as_json().items() if k not in weg})


def abgeleitet(default: Any = None) -> Any:
    """A field of a command that the door works out from the Regelwerk and ``check`` confirms; nobody types it."""
    return Field(default=default, json_schema_extra={"abgeleitet": True})


def abgeleitete_felder(art: type[Befehl]) -> frozenset[str]:
    """Names of the fields of a command that nobody types."""
    return frozenset(
        name
        for name, feld in art.model_fields.items()
        if isinstance(feld.json_schema_extra, dict) and feld.json_schema_extra.get("abgeleitet")
    )


class Eintrag(Modell):
    """One line of a Verlauf: a command that was accepted, numbered and timed (UTC). The state is the fold of these.

    ``regelstand`` is the version of ``apply`` that it was carried out by.
    """

    workflow: str
    seq: int
    zeit: AwareDatetime
    befehl: dict[str, JsonValue]
    regelstand: int = 1


class Quittung(Modell):
    """What an accepted command returns: its place in the Verlauf, the digest of what was asked, and an answer if it has one."""

    seq: int
    digest: str
    antwort: str | None = None
