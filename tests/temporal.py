"""A real Temporal server with worker, register and doors, for tests of the workflows."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer

from activities.umschlag import payloads
from client import Bestaetigung, Laufmappe
from einstellungen import Einstellungen
from embedded import embedded_server
from schemas.akteur import Akteur
from wiedergabe.mitschrift import done
from worker import CONVERTER, WORKFLOWS, Gewerke, parts, running_worker, sandbox

REGELWERKE = Path(__file__).parent / "regelwerke"
KOMMUNE = "muster"
BALD_WEG = tuple(
    teil
    for schlange in ("transfer", "visibility", "timer")
    for teil in ("--dynamic-config-value", f'history.{schlange}ProcessorUpdateAckInterval="500ms"')
)
"""For a server that deletes a history at once, and not half a minute after its case was closed."""
GEDULD = 30.0


def settings_for(daten: Path, **mehr: Any) -> Einstellungen:
    schluessel = daten.with_name(f"{daten.name}-schluessel")
    return Einstellungen.model_validate({"daten": daten, "schluessel": schluessel, "regelwerk": REGELWERKE, **mehr})


@dataclass
class Amt:
    """The doors of a running Laufmappe, and what a test needs beside."""

    lm: Laufmappe
    client: Client
    g: Gewerke
    nr: int = field(default=0)
    kommune: str = KOMMUNE

    async def create(self, typ: str, art: str, akteur: Akteur, **felder: Any) -> str:
        self.nr += 1
        return (await self.lm.create(typ, self.kommune, art, akteur, f"k{self.nr}", **felder)).vorgang

    async def act(self, workflow: str, art: str, akteur: Akteur, **felder: Any) -> Bestaetigung:
        self.nr += 1
        return await self.lm.act(workflow, art, akteur, f"k{self.nr}", **felder)

    async def state(self, workflow: str) -> Any:
        """As the workflow has it."""
        return await self.lm._bote.state(workflow)

    async def until(self, workflow: str, bedingung: Callable[[Any], bool]) -> Any:
        """As the register has it, once it fulfils the condition."""
        return await self.lm.until(workflow, bedingung, GEDULD)

    async def settled(self, workflow: str) -> WorkflowHistory:
        """Its history, once everything that was begun is done: what is acknowledged is recorded in the step after."""
        async with asyncio.timeout(GEDULD):
            while True:
                stand = (await self.client.get_workflow_handle(workflow).describe()).raw_description
                if not stand.pending_activities and not stand.HasField("pending_workflow_task"):
                    history = await self.history(workflow)
                    if done(history).events:  # a run that was just continued has no first step yet
                        return history
                await self.g.register.wait_for_news(0.05)

    async def history(self, workflow: str) -> WorkflowHistory:
        """Opened: as it was before it was closed with the case's key."""
        return await opened(await self.client.get_workflow_handle(workflow).fetch_history(), self.g.converter)


async def opened(history: WorkflowHistory, converter: DataConverter) -> WorkflowHistory:
    """A history with every payload decoded."""
    assert converter.payload_codec is not None
    offen = WorkflowHistory(history.workflow_id, [HistoryEvent.FromString(e.SerializeToString()) for e in history.events])
    for ereignis in offen.events:
        for payload in payloads(ereignis):
            payload.CopyFrom((await converter.payload_codec.decode([payload]))[0])
    return offen


async def replay(*histories: WorkflowHistory) -> None:
    """Raises if today's code would have done anything else. A history without a finished step has nothing to play back."""
    wiederholer = Replayer(workflows=WORKFLOWS, workflow_runner=sandbox(), data_converter=CONVERTER)
    for history in map(done, histories):
        assert history.events  # the SDK would wait for ever
        await wiederholer.replay_workflow(history)


@asynccontextmanager
async def running(daten: Path, *, extra: tuple[str, ...] = (), **optionen: Any) -> AsyncIterator[Amt]:
    """Everything as ``laufmappe up`` starts it, on free ports. ``optionen`` go to the worker."""
    async with (
        embedded_server(daten, port=None, ui_port=None, data_converter=CONVERTER, extra=extra) as client,
        office(daten, client, **optionen) as amt,
    ):
        yield amt


@asynccontextmanager
async def office(daten: Path, client: Client, **optionen: Any) -> AsyncIterator[Amt]:
    """Register, worker and doors on a server that runs already."""
    async with parts(settings_for(daten)) as g, running_worker(client, g, **optionen):
        yield Amt(g.laufmappe(client), g.sealed(client), g)


async def in_flight(*aufgaben: Any) -> list[Any]:
    """All at once; exceptions come back as results."""
    return await asyncio.gather(*aufgaben, return_exceptions=True)


def spaeter(tage: int) -> dt.datetime:
    """A time in the future: meetings are planned for then."""
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=tage)).replace(microsecond=0)
