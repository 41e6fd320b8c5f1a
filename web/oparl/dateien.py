"""Files on the net: to look at, or to keep. What a browser could be made to run from a file, it may not."""

import datetime as dt
import re
from http import HTTPStatus
from urllib.parse import quote

import structlog
from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from archive import ArchivFehler
from schaufenster import Dateiinhalt, Entfernt, Schaufenster
from web.oparl.antwort import is_known, not_found, unchanged, validators
from web.problem import problem

log = structlog.get_logger()
MEDIENTYP = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.ASCII)
HARMLOS = frozenset({"application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain"})
"""What browsers show without running anything of it. All else gets a sandbox."""
SANDKASTEN = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
UNFEIN = re.compile(r"[^A-Za-z0-9 ._()+-]", re.ASCII)
LAENGE = 120


async def file(schau: Schaufenster, request: Request, pfad: str, art: str) -> Response:
    """The file behind the File of that path; ``art``: ``inline`` or ``attachment``."""
    try:
        datei = await schau.file(pfad)
    except Entfernt:
        return problem(HTTPStatus.GONE, "Entfernt", "Diese Datei ist nicht mehr öffentlich.")
    except ArchivFehler as fehler:
        log.error("Öffentliche Datei nicht abrufbar", pfad=pfad, fehler=type(fehler).__name__)
        satz = "Diese Datei ist zurzeit nicht abrufbar. Bitte später wiederholen."
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "NichtErreichbar", satz, **{"Retry-After": "600"})
    return not_found() if datei is None else _given(request, datei, art)


def _given(request: Request, datei: Dateiinhalt, art: str) -> Response:
    kopf = validators(datei.sha256, None, dt.datetime.now(dt.UTC))
    if is_known(request, kopf):
        return unchanged(kopf)
    typ = datei.medientyp.lower() if MEDIENTYP.fullmatch(datei.medientyp.lower()) else "application/octet-stream"
    kopf |= {} if typ in HARMLOS else {"Content-Security-Policy": SANDKASTEN}
    kopf |= {"Content-Disposition": disposition(art, datei.name), "Content-Length": str(datei.groesse), "Content-Type": typ}
    return StreamingResponse(datei.teile, headers=kopf)


def disposition(art: str, name: str) -> str:
    """With a plain name for old clients and the true one (RFC 6266). A name has no folders and nothing that is not to be seen."""
    sichtbar = "".join(z if z.isprintable() and z not in '/\\:*?"<>|' else "-" for z in name).strip(" .") or "datei"
    stamm, punkt, endung = sichtbar.rpartition(".")
    kurz = f"{stamm[: LAENGE - len(endung)]}{punkt}{endung}" if punkt and len(endung) < LAENGE // 2 else sichtbar[:LAENGE]
    return f"{art}; filename=\"{UNFEIN.sub('_', kurz)}\"; filename*=UTF-8''{quote(kurz, safe='')}"
