"""Whether an entry that seals a case, or takes it up again, fits the state before it."""

from collections.abc import Callable, Mapping

from lifecycle.gemeinsam import seal_digest
from schemas.befehl import Befehl
from schemas.zustand import Zustand

SIEGEL: Mapping[str, Callable[[Zustand], str | None]] = {
    "versiegelt": seal_digest,
    "wiederaufnehmen": lambda z: z.siegel,
}
"""Kind of entry, and the seal that it must bear."""


def fits(z: Zustand, befehl: Befehl) -> bool:
    """``z`` is the state before the entry. An entry without a seal always fits."""
    soll = SIEGEL.get(befehl.art)
    return soll is None or getattr(befehl, "siegel", None) == soll(z)
