"""What every command of the command line shares: its parameters, who acts, and the way in."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from activities.bote import NichtErreichbar
from client import Laufmappe
from einstellungen import Einstellungen, EinstellungFehlt, from_environment
from lifecycle.ablehnung import Unplausibel
from lifecycle.bekannt import verify_town
from schemas.akteur import Akteur, Rolle
from worker import Gewerke, connect, parts

HALB = re.compile("[\ud800-\udfff]")

Daten = Annotated[
    Path | None, typer.Option("--daten", metavar="ORDNER", envvar="LAUFMAPPE_DATEN", help="Datenordner (sonst ./daten).")
]
Json = Annotated[bool, typer.Option("--json", help="Ergebnis als JSON.")]
Kommune = Annotated[str, typer.Option("--kommune", metavar="KENNUNG", envvar="LAUFMAPPE_KOMMUNE", help="Kennung der Kommune.")]
VORGANG = Annotated[str, typer.Argument(help="Nummer oder Kennung des Vorgangs.", show_default=False)]
FORTSETZEN = Annotated[str | None, typer.Option("--vorgang", help="Diesen Vorgang fortschreiben (sonst: einen neuen anlegen).")]


def _who(name: str, **mehr: Any) -> Any:
    return typer.Option(f"--als-{name}", rich_help_panel="Wer", envvar=f"LAUFMAPPE_{name.upper()}", **mehr)


PERSON = Annotated[str, _who("person", metavar="KENNUNG", help="Wer handelt.")]
STELLE = Annotated[str, _who("stelle", metavar="KENNUNG", help="Für welche Stelle.")]
ROLLE = Annotated[Rolle, _who("rolle", help="In welcher Rolle.")]
FUER = Annotated[
    str | None, typer.Option("--fuer", metavar="KENNUNG", help="In Vertretung für diese Person.", rich_help_panel="Wer")
]
SCHLUESSEL = Annotated[
    str | None, typer.Option("--schluessel", help="Kennung der Anfrage: mit derselben wird nur einmal gehandelt.")
]
GESCHEHEN = Annotated[str | None, typer.Option("--geschehen", metavar="ZEITPUNKT", help="Nacherfassung: wann es wirklich war.")]
ABWEICHUNG = Annotated[str | None, typer.Option("--abweichung", help="Begründung, wenn eine Regel nicht eingehalten ist.")]
WER = {
    "person": "„--als-person“ (LAUFMAPPE_PERSON)",
    "stelle": "„--als-stelle“ (LAUFMAPPE_STELLE)",
    "rolle": "„--als-rolle“ (LAUFMAPPE_ROLLE)",
    "fuer": "„--fuer“",
}
"""What an actor is made of, and where people state it."""


def actor(person: str, stelle: str, rolle: Rolle, fuer: str | None = None) -> Akteur:
    """Who acts. Raises Unplausibel that names the option, never what was typed: it could be somebody's name."""
    try:
        return Akteur(person=person, stelle=stelle, rolle=rolle, fuer=fuer)
    except ValidationError as fehler:
        wo = ", ".join(dict.fromkeys(WER[str(fund["loc"][0])] for fund in fehler.errors(include_input=False)))
        raise Unplausibel(
            f"Keine Kennung in: {wo}. Eine Kennung hat Kleinbuchstaben, Ziffern, Punkte und Striche, keine Leerzeichen "
            "und keine Umlaute, zum Beispiel „a-46“."
        ) from None


def verify_text(worte: Iterable[str]) -> None:
    """Raises Unplausibel for what was typed in another encoding: half characters can be neither stored nor shown."""
    if any(HALB.search(wort) for wort in worte):
        raise Unplausibel("Die Eingabe ist kein UTF-8-Text. Bitte die Zeichenkodierung des Terminals oder den Dateinamen ändern.")


def settings(daten: Path | None) -> Einstellungen:
    """The settings of this installation. Raises EinstellungFehlt, also for a data folder that can be none."""
    einstellungen = from_environment(daten)
    da = next(ort for ort in (einstellungen.daten, *einstellungen.daten.parents) if ort.exists())
    if not da.is_dir():
        raise EinstellungFehlt(
            f"„{da}“ ist eine Datei, kein Ordner. Bitte mit „--daten“ (oder LAUFMAPPE_DATEN) einen Ordner angeben."
        )
    return einstellungen


def run(auftrag: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs it. What it raises becomes a sentence and an exit code where the command line ends."""
    asyncio.run(auftrag())


@asynccontextmanager
async def opened(daten: Path | None, kommune: str | None = None) -> AsyncIterator[tuple[Laufmappe, Gewerke]]:
    """The way in to the running Laufmappe. Raises NichtErreichbar if there is none, Unbekannt for a town that it does not have."""
    einstellungen = settings(daten)
    async with parts(einstellungen) as g:
        if kommune is not None:
            verify_town(g.hinterlegt, kommune)
        yield g.laufmappe(await connect(einstellungen.daten)), g


@asynccontextmanager
async def repeatable(schluessel: str) -> AsyncIterator[None]:
    """What is done here can be repeated with that key; who did not choose one learns it when there is no answer."""
    try:
        yield
    except NichtErreichbar as fehler:
        raise NichtErreichbar(f"{fehler} Zum Wiederholen: --schluessel {schluessel}") from None
