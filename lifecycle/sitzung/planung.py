"""The meeting as an event: planned, moved, opened, closed, cancelled, taken up again. Its deadlines follow from its day."""

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import AwareDatetime

from lifecycle import gemeinsam
from lifecycle.ablehnung import Doppelt, Unplausibel
from lifecycle.fristen import day, ended, opened, running
from lifecycle.fristregeln import papers_due, summons, summons_deadline
from lifecycle.gemeinsam import verify_sealed
from lifecycle.kern import BERLIN, Kommando
from lifecycle.nachschlagen import committee
from lifecycle.sitzung.tagesordnung import renumbered
from schemas.akteur import Rolle
from schemas.basis import Benannt, Digest, Grund, Kennung, Text
from schemas.befehl import abgeleitet
from schemas.frist import Frist, Fristausgang, Ladung
from schemas.regelwerk import Regelwerk
from schemas.sitzung import Oeffentlichkeit, Sitzung, Stufe, Top

UNTERZEICHNENDE = (Rolle.VORSITZ, Rolle.SCHRIFTFUEHRUNG)
"""Where the Regelwerk says nothing: chair and keeper of the minutes, as KrO NRW § 37 (1) and GO NRW § 52 (1) have it."""


class Planen(Kommando[Sitzung]):
    """Eine Sitzung planen."""

    art: ClassVar[str] = "planen"
    legt_an: ClassVar[bool] = True
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.GEPLANT})

    gremium: Kennung
    beginn: AwareDatetime
    weitere_gremien: tuple[Kennung, ...] = ()
    anlass: Text = "Sitzung"
    raum: Text | None = None
    ort: Text | None = None
    oeffentlichkeit: Oeffentlichkeit | None = None

    benannt: tuple[Benannt, ...] = abgeleitet(())
    unterzeichnende: tuple[Rolle, ...] = abgeleitet(())
    vergangen: bool = abgeleitet(False)
    ladung: Ladung | None = abgeleitet()
    fristen: tuple[Frist, ...] = abgeleitet(())
    festsetzung: Rolle | None = abgeleitet()
    festsetzung_zustimmung: Rolle | None = abgeleitet()
    formale_pruefung: bool = abgeleitet(False)
    niederschriftart: str | None = abgeleitet()
    genehmigung: bool = abgeleitet(False)
    standardpunkte: tuple[Top, ...] = abgeleitet(())
    meldet: bool = abgeleitet(False)

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        gremien = (self.gremium, *self.weitere_gremien)
        ladung, fristen = (None, ()) if self.geschehen else _deadlines(rw, self.gremium, self.beginn)
        return self.model_copy(
            update={
                "benannt": tuple(committee(rw, g, self.beginn) for g in gremien),
                "unterzeichnende": rw.niederschrift.unterzeichnende if rw.niederschrift else UNTERZEICHNENDE,
                "vergangen": self.geschehen is None and self.beginn < wann,
                "ladung": ladung,
                "fristen": fristen,
                "festsetzung": rw.festsetzung.rolle if rw.festsetzung else None,
                "festsetzung_zustimmung": rw.festsetzung.zustimmung if rw.festsetzung else None,
                "formale_pruefung": rw.formale_pruefung,
                "niederschriftart": rw.niederschrift.art.value if rw.niederschrift and rw.niederschrift.art else None,
                "genehmigung": rw.niederschrift.genehmigung if rw.niederschrift else False,
                "standardpunkte": () if self.geschehen else _standing(rw, self.gremium),
                "meldet": self.geschehen is None,
            }
        )

    def verify(self, z: Sitzung) -> None:
        if self.vergangen:
            raise Unplausibel(
                f"Der Beginn ({self.beginn.astimezone(BERLIN):%d.%m.%Y, %H:%M Uhr}) ist vorbei. "
                "Eine frühere Sitzung gehört in eine Nacherfassung (mit „geschehen“)."
            )
        if self.oeffentlichkeit and self.geschehen is None:
            raise Unplausibel(
                "Die Öffentlichkeit der Sitzung folgt aus der Tagesordnung; angeben lässt sie sich nur in einer Nacherfassung."
            )

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        fest = (
            *("unterzeichnende", "niederschriftart", "genehmigung", "meldet"),
            *("ladung", "festsetzung", "festsetzung_zustimmung", "formale_pruefung"),
        )
        z = z.model_copy(update={name: getattr(self, name) for name in fest})
        z = z.model_copy(
            update={
                "gremium": self.benannt[0],
                "weitere_gremien": self.benannt[1:],
                "beginn": self.beginn,
                "anlass": self.anlass,
                "raum": self.raum,
                "ort": self.ort,
                "oeffentlichkeit_angegeben": self.oeffentlichkeit,
                "tops": self.standardpunkte,
            }
        )
        return _with_deadlines(z, self.fristen, wann)


