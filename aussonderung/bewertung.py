"""Reading what the archive answers: a Bewertungsverzeichnis (0502). Whether it fits our offer, the rules decide."""

import re
from typing import NamedTuple

from aussonderung.xml import NS, UUID, kind, parse, texts
from lifecycle.ablehnung import Unplausibel
from schemas.aussonderung import Bewertungsart


class Gelesen(NamedTuple):
    """ProzessID, and each object's UUID with its valuation."""

    prozess: str
    bewertungen: tuple[tuple[str, str], ...]


def read(daten: bytes) -> Gelesen:
    """What a 0502 says. Raises Unplausibel for anything else, and for a valuation that is none of A, B, V."""
    wurzel = parse(daten)
    if (art := kind(wurzel)) != "0502":
        raise Unplausibel(f"Das ist eine Nachricht {art}, kein Bewertungsverzeichnis (0502). Bitte die Datei prüfen.")
    prozess = texts(wurzel, "x:Kopf/x:ProzessID")
    objekte = wurzel.findall("x:BewertetesObjekt", {"x": NS})
    if len(prozess) != 1 or not objekte:
        raise Unplausibel("Im Bewertungsverzeichnis fehlt die ProzessID oder jedes bewertete Objekt. Bitte das Archiv fragen.")
    return Gelesen(prozess[0].lower(), tuple(_one(o) for o in objekte))


def _one(objekt: object) -> tuple[str, str]:
    kennung = (texts(objekt, "x:ID") or [""])[0].lower()
    if not re.fullmatch(UUID, kennung):
        raise Unplausibel(f"„{kennung[:60]}“ ist keine Kennung eines Objekts (UUID). Bitte das Archiv fragen.")
    code = (texts(objekt, "x:Aussonderungsart/x:Aussonderungsart/code") or [""])[0]
    if code not in set(Bewertungsart):
        raise Unplausibel(
            f"Das Objekt {kennung} ist nicht mit A, B oder V bewertet, sondern mit „{code}“. Bitte das Archiv fragen."
        )
    return kennung, code
