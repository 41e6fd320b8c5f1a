"""``laufmappe uebernehmen`` and ``laufmappe vergleichen``: another system's records come over, and are held against their source."""

import datetime as dt
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from client import Laufmappe
from kommandozeile import ausgabe, dateien, ende
from kommandozeile.formen import moment
from kommandozeile.lauf import FUER, PERSON, ROLLE, STELLE, Daten, Json, Kommune, actor, opened, run, settings
from lifecycle.ablehnung import Unbekannt, Unplausibel
from schemas.akteur import Akteur, Rolle
from uebernahme import beiwerk, bericht, entwurf, netz
from uebernahme.bestand import our_objects
from uebernahme.dateien import addresses
from uebernahme.lauf import Ergebnis, Uebernahme
from uebernahme.ordner import read_folder
from uebernahme.planung import plan
from uebernahme.quelle import Bestand
from uebernahme.rahmen import Rahmen
from uebernahme.vergleich import Vergleich, compare
from worker import Gewerke, parts

QUELLE = Annotated[
    str,
    typer.Argument(metavar="QUELLE", help="Adresse eines OParl-Endpunkts (System oder Body), oder ein Ordner mit OParl-JSON."),
]
STAND = Annotated[
    str | None, typer.Option("--stand", metavar="ZEITPUNKT", help="Von wann die Quelle spricht (sonst: ihre letzte Änderung).")
]
ZEIGEN = 20


