"""The ends of a paper: withdrawn, replaced, closed early; and taking it up again."""

import datetime as dt
from typing import ClassVar

from lifecycle.ablehnung import Unplausibel
from lifecycle.gemeinsam import verify_sealed
from lifecycle.kern import Kommando
from lifecycle.vorlage.beratung import UNERLEDIGT, is_news, taken
from lifecycle.vorlage.folgen import withdrawn
from schemas.basis import Digest, Grund
from schemas.befehl import abgeleitet
from schemas.beratung import TopStand
from schemas.vorlage import BeratungStatus, Stufe, Vorlage


class Zurueckziehen(Kommando[Vorlage]):
    """Die Vorlage zurückziehen. Nach der Einladung ist das nur eine Bitte an den Sitzungsdienst."""

    art: ClassVar[str] = "zurueckziehen"
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ZURUECKGEZOGEN})

    grund: Grund

    def verify(self, z: Vorlage) -> None:
        if z.ruecknahme_erbeten:
            raise Unplausibel("Um Rücknahme ist schon gebeten; die Antwort des Sitzungsdienstes steht noch aus.")

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        if any(t.eingeladen for b in z.beratungen if b.status is BeratungStatus.GEPLANT for t in b.behandlungen):
            return z.model_copy(update={"ruecknahme_erbeten": self.grund})
        return z.model_copy(update={"stufe": Stufe.ZURUECKGEZOGEN})


class BeratungBeenden(Kommando[Vorlage]):
    """Die Beratungsfolge vorzeitig beenden: offene Stationen entfallen, die Vorlage wird abgeschlossen."""

    art: ClassVar[str] = "beratung_beenden"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EINGEGANGEN, Stufe.FREIGEGEBEN, Stufe.IN_BERATUNG})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ABGESCHLOSSEN})

    grund: Grund

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        weg = {"status": BeratungStatus.ENTFALLEN, "grund": self.grund, "angemeldet": None}
        stationen = tuple(b.model_copy(update=weg) if b.status in UNERLEDIGT else b for b in z.beratungen)
        return z.model_copy(update={"beratungen": stationen, "stufe": Stufe.ABGESCHLOSSEN})


class Ersetzen(Kommando[Vorlage]):
    """Die Vorlage ist durch eine andere ersetzt."""

    art: ClassVar[str] = "ersetzen"
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ERSETZT})

    durch: str
    grund: Grund

    def verify(self, z: Vorlage) -> None:
        if self.durch == z.id:
            raise Unplausibel("Eine Vorlage kann sich nicht selbst ersetzen.")

    def breaches(self, z: Vorlage, wann: dt.datetime) -> tuple[str, ...]:
        steht = any(b.status is BeratungStatus.GEPLANT for b in z.beratungen)
        return ("die Vorlage steht noch auf einer Tagesordnung",) if steht else ()

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        return z.model_copy(update={"stufe": Stufe.ERSETZT, "ersetzt_durch": self.durch})


class Wiederaufnehmen(Kommando[Vorlage]):
    """Eine geschlossene Vorlage wiederaufnehmen, mit Begründung."""

    art: ClassVar[str] = "wiederaufnehmen"
    oeffnet: ClassVar[bool] = True
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.ABGESCHLOSSEN, Stufe.ZURUECKGEZOGEN, Stufe.ERSETZT})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.IN_BERATUNG, Stufe.ENTWURF, Stufe.EINGEGANGEN})

    grund: Grund
    siegel: Digest | None = abgeleitet()
    staende: tuple[TopStand, ...] = abgeleitet(())
    """What its meetings say of it by now: they may have corrected something while it was closed."""

    def verify(self, z: Vorlage) -> None:
        verify_sealed(z, self.siegel)

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        behandelt = any(b.behandlungen for b in z.beratungen)
        anfang = Stufe.EINGEGANGEN if z.eingang else Stufe.ENTWURF
        stufe = Stufe.IN_BERATUNG if behandelt or z.fassung.freigabe else anfang
        ueberholt = tuple(f"{t.sitzung}/{t.top}" for b in z.beratungen for t in b.behandlungen if withdrawn(t))
        neu = {"siegel": None, "ersetzt_durch": None, "offen_gehalten": True, "ueberholt": ueberholt}
        z = z.model_copy(update={"stufe": stufe, **neu})
        for stand in self.staende:
            z = taken(z, stand) if is_news(z, stand) else z
        return z
