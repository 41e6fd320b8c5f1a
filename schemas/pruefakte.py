"""The file on a town's log: which checkpoints left the house, with which keys, and where the log had to begin anew."""

from pydantic import AwareDatetime, NonNegativeInt

from schemas.akteur import Akteur
from schemas.basis import Modell, Text
from schemas.zustand import Zustand


class Pruefvermerk(Modell):
    """A checkpoint that was given out. ``note`` is the signed text, ``zeitstempel`` a token after RFC 3161 over it (Base64 of DER)."""

    groesse: NonNegativeInt
    note: str
    pruefschluessel: tuple[str, ...]
    """All public keys of the log by then, oldest first, one line each."""
    zeitstempel: str | None = None
    am: AwareDatetime


class Schluesselwechsel(Modell):
    """Somebody had the log signed with a new key."""

    grund: Text
    von: Akteur
    am: AwareDatetime


class Bruch(Modell):
    """After a restore the log was shorter than what had been signed: a new section began, with a name and a key of its own."""

    groesse: NonNegativeInt
    """How many leaves were still there."""
    verloren: NonNegativeInt
    """How many had been signed and were gone."""
    nachgetragen: NonNegativeInt
    """Entries that Temporal still knew, recorded again: as new leaves, for their salts are new."""
    zuletzt: str
    """The checkpoint that had been signed last."""
    grund: Text
    von: Akteur
    am: AwareDatetime


class Pruefakte(Zustand):
    """State of the file."""

    letzter: Pruefvermerk | None = None
    wechsel: tuple[Schluesselwechsel, ...] = ()
    brueche: tuple[Bruch, ...] = ()
