"""The messenger: takes a command to a workflow and brings back the receipt or the refusal. Doors and workflows both use it.

Repeats with the same key where the server says that repeating is right; keeps at most four Updates in flight to one workflow.
"""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowFailureError,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from lifecycle.ablehnung import ARTEN, FalscheStufe, Geschlossen, SchluesselVergeben, ablehnung
from lifecycle.kern import Kern, Kommando, Nacherfassen, check
from lifecycle.kerne import kern_of
from schemas.befehl import Quittung
from schemas.regelwerk import Regelwerke
from schemas.zustand import BAUART, Lauf, Zustand
from workflows.suche import KOMMUNE

ARBEIT = {
    "vorlage": "Vorlage",
    "sitzung": "Sitzung",
    "auftrag": "Auftrag",
    "nummern": "Nummernkreis",
    "gremium": "Gremium",
    "regelwerk": "Regelwerksakte",
    "pruefakte": "Pruefakte",
    "aussonderung": "Aussonderung",
}
"""Workflow type by the first part of the id."""
IM_FLUG = 4
VERSUCHE = 6
GEDULD = dt.timedelta(seconds=20)
NACHFRAGEN = 3.0
WIEDERHOLBAR = frozenset({RPCStatusCode.ABORTED, RPCStatusCode.RESOURCE_EXHAUSTED})


class NichtErreichbar(Exception):
    """Temporal or the worker did not answer. What was asked may or may not have happened: repeat with the same key."""


class Programmfehler(Exception):
    """A bug of ours was met before anything happened. Repeating does not help."""


class Bote:
    """``task_queue`` is where the workers listen. ``now`` gives the time (aware)."""

    def __init__(
        self, client: Client, regelwerke: Regelwerke, task_queue: str, now: Callable[[], dt.datetime] | None = None
    ) -> None:
        self._client = client
        self._now = now or (lambda: dt.datetime.now(dt.UTC))
        self._regelwerke = regelwerke
        self._task_queue = task_queue
        self._im_flug: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def state(self, workflow: str) -> Zustand:
        """The state that the workflow has right now.

        Raises Geschlossen for one that is over, FalscheStufe for one that there is not, NichtErreichbar.
        """
        kern = kern_of(workflow)
        try:
            roh = await self._client.get_workflow_handle(workflow).query("stand", rpc_timeout=GEDULD)
        except RPCError as fehler:
            raise _translated(fehler) from None
        except (WorkflowQueryFailedError, WorkflowQueryRejectedError):
            raise NichtErreichbar("Der Stand dieses Vorgangs ist gerade nicht zu bekommen. Bitte später wiederholen.") from None
        stand: Zustand = kern.zustand.model_validate(roh)
        return stand

    async def ended(self, workflow: str, frist: float) -> None:
        """Returns when the workflow has ended. Raises NichtErreichbar after ``frist`` seconds."""
        try:
            async with asyncio.timeout(frist):
                while not await self._ended_within(workflow, NACHFRAGEN):
                    pass
        except (TimeoutError, RPCError):
            raise NichtErreichbar(NICHT_ERREICHBAR) from None

    async def _ended_within(self, workflow: str, sekunden: float) -> bool:
        """Asked anew now and then: the server may leave who waits for a run that went on in another one without an answer."""
        try:
            async with asyncio.timeout(sekunden):
                await self._client.get_workflow_handle(workflow).result()
        except TimeoutError:
            return False
        except WorkflowFailureError:
            pass  # an empty one that ended itself
        return True

    async def send(self, workflow: str, befehl: Kommando[Any], *, versiegelt: Lauf[Any] | None = None) -> Quittung:
        """Takes a completed command there. Raises a refusal, NichtErreichbar or Programmfehler.

        ``versiegelt`` is what a closed case is taken up again from: its sealed state, and the commands that it remembers.
        """
        platz = self._im_flug.setdefault(workflow, asyncio.Semaphore(IM_FLUG))
        async with platz:
            quittung = await self._repeat(workflow, befehl, versiegelt)
        if quittung.digest != befehl.digest():
            raise SchluesselVergeben(
                f"Der Schlüssel „{befehl.schluessel}“ ist schon für einen anderen Befehl benutzt. Bitte einen neuen nehmen."
            )
        return quittung

    async def _repeat(self, workflow: str, befehl: Kommando[Any], versiegelt: Lauf[Any] | None) -> Quittung:
        pause = 0.05
        for versuch in range(1, VERSUCHE + 1):
            try:
                return await self._once(workflow, befehl, versiegelt)
            except RPCError as fehler:
                if fehler.status not in WIEDERHOLBAR or versuch == VERSUCHE:
                    raise _translated(fehler) from None
            await asyncio.sleep(pause)  # the server asks for a pause; nothing announces its end
            pause *= 2
        raise AssertionError("unreachable")

    async def _once(self, workflow: str, befehl: Kommando[Any], versiegelt: Lauf[Any] | None) -> Quittung:
        kern = kern_of(workflow)
        try:
            if versiegelt is not None:
                return await self._with_start(kern, workflow, befehl, versiegelt)
            if befehl.legt_an and (not isinstance(befehl, Nacherfassen) or creates(kern, befehl)):
                return await self._created(kern, workflow, befehl)
            if befehl.auch_leer:
                return await self._with_start(kern, workflow, befehl, Lauf(zustand=kern.empty(workflow)))
            return await self._update(workflow, befehl)
        except WorkflowUpdateFailedError as fehler:
            raise _refusal(fehler) from None
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            raise NichtErreichbar(NICHT_ERREICHBAR) from None
        except WorkflowAlreadyStartedError:
            raise Geschlossen("Der Vorgang ist geschlossen.") from None

    async def _update(self, workflow: str, befehl: Kommando[Any]) -> Quittung:
        quittung: Quittung = await self._client.get_workflow_handle(workflow).execute_update(
            "befehl", befehl.as_json(), id=befehl.schluessel, result_type=Quittung, rpc_timeout=GEDULD
        )
        return quittung

    async def _created(self, kern: Kern[Any], workflow: str, befehl: Kommando[Any]) -> Quittung:
        """Checked on the empty state first: a refused start would leave an empty workflow running for a minute."""
        leer = kern.empty(workflow)
        check(kern, leer, befehl, self._now(), self._regelwerke)
        return await self._with_start(kern, workflow, befehl, Lauf(zustand=leer))

    async def _with_start(self, kern: Kern[Any], workflow: str, befehl: Kommando[Any], lauf: Lauf[Any]) -> Quittung:
        wieder, lauf = lauf.zustand.siegel is not None, lauf.model_copy(update={"bauart": BAUART})
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            ARBEIT[kern.typ],
            lauf,
            id=workflow,
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=(
                WorkflowIDReusePolicy.ALLOW_DUPLICATE if wieder else WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
            ),
            search_attributes=TypedSearchAttributes([SearchAttributePair(KOMMUNE, lauf.zustand.kommune)]),
        )
        quittung: Quittung = await self._client.execute_update_with_start_workflow(
            "befehl",
            befehl.as_json(),
            id=befehl.schluessel,
            result_type=Quittung,
            start_workflow_operation=start,
            rpc_timeout=GEDULD,
        )
        return quittung


