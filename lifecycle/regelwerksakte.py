"""Changes of the rules need two persons, and stand on record: one proposes a version by its digest, another confirms it."""

import datetime as dt
import sys
from typing import ClassVar

from lifecycle import gemeinsam
from lifecycle.ablehnung import Doppelt, NichtBefugt, Unbekannt
from lifecycle.kern import Kern, Kommando, commands
from schemas.basis import Digest, Grund, Modell, Text
from schemas.regelwerksakte import Fassungsvermerk, Regelwerksakte


class Bestand(Modell):
    """A version that was there already."""

    fassung: Text
    pruefsumme: Digest


class RegelwerkUebernommen(Kommando[Regelwerksakte]):
    """Die Fassungen des Regelwerks, mit denen die Laufmappe hier begonnen hat. Jede weitere brauchen zwei Personen."""

    art: ClassVar[str] = "regelwerk_uebernommen"
    auch_leer: ClassVar[bool] = True
    tatsache: ClassVar[bool] = True

    bestand: tuple[Bestand, ...]

    def perform(self, z: Regelwerksakte, wann: dt.datetime) -> Regelwerksakte:
        if z.fassungen:
            return z
        grund, wer = "Anfangsbestand", self.akteur
        neu = (
            Fassungsvermerk(
                fassung=b.fassung, digest=b.pruefsumme, grund=grund,
                vorgeschlagen=wer, vorgeschlagen_am=wann, bestaetigt=wer, bestaetigt_am=wann,
            )
            for b in self.bestand
        )  # fmt: skip
        return z.model_copy(update={"fassungen": tuple(neu)})


class RegelwerkVorschlagen(Kommando[Regelwerksakte]):
    """Eine Fassung des Regelwerks vorschlagen, mit Begründung."""

    art: ClassVar[str] = "regelwerk_vorschlagen"
    auch_leer: ClassVar[bool] = True

    fassung: Text
    pruefsumme: Digest
    grund: Grund

    def verify(self, z: Regelwerksakte) -> None:
        if any(f.digest == self.pruefsumme for f in z.fassungen):
            raise Doppelt("Diese Fassung ist schon vorgeschlagen.")

    def perform(self, z: Regelwerksakte, wann: dt.datetime) -> Regelwerksakte:
        neu = Fassungsvermerk(
            fassung=self.fassung, digest=self.pruefsumme, grund=self.grund, vorgeschlagen=self.akteur, vorgeschlagen_am=wann
        )
        return z.model_copy(update={"fassungen": (*z.fassungen, neu)})


class RegelwerkBestaetigen(Kommando[Regelwerksakte]):
    """Eine vorgeschlagene Fassung bestätigen. Das macht eine zweite Person."""

    art: ClassVar[str] = "regelwerk_bestaetigen"

    fassung: Text
    pruefsumme: Digest

    def verify(self, z: Regelwerksakte) -> None:
        vermerk = next((f for f in z.fassungen if f.digest == self.pruefsumme), None)
        if vermerk is None:
            raise Unbekannt("Diese Fassung ist nicht vorgeschlagen (oder seither geändert). Bitte zuerst vorschlagen.")
        if vermerk.bestaetigt:
            raise Doppelt("Diese Fassung ist schon bestätigt.")
        if vermerk.vorgeschlagen.personen & self.akteur.personen:
            raise NichtBefugt("Wer vorgeschlagen hat, kann nicht auch bestätigen; das macht eine zweite Person.")

    def perform(self, z: Regelwerksakte, wann: dt.datetime) -> Regelwerksakte:
        neu = {"bestaetigt": self.akteur, "bestaetigt_am": wann}
        return z.model_copy(
            update={"fassungen": tuple(f.model_copy(update=neu) if f.digest == self.pruefsumme else f for f in z.fassungen)}
        )


def confirmed(z: Regelwerksakte) -> tuple[str, ...]:
    """Digests of the versions that two persons stand for, or that were there from the beginning; by when that was settled."""
    gilt = sorted((f for f in z.fassungen if f.bestaetigt_am), key=lambda f: (f.bestaetigt_am, f.fassung))
    return tuple(f.digest for f in gilt)


KERN: Kern[Regelwerksakte] = Kern(
    typ="regelwerk",
    zustand=Regelwerksakte,
    befehle=commands(sys.modules[__name__], gemeinsam),
    stufe=lambda z: "offen",
    enden=frozenset(),
    settle=lambda z, wann: z,
    consequences=lambda vorher, nachher, geschehen: (),
)
