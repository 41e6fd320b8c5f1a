"""The agenda: what papers ask for, what goes on, under which number, and what comes off again."""

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

from pydantic import PositiveInt

from lifecycle.ablehnung import FalscheStufe, Unbekannt, Unplausibel
from lifecycle.kern import Kommando
from lifecycle.sitzung.nummerierung import family, inserted, moved, renumbered, verify_number, verify_part_of
from schemas.basis import Grund, Text
from schemas.beratung import TopStatus, VorlageStand
from schemas.sitzung import Sitzung, Stufe, Top

VOR_EINLADUNG = frozenset({Stufe.GEPLANT})
VOR_ENDE = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN, Stufe.EROEFFNET})


def find_top(z: Sitzung, nr: int | None) -> Top | None:
    """The item with that id."""
    return next((top for top in z.tops if top.id == nr), None)


def change_top(z: Sitzung, nr: int, aendere: Callable[[Top], Top]) -> Sitzung:
    """The meeting with one item changed."""
    return z.model_copy(update={"tops": tuple(aendere(t) if t.id == nr else t for t in z.tops)})


def append_top(z: Sitzung, *, nummer: str | None, oeffentlich: bool, **felder: Any) -> Sitzung:
    """The meeting with a new item, in its place and numbered. Its id is never used again; a part is as public as its item."""
    neu = Top(id=new_id(z), nummer=nummer or "", nummer_fest=nummer is not None, oeffentlich=oeffentlich, **felder)
    eltern = find_top(z, neu.unter)
    if eltern:
        neu = neu.model_copy(update={"oeffentlich": eltern.oeffentlich})
    return z.model_copy(update={"tops": inserted(z.tops, neu, fest=z.stufe is not Stufe.GEPLANT)})


def new_id(z: Sitzung) -> int:
    """The id that the next item gets."""
    return max(z.letzte_top, *(t.id for t in z.tops), 0) + 1


def without(z: Sitzung, vorlage: str | None, nr: int | None = None) -> Sitzung:
    """A draft agenda without that paper, or without that item and its parts; what is left is numbered anew."""
    weg = family(z.tops, nr) if nr is not None and vorlage is None else frozenset()
    tops = (_without_paper(t, vorlage) if vorlage and nr in (None, t.id) else t for t in z.tops if t.id not in weg)
    bleibt = tuple(t for t in tops if t is not None)
    return z.model_copy(update={"tops": renumbered(bleibt), "letzte_top": new_id(z) - 1})


def _without_paper(top: Top, vorlage: str) -> Top | None:
    rest = tuple(tv for tv in top.vorlagen if tv.vorlage != vorlage)
    if len(rest) == len(top.vorlagen):
        return top
    return top.model_copy(update={"vorlagen": rest}) if rest else None


def verify_parent(z: Sitzung, unter: int | None) -> None:
    """Raises a refusal for a part of an item that there is not."""
    if unter is not None and find_top(z, unter) is None:
        raise Unbekannt(f"Einen Tagesordnungspunkt {unter} gibt es nicht.")


def verify_part(z: Sitzung, unter: int | None, oeffentlich: bool | None) -> None:
    """Raises a refusal for a part of an item that should stand in the other part of the agenda."""
    verify_parent(z, unter)
    eltern = find_top(z, unter)
    if eltern and oeffentlich is not None and oeffentlich != eltern.oeffentlich:
        raise Unplausibel("Ein Unterpunkt steht im selben Teil der Tagesordnung wie sein Punkt.")


def copy_of(z: Sitzung, vorlage: str) -> VorlageStand | None:
    """The copy of a paper's facts, if it has come."""
    return next((v for v in z.vorlagen if v.vorlage == vorlage), None)


def take_copy(z: Sitzung, stand: VorlageStand) -> Sitzung:
    """The meeting with a paper's facts, unless it knows newer ones."""
    schon = copy_of(z, stand.vorlage)
    if schon and schon.revision >= stand.revision:
        return z
    return z.model_copy(update={"vorlagen": (*(v for v in z.vorlagen if v.vorlage != stand.vorlage), stand)})


