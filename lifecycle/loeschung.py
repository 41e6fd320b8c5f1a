"""Forgetting by order: one person enters which content is to go and on what ground, another confirms it, and the engine carries it out.

GDPR Art. 17, 5 (1) e; § 10 DSG NRW. The heads stay, so the record still proves itself; the order itself stays too.
"""

import datetime as dt
from typing import ClassVar

from lifecycle.ablehnung import FalscheStufe, NichtBefugt, Unbekannt, Unplausibel
from lifecycle.kern import Kommando, pending
from schemas.basis import Grund, Kennung
from schemas.loeschung import Loeschstelle, Loeschung
from schemas.zustand import Z, Zustand


def _requested(z: Zustand, kennung: str) -> Loeschung:
    """The order that waits for its second person. Raises Unbekannt."""
    for o in z.loeschungen:
        if o.kennung == kennung and not o.bestaetigt_am and not o.abgelehnt_am:
            return o
    raise Unbekannt(f"Eine offene Löschung „{kennung}“ gibt es hier nicht. Bitte die Kennung prüfen.")


def _replaced(z: Z, kennung: str, **felder: object) -> Z:
    """With something new about an order."""
    neu = tuple(o.model_copy(update=felder) if o.kennung == kennung else o for o in z.loeschungen)
    return z.model_copy(update={"loeschungen": neu})


class LoeschungBeantragen(Kommando[Z]):
    """Beantragen, dass Inhalte gelöscht werden: welche, auf welcher Rechtsgrundlage, von wem angeordnet."""

    art: ClassVar[str] = "loeschung_beantragen"
    oeffnet: ClassVar[bool] = True

    kennung: Kennung
    stellen: tuple[Loeschstelle, ...]
    rechtsgrund: Grund
    angeordnet_von: Grund

    def verify(self, z: Z) -> None:
        if any(o.kennung == self.kennung for o in z.loeschungen):
            raise Unplausibel(f"Eine Löschung „{self.kennung}“ gibt es hier schon. Bitte eine andere Kennung nehmen.")
        if not self.stellen or not all(s.felder for s in self.stellen):
            raise Unplausibel(
                "Es ist keine Stelle genannt. Bitte angeben, welche Felder welcher Einträge gelöscht werden sollen."
            )
        if zu_hoch := [s.seq for s in self.stellen if s.seq > z.seq]:
            raise Unbekannt(f"Einen Eintrag {zu_hoch[0]} gibt es nicht; der letzte ist {z.seq}.")

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        neu = Loeschung(
            kennung=self.kennung,
            stellen=self.stellen,
            rechtsgrund=self.rechtsgrund,
            angeordnet_von=self.angeordnet_von,
            beantragt=self.akteur,
            beantragt_am=wann,
        )
        return z.model_copy(update={"loeschungen": (*z.loeschungen, neu), "siegel": None})


class LoeschungBestaetigen(Kommando[Z]):
    """Eine beantragte Löschung bestätigen. Das macht eine zweite Person; dann wird gelöscht."""

    art: ClassVar[str] = "loeschung_bestaetigen"
    oeffnet: ClassVar[bool] = True

    kennung: Kennung

    def verify(self, z: Z) -> None:
        if _requested(z, self.kennung).beantragt.personen & self.akteur.personen:
            raise NichtBefugt("Wer die Löschung beantragt hat, kann sie nicht auch bestätigen; das macht eine zweite Person.")

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        return _replaced(z, self.kennung, bestaetigt=self.akteur, bestaetigt_am=wann)


class LoeschungAblehnen(Kommando[Z]):
    """Eine beantragte Löschung ablehnen, mit Begründung."""

    art: ClassVar[str] = "loeschung_ablehnen"
    oeffnet: ClassVar[bool] = True

    kennung: Kennung
    grund: Grund

    def verify(self, z: Z) -> None:
        _requested(z, self.kennung)

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        return _replaced(z, self.kennung, abgelehnt_am=wann).model_copy(update={"siegel": None})


class LoeschungVollzogen(Kommando[Z]):
    """Die bestätigte Löschung ist vollzogen: was genau gelöscht ist."""

    art: ClassVar[str] = "loeschung_vollzogen"
    tatsache: ClassVar[bool] = True
    oeffnet: ClassVar[bool] = True

    kennung: Kennung
    stellen: tuple[Loeschstelle, ...]

    def verify(self, z: Z) -> None:
        offen = pending(z)
        if offen is None or offen.kennung != self.kennung:
            raise FalscheStufe("Hier ist keine solche Löschung zu vollziehen.")

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        """The seal over what was there before is gone with it; a closed case gets a new one."""
        z = _replaced(z, self.kennung, stellen=self.stellen, vollzogen_am=wann)
        return z.model_copy(update={"siegel": None})

    @classmethod
    def of(cls, z: Zustand, stellen: tuple[Loeschstelle, ...]) -> dict[str, object]:
        """Its own fields, for the order that is pending."""
        offen = pending(z)
        assert offen is not None  # the shell asks only then
        return {"kennung": offen.kennung, "stellen": stellen, "schluessel": f"loeschung/{offen.kennung}"}


__all__ = ["LoeschungAblehnen", "LoeschungBeantragen", "LoeschungBestaetigen", "LoeschungVollzogen", "pending"]
