"""The meeting: its agenda, its results, its minutes."""

from enum import StrEnum

from pydantic import AwareDatetime, NonNegativeInt, PositiveInt

from schemas.akteur import Akteur, Rolle
from schemas.auftrag import Auftragsangaben
from schemas.basis import Benannt, Digest, Modell, Text
from schemas.beratung import Beschluss, TopStatus, VorlageStand
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


class Oeffentlichkeit(StrEnum):
    """Of a whole meeting."""

    OEFFENTLICH = "öffentlich"
    NICHTOEFFENTLICH = "nichtöffentlich"
    GEMISCHT = "gemischt"


class TopVorlage(Modell):
    """A paper at an item, with its own outcome."""

    vorlage: str
    beratung: int | None = None
    status: TopStatus = TopStatus.OFFEN
    beschluss: Beschluss | None = None
    rolle_geaendert: str | None = None
    revision: int = 0
    """``seq`` of the entry that last changed what the paper needs to know."""


class Top(Modell):
    """An agenda item: none, one or several papers."""

    id: PositiveInt
    nummer: str
    titel: str
    bezeichnung: str | None = None
    oeffentlich: bool = True
    status: TopStatus = TopStatus.OFFEN
    vorlagen: tuple[TopVorlage, ...] = ()
    beschluss: Beschluss | None = None
    """Outcome of an item without paper."""
    verbunden_mit: PositiveInt | None = None


class Anmeldung(Modell):
    """A paper that asks to be put on the agenda."""

    vorlage: str
    beratung: int | None = None
    oeffentlich: bool = True


class Niederschriftteil(Modell):
    """Part of the minutes: to one item or in general; the text lies in the document store."""

    top: PositiveInt | None = None
    digest: Digest
    groesse: NonNegativeInt
    oeffentlich: bool = True


class Unterschrift(Modell):
    """Who signed the minutes, when (UTC), and where the signed original lies. A click is no signature."""

    rolle: Rolle
    akteur: Akteur
    am: AwareDatetime
    original: Text


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
    anmeldungen: tuple[Anmeldung, ...] = ()
    ruecknahmebitten: tuple[Ruecknahmebitte, ...] = ()
    abgelehnt: tuple[Absage, ...] = ()
    vorlagen: tuple[VorlageStand, ...] = ()
    """Copies of the papers' facts."""
    eingeladen_am: AwareDatetime | None = None
    eroeffnet_am: AwareDatetime | None = None
    geschlossen_am: AwareDatetime | None = None
    niederschrift: tuple[Niederschriftteil, ...] = ()
    unterzeichnende: tuple[Rolle, ...] = ()
    unterschriften: tuple[Unterschrift, ...] = ()
    auftraege: tuple[Auftragsvermerk, ...] = ()

    @property
    def oeffentlichkeit(self) -> Oeffentlichkeit:
        """Derived from the items, unless stated in Nacherfassung."""
        if self.oeffentlichkeit_angegeben:
            return self.oeffentlichkeit_angegeben
        arten = {top.oeffentlich for top in self.tops}
        if len(arten) == 2:
            return Oeffentlichkeit.GEMISCHT
        return Oeffentlichkeit.NICHTOEFFENTLICH if arten == {False} else Oeffentlichkeit.OEFFENTLICH
