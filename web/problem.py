"""Refusals and failures as problem details (RFC 9457): one table of what status each kind has."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from activities.bote import NichtErreichbar, Programmfehler
from lifecycle.ablehnung import Ablehnung
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
    erster = fehler.errors()[0]
    wo = ".".join(str(teil) for teil in erster["loc"][1:]) or str(erster["loc"][0])
    satz = f"Die Angabe „{wo}“ passt nicht. Bitte mit der Beschreibung der Schnittstelle vergleichen."
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "Unplausibel", satz)


BEHANDELT: tuple[tuple[type[Exception], Any], ...] = (
    (Ablehnung, refused),
    (NichtErreichbar, not_reachable),
    (RegisterNichtErreichbar, not_reachable),
    (Programmfehler, our_bug),
    (RequestValidationError, malformed),
)
"""Kind of error: what answers it."""
