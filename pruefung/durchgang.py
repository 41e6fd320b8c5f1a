"""One walk through a town's record for any number of reports: filtered, and with nothing that the reader may not see."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lifecycle.fristen import day
from lifecycle.rechte import Einblick
from pruefung.bericht import Bericht, Spalte
from pruefung.einsicht import all_public, mask, shows, subject
from pruefung.fall import TYPEN, Fall, Stadt, Wert, Zeile, committees, lead, number
from pruefung.vermerk import Vermerk
from register import Register
from schemas.nummernkreis import Nummernkreis
from schemas.regelwerk import Regelwerke

Reihe = tuple[Wert, ...]
"""The cells of a row, in the order of the report's columns."""


@dataclass(frozen=True)
class Anfrage:
    """What somebody wants to see: from one day to another (Berlin, both inclusive), of a committee, of an office; how far they see."""

    kommune: str
    einblick: Einblick
    stichtag: dt.date
    von: dt.date | None = None
    bis: dt.date | None = None
    gremium: str | None = None
    stelle: str | None = None


async def run(
    register: Register, regelwerke: Regelwerke, berichte: Collection[Bericht], anfrage: Anfrage
) -> Mapping[str, Sequence[Reihe]]:
    """The rows of each report, by date. Cases stream past; only rows are kept. Raises RegisterNichtErreichbar."""
    stadt = await _town(register, regelwerke, berichte, anfrage)
    zeilen: dict[str, list[Reihe]] = defaultdict(list)
    for b in berichte:
        zeilen[b.kennung] += _cells(b, anfrage, stadt, None, b.stadt(stadt) if b.stadt else ())
    for typ, (name, _) in TYPEN.items():
        gefragt = [(b, b.je_fall[typ]) for b in berichte if typ in b.je_fall]
        if not gefragt:
            continue
        async for workflow, z, verlauf in register.cases(anfrage.kommune, name):
            fall = Fall(stadt, workflow, z, tuple(Vermerk(*e) for e in verlauf))
            if anfrage.gremium in (None, *committees(z)):
                for b, finder in gefragt:
                    zeilen[b.kennung] += _cells(b, anfrage, stadt, fall, finder(fall, z))
    return {b.kennung: _sorted(b, zeilen[b.kennung]) for b in berichte}


async def _town(register: Register, regelwerke: Regelwerke, berichte: Collection[Bericht], anfrage: Anfrage) -> Stadt:
    nummern = any(Nummernkreis in b.je_fall for b in berichte)
    papiere = await register.list_cases(anfrage.kommune, "vorlage") if nummern else []
    alarme = await register.alarms() if any(b.stadt for b in berichte) else []
    return Stadt(
        kommune=anfrage.kommune,
        regelwerke=regelwerke,
        stichtag=anfrage.stichtag,
        alarme=tuple(a for a in alarme if a.workflow.split("/")[1] == anfrage.kommune),
        papiere={p.workflow.rsplit("/", 1)[-1]: getattr(p, "nummer", None) for p in papiere},
    )


def _cells(b: Bericht, anfrage: Anfrage, stadt: Stadt, fall: Fall | None, zeilen: Any) -> Iterator[Reihe]:
    for zeile in zeilen:
        if _wanted(b, anfrage, fall, zeile):
            yield tuple(_shown(spalte, wert, zeile, fall, anfrage) for spalte, wert in _values(b, anfrage, stadt, fall, zeile))


def _wanted(b: Bericht, anfrage: Anfrage, fall: Fall | None, zeile: Zeile) -> bool:
    """Reports without cases are about a day, not about a time or a committee."""
    if anfrage.stelle and anfrage.stelle not in (zeile.stelle, lead(fall.z) if fall else None):
        return False
    if not b.je_fall:
        return True
    if anfrage.gremium and fall is None:
        return False
    tag = day(zeile.am) if isinstance(zeile.am, dt.datetime) else zeile.am
    return tag is None or (anfrage.von or tag) <= tag <= (anfrage.bis or tag)


def _values(b: Bericht, anfrage: Anfrage, stadt: Stadt, fall: Fall | None, zeile: Zeile) -> Iterator[tuple[Spalte, Wert]]:
    tag = day(zeile.am) if isinstance(zeile.am, dt.datetime) else zeile.am or stadt.stichtag
    allgemein: dict[str, Wert] = {
        "vorgang": number(fall.workflow, fall.z) if fall else zeile.vorgang,
        "typ": TYPEN[type(fall.z)][1] if fall else None,
        "gegenstand": subject(fall, anfrage.einblick) if fall else None,
        "eintrag": zeile.eintrag,
        "am": zeile.am,
        "stelle": stadt.office(zeile.stelle, tag),
    }
    werte = allgemein | dict(zeile.werte)
    return ((spalte, werte.get(spalte.name)) for spalte in b.alle_spalten)


def _shown(spalte: Spalte, wert: Wert, zeile: Zeile, fall: Fall | None, anfrage: Anfrage) -> Wert:
    if spalte.neutral or anfrage.einblick is Einblick.ALLES:
        return wert
    oeffentlich = zeile.oeffentlich if zeile.oeffentlich is not None else fall is None or all_public(fall.z)
    return wert if shows(anfrage.einblick, oeffentlich) else mask(oeffentlich)


def _sorted(b: Bericht, reihen: list[Reihe]) -> list[Reihe]:
    """By date, then case and entry; what has no date comes first, in the order in which it was found."""
    orte = [nr for name in ("am", "vorgang", "eintrag") for nr, s in enumerate(b.alle_spalten) if s.name == name]
    return sorted(reihen, key=lambda reihe: tuple(_key(reihe[nr]) for nr in orte))


def _key(wert: Wert) -> str:
    if isinstance(wert, dt.datetime):
        return wert.astimezone(dt.UTC).isoformat()
    if isinstance(wert, dt.date):
        return wert.isoformat()
    return f"{wert:09}" if isinstance(wert, int) else wert or ""
