"""Commands for those who keep the log's keys: show them, and have a new one take over."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from activities.pruefpunkt import file_of
from kommandozeile import ausgabe, dateien
from kommandozeile.deutsch import Gruppe
from kommandozeile.lauf import FUER, PERSON, ROLLE, STELLE, Daten, Json, Kommune, actor, opened, repeatable, run, settings
from lifecycle.bekannt import verify_town
from worker import parts

schluessel = Gruppe(help="Die Schlüssel des Verzeichnisses: zeigen, wechseln.")


@schluessel.command("zeigen")
def zeigen(
    kommune: Kommune,
    ziel: Annotated[Path | None, typer.Option("--ausgabe", "-o", help="Öffentliche Schlüssel als Datei (für „verify --key“).")] = None,
    daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Die öffentlichen Schlüssel und den letzten Prüfpunkt zeigen."""

    async def tun() -> None:
        async with parts(settings(daten)) as g:
            verify_town(g.hinterlegt, kommune)
            alle = [str(s) for s in g.unterzeichnung.keys(kommune)]
            letzter = g.unterzeichnung.last(kommune)
        if ziel:
            dateien.write(ziel, "".join(f"{s}\n" for s in alle).encode())
        if als_json:
            ausgabe.as_json({"schluessel": alle, "pruefpunkt": letzter.note if letzter else None})
            return
        for zeile in alle:
            ausgabe.say(zeile)
        ausgabe.say(f"Letzter Prüfpunkt: {letzter.groesse} Einträge." if letzter else "Noch ist kein Prüfpunkt unterschrieben.")

    run(tun)


@schluessel.command("wechseln")
def wechseln(
    als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
    grund: Annotated[str, typer.Option(help="Begründung; sie bleibt stehen.")],
    fuer: FUER = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Ab jetzt mit einem neuen Schlüssel unterschreiben. Beide stehen unter dem Prüfpunkt, an dem gewechselt wird."""
    akteur = actor(als_person, als_stelle, als_rolle, fuer)

    async def tun() -> None:
        anfrage = secrets.token_hex(12)
        async with opened(daten, kommune) as (lm, g), repeatable(anfrage):
            quittung = await lm.act(file_of(kommune), "schluessel_wechseln", akteur, anfrage, grund=grund)
            await g.unterzeichnung.rotate(kommune)
        ausgabe.receipt(quittung, als_json)

    run(tun)
