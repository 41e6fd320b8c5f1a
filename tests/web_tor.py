"""The HTTP application on a running town hall, and who calls it."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import APIRouter, FastAPI, Request

from schemas.akteur import Akteur, Rolle
from temporal import Amt
from web.app import build
from web.problem import NichtAngemeldet
from web.tor import Tor

API = "/api/v1"
ZAEHLER = itertools.count(1)


class Ueberall:
    """A sign-in that is for every town."""

    def verify_town(self, kommune: str) -> None:
        pass


class Ausweis:
    """The bearer token says who it is: ``person/rolle@stelle``. The sign-in itself has tests of its own."""

    async def angemeldet(self, request: Request) -> Ueberall:
        await self.akteur(request)
        return Ueberall()

    async def akteur(self, request: Request) -> Akteur:
        art, _, ausweis = request.headers.get("authorization", "").partition(" ")
        person, _, amt = ausweis.partition("/")
        rolle, _, stelle = amt.partition("@")
        if art != "Bearer" or rolle not in set(Rolle) - {Rolle.SYSTEM}:
            raise NichtAngemeldet("Bitte anmelden.")
        return Akteur(person=person, stelle=stelle, rolle=Rolle(rolle))

    def routes(self) -> APIRouter:
        return APIRouter()


def application(amt: Amt) -> FastAPI:
    return build(Tor(amt.lm, Ausweis()))


class Anrufer:
    """Somebody at the API. Every command has a new key unless one is given."""

    def __init__(self, http: httpx.AsyncClient, akteur: Akteur) -> None:
        self.http = http
        self.kopf = {"Authorization": f"Bearer {akteur.person}/{akteur.rolle.value}@{akteur.stelle}"}

    async def get(self, adresse: str, **mehr: Any) -> httpx.Response:
        kopf = {**self.kopf, **mehr.pop("headers", {})}
        return await self.http.get(adresse if adresse.startswith("/") else f"{API}/muster/{adresse}", headers=kopf, **mehr)

    async def post(self, adresse: str, rumpf: Any = None, *, schluessel: str | None = None, **kopf: str) -> httpx.Response:
        alle = {**self.kopf, "Idempotency-Key": schluessel or f"k{next(ZAEHLER)}", **kopf}
        ziel = adresse if adresse.startswith("/") else f"{API}/muster/{adresse}"
        return await self.http.post(ziel, json={} if rumpf is None else rumpf, headers=alle)


@asynccontextmanager
async def callers(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://laufmappe"
    ) as http:
        yield http


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """On a real socket; yields its address. Whoever is still connected at the end is let go."""
    with socket.create_server(("127.0.0.1", 0)) as lauscht:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        laeuft = asyncio.create_task(server.serve([lauscht]))
        while not server.started:
            assert not laeuft.done()
            await asyncio.sleep(0.01)  # uvicorn announces nothing
        try:
            yield f"http://127.0.0.1:{lauscht.getsockname()[1]}"
        finally:
            server.should_exit = True
            await laeuft
