"""The meeting: its agenda, its results, its minutes."""

import datetime as dt
from enum import StrEnum

from pydantic import AwareDatetime, NonNegativeInt, PositiveInt

from schemas.akteur import Akteur, Rolle
from schemas.auftrag import Auftragsangaben
from schemas.basis import Benannt, Digest, Kennung, Modell, Text
from schemas.beratung import Beschluss, TopStatus, VorlageStand
from schemas.frist import Ladung
from schemas.herkunft import Fremddatei, Herkunft, Ortsangabe
from schemas.zustand import Zustand


class Stufe(StrEnum):
    """Stage of a meeting."""

    GEPLANT = "geplant"
    EINGELADEN = "eingeladen"
    EROEFFNET = "eroeffnet"
    GESCHLOSSEN = "geschlossen"
    ABGESCHLOSSEN = "abgeschlossen"
    ABGESAGT = "abgesagt"

    @property
    def anzeige(self) -> str:
        """The word as people read it."""
        return self.value.replace("eroeffnet", "eröffnet")


ENDEN = frozenset({Stufe.ABGESCHLOSSEN, Stufe.ABGESAGT})
GEHALTEN = frozenset({Stufe.EROEFFNET, Stufe.GESCHLOSSEN, Stufe.ABGESCHLOSSEN})


class Oeffentlichkeit(StrEnum):
    """Of a whole meeting."""

    OEFFENTLICH = "öffentlich"
    NICHTOEFFENTLICH = "nichtöffentlich"
    GEMISCHT = "gemischt"


class Lieferung(StrEnum):
    """How a paper came onto the agenda: in time, in a Nachtrag, or laid on the table."""

    REGULAER = "regulaer"
    NACHTRAG = "nachtrag"
    TISCHVORLAGE = "tischvorlage"


class TopVorlage(Modell):
    """A paper at an item, with its own outcome. In a joint meeting it may stand there once for each committee."""

    vorlage: str
    beratung: int | None = None
    """The paper's station that it stands there for."""
    gremium: Kennung | None = None
    """The committee of that station; None: the one that leads the meeting."""
    status: TopStatus = TopStatus.OFFEN
    beschluss: Beschluss | None = None
    rolle_geaendert: str | None = None
    lieferung: Lieferung = Lieferung.REGULAER
    revision: int = 0
    """``seq`` of the entry that last changed what the paper needs to know."""


class Top(Modell):
    """An agenda item: none, one or several papers."""

    id: PositiveInt
    nummer: str
    nummer_fest: bool = False
    """Somebody gave it this number: it keeps it when the agenda is numbered anew."""
    titel: str
    bezeichnung: str | None = None
    oeffentlich: bool = True
    status: TopStatus = TopStatus.OFFEN
    vorlagen: tuple[TopVorlage, ...] = ()
    beschluss: Beschluss | None = None
    """Outcome of an item without paper."""
    verbunden_mit: PositiveInt | None = None
    unter: PositiveInt | None = None
    """Id of the item that it is part of: its number begins with that one's."""
    am_ende: bool = False
    """A standing item that closes its part of the agenda."""
    standard: bool = False
    """It stands on every agenda of the committee."""
    quelle: str | None = None
    """Id of this item in the system that it was taken over from."""
    dateien: tuple[Fremddatei, ...] = ()
    """Its files there."""


class Tagesordnungsart(StrEnum):
    """Occasion on which the agenda was written down."""

    FESTGESETZT = "festgesetzt"
    EINLADUNG = "einladung"
    NACHTRAG = "nachtrag"


class Punkt(Modell):
    """An item as it stood in one version of the agenda."""

    top: PositiveInt
    nummer: str
    oeffentlich: bool
    titel: str
    vorlagen: tuple[str, ...] = ()
    """Ids of the papers at it."""
    status: TopStatus = TopStatus.OFFEN


