"""The workflow of the file on a town's log: the shared shell with its own; and the nightly walk that gives a checkpoint out."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from workflows.schale import Schale

with workflow.unsafe.imports_passed_through():
    from lifecycle.pruefakte import KERN
    from schemas.pruefakte import Pruefakte
    from schemas.zustand import Abschluss, Lauf

NOCHMAL = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))
BIS_ZUR_NAECHSTEN = timedelta(hours=20)
"""How long one night's walk is repeated: then the next one is near."""


@workflow.defn(name="Pruefakte")
class PruefakteWorkflow(Schale[Pruefakte]):
    """The file on one town's log."""

    @workflow.init
    def __init__(self, lauf: Lauf[Pruefakte]) -> None:
        super().__init__(KERN, lauf)

    @workflow.run
    async def run(self, lauf: Lauf[Pruefakte]) -> Abschluss:
        """Lives as long as the town."""
        return await self.drive()


@workflow.defn(name="Pruefgang")
class PruefgangWorkflow:
    """Started every night by a schedule. What it does lies in one activity, and fails visibly if it cannot be done."""

    @workflow.run
    async def run(self, kommune: str) -> None:
        """``kommune`` is the town's id."""
        workflow.set_current_details("Gibt einen Prüfpunkt des Verzeichnisses aus.")
        await workflow.execute_activity(
            "checkpoint",
            kommune,
            start_to_close_timeout=timedelta(minutes=10),
            schedule_to_close_timeout=BIS_ZUR_NAECHSTEN,
            retry_policy=NOCHMAL,
            summary="Prüfpunkt unterschreiben und ausgeben",
        )
