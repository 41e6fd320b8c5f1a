"""What of a case a reader of reports and exports sees. What is public of it ``dokumente.sicht`` decides; who sees how much,

``lifecycle.rechte``. Where it is not known whether something is public, it is not.
"""

from collections.abc import Iterator
from typing import Any

from beweis.vergessen import GELOESCHT
from dokumente import sicht
from dokumente.sicht import Teil
from lifecycle.fristen import day
from lifecycle.mitteilung import public_subject
from lifecycle.rechte import Einblick
from lifecycle.sitzung.tagesordnung import find_top
from pruefung.fall import Fall
from pruefung.vermerk import Vermerk
from schemas.auftrag import Auftrag
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

NICHTOEFFENTLICH = "nichtöffentlich"
OHNE_EINBLICK = "ohne Einblick"
"""Stands for content that is public, before those who see no content at all."""


def all_public(z: Zustand) -> bool:
    """Whether everything in the case is public. Calendars, number ranges and rules have no subject."""
    if isinstance(z, Vorlage):
        return sicht.has_text(z, Teil.OEFFENTLICH) and _released(z) and all(teil.oeffentlich for teil in _parts(z))
    if isinstance(z, Auftrag):  # what answers it may be a paper of which it is not known here whether it is public
        return _public_task(z) and not z.folgevorlagen
    return _all_public_meeting(z) if isinstance(z, Sitzung) else True


def _released(z: Vorlage) -> bool:
    """Whether every version is released: a draft is for its office and those who sign."""
    return bool(z.fassungen) and all(sicht.version(z, Teil.OEFFENTLICH, f.nr) for f in z.fassungen)


def _parts(z: Vorlage) -> Iterator[Any]:
    yield from z.beratungen
    yield from (t for b in z.beratungen for t in b.behandlungen)
    yield from (a for f in z.fassungen for a in f.anlagen)


def _public_task(z: Auftrag) -> bool:
    return z.angaben is not None and z.angaben.oeffentlich


def _all_public_meeting(z: Sitzung) -> bool:
    """An item that was taken off again may not have been public; nobody knows any more."""
    rest: tuple[Any, ...] = (*z.vorlagen, *z.anmeldungen, *(a.angaben for a in z.auftraege), *z.niederschrift, *z.aufgabenlisten)
    return not z.letzte_top and all(sicht.is_harmless(z, t) for t in z.tops) and all(x.oeffentlich for x in rest)


def public_item(z: Sitzung, nr: object) -> bool:
    """Whether everything at an agenda item is public."""
    top = find_top(z, nr) if isinstance(nr, int) else None
    return top is not None and sicht.is_harmless(z, top)


def public_entry(z: Zustand, v: Vermerk) -> bool:
    """Whether what an entry says is public: of a meeting's by the item that it is about.

    A task that arose at a public item may have been made non-public since; the meeting is not told.
    """
    if v.get("oeffentlich") is False or v.art == "auftrag_festhalten":
        return False
    if isinstance(z, Sitzung) and v.get("top") is not None:
        return public_item(z, v.get("top"))
    return all_public(z)


def shows(einblick: Einblick, oeffentlich: bool) -> bool:
    """Whether the reader sees content that is public or not."""
    return einblick is Einblick.ALLES or (einblick is Einblick.OEFFENTLICH and oeffentlich)


def mask(oeffentlich: bool) -> str:
    """What stands for content that the reader does not see."""
    return OHNE_EINBLICK if oeffentlich else NICHTOEFFENTLICH


def subject(fall: Fall, einblick: Einblick) -> str:
    """What the case is about, or its neutral designation."""
    z = fall.z
    if isinstance(z, Sitzung):
        return f"{z.gremium.anzeige}, {day(z.beginn):%d.%m.%Y}" if z.gremium and z.beginn else ""
    if isinstance(z, Vorlage):
        offen = sicht.has_text(z, Teil.OEFFENTLICH) and sicht.version(z, Teil.OEFFENTLICH) is not None
        worum = z.betreff if einblick is Einblick.ALLES or not offen else public_subject(z) or ""
        return _named(worum, z.bezeichnung, offen, einblick)
    if isinstance(z, Auftrag) and z.angaben:
        return _named(z.angaben.verlangt, z.angaben.bezeichnung, z.angaben.oeffentlich, einblick)
    return ""


def _named(worum: str, bezeichnung: str | None, oeffentlich: bool, einblick: Einblick) -> str:
    if shows(einblick, oeffentlich):
        return worum or GELOESCHT
    return bezeichnung or mask(oeffentlich)
