"""The HTTP application on a running town hall, and who calls it."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from schemas.akteur import Akteur
from temporal import Amt
from web import anmeldung
from web.app import build
from web.tor import Tor

API = "/api/v1"
ZAEHLER = itertools.count(1)


def application(amt: Amt) -> FastAPI:
    """With the sign-in for trying out, and without the limits around it: they have tests of their own."""
    return build(Tor(amt.lm, anmeldung.build(amt.g.einstellungen, amt.g.regelwerke)))


def token(akteur: Akteur) -> str:
    return f"demo:{akteur.rolle.value}@{akteur.stelle}:{akteur.person}"


class Anrufer:
    """Somebody at the API. Every command has a new key unless one is given."""

    def __init__(self, http: httpx.AsyncClient, akteur: Akteur) -> None:
        self.http = http
        self.kopf = {"Authorization": f"Bearer {token(akteur)}"}

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
