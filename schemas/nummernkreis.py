"""The number range: one per town, kind and year or term."""

from schemas.basis import Modell
from schemas.zustand import Zustand


class Vergabe(Modell):
    """One number, and the paper that has it."""

    nummer: str
    vorlage: str


class Nummernkreis(Zustand):
    """State of a number range. Every number ever given stays, so that asking again gives the same."""

    muster: str = ""
    naechste: int = 1
    vergeben: tuple[Vergabe, ...] = ()
