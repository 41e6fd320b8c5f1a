"""Documents over HTTP: taken in by their SHA-256, given out to whom they are for, set on demand."""

import asyncio
import base64
import binascii
import re
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response, StreamingResponse

import dokumentarten
from dokumentarten import ARTEN, Dokumentart
from dokumente.sicht import Teil
from lifecycle.ablehnung import NichtBefugt, Unbekannt, Unplausibel
from lifecycle.nachschlagen import HOECHSTGROESSE_ANLAGE
from lifecycle.rechte import Umfang, rights_of
from schemas.basis import Dokument
from schemas.vorlage import Vorlage
from web.antworten import answers
from web.tor import PFADE, UNBEKANNT, Fall, Tor, workflow_of

SHA256 = re.compile(r"(?:^|[,\s])sha-256=:([A-Za-z0-9+/=]+):")
BINAER = "application/octet-stream"
PFAD_VON = {typ: pfad for pfad, typ in PFADE.items()}
TEILE: dict[Umfang, frozenset[Teil]] = {
    Umfang.OEFFENTLICH: frozenset({Teil.INTERNET}),
    Umfang.GREMIUM: frozenset(Teil) - {Teil.INTERN},
    Umfang.ALLES: frozenset(Teil),
}
"""Which versions of a document somebody gets who reads that much of its case."""


def routes(tor: Tor) -> APIRouter:
    """Taking in, giving out, setting."""
    router = APIRouter()
    _add_upload(router, tor)
    for pfad in PFADE:
        _add_download(router, tor, pfad)
    for art, (typ, _) in ARTEN.items():
        _add_document(router, tor, art, PFAD_VON[typ])
    return router


# --- taking in -------------------------------------------------------------------------------------------------------------


def _add_upload(router: APIRouter, tor: Tor) -> None:
    @router.post(
        "/{kommune}/dokumente",
        status_code=201,
        summary="Ein Dokument hochladen, um es in Befehlen zu nennen",
        responses=answers(400, 413),
        tags=["Dokumente"],
        openapi_extra={
            "requestBody": {"required": True, "content": {BINAER: {"schema": {"type": "string", "format": "binary"}}}}
        },
    )
    async def hochladen(
        request: Request,
        kommune: str,
        pruefsumme: Annotated[
            str | None, Header(alias="Repr-Digest", max_length=1000, description="RFC 9530: sha-256=:…:, wird geprüft.")
        ] = None,
    ) -> Dokument:
        akteur = await tor.who(request, kommune)
        if not any(True for _ in rights_of(akteur.rolle)):
            raise NichtBefugt("Diese Rolle gibt keine Befehle und braucht deshalb keine Dokumente abzulegen.")
        return await tor.lm.ablage.from_stream(request.stream(), HOECHSTGROESSE_ANLAGE, _expected(pruefsumme))


def _expected(kopfzeile: str | None) -> str | None:
    """Hex digest from ``Repr-Digest``; other algorithms are left alone, as RFC 9530 wants it."""
    treffer = SHA256.search(kopfzeile or "")
    if treffer is None:
        return None
    try:
        return base64.b64decode(treffer[1], validate=True).hex()
    except binascii.Error:
        raise Unplausibel("„Repr-Digest“ ist nicht lesbar. Erwartet ist sha-256=:…: nach RFC 9530.") from None


# --- giving out ------------------------------------------------------------------------------------------------------------


def _add_download(router: APIRouter, tor: Tor, pfad: str) -> None:
    @router.get(
        f"/{{kommune}}/{pfad}/{{kennung}}/ablage/{{digest}}",
        summary="Ein Dokument des Vorgangs herunterladen",
        responses={**answers(), 200: {"content": {BINAER: {}}, "description": "Der Inhalt, wie er abgelegt wurde."}},
        response_class=Response,
        tags=["Dokumente"],
        operation_id=f"ablage_{pfad}",
    )
    async def herunterladen(request: Request, kommune: str, kennung: str, digest: str) -> Response:
        akteur = await tor.who(request, kommune)
        fall = await tor.case(akteur, workflow_of(kommune, pfad, kennung))
        name, medientyp = next(_named(fall.stand.model_dump(), digest), (None, BINAER))
        if name is None:
            raise Unbekannt(UNBEKANNT)
        groesse, stuecke = await asyncio.to_thread(tor.lm.ablage.stream, digest)
        kopf = {**saved(name, medientyp), "Content-Length": str(groesse)}
        return StreamingResponse(stuecke, media_type=kopf.pop("Content-Type"), headers=kopf)


