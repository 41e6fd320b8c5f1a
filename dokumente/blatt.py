"""What every document has: a template, data, a date, a name; and the house's way to write days, times and names."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from dokumente.absaetze import Block, blocks
from lifecycle.fristen import WOCHENTAGE
from lifecycle.kern import BERLIN
from schemas.basis import Benannt, Modell
from schemas.sitzung import Sitzung

Lesen = Callable[[str], bytes]
"""Content of a document by its digest; raises DokumentFehlt, DokumentBeschaedigt."""


class Schriftstueck(Modell):
    """A document to be set: its template, its data, its date, and a name for the file (without ending)."""

    vorlage: str
    daten: dict[str, Any]
    zeit: dt.datetime
    name: str


def made(
    vorlage: str,
    kommune: str,
    titel: str,
    zeit: dt.datetime | None,
    name: str,
    *,
    vermerk: str | None = None,
    kennzeichen: Iterable[str] = (),
    **daten: Any,
) -> Schriftstueck:
    """A document. ``vermerk`` stands in a frame at its beginning, its first words with ``kennzeichen`` at the head of every page."""
    assert zeit is not None  # every case has a last entry
    titel = dashed(titel)
    kopf = [*(k for k in kennzeichen if k), *([vermerk.partition(",")[0]] if vermerk else [])]
    alles = {
        "kommune": kommune,
        "titel": titel,
        "fusszeile": f"{kommune} · {titel}",
        "vermerk": vermerk,
        "kennzeichen": " · ".join(kopf),
        **daten,
    }
    return Schriftstueck(vorlage=vorlage, daten=alles, zeit=zeit, name=name.replace("/", "-").replace(" ", "-"))


def dashed(text: str) -> str:
    """A title with the dash that typographers set between blanks."""
    return text.replace(" - ", " – ")


def shown(b: Benannt | None) -> str:
    """An office or committee as it stands in a document."""
    return dashed(b.anzeige) if b else ""


def short(b: Benannt) -> str:
    """An office or committee where there is little room."""
    return b.kuerzel or b.name


def committees(z: Sitzung) -> tuple[Benannt, ...]:
    """All committees that meet."""
    assert z.gremium is not None  # every meeting has one from its first entry on
    return (z.gremium, *z.weitere_gremien)


def place(z: Sitzung) -> str:
    """Room and place, as far as they are known."""
    return ", ".join(w for w in (z.raum, z.ort) if w) or "nicht hinterlegt"


def day(zeit: dt.datetime | None) -> str:
    """``16.06.2021``, in Berlin."""
    return f"{zeit.astimezone(BERLIN):%d.%m.%Y}" if zeit else ""


def long_day(zeit: dt.datetime | None) -> str:
    """``Mittwoch, 16.06.2021``."""
    return f"{WOCHENTAGE[zeit.astimezone(BERLIN).weekday()].capitalize()}, {day(zeit)}" if zeit else ""


def clock(zeit: dt.datetime | None) -> str:
    """``17:30 Uhr``."""
    return f"{zeit.astimezone(BERLIN):%H:%M} Uhr" if zeit else ""


def span(von: dt.datetime | None, bis: dt.datetime | None) -> str:
    """``17:30 bis 18:00 Uhr``, ``ab 17:46 Uhr``, ``bis 20:05 Uhr``; nothing for no limits."""
    if von and bis:
        return f"{clock(von).removesuffix(' Uhr')} bis {clock(bis)}"
    return f"ab {clock(von)}" if von else f"bis {clock(bis)}" if bis else ""


def read(lies: Lesen, digest: str) -> list[Block]:
    """A stored text in paragraphs and lists."""
    try:
        return blocks(lies(digest).decode())
    except UnicodeDecodeError:
        return blocks("(liegt als Datei bei)")
