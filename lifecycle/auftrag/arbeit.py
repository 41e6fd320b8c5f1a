"""Work on a task: asked for, accepted or declined, assigned, begun, suspended, reported, done or not."""

import datetime as dt
from typing import ClassVar, Self

from lifecycle import gemeinsam
from lifecycle.ablehnung import Unplausibel
from lifecycle.auftrag.faelligkeit import FAELLIGKEIT, heard, is_recurring, proposed, with_terms
from lifecycle.fristen import ended
from lifecycle.fristregeln import task_counting
from lifecycle.gemeinsam import verify_sealed
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import committee, office
from schemas.akteur import Rolle
from schemas.auftrag import (
    ENDEN,
    Auftrag,
    Auftragsangaben,
    Bericht,
    Grundlage,
    Stufe,
)
from schemas.basis import Benannt, Digest, Grund, Kennung, Pflichttext, Text
from schemas.befehl import abgeleitet
from schemas.frist import Zaehlung
from schemas.regelwerk import Regelwerk

OFFEN = frozenset(Stufe) - ENDEN
OHNE_BEZEICHNUNG = "Ein nichtöffentlicher Auftrag braucht eine neutrale Bezeichnung für die Öffentlichkeit."
LAUFEND = frozenset({Stufe.VORGEMERKT, Stufe.ZUGEWIESEN, Stufe.IN_ARBEIT, Stufe.AUSGESETZT})


class Vormerken(Kommando[Auftrag]):
    """Einen Auftrag vormerken. Eine Bitte wartet darauf, angenommen oder abgelehnt zu werden."""

    art: ClassVar[str] = "vormerken"
    legt_an: ClassVar[bool] = True
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.VORGEMERKT})

    angaben: Auftragsangaben
    gremium: Benannt | None = None
    sitzung: str | None = None
    top_nummer: str | None = None
    vorlage: str | None = None
    zaehlung: Zaehlung | None = abgeleitet()
    meldet: bool = abgeleitet(False)
    berichtsart: Kennung | None = abgeleitet()

    def complete(self, z: Auftrag, rw: Regelwerk, wann: dt.datetime) -> Self:
        if self.akteur.rolle is not Rolle.SYSTEM:
            _verify_named(self, rw, wann)
        tag = self.angaben.faellig.datum if self.angaben.faellig else None
        art = rw.auftraege.bericht_vorlageart if rw.auftraege else None
        return self.model_copy(update={"zaehlung": task_counting(rw, wann, tag), "meldet": True, "berichtsart": art})

    def verify(self, z: Auftrag) -> None:
        if not self.angaben.verlangt:
            raise Unplausibel("Was wird verlangt? Bitte in einem Satz angeben.")
        if not self.angaben.oeffentlich and not self.angaben.bezeichnung:
            raise Unplausibel(OHNE_BEZEICHNUNG)

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        return z.model_copy(
            update={
                "angaben": self.angaben,
                "gremium": self.gremium,
                "sitzung": self.sitzung,
                "top": self.top_nummer,
                "vorlage": self.vorlage,
                "seit": wann,
                "zaehlung": self.zaehlung,
                "meldet": self.meldet,
                "berichtsart": self.berichtsart,
                "angenommen": None if self.angaben.grundlage is Grundlage.BITTE else True,
            }
        )


def _verify_named(befehl: Vormerken, rw: Regelwerk, wann: dt.datetime) -> None:
    """Raises Unbekannt for offices and committees that a person made up; a meeting has named its own."""
    faellig = befehl.angaben.faellig.gremium if befehl.angaben.faellig else None
    for gremium in (befehl.gremium, faellig, *befehl.angaben.unter_einbeziehung):
        if gremium:
            committee(rw, gremium.id, wann)
    if befehl.angaben.stelle:
        office(rw, befehl.angaben.stelle.id, wann)


class Schritt(Kommando[Auftrag]):
    """A command that only leads to another stage, perhaps with a reason."""

    ziel: ClassVar[Stufe]
    grund: Text | None = None

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        return z.model_copy(update={"stufe": self.ziel, "grund": self.grund})


