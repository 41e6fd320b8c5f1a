"""The course of the meeting: who attended and when, interruptions; what it did about earlier minutes; the list of tasks put to it."""

import datetime as dt
from typing import ClassVar

from lifecycle.ablehnung import FalscheStufe, Unplausibel
from lifecycle.kern import Kommando
from lifecycle.sitzung.niederschrift import verify_unsigned
from schemas.basis import Dokument, Grund, Kennung, Text, Zeitpunkt
from schemas.befehl import abgeleitet
from schemas.sitzung import Anwesenheit, Aufgabenliste, Funktion, Protokollvermerk, Sitzung, Stufe, Unterbrechung

IN_ODER_NACH = frozenset({Stufe.EROEFFNET, Stufe.GESCHLOSSEN})


class AnwesenheitErfassen(Kommando[Sitzung]):
    """Festhalten, wer teilgenommen hat, als was und wann. Wer geht und wiederkommt, hat mehrere Zeiten, je eine mit „von_wann“."""

    art: ClassVar[str] = "anwesenheit_erfassen"
    von: ClassVar[frozenset[str] | None] = IN_ODER_NACH

    wer: Kennung
    name: Text | None = None
    funktion: Funktion = Funktion.MITGLIED
    von_wann: Zeitpunkt | None = None
    bis_wann: Zeitpunkt | None = None
    entschuldigt: bool = False

    def verify(self, z: Sitzung) -> None:
        verify_unsigned(z)
        if self.entschuldigt and (self.von_wann or self.bis_wann):
            raise Unplausibel("Wer entschuldigt fehlte, hat keine Anwesenheitszeiten.")
        if self.von_wann and self.bis_wann and self.bis_wann < self.von_wann:
            raise Unplausibel("Das Ende der Anwesenheit liegt vor ihrem Anfang. Bitte die Zeiten prüfen.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        name = self.name or next((a.name for a in z.anwesenheit if a.person == self.wer and a.name), None)
        neu = Anwesenheit(
            person=self.wer,
            name=name,
            funktion=self.funktion,
            von=self.von_wann,
            bis=self.bis_wann,
            entschuldigt=self.entschuldigt,
        )
        andere = tuple(a for a in z.anwesenheit if (a.person, a.von) != (self.wer, self.von_wann))
        return z.model_copy(update={"anwesenheit": (*andere, neu)})


def interrupted(z: Sitzung) -> bool:
    """Whether it is interrupted right now."""
    return bool(z.unterbrechungen) and z.unterbrechungen[-1].bis is None


class SitzungUnterbrechen(Kommando[Sitzung]):
    """Die Sitzung ist unterbrochen."""

    art: ClassVar[str] = "sitzung_unterbrechen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EROEFFNET})

    def verify(self, z: Sitzung) -> None:
        if interrupted(z):
            raise FalscheStufe("Die Sitzung ist schon unterbrochen.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return z.model_copy(update={"unterbrechungen": (*z.unterbrechungen, Unterbrechung(von=wann))})


class SitzungFortsetzen(Kommando[Sitzung]):
    """Die Sitzung geht weiter."""

    art: ClassVar[str] = "sitzung_fortsetzen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EROEFFNET})

    def verify(self, z: Sitzung) -> None:
        if not interrupted(z):
            raise FalscheStufe("Die Sitzung ist nicht unterbrochen.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        letzte = z.unterbrechungen[-1].model_copy(update={"bis": wann})
        return z.model_copy(update={"unterbrechungen": (*z.unterbrechungen[:-1], letzte)})


class NiederschriftGenehmigen(Kommando[Sitzung]):
    """Festhalten, dass diese Sitzung eine frühere Niederschrift genehmigt, oder welche Einwendung es gab."""

    art: ClassVar[str] = "niederschrift_genehmigen"
    von: ClassVar[frozenset[str] | None] = IN_ODER_NACH

    sitzung: str
    vom: dt.date | None = abgeleitet()
    """Day of that meeting, for the minutes; the door looks it up."""
    genehmigt: bool = True
    grund: Text | None = None

    def verify(self, z: Sitzung) -> None:
        if self.sitzung == z.id:
            raise Unplausibel("Genehmigt wird die Niederschrift einer früheren Sitzung, nicht die eigene.")
        if not self.genehmigt and not self.grund:
            raise Unplausibel("Bitte die Einwendung angeben.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        neu = Protokollvermerk(sitzung=self.sitzung, vom=self.vom, genehmigt=self.genehmigt, grund=self.grund)
        return z.model_copy(update={"vermerke": (*z.vermerke, neu)})


class NiederschriftBerichtigen(Kommando[Sitzung]):
    """Eine unterzeichnete Niederschrift berichtigen: in dieser, der nächsten; der alte Text bleibt, wie er ist."""

    art: ClassVar[str] = "niederschrift_berichtigen"
    von: ClassVar[frozenset[str] | None] = IN_ODER_NACH

    sitzung: str
    vom: dt.date | None = abgeleitet()
    text: Dokument
    grund: Grund
    top_nummer: Text | None = None

    def verify(self, z: Sitzung) -> None:
        if self.sitzung == z.id:
            raise Unplausibel(
                "Berichtigt wird die Niederschrift einer früheren Sitzung; die eigene ist noch nicht unterzeichnet."
            )

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        neu = Protokollvermerk(
            sitzung=self.sitzung, vom=self.vom, top=self.top_nummer, berichtigung=self.text.digest, grund=self.grund
        )
        return z.model_copy(update={"vermerke": (*z.vermerke, neu)})


class AufgabenlisteFreigeben(Kommando[Sitzung]):
    """Die Liste der offenen Aufträge für diese Sitzung freigeben. Bis dahin ist sie ein Entwurf. Ohne „text“ macht sie die Laufmappe."""

    art: ClassVar[str] = "aufgabenliste_freigeben"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN, Stufe.EROEFFNET})

    text: Dokument | None = None
    oeffentlich: bool = True
    gesetzt: Dokument | None = abgeleitet()

    def verify(self, z: Sitzung) -> None:
        if self.text is None and self.gesetzt is None:
            raise Unplausibel("Die Liste fehlt. Bitte mit „text“ angeben.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        liste = self.text or self.gesetzt
        assert liste is not None  # verified; no release was ever recorded without one
        neu = Aufgabenliste(
            digest=liste.digest, groesse=liste.groesse, oeffentlich=self.oeffentlich, freigegeben=self.akteur, am=wann
        )
        andere = tuple(a for a in z.aufgabenlisten if a.oeffentlich != self.oeffentlich)
        return z.model_copy(update={"aufgabenlisten": (*andere, neu)})
