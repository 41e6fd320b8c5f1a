"""What a command sets in motion outside its own workflow."""

from enum import StrEnum
from typing import Literal

from pydantic import JsonValue

from schemas.basis import Modell


class Ruf(Modell):
    """An Update to send to another workflow. ``befehl`` is complete; ``schluessel`` in it is deterministic.

    ``anlegen``: the target may have to be started by it. ``zweck`` names the call for the answer's sake.
    """

    typ: Literal["ruf"] = "ruf"
    ziel: str
    zweck: str
    befehl: dict[str, JsonValue]
    anlegen: bool = False


class Versiegelung(Modell):
    """Write the Aufbewahrungspaket: the last act of a workflow."""

    typ: Literal["versiegelung"] = "versiegelung"
    ziel: str = "archiv"


Wirkung = Ruf | Versiegelung


class Rufausgang(StrEnum):
    """How a call ended."""

    ANGENOMMEN = "angenommen"
    ABGELEHNT = "abgelehnt"
    GESCHLOSSEN = "geschlossen"
    AUFGEGEBEN = "aufgegeben"


class Rufergebnis(Modell):
    """What a call came to: a command for the caller (what the other said), or None where there is nothing to note."""

    rueckmeldung: dict[str, JsonValue] | None = None
