"""A source that is a folder: the lists of an OParl endpoint as JSON files, by type (``paper.json``) or one object a file."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lifecycle.ablehnung import Unplausibel
from uebernahme.quelle import Bestand, read

HOECHSTENS = 2_000_000_000
"""Bytes of one file."""


def read_folder(ordner: Path, stand: dt.datetime | None = None) -> Bestand:
    """Everything in ``*.json`` below the folder. Raises Unplausibel where there is nothing to read."""
    dateien = sorted(ordner.rglob("*.json"))
    if not dateien:
        raise Unplausibel(
            f"Im Ordner „{ordner.name}“ liegt keine Datei *.json. Erwartet werden paper.json, meeting.json und so weiter."
        )
    listen: dict[str, list[Any]] = {}
    for datei in dateien:
        for wert in _objects(_parsed(datei)):
            typ = str(wert.get("type", "")).rpartition("/")[2].lower() if isinstance(wert, dict) else ""
            listen.setdefault(typ or datei.stem.lower(), []).append(wert)
    if not {"paper", "meeting"} & listen.keys():
        raise Unplausibel(f"Im Ordner „{ordner.name}“ liegen weder Vorlagen (Paper) noch Sitzungen (Meeting) nach OParl.")
    return read(listen, stand)


def _parsed(datei: Path) -> Any:
    try:
        if datei.stat().st_size > HOECHSTENS:
            raise Unplausibel(f"Die Datei „{datei.name}“ ist größer als {HOECHSTENS // 10**9} GB. Bitte aufteilen.")
        return json.loads(datei.read_bytes())
    except (ValueError, RecursionError):
        raise Unplausibel(f"Die Datei „{datei.name}“ ist kein gültiges JSON. Bitte die Datei prüfen oder entfernen.") from None


def _objects(wert: Any) -> Iterator[Any]:
    """The elements of a list, of a page of one (``data``), or the object itself."""
    if isinstance(wert, dict) and isinstance(wert.get("data"), list):
        yield from wert["data"]
    elif isinstance(wert, list):
        yield from wert
    else:
        yield wert
