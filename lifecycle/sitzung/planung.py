"""The meeting as an event: planned, moved, opened, closed, cancelled, taken up again. Its deadlines follow from its day."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from lifecycle import gemeinsam
from lifecycle.ablehnung import Doppelt, Unplausibel
from lifecycle.fristen import day, ended, opened, running
from lifecycle.fristregeln import motions_due, papers_due, summons, summons_deadline, unusual
from lifecycle.gemeinsam import verify_sealed
from lifecycle.kern import BERLIN, Kommando
from lifecycle.nachschlagen import committee
from lifecycle.sitzung.einberufung import invited_again
from lifecycle.sitzung.nummerierung import renumbered
from lifecycle.sitzung.tagesordnung import take_copy
from schemas.akteur import Rolle
from schemas.basis import Benannt, Digest, Grund, Kennung, Text, Zeitpunkt
from schemas.befehl import abgeleitet
from schemas.beratung import TopStatus, VorlageStand
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
    beginn: Zeitpunkt
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
    bekanntmachung: bool = abgeleitet(False)
    hinweise: tuple[str, ...] = abgeleitet(())

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        gremien = (self.gremium, *self.weitere_gremien)
        ladung, fristen = (None, ()) if self.geschehen else _deadlines(rw, gremien, self.beginn)
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
                "standardpunkte": () if self.geschehen else _standing(rw, gremien),
                "meldet": self.geschehen is None,
                "bekanntmachung": rw.bekanntmachung is not None,
                "hinweise": () if self.geschehen else unusual(rw, gremien, self.beginn),
            }
        )

    def verify(self, z: Sitzung) -> None:
        if len({self.gremium, *self.weitere_gremien}) <= len(self.weitere_gremien):
            raise Unplausibel("Ein Gremium ist zweimal genannt. Bitte jedes nur einmal angeben.")
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
            *("ladung", "festsetzung", "festsetzung_zustimmung", "formale_pruefung", "bekanntmachung", "hinweise"),
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


def _deadlines(rw: Regelwerk, gremien: Sequence[str], beginn: dt.datetime) -> tuple[Ladung | None, tuple[Frist, ...]]:
    """What the Regelwerk says for a meeting then: its Ladungsfrist, and all deadlines. A joint one keeps the strictest of all."""
    ladung, wessen = min(
        ((la, g) for g in gremien if (la := summons(rw, g, beginn))), key=lambda x: x[0].letzter_tag, default=(None, "")
    )
    schluss = min((f for g in gremien if (f := papers_due(rw, g, beginn))), key=lambda f: f.faellig, default=None)
    antraege = min((f for g in gremien if (f := motions_due(rw, g, beginn))), key=lambda f: f.faellig, default=None)
    alle = (summons_deadline(rw, wessen, ladung) if ladung else None, schluss, antraege if rw.antragsschluss else None)
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


def _standing(rw: Regelwerk, gremien: Sequence[str]) -> tuple[Top, ...]:
    """Items that every agenda of one of the committees has, numbered."""
    punkte = sorted((p for p in rw.standardpunkte if not p.gremien or set(gremien) & set(p.gremien)), key=lambda p: p.ende)
    tops = tuple(
        Top(id=nr, nummer="", titel=p.titel, bezeichnung=p.bezeichnung, oeffentlich=p.oeffentlich, am_ende=p.ende, standard=True)
        for nr, p in enumerate(punkte, 1)
    )
    return renumbered(tops)


class Verlegen(Kommando[Sitzung]):
    """Die Sitzung auf einen anderen Termin oder an einen anderen Ort legen. Wer eingeladen war, ist damit neu eingeladen."""

    art: ClassVar[str] = "verlegen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN})
    braucht_stand: ClassVar[bool] = True

    grund: Grund
    beginn: Zeitpunkt | None = None
    raum: Text | None = None
    ort: Text | None = None
    vergangen: bool = abgeleitet(False)
    ladung: Ladung | None = abgeleitet()
    fristen: tuple[Frist, ...] = abgeleitet(())
    hinweise: tuple[str, ...] = abgeleitet(())

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        if self.beginn is None or self.geschehen is not None or z.gremium is None:
            return self
        gremien = [g.id for g in (z.gremium, *z.weitere_gremien)]
        ladung, fristen = _deadlines(rw, gremien, self.beginn)
        neu = {"ladung": ladung, "fristen": fristen, "hinweise": unusual(rw, gremien, self.beginn)}
        return self.model_copy(update={"vergangen": self.beginn < wann, **neu})

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        if z.eingeladen_am is None or self.ladung is None or day(wann) <= self.ladung.letzter_tag:
            return ()
        return (f"zum neuen Termin ist nicht rechtzeitig eingeladen ({self.ladung.regel})",)

    def verify(self, z: Sitzung) -> None:
        if self.vergangen:
            raise Unplausibel("Der neue Beginn ist schon vorbei. Bitte das Datum prüfen.")
        if (self.beginn, self.raum, self.ort) == (None, None, None):
            raise Unplausibel("Es ist nichts angegeben, was sich ändern soll (Beginn, Raum oder Ort).")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        z = z.model_copy(update={n: getattr(self, n) for n in ("beginn", "raum", "ort") if getattr(self, n) is not None})
        if self.beginn is None or self.geschehen is not None:
            return z
        z = z.model_copy(update={"ladung": self.ladung, "hinweise": (*z.hinweise, *self.hinweise)})
        return _with_deadlines(invited_again(z, wann) if z.eingeladen_am else z, self.fristen, wann)


class Eroeffnen(Kommando[Sitzung]):
    """Die Sitzung ist eröffnet."""

    art: ClassVar[str] = "eroeffnen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.EROEFFNET})
    begruendungspflicht: ClassVar[bool] = False

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        funde = {
            "ohne Einladung eröffnet": z.stufe is Stufe.GEPLANT,
            "vor dem geplanten Tag eröffnet": z.beginn is not None and day(wann) < day(z.beginn),
            "ohne öffentliche Bekanntmachung eröffnet": z.bekanntmachung and not z.bekanntmachungen,
        }
        return tuple(fund for fund, ist in funde.items() if ist)

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

    begruendungspflicht: ClassVar[bool] = False

    def verify(self, z: Sitzung) -> None:
        if z.stufe is Stufe.GESCHLOSSEN and not z.offen_gehalten:
            raise Doppelt("Die Sitzung ist schon geschlossen.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        if z.stufe is not Stufe.EROEFFNET or self.geschehen:
            return ()
        offen = [t.nummer for t in z.tops for tv in t.vorlagen if tv.status is TopStatus.OFFEN]
        return tuple(f"TOP {nummer}: eine Vorlage blieb ohne Ergebnis" for nummer in dict.fromkeys(offen))

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        geschlossen = z.geschlossen_am if z.offen_gehalten else wann
        pausen = tuple(u if u.bis else u.model_copy(update={"bis": geschlossen}) for u in z.unterbrechungen)
        neu = {"geschlossen_am": geschlossen, "unterbrechungen": pausen, "offen_gehalten": False}
        return z.model_copy(update={"stufe": Stufe.GESCHLOSSEN, **neu})


class Absagen(Kommando[Sitzung]):
    """Die Sitzung absagen. Ihre Punkte gehen in eine andere Sitzung über („auf“); sonst sind die Vorlagen wieder frei."""

    art: ClassVar[str] = "absagen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ABGESAGT})

    grund: Grund
    auf: str | None = None
    gremien: tuple[str, ...] = abgeleitet(())
    ziel_offen: bool = abgeleitet(True)
    """Committees and state of the meeting that takes over, as the door looked them up."""

    def verify(self, z: Sitzung) -> None:
        eigene = {g.id for g in (z.gremium, *z.weitere_gremien) if g}
        if self.gremien and not eigene & set(self.gremien):
            raise Unplausibel("Die Sitzung, die die Punkte übernehmen soll, ist eine eines anderen Gremiums.")
        if not self.ziel_offen:
            raise Unplausibel("Die Sitzung, die die Punkte übernehmen soll, ist schon vorbei oder abgesagt.")
        if self.auf == z.id:
            raise Unplausibel("Die Punkte können nicht in dieselbe Sitzung übergehen.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        ohne = [t.nummer for t in z.tops if not t.vorlagen and not t.standard and t.status is TopStatus.OFFEN]
        return (f"Punkte ohne Vorlage entfallen: {', '.join(ohne)}",) if ohne and self.auf is None else ()

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
    siegel: Digest | None = abgeleitet()
    fristen: tuple[Frist, ...] = abgeleitet(())
    papiere: tuple[VorlageStand, ...] = abgeleitet(())
    """What its open papers say of themselves by now: one that was taken up again while the meeting was closed must be told again."""

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        if z.stufe is not Stufe.ABGESAGT or z.gremium is None or z.beginn is None:
            return self
        _, fristen = _deadlines(rw, [g.id for g in (z.gremium, *z.weitere_gremien)], z.beginn)
        return self.model_copy(update={"fristen": fristen})

    def verify(self, z: Sitzung) -> None:
        verify_sealed(z, self.siegel)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        z = z.model_copy(update={"siegel": None})
        for stand in self.papiere:
            z = take_copy(z, stand)
        if z.stufe is not Stufe.ABGESAGT:
            return z.model_copy(update={"stufe": Stufe.GESCHLOSSEN, "offen_gehalten": True})
        neu = {"stufe": Stufe.GEPLANT, "verlegt_auf": None, "eingeladen_am": None}
        return _with_deadlines(z.model_copy(update=neu), self.fristen, wann)


class Rueckmeldung(gemeinsam.Rueckmeldung[Sitzung]):
    """Was ein anderer Vorgang auf einen Ruf der Sitzung geantwortet hat."""

    art: ClassVar[str] = "rueckmeldung"

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return self.note(z)
