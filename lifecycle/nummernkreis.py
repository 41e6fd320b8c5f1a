"""Numbers for papers: unique, the same for the same paper for ever, not promised gapless."""

import datetime as dt
import re
import sys
from typing import ClassVar

from lifecycle import gemeinsam
from lifecycle.ablehnung import Doppelt, Unplausibel
from lifecycle.kern import BERLIN, Kern, Kommando, commands
from schemas.basis import Benannt
from schemas.nummernkreis import Nummernkreis, Vergabe
from schemas.regelwerk import Regelwerk
from schemas.vorlage import Nummernwunsch


def slug(text: str) -> str:
    """A text as part of an id: ``FB 56-wp17`` becomes ``fb-56-wp17``."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "ohne"


def number_request(rw: Regelwerk, amt: Benannt, wann: dt.datetime, nummer: str | None = None) -> Nummernwunsch | None:
    """What the number range must know for a paper of this office; None where the Regelwerk has no numbering."""
    if rw.nummerierung is None:
        return None
    werte: dict[str, str | int] = {
        "jahr": wann.astimezone(BERLIN).year,
        "amt": amt.kuerzel or amt.name,
        "wahlperiode": rw.wahlperiode or 0,
    }
    return Nummernwunsch(
        kreis=slug(rw.nummerierung.kreis.format(**werte)), muster=rw.nummerierung.muster, werte=werte, nummer=nummer
    )


def _number_of(z: Nummernkreis, vorlage: str) -> str | None:
    return next((v.nummer for v in reversed(z.vergeben) if v.vorlage == vorlage), None)


class NummerVergeben(Kommando[Nummernkreis]):
    """Nummern vergeben; wer schon eine hat, bekommt dieselbe."""

    art: ClassVar[str] = "nummer_vergeben"
    auch_leer: ClassVar[bool] = True

    vorlagen: tuple[str, ...]
    muster: str
    werte: dict[str, str | int] = {}

    def perform(self, z: Nummernkreis, wann: dt.datetime) -> Nummernkreis:
        for vorlage in self.vorlagen:
            if _number_of(z, vorlage) is None:
                z = self._give(z, vorlage)
        return z.model_copy(update={"muster": self.muster})

    def _give(self, z: Nummernkreis, vorlage: str) -> Nummernkreis:
        vergeben = {v.nummer for v in z.vergeben}
        nr = z.naechste
        while (nummer := self.muster.format(nr=nr, **self.werte)) in vergeben:
            nr += 1
        return z.model_copy(update={"naechste": nr + 1, "vergeben": (*z.vergeben, Vergabe(nummer=nummer, vorlage=vorlage))})

    def answer(self, z: Nummernkreis) -> str | None:
        return "\n".join(_number_of(z, vorlage) or "" for vorlage in self.vorlagen)


class NummerUebernehmen(Kommando[Nummernkreis]):
    """Eine Nummer aus der Zeit vor der Laufmappe übernehmen."""

    art: ClassVar[str] = "nummer_uebernehmen"
    auch_leer: ClassVar[bool] = True

    vorlage: str
    nummer: str

    def verify(self, z: Nummernkreis) -> None:
        inhaber = next((v.vorlage for v in z.vergeben if v.nummer == self.nummer), self.vorlage)
        if inhaber != self.vorlage:
            raise Doppelt(f"Die Nummer „{self.nummer}“ ist schon vergeben. Bitte die Nummer prüfen.")
        if _number_of(z, self.vorlage) not in (None, self.nummer):
            raise Unplausibel(f"Die Vorlage hat schon eine andere Nummer als „{self.nummer}“.")

    def perform(self, z: Nummernkreis, wann: dt.datetime) -> Nummernkreis:
        if _number_of(z, self.vorlage) is not None:
            return z
        return z.model_copy(update={"vergeben": (*z.vergeben, Vergabe(nummer=self.nummer, vorlage=self.vorlage))})

    def answer(self, z: Nummernkreis) -> str | None:
        return self.nummer


class NummernUebernehmen(Kommando[Nummernkreis]):
    """Die Nummern vieler übernommener Vorlagen auf einmal übernehmen: sie werden nicht noch einmal vergeben."""

    art: ClassVar[str] = "nummern_uebernehmen"
    auch_leer: ClassVar[bool] = True

    nummern: tuple[Vergabe, ...]

    def perform(self, z: Nummernkreis, wann: dt.datetime) -> Nummernkreis:
        schon = {v.nummer for v in z.vergeben} | {v.vorlage for v in z.vergeben}
        neue = tuple(v for v in self.nummern if not {v.nummer, v.vorlage} & schon)
        return z.model_copy(update={"vergeben": (*z.vergeben, *neue)})


KERN: Kern[Nummernkreis] = Kern(
    typ="nummern",
    zustand=Nummernkreis,
    befehle=commands(sys.modules[__name__], gemeinsam),
    stufe=lambda z: "offen",
    enden=frozenset(),
    settle=lambda z, wann: z,
    consequences=lambda vorher, nachher, geschehen: (),
)
