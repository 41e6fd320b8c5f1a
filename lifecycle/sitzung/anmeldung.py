"""What comes onto the agenda and how: papers that ask, their facts, items of a cancelled meeting; and what asks to come off."""

import datetime as dt
from typing import ClassVar

from pydantic import PositiveInt

from lifecycle.ablehnung import Doppelt, FalscheStufe, Unbekannt, Unplausibel
from lifecycle.fristen import find
from lifecycle.fristregeln import ANTRAGSSCHLUSS
from lifecycle.kern import Kommando
from lifecycle.sitzung.nummerierung import verify_number, verify_part_of
from lifecycle.sitzung.tagesordnung import (
    VOR_ENDE,
    append_top,
    change_top,
    copy_of,
    find_top,
    new_id,
    take_copy,
    take_off,
    verify_part,
    without,
)
from schemas.basis import Grund, Text
from schemas.befehl import abgeleitet
from schemas.beratung import TopStatus, VorlageStand
from schemas.sitzung import Absage, Anmeldung, Lieferung, Ruecknahmebitte, Sitzung, Stufe, Top, TopVorlage
from schemas.vorlage import ENDEN as VORLAGE_ENDEN
from schemas.vorlage import Stufe as VorlageStufe


class AnmeldungEintragen(Kommando[Sitzung]):
    """Eine Vorlage meldet sich für die Tagesordnung an."""

    art: ClassVar[str] = "anmeldung"

    stand: VorlageStand
    beratung: PositiveInt
    oeffentlich: bool = True
    gremien: tuple[str, ...] = ()

    def verify(self, z: Sitzung) -> None:
        if z.stufe not in VOR_ENDE and self.geschehen is None:
            raise FalscheStufe(f"Die Sitzung ist schon {z.stufe.anzeige}; für sie kann sich keine Vorlage mehr anmelden.")
        eigene = {g.id for g in (z.gremium, *z.weitere_gremien) if g}
        if not eigene & set(self.gremien):
            raise Unplausibel("Das ist eine Sitzung eines anderen Gremiums als das der Station.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        eigene = (g.id for g in (z.gremium, *z.weitere_gremien) if g and g.id in self.gremien)
        neu = Anmeldung(
            vorlage=self.stand.vorlage,
            beratung=self.beratung,
            gremium=next(eigene, None),
            oeffentlich=self.oeffentlich,
            am=wann,
        )
        andere = tuple(a for a in z.anmeldungen if (a.vorlage, a.beratung) != (neu.vorlage, neu.beratung))
        return take_copy(z.model_copy(update={"anmeldungen": (*andere, neu)}), self.stand)


class AnmeldungZurueckgezogen(Kommando[Sitzung]):
    """Eine Vorlage ist nicht mehr angemeldet: sie hat geendet, oder ihre Station liegt anderswo."""

    art: ClassVar[str] = "anmeldung_zurueckgezogen"
    tatsache: ClassVar[bool] = True

    vorlage: str
    beratung: PositiveInt

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        weg = (self.vorlage, self.beratung)
        return z.model_copy(update={"anmeldungen": tuple(a for a in z.anmeldungen if (a.vorlage, a.beratung) != weg)})


class VorlageStandUebernehmen(Kommando[Sitzung]):
    """Was eine Vorlage der Sitzung über sich mitteilt."""

    art: ClassVar[str] = "vorlage_stand"
    tatsache: ClassVar[bool] = True

    stand: VorlageStand

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        z = take_copy(z, self.stand)
        if self.stand.stufe not in VORLAGE_ENDEN:
            return z
        if z.stufe is Stufe.GEPLANT:
            return without(z, self.stand.vorlage)
        if z.stufe is not Stufe.EINGELADEN:
            return z
        was = TopStatus.ABGESETZT if self.stand.stufe == VorlageStufe.ABGESCHLOSSEN else TopStatus.ZURUECKGEZOGEN
        return z.model_copy(update={"tops": tuple(self._taken_off(t, was) for t in z.tops)})

    def _taken_off(self, top: Top, was: TopStatus) -> Top:
        return take_off(top, self.stand.vorlage, was) if any(tv.vorlage == self.stand.vorlage for tv in top.vorlagen) else top


class Aufnehmen(Kommando[Sitzung]):
    """Eine Vorlage auf die Tagesordnung nehmen: als eigenen TOP oder zu einem vorhandenen („hierzu“)."""

    art: ClassVar[str] = "aufnehmen"
    von: ClassVar[frozenset[str] | None] = VOR_ENDE
    begruendungspflicht: ClassVar[bool] = True

    vorlage: str
    nummer: Text | None = None
    zu_top: PositiveInt | None = None
    unter: PositiveInt | None = None
    oeffentlich: bool | None = None
    beratung: PositiveInt | None = None
    lieferung: Lieferung | None = None
    stand: VorlageStand | None = abgeleitet()
    """The paper's facts as the door knows them: for one that nobody has registered."""

    def verify(self, z: Sitzung) -> None:
        verify_number(z.tops, self.nummer)
        verify_part(z, self.unter, self.oeffentlich)
        if self.zu_top is not None and find_top(z, self.zu_top) is None:
            raise Unbekannt(f"Einen Tagesordnungspunkt {self.zu_top} gibt es nicht.")
        if self.lieferung is Lieferung.REGULAER:
            raise Unplausibel("„regulaer“ folgt aus dem Zeitpunkt; angeben lassen sich nur „nachtrag“ und „tischvorlage“.")
        public = self._public(z)
        if public is None:
            raise Unplausibel("Diese Vorlage ist hier nicht bekannt. Bitte angeben, ob sie öffentlich beraten wird.")
        verify_part_of(self.nummer, public)
        stellen = [
            (top, tv) for top in z.tops for tv in top.vorlagen if tv.vorlage == self.vorlage and tv.status is TopStatus.OFFEN
        ]
        neue = {b.beratung for b in self._requests(z)} - {tv.beratung for _, tv in stellen}
        if any(top.oeffentlich == public for top, _ in stellen) and not neue:
            raise Doppelt("Die Vorlage steht schon auf der Tagesordnung.")
        dort, hier = find_top(z, self.zu_top), {b.beratung for b in self._requests(z)} or {self.beratung}
        if dort and any(tv.vorlage == self.vorlage and tv.beratung in hier for tv in dort.vorlagen):
            raise Doppelt("Die Vorlage steht schon an diesem Punkt. Bitte sie als eigenen Punkt aufnehmen.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        if z.stufe is not Stufe.GEPLANT:
            return ("nach der Einladung aufgenommen",)
        kopie = self._copy(z)
        zu_spaet = late_motion(z, kopie) if kopie and kopie.eingegangen_am else late(z, self._came(z, wann))
        return (zu_spaet,) if zu_spaet else ()

    def _came(self, z: Sitzung, wann: dt.datetime) -> dt.datetime:
        """When it was in: registered and released. What is not released yet is looked at when inviting."""
        kopie = self._copy(z)
        bitten = [b.am for b in self._requests(z) if b.am]
        return max(min(bitten, default=wann), (kopie.freigegeben_am if kopie else None) or min(bitten, default=wann))

    def _delivery(self, z: Sitzung, wann: dt.datetime) -> Lieferung:
        if self.lieferung:
            return self.lieferung
        if z.stufe is Stufe.EROEFFNET:
            return Lieferung.TISCHVORLAGE
        return Lieferung.NACHTRAG if self.breaches(z, wann) else Lieferung.REGULAER

    def _copy(self, z: Sitzung) -> VorlageStand | None:
        return copy_of(z, self.vorlage) or self.stand

    def _requests(self, z: Sitzung) -> tuple[Anmeldung, ...]:
        """Its requests, for the station that is named or for all: in a joint meeting there may be one for each committee."""
        return tuple(a for a in z.anmeldungen if a.vorlage == self.vorlage and self.beratung in (None, a.beratung))

    def _public(self, z: Sitzung) -> bool | None:
        """In which part: where its item stands; as it says; as was asked; as the paper is. None where nobody knows."""
        bitten, ziel, kopie = self._requests(z), find_top(z, self.zu_top or self.unter), self._copy(z)
        if ziel is not None:
            return ziel.oeffentlich
        if self.oeffentlich is not None:
            return self.oeffentlich
        if bitten:
            return all(b.oeffentlich for b in bitten)
        return kopie.oeffentlich if kopie else None

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        bitten, kopie = self._requests(z), self._copy(z)
        lieferung = self._delivery(z, wann)
        stellen = [(b.beratung, b.gremium) for b in bitten] or [(self.beratung, None)]
        vorlagen = tuple(TopVorlage(vorlage=self.vorlage, beratung=b, gremium=g, lieferung=lieferung) for b, g in stellen)
        public = self._public(z) is not False
        z = z.model_copy(update={"anmeldungen": tuple(a for a in z.anmeldungen if a not in bitten)})
        z = take_copy(z, self.stand) if self.stand else z
        if self.zu_top is not None:
            return change_top(z, self.zu_top, lambda t: t.model_copy(update={"vorlagen": (*t.vorlagen, *vorlagen)}))
        return append_top(
            z,
            nummer=self.nummer,
            titel=kopie.betreff if kopie else "",
            bezeichnung=kopie.bezeichnung if kopie else None,
            oeffentlich=public,
            vorlagen=vorlagen,
            unter=self.unter,
        )


def late(z: Sitzung, wann: dt.datetime) -> str | None:
    """The rule that is broken by what comes at that time: the Vorlagenschluss. None if it is in time, or there is none."""
    schluss = find(z, "vorlagenschluss")
    if schluss is None or wann < schluss.faellig:
        return None
    return f"nach dem Vorlagenschluss am {schluss.letzter_tag:%d.%m.%Y} vorgelegt ({schluss.regel})"


def late_motion(z: Sitzung, kopie: VorlageStand) -> str | None:
    """The same of a motion or question: what counts is when it came in, not when it was accepted or registered."""
    schluss = find(z, ANTRAGSSCHLUSS) or find(z, "vorlagenschluss")
    if schluss is None or kopie.eingegangen_am is None or kopie.eingegangen_am < schluss.faellig:
        return None
    return f"nach dem {schluss.zweck} am {schluss.letzter_tag:%d.%m.%Y} eingegangen ({schluss.regel})"


class AnmeldungAblehnen(Kommando[Sitzung]):
    """Eine angemeldete Vorlage nicht auf die Tagesordnung nehmen, mit Begründung."""

    art: ClassVar[str] = "anmeldung_ablehnen"

    vorlage: str
    grund: Grund

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


class TopsUebernehmen(Kommando[Sitzung]):
    """Punkte einer abgesagten Sitzung übernehmen."""

    art: ClassVar[str] = "tops_uebernehmen"
    tatsache: ClassVar[bool] = True

    sitzung: str
    punkte: tuple[Top, ...]
    staende: tuple[VorlageStand, ...] = ()

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        if not self.punkte or z.stufe not in VOR_ENDE:
            return ()
        if z.stufe is not Stufe.GEPLANT:
            return ("nach der Einladung Punkte einer abgesagten Sitzung übernommen",)
        zu_spaet = late(z, wann)
        return (zu_spaet,) if zu_spaet else ()

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        if z.stufe not in VOR_ENDE:
            satz = f"{len(self.punkte)} Punkte einer abgesagten Sitzung kamen zu spät; bitte sie in eine andere nehmen."
            return z.model_copy(update={"hinweise": (*z.hinweise, satz)})
        lieferung = Lieferung.NACHTRAG if self.breaches(z, wann) else Lieferung.REGULAER
        for stand in self.staende:
            z = take_copy(z, stand)
        neue: dict[int, int] = {}
        for punkt in self.punkte:
            z = self._take(z, punkt, neue, lieferung)
        return z

    def _take(self, z: Sitzung, punkt: Top, neue: dict[int, int], lieferung: Lieferung) -> Sitzung:
        """One item, in the place that it had: ``neue`` says which new id the items before it have got."""
        offen = tuple(
            TopVorlage(vorlage=tv.vorlage, beratung=tv.beratung, gremium=tv.gremium, lieferung=lieferung)
            for tv in punkt.vorlagen
            if tv.status is TopStatus.OFFEN
            and all((tv.vorlage, tv.beratung) != (da.vorlage, da.beratung) for t in z.tops for da in t.vorlagen)
        )
        if punkt.vorlagen and not offen:
            return z
        neue[punkt.id] = new_id(z)
        felder = {
            "titel": punkt.titel,
            "bezeichnung": punkt.bezeichnung,
            "vorlagen": offen,
            "unter": neue.get(punkt.unter or 0),
            "verbunden_mit": neue.get(punkt.verbunden_mit or 0),
        }
        return append_top(z, nummer=None, oeffentlich=punkt.oeffentlich, **felder)


class RuecknahmebitteEintragen(Kommando[Sitzung]):
    """Ein Amt bittet, seine Vorlage von der Tagesordnung zu nehmen."""

    art: ClassVar[str] = "ruecknahmebitte"

    vorlage: str
    grund: Grund

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
