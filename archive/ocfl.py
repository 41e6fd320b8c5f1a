"""Packages after OCFL 1.1: one object per case, a version per sealing, SHA-512 over every file.

Ours and small: the one library for it brings an S3 client and 54 MB of packages along; its validator checks our objects in the tests.
Specification: https://ocfl.io/1.1/spec/, layout: extension 0003-hash-and-id-n-tuple-storage-layout,
whose folders bear the case's id so that people find it without a program.
"""

import datetime as dt
import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from archive._fehler import PaketFehler
from archive.aufbau import BELEG, INVENTAR, ROOT, as_json, place
from archive.dateien import Lesbar, sync_folder, write_durably

Inventar = dict[str, Any]


class Lager:
    """A storage root: a folder that holds all packages. Created with the first one.

    Beside it, on the same file system, lie its lock and its workshop: what is unfinished lies there and never in the root, where
    a killed process would leave what no validator accepts.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._sperre = root.with_name(f".{root.name}.sperre")
        self._werkstatt = root.with_name(f".{root.name}.werkstatt")

    def path(self, objekt_id: str) -> Path:
        """Where the object lies (or would lie): follows from its id alone."""
        return self._root / place(objekt_id)

    def versions(self, objekt_id: str) -> tuple[str, ...]:
        """Names of its versions in order; empty if it does not exist."""
        inventar = self._inventory(objekt_id)
        return tuple(sorted(inventar["versions"], key=lambda v: int(v[1:]))) if inventar else ()

    def names(self, objekt_id: str) -> tuple[str, ...]:
        """Logical names of the files of its newest version, in order; empty if it does not exist."""
        inventar = self._inventory(objekt_id)
        return tuple(sorted(n for ns in inventar["versions"][inventar["head"]]["state"].values() for n in ns)) if inventar else ()

    def read(self, objekt_id: str, name: str, version: str | None = None) -> bytes:
        """A file of a version (None: the newest). Raises PaketFehler."""
        inventar = self._inventory(objekt_id)
        if inventar is None:
            raise PaketFehler(f"Ein Paket „{objekt_id}“ gibt es nicht.")
        for digest, namen in inventar["versions"][version or inventar["head"]]["state"].items():
            if name in namen:
                ort: str = inventar["manifest"][digest][0]
                return (self.path(objekt_id) / ort).read_bytes()
        raise PaketFehler(f"Im Paket „{objekt_id}“ gibt es keine Datei „{name}“.")

    def write(
        self,
        objekt_id: str,
        dateien: Mapping[str, bytes | Lesbar],
        *,
        zeit: dt.datetime,
        botschaft: str,
        wer: str,
        adresse: str | None = None,
    ) -> Path:
        """A version with exactly these files; nothing, if the newest one has just these. Returns the object's folder.

        ``zeit`` is aware. A crash leaves the old state; the next write clears up what it left.
        """
        _verify_names(dateien)
        with self._locked():
            self._prepare_root()
            ziel = self.path(objekt_id)
            alt = self._inventory(objekt_id)
            self._clear_unfinished(ziel, alt)
            digests = {name: _sha512(inhalt) for name, inhalt in dateien.items()}
            kopf = {"created": zeit.isoformat(timespec="seconds"), "message": botschaft, "user": _user(wer, adresse)}
            neu = _next_inventory(objekt_id, alt, digests, kopf)
            if neu is None:
                return ziel
            ordner = self._werkstatt / "neu"
            ordner.mkdir()
            self._build(ordner, neu, digests, dateien)
            self._publish(ordner, ziel, neu, erste=alt is None)
        return ziel

    def rewrite(self, objekt_id: str, fassungen: Mapping[str, Mapping[str, bytes | Lesbar]]) -> None:
        """Every version with other content: deletion by order is the one thing that does this, and it breaks OCFL's promise on purpose.

        In place, so that a crash leaves an object that the next attempt finishes. ``fassungen``: all versions, each with all its files.
        """
        for dateien in fassungen.values():
            _verify_names(dateien)
        with self._locked():
            ziel, alt = self.path(objekt_id), self._inventory(objekt_id)
            if alt is None or set(alt["versions"]) != set(fassungen):
                raise PaketFehler(f"Das Paket „{objekt_id}“ hat andere Fassungen. Bitte wiederholen.")
            neu: Inventar | None = None
            for nummer in sorted(fassungen, key=lambda v: int(v[1:])):
                kopf = {k: v for k, v in alt["versions"][nummer].items() if k != "state"}
                digests = {name: _sha512(inhalt) for name, inhalt in fassungen[nummer].items()}
                neu = _inventory_with(objekt_id, neu, digests, kopf)
                self._build(ziel, neu, digests, fassungen[nummer])
            assert neu is not None  # an object has a version
            self._write_inventory(ziel, neu)
            _remove_unlisted(ziel, neu)

    # --- steps --------------------------------------------------------------------------------------------------------

    def _inventory(self, objekt_id: str) -> Inventar | None:
        try:
            inventar: Inventar = json.loads((self.path(objekt_id) / INVENTAR).read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            raise PaketFehler(f"Das Inventar von „{objekt_id}“ ist beschädigt. Bitte aus der Sicherung holen.") from None
        return inventar

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, also among processes, in an empty workshop; the lock goes with the process."""
        self._root.parent.mkdir(parents=True, exist_ok=True)
        with self._sperre.open("w") as sperre:
            fcntl.flock(sperre, fcntl.LOCK_EX)
            self._tidy()
            self._werkstatt.mkdir()
            yield
            self._tidy()

    def _tidy(self) -> None:
        """What lies in the workshop before the work begins was left by somebody who was killed: who is alive holds the lock."""
        if self._werkstatt.exists():
            shutil.rmtree(self._werkstatt)
        for rest in self._root.glob(".neu-*"):  # an earlier release worked in the root itself
            shutil.rmtree(rest) if rest.is_dir() else rest.unlink()

    def _write(self, ziel: Path, daten: bytes) -> None:
        write_durably(ziel, daten, self._werkstatt)

    def _prepare_root(self) -> None:
        if (self._root / "0=ocfl_1.1").exists():
            return
        for name, daten in reversed(list(ROOT.items())):  # what declares it to be a store comes last
            (self._root / name).parent.mkdir(parents=True, exist_ok=True)
            self._write(self._root / name, daten)

    def _build(self, ordner: Path, inventar: Inventar, digests: Mapping[str, str], dateien: Mapping[str, bytes | Lesbar]) -> None:
        """The new version's folder beside its place, complete and durable."""
        kopf = inventar["head"]
        (ordner / kopf).mkdir(exist_ok=True)
        for name, inhalt in dateien.items():
            pfad = f"{kopf}/content/{name}"
            if pfad in inventar["manifest"][digests[name]]:
                (ordner / pfad).parent.mkdir(parents=True, exist_ok=True)
                self._write(ordner / pfad, inhalt if isinstance(inhalt, bytes) else inhalt.read_bytes())
        self._write_inventory(ordner / kopf, inventar)

    def _publish(self, ordner: Path, ziel: Path, inventar: Inventar, *, erste: bool) -> None:
        """Into place: a new object as a whole; a new version before the inventory that names it."""
        kopf = inventar["head"]
        if erste:
            self._write(ordner / "0=ocfl_object_1.1", b"ocfl_object_1.1\n")
            self._write_inventory(ordner, inventar)
            ordner.chmod(0o750)
            self._place(ordner, ziel)
            return
        (ordner / kopf).replace(ziel / kopf)
        sync_folder(ziel)
        self._write_inventory(ziel, inventar)

    def _place(self, ordner: Path, ziel: Path) -> None:
        """An object into its place, together with the folders above it that are missing: an empty folder in the root is an error."""
        oben = ziel
        while not oben.parent.exists():
            oben = oben.parent
        if oben != ziel:
            zweig = self._werkstatt / "zweig"
            ort = zweig / ziel.relative_to(oben)
            ort.parent.mkdir(parents=True)
            ordner.replace(ort)
            for stufe in ort.relative_to(zweig).parents:
                sync_folder(zweig / stufe)
            ordner = zweig
        ordner.replace(oben)
        sync_folder(oben.parent)

    def _write_inventory(self, ordner: Path, inventar: Inventar) -> None:
        """Inventory, then its sidecar: between the two the object is recognisably unfinished, and the next write mends it."""
        daten = as_json(inventar)
        self._write(ordner / INVENTAR, daten)
        self._write(ordner / BELEG, _sidecar(daten))

    def _clear_unfinished(self, ziel: Path, inventar: Inventar | None) -> None:
        """What a crash left in an object: a version that no inventory names, a sidecar that does not match."""
        if inventar is None:
            return
        for ordner in ziel.glob("v*"):
            if ordner.name not in inventar["versions"]:
                shutil.rmtree(ordner)
        for rest in ziel.glob(".neu-*"):
            rest.unlink()
        soll = _sidecar((ziel / INVENTAR).read_bytes())
        if not (ziel / BELEG).exists() or (ziel / BELEG).read_bytes() != soll:
            self._write(ziel / BELEG, soll)


