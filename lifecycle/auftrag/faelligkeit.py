"""When a task is due: on a day, or at the Vorlagenschluss of a meeting, with which it moves; and the papers that answer it."""

import datetime as dt
from typing import ClassVar, Self

from lifecycle.ablehnung import Unplausibel
from lifecycle.fristen import day, due, ended, find, opened
from lifecycle.fristregeln import task_counting
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import committee
from lifecycle.terminsachen import FristAbgelaufen
from schemas.auftrag import (
    ENDEN,
    Auftrag,
    Faelligkeit,
    Faelligkeitsart,
    Folgevorlage,
    Stufe,
)
from schemas.basis import Benannt, Kennung, Text
from schemas.befehl import abgeleitet
from schemas.frist import Frist, Fristausgang, Zaehlung
from schemas.gremium import Termin
from schemas.regelwerk import Regelwerk

GETAN = frozenset({Stufe.ERLEDIGT_GEMELDET, Stufe.ERLEDIGT})
OFFEN_ZUR_MELDUNG = frozenset({Stufe.VORGEMERKT, Stufe.ZUGEWIESEN, Stufe.IN_ARBEIT, Stufe.AUSGESETZT})
FAELLIGKEIT = "faelligkeit"
"""Id of the task's deadline."""


def with_terms(z: Auftrag, **felder: object) -> Auftrag:
    """The task with some of its terms changed."""
    assert z.angaben is not None  # every task has them from its first entry on
    return z.model_copy(update={"angaben": z.angaben.model_copy(update=felder)})


def due_text(faellig: Faelligkeit | None) -> str:
    """When it is due, in words."""
    if faellig is None:
        return "ohne Termin"
    if faellig.datum:
        return f"{faellig.datum:%d.%m.%Y}"
    wann = "jede Sitzung" if faellig.art is Faelligkeitsart.JEDE_SITZUNG else "nächste Sitzung"
    return f"{wann}: {faellig.gremium.name}" if faellig.gremium else wann


class FaelligkeitAendern(Kommando[Auftrag]):
    """Die Fälligkeit ändern, mit Begründung."""

    art: ClassVar[str] = "faelligkeit_aendern"

    grund: Text
    am: dt.date | None = None
    zur_sitzung_von: Kennung | None = None
    jede: bool = False
    benannt: Benannt | None = abgeleitet()
    zaehlung: Zaehlung | None = abgeleitet()

    def complete(self, z: Auftrag, rw: Regelwerk, wann: dt.datetime) -> Self:
        gremium = committee(rw, self.zur_sitzung_von, wann) if self.zur_sitzung_von else None
        return self.model_copy(update={"zaehlung": task_counting(rw, wann), "benannt": gremium})

    def verify(self, z: Auftrag) -> None:
        if (self.am is None) == (self.zur_sitzung_von is None):
            raise Unplausibel("Bitte entweder ein Datum (am) oder ein Gremium (zur_sitzung_von) als Fälligkeit angeben.")

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        z = z.model_copy(update={"zaehlung": self.zaehlung or z.zaehlung, "termin": None})
        if self.am:
            return with_terms(z, faellig=Faelligkeit(art=Faelligkeitsart.DATUM, datum=self.am))
        art = Faelligkeitsart.JEDE_SITZUNG if self.jede else Faelligkeitsart.NAECHSTE_SITZUNG
        return with_terms(z, faellig=Faelligkeit(art=art, gremium=self.benannt))


class SitzungGenannt(Kommando[Auftrag]):
    """Die Sitzung, zu der der Auftrag fällig ist, steht fest, hat sich verschoben oder ist abgesagt."""

    art: ClassVar[str] = "sitzung_genannt"
    tatsache: ClassVar[bool] = True

    termin: Termin | None = None

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        return z.model_copy(update={"termin": self.termin})


