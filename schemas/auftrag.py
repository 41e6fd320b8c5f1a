"""The task: what was asked for or ordered besides the outcome, by whom, of whom, until when."""

from enum import StrEnum

from pydantic import AwareDatetime

from schemas.akteur import Akteur
from schemas.basis import Benannt, Kennung, Modell, Tag, Text
from schemas.frist import Zaehlung
from schemas.gremium import Termin
from schemas.zustand import Zustand


class Grundlage(StrEnum):
    """What a task rests on. A Bitte must be accepted or declined."""

    BESCHLUSS = "beschluss"
    PRUEFAUFTRAG = "pruefauftrag"
    ZUSAGE = "zusage"
    BITTE = "bitte"
    ANFRAGE = "anfrage"

    @property
    def anzeige(self) -> str:
        """The word as people read it."""
        return "Prüfauftrag" if self is Grundlage.PRUEFAUFTRAG else self.value.capitalize()


class Stufe(StrEnum):
    """Stage of a task."""

    VORGEMERKT = "vorgemerkt"
    ZUGEWIESEN = "zugewiesen"
    IN_ARBEIT = "in_arbeit"
    AUSGESETZT = "ausgesetzt"
    ERLEDIGT_GEMELDET = "erledigt_gemeldet"
    ERLEDIGT = "erledigt"
    NICHT_AUSGEFUEHRT = "nicht_ausgefuehrt"
    AUFGEHOBEN = "aufgehoben"
    ABGELEHNT = "abgelehnt"

    @property
    def anzeige(self) -> str:
        """The words as people read them."""
        return self.value.replace("fuehrt", "führt").replace("_", " ").replace("in arbeit", "in Arbeit")


ENDEN = frozenset({Stufe.ERLEDIGT, Stufe.NICHT_AUSGEFUEHRT, Stufe.AUFGEHOBEN, Stufe.ABGELEHNT})


class Faelligkeitsart(StrEnum):
    """Due on a date, or for a meeting of a committee: its next one, or every one."""

    DATUM = "datum"
    NAECHSTE_SITZUNG = "naechste_sitzung"
    JEDE_SITZUNG = "jede_sitzung"


class Faelligkeit(Modell):
    """When a task is due."""

    art: Faelligkeitsart
    datum: Tag | None = None
    gremium: Benannt | None = None


class Auftragsangaben(Modell):
    """What is asked. ``von`` describes the asker by function or group; private persons are not named."""

    verlangt: Text
    grundlage: Grundlage
    von: Text
    stelle: Benannt | None = None
    faellig: Faelligkeit | None = None
    unter_einbeziehung: tuple[Benannt, ...] = ()
    ferner: tuple[Text, ...] = ()
    bericht: bool = False
    """A report is asked for: once an office has the task, its paper is opened as a draft."""
    oeffentlich: bool = True
    bezeichnung: Text | None = None


class Bericht(Modell):
    """A word on how things stand, or on why they are late."""

    seq: int
    am: AwareDatetime
    akteur: Akteur
    text: Text


class Antwortstation(Modell):
    """Where a paper that answers the task stands, or asks to stand; ``wortlaut`` is the outcome, once that ended the station."""

    gremium: Kennung
    sitzung: str
    wortlaut: str | None = None


class Folgevorlage(Modell):
    """A paper that answers the task, as far as the task must know it. One that was withdrawn or replaced has no station left.

    ``offen`` are the committees that still have to deal with it.
    """

    vorlage: str
    nummer: str | None = None
    freigegeben: bool = False
    stationen: tuple[Antwortstation, ...] = ()
    offen: tuple[Kennung, ...] = ()


class Auftrag(Zustand):
    """State of a task."""

    stufe: Stufe = Stufe.VORGEMERKT
    angaben: Auftragsangaben | None = None
    gremium: Benannt | None = None
    """The committee in which it arose."""
    sitzung: str | None = None
    top: str | None = None
    vorlage: str | None = None
    angenommen: bool | None = None
    """None while a Bitte waits for its answer."""
    berichte: tuple[Bericht, ...] = ()
    grund: Text | None = None
    seit: AwareDatetime | None = None
    """When it was asked for."""
    meldet: bool = False
    """It tells the committee's calendar that it waits for a meeting."""
    zaehlung: Zaehlung | None = None
    """How its reminders are counted."""
    termin: Termin | None = None
    """The meeting that it is due for, once one is planned."""
    folgevorlagen: tuple[Folgevorlage, ...] = ()
    berichtsart: Kennung | None = None
    """Kind of paper in which reports are brought; None where the Regelwerk does not say: then no draft is opened."""
    entwurf: str | None = None
    """Id of the draft that it opened."""
    vorgeschlagen: Text | None = None
    """Why the engine proposes that it is done; the Sitzungsdienst confirms or goes on."""
