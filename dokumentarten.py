"""Documents that people ask for: a table of kinds, each made from a case's state. Every door asks here."""

import datetime as dt
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import schriftstuecke
from client import Laufmappe
from dokumente import inhalt, kalender, sicht
from dokumente.anschrift import organizer
from dokumente.auslesen import NichtLesbar
from dokumente.inhalt import Schriftstueck, Teil
from dokumente.setzen import set_pdf
from dokumente.umwandeln import pdf_of
from lifecycle.ablehnung import NichtBefugt, Unbekannt, Unplausibel
from lifecycle.kern import BERLIN
from schemas.regelwerk import Regelwerk
from schemas.vorlage import Vorlage


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
    """What is asked for: of which case (its state), for whom, which item, which receiver, which version."""

    lm: Laufmappe
    rw: Regelwerk
    z: Any
    teil: Teil
    top: int | None
    an: str | None
    fassung: int | None

    @property
    def ganzer_teil(self) -> Teil:
        """Minutes and lists come in parts: who names none gets the public one."""
        return Teil.OEFFENTLICH if self.teil is Teil.INTERN else self.teil


Datei = tuple[bytes, str]
"""Content and file name."""


def _set(s: Schriftstueck) -> Datei:
    return set_pdf(s.vorlage, s.daten, s.zeit), f"{s.name}.pdf"


def _stored(w: Wunsch, ablage: Any, name: str) -> Datei | None:
    """What was signed or released for that part, as it was then: it stays, whatever is changed later. None if nothing was."""
    part = {Teil.OEFFENTLICH: True, Teil.NICHTOEFFENTLICH: False}.get(w.ganzer_teil)
    digest = next((a.digest for a in ablage if a.oeffentlich is part), None)
    if digest is None:
        return None
    daten = w.lm.ablage.get(digest)
    return daten, f"{name}.pdf" if daten.startswith(b"%PDF") else f"{name}.txt"


async def _paper(w: Wunsch) -> Datei:
    z = w.z if w.teil.fuer_alle else await w.lm.register.linked(w.z)
    return _set(inhalt.paper(z, w.rw.name, w.lm.ablage.get, w.teil, w.fassung))


async def _written(w: Wunsch) -> Datei:
    """What the office wrote in: for the house, since nobody has looked through it for the public."""
    if w.teil.fuer_alle:
        raise NichtBefugt("Das Original ist nur für das Haus; für die Öffentlichkeit gibt es „dokument vorlage“.")
    z: Vorlage = w.z
    fassung = sicht.version(z, w.teil, w.fassung)
    abschnitt = next((a for a in fassung.abschnitte if a.original), None) if fassung else None
    if abschnitt is None or abschnitt.original is None or abschnitt.original_name is None:
        raise Unbekannt("Diese Vorlage hat kein Original aus einer Textverarbeitung.")
    try:
        daten = await pdf_of(w.lm.ablage.get(abschnitt.original), abschnitt.original_name)
    except NichtLesbar as fehler:
        raise Unplausibel(str(fehler)) from None
    return daten, f"{Path(abschnitt.original_name).name}.pdf"


async def _invitation(w: Wunsch) -> Datei:
    return _set(inhalt.invitation(w.z, w.rw.name, w.teil))


async def _calendar(w: Wunsch) -> Datei:
    if w.an is None:
        raise Unplausibel("Eine Kalendereinladung hat genau einen Empfänger. Bitte „an“ angeben.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", w.an) or not w.an.isprintable():
        raise Unplausibel("„an“ ist keine Mailadresse (name@example.org).")
    return kalender.invitation(w.z, w.rw.name, w.an, organizer(w.rw, w.z)), "einladung.ics"


async def _minutes(w: Wunsch) -> Datei:
    neu = inhalt.minutes(w.z, w.rw.name, w.lm.ablage.get, w.ganzer_teil)
    return _stored(w, w.z.ausfertigungen, neu.name) or _set(neu)


async def _extract(w: Wunsch) -> Datei:
    if w.top is None:
        raise Unplausibel("Von welchem Punkt? Bitte „top“ angeben.")
    return _set(inhalt.extract(w.z, w.rw.name, w.top, w.teil))


async def _tasks(w: Wunsch) -> Datei:
    """For a meeting: what is open for its committees. Released once, it is the list that was released."""
    if schon := _stored(w, w.z.aufgabenlisten, "auftragsliste"):
        return schon
    return _set(await schriftstuecke.open_tasks(w.lm.register, w.z, w.rw.name, w.ganzer_teil))


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
    lm: Laufmappe,
    kommune: str,
    art: Dokumentart,
    vorgang: str,
    teil: Teil,
    top: int | None = None,
    an: str | None = None,
    fassung: int | None = None,
) -> Datei:
    """Finds the case and makes the document. Raises a refusal, DokumentFehlt."""
    typ, machen = ARTEN[art]
    z = await lm.register.state(await lm.find(kommune, typ, vorgang))
    rw = lm.regelwerke.am(kommune, dt.datetime.now(BERLIN).date())
    if z is None or rw is None:
        raise Unbekannt("Diesen Vorgang kennt das Register nicht. Bitte die Nummer oder Kennung prüfen.")
    return await machen(Wunsch(lm, rw, z, teil, top, an, fassung))
