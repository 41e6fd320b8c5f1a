"""What the command line prints: for people as German lines and tables, for programs as one JSON object."""

import datetime as dt
import functools
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from client import Bestaetigung
from lifecycle.erzaehlung import tell
from lifecycle.kern import BERLIN
from lifecycle.kerne import kern_of
from register import Ausgang as Nachricht
from register.zeilen import Zeile
from schemas.befehl import Eintrag
from schemas.regelwerk import Regelwerk, Regelwerke
from uebergang import Ausgang, Posten

_console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
KURZ = 8
STEUERZEICHEN: dict[int, str | None] = {
    nr: None if chr(nr) == "\r" else "\N{REPLACEMENT CHARACTER}"
    for nr in (*range(0x20), *range(0x7F, 0xA0))
    if chr(nr) not in "\n\t"
}


def table(tabelle: Table) -> None:
    """A table for people; nothing is cut off."""
    _console.print(tabelle)


def say(satz: str) -> None:
    """One line for people. What steers a terminal, in a text that came as a file, is shown as a mark and does nothing."""
    _console.print(satz.translate(STEUERZEICHEN))


def as_json(wert: Any) -> None:
    """One JSON object for programs."""
    sys.stdout.write(json.dumps(wert, ensure_ascii=False, indent=2, default=_plain) + "\n")


def _plain(wert: Any) -> Any:
    if isinstance(wert, BaseModel):
        return wert.model_dump(mode="json")
    if isinstance(wert, dt.datetime):
        return wert.isoformat()
    return str(wert)


def receipt(quittung: Bestaetigung, json_: bool) -> None:
    """What an accepted command brings back."""
    if json_:
        as_json(quittung)
        return
    say(f"Angenommen: Eintrag {quittung.seq} in {quittung.vorgang}" + (f", {quittung.antwort}" if quittung.antwort else ""))
    if not quittung.sichtbar:
        say("Der Eintrag ist sicher, aber noch nicht sichtbar; das Register wird nachgetragen.")


def rules(zeilen: Sequence[Mapping[str, Any]], json_: bool) -> None:
    """Versions of the rules."""
    if json_:
        as_json(list(zeilen))
        return
    tabelle = Table("Ab", "Prüfsumme", "Bestätigt", "Gilt")
    for zeile in zeilen:
        tabelle.add_row(
            zeile["fassung"], zeile["pruefsumme"][:12], *("ja" if zeile[n] else "nein" for n in ("bestaetigt", "gilt"))
        )
    table(tabelle)


def messages(liegt: Sequence[Nachricht], json_: bool) -> None:
    """Messages that nobody sends by themselves, and why."""
    if json_:
        as_json(
            [
                {name: getattr(a, name) for name in ("id", "art", "empfaenger", "kanal", "versuche", "erstellt", "grund")}
                for a in liegt
            ]
        )
        return
    if not liegt:
        say("Nichts ist liegen geblieben.")
    for a in liegt:
        say(f"{moment(a.erstellt)}  {a.id}  ({a.kanal}, {a.art}): {a.grund or 'nach einem Neuaufbau des Registers ungeklärt'}")


def written(pfad: Path, groesse: int, json_: bool) -> None:
    """A file was written."""
    if json_:
        as_json({"datei": str(pfad), "groesse": groesse})
        return
    say(f"{pfad} geschrieben ({groesse / 1000:.0f} KB)")


def series(geplant: Sequence[Mapping[str, Any]], json_: bool) -> None:
    """Meetings that were planned together, and what to know of each one's day."""
    if json_:
        as_json(list(geplant))
        return
    for sitzung in geplant:
        hinweise = "".join(f" Hinweis: {hinweis}" for hinweis in sitzung["hinweise"])
        say(f"Geplant: {moment(sitzung['beginn'])}, {sitzung['vorgang']}{hinweise}")


def fields(titel: str, felder: Mapping[str, str]) -> None:
    """A list of label and value, as published pages have it."""
    breite = max(len(name) for name in felder) + 1
    say(titel)
    for name, wert in felder.items():
        say(f"  {name + ':':<{breite}}  {wert}")


def moment(zeit: dt.datetime) -> str:
    """A time for people, in Berlin."""
    return f"{zeit.astimezone(BERLIN):%d.%m.%Y %H:%M}"


def short_name(rw: Regelwerk | None, am: dt.datetime, stelle: str) -> str:
    """``A 46`` for ``a-46``; the id where the Regelwerk does not have the office."""
    treffer = next((s.am(am.astimezone(BERLIN).date()) for s in rw.stellen if s.id == stelle), None) if rw else None
    return (treffer.kuerzel or treffer.name) if treffer else f"({stelle})"


