"""Files of a source: what it says of them, for the content stays where it is until somebody fetches it."""

from collections.abc import Iterator, Mapping

from schemas.herkunft import Fremddatei
from uebernahme.lesen import Roh, objects, text, whole
from uebernahme.quelle import DATEIFELDER


def files(roh: Roh, geladen: Mapping[str, str] | None = None) -> tuple[Fremddatei, ...]:
    """Every file that is embedded in an object. ``geladen``: digest of those whose content lies in the document store, by id."""
    alle = (_file(datei, feld, geladen or {}) for feld in DATEIFELDER for datei in objects(roh, feld))
    return tuple({(d.art, d.url): d for d in alle if d}.values())


def _file(roh: Roh, art: str, geladen: Mapping[str, str]) -> Fremddatei | None:
    url = text(roh, "id") or text(roh, "accessUrl") or text(roh, "downloadUrl")
    if url is None:
        return None
    return Fremddatei(
        url=url,
        art=art,
        name=text(roh, "name"),
        dateiname=text(roh, "fileName"),
        medientyp=text(roh, "mimeType"),
        groesse=whole(roh, "size"),
        datum=text(roh, "date"),
        sha1=text(roh, "sha1Checksum"),
        sha512=text(roh, "sha512Checksum"),
        zugriff=text(roh, "accessUrl"),
        download=text(roh, "downloadUrl"),
        lizenz=text(roh, "fileLicense"),
        digest=geladen.get(url),
    )


def addresses(roh: Roh) -> Iterator[tuple[str, str]]:
    """Id and download address of every file embedded in an object and in its parts."""
    for teil in (roh, *objects(roh, "agendaItem")):
        for datei in files(teil):
            if adresse := datei.download or datei.zugriff:
                yield datei.url, adresse
