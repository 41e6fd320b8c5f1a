"""The paths of the sign-in: beginning and finishing it, signing out, who one is, and choosing the role to act in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from activities.bote import NichtErreichbar
from lifecycle.ablehnung import Ablehnung, NichtBefugt, Unplausibel
from lifecycle.kern import BERLIN
from schemas.akteur import Rolle
from schemas.basis import Kennung
from schemas.regelwerk import Regelwerk
from web.anmeldung.seiten import failed, local_target, page
from web.antworten import WORTE
from web.problem import STATUS, NichtAngemeldet

if TYPE_CHECKING:
    from web.anmeldung.angemeldet import Angemeldet
    from web.anmeldung.grund import Anmeldung
    from web.anmeldung.session import Session

ANMELDUNG, ZURUECK, ABGEMELDET = "/anmeldung", "/anmeldung/zurueck", "/anmeldung/abgemeldet"

FELDER = 20


class Rollenangabe(BaseModel):
    """A role to act in. ``wort`` is what the header ``Laufmappe-Rolle`` names."""

    wort: str = Field(examples=["sachbearbeitung@a-46"])
    rolle: Rolle
    rolle_name: str
    stelle: Kennung
    stelle_name: str
    gewaehlt: bool = Field(description="In dieser Rolle handelt, wer keine angibt.")


class Ort(BaseModel):
    """A town that the sign-in is valid for, and the roles there."""

    kommune: Kennung
    name: str
    rollen: list[Rollenangabe]


class Ich(BaseModel):
    """Who is signed in."""

    person: Kennung = Field(description="Kennung der Person, kein Name.")
    kommunen: list[Ort]
    probebetrieb: bool = Field(description="Nur zum Ausprobieren: Hier kann sich jeder als jeder anmelden.")
    endet: dt.datetime | None = Field(description="Wann die Anmeldung ohne weiteres Zutun endet (bei Bearer-Token: leer).")


def router(anmeldung: Anmeldung) -> APIRouter:
    """All of them."""
    wege = APIRouter(tags=["Anmeldung"])
    for pfad, verb, tat in (
        (ANMELDUNG, "GET", _begin),
        (ANMELDUNG, "POST", _finish),
        (ZURUECK, "GET", _finish),
        ("/anmeldung/abmelden", "POST", _sign_out),
        ("/anmeldung/rolle", "POST", _choose),
        (ABGEMELDET, "GET", _signed_out),
    ):
        wege.add_api_route(pfad, _for_people(anmeldung, tat), methods=[verb], include_in_schema=False)
    _add_who(wege, anmeldung)
    return wege


def _add_who(wege: APIRouter, anmeldung: Anmeldung) -> None:
    antworten: dict[int | str, dict[str, Any]] = {status: {"description": WORTE[status]} for status in (401, 429, 503)}

    @wege.get("/anmeldung/ich", summary="Wer angemeldet ist, und mit welchen Rollen", responses=antworten)
    async def ich(request: Request) -> Ich:
        wer = await anmeldung.angemeldet(request)
        return Ich(
            person=wer.person,
            kommunen=[_town(anmeldung, wer, kommune) for kommune in wer.kommunen],
            probebetrieb=anmeldung.probebetrieb,
            endet=_end(anmeldung, request),
        )


def _town(anmeldung: Anmeldung, wer: Angemeldet, kommune: str) -> Ort:
    heute = anmeldung.sessions.uhr().astimezone(BERLIN).date()
    rw = anmeldung.regelwerke.am(kommune, heute)
    gewaehlt = wer.in_use(kommune)
    rollen = [
        Rollenangabe(
            wort=f"{rolle}@{stelle}",
            rolle=rolle,
            rolle_name=rolle.anzeige,
            stelle=stelle,
            stelle_name=office_name(rw, stelle, heute),
            gewaehlt=(rolle, stelle) == gewaehlt,
        )
        for rolle, stelle in wer.paare(kommune)
    ]
    return Ort(kommune=kommune, name=rw.name if rw else kommune, rollen=rollen)


def office_name(rw: Regelwerk | None, stelle: str, tag: dt.date) -> str:
    """An office or committee as it is called on that day; its id, if the Regelwerk does not know it."""
    traeger = (*rw.stellen, *rw.gremien) if rw else ()
    return next((t.am(tag).anzeige for t in traeger if t.id == stelle), stelle)


def _end(anmeldung: Anmeldung, request: Request) -> dt.datetime | None:
    session = _session(anmeldung, request)
    return anmeldung.sessions.ends(session) if session and "authorization" not in request.headers else None


def _session(anmeldung: Anmeldung, request: Request) -> Session | None:
    try:
        return anmeldung.sessions.read(request.cookies)
    except NichtAngemeldet:
        return None


def _for_people(
    anmeldung: Anmeldung, tat: Callable[[Anmeldung, Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """What a browser shows: a refusal is a page with one sentence, not a document for machines."""

    async def weg(request: Request) -> Response:
        try:
            return await tat(anmeldung, request)
        except Ablehnung as nein:
            return failed(nein.satz, STATUS[nein.typ])
        except NichtErreichbar as fehler:
            return failed(str(fehler), HTTPStatus.SERVICE_UNAVAILABLE)

    return weg


async def _begin(anmeldung: Anmeldung, request: Request) -> Response:
    return await anmeldung.begin(request, local_target(request.query_params.get("weiter")))


async def _finish(anmeldung: Anmeldung, request: Request) -> Response:
    return await anmeldung.finish(request)


async def _sign_out(anmeldung: Anmeldung, request: Request) -> Response:
    antwort = RedirectResponse(await anmeldung.signed_out(request), HTTPStatus.SEE_OTHER)
    anmeldung.sessions.end(antwort, _session(anmeldung, request))
    return antwort


async def _signed_out(anmeldung: Anmeldung, request: Request) -> Response:
    return page("Abgemeldet", '<p>Die Abmeldung ist erfolgt.</p><p><a href="/anmeldung">Wieder anmelden</a></p>')


async def _choose(anmeldung: Anmeldung, request: Request) -> Response:
    session = anmeldung.sessions.read(request.cookies)
    angaben = await form(request)
    wort = angaben.get("rolle", "")
    if wort not in {amt.wort for amt in anmeldung.of_session(session).aemter}:
        raise NichtBefugt("Diese Rolle gehört nicht zu dieser Anmeldung. Bitte eine der eigenen wählen.")
    antwort = RedirectResponse(local_target(angaben.get("weiter")), HTTPStatus.SEE_OTHER)
    anmeldung.sessions.choose(antwort, wort)
    return antwort


async def form(request: Request) -> dict[str, str]:
    """What was sent as a form. Raises Unplausibel for what is none of ours."""
    try:
        return dict(parse_qsl((await request.body()).decode("utf-8"), keep_blank_values=True, max_num_fields=FELDER))
    except ValueError:
        raise Unplausibel("Dieses Formular ist keines von hier. Bitte auf der Seite der Laufmappe ausfüllen.") from None
