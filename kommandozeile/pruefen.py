"""``laufmappe verify``: packages checked offline. It imports nothing that a server needs, so that a stranger can run it alone."""

import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kommandozeile import schluss
from kommandozeile.dateien import read, verify_readable
from kommandozeile.deutsch import Gruppe
from kommandozeile.schluss import ABGELEHNT, GESCHEITERT, Enden
from pruefer.bericht import Art, Befund, Paketbericht, Urteil, Zusammenfassung
from pruefer.lager import KeinPaket
from pruefer.pruefung import KeineSchluessel, Pruefung, read_keys

_console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
WORTE = {
    Urteil.IN_ORDNUNG: "in Ordnung",
    Urteil.UNBEWIESEN: "nicht vollständig beweisbar",
    Urteil.WIDERSPRUCH: "mit Widerspruch",
}
ENDEN: Enden = (((KeinPaket, KeineSchluessel), ABGELEHNT, str),)


def verify(
    pfad: Annotated[Path, typer.Argument(help="Ein Aufbewahrungspaket, oder ein Lager von Paketen.", show_default=False)],
    key: Annotated[
        Path, typer.Option("--key", metavar="DATEI", help="Öffentliche Schlüssel des Verzeichnisses, aus eigener Hand.")
    ],
    punkte: Annotated[
        list[Path] | None,
        typer.Option("--pruefpunkt", metavar="DATEI", help="Ein eigener Prüfpunkt, wie er früher kam (mehrfach möglich)."),
    ] = None,
    blaetter: Annotated[
        Path | None,
        typer.Option("--blaetter", metavar="PFAD", help="Blattliste, oder der Ordner „verzeichnis“ (sonst der neben dem Lager)."),
    ] = None,
    als_json: Annotated[bool, typer.Option("--json", help="Ergebnis als JSON.")] = False,
) -> None:
    """Aufbewahrungspakete prüfen: ohne Netz, ohne Datenbank. Mit Befund ist der Rückgabewert 1."""
    schluessel = read_keys(read(key), str(key))
    eigene = [(str(punkt), read(punkt)) for punkt in punkte or ()]
    if blaetter and not blaetter.is_dir():
        verify_readable(blaetter)
    pruefung = Pruefung(pfad, schluessel, eigene, blaetter)
    with _shown(pruefung) as berichte:
        ganzes = _as_json(berichte, pruefung) if als_json else _as_text(berichte, pruefung)
    if ganzes.urteil is not Urteil.IN_ORDNUNG:
        raise typer.Exit(GESCHEITERT)


@contextmanager
def _shown(pruefung: Pruefung) -> Iterator[Iterator[Paketbericht]]:
    """The reports one by one, with a bar on the terminal's error output if there are many."""
    spalten = (TextColumn("Pakete"), BarColumn(), MofNCompleteColumn(), TextColumn("noch"), TimeRemainingColumn())
    fehlerausgabe = Console(stderr=True)
    stumm = len(pruefung) < 2 or not fehlerausgabe.is_terminal
    with Progress(*spalten, console=fehlerausgabe, disable=stumm, transient=True) as balken:
        yield iter(balken.track(pruefung, total=len(pruefung)))


def _as_text(berichte: Iterator[Paketbericht], pruefung: Pruefung) -> Zusammenfassung:
    for bericht in berichte:
        if bericht.befunde or len(pruefung) == 1:
            _say(f"{bericht.workflow or bericht.pfad}: {bericht.urteil} ({_size(bericht)})")
        for befund in bericht.befunde:
            _say(f"  - {_marked(befund)}")
    ganzes = pruefung.summary()
    for befund in ganzes.befunde:
        _say(_marked(befund))
    anzahlen = ", ".join(f"{ganzes.urteile.get(urteil, 0)} {wort}" for urteil, wort in WORTE.items())
    _say(f"{ganzes.pakete} {'Paket' if ganzes.pakete == 1 else 'Pakete'} geprüft: {anzahlen}.")
    return ganzes


def _marked(befund: Befund) -> str:
    return f"Hinweis. {befund}" if befund.art is Art.HINWEIS else str(befund)


def _size(b: Paketbericht) -> str:
    fassungen = "1 Fassung" if b.versionen == 1 else f"{b.versionen} Fassungen"
    return f"{fassungen}, {b.eintraege} {'Eintrag' if b.eintraege == 1 else 'Einträge'}"


def _as_json(berichte: Iterator[Paketbericht], pruefung: Pruefung) -> Zusammenfassung:
    """One JSON object, written as the reports come: there may be ten thousand."""
    sys.stdout.write('{"pakete": [')
    for nr, bericht in enumerate(berichte):
        sys.stdout.write(("," if nr else "") + "\n" + _dumped(bericht.model_dump(mode="json")))
    ganzes = pruefung.summary()
    sys.stdout.write(f'\n], "zusammenfassung": {_dumped(ganzes.model_dump(mode="json"))}}}\n')
    return ganzes


def _dumped(wert: Any) -> str:
    return json.dumps(wert, ensure_ascii=False)


def _say(satz: str) -> None:
    """One line for people; what steers a terminal, in a name that somebody has planted, does nothing."""
    _console.print("".join(z if z.isprintable() else "\N{REPLACEMENT CHARACTER}" for z in satz))


# --- alone --------------------------------------------------------------------------------------------------------------


def _unexpected(fehler: Exception) -> str:
    if os.environ.get("LAUFMAPPE_LOG", "").upper() == "DEBUG":
        traceback.print_exception(fehler)
    return schluss.unexpected(fehler)


def main() -> int:
    """The verifier alone, as ``laufmappe verify ...``. Returns the exit code."""
    app = Gruppe(name="laufmappe", add_completion=False, pretty_exceptions_enable=False)
    app.command()(verify)
    app.callback()(lambda: None)
    enden: Enden = (*schluss.SLIPS, *ENDEN, *schluss.SYSTEM, ((Exception,), GESCHEITERT, _unexpected))
    return schluss.guarded(lambda: app(prog_name="laufmappe", standalone_mode=False), enden)
