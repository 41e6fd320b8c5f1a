"""One town's rules in one dated version. What a town's published texts do not give is absent here, never invented.

Names are dated (``ab``); ids stay. Everything optional that is missing is shown as "nicht hinterlegt".
"""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from schemas.akteur import Rolle
from schemas.basis import Kennung, digest
from schemas.befehl import Regelstand
from schemas.beratung import Klasse
from schemas.frist import Zaehlweise, Zugang
from schemas.regel import KeineOderTage, Muster, Regel, Tage, TageVorher, Traeger, Wort
from schemas.sitz import Ratsperson, Sitz
from schemas.vorlage import Ursprungsart

KENNUNG_AGS = r"^\d{5}(\d{3})?$"
LAND = r"^[A-Z]{2}$"


class Stelle(Traeger):
    """An office, department or the head of the administration."""

    rollen: tuple[Rolle, ...] = (Rolle.SACHBEARBEITUNG, Rolle.AMTSLEITUNG)
    uebergeordnet: Kennung | None = None
    postfach: str | None = None
    """Funktionspostfach: mail goes there, not to persons."""


class Gremium(Traeger):
    """A committee; ``sitzungsdienst`` is the office that serves it."""

    sitzungsdienst: Kennung | None = None
    postfach: str | None = None


class Vorlageart(Regel):
    """A kind of paper and the sections that its text has. ``ursprung``: it comes from outside and goes the short path."""

    id: Kennung
    name: Wort
    ursprung: Literal[Ursprungsart.ANTRAG, Ursprungsart.ANFRAGE] | None = None
    abschnitte: tuple[Wort, ...] = ()
    pflicht: tuple[Wort, ...] = ()


class Beratungsrolle(Regel):
    """The town's own name for what a committee does with a paper."""

    name: Wort
    entscheidet: bool = False


class Wortlaut(Regel):
    """An outcome in the town's own wording, and its class."""

    text: Wort
    klasse: Klasse


class Nummerierung(Regel):
    """Pattern of a paper's number. Fields: ``jahr``, ``wahlperiode``, ``amt``, ``nr``.

    ``kreis`` names the range (a new one begins when its text changes). Suffixes may use ``n``.
    """

    muster: Muster
    kreis: Muster
    neufassung: Muster | None = None
    ergaenzung: Muster | None = None


class Laufwegplatz(Regel):
    """A compulsory place. ``stelle`` is an office's id, or ``federfuehrend``, or ``uebergeordnet`` (of the lead office).

    ``wenn`` names a fact of the paper that makes it compulsory; without it, it always is.
    """

    schritt: PositiveInt
    stelle: Kennung
    rolle: Rolle
    vorlagearten: tuple[Kennung, ...] = ()
    wenn: Kennung | None = None


class Eskalation(Regel):
    """That superiors are told of a missed deadline. Only with the agreement with the staff council that allows it, by name."""

    vereinbarung: Wort


class Fristregel(Regel):
    """A deadline that runs forward from an event (BGB § 187 (1): its day does not count). ``quelle`` names the text."""

    tage: Tage
    zaehlweise: Zaehlweise
    quelle: Wort
    erinnern_vorher: KeineOderTage | None = None
    eskalation: Eskalation | None = None


class Rueckwaerts(Regel):
    """So many days before a meeting. ``nach_wochentag`` gives other counts by the meeting's weekday ("dienstag" = 10).

    ``tag_zaehlt``: the day of dispatch or provision itself is one of the days ("am Tag, an dem die Frist endet, genügt");
    otherwise the days lie between it and the meeting. ``uhrzeit``: until then on the last day, otherwise until its end.
    """

    tage: TageVorher | None = None
    nach_wochentag: dict[str, TageVorher] = {}
    zaehlweise: Zaehlweise
    tag_zaehlt: bool = False
    uhrzeit: dt.time | None = None


class Eilfall(Regel):
    """The urgent minimum. ``zustimmung`` and ``begruendung`` say in words who agrees and who explains, and where."""

    frist: Rueckwaerts
    zustimmung: Wort | None = None
    begruendung: Wort | None = None


