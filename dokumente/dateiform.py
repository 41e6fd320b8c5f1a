"""What DOCX and ODT call the same things: a table for the one reader that reads both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from dokumente.listenpunkte import STYLE, TEXT, WORD, Marken, odt_marks, word_marks

STRENG = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
"""The namespace of Strict Open XML: the same words under another name."""
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
AUS = frozenset({"0", "false", "off"})

Pruefung = Callable[[Element], bool]


def modernise(baum: Element) -> None:
    """Tags and attributes of Strict Open XML under the names that everybody writes."""
    for element in baum.iter():
        element.tag = element.tag.replace(STRENG, WORD)
        for name in [n for n in element.attrib if n.startswith(STRENG)]:
            element.attrib[name.replace(STRENG, WORD)] = element.attrib.pop(name)


def _word_hidden(baum: Element) -> Pruefung:
    """A run that is formatted as hidden text."""

    def hidden(element: Element) -> bool:
        marke = element.find(f"{WORD}rPr/{WORD}vanish") if element.tag == f"{WORD}r" else None
        return marke is not None and marke.get(f"{WORD}val") not in AUS

    return hidden


def _odt_hidden(baum: Element) -> Pruefung:
    """What has a style that is not displayed, or a section that is not."""
    unsichtbar = {
        stil.get(f"{STYLE}name")
        for stil in baum.iter(f"{STYLE}style")
        for eigenschaften in stil.iter(f"{STYLE}text-properties")
        if eigenschaften.get(f"{TEXT}display") == "none"
    } - {None}

    def hidden(element: Element) -> bool:
        return element.get(f"{TEXT}display") == "none" or element.get(f"{TEXT}style-name") in unsichtbar

    return hidden


def _word_note(element: Element) -> str | None:
    """``footnote/2``: reference and text are named after the same id."""
    art = element.tag.removeprefix(WORD).removesuffix("Reference")
    return f"{art}/{element.get(f'{WORD}id')}" if art in ("footnote", "endnote") else None


@dataclass(frozen=True)
class Form:
    """Where the text lies in the package, and what its elements are called.

    ``gemischt``: text stands directly in the paragraph and behind its children, not in elements of its own (``lauf``).
    """

    teil: str
    listen: str
    """The part that says how lists are counted."""
    absatz: frozenset[str]
    zeile: str
    zelle: frozenset[str]
    note: frozenset[str]
    weg: frozenset[str]
    """Deleted, commented, or there for another program."""
    zeichen: Mapping[str, str]
    """Elements that stand for a character."""
    hidden: Callable[[Element], Pruefung]
    marks: Callable[[Element, Element | None], Marken]
    note_id: Callable[[Element], str | None] = field(default=lambda element: None)
    noten: tuple[str, ...] = ()
    """Parts with the texts of notes, where they are not in the text itself."""
    lauf: str = ""
    anzahl: str = ""
    """Attribute that says how often a character is repeated."""

    @property
    def gemischt(self) -> bool:
        """Whether text stands directly in the paragraph."""
        return not self.lauf

    def unseen(self, baum: Element) -> Pruefung:
        """What is no text for a reader of the page."""
        verborgen = self.hidden(baum)
        return lambda element: element.tag in self.weg or verborgen(element)


DOCX = Form(
    teil="word/document.xml",
    listen="word/numbering.xml",
    noten=("word/footnotes.xml", "word/endnotes.xml"),
    absatz=frozenset({f"{WORD}p"}),
    zeile=f"{WORD}tr",
    zelle=frozenset({f"{WORD}tc"}),
    note=frozenset({f"{WORD}footnoteReference", f"{WORD}endnoteReference"}),
    weg=frozenset({f"{WORD}del", f"{WORD}moveFrom", f"{MC}Fallback"}),
    zeichen={f"{WORD}tab": " ", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "-"},
    hidden=_word_hidden,
    marks=word_marks,
    note_id=_word_note,
    lauf=f"{WORD}t",
)
ODT = Form(
    teil="content.xml",
    listen="styles.xml",
    absatz=frozenset({f"{TEXT}p", f"{TEXT}h"}),
    zeile=f"{TABLE}table-row",
    zelle=frozenset({f"{TABLE}table-cell"}),
    note=frozenset({f"{TEXT}note"}),
    weg=frozenset(
        {
            *(f"{TEXT}{n}" for n in ("tracked-changes", "note-citation", "hidden-text", "ruby-text")),
            *(f"{OFFICE}{n}" for n in ("annotation", "annotation-end")),
            *(f"{SVG}{n}" for n in ("title", "desc")),
        }
    ),
    zeichen={f"{TEXT}s": " ", f"{TEXT}tab": " ", f"{TEXT}line-break": "\n"},
    hidden=_odt_hidden,
    marks=odt_marks,
    anzahl=f"{TEXT}c",
)
FORMEN = {".docx": DOCX, ".odt": ODT}
"""Forms by the ending of the file's name."""
