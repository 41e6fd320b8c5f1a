"""Lesefassungen: what a reader gets of a case who is not entitled to all of it. No persons, no signing path, nothing of the house's own."""

import datetime as dt

from pydantic import AwareDatetime

from schemas.auftrag import Grundlage
from schemas.auftrag import Stufe as Auftragsstufe
from schemas.basis import Benannt, Digest, Modell, Text
from schemas.beratung import Klasse, TopStatus
from schemas.sitzung import Stufe as Sitzungsstufe
from schemas.vorlage import BeratungStatus, Fassungsart, Ursprung
from schemas.vorlage import Stufe as Vorlagenstufe


class Dateisicht(Modell):
    """A text or attachment. ``digest`` None: it is there, but not for this reader; then ``name`` is its designation."""

    name: Text
    digest: Digest | None = None
    groesse: int | None = None
    medientyp: str | None = None


class Fassungssicht(Modell):
    """A released version."""

    nr: int
    art: Fassungsart
    zusatz: str | None = None
    freigegeben_am: AwareDatetime | None = None
    abschnitte: tuple[Dateisicht, ...] = ()
    anlagen: tuple[Dateisicht, ...] = ()


class Abstimmungssicht(Modell):
    """A vote in numbers or words, never by name."""

    gegenstand: Text | None = None
    ja: int | None = None
    nein: int | None = None
    enthaltung: int | None = None
    wortlaut: Text | None = None


class Beschlusssicht(Modell):
    """An outcome in the town's wording. ``vorlage``: id of the paper that it is of."""

    wortlaut: str
    klasse: Klasse
    text: str | None = None
    abstimmungen: tuple[Abstimmungssicht, ...] = ()
    vorlage: str | None = None


class Behandlungssicht(Modell):
    """One time that a station was taken up."""

    sitzung: str
    top: int
    nummer: str
    beginn: AwareDatetime
    status: TopStatus
    beschluss: Beschlusssicht | None = None


class Beratungssicht(Modell):
    """A station."""

    gremium: Benannt
    rolle: str | None = None
    entscheidet: bool
    status: BeratungStatus
    behandlungen: tuple[Behandlungssicht, ...] = ()


class Vorlagensicht(Modell):
    """A paper."""

    nummer: str | None
    betreff: str
    vorlageart: str
    stufe: Vorlagenstufe
    oeffentlich: bool
    federfuehrend: Benannt | None
    ursprung: Ursprung
    eingegangen_am: AwareDatetime | None = None
    """Of a motion or question: when it came in."""
    beantwortet: bool = False
    """A public paper has answered it."""
    fassungen: tuple[Fassungssicht, ...] = ()
    beratungen: tuple[Beratungssicht, ...] = ()


class TopVorlagensicht(Modell):
    """A paper at an item."""

    vorlage: str
    nummer: str | None = None


class Topsicht(Modell):
    """An item of the agenda. ``titel`` is its neutral designation where the reader may not know more."""

    id: int
    nummer: str
    titel: str
    oeffentlich: bool
    status: TopStatus
    vorlagen: tuple[TopVorlagensicht, ...] = ()
    beschluesse: tuple[Beschlusssicht, ...] = ()


class Sitzungssicht(Modell):
    """A meeting; its agenda from the invitation on."""

    gremien: tuple[Benannt, ...]
    anlass: str
    beginn: AwareDatetime
    ende: AwareDatetime | None = None
    raum: str | None = None
    ort: str | None = None
    stufe: Sitzungsstufe
    tops: tuple[Topsicht, ...] = ()
    unterzeichnet: bool = False
    """Its minutes are signed."""


class Auftragssicht(Modell):
    """A task."""

    verlangt: Text
    grundlage: Grundlage
    von: Text
    stelle: Benannt | None = None
    gremium: Benannt | None = None
    faellig_am: dt.date | None = None
    faellig: str
    """When it is due, in words."""
    stufe: Auftragsstufe
    vorlage: str | None = None
    sitzung: str | None = None


Lesefassung = Vorlagensicht | Sitzungssicht | Auftragssicht
