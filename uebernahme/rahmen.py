"""What planning one source needs besides it: the town's rules, who takes over, and when; and the trial of a case before it comes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lifecycle.kern import BERLIN, apply, complete
from lifecycle.kerne import kern_of
from schemas.akteur import Akteur
from schemas.befehl import Regelstand
from schemas.regelwerk import Regelwerk, Regelwerke
from schemas.sitzung import Stufe
from uebernahme.lesen import text
from uebernahme.plan import Schritt, case_id, in_commands
from uebernahme.quelle import Bestand, Funde, Sitzung
from uebernahme.traeger import UNGENANNT, Zuordnung, mapping

LANGE_HER = dt.timedelta(days=365)
"""A meeting that was so long before the source speaks is over, even if its minutes were never published."""


@dataclass(frozen=True)
class Rahmen:
    """``akteur`` takes over; ``jetzt`` is aware. ``geladen`` are digests of files that lie in the document store, by their id."""

    bestand: Bestand
    kommune: str
    regelwerke: Regelwerke
    akteur: Akteur
    jetzt: dt.datetime
    geladen: Mapping[str, str] = field(default_factory=dict)
    funde: Funde = field(default_factory=Funde)

    @property
    def rw(self) -> Regelwerk:
        """The town's rules of today."""
        rw = self.regelwerke.am(self.kommune, self.jetzt.astimezone(BERLIN).date())
        assert rw is not None  # who plans knows that the town has some
        return rw

    @property
    def zuordnung(self) -> Zuordnung:
        """Offices, committees and kinds of paper by what they are in the source."""
        return mapping(self.rw)

    @property
    def damals(self) -> Akteur:
        """Who acted then: no source hands that down."""
        return Akteur(person="nicht-ueberliefert", stelle=self.akteur.stelle, rolle=self.akteur.rolle)

    def id_of(self, typ: str, quelle: str) -> str:
        """Workflow of what becomes of an object of the source."""
        return case_id(typ, self.kommune, quelle)

    def committees(self, *angaben: tuple[str, ...]) -> tuple[str, ...]:
        """The first of the statements that names committees of the rules; the one that stands for none; or nothing."""
        bekannt = self.zuordnung.gremien
        for angabe in angaben:
            if gremien := tuple(dict.fromkeys(bekannt[o] for o in angabe if o in bekannt)):
                return gremien
        return tuple(g.id for g in self.rw.gremien if g.id == UNGENANNT)

    def past(self, *zeiten: dt.datetime | None) -> dt.datetime:
        """The first of the times that is known and past; now, where there is none."""
        return next((z for z in zeiten if z and z <= self.jetzt), self.jetzt)

    def end_of(self, s: Sitzung) -> Stufe:
        """How far the meeting was, as of the source."""
        if s.abgesagt:
            return Stufe.ABGESAGT
        if s.beginn is None or s.beginn > self.bestand.stand:
            return Stufe.EINGELADEN if s.punkte or s.roh.get("invitation") else Stufe.GEPLANT
        worte = (text(s.roh, "meetingState") or "").lower()
        fertig = any(s.roh.get(feld) for feld in ("resultsProtocol", "verbatimProtocol")) or "abgeschlossen" in worte
        return Stufe.ABGESCHLOSSEN if fertig or s.beginn < self.bestand.stand - LANGE_HER else Stufe.GESCHLOSSEN

    def tried(self, workflow: str, schritte: tuple[Schritt, ...]) -> Any:
        """The state that these steps would yield. Raises a refusal where the engine would."""
        kern = kern_of(workflow)
        z = kern.empty(workflow)
        leer = Regelstand(kommune="unbestimmt", gueltig_ab="", digest="")
        for nr, befehl in enumerate(in_commands(schritte), 1):
            roh = {
                "art": "nacherfassen",
                "schluessel": f"probe/{nr}",
                "akteur": self.akteur,
                "regelwerk": leer,
                "schritte": befehl,
            }
            fertig = complete(kern, z, kern.parse(roh, streng=True), self.jetzt, self.regelwerke)
            z = apply(kern, z, fertig, self.jetzt).zustand
        return z