class Ladungsregel(Regel):
    """The Ladungsfrist of some committees (``gremien`` empty: of all) from a day on."""

    ab: dt.date
    gremien: tuple[Kennung, ...] = ()
    frist: Rueckwaerts
    zugang: Zugang
    eil: Eilfall | None = None
    postlaufzeit: KeineOderTage = 0
    """Calendar days that an invitation by post must go earlier."""
    erinnern_vorher: KeineOderTage | None = None
    """Working days before the last day on which the secretariat is reminded."""
    quelle: Wort


class Vorlagenschluss(Regel):
    """Until when papers must be in for a meeting of some committees (``gremien`` empty: of all), from a day on."""

    ab: dt.date
    gremien: tuple[Kennung, ...] = ()
    frist: Rueckwaerts
    quelle: Wort
    erinnern_vorher: KeineOderTage | None = None


class Festsetzung(Regel):
    """Who sets the agenda, and who must agree."""

    rolle: Rolle
    zustimmung: Rolle | None = None
    quelle: Wort


class Bekanntmachungsregel(Regel):
    """That time, place and agenda are made public before the meeting."""

    quelle: Wort


class Standardpunkt(Regel):
    """An item without a paper that every agenda of these committees has (``gremien`` empty: all)."""

    titel: Wort
    gremien: tuple[Kennung, ...] = ()
    oeffentlich: bool = True
    bezeichnung: Wort | None = None
    ende: bool = False
    """It stands at the end of its part, not at its beginning."""


class Auftragsregeln(Regel):
    """How tasks are watched."""

    erinnern_vorher: TageVorher
    """Days before they are due."""
    zaehlweise: Zaehlweise = Zaehlweise.ARBEITSTAGE
    mahnen_alle: Tage | None = None
    """Calendar days after which an overdue task is brought to mind again; absent: it is told once."""
    bericht_vorlageart: Kennung | None = None
    """Kind of paper in which reports are brought."""
    quelle: Wort


class Laufwegregeln(Regel):
    """The signing path. ``verfallend`` are the roles whose signatures a change of content voids; absent: all."""

    plaetze: tuple[Laufwegplatz, ...] = ()
    verfallend: tuple[Rolle, ...] | None = None
    frist: Fristregel | None = None
    """Until when a place answers; absent: as long as it takes."""


class Benachrichtigung(Regel):
    """Who is told of what. ``bei`` is a kind of command; ``an`` are receivers: an office's or committee's id, or one of

    ``federfuehrend``, ``laufweg_offen`` (places whose turn it is), ``freigabe`` (the head, once only the release is missing),
    ``gezeichnet``, ``gremien``, ``beauftragt``, ``betroffen`` and ``vorgesetzt`` (of a deadline), ``verwaltungsleitung``.
    Committees are told through their Sitzungsdienst.
    """

    bei: Wort
    an: Annotated[tuple[Kennung, ...], Field(min_length=1)]


class Webhook(Regel):
    """A receiver by HTTP; its secret lies in the settings of the machine, never here."""

    id: Kennung
    url: Wort
    bei: tuple[Wort, ...]


class Niederschriftart(StrEnum):
    """How much the minutes say."""

    BESCHLUSS = "beschlussprotokoll"
    VERLAUF = "verlaufsprotokoll"
    WORT = "wortprotokoll"


class Niederschriftregeln(Regel):
    """Kind of the minutes, who signs them, and whether the committee approves them."""

    unterzeichnende: Annotated[tuple[Rolle, ...], Field(min_length=1)]
    quelle: Wort
    art: Niederschriftart | None = None
    genehmigung: bool = False


class Aufbewahrungsregel(Regel):
    """How long closed cases of a kind are kept: ``jahre``, or ``dauernd``. ``art`` is a kind of paper, ``sitzung`` or ``auftrag``.

    Counted from the end of the year in which the case was closed. Where no rule is given, it is kept until one is.
    """

    art: Kennung
    jahre: Annotated[int, Field(ge=1, le=200)] | None = None
    dauernd: bool = False
    quelle: Wort


