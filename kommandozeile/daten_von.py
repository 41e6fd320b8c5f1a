"""Commands for data protection: what is kept of somebody, and having it forgotten. Two persons for each deletion."""

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

import datenschutz
from client import Bestaetigung
from kommandozeile import ansicht_loeschung, ausgabe, dateien
from kommandozeile.deutsch import Gruppe
from kommandozeile.formen import read_json
from kommandozeile.lauf import FUER, PERSON, ROLLE, STELLE, Daten, Json, Kommune, actor, opened, run
from lifecycle.ablehnung import Unbekannt, Unplausibel
from lifecycle.fristen import day
from lifecycle.rechte import verify_all
from schemas.akteur import Akteur
from schemas.loeschung import Loeschstelle
from worker import Gewerke

loeschung = Gruppe(help="Inhalte löschen: suchen, beantragen, bestätigen. Der Nachweis bleibt.")

TEXT = Annotated[str, typer.Argument(help="Text oder Kennung, nach der gesucht wird.", show_default=False)]
KENNUNG = Annotated[str, typer.Argument(help="Kennung der Löschung.", show_default=False)]


def _may_look(g: Gewerke, kommune: str, akteur: Akteur) -> None:
    """Raises NichtBefugt unless the actor sees all content of the town."""
    heute = day(dt.datetime.now(dt.UTC))
    rw = g.regelwerke.am(kommune, heute)
    assert rw is not None  # a town that is known has rules
    verify_all(akteur, rw, heute)


def auskunft(
    text: TEXT, als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
    fuer: FUER = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Was ist über jemanden gespeichert? Alle Einträge und Textdokumente, in denen eine Kennung oder ein Name steht (Art. 15 DSGVO)."""

    async def zeigen() -> None:
        async with opened(daten, kommune) as (lm, g):
            _may_look(g, kommune, actor(als_person, als_stelle, als_rolle, fuer))
            ansicht_loeschung.places(await datenschutz.search(lm, kommune, text), als_json)

    run(zeigen)


@loeschung.command("suchen")
def suchen(
    text: TEXT, als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
    ziel: Annotated[Path | None, typer.Option("--ausgabe", "-o", help="Stellen als Datei, für „beantragen --stellen“.")] = None,
    fuer: FUER = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Suchen, wo ein Text überall steht, auch in Kopien in anderen Vorgängen."""

    async def zeigen() -> None:
        async with opened(daten, kommune) as (lm, g):
            _may_look(g, kommune, actor(als_person, als_stelle, als_rolle, fuer))
            funde = await datenschutz.search(lm, kommune, text)
        if ziel:
            faelle = datenschutz.by_case(funde)
            inhalt = {v: [s.model_dump(mode="json", exclude_defaults=True) for s in stellen] for v, stellen in faelle.items()}
            dateien.write(ziel, json.dumps(inhalt, ensure_ascii=False, indent=2).encode())
        ansicht_loeschung.places(funde, als_json)

    run(zeigen)


def _read_places(datei: Path, kommune: str) -> dict[str, tuple[Loeschstelle, ...]]:
    """From the file that ``suchen`` wrote. Raises Unplausibel."""
    roh = read_json(f"@{datei}")
    if not isinstance(roh, dict) or not all(isinstance(v, list) and str(k).split("/")[1:2] == [kommune] for k, v in roh.items()):
        raise Unplausibel(
            f"„{datei.name}“ nennt keine Stellen dieser Kommune. Bitte die Datei von „laufmappe loeschung suchen“ nehmen."
        )
    return {k: tuple(Loeschstelle.model_validate(s) for s in v) for k, v in roh.items()}


@loeschung.command("beantragen")
def beantragen(
    kennung: KENNUNG, als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
    stellen: Annotated[Path, typer.Option(help="Datei mit den Stellen („laufmappe loeschung suchen -o“).")],
    rechtsgrund: Annotated[str, typer.Option(help="Rechtsgrundlage der Löschung.")],
    angeordnet_von: Annotated[str, typer.Option(help="Wer die Löschung angeordnet hat.")],
    fuer: FUER = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Eine Löschung in allen genannten Vorgängen beantragen. Gelöscht wird, wenn eine zweite Person sie bestätigt."""
    akteur = actor(als_person, als_stelle, als_rolle, fuer)

    async def handeln() -> None:
        gelesen = _read_places(stellen, kommune)
        if not gelesen:
            raise Unbekannt("In der Datei steht keine Stelle; es ist nichts zu löschen.")
        async with opened(daten, kommune) as (lm, _):
            _told(await datenschutz.request(lm, gelesen, akteur, kennung, rechtsgrund, angeordnet_von), als_json)

    run(handeln)


@loeschung.command("bestaetigen")
def bestaetigen(
    kennung: KENNUNG, als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
    fuer: FUER = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Eine beantragte Löschung in allen Vorgängen bestätigen. Danach ist der Inhalt nicht wiederherzustellen."""
    akteur = actor(als_person, als_stelle, als_rolle, fuer)

    async def handeln() -> None:
        async with opened(daten, kommune) as (lm, _):
            _told(await datenschutz.decide(lm, kommune, akteur, kennung, "loeschung_bestaetigen"), als_json)

    run(handeln)


@loeschung.command("ablehnen")
def ablehnen(
    kennung: KENNUNG, als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
    grund: Annotated[str, typer.Option(help="Begründung; sie bleibt stehen.")],
    fuer: FUER = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Eine beantragte Löschung in allen Vorgängen ablehnen."""
    akteur = actor(als_person, als_stelle, als_rolle, fuer)

    async def handeln() -> None:
        async with opened(daten, kommune) as (lm, _):
            _told(await datenschutz.decide(lm, kommune, akteur, kennung, "loeschung_ablehnen", grund=grund), als_json)

    run(handeln)


@loeschung.command("list")
def auflisten(kommune: Kommune, daten: Daten = None, als_json: Json = False) -> None:
    """Alle Löschungen zeigen: beantragt, bestätigt, vollzogen, abgelehnt."""

    async def zeigen() -> None:
        async with opened(daten, kommune) as (lm, _):
            ansicht_loeschung.orders(await datenschutz.orders(lm, kommune), als_json)

    run(zeigen)


def _told(quittungen: list[Bestaetigung], als_json: bool) -> None:
    if als_json:
        ausgabe.as_json([q.model_dump(mode="json") for q in quittungen])
        return
    for quittung in quittungen:
        ausgabe.receipt(quittung, json_=False)
