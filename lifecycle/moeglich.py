"""Which commands somebody could give a case now, by right and stage: what a door offers. Whether one makes sense ``check`` decides."""

from typing import Any

from lifecycle import rechte
from lifecycle.ablehnung import Ablehnung
from lifecycle.kern import Kern, Kommando, check_stage
from schemas.akteur import Akteur
from schemas.regelwerk import Regelwerk
from schemas.zustand import Zustand


def possible(kern: Kern[Any], z: Zustand, akteur: Akteur, rw: Regelwerk) -> tuple[str, ...]:
    """Kinds of command, in alphabetical order."""
    return tuple(sorted(art for art, klasse in kern.befehle.items() if _may(kern, z, klasse, akteur, rw)))


def _may(kern: Kern[Any], z: Zustand, klasse: type[Kommando[Any]], akteur: Akteur, rw: Regelwerk) -> bool:
    if not rechte.for_people(klasse.art) or (klasse.legt_an and z.seq):
        return False
    fest: dict[str, Any] = {"akteur": akteur}
    befehl = klasse.model_construct(**fest)  # right and stage do not depend on what it says
    try:
        check_stage(kern, z, befehl)
    except Ablehnung:
        return False
    return rechte.may(befehl, z, rw)
