"""The files behind OParl's Files: attachments as they are stored, and documents that are set when somebody asks for them."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from archive.ablage import Ablage
from dokumente.setzen import set_pdf
from register.oeffentlich import Objektzeile
from schaufenster.dokument import document, is_stored
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

PDF = "application/pdf"
GEMERKT = 64
"""So many set documents are kept in memory: some ten up to some hundred KB each."""
ZUGLEICH = 2
"""So many documents are set at a time: anybody may ask."""


class Entfernt(Exception):
    """It was public once, and is so no longer."""


@dataclass(frozen=True)
class Dateiinhalt:
    """A file as it is given out: its name, media type, size in bytes, SHA-256 (hex), and its bytes in pieces."""

    name: str
    medientyp: str
    groesse: int
    sha256: str
    teile: Iterable[bytes]


class Dateien:
    """Gives out what stands behind a File. Whether it is public has been decided by then."""

    def __init__(self, ablage: Ablage) -> None:
        self._ablage = ablage
        self._gesetzt: OrderedDict[tuple[Objektzeile, str], Dateiinhalt] = OrderedDict()
        self._tische = asyncio.Semaphore(ZUGLEICH)

    async def content(self, zeile: Objektzeile, z: Zustand, kommune: str) -> Dateiinhalt:
        """The file. ``kommune`` is the town's name. Raises DokumentFehlt, DokumentBeschaedigt."""
        if isinstance(z, Vorlage) and is_stored(zeile.pfad):
            return await asyncio.to_thread(self._stored, z, zeile.pfad.rsplit("/", 1)[-1])
        schluessel = (zeile, kommune)
        async with self._tische:
            fertig = self._gesetzt.get(schluessel)
            if fertig is None:
                fertig = await asyncio.to_thread(self._set, zeile, z, kommune)
        self._gesetzt[schluessel] = fertig
        self._gesetzt.move_to_end(schluessel)
        while len(self._gesetzt) > GEMERKT:
            self._gesetzt.popitem(last=False)
        return fertig

    def _stored(self, z: Vorlage, digest: str) -> Dateiinhalt:
        anlage = next(a for f in z.fassungen for a in f.anlagen if a.digest == digest)
        groesse, teile = self._ablage.stream(digest)
        return Dateiinhalt(anlage.name, anlage.medientyp, groesse, digest, teile)

    def _set(self, zeile: Objektzeile, z: Zustand, kommune: str) -> Dateiinhalt:
        """Dated when the public's view of it last changed: what happens in the house since then leaves no trace in it."""
        s = document(zeile.pfad, z, kommune, self._ablage.get)
        daten = set_pdf(s.vorlage, s.daten, zeile.geaendert)
        return Dateiinhalt(f"{s.name}.pdf", PDF, len(daten), hashlib.sha256(daten).hexdigest(), (daten,))