class MitGrund(Schritt):
    """A step that must say why."""

    grund: Grund


class Arbeit(Schritt):
    """A step of those who work on a task: a Bitte must be accepted first."""

    def verify(self, z: Auftrag) -> None:
        if z.angenommen is None:
            raise Unplausibel("Diese Bitte ist noch nicht angenommen. Bitte erst annehmen oder ablehnen.")


class Annehmen(Kommando[Auftrag]):
    """Eine Bitte annehmen."""

    art: ClassVar[str] = "annehmen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.VORGEMERKT, Stufe.ZUGEWIESEN})

    def verify(self, z: Auftrag) -> None:
        if z.angenommen is not None:
            raise Unplausibel("Über diesen Auftrag ist nicht (mehr) zu entscheiden.")

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        return proposed(z.model_copy(update={"angenommen": True}))


class Ablehnen(MitGrund):
    """Eine Bitte ablehnen, mit Begründung."""

    art: ClassVar[str] = "ablehnen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.VORGEMERKT, Stufe.ZUGEWIESEN})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ABGELEHNT})
    ziel: ClassVar[Stufe] = Stufe.ABGELEHNT

    def verify(self, z: Auftrag) -> None:
        if z.angenommen is not None:
            raise Unplausibel("Nur eine Bitte, über die noch nicht entschieden ist, lässt sich ablehnen.")

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        return super().perform(z, wann).model_copy(update={"angenommen": False})


class Zuweisen(Kommando[Auftrag]):
    """Den Auftrag einer Stelle zuweisen."""

    art: ClassVar[str] = "zuweisen"
    von: ClassVar[frozenset[str] | None] = LAUFEND
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ZUGEWIESEN})

    stelle: Kennung
    benannt: Benannt | None = abgeleitet()

    def complete(self, z: Auftrag, rw: Regelwerk, wann: dt.datetime) -> Self:
        return self.model_copy(update={"benannt": office(rw, self.stelle, wann)})

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        return with_terms(z, stelle=self.benannt).model_copy(update={"stufe": Stufe.ZUGEWIESEN})


class Beginnen(Arbeit):
    """Mit der Arbeit beginnen."""

    art: ClassVar[str] = "beginnen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.ZUGEWIESEN})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.IN_ARBEIT})
    ziel: ClassVar[Stufe] = Stufe.IN_ARBEIT


class Aussetzen(MitGrund, Arbeit):
    """Den Auftrag aussetzen, mit Begründung."""

    art: ClassVar[str] = "aussetzen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.ZUGEWIESEN, Stufe.IN_ARBEIT})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.AUSGESETZT})
    ziel: ClassVar[Stufe] = Stufe.AUSGESETZT


class Fortsetzen(Schritt):
    """Einen ausgesetzten oder zu früh gemeldeten Auftrag fortsetzen."""

    art: ClassVar[str] = "fortsetzen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.AUSGESETZT, Stufe.ERLEDIGT_GEMELDET})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.IN_ARBEIT})
    ziel: ClassVar[Stufe] = Stufe.IN_ARBEIT

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        zurueck = z.regelstand >= 3 and z.stufe is Stufe.ERLEDIGT_GEMELDET and heard(z, wann)
        return super().perform(z.model_copy(update={"termin": None}) if zurueck else z, wann)


class Berichten(Kommando[Auftrag]):
    """Über den Stand berichten, auch warum es dauert. Was in jeder Sitzung zu berichten ist, ist damit für die nächste getan."""

    art: ClassVar[str] = "berichten"

    text: Pflichttext

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        neu = Bericht(seq=z.seq, am=wann, akteur=self.akteur, text=self.text)
        z = z.model_copy(update={"berichte": (*z.berichte, neu)})
        return ended(z, FAELLIGKEIT, wann) if is_recurring(z) else z


class ErledigtMelden(Arbeit):
    """Den Auftrag als erledigt melden. Der Sitzungsdienst bestätigt."""

    art: ClassVar[str] = "erledigt_melden"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.ZUGEWIESEN, Stufe.IN_ARBEIT})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ERLEDIGT_GEMELDET})
    ziel: ClassVar[Stufe] = Stufe.ERLEDIGT_GEMELDET


