"""The command line: ``laufmappe``. A door: it types, asks and prints; what is allowed the rules decide.

The commands of every role are made from the command classes, so a new command is here as soon as it exists.
"""

import datetime as dt
import inspect
import os
import secrets
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

import protokollierung
from client import Laufmappe
from dokumente.inhalt import Teil
from einstellungen import from_environment
from embedded import embedded_server
from kommandozeile import ansicht, ausgabe, verwaltung
from kommandozeile import dokument as dokumente
from kommandozeile.eingabe import Option, moment, options
from kommandozeile.lauf import (
    ABWEICHUNG,
    FORTSETZEN,
    FUER,
    GESCHEHEN,
    PERSON,
    ROLLE,
    SCHLUESSEL,
    STELLE,
    VORGANG,
    Daten,
    Json,
    Kommune,
    opened,
    run,
)
from lifecycle.kern import BERLIN, Kommando, Nacherfassen
from lifecycle.kerne import KERNE
from lifecycle.rechte import for_people
from schemas.akteur import Akteur
from worker import CONVERTER, Gewerke, parts, running_worker, until_told_to_stop

app = typer.Typer(
    name="laufmappe",
    help="Laufmappe trägt eine Vorlage vom Entwurf bis zum versiegelten Aufbewahrungspaket.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)

SUCHE = {
    "vorlage": {"stufe": "Nur diese Stufe.", "federfuehrend": "Nur dieses Amt (Kennung).", "gremium": "Nur dieses Gremium."},
    "sitzung": {"stufe": "Nur diese Stufe.", "gremium": "Nur dieses Gremium (Kennung)."},
    "auftrag": {"stufe": "Nur diese Stufe.", "stelle": "Nur diese Stelle (Kennung).", "gremium": "Nur dieses Gremium."},
}
"""By what each list can be narrowed: column to help."""

# --- the commands of every role -----------------------------------------------------------------------------------------


def _signature(klasse: type[Kommando[Any]], eigene: tuple[Option, ...]) -> inspect.Signature:
    kw = inspect.Parameter.KEYWORD_ONLY
    parameter = [] if klasse.legt_an else [inspect.Parameter("vorgang", kw, annotation=VORGANG)]
    if klasse.art == Nacherfassen.art:
        parameter = [inspect.Parameter("vorgang", kw, annotation=FORTSETZEN, default=None)]
    parameter += [option.parameter for option in eigene]
    fest: tuple[tuple[str, Any, Any], ...] = (
        ("person", PERSON, ...),
        ("stelle_", STELLE, ...),
        ("rolle_", ROLLE, ...),
        ("fuer", FUER, None),
        ("kommune", Kommune, ...),
        ("schluessel", SCHLUESSEL, None),
        ("geschehen", GESCHEHEN, None),
        ("abweichung", ABWEICHUNG, None),
        ("daten", Daten, None),
        ("als_json", Json, False),
    )
    parameter += [
        inspect.Parameter(name, kw, annotation=typ, default=inspect.Parameter.empty if default is ... else default)
        for name, typ, default in fest
    ]
    return inspect.Signature(parameter)


def _make(typ: str, klasse: type[Kommando[Any]]) -> Callable[..., None]:
    eigene = options(klasse)

    def befehl(**werte: Any) -> None:
        run(lambda: _give(typ, klasse, eigene, werte), als_json=werte["als_json"])

    befehl.__doc__ = (klasse.__doc__ or "").strip().splitlines()[0]
    befehl.__signature__ = _signature(klasse, eigene)  # type: ignore[attr-defined]  # Typer reads it
    return befehl


async def _give(typ: str, klasse: type[Kommando[Any]], eigene: tuple[Option, ...], werte: dict[str, Any]) -> None:
    async with opened(werte["daten"]) as (lm, _):
        kommune = werte["kommune"]

        async def find(art: str, text: str) -> str:
            return await lm.find(kommune, art, text)

        felder = {o.feld: await o.read(werte[o.feld], lm, find) for o in eigene if werte[o.feld] not in (None, [])}
        akteur = Akteur(person=werte["person"], stelle=werte["stelle_"], rolle=werte["rolle_"], fuer=werte["fuer"])
        if werte["geschehen"]:
            felder["geschehen"] = moment(werte["geschehen"])
        if werte["abweichung"]:
            felder["abweichung"] = werte["abweichung"]
        schluessel = werte["schluessel"] or secrets.token_hex(12)
        if klasse.legt_an and not werte.get("vorgang"):
            quittung = await lm.create(typ, kommune, klasse.art, akteur, schluessel, **felder)
        else:
            workflow = await find(typ, werte["vorgang"])
            if klasse.art == "wiederaufnehmen":
                felder.setdefault("siegel", await lm.seal_of(workflow))
            quittung = await lm.act(workflow, klasse.art, akteur, schluessel, **felder)
        ausgabe.receipt(quittung, werte["als_json"])


def _group(typ: str, titel: str) -> typer.Typer:
    gruppe = typer.Typer(help=titel, no_args_is_help=True)
    for art, klasse in sorted(KERNE[typ].befehle.items()):
        if for_people(art):
            gruppe.command(art.replace("_", "-"))(_make(typ, klasse))
    _add_views(gruppe, typ)
    return gruppe


def _add_views(gruppe: typer.Typer, typ: str) -> None:
    @gruppe.command("show")
    def show(vorgang: VORGANG, kommune: Kommune, daten: Daten = None, als_json: Json = False) -> None:
        """Einen Vorgang zeigen."""

        async def zeigen(lm: Laufmappe, g: Gewerke, workflow: str) -> None:
            paket = g.package(workflow)
            ansicht.case(workflow, await lm.register.state(workflow), str(paket) if paket.exists() else None, als_json)

        _view(typ, vorgang, kommune, daten, als_json, zeigen)

    @gruppe.command("history")
    def history(vorgang: VORGANG, kommune: Kommune, daten: Daten = None, als_json: Json = False) -> None:
        """Den Verlauf eines Vorgangs zeigen: jeden Eintrag."""

        async def zeigen(lm: Laufmappe, g: Gewerke, workflow: str) -> None:
            ausgabe.history(workflow, await lm.register.entries(workflow), g.regelwerke, als_json)

        _view(typ, vorgang, kommune, daten, als_json, zeigen)

    def auflisten(kommune: str, daten: Path | None, als_json: bool, **gesucht: str | None) -> None:
        """Die Vorgänge auflisten, neueste zuerst."""

        async def zeigen() -> None:
            async with opened(daten) as (lm, _):
                zeilen = await lm.register.list_cases(kommune, typ, **{n: w for n, w in gesucht.items() if w})
                ausgabe.rows(typ, zeilen, als_json)

        run(zeigen, als_json=als_json)

    auflisten.__signature__ = _list_signature(typ)  # type: ignore[attr-defined]  # Typer reads it
    gruppe.command("list")(auflisten)


def _list_signature(typ: str) -> inspect.Signature:
    kw = inspect.Parameter.KEYWORD_ONLY
    suche = [
        inspect.Parameter(feld, kw, default=None, annotation=Annotated[str | None, typer.Option(help=hilfe)])
        for feld, hilfe in SUCHE[typ].items()
    ]
    fest = (("kommune", Kommune, inspect.Parameter.empty), ("daten", Daten, None), ("als_json", Json, False))
    return inspect.Signature([*suche, *(inspect.Parameter(n, kw, annotation=t, default=d) for n, t, d in fest)])


Zeigen = Callable[[Laufmappe, Gewerke, str], Coroutine[Any, Any, None]]


def _view(typ: str, vorgang: str, kommune: str, daten: Path | None, als_json: bool, zeigen: Zeigen) -> None:
    """Finds the case and shows it."""

    async def finden() -> None:
        async with opened(daten) as (lm, g):
            await zeigen(lm, g, await lm.find(kommune, typ, vorgang))

    run(finden, als_json=als_json)


gruppen: dict[str, typer.Typer] = {}
for _typ, _titel in (
    ("vorlage", "Vorlagen: entwerfen, mitzeichnen, freigeben, beraten."),
    ("sitzung", "Sitzungen: planen, einladen, Ergebnisse und Niederschrift festhalten."),
    ("auftrag", "Aufträge: was in Sitzungen verlangt wurde, bis zum Ergebnis."),
):
    gruppen[_typ] = _group(_typ, _titel)
    app.add_typer(gruppen[_typ], name=_typ)


@gruppen["vorlage"].command("text")
def text(vorgang: VORGANG, kommune: Kommune, daten: Daten = None, als_json: Json = False) -> None:
    """Den Text der neuesten Fassung zeigen, und was an früheren geändert wurde."""

    async def zeigen(lm: Laufmappe, g: Gewerke, workflow: str) -> None:
        ansicht.text(await lm.register.state(workflow), lm.ablage, als_json)

    _view("vorlage", vorgang, kommune, daten, als_json, zeigen)


@gruppen["sitzung"].command("reihe")
def reihe(
    gremium: Annotated[str, typer.Option(help="Kennung des Gremiums.")],
    beginn: Annotated[str, typer.Option(help="Beginn der ersten Sitzung (2021-06-16T16:00).")],
    wochen: Annotated[int, typer.Option(min=1, help="Abstand in Wochen.")],
    anzahl: Annotated[int, typer.Option(min=1, max=60, help="Wie viele Sitzungen.")],
    person: PERSON, stelle: STELLE, rolle: ROLLE, kommune: Kommune,
    schluessel: SCHLUESSEL = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Eine Reihe von Sitzungen planen, immer zur selben Uhrzeit."""

    async def planen() -> None:
        async with opened(daten) as (lm, _):
            akteur = Akteur(person=person, stelle=stelle, rolle=rolle)
            kennung = schluessel or secrets.token_hex(12)
            erste = moment(beginn).astimezone(BERLIN)
            termine = [erste + dt.timedelta(weeks=wochen * nr) for nr in range(anzahl)]
            ausgabe.series(
                [
                    await lm.create("sitzung", kommune, "planen", akteur, f"{kennung}/{nr}", gremium=gremium, beginn=termin)
                    for nr, termin in enumerate(termine)
                ],
                als_json,
            )

    run(planen, als_json=als_json)


@app.command()
def dokument(
    art: dokumente.Dokumentart,
    vorgang: VORGANG,
    kommune: Kommune,
    teil: Annotated[Teil, typer.Option(help="Für wen.")] = Teil.INTERN,
    top: Annotated[int | None, typer.Option(help="Kennung des Tagesordnungspunktes (Auszug).")] = None,
    an: Annotated[str | None, typer.Option(help="Mailadresse des Empfängers (Kalender).")] = None,
    ziel: Annotated[Path | None, typer.Option("--ausgabe", "-o", help="Datei (sonst ein Name nach dem Inhalt).")] = None,
    daten: Daten = None,
    als_json: Json = False,
) -> None:
    """Ein Schriftstück machen: als PDF/A-2b oder als Kalenderdatei."""

    async def machen() -> None:
        async with opened(daten) as (lm, g):
            inhalt, name = await dokumente.make(lm, g, kommune, art, vorgang, teil, top, an)
            pfad = ziel or Path(name)
            pfad.write_bytes(inhalt)
            ausgabe.written(pfad, len(inhalt), als_json)

    run(machen, als_json=als_json)


app.add_typer(verwaltung.regeln, name="regelwerk")
app.add_typer(verwaltung.wechsel, name="uebergang")

register_app = typer.Typer(help="Das Register: prüfen und neu aufbauen.", no_args_is_help=True)
app.add_typer(register_app, name="register")


@register_app.command("neu-aufbauen")
def neu_aufbauen(daten: Daten = None, als_json: Json = False) -> None:
    """Alles im Register neu aufbauen, was nicht Eintrag oder Blatt ist."""

    async def bauen() -> None:
        async with parts(from_environment(daten)) as g:
            befunde = await g.register.rebuild(fortschritt=None if als_json else ausgabe.progress)
            ausgabe.findings(befunde, als_json)

    run(bauen, als_json=als_json)


# --- running it ---------------------------------------------------------------------------------------------------------


@app.command()
def up(
    daten: Daten = None,
    port: Annotated[int, typer.Option(help="Anschluss des Temporal-Servers.")] = 7233,
    ui_port: Annotated[int, typer.Option(help="Anschluss der Temporal-Oberfläche.")] = 8233,
) -> None:
    """Alles starten: eingebetteter Temporal-Server, Worker, Register. Bis Strg-C. Nicht für den Betrieb."""

    async def laufen() -> None:
        einstellungen = from_environment(daten)
        async with (
            embedded_server(einstellungen.daten, port=port, ui_port=ui_port, data_converter=CONVERTER) as client,
            parts(einstellungen) as g,
            running_worker(client, g),
        ):
            ausgabe.say(f"Die Laufmappe läuft. Oberfläche von Temporal: http://127.0.0.1:{ui_port}. Ende mit Strg-C.")
            await until_told_to_stop()

    run(laufen)


@app.command()
def worker() -> None:
    """Nur den Worker starten, für den Temporal-Server der TEMPORAL_*-Variablen. Bis Strg-C."""
    import worker as komposition

    run(lambda: komposition.main(from_environment()))


@app.command()
def demo(daten: Daten = None, als_json: Json = False) -> None:
    """Den Hauptfall vorführen: eine Mitteilungsvorlage vom Entwurf bis zum Aufbewahrungspaket."""
    import demo as vorfuehrung

    run(lambda: vorfuehrung.main(from_environment(daten), als_json=als_json), als_json=als_json)


@app.command()
def doctor(
    daten: Daten = None,
    als_json: Json = False,
    bereit: Annotated[bool, typer.Option("--bereit", help="Nur: kann gearbeitet werden? (für Überwachung)")] = False,
) -> None:
    """Prüfen, ob alles in Ordnung ist: Regelwerke, Register, Post, Temporal."""
    import befund

    async def pruefen() -> None:
        einstellungen = from_environment(daten)
        await (befund.ready(einstellungen) if bereit else befund.main(einstellungen, als_json=als_json))

    run(pruefen, als_json=als_json)


@app.callback()
def _start(
    log_json: Annotated[bool | None, typer.Option("--log-json/--log-farbe", help="Form der Protokollzeilen.")] = None,
    log_stufe: Annotated[str, typer.Option("--log-stufe", envvar="LAUFMAPPE_LOG", help="INFO, WARNING …")] = "WARNING",
) -> None:
    protokollierung.configure(json=log_json, level=log_stufe)


def main() -> None:
    """Entry point of the command ``laufmappe``.

    Everything is closed when a command ends. The process then ends at once: threads of the Temporal SDK that are still about would
    otherwise now and then find the interpreter half taken down, and turn a clean exit code into an abort.
    """
    code: int | str | None = 0
    try:
        app()
    except SystemExit as ende:
        code = ende.code
    if isinstance(code, str):
        sys.stderr.write(code + "\n")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
