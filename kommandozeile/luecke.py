"""``doctor --wiederherstellen``: what it needs besides, and how it tells what came of it."""

from pathlib import Path
from typing import Annotated

import typer

from kommandozeile import ausgabe
from kommandozeile.lauf import actor, settings
from lifecycle.ablehnung import Unplausibel
from lifecycle.bekannt import verify_town
from schemas.akteur import Rolle
from wiederherstellung import restore
from worker import connect, parts

PANEL = "Zu --wiederherstellen"
KOMMUNE = Annotated[
    str | None, typer.Option("--kommune", envvar="LAUFMAPPE_KOMMUNE", help="Kennung der Kommune.", rich_help_panel=PANEL)
]
GRUND = Annotated[str | None, typer.Option("--grund", help="Was geschehen ist; bleibt stehen.", rich_help_panel=PANEL)]
PERSON = Annotated[
    str | None, typer.Option("--als-person", envvar="LAUFMAPPE_PERSON", help="Wer handelt.", rich_help_panel=PANEL)
]
STELLE = Annotated[
    str | None, typer.Option("--als-stelle", envvar="LAUFMAPPE_STELLE", help="Für welche Stelle.", rich_help_panel=PANEL)
]
ROLLE = Annotated[
    Rolle | None, typer.Option("--als-rolle", envvar="LAUFMAPPE_ROLLE", help="In welcher Rolle.", rich_help_panel=PANEL)
]


async def close(
    daten: Path | None,
    kommune: str | None,
    person: str | None,
    stelle: str | None,
    rolle: Rolle | None,
    grund: str | None,
    als_json: bool,
) -> None:
    """Closes the gap of one town. Raises Unplausibel where something is not stated, and what ``restore`` raises."""
    if not (kommune and person and stelle and rolle and grund):
        raise Unplausibel("Zum Wiederherstellen bitte --kommune, --grund, --als-person, --als-stelle und --als-rolle angeben.")
    einstellungen = settings(daten)
    async with parts(einstellungen) as g:
        verify_town(g.hinterlegt, kommune)
        client = g.sealed(await connect(einstellungen.daten))
        ergebnis = await restore(g, client, kommune, actor(person, stelle, rolle), grund)
    if als_json:
        ausgabe.as_json(ergebnis)
    elif not ergebnis.luecke:
        ausgabe.say("Keine Lücke: Das Verzeichnis setzt fort, was zuletzt unterschrieben wurde.")
    else:
        ausgabe.say(
            f"Lücke geschlossen: {ergebnis.verloren} unterschriebene Blätter fehlen, {ergebnis.nachgetragen} Einträge sind aus Temporal "
            f"nachgetragen. Ein neuer Abschnitt hat begonnen ({ergebnis.groesse} Einträge); bitte den Prüfpunkt der Rechnungsprüfung geben."
        )
