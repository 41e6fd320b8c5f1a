"""What the committee did with an item: the outcome to the letter, its class, votes, referral, a changed role.

What happened in a meeting is never refused: an item that was not on the agenda, a meeting nobody opened in the engine, a
wording that nobody has seen before are recorded, with an Abweichung or a mark.
"""

import datetime as dt
from typing import ClassVar, Self

from pydantic import PositiveInt

from lifecycle.ablehnung import FalscheStufe, Unbekannt, Unplausibel
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import committee, role
from lifecycle.sitzung.tagesordnung import append_top, change_top, copy_of, find_top
from schemas.basis import Benannt, Grund, Kennung, Modell, Text
from schemas.befehl import abgeleitet
from schemas.beratung import Abstimmung, Abstimmungsart, Beschluss, Klasse, TopStatus, Verweis, Verweisart, Vollzug
from schemas.regelwerk import Regelwerk
from schemas.sitzung import Sitzung, Stufe, Top, TopVorlage

NICHT_BEHANDELT = {Klasse.REMOVED: TopStatus.ABGESETZT}


class Verweisung(Modell):
    """Where to, and why: for advice, or because another committee is competent."""

    gremium: Kennung
    art: Verweisart
    rolle: Text | None = None


class Beschlussangaben(Kommando[Sitzung]):
    """What one states of an outcome."""

    wortlaut: Text
    text: Text | None = None
    abstimmungen: tuple[Abstimmung, ...] = ()
    verweisung: Verweisung | None = None
    rolle_geaendert: Text | None = None

    klasse: Klasse | None = abgeleitet()
    verweis_gremium: Benannt | None = abgeleitet()

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        role(rw, self.rolle_geaendert)
        klasse = next((w.klasse for w in rw.wortlaute if w.text == self.wortlaut), None)
        gremium = committee(rw, self.verweisung.gremium, wann) if self.verweisung else None
        return self.model_copy(update={"klasse": klasse, "verweis_gremium": gremium})

    def verify_outcome(self) -> None:
        """Raises Unplausibel for what cannot be so."""
        if not self.wortlaut:
            raise Unplausibel("Das Ergebnis fehlt. Bitte den Wortlaut der Niederschrift angeben.")
        for abstimmung in self.abstimmungen:
            if abstimmung.art is Abstimmungsart.GEHEIM and abstimmung.stimmen:
                raise Unplausibel("Eine geheime Abstimmung hat keine Stimmen mit Namen.")

    def outcome(self) -> Beschluss:
        """The outcome as it is kept. A wording that the Regelwerk does not know is taken, class none, and shown for mapping."""
        v = self.verweisung
        return Beschluss(
            wortlaut=self.wortlaut,
            klasse=self.klasse or Klasse.NONE,
            einordnung_offen=self.klasse is None,
            text=self.text,
            abstimmungen=self.abstimmungen,
            verweis=Verweis(gremium=self.verweis_gremium, art=v.art, rolle=v.rolle) if v and self.verweis_gremium else None,
        )


