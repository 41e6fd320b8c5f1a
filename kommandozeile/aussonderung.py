"""Handing over to the town's archive: what is due, the offer (0501), the container (0503), and checking any such file."""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from archive.aufbau import object_id
from aussonderung import behaelter, nachricht, pruefung, quelle
from aussonderung.historie import Benennung
from client import Laufmappe
from kommandozeile import ausgabe, dateien, ende
from kommandozeile.befehle import group, view
from kommandozeile.formen import moment
from kommandozeile.lauf import (
    FUER,
    PERSON,
    ROLLE,
    SCHLUESSEL,
    STELLE,
    VORGANG,
    Daten,
    Json,
    Kommune,
    actor,
    opened,
    repeatable,
    run,
)
from lifecycle.ablehnung import Unbekannt, Unplausibel
from lifecycle.aussonderung import AUSSONDERBAR, HOECHSTENS, Hindernis, case_facts, kept_until, obstacle, period
from lifecycle.fristen import day
from lifecycle.hilfe import HILFE
from schemas.auftrag import Auftrag
from schemas.aussonderung import Angebot, Aussonderung, Fall
from schemas.regelwerk import Regelwerk, Regelwerke
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand
from worker import Gewerke

GEDULD = 30.0
TYP = "aussonderung"
OHNE_NAMEN = "nichtöffentlich"
gruppe = group(TYP, "Aussonderung: dem Archiv anbieten, Bewertung übernehmen, abgeben (xdomea 3.0.0).", ohne={"anbieten"})

STICHTAG = Annotated[str | None, typer.Option("--am", metavar="TAG", help="Stichtag (2021-09-01); sonst heute.")]
AUSGABE = Annotated[Path, typer.Option("--ausgabe", "-o", help="Datei, oder Ordner für eine mit dem vorgeschriebenen Namen.")]
ORDNER = Annotated[Path, typer.Option("--ausgabe", "-o", help="Ordner, in den der Container kommt.")]


# --- what is due --------------------------------------------------------------------------------------------------------


Beurteilt = tuple[Fall, Zustand, Hindernis | None]


async def _judged(lm: Laufmappe, rw: Regelwerk, kommune: str, stichtag: dt.date) -> list[Beurteilt]:
    """Every closed case of the town that an archive is offered, and why it cannot be yet.

    A case was not closed before it began: only where that is long enough ago, its entries are read for the true day.
    """
    schon = await lm.offered(kommune)
    alle: list[Beurteilt] = []
    for workflow, z in [eins for typ in AUSSONDERBAR for eins in await lm.register.states(kommune, typ)]:
        if z.siegel is None or z.begonnen is None:
            continue
        fall = case_facts(workflow, z, (), schon.get(workflow)).model_copy(update={"geschlossen_am": day(z.begonnen)})
        dauer = period(rw, fall.art)
        hindernis = obstacle(fall, dauer, stichtag)
        if hindernis is None:
            fall = case_facts(workflow, z, await lm.register.entries(workflow), schon.get(workflow))
            hindernis = obstacle(fall, dauer, stichtag)
        alle.append((fall, z, hindernis))
    return alle


def _designation(z: Zustand) -> str:
    """How a list may name it: what is not public only neutrally."""
    if isinstance(z, Vorlage):
        name = z.betreff if z.oeffentlich else z.bezeichnung or OHNE_NAMEN
        return f"{z.nummer}: {name}" if z.nummer else name
    if isinstance(z, Sitzung):
        return f"{z.gremium.anzeige if z.gremium else ''} {f'{day(z.beginn):%d.%m.%Y}' if z.beginn else ''}".strip()
    if isinstance(z, Auftrag) and z.angaben:
        return z.angaben.verlangt if z.angaben.oeffentlich else z.angaben.bezeichnung or OHNE_NAMEN
    return OHNE_NAMEN


def _rules(regelwerke: Regelwerke, kommune: str) -> Regelwerk:
    rw = regelwerke.am(kommune, day(dt.datetime.now(dt.UTC)))
    assert rw is not None  # the town is known
    return rw


def _day(am: str | None) -> dt.date:
    return day(moment(am)) if am else day(dt.datetime.now(dt.UTC))


