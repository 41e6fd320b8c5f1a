"""The document store: content by its SHA-256. The same content is stored once, and never changes. This one is a folder.

What comes in is written down beside the store, hashed on the way, and only becomes part of it as a whole: whatever happens before,
nothing half is stored. Another place (``archive.eimer``) overrides the few steps that say where a document lies.
"""

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from archive._fehler import DigestWiderspruch, DokumentBeschaedigt, DokumentFehlt, DokumentZuGross
from archive.dateien import Lesbar, sync_folder
from schemas.basis import Dokument

DIGEST = re.compile(r"^[0-9a-f]{64}$")
STUECK = 1024 * 1024


@dataclass
class _Niederschlag:
    """A document on its way in: the temporary file, and what is known of what it holds so far."""

    datei: BinaryIO
    pfad: Path
    summe: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    groesse: int = 0

    def add(self, stueck: bytes, hoechstens: int | None) -> None:
        """One more piece. Raises DokumentZuGross."""
        self.groesse += len(stueck)
        if hoechstens is not None and self.groesse > hoechstens:
            raise DokumentZuGross(f"Ein Dokument hat höchstens {hoechstens // 1_000_000} MB. Bitte verkleinern.")
        self.summe.update(stueck)
        self.datei.write(stueck)

    def finish(self, name: str, erwartet: str | None) -> str:
        """Its digest, once it is on the disk. Raises DigestWiderspruch if it is not the expected one."""
        digest = self.summe.hexdigest()
        if erwartet is not None and digest != erwartet.lower():
            raise DigestWiderspruch(
                f"Die Prüfsumme von „{name}“ stimmt nicht: erwartet {erwartet[:12]}…, gefunden {digest[:12]}…. "
                "Die Datei wurde nicht übernommen; bitte prüfen, ob es die richtige ist."
            )
        self.datei.flush()
        os.fsync(self.datei.fileno())
        return digest


class Ablage:
    """A folder with two levels of fan-out. Temporary files of a crash are harmless."""

    def __init__(self, root: Path) -> None:
        self._root = root

    # --- coming in --------------------------------------------------------------------------------------------------------

    def put(self, daten: bytes) -> str:
        """Stores it; returns its digest. Storing it again changes nothing."""
        digest = hashlib.sha256(daten).hexdigest()
        return digest if self.exists(digest) else self._put((daten,), "Dokument", None)

    def put_file(self, quelle: Path, erwartet: str | None = None) -> str:
        """Stores a file of any size. Raises DigestWiderspruch if it is not the expected one: then nothing is stored."""
        with quelle.open("rb") as datei:
            return self._put(iter(lambda: datei.read(STUECK), b""), quelle.name, erwartet)

    async def from_stream(self, stuecke: AsyncIterable[bytes], hoechstens: int, erwartet: str | None = None) -> Dokument:
        """Stores what comes in pieces, at most so many bytes.

        Raises DokumentZuGross, DigestWiderspruch, and whatever the stream raises: then nothing is stored.
        """
        with self._coming_in() as neu:
            async for stueck in stuecke:
                await asyncio.to_thread(neu.add, stueck, hoechstens)
            digest = await asyncio.to_thread(neu.finish, "Dokument", erwartet)
            await asyncio.to_thread(self._adopt, neu.pfad, digest)
            return Dokument(digest=digest, groesse=neu.groesse)

    def _put(self, stuecke: Iterable[bytes], name: str, erwartet: str | None) -> str:
        with self._coming_in() as neu:
            for stueck in stuecke:
                neu.add(stueck, None)
            digest = neu.finish(name, erwartet)
            self._adopt(neu.pfad, digest)
            return digest

    @contextmanager
    def _coming_in(self) -> Iterator[_Niederschlag]:
        """A temporary file, gone afterwards unless the store has adopted it."""
        ordner = self._workshop()
        ordner.mkdir(parents=True, exist_ok=True)
        fd, name = tempfile.mkstemp(dir=ordner, prefix=".neu-")
        try:
            with os.fdopen(fd, "wb") as datei:
                yield _Niederschlag(datei, Path(name))
        finally:
            Path(name).unlink(missing_ok=True)

    # --- going out --------------------------------------------------------------------------------------------------------

    def get(self, digest: str) -> bytes:
        """The content. Raises DokumentFehlt or DokumentBeschaedigt."""
        daten = b"".join(self._pieces(digest))
        if hashlib.sha256(daten).hexdigest() != digest:
            raise damaged(digest)
        return daten

    def stream(self, digest: str) -> tuple[int, Iterator[bytes]]:
        """Its size in bytes, and the content in pieces: verified before the first one, for what is given out cannot be taken back.

        Raises DokumentFehlt or DokumentBeschaedigt.
        """
        summe = hashlib.sha256()
        for stueck in self._pieces(digest):
            summe.update(stueck)
        if summe.hexdigest() != digest:
            raise damaged(digest)
        return self.size(digest), self._pieces(digest)

    # --- where it lies ----------------------------------------------------------------------------------------------------

    def path(self, digest: str) -> Path:
        """Where the content of that digest lies (or would lie)."""
        return self._root / place(digest)

    def exists(self, digest: str) -> bool:
        """Whether it is there (its content is not looked at)."""
        return self.path(digest).is_file()

    def size(self, digest: str) -> int:
        """In bytes. Raises DokumentFehlt."""
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            raise missing(digest) from None

    def source(self, digest: str) -> Lesbar:
        """Something that gives the content when it is needed, for packages that hold many documents."""
        return self.path(digest)

    def remove(self, digest: str) -> None:
        """Destroys a document, by order of somebody. One that is not there is none."""
        self.path(digest).unlink(missing_ok=True)

    def containing(self, text: bytes) -> list[str]:
        """Digests of the documents in which these bytes stand. Reads everything; PDFs and office files hide their text from it."""
        return sorted(digest for digest in self._all() if text in b"".join(self._pieces(digest)))

    def _all(self) -> Iterator[str]:
        return (datei.name for datei in self._root.glob("??/??/*") if DIGEST.match(datei.name))

    def _pieces(self, digest: str) -> Iterator[bytes]:
        """Raises DokumentFehlt before the first piece."""
        try:
            datei = self.path(digest).open("rb")
        except FileNotFoundError:
            raise missing(digest) from None
        with datei:
            yield from iter(lambda: datei.read(STUECK), b"")

    def _workshop(self) -> Path:
        """Where what comes in is written down: on the same file system, so that adopting it is a rename."""
        return self._root

    def _adopt(self, vorlaeufig: Path, digest: str) -> None:
        """Makes the finished file the document, at once or not at all. One that is there already stays."""
        ziel = self.path(digest)
        if ziel.is_file():
            return
        ziel.parent.mkdir(parents=True, exist_ok=True)
        vorlaeufig.chmod(0o440)
        vorlaeufig.replace(ziel)
        sync_folder(ziel.parent)


def place(digest: str) -> str:
    """Path below the root. Raises DokumentFehlt for what is no digest."""
    if not DIGEST.match(digest):
        raise DokumentFehlt("Das ist keine SHA-256-Prüfsumme. Bitte die Kennung des Dokuments prüfen.")
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def missing(digest: str) -> DokumentFehlt:
    """Nothing lies under that digest."""
    return DokumentFehlt(f"Das Dokument {digest[:12]}… fehlt in der Ablage. Bitte aus der Sicherung holen.")


def damaged(digest: str) -> DokumentBeschaedigt:
    """Something else lies under that digest."""
    return DokumentBeschaedigt(f"Das Dokument {digest[:12]}… ist beschädigt. Bitte aus der Sicherung holen.")
