"""One town's rules in one dated version. What a town's published texts do not give is absent here, never invented.

Names are dated (``ab``); ids stay. Everything optional that is missing is shown as "nicht hinterlegt".
"""

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from schemas.akteur import Rolle
from schemas.basis import Benannt, Kennung, digest
from schemas.befehl import Regelstand
from schemas.beratung import Klasse


class Regel(BaseModel):
    """Part of a Regelwerk: frozen, and unknown keys are errors, for a misspelt rule is no rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(Regel):
    """A name from a day on."""

    ab: dt.date
    name: Annotated[str, Field(min_length=1)]
    kuerzel: str | None = None


class Traeger(Regel):
    """Something with a stable id and dated names."""

    id: Kennung
    namen: Annotated[tuple[Name, ...], Field(min_length=1)]

    def am(self, tag: dt.date) -> Benannt:
        """Its name on that day; before the first known name, the first known one."""
        namen = sorted(self.namen, key=lambda n: n.ab)
        gueltig = [n for n in namen if n.ab <= tag] or namen[:1]
        return Benannt(id=self.id, name=gueltig[-1].name, kuerzel=gueltig[-1].kuerzel)


class Stelle(Traeger):
    """An office, department or the head of the administration."""

    rollen: tuple[Rolle, ...] = (Rolle.SACHBEARBEITUNG, Rolle.AMTSLEITUNG)
    uebergeordnet: Kennung | None = None
    postfach: str | None = None
    """Funktionspostfach: mail goes there, not to persons."""


class Gremium(Traeger):
    """A committee; ``sitzungsdienst`` is the office that serves it."""

    sitzungsdienst: Kennung | None = None
    postfach: str | None = None


class Vorlageart(Regel):
    """A kind of paper and the sections that its text has."""

    id: Kennung
    name: str
    abschnitte: tuple[str, ...] = ()
    pflicht: tuple[str, ...] = ()


class Beratungsrolle(Regel):
    """The town's own name for what a committee does with a paper."""

    name: str
    entscheidet: bool = False


class Wortlaut(Regel):
    """An outcome in the town's own wording, and its class."""

    text: str
    klasse: Klasse


class Nummerierung(Regel):
    """Pattern of a paper's number. Fields: ``jahr``, ``wahlperiode``, ``amt``, ``nr``.

    ``kreis`` names the range (a new one begins when its text changes). Suffixes may use ``n``.
    """

    muster: str
    kreis: str
    neufassung: str | None = None
    ergaenzung: str | None = None


class Laufwegplatz(Regel):
    """A compulsory place. ``stelle`` is an office's id, or ``federfuehrend``, or ``uebergeordnet`` (of the lead office).

    ``wenn`` names a fact of the paper that makes it compulsory; without it, it always is.
    """

    schritt: PositiveInt
    stelle: Kennung
    rolle: Rolle
    vorlagearten: tuple[Kennung, ...] = ()
    wenn: Kennung | None = None


class Laufwegregeln(Regel):
    """The signing path. ``verfallend`` are the roles whose signatures a change of content voids; absent: all."""

    plaetze: tuple[Laufwegplatz, ...] = ()
    verfallend: tuple[Rolle, ...] | None = None


class Benachrichtigung(Regel):
    """Who is told of what. ``bei`` is a kind of command; ``an`` are receivers: an office's or committee's id, or one of

    ``federfuehrend``, ``laufweg_offen`` (places whose turn it is), ``gezeichnet``, ``gremien``, ``beauftragt``,
    ``verwaltungsleitung``. Committees are told through their Sitzungsdienst.
    """

    bei: str
    an: Annotated[tuple[Kennung, ...], Field(min_length=1)]


class Webhook(Regel):
    """A receiver by HTTP; its secret lies in the settings of the machine, never here."""

    id: Kennung
    url: str
    bei: tuple[str, ...]


class Niederschriftregeln(Regel):
    """Who signs the minutes."""

    unterzeichnende: Annotated[tuple[Rolle, ...], Field(min_length=1)]
    quelle: str


class Regelwerk(Regel):
    """All rules of one town from one day on."""

    kommune: Kennung
    name: str
    gueltig_ab: dt.date
    quelle: str
    ags: str | None = Field(default=None, pattern=r"^\d{5}(\d{3})?$")
    wahlperiode: PositiveInt | None = None
    stellen: tuple[Stelle, ...] = ()
    gremien: tuple[Gremium, ...] = ()
    vorlagearten: tuple[Vorlageart, ...] = ()
    rollen: tuple[Beratungsrolle, ...] = ()
    wortlaute: tuple[Wortlaut, ...] = ()
    nummerierung: Nummerierung | None = None
    laufweg: Laufwegregeln = Laufwegregeln()
    niederschrift: Niederschriftregeln | None = None
    benachrichtigungen: tuple[Benachrichtigung, ...] = ()
    webhooks: tuple[Webhook, ...] = ()

    @cached_property
    def stand(self) -> Regelstand:
        """Names this version beyond doubt."""
        return Regelstand(
            kommune=self.kommune,
            gueltig_ab=self.gueltig_ab.isoformat(),
            digest=digest(self.model_dump(mode="json")),
        )


class Regelwerke:
    """All loaded versions of all towns. Pure: who reads the files is ``regelwerk``."""

    def __init__(self, alle: Iterable[Regelwerk]) -> None:
        self._alle = tuple(sorted(alle, key=lambda r: (r.kommune, r.gueltig_ab)))
        self._nach_stand = {r.stand: r for r in self._alle}

    @property
    def alle(self) -> tuple[Regelwerk, ...]:
        """Every version, by town and day."""
        return self._alle

    @property
    def kommunen(self) -> tuple[str, ...]:
        """Ids of the towns."""
        return tuple(sorted({r.kommune for r in self._alle}))

    def am(self, kommune: str, tag: dt.date) -> Regelwerk | None:
        """The version in force on that day; before the first one, the first one. None for a town that is not known."""
        eigene = [r for r in self._alle if r.kommune == kommune]
        gueltig = [r for r in eigene if r.gueltig_ab <= tag] or eigene[:1]
        return gueltig[-1] if gueltig else None

    def nach_stand(self, stand: Regelstand) -> Regelwerk | None:
        """Exactly the version that a command was worked out with."""
        return self._nach_stand.get(stand)