def uebernehmen(
    quelle: QUELLE, kommune: Kommune,
    als_person: PERSON = "", als_stelle: STELLE = "", als_rolle: ROLLE = Rolle.SITZUNGSDIENST, fuer: FUER = None,
    ziel: Annotated[
        Path | None, typer.Option("--entwurf", metavar="ORDNER", help="Nur ein Regelwerk entwerfen und in diesen Ordner schreiben.")
    ] = None,
    probe: Annotated[bool, typer.Option("--probe", help="Nichts übernehmen, nur berichten, was geschähe.")] = False,
    mit_dateien: Annotated[bool, typer.Option("--dateien", help="Auch die Inhalte der Dateien laden und ablegen.")] = False,
    stand: STAND = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Vorlagen und Sitzungen eines früheren Ratsinformationssystems übernehmen (OParl). Lässt sich unterbrechen und wiederholen."""

    async def machen() -> None:
        bestand = await _read(quelle, stand, als_json)
        if ziel is not None:
            _draft(bestand, kommune, ziel, als_json)
            return
        if not als_person or not als_stelle:
            raise Unplausibel("Bitte angeben, wer übernimmt: mit „--als-person“ und „--als-stelle“.")
        akteur = actor(als_person, als_stelle, als_rolle, fuer)
        async with opened(daten) as (lm, g):
            _verify_rules(g, kommune, quelle)
            ergebnis = await _take_over(lm, g, bestand, kommune, akteur, probe, mit_dateien, als_json)
        _tell(ergebnis, als_json)

    run(machen)


def vergleichen(
    quelle: QUELLE, kommune: Kommune,
    zeigen: Annotated[int, typer.Option("--zeigen", min=0, help="Wie viele Unterschiede gezeigt werden.")] = ZEIGEN,
    stand: STAND = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Unsere OParl-Ausgabe mit einer OParl-Quelle vergleichen, Angabe für Angabe. Mit Unterschieden ist der Rückgabewert 1."""

    async def machen() -> None:
        bestand = await _read(quelle, stand, als_json)
        async with parts(settings(daten)) as g:
            _verify_rules(g, kommune, quelle)
            v = compare(bestand, await our_objects(g.register, g.regelwerke, kommune, g.einstellungen.adresse))
        _compared(v, zeigen, als_json)
        if v.abweichungen:
            raise typer.Exit(ende.GESCHEITERT)

    run(machen)


# --- the source ------------------------------------------------------------------------------------------------------------


async def _read(quelle: str, stand: str | None, als_json: bool) -> Bestand:
    """The source, whichever it is. Raises Unplausibel, NichtLesbar."""
    wann = moment(stand) if stand else None
    if not netz.is_url(quelle):
        ordner = Path(quelle)
        if not ordner.is_dir():
            raise Unplausibel(f"„{quelle}“ ist weder eine Webadresse noch ein Ordner. Bitte prüfen.")
        return read_folder(ordner, wann)
    async with netz.endpoint(None if als_json else lambda typ, zahl: ausgabe.say(f"Gelesen: {zahl} {typ}")) as e:
        return await e.read(quelle)


def _draft(b: Bestand, kommune: str, ordner: Path, als_json: bool) -> None:
    text = entwurf.draft(b, kommune)
    pfad = ordner / f"{kommune}_{tomllib.loads(text)['gueltig_ab']}.toml"
    if pfad.exists():
        raise Unplausibel(f"„{pfad}“ gibt es schon. Bitte einen anderen Ordner angeben oder die Datei umbenennen.")
    ordner.mkdir(parents=True, exist_ok=True)
    dateien.write(pfad, text.encode())
    ausgabe.written(pfad, len(text.encode()), als_json)


def _verify_rules(g: Gewerke, kommune: str, quelle: str) -> None:
    if kommune not in g.regelwerke.kommunen:
        raise Unbekannt(
            f"Für „{kommune}“ gilt noch kein Regelwerk. Eines entwerfen: laufmappe uebernehmen {quelle} --kommune {kommune} "
            "--entwurf ORDNER. Dann lesen, in den Ordner der Regelwerke legen und die Laufmappe neu starten."
        )


# --- the run ---------------------------------------------------------------------------------------------------------------


async def _take_over(
    lm: Laufmappe, g: Gewerke, b: Bestand, kommune: str, akteur: Akteur, probe: bool, mit_dateien: bool, als_json: bool
) -> bericht.Bericht:
    geladen: dict[str, str] = {}
    if mit_dateien and not probe:
        geladen = await _contents(lm, b, als_json)
    rahmen = Rahmen(b, kommune, g.regelwerke, akteur, dt.datetime.now(dt.UTC), geladen)
    vorhaben = plan(rahmen)
    e, ort = Ergebnis(), None
    if not probe:
        ort = str(beiwerk.keep(g.einstellungen.daten, kommune, "uebrige", (b.body, *vorhaben.rest)))
        with _bar("Übernehmen", als_json) as fortschritt:
            e = await Uebernahme(lm, akteur, fortschritt).run(vorhaben, kommune)
    fertig = bericht.report(b, vorhaben, e, kommune=kommune, probe=probe, geladen=len(geladen), ablage=ort)
    if not probe:
        beiwerk.keep_report(g.einstellungen.daten, kommune, fertig.model_dump(mode="json"))
    return fertig


async def _contents(lm: Laufmappe, b: Bestand, als_json: bool) -> dict[str, str]:
    """Loads every file that is to be had. Returns digests by id."""
    alle = dict(a for o in (*b.papiere, *b.sitzungen) for a in addresses(o.roh))
    geladen: dict[str, str] = {}
    async with netz.endpoint() as e:
        with _bar("Dateien laden", als_json) as fortschritt:
            for nr, (kennung, adresse) in enumerate(alle.items(), 1):
                inhalt = await e.content(adresse)
                if inhalt is not None:
                    geladen[kennung] = lm.store_document(inhalt).digest
                fortschritt(nr, len(alle))
    return geladen


@contextmanager
def _bar(was: str, als_json: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar beside the output, at a terminal only."""
    konsole = Console(stderr=True)
    spalten = (TextColumn(was), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*spalten, console=konsole, disable=als_json or not konsole.is_terminal, transient=True) as balken:
        aufgabe = balken.add_task(was, total=None)
        yield lambda nr, von: balken.update(aufgabe, completed=nr, total=von)


# --- what is told ----------------------------------------------------------------------------------------------------------


def _tell(b: bericht.Bericht, als_json: bool) -> None:
    if als_json:
        ausgabe.as_json(b)
    else:
        for zeile in bericht.lines(b):
            ausgabe.say(zeile)
    if b.vorlagen.gescheitert or b.sitzungen.gescheitert:
        raise typer.Exit(ende.GESCHEITERT)


def _compared(v: Vergleich, zeigen: int, als_json: bool) -> None:
    if als_json:
        ausgabe.as_json(_as_dict(v))
        return
    tabelle = Table("Angabe", "in der Quelle", "gleich", "anders", "ins Leere")
    for fakt, z in sorted(v.zahlen.items()):
        tabelle.add_row(fakt, *map(str, (z.genannt, z.gleich, z.genannt - z.gleich, z.ins_leere)))
    ausgabe.table(tabelle)
    for a in v.abweichungen[:zeigen]:
        ausgabe.say(f"{a.fakt} von {a.quelle}: dort {_shown(a.dort)}, hier {_shown(a.hier)}")
    if len(v.abweichungen) > zeigen:
        ausgabe.say(f"… und {len(v.abweichungen) - zeigen} weitere (alle mit --json).")
    ausgabe.say(f"{v.gleich} von {v.genannt} Angaben gleich ({v.anteil:.2f} %).")


def _as_dict(v: Vergleich) -> dict[str, Any]:
    return {
        "genannt": v.genannt,
        "gleich": v.gleich,
        "zahlen": {fakt: vars(z) for fakt, z in sorted(v.zahlen.items())},
        "abweichungen": [
            {"fakt": a.fakt, "quelle": a.quelle, "dort": _plain(a.dort), "hier": _plain(a.hier)} for a in v.abweichungen
        ],
    }


def _plain(wert: Any) -> Any:
    return sorted(wert) if isinstance(wert, frozenset) else wert


def _shown(wert: Any) -> str:
    text = "nichts" if wert in (None, frozenset()) else str(_plain(wert))
    return text if len(text) <= 200 else text[:200] + " …"
