"""The way through the committees: stations, requests to be put on an agenda, and what meetings report back."""

import datetime as dt
from collections.abc import Callable
from typing import ClassVar, Self

from pydantic import PositiveInt

from lifecycle import gemeinsam
from lifecycle.ablehnung import Doppelt, FalscheStufe, Unbekannt, Unplausibel
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import committee, decides
from lifecycle.vorlage.verknuepfung import VerknuepfungGemeldet
from schemas.basis import Benannt, Grund, Kennung, Text
from schemas.befehl import abgeleitet
from schemas.beratung import TopStand, TopStatus, Verweis, Verweisart
from schemas.regelwerk import Regelwerk
from schemas.vorlage import ENDEN, Beratung, BeratungStatus, Stufe, Vorlage
from schemas.wirkung import Rufausgang

UNERLEDIGT = frozenset({BeratungStatus.OFFEN, BeratungStatus.GEPLANT})


def station(z: Vorlage, nr: int | None) -> Beratung | None:
    """The station of that number."""
    return next((b for b in z.beratungen if b.nr == nr), None)


def change_station(z: Vorlage, nr: int, aendere: Callable[[Beratung], Beratung]) -> Vorlage:
    """The paper with one station changed."""
    return z.model_copy(update={"beratungen": tuple(aendere(b) if b.nr == nr else b for b in z.beratungen)})


def insert_station(z: Vorlage, neu: Beratung, vor: int | None = None) -> Vorlage:
    """A station put before station ``vor``, or at the end. Numbers are identities: they do not shift; the order is the list's."""
    neu = neu.model_copy(update={"nr": max((b.nr for b in z.beratungen), default=0) + 1})
    stelle = next((i for i, b in enumerate(z.beratungen) if b.nr == vor), len(z.beratungen))
    return z.model_copy(update={"beratungen": (*z.beratungen[:stelle], neu, *z.beratungen[stelle:])})


def verify_free(z: Vorlage, nr: int) -> None:
    """Raises a refusal unless that station is open and on no agenda."""
    ziel = station(z, nr)
    if ziel is None:
        raise Unbekannt(f"Eine Station {nr} hat diese Vorlage nicht.")
    if ziel.status not in UNERLEDIGT:
        raise Doppelt(f"Die Station {nr} ist schon {ziel.status.value}.")
    if ziel.status is BeratungStatus.GEPLANT:
        raise FalscheStufe("Die Vorlage steht dort auf der Tagesordnung. Bitte sie zuerst in der Sitzung absetzen.")


class BeratungErgaenzen(Kommando[Vorlage]):
    """Eine Station der Beratungsfolge ergänzen."""

    art: ClassVar[str] = "beratung_ergaenzen"

    gremium: Kennung
    rolle: Text | None = None
    oeffentlich: bool = True
    vor: PositiveInt | None = None
    benannt: Benannt | None = abgeleitet()
    entscheidet: bool = abgeleitet(False)

    def complete(self, z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> Self:
        neu = {"benannt": committee(rw, self.gremium, wann), "entscheidet": decides(rw, self.rolle)}
        return self.model_copy(update=neu)

    def verify(self, z: Vorlage) -> None:
        if self.vor is not None and station(z, self.vor) is None:
            raise Unbekannt(f"Eine Station {self.vor} hat diese Vorlage nicht.")

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        assert self.benannt is not None  # complete() named it, check confirmed it
        gleich = {"rolle": self.rolle, "oeffentlich": self.oeffentlich, "entscheidet": self.entscheidet}
        neu = Beratung(nr=1, gremium=self.benannt, **gleich)
        return insert_station(z, neu, self.vor)


class BeratungEntfallen(Kommando[Vorlage]):
    """Eine Station entfallen lassen, mit Begründung."""

    art: ClassVar[str] = "beratung_entfallen"
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ABGESCHLOSSEN})

    beratung: PositiveInt
    grund: Grund

    def verify(self, z: Vorlage) -> None:
        verify_free(z, self.beratung)

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        neu = {"status": BeratungStatus.ENTFALLEN, "grund": self.grund, "angemeldet": None}
        return change_station(z, self.beratung, lambda b: b.model_copy(update=neu))


