"""A secret of 32 bytes, kept in a file as 64 hex digits: made on first use, once, however many processes start together."""

import fcntl
import secrets
from pathlib import Path

from archive._fehler import SchluesselFehler
from archive.dateien import write_durably

LAENGE = 32


def kept(datei: Path, wort: str, *, fehlt: str | None = None) -> bytes:
    """The secret in the file. ``wort`` names it in sentences; ``fehlt`` is said if it is missing and must not be made anew.

    Raises SchluesselFehler.
    """
    with (datei.parent / ".sperre").open("w") as sperre:
        fcntl.flock(sperre, fcntl.LOCK_EX)
        if not datei.exists():
            if fehlt:
                raise SchluesselFehler(fehlt)
            write_durably(datei, secrets.token_bytes(LAENGE).hex().encode(), datei.parent)
            datei.chmod(0o400)
    try:
        return parsed(datei.read_text(encoding="ascii"), f"{wort} („{datei}“)")
    except (OSError, UnicodeDecodeError):
        raise SchluesselFehler(f"{wort} („{datei}“) ist nicht lesbar. Bitte die Rechte prüfen.") from None


def parsed(text: str, wort: str) -> bytes:
    """The secret that 64 hex digits say. Raises SchluesselFehler that begins with ``wort``."""
    try:
        geheimnis = bytes.fromhex(text.strip())
    except ValueError:
        geheimnis = b""
    if len(geheimnis) != LAENGE:
        raise SchluesselFehler(f"{wort} ist keiner: er hat {2 * LAENGE} Ziffern von 0 bis f.")
    return geheimnis
