"""What comes from outside: a motion or a question is taken in, and only who sent it changes it. No signing path, no release."""

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar, Self

from pydantic import AwareDatetime

from lifecycle.ablehnung import FalscheStufe, Unplausibel
from lifecycle.aktenzeichen import file_reference
from lifecycle.fristregeln import motions_due
from lifecycle.kern import BERLIN, UHR_TOLERANZ, Kommando
from lifecycle.nachschlagen import committee, decides, kind, office, verify_documents
from lifecycle.nummernkreis import number_request
from lifecycle.vorlage.entwurf import (
    Stationswunsch,
    Textaenderung,
    asked_stations,
    verify_begun,
    verify_sections,
    verify_shown_as,
)
from lifecycle.vorlage.fassung import noted
from lifecycle.vorlage.laufweg import objected, replace_version
from schemas.basis import Benannt, Grund, Kennung, Text, Zeitpunkt
from schemas.befehl import abgeleitet
from schemas.eingang import Absender, Absenderart, Eingang, Eingangsweg, Schluss
from schemas.regelwerk import Regelwerk
from schemas.vorlage import Abschnitt, Anlage, Fassung, Fassungsart, Nummernwunsch, Stufe, Ursprung, Ursprungsart, Vorlage


class Entgegennehmen(Kommando[Vorlage]):
    """Einen Antrag oder eine Anfrage entgegennehmen: von wem, wann eingegangen, auf welchem Weg, im Wortlaut."""

    art: ClassVar[str] = "entgegennehmen"
    legt_an: ClassVar[bool] = True
    begruendungspflicht: ClassVar[bool] = False
    """What came too late came all the same: that is on record, and who decides on it is the meeting."""
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.EINGEGANGEN})

    vorlageart: Kennung
    betreff: Text
    absender: tuple[Absender, ...]
    eingegangen: Zeitpunkt | None = None
    """True time of receipt (aware); None: just now."""
    eingangsweg: Eingangsweg = Eingangsweg.UNBEKANNT
    sitzung: str | None = None
    federfuehrend: Kennung | None = None
    """The office that will deal with it; None: the Sitzungsdienst itself, until it passes it on."""
    bezeichnung: Text | None = None
    oeffentlich: bool = True
    abschnitte: tuple[Abschnitt, ...] = ()
    anlagen: tuple[Anlage, ...] = ()
    beratungsfolge: tuple[Stationswunsch, ...] = ()
    aktenzeichen: Text | None = None
    nummer: Text | None = None

    vorlageart_name: str = abgeleitet("")
    ursprungsart: Ursprungsart | None = abgeleitet()
    benannt: tuple[Absender, ...] = abgeleitet(())
    in_zukunft: bool = abgeleitet(False)
    sitzung_am: AwareDatetime | None = abgeleitet()
    """Of the meeting that it is meant for, as the door looked it up; and its committees."""
    sitzung_von: tuple[str, ...] = abgeleitet(())
    schluss: Schluss | None = abgeleitet()
    federfuehrung: Benannt | None = abgeleitet()
    gremien: tuple[Benannt, ...] = abgeleitet(())
    entscheidend: tuple[bool, ...] = abgeleitet(())
    nummernwunsch: Nummernwunsch | None = abgeleitet()
    gebildetes_aktenzeichen: Text | None = abgeleitet()

    def complete(self, z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> Self:
        art = kind(rw, self.vorlageart)
        verify_sections(art, self.abschnitte)
        amt = office(rw, self.federfuehrend or self.akteur.stelle, wann)
        return self.model_copy(
            update={
                "vorlageart_name": art.name,
                "ursprungsart": art.ursprung,
                "benannt": tuple(named(a, rw) for a in self.absender),
                "in_zukunft": self.eingegangen is not None and self.eingegangen > wann + UHR_TOLERANZ,
                "schluss": self._due(rw),
                "federfuehrung": amt,
                "nummernwunsch": number_request(rw, amt, wann, self.nummer),
                "gebildetes_aktenzeichen": None if self.aktenzeichen else file_reference(rw, amt, wann, z.id),
                "gremien": tuple(committee(rw, w.gremium, wann) for w in self.beratungsfolge),
                "entscheidend": tuple(decides(rw, w.rolle) for w in self.beratungsfolge),
            }
        )

    def _due(self, rw: Regelwerk) -> Schluss | None:
        """The deadline of the meeting that it is meant for; a joint one keeps the strictest."""
        if self.sitzung_am is None:
            return None
        fristen = (f for g in self.sitzung_von if (f := motions_due(rw, g, self.sitzung_am)))
        frist = min(fristen, key=lambda f: f.faellig, default=None)
        return Schluss(letzter_tag=frist.letzter_tag, faellig=frist.faellig, regel=frist.regel) if frist else None

    def verify(self, z: Vorlage) -> None:
        if self.ursprungsart is None:
            raise Unplausibel(
                f"„{self.vorlageart_name}“ kommt nach dem Regelwerk nicht von außen. Bitte eine Art für Anträge oder Anfragen angeben."
            )
        if self.in_zukunft:
            raise Unplausibel("Der Eingang liegt in der Zukunft. Bitte den Zeitpunkt prüfen.")
        verify_begun(self.betreff, self.nummer, vergangen=self.geschehen is not None)
        verify_shown_as(self.oeffentlich, self.bezeichnung)
        verify_senders(self.absender)
        verify_documents(self.abschnitte, self.anlagen)

    def breaches(self, z: Vorlage, wann: dt.datetime) -> tuple[str, ...]:
        return late(self._receipt(wann))

    def _receipt(self, wann: dt.datetime) -> Eingang:
        return Eingang(
            absender=self.benannt,
            am=self.eingegangen or wann,
            weg=self.eingangsweg,
            sitzung=self.sitzung,
            sitzung_am=self.sitzung_am,
            schluss=self.schluss,
        )

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        eingang = self._receipt(wann)
        gleich = ("vorlageart", "vorlageart_name", "betreff", "bezeichnung", "oeffentlich", "nummernwunsch")
        return z.model_copy(
            update={name: getattr(self, name) for name in gleich}
            | {
                "stufe": Stufe.EINGEGANGEN,
                "eingang": eingang,
                "ursprung": _origin(self.ursprungsart or Ursprungsart.ANTRAG, eingang),
                "federfuehrend": self.federfuehrung,
                "fassungen": (Fassung(nr=1, abschnitte=self.abschnitte, anlagen=self.anlagen),),
                "beratungen": asked_stations(self.beratungsfolge, self.gremien, self.entscheidend, oeffentlich=self.oeffentlich),
                "aktenzeichen": self.aktenzeichen or self.gebildetes_aktenzeichen,
            }
        )


def named(a: Absender, rw: Regelwerk) -> Absender:
    """The sender as the Regelwerk knows it: a member by id, a Fraktion by the name that its members bear there."""
    if a.art is Absenderart.MITGLIED:
        person = next((p for p in rw.personen if p.id == a.kennung), None)
        return a.model_copy(update={"name": a.name or (person.name if person else None), "bekannt": person is not None})
    bekannt = a.art is Absenderart.FRAKTION and any(p.fraktion and p.fraktion == a.name for p in rw.personen)
    return a.model_copy(update={"bekannt": bekannt})


def verify_senders(absender: tuple[Absender, ...]) -> None:
    """Raises Unplausibel where nobody can tell who sent it, or where a private person is named."""
    if not absender:
        raise Unplausibel("Es fehlt, von wem der Antrag oder die Anfrage kommt. Bitte mindestens eine Absenderangabe machen.")
    for a in absender:
        if a.art is Absenderart.EINWOHNER and a.name:
            raise Unplausibel("Namen von Privatpersonen werden hier nicht geführt. Bitte nur eine Kennung angeben, oder keine.")
        if a.art is not Absenderart.EINWOHNER and not (a.name or a.kennung):
            raise Unplausibel(f"Zu „{a.art.anzeige}“ fehlen Name und Kennung. Bitte eines von beiden angeben.")


def _origin(art: Ursprungsart, eingang: Eingang) -> Ursprung:
    von = ", ".join(dict.fromkeys(a.anzeige for a in eingang.absender))
    return Ursprung(art=art, von=von, datum=eingang.am.astimezone(BERLIN).date().isoformat())


def late(eingang: Eingang) -> tuple[str, ...]:
    """The rule that is broken by what came in after the deadline of its meeting."""
    schluss = eingang.schluss
    if schluss is None or eingang.rechtzeitig:
        return ()
    return (f"nach dem Antragsschluss am {schluss.letzter_tag:%d.%m.%Y} eingegangen ({schluss.regel})",)


class AntragAendern(Textaenderung):
    """Einen Antrag oder eine Anfrage ändern, wie die Absender es wollen. Formal Angenommenes bekommt dazu eine neue Fassung."""

    art: ClassVar[str] = "antrag_aendern"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EINGEGANGEN, Stufe.IN_BERATUNG})
    braucht_stand: ClassVar[bool] = True

    grund: Grund
    zusatzmuster: str | None = abgeleitet()

    def complete(self, z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> Self:
        if z.seq:
            verify_sections(kind(rw, z.vorlageart), self.abschnitte or ())
        return self.model_copy(update={"zusatzmuster": rw.nummerierung.neufassung if rw.nummerierung else None})

    def verify(self, z: Vorlage) -> None:
        super().verify(z)
        if z.eingang is None:
            raise FalscheStufe("Diese Vorlage stammt von der Verwaltung; sie wird auf ihrem eigenen Weg geändert.")
        if self.angaben is not None:
            raise Unplausibel("Angaben für den Laufweg hat ein Antrag nicht: er geht keinen.")

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        neu = noted(z, self._begun(self.merged(z), z), redaktionell=False, grund=self.grund)
        return objected(replace_version(neu, verfasst_von=()), None)

    def _begun(self, neu: Vorlage, z: Vorlage) -> Vorlage:
        """What has been shown stays as it was: the change is a version of its own, which must be accepted too."""
        if z.fassung.herausgabe is None:
            return neu
        n = sum(f.art is Fassungsart.NEUFASSUNG for f in z.fassungen) + 1
        fassung = neu.fassung.model_copy(
            update={
                "nr": len(z.fassungen) + 1,
                "art": Fassungsart.NEUFASSUNG,
                "zusatz": self.zusatzmuster.format(n=n) if self.zusatzmuster else None,
                "formal_angenommen": None,
                "aenderungen": (),
            }
        )
        return neu.model_copy(update={"fassungen": (*z.fassungen, fassung)})


def parts_of(eingang: Eingang) -> Iterator[tuple[str, str]]:
    """The receipt as people of the house read it: label and value."""
    yield "Von", ", ".join(a.anzeige + (f" ({a.kennung})" if a.kennung else "") for a in eingang.absender)
    yield "Eingegangen", f"{eingang.am.astimezone(BERLIN):%d.%m.%Y, %H:%M Uhr}, {eingang.weg.anzeige}"
    if eingang.schluss:
        wie = "rechtzeitig" if eingang.rechtzeitig else "verspätet"
        yield "Antragsschluss", f"{eingang.schluss.letzter_tag:%d.%m.%Y}, {wie} ({eingang.schluss.regel})"
    if eingang.beanstandet:
        yield "Beanstandet", eingang.beanstandet
