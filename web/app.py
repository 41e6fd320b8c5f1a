"""The HTTP application: puts the parts together, and says how anything that goes wrong is answered."""

import functools
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from register import RegisterNichtErreichbar
from web import ansichten, befehle, dokumente, ereignisse, pruefung, verwaltung
from web.beschreibung import describe
from web.problem import BEHANDELT
from web.tor import NochNicht, Tor

VERSION = "v1"


def build(tor: Tor, *weitere: APIRouter) -> FastAPI:
    """The application. ``weitere``: routes beside the API, with their own addresses (sign-in, OParl)."""
    app = FastAPI(
        title="Laufmappe",
        version=VERSION,
        openapi_url=f"/api/{VERSION}/openapi.json",
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    api = APIRouter(prefix=f"/api/{VERSION}")
    for teil in (dokumente, ereignisse, pruefung, verwaltung, befehle, ansichten):
        api.include_router(teil.routes(tor))
    app.include_router(api)
    for router in (tor.anmeldung.routes(), *weitere):
        app.include_router(router)
    _add_health(app, tor)
    app.add_api_route("/", _entrance, include_in_schema=False)
    for art, antwort in BEHANDELT:
        app.add_exception_handler(art, antwort)
    app.add_exception_handler(NochNicht, _not_yet)
    app.openapi = functools.cache(lambda: describe(app))  # type: ignore[method-assign]  # as FastAPI's documentation says
    return app


async def _entrance() -> Response:
    """Until there are pages: who one is, and what one may choose to be."""
    return RedirectResponse("/anmeldung/ich", status_code=303)


async def _not_yet(request: Request, fehler: Exception) -> Response:
    return JSONResponse({}, status_code=202, headers={"Retry-After": "1"})


def _add_health(app: FastAPI, tor: Tor) -> None:
    async def lebt() -> dict[str, str]:
        """The process answers."""
        return {"stand": "in Ordnung"}

    async def bereit() -> Response:
        """It can work: the register answers."""
        try:
            await tor.lm.register.seq("")
        except RegisterNichtErreichbar:
            return JSONResponse({"stand": "Das Register antwortet nicht."}, status_code=503)
        return JSONResponse({"stand": "in Ordnung"})

    wege: tuple[tuple[str, Callable[[], Awaitable[object]]], ...] = (("lebt", lebt), ("bereit", bereit))
    for name, weg in wege:
        app.add_api_route(f"/gesund/{name}", weg, include_in_schema=False)
