"""What stands in the place of content that was forgotten, so that a case can still be read and worked out: by type, never by chance."""

import functools
from typing import Any

from pydantic import JsonValue, TypeAdapter, ValidationError

from schemas.befehl import Befehl

GELOESCHT = "[gelöscht]"
PLATZHALTER: tuple[JsonValue, ...] = (GELOESCHT, "geloescht", "0" * 64, [], {"digest": "0" * 64, "groesse": 0}, None)
"""The first that the field's type accepts counts: a text, an id, a digest, no elements, a document, nothing."""


class NichtZuVergessen(Exception):
    """The course of the case rests on this field; nothing can stand in its place."""


def placeholders(klasse: type[Befehl], felder: frozenset[str]) -> dict[str, JsonValue]:
    """A value for each of these fields of a command. Raises NichtZuVergessen.

    A field of the actor is called ``akteur.<name>``; one that this release does not know needs none.
    """
    return {name: _placeholder(klasse, name) for name in felder if name.startswith("akteur.") or name in klasse.model_fields}


@functools.cache
def _placeholder(klasse: type[Befehl], name: str) -> JsonValue:
    if name.startswith("akteur."):
        return "geloescht"
    form: TypeAdapter[Any] = TypeAdapter(klasse.model_fields[name].rebuild_annotation())
    for wert in PLATZHALTER:
        try:
            form.validate_json(_json(wert))
        except ValidationError:
            continue
        return wert
    raise NichtZuVergessen(f"„{name}“ trägt den Ablauf des Vorgangs und kann nicht gelöscht werden.")


def _json(wert: JsonValue) -> bytes:
    return TypeAdapter(JsonValue).dump_json(wert)
