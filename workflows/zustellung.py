"""The delivery workflow of a town: keeps ``notify`` sending what lies in the outbox, and has reported what was given up."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from schemas.benachrichtigung import Meldung

NOCHMAL = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
SCHICHT = timedelta(minutes=15)
"""Upper bound of one ``notify``; it returns by itself after little more than ten minutes."""
LEBENSZEICHEN = timedelta(seconds=30)
MELDEN = timedelta(minutes=2)
"""How long a case is tried. One that does not answer by then is tried again after a later shift: the register knows it."""


@workflow.defn(name="Zustellung")
class ZustellungWorkflow:
    """Runs for ever. A delivery costs it no event; a delivery given up costs one call to the case concerned, beside the next shift."""

    def __init__(self) -> None:
        self._unterwegs: dict[str, asyncio.Task[None]] = {}

    @workflow.run
    async def run(self, kommune: str) -> None:
        """``kommune`` is the town's id."""
        workflow.set_current_details("Verschickt Benachrichtigungen aus dem Postausgang.")
        while not workflow.info().is_continue_as_new_suggested():
            for meldung in await self._shift(kommune):
                if meldung.ausgang not in self._unterwegs:
                    self._unterwegs[meldung.ausgang] = asyncio.create_task(self._report(meldung))
        workflow.continue_as_new(kommune)  # reports under way mark their messages by themselves

    async def _shift(self, kommune: str) -> list[Meldung]:
        try:
            meldungen: list[Meldung] = await workflow.execute_activity(
                "notify",
                kommune,
                result_type=list[Meldung],
                start_to_close_timeout=SCHICHT,
                heartbeat_timeout=LEBENSZEICHEN,
                retry_policy=NOCHMAL,
                summary="Postausgang abarbeiten",
            )
        except FailureError:
            await workflow.sleep(LEBENSZEICHEN)
            return []
        return meldungen

    async def _report(self, meldung: Meldung) -> None:
        try:
            await workflow.execute_activity(
                "report",
                meldung,
                start_to_close_timeout=timedelta(seconds=30),
                schedule_to_close_timeout=MELDEN,
                retry_policy=NOCHMAL,
                summary="Unzustellbares melden",
            )
        except FailureError:
            workflow.logger.warning("Unzustellbares ist noch nicht gemeldet; nach einer späteren Schicht wieder")
        finally:
            del self._unterwegs[meldung.ausgang]
