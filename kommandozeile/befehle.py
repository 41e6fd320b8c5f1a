"""The commands of every role, made from the command classes: a new command is here as soon as it exists. And the views beside them."""

import inspect
import secrets
from collections.abc import Callable, Container, Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from client import Laufmappe
from kommandozeile import ansicht, ausgabe
from kommandozeile.deutsch import Gruppe
from kommandozeile.eingabe import Option, options
from kommandozeile.formen import moment
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
    actor,
    opened,
    repeatable,
    run,
)
from kommandozeile.nachsehen import case_of
from lifecycle.bekannt import verify_search
from lifecycle.kern import Kommando, Nacherfassen
from lifecycle.kerne import KERNE
from lifecycle.rechte import for_people
from schemas import auftrag, sitzung, vorlage
from worker import Gewerke

GREMIUM = "Nur dieses Gremium (Kennung)."
STUFEN: dict[str, type[StrEnum]] = {"vorlage": vorlage.Stufe, "sitzung": sitzung.Stufe, "auftrag": auftrag.Stufe}
SUCHE: dict[str, dict[str, str]] = {
    "vorlage": {"federfuehrend": "Nur dieses Amt (Kennung).", "gremium": GREMIUM},
    "sitzung": {"gremium": GREMIUM},
    "auftrag": {"stelle": "Nur diese Stelle (Kennung).", "gremium": GREMIUM},
}
"""By what each list can be narrowed besides its stage: column to help."""
KW = inspect.Parameter.KEYWORD_ONLY
FEST: tuple[tuple[str, Any, Any], ...] = (
    ("als_person", PERSON, ...),
    ("als_stelle", STELLE, ...),
    ("als_rolle", ROLLE, ...),
    ("fuer", FUER, None),
    ("kommune", Kommune, ...),
    ("schluessel", SCHLUESSEL, None),
    ("geschehen", GESCHEHEN, None),
    ("abweichung", ABWEICHUNG, None),
    ("daten", Daten, None),
    ("als_json", Json, False),
)
"""Parameters of every command: name, type, default."""


def _parameters(*fest: tuple[str, Any, Any]) -> list[inspect.Parameter]:
    return [
        inspect.Parameter(name, KW, annotation=typ, default=inspect.Parameter.empty if default is ... else default)
        for name, typ, default in fest
    ]


def _signature(klasse: type[Kommando[Any]], eigene: tuple[Option, ...]) -> inspect.Signature:
    vorgang = [] if klasse.legt_an else _parameters(("vorgang", VORGANG, ...))
    if klasse.art == Nacherfassen.art:
        vorgang = _parameters(("vorgang", FORTSETZEN, None))
    return inspect.Signature([*vorgang, *(option.parameter for option in eigene), *_parameters(*FEST)])


def _make(typ: str, klasse: type[Kommando[Any]]) -> Callable[..., None]:
    eigene = options(klasse)

    def befehl(**werte: Any) -> None:
        run(lambda: _give(typ, klasse, eigene, werte))

    befehl.__doc__ = (klasse.__doc__ or "").strip().splitlines()[0]
    befehl.__signature__ = _signature(klasse, eigene)  # type: ignore[attr-defined]  # Typer reads it
    return befehl


async def _give(typ: str, klasse: type[Kommando[Any]], eigene: tuple[Option, ...], werte: dict[str, Any]) -> None:
    kommune = werte["kommune"]
    akteur = actor(werte["als_person"], werte["als_stelle"], werte["als_rolle"], werte["fuer"])
    schluessel = werte["schluessel"] or secrets.token_hex(12)
    async with opened(werte["daten"], kommune) as (lm, _):

        async def find(art: str, text: str) -> str:
            return await case_of(lm, kommune, art, text)

        felder = {o.feld: await o.read(werte[o.feld], lm, find) for o in eigene if werte[o.feld] not in (None, [])}
        if werte["geschehen"]:
            felder["geschehen"] = moment(werte["geschehen"])
        if werte["abweichung"]:
            felder["abweichung"] = werte["abweichung"]
        workflow = None if klasse.legt_an and not werte.get("vorgang") else await find(typ, werte["vorgang"])
        async with repeatable(schluessel):
            if workflow is None:
                quittung = await lm.create(typ, kommune, klasse.art, akteur, schluessel, **felder)
            else:
                quittung = await lm.act(workflow, klasse.art, akteur, schluessel, **felder)
        ausgabe.receipt(quittung, werte["als_json"])