@gruppe.command()
def faellig(kommune: Kommune, am: STICHTAG = None, daten: Daten = None, als_json: Json = False) -> None:
    """Zeigen, was dem Archiv angeboten werden kann, und was nicht: noch aufzubewahren, ohne Frist, schon angeboten."""

    async def zeigen() -> None:
        stichtag = _day(am)
        async with opened(daten, kommune) as (lm, g):
            rw = _rules(g.regelwerke, kommune)
            alle = await _judged(lm, rw, kommune, stichtag)
        zeilen = [_row(f, z, period(rw, f.art)) for f, z, hindernis in alle if hindernis is None]
        nicht = Counter((h.value, f.art) for f, _, h in alle if h is not None)
        _show_due(stichtag, zeilen, nicht, als_json)

    run(zeigen)


def _row(f: Fall, z: Zustand, dauer: object) -> dict[str, Any]:
    assert isinstance(dauer, int) and f.geschlossen_am  # it can be offered
    return {
        "vorgang": f.vorgang,
        "bezeichnung": _designation(z),
        "art": f.art,
        "abgeschlossen": f.geschlossen_am,
        "aufbewahrt_bis": kept_until(f.geschlossen_am, dauer),
    }


def _show_due(stichtag: dt.date, zeilen: list[dict[str, Any]], nicht: Counter[tuple[str, str]], als_json: bool) -> None:
    grund = [{"grund": g, "art": art, "anzahl": anzahl} for (g, art), anzahl in sorted(nicht.items())]
    if als_json:
        ausgabe.as_json({"stichtag": stichtag, "faellig": zeilen, "nicht": grund})
        return
    ausgabe.say(f"Zum {stichtag:%d.%m.%Y} können {len(zeilen)} Vorgänge angeboten werden.")
    if zeilen:
        tabelle = Table("Vorgang", "Bezeichnung", "Art", "Abgeschlossen", "Aufbewahrt bis")
        for zeile in zeilen:
            tabelle.add_row(*(f"{w:%d.%m.%Y}" if isinstance(w, dt.date) else str(w) for w in zeile.values()))
        ausgabe.table(tabelle)
    for posten in grund:
        ausgabe.say(f"Nicht: {posten['anzahl']} ({posten['art']}), {posten['grund']}.")
    if any(g == Hindernis.OHNE_FRIST for g, _ in nicht):
        ausgabe.say("Fristen stehen im Regelwerk unter [[aufbewahrung]]; ohne Frist bleibt alles aufbewahrt.")


@gruppe.command("list")
def auflisten(kommune: Kommune, daten: Daten = None, als_json: Json = False) -> None:
    """Die Aussonderungen auflisten."""

    async def zeigen() -> None:
        async with opened(daten, kommune) as (lm, _):
            alle = [z for _, z in await lm.register.states(kommune, TYP) if isinstance(z, Aussonderung)]
        zeilen = [
            {
                "kennung": z.id,
                "stufe": z.stufe.anzeige,
                "stichtag": f"{z.stichtag:%d.%m.%Y}" if z.stichtag else "",
                "vorgaenge": len(z.angebote),
                "archivwuerdig": len(z.archivwuerdig()),
            }
            for z in alle
        ]
        if als_json:
            ausgabe.as_json(zeilen)
        elif not zeilen:
            ausgabe.say("Nichts gefunden.")
        else:
            tabelle = Table("Kennung", "Stufe", "Stichtag", "Vorgänge", "Archivwürdig")
            for zeile in zeilen:
                tabelle.add_row(*map(str, zeile.values()))
            ausgabe.table(tabelle)

    run(zeigen)


# --- offering and handing over ------------------------------------------------------------------------------------------


