"""Forgetting what Temporal holds of a case: keys are destroyed, and the histories of its closed runs are deleted."""

import asyncio
from collections.abc import Sequence

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.bote import NichtErreichbar
from activities.fallschluessel import Fallschluessel
from activities.laeufe import Fundort, history, runs
from activities.umschlag import closed_with
from lifecycle.ablehnung import FalscheStufe

GEDULD = 120.0
"""Seconds that Temporal may take to delete: what was closed just now it keeps until its queues have been acknowledged, for half a minute."""
NACHFRAGEN = 0.1


async def forget_histories(client: Client, keys: Fallschluessel, workflow: str) -> int:
    """Destroys the keys of what is over, and deletes the histories of all closed runs. Returns how many there were. Repeatable.

    A run that is still going on keeps its key, so it must have one of its own: ``keys.renew`` before it began. Raises FalscheStufe,
    with nothing done, where it shares one with what is to be forgotten; NichtErreichbar where Temporal does not answer; what the
    register raises. What a key closed is unreadable from the moment it is gone, even if the history is deleted only later.
    """
    try:
        alle = await runs(client, workflow)
        ausser = await _still_needed(client, keys, workflow, alle)
    except RPCError as fehler:
        raise _unanswered(fehler) from None
    await keys.destroy(workflow, ausser=ausser)
    return await forget_closed_runs(client, workflow)


async def forget_closed_runs(client: Client, workflow: str) -> int:
    """Deletes the histories of a case's runs that are over; one that goes on keeps its own. Returns how many there were.

    Repeatable. Raises NichtErreichbar. Keys stay: what the server has not overwritten yet, or lies in a back-up, opens with them.
    """
    try:
        vorbei = [fund for fund in await runs(client, workflow) if not fund.offen]
        for fund in vorbei:
            await delete(client, fund)
        async with asyncio.timeout(GEDULD):
            while any(not fund.offen for fund in await runs(client, workflow)):  # noqa: ASYNC110 - the server announces nothing
                await asyncio.sleep(NACHFRAGEN)
    except TimeoutError:
        raise NichtErreichbar("Temporal hat die Geschichten noch nicht gelöscht. Bitte später wiederholen.") from None
    except RPCError as fehler:
        raise _unanswered(fehler) from None
    return len(vorbei)


def _unanswered(fehler: RPCError) -> NichtErreichbar:
    return NichtErreichbar(f"Temporal antwortet nicht ({fehler.status.name}). Bitte wiederholen.")


async def _still_needed(client: Client, keys: Fallschluessel, workflow: str, alle: Sequence[Fundort]) -> str | None:
    """The key of the run that is going on. None if none is."""
    offen = [fund for fund in alle if fund.offen]
    if not offen:
        return None
    gilt = (await keys.of_case(workflow)).kennung
    benutzt = {kennung for fund in offen for e in (await history(client, fund)).events for kennung in closed_with(e)}
    geteilt = {kennung for fund in alle if not fund.offen for kennung in closed_with(fund.anfang)} & {gilt}
    if benutzt != {gilt} or geteilt:
        raise FalscheStufe(
            f"{workflow} läuft noch in Temporal und braucht denselben Schlüssel wie das, was vergessen werden soll. "
            "Seine Geschichte kann erst vergessen werden, wenn er in einem neuen Lauf weitergeht oder beendet ist."
        )
    return gilt


async def delete(client: Client, fund: Fundort) -> None:
    """Asks the server to delete one closed run. One that is gone already is fine. Raises RPCError."""
    lauf = WorkflowExecution(workflow_id=fund.workflow, run_id=fund.run)
    anfrage = DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=lauf)
    try:
        await client.workflow_service.delete_workflow_execution(anfrage)
    except RPCError as fehler:
        if fehler.status is not RPCStatusCode.NOT_FOUND:
            raise