def group(typ: str, titel: str, ohne: Container[str] = ()) -> Gruppe:
    """All commands and views of one kind of case, but those that have a form of their own (``ohne``)."""
    gruppe = Gruppe(help=titel)
    for art, klasse in sorted(KERNE[typ].befehle.items()):
        if for_people(art) and art not in ohne:
            gruppe.command(art.replace("_", "-"))(_make(typ, klasse))
    _add_views(gruppe, typ)
    return gruppe


# --- views --------------------------------------------------------------------------------------------------------------


def _add_views(gruppe: Gruppe, typ: str) -> None:
    @gruppe.command("show")
    def show(vorgang: VORGANG, kommune: Kommune, daten: Daten = None, als_json: Json = False) -> None:
        """Einen Vorgang zeigen."""

        async def zeigen(lm: Laufmappe, g: Gewerke, workflow: str) -> None:
            paket = g.package(workflow)
            eintraege = await lm.register.entries(workflow)
            ort = str(paket) if paket.exists() else None
            z = await lm.register.state(workflow)
            z = await lm.register.linked(z) if isinstance(z, vorlage.Vorlage) else z
            ansicht.case(workflow, z, eintraege, ort, als_json)

        view(typ, vorgang, kommune, daten, zeigen)

    @gruppe.command("history")
    def history(vorgang: VORGANG, kommune: Kommune, daten: Daten = None, als_json: Json = False) -> None:
        """Den Verlauf eines Vorgangs zeigen: jeden Eintrag."""

        async def zeigen(lm: Laufmappe, g: Gewerke, workflow: str) -> None:
            ausgabe.history(workflow, await lm.register.entries(workflow), g.regelwerke, als_json)

        view(typ, vorgang, kommune, daten, zeigen)

    if typ in STUFEN:
        _add_list(gruppe, typ)


def _add_list(gruppe: Gruppe, typ: str) -> None:
    def auflisten(kommune: str, daten: Path | None, als_json: bool, **gesucht: str | None) -> None:
        """Die Vorgänge auflisten, neueste zuerst."""

        async def zeigen() -> None:
            async with opened(daten, kommune) as (lm, g):
                spalten = {spalte: str(wert) for spalte, wert in gesucht.items() if wert}
                verify_search(g.hinterlegt, kommune, spalten)
                ausgabe.rows(typ, await lm.register.list_cases(kommune, typ, **spalten), als_json)

        run(zeigen)

    auflisten.__signature__ = _list_signature(typ)  # type: ignore[attr-defined]  # Typer reads it
    gruppe.command("list")(auflisten)


def _list_signature(typ: str) -> inspect.Signature:
    stufe: Any = Annotated[STUFEN[typ] | None, typer.Option(help="Nur diese Stufe.")]
    suche = [(spalte, Annotated[str | None, typer.Option(help=hilfe)], None) for spalte, hilfe in SUCHE[typ].items()]
    fest = (("kommune", Kommune, ...), ("daten", Daten, None), ("als_json", Json, False))
    return inspect.Signature(_parameters(("stufe", stufe, None), *suche, *fest))


Zeigen = Callable[[Laufmappe, Gewerke, str], Coroutine[Any, Any, None]]


def view(typ: str, vorgang: str, kommune: str, daten: Path | None, zeigen: Zeigen) -> None:
    """Finds the case and shows it."""

    async def finden() -> None:
        async with opened(daten, kommune) as (lm, g):
            await zeigen(lm, g, await case_of(lm, kommune, typ, vorgang))

    run(finden)
