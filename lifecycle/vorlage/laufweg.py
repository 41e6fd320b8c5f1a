"""The signing path: who must sign, who has signed, and the release at its end."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import ClassVar, Self

from pydantic import PositiveInt

from lifecycle.ablehnung import Doppelt, FalscheStufe, NichtBefugt, Unbekannt, Unplausibel
from lifecycle.fristen import deadline, ended, opened, running
from lifecycle.fristregeln import path_counting
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import kind, office
from lifecycle.nummernkreis import number_request
from lifecycle.terminsachen import FristAbgelaufen
from schemas.akteur import Rolle
from schemas.basis import Benannt, Grund, Kennung, Modell, Text
from schemas.befehl import abgeleitet
from schemas.frist import Fristausgang, Zaehlung
from schemas.regelwerk import Laufwegplatz, Regelwerk
from schemas.vorlage import Antwort, Antwortart, Fassung, Freigabe, Nummernwunsch, Platz, Stufe, Vorlage

BEGRUENDET = frozenset({Antwortart.MIT_ANMERKUNG, Antwortart.NICHT_MITGEZEICHNET, Antwortart.ZURUECKGEGEBEN})


def replace_version(z: Vorlage, **felder: object) -> Vorlage:
    """The paper with its newest version changed."""
    return z.model_copy(update={"fassungen": (*z.fassungen[:-1], z.fassung.model_copy(update=felder))})


def turn(fassung: Fassung) -> tuple[int, ...]:
    """Indexes of the places whose turn it is: unanswered, and all earlier steps answered."""
    offen = [(platz.schritt, i) for i, platz in enumerate(fassung.plaetze) if platz.antwort is None]
    dran = min((schritt for schritt, _ in offen), default=0)
    return tuple(i for schritt, i in offen if schritt == dran)


def silent(platz: Platz) -> bool:
    """Whether the place let its deadline pass."""
    return platz.antwort is not None and platz.antwort.art is Antwortart.NICHT_GEAEUSSERT


def in_path(z: Vorlage) -> bool:
    """Whether the newest version is under way to its release: at first, or as Neufassung during consultation."""
    return z.eingang is None and _unreleased(z)


def _unreleased(z: Vorlage) -> bool:
    return z.stufe is Stufe.IM_LAUFWEG or (z.stufe is Stufe.IN_BERATUNG and z.fassung.freigabe is None)


def verify_inhouse(z: Vorlage) -> None:
    """Raises FalscheStufe for what came from outside: nobody signs or releases it, and its text is its sender's."""
    if z.eingang:
        raise FalscheStufe(
            "Das kam von außen: ein Antrag oder eine Anfrage geht keinen Laufweg und wird nicht freigegeben, und den Text ändert "
            "nur, wer ihn gestellt hat („antrag_aendern“)."
        )