def told(eintraege: Sequence[Eintrag], regelwerke: Regelwerke) -> Iterable[dict[str, Any]]:
    """Entries as sentences, with the offices' names of the day."""
    for e in eintraege:
        befehl = kern_of(e.workflow).parse(e.befehl)
        am = befehl.geschehen or e.zeit
        rw = regelwerke.am(e.workflow.split("/")[1], am.astimezone(BERLIN).date())
        yield {
            "seq": e.seq,
            "am": am.isoformat(),
            "eingetragen": e.zeit.isoformat(),
            "nacherfasst": befehl.geschehen is not None,
            "art": befehl.art,
            "stelle": befehl.akteur.stelle,
            "rolle": befehl.akteur.rolle.value,
            "erfasst_von": befehl.erfasst_von,
            "satz": tell(befehl, functools.partial(short_name, rw, am)),
        }


def history(workflow: str, eintraege: Sequence[Eintrag], regelwerke: Regelwerke, json_: bool) -> None:
    """The Verlauf, a line per entry."""
    zeilen = list(told(eintraege, regelwerke))
    if json_:
        as_json({"vorgang": workflow, "verlauf": zeilen})
        return
    for zeile in zeilen:
        nach = f" [nacherfasst am {moment(dt.datetime.fromisoformat(zeile['eingetragen']))}]" if zeile["nacherfasst"] else ""
        say(f"{zeile['seq']:>4}  {moment(dt.datetime.fromisoformat(zeile['am']))}  {zeile['satz']}{nach}")


SPALTEN: dict[str, dict[str, str]] = {
    "vorlage": {
        "nummer": "Nummer",
        "betreff": "Betreff",
        "federfuehrend": "Federführend",
        "stufe": "Stufe",
        "beschluss": "Ergebnis",
        "zuletzt": "Zuletzt",
        "workflow": "Kennung",
    },
    "sitzung": {"beginn": "Beginn", "gremium_name": "Gremium", "stufe": "Stufe", "tops": "TOPs", "workflow": "Kennung"},
    "auftrag": {
        "grundlage": "Grundlage",
        "verlangt": "Verlangt",
        "stelle": "Stelle",
        "faellig_text": "Fällig",
        "stufe": "Stufe",
        "workflow": "Kennung",
    },
}
"""Columns of each list: field to heading."""


def progress(nr: int, von: int) -> None:
    """How far a long work is, on one line."""
    _console.print(f"\r{nr} von {von}", end="" if nr < von else "\n")


def rows(typ: str, zeilen: Sequence[Zeile], json_: bool) -> None:
    """A list of cases."""
    spalten = SPALTEN[typ]
    if json_:
        as_json([zeile.model_dump(mode="json") for zeile in zeilen])
        return
    if not zeilen:
        say("Nichts gefunden.")
        return
    tabelle = Table(*spalten.values())
    for zeile in zeilen:
        tabelle.add_row(*(_short_id(zeile.workflow) if feld == "workflow" else _cell(getattr(zeile, feld)) for feld in spalten))
    table(tabelle)


def _short_id(workflow: str) -> str:
    """The beginning of an id: enough to name a case by, and short enough to be read."""
    return workflow.rsplit("/", 1)[-1][:KURZ]


def _cell(wert: Any) -> str:
    if isinstance(wert, dt.datetime):
        return moment(wert)
    return "" if wert is None else str(wert)


def findings(befunde: Sequence[str], json_: bool) -> None:
    """What a check found; nothing is good."""
    if json_:
        as_json({"befunde": list(befunde)})
        return
    for befund in befunde:
        say(f"- {befund}")
    if not befunde:
        say("Ohne Befund.")


def decided(ausgaenge: Sequence[Ausgang], bleibt: Sequence[Posten], json_: bool) -> None:
    """What became of decisions on open matters, and what is open after them."""
    nein = [f"{a.posten.bezeichnung}: {a.satz}" for a in ausgaenge if a.art == "abgelehnt"]
    erbeten = [f"{a.posten.bezeichnung}: {a.satz}" for a in ausgaenge if a.art == "erbeten"]
    if json_:
        as_json({"befunde": nein, "erbeten": erbeten, "offen": list(bleibt)})
        return
    for wort, saetze in (("Abgelehnt", nein), ("Noch nicht entschieden", erbeten), ("Offen", [p.bezeichnung for p in bleibt])):
        for satz in saetze:
            say(f"{wort}: {satz}")
    say(f"Noch offen: {len(bleibt)}." if bleibt else "Nichts ist mehr offen.")
