"""For auditors over HTTP: the reports as JSON, CSV or XLSX, the log as JSON Lines, and what is kept of somebody."""

import datetime as dt
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

import datenschutz
from lifecycle.rechte import verify_all
from pruefung import ausfuhr, durchgang, frage, tabelle
from pruefung.bericht import Bericht, reports
from pruefung.durchgang import Anfrage
from web.antworten import answers
from web.tor import Tor, today

Tag = Annotated[dt.date | None, Query(description="Tag (2021-05-03).")]
Kennung = Annotated[str | None, Query(max_length=100, description="Kennung; sonst alle.")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Form(StrEnum):
    """How a report comes."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class Gesucht(BaseModel):
    """What is looked for. In the body, so that it stands in no log of addresses."""

    text: str = Field(min_length=3, max_length=200, description="Name oder Kennung.")


def routes(tor: Tor) -> APIRouter:
    """All reports, the export, the Auskunft."""
    router = APIRouter(tags=["Prüfung"])
    for b in reports().values():
        _add_report(router, tor, b)
    _add_export(router, tor)
    _add_search(router, tor)
    return router


async def _question(tor: Tor, request: Request, kommune: str, **grenzen: Any) -> Anfrage:
    akteur = await tor.who(request, kommune)
    return frage.asked(tor.lm.regelwerke, akteur, kommune, today(), **grenzen)


def _add_report(router: APIRouter, tor: Tor, b: Bericht) -> None:
    @router.get(
        f"/{{kommune}}/pruefung/{b.kennung}",
        summary=b.titel,
        description=b.zweck,
        responses={**answers(), 200: {"content": {"text/csv": {}, XLSX: {}}, "description": "Der Bericht."}},
        operation_id=f"bericht_{b.kennung}",
        response_class=JSONResponse,
    )
    async def bericht(
        request: Request, kommune: str, von: Tag = None, bis: Tag = None, am: Tag = None,
        gremium: Kennung = None, stelle: Kennung = None, form: Form = Form.JSON,
    ) -> Response:  # fmt: skip
        anfrage = await _question(tor, request, kommune, von=von, bis=bis, am=am, gremium=gremium, stelle=stelle)
        reihen = await durchgang.run(tor.lm.register, tor.lm.regelwerke, [b], anfrage)
        angaben = await frage.described(tor.lm.register, anfrage)
        if form is Form.JSON:
            zeilen = list(tabelle.as_objects(b, reihen[b.kennung]))
            return JSONResponse({"bericht": b.kennung, "angaben": angaben, "zeilen": zeilen})
        inhalt = tabelle.xlsx([b], reihen, angaben) if form is Form.XLSX else tabelle.csv_text(b, reihen[b.kennung])
        kopf = {"Content-Disposition": f'attachment; filename="{b.kennung}.{form.value}"'}
        return Response(inhalt, media_type=XLSX if form is Form.XLSX else "text/csv", headers=kopf)


def _add_export(router: APIRouter, tor: Tor) -> None:
    @router.get(
        "/{kommune}/pruefung/verlauf.jsonl",
        summary="Den Verlauf als JSON Lines ausführen",
        responses={**answers(), 200: {"content": {"application/jsonl": {}}, "description": "Je Zeile ein Eintrag."}},
        response_class=StreamingResponse,
    )
    async def ausfuehren(
        request: Request, kommune: str, von: Tag = None, bis: Tag = None, gremium: Kennung = None, stelle: Kennung = None
    ) -> StreamingResponse:
        anfrage = await _question(tor, request, kommune, von=von, bis=bis, gremium=gremium, stelle=stelle)
        auswahl = await ausfuhr.selection(tor.lm.register, anfrage)
        bis_blatt, _ = await tor.lm.register.log_extent(auswahl)

        async def zeilen() -> AsyncIterator[str]:
            async for teil in ausfuhr.lines(tor.lm.register, auswahl, anfrage.einblick, bis_blatt):
                yield "".join(f"{zeile}\n" for zeile in teil)

        return StreamingResponse(zeilen(), media_type="application/jsonl")


def _add_search(router: APIRouter, tor: Tor) -> None:
    @router.post("/{kommune}/auskunft", summary="Was ist über jemanden gespeichert? (Art. 15 DSGVO)", responses=answers(400, 413))
    async def auskunft(request: Request, kommune: str, rumpf: Gesucht) -> list[datenschutz.Fundstelle]:
        akteur = await tor.who(request, kommune)
        verify_all(akteur, tor.rules(kommune), today())
        return await datenschutz.search(tor.lm, kommune, rumpf.text)