class Anmelden(Kommando[Vorlage]):
    """Die Vorlage für eine Sitzung anmelden, auch vor der Freigabe. Der Sitzungsdienst nimmt sie auf oder lehnt ab."""

    art: ClassVar[str] = "anmelden"

    sitzung: str
    beratung: PositiveInt
    gremien: tuple[str, ...] = abgeleitet(())
    """Committees of that meeting, as the door looked them up."""

    def verify(self, z: Vorlage) -> None:
        ziel = station(z, self.beratung)
        if ziel is None:
            raise Unbekannt(f"Eine Station {self.beratung} hat diese Vorlage nicht.")
        if ziel.status not in UNERLEDIGT:
            raise FalscheStufe(f"Die Station {self.beratung} ist schon {ziel.status.value}.")
        if self.gremien and ziel.gremium.id not in self.gremien:
            raise Unplausibel(f"Das ist keine Sitzung von {ziel.gremium.anzeige}. Bitte eine Sitzung dieses Gremiums angeben.")
        if ziel.angemeldet:
            raise Doppelt("Die Vorlage ist für diese Station schon angemeldet; die Antwort steht noch aus.")

    def breaches(self, z: Vorlage, wann: dt.datetime) -> tuple[str, ...]:
        vorher = next((b for b in z.beratungen if b.nr == self.beratung or b.status in UNERLEDIGT), None)
        if vorher is None or vorher.nr == self.beratung:
            return ()
        return (f"die frühere Station {vorher.gremium.anzeige} ist noch offen",)

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        return change_station(z, self.beratung, lambda b: b.model_copy(update={"angemeldet": self.sitzung}))


class TopStandUebernehmen(Kommando[Vorlage]):
    """Was die Sitzung über den Tagesordnungspunkt dieser Vorlage mitteilt."""

    art: ClassVar[str] = "top_stand"
    tatsache: ClassVar[bool] = True
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.IN_BERATUNG, Stufe.ABGESCHLOSSEN, Stufe.ZURUECKGEZOGEN})

    stand: TopStand

    def breaches(self, z: Vorlage, wann: dt.datetime) -> tuple[str, ...]:
        if z.stufe in ENDEN or not is_news(z, self.stand):
            return ()
        funde = []
        if place(z, self.stand) is None:
            funde.append(f"{self.stand.gremium.anzeige} war in der Beratungsfolge nicht vorgesehen")
        if self.stand.status is TopStatus.BEHANDELT and (fehlt := _unready(z)):
            funde.append(f"in der Sitzung behandelt, obwohl nicht {fehlt}")
        return tuple(funde)

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        if z.stufe in ENDEN:
            satz = f"Die Sitzung meldete nach Abschluss noch etwas zu TOP {self.stand.nummer}; bitte prüfen."
            return z.model_copy(update={"hinweise": (*z.hinweise, satz)})
        if not is_news(z, self.stand):
            return z
        return taken(z.model_copy(update={"offen_gehalten": False}), self.stand)


def _unready(z: Vorlage) -> str | None:
    """What a paper lacks that a committee has dealt with all the same."""
    if z.stufe is Stufe.EINGEGANGEN and z.fassung.formal_angenommen is None:
        return "formal angenommen"
    return "freigegeben" if z.stufe in {Stufe.ENTWURF, Stufe.IM_LAUFWEG} else None


def place(z: Vorlage, s: TopStand) -> Beratung | None:
    """Where it belongs: the station named, the one already treating this item, or the first open one of who meets there."""
    gleiche = (b for b in z.beratungen if any((t.sitzung, t.top) == (s.sitzung, s.top) for t in b.behandlungen))
    dort = {s.gremium.id, *s.weitere_gremien}
    offene = (b for b in z.beratungen if b.gremium.id in dort and b.status in UNERLEDIGT)
    return station(z, s.beratung) or next(gleiche, None) or next(offene, None)


def is_news(z: Vorlage, s: TopStand) -> bool:
    """Whether the paper does not know it yet: of what a meeting says only higher revisions are taken."""
    ziel = place(z, s)
    hier = ziel.behandlungen if ziel else ()
    bekannt = next((t for t in hier if (t.sitzung, t.top) == (s.sitzung, s.top)), None)
    return bekannt is None or bekannt.revision < s.revision


