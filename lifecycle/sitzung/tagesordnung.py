"""The agenda: what papers ask for, what goes on, under which number, and what comes off again."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, ClassVar

from pydantic import PositiveInt

from lifecycle.ablehnung import Doppelt, FalscheStufe, Unbekannt, Unplausibel
from lifecycle.kern import Kommando
from schemas.basis import Text
from schemas.beratung import TopStatus, VorlageStand
from schemas.sitzung import Absage, Anmeldung, Ruecknahmebitte, Sitzung, Stufe, Top, TopVorlage
from schemas.vorlage import ENDEN as VORLAGE_ENDEN

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


def append_top(z: Sitzung, **felder: Any) -> Sitzung:
    """A new item at the end. Its id is never used again."""
    neu = Top(id=max((t.id for t in z.tops), default=0) + 1, **felder)
    return z.model_copy(update={"tops": (*z.tops, neu)})


def verify_number(z: Sitzung, nummer: str | None, ausser: int | None = None) -> None:
    """Raises a refusal for a number that is malformed or taken."""
    if nummer is None:
        return
    if not NUMMER.match(nummer):
        raise Unplausibel(f"„{nummer}“ ist keine TOP-Nummer. Beispiele: „Ö 12“, „Ö 4.2“, „N 3“, „12.2.1“.")
    if any(top.nummer == nummer and top.id != ausser for top in z.tops):
        raise Doppelt(f"Die TOP-Nummer „{nummer}“ ist schon vergeben.")


def copy_of(z: Sitzung, vorlage: str) -> VorlageStand | None:
    """The copy of a paper's facts, if it has come."""
    return next((v for v in z.vorlagen if v.vorlage == vorlage), None)


def _take_copy(z: Sitzung, stand: VorlageStand) -> Sitzung:
    schon = copy_of(z, stand.vorlage)
    if schon and schon.revision >= stand.revision:
        return z
    return z.model_copy(update={"vorlagen": (*(v for v in z.vorlagen if v.vorlage != stand.vorlage), stand)})


