"""Commands for those who keep rules and offices up to date: the Regelwerk's two persons, and what becomes of open matters."""

import datetime as dt
import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

import uebergang
from kommandozeile import ausgabe, ende
from kommandozeile.deutsch import Gruppe
from kommandozeile.formen import read_json
from kommandozeile.lauf import FUER, PERSON, ROLLE, STELLE, Daten, Json, Kommune, actor, opened, repeatable, run, settings
from lifecycle.ablehnung import Unbekannt, Unplausibel
from lifecycle.bekannt import committees, offices, verify_known, verify_town
from lifecycle.regelwerksakte import confirmed
from schemas.akteur import Akteur
from schemas.regelwerksakte import Regelwerksakte
from worker import Gewerke, parts, rules_file

regeln = Gruppe(help="Das Regelwerk: welche Fassung gilt, und wer dafür steht.")
post = Gruppe(help="Benachrichtigungen, die niemand mehr sendet: ansehen und erneut senden.")
wechsel = Gruppe(help="Ein Amt oder Gremium endet: was wird aus dem, was offen ist?")

FASSUNG = Annotated[str, typer.Argument(help="Erster Tag der Fassung (2021-01-01).", show_default=False)]
GRUND = Annotated[str, typer.Option("--grund", help="Begründung; sie bleibt stehen.")]
TRAEGER = Annotated[str | None, typer.Argument(help="Kennung des Amtes oder Gremiums, das endet.", show_default=False)]
WAHLPERIODE = Annotated[bool, typer.Option("--wahlperiode", help="Die Wahlperiode endet: alle Gremien auf einmal.")]


def _digest(g: Gewerke, kommune: str, fassung: str) -> str:
    alle = {rw.gueltig_ab.isoformat(): rw.stand.digest for rw in g.hinterlegt.alle if rw.kommune == kommune}
    if fassung not in alle:
        raise Unbekannt(f"Eine Fassung ab {fassung} liegt nicht vor. Es gibt: {', '.join(alle) or 'keine'}.")
    return alle[fassung]


def _act(kommune: str, art: str, fassung: str, akteur: Akteur, daten: Path | None, als_json: bool, **felder: Any) -> None:
    async def handeln() -> None:
        async with opened(daten, kommune) as (lm, g):
            summe = _digest(g, kommune, fassung)
            werte = {"fassung": fassung, "pruefsumme": summe, **felder}
            ausgabe.receipt(await lm.act(rules_file(kommune), art, akteur, f"{art}/{summe}/{akteur.person}", **werte), als_json)

    run(handeln)


