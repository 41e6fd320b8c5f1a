"""Time goes on: another office leads, another committee takes the place of one that is no more."""

import datetime as dt
from typing import ClassVar, Self

from pydantic import PositiveInt

from lifecycle.ablehnung import Unplausibel
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import committee, office
from lifecycle.vorlage.beratung import change_station, verify_free
from schemas.basis import Benannt, Grund, Kennung
from schemas.befehl import abgeleitet
from schemas.regelwerk import Regelwerk
from schemas.vorlage import Vorlage


class FederfuehrungWechseln(Kommando[Vorlage]):
    """Die Federführung geht an ein anderes Amt über, mit Begründung."""

    art: ClassVar[str] = "federfuehrung_wechseln"

    stelle: Kennung
    grund: Grund
    benannt: Benannt | None = abgeleitet()

    def complete(self, z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> Self:
        return self.model_copy(update={"benannt": office(rw, self.stelle, wann)})

    def verify(self, z: Vorlage) -> None:
        if z.federfuehrend and z.federfuehrend.id == self.stelle:
            raise Unplausibel(f"„{self.stelle}“ ist schon federführend.")

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        return z.model_copy(update={"federfuehrend": self.benannt})


class BeratungUebertragen(Kommando[Vorlage]):
    """Eine offene Station geht auf ein anderes Gremium über, das an die Stelle des alten tritt."""

    art: ClassVar[str] = "beratung_uebertragen"

    beratung: PositiveInt
    gremium: Kennung
    grund: Grund
    benannt: Benannt | None = abgeleitet()

    def complete(self, z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> Self:
        return self.model_copy(update={"benannt": committee(rw, self.gremium, wann)})

    def verify(self, z: Vorlage) -> None:
        verify_free(z, self.beratung)

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        neu = {"gremium": self.benannt, "grund": self.grund, "angemeldet": None}
        return change_station(z, self.beratung, lambda b: b.model_copy(update=neu))
