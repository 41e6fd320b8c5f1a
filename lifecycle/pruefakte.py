"""What leaves the house to prove the record: checkpoints of the town's log, changes of its key, and breaks, all on record."""

import datetime as dt
import sys
from typing import ClassVar, Self

from pydantic import NonNegativeInt

from lifecycle import gemeinsam
from lifecycle.ablehnung import Unplausibel
from lifecycle.kern import Kern, Kommando, commands, told
from schemas.akteur import Rolle
from schemas.basis import Grund
from schemas.pruefakte import Bruch, Pruefakte, Pruefvermerk, Schluesselwechsel
from schemas.regelwerk import Regelwerk


class PruefpunktAusgeben(Kommando[Pruefakte]):
    """Einen Prüfpunkt aus dem Haus geben: an die Rechnungsprüfung und an alle, die das Regelwerk nennt."""

    art: ClassVar[str] = "pruefpunkt_ausgeben"
    auch_leer: ClassVar[bool] = True
    tatsache: ClassVar[bool] = True

    groesse: NonNegativeInt
    note: str
    pruefschluessel: tuple[str, ...]
    zeitstempel: str | None = None

    def complete(self, z: Pruefakte, rw: Regelwerk, wann: dt.datetime) -> Self:
        """The auditor is told whatever the Regelwerk says: without a copy outside nothing is proven against the operator."""
        an = dict.fromkeys((Rolle.RECHNUNGSPRUEFUNG.value, *told(rw, self.art)))
        return self.model_copy(update={"benachrichtigt": tuple(an)})

    def perform(self, z: Pruefakte, wann: dt.datetime) -> Pruefakte:
        neu = Pruefvermerk(
            groesse=self.groesse, note=self.note, pruefschluessel=self.pruefschluessel, zeitstempel=self.zeitstempel, am=wann
        )
        return z.model_copy(update={"letzter": neu})


class SchluesselWechseln(Kommando[Pruefakte]):
    """Das Verzeichnis ab jetzt mit einem neuen Schlüssel unterschreiben. Frühere Prüfpunkte bleiben prüfbar."""

    art: ClassVar[str] = "schluessel_wechseln"
    auch_leer: ClassVar[bool] = True

    grund: Grund

    def perform(self, z: Pruefakte, wann: dt.datetime) -> Pruefakte:
        neu = Schluesselwechsel(grund=self.grund, von=self.akteur, am=wann)
        return z.model_copy(update={"wechsel": (*z.wechsel, neu)})


class VerzeichnisNeuBeginnen(Kommando[Pruefakte]):
    """Nach einer Wiederherstellung festhalten, was vom Verzeichnis verloren ist, und einen neuen Abschnitt beginnen."""

    art: ClassVar[str] = "verzeichnis_neu_beginnen"
    auch_leer: ClassVar[bool] = True

    groesse: NonNegativeInt
    verloren: NonNegativeInt
    nachgetragen: NonNegativeInt
    zuletzt: str
    grund: Grund

    def verify(self, z: Pruefakte) -> None:
        if any(b.zuletzt == self.zuletzt for b in z.brueche):
            raise Unplausibel("Dieser Bruch ist schon festgehalten; der neue Abschnitt hat begonnen.")

    def perform(self, z: Pruefakte, wann: dt.datetime) -> Pruefakte:
        felder = self.model_dump(include={"groesse", "verloren", "nachgetragen", "zuletzt", "grund"})
        return z.model_copy(update={"brueche": (*z.brueche, Bruch(von=self.akteur, am=wann, **felder))})


KERN: Kern[Pruefakte] = Kern(
    typ="pruefakte",
    zustand=Pruefakte,
    befehle=commands(sys.modules[__name__], gemeinsam),
    stufe=lambda z: "offen",
    enden=frozenset(),
    settle=lambda z, wann: z,
    consequences=lambda vorher, nachher, geschehen: (),
)