@gruppe.command("anbieten")
def anbieten(
    als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune, ziel: AUSGABE,
    vorgaenge: Annotated[list[str] | None, typer.Argument(help=HILFE["vorgaenge"], show_default=False)] = None,
    alle: Annotated[bool, typer.Option("--alle", help=f"Alles, was fällig ist (höchstens {HOECHSTENS} Vorgänge).")] = False,
    am: STICHTAG = None, fuer: FUER = None, schluessel: SCHLUESSEL = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Abgeschlossene Vorgänge, deren Aufbewahrungsfrist vorbei ist, dem Archiv anbieten; schreibt das Anbieteverzeichnis (0501)."""

    async def handeln() -> None:
        akteur = actor(als_person, als_stelle, als_rolle, fuer)
        stichtag, kennung = _day(am), schluessel or secrets.token_hex(12)
        if bool(vorgaenge) == alle:
            raise Unplausibel("Bitte Vorgänge nennen, oder „--alle“ für alles, was fällig ist.")
        _verify_folder(ziel)
        async with opened(daten, kommune) as (lm, g), repeatable(kennung):
            gemeint = await _due(lm, g, kommune, stichtag) if alle else [await _case(lm, kommune, v) for v in vorgaenge or ()]
            felder = {"stichtag": stichtag, "vorgaenge": tuple(gemeint)}
            q = await lm.create(TYP, kommune, "anbieten", akteur, kennung, **felder)
            z = await lm.until(q.vorgang, lambda z: z.seq > 0, GEDULD)
            pfad = _write_offer(g, z, ziel)
        if als_json:
            ausgabe.as_json({"vorgang": q.vorgang, "vorgaenge": len(gemeint), "datei": str(pfad)})
        else:
            ausgabe.say(f"Angeboten: {len(gemeint)} Vorgänge in {q.vorgang}. Anbieteverzeichnis: {pfad}")

    run(handeln)


async def _due(lm: Laufmappe, g: Gewerke, kommune: str, stichtag: dt.date) -> list[str]:
    """What can be offered, the longest closed first, no more than one offer holds. Raises Unplausibel if there is nothing."""
    rw = _rules(g.regelwerke, kommune)
    faelle = [f for f, _, hindernis in await _judged(lm, rw, kommune, stichtag) if hindernis is None]
    if not faelle:
        raise Unplausibel(f"Zum {stichtag:%d.%m.%Y} ist nichts anzubieten. „laufmappe aussonderung faellig“ zeigt, warum.")
    return [f.vorgang for f in sorted(faelle, key=lambda f: (f.geschlossen_am or dt.date.max, f.vorgang))][:HOECHSTENS]


async def _case(lm: Laufmappe, kommune: str, text: str) -> str:
    """The case that people mean by a number, an id or the beginning of one. Raises Unbekannt."""
    if text.split("/", 1)[0] in AUSSONDERBAR and text.count("/") >= 2:
        return text
    treffer = [w for typ in AUSSONDERBAR for w in await lm.register.find(kommune, typ, text)]
    if len(treffer) != 1:
        was = "ist nicht eindeutig" if treffer else "wurde nicht gefunden"
        raise Unbekannt(f"„{text}“ {was}. Bitte die Nummer oder mehr von der Kennung angeben.")
    return treffer[0]


@gruppe.command("verzeichnis")
def verzeichnis(vorgang: VORGANG, kommune: Kommune, ziel: AUSGABE, daten: Daten = None, als_json: Json = False) -> None:
    """Das Anbieteverzeichnis (0501) eines Angebots noch einmal schreiben: dieselben Bytes."""

    async def schreiben(lm: Laufmappe, g: Gewerke, workflow: str) -> None:
        pfad = _write_offer(g, await lm.register.state(workflow), ziel)
        ausgabe.written(pfad, pfad.stat().st_size, als_json)

    view(TYP, vorgang, kommune, daten, schreiben)


@gruppe.command("abgeben")
def abgeben(vorgang: VORGANG, kommune: Kommune, ziel: ORDNER, daten: Daten = None, als_json: Json = False) -> None:
    """Schreiben, was das Archiv übernimmt: den Container (0503) mit allen Schriftstücken. Danach „abgabe-bestaetigen“."""

    async def schreiben(lm: Laufmappe, g: Gewerke, workflow: str) -> None:
        z = _handing_over(await lm.register.state(workflow))
        if not ziel.is_dir():
            raise Unplausibel(f"Den Ordner „{ziel}“ gibt es nicht. Bitte den Pfad prüfen.")
        inhalt, beilagen = nachricht.transfer(z, _letterhead(g, z), lambda a: _source(g, a), _names(g, kommune))
        pfad, pruefsumme = behaelter.write(ziel, z.id, inhalt, beilagen)
        if als_json:
            ausgabe.as_json({"datei": str(pfad), "dateien": len(beilagen), "pruefsumme": pruefsumme})
        else:
            ausgabe.say(f"{pfad} geschrieben: {len(beilagen)} Dateien. SHA-256: {pruefsumme}")

    view(TYP, vorgang, kommune, daten, schreiben)


def _write_offer(g: Gewerke, z: Zustand | None, ziel: Path) -> Path:
    z = _handing_over(z)
    inhalt = nachricht.offer(z, _letterhead(g, z), lambda a: _source(g, a), _names(g, z.kommune))
    pfad = ziel / f"{behaelter.message_name(z.id, '0501')}.xml" if ziel.is_dir() else ziel
    dateien.write(pfad, inhalt)
    return pfad


def _handing_over(z: Zustand | None) -> Aussonderung:
    if not isinstance(z, Aussonderung):
        raise Unbekannt("Diese Aussonderung kennt das Register nicht. Bitte die Kennung prüfen.")
    return z


def _verify_folder(ziel: Path) -> None:
    """Before anything is offered: that there is a place for the message."""
    if not ziel.is_dir() and not ziel.parent.is_dir():
        raise Unplausibel(f"Den Ordner „{ziel.parent}“ gibt es nicht. Bitte den Pfad prüfen.")


def _source(g: Gewerke, a: Angebot) -> quelle.Quelle:
    return quelle.read(g.lager, object_id(a.vorgang), a.vorgang)


def _office(regelwerke: Regelwerke, kommune: str, stelle: str, tag: dt.date) -> str:
    """An office's name on a day; the id where no Regelwerk has it."""
    rw = regelwerke.am(kommune, tag)
    return next((s.am(tag).anzeige for s in rw.stellen if s.id == stelle), stelle) if rw else stelle


def _names(g: Gewerke, kommune: str) -> Benennung:
    return lambda stelle, zeit: _office(g.hinterlegt, kommune, stelle, day(zeit))


def _letterhead(g: Gewerke, z: Aussonderung) -> nachricht.Briefkopf:
    """Sender and receiver, by the rules of the day of the offer."""
    assert z.angeboten_am is not None and z.angeboten is not None  # set with the first entry
    tag = day(z.angeboten_am)
    rw = g.hinterlegt.am(z.kommune, tag)
    assert rw is not None  # the town is known
    stelle = _office(g.hinterlegt, z.kommune, z.angeboten.stelle, tag)
    return nachricht.Briefkopf(kommune=rw.name, stelle=stelle, archiv=rw.archiv or f"Archiv ({rw.name})")


# --- checking -----------------------------------------------------------------------------------------------------------


@gruppe.command("pruefen")
def pruefen(
    pfade: Annotated[list[Path], typer.Argument(metavar="DATEI...", help="Nachrichten (XML) oder Container (ZIP).", show_default=False)],
    schema: Annotated[Path | None, typer.Option("--schema", help="Ordner mit den XSD-Dateien von xdomea 3.0.0.")] = None,
    als_json: Json = False,
) -> None:  # fmt: skip
    """Nachrichten und Container der Aussonderung prüfen, ohne Verbindung; mehrere Dateien gehören zu einem Prozess."""
    funde = pruefung.check_files(pfade, pruefung.load_schema(schema) if schema else None)
    fehler = [f for f in funde if not f.nur_hinweis]
    if als_json:
        ausgabe.as_json({"befunde": _found(fehler), "hinweise": _found(f for f in funde if f.nur_hinweis)})
    else:
        for f in funde:
            ausgabe.say(f"- {'Hinweis: ' if f.nur_hinweis else ''}{f.datei}: {f.satz}")
        ausgabe.say(f"{len(pfade)} Datei(en) geprüft, {len(fehler)} Befund(e).")
    ende.failed_if([f.satz for f in fehler])


def _found(funde: Iterable[pruefung.Fund]) -> list[dict[str, str]]:
    return [{"datei": f.datei, "satz": f.satz} for f in funde]
