"""A door of its own for tests of sign-in and protection: a small application behind ``protect``, and a clock that is set."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from starlette.types import ASGIApp

from einstellungen import Einstellungen
from schemas.akteur import Akteur
from schemas.regelwerk import Regelwerke
from web.anmeldung import Anmeldung, build
from web.problem import BEHANDELT
from web.schutz import GRENZEN, KOERPER, Grenze, Obergrenze, protect

HIER = "http://localhost:18100"
DRAUSSEN = "https://laufmappe.example"
WER = "/api/v1/muster/wer"


class Uhr:
    """Now, until it is moved on."""

    def __init__(self) -> None:
        self.jetzt = dt.datetime.now(dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.jetzt

    def later(self, **wie_viel: float) -> None:
        self.jetzt += dt.timedelta(**wie_viel)


class Tuer:
    """The application, its clock, and browsers that come to it."""

    def __init__(
        self,
        regelwerke: Regelwerke,
        ordner: Path,
        *,
        datei: Path | None = None,
        adresse: str = HIER,
        grenzen: Sequence[Grenze] = GRENZEN,
        koerper: Sequence[Obergrenze] = KOERPER,
        **mehr: Any,
    ) -> None:
        self.uhr = Uhr()
        self.sekunden = 0.0
        self.adresse = adresse
        self.einstellungen = Einstellungen(daten=ordner / "daten", anmeldung=datei, adresse=adresse, **mehr)
        self.anmeldung = build(self.einstellungen, regelwerke, uhr=self.uhr)
        innen = application(self.anmeldung)
        self.app: ASGIApp = protect(
            innen, self.anmeldung, self.einstellungen, grenzen=grenzen, koerper=koerper, uhr=lambda: self.sekunden
        )

    def browser(self, client: str = "192.0.2.1", headers: dict[str, str] | None = None, **mehr: Any) -> httpx.AsyncClient:
        """One with its own cookies, that says where it comes from as browsers do."""
        kopf = {"Sec-Fetch-Site": "same-origin", **(headers or {})}
        weg = httpx.ASGITransport(self.app, client=(client, 1))
        return httpx.AsyncClient(transport=weg, base_url=self.adresse, headers=kopf, **mehr)

    async def ask(self, token: str, pfad: str = WER, **kopfzeilen: str) -> httpx.Response:
        """One request with a bearer token."""
        async with self.browser() as browser:
            return await browser.get(pfad, headers={"Authorization": f"Bearer {token}", **kopfzeilen})


def application(anmeldung: Anmeldung) -> FastAPI:
    """What it shows is who acts; what comes in, it counts."""
    app = FastAPI()
    for art, antwort in BEHANDELT:
        app.add_exception_handler(art, antwort)
    app.include_router(anmeldung.routes())

    @app.get("/api/v1/{kommune}/wer")
    @app.post("/api/v1/{kommune}/wer")
    async def wer(request: Request) -> Akteur:
        return await anmeldung.akteur(request)

    @app.get("/api/v1/wer")
    async def ohne_ort(request: Request) -> Akteur:
        return await anmeldung.akteur(request)

    @app.post("/json")
    async def json(angaben: dict[str, str]) -> int:
        return len(angaben)

    @app.post("/roh")
    async def roh(request: Request) -> int:
        return sum([len(stueck) async for stueck in request.stream()])

    @app.get("/oparl/v1.1/system")
    @app.get("/seite")
    async def seite() -> str:
        return "da"

    @app.get("/strom")
    async def strom() -> StreamingResponse:
        async def stuecke() -> Any:
            yield b"eins"
            yield b"zwei"

        return StreamingResponse(stuecke(), headers={"Cache-Control": "max-age=5"})

    return app
