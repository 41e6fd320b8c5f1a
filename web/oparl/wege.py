"""The addresses of the interface. Every object has the one that ``oparl.adresse`` gave it; a client follows links and builds none."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.convertors import PathConvertor, register_url_convertor

from oparl.adresse import PFAD
from schaufenster import Schaufenster
from schaufenster.auslage import TYPEN
from web.antworten import WORTE
from web.oparl import dateien
from web.oparl.antwort import METHODEN, OffeneRoute, as_json, not_found
from web.oparl.liste import Fragen, page
from web.problem import problem


class Alles(PathConvertor):
    """Whatever comes, line breaks too: every address below ours is answered here."""

    regex = r"[\s\S]*"


register_url_convertor("alles", Alles())
LISTEN: Mapping[str, str] = {typ.lower(): typ for typ in TYPEN if typ != "Body"}
"""Last part of a list's path: the type of what stands in it."""
GREMIENLISTEN = ("meeting", "consultation")
ANTWORTEN: dict[int | str, dict[str, Any]] = {
    304: {"description": "Unverändert"},
    **{status: {"description": WORTE[status]} for status in (404, 422, 429, 503)},
}
DATEI: dict[int | str, dict[str, Any]] = ANTWORTEN | {
    200: {"description": "Die Datei", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    410: {"description": WORTE[410]},
}
Frage = Annotated[Fragen, Query()]


def routes(schau: Schaufenster) -> APIRouter:
    """Everything below ``/oparl/v1.1``."""
    router = APIRouter(prefix=PFAD, route_class=OffeneRoute, tags=["OParl"])
    a = schau.kontext.adressen

    async def system(request: Request) -> Response:
        """Der Einstieg: alles Weitere ist von hier aus verlinkt."""
        return as_json(request, schau.system())

    async def bodies(request: Request, f: Frage) -> Response:
        """Die Kommunen."""
        return as_json(request, await page(schau, a.bodies, f.of("Body", None), f))

    async def of_town(request: Request, kommune: str, was: str, f: Frage) -> Response:
        """Eine Liste einer Kommune."""
        if kommune not in schau.kommunen or was not in LISTEN:
            return not_found()
        return as_json(request, await page(schau, a.body_list(kommune, was), f.of(LISTEN[was], kommune), f))

    async def of_committee(request: Request, kommune: str, kennung: str, was: str, f: Frage) -> Response:
        """Die Sitzungen oder Beratungen eines Gremiums."""
        url = a.organization_list(kommune, kennung, was)
        gremium = await schau.object(canonical(f"organization/{kommune}/{kennung}"))
        if was not in GREMIENLISTEN or gremium is None or gremium.get(was) != url:
            return not_found()
        return as_json(request, await page(schau, url, f.of(LISTEN[was], kommune, kennung), f))

    async def access(request: Request, pfad: str) -> Response:
        """Eine Datei zum Ansehen."""
        return await dateien.file(schau, request, canonical(f"file/{pfad}"), "inline")

    async def download(request: Request, pfad: str) -> Response:
        """Eine Datei zum Speichern."""
        return await dateien.file(schau, request, canonical(f"file/{pfad}"), "attachment")

    async def thing(request: Request, pfad: str) -> Response:
        """Ein Objekt, unter seiner Adresse. Was einmal öffentlich war und es nicht mehr ist, hat „deleted“: 200, wie OParl es will."""
        objekt = await schau.object(canonical(pfad))
        return not_found() if objekt is None else as_json(request, objekt)

    _reading(router, "/system", system, ANTWORTEN)
    _reading(router, "/body", bodies, ANTWORTEN)
    _reading(router, "/body/{kommune}/{was}", of_town, ANTWORTEN)
    _reading(router, "/organization/{kommune}/{kennung}/{was}", of_committee, ANTWORTEN)
    _reading(router, "/file/{pfad:alles}/access", access, DATEI)
    _reading(router, "/file/{pfad:alles}/download", download, DATEI)
    _reading(router, "/{pfad:alles}", thing, ANTWORTEN)
    router.add_api_route("/{pfad:alles}", _options, methods=["OPTIONS"], include_in_schema=False)
    router.add_api_route("/{pfad:alles}", _refused, methods=["POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    return router


def _reading(
    router: APIRouter, pfad: str, was: Callable[..., Awaitable[Response]], antworten: dict[int | str, dict[str, Any]]
) -> None:
    """A way to read something: with its body, and without."""
    router.add_api_route(pfad, was, methods=["GET"], responses=antworten, response_model=None, openapi_extra={"security": []})
    router.add_api_route(pfad, was, methods=["HEAD"], include_in_schema=False, response_model=None)


async def _options(request: Request) -> Response:
    """For browsers that ask first."""
    gewuenscht = request.headers.get("access-control-request-headers")
    mehr = {"Access-Control-Allow-Headers": "*"} if gewuenscht else {}
    return Response(
        status_code=HTTPStatus.NO_CONTENT, headers={"Allow": METHODEN, "Access-Control-Allow-Methods": METHODEN, **mehr}
    )


async def _refused() -> Response:
    """Here is only reading."""
    return problem(HTTPStatus.METHOD_NOT_ALLOWED, "NurLesen", "Diese Schnittstelle ist nur zum Lesen da.", Allow=METHODEN)


def canonical(pfad: str) -> str:
    """The path as our URLs write it."""
    return "/".join(quote(teil, safe="") for teil in pfad.split("/"))