class TopErgaenzen(Kommando[Sitzung]):
    """Einen Tagesordnungspunkt ohne Vorlage aufnehmen."""

    art: ClassVar[str] = "top_ergaenzen"
    von: ClassVar[frozenset[str] | None] = VOR_ENDE

    titel: Text
    nummer: Text | None = None
    unter: PositiveInt | None = None
    oeffentlich: bool | None = None
    bezeichnung: Text | None = None

    def _public(self, z: Sitzung) -> bool:
        eltern = find_top(z, self.unter)
        return eltern.oeffentlich if eltern else self.oeffentlich is not False

    def verify(self, z: Sitzung) -> None:
        verify_number(z.tops, self.nummer)
        verify_part(z, self.unter, self.oeffentlich)
        verify_part_of(self.nummer, self._public(z))
        if not self.titel:
            raise Unplausibel("Der Tagesordnungspunkt braucht einen Titel.")
        if not self._public(z) and not self.bezeichnung:
            raise Unplausibel("Ein nichtöffentlicher Punkt braucht eine neutrale Bezeichnung für die Öffentlichkeit.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        return () if z.stufe is Stufe.GEPLANT else ("nach der Einladung aufgenommen",)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return append_top(
            z,
            nummer=self.nummer,
            titel=self.titel,
            bezeichnung=self.bezeichnung,
            oeffentlich=self._public(z),
            unter=self.unter,
        )


class TopAendern(Kommando[Sitzung]):
    """Nummer oder Titel eines Tagesordnungspunktes ändern, solange nicht eingeladen ist."""

    art: ClassVar[str] = "top_aendern"
    von: ClassVar[frozenset[str] | None] = VOR_EINLADUNG

    top: PositiveInt
    nummer: Text | None = None
    titel: Text | None = None

    def verify(self, z: Sitzung) -> None:
        top = _verify_top(z, self.top)
        verify_number(z.tops, self.nummer, self.top)
        verify_part_of(self.nummer, top.oeffentlich)
        if not self.nummer and not self.titel:
            raise Unplausibel("Es ist nichts angegeben, was sich ändern soll (Nummer oder Titel).")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        neu = {n: getattr(self, n) for n in ("nummer", "titel") if getattr(self, n)}
        neu |= {"nummer_fest": True} if self.nummer else {}
        z = change_top(z, self.top, lambda t: t.model_copy(update=neu))
        return z.model_copy(update={"tops": renumbered(z.tops)})


def _verify_top(z: Sitzung, nr: int) -> Top:
    top = find_top(z, nr)
    if top is None:
        da = ", ".join(f"{t.id} ({t.nummer})" for t in z.tops) or "keinen"
        raise Unbekannt(f"Einen Tagesordnungspunkt {nr} gibt es nicht. Es gibt: {da}.")
    return top


