"""The keys with which a town's checkpoints are signed, in a folder apart from the data; and the last checkpoint that was signed.

Made on first use. A new key takes over at a checkpoint that both have signed; earlier ones are kept, so that earlier checkpoints
can still be verified. What was signed last lies beside the keys, so that nothing is ever signed that contradicts it, not even after
the data was restored from a back-up.

A log that lost signed leaves goes on in a new section (Abschnitt) under another name: who signed two different logs under one name
would have lied in one of them.
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
from beweis.herkunft import origin
from beweis.pruefpunkt import Pruefpunkt, Pruefschluessel

Platz = tuple[int, int]
"""Section and number of a key; both count from one."""


class Schluesselbund:
    """A folder with one folder per town."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def locked(self, kommune: str) -> Iterator[None]:
        """One signs at a time, also among processes; the lock goes with the process. Waits for it."""
        with (self._folder(kommune) / ".sperre").open("w") as sperre:
            fcntl.flock(sperre, fcntl.LOCK_EX)
            yield

    def public(self, kommune: str) -> tuple[Pruefschluessel, ...]:
        """All keys that ever signed, oldest first. Makes the first one."""
        return tuple(pruefpunkt.public_key(origin(kommune, platz[0]), geheim) for platz, geheim in self._all(kommune))

    def sign(self, kommune: str, groesse: int, wurzel: bytes, *, uebergabe: bool = False) -> Pruefpunkt:
        """A checkpoint, signed with the newest key; at the handing over with the one before it too. It is the last one then.

        Whoever calls holds ``locked`` and has made sure that it continues the last one.
        """
        alle = self._all(kommune)
        abschnitt = alle[-1][0][0]
        seine = [geheim for platz, geheim in alle if platz[0] == abschnitt]
        punkt = pruefpunkt.sign(origin(kommune, abschnitt), groesse, wurzel, seine[-2:] if uebergabe else seine[-1:])
        self._keep(kommune, "zuletzt", punkt.note.encode())
        return punkt

    def last(self, kommune: str) -> Pruefpunkt | None:
        """What was signed last in this section. Raises BeweisFalsch if that file was tampered with."""
        schluessel = self.public(kommune)
        try:
            note = (self._folder(kommune) / "zuletzt").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        punkt = pruefpunkt.verify(note, schluessel)
        return punkt if punkt.herkunft == schluessel[-1].name else None

    def rotate(self, kommune: str) -> None:
        """A new key in the same section; from now on it signs."""
        abschnitt, nr = self._all(kommune)[-1][0]
        self._make(kommune, (abschnitt, nr + 1))

    def begin_section(self, kommune: str) -> None:
        """A new section with a key of its own; what was signed last no longer binds."""
        abschnitt = self._all(kommune)[-1][0][0]
        self._make(kommune, (abschnitt + 1, 1))

    def _folder(self, kommune: str) -> Path:
        ordner = self._root / kommune
        ordner.mkdir(parents=True, exist_ok=True, mode=0o700)
        return ordner

    def _all(self, kommune: str) -> list[tuple[Platz, Ed25519PrivateKey]]:
        dateien = {_place(datei): datei for datei in self._folder(kommune).glob("schluessel-*-*.pem")}
        return [(platz, _read(dateien[platz])) for platz in sorted(dateien)] or [((1, 1), self._make(kommune, (1, 1)))]

    def _make(self, kommune: str, platz: Platz) -> Ed25519PrivateKey:
        geheim = Ed25519PrivateKey.generate()
        pem = geheim.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._keep(kommune, f"schluessel-{platz[0]}-{platz[1]}.pem", pem).chmod(0o400)
        return geheim

    def _keep(self, kommune: str, name: str, daten: bytes) -> Path:
        ordner = self._folder(kommune)
        write_durably(ordner / name, daten, ordner)
        return ordner / name


def _place(datei: Path) -> Platz:
    try:
        _, abschnitt, nr = datei.stem.split("-")
        return int(abschnitt), int(nr)
    except ValueError:
        raise SchluesselFehler(f"„{datei.name}“ ist kein Name eines Schlüssels. Bitte die Datei aus dem Ordner nehmen.") from None


def _read(datei: Path) -> Ed25519PrivateKey:
    try:
        geheim = load_pem_private_key(datei.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        geheim = None
    if not isinstance(geheim, Ed25519PrivateKey):
        raise SchluesselFehler(f"Der Schlüssel „{datei.name}“ ist nicht lesbar. Bitte aus der Sicherung der Schlüssel holen.")
    return geheim
