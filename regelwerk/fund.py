"""A finding: the key's path in the file, and what is wrong with it, as the end of a German sentence."""

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from schemas.regelwerk import Regelwerk


class Fund(NamedTuple):
    """One finding."""

    schluessel: str
    grund: str


Pruefung = Callable[[Regelwerk], Iterator[Fund]]


def unknown(schluessel: str, was: str, wert: str, bekannt: Iterable[str]) -> Fund:
    """A reference that leads nowhere, with what may be meant."""
    bekannt = sorted(bekannt)
    nah = difflib.get_close_matches(wert, bekannt, n=1)
    hilfe = f"gemeint ist vielleicht „{nah[0]}“" if nah else f"es gibt: {', '.join(bekannt) or 'nichts'}"
    return Fund(schluessel, f"{was} „{wert}“ gibt es nicht; {hilfe}")


def doubles(schluessel: str, werte: Iterable[str]) -> Iterator[Fund]:
    """What stands there more than once."""
    for wert, anzahl in Counter(werte).items():
        if anzahl > 1:
            yield Fund(schluessel, f"„{wert}“ kommt {anzahl}-mal vor; jeder Eintrag braucht einen eigenen")