class TopsOrdnen(Kommando[Sitzung]):
    """Die Tagesordnung umstellen, solange nicht eingeladen ist. Die Nummern folgen der Reihenfolge, Unterpunkte ihrem Punkt."""

    art: ClassVar[str] = "tops_ordnen"
    von: ClassVar[frozenset[str] | None] = VOR_EINLADUNG

    tops: tuple[PositiveInt, ...]

    def verify(self, z: Sitzung) -> None:
        if sorted(self.tops) != sorted(t.id for t in z.tops):
            alle = ", ".join(f"{t.id} ({t.nummer})" for t in z.tops)
            raise Unplausibel(f"Bitte jeden Punkt genau einmal nennen, in der neuen Reihenfolge. Es gibt: {alle}.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        platz = {nr: i for i, nr in enumerate(self.tops)}
        return z.model_copy(update={"tops": renumbered(tuple(sorted(z.tops, key=lambda t: platz.get(t.id, 0))))})


class TopVerschieben(Kommando[Sitzung]):
    """Einen Punkt in den öffentlichen oder nichtöffentlichen Teil verschieben; in der Sitzung durch Beschluss."""

    art: ClassVar[str] = "top_verschieben"
    von: ClassVar[frozenset[str] | None] = VOR_ENDE

    top: PositiveInt
    oeffentlich: bool
    grund: Grund
    bezeichnung: Text | None = None

    def verify(self, z: Sitzung) -> None:
        top = _verify_top(z, self.top)
        if top.oeffentlich == self.oeffentlich:
            raise Unplausibel("Der Punkt steht schon in diesem Teil der Tagesordnung.")
        if not self.oeffentlich and not (self.bezeichnung or top.bezeichnung):
            raise Unplausibel("Ein nichtöffentlicher Punkt braucht eine neutrale Bezeichnung für die Öffentlichkeit.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        mit = family(z.tops, self.top)
        z = z.model_copy(
            update={"tops": moved(z.tops, self.top, oeffentlich=self.oeffentlich, fest=z.stufe is not Stufe.GEPLANT)}
        )
        z = change_top(z, self.top, lambda t: t.model_copy(update={"bezeichnung": self.bezeichnung or t.bezeichnung}))
        teile = (t.model_copy(update={"oeffentlich": self.oeffentlich}) if t.top in mit else t for t in z.niederschrift)
        return z.model_copy(update={"niederschrift": tuple(teile)})


class TopsVerbinden(Kommando[Sitzung]):
    """Tagesordnungspunkte gemeinsam beraten. Jede Vorlage behält ihr eigenes Ergebnis."""

    art: ClassVar[str] = "tops_verbinden"
    von: ClassVar[frozenset[str] | None] = VOR_ENDE

    haupt: PositiveInt
    tops: tuple[PositiveInt, ...]

    def verify(self, z: Sitzung) -> None:
        alle = {_verify_top(z, nr).oeffentlich for nr in (self.haupt, *self.tops)}
        if len(alle) > 1:
            raise Unplausibel("Öffentliche und nichtöffentliche Punkte lassen sich nicht verbinden.")
        if self.haupt in self.tops:
            raise Unplausibel("Ein Punkt lässt sich nicht mit sich selbst verbinden.")
        haupt = _verify_top(z, self.haupt)
        if haupt.verbunden_mit or any(t.verbunden_mit in self.tops for t in z.tops):
            raise Unplausibel(
                "Einer der Punkte ist schon mit einem anderen verbunden. Bitte alle mit demselben Hauptpunkt verbinden."
            )

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        neu = {"verbunden_mit": self.haupt}
        return z.model_copy(update={"tops": tuple(t.model_copy(update=neu) if t.id in self.tops else t for t in z.tops)})


class Absetzen(Kommando[Sitzung]):
    """Einen Tagesordnungspunkt absetzen: er wird nicht behandelt. Nach der Einladung bleibt er stehen und behält seine Nummer."""

    art: ClassVar[str] = "absetzen"
    von: ClassVar[frozenset[str] | None] = VOR_ENDE

    top: PositiveInt
    grund: Grund
    vorlage: str | None = None

    def verify(self, z: Sitzung) -> None:
        top = _verify_top(z, self.top)
        if self.vorlage and all(tv.vorlage != self.vorlage for tv in top.vorlagen):
            raise Unbekannt("Diese Vorlage steht nicht an diesem Tagesordnungspunkt.")
        if top.status is not TopStatus.OFFEN:
            raise FalscheStufe(f"Der Tagesordnungspunkt ist schon {top.status.value}.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        if z.stufe is Stufe.GEPLANT:
            return without(z, self.vorlage, self.top)
        return change_top(z, self.top, lambda t: take_off(t, self.vorlage, TopStatus.ABGESETZT))


def take_off(top: Top, vorlage: str | None, status: TopStatus) -> Top:
    """The item with one paper (or all) off; the item as a whole, when nothing is left on it."""
    neu = tuple(
        tv.model_copy(update={"status": status}) if vorlage in (None, tv.vorlage) and tv.status is TopStatus.OFFEN else tv
        for tv in top.vorlagen
    )
    offen = any(tv.status is TopStatus.OFFEN for tv in neu)
    behandelt = any(tv.status is TopStatus.BEHANDELT for tv in neu)
    ganz = TopStatus.OFFEN if offen else TopStatus.BEHANDELT if behandelt else status
    return top.model_copy(update={"vorlagen": neu, "status": ganz})
