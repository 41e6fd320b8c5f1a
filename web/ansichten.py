"""What can be looked at: towns, cases, their Verlauf, the rules. Everybody is shown what their role reads, and nothing else."""

import base64
import binascii
import datetime as dt
import inspect
import json
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from lifecycle.ablehnung import Unbekannt, Unplausibel
from lifecycle.hilfe import HILFE
from lifecycle.kerne import KERNE
from lifecycle.moeglich import possible
from register.blaettern import Stelle
from schemas import auftrag, sitzung, vorlage
from schemas.auftrag import Auftrag
from schemas.basis import Benannt
from schemas.lesefassung import Auftragssicht, Sitzungssicht, Vorlagensicht
from schemas.regelwerk import Regelwerk
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from web.antworten import answers
from web.tor import PFADE, UNBEKANNT, Fall, Tor, path_of, workflow_of

S = TypeVar("S")
HOECHSTENS = 100
DURCHGESEHEN = 1000
"""Cases that are looked through for one page: who may see few gets a short page and reads on."""
LESEFASSUNGEN: dict[str, Any] = {
    "vorlage": Vorlage | Vorlagensicht,
    "sitzung": Sitzung | Sitzungssicht,
    "auftrag": Auftrag | Auftragssicht,
}
SUCHE: dict[str, tuple[str, ...]] = {
    "vorlage": ("nummer", "stufe", "federfuehrend", "gremium"),
    "sitzung": ("stufe", "gremium"),
    "auftrag": ("stufe", "stelle", "gremium"),
}
"""By what a list can be narrowed."""
STUFEN: dict[str, type[StrEnum]] = {"vorlage": vorlage.Stufe, "sitzung": sitzung.Stufe, "auftrag": auftrag.Stufe}


class Fallansicht(BaseModel, Generic[S]):
    """A case. ``umfang`` says whether ``stand`` is all of it or the Lesefassung for committees or the public."""

    vorgang: str = Field(description="Kennung des Vorgangs.")
    adresse: str = Field(description="Wo er in dieser Schnittstelle liegt.")
    umfang: Literal["oeffentlich", "gremium", "alles"] = Field(description="Wie viel diese Rolle davon liest.")
    seq: int | None = Field(default=None, description="Nummer des letzten Eintrags; nur für den, der alles liest.")
    moeglich: tuple[str, ...] = Field(default=(), description="Befehle, die diese Rolle jetzt geben könnte.")
    stand: S


class Seite(BaseModel, Generic[S]):
    """A page of a list. ``weiter`` None: that was the last one."""

    vorgaenge: list[Fallansicht[S]]
    weiter: str | None = Field(default=None, description="Für „nach“ der nächsten Seite.")


class Eintragsansicht(BaseModel):
    """An entry of the Verlauf."""

    seq: int
    zeit: AwareDatetime
    art: str
    befehl: dict[str, Any]


class Verlaufsseite(BaseModel):
    """Entries in order. ``weiter`` None: there are no more."""

    eintraege: list[Eintragsansicht]
    weiter: int | None = None


class Kommunen(BaseModel):
    """The towns that the sign-in is for."""

    kommunen: dict[str, str] = Field(description="Kennung und Name.")


class Regeln(BaseModel):
    """The rules of a town, as far as everybody in the house may know them."""

    name: str
    gueltig_ab: dt.date
    stellen: list[Benannt]
    gremien: list[Benannt]
    vorlagearten: list[dict[str, Any]]
    rollen: list[str]
    wortlaute: list[dict[str, str]]


def _forms(typ: str) -> tuple[Any, Any]:
    """A case of that kind, and a page of them, as pydantic has them."""
    inhalt: Any = LESEFASSUNGEN.get(typ, KERNE[typ].zustand)
    return Fallansicht[inhalt], Seite[inhalt]


def case_view(tor: Tor, akteur: Any, fall: Fall, form: Any) -> Any:
    """As it goes out."""
    typ = fall.workflow.split("/", 1)[0]
    rw = tor.rules(fall.z.kommune)
    return form(
        vorgang=fall.workflow,
        adresse=path_of(fall.workflow),
        umfang=fall.umfang.name.lower(),
        seq=fall.z.seq if fall.ganz else None,
        moeglich=possible(KERNE[typ], fall.z, akteur, rw),
        stand=fall.stand,
    )


