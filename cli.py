"""The command line: ``laufmappe``. A door: it types, asks and prints; what is allowed the rules decide.

What stands behind it is in ``kommandozeile/``.
"""

import asyncio
import contextlib
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

import dokumentarten
import protokollierung
from client import Laufmappe
from dokumente.inhalt import Teil
from embedded import embedded_server
from kommandozeile import (
    ansicht,
    ausgabe,
    aussonderung,
    dateien,
    daten_von,
    ende,
    luecke,
    nachspiel,
    pruefen,
    pruefung,
    reihe,
    schluessel,
    uebernahme,
    verwaltung,
)
from kommandozeile.befehle import group, view
from kommandozeile.deutsch import Gruppe
from kommandozeile.lauf import VORGANG, Daten, Json, Kommune, opened, run, settings, verify_text
from worker import CONVERTER, Gewerke, connect, parts, running_worker, until_told_to_stop

app = Gruppe(
    name="laufmappe",
    help="Laufmappe trägt eine Vorlage vom Entwurf bis zum versiegelten Aufbewahrungspaket.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
gruppen = {
    typ: group(typ, titel)
    for typ, titel in (
        ("vorlage", "Vorlagen: entwerfen, mitzeichnen, freigeben, beraten."),
        ("sitzung", "Sitzungen: planen, einladen, Ergebnisse und Niederschrift festhalten."),
        ("auftrag", "Aufträge: was in Sitzungen verlangt wurde, bis zum Ergebnis."),
    )
}
for _typ, _gruppe in (
    *gruppen.items(),
    ("regelwerk", verwaltung.regeln),
    ("uebergang", verwaltung.wechsel),
    ("aussonderung", aussonderung.gruppe),
    ("post", verwaltung.post),
    ("loeschung", daten_von.loeschung),
    ("schluessel", schluessel.schluessel),
    ("pruefung", pruefung.gruppe),
):
    app.add_typer(_gruppe, name=_typ)
gruppen["sitzung"].command("reihe")(reihe.plan)
app.command("replay")(nachspiel.replay)
app.command()(pruefen.verify)
app.command()(uebernahme.uebernehmen)
app.command()(uebernahme.vergleichen)


@gruppen["vorlage"].command("text")
def text(vorgang: VORGANG, kommune: Kommune, daten: Daten = None, als_json: Json = False) -> None:
    """Den Text der neuesten Fassung zeigen, und was an früheren geändert wurde."""

    async def zeigen(lm: Laufmappe, g: Gewerke, workflow: str) -> None:
        ansicht.text(await lm.register.state(workflow), lm.ablage, als_json)

    view("vorlage", vorgang, kommune, daten, zeigen)


@app.command()
def dokument(
    art: dokumentarten.Dokumentart,
    vorgang: VORGANG,
    kommune: Kommune,
    teil: Annotated[Teil, typer.Option(help="Für wen.")] = Teil.INTERN,
    top: Annotated[int | None, typer.Option(help="Kennung des Tagesordnungspunktes (Auszug).")] = None,
    an: Annotated[str | None, typer.Option(help="Mailadresse des Empfängers (Kalender).")] = None,
    fassung: Annotated[int | None, typer.Option(help="Nummer der Fassung (Vorlage, Original); sonst die, die gilt.")] = None,
    ziel: Annotated[Path | None, typer.Option("--ausgabe", "-o", help="Datei (sonst ein Name nach dem Inhalt).")] = None,
    daten: Daten = None,
    als_json: Json = False,
) -> None:
    """Ein Schriftstück machen: als PDF/A-2b oder als Kalenderdatei."""

    async def machen() -> None:
        async with opened(daten, kommune) as (lm, _):
            inhalt, name = await dokumentarten.make(lm, kommune, art, vorgang, teil, top, an, fassung)
            pfad = ziel or Path(name)
            dateien.write(pfad, inhalt)
            ausgabe.written(pfad, len(inhalt), als_json)

    run(machen)


register_app = Gruppe(help="Das Register: prüfen und neu aufbauen.")
app.add_typer(register_app, name="register")
app.command("auskunft")(daten_von.auskunft)


@register_app.command("neu-aufbauen")
def neu_aufbauen(daten: Daten = None, als_json: Json = False) -> None:
    """Alles im Register neu aufbauen, was nicht Eintrag oder Blatt ist."""

    async def bauen() -> None:
        async with parts(settings(daten)) as g:
            befunde = await g.register.rebuild(fortschritt=None if als_json else ausgabe.progress)
        ausgabe.findings(befunde, als_json)
        ende.failed_if(befunde)

    run(bauen)


# --- running it ---------------------------------------------------------------------------------------------------------


def _port(was: str) -> Any:
    return typer.Option(min=1, max=65535, help=f"Anschluss {was}.")


Anschluss = Annotated[int, _port("des Temporal-Servers")]
Oberflaeche = Annotated[int, _port("der Temporal-Oberfläche")]
WebAnschluss = Annotated[int, _port("der Laufmappe im Browser und ihrer Schnittstellen")]
WebRechner = Annotated[str, typer.Option(help="Auf welcher Adresse dieses Rechners gelauscht wird.")]


@app.command()
def up(daten: Daten = None, port: Anschluss = 7233, ui_port: Oberflaeche = 8233, web_port: WebAnschluss = 8080) -> None:
    """Alles starten: eingebetteter Temporal-Server, Worker, Register, Web. Bis Strg-C. Nicht für den Betrieb."""
    import webdienst

    async def laufen() -> None:
        einstellungen = settings(daten)
        async with (
            embedded_server(einstellungen.daten, port=port, ui_port=ui_port, data_converter=CONVERTER) as client,
            parts(einstellungen) as g,
            running_worker(client, g),
            webdienst.serving(g, g.laufmappe(client), "127.0.0.1", web_port) as adresse,
        ):
            ende_gesagt = asyncio.create_task(until_told_to_stop())
            await asyncio.sleep(0)  # it listens before anybody reads that it runs
            ausgabe.say(f"Die Laufmappe läuft: {adresse}. Oberfläche von Temporal: http://127.0.0.1:{ui_port}. Ende mit Strg-C.")
            if einstellungen.anmeldung is None:
                ausgabe.say("Probebetrieb: Hier kann sich jeder als jeder anmelden. Nie mit echten Vorgängen.")
            await ende_gesagt

    run(laufen)


@app.command()
def web(daten: Daten = None, web_port: WebAnschluss = 8080, web_host: WebRechner = "127.0.0.1") -> None:
    """Nur das Web starten: Schnittstelle, Anmeldung, OParl; für den Temporal-Server der TEMPORAL_*-Variablen. Bis Strg-C."""
    import webdienst

    async def laufen() -> None:
        einstellungen = settings(daten)
        async with parts(einstellungen) as g:
            lm = g.laufmappe(await connect(einstellungen.daten))
            async with webdienst.serving(g, lm, web_host, web_port) as adresse:
                ende_gesagt = asyncio.create_task(until_told_to_stop())
                await asyncio.sleep(0)
                ausgabe.say(f"Das Web der Laufmappe läuft: {adresse}. Ende mit Strg-C.")
                await ende_gesagt

    run(laufen)


@app.command()
def worker() -> None:
    """Nur den Worker starten, für den Temporal-Server der TEMPORAL_*-Variablen. Bis Strg-C."""
    import worker as komposition

    run(lambda: komposition.main(settings(None)))


@app.command()
def demo(daten: Daten = None, als_json: Json = False) -> None:
    """Den Hauptfall vorführen: eine Mitteilungsvorlage vom Entwurf bis zum Aufbewahrungspaket."""
    import demo as vorfuehrung

    run(lambda: vorfuehrung.main(settings(daten), als_json=als_json))


@app.command()
def doctor(
    daten: Daten = None,
    als_json: Json = False,
    bereit: Annotated[bool, typer.Option("--bereit", help="Nur: kann gearbeitet werden? (für Überwachung)")] = False,
    wiederherstellen: Annotated[
        bool,
        typer.Option("--wiederherstellen", help="Nach dem Zurückspielen einer Sicherung die Lücke im Verzeichnis schließen."),
    ] = False,
    kommune: luecke.KOMMUNE = None,
    grund: luecke.GRUND = None,
    als_person: luecke.PERSON = None,
    als_stelle: luecke.STELLE = None,
    als_rolle: luecke.ROLLE = None,
) -> None:
    """Prüfen, ob alles in Ordnung ist: Regelwerke, Register, Post, Temporal, Offenes. Mit Befund ist der Rückgabewert 1."""
    import befund

    async def pruefen() -> None:
        if wiederherstellen:
            await luecke.close(daten, kommune, als_person, als_stelle, als_rolle, grund, als_json)
        elif bereit:
            await befund.ready(settings(daten))
        else:
            ende.failed_if(await befund.main(settings(daten), als_json=als_json))

    run(pruefen)


class Logstufe(StrEnum):
    """From which level on log lines are written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


UNGEFRAGT: dict[str | None, Logstufe] = {
    "up": Logstufe.WARNING,
    "worker": Logstufe.WARNING,
    "web": Logstufe.WARNING,
    "doctor": Logstufe.WARNING,
    "demo": Logstufe.ERROR,
    "replay": Logstufe.CRITICAL,
}
"""Commands that log without being asked to (``replay``: so that Temporal's core keeps still). The others say all in one sentence."""


@app.callback()
def _start(
    ctx: typer.Context,
    log_json: Annotated[bool | None, typer.Option("--log-json/--log-farbe", help="Form der Protokollzeilen.")] = None,
    log_stufe: Annotated[
        Logstufe | None,
        typer.Option("--log-stufe", envvar="LAUFMAPPE_LOG", case_sensitive=False, help="Ab welcher Stufe protokolliert wird."),
    ] = None,
) -> None:
    verify_text([*sys.argv, *(wert for name, wert in os.environ.items() if name.startswith("LAUFMAPPE_"))])
    stufe = log_stufe or UNGEFRAGT.get(ctx.invoked_subcommand, Logstufe.CRITICAL)
    protokollierung.configure(json=log_json, level=stufe.value)
    if ctx.invoked_subcommand in UNGEFRAGT:
        protokollierung.forward_core()


def main() -> None:
    """Entry point of the command ``laufmappe``.

    Everything is closed when a command ends. The process then ends at once: threads of the Temporal SDK that are still about would
    otherwise now and then find the interpreter half taken down, and turn a clean exit code into an abort.
    """

    def lauf() -> Any:
        return app(prog_name="laufmappe", standalone_mode=False)

    code = ende.guarded(lauf)
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
