"""The meeting as an event: planned, moved, invited, opened, closed, cancelled, taken up again."""

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import AwareDatetime

from lifecycle import gemeinsam
from lifecycle.ablehnung import Unplausibel
from lifecycle.gemeinsam import verify_sealed
from lifecycle.kern import BERLIN, Kommando
from lifecycle.nachschlagen import committee
from schemas.akteur import Rolle
from schemas.basis import Benannt, Digest, Kennung, Text
from schemas.befehl import abgeleitet
from schemas.regelwerk import Regelwerk
from schemas.sitzung import Oeffentlichkeit, Sitzung, Stufe

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

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        gremien = (self.gremium, *self.weitere_gremien)
        return self.model_copy(
            update={
                "benannt": tuple(committee(rw, g, self.beginn) for g in gremien),
                "unterzeichnende": rw.niederschrift.unterzeichnende if rw.niederschrift else UNTERZEICHNENDE,
                "vergangen": self.geschehen is None and self.beginn < wann,
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
        return z.model_copy(
            update={
                "gremium": self.benannt[0],
                "weitere_gremien": self.benannt[1:],
                "beginn": self.beginn,
                "anlass": self.anlass,
                "raum": self.raum,
                "ort": self.ort,
                "oeffentlichkeit_angegeben": self.oeffentlichkeit,
                "unterzeichnende": self.unterzeichnende,
            }
        )


class Verlegen(Kommando[Sitzung]):
    """Die Sitzung auf einen anderen Termin oder an einen anderen Ort legen."""

    art: ClassVar[str] = "verlegen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN})

    grund: Text
    beginn: AwareDatetime | None = None
    raum: Text | None = None
    ort: Text | None = None
    vergangen: bool = abgeleitet(False)

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        vergangen = self.geschehen is None and self.beginn is not None and self.beginn < wann
        return self.model_copy(update={"vergangen": vergangen})

    def verify(self, z: Sitzung) -> None:
        if self.vergangen:
            raise Unplausibel("Der neue Beginn ist schon vorbei. Bitte das Datum prüfen.")
        if (self.beginn, self.raum, self.ort) == (None, None, None):
            raise Unplausibel("Es ist nichts angegeben, was sich ändern soll (Beginn, Raum oder Ort).")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return z.model_copy(update={n: getattr(self, n) for n in ("beginn", "raum", "ort") if getattr(self, n) is not None})


class Einladen(Kommando[Sitzung]):
    """Zur Sitzung einladen. Danach ist die Tagesordnung fest."""

    art: ClassVar[str] = "einladen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.EINGELADEN})

    def verify(self, z: Sitzung) -> None:
        if not z.tops:
            raise Unplausibel("Die Tagesordnung ist leer. Bitte zuerst Tagesordnungspunkte aufnehmen.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        copies = {v.vorlage: v for v in z.vorlagen}
        return tuple(
            f"TOP {top.nummer}: eine Vorlage ist nicht freigegeben"
            for top in z.tops
            for tv in top.vorlagen
            if (kopie := copies.get(tv.vorlage)) and not kopie.freigegeben
        )

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return z.model_copy(update={"stufe": Stufe.EINGELADEN, "eingeladen_am": wann})


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
    """Die Sitzung ist geschlossen."""

    art: ClassVar[str] = "schliessen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EROEFFNET})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.GESCHLOSSEN})

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return z.model_copy(update={"stufe": Stufe.GESCHLOSSEN, "geschlossen_am": wann})


class Absagen(Kommando[Sitzung]):
    """Die Sitzung absagen, mit Begründung. Die Vorlagen sind wieder frei."""

    art: ClassVar[str] = "absagen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ABGESAGT})

    grund: Text

    def verify(self, z: Sitzung) -> None:
        if not self.grund:
            raise Unplausibel("Bitte sagen, warum die Sitzung ausfällt.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return z.model_copy(update={"stufe": Stufe.ABGESAGT})


class Wiederaufnehmen(Kommando[Sitzung]):
    """Eine abgeschlossene Sitzung wiederaufnehmen, um etwas zu berichtigen."""

    art: ClassVar[str] = "wiederaufnehmen"
    oeffnet: ClassVar[bool] = True
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.ABGESCHLOSSEN, Stufe.ABGESAGT})
    nach: ClassVar[Mapping[str, frozenset[str]]] = {
        Stufe.ABGESCHLOSSEN: frozenset({Stufe.GESCHLOSSEN}),
        Stufe.ABGESAGT: frozenset({Stufe.GEPLANT}),
    }

    grund: Text
    siegel: Digest

    def verify(self, z: Sitzung) -> None:
        verify_sealed(z, self.siegel)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        stufe = Stufe.GEPLANT if z.stufe is Stufe.ABGESAGT else Stufe.GESCHLOSSEN
        return z.model_copy(update={"stufe": stufe, "siegel": None, "unterschriften": ()})


class Rueckmeldung(gemeinsam.Rueckmeldung[Sitzung]):
    """Was ein anderer Vorgang auf einen Ruf der Sitzung geantwortet hat."""

    art: ClassVar[str] = "rueckmeldung"

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return self.note(z)
