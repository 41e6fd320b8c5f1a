"""Plays a history back through today's workflow code, and takes down every step: the state after it, and its entries."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import (
    ExecuteWorkflowInput,
    HandleUpdateInput,
    Interceptor,
    Replayer,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowReplayResult,
)

from schemas.befehl import Eintrag
from schemas.zustand import Lauf, Zustand
from worker import WORKFLOWS, sandbox

AUS_DEM_CODE = frozenset(
    {
        EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
        EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED,
        EventType.EVENT_TYPE_TIMER_STARTED,
        EventType.EVENT_TYPE_TIMER_CANCELED,
        EventType.EVENT_TYPE_MARKER_RECORDED,
        EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    }
)
"""Events that a step of the code leaves. All others come from outside, and wait for the next step."""


class NichtNachspielbar(Exception):
    """Today's code does something else than what Temporal has written down."""


@dataclass(frozen=True)
class Schritt:
    """One command carried out: the state after it, and its entries (several in Nacherfassung)."""

    z: Zustand
    eintraege: tuple[Eintrag, ...]


@dataclass
class Mitschrift:
    """What a run did. ``anfang`` is what it began with (None: not one of our cases, or it never took a step)."""

    anfang: Lauf[Any] | None = None
    schritte: list[Schritt] = field(default_factory=list)
    fehler: Exception | None = None
    """Why today's code does not play it back."""

    def note(self, z: Zustand, eintraege: Sequence[Eintrag]) -> None:
        """One more step."""
        self.schritte.append(Schritt(z, tuple(eintraege)))

    @property
    def eintraege(self) -> list[Eintrag]:
        """All that this run had to record, what it took over from the run before included."""
        geerbt = self.anfang.unaufgezeichnet if self.anfang else ()
        return [*geerbt, *(e for schritt in self.schritte for e in schritt.eintraege)]


class Mitschreiber(Interceptor):
    """Listens to every case that is played back. What it hears leaves the sandbox, for the class is made out here."""

    def __init__(self) -> None:
        self._laeufe: dict[str, Mitschrift] = {}

    def take(self, run: str) -> Mitschrift:
        """What was heard of a run; it is forgotten here."""
        return self._laeufe.pop(run, Mitschrift())

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:  # noqa: A002 - the SDK's word
        """One that attaches before anything happens: a command may arrive before ``run`` has begun."""
        laeufe = self._laeufe

        class Zuhoerer(WorkflowInboundInterceptor):
            async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:  # noqa: A002
                _attach(laeufe)
                return await super().execute_workflow(input)

            async def handle_update_handler(self, input: HandleUpdateInput) -> Any:  # noqa: A002
                _attach(laeufe)
                return await super().handle_update_handler(input)

        return Zuhoerer


def _attach(laeufe: dict[str, Mitschrift]) -> None:
    schale, run = workflow.instance(), workflow.info().run_id
    if run in laeufe or not hasattr(schale, "mithoeren"):
        return
    mitschrift = laeufe[run] = Mitschrift(anfang=schale.lauf)
    schale.mithoeren = mitschrift.note


class Nachspieler:
    """One replayer for many histories, one after another."""

    def __init__(
        self, ergebnisse: AsyncIterator[WorkflowReplayResult], warten: asyncio.Queue[Any], zuhoerer: Mitschreiber
    ) -> None:
        self._ergebnisse = ergebnisse
        self._warten = warten
        self._zuhoerer = zuhoerer

    async def play(self, history: WorkflowHistory) -> Mitschrift:
        """Plays it back as far as its steps go; never raises for what it finds."""
        getan = done(history)
        if not getan.events:
            return Mitschrift()
        await self._warten.put(getan)
        ergebnis = await anext(self._ergebnisse)
        mitschrift = self._zuhoerer.take(history.run_id)
        mitschrift.fehler = ergebnis.replay_failure
        return mitschrift


@asynccontextmanager
async def playing(converter: DataConverter) -> AsyncIterator[Nachspieler]:
    """A replayer at work. ``converter`` opens what is closed."""
    zuhoerer, warten = Mitschreiber(), asyncio.Queue[WorkflowHistory | None]()

    async def vorlage() -> AsyncIterator[WorkflowHistory]:
        while history := await warten.get():
            yield history

    spieler = Replayer(workflows=WORKFLOWS, workflow_runner=sandbox(), data_converter=converter, interceptors=[zuhoerer])
    async with spieler.workflow_replay_iterator(vorlage()) as ergebnisse:
        yield Nachspieler(ergebnisse, warten, zuhoerer)


def done(history: WorkflowHistory) -> WorkflowHistory:
    """The history up to its last finished step: what came after it no code has seen yet."""
    ende = 0
    for nr, ereignis in enumerate(history.events, 1):
        schritt = ereignis.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        if schritt or (ende == nr - 1 and ende and ereignis.event_type in AUS_DEM_CODE):
            ende = nr
    return WorkflowHistory(history.workflow_id, history.events[:ende])


async def entries_of(history: WorkflowHistory, converter: DataConverter) -> list[Eintrag]:
    """What the case had to record in that run, in order. Raises NichtNachspielbar if today's code does not play it back."""
    async with playing(converter) as spieler:
        mitschrift = await spieler.play(history)
    if mitschrift.fehler:
        raise NichtNachspielbar("Diese Geschichte spielt der heutige Code nicht nach.") from mitschrift.fehler
    return mitschrift.eintraege
