"""Handing closed cases over to the town's archive: offered when their time is over, valued by the archive, given or kept.

How long a case is kept is data of the Regelwerk (``aufbewahrung``), absent until given. The time is counted from the end of the
year in which the case was closed, so it always ends on a 31 December. Nothing here destroys anything: a valuation is put on
record, no more. Commands carry opaque ids, UUIDs and digests, no subjects.
"""

import datetime as dt
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import ClassVar, Literal, Self

from lifecycle import gemeinsam
from lifecycle.ablehnung import Doppelt, FalscheStufe, Unbekannt, Unplausibel
from lifecycle.aktenzeichen import reference_of
from lifecycle.fristen import day
from lifecycle.kern import Kern, Kommando, commands
from schemas.aussonderung import ENDEN, Angebot, Aussonderung, Bewertungsart, Bewertungsverzeichnis, Fall, Stufe
from schemas.basis import Digest, Dokument, Grund, Pflichttext, Tag
from schemas.befehl import Eintrag, abgeleitet
from schemas.regelwerk import Regelwerk
from schemas.vorlage import Vorlage
from schemas.wirkung import Ruf, Versiegelung
from schemas.zustand import Zustand

NAMENSRAUM = uuid.UUID("b9d7f0d4-5f0e-5a53-9a2c-6a7f9a0f5501")
"""All UUIDs in messages derive from it: the same case has the same in every message, and in a repeated one."""
HOECHSTENS = 500
"""Cases in one offer: more would not fit into one command."""
AUSSONDERBAR = ("vorlage", "sitzung", "auftrag")
"""Kinds of case that an archive is offered."""
NACH_DEM_ENDE = frozenset(
    {
        *("versiegelt", "rueckmeldung", "zustellung_aufgegeben", "regelstand_heben"),
        *("loeschung_beantragen", "loeschung_bestaetigen", "loeschung_ablehnen", "loeschung_vollzogen"),
    }
)
"""Entries that do not count for the day on which a case was closed: they come with its end or after it."""
Dauer = int | Literal["dauernd"]


def message_uuid(*teile: str) -> str:
    """The UUID of something in a message, from what it is."""
    return str(uuid.uuid5(NAMENSRAUM, "|".join(teile)))


def object_uuid(workflow: str) -> str:
    """The case's UUID as a Vorgang of xdomea."""
    return message_uuid("vorgang", workflow)


def file_uuid(kommune: str, aktenzeichen: str) -> str:
    """UUID of the Akte that bears this Aktenzeichen."""
    return message_uuid("akte", kommune, aktenzeichen)


# --- how long -----------------------------------------------------------------------------------------------------------


def kind_of(workflow: str, z: Zustand) -> str:
    """What the Regelwerk calls its kind: a kind of paper, ``sitzung`` or ``auftrag``."""
    return z.vorlageart if isinstance(z, Vorlage) else workflow.split("/", 1)[0]


def period(rw: Regelwerk, art: str) -> Dauer | None:
    """How long cases of that kind are kept: in years, or ``dauernd``. None: nobody has said."""
    regel = next((a for a in rw.aufbewahrung if a.art == art), None)
    if regel is None:
        return None
    return "dauernd" if regel.dauernd else regel.jahre


def kept_until(geschlossen_am: dt.date, jahre: int) -> dt.date:
    """Its last day: the years are counted from the end of the year in which the case was closed."""
    return dt.date(geschlossen_am.year + jahre, 12, 31)


def closed_on(eintraege: Iterable[Eintrag]) -> dt.date | None:
    """The day (in Berlin) of the last act before the seal; in Nacherfassung its true one. Reads nothing that can be forgotten

    but that date: without it, the day of recording counts, which is later, and so nothing is offered too early.
    """
    tage = [day(_when(e)) for e in eintraege if e.befehl.get("art") not in NACH_DEM_ENDE]
    return max(tage, default=None)


def _when(e: Eintrag) -> dt.datetime:
    geschehen = e.befehl.get("geschehen")
    return dt.datetime.fromisoformat(geschehen) if isinstance(geschehen, str) else e.zeit


def case_facts(workflow: str, z: Zustand, eintraege: Sequence[Eintrag], anderswo: str | None = None) -> Fall:
    """What the command must know of a case."""
    return Fall(
        vorgang=workflow,
        objekt=object_uuid(workflow),
        akte=file_uuid(z.kommune, reference_of(z)),
        art=kind_of(workflow, z),
        seq=z.seq if z.siegel else None,
        geschlossen_am=closed_on(eintraege) if z.siegel else None,
        anderswo=anderswo,
    )


