"""Commands for auditors: a command for each report, all of them at once, and the export of the log. None needs Temporal."""

import contextlib
import datetime as dt
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from kommandozeile import ausgabe, dateien
from kommandozeile.deutsch import Gruppe
from kommandozeile.lauf import FUER, PERSON, ROLLE, STELLE, Daten, Json, Kommune, actor, run, settings
from lifecycle.ablehnung import Unplausibel
from lifecycle.bekannt import verify_search, verify_town
from lifecycle.fristen import day
from pruefung import ausfuhr, durchgang, frage, tabelle
from pruefung.bericht import Bericht, reports
from pruefung.durchgang import Anfrage, Reihe
from schemas.akteur import Akteur
from worker import Gewerke, parts

gruppe = Gruppe(help="Für die Prüfung: Berichte über alle Vorgänge und Ausfuhr des Verlaufs. Geht auch ohne laufende Laufmappe.")
VON = Annotated[str | None, typer.Option("--von", metavar="DATUM", help="Ab diesem Tag (2021-01-01).")]
BIS = Annotated[str | None, typer.Option("--bis", metavar="DATUM", help="Bis zu diesem Tag, ihn eingeschlossen.")]
GREMIUM = Annotated[str | None, typer.Option("--gremium", metavar="KENNUNG", help="Nur, was dieses Gremium betrifft.")]
AMT = Annotated[str | None, typer.Option("--stelle", metavar="KENNUNG", help="Nur, was diese Stelle betrifft.")]
AM = Annotated[
    str | None, typer.Option("--am", metavar="DATUM", help="Tag, auf den es bei Rechten und Fristen ankommt; sonst heute.")
]
ZIEL = Annotated[Path | None, typer.Option("--ausgabe", "-o", metavar="DATEI", help="Datei: .xlsx oder .csv.")]
ALLES_ZIEL = Annotated[
    Path,
    typer.Option("--ausgabe", "-o", metavar="DATEI|ORDNER", help="Datei .xlsx (ein Blatt je Bericht) oder Ordner (je eine CSV)."),
]
JSONL_ZIEL = Annotated[Path, typer.Option("--ausgabe", "-o", metavar="DATEI", help="Datei: .jsonl.")]
TAG = Annotated[str, typer.Argument(metavar="TAG", help="Tag, um den es geht (2021-05-03).", show_default=False)]


class Frage(NamedTuple):
    """What was typed: days as texts, ids, who asks."""

    kommune: str
    akteur: Akteur
    von: str | None = None
    bis: str | None = None
    gremium: str | None = None
    stelle: str | None = None
    am: str | None = None


