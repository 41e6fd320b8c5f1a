"""Checks objects by OParl's own schemas (``../shared/data/oparl-schema``), which are JSON Schema with three keywords of their own:

``schema`` (an object of that file is embedded here), ``references`` (a URL of such an object), ``format: url``. Stricter than they are:
an unknown field is an error, ``created`` and ``modified`` must be there (OParl 1.1, text), nothing is null or an empty list.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest

from conftest import SHARED

ORDNER = SHARED / "data" / "oparl-schema" / "1.1.1"
TYPEN = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
LEER = {"legislativeTerm"}
"""Obligatory lists: they may be empty."""


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema of a type. Skips where they are not at hand."""
    if not ORDNER.is_dir():
        pytest.skip("Die Schemata von OParl (../shared/data/oparl-schema) liegen hier nicht.")
    inhalt: dict[str, Any] = json.loads((ORDNER / name).read_text(encoding="utf-8"))
    return inhalt


def faults(objekt: dict[str, Any]) -> list[str]:
    """What is wrong with an object, by the schema that its type names; also with what is embedded in it."""
    name = str(objekt.get("type", "")).rpartition("/")[2]
    return list(_object(schema(f"{name}.json"), objekt, name))


def _object(regel: dict[str, Any], objekt: Any, wo: str) -> Iterator[str]:
    pflicht = {"id", "type", "created", "modified"} if objekt.get("deleted") else {*regel["required"], "created", "modified"}
    yield from (f"{wo}: {feld} fehlt" for feld in sorted(pflicht - objekt.keys()))
    for feld, wert in objekt.items():
        if ":" in feld:
            continue  # a vendor's own
        eigen = regel["properties"].get(feld)
        yield from _value(eigen, wert, f"{wo}.{feld}") if eigen else [f"{wo}.{feld} gibt es nicht"]


def _value(regel: dict[str, Any], wert: Any, wo: str) -> Iterator[str]:
    if type(wert) is not TYPEN[regel["type"]]:
        yield f"{wo}: {wert!r} ist kein {regel['type']}"
    elif "schema" in regel:
        yield from _object(schema(regel["schema"]), wert, wo)
    elif isinstance(wert, list):
        yield from () if wert or wo.rpartition(".")[2] in LEER else [f"{wo} ist leer"]
        for nr, element in enumerate(wert):
            yield from _value(regel["items"], element, f"{wo}[{nr}]")
    elif isinstance(wert, str):
        yield from _text(regel, wert, wo)


def _text(regel: dict[str, Any], wert: str, wo: str) -> Iterator[str]:
    if not wert or not re.search(regel.get("pattern", ""), wert):
        yield f"{wo}: {wert!r} passt nicht zu {regel.get('pattern')}"
    if not FORMATE[regel.get("format", "")](wert):
        yield f"{wo}: {wert!r} ist kein {regel['format']}"


def _url(wert: str) -> bool:
    teile = urlsplit(wert)
    return teile.scheme in {"http", "https"} and bool(teile.netloc) and not re.search(r"\s|//", teile.path)


def _date(wert: str) -> bool:
    try:
        return dt.date.fromisoformat(wert).isoformat() == wert
    except ValueError:
        return False


def _moment(wert: str) -> bool:
    try:
        return dt.datetime.fromisoformat(wert).utcoffset() is not None
    except ValueError:
        return False


FORMATE = {"": lambda wert: True, "url": _url, "date": _date, "date-time": _moment}


def references(objekt: dict[str, Any]) -> Iterator[str]:
    """Every URL of another object that the object names, also in what is embedded; lists are none."""
    regel = schema(f"{objekt['type'].rpartition('/')[2]}.json")["properties"]
    for feld, wert in objekt.items():
        for element in wert if isinstance(wert, list) else [wert]:
            if isinstance(element, dict):
                yield from references(element)
            elif ":" not in feld and regel[feld].get("references", "externalList") != "externalList":
                yield element
