"""The text of what offices write in (DOCX, ODT), for search and difference; and their PDF, where LibreOffice is at hand.

The file itself is kept as it came. Both formats are ZIP files with XML; nothing in them is executed.
"""

import asyncio
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

HOECHSTENS = 50_000_000
"""Bytes of XML that are looked at: a file that unpacks to more is not a letter."""
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
FRIST = 60.0


class NichtLesbar(Exception):
    """Not a document that can be read; the sentence says why."""


def text_of(daten: bytes, name: str) -> str:
    """The text of a DOCX or ODT file, a line per paragraph. Raises NichtLesbar."""
    form = FORMEN.get(Path(name).suffix.lower())
    if form is None:
        raise NichtLesbar(f"„{name}“ ist weder DOCX noch ODT.")
    teil, absatz, leser = form
    try:
        with zipfile.ZipFile(BytesIO(daten)) as paket:
            if paket.getinfo(teil).file_size > HOECHSTENS:
                raise NichtLesbar(f"„{name}“ ist entpackt zu groß.")
            roh = paket.read(teil)
        baum = ElementTree.fromstring(roh)
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException):
        raise NichtLesbar(f"„{name}“ ist beschädigt oder kein solches Dokument.") from None
    return "\n".join("".join(leser(a)) for a in baum.iter() if a.tag in absatz)


def _word(absatz: Element) -> Iterator[str]:
    for teil in absatz.iter():
        if teil.tag == f"{WORD}t":
            yield teil.text or ""
        elif teil.tag in (f"{WORD}tab", f"{WORD}br"):
            yield " "


def _odt(absatz: Element) -> Iterator[str]:
    yield absatz.text or ""
    for teil in absatz:
        if teil.tag in (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"):
            yield " " * int(teil.get(f"{TEXT}c", "1"))
        elif teil.tag not in (f"{TEXT}p", f"{TEXT}h", f"{TEXT}tracked-changes"):
            yield from _odt(teil)
        yield teil.tail or ""


FORMEN = {
    ".docx": ("word/document.xml", frozenset({f"{WORD}p"}), _word),
    ".odt": ("content.xml", frozenset({f"{TEXT}p", f"{TEXT}h"}), _odt),
}


def libreoffice() -> str | None:
    """Where LibreOffice is, if it is."""
    return shutil.which("soffice") or shutil.which("libreoffice")


async def pdf_of(daten: bytes, name: str) -> bytes:
    """The file as PDF/A, made by LibreOffice. Raises NichtLesbar: none at hand, too slow, or it could not read the file."""
    programm = libreoffice()
    if programm is None:
        raise NichtLesbar("LibreOffice ist hier nicht eingerichtet; ein PDF lässt sich aus dieser Datei nicht machen.")
    with tempfile.TemporaryDirectory() as ordner:
        quelle = Path(ordner) / f"quelle{Path(name).suffix.lower()}"
        quelle.write_bytes(daten)
        form = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},"UseTaggedPDF":{"type":"boolean","value":"true"}}'
        prozess = await asyncio.create_subprocess_exec(
            *(programm, "--headless", f"-env:UserInstallation=file://{ordner}/profil"),
            *("--convert-to", form, "--outdir", ordner, str(quelle)),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await asyncio.wait_for(prozess.wait(), FRIST)
        except TimeoutError:
            prozess.kill()
            await prozess.wait()
            raise NichtLesbar(f"„{name}“ ließ sich in {FRIST:.0f} s nicht umwandeln.") from None
        ziel = quelle.with_suffix(".pdf")
        if not ziel.exists():
            raise NichtLesbar(f"„{name}“ ließ sich nicht in ein PDF umwandeln.")
        return ziel.read_bytes()