def _verify_names(dateien: Mapping[str, object]) -> None:
    for name in dateien:
        pfad = PurePosixPath(name)
        if not name or pfad.is_absolute() or {"", ".", ".."} & set(name.split("/")) or str(pfad) != name:
            raise PaketFehler(f"„{name}“ ist kein zulässiger Dateiname in einem Paket.")


def _sha512(inhalt: bytes | Lesbar) -> str:
    if isinstance(inhalt, Path):
        with inhalt.open("rb") as datei:
            return hashlib.file_digest(datei, "sha512").hexdigest()
    return hashlib.sha512(inhalt if isinstance(inhalt, bytes) else inhalt.read_bytes()).hexdigest()


def _user(wer: str, adresse: str | None) -> dict[str, str]:
    return {"name": wer} | ({"address": adresse} if adresse else {})


def _next_inventory(objekt_id: str, alt: Inventar | None, digests: Mapping[str, str], kopf: Mapping[str, Any]) -> Inventar | None:
    """The inventory with one more version, or None if nothing changed."""
    if alt is not None and alt["versions"][alt["head"]]["state"] == _state(digests):
        return None
    return _inventory_with(objekt_id, alt, digests, kopf)


def _state(digests: Mapping[str, str]) -> dict[str, list[str]]:
    stand: dict[str, list[str]] = {}
    for name in sorted(digests):
        stand.setdefault(digests[name], []).append(name)
    return stand


