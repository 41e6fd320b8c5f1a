"""Every command of every role as a route, made from the command classes: a new command is here as soon as it exists."""

import asyncio
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, create_model
from pydantic.fields import FieldInfo

from client import Bestaetigung
from lifecycle.ablehnung import Unplausibel
from lifecycle.hilfe import HILFE
from lifecycle.kern import Kommando, Nacherfassen
from lifecycle.kerne import KERNE
from lifecycle.rechte import for_people
from lifecycle.verweise import VERWEISE
from schemas.basis import Modell, Text
from schemas.befehl import abgeleitete_felder
from web.antworten import answers
from web.tor import PFADE, Tor, path_of, workflow_of

GEMEINSAM: dict[str, tuple[Any, Any]] = {
    "geschehen": (AwareDatetime | None, FieldInfo(default=None, description="Nacherfassung: wann es wirklich war.")),
    "abweichung": (
        Text | None,
        FieldInfo(default=None, description="Begründung, wenn eine Regel nicht eingehalten ist; sie bleibt stehen."),
    ),
}
"""Fields that every command has."""
QUITTUNG = {"application/json": {"schema": {"$ref": "#/components/schemas/Bestaetigung"}}}
SCHLUESSEL = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=100,
        pattern=r"^[!-~]+$",
        description="Von Ihnen gewählt. Mit demselben wird nur einmal gehandelt; für anderes ist er dann verbraucht (422).",
    ),
]
GESEHEN = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^"\d{1,9}"$',
        description="ETag des angesehenen Standes: hat sich der Vorgang seither geändert, geschieht nichts (412).",
    ),
]
KENNUNG = Annotated[str, Path(max_length=100, pattern=r"^[^/]+$", description="Kennung des Vorgangs.")]


def body_of(typ: str, klasse: type[Kommando[Any]]) -> type[BaseModel]:
    """The body of a command: the fields that people state."""
    nicht = set(Kommando.model_fields) | abgeleitete_felder(klasse)
    eigene = {name: (f.annotation, _described(name, f)) for name, f in klasse.model_fields.items() if name not in nicht}
    felder: dict[str, Any] = {**eigene, **GEMEINSAM}
    name = f"{typ}_{klasse.art}".title().replace("_", "")
    modell: type[BaseModel] = create_model(name, __config__=ConfigDict(extra="forbid"), __doc__=_summary(klasse), **felder)
    return modell


def _described(name: str, feld: FieldInfo) -> FieldInfo:
    return FieldInfo.merge_field_infos(feld, description=feld.description or HILFE.get(name))


def _summary(klasse: type[Kommando[Any]]) -> str:
    return (klasse.__doc__ or "").strip().splitlines()[0]


def routes(tor: Tor) -> APIRouter:
    """All commands."""
    router = APIRouter()
    for pfad, typ in PFADE.items():
        for art, klasse in sorted(KERNE[typ].befehle.items()):
            if for_people(art):
                _add(router, tor, pfad, typ, klasse)
    return router


def _add(router: APIRouter, tor: Tor, pfad: str, typ: str, klasse: type[Kommando[Any]]) -> None:
    form = body_of(typ, klasse)
    if klasse.legt_an:
        _post(router, f"/{{kommune}}/{pfad}/{klasse.art}", _creating(tor, typ, klasse, form), klasse, pfad, 201)
    if not klasse.legt_an or klasse is Nacherfassen or issubclass(klasse, Nacherfassen):
        _post(router, f"/{{kommune}}/{pfad}/{{kennung}}/{klasse.art}", _acting(tor, pfad, klasse, form), klasse, pfad, 200)


def _post(router: APIRouter, adresse: str, tun: Callable[..., Any], klasse: type[Kommando[Any]], tag: str, status: int) -> None:
    router.add_api_route(
        adresse,
        tun,
        methods=["POST"],
        status_code=status,
        response_model=Bestaetigung,
        summary=_summary(klasse),
        responses={
            **answers(400, 409, 412, 413),
            202: {"description": "Angenommen und dauerhaft, aber noch nicht zu sehen.", "content": QUITTUNG},
        },
        tags=[tag],
        operation_id=f"{tag}_{klasse.art}" if status == HTTPStatus.OK else f"{tag}_{klasse.art}_neu",
    )


def _creating(tor: Tor, typ: str, klasse: type[Kommando[Any]], form: Any) -> Callable[..., Any]:
    async def anlegen(request: Request, response: Response, kommune: str, rumpf: form, schluessel: SCHLUESSEL) -> Bestaetigung:
        akteur = await tor.who(request, kommune)
        felder = await _fields(tor, akteur, kommune, rumpf)
        quittung = await tor.lm.create(typ, kommune, klasse.art, akteur, schluessel, **felder)
        response.headers["Location"] = path_of(quittung.vorgang)
        return _told(response, quittung)

    return anlegen


def _acting(tor: Tor, pfad: str, klasse: type[Kommando[Any]], form: Any) -> Callable[..., Any]:
    async def handeln(
        request: Request, response: Response, kommune: str, kennung: KENNUNG, rumpf: form, schluessel: SCHLUESSEL, gesehen: GESEHEN = None
    ) -> Bestaetigung:  # fmt: skip
        akteur = await tor.who(request, kommune)
        workflow = workflow_of(kommune, pfad, kennung)
        await tor.case_to_act_on(akteur, workflow)
        felder = await _fields(tor, akteur, kommune, rumpf)
        if gesehen is not None:
            felder["gesehen"] = int(gesehen.strip('"'))
        return _told(response, await tor.lm.act(workflow, klasse.art, akteur, schluessel, **felder))

    return handeln


def _told(response: Response, quittung: Bestaetigung) -> Bestaetigung:
    response.headers["ETag"] = f'"{quittung.seq}"'
    if not quittung.sichtbar:
        response.status_code = HTTPStatus.ACCEPTED
    return quittung


async def _fields(tor: Tor, akteur: Any, kommune: str, rumpf: BaseModel) -> dict[str, Any]:
    """What was stated. Raises Unbekannt for a case that is named and that the actor may not know of, Unplausibel for a missing document."""
    gesetzt = {name: getattr(rumpf, name) for name in rumpf.model_fields_set}
    for name, wert in gesetzt.items():
        if name in VERWEISE and isinstance(wert, str):
            await tor.case_to_act_on(akteur, f"{VERWEISE[name]}/{kommune}/{wert}")
    for dokument in _documents(gesetzt):
        await asyncio.to_thread(_verify_stored, tor, dokument)  # the store may be a bucket
    return gesetzt


def _documents(wert: Any) -> Iterator[Any]:
    """Whatever in it stands for a document: it has a digest and a size."""
    if isinstance(wert, Modell) and {"digest", "groesse"} <= set(type(wert).model_fields):
        yield wert
    elif isinstance(wert, tuple | list):
        for teil in wert:
            yield from _documents(teil)
    elif isinstance(wert, dict):
        yield from _documents(list(wert.values()))


def _verify_stored(tor: Tor, dokument: Any) -> None:
    ablage = tor.lm.ablage
    for digest in filter(None, (dokument.digest, getattr(dokument, "original", None))):
        if not ablage.exists(digest):
            raise Unplausibel(f"Ein Dokument {digest[:12]}… liegt nicht vor. Bitte zuerst hochladen („dokumente“).")
    if ablage.size(dokument.digest) != dokument.groesse:
        raise Unplausibel(f"Das Dokument {dokument.digest[:12]}… hat eine andere Größe als angegeben. Bitte prüfen.")
