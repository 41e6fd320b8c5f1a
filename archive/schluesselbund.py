"""The keys with which a town's checkpoints are signed, in a folder apart from the data; and the last checkpoint that was signed.

Made on first use. A new key takes over at a checkpoint that both have signed; earlier ones are kept, so that earlier checkpoints
can still be verified. What was signed last lies beside the keys, so that nothing is ever signed that contradicts it, not even after
the data was restored from a back-up.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from archive._fehler import SchluesselFehler
from archive.dateien import write_durably
from beweis import pruefpunkt
from beweis.pruefpunkt import Pruefpunkt, Pruefschluessel

MUSTER = "schluessel-*.pem"


def origin(kommune: str) -> str:
    """The name of the town's log, as it stands in checkpoints and keys."""
    return f"laufmappe/{kommune}"


class Schluesselbund:
    """A folder with one folder per town."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def locked(self, kommune: str) -> Iterator[None]:
        """One signs at a time, also among processes; the lock goes with the process."""
        with (self._folder(kommune) / ".sperre").open("w") as sperre:
            fcntl.flock(sperre, fcntl.LOCK_EX)
            yield

    def public(self, kommune: str) -> tuple[Pruefschluessel, ...]:
        """All keys that ever signed, oldest first. Makes the first one."""
        return tuple(pruefpunkt.public_key(origin(kommune), geheim) for geheim in self._all(kommune))

    def sign(self, kommune: str, groesse: int, wurzel: bytes, *, uebergabe: bool = False) -> Pruefpunkt:
        """A checkpoint, signed with the newest key; at the handing over with the one before it too. It is the last one then.

        Whoever calls holds ``locked`` and has made sure that it continues the last one.
        """
        alle = self._all(kommune)
        punkt = pruefpunkt.sign(origin(kommune), groesse, wurzel, alle[-2:] if uebergabe else alle[-1:])
        write_durably(self._folder(kommune) / "zuletzt", punkt.note.encode(), self._folder(kommune))
        return punkt

    def last(self, kommune: str) -> Pruefpunkt | None:
        """What was signed last. Raises BeweisFalsch if that file was tampered with."""
        try:
            note = (self._folder(kommune) / "zuletzt").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return pruefpunkt.verify(note, self.public(kommune))

    def rotate(self, kommune: str) -> Pruefschluessel:
        """A new key; from now on it signs."""
        geheim = self._make(kommune, len(self._all(kommune)) + 1)
        return pruefpunkt.public_key(origin(kommune), geheim)

    def _folder(self, kommune: str) -> Path:
        ordner = self._root / kommune
        ordner.mkdir(parents=True, exist_ok=True, mode=0o700)
        return ordner

    def _all(self, kommune: str) -> list[Ed25519PrivateKey]:
        dateien = sorted(self._folder(kommune).glob(MUSTER), key=lambda d: int(d.stem.rpartition("-")[2]))
        return [_read(datei) for datei in dateien] or [self._make(kommune, 1)]

    def _make(self, kommune: str, nr: int) -> Ed25519PrivateKey:
        geheim = Ed25519PrivateKey.generate()
        datei = self._folder(kommune) / f"schluessel-{nr}.pem"
        write_durably(datei, geheim.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), datei.parent)
        datei.chmod(0o400)
        return geheim


def _read(datei: Path) -> Ed25519PrivateKey:
    try:
        geheim = load_pem_private_key(datei.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        geheim = None
    if not isinstance(geheim, Ed25519PrivateKey):
        raise SchluesselFehler(f"Der Schlüssel „{datei.name}“ ist nicht lesbar. Bitte aus der Sicherung der Schlüssel holen.")
    return geheim
