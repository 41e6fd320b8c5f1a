"""Links between papers: one answers another, supplements it, follows from it. Owned by the paper that says it; the other is told.

A closed paper is told nothing, for nothing changes it: who shows it asks the register who has linked to it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import ClassVar

from lifecycle.ablehnung import Doppelt, Unbekannt, Unplausibel
from lifecycle.kern import Kommando
from lifecycle.ruf import call, workflow_id
from schemas.basis import Grund
from schemas.befehl import abgeleitet
from schemas.verknuepfung import Gegenstueck, Verknuepfung, Verknuepfungsart, Ziel
from schemas.vorlage import Vorlage
from schemas.wirkung import Ruf


class Verknuepfen(Kommando[Vorlage]):
    """Festhalten, dass diese Vorlage eine andere beantwortet, ergänzt oder auf sie folgt. Ersetzt wird mit „ersetzen“."""

    art: ClassVar[str] = "verknuepfen"

    als: Verknuepfungsart
    mit: str
    ziel: Ziel | None = abgeleitet()
    """What the other paper is called, as the door looked it up."""

    def verify(self, z: Vorlage) -> None:
        if self.als is Verknuepfungsart.ERSETZT_DURCH:
            raise Unplausibel("Dass eine Vorlage durch eine andere ersetzt ist, hält „ersetzen“ fest.")
        if self.mit == z.id:
            raise Unplausibel("Eine Vorlage kann nicht mit sich selbst verknüpft werden.")
        if self.ziel is None and self.erfasst_von is None:
            raise Unbekannt(f"Eine Vorlage „{self.mit}“ gibt es nicht. Bitte die Nummer oder Kennung prüfen.")
        if _standing(z, self.als, self.mit):
            raise Doppelt("Die beiden Vorlagen sind schon so verknüpft.")

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        neu = Verknuepfung(als=self.als, vorlage=self.mit, ziel=self.ziel)
        return z.model_copy(update={"verknuepfungen": (*z.verknuepfungen, neu)})


class VerknuepfungLoesen(Kommando[Vorlage]):
    """Eine Verknüpfung mit einer anderen Vorlage lösen, mit Begründung."""

    art: ClassVar[str] = "verknuepfung_loesen"

    als: Verknuepfungsart
    mit: str
    grund: Grund

    def verify(self, z: Vorlage) -> None:
        if not _standing(z, self.als, self.mit):
            raise Unbekannt("So sind die beiden Vorlagen nicht verknüpft.")

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        weg = (self.als, self.mit)
        return z.model_copy(update={"verknuepfungen": tuple(v for v in z.verknuepfungen if (v.als, v.vorlage) != weg)})


def _standing(z: Vorlage, als: Verknuepfungsart, vorlage: str) -> bool:
    return any((v.als, v.vorlage) == (als, vorlage) for v in z.verknuepfungen)


class VerknuepfungGemeldet(Kommando[Vorlage]):
    """Was eine andere Vorlage über ihre Verknüpfung mit dieser mitteilt."""

    art: ClassVar[str] = "verknuepfung_gemeldet"
    tatsache: ClassVar[bool] = True

    stand: Gegenstueck

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        bekannt = next((g for g in z.gegenstuecke if g.vorlage == self.stand.vorlage), None)
        if bekannt and bekannt.revision >= self.stand.revision:
            return z
        andere = tuple(g for g in z.gegenstuecke if g is not bekannt)
        return z.model_copy(update={"gegenstuecke": (*andere, self.stand)})


def stated(z: Vorlage) -> tuple[Verknuepfung, ...]:
    """All that a paper says of its relation to others."""
    ersetzt = (Verknuepfung(als=Verknuepfungsart.ERSETZT_DURCH, vorlage=z.ersetzt_durch),) if z.ersetzt_durch else ()
    return (*z.verknuepfungen, *ersetzt)


def counterparts(z: Vorlage, andere: Iterable[Vorlage]) -> tuple[Gegenstueck, ...]:
    """Who has linked to it: as it was told while it was open, and as those whom the register knows say by now."""
    alle = {g.vorlage: g for g in z.gegenstuecke} | {a.id: as_counterpart(a, z.id) for a in andere}
    return tuple(g for g in alle.values() if g.als)


def as_counterpart(z: Vorlage, vorlage: str) -> Gegenstueck:
    """What the other paper is told of this one, as of its last entry."""
    erste = next((f.herausgabe for f in z.fassungen if f.herausgabe), None)
    return Gegenstueck(
        vorlage=z.id,
        revision=z.seq,
        als=tuple(v.als for v in stated(z) if v.vorlage == vorlage),
        name=z.vorlageart_name,
        nummer=z.nummer,
        herausgegeben_am=erste.am if erste else None,
        oeffentlich=z.oeffentlich and z.depubliziert is None,
    )


def links(vorher: Vorlage, nachher: Vorlage) -> Iterator[Ruf]:
    """The papers that this one links to, or did, learn what has changed of it."""
    for vorlage in dict.fromkeys(v.vorlage for z in (vorher, nachher) for v in z.verknuepfungen):
        neu = as_counterpart(nachher, vorlage)
        if neu.model_copy(update={"revision": 0}) != as_counterpart(vorher, vorlage).model_copy(update={"revision": 0}):
            ziel = workflow_id("vorlage", nachher, vorlage)
            yield call(nachher, "vorlage", ziel, "verknuepfung_gemeldet", None, stand=neu)


def answered(gegenstuecke: Iterable[Gegenstueck]) -> tuple[Gegenstueck, ...]:
    """The papers that have answered, once they may be shown: a draft answers nothing."""
    return tuple(g for g in gegenstuecke if Verknuepfungsart.BEANTWORTET in g.als and g.herausgegeben_am)
