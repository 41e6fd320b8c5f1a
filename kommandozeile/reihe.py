"""A series of meetings, always at the same time of day: planned one by one, each with what the secretariat should know of its day."""

import datetime as dt
import secrets
from typing import Annotated, Any

import typer

from client import Laufmappe
from kommandozeile import ausgabe
from kommandozeile.formen import moment
from kommandozeile.lauf import (
    FUER,
    PERSON,
    ROLLE,
    SCHLUESSEL,
    STELLE,
    Daten,
    Json,
    Kommune,
    actor,
    opened,
    repeatable,
    run,
)
from lifecycle.ablehnung import Unplausibel
from lifecycle.kern import BERLIN
from schemas.basis import LETZTES_JAHR

HOECHSTENS = 60
ZEHN_JAHRE = 520
"""In weeks."""


def plan(
    gremium: Annotated[str, typer.Option(metavar="KENNUNG", help="Kennung des Gremiums.")],
    beginn: Annotated[str, typer.Option(metavar="ZEITPUNKT", help="Beginn der ersten Sitzung (2021-06-16T16:00).")],
    wochen: Annotated[int, typer.Option(min=1, max=ZEHN_JAHRE, help="Abstand in Wochen.")],
    anzahl: Annotated[int, typer.Option(min=1, max=HOECHSTENS, help="Wie viele Sitzungen.")],
    als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune, fuer: FUER = None,
    schluessel: SCHLUESSEL = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Eine Reihe von Sitzungen planen, immer zur selben Uhrzeit."""

    async def planen() -> None:
        akteur = actor(als_person, als_stelle, als_rolle, fuer)
        kennung = schluessel or secrets.token_hex(12)
        termine = _days(beginn, wochen, anzahl)
        async with opened(daten, kommune) as (lm, _), repeatable(kennung):
            geplant = []
            for nr, termin in enumerate(termine):
                felder = {"gremium": gremium, "beginn": termin}
                q = await lm.create("sitzung", kommune, "planen", akteur, f"{kennung}/{nr}", **felder)
                geplant.append(await _planned(lm, q.vorgang, termin))
            ausgabe.series(geplant, als_json)

    run(planen)


def _days(beginn: str, wochen: int, anzahl: int) -> list[dt.datetime]:
    """When the meetings begin. Raises Unplausibel."""
    erste = moment(beginn).astimezone(BERLIN)
    termine = [erste + dt.timedelta(weeks=wochen * nr) for nr in range(anzahl)]
    if termine[-1].year > LETZTES_JAHR:
        raise Unplausibel(f"Die letzte Sitzung läge im Jahr {termine[-1].year}. Bitte Abstand und Anzahl prüfen.")
    return termine


async def _planned(lm: Laufmappe, workflow: str, beginn: dt.datetime) -> dict[str, Any]:
    """One meeting, and its hints. They are the register's, so they are left out while it is late."""
    z = await lm.register.state(workflow)
    return {"vorgang": workflow, "beginn": beginn, "hinweise": list(z.hinweise) if z else []}
