"""What the committee did with an item: the outcome to the letter, its class, votes, referral, a changed role.

What happened in a meeting is never refused: an item that was not on the agenda, a meeting nobody opened in the engine, a
wording that nobody has seen before are recorded, with an Abweichung or a mark.
"""

import datetime as dt
from collections.abc import Collection
from typing import ClassVar, Self

from pydantic import PositiveInt

from lifecycle.ablehnung import FalscheStufe, Unbekannt, Unplausibel
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import committee
from lifecycle.sitzung.tagesordnung import append_top, change_top, copy_of, find_top, new_id, take_copy
from schemas.basis import Benannt, Grund, Kennung, Modell, Pflichttext, Text
from schemas.befehl import abgeleitet
from schemas.beratung import Abstimmung, Abstimmungsart, Beschluss, Klasse, TopStatus, Verweis, Verweisart, VorlageStand
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

    wortlaut: Pflichttext
    text: Text | None = None
    text_internet: Text | None = None
    """The resolved text without names of private persons."""
    abstimmungen: tuple[Abstimmung, ...] = ()
    verweisung: Verweisung | None = None
    rolle_geaendert: Text | None = None

    klasse: Klasse | None = abgeleitet()
    verweis_gremium: Benannt | None = abgeleitet()
    unbekannt: tuple[str, ...] = abgeleitet(())
    """What the Regelwerk does not know of it: taken as it was, and pointed out."""

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        klasse = next((w.klasse for w in rw.wortlaute if w.text == self.wortlaut), None)
        funde: list[str] = []
        if self.rolle_geaendert and all(r.name != self.rolle_geaendert for r in rw.rollen):
            funde.append(f"Die Rolle „{self.rolle_geaendert}“ steht nicht im Regelwerk; bitte ergänzen.")
        gremium = _referred_to(rw, self.verweisung, wann, funde) if self.verweisung else None
        return self.model_copy(update={"klasse": klasse, "verweis_gremium": gremium, "unbekannt": tuple(funde)})

    def verify_outcome(self) -> None:
        """Raises Unplausibel for what cannot be so."""
        for abstimmung in self.abstimmungen:
            if abstimmung.art is Abstimmungsart.GEHEIM and abstimmung.stimmen:
                raise Unplausibel("Eine geheime Abstimmung hat keine Stimmen mit Namen.")

    def pointed_out(self, z: Sitzung) -> Sitzung:
        """The meeting with a hint on whatever the Regelwerk does not know."""
        return z.model_copy(update={"hinweise": (*z.hinweise, *self.unbekannt)}) if self.unbekannt else z

    def outcome(self) -> Beschluss:
        """The outcome as it is kept. A wording that the Regelwerk does not know is taken, class none, and shown for mapping."""
        v = self.verweisung
        return Beschluss(
            wortlaut=self.wortlaut,
            klasse=self.klasse or Klasse.NONE,
            einordnung_offen=self.klasse is None,
            text=self.text,
            text_internet=self.text_internet,
            abstimmungen=self.abstimmungen,
            verweis=Verweis(gremium=self.verweis_gremium, art=v.art, rolle=v.rolle) if v and self.verweis_gremium else None,
        )


def _referred_to(rw: Regelwerk, v: Verweisung, wann: dt.datetime, funde: list[str]) -> Benannt:
    """The committee as it was called then; as it was stated, where the Regelwerk does not know it."""
    try:
        return committee(rw, v.gremium, wann)
    except Unbekannt:
        funde.append(f"Das Gremium „{v.gremium}“, an das verwiesen wurde, steht nicht im Regelwerk; bitte ergänzen.")
        return Benannt(id=v.gremium, name=v.gremium)


class Ergebnis(Beschlussangaben):
    """Das Ergebnis zu einem Tagesordnungspunkt festhalten, im Wortlaut."""

    art: ClassVar[str] = "ergebnis"
    begruendungspflicht: ClassVar[bool] = False

    top: PositiveInt | None = None
    vorlage: str | None = None
    beratung: PositiveInt | None = None
    """In a joint meeting: only for that station of the paper."""
    oeffentlich: bool | None = None
    stand: VorlageStand | None = abgeleitet()
    """The paper's facts as the door knows them: for one that was not on the agenda."""

    def verify(self, z: Sitzung) -> None:
        self.verify_outcome()
        if self.top is None and self.vorlage is None:
            raise Unplausibel("Zu welchem Tagesordnungspunkt? Bitte „top“ oder „vorlage“ angeben.")
        top = self._item(z)
        if top is None and self.top is not None:
            raise Unbekannt(f"Einen Tagesordnungspunkt {self.top} gibt es nicht.")
        if top is None:
            return
        if self.vorlage is None and len({tv.vorlage for tv in top.vorlagen}) > 1:
            raise Unplausibel("An diesem Punkt stehen mehrere Vorlagen; jede hat ihr eigenes Ergebnis. Bitte „vorlage“ angeben.")
        stellen = [tv for tv in top.vorlagen if at_place(tv, self.vorlage, self.beratung)]
        if any(tv.beschluss is None for tv in stellen):
            return
        if (alt := outcome_of(top, self.vorlage, self.beratung)) is not None:
            raise FalscheStufe(f"Ein Ergebnis steht schon fest („{alt.wortlaut}“). Bitte „ergebnis_berichtigen“ nehmen.")

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        funde = []
        if z.stufe in {Stufe.GEPLANT, Stufe.EINGELADEN}:
            funde.append("Ergebnis vor der Eröffnung festgehalten")
        top = self._item(z)
        if top is None or (self.vorlage and all(tv.vorlage != self.vorlage for tv in top.vorlagen)):
            funde.append("der Punkt stand nicht auf der Tagesordnung")
        if self.klasse is Klasse.REFERRED and self.verweisung is None:
            funde.append("verwiesen, ohne dass festgehalten ist, wohin")
        return tuple(funde)

    def _item(self, z: Sitzung) -> Top | None:
        """The item that is named, or the one at which the paper stands."""
        if self.top is not None:
            return find_top(z, self.top)
        return next((t for t in z.tops if any(tv.vorlage == self.vorlage for tv in t.vorlagen)), None)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        z, nr = self._place(self.pointed_out(z))
        return change_top(z, nr, self._with_result)

    def _with_result(self, top: Top) -> Top:
        """Where the paper stands for several committees, those that have a result already keep it."""
        offen = [tv.beratung for tv in top.vorlagen if at_place(tv, self.vorlage, self.beratung) and tv.beschluss is None]
        return with_outcome(top, self.vorlage, self.outcome(), self.rolle_geaendert, offen or [self.beratung])

    def _place(self, z: Sitzung) -> tuple[Sitzung, int]:
        """The item, which comes to be if the committee took up what was not on the agenda."""
        if bekannt := self._item(z):
            return z, bekannt.id
        kopie, nr = copy_of(z, self.vorlage or "") or self.stand, new_id(z)
        public = self.oeffentlich if self.oeffentlich is not None else kopie is None or kopie.oeffentlich
        z = append_top(
            z,
            nummer=None,
            titel=kopie.betreff if kopie else "",
            bezeichnung=kopie.bezeichnung if kopie else None,
            oeffentlich=public,
        )
        return (take_copy(z, self.stand) if self.stand else z), nr


