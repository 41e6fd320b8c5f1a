"""What every channel promises: one attempt, a result, and a line in the log when it failed."""

from typing import Protocol

import structlog

from schemas.benachrichtigung import Ergebnis, Nachricht, Zugestellt

log = structlog.get_logger()


class Kanal(Protocol):
    """Takes one message to one receiver.

    Whatever the other side does (refuse, hang, talk nonsense) becomes an ``Ergebnis``; exceptions are left to
    our own mistakes. A channel never repeats by itself.
    """

    async def send(self, nachricht: Nachricht) -> Ergebnis:
        """Try once to deliver, within the channel's time limit."""
        ...


def note(nachricht: Nachricht, ergebnis: Ergebnis, fehler: Exception | None = None) -> Ergebnis:
    """Give the result back, logged if it failed.

    Of the error only its class is logged: its text may quote the address, or whatever the other side said.
    """
    if not isinstance(ergebnis, Zugestellt):
        log.warning(
            "Nachricht nicht zugestellt",
            nachricht=nachricht.id,
            kanal=nachricht.kanal,
            empfaenger=nachricht.empfaenger,
            ergebnis=ergebnis.art,
            grund=ergebnis.grund,
            fehler=type(fehler).__name__ if fehler else None,
        )
    return ergebnis
