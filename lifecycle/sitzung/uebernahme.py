"""A meeting that another system kept: the meeting itself, its items one by one, and what became of it.

Papers are told of their places once, at the end; those that have ended are told nothing, for they came over with their outcomes.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from annotated_types import MinLen
from pydantic import PositiveInt

from lifecycle.ablehnung import Doppelt, FalscheStufe, Unplausibel
from lifecycle.kern import Kommando
from lifecycle.sitzung.ergebnis import with_outcome
from lifecycle.sitzung.planung import UNTERZEICHNENDE
from lifecycle.sitzung.tagesordnung import new_id, take_copy
from lifecycle.uebernahme import as_called, class_of, verify_past
from schemas.akteur import Rolle
from schemas.basis import Benannt, Kennung, Modell, Zeitpunkt
from schemas.befehl import abgeleitet
from schemas.beratung import Beschluss, Klasse, TopStatus, VorlageStand
from schemas.herkunft import Fremddatei, Herkunft, Ortsangabe, Unveraendert
from schemas.regelwerk import Regelwerk
from schemas.sitzung import ENDEN, Sitzung, Stufe, Top, TopVorlage


class SitzungUebernehmen(Kommando[Sitzung]):
    """Eine Sitzung aus einem früheren Ratsinformationssystem übernehmen, wie sie dort steht."""

    art: ClassVar[str] = "sitzung_uebernehmen"
    legt_an: ClassVar[bool] = True
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.GEPLANT})

    herkunft: Herkunft
    gremien: Annotated[tuple[Kennung, ...], MinLen(1)]
    beginn: Zeitpunkt
    ende: Zeitpunkt | None = None
    benennung: Unveraendert | None = None
    ort: Ortsangabe | None = None
    dateien: tuple[Fremddatei, ...] = ()
    meldet: bool = False
    """It is still to come: the committee's calendar learns of it."""

    benannt: tuple[Benannt, ...] = abgeleitet(())
    unterzeichnende: tuple[Rolle, ...] = abgeleitet(())

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        unterzeichnende = rw.niederschrift.unterzeichnende if rw.niederschrift else UNTERZEICHNENDE
        benannt = tuple(as_called("Das Gremium", rw.gremien, g, self.beginn) for g in self.gremien)
        return self.model_copy(update={"benannt": benannt, "unterzeichnende": unterzeichnende})

    def verify(self, z: Sitzung) -> None:
        verify_past(self)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        gleich = ("herkunft", "beginn", "dateien", "meldet", "unterzeichnende")
        return z.model_copy(
            update={name: getattr(self, name) for name in gleich}
            | {
                "gremium": self.benannt[0],
                "weitere_gremien": self.benannt[1:],
                "benannt": self.benennung,
                "ende_angegeben": self.ende,
                "ortsangabe": self.ort,
                "raum": self.ort.raum if self.ort else None,
                "ort": (self.ort.beschreibung or self.ort.ort) if self.ort else None,
                "uebernahme_laeuft": True,
            }
        )


class Papierplatz(Modell):
    """A paper at an item: for which of its stations, and what was to be known of it when it came over."""

    vorlage: str
    beratung: PositiveInt | None = None
    stand: VorlageStand


