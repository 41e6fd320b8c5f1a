"""How one paper hangs together with another. The fact is owned by the paper that says it; the other one has a copy."""

from enum import StrEnum

from pydantic import AwareDatetime

from schemas.basis import Modell, Text


class Verknuepfungsart(StrEnum):
    """What a paper says of its relation to another. ``ersetzt_durch`` it says by being replaced (``ersetzen``), not by a link.

    That a paper answers a task is not among them: that is its Ursprung.
    """

    BEANTWORTET = "beantwortet"
    ERGAENZT = "ergaenzt"
    FOLGT = "folgt"
    ERSETZT_DURCH = "ersetzt_durch"

    @property
    def anzeige(self) -> str:
        """As people read it, said by the paper that owns it."""
        return {"ergaenzt": "ergänzt", "folgt": "folgt auf", "ersetzt_durch": "ersetzt durch"}.get(self.value, self.value)

    @property
    def gegenteil(self) -> str:
        """As people read it at the other paper."""
        return {
            "beantwortet": "beantwortet durch",
            "ergaenzt": "ergänzt durch",
            "folgt": "daraus folgt",
            "ersetzt_durch": "ersetzt",
        }[self.value]


class Ziel(Modell):
    """The other paper as it was called on the day of the link."""

    name: Text
    nummer: Text | None = None


class Verknuepfung(Modell):
    """A link to another paper (its id), owned by the one that has it."""

    als: Verknuepfungsart
    vorlage: str
    ziel: Ziel | None = None
    """None: it is not known what the other one was called (in Nacherfassung it need not be there yet)."""


class Gegenstueck(Modell):
    """What a paper knows of another one that has linked itself to it: a copy by (id, revision). No link left: ``als`` is empty."""

    vorlage: str
    revision: int
    als: tuple[Verknuepfungsart, ...]
    name: Text
    nummer: Text | None = None
    herausgegeben_am: AwareDatetime | None = None
    """Since when it may be shown outside the house's own work: before that it is a draft, and answers nothing."""
    oeffentlich: bool = True
