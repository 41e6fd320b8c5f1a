"""The leaves of a town's log as a plain file beside the packages: with it a stranger works out every root, without us.

One line per leaf, its hash in hex; line n is leaf n - 1. It follows from the register and is only ever longer.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from archive.dateien import sync_folder

ZEILE = 65
"""Bytes of a line: 64 hex digits and the line feed."""
NAME = "blaetter.txt"


class Blattliste:
    """A folder with a folder per town."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, kommune: str) -> Path:
        """Where the town's list lies."""
        return self._root / kommune

    def size(self, kommune: str) -> int:
        """How many leaves it holds."""
        datei = self.folder(kommune) / NAME
        return datei.stat().st_size // ZEILE if datei.exists() else 0

    def extend(self, kommune: str, ab: int, hashes: Iterable[str]) -> None:
        """Leaves from number ``ab`` on; whatever stood there is overwritten (half a line after a crash, a log that was cut)."""
        ordner = self.folder(kommune)
        ordner.mkdir(parents=True, exist_ok=True)
        datei = ordner / NAME
        neu = not datei.exists()
        with datei.open("ab") as ziel:
            ziel.truncate(ab * ZEILE)
            for zeile in hashes:
                ziel.write(f"{zeile}\n".encode("ascii"))
            ziel.flush()
            os.fsync(ziel.fileno())
        if neu:
            sync_folder(ordner)
