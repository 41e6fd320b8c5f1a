"""The text of what offices write in (DOCX, ODT), for search and difference: what a reader of the page reads, and nothing else.

Paragraphs are parted by blank lines; rows of a table ("a | b") and points of a list are lines of their own; notes stand at the
end. What was deleted, commented or hidden is not text. The file itself is kept as it came; nothing in it is executed, and
nothing here recurses, however deep the file is nested.
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from dokumente.dateiform import FORMEN, Form, modernise
from dokumente.listenpunkte import Marken

__all__ = ["FORMEN", "NichtLesbar", "text_of"]

HOECHSTENS = 10_000_000
"""Bytes of XML that are looked at: a file that unpacks to more is not a letter."""
LEERRAUM = 100
"""So many blanks in a row at most, whatever the file says."""
BESCHAEDIGT = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(ParseError, DefusedXmlException, LookupError, ValueError),
    *(RuntimeError, NotImplementedError, RecursionError),
)
"""What reading a broken, encrypted or malicious file raises."""


class NichtLesbar(Exception):
    """Not a document that can be read; the sentence says why."""


class ZuGross(Exception):
    """A part unpacks to more than is looked at."""


def text_of(daten: bytes, name: str) -> str:
    """The text of a DOCX or ODT file. Raises NichtLesbar."""
    name = Path(name).name
    form = FORMEN.get(Path(name).suffix.lower())
    if form is None:
        raise NichtLesbar(f"„{name}“ ist weder DOCX noch ODT.")
    try:
        with zipfile.ZipFile(BytesIO(daten)) as paket:
            text = _text(paket, form)
    except ZuGross:
        raise NichtLesbar(f"„{name}“ ist entpackt zu groß.") from None
    except BESCHAEDIGT:
        raise NichtLesbar(f"„{name}“ ist beschädigt, verschlüsselt oder kein solches Dokument.") from None
    if not text:
        raise NichtLesbar(f"„{name}“ enthält keinen Text. Ein eingescanntes Blatt geht als Anlage.")
    return text


def _text(paket: zipfile.ZipFile, form: Form) -> str:
    da = set(paket.namelist())
    baum = _tree(paket, form, form.teil)
    marken = form.marks(baum, _tree(paket, form, form.listen) if form.listen in da else None)
    leser = _Leser(form)
    bloecke = list(leser.blocks(baum, marken))
    for teil in form.noten:
        if teil in da:
            leser.take_notes(_tree(paket, form, teil))
    return _joined([*bloecke, *leser.notes()])


def _tree(paket: zipfile.ZipFile, form: Form, teil: str) -> Element:
    """A part of the file under today's names, without what nobody reads on the page."""
    with paket.open(teil) as strom:  # what the file says of its size may be a lie
        roh = strom.read(HOECHSTENS + 1)
    if len(roh) > HOECHSTENS:
        raise ZuGross
    baum: Element = ElementTree.fromstring(roh)
    modernise(baum)
    _prune(baum, form)
    return baum


def _prune(baum: Element, form: Form) -> None:
    """Takes out what is no text; what follows it in the paragraph stays."""
    unseen = form.unseen(baum)
    stapel = [baum]
    while stapel:
        element = stapel.pop()
        bleibt: list[Element] = []
        texte: list[list[str]] = [[element.text or ""]]
        for kind in element:
            if unseen(kind):
                texte[-1].append(kind.tail or "")
            else:
                bleibt.append(kind)
                texte.append([kind.tail or ""])
        if len(bleibt) < len(element):
            element.text, *enden = ("".join(teile) for teile in texte)
            for kind, ende in zip(bleibt, enden, strict=True):
                kind.tail = ende
            element[:] = bleibt
        stapel += bleibt


def _walk(wurzel: Element, halt: Iterable[str]) -> Iterator[Element]:
    """Everything below an element, in its order, without going into what has one of these names."""
    stapel = list(reversed(wurzel))
    while stapel:
        element = stapel.pop()
        yield element
        if element.tag not in halt:
            stapel += reversed(element)


Block = tuple[str, str]
"""What it is ("absatz", "zeile", "punkt", "note") and its text."""


def _joined(bloecke: list[Block]) -> str:
    """Rows of a table, points of a list and notes stand line below line; everything else is parted by a blank line."""
    teile: list[str] = []
    davor = "absatz"
    for art, text in bloecke:
        teile += ["\n" if art == davor != "absatz" else "\n\n", text]
        davor = art
    return "".join(teile).strip()


class _Leser:
    """Reads one document: paragraphs and rows in their order, notes numbered as they come."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._noten: dict[str, int] = {}
        self._notentexte: dict[str, str] = {}

    def blocks(self, baum: Element, marken: Marken) -> Iterator[Block]:
        """Everything that is not a note. A paragraph within a paragraph (a text box) is a block of its own."""
        form = self._form
        for element in _walk(baum, {form.zeile, *form.note}):
            if element.tag == form.zeile and (text := self._row(element)):
                yield "zeile", text
            elif element.tag in form.absatz and (text := self._inline(element).strip()):
                yield ("punkt", f"{marken[element]} {text}") if element in marken else ("absatz", text)

    def _row(self, zeile: Element) -> str:
        zellen = [self._flat(teil) for teil in _walk(zeile, self._form.zelle) if teil.tag in self._form.zelle]
        return " | ".join(zellen) if any(zellen) else ""

    def _flat(self, teil: Element) -> str:
        """All paragraphs of a cell or note on one line."""
        absaetze = (self._inline(a) for a in _walk(teil, self._form.note) if a.tag in self._form.absatz)
        return " ".join(" ".join(absaetze).split())

    def _inline(self, absatz: Element) -> str:
        """The text of one paragraph, without that of paragraphs and tables within it."""
        form = self._form
        grenze = {*form.absatz, form.zeile}
        aus = [absatz.text or ""] if form.gemischt else []
        stapel: list[Element | str] = list(reversed(absatz))
        while stapel:
            element = stapel.pop()
            if isinstance(element, str):
                aus.append(element)
                continue
            if form.gemischt:
                stapel.append(element.tail or "")
            if element.tag in form.note:
                aus.append(self._note(element))
            elif element.tag in form.zeichen:
                aus.append(self._character(element))
            elif element.tag not in grenze:
                aus.append((element.text or "") if form.lauf in ("", element.tag) else "")
                stapel += reversed(element)
        return "".join(aus)

    def _character(self, element: Element) -> str:
        anzahl = element.get(self._form.anzahl, "1")
        wie_oft = min(int(anzahl), LEERRAUM) if anzahl.isdecimal() and len(anzahl) < LEERRAUM else 1
        return self._form.zeichen[element.tag] * wie_oft

    def _note(self, element: Element) -> str:
        """The mark of a note in the text. An ODT note brings its text along, a DOCX one lies in a part of its own."""
        kennung = self._form.note_id(element) or f"#{len(self._noten)}"
        if kennung not in self._noten:
            self._noten[kennung] = len(self._noten) + 1
            self._notentexte[kennung] = self._flat(element)
        return f"[{self._noten[kennung]}]"

    def take_notes(self, baum: Element) -> None:
        """The texts of notes that lie in another part of the file."""
        for element in baum.iter():
            kennung = self._form.note_id(element)
            if kennung in self._noten:
                self._notentexte[kennung] = self._flat(element)

    def notes(self) -> Iterator[Block]:
        """Every note with its number."""
        for kennung, nr in self._noten.items():
            if text := self._notentexte[kennung]:
                yield "note", f"[{nr}] {text}"
