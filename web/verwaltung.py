"""For those who keep things going: orders to delete, what an ended office or committee leaves open, messages that nobody sends."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

import datenschutz
import uebergang
from lifecycle.ablehnung import NichtBefugt, Unbekannt, Unplausibel
from lifecycle.bekannt import committees, offices, verify_known
from lifecycle.rechte import POSTDIENST, Umfang
from register.ausgang import Ausgang
from schemas.akteur import Akteur
from schemas.loeschung import Loeschung
from web.antworten import answers
from web.befehle import SCHLUESSEL
from web.tor import UNBEKANNT, Tor

Traeger = Annotated[str | None, Query(max_length=100, description="Kennung des Amtes oder Gremiums, das endet.")]
Wahlperiode = Annotated[bool, Query(description="Die Wahlperiode endet: alle Gremien auf einmal.")]


class Loeschauftrag(BaseModel):
    """An order to delete in one case."""

    vorgang: str
    loeschung: Loeschung


class Ausgefuehrt(BaseModel):
    """What became of a decision: ``erledigt``, ``erbeten`` (somebody else must agree), ``abgelehnt`` with the sentence."""

    kennung: str
    art: str
    satz: str


class Entscheidungen(BaseModel):
    """The list as it was filled in: every open matter with its decision."""

    posten: list[uebergang.Posten] = Field(max_length=2000)


class Nachricht(BaseModel):
    """A message that nobody sends any more. It has no content: that is made when it is sent."""

    id: str
    vorgang: str
    art: str
    empfaenger: str
    kanal: str
    status: str
    versuche: int
    erstellt: dt.datetime


def routes(tor: Tor) -> APIRouter:
    """All of it."""
    router = APIRouter(tags=["Verwaltung"])
    _add_deletions(router, tor)
    _add_transition(router, tor)
    _add_mail(router, tor)
    return router


def _add_deletions(router: APIRouter, tor: Tor) -> None:
    @router.get("/{kommune}/loeschungen", summary="Alle Löschungen in Vorgängen, die diese Rolle ganz liest", responses=answers())
    async def loeschungen(request: Request, kommune: str) -> list[Loeschauftrag]:
        akteur = await tor.who(request, kommune)
        alle = await datenschutz.orders(tor.lm, kommune)
        lesbar = await _readable(tor, akteur, {w for w, _ in alle})
        return [Loeschauftrag(vorgang=w, loeschung=o) for w, o in alle if w in lesbar]


async def _readable(tor: Tor, akteur: Akteur, workflows: set[str]) -> set[str]:
    """Those of them that the actor reads wholly."""
    staende = await tor.lm.register.states_of(workflows) if workflows else {}
    faelle = ((w, tor.as_read(akteur, w, z)) for w, z in staende.items())
    return {w for w, fall in faelle if fall and fall.umfang is Umfang.ALLES}


# --- the end of an office, a committee, a term -----------------------------------------------------------------------------


def _add_transition(router: APIRouter, tor: Tor) -> None:
    @router.get(
        "/{kommune}/uebergang", summary="Was beim Ende eines Amtes, Gremiums oder der Wahlperiode offen ist", responses=answers()
    )
    async def liste(
        request: Request, kommune: str, traeger: Traeger = None, wahlperiode: Wahlperiode = False
    ) -> list[uebergang.Posten]:
        akteur = await tor.who(request, kommune)
        offen = await uebergang.open_matters(tor.lm.register, kommune, _whose(tor, kommune, traeger, wahlperiode))
        lesbar = await _readable(tor, akteur, {p.vorgang for p in offen})
        return [p for p in offen if p.vorgang in lesbar]

    @router.post(
        "/{kommune}/uebergang",
        summary="Über alles Offene entscheiden, jede Entscheidung als eigener Eintrag",
        description="Mit demselben Schlüssel fortsetzen, was abgebrochen ist. Die Liste muss jeden offenen Posten nennen.",
        responses=answers(400, 413),
    )
    async def ausfuehren(
        request: Request, kommune: str, rumpf: Entscheidungen, schluessel: SCHLUESSEL,
        traeger: Traeger = None, wahlperiode: Wahlperiode = False,
    ) -> list[Ausgefuehrt]:  # fmt: skip
        akteur = await tor.who(request, kommune)
        offen = await uebergang.open_matters(tor.lm.register, kommune, _whose(tor, kommune, traeger, wahlperiode))
        if {p.vorgang for p in offen} - await _readable(tor, akteur, {p.vorgang for p in offen}):
            raise NichtBefugt("Darüber entscheidet, wer alle offenen Vorgänge liest. Diese Rolle liest nicht alle.")
        alle = tor.lm.regelwerke
        uebergang.verify(offen, rumpf.posten, offices(alle, kommune), committees(alle, kommune))
        noch = {p.kennung for p in offen}
        posten = [p for p in rumpf.posten if p.kennung in noch]
        ausgaenge = [a async for a in uebergang.carry_out(tor.lm, posten, akteur, schluessel)]
        return [Ausgefuehrt(kennung=a.posten.kennung, art=a.art, satz=a.satz) for a in ausgaenge]


def _whose(tor: Tor, kommune: str, traeger: str | None, wahlperiode: bool) -> set[str]:
    gremien = committees(tor.lm.regelwerke, kommune)
    if wahlperiode is (traeger is not None):
        raise Unplausibel("Bitte entweder „traeger“ (ein Amt oder Gremium) oder „wahlperiode“ angeben.")
    if traeger is None:
        return gremien
    verify_known("Ein Amt oder Gremium", traeger, offices(tor.lm.regelwerke, kommune) | gremien)
    return {traeger}


# --- messages --------------------------------------------------------------------------------------------------------------


def _add_mail(router: APIRouter, tor: Tor) -> None:
    @router.get("/{kommune}/post", summary="Nachrichten, die niemand mehr sendet", responses=answers())
    async def liegengeblieben(request: Request, kommune: str) -> list[Nachricht]:
        _verify_postal(await tor.who(request, kommune))
        return [_message(a) for a in await tor.lm.register.stopped(kommune)]

    @router.post("/{kommune}/post/erneut", summary="Eine Nachricht noch einmal senden", responses=answers(400))
    async def erneut(request: Request, kommune: str, nachricht: Annotated[str, Query(max_length=400)]) -> Nachricht:
        _verify_postal(await tor.who(request, kommune))
        liegt = next((a for a in await tor.lm.register.stopped(kommune) if a.id == nachricht), None)
        if liegt is None:
            raise Unbekannt(UNBEKANNT)
        await tor.lm.register.again(liegt.id, dt.datetime.now(dt.UTC))
        return _message(liegt)


def _verify_postal(akteur: Akteur) -> None:
    if akteur.rolle not in POSTDIENST:
        raise NichtBefugt(f"Um die Post kümmern sich: {', '.join(sorted(r.anzeige for r in POSTDIENST))}.")


def _message(a: Ausgang) -> Nachricht:
    felder: dict[str, Any] = {name: getattr(a, name) for name in Nachricht.model_fields if name != "vorgang"}
    return Nachricht(vorgang=a.workflow, **felder)
