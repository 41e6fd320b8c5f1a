"""The paper: its stage, its versions, its signing path, its way through the committees."""

from enum import StrEnum

from pydantic import AwareDatetime, NonNegativeInt, PositiveInt

from schemas.akteur import Akteur, Rolle
from schemas.basis import Benannt, Digest, Kennung, Modell, Text
from schemas.beratung import TopStand
from schemas.eingang import Eingang
from schemas.frist import Zaehlung
from schemas.herkunft import Fremddatei, Herkunft
from schemas.verknuepfung import Gegenstueck, Verknuepfung
from schemas.zustand import Zustand


class Stufe(StrEnum):
    """Stage of a paper. What came from outside (a motion, a question) begins as ``eingegangen`` and goes no signing path."""

    EINGEGANGEN = "eingegangen"
    ENTWURF = "entwurf"
    IM_LAUFWEG = "im_laufweg"
    FREIGEGEBEN = "freigegeben"
    IN_BERATUNG = "in_beratung"
    ABGESCHLOSSEN = "abgeschlossen"
    ZURUECKGEZOGEN = "zurueckgezogen"
    ERSETZT = "ersetzt"

    @property
    def anzeige(self) -> str:
        """The word as people read it."""
        return {"im_laufweg": "im Laufweg", "in_beratung": "in Beratung", "zurueckgezogen": "zurückgezogen"}.get(
            self.value, self.value.capitalize() if self.value == "entwurf" else self.value
        )


ENDEN = frozenset({Stufe.ABGESCHLOSSEN, Stufe.ZURUECKGEZOGEN, Stufe.ERSETZT})


class Ursprungsart(StrEnum):
    """Where a paper comes from."""

    VERWALTUNG = "verwaltung"
    ANTRAG = "antrag"
    ANFRAGE = "anfrage"
    AUFTRAG = "auftrag"
    DRINGLICHKEIT = "dringlichkeitsentscheidung"


class Abschnitt(Modell):
    """One section of the text; the text itself lies in the document store."""

    name: str
    digest: Digest
    groesse: NonNegativeInt
    """In bytes."""
    original: Digest | None = None
    """The file that the text was taken from, as it came."""
    original_name: Text | None = None


class Anlage(Modell):
    """A document beside the paper. A non-public one shows only its neutral designation."""

    name: Text
    digest: Digest
    groesse: NonNegativeInt
    medientyp: str = "application/octet-stream"
    oeffentlich: bool = True
    bezeichnung: Text | None = None


class Antwortart(StrEnum):
    """What a place on the signing path can answer. Silence is none of these."""

    MITGEZEICHNET = "mitgezeichnet"
    MIT_ANMERKUNG = "mit_anmerkung"
    NICHT_MITGEZEICHNET = "nicht_mitgezeichnet"
    NICHT_BETROFFEN = "nicht_betroffen"
    ZURUECKGEGEBEN = "zurueckgegeben"
    NICHT_GEAEUSSERT = "nicht_geaeussert"
    """The deadline ran out. Never a signature, and never given by a person."""


class Antwort(Modell):
    """What a place answered, who gave it, and when (UTC)."""

    art: Antwortart
    akteur: Akteur
    am: AwareDatetime
    bemerkung: Text | None = None


class Platz(Modell):
    """One place on the signing path. Places of one step are parallel, steps follow one another."""

    schritt: PositiveInt
    stelle: Benannt
    rolle: Rolle
    pflicht: bool = False
    grund: Text | None = None
    """Why it is compulsory, for instance "finanzielle Auswirkungen"."""
    antwort: Antwort | None = None


class Freigabe(Modell):
    """The release by the head of the administration."""

    akteur: Akteur
    am: AwareDatetime


class Fassungsart(StrEnum):
    """First text, a new text, or a supplement."""

    URFASSUNG = "urfassung"
    NEUFASSUNG = "neufassung"
    ERGAENZUNG = "ergaenzung"


class Aenderung(Modell):
    """One change of a text or attachment: digests before and after, so that the difference can be shown."""

    seq: int
    teil: str
    vorher: Digest | None = None
    nachher: Digest | None = None
    vorher_text: str | None = None
    """Of what is no document (the subject), the words themselves."""
    nachher_text: str | None = None
    redaktionell: bool
    grund: Text


