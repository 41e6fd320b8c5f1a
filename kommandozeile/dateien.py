"""Files as people name them: read or written, or one sentence on why that does not work."""

import errno
from pathlib import Path

from lifecycle.ablehnung import Unplausibel

GRUENDE: dict[int | None, str] = {
    errno.ENOENT: "gibt es nicht",
    errno.EISDIR: "ist ein Ordner, keine Datei",
    errno.ENOTDIR: "ist kein Ordner oder liegt in keinem",
    errno.EEXIST: "ist eine Datei, kein Ordner",
    errno.EACCES: "darf hier nicht benutzt werden; die Rechte fehlen",
    errno.EPERM: "darf hier nicht benutzt werden; die Rechte fehlen",
    errno.EROFS: "liegt auf einem Datenträger, der sich nicht beschreiben lässt",
    errno.ENOSPC: "passt nicht mehr auf den Datenträger",
    errno.ENAMETOOLONG: "hat einen zu langen Namen",
}
"""What the system's errors mean for a file or folder."""


def reason(fehler: OSError) -> str:
    """What is wrong, as the end of a sentence that begins with the file."""
    return GRUENDE.get(fehler.errno, "lässt sich nicht benutzen")


def is_file(pfad: Path) -> bool:
    """Whether there is such a file; a name that no file can have is none."""
    try:
        return pfad.is_file()
    except OSError:
        return False


def read(pfad: Path) -> bytes:
    """The content. Raises Unplausibel."""
    try:
        return pfad.read_bytes()
    except OSError as fehler:
        raise Unplausibel(f"Die Datei „{pfad}“ {reason(fehler)}. Bitte den Pfad prüfen.") from None


def verify_readable(pfad: Path) -> None:
    """Raises Unplausibel unless it can be read; its content is not looked at, for it may be large."""
    try:
        with pfad.open("rb"):
            return
    except OSError as fehler:
        raise Unplausibel(f"Die Datei „{pfad}“ {reason(fehler)}. Bitte den Pfad prüfen.") from None


def write(pfad: Path, inhalt: bytes) -> None:
    """Writes the file. Raises Unplausibel, which names the folder if it is the folder that is missing."""
    was, wo = ("Der Ordner", pfad.parent) if not pfad.parent.is_dir() else ("Die Datei", pfad)
    try:
        pfad.write_bytes(inhalt)
    except OSError as fehler:
        raise Unplausibel(f"{was} „{wo}“ {reason(fehler)}. Bitte den Pfad prüfen.") from None


def make_folder(pfad: Path) -> None:
    """The folder, unless it is there. Raises Unplausibel."""
    try:
        pfad.mkdir(exist_ok=True)
    except OSError as fehler:
        raise Unplausibel(f"Der Ordner „{pfad}“ {reason(fehler)}. Bitte den Pfad prüfen.") from None
