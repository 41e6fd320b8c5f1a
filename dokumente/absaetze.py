"""What people wrote as plain text, in paragraphs and lists: "- " or "1. " at the beginning of a line makes a point of a list."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

MONATE = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
ZEILENARTEN = (
    ("zaehlung", re.compile(rf"^\s*(\d{{1,3}})[.)]\s+(?!(?:{MONATE})\b)(?=\S)")),  # a date is no point
    ("liste", re.compile(r"^\s*()[-–•*]\s+(?=\S)")),
    ("absatz", re.compile(r"^()")),
)
"""Kinds of line, the first that fits: what stands before the text, and its number if it has one."""

Block = dict[str, Any]
"""``{"art": "absatz", "text": ...}``, ``{"art": "liste", "punkte": [...]}`` or ``{"art": "zaehlung", "punkte": [[1, ...], ...]}``."""


class Zeile(NamedTuple):
    """One line: its kind, its number, its text behind that, and as it was written."""

    art: str
    nr: int
    text: str
    roh: str


def blocks(text: str) -> list[Block]:
    """The text as blocks; what is no list stays as it was written, line by line."""
    bloecke: list[Block] = []
    for absatz in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        for lauf in _runs(absatz) if absatz.strip() else ():
            bloecke.append(_block(lauf, _last_number(bloecke)))
    return bloecke


def _runs(absatz: str) -> Iterator[list[Zeile]]:
    """Lines of one kind that follow each other. An indented line belongs to the point above it."""
    lauf: list[Zeile] = []
    for zeile in map(_line, absatz.strip("\n").split("\n")):
        if lauf and zeile.art == "absatz" != lauf[-1].art and zeile.roh[:1].isspace():
            lauf[-1] = lauf[-1]._replace(text=f"{lauf[-1].text} {zeile.roh.strip()}", roh=f"{lauf[-1].roh}\n{zeile.roh}")
        elif lauf and zeile.art != lauf[-1].art:
            yield lauf
            lauf = [zeile]
        else:
            lauf.append(zeile)
    yield lauf


def _line(roh: str) -> Zeile:
    art, fund = next((art, fund) for art, muster in ZEILENARTEN if (fund := muster.match(roh)))
    return Zeile(art, int(fund[1] or 0), roh[fund.end() :].strip(), roh.rstrip())


def _last_number(bloecke: list[Block]) -> int:
    zaehlt = bloecke and bloecke[-1]["art"] == "zaehlung"
    return int(bloecke[-1]["punkte"][-1][0]) if zaehlt else 0


def _block(lauf: list[Zeile], davor: int) -> Block:
    """Numbers make a list only from 1 on, or where the list before it ended: "12. Sitzung" is the beginning of a sentence."""
    art = lauf[0].art
    if art == "zaehlung" and lauf[0].nr in (1, davor + 1):
        return {"art": art, "punkte": [[zeile.nr, zeile.text] for zeile in lauf]}
    if art == "liste":
        return {"art": art, "punkte": [zeile.text for zeile in lauf]}
    return {"art": "absatz", "text": "\n".join(zeile.roh.strip() for zeile in lauf)}