class Fassung(Modell):
    """One version of the paper with the signing path that it went."""

    nr: PositiveInt
    art: Fassungsart = Fassungsart.URFASSUNG
    zusatz: str | None = None
    """Suffix to the paper's number, for instance "-E1"."""
    abschnitte: tuple[Abschnitt, ...] = ()
    anlagen: tuple[Anlage, ...] = ()
    verfasst_von: tuple[Kennung, ...] = ()
    plaetze: tuple[Platz, ...] = ()
    frueher: tuple[Platz, ...] = ()
    """Answered places of earlier rounds, voided by a change or a return: they stay visible."""
    freigabe: Freigabe | None = None
    formal_angenommen: Freigabe | None = None
    """The Sitzungsdienst has accepted this version formally."""
    aenderungen: tuple[Aenderung, ...] = ()

    @property
    def herausgabe(self) -> Freigabe | None:
        """The act by which it may be shown: the release; of a motion or question, which has none, that it was formally accepted."""
        return self.freigabe or self.formal_angenommen


class BeratungStatus(StrEnum):
    """Status of a station."""

    OFFEN = "offen"
    GEPLANT = "geplant"
    ERLEDIGT = "erledigt"
    ENTFALLEN = "entfallen"


class Beratung(Modell):
    """A station: one committee in one role. It may need several Behandlungen."""

    nr: PositiveInt
    gremium: Benannt
    rolle: str | None = None
    oeffentlich: bool = True
    status: BeratungStatus = BeratungStatus.OFFEN
    behandlungen: tuple[TopStand, ...] = ()
    angemeldet: str | None = None
    """Id of the Sitzung that was asked to take it, while the answer is pending."""
    entscheidet: bool = False
    """In this role the committee decides; otherwise what it adopts is a recommendation."""
    herkunft: str | None = None
    """Set when a meeting added it: ``<sitzung>/<top>``."""
    grund: Text | None = None
    quelle: str | None = None
    """Id of this station in the system that it was taken over from."""
    weitere_gremien: tuple[Benannt, ...] = ()
    """Others that the former system names with it."""
    sitzung_genannt: str | None = None
    """Id of the meeting that the former system names for it without an item."""


class Ursprung(Modell):
    """Where the paper comes from, and who asked for it (a group or body, not a private person)."""

    art: Ursprungsart = Ursprungsart.VERWALTUNG
    von: Text | None = None
    datum: str | None = None
    auftrag: str | None = None
    """Id of the task that the paper answers."""


class Nummernwunsch(Modell):
    """What the number range must know to give this paper a number. ``nummer`` is set when the paper has one already."""

    kreis: Kennung
    muster: str
    werte: dict[str, str | int] = {}
    nummer: str | None = None


class Vorlage(Zustand):
    """State of a paper."""

    stufe: Stufe = Stufe.ENTWURF
    vorlageart: Kennung = "unbestimmt"
    vorlageart_name: str = ""
    betreff: str = ""
    bezeichnung: str | None = None
    """Neutral public designation; all that is shown of a paper that is not public."""
    oeffentlich: bool = True
    federfuehrend: Benannt | None = None
    ursprung: Ursprung = Ursprung()
    angaben: tuple[Kennung, ...] = ()
    """Facts of the paper that the Laufweg looks at, for instance ``finanzielle_auswirkungen``."""
    aktenzeichen: str | None = None
    nummer: str | None = None
    nummernwunsch: Nummernwunsch | None = None
    fassungen: tuple[Fassung, ...] = ()
    beratungen: tuple[Beratung, ...] = ()
    laufwegfrist: Zaehlung | None = None
    """How the deadlines of the signing path are counted; None: there are none."""
    ruecknahme_erbeten: str | None = None
    """Reason, while a withdrawal that a meeting must accept is pending."""
    ersetzt_durch: str | None = None
    offen_gehalten: bool = False
    """Taken up again: it stays open until a meeting reports something new or somebody ends it."""
    ueberholt: tuple[str, ...] = ()
    """Treatments (``<meeting>/<item>``) that had ended it before it was taken up again: they do not end it once more."""
    eingang: Eingang | None = None
    """Set for what came from outside, a motion or a question; None: the administration wrote it."""
    verknuepfungen: tuple[Verknuepfung, ...] = ()
    gegenstuecke: tuple[Gegenstueck, ...] = ()
    """Papers that have linked themselves to this one, as far as it was told while it was open."""
    herkunft: Herkunft | None = None
    """Set for a paper that was taken over from another system."""
    dateien: tuple[Fremddatei, ...] = ()
    """Its files there."""
    mitfederfuehrend: tuple[Benannt, ...] = ()
    """Further offices that the former system names as leading."""

    @property
    def fassung(self) -> Fassung:
        """The newest version."""
        return self.fassungen[-1]
