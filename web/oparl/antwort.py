"""How every answer of the interface is given: open to all origins, with its validators, and never more than its status says.

Errors are answered here and not by the application, so that they too carry the headers that browsers ask for.
"""

import datetime as dt
import hashlib
import json
import traceback
from collections.abc import Callable, Coroutine
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from oparl.objekt import Objekt
from web.problem import BEHANDELT, our_bug, problem

log = structlog.get_logger()
OFFEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer, whatever it is."""
METHODEN = "GET, HEAD, OPTIONS"
FRISCH = dt.timedelta(seconds=2)
"""So young is no ``Last-Modified``: within its second something may yet change."""
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OffeneRoute(APIRoute):
    """A route for everybody: errors are answered here, HEAD has no body, and every answer is open to all origins."""

    def get_route_handler(self) -> Handler:
        """As FastAPI has it, with that around it."""
        innen = super().get_route_handler()

        async def offen(request: Request) -> Response:
            antwort = await _answered(innen, request)
            antwort.headers.update(OFFEN)
            return Response(None, antwort.status_code, antwort.headers) if request.method == "HEAD" else antwort

        return offen


async def _answered(innen: Handler, request: Request) -> Response:
    try:
        return await innen(request)
    except Exception as fehler:  # noqa: BLE001 - whatever it is is answered from the one table, and open to all origins too
        antworten = next(a for art, a in BEHANDELT if isinstance(fehler, art))
        if antworten is our_bug:
            wo = traceback.extract_tb(fehler.__traceback__)[-1]
            log.error("Fehler der Laufmappe", fehler=type(fehler).__name__, ort=f"{wo.filename}:{wo.lineno}")
        antwort: Response = await antworten(request, fehler)
        return antwort


def not_found() -> Response:
    """It says nothing of why: what never was and what was never public are the same."""
    return problem(HTTPStatus.NOT_FOUND, "Unbekannt", "Unter dieser Adresse gibt es nichts.")


def unchanged(kopf: dict[str, str]) -> Response:
    """What was asked for is what the client has."""
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kopf)


def validators(etag: str, geaendert: dt.datetime | None, jetzt: dt.datetime) -> dict[str, str]:
    """The headers by which a client asks again. ``geaendert`` None: only what it holds tells whether it has changed."""
    kopf = {"ETag": f'"{etag}"', "Cache-Control": "no-cache"}
    if geaendert is not None and jetzt - geaendert >= FRISCH:
        kopf["Last-Modified"] = format_datetime(geaendert.astimezone(dt.UTC), usegmt=True)
    return kopf


def is_known(request: Request, kopf: dict[str, str]) -> bool:
    """Whether the client has that already (RFC 9110, 13.2.2: a tag counts before a date)."""
    if (tags := request.headers.get("if-none-match")) is not None:
        return tags.strip() == "*" or kopf["ETag"] in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    seit = _date(request.headers.get("if-modified-since"))
    geaendert = _date(kopf.get("Last-Modified"))
    return seit is not None and geaendert is not None and geaendert <= seit


def _date(text: str | None) -> dt.datetime | None:
    try:
        zeit = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return zeit if zeit and zeit.tzinfo else None


def as_json(request: Request, objekt: Objekt) -> Response:
    """An object or a page of a list."""
    roh = json.dumps(objekt, ensure_ascii=False).encode()
    geaendert = dt.datetime.fromisoformat(objekt["modified"]) if "modified" in objekt else None
    kopf = validators(hashlib.sha256(roh).hexdigest()[:32], geaendert, dt.datetime.now(dt.UTC))
    return unchanged(kopf) if is_known(request, kopf) else Response(roh, headers=kopf, media_type="application/json")