class PunktUebernehmen(Kommando[Sitzung]):
    """Einen Tagesordnungspunkt übernehmen, mit Nummer, Titel und Ergebnis im Wortlaut. Die Reihenfolge ist die der Schritte."""

    art: ClassVar[str] = "punkt_uebernehmen"

    quelle: Unveraendert
    nummer: Unveraendert = ""
    titel: Unveraendert = ""
    oeffentlich: bool = True
    papiere: tuple[Papierplatz, ...] = ()
    wortlaut: Unveraendert | None = None
    beschlusstext: Unveraendert | None = None
    einordnung: Klasse | None = None
    """Class of the wording, as whoever takes it over reads it; the Regelwerk goes before."""
    dateien: tuple[Fremddatei, ...] = ()

    klasse: Klasse | None = abgeleitet()

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        return self.model_copy(update={"klasse": class_of(rw, self.wortlaut, self.einordnung)})

    def verify(self, z: Sitzung) -> None:
        verify_past(self)
        if not z.uebernahme_laeuft:
            raise FalscheStufe("Die Übernahme dieser Sitzung ist abgeschlossen; Punkte kommen jetzt auf dem üblichen Weg hinzu.")
        if any(t.quelle == self.quelle for t in z.tops):
            raise Doppelt("Dieser Punkt ist schon übernommen.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        top = Top(
            id=new_id(z),
            nummer=self.nummer,
            nummer_fest=True,
            titel=self.titel,
            bezeichnung=None if self.oeffentlich else self.titel,  # what the former system shows the public of it
            oeffentlich=self.oeffentlich,
            vorlagen=tuple(TopVorlage(vorlage=p.vorlage, beratung=p.beratung) for p in self.papiere),
            quelle=self.quelle,
            dateien=self.dateien,
        )
        for papier in self.papiere:
            z = take_copy(z, papier.stand)
        return z.model_copy(update={"tops": (*z.tops, self._with_result(top))})

    def _with_result(self, top: Top) -> Top:
        """With its outcome, for every paper at it. What is not public is so with an outcome that the public was shown."""
        if self.wortlaut is None and self.beschlusstext is None:
            return top
        beschluss = Beschluss(
            wortlaut=self.wortlaut or "",
            klasse=self.klasse or Klasse.NONE,
            einordnung_offen=self.klasse is None,
            text=self.beschlusstext,
            text_internet=self.beschlusstext,
            veroeffentlicht=not self.oeffentlich,
        )
        for vorlage in {tv.vorlage: None for tv in top.vorlagen} or (None,):
            top = with_outcome(top, vorlage, beschluss, None)
        return top


class UebernahmeAbschliessen(Kommando[Sitzung]):
    """Die Übernahme einer Sitzung abschließen: wie weit sie im früheren System war. Die Vorlagen erfahren, wo sie stehen."""

    art: ClassVar[str] = "uebernahme_abschliessen"
    nach: ClassVar[Mapping[str, frozenset[str]]] = {
        Stufe.GEPLANT: frozenset({Stufe.EINGELADEN, Stufe.GESCHLOSSEN, Stufe.ABGESCHLOSSEN, Stufe.ABGESAGT})
    }

    stufe: Stufe
    ende: Zeitpunkt | None = None
    eingeladen: Zeitpunkt | None = None

    def verify(self, z: Sitzung) -> None:
        verify_past(self)
        if not z.uebernahme_laeuft:
            raise Doppelt("Die Übernahme dieser Sitzung ist schon abgeschlossen.")
        if self.stufe is Stufe.EROEFFNET:
            raise Unplausibel("Eine laufende Sitzung lässt sich nicht übernehmen. Bitte nach ihrem Ende wiederholen.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        geladen = self.eingeladen or (z.beginn if self.stufe in ENDEN or self.stufe is Stufe.GESCHLOSSEN else None)
        neu = {"geschlossen_am": self.ende, "eingeladen_am": geladen, "einladungen": 1 if geladen else 0}
        tops = tuple(t if t.status is not TopStatus.OFFEN else _at_end(t, self.stufe) for t in z.tops)
        return z.model_copy(update={"stufe": self.stufe, "uebernahme_laeuft": False, "tops": tops, **neu})


def _at_end(top: Top, stufe: Stufe) -> Top:
    """An item without paper and without result (a heading, a report) has nothing open once the meeting is over."""
    vorbei = stufe in (Stufe.GESCHLOSSEN, Stufe.ABGESCHLOSSEN)
    return top.model_copy(update={"status": TopStatus.BEHANDELT}) if vorbei and not top.vorlagen else top
