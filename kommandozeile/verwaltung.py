"""Commands for those who keep rules and offices up to date: the Regelwerk's two persons, and what becomes of open matters."""

import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

import uebergang
from kommandozeile import ausgabe
from kommandozeile.eingabe import read_json
from kommandozeile.lauf import PERSON, ROLLE, STELLE, Daten, Json, Kommune, opened, run
from lifecycle.ablehnung import Unbekannt
from lifecycle.regelwerksakte import confirmed
from schemas.akteur import Akteur
from schemas.regelwerksakte import Regelwerksakte
from worker import Gewerke, rules_file

regeln = typer.Typer(help="Das Regelwerk: welche Fassung gilt, und wer dafür steht.", no_args_is_help=True)
wechsel = typer.Typer(help="Ein Amt oder Gremium endet: was wird aus dem, was offen ist?", no_args_is_help=True)

FASSUNG = Annotated[str, typer.Argument(help="Erster Tag der Fassung (2021-01-01).", show_default=False)]
GRUND = Annotated[str, typer.Option("--grund", help="Begründung; sie bleibt stehen.")]
TRAEGER = Annotated[str, typer.Argument(help="Kennung des Amtes oder Gremiums, das endet.", show_default=False)]


def _digest(g: Gewerke, kommune: str, fassung: str) -> str:
    alle = {rw.gueltig_ab.isoformat(): rw.stand.digest for rw in g.hinterlegt.alle if rw.kommune == kommune}
    if fassung not in alle:
        raise Unbekannt(f"Eine Fassung ab {fassung} liegt nicht vor. Es gibt: {', '.join(alle) or 'keine'}.")
    return alle[fassung]


def _act(kommune: str, art: str, fassung: str, akteur: Akteur, daten: Path | None, als_json: bool, **felder: Any) -> None:
    async def handeln() -> None:
        async with opened(daten) as (lm, g):
            summe = _digest(g, kommune, fassung)
            werte = {"fassung": fassung, "pruefsumme": summe, **felder}
            ausgabe.receipt(await lm.act(rules_file(kommune), art, akteur, f"{art}/{summe}/{akteur.person}", **werte), als_json)

    run(handeln, als_json=als_json)


@regeln.command()
def vorschlagen(
    fassung: FASSUNG, grund: GRUND, person: PERSON, stelle: STELLE, rolle: ROLLE, kommune: Kommune, daten: Daten = None, als_json: Json = False
) -> None:  # fmt: skip
    """Eine Fassung vorschlagen, mit Begründung. Gelten kann sie erst, wenn eine zweite Person sie bestätigt."""
    _act(
        kommune, "regelwerk_vorschlagen", fassung, Akteur(person=person, stelle=stelle, rolle=rolle), daten, als_json, grund=grund
    )


@regeln.command()
def bestaetigen(
    fassung: FASSUNG, person: PERSON, stelle: STELLE, rolle: ROLLE, kommune: Kommune, daten: Daten = None, als_json: Json = False
) -> None:  # fmt: skip
    """Eine vorgeschlagene Fassung bestätigen. Ab dem nächsten Start gelten in dieser Kommune nur noch bestätigte."""
    _act(kommune, "regelwerk_bestaetigen", fassung, Akteur(person=person, stelle=stelle, rolle=rolle), daten, als_json)


@regeln.command("list")
def auflisten(kommune: Kommune, daten: Daten = None, als_json: Json = False) -> None:
    """Alle Fassungen zeigen: welche vorliegen, welche bestätigt sind, welche gelten."""

    async def zeigen() -> None:
        async with opened(daten) as (lm, g):
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

    run(zeigen, als_json=als_json)


@wechsel.command()
def liste(traeger: TRAEGER, kommune: Kommune, daten: Daten = None) -> None:
    """Alles Offene als JSON-Liste ausgeben. Je Posten „entscheidung“, „nach“ und „grund“ eintragen."""

    async def zeigen() -> None:
        async with opened(daten) as (lm, _):
            ausgabe.as_json([p.model_dump() for p in await uebergang.open_matters(lm, kommune, traeger)])

    run(zeigen)


@wechsel.command()
def ausfuehren(
    traeger: TRAEGER,
    datei: Annotated[str, typer.Argument(help="Die ausgefüllte Liste (@datei.json).", show_default=False)],
    person: PERSON, stelle: STELLE, rolle: ROLLE, kommune: Kommune,
    schluessel: Annotated[str | None, typer.Option("--schluessel", help="Mit demselben fortsetzen, was abgebrochen ist.")] = None,
    daten: Daten = None, als_json: Json = False,
) -> None:  # fmt: skip
    """Die Entscheidungen ausführen: jede als eigener Eintrag. Was abgelehnt wird, steht mit Grund da."""

    async def handeln() -> None:
        async with opened(daten) as (lm, _):
            posten = uebergang.parse(read_json(datei))
            await uebergang.verify(lm, kommune, traeger, posten)
            akteur = Akteur(person=person, stelle=stelle, rolle=rolle)
            kennung = schluessel or secrets.token_hex(8)
            funde: list[str] = []
            for nr, p in enumerate(posten, 1):
                if nein := await uebergang.carry_out(lm, p, akteur, kennung):
                    funde.append(f"{p.bezeichnung}: {nein}")
                if not als_json:
                    ausgabe.progress(nr, len(posten))
            ausgabe.findings(funde, als_json)

    run(handeln, als_json=als_json)
