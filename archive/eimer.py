"""The document store in a bucket that speaks S3. A document becomes visible as a whole with its last byte, so it goes to its place at once."""

import datetime as dt
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from archive._fehler import AblageNichtErreichbar
from archive.ablage import DIGEST, STUECK, Ablage, damaged, missing, place
from archive.dateien import Lesbar

T = TypeVar("T")
NICHT_DA = (FileNotFoundError, NotFoundError)
"""How obstore says that there is no such object."""
GEDULD = dt.timedelta(seconds=30)
"""How long a request is repeated before the store counts as away."""


@dataclass(frozen=True)
class Zugang:
    """Where the bucket is and who we are there. ``endpunkt`` None: the region's own. ``praefix`` has no slash at its ends."""

    eimer: str
    praefix: str
    kennung: str
    geheimnis: str
    region: str
    endpunkt: str | None = None


@dataclass(frozen=True)
class Entfernt:
    """A document in the bucket, fetched when somebody reads it."""

    ablage: Ablage
    digest: str

    def read_bytes(self) -> bytes:
        """The content. Raises DokumentFehlt, DokumentBeschaedigt, AblageNichtErreichbar."""
        return self.ablage.get(self.digest)


class Eimerablage(Ablage):
    """A bucket. ``werkstatt`` is a folder of this machine for what is on its way in. Raises AblageNichtErreichbar everywhere."""

    def __init__(self, zugang: Zugang, werkstatt: Path | None = None) -> None:
        self._werkstatt = werkstatt or Path(tempfile.gettempdir())
        self._store = S3Store(
            zugang.eimer,
            prefix=zugang.praefix or None,
            endpoint=zugang.endpunkt,
            region=zugang.region,
            access_key_id=zugang.kennung,
            secret_access_key=zugang.geheimnis,
            virtual_hosted_style_request=zugang.endpunkt is None,
            client_options={"allow_http": bool(zugang.endpunkt and zugang.endpunkt.startswith("http://"))},
            retry_config={"max_retries": 5, "retry_timeout": GEDULD},
        )

    def path(self, digest: str) -> Path:
        """No file of this machine: whoever needs one asks for ``source``."""
        raise NotImplementedError("Dokumente liegen hier nicht als Dateien.")

    def exists(self, digest: str) -> bool:
        """Whether it is there."""
        return self._size(digest) is not None

    def size(self, digest: str) -> int:
        """In bytes. Raises DokumentFehlt."""
        groesse = self._size(digest)
        if groesse is None:
            raise missing(digest)
        return groesse

    def _size(self, digest: str) -> int | None:
        ort = place(digest)
        try:
            return reached(lambda: obstore.head(self._store, ort)["size"], darf_fehlen=True)
        except NICHT_DA:
            return None

    def source(self, digest: str) -> Lesbar:
        """Something that fetches the content when it is needed."""
        return Entfernt(self, digest)

    def remove(self, digest: str) -> None:
        """Destroys a document. One that is not there is none. A bucket that keeps versions must not be used: it would keep this one."""
        ort = place(digest)
        reached(lambda: obstore.delete(self._store, ort))

    def _all(self) -> Iterator[str]:
        seiten = obstore.list(self._store)
        while seite := reached(lambda: next(seiten, None)):
            yield from (name for o in seite if DIGEST.match(name := o["path"].rsplit("/", 1)[-1]))

    def _pieces(self, digest: str) -> Iterator[bytes]:
        ort = place(digest)
        try:
            stuecke = iter(reached(lambda: obstore.get(self._store, ort), darf_fehlen=True).stream(min_chunk_size=STUECK))
        except NICHT_DA:
            raise missing(digest) from None
        while stueck := reached(lambda: next(stuecke, None)):
            yield bytes(stueck)

    def stream(self, digest: str) -> tuple[int, Iterator[bytes]]:
        """As in a folder, but fetched once: into a file without a name, from which it is given out when it is verified."""
        with ExitStack() as sonst_zu:
            summe, datei = hashlib.sha256(), sonst_zu.enter_context(tempfile.TemporaryFile())
            for stueck in self._pieces(digest):
                summe.update(stueck)
                datei.write(stueck)
            if summe.hexdigest() != digest:
                raise damaged(digest)
            groesse = datei.tell()
            datei.seek(0)
            sonst_zu.pop_all()
            return groesse, _read_out(datei)

    def _workshop(self) -> Path:
        return self._werkstatt

    def _adopt(self, vorlaeufig: Path, digest: str) -> None:
        if not self.exists(digest):
            reached(lambda: obstore.put(self._store, place(digest), vorlaeufig))


def _read_out(datei: IO[bytes]) -> Iterator[bytes]:
    with datei:
        yield from iter(lambda: datei.read(STUECK), b"")


def reached(tu: Callable[[], T], *, darf_fehlen: bool = False) -> T:
    """What it gives. Raises AblageNichtErreichbar in words of our own, for the service's may name what is secret.

    ``darf_fehlen``: NICHT_DA for an object that is not there. Where none is asked for, it is the bucket that is missing.
    """
    try:
        return tu()
    except (BaseError, OSError) as fehler:
        if darf_fehlen and isinstance(fehler, NICHT_DA):
            raise
        raise AblageNichtErreichbar(
            f"Die Ablage der Dokumente antwortet nicht oder lehnt ab ({type(fehler).__name__}). "
            "Bitte den Speicherdienst und die Zugangsdaten prüfen und wiederholen."
        ) from None
