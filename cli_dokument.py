"""Documents from the command line: a table of kinds, each made from a case's state."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from client import Laufmappe
from dokumente import auslesen, inhalt, kalender
from dokumente.inhalt import Schriftstueck, Teil
from dokumente.setzen import set_pdf
from lifecycle.ablehnung import Unbekannt, Unplausibel
from lifecycle.kern import BERLIN
from schemas.auftrag import ENDEN, Auftrag
from schemas.regelwerk import Regelwerk
from schemas.vorlage import Vorlage
from worker import Gewerke


class Dokumentart(StrEnum):
    """What can be made."""

    VORLAGE = "vorlage"
    ORIGINAL = "original"
    EINLADUNG = "einladung"
    KALENDER = "kalender"
    NIEDERSCHRIFT = "niederschrift"
    AUSZUG = "auszug"
    AUFTRAGSLISTE = "auftragsliste"


@dataclass(frozen=True)
class Wunsch:
    """What is asked for: of which case (its state), for whom, which item, which receiver."""

    lm: Laufmappe
    rw: Regelwerk
    z: Any
    teil: Teil
    top: int | None
    an: str | None


Datei = tuple[bytes, str]
"""Content and file name."""


def _set(s: Schriftstueck) -> Datei:
    return set_pdf(s.vorlage, s.daten, s.zeit), f"{s.name}.pdf"


async def _paper(w: Wunsch) -> Datei:
    return _set(inhalt.paper(w.z, w.rw.name, w.lm.ablage.get, w.teil))


async def _written(w: Wunsch) -> Datei:
    z: Vorlage = w.z
    abschnitt = next((a for a in z.fassung.abschnitte if a.original), None)
    if abschnitt is None or abschnitt.original is None or abschnitt.original_name is None:
        raise Unbekannt("Diese Vorlage hat kein Original aus einer Textverarbeitung.")
    try:
        daten = await auslesen.pdf_of(w.lm.ablage.get(abschnitt.original), abschnitt.original_name)
    except auslesen.NichtLesbar as fehler:
        raise Unplausibel(str(fehler)) from None
    return daten, f"{abschnitt.original_name}.pdf"


async def _invitation(w: Wunsch) -> Datei:
    return _set(inhalt.invitation(w.z, w.rw.name, w.teil))


async def _calendar(w: Wunsch) -> Datei:
    if w.an is None:
        raise Unplausibel("Eine Kalendereinladung hat genau einen Empfänger. Bitte „--an“ angeben.")
    return kalender.invitation(w.z, w.rw.name, w.an, "sitzungsdienst@laufmappe.invalid"), "einladung.ics"


async def _minutes(w: Wunsch) -> Datei:
    teil = Teil.OEFFENTLICH if w.teil is Teil.INTERN else w.teil
    return _set(inhalt.minutes(w.z, w.rw.name, w.lm.ablage.get, teil))


async def _extract(w: Wunsch) -> Datei:
    if w.top is None:
        raise Unplausibel("Von welchem Punkt? Bitte „--top“ angeben.")
    return _set(inhalt.extract(w.z, w.rw.name, w.top))


async def _tasks(w: Wunsch) -> Datei:
    """For a meeting: what is open for its committee."""
    gremium = w.z.gremium
    zeilen = await w.lm.register.list_cases(w.z.kommune, "auftrag", gremium=gremium.id)
    staende = [await w.lm.register.state(zeile.workflow) for zeile in zeilen]
    offen = [a for a in staende if isinstance(a, Auftrag) and a.stufe not in ENDEN]
    teil = Teil.OEFFENTLICH if w.teil is Teil.INTERN else w.teil
    oeffentlich = teil is not Teil.NICHTOEFFENTLICH
    frei = any(liste.oeffentlich == oeffentlich for liste in w.z.aufgabenlisten)
    return _set(inhalt.task_list(gremium.name, w.rw.name, offen, dt.datetime.now(dt.UTC), teil, freigegeben=frei))


ARTEN: Mapping[Dokumentart, tuple[str, Callable[[Wunsch], Awaitable[Datei]]]] = {
    Dokumentart.VORLAGE: ("vorlage", _paper),
    Dokumentart.ORIGINAL: ("vorlage", _written),
    Dokumentart.EINLADUNG: ("sitzung", _invitation),
    Dokumentart.KALENDER: ("sitzung", _calendar),
    Dokumentart.NIEDERSCHRIFT: ("sitzung", _minutes),
    Dokumentart.AUSZUG: ("sitzung", _extract),
    Dokumentart.AUFTRAGSLISTE: ("sitzung", _tasks),
}
"""Kind of document: of which kind of case, and how it is made."""


async def make(
    lm: Laufmappe, g: Gewerke, kommune: str, art: Dokumentart, vorgang: str, teil: Teil, top: int | None, an: str | None
) -> Datei:
    """Finds the case and makes the document. Raises a refusal, DokumentFehlt."""
    typ, machen = ARTEN[art]
    z = await lm.register.state(await lm.find(kommune, typ, vorgang))
    rw = g.regelwerke.am(kommune, dt.datetime.now(BERLIN).date())
    if z is None or rw is None:
        raise Unbekannt("Diesen Vorgang kennt das Register nicht. Bitte die Nummer oder Kennung prüfen.")
    return await machen(Wunsch(lm, rw, z, teil, top, an))
