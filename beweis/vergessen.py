"""What stands in the place of content that was forgotten, so that a case can still be read and worked out."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import JsonValue, TypeAdapter, ValidationError

from schemas.akteur import Akteur
from schemas.befehl import Befehl

GELOESCHT = "[gelöscht]"
PLATZHALTER: tuple[JsonValue, ...] = (GELOESCHT, "geloescht", "0" * 64, [], {"digest": "0" * 64, "groesse": 0}, None)
"""What can stand for something: the first that the field's type accepts counts: a text, an id, a digest, no elements, a document, nothing."""


JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


class NichtZuVergessen(Exception):
    """The course of the case rests on this field; nothing can stand in its place."""


def replaced(klasse: type[Befehl], name: str, wert: JsonValue, wege: Iterable[str]) -> JsonValue:
    """A field's value without what these ways lead to: ``""`` is all of it, ``stand.betreff`` a part. Raises NichtZuVergessen.

    A field of the actor is called ``akteur.<name>``.
    """
    form: TypeAdapter[Any] = TypeAdapter(_type(klasse, name))
    for weg in sorted(wege):
        wert = _without(form, name, wert, tuple(weg.split(".")) if weg else ())
    return wert


def _type(klasse: type[Befehl], name: str) -> Any:
    if name.startswith("akteur."):
        return Akteur.model_fields[name.removeprefix("akteur.")].rebuild_annotation()
    return klasse.model_fields[name].rebuild_annotation() if name in klasse.model_fields else Any


def _without(form: TypeAdapter[Any], name: str, wert: JsonValue, weg: tuple[str, ...]) -> JsonValue:
    for platzhalter in PLATZHALTER:
        neu = _set(wert, weg, platzhalter)
        try:
            form.validate_json(JSON.dump_json(neu))
        except ValidationError:
            continue
        return neu
    raise NichtZuVergessen(f"„{'.'.join((name, *weg))}“ trägt den Ablauf des Vorgangs und kann nicht gelöscht werden.")


def _set(wert: JsonValue, weg: tuple[str, ...], neu: JsonValue) -> JsonValue:
    """A copy with another value at the end of that way. A way that leads nowhere changes nothing."""
    if not weg:
        return neu
    if isinstance(wert, dict) and weg[0] in wert:
        return wert | {weg[0]: _set(wert[weg[0]], weg[1:], neu)}
    if isinstance(wert, list) and weg[0].isdecimal() and int(weg[0]) < len(wert):
        nr = int(weg[0])
        return [*wert[:nr], _set(wert[nr], weg[1:], neu), *wert[nr + 1 :]]
    return wert


def ways_to(wert: JsonValue, text: str) -> Iterator[str]:
    """Ways to every text in a value that contains this one; ``""`` for the value itself."""
    if isinstance(wert, str) and text in wert:
        yield ""
    teile = wert.items() if isinstance(wert, dict) else enumerate(wert) if isinstance(wert, list) else ()
    for teil, inneres in teile:
        yield from (f"{teil}.{weg}".removesuffix(".") for weg in ways_to(inneres, text))
