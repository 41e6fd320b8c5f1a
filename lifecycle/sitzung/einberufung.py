"""From the agenda to the invitation: set, agreed to, invited, supplemented, made available, made public; each with its proof.

"Invited in time" and "papers in time" are two facts: each document reaches each receiver at a time of its own.
"""

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar, Self

from lifecycle.ablehnung import FalscheStufe, NichtBefugt, Unplausibel
from lifecycle.fristen import day, ended
from lifecycle.fristregeln import summons
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import receiver
from lifecycle.sitzung.anmeldung import late
from lifecycle.sitzung.tagesordnung import copy_of
from schemas.akteur import Akteur
from schemas.basis import Kennung, Pflichttext, Text
from schemas.befehl import abgeleitet
from schemas.frist import Ladung
from schemas.regelwerk import Regelwerk
from schemas.sitzung import (
    Bekanntmachung,
    Bereitstellung,
    Lieferung,
    Punkt,
    Sitzung,
    Stufe,
    Tagesordnung,
    Tagesordnungsart,
    Top,
    TopVorlage,
    Zustellweg,
)


def points(z: Sitzung) -> tuple[Punkt, ...]:
    """The agenda as it stands now."""
    return tuple(
        Punkt(
            top=t.id,
            nummer=t.nummer,
            oeffentlich=t.oeffentlich,
            titel=t.titel,
            vorlagen=tuple(dict.fromkeys(tv.vorlage for tv in t.vorlagen)),
            status=t.status,
        )
        for t in z.tops
    )


def _written_down(z: Sitzung, art: Tagesordnungsart, akteur: Akteur, wann: dt.datetime) -> Sitzung:
    neu = Tagesordnung(nr=len(z.tagesordnungen) + 1, art=art, am=wann, akteur=akteur, punkte=points(z))
    return z.model_copy(update={"tagesordnungen": (*z.tagesordnungen, neu)})


def is_set(z: Sitzung) -> bool:
    """Whether the agenda as it stands now is the one that was set, and agreed to where that is needed."""
    letzte = next((t for t in reversed(z.tagesordnungen) if t.art is Tagesordnungsart.FESTGESETZT), None)
    if letzte is None or letzte.punkte != points(z):
        return False
    return z.festsetzung_zustimmung is None or letzte.zustimmung is not None


