"""The delivery workflow of a town: keeps ``notify`` sending what lies in the outbox, and reports back what was given up."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from schemas.wirkung import Ruf

NOCHMAL = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
SCHICHT = timedelta(minutes=15)
"""Upper bound of one ``notify``; it returns by itself after ten minutes."""
LEBENSZEICHEN = timedelta(seconds=30)


@workflow.defn(name="Zustellung")
class ZustellungWorkflow:
    """Runs for ever. A delivery costs it no event; a delivery given up costs one call to the case concerned."""

    @workflow.run
    async def run(self, kommune: str) -> None:
        """``kommune`` is the town's id."""
        workflow.set_current_details("Verschickt Benachrichtigungen aus dem Postausgang.")
        while not workflow.info().is_continue_as_new_suggested():
            for ruf in await self._shift(kommune):
                await self._report(ruf)
        workflow.continue_as_new(kommune)

    async def _shift(self, kommune: str) -> list[Ruf]:
        try:
            rufe: list[Ruf] = await workflow.execute_activity(
                "notify",
                kommune,
                result_type=list[Ruf],
                start_to_close_timeout=SCHICHT,
                heartbeat_timeout=LEBENSZEICHEN,
                retry_policy=NOCHMAL,
                summary="Postausgang abarbeiten",
            )
        except FailureError:
            await workflow.sleep(LEBENSZEICHEN)
            return []
        return rufe

    async def _report(self, ruf: Ruf) -> None:
        try:
            await workflow.execute_activity(
                "meeting",
                args=[workflow.info().workflow_id, ruf],
                start_to_close_timeout=timedelta(seconds=30),
                schedule_to_close_timeout=timedelta(days=1),
                retry_policy=NOCHMAL,
                summary="Unzustellbares melden",
            )
        except FailureError:
            workflow.logger.error("Unzustellbares konnte nicht gemeldet werden")
