"""Reading dirty JSON: every function takes whatever is there and gives what it can be read as, or nothing. None of them raises."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from lifecycle.eingabe import UNZULAESSIG
from lifecycle.kern import BERLIN
from schemas.basis import ERSTES_JAHR, LETZTES_JAHR

Roh = dict[str, Any]
"""A JSON object as the source has it."""
HOECHSTLAENGE = 20_000
"""Characters. What is longer (the extracted text of a file) stays in the source JSON only."""

HOECHSTE_KENNUNG = 2000


def text(roh: Roh, feld: str) -> str | None:
    """A text, or a number as text. Control characters, which nothing can store, become blanks; empty is nothing."""
    wert = roh.get(feld)
    if isinstance(wert, bool) or not isinstance(wert, str | int | float):
        return None
    return UNZULAESSIG.sub(" ", str(wert))[:HOECHSTLAENGE] or None


def flag(roh: Roh, feld: str) -> bool | None:
    """Yes or no; None where it is not said."""
    wert = roh.get(feld)
    return wert if isinstance(wert, bool) else None


def whole(roh: Roh, feld: str) -> int | None:
    """A count. None for what cannot be one."""
    wert = roh.get(feld)
    if isinstance(wert, str) and wert.isascii() and wert.isdecimal() and len(wert) <= 15:
        wert = int(wert)
    return wert if isinstance(wert, int) and not isinstance(wert, bool) and 0 <= wert < 2**53 else None


def moment(wert: Any) -> dt.datetime | None:
    """A time (aware); one without a zone, or a mere day, in Berlin. None for what is none, or lies outside what can be meant."""
    if not isinstance(wert, str):
        return None
    try:
        zeit = dt.datetime.fromisoformat(wert.strip())
        zeit = zeit if zeit.tzinfo else zeit.replace(tzinfo=BERLIN)
        zeit = zeit.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return zeit if ERSTES_JAHR < zeit.year < LETZTES_JAHR else None


def many(roh: Roh, feld: str) -> Iterator[Any]:
    """The elements of a list; what stands there without one is one element."""
    wert = roh.get(feld)
    yield from wert if isinstance(wert, list) else () if wert is None else (wert,)


def objects(roh: Roh, feld: str) -> Iterator[Roh]:
    """The objects that are embedded there."""
    return (w for w in many(roh, feld) if isinstance(w, dict))


def references(roh: Roh, feld: str) -> tuple[str, ...]:
    """The ids of what is named or embedded there, each once."""
    ids = (identifier(w.get("id") if isinstance(w, dict) else w) for w in many(roh, feld))
    return tuple(dict.fromkeys(i for i in ids if i))


def identifier(wert: Any) -> str | None:
    """An id: a text that can be stored. None for what is none."""
    da = isinstance(wert, str) and 0 < len(wert) <= HOECHSTE_KENNUNG and not UNZULAESSIG.search(wert)
    return wert if da else None


def walk(wert: Any) -> Iterator[Roh]:
    """Every object with an id in a JSON value, also in another one. Without recursion: depth is the source's affair."""
    offen = [wert]
    while offen:
        w = offen.pop()
        if isinstance(w, dict):
            if isinstance(w.get("id"), str):
                yield w
            offen += w.values()
        elif isinstance(w, list):
            offen += w