@regeln.command()
def vorschlagen(
    fassung: FASSUNG, grund: GRUND, als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
    fuer: FUER = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Eine Fassung vorschlagen, mit Begründung. Gelten kann sie erst, wenn eine zweite Person sie bestätigt."""
    akteur = actor(als_person, als_stelle, als_rolle, fuer)
    _act(kommune, "regelwerk_vorschlagen", fassung, akteur, daten, als_json, grund=grund)


@regeln.command()
def bestaetigen(
    fassung: FASSUNG, als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
    fuer: FUER = None, daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Eine vorgeschlagene Fassung bestätigen. Ab dem nächsten Start gelten in dieser Kommune nur noch bestätigte."""
    _act(kommune, "regelwerk_bestaetigen", fassung, actor(als_person, als_stelle, als_rolle, fuer), daten, als_json)


@regeln.command("list")
def auflisten(kommune: Kommune, daten: Daten = None, als_json: Json = False) -> None:
    """Alle Fassungen zeigen: welche vorliegen, welche bestätigt sind, welche gelten."""

    async def zeigen() -> None:
        async with opened(daten, kommune) as (lm, g):
            z = await lm.register.state(rules_file(kommune))
            akte = confirmed(z) if isinstance(z, Regelwerksakte) else frozenset()
            gilt = {rw.stand for rw in g.regelwerke.alle}
            zeilen = [
                {
                    "fassung": rw.gueltig_ab.isoformat(),
                    "pruefsumme": rw.stand.digest,
                    "bestaetigt": rw.stand.digest in akte,
                    "gilt": rw.stand in gilt,
                }
                for rw in g.hinterlegt.alle
                if rw.kommune == kommune
            ]
            ausgabe.rules(zeilen, als_json)

    run(zeigen)


@post.command("list")
def liegengeblieben(kommune: Kommune, daten: Daten = None, als_json: Json = False) -> None:
    """Was aufgegeben oder nach einem Neuaufbau ungeklärt ist, und warum."""

    async def zeigen() -> None:
        async with parts(settings(daten)) as g:
            verify_town(g.hinterlegt, kommune)
            ausgabe.messages(await g.register.stopped(kommune), als_json)

    run(zeigen)


@post.command()
def erneut(
    kommune: Kommune,
    kennung: Annotated[str | None, typer.Argument(help="Kennung der Nachricht; ohne: alle.", show_default=False)] = None,
    daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Noch einmal senden, was niemand mehr sendet; zum Beispiel, wenn jetzt ein Postfach hinterlegt ist."""

    async def senden() -> None:
        async with parts(settings(daten)) as g:
            verify_town(g.hinterlegt, kommune)
            liegt = [a for a in await g.register.stopped(kommune) if kennung in (None, a.id)]
            if kennung and not liegt:
                raise Unbekannt("Eine solche Nachricht liegt nicht. „laufmappe post list“ zeigt, welche es gibt.")
            for a in liegt:
                await g.register.again(a.id, dt.datetime.now(dt.UTC))
        ausgabe.messages(liegt, als_json)

    run(senden)


@wechsel.command()
def liste(
    kommune: Kommune, traeger: TRAEGER = None, wahlperiode: WAHLPERIODE = False, daten: Daten = None, als_json: Json = True
) -> None:  # fmt: skip
    """Alles Offene ausgeben, immer als JSON. Je Posten „entscheidung“, „nach“ und „grund“ eintragen."""

    async def zeigen() -> None:
        async with opened(daten, kommune) as (lm, g):
            offen = await uebergang.open_matters(lm.register, kommune, _whose(g, kommune, traeger, wahlperiode))
            ausgabe.as_json(offen)

    run(zeigen)


def _whose(g: Gewerke, kommune: str, traeger: str | None, wahlperiode: bool) -> set[str]:
    """The office or committee; all committees at the end of a council's term. Raises a refusal for one that the town never had."""
    gremien = committees(g.hinterlegt, kommune)
    if wahlperiode and traeger is None:
        return gremien
    if wahlperiode or traeger is None:
        raise Unplausibel("Bitte entweder ein Amt oder Gremium nennen oder „--wahlperiode“ (dann: alle Gremien).")
    verify_known("Ein Amt oder Gremium", traeger, offices(g.hinterlegt, kommune) | gremien)
    return {traeger}


@wechsel.command()
def ausfuehren(
    als_person: PERSON, als_stelle: STELLE, als_rolle: ROLLE, kommune: Kommune,
    traeger: TRAEGER = None,
    datei: Annotated[str | None, typer.Argument(help="Die ausgefüllte Liste (@datei.json).", show_default=False)] = None,
    wahlperiode: WAHLPERIODE = False, fuer: FUER = None,
    schluessel: Annotated[str | None, typer.Option("--schluessel", help="Mit demselben fortsetzen, was abgebrochen ist.")] = None,
    daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Die Entscheidungen ausführen, jede als eigener Eintrag. Danach steht da, was abgelehnt wurde und was offen bleibt."""
    if wahlperiode:  # then no office or committee comes before the file
        traeger, datei = datei, traeger

    async def handeln() -> None:
        akteur = actor(als_person, als_stelle, als_rolle, fuer)
        kennung = schluessel or secrets.token_hex(8)
        posten = _filled_in(datei)
        async with opened(daten, kommune) as (lm, g), repeatable(kennung):
            wessen = _whose(g, kommune, traeger, wahlperiode)
            offen = await uebergang.open_matters(lm.register, kommune, wessen)
            uebergang.verify(offen, posten, offices(g.hinterlegt, kommune), committees(g.hinterlegt, kommune))
            noch = {p.kennung for p in offen}
            ausgaenge = []
            async for a in uebergang.carry_out(lm, [p for p in posten if p.kennung in noch], akteur, kennung):
                ausgaenge.append(a)
                if not als_json:
                    ausgabe.progress(len(ausgaenge), len(noch))
            bleibt = await uebergang.open_matters(lm.register, kommune, wessen)
        ausgabe.decided(ausgaenge, bleibt, als_json)
        if any(a.art == "abgelehnt" for a in ausgaenge):
            raise typer.Exit(ende.ABGELEHNT)

    run(handeln)


def _filled_in(datei: str | None) -> tuple[uebergang.Posten, ...]:
    """The list as people filled it in. Raises Unplausibel."""
    if datei is None:
        raise Unplausibel("Bitte die ausgefüllte Liste angeben, zum Beispiel @liste.json.")
    return uebergang.parse(read_json(datei))