class Tagesordnung(Modell):
    """A dated version of the agenda. ``zustimmung`` is who agreed to it, where the Regelwerk asks for a second."""

    nr: PositiveInt
    art: Tagesordnungsart
    am: AwareDatetime
    akteur: Akteur
    punkte: tuple[Punkt, ...]
    zustimmung: Akteur | None = None


class Zustellweg(StrEnum):
    """How something reached its receivers."""

    INFORMATIONSSYSTEM = "informationssystem"
    MAIL = "mail"
    POST = "post"
    BOTE = "bote"
    TISCH = "tisch"


class Bereitstellung(Modell):
    """One document made available to one receiver, and when (UTC).

    ``einladung/<n>`` (a moved meeting is invited to again), ``tagesordnung/<version>``, ``vorlage/<id><suffix of its version>``.
    """

    dokument: str
    an: Kennung
    weg: Zustellweg
    am: AwareDatetime


class Bekanntmachung(Modell):
    """Time and place of the meeting were made public: when, where, and what proves it."""

    am: AwareDatetime
    wo: Text
    nachweis: Text | None = None


class Anmeldung(Modell):
    """A paper that asks to be put on the agenda."""

    vorlage: str
    beratung: int | None = None
    gremium: Kennung | None = None
    oeffentlich: bool = True
    am: AwareDatetime | None = None


class Niederschriftteil(Modell):
    """Part of the minutes: to one item or in general; the text lies in the document store.

    ``internet``: the version without names of private persons, which stands beside the original and never replaces it.
    """

    top: PositiveInt | None = None
    digest: Digest
    groesse: NonNegativeInt
    oeffentlich: bool = True
    internet: bool = False
    redner: tuple[Text, ...] = ()


class Unterschrift(Modell):
    """Who signed the minutes, when (UTC), and where the signed original lies. A click is no signature."""

    rolle: Rolle
    akteur: Akteur
    am: AwareDatetime
    original: Text | None = None
    signatur: Digest | None = None
    """The file with the qualified electronic signature, in the document store."""


class Funktion(StrEnum):
    """As what somebody attended."""

    VORSITZ = "vorsitz"
    MITGLIED = "mitglied"
    STELLVERTRETUNG = "stellvertretung"
    BERATEND = "beratend"
    VERWALTUNG = "verwaltung"
    SCHRIFTFUEHRUNG = "schriftfuehrung"
    GAST = "gast"


class Anwesenheit(Modell):
    """Who attended, as what, from when to when (aware; None: from the beginning, to the end). ``person`` is an opaque id."""

    person: Kennung
    name: Text | None = None
    """As it stands in the minutes; the internet version never shows it."""
    funktion: Funktion
    von: AwareDatetime | None = None
    bis: AwareDatetime | None = None
    entschuldigt: bool = False


class Unterbrechung(Modell):
    """The meeting was interrupted."""

    von: AwareDatetime
    bis: AwareDatetime | None = None


class Protokollvermerk(Modell):
    """What this meeting did about the minutes of an earlier one: approved them, heard an objection, corrected a text."""

    sitzung: str
    vom: dt.date | None = None
    """Day of that earlier meeting."""
    top: str | None = None
    genehmigt: bool | None = None
    berichtigung: Digest | None = None
    grund: Text | None = None


class Ausfertigung(Modell):
    """One part of the minutes as it was signed: the document that stays, whatever is corrected later."""

    oeffentlich: bool
    digest: Digest
    groesse: NonNegativeInt


class Aufgabenliste(Modell):
    """The list of open tasks for this meeting, as the head of the administration released it."""

    digest: Digest
    groesse: NonNegativeInt
    oeffentlich: bool
    freigegeben: Akteur
    am: AwareDatetime


class Auftragsvermerk(Modell):
    """A task that arose in the meeting; it lives on as a workflow of its own."""

    id: str
    top: PositiveInt
    vorlage: str | None = None
    angaben: Auftragsangaben


class Ruecknahmebitte(Modell):
    """An office asks that its paper be taken off."""

    vorlage: str
    grund: Text


