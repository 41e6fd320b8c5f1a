"""``record``: entries into the register. As a local activity it must be quick; as a normal one it has time."""

from collections.abc import Sequence
from typing import Protocol

from temporalio import activity

from schemas.befehl import Eintrag


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
        """Entries of one case in order. Raises what the register raises; the workflow repeats."""
        await self._register.record(eintraege, eilig=activity.info().is_local)