def taken(z: Vorlage, s: TopStand) -> Vorlage:
    """The paper with what the meeting says: at its station, which comes to be if there is none, and with what follows from it."""
    ziel = place(z, s)
    if ziel is None:
        z = insert_station(z, Beratung(nr=1, gremium=s.gremium, oeffentlich=s.oeffentlich))
        ziel = z.beratungen[-1]
    andere = tuple(t for t in ziel.behandlungen if (t.sitzung, t.top) != (s.sitzung, s.top))
    bitte = None if ziel.angemeldet == s.sitzung else ziel.angemeldet
    neu = {"behandlungen": (*andere, s), "angemeldet": bitte}
    return _refer(change_station(z, ziel.nr, lambda b: b.model_copy(update=neu)), ziel.nr, s)


class BehandlungNacherfassen(TopStandUebernehmen):
    """Eine frühere Behandlung nacherfassen, deren Sitzung nicht in der Laufmappe ist."""

    art: ClassVar[str] = "behandlung_nacherfassen"

    def verify(self, z: Vorlage) -> None:
        if self.geschehen is None:
            raise Unplausibel("Eine Behandlung von früher braucht ihr wahres Datum (geschehen).")


def _refer(z: Vorlage, nr: int, stand: TopStand) -> Vorlage:
    """Adds the station that the item was referred to; drops an untouched one that a corrected outcome no longer names."""
    herkunft = f"{stand.sitzung}/{stand.top}"
    verweis = stand.beschluss.verweis if stand.beschluss else None
    schon = next((b for b in z.beratungen if b.herkunft == herkunft), None)
    if schon and verweis and schon.gremium.id == verweis.gremium.id:
        return z
    if schon and not schon.behandlungen:
        weg = {"status": BeratungStatus.ENTFALLEN, "grund": "Verweisung berichtigt", "herkunft": None}
        z = change_station(z, schon.nr, lambda b: b.model_copy(update=weg))
    if verweis is None:
        return z
    neu = Beratung(nr=1, gremium=verweis.gremium, rolle=verweis.rolle, oeffentlich=stand.oeffentlich, herkunft=herkunft)
    return insert_station(z, neu, nr if verweis.art is Verweisart.VORBERATUNG else _after(z, nr, verweis))


def _after(z: Vorlage, nr: int, verweis: Verweis) -> int | None:
    reihe = [b.nr for b in z.beratungen]
    danach = reihe.index(nr) + 1
    return reihe[danach] if danach < len(reihe) else None


class Rueckmeldung(gemeinsam.Rueckmeldung[Vorlage]):
    """Was ein anderer Vorgang auf einen Ruf der Vorlage geantwortet hat."""

    art: ClassVar[str] = "rueckmeldung"

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        if self.zweck == VerknuepfungGemeldet.art and self.ausgang is not Rufausgang.AUFGEGEBEN:
            return z  # closed, or in the past not there yet: who shows the other paper asks the register who has linked to it
        z = self.note(z)
        if self.zweck == "nummer" and self.ausgang is Rufausgang.ANGENOMMEN:
            return z.model_copy(update={"nummer": self.antwort})
        if self.ausgang is not Rufausgang.ANGENOMMEN and self.zweck == "anmeldung":
            sitzung = self.ziel.rsplit("/", 1)[-1]
            return z.model_copy(
                update={
                    "beratungen": tuple(
                        b.model_copy(update={"angemeldet": None}) if b.angemeldet == sitzung else b for b in z.beratungen
                    )
                }
            )
        return z


class BitteAbgelehnt(Kommando[Vorlage]):
    """Der Sitzungsdienst hat eine Anmeldung oder die Bitte um Rücknahme abgelehnt."""

    art: ClassVar[str] = "bitte_abgelehnt"
    tatsache: ClassVar[bool] = True

    sitzung: str
    ruecknahme: bool
    grund: Text

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        if self.ruecknahme:
            satz = f"Die Rücknahme wurde abgelehnt: {self.grund}"
            return z.model_copy(update={"ruecknahme_erbeten": None, "hinweise": (*z.hinweise, satz)})
        satz = f"Die Anmeldung wurde abgelehnt: {self.grund}"
        stationen = tuple(b.model_copy(update={"angemeldet": None}) if b.angemeldet == self.sitzung else b for b in z.beratungen)
        return z.model_copy(update={"beratungen": stationen, "hinweise": (*z.hinweise, satz)})
