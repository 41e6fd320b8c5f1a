"""The handing over to the town's archive: which closed cases were offered, how the archive valued them, and that they were given."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, PositiveInt, StringConstraints

from schemas.akteur import Akteur
from schemas.basis import Digest, Dokument, Kennung, Modell, Tag, Text
from schemas.zustand import Zustand

Uuid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""A UUID as xdomea has them, in lower case: whoever reads a message writes it so, and two writings of one are the same."""


class Stufe(StrEnum):
    """Stage of a handing over."""

    ANGEBOTEN = "angeboten"
    BEWERTET = "bewertet"
    ABGEGEBEN = "abgegeben"
    ZURUECKGEZOGEN = "zurueckgezogen"

    @property
    def anzeige(self) -> str:
        """The word as people read it."""
        return self.value.replace("zurueck", "zurück")


ENDEN = frozenset({Stufe.ABGEGEBEN, Stufe.ZURUECKGEZOGEN})


class Bewertungsart(StrEnum):
    """What the archive says of an object, in xdomea's codes (code list Aussonderungsart)."""

    ARCHIVWUERDIG = "A"
    BEWERTEN = "B"
    """Not decided: it stays where it is, and can be offered again."""
    VERNICHTEN = "V"

    @property
    def anzeige(self) -> str:
        """The words as people read them."""
        return {"A": "archivwürdig", "B": "nicht entschieden", "V": "nicht archivwürdig"}[self.value]


class Objektbewertung(Modell):
    """One line of a Bewertungsverzeichnis: a file (Akte) or a case (Vorgang) by its UUID."""

    objekt: Uuid
    art: Bewertungsart


class Bewertungsverzeichnis(Modell):
    """What a 0502 says, and the message itself in the document store."""

    prozess: Uuid
    bewertungen: tuple[Objektbewertung, ...]
    datei: Dokument


class Fall(Modell):
    """What the door knows of a case that is to be offered: opaque ids and dates only.

    ``objekt`` and ``akte`` are its UUIDs in xdomea; ``seq`` (its last entry) and ``geschlossen_am`` (in Berlin) are missing while it is open.
    ``anderswo``: id of a handing over in which it stands already.
    """

    vorgang: str
    objekt: Uuid
    akte: Uuid
    art: Kennung
    seq: PositiveInt | None = None
    geschlossen_am: Tag | None = None
    anderswo: str | None = None


class Angebot(Modell):
    """One case that was offered. ``seq`` was its last entry then: taken up again after it, it is another case.

    No digest of its state stands here: one would outlive what is deleted from the state, and say what it was to whoever can guess.
    """

    vorgang: str
    objekt: Uuid
    akte: Uuid
    art: Kennung
    seq: PositiveInt
    geschlossen_am: Tag
    jahre: PositiveInt
    aufbewahrt_bis: Tag
    bewertung: Bewertungsart | None = None


class Aussonderung(Zustand):
    """State of a handing over. Its id is the ProzessID of all its messages. Times are aware."""

    stufe: Stufe = Stufe.ANGEBOTEN
    stichtag: Tag | None = None
    angebote: tuple[Angebot, ...] = ()
    angeboten: Akteur | None = None
    angeboten_am: AwareDatetime | None = None
    bewertet_am: AwareDatetime | None = None
    bewertungsverzeichnis: Dokument | None = None
    herkunft: Text | None = None
    """Where the Bewertungsverzeichnis came from."""
    container: Digest | None = None
    """SHA-256 of the container that was given to the archive; None where nothing was worth it."""
    bestaetigung: Dokument | None = None
    """The archive's receipt (0506), where it sent one."""
    grund: Text | None = None

    def archivwuerdig(self) -> tuple[Angebot, ...]:
        """What the archive takes."""
        return tuple(a for a in self.angebote if a.bewertung is Bewertungsart.ARCHIVWUERDIG)
