"""Patterns of numbers: only fields that will have a value, each in a form that can be written, and no number twice."""

import re
import string
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from regelwerk.fund import Fund
from schemas.regelwerk import Regelwerk

TEXTFELDER = frozenset({"amt", "stelle", "kennung"})
STELLEN = re.compile(r"(0?([1-9]|1\d|20))?d?")
"""How a number may be written: so many digits, with zeros in front or not."""


class Regel(NamedTuple):
    """The fields that have a value where the pattern is filled in, and the one that it must have."""

    felder: tuple[str, ...]
    pflicht: str | None = None


ZEITRAUM = ("jahr", "wahlperiode", "amt")
REGELN: Mapping[str, Regel] = {
    "muster": Regel((*ZEITRAUM, "nr"), "nr"),
    "kreis": Regel(ZEITRAUM),
    "neufassung": Regel(("n",), "n"),
    "ergaenzung": Regel(("n",), "n"),
}


AKTENZEICHEN = Regel(("stelle", "jahr", "kennung"))
"""Several papers may share a file, so nothing in it must tell them apart."""


def check(rw: Regelwerk) -> Iterator[Fund]:
    """Findings on the numbering and on the Aktenzeichen."""
    if rw.aktenzeichen is not None:
        gruende = _reasons(rw.aktenzeichen, list(_fields(rw.aktenzeichen)), AKTENZEICHEN)
        yield from (Fund("aktenzeichen", grund) for grund in gruende)
    if rw.nummerierung is None:
        return
    benutzt: dict[str, set[str]] = {}
    for name, regel in REGELN.items():
        text = getattr(rw.nummerierung, name)
        felder = [] if text is None else list(_fields(text))
        benutzt[name] = {feld for feld, _ in felder}
        yield from (Fund(f"nummerierung.{name}", grund) for grund in _reasons(text, felder, regel) if text is not None)
    if fehlt := sorted(benutzt["kreis"] & set(ZEITRAUM) - benutzt["muster"]):
        yield Fund("nummerierung.muster", f"braucht auch {_words(fehlt)}; sonst kommt dieselbe Nummer in jedem Kreis wieder vor")
    if rw.wahlperiode is None and "wahlperiode" in benutzt["muster"] | benutzt["kreis"]:
        yield Fund("wahlperiode", "fehlt, die Nummerierung braucht sie")


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Name and form of each field; a form that Python knows and we do not becomes one that nothing allows."""
    try:
        for _, feld, form, umwandlung in string.Formatter().parse(text):
            if feld is not None:
                yield feld, f"!{umwandlung}" if umwandlung else form or ""
    except ValueError:
        yield "{", ""


def _reasons(text: str, felder: list[tuple[str, str]], regel: Regel) -> Iterator[str]:
    for feld, form in felder:
        if feld == "{":
            yield f"„{text}“ ist kein gültiges Muster; eine geschweifte Klammer ist nicht geschlossen oder nicht geöffnet"
        elif feld not in regel.felder:
            yield f"„{text}“ ist kein gültiges Muster; das Feld „{feld}“ gibt es hier nicht, erlaubt sind {_words(regel.felder)}"
        elif not (form == "" if feld in TEXTFELDER else STELLEN.fullmatch(form)):
            yield f"„{text}“ ist kein gültiges Muster; „{form}“ geht bei „{feld}“ nicht, erlaubt ist etwa {{{feld}}}" + (
                "" if feld in TEXTFELDER else f" oder {{{feld}:04}}"
            )
    if regel.pflicht and regel.pflicht not in (feld for feld, _ in felder):
        yield f"„{text}“ braucht {{{regel.pflicht}}}, sonst sind Nummern nicht eindeutig"


def _words(felder: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"{{{feld}}}" for feld in felder)
