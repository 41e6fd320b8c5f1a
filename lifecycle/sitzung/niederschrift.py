"""The minutes, what was asked for in the meeting besides the outcomes, and who may see what of it."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from pydantic import PositiveInt

from lifecycle.ablehnung import Doppelt, FalscheStufe, NichtBefugt, Unbekannt, Unplausibel
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import committee, office
from lifecycle.sitzung.tagesordnung import change_top, find_top
from schemas.akteur import Rolle
from schemas.auftrag import Auftragsangaben, Faelligkeit, Faelligkeitsart, Grundlage
from schemas.basis import Benannt, Dokument, Grund, Kennung, Pflichttext, Tag, Text
from schemas.befehl import abgeleitet
from schemas.regelwerk import Regelwerk
from schemas.sitzung import Auftragsvermerk, Ausfertigung, Niederschriftteil, Sitzung, Stufe, Unterschrift

AUFTRAG_NAMENSRAUM = uuid.UUID("0c5cbb7e-6c34-5d0c-9a54-5b0b8f0b6a11")


def verify_unsigned(z: Sitzung) -> None:
    """Raises FalscheStufe once somebody has signed the minutes: what stands in them does not change any more."""
    if z.unterschriften:
        raise FalscheStufe(
            "Die Niederschrift ist unterzeichnet; ihr Text ändert sich nicht mehr. Eine Berichtigung steht in der nächsten "
            "Niederschrift („niederschrift_berichtigen“ dort)."
        )


class NiederschriftErfassen(Kommando[Sitzung]):
    """Einen Teil der Niederschrift erfassen: zu einem Punkt oder allgemein. Ein neuer Text ersetzt den alten."""

    art: ClassVar[str] = "niederschrift_erfassen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EROEFFNET, Stufe.GESCHLOSSEN})

    text: Dokument
    top: PositiveInt | None = None
    oeffentlich: bool | None = None
    internet: bool = False
    redner: tuple[Text, ...] = ()

    def verify(self, z: Sitzung) -> None:
        top = find_top(z, self.top)
        if self.top is not None and top is None:
            raise Unbekannt(f"Einen Tagesordnungspunkt {self.top} gibt es nicht.")
        if not self.text.groesse:
            raise Unplausibel("Der Text ist leer. Bitte angeben, was in der Niederschrift stehen soll.")
        if top and not top.oeffentlich and self.oeffentlich:
            raise Unplausibel("Die Niederschrift zu einem nichtöffentlichen Punkt ist nichtöffentlich.")
        if self.internet and ((top and not top.oeffentlich) or self.oeffentlich is False):
            raise Unplausibel("Eine Internetfassung gibt es nur vom öffentlichen Teil.")
        if self.internet and self.redner:
            raise Unplausibel("Rednerinnen und Redner stehen im Original, nicht in der Internetfassung.")
        if not self.internet:
            verify_unsigned(z)

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        top = find_top(z, self.top)
        public = self.oeffentlich if self.oeffentlich is not None else top is None or top.oeffentlich
        neu = Niederschriftteil(
            top=self.top,
            digest=self.text.digest,
            groesse=self.text.groesse,
            oeffentlich=public,
            internet=self.internet,
            redner=self.redner,
        )
        stelle = (neu.top, neu.oeffentlich, neu.internet)
        andere = tuple(t for t in z.niederschrift if (t.top, t.oeffentlich, t.internet) != stelle)
        return z.model_copy(update={"niederschrift": (*andere, neu)})


class NiederschriftUnterzeichnen(Kommando[Sitzung]):
    """Festhalten, wer die Niederschrift unterzeichnet hat, und wo das Original oder die elektronische Signatur liegt."""

    art: ClassVar[str] = "niederschrift_unterzeichnen"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.GESCHLOSSEN})
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.ABGESCHLOSSEN})

    original: Text | None = None
    signatur: Dokument | None = None
    ausfertigungen: tuple[Ausfertigung, ...] = abgeleitet(())
    """The minutes as they are signed, one document for each part: the door sets them at the first signature."""

    def verify(self, z: Sitzung) -> None:
        if not self.original and not self.signatur:
            raise Unplausibel("Ein Klick ist keine Unterschrift: bitte angeben, wo das Original liegt, oder die Signaturdatei.")
        if self.akteur.rolle not in z.unterzeichnende:
            wer = ", ".join(rolle.anzeige for rolle in z.unterzeichnende)
            raise NichtBefugt(f"Die Niederschrift unterzeichnen hier: {wer}.")
        if any(u.rolle is self.akteur.rolle for u in z.unterschriften):
            raise Doppelt(f"Für {self.akteur.rolle.anzeige} ist schon unterzeichnet.")
        if any(u.akteur.personen & self.akteur.personen for u in z.unterschriften):
            raise NichtBefugt("Eine Person unterzeichnet nicht zweimal, auch nicht in Vertretung.")
        if all(teil.internet for teil in z.niederschrift):
            raise FalscheStufe("Es gibt noch keine Niederschrift. Bitte sie zuerst erfassen.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        neu = Unterschrift(
            rolle=self.akteur.rolle,
            akteur=self.akteur,
            am=wann,
            original=self.original,
            signatur=self.signatur.digest if self.signatur else None,
        )
        return z.model_copy(
            update={
                "unterschriften": (*z.unterschriften, neu),
                "ausfertigungen": z.ausfertigungen or self.ausfertigungen,
            }
        )


class AuftragFesthalten(Kommando[Sitzung]):
    """Festhalten, was in der Sitzung verlangt wurde. Daraus wird ein Auftrag mit eigenem Leben."""

    art: ClassVar[str] = "auftrag_festhalten"
    von: ClassVar[frozenset[str] | None] = frozenset({Stufe.EROEFFNET, Stufe.GESCHLOSSEN})

    top: PositiveInt
    verlangt: Pflichttext
    grundlage: Grundlage
    von_wem: Pflichttext
    vorlage: str | None = None
    stelle: Kennung | None = None
    faellig_am: Tag | None = None
    faellig_sitzung: Kennung | None = None
    jede_sitzung: bool = False
    bericht: bool = False
    unter_einbeziehung: tuple[Kennung, ...] = ()
    ferner: tuple[Text, ...] = ()
    oeffentlich: bool | None = None
    bezeichnung: Text | None = None

    benannte_stelle: Benannt | None = abgeleitet()
    faelliges_gremium: Benannt | None = abgeleitet()
    einbezogen: tuple[Benannt, ...] = abgeleitet(())

    def complete(self, z: Sitzung, rw: Regelwerk, wann: dt.datetime) -> Self:
        return self.model_copy(
            update={
                "benannte_stelle": office(rw, self.stelle, wann) if self.stelle else None,
                "faelliges_gremium": committee(rw, self.faellig_sitzung, wann) if self.faellig_sitzung else None,
                "einbezogen": tuple(committee(rw, g, wann) for g in self.unter_einbeziehung),
            }
        )

    def verify(self, z: Sitzung) -> None:
        top = find_top(z, self.top)
        if top is None:
            raise Unbekannt(f"Einen Tagesordnungspunkt {self.top} gibt es nicht.")
        if self.oeffentlich and not top.oeffentlich:
            raise Unplausibel("Was zu einem nichtöffentlichen Punkt verlangt wurde, ist nichtöffentlich.")
        public = top.oeffentlich if self.oeffentlich is None else self.oeffentlich
        if not public and not (self.bezeichnung or top.bezeichnung):
            raise Unplausibel("Ein nichtöffentlicher Auftrag braucht eine neutrale Bezeichnung für die Öffentlichkeit.")
        if self.faellig_am and self.faellig_sitzung:
            raise Unplausibel("Bitte entweder ein Datum oder eine Sitzung als Fälligkeit angeben, nicht beides.")
        if self.jede_sitzung and not self.faellig_sitzung:
            raise Unplausibel("„jede_sitzung“ braucht ein Gremium (faellig_sitzung).")

    def due(self) -> Faelligkeit | None:
        """When it is due; None if nobody said."""
        if self.faellig_am:
            return Faelligkeit(art=Faelligkeitsart.DATUM, datum=self.faellig_am)
        if self.faelliges_gremium:
            art = Faelligkeitsart.JEDE_SITZUNG if self.jede_sitzung else Faelligkeitsart.NAECHSTE_SITZUNG
            return Faelligkeit(art=art, gremium=self.faelliges_gremium)
        return None

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        top = find_top(z, self.top)
        einzige = top.vorlagen[0].vorlage if top and len(top.vorlagen) == 1 else None
        angaben = Auftragsangaben(
            verlangt=self.verlangt,
            grundlage=self.grundlage,
            von=self.von_wem,
            stelle=self.benannte_stelle,
            faellig=self.due(),
            unter_einbeziehung=self.einbezogen,
            ferner=self.ferner,
            bericht=self.bericht,
            oeffentlich=self.oeffentlich if self.oeffentlich is not None else bool(top and top.oeffentlich),
            bezeichnung=self.bezeichnung or (top.bezeichnung if top else None),
        )
        neu = Auftragsvermerk(
            id=str(uuid.uuid5(AUFTRAG_NAMENSRAUM, f"{z.kommune}/{z.id}/{z.seq}")),
            top=self.top,
            vorlage=self.vorlage or einzige,
            angaben=angaben,
        )
        return z.model_copy(update={"auftraege": (*z.auftraege, neu)})

    def answer(self, z: Sitzung) -> str | None:
        return z.auftraege[-1].id


class SitzungOeffentlichkeit(Kommando[Sitzung]):
    """Die Öffentlichkeit eines Punktes oder seines Teils der Niederschrift ändern, mit Begründung."""

    art: ClassVar[str] = "sitzung_oeffentlichkeit"

    top: PositiveInt
    oeffentlich: bool
    grund: Grund
    nur_niederschrift: bool = False
    bezeichnung: Text | None = None

    def verify(self, z: Sitzung) -> None:
        top = find_top(z, self.top)
        if top is None:
            raise Unbekannt(f"Einen Tagesordnungspunkt {self.top} gibt es nicht.")
        if self.nur_niederschrift:
            verify_unsigned(z)
        if self.nur_niederschrift and not any(t.top == self.top for t in z.niederschrift):
            raise Unbekannt("Zu diesem Punkt gibt es noch keine Niederschrift.")
        if not self.nur_niederschrift and not self.oeffentlich and not (self.bezeichnung or top.bezeichnung):
            raise Unplausibel("Ein nichtöffentlicher Punkt braucht eine neutrale Bezeichnung für die Öffentlichkeit.")

    def perform(self, z: Sitzung, wann: dt.datetime) -> Sitzung:
        neu = {"oeffentlich": self.oeffentlich}
        if self.nur_niederschrift:
            teile = tuple(t.model_copy(update=neu) if t.top == self.top else t for t in z.niederschrift)
            return z.model_copy(update={"niederschrift": teile})
        if not self.oeffentlich and not z.unterschriften:
            verborgen = tuple(t.model_copy(update=neu) if t.top == self.top else t for t in z.niederschrift)
            z = z.model_copy(update={"niederschrift": verborgen})
        return change_top(z, self.top, lambda t: t.model_copy(update=neu | {"bezeichnung": self.bezeichnung or t.bezeichnung}))


def signed(z: Sitzung) -> bool:
    """Whether all signatures are there that the Regelwerk asks for."""
    da: set[Rolle] = {u.rolle for u in z.unterschriften}
    return bool(z.unterzeichnende) and da >= set(z.unterzeichnende)
