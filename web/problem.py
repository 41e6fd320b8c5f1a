"""Refusals and failures as problem details (RFC 9457): one table of what status each kind has."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from activities.bote import NichtErreichbar, Programmfehler
from archive import AblageNichtErreichbar, ArchivFehler, DigestWiderspruch, DokumentFehlt, DokumentZuGross
from lifecycle.ablehnung import Ablehnung
from lifecycle.eingabe import in_words
from register import RegisterNichtErreichbar

MEDIENTYP = "application/problem+json"
STATUS: dict[str, HTTPStatus] = {
    "Unplausibel": HTTPStatus.UNPROCESSABLE_ENTITY,
    "Unbekannt": HTTPStatus.NOT_FOUND,
    "NichtAngemeldet": HTTPStatus.UNAUTHORIZED,
    "NichtBefugt": HTTPStatus.FORBIDDEN,
    "FalscheStufe": HTTPStatus.CONFLICT,
    "Geschlossen": HTTPStatus.CONFLICT,
    "Doppelt": HTTPStatus.CONFLICT,
    "SchluesselVergeben": HTTPStatus.UNPROCESSABLE_ENTITY,
    "Regelbruch": HTTPStatus.UNPROCESSABLE_ENTITY,
    "Veraltet": HTTPStatus.PRECONDITION_FAILED,
    "UhrGehtFalsch": HTTPStatus.SERVICE_UNAVAILABLE,
    "ZuGross": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "ZuOft": HTTPStatus.TOO_MANY_REQUESTS,
}
"""Kind of refusal: its status."""


class Problem(BaseModel):
    """What went wrong. ``type`` names the kind for machines (``urn:laufmappe:FalscheStufe``), ``detail`` is one German sentence for people."""

    type: str = Field(examples=["urn:laufmappe:FalscheStufe"])
    title: str = Field(examples=["FalscheStufe"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["Diese Vorlage ist noch nicht freigegeben."])


class NichtAngemeldet(Ablehnung):
    """Nobody is signed in, or the sign-in is not valid (any more)."""


class ZuGross(Ablehnung):
    """More than is taken in."""


class ZuOft(Ablehnung):
    """Too many requests in a short time."""


def problem(status: int, typ: str, satz: str, **kopfzeilen: str) -> JSONResponse:
    """One answer of that kind."""
    inhalt = Problem(type=f"urn:laufmappe:{typ}", title=typ, status=status, detail=satz).model_dump()
    return JSONResponse(inhalt, status_code=status, media_type=MEDIENTYP, headers=kopfzeilen)


def of_refusal(nein: Ablehnung) -> JSONResponse:
    """The answer to a refusal."""
    status = STATUS[nein.typ]
    mehr = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else {}
    return problem(status, nein.typ, nein.satz, **mehr)


async def refused(request: Request, nein: Exception) -> JSONResponse:
    """For FastAPI: a refusal."""
    assert isinstance(nein, Ablehnung)  # registered for this alone
    return of_refusal(nein)


async def not_reachable(request: Request, fehler: Exception) -> JSONResponse:
    """For FastAPI: what is needed is away for now. Repeating with the same key does nothing twice."""
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "NichtErreichbar", str(fehler), **{"Retry-After": "5"})


async def our_bug(request: Request, fehler: Exception) -> JSONResponse:
    """For FastAPI: a bug of ours. Nothing of it is told but that it is one."""
    satz = "Das ist ein Fehler der Laufmappe. Bitte den Betrieb verständigen."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Programmfehler", satz)


async def malformed(request: Request, fehler: Exception) -> JSONResponse:
    """For FastAPI: path, query or body that do not have the described form. The value itself is not repeated."""
    assert isinstance(fehler, RequestValidationError)  # registered for this alone
    woher = fehler.errors()[0]["loc"][0]
    funde = [{**f, "loc": f["loc"][1:]} for f in fehler.errors() if f["loc"][0] == woher]
    satz = KEIN_JSON if funde[0]["type"] == "json_invalid" else in_words(TEILE.get(str(woher), str(woher)), funde)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "Unplausibel", satz)


KEIN_JSON = "Der Rumpf der Anfrage ist kein gültiges JSON."
TEILE = {"body": "Rumpf", "query": "Suchangaben", "path": "Adresse", "header": "Kopfzeilen"}
"""Parts of a request, as people read them."""


async def archive_failed(request: Request, fehler: Exception) -> JSONResponse:
    """For FastAPI: a document that is not the one announced, too large, gone or damaged; or a store that does not answer."""
    return problem(ARCHIV.get(type(fehler), HTTPStatus.INTERNAL_SERVER_ERROR), type(fehler).__name__, str(fehler))


async def plain_http(request: Request, fehler: Exception) -> JSONResponse:
    """For FastAPI: what it answers by itself, an address that there is not or a method that it does not have."""
    assert isinstance(fehler, HTTPException)  # registered for this alone
    status = HTTPStatus(fehler.status_code)
    satz = SAETZE.get(status, "Diese Anfrage wird hier nicht verstanden.")
    return problem(status, ARTEN.get(status, "Unplausibel"), satz, **(fehler.headers or {}))


SAETZE = {
    HTTPStatus.NOT_FOUND: "Das gibt es hier nicht. Bitte die Adresse prüfen.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Das geht unter dieser Adresse nicht.",
    HTTPStatus.BAD_REQUEST: "Der Rumpf der Anfrage ist unlesbar.",
}
ARCHIV: dict[type[Exception], HTTPStatus] = {
    DigestWiderspruch: HTTPStatus.UNPROCESSABLE_ENTITY,
    DokumentZuGross: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    DokumentFehlt: HTTPStatus.NOT_FOUND,
    AblageNichtErreichbar: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""What goes wrong with documents: its status. Anything else is for the operators to mend."""
ARTEN = {HTTPStatus.NOT_FOUND: "Unbekannt", HTTPStatus.METHOD_NOT_ALLOWED: "FalscheMethode"}
BEHANDELT: tuple[tuple[type[Exception], Any], ...] = (
    (Ablehnung, refused),
    (NichtErreichbar, not_reachable),
    (RegisterNichtErreichbar, not_reachable),
    (Programmfehler, our_bug),
    (RequestValidationError, malformed),
    (ArchivFehler, archive_failed),
    (HTTPException, plain_http),
    (Exception, our_bug),
)
"""Kind of error: what answers it."""