class Vertretung(Regel):
    """Who acts for whom in an office and role, from one day to another (inclusive). Opaque ids, no names."""

    person: Kennung
    fuer: Kennung
    stelle: Kennung
    rolle: Rolle
    von: dt.date
    bis: dt.date


class Regelwerk(Regel):
    """All rules of one town from one day on."""

    kommune: Kennung
    name: Wort
    gueltig_ab: dt.date
    quelle: Wort
    ags: str | None = Field(default=None, pattern=KENNUNG_AGS)
    wahlperiode: PositiveInt | None = None
    stellen: tuple[Stelle, ...] = ()
    gremien: tuple[Gremium, ...] = ()
    vorlagearten: tuple[Vorlageart, ...] = ()
    rollen: tuple[Beratungsrolle, ...] = ()
    wortlaute: tuple[Wortlaut, ...] = ()
    nummerierung: Nummerierung | None = None
    laufweg: Laufwegregeln = Laufwegregeln()
    niederschrift: Niederschriftregeln | None = None
    land: str | None = Field(default=None, pattern=LAND)
    """Federal state, for public holidays ("NW")."""
    ladung: tuple[Ladungsregel, ...] = ()
    vorlagenschluss: tuple[Vorlagenschluss, ...] = ()
    antragsschluss: tuple[Vorlagenschluss, ...] = ()
    """The same for motions and questions; absent: the Vorlagenschluss holds for them too."""
    festsetzung: Festsetzung | None = None
    bekanntmachung: Bekanntmachungsregel | None = None
    formale_pruefung: bool = False
    """Papers go onto an agenda only when the Sitzungsdienst has accepted them formally."""
    standardpunkte: tuple[Standardpunkt, ...] = ()
    auftraege: Auftragsregeln | None = None
    vertretungen: tuple[Vertretung, ...] | None = None
    """Absent: Vertretung is not looked after here, and anybody may act for anybody of the same office."""
    personen: tuple[Ratsperson, ...] = ()
    sitze: tuple[Sitz, ...] = ()
    benachrichtigungen: tuple[Benachrichtigung, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    aktenzeichen: Muster | None = None
    """Pattern of the Aktenzeichen of papers whose office gives none. Fields: ``stelle``, ``jahr``, ``kennung`` (beginning of the id)."""
    aufbewahrung: tuple[Aufbewahrungsregel, ...] = ()
    archiv: Wort | None = None
    """Name of the archive that is offered what need not be kept any longer."""

    @cached_property
    def stand(self) -> Regelstand:
        """Names this version beyond doubt. Defaults are left out: a rule that a later release knows changes nothing here."""
        return Regelstand(
            kommune=self.kommune,
            gueltig_ab=self.gueltig_ab.isoformat(),
            digest=digest(self.model_dump(mode="json", exclude_defaults=True)),
        )


class Regelwerke:
    """All loaded versions of all towns. Pure: who reads the files is ``regelwerk``."""

    def __init__(self, alle: Iterable[Regelwerk]) -> None:
        self._alle = tuple(sorted(alle, key=lambda r: (r.kommune, r.gueltig_ab)))
        self._nach_stand = {r.stand: r for r in self._alle}

    @property
    def alle(self) -> tuple[Regelwerk, ...]:
        """Every version, by town and day."""
        return self._alle

    @property
    def kommunen(self) -> tuple[str, ...]:
        """Ids of the towns."""
        return tuple(sorted({r.kommune for r in self._alle}))

    def am(self, kommune: str, tag: dt.date) -> Regelwerk | None:
        """The version in force on that day; before the first one, the first one. None for a town that is not known."""
        eigene = [r for r in self._alle if r.kommune == kommune]
        gueltig = [r for r in eigene if r.gueltig_ab <= tag] or eigene[:1]
        return gueltig[-1] if gueltig else None

    def nach_stand(self, stand: Regelstand) -> Regelwerk | None:
        """Exactly the version that a command was worked out with."""
        return self._nach_stand.get(stand)
