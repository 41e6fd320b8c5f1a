"""Reports as files: CSV for a German Excel, objects for programs, a workbook by ``mappe``."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lifecycle.kern import BERLIN
from pruefung.bericht import Bericht
from pruefung.durchgang import Reihe
from pruefung.fall import Wert

KEINE = "Keine Befunde."
FORMEL = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would carry out as a formula."""


def xlsx(berichte: Sequence[Bericht], reihen: Mapping[str, Sequence[Reihe]], angaben: Mapping[str, str]) -> bytes:
    """A workbook: what it was made from (``angaben``), then a sheet for each report."""
    from pruefung.mappe import workbook

    return workbook(berichte, reihen, angaben)


def csv_text(b: Bericht, reihen: Sequence[Reihe]) -> bytes:
    """Semicolons, UTF-8 with its mark, lines as Windows ends them."""
    puffer = io.StringIO(newline="")
    schreiber = csv.writer(puffer, delimiter=";", lineterminator="\r\n")
    schreiber.writerow([s.titel for s in b.alle_spalten])
    schreiber.writerows([_word(wert) for wert in reihe] for reihe in reihen or ((KEINE,),))
    return puffer.getvalue().encode("utf-8-sig")


def _word(wert: Wert) -> str | int:
    if isinstance(wert, str):
        return f"'{wert}" if wert.startswith(FORMEL) else wert
    return wert if isinstance(wert, int) else words(wert)


def words(wert: Wert) -> str:
    """A cell for people."""
    if isinstance(wert, dt.datetime):
        return f"{wert.astimezone(BERLIN):%d.%m.%Y %H:%M}"
    if isinstance(wert, dt.date):
        return f"{wert:%d.%m.%Y}"
    return "" if wert is None else str(wert)


def as_objects(b: Bericht, reihen: Iterable[Reihe]) -> Iterator[dict[str, Any]]:
    """Rows for programs: names of columns, dates in ISO form, moments with Berlin's offset."""
    namen = [s.name for s in b.alle_spalten]
    return ({name: _plain(wert) for name, wert in zip(namen, reihe, strict=True)} for reihe in reihen)


def _plain(wert: Wert) -> str | int | None:
    if isinstance(wert, dt.datetime):
        return wert.astimezone(BERLIN).isoformat()
    return wert.isoformat() if isinstance(wert, dt.date) else wert