def routes(tor: Tor) -> APIRouter:
    """All views of cases."""
    router = APIRouter()
    _add_town(router, tor)
    for pfad, typ in PFADE.items():
        _add_case(router, tor, pfad, typ)
        _add_list(router, tor, pfad, typ)
        _add_history(router, tor, pfad, typ)
    return router


# --- the town --------------------------------------------------------------------------------------------------------------


def _add_town(router: APIRouter, tor: Tor) -> None:
    @router.get("/kommunen", summary="Die Kommunen dieser Anmeldung", responses=answers(), tags=["Kommune"])
    async def kommunen(request: Request) -> Kommunen:
        angemeldet = await tor.anmeldung.angemeldet(request)
        gefunden = {}
        for kommune in tor.lm.regelwerke.kommunen:
            try:
                angemeldet.verify_town(kommune)
            except Unbekannt:
                continue
            gefunden[kommune] = tor.rules(kommune).name
        return Kommunen(kommunen=gefunden)

    @router.get("/{kommune}/regelwerk", summary="Das Regelwerk eines Tages", responses=answers(), tags=["Kommune"])
    async def regelwerk(request: Request, kommune: str, am: dt.date | None = None) -> Regeln:
        await tor.who(request, kommune)
        rw = tor.lm.regelwerke.am(kommune, am) if am else tor.rules(kommune)
        assert rw is not None  # the town is known
        return _rules(rw, am or rw.gueltig_ab)


def _rules(rw: Regelwerk, tag: dt.date) -> Regeln:
    return Regeln(
        name=rw.name,
        gueltig_ab=rw.gueltig_ab,
        stellen=[s.am(tag) for s in rw.stellen],
        gremien=[g.am(tag) for g in rw.gremien],
        vorlagearten=[{"id": v.id, "name": v.name, "abschnitte": list(v.abschnitte), "pflicht": list(v.pflicht)} for v in rw.vorlagearten],
        rollen=[r.name for r in rw.rollen],
        wortlaute=[{"text": w.text, "klasse": w.klasse.value} for w in rw.wortlaute],
    )  # fmt: skip


# --- one case --------------------------------------------------------------------------------------------------------------


def _add_case(router: APIRouter, tor: Tor, pfad: str, typ: str) -> None:
    form, _ = _forms(typ)

    async def zeigen(request: Request, response: Response, kommune: str, kennung: str, ab_seq: AbSeq = 0) -> Any:
        akteur = await tor.who(request, kommune)
        fall = await tor.case(akteur, workflow_of(kommune, pfad, kennung), ab_seq)
        if fall.ganz:
            response.headers["ETag"] = f'"{fall.z.seq}"'
        return case_view(tor, akteur, fall, form)

    _get(router, f"/{{kommune}}/{pfad}/{{kennung}}", zeigen, form, "Einen Vorgang ansehen", pfad)


AbSeq = Annotated[
    int, Query(ge=0, le=10**9, description="Erst antworten, wenn dieser Eintrag zu sehen ist (nach einer Sekunde: 202).")
]


def _get(router: APIRouter, pfad: str, zeigen: Callable[..., Any], form: Any, titel: str, tag: str) -> None:
    wartet: dict[int | str, dict[str, Any]] = {
        202: {"description": "Dieser Eintrag ist noch nicht zu sehen; bitte gleich noch einmal fragen."}
    }
    router.add_api_route(
        pfad,
        zeigen,
        response_model=form,
        summary=titel,
        responses={**answers(), **wartet},
        tags=[tag],
        operation_id=f"{zeigen.__name__}_{tag}",
    )


# --- lists -----------------------------------------------------------------------------------------------------------------


