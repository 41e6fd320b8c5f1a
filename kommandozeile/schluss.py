"""What every way to end a command has in common: exit codes, sentences, and the one place where exceptions end. Imports little.

Exit codes: 0 done, 2 refused (bad input or not allowed), 1 failed (something was out of reach, or was found), 130 interrupted.
"""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from kommandozeile import deutsch
from kommandozeile.dateien import reason
from lifecycle.ablehnung import Ablehnung

ABGELEHNT = 2
GESCHEITERT = 1
UNTERBROCHEN = 130
WORTE = {ABGELEHNT: "Abgelehnt", GESCHEITERT: "Gescheitert"}
Enden = tuple[tuple[tuple[type[Exception], ...], int, Callable[[Any], str]], ...]
"""Kinds of exception, the exit code, and how the sentence comes to be; the first row that fits counts."""


def _system(fehler: OSError) -> str:
    if fehler.filename is None:
        return f"Das Betriebssystem meldet einen Fehler ({type(fehler).__name__}). Bitte wiederholen oder die Betreuung fragen."
    return f"„{fehler.filename}“ {reason(fehler)}. Bitte Pfad und Rechte prüfen."


def unexpected(fehler: Exception) -> str:
    """The sentence on what nobody thought of."""
    return (
        f"unerwarteter Fehler ({type(fehler).__name__}). Das ist ein Fehler der Laufmappe, nicht der Eingabe; bitte melden. "
        "Mit LAUFMAPPE_LOG=DEBUG zeigt derselbe Befehl, wo er entsteht."
    )


SLIPS: Enden = (((typer.TyperException,), ABGELEHNT, deutsch.sentence), ((Ablehnung,), ABGELEHNT, str))
SYSTEM: Enden = (((OSError,), GESCHEITERT, _system),)


def guarded(lauf: Callable[[], Any], enden: Enden) -> int:
    """Runs it and returns the exit code; what went wrong has been said by then."""
    try:
        code = lauf()
    except SystemExit as ende:  # whoever read our output has gone; there is nobody to say anything to
        return ende.code if isinstance(ende.code, int) else GESCHEITERT
    except Exception as fehler:  # noqa: BLE001 - the last door: nobody behind it could say what went wrong
        return _told(fehler, enden, als_json="--json" in sys.argv)
    if code == UNTERBROCHEN:
        sys.stderr.write("Abgebrochen.\n")
    return code if isinstance(code, int) else 0


def _told(fehler: Exception, enden: Enden, *, als_json: bool) -> int:
    code, machen = next((code, machen) for arten, code, machen in enden if isinstance(fehler, arten))
    satz = machen(fehler)
    if als_json:
        sys.stderr.write(json.dumps({"fehler": type(fehler).__name__, "satz": satz}, ensure_ascii=False) + "\n")
    elif satz:
        sys.stderr.write(f"{WORTE[code]}: {satz}\n")
    return code


def failed_if(befunde: Sequence[object]) -> None:
    """Ends the command as failed if a check found something."""
    if befunde:
        raise typer.Exit(GESCHEITERT)
