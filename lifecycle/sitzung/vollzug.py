"""Whether a resolution is carried out: put on hold, let go, rescinded by another one; and releasing it from the non-public part."""

import datetime as dt
from typing import ClassVar

from pydantic import PositiveInt

from lifecycle.ablehnung import FalscheStufe, Unbekannt, Unplausibel
from lifecycle.kern import Kommando
from lifecycle.sitzung.ergebnis import changed_outcome, outcome_of
from lifecycle.sitzung.tagesordnung import find_top
from schemas.basis import Grund, Text
from schemas.beratung import Beschluss, Vollzug
from schemas.sitzung import Sitzung


class Beschlussakt(Kommando[Sitzung]):
    """A command on an outcome that stands."""

    top: PositiveInt
    vorlage: str | None = None

    def outcome(self, z: Sitzung) -> Beschluss:
        """The outcome. Raises Unbekannt where there is none."""
        top = find_top(z, self.top)
        beschluss = outcome_of(top, self.vorlage) if top else None
        if beschluss is None:
            raise Unbekannt("Hier steht noch kein Ergebnis.")
        return beschluss


class Vollzugsakt(Beschlussakt):
    """A command on whether an outcome is carried out."""

    vollzug: ClassVar[Vollzug]

    grund: Text | None = None

    def verify(self, z: Sitzung) -> None:
        beschluss = self.outcome(z)
        if beschluss.vollzug in (self.vollzug, Vollzug.AUFGEHOBEN):
            raise FalscheStufe(f"Der Beschluss ist schon {beschluss.vollzug.value}.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return changed_outcome(z, self.top, self.vorlage, vollzug=self.vollzug, vollzug_grund=self.grund)


class VollzugAussetzen(Vollzugsakt):
    """Den Vollzug eines Beschlusses aussetzen (Einspruchsfrist, Genehmigung durch andere). So lange bleibt die Vorlage offen."""

    art: ClassVar[str] = "vollzug_aussetzen"
    vollzug: ClassVar[Vollzug] = Vollzug.AUSGESETZT

    grund: Grund


class VollzugFreigeben(Vollzugsakt):
    """Einen ausgesetzten Beschluss zum Vollzug freigeben."""

    art: ClassVar[str] = "vollzug_freigeben"
    vollzug: ClassVar[Vollzug] = Vollzug.VOLLZIEHBAR


class BeschlussAufheben(Vollzugsakt):
    """Festhalten, dass ein Beschluss durch einen anderen aufgehoben ist: in welcher Sitzung, zu welchem Punkt."""

    art: ClassVar[str] = "beschluss_aufheben"
    vollzug: ClassVar[Vollzug] = Vollzug.AUFGEHOBEN

    grund: Grund
    sitzung: str
    top_nummer: Text

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        durch = f"{self.sitzung}/{self.top_nummer}"
        return changed_outcome(z, self.top, self.vorlage, vollzug=self.vollzug, vollzug_grund=self.grund, aufgehoben_durch=durch)


class BeschlussVeroeffentlichen(Beschlussakt):
    """Einen Beschluss aus dem nichtöffentlichen Teil veröffentlichen, unter der neutralen Bezeichnung seines Punktes; oder nicht mehr."""

    art: ClassVar[str] = "beschluss_veroeffentlichen"

    grund: Grund
    oeffentlich: bool = True

    def verify(self, z: Sitzung) -> None:
        top = find_top(z, self.top)
        if self.outcome(z) and top and top.oeffentlich:
            raise Unplausibel("Dieser Punkt steht im öffentlichen Teil; sein Ergebnis ist schon öffentlich.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return changed_outcome(z, self.top, self.vorlage, veroeffentlicht=self.oeffentlich)
