"""What is recorded is durable already: the register is never ahead of the case."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType

from rathaus import SB
from schemas.befehl import Eintrag
from temporal import in_flight, running
from wege import entwurf


async def test_what_is_recorded_is_durable_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a worker killed in between would leave an entry that its case knows nothing of, and another under the same number later."""
    zu_frueh: list[tuple[int, int]] = []
    async with running(tmp_path) as amt:
        echt = amt.g.register.record

        async def record(eintraege: Sequence[Eintrag], *, eilig: bool = False) -> None:
            workflow = eintraege[-1].workflow
            if workflow.startswith("vorlage/"):
                arten = [e.event_type for e in (await amt.history(workflow)).events]
                durchgefuehrt = arten.count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED)
                if durchgefuehrt < eintraege[-1].seq:
                    zu_frueh.append((eintraege[-1].seq, durchgefuehrt))
            await echt(eintraege, eilig=eilig)

        monkeypatch.setattr(amt.g.register, "record", record)
        v = await entwurf(amt)
        await in_flight(*(amt.act(v, "bearbeiten", SB, betreff=f"B{n}") for n in range(10)))
        await amt.until(v, lambda z: z.seq == 11)
    assert zu_frueh == []
