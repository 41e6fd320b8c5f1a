"""Changes after submission: editorial ones keep signatures, changes of content void them, later ones are a new version."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from lifecycle.ablehnung import FalscheStufe, NichtBefugt, Unbekannt, Unplausibel
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import kind, office, verify_documents
from lifecycle.vorlage.entwurf import Textaenderung, verify_sections
from lifecycle.vorlage.laufweg import Platzwunsch, in_path, merge_places, replace_version, verify_inhouse
from schemas.akteur import Rolle
from schemas.basis import Benannt, Digest, Grund, Text
from schemas.befehl import abgeleitet
from schemas.regelwerk import Regelwerk
from schemas.vorlage import Abschnitt, Aenderung, Anlage, Fassung, Fassungsart, Platz, Stufe, Vorlage

AENDERBAR = frozenset({Stufe.IM_LAUFWEG, Stufe.FREIGEGEBEN, Stufe.IN_BERATUNG})


def _verify_open(z: Vorlage) -> None:
    """Raises FalscheStufe once the committee has it: a Neufassung may still be changed on its own path, what is out may not."""
    verify_inhouse(z)
    if z.stufe is Stufe.IN_BERATUNG and not in_path(z):
        raise FalscheStufe("Nach der Einladung geht nur noch eine Neufassung oder eine Ergänzungsvorlage.")


def _parts(z: Vorlage) -> dict[str, Digest]:
    return {f"Abschnitt {a.name}": a.digest for a in z.fassung.abschnitte} | {
        f"Anlage {a.name}": a.digest for a in z.fassung.anlagen
    }


def differences(vorher: Vorlage, nachher: Vorlage, *, redaktionell: bool, grund: str) -> Iterator[Aenderung]:
    """Every part whose text changed, with the digests before and after."""
    alt, neu = _parts(vorher), _parts(nachher)
    for teil in sorted(alt.keys() | neu.keys()):
        if alt.get(teil) != neu.get(teil):
            yield Aenderung(
                seq=nachher.seq,
                teil=teil,
                vorher=alt.get(teil),
                nachher=neu.get(teil),
                redaktionell=redaktionell,
                grund=grund,
            )


WORTE = {"Betreff": "betreff", "Bezeichnung": "bezeichnung"}
"""Parts that are words, no documents: what people read, and the field."""


def subject_of(z: Vorlage, fassung: Fassung) -> str:
    """The subject as it was in that version: a later one may change it, and is perhaps not released yet."""
    spaeter = (a.vorher_text for f in z.fassungen if f.nr > fassung.nr for a in f.aenderungen if a.teil == "Betreff")
    return next((text for text in spaeter if text), z.betreff)


def _words(vorher: Vorlage, nachher: Vorlage, *, redaktionell: bool, grund: str) -> Iterator[Aenderung]:
    for teil, feld in WORTE.items():
        alt, neu = getattr(vorher, feld), getattr(nachher, feld)
        if alt != neu:
            felder = {"vorher_text": alt, "nachher_text": neu, "redaktionell": redaktionell, "grund": grund}
            yield Aenderung(seq=nachher.seq, teil=teil, **felder)
    if vorher.angaben != nachher.angaben:
        texte = {"vorher_text": ", ".join(vorher.angaben), "nachher_text": ", ".join(nachher.angaben)}
        yield Aenderung(seq=nachher.seq, teil="Angaben", **texte, redaktionell=redaktionell, grund=grund)


def noted(vorher: Vorlage, nachher: Vorlage, *, redaktionell: bool, grund: str) -> Vorlage:
    """``nachher``, whose newest version bears every change against ``vorher``."""
    wie: dict[str, Any] = {"redaktionell": redaktionell, "grund": grund}
    neu = (*_words(vorher, nachher, **wie), *differences(vorher, nachher, **wie))
    return replace_version(nachher, aenderungen=nachher.fassung.aenderungen + neu)


class RedaktionellAendern(Textaenderung):
    """Einen Schreibfehler berichtigen. Unterschriften bleiben, die Unterzeichnenden erfahren den Unterschied."""

    art: ClassVar[str] = "redaktionell_aendern"
    von: ClassVar[frozenset[str] | None] = AENDERBAR

    grund: Grund

    def verify(self, z: Vorlage) -> None:
        _verify_open(z)
        super().verify(z)
        if self.angaben is not None:
            raise Unplausibel("Angaben zur Vorlage sind Inhalt; sie ändern sich nur mit „inhalt_aendern“.")
        freigabe = z.fassung.freigabe
        if freigabe and freigabe.akteur.personen & self.akteur.personen and not self.erfasst_von:
            raise NichtBefugt(
                "Wer freigegeben hat, schreibt danach nicht selbst daran: niemand gibt frei, was er selbst verfasst hat. "
                "Bitte jemand anderen ändern lassen."
            )

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        return noted(z, self.merged(z), redaktionell=True, grund=self.grund)


class InhaltAendern(Textaenderung):
    """Den Inhalt ändern. Freigabe und Unterschriften verfallen, soweit das Regelwerk es sagt (sonst alle)."""

    art: ClassVar[str] = "inhalt_aendern"
    von: ClassVar[frozenset[str] | None] = AENDERBAR
    nach: ClassVar[Mapping[str, frozenset[str]]] = {Stufe.FREIGEGEBEN: frozenset({Stufe.IM_LAUFWEG})}

    grund: Grund
    verfallend: tuple[Rolle, ...] | None = abgeleitet()

    def complete(self, z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> Self:
        return self.model_copy(update={"verfallend": rw.laufweg.verfallend})

    def verify(self, z: Vorlage) -> None:
        _verify_open(z)
        super().verify(z)

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        neu = noted(z, self.merged(z), redaktionell=False, grund=self.grund)
        weg = [p for p in neu.fassung.plaetze if p.antwort and (self.verfallend is None or p.rolle in self.verfallend)]
        plaetze = tuple(p.model_copy(update={"antwort": None}) if p in weg else p for p in neu.fassung.plaetze)
        neu = replace_version(
            neu, freigabe=None, formal_angenommen=None, plaetze=plaetze, frueher=neu.fassung.frueher + tuple(weg)
        )
        return neu if z.stufe is Stufe.IN_BERATUNG else neu.model_copy(update={"stufe": Stufe.IM_LAUFWEG})


class Neufassen(Kommando[Vorlage]):
    """Nach der Einladung: eine Neufassung oder eine Ergänzungsvorlage mit eigenem kurzen Laufweg."""

    art: ClassVar[str] = "neufassen"
    braucht_stand: ClassVar[bool] = True
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.IN_BERATUNG})

    fassungsart: Fassungsart = Fassungsart.NEUFASSUNG
    grund: Grund
    abschnitte: tuple[Abschnitt, ...] = ()
    anlagen: tuple[Anlage, ...] = ()
    plaetze: tuple[Platzwunsch, ...] = ()

    benannt: tuple[Benannt, ...] = abgeleitet(())
    zusatzmuster: str | None = abgeleitet()

    def complete(self, z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> Self:
        if z.seq:
            verify_sections(kind(rw, z.vorlageart), self.abschnitte)
        regel = rw.nummerierung
        muster = regel and (regel.neufassung if self.fassungsart is Fassungsart.NEUFASSUNG else regel.ergaenzung)
        return self.model_copy(
            update={"benannt": tuple(office(rw, p.stelle, wann) for p in self.plaetze), "zusatzmuster": muster}
        )

    def verify(self, z: Vorlage) -> None:
        verify_inhouse(z)
        if self.fassungsart is Fassungsart.URFASSUNG:
            raise Unplausibel("Eine Urfassung gibt es nur einmal. Bitte „neufassung“ oder „ergaenzung“ wählen.")
        if not self.abschnitte and not self.anlagen:
            raise Unplausibel("Die neue Fassung hat keinen Text. Bitte mindestens einen Abschnitt oder eine Anlage angeben.")
        if z.fassung.freigabe is None:
            raise FalscheStufe("Die letzte Fassung ist noch nicht freigegeben. Bitte erst diese zu Ende führen.")
        verify_documents(self.abschnitte, self.anlagen)

    def _authors(self, z: Vorlage) -> frozenset[str]:
        """Who wrote what a Neufassung replaces has written at it too; an Ergänzung stands for itself."""
        return frozenset(z.fassung.verfasst_von) if self.fassungsart is Fassungsart.NEUFASSUNG else frozenset()

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        n = sum(f.art is self.fassungsart for f in z.fassungen) + 1
        neu = Fassung(
            nr=len(z.fassungen) + 1,
            art=self.fassungsart,
            zusatz=self.zusatzmuster.format(n=n) if self.zusatzmuster else None,
            abschnitte=self.abschnitte,
            anlagen=self.anlagen,
            verfasst_von=tuple(sorted(self.akteur.personen | self._authors(z))),
            plaetze=merge_places(
                (),
                (
                    Platz(schritt=p.schritt, stelle=benannt, rolle=p.rolle)
                    for p, benannt in zip(self.plaetze, self.benannt, strict=False)
                ),
            ),
        )
        return z.model_copy(update={"fassungen": (*z.fassungen, neu)})


class VorlageOeffentlichkeit(Kommando[Vorlage]):
    """Die Öffentlichkeit ändern: der ganzen Vorlage, einer Anlage oder einer Station. Immer mit Begründung."""

    art: ClassVar[str] = "vorlage_oeffentlichkeit"

    oeffentlich: bool
    grund: Grund
    bezeichnung: Text | None = None
    anlage: Text | None = None
    beratung: int | None = None

    def verify(self, z: Vorlage) -> None:
        if self.anlage is not None and all(a.name != self.anlage for a in z.fassung.anlagen):
            raise Unbekannt(f"Eine Anlage „{self.anlage}“ hat diese Vorlage nicht.")
        if self.beratung is not None and all(b.nr != self.beratung for b in z.beratungen):
            raise Unbekannt(f"Eine Station {self.beratung} hat diese Vorlage nicht.")
        if self._whole() and not self.oeffentlich and not (self.bezeichnung or z.bezeichnung):
            raise Unplausibel("Eine nichtöffentliche Vorlage braucht eine neutrale Bezeichnung für die Öffentlichkeit.")

    def _whole(self) -> bool:
        return self.anlage is None and self.beratung is None

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        neu = {"oeffentlich": self.oeffentlich}
        if self.anlage is not None:
            benannt = neu | ({"bezeichnung": self.bezeichnung} if self.bezeichnung else {})
            anlagen = (a.model_copy(update=benannt) if a.name == self.anlage else a for a in z.fassung.anlagen)
            return replace_version(z, anlagen=tuple(anlagen))
        if self.beratung is not None:
            stationen = (b.model_copy(update=neu) if b.nr == self.beratung else b for b in z.beratungen)
            return z.model_copy(update={"beratungen": tuple(stationen)})
        return z.model_copy(update=neu | {"bezeichnung": self.bezeichnung or z.bezeichnung})
