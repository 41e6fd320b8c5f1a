"""Reports as a workbook (XLSX), a sheet for each. The same rows give the same bytes. Loaded only when one is made: its library is large."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from lifecycle.kern import BERLIN
from pruefung.bericht import Bericht
from pruefung.durchgang import Reihe
from pruefung.fall import Wert
from pruefung.tabelle import KEINE

ZEITLOS = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - stands in the files' own properties, which know no time zone
"""The time that the files bear, so that they tell nothing but what is in them."""
LAENGSTER_TEXT = 32_767
"""Characters that a cell of Excel holds."""
OBEN, FETT = Alignment(vertical="top", wrap_text=True), Font(bold=True)
GEAENDERT = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def workbook(berichte: Sequence[Bericht], reihen: Mapping[str, Sequence[Reihe]], angaben: Mapping[str, str]) -> bytes:
    """A workbook: what it was made from (``angaben``), then a sheet for each report."""
    mappe = Workbook(write_only=True)
    mappe.properties.creator, mappe.properties.created = "Laufmappe", ZEITLOS
    blatt = mappe.create_sheet("Angaben")
    blatt.column_dimensions["A"].width, blatt.column_dimensions["B"].width = 24, 90
    for name, wert in (*angaben.items(), *((b.titel, b.zweck) for b in berichte)):
        blatt.append([_cell(blatt, name, fett=True), _cell(blatt, wert)])
    for b in berichte:
        _sheet(mappe.create_sheet(b.titel[:31]), b, reihen[b.kennung])
    roh = io.BytesIO()
    mappe.save(roh)
    return _settled(roh.getvalue())


def _sheet(blatt: Any, b: Bericht, reihen: Sequence[Reihe]) -> None:
    """Frozen, filterable header, printed on every page; in an empty report one line says so."""
    spalten = b.alle_spalten
    blatt.freeze_panes, blatt.print_title_rows = "A2", "1:1"
    blatt.page_setup.orientation, blatt.page_setup.fitToHeight = "landscape", 0
    blatt.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for nr, spalte in enumerate(spalten, 1):
        blatt.column_dimensions[get_column_letter(nr)].width = spalte.breite
    blatt.auto_filter.ref = f"A1:{get_column_letter(len(spalten))}{max(len(reihen), 1) + 1}"
    blatt.append([_cell(blatt, s.titel, fett=True) for s in spalten])
    for reihe in reihen or ((KEINE,),):
        blatt.append([_cell(blatt, wert) for wert in reihe])


def _cell(blatt: Any, wert: Wert, *, fett: bool = False) -> Any:
    """A date is a date, and a text stays a text, whatever it begins with."""
    zelle = WriteOnlyCell(blatt)
    if isinstance(wert, dt.datetime):
        zelle.value = wert.astimezone(BERLIN).replace(tzinfo=None)  # a spreadsheet knows no time zone
        zelle.number_format = "DD.MM.YYYY HH:MM"
    elif isinstance(wert, dt.date):
        zelle.value = wert
        zelle.number_format = "DD.MM.YYYY"
    elif isinstance(wert, str):
        zelle.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", wert)[:LAENGSTER_TEXT]
        zelle.data_type = "s"
    else:
        zelle.value = wert
    zelle.alignment = OBEN
    if fett:
        zelle.font = FETT
    return zelle


def _settled(roh: bytes) -> bytes:
    """The workbook without the moment of its making."""
    ziel = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(roh)) as alt, zipfile.ZipFile(ziel, "w", zipfile.ZIP_DEFLATED) as neu:
        for name in alt.namelist():
            inhalt = alt.read(name)
            if name == "docProps/core.xml":
                inhalt = GEAENDERT.sub(rb"\g<1>" + ZEITLOS.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), inhalt)
            neu.writestr(zipfile.ZipInfo(name, ZEITLOS.timetuple()[:6]), inhalt, zipfile.ZIP_DEFLATED)
    return ziel.getvalue()