def _deadlines(rw: Regelwerk, gremium: str, beginn: dt.datetime) -> tuple[Ladung | None, tuple[Frist, ...]]:
    """What the Regelwerk says for a meeting of that committee then: its Ladungsfrist, and all deadlines."""
    ladung = summons(rw, gremium, beginn)
    alle = (summons_deadline(rw, gremium, ladung) if ladung else None, papers_due(rw, gremium, beginn))
    return ladung, tuple(f for f in alle if f)


def _with_deadlines(z: Sitzung, fristen: tuple[Frist, ...], wann: dt.datetime) -> Sitzung:
    """Those deadlines running, and no other. What is past already is not pretended."""
    for alte in tuple(running(z)):
        if all(alte.id != f.id for f in fristen):
            z = ended(z, alte.id, wann, Fristausgang.ENTFALLEN)
    for frist in fristen:
        if frist.id != "ladung" or z.eingeladen_am is None:
            z = opened(z, frist, wann) if frist.faellig > wann else ended(z, frist.id, wann, Fristausgang.ENTFALLEN)
    return z


def _standing(rw: Regelwerk, gremium: str) -> tuple[Top, ...]:
    """Items that every agenda of the committee has, numbered."""
    punkte = sorted((p for p in rw.standardpunkte if not p.gremien or gremium in p.gremien), key=lambda p: p.ende)
    tops = tuple(
        Top(id=nr, nummer="", titel=p.titel, bezeichnung=p.bezeichnung, oeffentlich=p.oeffentlich, am_ende=p.ende, standard=True)
        for nr, p in enumerate(punkte, 1)
    )
    return renumbered(tops)


class Verlegen(Kommando[Sitzung]):
    """Die Sitzung auf einen anderen Termin oder an einen anderen Ort legen."""

    art: ClassVar[str] = "verlegen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN})
    braucht_stand: ClassVar[bool] = True

    grund: Grund
    beginn: AwareDatetime | None = None
    raum: Text | None = None
    ort: Text | None = None
    vergangen: bool = abgeleitet(False)
    ladung: Ladung | None = abgeleitet()
    fristen: tuple[Frist, ...] = abgeleitet(())

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        if self.beginn is None or self.geschehen is not None or z.gremium is None:
            return self
        ladung, fristen = _deadlines(rw, z.gremium.id, self.beginn)
        return self.model_copy(update={"vergangen": self.beginn < wann, "ladung": ladung, "fristen": fristen})

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        if z.eingeladen_am is None or self.ladung is None or day(z.eingeladen_am) <= self.ladung.letzter_tag:
            return ()
        return (f"für den neuen Termin ist nicht rechtzeitig eingeladen ({self.ladung.regel})",)

    def verify(self, z: Sitzung) -> None:
        if self.vergangen:
            raise Unplausibel("Der neue Beginn ist schon vorbei. Bitte das Datum prüfen.")
        if (self.beginn, self.raum, self.ort) == (None, None, None):
            raise Unplausibel("Es ist nichts angegeben, was sich ändern soll (Beginn, Raum oder Ort).")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        z = z.model_copy(update={n: getattr(self, n) for n in ("beginn", "raum", "ort") if getattr(self, n) is not None})
        if self.beginn is None or self.geschehen is not None:
            return z
        return _with_deadlines(z.model_copy(update={"ladung": self.ladung}), self.fristen, wann)


