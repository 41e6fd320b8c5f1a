"""The command line speaks German: titles and words of its help, and one sentence on each kind of slip in what was typed."""

import difflib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from lifecycle.ablehnung import Unbekannt

TITEL = {
    "ARGUMENTS_PANEL_TITLE": "Angaben",
    "OPTIONS_PANEL_TITLE": "Optionen",
    "COMMANDS_PANEL_TITLE": "Befehle",
    "DEFAULT_STRING": "[sonst: {}]",
    "ENVVAR_STRING": "[oder aus {}]",
    "REQUIRED_LONG_STRING": "[nötig]",
}
"""Typer's names of the words on a help page, and ours."""
for _titel, _wort in TITEL.items():
    setattr(rich_utils, _titel, _wort)

WERTE: dict[Any, str] = {str: "TEXT", int: "ZAHL", bool: "", Path: "PFAD", list[str]: "TEXT", list[int]: "ZAHL"}
"""What stands for a value on a help page, by its type."""
OPTIONEN = "[OPTIONEN]"
F = TypeVar("F", bound=Callable[..., Any])


# --- help ---------------------------------------------------------------------------------------------------------------


def _no_type(ctx: Any) -> None:
    """What an argument is its explanation says."""


class _Hilfe:
    """What a command's and a group's help have in common."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line that shows how it is called."""
        formatter.write_usage(ctx.command_path, " ".join(ctx.command.collect_usage_pieces(ctx)), prefix="Aufruf: ")

    def get_params(self, ctx: Any) -> list[Any]:
        """Its parameters, with German words where Typer would show a Python type."""
        parameter: list[Any] = super().get_params(ctx)  # type: ignore[misc]  # the class beside it has it
        for p in parameter:
            if p.metavar is None:
                p.metavar = p.name.upper() if p.param_type_name == "argument" else WERTE.get(p.type_descriptor.annotation)
            if p.param_type_name == "argument" and not p.type_descriptor.choices:
                p.display_type_rich = _no_type
            if "--help" in p.opts:
                p.help = "Diese Hilfe zeigen."
        return parameter


class Befehl(_Hilfe, TyperCommand):
    """A command whose help is German."""


class Befehlsgruppe(_Hilfe, TyperGroup):
    """A group whose help is German, and which says what an unknown command may have meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of that name. Raises Unbekannt."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise Unbekannt(
                f"Einen Befehl „{args[0]}“ hat „{ctx.command_path}“ nicht. {_meant(args[0], list(self.commands))}{_more(ctx)}"
            )
        return super().resolve_command(ctx, args)


class Gruppe(typer.Typer):
    """A group of commands, made of our classes."""

    def __init__(self, **mehr: Any) -> None:
        fest: dict[str, Any] = {
            "cls": Befehlsgruppe,
            "no_args_is_help": True,
            "options_metavar": OPTIONEN,
            "subcommand_metavar": "BEFEHL …",
        }
        super().__init__(**(fest | mehr))

    def command(self, name: str | None = None, **mehr: Any) -> Callable[[F], F]:
        """Makes a function a command."""
        machen: Callable[[F], F] = super().command(name, cls=Befehl, options_metavar=OPTIONEN, **mehr)
        return machen


# --- slips --------------------------------------------------------------------------------------------------------------


def _meant(wort: str, bekannt: list[str]) -> str:
    nah = difflib.get_close_matches(wort, bekannt, n=1)
    return f"Meinten Sie „{nah[0]}“? " if nah else ""


def _more(ctx: Any) -> str:
    return f"Näheres sagt „{ctx.command_path} --help“." if ctx else ""


def _name(param: Any) -> str:
    """As people know it: an option by its name, an argument by what stands for it."""
    oder = f" (oder die Umgebungsvariable {param.envvar})" if param.envvar else ""
    return f"„{param.opts[0] if param.param_type_name == 'option' else param.display_name_raw}“{oder}"


def _missing(e: Any) -> str:
    erlaubt = ", ".join(_choices(e.param))
    return f"{_name(e.param)} fehlt.{f' Möglich: {erlaubt}.' if erlaubt else ''} {_more(e.ctx)}"


def _choices(param: Any) -> Iterator[str]:
    for wert in param.type_descriptor.choices or ():
        yield str(getattr(wert, "value", wert))


def _range(info: Any) -> str:
    if info.min is not None and info.max is not None:
        return f"muss eine ganze Zahl von {info.min} bis {info.max} sein"
    return f"muss eine ganze Zahl ab {info.min} sein" if info.max is None else f"muss eine ganze Zahl bis {info.max} sein"


def _wanted(param: Any) -> str:
    """What a value must be like. What was typed is not repeated: it could be confidential."""
    art = param.type_descriptor
    if erlaubt := ", ".join(_choices(param)):
        return f"muss eines sein von: {erlaubt}"
    if art.is_ranged:
        return _range(art.parameter_info)
    worte = {int: "muss eine ganze Zahl sein", list[int]: "muss eine ganze Zahl sein", bool: "muss ja oder nein sein"}
    return worte.get(art.annotation, "ist ungültig")


def _bad(e: Any) -> str:
    return f"{_name(e.param)} {_wanted(e.param)}. {_more(e.ctx)}" if e.param else f"Eine Angabe ist ungültig. {_more(e.ctx)}"


def _no_option(e: Any) -> str:
    bekannt = [name for p in e.ctx.command.get_params(e.ctx) for name in (*p.opts, *p.secondary_opts)] if e.ctx else []
    return f"Eine Option „{e.option_name}“ gibt es hier nicht. {_meant(e.option_name, bekannt)}{_more(e.ctx)}"


def _option_usage(e: Any) -> str:
    """An option without its value, or a switch with one: only Typer's own words tell them apart."""
    schalter = "does not take" in e.message
    return f"„{e.option_name}“ {'ist ein Schalter und hat keinen Wert' if schalter else 'braucht einen Wert'}. {_more(e.ctx)}"


def _usage(e: Any) -> str:
    if e.ctx and isinstance(e.ctx.command, TyperGroup):
        return f"Welcher Befehl? {_more(e.ctx)}"
    return f"Das ist mehr, als der Befehl erwartet. Text mit Leerzeichen bitte in Anführungszeichen setzen. {_more(e.ctx)}"


SAETZE: dict[str, Callable[[Any], str]] = {
    "NoArgsIsHelpError": lambda e: "",  # the help has been shown
    "MissingParameter": _missing,
    "BadParameter": _bad,
    "NoSuchOption": _no_option,
    "BadOptionUsage": _option_usage,
    "UsageError": _usage,
    "TyperException": lambda e: "Diese Eingabe ist nicht zu verstehen.",
}
"""Typer's kinds of slip by name (it keeps the classes to itself), and the sentence on each."""


def sentence(fehler: typer.TyperException) -> str:
    """One sentence on a slip; empty where the help says it all."""
    art = next(klasse.__name__ for klasse in type(fehler).__mro__ if klasse.__name__ in SAETZE)
    return SAETZE[art](fehler).strip()
