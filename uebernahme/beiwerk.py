"""What lies beside the cases: the source's objects that became none, and the report, in a folder of the data folder."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from uebernahme.plan import source_text

ORDNER = "uebernahme"


def keep(daten: Path, kommune: str, name: str, objekte: Iterable[Any]) -> Path:
    """Writes objects as JSON Lines, whole or not at all, for the owner alone. Returns the file. Raises OSError."""
    ordner = daten / ORDNER / kommune
    ordner.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _write(ordner / f"{name}.jsonl", b"".join(source_text(o) + b"\n" for o in objekte))


def keep_report(daten: Path, kommune: str, bericht: Any) -> Path:
    """Writes the report as JSON. Raises OSError."""
    ordner = daten / ORDNER / kommune
    ordner.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _write(ordner / "bericht.json", json.dumps(bericht, ensure_ascii=False, indent=2).encode())


def _write(datei: Path, inhalt: bytes) -> Path:
    daneben = datei.with_name(f".{datei.name}.teil")
    daneben.touch(mode=0o600)
    daneben.write_bytes(inhalt)
    daneben.replace(datei)
    return datei
