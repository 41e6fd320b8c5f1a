"""The agenda: what papers ask for, what goes on, under which number, and what comes off again."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar

from pydantic import PositiveInt

from lifecycle.ablehnung import Doppelt, FalscheStufe, Unbekannt, Unplausibel
from lifecycle.kern import Kommando
from schemas.basis import Grund, Text
from schemas.beratung import TopStatus, VorlageStand
from schemas.sitzung import Sitzung, Stufe, Top

VOR_EINLADUNG = frozenset({Stufe.GEPLANT})
VOR_ENDE = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN, Stufe.EROEFFNET})
NUMMER = re.compile(r"^[ÖN] [0-9]+(\.[0-9]+)*[a-z]?$|^[0-9A-Za-z]+(\.[0-9]+)*\.?$")


def find_top(z: Sitzung, nr: int | None) -> Top | None:
    """The item with that id."""
    return next((top for top in z.tops if top.id == nr), None)


def change_top(z: Sitzung, nr: int, aendere: Callable[[Top], Top]) -> Sitzung:
    """The meeting with one item changed."""
    return z.model_copy(update={"tops": tuple(aendere(t) if t.id == nr else t for t in z.tops)})


def next_number(z: Sitzung, oeffentlich: bool) -> str:
    """The next free number of the public or non-public part."""
    teil = "Ö" if oeffentlich else "N"
    haupt = [int(m[1]) for top in z.tops if (m := re.match(rf"^{teil} (\d+)", top.nummer))]
    return f"{teil} {max(haupt, default=0) + 1}"


def append_top(z: Sitzung, *, nummer: str | None, oeffentlich: bool, **felder: Any) -> Sitzung:
    """A new item at the end of its part, before the standing items that close it; a part of an item behind that one's others.

    Its id is never used again. ``nummer`` None: the next free one; while nobody is invited, closing items move up by one.
    """
    neu = Top(id=max((t.id for t in z.tops), default=0) + 1, nummer=nummer or "", oeffentlich=oeffentlich, **felder)
    if neu.unter is not None:
        return _append_part(z, neu)
    schluss = tuple(t for t in z.tops if t.am_ende and t.oeffentlich == oeffentlich) if z.stufe is Stufe.GEPLANT else ()
    davor = z.model_copy(update={"tops": tuple(t for t in z.tops if t not in schluss)})
    for top in (neu, *schluss):
        gezaehlt = top.model_copy(update={"nummer": nummer if top is neu and nummer else next_number(davor, oeffentlich)})
        davor = davor.model_copy(update={"tops": (*davor.tops, gezaehlt)})
    return davor


def _append_part(z: Sitzung, neu: Top) -> Sitzung:
    familie = [i for i, t in enumerate(z.tops) if neu.unter in (t.id, t.unter)]
    eltern = find_top(z, neu.unter)
    if neu.nummer == "" and eltern:
        neu = neu.model_copy(update={"nummer": f"{eltern.nummer}.{len(familie)}"})
    stelle = familie[-1] + 1 if familie else len(z.tops)
    return z.model_copy(update={"tops": (*z.tops[:stelle], neu, *z.tops[stelle:])})


def renumbered(tops: tuple[Top, ...]) -> tuple[Top, ...]:
    """The items numbered anew in their order: Ö and N apart, parts of an item below it ("Ö 5.1")."""
    zaehler: dict[str, int] = defaultdict(int)
    nummern: dict[int, str] = {}
    for top in tops:
        davor = f"{nummern[top.unter]}." if top.unter in nummern else ("Ö " if top.oeffentlich else "N ")
        zaehler[davor] += 1
        nummern[top.id] = f"{davor}{zaehler[davor]}"
    return tuple(t.model_copy(update={"nummer": nummern[t.id]}) for t in tops)


def verify_number(z: Sitzung, nummer: str | None, ausser: int | None = None) -> None:
    """Raises a refusal for a number that is malformed or taken."""
    if nummer is None:
        return
    if not NUMMER.match(nummer):
        raise Unplausibel(f"„{nummer}“ ist keine TOP-Nummer. Beispiele: „Ö 12“, „Ö 4.2“, „N 3“, „12.2.1“.")
    if any(top.nummer == nummer and top.id != ausser for top in z.tops):
        raise Doppelt(f"Die TOP-Nummer „{nummer}“ ist schon vergeben.")


def verify_parent(z: Sitzung, unter: int | None) -> None:
    """Raises a refusal for a part of an item that there is not."""
    if unter is not None and find_top(z, unter) is None:
        raise Unbekannt(f"Einen Tagesordnungspunkt {unter} gibt es nicht.")


def copy_of(z: Sitzung, vorlage: str) -> VorlageStand | None:
    """The copy of a paper's facts, if it has come."""
    return next((v for v in z.vorlagen if v.vorlage == vorlage), None)


class TopErgaenzen(Kommando[Sitzung]):
    """Einen Tagesordnungspunkt ohne Vorlage aufnehmen."""

    art: ClassVar[str] = "top_ergaenzen"
    von: ClassVar[frozenset[str] | None] = VOR_ENDE

    titel: Text
    nummer: Text | None = None
    unter: PositiveInt | None = None
    oeffentlich: bool = True
    bezeichnung: Text | None = None

    def verify(self, z: Sitzung) -> None:
        verify_number(z, self.nummer)
        verify_parent(z, self.unter)
        if not self.titel:
            raise Unplausibel("Der Tagesordnungspunkt braucht einen Titel.")
        if not self.oeffentlich and not self.bezeichnung:
            raise Unplausibel("Ein nichtöffentlicher Punkt braucht eine neutrale Bezeichnung für die Öffentlichkeit.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        return () if z.stufe is Stufe.GEPLANT else ("nach der Einladung aufgenommen",)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return append_top(
            z,
            nummer=self.nummer,
            titel=self.titel,
            bezeichnung=self.bezeichnung,
            oeffentlich=self.oeffentlich,
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
        _verify_top(z, self.top)
        verify_number(z, self.nummer, self.top)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        neu = {n: getattr(self, n) for n in ("nummer", "titel") if getattr(self, n)}
        return change_top(z, self.top, lambda t: t.model_copy(update=neu))


def _verify_top(z: Sitzung, nr: int) -> Top:
    top = find_top(z, nr)
    if top is None:
        da = ", ".join(f"{t.id} ({t.nummer})" for t in z.tops) or "keinen"
        raise Unbekannt(f"Einen Tagesordnungspunkt {nr} gibt es nicht. Es gibt: {da}.")
    return top


class TopsOrdnen(Kommando[Sitzung]):
    """Die Tagesordnung umstellen, solange nicht eingeladen ist. Die Nummern folgen der neuen Reihenfolge."""

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
        nummer = next_number(z, self.oeffentlich)
        z = change_top(
            z,
            self.top,
            lambda t: t.model_copy(
                update={
                    "oeffentlich": self.oeffentlich,
                    "bezeichnung": self.bezeichnung or t.bezeichnung,
                    "nummer": nummer,
                    "unter": None,
                }
            ),
        )
        return z.model_copy(update={"tops": renumbered(z.tops)}) if z.stufe is Stufe.GEPLANT else z


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

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        neu = {"verbunden_mit": self.haupt}
        return z.model_copy(update={"tops": tuple(t.model_copy(update=neu) if t.id in self.tops else t for t in z.tops)})


class Absetzen(Kommando[Sitzung]):
    """Einen Tagesordnungspunkt absetzen: er wird nicht behandelt. Nach der Einladung behält er seine Nummer."""

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
