"""How a command ends: every exception becomes one sentence and an exit code, by one table."""

from collections.abc import Callable
from typing import Any

import structlog
from temporalio.service import RPCError

from activities.bote import NichtErreichbar, Programmfehler
from archive import ArchivFehler
from dokumente.setzen import NichtSetzbar
from einstellungen import EinstellungFehlt
from embedded import EinbettungFehler
from kommandozeile import pruefen, schluss
from kommandozeile.schluss import ABGELEHNT, GESCHEITERT, Enden, failed_if
from regelwerk import RegelwerkFehler
from register import RegisterFehler
from uebernahme.netz import NichtLesbar
from wiedergabe.mitschrift import NichtNachspielbar

__all__ = ["ABGELEHNT", "ENDEN", "GESCHEITERT", "failed_if", "guarded"]
log = structlog.get_logger()


def _unanswered(fehler: RPCError) -> str:
    return f"Temporal antwortet nicht ({fehler.status.name}). Bitte „laufmappe doctor“ ausführen."


def _unexpected(fehler: Exception) -> str:
    log.debug("Unerwarteter Fehler", exc_info=fehler)
    return schluss.unexpected(fehler)


def _unset(fehler: NichtSetzbar) -> str:
    return f"{fehler} Das ist ein Fehler der Laufmappe; bitte melden."


def _ours(fehler: Programmfehler) -> str:
    return "Der Vorgang ist auf einen Fehler der Laufmappe gestoßen; es ist nichts geschehen. Bitte melden („laufmappe doctor“)."


ENDEN: Enden = (
    *schluss.SLIPS,
    *pruefen.ENDEN,
    ((RegelwerkFehler, EinstellungFehlt, ArchivFehler), ABGELEHNT, str),
    ((NichtErreichbar, RegisterFehler, EinbettungFehler, NichtNachspielbar, NichtLesbar), GESCHEITERT, str),
    ((NichtSetzbar,), GESCHEITERT, _unset),
    ((RPCError,), GESCHEITERT, _unanswered),
    ((Programmfehler,), GESCHEITERT, _ours),
    *schluss.SYSTEM,
    ((Exception,), GESCHEITERT, _unexpected),
)


def guarded(lauf: Callable[[], Any]) -> int:
    """Runs it and returns the exit code; what went wrong has been said by then."""
    return schluss.guarded(lauf, ENDEN)