class AnmeldungEintragen(Kommando[Sitzung]):
    """Eine Vorlage meldet sich für die Tagesordnung an."""

    art: ClassVar[str] = "anmeldung"

    stand: VorlageStand
    beratung: PositiveInt
    oeffentlich: bool = True
    gremien: tuple[str, ...] = ()

    def verify(self, z: Sitzung) -> None:
        if z.stufe not in VOR_EINLADUNG and self.geschehen is None:
            raise FalscheStufe(f"Die Sitzung ist schon {z.stufe.anzeige}; die Tagesordnung ist fest.")
        eigene = {g.id for g in (z.gremium, *z.weitere_gremien) if g}
        if not eigene & set(self.gremien):
            raise Unplausibel("Das ist eine Sitzung eines anderen Gremiums als das der Station.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        neu = Anmeldung(vorlage=self.stand.vorlage, beratung=self.beratung, oeffentlich=self.oeffentlich)
        andere = tuple(a for a in z.anmeldungen if a.vorlage != neu.vorlage)
        return _take_copy(z.model_copy(update={"anmeldungen": (*andere, neu)}), self.stand)


class VorlageStandUebernehmen(Kommando[Sitzung]):
    """Was eine Vorlage der Sitzung über sich mitteilt."""

    art: ClassVar[str] = "vorlage_stand"
    tatsache: ClassVar[bool] = True

    stand: VorlageStand

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        z = _take_copy(z, self.stand)
        if self.stand.stufe not in VORLAGE_ENDEN or z.stufe is not Stufe.GEPLANT:
            return z
        tops = tuple(_without(top, self.stand.vorlage) for top in z.tops)
        return z.model_copy(update={"tops": tuple(t for t in tops if t is not None)})


def _without(top: Top, vorlage: str) -> Top | None:
    rest = tuple(tv for tv in top.vorlagen if tv.vorlage != vorlage)
    if len(rest) == len(top.vorlagen):
        return top
    return top.model_copy(update={"vorlagen": rest}) if rest else None


class Aufnehmen(Kommando[Sitzung]):
    """Eine Vorlage auf die Tagesordnung nehmen: als eigenen TOP oder zu einem vorhandenen („hierzu“)."""

    art: ClassVar[str] = "aufnehmen"
    von: ClassVar[frozenset[str] | None] = VOR_ENDE
    begruendungspflicht: ClassVar[bool] = True

    vorlage: str
    nummer: Text | None = None
    zu_top: PositiveInt | None = None
    oeffentlich: bool | None = None
    beratung: PositiveInt | None = None

    def verify(self, z: Sitzung) -> None:
        verify_number(z, self.nummer)
        if self.zu_top is not None and find_top(z, self.zu_top) is None:
            raise Unbekannt(f"Einen Tagesordnungspunkt {self.zu_top} gibt es nicht.")
        public = self._public(z)
        if any(tv.vorlage == self.vorlage and top.oeffentlich == public for top in z.tops for tv in top.vorlagen):
            raise Doppelt("Die Vorlage steht schon auf der Tagesordnung.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        return () if z.stufe is Stufe.GEPLANT else ("nach der Einladung aufgenommen",)

    def _request(self, z: Sitzung) -> Anmeldung | None:
        return next((a for a in z.anmeldungen if a.vorlage == self.vorlage), None)

    def _public(self, z: Sitzung) -> bool:
        bitte, ziel = self._request(z), find_top(z, self.zu_top)
        if ziel is not None:
            return ziel.oeffentlich
        return self.oeffentlich if self.oeffentlich is not None else bitte is None or bitte.oeffentlich

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        bitte = self._request(z)
        public = self._public(z)
        tv = TopVorlage(vorlage=self.vorlage, beratung=self.beratung or (bitte.beratung if bitte else None))
        z = z.model_copy(update={"anmeldungen": tuple(a for a in z.anmeldungen if a is not bitte)})
        if self.zu_top is not None:
            return change_top(z, self.zu_top, lambda t: t.model_copy(update={"vorlagen": (*t.vorlagen, tv)}))
        kopie = copy_of(z, self.vorlage)
        return append_top(
            z,
            nummer=self.nummer or next_number(z, public),
            titel=kopie.betreff if kopie else "",
            bezeichnung=kopie.bezeichnung if kopie else None,
            oeffentlich=public,
            vorlagen=(tv,),
        )


class AnmeldungAblehnen(Kommando[Sitzung]):
    """Eine angemeldete Vorlage nicht auf die Tagesordnung nehmen, mit Begründung."""

    art: ClassVar[str] = "anmeldung_ablehnen"

    vorlage: str
    grund: Text

    def verify(self, z: Sitzung) -> None:
        if all(a.vorlage != self.vorlage for a in z.anmeldungen):
            raise Unbekannt("Diese Vorlage ist hier nicht angemeldet.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return z.model_copy(
            update={
                "anmeldungen": tuple(a for a in z.anmeldungen if a.vorlage != self.vorlage),
                "abgelehnt": (*z.abgelehnt, Absage(vorlage=self.vorlage, grund=self.grund)),
            }
        )


class TopErgaenzen(Kommando[Sitzung]):
    """Einen Tagesordnungspunkt ohne Vorlage aufnehmen."""

    art: ClassVar[str] = "top_ergaenzen"
    von: ClassVar[frozenset[str] | None] = VOR_ENDE

    titel: Text
    nummer: Text | None = None
    oeffentlich: bool = True
    bezeichnung: Text | None = None

    def verify(self, z: Sitzung) -> None:
        verify_number(z, self.nummer)
        if not self.titel:
            raise Unplausibel("Der Tagesordnungspunkt braucht einen Titel.")
        if not self.oeffentlich and not self.bezeichnung:
            raise Unplausibel("Ein nichtöffentlicher Punkt braucht eine neutrale Bezeichnung für die Öffentlichkeit.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        return () if z.stufe is Stufe.GEPLANT else ("nach der Einladung aufgenommen",)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return append_top(
            z,
            nummer=self.nummer or next_number(z, self.oeffentlich),
            titel=self.titel,
            bezeichnung=self.bezeichnung,
            oeffentlich=self.oeffentlich,
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
    grund: Text
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


class RuecknahmebitteEintragen(Kommando[Sitzung]):
    """Ein Amt bittet, seine Vorlage von der Tagesordnung zu nehmen."""

    art: ClassVar[str] = "ruecknahmebitte"

    vorlage: str
    grund: Text

    def verify(self, z: Sitzung) -> None:
        offen = any(tv.vorlage == self.vorlage and tv.status is TopStatus.OFFEN for top in z.tops for tv in top.vorlagen)
        if not offen:
            raise FalscheStufe("Die Vorlage steht hier nicht (mehr) zur Beratung.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        neu = Ruecknahmebitte(vorlage=self.vorlage, grund=self.grund)
        return z.model_copy(update={"ruecknahmebitten": (*z.ruecknahmebitten, neu)})


class RuecknahmeEntscheiden(Kommando[Sitzung]):
    """Über die Bitte um Rücknahme entscheiden. Der TOP behält seine Nummer und wird gekennzeichnet."""

    art: ClassVar[str] = "ruecknahme_entscheiden"

    vorlage: str
    angenommen: bool
    grund: Text = ""

    def verify(self, z: Sitzung) -> None:
        if all(b.vorlage != self.vorlage for b in z.ruecknahmebitten):
            raise Unbekannt("Für diese Vorlage ist keine Rücknahme erbeten.")
        if not self.angenommen and not self.grund:
            raise Unplausibel("Eine Ablehnung braucht eine Begründung.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        z = z.model_copy(update={"ruecknahmebitten": tuple(b for b in z.ruecknahmebitten if b.vorlage != self.vorlage)})
        if not self.angenommen:
            neu = Absage(vorlage=self.vorlage, grund=self.grund, ruecknahme=True)
            return z.model_copy(update={"abgelehnt": (*z.abgelehnt, neu)})
        return z.model_copy(
            update={
                "tops": tuple(
                    take_off(t, self.vorlage, TopStatus.ZURUECKGEZOGEN)
                    if any(tv.vorlage == self.vorlage for tv in t.vorlagen)
                    else t
                    for t in z.tops
                )
            }
        )
