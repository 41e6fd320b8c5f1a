"""What every command of the command line shares: its parameters, the way in, and how it ends.

Exit codes: 0 done, 2 refused (bad input or not allowed), 1 failed (something was out of reach: try again).
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from temporalio.service import RPCError

from activities.bote import NichtErreichbar
from archive import ArchivFehler
from client import Laufmappe
from einstellungen import EinstellungFehlt, from_environment
from embedded import EinbettungFehler
from lifecycle.ablehnung import Ablehnung
from regelwerk import RegelwerkFehler
from register import RegisterFehler
from schemas.akteur import Rolle
from worker import Gewerke, connect, parts

ABGELEHNT = 2
GESCHEITERT = 1
NEIN = (Ablehnung, RegelwerkFehler, EinstellungFehlt, ArchivFehler)
STOERUNG = (NichtErreichbar, RegisterFehler, EinbettungFehler, RPCError, OSError)

Daten = Annotated[Path | None, typer.Option("--daten", envvar="LAUFMAPPE_DATEN", help="Datenordner (sonst ./daten).")]
Json = Annotated[bool, typer.Option("--json", help="Ergebnis als JSON.")]
Kommune = Annotated[str, typer.Option("--kommune", envvar="LAUFMAPPE_KOMMUNE", help="Kennung der Kommune.")]
VORGANG = Annotated[str, typer.Argument(help="Nummer oder Kennung des Vorgangs.", show_default=False)]
FORTSETZEN = Annotated[str | None, typer.Option("--vorgang", help="Diesen Vorgang fortschreiben (sonst: einen neuen anlegen).")]
PERSON = Annotated[str, typer.Option("--person", envvar="LAUFMAPPE_PERSON", help="Wer handelt (Kennung).", rich_help_panel="Wer")]
STELLE = Annotated[str, typer.Option("--stelle", envvar="LAUFMAPPE_STELLE", help="Für welche Stelle.", rich_help_panel="Wer")]
ROLLE = Annotated[Rolle, typer.Option("--rolle", envvar="LAUFMAPPE_ROLLE", help="In welcher Rolle.", rich_help_panel="Wer")]
FUER = Annotated[str | None, typer.Option("--fuer", help="In Vertretung für (Kennung).", rich_help_panel="Wer")]
SCHLUESSEL = Annotated[
    str | None, typer.Option("--schluessel", help="Kennung der Anfrage: mit derselben wird nur einmal gehandelt.")
]
GESCHEHEN = Annotated[str | None, typer.Option("--geschehen", help="Nacherfassung: wann es wirklich war.")]
ABWEICHUNG = Annotated[str | None, typer.Option("--abweichung", help="Begründung, wenn eine Regel nicht eingehalten ist.")]


def run(auftrag: Callable[[], Coroutine[Any, Any, None]], *, als_json: bool = False) -> None:
    """Runs it; turns refusals and failures into a sentence and an exit code."""
    try:
        asyncio.run(auftrag())
    except NEIN as nein:
        _stop(ABGELEHNT, type(nein).__name__, str(nein), als_json)
    except STOERUNG as fehler:
        _stop(GESCHEITERT, type(fehler).__name__, str(fehler), als_json)
    except KeyboardInterrupt:
        _stop(130, "Abgebrochen", "Abgebrochen.", als_json)


def _stop(code: int, art: str, satz: str, als_json: bool) -> NoReturn:
    if als_json:
        sys.stderr.write(json.dumps({"fehler": art, "satz": satz}, ensure_ascii=False) + "\n")
    else:
        wort = {ABGELEHNT: "Abgelehnt", GESCHEITERT: "Gescheitert"}.get(code, "Ende")
        sys.stderr.write(f"{wort}: {satz}\n")
    raise typer.Exit(code)


@asynccontextmanager
async def opened(daten: Path | None) -> AsyncIterator[tuple[Laufmappe, Gewerke]]:
    """The way in to the running Laufmappe. Raises NichtErreichbar if there is none."""
    einstellungen = from_environment(daten)
    async with parts(einstellungen) as g:
        yield g.laufmappe(await connect(einstellungen.daten)), g
