"""What every OParl object has: type, URL, times; nothing empty (OParl 1.1: no ``null``, no empty lists); and what is left of a deleted one."""

import datetime as dt
from typing import Any

from lifecycle.kern import BERLIN
from oparl.adresse import TYP
from oparl.kontext import Zeiten

Objekt = dict[str, Any]
"""A JSON object."""
QUELLE = "laufmappe:source"
"""Our own field, with the vendor's prefix as OParl asks for: the id of the object in the system that it was taken over from."""


def made(typ: str, url: str, zeiten: Zeiten, **felder: Any) -> Objekt:
    """An object of that type, with the fields that have a value."""
    da = {name: wert for name, wert in felder.items() if wert not in (None, "", (), [])}
    return {"id": url, "type": f"{TYP}{typ}", **da, **_times(zeiten)}


def deleted(typ: str, url: str, zeiten: Zeiten) -> Objekt:
    """What is left of an object that is public no longer: all other fields must go. ``geaendert`` is when it was taken away."""
    return {"id": url, "type": f"{TYP}{typ}", **_times(zeiten), "deleted": True}


def _times(zeiten: Zeiten) -> Objekt:
    """In UTC, in full precision: clients ask for what has changed since the newest time that they know."""
    return {
        "created": zeiten.angelegt.astimezone(dt.UTC).isoformat(),
        "modified": zeiten.geaendert.astimezone(dt.UTC).isoformat(),
    }


def moment(zeit: dt.datetime | None) -> str | None:
    """A time as the town's clocks show it, with its offset."""
    return zeit.astimezone(BERLIN).isoformat() if zeit else None


def date(zeit: dt.datetime | None) -> str | None:
    """The day in Berlin."""
    return zeit.astimezone(BERLIN).date().isoformat() if zeit else None


def stated_date(wert: str | None) -> str | None:
    """A day as another system stated it, if it is one."""
    try:
        return dt.date.fromisoformat((wert or "")[:10]).isoformat()
    except ValueError:
        return None
