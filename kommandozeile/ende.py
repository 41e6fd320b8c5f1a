"""How a command ends: every exception becomes one sentence and an exit code, by one table.

Exit codes: 0 done, 2 refused (bad input or not allowed), 1 failed (something was out of reach: try again), 130 interrupted.
"""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import structlog
import typer
from temporalio.service import RPCError

from activities.bote import NichtErreichbar, Programmfehler
from archive import ArchivFehler
from dokumente.setzen import NichtSetzbar
from einstellungen import EinstellungFehlt
from embedded import EinbettungFehler
from kommandozeile import deutsch
from kommandozeile.dateien import reason
from lifecycle.ablehnung import Ablehnung
from regelwerk import RegelwerkFehler
from register import RegisterFehler
from wiedergabe.mitschrift import NichtNachspielbar

log = structlog.get_logger()
ABGELEHNT = 2
GESCHEITERT = 1
UNTERBROCHEN = 130
WORTE = {ABGELEHNT: "Abgelehnt", GESCHEITERT: "Gescheitert"}


def _unanswered(fehler: RPCError) -> str:
    return f"Temporal antwortet nicht ({fehler.status.name}). Bitte „laufmappe doctor“ ausführen."


def _system(fehler: OSError) -> str:
    if fehler.filename is None:
        return f"Das Betriebssystem meldet einen Fehler ({type(fehler).__name__}). Bitte wiederholen oder die Betreuung fragen."
    return f"„{fehler.filename}“ {reason(fehler)}. Bitte Pfad und Rechte prüfen."


def _unexpected(fehler: Exception) -> str:
    log.debug("Unerwarteter Fehler", exc_info=fehler)
    return (
        f"unerwarteter Fehler ({type(fehler).__name__}). Das ist ein Fehler der Laufmappe, nicht der Eingabe; bitte melden. "
        "Mit LAUFMAPPE_LOG=DEBUG zeigt derselbe Befehl, wo er entsteht."
    )


def _unset(fehler: NichtSetzbar) -> str:
    return f"{fehler} Das ist ein Fehler der Laufmappe; bitte melden."


def _ours(fehler: Programmfehler) -> str:
    return "Der Vorgang ist auf einen Fehler der Laufmappe gestoßen; es ist nichts geschehen. Bitte melden („laufmappe doctor“)."


ENDEN: tuple[tuple[tuple[type[Exception], ...], int, Callable[[Any], str]], ...] = (
    ((typer.TyperException,), ABGELEHNT, deutsch.sentence),
    ((Ablehnung, RegelwerkFehler, EinstellungFehlt, ArchivFehler), ABGELEHNT, str),
    ((NichtErreichbar, RegisterFehler, EinbettungFehler, NichtNachspielbar), GESCHEITERT, str),
    ((NichtSetzbar,), GESCHEITERT, _unset),
    ((RPCError,), GESCHEITERT, _unanswered),
    ((Programmfehler,), GESCHEITERT, _ours),
    ((OSError,), GESCHEITERT, _system),
    ((Exception,), GESCHEITERT, _unexpected),
)
"""Kinds of exception, the exit code, and how the sentence comes to be; the first row that fits counts."""


def failed_if(befunde: Sequence[str]) -> None:
    """Ends the command as failed if a check found something."""
    if befunde:
        raise typer.Exit(GESCHEITERT)


def guarded(lauf: Callable[[], Any]) -> int:
    """Runs it and returns the exit code; what went wrong has been said by then."""
    try:
        code = lauf()
    except SystemExit as ende:  # whoever read our output has gone; there is nobody to say anything to
        return ende.code if isinstance(ende.code, int) else GESCHEITERT
    except Exception as fehler:  # noqa: BLE001 - the last door: nobody behind it could say what went wrong
        return _told(fehler, als_json="--json" in sys.argv)
    if code == UNTERBROCHEN:
        sys.stderr.write("Abgebrochen.\n")
    return code if isinstance(code, int) else 0


def _told(fehler: Exception, *, als_json: bool) -> int:
    code, machen = next((code, machen) for arten, code, machen in ENDEN if isinstance(fehler, arten))
    satz = machen(fehler)
    if als_json:
        sys.stderr.write(json.dumps({"fehler": type(fehler).__name__, "satz": satz}, ensure_ascii=False) + "\n")
    elif satz:
        sys.stderr.write(f"{WORTE[code]}: {satz}\n")
    return code
