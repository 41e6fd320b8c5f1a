"""What taking over the records of another system has in common for papers and meetings.

It is a Nacherfassung: each of these commands is a step of one. What the town's rules do not know is taken as it was stated.
"""

import datetime as dt
from collections.abc import Iterable

from lifecycle.ablehnung import Unbekannt, Unplausibel
from lifecycle.kern import BERLIN, Kommando
from schemas.basis import Benannt
from schemas.beratung import Klasse
from schemas.regel import Traeger
from schemas.regelwerk import Regelwerk
from schemas.zustand import Z


def verify_past(befehl: Kommando[Z]) -> None:
    """Raises Unplausibel for what is no Nacherfassung."""
    if befehl.geschehen is None:
        raise Unplausibel(
            "Übernommen wird nur, was war: bitte mit seinem wahren Datum („geschehen“), als Schritt einer Nacherfassung."
        )


def as_called(was: str, alle: Iterable[Traeger], kennung: str, wann: dt.datetime) -> Benannt:
    """An office or committee under its name of that day, also after it has ended: records know such cases. Raises Unbekannt."""
    for traeger in alle:
        if traeger.id == kennung:
            return traeger.am(wann.astimezone(BERLIN).date())
    raise Unbekannt(f"{was} „{kennung}“ steht nicht im Regelwerk. Bitte ergänzen und die Übernahme wiederholen.")


def class_of(rw: Regelwerk, wortlaut: str | None, angegeben: Klasse | None) -> Klasse | None:
    """The class of a wording: as the Regelwerk has it, or else as whoever takes it over says. None: nobody knows."""
    if wortlaut is None:
        return None
    return next((w.klasse for w in rw.wortlaute if w.text == wortlaut.strip()), angegeben)
