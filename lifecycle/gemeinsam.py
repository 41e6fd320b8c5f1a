"""Commands that every case knows: corrections, deviations, answers to calls, sealing and reopening."""

import datetime as dt
from typing import ClassVar

from pydantic import PositiveInt

from lifecycle.ablehnung import Doppelt, FalscheStufe, Unbekannt, Unplausibel
from lifecycle.depublikation import Depublizieren
from lifecycle.kern import Kommando, Nacherfassen
from lifecycle.loeschung import LoeschungAblehnen, LoeschungBeantragen, LoeschungBestaetigen, LoeschungVollzogen
from schemas.basis import Grund, Pflichttext, Text, digest
from schemas.wirkung import Rufausgang
from schemas.zustand import Abweichung, Berichtigung, Z, Zustand

__all__ = [
    "Depublizieren",
    "LoeschungAblehnen",
    "LoeschungBeantragen",
    "LoeschungBestaetigen",
    "LoeschungVollzogen",
    "Nacherfassen",
]


def seal_digest(z: Zustand) -> str:
    """Digest of a state as its closing entry bears it: everything but the seal itself and the count of entries.

    Defaults are left out, so that a field added by a later release does not break the seals of earlier ones.
    """
    return digest(z.model_dump(mode="json", exclude_defaults=True, exclude={"siegel", "seq", "zuletzt", "regelwerk"}))


class Berichtigen(Kommando[Z]):
    """Einen früheren Eintrag berichtigen. Der alte bleibt stehen, der neue steht daneben."""

    art: ClassVar[str] = "berichtigen"

    zu_seq: PositiveInt
    richtig: Pflichttext
    grund: Grund

    def verify(self, z: Z) -> None:
        if self.zu_seq > z.seq:
            raise Unbekannt(f"Einen Eintrag {self.zu_seq} gibt es nicht; der letzte ist {z.seq}.")

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        neu = Berichtigung(seq=z.seq, zu_seq=self.zu_seq, richtig=self.richtig, grund=self.grund)
        return z.model_copy(update={"berichtigungen": (*z.berichtigungen, neu)})


class AbweichungFesthalten(Kommando[Z]):
    """Festhalten, dass von einer Regel abgewichen wurde, und warum."""

    art: ClassVar[str] = "abweichung_festhalten"

    regel: Pflichttext
    grund: Grund

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        neu = Abweichung(seq=z.seq, regel=self.regel, grund=self.grund)
        return z.model_copy(update={"abweichungen": (*z.abweichungen, neu)})


class ZustellungAufgegeben(Kommando[Z]):
    """Eine Benachrichtigung konnte nicht zugestellt werden."""

    art: ClassVar[str] = "zustellung_aufgegeben"
    tatsache: ClassVar[bool] = True

    empfaenger: str
    zu_seq: int
    grund: Text

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        satz = f"Eintrag {self.zu_seq}: {self.empfaenger} wurde nicht erreicht ({self.grund})."
        return z.model_copy(update={"hinweise": (*z.hinweise, satz)})


class Versiegelt(Kommando[Z]):
    """Der letzte Eintrag: der Zustand wird versiegelt."""

    art: ClassVar[str] = "versiegelt"
    tatsache: ClassVar[bool] = True
    oeffnet: ClassVar[bool] = True

    siegel: str

    def verify(self, z: Z) -> None:
        if z.siegel is not None:
            raise Doppelt("Der Vorgang ist schon versiegelt.")

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        return z.model_copy(update={"siegel": self.siegel})


class RegelstandHeben(Kommando[Z]):
    """Der Vorgang folgt ab jetzt einer neuen Fassung der Regeln, nach denen die Laufmappe rechnet."""

    art: ClassVar[str] = "regelstand_heben"
    tatsache: ClassVar[bool] = True

    auf: PositiveInt

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        return z.model_copy(update={"regelstand": self.auf})


class Rueckmeldung(Kommando[Z]):
    """Was ein anderer Vorgang auf einen Ruf geantwortet hat. Each core derives its own and says what it means there."""

    tatsache: ClassVar[bool] = True
    oeffnet: ClassVar[bool] = True

    ziel: str
    zweck: str
    ausgang: Rufausgang
    antwort: str | None = None
    grund: str | None = None

    def refused(self) -> str:
        """One sentence on a call that did not get through."""
        return f"{self.zweck} an {self.ziel}: {self.ausgang.value}. {self.grund or ''}".strip()

    def note(self, z: Z) -> Z:
        """Keeps the sentence where the secretariat sees it."""
        if self.ausgang is Rufausgang.ANGENOMMEN:
            return z
        return z.model_copy(update={"hinweise": (*z.hinweise, self.refused())})


def verify_sealed(z: Zustand, siegel: str | None) -> None:
    """Raises a refusal unless this is the sealed state that the closing entry speaks of."""
    if z.siegel is None:
        raise FalscheStufe("Der Vorgang ist nicht geschlossen; er kann nicht wiederaufgenommen werden.")
    if siegel != z.siegel or seal_digest(z) != z.siegel:
        raise Unplausibel("Der vorgelegte Stand passt nicht zum Siegel des letzten Eintrags. Bitte die Revision verständigen.")
