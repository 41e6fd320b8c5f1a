"""The document store: content by its SHA-256. The same content is stored once, and never changes."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from archive._fehler import DigestWiderspruch, DokumentBeschaedigt, DokumentFehlt
from archive.dateien import sync_folder

DIGEST = re.compile(r"^[0-9a-f]{64}$")
STUECK = 1024 * 1024


class Ablage:
    """A folder with two levels of fan-out. Temporary files of a crash are harmless."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, digest: str) -> Path:
        """Where the content of that digest lies (or would lie)."""
        if not DIGEST.match(digest):
            raise DokumentFehlt("Das ist keine SHA-256-Prüfsumme. Bitte die Kennung des Dokuments prüfen.")
        return self._root / digest[:2] / digest[2:4] / digest

    def exists(self, digest: str) -> bool:
        """Whether it is there (its content is not looked at)."""
        return self.path(digest).is_file()

    def put(self, daten: bytes) -> str:
        """Stores it; returns its digest. Storing it again changes nothing."""
        digest = hashlib.sha256(daten).hexdigest()
        if not self.exists(digest):
            fd, name = self._temporary()
            with os.fdopen(fd, "wb") as datei:
                datei.write(daten)
            self._keep(Path(name), digest)
        return digest

    def put_file(self, quelle: Path, erwartet: str | None = None) -> str:
        """Stores a file of any size. Raises DigestWiderspruch if it is not the expected one: then nothing is stored."""
        fd, name = self._temporary()
        vorlaeufig = Path(name)
        try:
            with os.fdopen(fd, "wb") as ziel, quelle.open("rb") as datei:
                shutil.copyfileobj(datei, ziel, STUECK)
            with vorlaeufig.open("rb") as kopie:
                digest = hashlib.file_digest(kopie, "sha256").hexdigest()
            if erwartet is not None and digest != erwartet.lower():
                raise DigestWiderspruch(
                    f"Die Prüfsumme von „{quelle.name}“ stimmt nicht: erwartet {erwartet[:12]}…, gefunden {digest[:12]}…. "
                    "Die Datei wurde nicht übernommen; bitte prüfen, ob es die richtige ist."
                )
            if not self.exists(digest):
                self._keep(vorlaeufig, digest)
            return digest
        finally:
            vorlaeufig.unlink(missing_ok=True)

    def get(self, digest: str) -> bytes:
        """The content. Raises DokumentFehlt or DokumentBeschaedigt."""
        try:
            daten = self.path(digest).read_bytes()
        except FileNotFoundError:
            raise DokumentFehlt(f"Das Dokument {digest[:12]}… fehlt in der Ablage. Bitte aus der Sicherung holen.") from None
        if hashlib.sha256(daten).hexdigest() != digest:
            raise DokumentBeschaedigt(f"Das Dokument {digest[:12]}… ist beschädigt. Bitte aus der Sicherung holen.")
        return daten

    def stream(self, digest: str) -> tuple[int, Iterator[bytes]]:
        """Its size in bytes, and the content in pieces: verified before the first one, for what is given out cannot be taken back.

        Raises DokumentFehlt or DokumentBeschaedigt.
        """
        pfad = self.path(digest)
        try:
            with pfad.open("rb") as datei:
                richtig = hashlib.file_digest(datei, "sha256").hexdigest() == digest
        except FileNotFoundError:
            raise DokumentFehlt(f"Das Dokument {digest[:12]}… fehlt in der Ablage. Bitte aus der Sicherung holen.") from None
        if not richtig:
            raise DokumentBeschaedigt(f"Das Dokument {digest[:12]}… ist beschädigt. Bitte aus der Sicherung holen.")
        return pfad.stat().st_size, _pieces(pfad)

    def containing(self, text: bytes) -> list[str]:
        """Digests of the documents in which these bytes stand. Reads everything; PDFs and office files hide their text from it."""
        alle = (datei for datei in self._root.glob("??/??/*") if DIGEST.match(datei.name))
        return sorted(datei.name for datei in alle if text in datei.read_bytes())

    def remove(self, digest: str) -> None:
        """Destroys a document, by order of somebody. One that is not there is none."""
        self.path(digest).unlink(missing_ok=True)

    def _temporary(self) -> tuple[int, str]:
        self._root.mkdir(parents=True, exist_ok=True)
        return tempfile.mkstemp(dir=self._root, prefix=".neu-")

    def _keep(self, vorlaeufig: Path, digest: str) -> None:
        ziel = self.path(digest)
        ziel.parent.mkdir(parents=True, exist_ok=True)
        with vorlaeufig.open("rb") as datei:
            os.fsync(datei.fileno())
        vorlaeufig.chmod(0o440)
        vorlaeufig.replace(ziel)
        sync_folder(ziel.parent)


def _pieces(pfad: Path) -> Iterator[bytes]:
    with pfad.open("rb") as datei:
        while teil := datei.read(STUECK):
            yield teil