def compulsory(z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> tuple[Platz, ...]:
    """The places that the Regelwerk demands for this paper. Raises Unbekannt for an office that is not there."""
    assert z.federfuehrend is not None  # every paper has one from its first entry on
    return tuple(
        Platz(
            schritt=regel.schritt,
            stelle=office(rw, _place(regel, z.federfuehrend, rw), wann),
            rolle=regel.rolle,
            pflicht=True,
            grund=regel.wenn,
        )
        for regel in rw.laufweg.plaetze
        if (not regel.vorlagearten or z.vorlageart in regel.vorlagearten) and (not regel.wenn or regel.wenn in z.angaben)
    )


def _place(regel: Laufwegplatz, federfuehrend: Benannt, rw: Regelwerk) -> str:
    if regel.stelle == "federfuehrend":
        return federfuehrend.id
    if regel.stelle == "uebergeordnet":
        ueber = next((s.uebergeordnet for s in rw.stellen if s.id == federfuehrend.id), None)
        if ueber is None:
            raise Unbekannt(
                f"Für „{federfuehrend.anzeige}“ ist keine übergeordnete Stelle hinterlegt, der Laufweg verlangt sie. "
                "Bitte das Regelwerk ergänzen."
            )
        return ueber
    return regel.stelle


def merge_places(vorhanden: Iterable[Platz], neu: Iterable[Platz]) -> tuple[Platz, ...]:
    """Both, each office and role once per step; compulsory wins."""
    plaetze = {(p.schritt, p.stelle.id, p.rolle): p for p in vorhanden}
    for platz in neu:
        schon = plaetze.get((platz.schritt, platz.stelle.id, platz.rolle))
        if schon is None or (platz.pflicht and not schon.pflicht):
            plaetze[platz.schritt, platz.stelle.id, platz.rolle] = platz.model_copy(
                update={"antwort": schon.antwort if schon else None}
            )
    return tuple(sorted(plaetze.values(), key=lambda p: (p.schritt, p.stelle.id, p.rolle)))


class Platzwunsch(Modell):
    """A place that the lead office adds."""

    schritt: PositiveInt
    stelle: Kennung
    rolle: Rolle = Rolle.AMTSLEITUNG


class Beteiligen(Kommando[Vorlage]):
    """Stellen am Laufweg beteiligen. Das federführende Amt fügt Plätze hinzu; wegnehmen kann es keine."""

    art: ClassVar[str] = "beteiligen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.ENTWURF, Stufe.IM_LAUFWEG, Stufe.IN_BERATUNG})

    plaetze: tuple[Platzwunsch, ...]
    benannt: tuple[Benannt, ...] = abgeleitet(())

    def complete(self, z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> Self:
        return self.model_copy(update={"benannt": tuple(office(rw, p.stelle, wann) for p in self.plaetze)})

    def verify(self, z: Vorlage) -> None:
        verify_inhouse(z)
        if z.stufe is Stufe.IN_BERATUNG and not in_path(z):
            raise FalscheStufe("Diese Fassung ist freigegeben; am Laufweg ist nichts mehr zu beteiligen.")
        schritte = [p.schritt for p in z.fassung.plaetze if p.antwort is not None]
        if any(p.schritt < max(schritte, default=0) for p in self.plaetze):
            raise Unplausibel(f"Der Laufweg ist schon bei Schritt {max(schritte)}; davor kann niemand mehr beteiligt werden.")

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        neu = (
            Platz(schritt=p.schritt, stelle=benannt, rolle=p.rolle)
            for p, benannt in zip(self.plaetze, self.benannt, strict=False)
        )
        return replace_version(z, plaetze=merge_places(z.fassung.plaetze, neu))


class Einreichen(Kommando[Vorlage]):
    """Den Entwurf auf den Laufweg geben."""

    art: ClassVar[str] = "einreichen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.ENTWURF})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.IM_LAUFWEG})
    braucht_stand: ClassVar[bool] = True

    pflicht: tuple[Platz, ...] = abgeleitet(())
    fehlende: tuple[str, ...] = abgeleitet(())
    nummernwunsch: Nummernwunsch | None = abgeleitet()
    laufwegfrist: Zaehlung | None = abgeleitet()

    def complete(self, z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> Self:
        if z.federfuehrend is None:
            return self
        vorhanden = {a.name for a in z.fassung.abschnitte if a.groesse}
        wunsch = z.nummernwunsch or number_request(rw, z.federfuehrend, wann)
        return self.model_copy(
            update={
                "pflicht": compulsory(z, rw, wann),
                "fehlende": tuple(n for n in kind(rw, z.vorlageart).pflicht if n not in vorhanden),
                "nummernwunsch": wunsch,
                "laufwegfrist": None if self.geschehen else path_counting(rw, wann),
            }
        )

    def verify(self, z: Vorlage) -> None:
        if self.fehlende and not self.geschehen:
            raise Unplausibel(f"Es fehlen Abschnitte: {', '.join(self.fehlende)}. Bitte den Entwurf ergänzen.")

    def breaches(self, z: Vorlage, wann: dt.datetime) -> tuple[str, ...]:
        return tuple(f"der Abschnitt „{name}“ fehlt" for name in self.fehlende)

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        alt = z.fassung
        leer = tuple(p.model_copy(update={"antwort": None}) for p in alt.plaetze)
        z = replace_version(
            z,
            plaetze=merge_places(leer, self.pflicht),
            frueher=alt.frueher + tuple(p for p in alt.plaetze if p.antwort),
        )
        return z.model_copy(
            update={"stufe": Stufe.IM_LAUFWEG, "nummernwunsch": self.nummernwunsch, "laufwegfrist": self.laufwegfrist}
        )


class Mitzeichnen(Kommando[Vorlage]):
    """Als Platz auf dem Laufweg antworten: mitzeichnen, mit Anmerkung, ablehnen, nicht betroffen, zurückgeben."""

    art: ClassVar[str] = "mitzeichnen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.IM_LAUFWEG, Stufe.IN_BERATUNG})
    nach: ClassVar[Mapping[str, frozenset[str]]] = {Stufe.IM_LAUFWEG: frozenset({Stufe.ENTWURF})}

    antwort: Antwortart = Antwortart.MITGEZEICHNET
    bemerkung: Text | None = None

    def place(self, z: Vorlage) -> int | None:
        """Index of the actor's place whose turn it is, or whose deadline ran out: late is better than never. None if there is none."""
        plaetze = z.fassung.plaetze
        verstrichen = (i for i, p in enumerate(plaetze) if silent(p) and z.fassung.freigabe is None)
        eigene = (i for i in (*turn(z.fassung), *verstrichen) if self._own(plaetze[i]))
        return next(eigene, None)

    def _own(self, platz: Platz) -> bool:
        return (platz.stelle.id, platz.rolle) == (self.akteur.stelle, self.akteur.rolle)

    def verify(self, z: Vorlage) -> None:
        verify_inhouse(z)
        if not in_path(z):
            raise FalscheStufe("Diese Fassung ist freigegeben; es ist nichts mehr mitzuzeichnen.")
        if self.place(z) is None:
            dran = ", ".join(z.fassung.plaetze[i].stelle.anzeige for i in turn(z.fassung)) or "die Freigabe"
            raise FalscheStufe(
                f"„{self.akteur.stelle}“ ist als {self.akteur.rolle.anzeige} nicht an der Reihe. Dran ist: {dran}."
            )
        if self.antwort is Antwortart.NICHT_GEAEUSSERT:
            raise Unplausibel("„nicht geäußert“ stellt nur die Laufmappe fest, wenn die Frist abgelaufen ist.")
        if self.antwort in BEGRUENDET and not self.bemerkung:
            raise Unplausibel(f"„{self.antwort.value}“ braucht eine Begründung oder Anmerkung.")
        if (twice := _twice(self, z)) and not self.erfasst_von:
            raise NichtBefugt(f"Das geht nicht: {twice}. Bitte jemand anderen zeichnen lassen.")

    def breaches(self, z: Vorlage, wann: dt.datetime) -> tuple[str, ...]:
        twice = _twice(self, z) if self.erfasst_von else None
        return (twice,) if twice else ()

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        stelle = self.place(z)
        antwort = Antwort(art=self.antwort, akteur=self.akteur, am=wann, bemerkung=self.bemerkung)
        z = replace_version(
            z,
            plaetze=tuple(
                p.model_copy(update={"antwort": antwort}) if i == stelle else p for i, p in enumerate(z.fassung.plaetze)
            ),
        )
        return give_back(z) if self.antwort is Antwortart.ZURUECKGEGEBEN else z


def give_back(z: Vorlage) -> Vorlage:
    """A paper that comes back is a draft again; a Neufassung during consultation only loses its signatures."""
    if z.stufe is Stufe.IN_BERATUNG:
        alt = z.fassung
        return replace_version(
            z,
            plaetze=tuple(p.model_copy(update={"antwort": None}) for p in alt.plaetze),
            frueher=alt.frueher + tuple(p for p in alt.plaetze if p.antwort),
        )
    return replace_version(z.model_copy(update={"stufe": Stufe.ENTWURF}), freigabe=None, formal_angenommen=None)


def _signers(z: Vorlage) -> frozenset[str]:
    return frozenset().union(*(p.antwort.akteur.personen for p in z.fassung.plaetze if p.antwort)) if z.fassungen else frozenset()


def _twice(befehl: Kommando[Vorlage], z: Vorlage) -> str | None:
    if befehl.akteur.personen & _signers(z):
        return "eine Person kann in einer Fassung nicht für zwei Schritte zeichnen, auch nicht in Vertretung"
    return None


class Freigeben(Kommando[Vorlage]):
    """Die Vorlage freigeben. Das macht die Verwaltungsleitung."""

    art: ClassVar[str] = "freigeben"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.IM_LAUFWEG, Stufe.IN_BERATUNG, Stufe.FREIGEGEBEN})
    nach: ClassVar[Mapping[str, frozenset[str]]] = {Stufe.IM_LAUFWEG: frozenset({Stufe.FREIGEGEBEN, Stufe.IN_BERATUNG})}

    def verify(self, z: Vorlage) -> None:
        verify_inhouse(z)
        if z.fassung.freigabe:
            raise Doppelt("Diese Fassung ist schon freigegeben.")
        if (grund := self._own(z)) and not self.erfasst_von:
            raise NichtBefugt(f"Das geht nicht: {grund}.")

    def _own(self, z: Vorlage) -> str | None:
        if self.akteur.personen & frozenset(z.fassung.verfasst_von):
            return "niemand gibt frei, was er selbst verfasst hat"
        return _twice(self, z)

    def breaches(self, z: Vorlage, wann: dt.datetime) -> tuple[str, ...]:
        offen = tuple(f"{p.stelle.anzeige} hat nicht mitgezeichnet" for p in z.fassung.plaetze if p.antwort is None)
        offen += tuple(f"{p.stelle.anzeige} hat sich nicht geäußert" for p in z.fassung.plaetze if silent(p))
        eigen = self._own(z) if self.erfasst_von else None
        return offen + ((eigen,) if eigen else ())

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        z = replace_version(z, freigabe=Freigabe(akteur=self.akteur, am=wann))
        return z if z.stufe is Stufe.IN_BERATUNG else z.model_copy(update={"stufe": Stufe.FREIGEGEBEN})


class Zurueckgeben(Kommando[Vorlage]):
    """Die Vorlage mit Begründung an das federführende Amt zurückgeben, einen Antrag oder eine Anfrage an die Absender."""

    art: ClassVar[str] = "zurueckgeben"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EINGEGANGEN, Stufe.IM_LAUFWEG, Stufe.FREIGEGEBEN, Stufe.IN_BERATUNG})
    nach: ClassVar[Mapping[str, frozenset[str]]] = {s: frozenset({Stufe.ENTWURF}) for s in (Stufe.IM_LAUFWEG, Stufe.FREIGEGEBEN)}

    grund: Grund

    def verify(self, z: Vorlage) -> None:
        if z.eingang and z.fassung.formal_angenommen:
            raise FalscheStufe("Das ist formal angenommen und wird gezeigt; zurückgegeben wird nur, was noch zu prüfen ist.")
        if z.eingang is None and z.stufe is Stufe.IN_BERATUNG and not in_path(z):
            raise FalscheStufe("Nach der Einladung geht nur noch eine Neufassung oder eine Ergänzungsvorlage.")

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        return objected(z, self.grund) if z.eingang else give_back(z)