def standing_offers(alle: Iterable[Aussonderung]) -> dict[str, str]:
    """Cases that cannot be offered once more, and the handing over in which they stand; undecided ones can, when it is over."""
    return {
        a.vorgang: z.id
        for z in alle
        if z.stufe is not Stufe.ZURUECKGEZOGEN
        for a in z.angebote
        if z.stufe is not Stufe.ABGEGEBEN or a.bewertung is not Bewertungsart.BEWERTEN
    }


class Hindernis(StrEnum):
    """Why a case cannot be offered."""

    OFFEN = "nicht abgeschlossen"
    ANGEBOTEN = "schon angeboten"
    OHNE_FRIST = "ohne Aufbewahrungsfrist"
    DAUERND = "dauernd aufzubewahren"
    FRIST = "noch aufzubewahren"


SAETZE: Mapping[Hindernis, str] = {
    Hindernis.OFFEN: "ist nicht abgeschlossen",
    Hindernis.ANGEBOTEN: "ist schon angeboten (Aussonderung {anderswo})",
    Hindernis.OHNE_FRIST: "hat keine Aufbewahrungsfrist; für „{art}“ ist im Regelwerk keine hinterlegt",
    Hindernis.DAUERND: "ist dauernd aufzubewahren",
    Hindernis.FRIST: "ist länger aufzubewahren, als der Stichtag reicht; abgeschlossen wurde er am {geschlossen_am:%d.%m.%Y}",
}
"""The same as the end of a sentence, with the case's fields."""


def obstacle(fall: Fall, dauer: Dauer | None, stichtag: dt.date) -> Hindernis | None:
    """Why a case cannot be offered as of that day; None if it can."""
    if fall.seq is None or fall.geschlossen_am is None:
        return Hindernis.OFFEN
    if fall.anderswo is not None:
        return Hindernis.ANGEBOTEN
    if dauer is None:
        return Hindernis.OHNE_FRIST
    if not isinstance(dauer, int):
        return Hindernis.DAUERND
    return Hindernis.FRIST if stichtag <= kept_until(fall.geschlossen_am, dauer) else None


# --- commands -----------------------------------------------------------------------------------------------------------


class Anbieten(Kommando[Aussonderung]):
    """Abgeschlossene Vorgänge, deren Aufbewahrungsfrist vorbei ist, dem Archiv anbieten."""

    art: ClassVar[str] = "anbieten"
    legt_an: ClassVar[bool] = True
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ANGEBOTEN})

    stichtag: Tag
    vorgaenge: tuple[str, ...]

    faelle: tuple[Fall, ...] = abgeleitet(())
    dauern: tuple[Dauer | None, ...] = abgeleitet(())

    def complete(self, z: Aussonderung, rw: Regelwerk, wann: dt.datetime) -> Self:
        if self.stichtag > day(wann):
            raise Unplausibel(f"Der Stichtag {self.stichtag:%d.%m.%Y} liegt in der Zukunft. Bitte einen Tag bis heute angeben.")
        return self.model_copy(update={"dauern": tuple(period(rw, f.art) for f in self.faelle)})

    def verify(self, z: Aussonderung) -> None:
        if not 1 <= len(self.vorgaenge) <= HOECHSTENS:
            raise Unplausibel(
                f"Ein Angebot hat 1 bis {HOECHSTENS} Vorgänge, dieses hat {len(self.vorgaenge)}. Bitte auf mehrere Angebote verteilen."
            )
        if len(set(self.vorgaenge)) < len(self.vorgaenge):
            raise Doppelt("Ein Vorgang steht zweimal in diesem Angebot. Bitte jeden nur einmal angeben.")
        if tuple(f.vorgang for f in self.faelle) != self.vorgaenge:
            raise Unplausibel("Was zu den Vorgängen zu wissen ist, fehlt. Bitte über „laufmappe aussonderung anbieten“ anbieten.")
        for fall, dauer in zip(self.faelle, self.dauern, strict=True):
            if hindernis := obstacle(fall, dauer, self.stichtag):
                grund = SAETZE[hindernis].format(**dict(fall))
                raise FalscheStufe(f"Der Vorgang {fall.vorgang} {grund}. Bitte ihn aus dem Angebot nehmen.")

    def _offers(self) -> Iterator[Angebot]:
        for fall, dauer in zip(self.faelle, self.dauern, strict=True):
            assert isinstance(dauer, int) and fall.seq and fall.geschlossen_am  # verified
            mehr = {"jahre": dauer, "aufbewahrt_bis": kept_until(fall.geschlossen_am, dauer)}
            yield Angebot.model_validate(fall.model_dump(exclude={"anderswo"}) | mehr)

    def perform(self, z: Aussonderung, wann: dt.datetime) -> Aussonderung:
        neu = {"stichtag": self.stichtag, "angebote": tuple(self._offers()), "angeboten": self.akteur, "angeboten_am": wann}
        return z.model_copy(update=neu)