class ErledigungBestaetigen(Schritt):
    """Die Erledigung bestätigen."""

    art: ClassVar[str] = "erledigung_bestaetigen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.ERLEDIGT_GEMELDET})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ERLEDIGT})
    ziel: ClassVar[Stufe] = Stufe.ERLEDIGT


class NichtAusfuehren(MitGrund, Arbeit):
    """Festhalten, dass der Auftrag nicht ausgeführt wird, und warum."""

    art: ClassVar[str] = "nicht_ausfuehren"
    von: ClassVar[frozenset[str] | None] = OFFEN
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.NICHT_AUSGEFUEHRT})
    ziel: ClassVar[Stufe] = Stufe.NICHT_AUSGEFUEHRT


class Aufheben(MitGrund):
    """Den Auftrag aufheben, mit Begründung."""

    art: ClassVar[str] = "aufheben"
    von: ClassVar[frozenset[str] | None] = OFFEN
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.AUFGEHOBEN})
    ziel: ClassVar[Stufe] = Stufe.AUFGEHOBEN


class AuftragOeffentlichkeit(Kommando[Auftrag]):
    """Die Öffentlichkeit des Auftrags ändern, mit Begründung."""

    art: ClassVar[str] = "auftrag_oeffentlichkeit"

    oeffentlich: bool
    grund: Grund
    bezeichnung: Text | None = None

    def verify(self, z: Auftrag) -> None:
        if not self.oeffentlich and not (self.bezeichnung or (z.angaben and z.angaben.bezeichnung)):
            raise Unplausibel(OHNE_BEZEICHNUNG)

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        alt = z.angaben.bezeichnung if z.angaben else None
        return with_terms(z, oeffentlich=self.oeffentlich, bezeichnung=self.bezeichnung or alt)


class AuftragUebertragen(Kommando[Auftrag]):
    """Der Auftrag geht an ein anderes Gremium über, das an die Stelle des alten tritt."""

    art: ClassVar[str] = "auftrag_uebertragen"

    gremium: Kennung
    grund: Grund
    benannt: Benannt | None = abgeleitet()

    def complete(self, z: Auftrag, rw: Regelwerk, wann: dt.datetime) -> Self:
        return self.model_copy(update={"benannt": committee(rw, self.gremium, wann)})

    def verify(self, z: Auftrag) -> None:
        if z.gremium and z.gremium.id == self.gremium:
            raise Unplausibel(f"Der Auftrag gehört schon zu „{self.gremium}“.")

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        alt = z.gremium
        z = z.model_copy(update={"gremium": self.benannt})
        faellig = z.angaben.faellig if z.angaben else None
        if faellig is None or faellig.gremium is None or alt is None or faellig.gremium.id != alt.id:
            return z
        neu = faellig.model_copy(update={"gremium": self.benannt})
        return with_terms(z, faellig=neu).model_copy(update={"termin": None})


class Wiederaufnehmen(Kommando[Auftrag]):
    """Einen beendeten Auftrag wiederaufnehmen, mit Begründung."""

    art: ClassVar[str] = "wiederaufnehmen"
    oeffnet: ClassVar[bool] = True
    von: ClassVar[frozenset[str] | None] = ENDEN
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.VORGEMERKT})

    grund: Grund
    siegel: Digest | None = abgeleitet()

    def verify(self, z: Auftrag) -> None:
        verify_sealed(z, self.siegel)

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        offen = None if z.stufe is Stufe.ABGELEHNT else z.angenommen
        return z.model_copy(update={"stufe": Stufe.VORGEMERKT, "siegel": None, "angenommen": offen, "grund": self.grund})


class Rueckmeldung(gemeinsam.Rueckmeldung[Auftrag]):
    """Was ein anderer Vorgang auf einen Ruf des Auftrags geantwortet hat."""

    art: ClassVar[str] = "rueckmeldung"

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        return self.note(z)
