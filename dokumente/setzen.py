"""From data to PDF: one template per kind of document, set by Typst, exported as PDF/A-2b and PDF/UA-1.

The same data and time give the same bytes on every machine, so that a document can be made again and compared: only the fonts
that come with Typst are used. What they cannot show becomes a replacement character, for a letter with a smiley must go out too.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import typst

SATZ = Path(__file__).parent / "satz"
NORMEN: "list[typst.PDFStandard]" = ["a-2b", "ua-1"]
ERSATZ = "\N{REPLACEMENT CHARACTER}"
AUFZAEHLUNGSPUNKT = "•"
VERSUCHE = 4
"""One finds what no font has; more only where replacing uncovers something new, as within a joined smiley."""
ZEICHEN = (
    (re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]"), "\n"),
    (re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]"), AUFZAEHLUNGSPUNKT),  # private use: Symbol and Wingdings bullets
    (re.compile(r"[\ud800-\udfff]"), ERSATZ),
    (re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]"), ""),
)
"""What text processing leaves behind, and what is set instead."""
_OHNE_GLYPHE = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_MASKIERT = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")


class NichtSetzbar(Exception):
    """The template does not work with these data: a mistake of ours. Its text quotes nothing of them."""


def set_pdf(vorlage: str, daten: dict[str, Any], zeit: dt.datetime) -> bytes:
    """``vorlage`` is the template's name; ``daten`` is JSON; ``zeit`` (aware) stands in the file as its date of creation.

    Raises NichtSetzbar.
    """
    daten = _mapped(daten, _printable)
    for _ in range(VERSUCHE):
        try:
            return _compiled(vorlage, daten, zeit)
        except typst.TypstError as fehler:
            fremd = set(_missing(fehler.diagnostic))
            if not fremd:
                raise NichtSetzbar(f"Das Schriftstück „{vorlage}“ ließ sich nicht setzen.") from None
            daten = _mapped(daten, partial(_without, fremd))
    raise NichtSetzbar(f"Das Schriftstück „{vorlage}“ hat zu viele Zeichen, die keine Schrift hat.")


def _compiled(vorlage: str, daten: dict[str, Any], zeit: dt.datetime) -> bytes:
    pdf: bytes = typst.compile(
        str(SATZ / f"{vorlage}.typ"),
        root=str(SATZ),
        ignore_system_fonts=True,
        sys_inputs={"daten": json.dumps(daten, ensure_ascii=False)},
        pdf_standards=NORMEN,
        timestamp=zeit.astimezone(dt.UTC).replace(microsecond=0),
    )
    return pdf


def _mapped(wert: Any, aendere: Callable[[str], str]) -> Any:
    """The same data with every text changed."""
    if isinstance(wert, str):
        return aendere(wert)
    if isinstance(wert, dict):
        return {name: _mapped(teil, aendere) for name, teil in wert.items()}
    return [_mapped(teil, aendere) for teil in wert] if isinstance(wert, (list, tuple)) else wert


def _printable(text: str) -> str:
    for muster, statt in ZEICHEN:
        text = muster.sub(statt, text)
    return text


def _missing(meldung: str) -> Iterator[str]:
    """Texts that no font could show, as the message quotes them, without its escapes."""
    for fund in _OHNE_GLYPHE.findall(meldung):
        yield _MASKIERT.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], fund)


def _without(fremd: set[str], text: str) -> str:
    for zeichen in sorted(fremd, key=len, reverse=True):
        text = text.replace(zeichen, ERSATZ)
    return text