class TagesordnungFestsetzen(Kommando[Sitzung]):
    """Die Tagesordnung festsetzen. Wird sie danach noch geändert, ist sie neu festzusetzen."""

    art: ClassVar[str] = "tagesordnung_festsetzen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT})

    def verify(self, z: Sitzung) -> None:
        if not z.tops:
            raise Unplausibel("Die Tagesordnung ist leer. Bitte zuerst Tagesordnungspunkte aufnehmen.")
        if z.festsetzung and self.akteur.rolle is not z.festsetzung:
            raise NichtBefugt(f"Die Tagesordnung setzt hier fest: {z.festsetzung.anzeige}.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return _written_down(z, Tagesordnungsart.FESTGESETZT, self.akteur, wann)


class TagesordnungZustimmen(Kommando[Sitzung]):
    """Der festgesetzten Tagesordnung zustimmen, wo das Regelwerk eine zweite Stelle verlangt."""

    art: ClassVar[str] = "tagesordnung_zustimmen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT})

    def verify(self, z: Sitzung) -> None:
        if z.festsetzung_zustimmung is None:
            raise Unplausibel("Eine Zustimmung zur Tagesordnung verlangt das Regelwerk hier nicht.")
        if self.akteur.rolle is not z.festsetzung_zustimmung:
            raise NichtBefugt(f"Zustimmen muss hier: {z.festsetzung_zustimmung.anzeige}.")
        letzte = z.tagesordnungen[-1] if z.tagesordnungen else None
        if letzte is None or letzte.punkte != points(z):
            raise FalscheStufe("Die Tagesordnung ist noch nicht festgesetzt (oder seither geändert).")
        if self.akteur.personen & letzte.akteur.personen:
            raise NichtBefugt("Wer festgesetzt hat, kann nicht auch zustimmen.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        letzte = z.tagesordnungen[-1].model_copy(update={"zustimmung": self.akteur})
        return z.model_copy(update={"tagesordnungen": (*z.tagesordnungen[:-1], letzte)})


class Versand(Kommando[Sitzung]):
    """What is sent or made available: by which way, to whom. Without receivers: to the committees of the meeting."""

    weg: Zustellweg = Zustellweg.INFORMATIONSSYSTEM
    empfaenger: tuple[Kennung, ...] = ()

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        for an in self.empfaenger:
            receiver(rw, an)
        return self

    def provided(self, z: Sitzung, dokumente: Iterable[str], wann: dt.datetime) -> Sitzung:
        """The meeting with these documents on record as available to these receivers."""
        an = self.empfaenger or tuple(g.id for g in (z.gremium, *z.weitere_gremien) if g)
        neu = tuple(Bereitstellung(dokument=d, an=e, weg=self.weg, am=wann) for d in dokumente for e in an)
        return z.model_copy(update={"bereitstellungen": (*z.bereitstellungen, *neu)})


def invitation_id(z: Sitzung) -> str:
    """The latest invitation, as a document that is made available."""
    return f"einladung/{z.einladungen}"


def paper_id(z: Sitzung, vorlage: str) -> str:
    """A paper's newest version, as a document that is made available."""
    kopie = copy_of(z, vorlage)
    return f"vorlage/{vorlage}{kopie.fassung or '' if kopie else ''}"


def invited_again(z: Sitzung, wann: dt.datetime) -> Sitzung:
    """The meeting invited to anew by its being moved: whoever was invited, in the way that it was."""
    vorher = {(b.an, b.weg) for b in z.bereitstellungen if b.dokument == invitation_id(z)}
    z = z.model_copy(update={"einladungen": z.einladungen + 1, "eingeladen_am": wann})
    neu = tuple(Bereitstellung(dokument=invitation_id(z), an=an, weg=weg, am=wann) for an, weg in sorted(vorher))
    return z.model_copy(update={"bereitstellungen": (*z.bereitstellungen, *neu)})


def _papers(z: Sitzung) -> tuple[str, ...]:
    """Papers on the agenda that are released and can go out, but for those that went already."""
    schon = {b.dokument for b in z.bereitstellungen}
    frei = (tv.vorlage for t in z.tops for tv in t.vorlagen if _released(z, tv.vorlage))
    return tuple(d for d in dict.fromkeys(paper_id(z, v) for v in frei) if d not in schon)


def _released(z: Sitzung, vorlage: str) -> bool:
    kopie = copy_of(z, vorlage)
    return kopie is not None and kopie.freigegeben


class Einladen(Versand):
    """Zur Sitzung einladen. Danach ist die Tagesordnung fest."""

    art: ClassVar[str] = "einladen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GEPLANT})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.EINGELADEN})

    braucht_stand: ClassVar[bool] = True

    genehmigt_von: Text | None = None
    ladung: Ladung | None = abgeleitet()

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        """The rule may have changed since the meeting was planned: what holds is the one of the day of the invitation."""
        super().complete(z, rw, wann)
        if self.geschehen is not None or z.beginn is None:
            return self
        gremien = (g.id for g in (z.gremium, *z.weitere_gremien) if g)
        regeln = (la for g in gremien if (la := summons(rw, g, z.beginn)))
        return self.model_copy(update={"ladung": min(regeln, key=lambda la: la.letzter_tag, default=None)})

    def verify(self, z: Sitzung) -> None:
        if not z.tops:
            raise Unplausibel("Die Tagesordnung ist leer. Bitte zuerst Tagesordnungspunkte aufnehmen.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        return (*unready(z), *_late_papers(z), *self._late(self.ladung, wann))

    def _late(self, ladung: Ladung | None, wann: dt.datetime) -> tuple[str, ...]:
        if ladung is None or arrives(ladung, self.weg, wann) <= ladung.letzter_tag:
            return ()
        funde = [f"nicht rechtzeitig eingeladen; letzter Tag war der {ladung.letzter_tag:%d.%m.%Y} ({ladung.regel})"]
        if ladung.eil_letzter_tag is None or arrives(ladung, self.weg, wann) > ladung.eil_letzter_tag:
            funde.append("auch als Eilfall zu spät" if ladung.eil_letzter_tag else "eine Verkürzung ist nicht vorgesehen")
        if ladung.zustimmung and not self.genehmigt_von:
            funde.append(f"für die Verkürzung fehlt die Zustimmung: {ladung.zustimmung}")
        return tuple(funde)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        z = z.model_copy(update={"tops": tuple(_marked_late(z, t) for t in z.tops)})
        z = _written_down(z, Tagesordnungsart.EINLADUNG, self.akteur, wann)
        z = z.model_copy(update={"stufe": Stufe.EINGELADEN, "eingeladen_am": wann, "einladungen": z.einladungen + 1})
        z = z.model_copy(update={"ladung": self.ladung or z.ladung})
        return ended(self.provided(z, (invitation_id(z), *_papers(z)), wann), "ladung", wann)


def arrives(ladung: Ladung, weg: Zustellweg, wann: dt.datetime) -> dt.date:
    """The day on which what is sent counts as there: by post, so many days later as the rule says."""
    return day(wann) + dt.timedelta(days=ladung.postlaufzeit if weg is Zustellweg.POST else 0)


def _too_late(z: Sitzung, tv: TopVorlage) -> str | None:
    """The rule that is broken by a paper that was announced in time, but released only after the Vorlagenschluss.

    Of a motion it is the receipt that counts, and that was looked at when it was put on the agenda.
    """
    kopie = copy_of(z, tv.vorlage)
    if kopie is None or kopie.eingegangen_am or kopie.freigegeben_am is None or tv.lieferung is not Lieferung.REGULAER:
        return None
    return late(z, kopie.freigegeben_am)


def _late_papers(z: Sitzung) -> Iterable[str]:
    for top in z.tops:
        for tv in top.vorlagen:
            if grund := _too_late(z, tv):
                yield f"TOP {top.nummer}: {grund}"


def _marked_late(z: Sitzung, top: Top) -> Top:
    neu = tuple(tv.model_copy(update={"lieferung": Lieferung.NACHTRAG}) if _too_late(z, tv) else tv for tv in top.vorlagen)
    return top if neu == top.vorlagen else top.model_copy(update={"vorlagen": neu})


def unready(z: Sitzung, tops: tuple[Top, ...] | None = None) -> Iterable[str]:
    """Rules that are broken by letting these items (all, if none are named) go out as they are."""
    for top in z.tops if tops is None else tops:
        for tv in top.vorlagen:
            kopie = copy_of(z, tv.vorlage)
            if kopie and kopie.eingegangen_am and not kopie.formal_angenommen:
                yield f"TOP {top.nummer}: ein Antrag oder eine Anfrage ist nicht formal angenommen"
            elif kopie and not kopie.freigegeben:
                yield f"TOP {top.nummer}: eine Vorlage ist nicht freigegeben"
            elif kopie and z.formale_pruefung and not kopie.formal_angenommen:
                yield f"TOP {top.nummer}: eine Vorlage ist nicht formal angenommen"
    if tops is None and z.festsetzung and not is_set(z):
        yield "die Tagesordnung ist nicht festgesetzt" + (" oder ihr ist nicht zugestimmt" if z.festsetzung_zustimmung else "")


class NachtragAusgeben(Versand):
    """Eine neue Fassung der Tagesordnung ausgeben, mit den Vorlagen, die hinzugekommen sind."""

    art: ClassVar[str] = "nachtrag_ausgeben"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EINGELADEN})

    def verify(self, z: Sitzung) -> None:
        if z.tagesordnungen and z.tagesordnungen[-1].punkte == points(z):
            raise Unplausibel("Die Tagesordnung hat sich seit ihrer letzten Fassung nicht geändert.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        alte = {p.top for p in z.tagesordnungen[-1].punkte} if z.tagesordnungen else set()
        return tuple(unready(z, tuple(t for t in z.tops if t.id not in alte)))

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        z = _written_down(z, Tagesordnungsart.NACHTRAG, self.akteur, wann)
        return self.provided(z, (f"tagesordnung/{len(z.tagesordnungen)}", *_papers(z)), wann)


class Bereitstellen(Versand):
    """Festhalten, wann wem eine Vorlage bereitgestellt wurde, auch nach der Einladung; ohne Vorlage: die Einladung selbst."""

    art: ClassVar[str] = "bereitstellen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EINGELADEN, Stufe.EROEFFNET})

    vorlage: str | None = None

    def verify(self, z: Sitzung) -> None:
        if self.vorlage and all(tv.vorlage != self.vorlage for t in z.tops for tv in t.vorlagen):
            raise Unplausibel("Diese Vorlage steht nicht auf der Tagesordnung.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return self.provided(z, (paper_id(z, self.vorlage) if self.vorlage else invitation_id(z),), wann)


class Bekanntmachen(Kommando[Sitzung]):
    """Festhalten, dass Zeit, Ort und Tagesordnung öffentlich bekannt gemacht sind: wo, und was es beweist."""

    art: ClassVar[str] = "bekanntmachen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EINGELADEN, Stufe.EROEFFNET})

    wo: Pflichttext
    nachweis: Text | None = None

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        neu = Bekanntmachung(am=wann, wo=self.wo, nachweis=self.nachweis)
        return z.model_copy(update={"bekanntmachungen": (*z.bekanntmachungen, neu)})


# --- the two facts ------------------------------------------------------------------------------------------------------


def _in_time(z: Sitzung, dokument: str) -> bool | None:
    """Whether everybody who was invited, or got it, had it in time: what counts is when it first reached each of them."""
    if z.ladung is None:
        return None
    zuerst: dict[str, dt.date] = {}
    for b in z.bereitstellungen:
        if b.dokument == dokument:
            zuerst[b.an] = min(arrives(z.ladung, b.weg, b.am), zuerst.get(b.an, dt.date.max))
    alle = {b.an for b in z.bereitstellungen if b.dokument in (dokument, invitation_id(z))}
    return bool(alle) and all(an in zuerst and zuerst[an] <= z.ladung.letzter_tag for an in alle)


def invited_in_time(z: Sitzung) -> bool | None:
    """Whether everybody had the latest invitation in time; None where no rule says what that is."""
    return _in_time(z, invitation_id(z))


def paper_in_time(z: Sitzung, vorlage: str) -> bool | None:
    """Whether everybody had the paper's newest version in time; None where no rule says what that is. Tischvorlagen never are."""
    tisch = any(tv.vorlage == vorlage and tv.lieferung is Lieferung.TISCHVORLAGE for t in z.tops for tv in t.vorlagen)
    return False if tisch and z.ladung else _in_time(z, paper_id(z, vorlage))