class Eroeffnen(Kommando[Sitzung]):
    """Die Sitzung ist eröffnet."""

    art: ClassVar[str] = "eroeffnen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.EROEFFNET})
    begruendungspflicht: ClassVar[bool] = False

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        return ("ohne Einladung eröffnet",) if z.stufe is Stufe.GEPLANT else ()

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return z.model_copy(update={"stufe": Stufe.EROEFFNET, "eroeffnet_am": wann})


class Schliessen(Kommando[Sitzung]):
    """Die Sitzung ist geschlossen; eine wiederaufgenommene ist wieder abgeschlossen."""

    art: ClassVar[str] = "schliessen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EROEFFNET, Stufe.GESCHLOSSEN})
    nach: ClassVar[Mapping[str, frozenset[str]]] = {
        Stufe.EROEFFNET: frozenset({Stufe.GESCHLOSSEN}),
        Stufe.GESCHLOSSEN: frozenset({Stufe.ABGESCHLOSSEN}),
    }

    def verify(self, z: Sitzung) -> None:
        if z.stufe is Stufe.GESCHLOSSEN and not z.offen_gehalten:
            raise Doppelt("Die Sitzung ist schon geschlossen.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        geschlossen = z.geschlossen_am if z.offen_gehalten else wann
        return z.model_copy(update={"stufe": Stufe.GESCHLOSSEN, "geschlossen_am": geschlossen, "offen_gehalten": False})


class Absagen(Kommando[Sitzung]):
    """Die Sitzung absagen, mit Begründung. Die Punkte gehen in eine andere Sitzung über, oder die Vorlagen sind wieder frei."""

    art: ClassVar[str] = "absagen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ABGESAGT})

    grund: Grund
    auf: str | None = None

    def verify(self, z: Sitzung) -> None:
        if self.auf == z.id:
            raise Unplausibel("Die Punkte können nicht in dieselbe Sitzung übergehen.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        for frist in tuple(running(z)):
            z = ended(z, frist.id, wann, Fristausgang.ENTFALLEN)
        return z.model_copy(update={"stufe": Stufe.ABGESAGT, "verlegt_auf": self.auf})


class Wiederaufnehmen(Kommando[Sitzung]):
    """Eine abgeschlossene Sitzung wiederaufnehmen, um etwas zu berichtigen. Die unterzeichnete Niederschrift bleibt, wie sie ist."""

    art: ClassVar[str] = "wiederaufnehmen"
    oeffnet: ClassVar[bool] = True
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.ABGESCHLOSSEN, Stufe.ABGESAGT})
    nach: ClassVar[Mapping[str, frozenset[str]]] = {
        Stufe.ABGESCHLOSSEN: frozenset({Stufe.GESCHLOSSEN}),
        Stufe.ABGESAGT: frozenset({Stufe.GEPLANT}),
    }

    grund: Grund
    siegel: Digest

    def verify(self, z: Sitzung) -> None:
        verify_sealed(z, self.siegel)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        stufe = Stufe.GEPLANT if z.stufe is Stufe.ABGESAGT else Stufe.GESCHLOSSEN
        return z.model_copy(update={"stufe": stufe, "siegel": None, "offen_gehalten": stufe is Stufe.GESCHLOSSEN})


class Rueckmeldung(gemeinsam.Rueckmeldung[Sitzung]):
    """Was ein anderer Vorgang auf einen Ruf der Sitzung geantwortet hat."""

    art: ClassVar[str] = "rueckmeldung"

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return self.note(z)