class BewertungUebernehmen(Kommando[Aussonderung]):
    """Die Bewertung des Archivs übernehmen (xdomea 0502). Vernichtet wird dadurch nichts."""

    art: ClassVar[str] = "bewertung_uebernehmen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.ANGEBOTEN})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.BEWERTET})

    verzeichnis: Bewertungsverzeichnis
    herkunft: Pflichttext

    def verify(self, z: Aussonderung) -> None:
        if self.verzeichnis.prozess != z.id:
            raise Unplausibel(
                f"Dieses Bewertungsverzeichnis gehört zum Prozess {self.verzeichnis.prozess}, nicht zu {z.id}. Bitte die Datei prüfen."
            )
        genannt = [b.objekt for b in self.verzeichnis.bewertungen]
        if doppelt := next((o for o in genannt if genannt.count(o) > 1), None):
            raise Doppelt(f"Das Bewertungsverzeichnis nennt {doppelt} zweimal. Bitte das Archiv fragen.")
        if fremd := set(genannt) - {a.objekt for a in z.angebote} - {a.akte for a in z.angebote}:
            raise Unbekannt(f"Das Bewertungsverzeichnis nennt {min(fremd)}; das ist nicht angeboten. Bitte das Archiv fragen.")
        if fehlt := [a.objekt for a in z.angebote if self._valuation(a) is None]:
            raise Unplausibel(
                f"Im Bewertungsverzeichnis fehlt {fehlt[0]}" + (f" (und {len(fehlt) - 1} weitere)" if len(fehlt) > 1 else "")
                + ". Bitte das Archiv um ein vollständiges bitten."
            )  # fmt: skip

    def _valuation(self, a: Angebot) -> Bewertungsart | None:
        """Its own; else that of its Akte."""
        je = {b.objekt: b.art for b in self.verzeichnis.bewertungen}
        return je.get(a.objekt) or je.get(a.akte)

    def perform(self, z: Aussonderung, wann: dt.datetime) -> Aussonderung:
        angebote = tuple(a.model_copy(update={"bewertung": self._valuation(a)}) for a in z.angebote)
        return z.model_copy(
            update={
                "stufe": Stufe.BEWERTET,
                "angebote": angebote,
                "bewertet_am": wann,
                "bewertungsverzeichnis": self.verzeichnis.datei,
                "herkunft": self.herkunft,
            }
        )


class AbgabeBestaetigen(Kommando[Aussonderung]):
    """Festhalten, dass das Archiv bekommen hat, was es übernimmt (xdomea 0503), und gegebenenfalls seine Bestätigung (0506)."""

    art: ClassVar[str] = "abgabe_bestaetigen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.BEWERTET})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ABGEGEBEN})

    pruefsumme: Digest | None = None
    bestaetigung: Dokument | None = None

    def verify(self, z: Aussonderung) -> None:
        if z.archivwuerdig() and self.pruefsumme is None:
            raise Unplausibel(
                "Die Prüfsumme des Containers fehlt, der an das Archiv ging. „laufmappe aussonderung abgeben“ nennt sie."
            )
        if not z.archivwuerdig() and self.pruefsumme is not None:
            raise Unplausibel("Das Archiv übernimmt nichts aus diesem Angebot; es gibt keinen Container. Bitte ohne Prüfsumme.")

    def perform(self, z: Aussonderung, wann: dt.datetime) -> Aussonderung:
        neu = {"stufe": Stufe.ABGEGEBEN, "container": self.pruefsumme, "bestaetigung": self.bestaetigung}
        return z.model_copy(update=neu)


class AngebotZurueckziehen(Kommando[Aussonderung]):
    """Das Angebot zurückziehen. Was darin stand, bleibt aufbewahrt und kann neu angeboten werden."""

    art: ClassVar[str] = "angebot_zurueckziehen"
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ZURUECKGEZOGEN})

    grund: Grund

    def perform(self, z: Aussonderung, wann: dt.datetime) -> Aussonderung:
        return z.model_copy(update={"stufe": Stufe.ZURUECKGEZOGEN, "grund": self.grund})


def _consequences(vorher: Aussonderung, nachher: Aussonderung, geschehen: dt.datetime | None) -> tuple[Ruf | Versiegelung, ...]:
    return (Versiegelung(),) if nachher.stufe in ENDEN and vorher.stufe not in ENDEN else ()


KERN: Kern[Aussonderung] = Kern(
    typ="aussonderung",
    zustand=Aussonderung,
    befehle=commands(sys.modules[__name__], gemeinsam),
    stufe=lambda z: z.stufe.value,
    enden=frozenset(ENDEN),
    settle=lambda z, wann: z,
    consequences=_consequences,
)