class Absage(Modell):
    """A request that was declined: to be put on the agenda, or to be taken off (``ruecknahme``)."""

    vorlage: str
    grund: Text
    ruecknahme: bool = False


class Sitzung(Zustand):
    """State of a meeting. Times are aware."""

    stufe: Stufe = Stufe.GEPLANT
    gremium: Benannt | None = None
    weitere_gremien: tuple[Benannt, ...] = ()
    beginn: AwareDatetime | None = None
    anlass: str = "Sitzung"
    raum: str | None = None
    ort: str | None = None
    oeffentlichkeit_angegeben: Oeffentlichkeit | None = None
    """Only in Nacherfassung, where the agenda as a whole is not known."""
    tops: tuple[Top, ...] = ()
    letzte_top: NonNegativeInt = 0
    """Highest id of an item that was ever taken off a draft agenda: ids are never used again."""
    anmeldungen: tuple[Anmeldung, ...] = ()
    ruecknahmebitten: tuple[Ruecknahmebitte, ...] = ()
    abgelehnt: tuple[Absage, ...] = ()
    vorlagen: tuple[VorlageStand, ...] = ()
    """Copies of the papers' facts."""
    eingeladen_am: AwareDatetime | None = None
    einladungen: NonNegativeInt = 0
    """How often it was invited to: once, and once more each time that it moved afterwards."""
    eroeffnet_am: AwareDatetime | None = None
    geschlossen_am: AwareDatetime | None = None
    niederschrift: tuple[Niederschriftteil, ...] = ()
    unterzeichnende: tuple[Rolle, ...] = ()
    unterschriften: tuple[Unterschrift, ...] = ()
    ausfertigungen: tuple[Ausfertigung, ...] = ()
    """Set at the first signature."""
    auftraege: tuple[Auftragsvermerk, ...] = ()
    meldet: bool = False
    """It tells the committee's calendar of itself."""
    ladung: Ladung | None = None
    festsetzung: Rolle | None = None
    """Who sets the agenda; None where the Regelwerk does not say."""
    festsetzung_zustimmung: Rolle | None = None
    formale_pruefung: bool = False
    bekanntmachung: bool = False
    """It must be made public before it is opened."""
    tagesordnungen: tuple[Tagesordnung, ...] = ()
    niederschriftart: str | None = None
    """Kind of the minutes; None where the Regelwerk does not say."""
    genehmigung: bool = False
    """The committee approves its minutes in its next meeting."""
    anwesenheit: tuple[Anwesenheit, ...] = ()
    unterbrechungen: tuple[Unterbrechung, ...] = ()
    vermerke: tuple[Protokollvermerk, ...] = ()
    aufgabenlisten: tuple[Aufgabenliste, ...] = ()
    offen_gehalten: bool = False
    """Taken up again: it stays open until somebody closes it."""
    bereitstellungen: tuple[Bereitstellung, ...] = ()
    bekanntmachungen: tuple[Bekanntmachung, ...] = ()
    verlegt_auf: str | None = None
    """Id of the meeting that takes over the items of a cancelled one."""
    herkunft: Herkunft | None = None
    """Set for a meeting that was taken over from another system."""
    benannt: str | None = None
    """Its name there."""
    ende_angegeben: AwareDatetime | None = None
    """When it ended or is to end, as stated there."""
    ortsangabe: Ortsangabe | None = None
    dateien: tuple[Fremddatei, ...] = ()
    uebernahme_laeuft: bool = False
    """Its items are still coming over; papers are told of them at the end."""

    @property
    def oeffentlichkeit(self) -> Oeffentlichkeit:
        """Derived from the items, unless stated in Nacherfassung."""
        if self.oeffentlichkeit_angegeben:
            return self.oeffentlichkeit_angegeben
        arten = {top.oeffentlich for top in self.tops}
        if len(arten) == 2:
            return Oeffentlichkeit.GEMISCHT
        return Oeffentlichkeit.NICHTOEFFENTLICH if arten == {False} else Oeffentlichkeit.OEFFENTLICH
