"""What lies beside the data and opens it: the master key, and a second copy of every case key that it wraps.

The copies are why a register restored from a back-up neither loses the keys of later cases nor brings destroyed ones back: an empty
file says that the key was destroyed, whatever the database says.
"""

import hashlib
import os
import secrets
from collections.abc import Collection
from pathlib import Path

from archive import geheimnis
from archive.dateien import sync_folder, write_durably

HAUPT = "hauptschluessel"
FAELLE = "faelle"


def master_key(ordner: Path, gegeben: str | None, *, darf_neu: bool) -> bytes:
    """The master key: the one that was given (64 hex digits), or the file's; made on first use where nothing needs an older one.

    Raises SchluesselFehler.
    """
    if gegeben is not None:
        return geheimnis.parsed(gegeben, "Der Hauptschlüssel aus LAUFMAPPE_HAUPTSCHLUESSEL_DATEI")
    datei = ordner / HAUPT
    fehlt = (
        f"Der Hauptschlüssel („{datei}“) fehlt, und es gibt schon Geschichten, die er verschließt. "
        "Bitte aus der Sicherung der Schlüssel holen."
    )
    return geheimnis.kept(datei, "Der Hauptschlüssel", fehlt=None if darf_neu else fehlt)


class Zweitschriften:
    """A folder per case, with one file per key: its wrapped bytes, or nothing once it was destroyed. No name tells which case."""

    def __init__(self, ordner: Path) -> None:
        self._ordner = ordner / FAELLE

    def add(self, workflow: str, kennung: str, verpackt: bytes) -> None:
        """Written before the key is used. Raises OSError."""
        datei = self._file(workflow, kennung)
        datei.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(datei, verpackt, datei.parent)
        datei.chmod(0o600)

    def drop(self, workflow: str, kennung: str) -> None:
        """One that came too late to be used."""
        self._file(workflow, kennung).unlink(missing_ok=True)

    def get(self, workflow: str, kennung: str) -> bytes | None:
        """The wrapped key; empty if it was destroyed, None if there is no copy."""
        datei = self._file(workflow, kennung)
        return datei.read_bytes() if datei.exists() else None

    def in_use(self, workflow: str) -> list[str]:
        """Ids of the case's keys that were not destroyed, latest first."""
        dateien = [datei for datei in self._file(workflow, "-").parent.glob("*") if datei.stat().st_size]
        return [datei.name for datei in sorted(dateien, key=lambda datei: datei.stat().st_mtime_ns, reverse=True)]

    def erase(self, workflow: str, kennungen: Collection[str]) -> None:
        """Overwrites keys of the case, then empties the files. Where there is no copy, an empty one says that it was destroyed."""
        for kennung in kennungen:
            datei = self._file(workflow, kennung)
            datei.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            datei.touch(mode=0o600)
            with datei.open("r+b") as offen:
                offen.write(secrets.token_bytes(datei.stat().st_size))
                offen.flush()
                os.fsync(offen.fileno())
                offen.truncate(0)
                os.fsync(offen.fileno())
            sync_folder(datei.parent)

    def _file(self, workflow: str, kennung: str) -> Path:
        return self._ordner / hashlib.sha256(workflow.encode()).hexdigest()[:32] / kennung
