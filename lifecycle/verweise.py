"""Commands that name another case: of which kind it is, and what the door adds of its facts, so that nobody has to type them.

A field means the same in every command. The other case owns its facts; what is added here is a copy as of that moment.
"""

from collections.abc import Callable, Mapping
from typing import Any

from lifecycle.fristen import day
from lifecycle.sitzung.tagesordnung import VOR_ENDE
from lifecycle.vorlage.folgen import as_copy
from schemas.sitzung import Sitzung
from schemas.verknuepfung import Ziel
from schemas.vorlage import Vorlage

VERWEISE: Mapping[str, str] = {
    "vorlage": "vorlage",
    "durch": "vorlage",
    "mit": "vorlage",
    "sitzung": "sitzung",
    "auf": "sitzung",
    "auftrag": "auftrag",
}
"""Field to the kind of case that it names. People may type a number or the beginning of an id."""


def _paper(z: Any) -> dict[str, Any]:
    return {"stand": as_copy(z)} if isinstance(z, Vorlage) and z.seq else {}


def _meeting(z: Any) -> dict[str, Any]:
    return {"vom": day(z.beginn)} if isinstance(z, Sitzung) and z.beginn else {}


def _committees(z: Any) -> dict[str, Any]:
    return {"gremien": tuple(g.id for g in (z.gremium, *z.weitere_gremien) if g)} if isinstance(z, Sitzung) else {}


def _meant_for(z: Any) -> dict[str, Any]:
    """Day and committees of the meeting that a motion is meant for."""
    return {"sitzung_am": z.beginn, "sitzung_von": _committees(z)["gremien"]} if isinstance(z, Sitzung) and z.beginn else {}


def _linked(z: Any) -> dict[str, Any]:
    return {"ziel": Ziel(name=z.vorlageart_name, nummer=z.nummer)} if isinstance(z, Vorlage) and z.seq else {}


def _target(z: Any) -> dict[str, Any]:
    return _committees(z) | {"ziel_offen": z.stufe in VOR_ENDE} if isinstance(z, Sitzung) else {}


FAKTEN: Mapping[str, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    "anmelden": ("sitzung", _committees),
    "entgegennehmen": ("sitzung", _meant_for),
    "verknuepfen": ("mit", _linked),
    "absagen": ("auf", _target),
    "aufnehmen": ("vorlage", _paper),
    "ergebnis": ("vorlage", _paper),
    "niederschrift_genehmigen": ("sitzung", _meeting),
    "niederschrift_berichtigen": ("sitzung", _meeting),
}
"""Kind of command: the field whose case is looked at, and what of it goes into the command."""