class FolgevorlageGemeldet(Kommando[Auftrag]):
    """Eine Vorlage beantwortet den Auftrag; ist sie behandelt, wird vorgeschlagen, ihn für erledigt zu erklären."""

    art: ClassVar[str] = "folgevorlage_gemeldet"
    tatsache: ClassVar[bool] = True

    folge: Folgevorlage

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        andere = tuple(f for f in z.folgevorlagen if f.vorlage != self.folge.vorlage)
        z = z.model_copy(update={"folgevorlagen": (*andere, self.folge)})
        if self.folge.vorgelegt and z.termin is not None:
            z = ended(z, FAELLIGKEIT, wann)  # due at the meeting's Vorlagenschluss: then it must be in, not yet dealt with
        if self.folge.behandelt is None or z.stufe not in OFFEN_ZUR_MELDUNG or is_recurring(z):
            return z
        satz = f"Vorlage {self.folge.nummer or 'ohne Nummer'}: {self.folge.behandelt}"
        return z.model_copy(update={"stufe": Stufe.ERLEDIGT_GEMELDET, "vorgeschlagen": satz})


class AuftragsfristAbgelaufen(FristAbgelaufen[Auftrag]):
    """Der Auftrag ist nicht rechtzeitig erledigt."""

    art: ClassVar[str] = "frist_abgelaufen"


def settle(z: Auftrag, wann: dt.datetime | None) -> Auftrag:
    """The deadline as its terms have it now. Who has reported or ended has kept or missed it; who is suspended has none."""
    jetzt = wann or z.zuletzt
    if jetzt is None or z.zaehlung is None:
        return z
    if z.stufe in GETAN:
        return ended(z, FAELLIGKEIT, jetzt)
    if z.stufe in ENDEN or z.stufe is Stufe.AUSGESETZT:
        return ended(z, FAELLIGKEIT, jetzt, Fristausgang.ENTFALLEN)
    frist = _deadline(z, z.zaehlung)
    if frist is None:
        return ended(z, FAELLIGKEIT, jetzt, Fristausgang.ENTFALLEN)
    return z if wann is None or _settled_for(z, frist) else opened(z, frist, jetzt)


def _settled_for(z: Auftrag, frist: Frist) -> bool:
    """Whether nothing is to be opened: it runs with an extension, has run out, or has been kept for this meeting."""
    schon = find(z, FAELLIGKEIT)
    if schon is None:
        return False
    if schon.ausgang is None:
        return bool(schon.verlaengert)
    gleich = schon.faellig == frist.faellig or bool(schon.verlaengert)
    vorgelegt = any(f.vorgelegt for f in z.folgevorlagen)
    gehalten = schon.ausgang is Fristausgang.EINGEHALTEN and (is_recurring(z) or (vorgelegt and z.termin is not None))
    return gleich and (gehalten or schon.ausgang is Fristausgang.VERSAEUMT)


def is_recurring(z: Auftrag) -> bool:
    """Whether it is due in every meeting."""
    faellig = z.angaben.faellig if z.angaben else None
    return faellig is not None and faellig.art is Faelligkeitsart.JEDE_SITZUNG


def _deadline(z: Auftrag, zaehlung: Zaehlung) -> Frist | None:
    """When it is due: on its day, or at the Vorlagenschluss of its meeting (at its day, where none is known)."""
    faellig = z.angaben.faellig if z.angaben else None
    betrifft = (z.angaben.stelle.id,) if z.angaben and z.angaben.stelle else ()
    if faellig and faellig.datum:
        return due(FAELLIGKEIT, "Auftrag", faellig.datum, zaehlung, betrifft)
    if faellig is None or z.termin is None:
        return None
    schluss = z.termin.schluss
    if schluss and z.seit and schluss.faellig <= z.seit:
        schluss = None  # it was over when the task arose: due on the day itself
    tag = schluss.letzter_tag if schluss else day(z.termin.beginn)
    regel = f"zum Vorlagenschluss der Sitzung am {day(z.termin.beginn):%d.%m.%Y}" if schluss else "zur Sitzung"
    felder: dict[str, object] = {"regel": f"{regel}; {zaehlung.regel}"}
    if schluss:
        felder["faellig"] = schluss.faellig
    return due(FAELLIGKEIT, "Auftrag", tag, zaehlung, betrifft, **felder)
