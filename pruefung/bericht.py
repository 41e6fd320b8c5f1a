"""A report: its key, its title, its columns, and the functions that find its rows. Who writes one in ``pruefung/berichte/`` has

registered it: the command line, the files and the tests find it there.
"""

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pruefung import berichte
from pruefung.fall import Fall, Stadt, Zeile
from schemas.zustand import Zustand

Finder = Callable[[Fall, Any], Iterator[Zeile]]
"""Rows of one case; the second argument is its state."""


@dataclass(frozen=True)
class Spalte:
    """A column. ``neutral``: its values say nothing of what a case is about and name nobody, so everybody who may read reports

    sees them; all others are content. ``breite`` in characters.
    """

    name: str
    titel: str
    neutral: bool = False
    breite: int = 20


@dataclass(frozen=True)
class Bericht:
    """One report. ``je_fall``: kind of case to the function that looks at it; ``stadt`` looks at what is no case."""

    kennung: str
    titel: str
    zweck: str
    spalten: tuple[Spalte, ...]
    je_fall: Mapping[type[Zustand], Finder] = field(default_factory=dict)
    stadt: Callable[[Stadt], Iterator[Zeile]] | None = None

    @property
    def alle_spalten(self) -> tuple[Spalte, ...]:
        """Those that every report on cases has, and its own."""
        return (*(ALLGEMEIN if self.je_fall else ()), *self.spalten)


ALLGEMEIN = (
    Spalte("vorgang", "Vorgang", neutral=True, breite=16),
    Spalte("typ", "Art", neutral=True, breite=12),
    Spalte("gegenstand", "Gegenstand", neutral=True, breite=40),
    Spalte("eintrag", "Eintrag", neutral=True, breite=8),
    Spalte("am", "Datum", neutral=True, breite=17),
    Spalte("stelle", "Stelle", neutral=True, breite=28),
)
"""Of the subject ``einsicht.subject`` decides what is shown."""


@functools.cache
def reports() -> Mapping[str, Bericht]:
    """Every report by its key. Looked for when somebody asks, for the reports themselves need this module."""
    module = (importlib.import_module(f"{berichte.__name__}.{m.name}") for m in pkgutil.iter_modules(berichte.__path__))
    alle = (wert for modul in module for wert in vars(modul).values() if isinstance(wert, Bericht))
    return {b.kennung: b for b in sorted(alle, key=lambda b: b.kennung)}