def _named(wert: Any, digest: str) -> Iterator[tuple[str, str]]:
    """Name and media type of the document with that digest, wherever it stands in what the reader is shown."""
    if isinstance(wert, dict):
        if digest and digest in (wert.get("digest"), wert.get("original")):
            original = wert.get("original") == digest
            name = wert.get("original_name" if original else "name") or f"dokument-{digest[:12]}"
            yield str(name), str(wert.get("medientyp") or BINAER)
        for teil in wert.values():
            yield from _named(teil, digest)
    elif isinstance(wert, list | tuple):
        for teil in wert:
            yield from _named(teil, digest)


def saved(name: str, medientyp: str) -> dict[str, str]:
    """Header fields of a file to be saved, never to be shown by the browser: what it is was stated by whoever brought it."""
    rein = re.sub(r"[\x00-\x1f\x7f/\\]", "_", name)[:150]
    typ = medientyp if re.fullmatch(r"[\w.+-]+/[\w.+-]+", medientyp) else BINAER
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(rein, safe='')}", "Content-Type": typ}


# --- setting ---------------------------------------------------------------------------------------------------------------


def _add_document(router: APIRouter, tor: Tor, art: Dokumentart, pfad: str) -> None:
    @router.get(
        f"/{{kommune}}/{pfad}/{{kennung}}/dokumente/{art.value}",
        summary=f"Schriftstück: {art.value}",
        responses={
            **answers(409),
            200: {"content": {"application/pdf": {}, "text/calendar": {}, "text/plain": {}}, "description": "Das Schriftstück."},
        },
        response_class=Response,
        tags=["Dokumente"],
        operation_id=f"dokument_{art.value}",
    )
    async def setzen(
        request: Request,
        kommune: str,
        kennung: str,
        teil: Annotated[Teil | None, Query(description="Für wen; sonst die weiteste Fassung dieser Rolle.")] = None,
        top: Annotated[int | None, Query(ge=1, le=10**6, description="Punkt der Tagesordnung (Auszug).")] = None,
        an: Annotated[str | None, Query(max_length=300, description="Mailadresse des Empfängers (Kalender).")] = None,
        fassung: Annotated[int | None, Query(ge=1, le=10**6, description="Nummer der Fassung.")] = None,
    ) -> Response:
        akteur = await tor.who(request, kommune)
        fall = await tor.case(akteur, workflow_of(kommune, pfad, kennung))
        gesucht = _part(fall, teil)
        daten, name = await dokumentarten.make(tor.lm, kommune, art, fall.workflow, gesucht, top, an, _version(fall, fassung))
        return Response(daten, headers=saved(name, _media_type(name)))


def _part(fall: Fall, teil: Teil | None) -> Teil:
    """The version for the reader. Raises Unbekannt for one that is not for this reader."""
    erlaubt = TEILE[fall.umfang]
    weiteste = next(t for t in (Teil.INTERN, Teil.OEFFENTLICH, Teil.INTERNET) if t in erlaubt)
    if teil is not None and teil not in erlaubt:
        raise Unbekannt(UNBEKANNT)
    return teil or weiteste


def _version(fall: Fall, fassung: int | None) -> int | None:
    """Who does not read everything gets released versions only."""
    if fall.ganz or not isinstance(fall.z, Vorlage):
        return fassung
    gezeigt = [f.nr for f in getattr(fall.lesefassung, "fassungen", ())]
    if not gezeigt or (fassung is not None and fassung not in gezeigt):
        raise Unbekannt(UNBEKANNT)
    return fassung or gezeigt[-1]


def _media_type(name: str) -> str:
    return {"pdf": "application/pdf", "ics": "text/calendar", "txt": "text/plain"}.get(name.rsplit(".", 1)[-1], BINAER)
