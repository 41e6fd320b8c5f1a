"""``laufmappe replay``: what Temporal has, played back through today's code and compared with the register."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from activities.laeufe import cases
from kommandozeile import ausgabe, ende
from kommandozeile.dateien import read
from kommandozeile.lauf import Daten, Json, run, settings
from lifecycle.ablehnung import Unplausibel
from lifecycle.kerne import KERNE, kern_of
from lifecycle.nennen import plural
from wiedergabe.abgleich import Befund, Urteil
from wiedergabe.mitschrift import playing
from wiedergabe.vorgang import check_case, check_file, player, read_file
from worker import CONVERTER, TASK_QUEUE, Gewerke, connect, parts

DATEI = Annotated[
    list[Path] | None,
    typer.Option("--datei", metavar="DATEI", help="Eine Geschichte als JSON (auch .gz); mehrfach möglich."),
]
VORGANG = Annotated[str | None, typer.Option("--vorgang", metavar="KENNUNG", help="Ganze Kennung: vorlage/KOMMUNE/….")]
ALLE = Annotated[bool, typer.Option("--alle", help="Alle Vorgänge, die Temporal oder das Register kennt.")]
SCHLECHT = frozenset({Urteil.ABWEICHEND, Urteil.NICHT_NACHSPIELBAR})


def replay(datei: DATEI = None, vorgang: VORGANG = None, alle: ALLE = False, daten: Daten = None, als_json: Json = False) -> None:
    """Geschichten aus Temporal mit dem heutigen Code nachspielen und mit dem Register vergleichen (für Betrieb und CI)."""
    if bool(datei) + bool(alle) + bool(vorgang and not datei) != 1:
        raise Unplausibel("Bitte eines angeben: „--datei“, „--vorgang“ oder „--alle“.")
    if vorgang:
        kern_of(vorgang)

    async def spielen() -> None:
        quelle = _files(datei, vorgang, daten) if datei else _cases(vorgang, daten, als_json)
        befunde = [befund async for befund in quelle]
        saetze = list(map(_sentence, befunde))
        if als_json:
            ausgabe.as_json({"vorgaenge": [asdict(b) for b in befunde], "befunde": _bad(befunde)})
        else:
            for satz in saetze if not alle else [s for s, b in zip(saetze, befunde, strict=True) if _worth_telling(b)]:
                ausgabe.say(satz)
            ausgabe.say(_sum(befunde))
        ende.failed_if(_bad(befunde))

    run(spielen)


async def _cases(vorgang: str | None, daten: Path | None, als_json: bool) -> AsyncIterator[Befund]:
    einstellungen = settings(daten)
    async with parts(einstellungen) as g:
        client = g.sealed(await connect(einstellungen.daten))
        temporal = [vorgang] if vorgang else [w async for w in cases(client, TASK_QUEUE) if w.split("/")[0] in KERNE]
        workflows = sorted({*temporal, *([] if vorgang else await g.register.workflows())})
        async with player(client) as spieler:
            for nr, workflow in enumerate(workflows, 1):
                yield await check_case(client, g.register, workflow, spieler)
                if not als_json and len(workflows) > 1:
                    ausgabe.progress(nr, len(workflows))


async def _files(dateien: list[Path], vorgang: str | None, daten: Path | None) -> AsyncIterator[Befund]:
    """Without an installation too: a build server has none, and no keys either."""
    einstellungen = settings(daten)
    aufnahmen = [read_file(datei.name, read(datei), vorgang) for datei in dateien]
    async with AsyncExitStack() as offen:
        g: Gewerke | None = None
        if einstellungen.daten.is_dir() or einstellungen.register_url:
            g = await offen.enter_async_context(parts(einstellungen))
        converter = g.converter if g else CONVERTER
        spieler = await offen.enter_async_context(playing(converter))
        for aufnahme in aufnahmen:
            yield await check_file(aufnahme, spieler, converter, g.register if g else None)


def _sentence(b: Befund) -> str:
    saetze = {
        Urteil.GLEICH: f"nachgespielt, {plural(b.schritte, 'Schritt', 'Schritte')}, gleich",
        Urteil.ABWEICHEND: f"weicht ab ab Eintrag {b.seq}: {b.grund}",
        Urteil.NICHT_NACHSPIELBAR: b.grund,
        Urteil.OHNE_GESCHICHTE: "ohne Geschichte in Temporal (gelöscht; die Akte braucht sie nicht)",
        Urteil.UNLESBAR: "die Geschichte ist verschlossen, ihr Schlüssel zerstört oder nicht da",
    }
    vergessen = f" ({plural(b.vergessen, 'Eintrag hat', 'Einträge haben')} gelöschte Felder)" if b.vergessen else ""
    ohne = (
        f" ({plural(b.ohne_stand, 'Schritt', 'Schritte')} nur nach Befehl verglichen, nicht nach Stand)" if b.ohne_stand else ""
    )
    return f"{b.workflow}: {saetze[b.urteil]}{vergessen}{ohne}"


def _worth_telling(b: Befund) -> bool:
    return b.urteil is not Urteil.GLEICH or bool(b.ohne_stand)


def _bad(befunde: list[Befund]) -> list[str]:
    return [_sentence(b) for b in befunde if b.urteil in SCHLECHT]


WORTE = {
    Urteil.GLEICH: "gleich",
    Urteil.ABWEICHEND: "abweichend",
    Urteil.NICHT_NACHSPIELBAR: "nicht nachspielbar",
    Urteil.OHNE_GESCHICHTE: "ohne Geschichte",
    Urteil.UNLESBAR: "nicht mehr lesbar",
}


def _sum(befunde: list[Befund]) -> str:
    zahlen = ((sum(b.urteil is urteil for b in befunde), wort) for urteil, wort in WORTE.items())
    teile = ", ".join(f"{zahl} {wort}" for zahl, wort in zahlen if zahl)
    return f"{plural(len(befunde), 'Vorgang', 'Vorgänge')}: {teile or 'nichts zu vergleichen'}."