class Ergebnis(Beschlussangaben):
    """Das Ergebnis zu einem Tagesordnungspunkt festhalten, im Wortlaut."""

    art: ClassVar[str] = "ergebnis"
    begruendungspflicht: ClassVar[bool] = False

    top: PositiveInt | None = None
    vorlage: str | None = None
    oeffentlich: bool = True

    def verify(self, z: Sitzung) -> None:
        self.verify_outcome()
        if self.top is None and self.vorlage is None:
            raise Unplausibel("Zu welchem Tagesordnungspunkt? Bitte „top“ oder „vorlage“ angeben.")
        if self.top is None:
            return
        top = find_top(z, self.top)
        if top is None:
            raise Unbekannt(f"Einen Tagesordnungspunkt {self.top} gibt es nicht.")
        if self.vorlage is None and len(top.vorlagen) > 1:
            raise Unplausibel("An diesem Punkt stehen mehrere Vorlagen; jede hat ihr eigenes Ergebnis. Bitte „vorlage“ angeben.")
        if (alt := outcome_of(top, self.vorlage)) is not None:
            raise FalscheStufe(f"Ein Ergebnis steht schon fest („{alt.wortlaut}“). Bitte „ergebnis_berichtigen“ nehmen.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        funde = []
        if z.stufe in {Stufe.GEPLANT, Stufe.EINGELADEN}:
            funde.append("Ergebnis vor der Eröffnung festgehalten")
        top = find_top(z, self.top)
        if top is None or (self.vorlage and all(tv.vorlage != self.vorlage for tv in top.vorlagen)):
            funde.append("der Punkt stand nicht auf der Tagesordnung")
        return tuple(funde)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        z, nr = self._place(z)
        return change_top(z, nr, lambda t: with_outcome(t, self.vorlage, self.outcome(), self.rolle_geaendert))

    def _place(self, z: Sitzung) -> tuple[Sitzung, int]:
        """The item, which comes to be if the committee took up what was not on the agenda."""
        if self.top is not None and find_top(z, self.top):
            return z, self.top
        bekannt = next((t.id for t in z.tops if any(tv.vorlage == self.vorlage for tv in t.vorlagen)), None)
        if bekannt is not None:
            return z, bekannt
        kopie = copy_of(z, self.vorlage or "")
        z = append_top(
            z,
            nummer=None,
            titel=kopie.betreff if kopie else "",
            bezeichnung=kopie.bezeichnung if kopie else None,
            oeffentlich=self.oeffentlich,
        )
        return z, z.tops[-1].id


def outcome_of(top: Top, vorlage: str | None) -> Beschluss | None:
    """The outcome of that paper at the item; of its only paper, or of the item, where none is named."""
    if vorlage is None and len(top.vorlagen) != 1:
        return top.beschluss
    return next((tv.beschluss for tv in top.vorlagen if vorlage in (None, tv.vorlage)), None)


def with_outcome(top: Top, vorlage: str | None, beschluss: Beschluss, rolle: str | None) -> Top:
    """The item with an outcome for that paper (added to the item if it was not there), or for the item itself."""
    status = NICHT_BEHANDELT.get(beschluss.klasse, TopStatus.BEHANDELT)
    if vorlage and all(tv.vorlage != vorlage for tv in top.vorlagen):
        top = top.model_copy(update={"vorlagen": (*top.vorlagen, TopVorlage(vorlage=vorlage))})
    if not top.vorlagen:
        return top.model_copy(update={"beschluss": beschluss, "status": status})
    neu = {"beschluss": beschluss, "status": status, "rolle_geaendert": rolle}
    ziele = {vorlage} if vorlage else {tv.vorlage for tv in top.vorlagen}
    vorlagen = tuple(tv.model_copy(update=neu) if tv.vorlage in ziele else tv for tv in top.vorlagen)
    offen = any(tv.status is TopStatus.OFFEN for tv in vorlagen)
    return top.model_copy(update={"vorlagen": vorlagen, "status": TopStatus.OFFEN if offen else status})


class ErgebnisBerichtigen(Beschlussangaben):
    """Ein festgehaltenes Ergebnis berichtigen, mit Begründung. Das alte bleibt im Verlauf stehen."""

    art: ClassVar[str] = "ergebnis_berichtigen"

    top: PositiveInt
    grund: Grund
    vorlage: str | None = None

    def verify(self, z: Sitzung) -> None:
        self.verify_outcome()
        top = find_top(z, self.top)
        if top is None or outcome_of(top, self.vorlage) is None:
            raise Unbekannt("Hier steht noch kein Ergebnis, das zu berichtigen wäre.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return change_top(z, self.top, lambda t: with_outcome(t, self.vorlage, self.outcome(), self.rolle_geaendert))


class Einordnen(Kommando[Sitzung]):
    """Einem unbekannten Wortlaut seine Klasse geben. Der Wortlaut bleibt, wie er ist."""

    art: ClassVar[str] = "einordnen"

    top: PositiveInt
    klasse: Klasse
    vorlage: str | None = None

    def verify(self, z: Sitzung) -> None:
        top = find_top(z, self.top)
        beschluss = outcome_of(top, self.vorlage) if top else None
        if beschluss is None:
            raise Unbekannt("Hier steht noch kein Ergebnis, das einzuordnen wäre.")
        if not beschluss.einordnung_offen:
            raise FalscheStufe(f"„{beschluss.wortlaut}“ ist schon eingeordnet ({beschluss.klasse.value}).")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        top = find_top(z, self.top)
        alt = outcome_of(top, self.vorlage) if top else None
        if top is None or alt is None:
            return z
        neu = alt.model_copy(update={"klasse": self.klasse, "einordnung_offen": False})
        rolle = next((tv.rolle_geaendert for tv in top.vorlagen if self.vorlage in (None, tv.vorlage)), None)
        return change_top(z, self.top, lambda t: with_outcome(t, self.vorlage, neu, rolle))


class Vollzugsakt(Kommando[Sitzung]):
    """A command on whether an outcome is carried out."""

    vollzug: ClassVar[Vollzug]

    top: PositiveInt
    vorlage: str | None = None
    grund: Text | None = None

    def verify(self, z: Sitzung) -> None:
        top = find_top(z, self.top)
        beschluss = outcome_of(top, self.vorlage) if top else None
        if beschluss is None:
            raise Unbekannt("Hier steht noch kein Ergebnis.")
        if beschluss.vollzug in (self.vollzug, Vollzug.AUFGEHOBEN):
            raise FalscheStufe(f"Der Beschluss ist schon {beschluss.vollzug.value}.")
        if self.vollzug is not Vollzug.VOLLZIEHBAR and not self.grund:
            raise Unplausibel("Bitte einen Grund angeben; er bleibt beim Beschluss stehen.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        top = find_top(z, self.top)
        alt = outcome_of(top, self.vorlage) if top else None
        if top is None or alt is None:
            return z
        neu = alt.model_copy(update={"vollzug": self.vollzug, "vollzug_grund": self.grund})
        rolle = next((tv.rolle_geaendert for tv in top.vorlagen if self.vorlage in (None, tv.vorlage)), None)
        return change_top(z, self.top, lambda t: with_outcome(t, self.vorlage, neu, rolle))


class VollzugAussetzen(Vollzugsakt):
    """Den Vollzug eines Beschlusses aussetzen (Einspruchsfrist, Genehmigung durch andere)."""

    art: ClassVar[str] = "vollzug_aussetzen"
    vollzug: ClassVar[Vollzug] = Vollzug.AUSGESETZT


class VollzugFreigeben(Vollzugsakt):
    """Einen ausgesetzten Beschluss zum Vollzug freigeben."""

    art: ClassVar[str] = "vollzug_freigeben"
    vollzug: ClassVar[Vollzug] = Vollzug.VOLLZIEHBAR


class BeschlussAufheben(Vollzugsakt):
    """Festhalten, dass ein Beschluss durch einen anderen aufgehoben ist."""

    art: ClassVar[str] = "beschluss_aufheben"
    vollzug: ClassVar[Vollzug] = Vollzug.AUFGEHOBEN
