"""The runs that Temporal still holds of a case: of those that go on from one another, and of those taken up again later."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode


@dataclass(frozen=True)
class Fundort:
    """One run of a case. ``offen``: it has not ended. ``anfang`` is its first event."""

    workflow: str
    run: str
    begonnen: dt.datetime
    offen: bool
    anfang: HistoryEvent = field(repr=False, compare=False)


async def runs(client: Client, workflow: str) -> list[Fundort]:
    """All runs of a case, oldest first; none where retention has deleted them. Raises RPCError.

    The index may lag behind, so the latest run is asked for itself, and what it went on from.
    """
    alle: dict[str, Fundort] = {}
    kennung = workflow.replace("'", "''")
    async for w in client.list_workflows(f"WorkflowId = '{kennung}'"):
        await _add(client, workflow, w.run_id, alle)
    naechster: str | None = ""
    while naechster is not None and naechster not in alle:
        naechster = await _add(client, workflow, naechster, alle)
    return sorted(alle.values(), key=lambda fund: fund.begonnen)


async def _add(client: Client, workflow: str, run: str, alle: dict[str, Fundort]) -> str | None:
    """Notes a run, if it is still there. Returns the one that it went on from."""
    griff = client.get_workflow_handle(workflow, run_id=run or None)
    try:
        stand = await griff.describe()
        erstes = await anext(griff.fetch_history_events(page_size=1))
    except RPCError as fehler:
        if fehler.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    offen = stand.status is WorkflowExecutionStatus.RUNNING
    alle[stand.run_id] = Fundort(workflow, stand.run_id, stand.start_time, offen, erstes)
    return erstes.workflow_execution_started_event_attributes.continued_execution_run_id or None


async def history(client: Client, fund: Fundort) -> WorkflowHistory:
    """What happened in that run. Raises RPCError."""
    return await client.get_workflow_handle(fund.workflow, run_id=fund.run).fetch_history()


async def cases(client: Client, task_queue: str) -> AsyncIterator[str]:
    """Every case that Temporal knows, once. Raises RPCError."""
    gesehen: set[str] = set()
    async for w in client.list_workflows(f"TaskQueue = '{task_queue}'"):
        if w.id not in gesehen:
            gesehen.add(w.id)
            yield w.id
