"""From a case to its OParl object, and to every object in it that has a URL of its own."""

from collections.abc import Iterator

from oparl.adresse import TYP
from oparl.kontext import Kontext
from oparl.objekt import Objekt, deleted
from oparl.sitzung import meeting
from oparl.vorlage import paper
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

EINZELN = {"meeting": "AgendaItem", "paper": "Consultation", "body": "LegislativeTerm", "person": "Membership"}
"""References back that are one URL, and the type that has them so; all others are lists."""
EINGEBETTET = {
    "Paper": {"consultation": "paper", "mainFile": "paper", "auxiliaryFile": "paper"},
    "Meeting": {
        "agendaItem": "meeting",
        "auxiliaryFile": "meeting",
        "location": "meetings",
        "invitation": "meeting",
        "resultsProtocol": "meeting",
        "verbatimProtocol": "meeting",
    },
    "AgendaItem": {"auxiliaryFile": "agendaItem", "resolutionFile": "agendaItem"},
    "Body": {"legislativeTerm": "body"},
    "Person": {"membership": "person"},
}
"""By type: the fields that hold objects, and how these refer back when they stand for themselves."""


def of_case(z: Zustand, kontext: Kontext) -> Objekt | None:
    """A paper's Paper, a meeting's Meeting; None for any other case, and for what the public may not know of.

    What it could read once and may no longer (depublished, or ``Kontext.frueher_oeffentlich``) is a deleted object.
    """
    if not isinstance(z, Sitzung | Vorlage):
        return None
    objekt = meeting(z, kontext) if isinstance(z, Sitzung) else paper(z, kontext)
    if (z.depubliziert and objekt) or (z.id in kontext.frueher_oeffentlich and not objekt):
        return deleted(*_address(z, kontext), kontext.zeiten(z))
    return objekt


def _address(z: Sitzung | Vorlage, kontext: Kontext) -> tuple[str, str]:
    return ("Meeting", kontext.adressen.meeting(z.id)) if isinstance(z, Sitzung) else ("Paper", kontext.adressen.paper(z.id))


def standing_alone(objekt: Objekt) -> Iterator[Objekt]:
    """The object, and each that is embedded in it, as it is given out under its own URL: with a reference back."""
    yield objekt
    for feld, zurueck in EINGEBETTET.get(type_of(objekt), {}).items():
        inhalt = objekt.get(feld, [])
        for teil in inhalt if isinstance(inhalt, list) else [inhalt]:
            yield from standing_alone(
                {**teil, zurueck: objekt["id"] if EINZELN.get(zurueck) == type_of(teil) else [objekt["id"]]}
            )


def type_of(objekt: Objekt) -> str:
    """The name of its type."""
    name: str = objekt["type"].removeprefix(TYP)
    return name
