"""What stands before the points of a list ("- ", "2. ", "b) "): neither format writes it into the text, both leave it to be counted.

Of formats only numbers and letters are told apart; what is counted otherwise is counted in numbers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
STRICH = "-"
OHNE_ZAHL = frozenset({"bullet", "none", ""})
KLEIN = frozenset({"lowerLetter", "a"})
GROSS = frozenset({"upperLetter", "A"})
EINZUG = "  "
TIEFSTENS = 9
"""Levels that both formats know; what is nested deeper is shown like the last."""

Marken = Mapping[Element, str]
"""Paragraph and what stands before it."""
Ebenen = Mapping[tuple[str, int], tuple[str, int]]
"""List and level: how it is counted, and from which number on."""


def _mark(art: str, nr: int, ebene: int) -> str:
    buchstabe = chr(ord("a") + (nr - 1) % 26)
    worte = {STRICH: art in OHNE_ZAHL, f"{buchstabe})": art in KLEIN, f"{buchstabe.upper()}.": art in GROSS}
    return EINZUG * ebene + next((wort for wort, gilt in worte.items() if gilt), f"{nr}.")


def _int(text: str | None, sonst: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else sonst


# --- DOCX ---------------------------------------------------------------------------------------------------------------


def word_marks(baum: Element, nummerierung: Element | None) -> Marken:
    """Every paragraph that is a point of a list, counted as ``word/numbering.xml`` says."""
    ebenen = dict(_word_levels(nummerierung)) if nummerierung is not None else {}
    zaehler: dict[str, dict[int, int]] = defaultdict(dict)
    marken = {}
    for absatz in baum.iter(f"{WORD}p"):
        punkt = absatz.find(f"{WORD}pPr/{WORD}numPr")
        liste = _value(punkt, "numId") if punkt is not None else None
        if liste in (None, "0"):
            continue
        ebene = min(_int(_value(punkt, "ilvl"), 0), TIEFSTENS)
        art, ab = ebenen.get((liste or "", ebene), ("bullet", 1))
        stand = zaehler[liste or ""]
        stand[ebene] = stand.get(ebene, ab - 1) + 1
        for tiefer in [e for e in stand if e > ebene]:
            del stand[tiefer]
        marken[absatz] = _mark(art, stand[ebene], ebene)
    return marken


def _value(element: Element | None, name: str) -> str | None:
    kind = element.find(f"{WORD}{name}") if element is not None else None
    return kind.get(f"{WORD}val") if kind is not None else None


def _word_levels(nummerierung: Element) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    vorlagen = {v.get(f"{WORD}abstractNumId"): v for v in nummerierung.iter(f"{WORD}abstractNum")}
    for liste in nummerierung.iter(f"{WORD}num"):
        vorlage = vorlagen.get(_value(liste, "abstractNumId"))
        for ebene in vorlage.iter(f"{WORD}lvl") if vorlage is not None else ():
            art, ab = _value(ebene, "numFmt") or "decimal", _int(_value(ebene, "start"), 1)
            yield (liste.get(f"{WORD}numId") or "", _int(ebene.get(f"{WORD}ilvl"), 0)), (art, ab)


# --- ODT ----------------------------------------------------------------------------------------------------------------


def odt_marks(baum: Element, stile: Element | None) -> Marken:
    """Every paragraph that begins a point of a list. Only the first one of a point has a mark."""
    ebenen: dict[tuple[str, int], tuple[str, int]] = {}
    for quelle in (stile, baum):
        ebenen.update(_odt_levels(quelle) if quelle is not None else ())
    marken: dict[Element, str] = {}
    stapel: list[tuple[Element, str, int]] = [(baum, "", 0)]
    while stapel:
        element, stil, tiefe = stapel.pop()
        if element.tag == f"{TEXT}list":
            stil, tiefe = element.get(f"{TEXT}style-name", stil), min(tiefe + 1, TIEFSTENS)
            marken.update(_points(element, tiefe - 1, *ebenen.get((stil, tiefe), ("bullet", 1))))
        stapel += [(kind, stil, tiefe) for kind in element]
    return marken


def _points(liste: Element, ebene: int, art: str, ab: int) -> Iterator[tuple[Element, str]]:
    nr = ab - 1
    for punkt in liste.iterfind(f"{TEXT}list-item"):
        nr = _int(punkt.get(f"{TEXT}start-value"), nr + 1)
        absatz = next((kind for kind in punkt if kind.tag in (f"{TEXT}p", f"{TEXT}h")), None)
        if absatz is not None:
            yield absatz, _mark(art, nr, ebene)


def _odt_levels(quelle: Element) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    for stil in quelle.iter(f"{TEXT}list-style"):
        for ebene in stil:
            zaehlt = ebene.tag == f"{TEXT}list-level-style-number"
            art = ebene.get(f"{STYLE}num-format", "") if zaehlt else "bullet"
            ab = _int(ebene.get(f"{TEXT}start-value"), 1)
            yield (stil.get(f"{STYLE}name") or "", _int(ebene.get(f"{TEXT}level"), 1)), (art, ab)
