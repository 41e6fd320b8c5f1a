"""What every state has: identity, count, deviations, corrections; and the envelope in which a workflow carries its state."""

from typing import Generic, TypeVar

from pydantic import AwareDatetime, Field

from schemas.akteur import Akteur
from schemas.basis import Kennung, Modell, Text
from schemas.befehl import Eintrag, Regelstand
from schemas.frist import Frist
from schemas.loeschung import Loeschstelle, Loeschung
from schemas.wirkung import Ruf, Versiegelung

REGELSTAND = 3
"""Version of what ``apply`` yields today. Any change to it, a bug fix too, is a new version; older cases keep theirs until their
next run (``lifecycle.gemeinsam.RegelstandHeben``).

1: the beginning. 2: once a meeting is opened, the deadlines before it are over. 3: a paper that a meeting
ends while it is still being signed has no deadline running; before, the closing entry ended it and so broke its own seal; and
two requests of one paper that a meeting declines at once have a key each; a task put to the same committee again keeps its meeting; one that is
sent back after its meeting waits for a later one.
"""


HOECHSTENS_EREIGNISSE = 20_000
"""A history that long goes on in a new run even while calls are under way: they are repeated with the same key."""


class Abweichung(Modell):
    """A rule that was broken or set aside: recorded, shown for ever."""

    seq: int
    regel: str
    grund: str | None = None


class Berichtigung(Modell):
    """A correction of an earlier entry, beside it."""

    seq: int
    zu_seq: int
    richtig: str
    grund: str


class Depublikation(Modell):
    """Why the public is not shown a case any more, and who decided it."""

    grund: Text
    von: Akteur
    am: AwareDatetime


class Zustand(Modell):
    """Common to Vorlage, Sitzung, Auftrag and Nummernkreis. ``seq`` 0 means: nothing has happened yet."""

    kommune: Kennung
    id: str
    seq: int = 0
    begonnen: AwareDatetime | None = None
    """When its first act happened; in Nacherfassung, its true time."""
    zuletzt: AwareDatetime | None = None
    regelstand: int = 1
    """The version of ``apply`` that this case follows. The default is the first one for ever: stored states leave it out."""
    regelwerk: Regelstand | None = None
    nacherfasst: bool = False
    abweichungen: tuple[Abweichung, ...] = ()
    berichtigungen: tuple[Berichtigung, ...] = ()
    hinweise: tuple[str, ...] = ()
    fristen: tuple[Frist, ...] = ()
    """Every deadline that ever ran here, with what happened."""
    loeschungen: tuple[Loeschung, ...] = ()
    depubliziert: Depublikation | None = None
    siegel: str | None = None
    """Digest of the state at sealing; set by the closing entry, cleared when the case is taken up again."""


Z = TypeVar("Z", bound=Zustand)


class Erledigt(Modell):
    """A command that was carried out, kept for a while so that its repetition is recognised."""

    schluessel: str
    digest: str
    seq: int
    antwort: str | None = None


class Auftragszettel(Modell):
    """One effect waiting to be carried out, with its number."""

    id: str
    wirkung: Ruf | Versiegelung = Field(discriminator="typ")


BAUART = 2
"""How today's shell works; a run keeps the one that it began with.

1: the beginning; entries were recorded in the very step that accepted them, so that a worker killed in between left an entry in the
register that the case knew nothing of. 2: entries are recorded once what they tell is durable.
"""


class Lauf(Modell, Generic[Z]):
    """All that a workflow carries: its state, what is not yet recorded, what is still to be done, what was done lately."""

    zustand: Z
    bauart: int = 1
    """Runs that began before there was a choice leave it out."""
    unaufgezeichnet: tuple[Eintrag, ...] = ()
    ausstehend: tuple[Auftragszettel, ...] = ()
    fenster: tuple[Erledigt, ...] = ()
    bereinigt: tuple[Loeschstelle, ...] = ()
    """What a confirmed deletion has removed: this run began with the state that is left, and earlier runs are to go."""


class Abschluss(Modell):
    """What a workflow returns when it ends: its last entry, and the digest of the sealed state."""

    seq: int
    siegel: str | None = None