def objected(z: Vorlage, grund: str | None) -> Vorlage:
    """What came from outside, with what the Sitzungsdienst objects to; None: nothing (any more)."""
    return z.model_copy(update={"eingang": z.eingang and z.eingang.model_copy(update={"beanstandet": grund})})


class FormalAnnehmen(Kommando[Vorlage]):
    """Formal annehmen, was freigegeben ist oder von außen kam. Was nicht in Ordnung ist, geht mit Begründung zurück („zurueckgeben“)."""

    art: ClassVar[str] = "formal_annehmen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EINGEGANGEN, Stufe.FREIGEGEBEN, Stufe.IN_BERATUNG})
    nach: ClassVar[Mapping[str, frozenset[str]]] = {Stufe.EINGEGANGEN: frozenset({Stufe.IN_BERATUNG})}

    def verify(self, z: Vorlage) -> None:
        if z.eingang is None and z.fassung.freigabe is None:
            raise FalscheStufe("Diese Fassung ist noch nicht freigegeben.")
        if z.fassung.formal_angenommen:
            raise Doppelt("Diese Fassung ist schon formal angenommen.")

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        return replace_version(objected(z, None), formal_angenommen=Freigabe(akteur=self.akteur, am=wann))


# --- deadlines of the path ----------------------------------------------------------------------------------------------