def _day(wert: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(wert) if wert else None
    except ValueError:
        raise Unplausibel(f"„{wert}“ ist kein Tag. Bitte so schreiben: 2021-05-03.") from None


@asynccontextmanager
async def _asked(f: Frage, daten: Path | None) -> AsyncIterator[tuple[Gewerke, Anfrage]]:
    """The parts, and the question as the reports take it. Raises a refusal: who may not look learns nothing else."""
    heute = day(dt.datetime.now(dt.UTC))
    tage = {"von": _day(f.von), "bis": _day(f.bis), "am": _day(f.am)}
    async with parts(settings(daten)) as g:
        verify_town(g.hinterlegt, f.kommune)
        anfrage = frage.asked(g.regelwerke, f.akteur, f.kommune, heute, **tage, gremium=f.gremium, stelle=f.stelle)
        verify_search(g.hinterlegt, f.kommune, {n: w for n, w in (("gremium", f.gremium), ("stelle", f.stelle)) if w})
        yield g, anfrage


def _one(b: Bericht, f: Frage, ziel: Path | None, daten: Path | None, als_json: bool) -> None:
    if ziel and ziel.suffix not in (".xlsx", ".csv"):
        raise Unplausibel(f"„{ziel}“ endet weder auf .xlsx noch auf .csv. Bitte eines davon wählen.")

    async def machen() -> None:
        async with _asked(f, daten) as (g, anfrage):
            reihen = await durchgang.run(g.register, g.regelwerke, [b], anfrage)
            angaben = await frage.described(g.register, anfrage)
        if ziel:
            inhalt = tabelle.xlsx([b], reihen, angaben) if ziel.suffix == ".xlsx" else tabelle.csv_text(b, reihen[b.kennung])
            dateien.write(ziel, inhalt)
            ausgabe.written(ziel, len(inhalt), als_json)
        elif als_json:
            ausgabe.as_json({"bericht": b.kennung, "angaben": angaben, "zeilen": list(tabelle.as_objects(b, reihen[b.kennung]))})
        else:
            _show(b, reihen[b.kennung])

    run(machen)


def _show(b: Bericht, reihen: Sequence[Reihe]) -> None:
    """A finding in one line of where it was found and one of what: its columns are too many for a terminal."""
    if not reihen:
        ausgabe.say(tabelle.KEINE)
    wo = len(b.alle_spalten) - len(b.spalten)
    for reihe in reihen:
        worte = [(s.titel, tabelle.words(wert)) for s, wert in zip(b.alle_spalten, reihe, strict=True)]
        ort, befund = (" · ".join(f"{titel}: {wort}" for titel, wort in teil if wort) for teil in (worte[:wo], worte[wo:]))
        ausgabe.say(f"{ort}\n    {befund}" if ort else befund)


def _add(b: Bericht) -> None:
    """The command of a report; one that looks at no case is about a day."""

    def zeitraum(
        als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune, von: VON = None, bis: BIS = None,
        gremium: GREMIUM = None, stelle: AMT = None, ziel: ZIEL = None, fuer: FUER = None, daten: Daten = None, als_json: Json = False,
    ) -> None:  # fmt: skip
        akteur = actor(als_person, als_stelle, als_rolle, fuer)
        _one(b, Frage(kommune, akteur, von, bis, gremium, stelle), ziel, daten, als_json)

    def tag(
        tag: TAG, als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
        stelle: AMT = None, ziel: ZIEL = None, fuer: FUER = None, daten: Daten = None, als_json: Json = False,
    ) -> None:  # fmt: skip
        akteur = actor(als_person, als_stelle, als_rolle, fuer)
        _one(b, Frage(kommune, akteur, stelle=stelle, am=tag), ziel, daten, als_json)

    befehl = zeitraum if b.je_fall else tag
    befehl.__doc__ = b.zweck
    gruppe.command(b.kennung)(befehl)


for _bericht in reports().values():
    _add(_bericht)


@gruppe.command()
def liste(als_json: Json = False) -> None:
    """Welche Berichte es gibt."""
    if als_json:
        ausgabe.as_json([{"bericht": b.kennung, "titel": b.titel, "zweck": b.zweck} for b in reports().values()])
        return
    for b in reports().values():
        ausgabe.say(f"{b.kennung:<16} {b.zweck}")


@gruppe.command()
def alle(
    ziel: ALLES_ZIEL, als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
    von: VON = None, bis: BIS = None, gremium: GREMIUM = None, stelle: AMT = None, am: AM = None,
    fuer: FUER = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Alle Berichte auf einmal: eine Mappe mit einem Blatt je Bericht, oder ein Ordner mit je einer CSV-Datei."""
    gefragt = Frage(kommune, actor(als_person, als_stelle, als_rolle, fuer), von, bis, gremium, stelle, am)
    if ziel.suffix and ziel.suffix != ".xlsx" and not ziel.is_dir():
        raise Unplausibel(f"„{ziel}“ ist weder eine Datei .xlsx noch ein Ordner. Bitte eines davon angeben.")
    berichte = list(reports().values())

    async def machen() -> None:
        async with _asked(gefragt, daten) as (g, anfrage):
            reihen = await durchgang.run(g.register, g.regelwerke, berichte, anfrage)
            angaben = await frage.described(g.register, anfrage)
        if ziel.suffix == ".xlsx":
            fertig = {ziel: tabelle.xlsx(berichte, reihen, angaben)}
        else:
            dateien.make_folder(ziel)
            fertig = {ziel / f"{b.kennung}.csv": tabelle.csv_text(b, reihen[b.kennung]) for b in berichte}
        for pfad, inhalt in fertig.items():
            dateien.write(pfad, inhalt)
        zahlen = {b.kennung: len(reihen[b.kennung]) for b in berichte}
        if als_json:
            ausgabe.as_json({"dateien": [str(p) for p in fertig], "zeilen": zahlen})
            return
        for b in berichte:
            ausgabe.say(f"{zahlen[b.kennung]:>6}  {b.titel}")
        ausgabe.say(f"{ziel} geschrieben")

    run(machen)


@gruppe.command()
def export(
    ziel: JSONL_ZIEL, als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
    von: VON = None, bis: BIS = None, gremium: GREMIUM = None, stelle: AMT = None,
    fuer: FUER = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Den Verlauf als JSON Lines ausgeben: je Zeile Blattnummer, Kopf mit Prüfsumme, Inhalt mit Salzen, soweit einsehbar."""
    gefragt = Frage(kommune, actor(als_person, als_stelle, als_rolle, fuer), von, bis, gremium, stelle)

    async def machen() -> None:
        async with _asked(gefragt, daten) as (g, anfrage):
            anzahl = await _stream(g, anfrage, ziel)
        if als_json:
            ausgabe.as_json({"datei": str(ziel), "eintraege": anzahl})
        else:
            ausgabe.say(f"{ziel} geschrieben ({anzahl} Einträge)")

    run(machen)


async def _stream(g: Gewerke, anfrage: Anfrage, ziel: Path) -> int:
    """Writes line by line beside the file, which is there whole or not at all. Returns how many lines it has."""
    auswahl = await ausfuhr.selection(g.register, anfrage)
    bis_blatt, von = await g.register.log_extent(auswahl)
    daneben = ziel.with_name(f".{ziel.name}.teil")
    dateien.write(daneben, b"")
    anzahl = 0
    try:
        with daneben.open("a", encoding="utf-8") as datei:
            async for zeilen in ausfuhr.lines(g.register, auswahl, anfrage.einblick, bis_blatt):
                datei.writelines(f"{zeile}\n" for zeile in zeilen)
                anzahl += len(zeilen)
                _progress(anzahl, von)
        daneben.replace(ziel)
    finally:
        with contextlib.suppress(FileNotFoundError):
            daneben.unlink()
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    return anzahl


def _progress(nr: int, von: int) -> None:
    """How far it is, beside the output; on one line at a terminal."""
    sys.stderr.write(f"\r{nr} von höchstens {von}" if sys.stderr.isatty() else f"{nr} von höchstens {von}\n")
    sys.stderr.flush()