def _inventory_with(objekt_id: str, alt: Inventar | None, digests: Mapping[str, str], kopf: Mapping[str, Any]) -> Inventar:
    """The inventory with one more version. Content that is there already is not stored again."""
    stand = _state(digests)
    nummer = f"v{int(alt['head'][1:]) + 1}" if alt else "v1"
    manifest = dict(alt["manifest"]) if alt else {}
    for digest, namen in stand.items():
        manifest.setdefault(digest, [f"{nummer}/content/{namen[0]}"])
    return {
        "id": objekt_id,
        "type": "https://ocfl.io/1.1/spec/#inventory",
        "digestAlgorithm": "sha512",
        "head": nummer,
        "manifest": manifest,
        "versions": (alt["versions"] if alt else {}) | {nummer: {**kopf, "state": stand}},
    }


def _remove_unlisted(ordner: Path, inventar: Inventar) -> None:
    """Content files that no version names any more, and the folders that are empty without them."""
    genannt = {ordner / ort for orte in inventar["manifest"].values() for ort in orte}
    for datei in sorted(ordner.glob("v*/content/**/*"), reverse=True):  # what lies in a folder comes before it
        if datei.is_file() and datei not in genannt:
            datei.unlink()
        elif datei.is_dir() and not any(datei.iterdir()):
            datei.rmdir()
    for leer in ordner.glob("v*/content"):
        if not any(leer.iterdir()):
            leer.rmdir()


def _sidecar(inventar: bytes) -> bytes:
    return f"{hashlib.sha512(inventar).hexdigest()}  {INVENTAR}\n".encode()
