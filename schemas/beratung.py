"""What paper and meeting tell each other: outcome, votes, and each one's copy of the other's facts."""

from enum import StrEnum

from pydantic import AwareDatetime, NonNegativeInt

from schemas.basis import Benannt, Kennung, Modell, Text


class Klasse(StrEnum):
    """Class of an outcome; by it the engine decides what comes next. The wording beside it is the town's own."""

    NOTED = "noted"
    ADOPTED = "adopted"
    ADOPTED_CHANGED = "adopted_changed"
    DEFERRED = "deferred"
    REFERRED = "referred"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    NONE = "none"


class Abstimmungsart(StrEnum):
    """How a vote was taken."""

    OFFEN = "offen"
    NAMENTLICH = "namentlich"
    GEHEIM = "geheim"


class Stimme(Modell):
    """One vote by name."""

    person: Kennung
    stimme: Text


class Abstimmung(Modell):
    """One vote: numbers or words, or both. Nobody counts for the town what it did not count."""

    gegenstand: Text | None = None
    art: Abstimmungsart = Abstimmungsart.OFFEN
    ja: NonNegativeInt | None = None
    nein: NonNegativeInt | None = None
    enthaltung: NonNegativeInt | None = None
    wortlaut: Text | None = None
    stimmen: tuple[Stimme, ...] = ()
    befangen: tuple[Kennung, ...] = ()


class Verweisart(StrEnum):
    """Why an item is referred: for advice (this station stays open) or because another committee is competent (it ends)."""

    VORBERATUNG = "vorberatung"
    ZUSTAENDIGKEIT = "zustaendigkeit"


class Verweis(Modell):
    """Where an item was referred to."""

    gremium: Benannt
    art: Verweisart
    rolle: Text | None = None


class Vollzug(StrEnum):
    """Whether a resolution is carried out."""

    VOLLZIEHBAR = "vollziehbar"
    AUSGESETZT = "ausgesetzt"
    AUFGEHOBEN = "aufgehoben"


class Beschluss(Modell):
    """The outcome of one paper (or of one item without paper) in one meeting, wording to the letter."""

    wortlaut: str
    klasse: Klasse
    einordnung_offen: bool = False
    """The Regelwerk does not know the wording: its class is a stopgap until the Sitzungsdienst sets it."""
    text: str | None = None
    """The resolved text, where it differs from the proposal."""
    text_internet: str | None = None
    """The same without names of private persons, for the internet version."""
    veroeffentlicht: bool = False
    """An outcome of the non-public part that has been released: it may be shown under the item's neutral designation."""
    abstimmungen: tuple[Abstimmung, ...] = ()
    verweis: Verweis | None = None
    vollzug: Vollzug = Vollzug.VOLLZIEHBAR
    vollzug_grund: Text | None = None
    aufgehoben_durch: str | None = None
    """``<meeting>/<item number>`` of the outcome that rescinded it."""


class TopStatus(StrEnum):
    """What became of an item."""

    OFFEN = "offen"
    BEHANDELT = "behandelt"
    ABGESETZT = "abgesetzt"
    ZURUECKGEZOGEN = "zurueckgezogen"


class TopStand(Modell):
    """All that a paper needs to know of its place on one agenda. Owned by the Sitzung, copied by the Vorlage."""

    sitzung: str
    top: int
    revision: int
    gremium: Benannt
    weitere_gremien: tuple[Kennung, ...] = ()
    """Committees that meet jointly with it, where it is not said for which one the paper stands there."""
    beratung: int | None = None
    nummer: str
    beginn: AwareDatetime
    anlass: str
    oeffentlich: bool
    status: TopStatus = TopStatus.OFFEN
    eingeladen: bool = False
    beschluss: Beschluss | None = None
    rolle_geaendert: str | None = None
    sitzung_status: str | None = None
    """As pages show it once the meeting is over: "gemischt (Sitzung abgeschlossen)"."""
    sitzung_beendet: bool = False


class VorlageStand(Modell):
    """All that a meeting needs to know of a paper. Owned by the Vorlage, copied by the Sitzung."""

    vorlage: str
    revision: int
    betreff: str
    bezeichnung: str | None = None
    oeffentlich: bool
    vorlageart: str
    federfuehrend: Benannt | None = None
    """None: the system that the paper was taken over from names none."""
    nummer: str | None = None
    fassung: str | None = None
    freigegeben: bool = False
    freigegeben_am: AwareDatetime | None = None
    formal_angenommen: bool = False
    eingegangen_am: AwareDatetime | None = None
    """Of a motion or question: when it came in. That is what its deadline looks at."""
    stufe: str
