"""What comes onto the agenda and how: papers that ask, their facts, items of a cancelled meeting; and what asks to come off."""

import datetime as dt
from typing import ClassVar

from pydantic import PositiveInt

from lifecycle.ablehnung import Doppelt, FalscheStufe, Unbekannt, Unplausibel
from lifecycle.fristen import find
from lifecycle.kern import Kommando
from lifecycle.sitzung.tagesordnung import (
    VOR_EINLADUNG,
    VOR_ENDE,
    append_top,
    change_top,
    copy_of,
    find_top,
    take_off,
    verify_number,
    verify_parent,
)
from schemas.basis import Grund, Text
from schemas.beratung import TopStatus, VorlageStand
from schemas.sitzung import Absage, Anmeldung, Lieferung, Ruecknahmebitte, Sitzung, Stufe, Top, TopVorlage
from schemas.vorlage import ENDEN as VORLAGE_ENDEN


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
        neu = Anmeldung(vorlage=self.stand.vorlage, beratung=self.beratung, oeffentlich=self.oeffentlich, am=wann)
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
    unter: PositiveInt | None = None
    oeffentlich: bool | None = None
    beratung: PositiveInt | None = None
    lieferung: Lieferung | None = None

    def verify(self, z: Sitzung) -> None:
        verify_number(z, self.nummer)
        verify_parent(z, self.unter)
        if self.zu_top is not None and find_top(z, self.zu_top) is None:
            raise Unbekannt(f"Einen Tagesordnungspunkt {self.zu_top} gibt es nicht.")
        public = self._public(z)
        if any(tv.vorlage == self.vorlage and top.oeffentlich == public for top in z.tops for tv in top.vorlagen):
            raise Doppelt("Die Vorlage steht schon auf der Tagesordnung.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        if z.stufe is not Stufe.GEPLANT:
            return ("nach der Einladung aufgenommen",)
        schluss = find(z, "vorlagenschluss")
        if schluss is None or self._came(z, wann) < schluss.faellig:
            return ()
        return (f"nach dem Vorlagenschluss am {schluss.letzter_tag:%d.%m.%Y} angemeldet ({schluss.regel})",)

    def _came(self, z: Sitzung, wann: dt.datetime) -> dt.datetime:
        bitte = self._request(z)
        return bitte.am if bitte and bitte.am else wann

    def _delivery(self, z: Sitzung, wann: dt.datetime) -> Lieferung:
        if self.lieferung:
            return self.lieferung
        if z.stufe is Stufe.EROEFFNET:
            return Lieferung.TISCHVORLAGE
        return Lieferung.NACHTRAG if self.breaches(z, wann) else Lieferung.REGULAER

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
        tv = TopVorlage(
            vorlage=self.vorlage,
            beratung=self.beratung or (bitte.beratung if bitte else None),
            lieferung=self._delivery(z, wann),
        )
        z = z.model_copy(update={"anmeldungen": tuple(a for a in z.anmeldungen if a is not bitte)})
        if self.zu_top is not None:
            return change_top(z, self.zu_top, lambda t: t.model_copy(update={"vorlagen": (*t.vorlagen, tv)}))
        kopie = copy_of(z, self.vorlage)
        return append_top(
            z,
            nummer=self.nummer,
            titel=kopie.betreff if kopie else "",
            bezeichnung=kopie.bezeichnung if kopie else None,
            oeffentlich=public,
            vorlagen=(tv,),
            unter=self.unter,
        )


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

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        if z.stufe not in VOR_ENDE:
            satz = f"{len(self.punkte)} Punkte einer abgesagten Sitzung kamen zu spät; bitte sie in eine andere nehmen."
            return z.model_copy(update={"hinweise": (*z.hinweise, satz)})
        for stand in self.staende:
            z = _take_copy(z, stand)
        for punkt in self.punkte:
            offen = tuple(
                TopVorlage(vorlage=tv.vorlage, beratung=tv.beratung)
                for tv in punkt.vorlagen
                if all(tv.vorlage != da.vorlage for t in z.tops for da in t.vorlagen)
            )
            if offen or not punkt.vorlagen:
                felder = {"titel": punkt.titel, "bezeichnung": punkt.bezeichnung, "vorlagen": offen}
                z = append_top(z, nummer=None, oeffentlich=punkt.oeffentlich, **felder)
        return z


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