def deadline_id(fassung: Fassung, platz: Platz) -> str:
    """Id of a place's deadline."""
    return f"mitzeichnung/{fassung.nr}/{platz.schritt}/{platz.stelle.id}/{platz.rolle.value}"


def path_deadlines(z: Vorlage, wann: dt.datetime | None) -> Vorlage:
    """The deadlines as the path stands now: whose turn it is has one; who answered, or is no longer asked, has none running."""
    if not z.fassungen:
        return z
    fassung = z.fassung
    dran = {deadline_id(fassung, fassung.plaetze[i]): fassung.plaetze[i] for i in turn(fassung)} if in_path(z) else {}
    beantwortet = {deadline_id(fassung, p): p.antwort for p in fassung.plaetze if p.antwort}
    for frist in [f for f in running(z) if f.id.startswith("mitzeichnung/") and f.id not in dran]:
        antwort = beantwortet.get(frist.id)
        jetzt = wann or z.zuletzt or frist.faellig
        z = ended(z, frist.id, antwort.am if antwort else jetzt, None if antwort else Fristausgang.ENTFALLEN)
    if wann is None or z.laufwegfrist is None:
        return z
    laufend = {f.id for f in running(z)}
    for kennung, platz in dran.items():
        if kennung not in laufend:
            zweck = f"Mitzeichnung {platz.stelle.anzeige}"
            z = opened(z, deadline(kennung, zweck, wann, z.laufwegfrist, (platz.stelle.id,)), wann)
    return z


class MitzeichnungAbgelaufen(FristAbgelaufen[Vorlage]):
    """Die Frist einer Stelle ist abgelaufen: sie hat sich nicht geäußert. Der Weg geht weiter; eine Unterschrift ist das nie."""

    art: ClassVar[str] = "frist_abgelaufen"

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        frist = self.running(z)
        z = super().perform(z, wann)
        stumm = Antwort(art=Antwortart.NICHT_GEAEUSSERT, akteur=self.akteur, am=wann)
        if frist is None:
            return z
        plaetze = (
            p.model_copy(update={"antwort": stumm}) if deadline_id(z.fassung, p) == frist.id and p.antwort is None else p
            for p in z.fassung.plaetze
        )
        return replace_version(z, plaetze=tuple(plaetze))
