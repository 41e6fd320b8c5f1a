"""When a task is due: on a day, or at the Vorlagenschluss of a meeting, with which it moves; and the papers that answer it."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from lifecycle.ablehnung import Unplausibel
from lifecycle.fristen import concerning, day, due, ended, find, opened, original_day, silenced
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
from schemas.basis import Benannt, Grund, Kennung, Tag
from schemas.befehl import abgeleitet
from schemas.frist import Frist, Fristausgang, Zaehlung
from schemas.gremium import Termin
from schemas.regelwerk import Regelwerk

GETAN = frozenset({Stufe.ERLEDIGT_GEMELDET, Stufe.ERLEDIGT})
OFFEN_ZUR_MELDUNG = frozenset({Stufe.VORGEMERKT, Stufe.ZUGEWIESEN, Stufe.IN_ARBEIT, Stufe.AUSGESETZT})
ENTWURF_NAMENSRAUM = uuid.UUID("6e4f7d1a-9c05-5b7e-8f0a-2f6f3d7c1b22")
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

    grund: Grund
    am: Tag | None = None
    zur_sitzung_von: Kennung | None = None
    jede: bool = False
    benannt: Benannt | None = abgeleitet()
    zaehlung: Zaehlung | None = abgeleitet()

    def complete(self, z: Auftrag, rw: Regelwerk, wann: dt.datetime) -> Self:
        gremium = committee(rw, self.zur_sitzung_von, wann) if self.zur_sitzung_von else None
        return self.model_copy(update={"zaehlung": task_counting(rw, wann, self.am), "benannt": gremium})

    def verify(self, z: Auftrag) -> None:
        if (self.am is None) == (self.zur_sitzung_von is None):
            raise Unplausibel("Bitte entweder ein Datum (am) oder ein Gremium (zur_sitzung_von) als Fälligkeit angeben.")

    def perform(self, z: Auftrag, wann: dt.datetime) -> Auftrag:
        bleibt = z.regelstand >= 3 and self._same_meetings(z)  # its calendar has nothing new to say
        z = z.model_copy(update={"zaehlung": self.zaehlung or z.zaehlung, "termin": z.termin if bleibt else None})
        if self.am:
            return with_terms(z, faellig=Faelligkeit(art=Faelligkeitsart.DATUM, datum=self.am))
        art = Faelligkeitsart.JEDE_SITZUNG if self.jede else Faelligkeitsart.NAECHSTE_SITZUNG
        return with_terms(z, faellig=Faelligkeit(art=art, gremium=self.benannt))

    def _same_meetings(self, z: Auftrag) -> bool:
        """Whether it waits for the meetings of that committee already, and for as many of them."""
        alt = z.angaben.faellig if z.angaben else None
        schon = alt.gremium.id if alt and alt.gremium else None
        return schon is not None and schon == self.zur_sitzung_von and is_recurring(z) == self.jede


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
        return proposed(z.model_copy(update={"folgevorlagen": (*andere, self.folge)}))


def proposed(z: Auftrag) -> Auftrag:
    """The task reported as done, if the committee that asked has dealt with a paper that answers it. Not a Bitte nobody accepted."""
    if z.stufe not in OFFEN_ZUR_MELDUNG or is_recurring(z) or not z.angenommen:
        return z
    for folge in z.folgevorlagen:
        wortlaut = _answer(z, folge)
        if wortlaut:
            satz = f"Vorlage {folge.nummer or 'ohne Nummer'}: {wortlaut}"
            return z.model_copy(update={"stufe": Stufe.ERLEDIGT_GEMELDET, "vorgeschlagen": satz})
    return z


def _answer(z: Auftrag, folge: Folgevorlage) -> str | None:
    """The outcome in the committee that asked; in the last one, where the paper never goes there. None while it is still to come."""
    faellig = z.angaben.faellig if z.angaben else None
    fragend = (faellig.gremium if faellig and faellig.gremium else z.gremium) or None
    dort = [s for s in folge.stationen if fragend and s.gremium == fragend.id]
    if dort or (fragend and fragend.id in folge.offen):
        offen, stationen = fragend is not None and fragend.id in folge.offen, dort
    else:
        offen, stationen = bool(folge.offen), list(folge.stationen)
    wortlaute = [s.wortlaut for s in stationen if s.wortlaut]
    return wortlaute[-1] if wortlaute and not offen else None


class AuftragsfristAbgelaufen(FristAbgelaufen[Auftrag]):
    """Der Auftrag ist nicht rechtzeitig erledigt."""

    art: ClassVar[str] = "frist_abgelaufen"


def settle(z: Auftrag, wann: dt.datetime | None) -> Auftrag:
    """The deadline as its terms have it now. Who has reported or ended has kept or missed it; who is suspended has none."""
    jetzt, zaehlung = wann or z.zuletzt, z.zaehlung
    if jetzt is None or zaehlung is None:
        return z
    if z.stufe in GETAN:
        return silenced(ended(z, FAELLIGKEIT, jetzt))
    if z.stufe in ENDEN or z.stufe is Stufe.AUSGESETZT:
        return silenced(ended(z, FAELLIGKEIT, jetzt, Fristausgang.ENTFALLEN))
    z = with_draft(z) if wann else z
    frist = _deadline(z, zaehlung)
    if frist is None:
        return silenced(ended(z, FAELLIGKEIT, jetzt, Fristausgang.ENTFALLEN))
    z = z if wann is None else _as_due(z, frist, wann)
    return ended(z, FAELLIGKEIT, jetzt) if _handed_in(z) else z


def _as_due(z: Auftrag, frist: Frist, wann: dt.datetime) -> Auftrag:
    """The deadline running, unless it has been kept or missed for just that day. An extension stands as long as the day does."""
    schon = find(z, FAELLIGKEIT)
    if schon is None or original_day(schon) != frist.letzter_tag:
        return opened(silenced(z), frist, wann)
    if schon.ausgang is None:
        return concerning(z, schon, frist) if schon.verlaengert else opened(z, frist, wann)
    gehalten = schon.ausgang is Fristausgang.EINGEHALTEN and (is_recurring(z) or _handed_in(z))
    return z if gehalten or schon.ausgang is Fristausgang.VERSAEUMT else opened(z, frist, wann)


def _handed_in(z: Auftrag) -> bool:
    """Whether a released paper that answers it is put to the meeting that it is due for: in time is who hands in, not who is heard."""
    return z.termin is not None and any(
        f.freigegeben and any(s.sitzung == z.termin.sitzung for s in f.stationen) for f in z.folgevorlagen
    )


def heard(z: Auftrag, wann: dt.datetime) -> bool:
    """Whether the meeting that it is due for has begun or has dealt with an answer: what is sent back then is due for a later one."""
    if z.termin is None:
        return False
    stationen = (s for f in z.folgevorlagen for s in f.stationen)
    return z.termin.beginn <= wann or any(s.sitzung == z.termin.sitzung and s.wortlaut for s in stationen)


def with_draft(z: Auftrag) -> Auftrag:
    """The task with the id of the draft for its report, once an office has accepted to bring one."""
    if z.entwurf or not z.berichtsart or z.stufe not in (Stufe.ZUGEWIESEN, Stufe.IN_ARBEIT) or not z.angenommen:
        return z
    if z.angaben is None or not z.angaben.bericht or z.angaben.stelle is None:
        return z
    return z.model_copy(update={"entwurf": str(uuid.uuid5(ENTWURF_NAMENSRAUM, f"{z.kommune}/{z.id}"))})


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
