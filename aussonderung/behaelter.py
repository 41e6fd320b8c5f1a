"""The container of a 0503: a ZIP with the message and its primary files, named by the standard's rules.

Files are stored, not packed, in one order and with one date: so the same content is the same bytes, by any version of any library.
"""

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

from aussonderung.begriffe import Datei
from aussonderung.codes import NACHRICHTENTYP
from lifecycle.ablehnung import Unplausibel

EPOCHE = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP knows: it says nothing."""


def message_name(prozess: str, code: str) -> str:
    """``<ProzessID>_Aussonderung.Aussonderung.0503``, without an ending."""
    return f"{prozess}_{NACHRICHTENTYP.werte[code]}.{code}"


def write(ordner: Path, prozess: str, nachricht: bytes, dateien: Sequence[Datei]) -> tuple[Path, str]:
    """Writes the container into the folder; whole or not at all. Returns its path and SHA-256. Raises Unplausibel, OSError."""
    name = message_name(prozess, "0503")
    ziel, halb = ordner / f"{name}.zip", ordner / f".{name}.teil"
    try:
        with zipfile.ZipFile(halb, "w", zipfile.ZIP_STORED) as behaelter:
            _put(behaelter, f"{name}.xml", nachricht)
            for datei in dateien:
                daten = datei.lies()
                if hashlib.sha256(daten).hexdigest() != datei.sha256:
                    raise Unplausibel(f"„{datei.name}“ hat sich beim Schreiben geändert. Bitte wiederholen.")
                _put(behaelter, datei.name, daten)
        halb.replace(ziel)
    finally:
        halb.unlink(missing_ok=True)
    with ziel.open("rb") as fertig:
        return ziel, hashlib.file_digest(fertig, "sha256").hexdigest()


def _put(behaelter: zipfile.ZipFile, name: str, daten: bytes) -> None:
    eintrag = zipfile.ZipInfo(name, EPOCHE)
    eintrag.create_system, eintrag.external_attr = 3, 0o100644 << 16
    behaelter.writestr(eintrag, daten)
