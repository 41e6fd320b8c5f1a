"""``record``: entries into the register. As a local activity it must be quick; as a normal one it has time."""

from collections.abc import Sequence
from typing import Protocol

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from register import RegisterAlarm
from schemas.alarm import REGISTERALARM
from schemas.befehl import Eintrag

log = structlog.get_logger()


class Verzeichnis(Protocol):
    """What it needs of the register."""

    async def record(self, eintraege: Sequence[Eintrag], *, eilig: bool = False) -> None:
        """Idempotent on (workflow, seq)."""
        ...


class Aufzeichnung:
    """Holds the register."""

    def __init__(self, register: Verzeichnis) -> None:
        self._register = register

    @activity.defn(name="record")
    async def record(self, eintraege: list[Eintrag]) -> None:
        """Entries of one case in order. Raises what the register raises; the workflow repeats.

        An alarm comes as an ApplicationError of its own type, so that nobody takes it for a database that is away. It is
        repeated too: once somebody has mended the register, the case goes on by itself.
        """
        try:
            await self._register.record(eintraege, eilig=activity.info().is_local)
        except RegisterAlarm as alarm:
            log.error("Das Register verweigert einen Eintrag", vorgang=alarm.workflow, seq=alarm.seq, art=type(alarm).__name__)
            raise ApplicationError(alarm.satz, type(alarm).__name__, type=REGISTERALARM) from None
