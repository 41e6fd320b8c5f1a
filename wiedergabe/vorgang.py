"""One case as Temporal has it: played back and compared with the register; and what the register lacks of it after a restore."""

import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from google.protobuf.json_format import ParseError
from pydantic import ValidationError
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter, WorkflowSerializationContext

from activities.laeufe import history, runs
from lifecycle.ablehnung import Unbekannt, Unplausibel
from lifecycle.kerne import kern_of
from register import Luecke, Register, SchluesselFehlt
from schemas.befehl import Eintrag
from wiedergabe.abgleich import Befund, Soll, Urteil, compare
from wiedergabe.mitschrift import Mitschrift, Nachspieler, NichtNachspielbar, playing

GANZ: frozenset[str] = frozenset()
"""An entry that has lost nothing."""


@dataclass(frozen=True)
class Aufnahme:
    """A history from a file, with the entries that were kept with it, if any."""

    history: WorkflowHistory
    eintraege: tuple[Eintrag, ...] = ()


NACHTRAG = 5.0
"""Seconds that an accepted entry may take until the register has it, without that being a difference."""


@asynccontextmanager
async def player(client: Client) -> AsyncIterator[Nachspieler]:
    """A replayer for what this client can read."""
    async with playing(client.data_converter) as spieler:
        yield spieler


async def check_case(client: Client, register: Register, workflow: str, spieler: Nachspieler) -> Befund:
    """Plays back every run that Temporal still has of a case, and compares. Raises RPCError, RegisterNichtErreichbar."""
    soll = Soll.of_heads(workflow, await register.heads(workflow))  # first: what Temporal has is never behind it
    laeufe: list[Mitschrift] = []
    for fund in await runs(client, workflow):
        geschichte = await history(client, fund)
        if not await _readable(geschichte, client.data_converter):
            return Befund(workflow, Urteil.UNLESBAR, vergessen=len(soll.vergessen))
        laeufe.append(await spieler.play(geschichte))
    befund = judge(soll, laeufe)
    if befund.urteil is Urteil.ABWEICHEND and befund.seq not in soll.eintraege:  # recorded meanwhile, or any moment
        await register.wait_for(workflow, max(e.seq for lauf in laeufe for e in lauf.eintraege), NACHTRAG)
        befund = judge(Soll.of_heads(workflow, await register.heads(workflow)), laeufe)
    return befund


def judge(soll: Soll, laeufe: list[Mitschrift]) -> Befund:
    """What came of the runs of a case."""
    if not laeufe:
        return Befund(soll.workflow, Urteil.OHNE_GESCHICHTE, vergessen=len(soll.vergessen))
    befund = compare(soll, laeufe)
    falsch = next((lauf.fehler for lauf in laeufe if lauf.fehler), None)
    if falsch is None:
        return befund
    grund = f"Der heutige Code spielt die Geschichte nicht nach ({type(falsch).__name__})."
    return replace(befund, urteil=Urteil.NICHT_NACHSPIELBAR, seq=None, grund=grund)


async def check_file(aufnahme: Aufnahme, spieler: Nachspieler, converter: DataConverter, register: Register | None) -> Befund:
    """Plays back one run from a file, and compares it with the entries in the file, in the register, or of itself."""
    workflow = aufnahme.history.workflow_id
    if not await _readable(aufnahme.history, converter):
        return Befund(workflow, Urteil.UNLESBAR)
    lauf = await spieler.play(aufnahme.history)
    letzter = max((e.seq for e in lauf.eintraege), default=0)
    if aufnahme.eintraege:
        soll = Soll.of(workflow, ((e, GANZ) for e in aufnahme.eintraege))
    elif register is not None and (koepfe := await register.heads(workflow)):
        soll = Soll.of_heads(workflow, [k for k in koepfe if k[0].seq <= letzter])  # the file may be older
    else:
        soll = _of_itself(lauf, workflow)
    return judge(soll, [lauf])


def _of_itself(lauf: Mitschrift, workflow: str) -> Soll:
    """The run's own entries: states only where it began with nothing, for else the state before them is not known."""
    soll = Soll.of(workflow, ((eintrag, GANZ) for eintrag in lauf.eintraege))
    if lauf.anfang is None or lauf.anfang.zustand.seq:
        soll.staende.clear()
    return soll


async def missing_entries(client: Client, register: Register, workflow: str, spieler: Nachspieler | None = None) -> list[Eintrag]:
    """Entries of a case that Temporal knows and the register does not, in order: to be recorded again after a restore.

    Raises Luecke where Temporal does not have all of them, SchluesselFehlt, NichtNachspielbar, RPCError.
    """
    bekannt = await register.seq(workflow)
    alle: dict[int, Eintrag] = {}
    async with nullcontext(spieler) if spieler else player(client) as s:
        for fund in await runs(client, workflow):
            lauf = await s.play(await _open_or_raise(await history(client, fund), client.data_converter))
            if lauf.fehler:
                raise NichtNachspielbar(f"Die Geschichte von {workflow} spielt der heutige Code nicht nach.") from lauf.fehler
            alle |= {eintrag.seq: eintrag for eintrag in lauf.eintraege if eintrag.seq > bekannt}
    fehlt = next((seq for seq in range(bekannt + 1, max(alle, default=bekannt) + 1) if seq not in alle), None)
    if fehlt is not None:
        raise Luecke(f"Eintrag {fehlt} von {workflow} fehlt im Register, und Temporal hat ihn nicht mehr.", workflow, fehlt)
    return [alle[seq] for seq in sorted(alle)]


async def _readable(geschichte: WorkflowHistory, converter: DataConverter) -> bool:
    try:
        await _open_or_raise(geschichte, converter)
    except SchluesselFehlt:
        return False
    return True


async def _open_or_raise(geschichte: WorkflowHistory, converter: DataConverter) -> WorkflowHistory:
    """Tries the key on what the run began with: the replayer would only say that something failed."""
    if not geschichte.events:
        return geschichte
    kontext = WorkflowSerializationContext(namespace="", workflow_id=geschichte.workflow_id)
    codec = converter.with_context(kontext).payload_codec
    if codec is not None:
        await codec.decode(geschichte.events[0].workflow_execution_started_event_attributes.input.payloads)
    return geschichte


def read_file(name: str, roh: bytes, workflow: str | None = None) -> Aufnahme:
    """A history as ``temporal workflow show --output json`` writes it, or as it lies in tests/golden (also packed: .gz).

    ``workflow`` is needed where the file does not name it. Raises Unplausibel, Unbekannt.
    """
    try:
        inhalt: Any = json.loads(gzip.decompress(roh) if roh[:2] == b"\x1f\x8b" else roh)
        geschichte = inhalt.get("history", inhalt)
        anfang = geschichte["events"][0]["workflowExecutionStartedEventAttributes"]
        kennung = inhalt.get("workflow_id") or anfang.get("workflowId") or workflow
        eintraege = tuple(Eintrag.model_validate(e) for e in inhalt.get("eintraege", ()))
        if kennung:
            kern_of(str(kennung))
            return Aufnahme(WorkflowHistory.from_json(str(kennung), geschichte), eintraege)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError, gzip.BadGzipFile, ParseError, ValidationError):
        raise Unplausibel(f"„{name}“ ist keine Geschichte aus Temporal („temporal workflow show --output json“).") from None
    raise Unbekannt(f"„{name}“ nennt ihren Vorgang nicht. Bitte mit „--vorgang“ angeben.")
