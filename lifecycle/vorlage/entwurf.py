"""Drafting: the paper comes to be, and the lead office works on it."""

import datetime as dt
from typing import Any, ClassVar, Self

from lifecycle.ablehnung import Unplausibel
from lifecycle.aktenzeichen import file_reference
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import committee, decides, kind, office, verify_documents
from lifecycle.nummernkreis import number_request
from schemas.basis import Benannt, Kennung, Modell, Text
from schemas.befehl import abgeleitet
from schemas.regelwerk import Regelwerk, Vorlageart
from schemas.vorlage import Abschnitt, Anlage, Beratung, Fassung, Nummernwunsch, Stufe, Ursprung, Ursprungsart, Vorlage


class Stationswunsch(Modell):
    """A station as the lead office asks for it: committee, and its role there if it is known."""

    gremium: Kennung
    rolle: Text | None = None


class Entwerfen(Kommando[Vorlage]):
    """Eine Vorlage anlegen. Das federführende Amt entwirft sie."""

    art: ClassVar[str] = "entwerfen"
    legt_an: ClassVar[bool] = True
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ENTWURF})

    vorlageart: Kennung
    betreff: Text
    federfuehrend: Kennung
    bezeichnung: Text | None = None
    oeffentlich: bool = True
    ursprung: Ursprung = Ursprung()
    abschnitte: tuple[Abschnitt, ...] = ()
    anlagen: tuple[Anlage, ...] = ()
    angaben: tuple[Kennung, ...] = ()
    beratungsfolge: tuple[Stationswunsch, ...] = ()
    aktenzeichen: Text | None = None
    nummer: Text | None = None
    auftrag: str | None = None

    vorlageart_name: str = abgeleitet("")
    federfuehrung: Benannt | None = abgeleitet()
    gremien: tuple[Benannt, ...] = abgeleitet(())
    entscheidend: tuple[bool, ...] = abgeleitet(())
    nummernwunsch: Nummernwunsch | None = abgeleitet()
    gebildetes_aktenzeichen: Text | None = abgeleitet()
    """By the town's pattern, where the office gives none. Earlier drafts do not have it."""

    def complete(self, z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> Self:
        art = kind(rw, self.vorlageart)
        verify_sections(art, self.abschnitte)
        federfuehrung = office(rw, self.federfuehrend, wann)
        return self.model_copy(
            update={
                "vorlageart_name": art.name,
                "federfuehrung": federfuehrung,
                "nummernwunsch": number_request(rw, federfuehrung, wann, self.nummer) if self.nummer else None,
                "gebildetes_aktenzeichen": None if self.aktenzeichen else file_reference(rw, federfuehrung, wann, z.id),
                "gremien": tuple(committee(rw, w.gremium, wann) for w in self.beratungsfolge),
                "entscheidend": tuple(decides(rw, w.rolle) for w in self.beratungsfolge),
            }
        )

    def verify(self, z: Vorlage) -> None:
        verify_begun(self.betreff, self.nummer, vergangen=self.geschehen is not None)
        verify_shown_as(self.oeffentlich, self.bezeichnung)
        verify_documents(self.abschnitte, self.anlagen)

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        gleich = ("vorlageart", "vorlageart_name", "betreff", "bezeichnung", "oeffentlich", "ursprung", "angaben")
        erste = Fassung(nr=1, abschnitte=self.abschnitte, anlagen=self.anlagen, verfasst_von=tuple(sorted(self.akteur.personen)))
        entscheidend = self.entscheidend or (False,) * len(self.gremien)  # earlier drafts did not say it
        stationen = asked_stations(self.beratungsfolge, self.gremien, entscheidend, oeffentlich=self.oeffentlich)
        felder: dict[str, Any] = {name: getattr(self, name) for name in gleich}
        if self.auftrag:
            folge = {"art": Ursprungsart.AUFTRAG, "auftrag": self.auftrag}
            felder["ursprung"] = self.ursprung.model_copy(update=folge)
        return z.model_copy(
            update=felder
            | {
                "federfuehrend": self.federfuehrung,
                "fassungen": (erste,),
                "beratungen": stationen,
                "nummernwunsch": self.nummernwunsch,
                "aktenzeichen": self.aktenzeichen or self.gebildetes_aktenzeichen,
            }
        )


def asked_stations(
    wuensche: tuple[Stationswunsch, ...], gremien: tuple[Benannt, ...], entscheidend: tuple[bool, ...], *, oeffentlich: bool
) -> tuple[Beratung, ...]:
    """The stations that were asked for, in their order, with the committees named as of the day."""
    return tuple(
        Beratung(nr=nr, gremium=gremium, rolle=wunsch.rolle, oeffentlich=oeffentlich, entscheidet=entscheidet)
        for nr, (wunsch, gremium, entscheidet) in enumerate(zip(wuensche, gremien, entscheidend, strict=False), 1)
    )


def verify_shown_as(oeffentlich: bool, bezeichnung: str | None) -> None:
    """Raises Unplausibel for something that is not public and has nothing that may be shown of it."""
    if not oeffentlich and not bezeichnung:
        raise Unplausibel("Eine nichtöffentliche Vorlage braucht eine neutrale Bezeichnung für die Öffentlichkeit.")


def verify_begun(betreff: str, nummer: str | None, *, vergangen: bool) -> None:
    """Raises Unplausibel for a new paper without subject, or with a number of its own that is not of the past."""
    if not betreff:
        raise Unplausibel("Der Betreff fehlt. Bitte in einem Satz sagen, worum es geht.")
    if nummer and not vergangen:
        raise Unplausibel("Die Nummer vergibt die Laufmappe. Eine vorhandene Nummer gehört in eine Nacherfassung.")


def verify_sections(art: Vorlageart, abschnitte: tuple[Abschnitt, ...]) -> None:
    """Raises Unplausibel for a section that this kind of paper does not have."""
    for abschnitt in abschnitte:
        if art.abschnitte and abschnitt.name not in art.abschnitte:
            alle = ", ".join(art.abschnitte)
            raise Unplausibel(f"Eine {art.name} hat keinen Abschnitt „{abschnitt.name}“. Es gibt: {alle}.")


class Textaenderung(Kommando[Vorlage]):
    """What a change of a paper can touch. None leaves it as it is."""

    betreff: Text | None = None
    bezeichnung: Text | None = None
    abschnitte: tuple[Abschnitt, ...] | None = None
    anlagen: tuple[Anlage, ...] | None = None
    angaben: tuple[Kennung, ...] | None = None

    def changes_anything(self) -> bool:
        """Whether any part is given."""
        return any(getattr(self, teil) is not None for teil in Textaenderung.model_fields.keys() - Kommando.model_fields.keys())

    def verify(self, z: Vorlage) -> None:
        if not self.changes_anything():
            raise Unplausibel("Es ist nichts angegeben, was sich ändern soll.")
        if self.betreff == "":
            raise Unplausibel("Der Betreff darf nicht leer werden.")
        verify_documents(self.abschnitte or (), self.anlagen or ())

    def merged(self, z: Vorlage) -> Vorlage:
        """The paper with the given parts replaced; sections one by one, attachments as a whole."""
        neu = {abschnitt.name: abschnitt for abschnitt in self.abschnitte or ()}
        alte = tuple(neu.pop(a.name, a) for a in z.fassung.abschnitte)
        fassung = z.fassung.model_copy(
            update={
                "abschnitte": (*alte, *neu.values()),
                "anlagen": z.fassung.anlagen if self.anlagen is None else self.anlagen,
                "verfasst_von": tuple(sorted({*z.fassung.verfasst_von, *self.akteur.personen})),
            }
        )
        kopf = {n: getattr(self, n) for n in ("betreff", "bezeichnung", "angaben") if getattr(self, n) is not None}
        return z.model_copy(update=kopf | {"fassungen": (*z.fassungen[:-1], fassung)})


class Bearbeiten(Textaenderung):
    """Den Entwurf bearbeiten."""

    art: ClassVar[str] = "bearbeiten"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.ENTWURF})

    aktenzeichen: Text | None = None

    def changes_anything(self) -> bool:
        return super().changes_anything() or self.aktenzeichen is not None

    def verify(self, z: Vorlage) -> None:
        super().verify(z)
        if self.aktenzeichen == "":
            raise Unplausibel("Das Aktenzeichen darf nicht leer werden: jede Vorlage hat eines.")

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        z = self.merged(z)
        return z if self.aktenzeichen is None else z.model_copy(update={"aktenzeichen": self.aktenzeichen})