def _add_list(router: APIRouter, tor: Tor, pfad: str, typ: str) -> None:
    form, seite = _forms(typ)

    async def auflisten(request: Request, kommune: str, anzahl: Anzahl = 25, nach: Nach = None, **gesucht: str | None) -> Any:
        akteur = await tor.who(request, kommune)
        spalten = {name: wert for name, wert in gesucht.items() if wert}
        stelle, faelle = _read_place(nach), []
        for _ in range(0, DURCHGESEHEN, HOECHSTENS):
            teil = await tor.lm.register.page(kommune, typ, HOECHSTENS, stelle, **spalten)
            for stelle, z in teil:
                fall = tor.as_read(akteur, stelle.workflow, z)
                if fall and (fall.ganz or _matches(fall, spalten)):
                    faelle.append(case_view(tor, akteur, fall, form))
                if len(faelle) == anzahl:
                    return seite(vorgaenge=faelle, weiter=_write_place(stelle))
            if len(teil) < HOECHSTENS:
                return seite(vorgaenge=faelle)
        return seite(vorgaenge=faelle, weiter=_write_place(stelle) if stelle else None)

    _with_search(auflisten, typ)
    _get(router, f"/{{kommune}}/{pfad}", auflisten, seite, "Auflisten, was sich zuletzt geändert hat zuerst", pfad)


Anzahl = Annotated[int, Query(ge=1, le=HOECHSTENS, description="Höchstens so viele.")]
Nach = Annotated[str | None, Query(max_length=400, description="„weiter“ der Seite davor.")]


def _with_search(auflisten: Any, typ: str) -> None:
    """Gives the route a parameter for each column; FastAPI reads the signature."""
    fest = [p for p in inspect.signature(auflisten).parameters.values() if p.kind is not p.VAR_KEYWORD]
    spalten = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_column(typ, name))
        for name in SUCHE.get(typ, ())
    ]
    auflisten.__signature__ = inspect.Signature([*fest, *spalten], return_annotation=Any)


def _column(typ: str, name: str) -> Any:
    hilfe = Query(description="Nur diese Stufe." if name == "stufe" else HILFE.get(name), max_length=200)
    typen: Any = STUFEN[typ] if name == "stufe" else str
    return Annotated[typen | None, hilfe]


def _matches(fall: Fall, spalten: dict[str, str]) -> bool:
    """Whether what the reader is shown of it has what was searched for: what is not shown cannot be found either."""
    gezeigt = json.dumps(fall.lesefassung.model_dump(mode="json") if fall.lesefassung else {}, ensure_ascii=False)
    return all(json.dumps(str(wert), ensure_ascii=False) in gezeigt for wert in spalten.values())


def _write_place(stelle: Stelle) -> str:
    return base64.urlsafe_b64encode(f"{stelle.zuletzt.isoformat()}|{stelle.workflow}".encode()).decode()


def _read_place(nach: str | None) -> Stelle | None:
    if nach is None:
        return None
    try:
        zeit, _, workflow = base64.urlsafe_b64decode(nach.encode()).decode().partition("|")
        zuletzt = dt.datetime.fromisoformat(zeit).astimezone(dt.UTC)
    except (ValueError, binascii.Error, OverflowError):
        raise Unplausibel("„nach“ ist keine Stelle einer Liste. Bitte „weiter“ der Seite davor angeben.") from None
    return Stelle(zuletzt, workflow)


# --- the Verlauf -----------------------------------------------------------------------------------------------------------


def _add_history(router: APIRouter, tor: Tor, pfad: str, typ: str) -> None:
    async def verlauf(
        request: Request, kommune: str, kennung: str, nach: Annotated[int, Query(ge=0, le=10**9)] = 0, anzahl: Anzahl = HOECHSTENS
    ) -> Verlaufsseite:
        akteur = await tor.who(request, kommune)
        fall = await tor.case(akteur, workflow_of(kommune, pfad, kennung))
        if not fall.ganz:
            raise Unbekannt(UNBEKANNT)
        alle = [e for e in await tor.lm.register.entries(fall.workflow) if e.seq > nach]
        eintraege = [Eintragsansicht(seq=e.seq, zeit=e.zeit, art=str(e.befehl["art"]), befehl=e.befehl) for e in alle[:anzahl]]
        return Verlaufsseite(eintraege=eintraege, weiter=eintraege[-1].seq if len(alle) > anzahl else None)

    _get(router, f"/{{kommune}}/{pfad}/{{kennung}}/verlauf", verlauf, Verlaufsseite, "Den Verlauf ansehen: jeden Eintrag", pfad)