def creates(kern: Kern[Any], befehl: Nacherfassen[Any]) -> bool:
    """Whether a Nacherfassung begins a case (or goes on with one that exists)."""
    klasse = kern.befehle.get(str(befehl.schritte[0].get("art"))) if befehl.schritte else None
    return klasse is not None and klasse.legt_an


NICHT_ERREICHBAR = (
    "Die Laufmappe antwortet nicht. Ob der Befehl ankam, ist offen: bitte mit demselben Schlüssel wiederholen, "
    "er wird dann nur einmal ausgeführt."
)


def _refusal(fehler: WorkflowUpdateFailedError) -> Exception:
    grund = fehler.cause
    if isinstance(grund, ApplicationError) and grund.type in ARTEN:
        return ablehnung(grund.type, grund.message)
    if isinstance(grund, ApplicationError) and grund.type == Programmfehler.__name__:
        return Programmfehler(grund.message)
    if isinstance(grund, ApplicationError) and grund.type == "AcceptedUpdateCompletedWorkflow":
        return RPCError("aborted by closing workflow", RPCStatusCode.ABORTED, b"")
    return NichtErreichbar(NICHT_ERREICHBAR)


def _translated(fehler: RPCError) -> Exception:
    if fehler.status is RPCStatusCode.NOT_FOUND and "completed" in fehler.message:
        return Geschlossen("Der Vorgang ist geschlossen. Er kann nur mit Begründung wiederaufgenommen werden.")
    if fehler.status is RPCStatusCode.NOT_FOUND:
        return FalscheStufe("Diesen Vorgang gibt es nicht. Bitte die Nummer oder Kennung prüfen.")
    return NichtErreichbar(NICHT_ERREICHBAR)
