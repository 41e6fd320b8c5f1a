"""Where a package lies in its store and what its inventory says of it: for who writes it and for who verifies it."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

LAYOUT = "0003-hash-and-id-n-tuple-storage-layout"
LAYOUT_CONFIG = {"extensionName": LAYOUT, "digestAlgorithm": "sha256", "tupleSize": 3, "numberOfTuples": 3}
LAYOUT_ANGABE = {
    "extension": LAYOUT,
    "description": "Ordner nach der SHA-256-Prüfsumme der Kennung, drei Stufen, dann die Kennung",
}
LAENGSTE_KENNUNG = 100
INVENTAR = "inventory.json"
BELEG = f"{INVENTAR}.sha512"
WER = "Laufmappe"
ADRESSE = "urn:laufmappe"
VORSILBE = "laufmappe:"


def object_id(workflow: str) -> str:
    """Id of the package: ``laufmappe:vorlage/<kommune>/<uuid>``."""
    return f"{VORSILBE}{workflow}"


def message(seq: int) -> str:
    """What the inventory says of a version that was sealed with that entry."""
    return f"Versiegelt mit Eintrag {seq}"


def place(objekt_id: str) -> PurePosixPath:
    """The object's folder in the store: follows from its id alone.

    Its last part is the id with everything but letters, digits, hyphen and underscore percent-encoded, as the layout prescribes.
    """
    digest = hashlib.sha256(objekt_id.encode()).hexdigest()
    name = "".join(
        chr(b) if chr(b).isascii() and (chr(b).isalnum() or chr(b) in "-_") else f"%{b:02x}" for b in objekt_id.encode()
    )
    name = name if len(name) <= LAENGSTE_KENNUNG else f"{name[:LAENGSTE_KENNUNG]}-{digest}"
    return PurePosixPath(digest[0:3], digest[3:6], digest[6:9], name)


def as_json(wert: Mapping[str, Any]) -> bytes:
    """JSON as it stands in a store's own files."""
    return (json.dumps(wert, ensure_ascii=False, indent=2) + "\n").encode()


ROOT: Mapping[str, bytes] = {
    "0=ocfl_1.1": b"ocfl_1.1\n",
    "ocfl_layout.json": as_json(LAYOUT_ANGABE),
    f"extensions/{LAYOUT}/config.json": as_json(LAYOUT_CONFIG),
}
"""The files of the store itself."""
