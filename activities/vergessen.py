"""Forgetting what Temporal holds of a case: its key is destroyed, and the histories of its closed runs are deleted."""

import asyncio
from typing import Protocol

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.bote import NichtErreichbar
from activities.laeufe import Fundort, runs
from lifecycle.ablehnung import FalscheStufe

GEDULD = 120.0
"""Seconds that Temporal may take to delete: what was closed just now it keeps until its queues have been acknowledged, for half a minute."""
NACHFRAGEN = 0.1


class Zerstoerer(Protocol):
    """What it needs of the keys."""

    async def destroy(self, workflow: str) -> int:
        """Destroys every key of a case."""
        ...


async def forget_histories(client: Client, keys: Zerstoerer, workflow: str) -> int:
    """Destroys the case's key, then deletes the histories of all its runs. Returns how many runs there were. Repeatable.

    Raises FalscheStufe, with nothing done, while a run is going on: without its key it could never take another step. Raises
    NichtErreichbar where Temporal or the register does not answer; what the key closed is unreadable from the moment it is gone.
    """
    try:
        alle = await runs(client, workflow)
        if any(fund.offen for fund in alle):
            raise FalscheStufe(
                f"{workflow} läuft noch in Temporal. Seine Geschichte kann erst vergessen werden, wenn der Lauf beendet ist."
            )
        await keys.destroy(workflow)
        for fund in alle:
            await delete(client, fund)
        async with asyncio.timeout(GEDULD):
            await _gone(client, workflow)
    except TimeoutError:
        raise NichtErreichbar("Temporal hat die Geschichten noch nicht gelöscht. Bitte später wiederholen.") from None
    except RPCError as fehler:
        raise NichtErreichbar(f"Temporal antwortet nicht ({fehler.status.name}). Bitte wiederholen.") from None
    return len(alle)


async def _gone(client: Client, workflow: str) -> None:
    """The server deletes later, and announces nothing."""
    while True:
        if not await runs(client, workflow):
            return
        await asyncio.sleep(NACHFRAGEN)


async def delete(client: Client, fund: Fundort) -> None:
    """Asks the server to delete one closed run. One that is gone already is fine. Raises RPCError."""
    lauf = WorkflowExecution(workflow_id=fund.workflow, run_id=fund.run)
    anfrage = DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=lauf)
    try:
        await client.workflow_service.delete_workflow_execution(anfrage)
    except RPCError as fehler:
        if fehler.status is not RPCStatusCode.NOT_FOUND:
            raise
