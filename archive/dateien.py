"""Writing files so that a crash leaves either the old or the new: temporary name, fsync, rename."""

import os
import tempfile
from pathlib import Path
from typing import Protocol


class Lesbar(Protocol):
    """Content that is read when it is needed: a file here, or a document elsewhere."""

    def read_bytes(self) -> bytes:
        """All of it."""
        ...


def sync_folder(ordner: Path) -> None:
    """Makes names in the folder durable."""
    fd = os.open(ordner, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_durably(ziel: Path, daten: bytes, werkstatt: Path) -> None:
    """The file has this content or does not change at all. ``werkstatt`` is a folder of the same file system for what is unfinished."""
    fd, name = tempfile.mkstemp(dir=werkstatt)
    vorlaeufig = Path(name)
    try:
        with os.fdopen(fd, "wb") as datei:
            datei.write(daten)
            datei.flush()
            os.fsync(datei.fileno())
        vorlaeufig.chmod(0o640)
        vorlaeufig.replace(ziel)
    finally:
        vorlaeufig.unlink(missing_ok=True)
    sync_folder(ziel.parent)
