"""From what people type to the fields of a command: options are made from the command classes themselves.

A field's type decides how it is typed; ``formen.FORMEN`` is the table of the types that need more than a word.
"""

import datetime as dt
import enum
import inspect
import types
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from client import Laufmappe
from kommandozeile.formen import FORMEN, Form, read_object, read_objects
from lifecycle.hilfe import HILFE
from lifecycle.kern import Kommando
from lifecycle.verweise import VERWEISE
from schemas.befehl import abgeleitete_felder

SCHLICHT = {str: "TEXT", dt.date: "TAG"}
"""Types that are typed as a word, and what stands for it in the help."""


@dataclass(frozen=True)
class Option:
    """One option of a command: the field, the option's type, and how to read what was typed."""

    feld: str
    typ: Any
    default: Any
    lesen: Form | None
    metavar: str | None
    viele: bool

    @property
    def parameter(self) -> inspect.Parameter:
        """For Typer."""
        name = "--" + self.feld.replace("_", "-").strip("-")
        namen = [f"{name}/--nicht-{name[2:]}"] if self.typ in (bool, bool | None) else [name]
        option = typer.Option(
            *namen, metavar=self.metavar, help=HILFE.get(self.feld), show_default=self.default not in (None, [], "")
        )
        return inspect.Parameter(
            self.feld, inspect.Parameter.KEYWORD_ONLY, default=self.default, annotation=Annotated[self.typ, option]
        )

    async def read(self, wert: Any, lm: Laufmappe, find: Callable[[str, str], Awaitable[str]]) -> Any:
        """The field's value from what was typed."""
        if self.feld in VERWEISE and isinstance(wert, str):
            return (await find(VERWEISE[self.feld], wert)).rsplit("/", 1)[-1]
        if self.lesen is None:
            return tuple(wert) if self.viele else wert
        if not self.viele:
            return self.lesen(wert, lm)
        gelesen = [self.lesen(w, lm) for w in wert]
        return tuple(teil for w in gelesen for teil in (w if isinstance(w, list) else [w]))


def _plain(typ: Any) -> tuple[Any, bool, bool]:
    """(inner type, optional?, many?) of a field's annotation."""
    if get_origin(typ) in (Union, types.UnionType):
        innen = next(a for a in get_args(typ) if a is not type(None))
        kern, _, viele = _plain(innen)
        return kern, True, viele
    if get_origin(typ) is tuple:
        return _plain(get_args(typ)[0])[0], False, True
    return _plain(get_args(typ)[0]) if get_origin(typ) is Annotated else (typ, False, False)


def _typed(kern: Any, viele: bool) -> tuple[Any, Form | None, str | None]:
    """(option type, reader, metavar) of an inner type. What is no word and has no form of its own is typed as JSON."""
    if kern in FORMEN:
        return str, *FORMEN[kern]
    if (isinstance(kern, type) and issubclass(kern, enum.Enum)) or kern in (bool, int):
        return kern, None, None
    if kern in SCHLICHT:
        return str, None, SCHLICHT[kern]
    lesen = read_objects if viele else read_object
    return str, lambda wert, lm: lesen(wert), "JSON oder @DATEI"


def option_of(name: str, feld: FieldInfo) -> Option:
    """The option for a field of a command."""
    kern, optional, viele = _plain(feld.annotation)
    typ, lesen, metavar = _typed(kern, viele)
    pflicht = feld.is_required()
    if viele:
        return Option(name, types.GenericAlias(list, (typ,)), ... if pflicht else [], lesen, metavar, True)
    default: Any = ... if pflicht else feld.get_default()
    if lesen is not None and not pflicht:
        default = None
    return Option(name, typ | None if default is None or optional else typ, default, lesen, metavar, False)


def options(klasse: type[Kommando[Any]]) -> tuple[Option, ...]:
    """The options of a command: every field that is its own and that people state."""
    nicht = set(Kommando.model_fields) | abgeleitete_felder(klasse)
    return tuple(option_of(name, feld) for name, feld in klasse.model_fields.items() if name not in nicht)