def at_place(tv: TopVorlage, vorlage: str | None, beratung: int | None) -> bool:
    """Whether that is (one of) the place(s) meant: of that paper, or any; for that station, or any."""
    return vorlage in (None, tv.vorlage) and beratung in (None, tv.beratung)


def outcome_of(top: Top, vorlage: str | None, beratung: int | None = None) -> Beschluss | None:
    """The outcome of that paper at the item; of its only paper, or of the item, where none is named."""
    if vorlage is None and len({tv.vorlage for tv in top.vorlagen}) != 1:
        return top.beschluss
    return next((tv.beschluss for tv in top.vorlagen if at_place(tv, vorlage, beratung) and tv.beschluss), None)


def with_outcome(
    top: Top, vorlage: str | None, beschluss: Beschluss, rolle: str | None, beratungen: Collection[int | None] = (None,)
) -> Top:
    """The item with an outcome for that paper (added to the item if it was not there), or for the item itself.

    ``beratungen``: for which stations of the paper; None among them: for all.
    """
    status = NICHT_BEHANDELT.get(beschluss.klasse, TopStatus.BEHANDELT)
    if vorlage and all(tv.vorlage != vorlage for tv in top.vorlagen):
        top = top.model_copy(update={"vorlagen": (*top.vorlagen, TopVorlage(vorlage=vorlage))})
    if not top.vorlagen:
        return top.model_copy(update={"beschluss": beschluss, "status": status})
    neu = {"beschluss": beschluss, "status": status, "rolle_geaendert": rolle}
    vorlagen = tuple(
        tv.model_copy(update=neu) if any(at_place(tv, vorlage, b) for b in beratungen) else tv for tv in top.vorlagen
    )
    offen = any(tv.status is TopStatus.OFFEN for tv in vorlagen)
    return top.model_copy(update={"vorlagen": vorlagen, "status": TopStatus.OFFEN if offen else status})


def changed_outcome(z: Sitzung, nr: int, vorlage: str | None, **felder: object) -> Sitzung:
    """The meeting with something about an outcome changed; nothing, where there is none."""
    top = find_top(z, nr)
    alt = outcome_of(top, vorlage) if top else None
    if top is None or alt is None:
        return z
    rolle = next((tv.rolle_geaendert for tv in top.vorlagen if at_place(tv, vorlage, None)), None)
    return change_top(z, nr, lambda t: with_outcome(t, vorlage, alt.model_copy(update=felder), rolle))


class ErgebnisBerichtigen(Beschlussangaben):
    """Ein festgehaltenes Ergebnis berichtigen, mit Begründung. Das alte bleibt im Verlauf und in der unterzeichneten Niederschrift."""

    art: ClassVar[str] = "ergebnis_berichtigen"
    begruendungspflicht: ClassVar[bool] = False

    top: PositiveInt
    grund: Grund
    vorlage: str | None = None
    beratung: PositiveInt | None = None

    def breaches(self, z: Sitzung, wann: dt.datetime) -> tuple[str, ...]:
        return (
            ("die unterzeichnete Niederschrift sagt anderes; sie ist in der nächsten zu berichtigen",) if z.unterschriften else ()
        )

    def verify(self, z: Sitzung) -> None:
        self.verify_outcome()
        top = find_top(z, self.top)
        if top is None or outcome_of(top, self.vorlage, self.beratung) is None:
            raise Unbekannt("Hier steht noch kein Ergebnis, das zu berichtigen wäre.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        return change_top(self.pointed_out(z), self.top, self._corrected)

    def _corrected(self, top: Top) -> Top:
        """With the new outcome. Whether it is carried out, and whether it was released, are facts of their own and stay."""
        alt = outcome_of(top, self.vorlage, self.beratung)
        bleibt = ("vollzug", "vollzug_grund", "aufgehoben_durch", "veroeffentlicht")
        neu = self.outcome().model_copy(update={name: getattr(alt, name) for name in bleibt} if alt else {})
        return with_outcome(top, self.vorlage, neu, self.rolle_geaendert, [self.beratung])


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
        return changed_outcome(z, self.top, self.vorlage, klasse=self.klasse, einordnung_offen=False)
