"""Public holidays of a federal state, from the library ``holidays``: asked at the door and by ``check``, never by ``apply``."""

import datetime as dt
import functools

import holidays

from lifecycle.ablehnung import Unbekannt

JAHRE = 2
"""How many years ahead are kept with a deadline that is still to be counted."""


@functools.cache
def _of_year(land: str, jahr: int) -> frozenset[dt.date]:
    try:
        return frozenset(holidays.country_holidays("DE", subdiv=land, years=jahr))
    except NotImplementedError:
        raise Unbekannt(f"Für das Land „{land}“ sind keine Feiertage bekannt. Bitte „land“ im Regelwerk prüfen.") from None


def between(land: str, von: dt.date, bis: dt.date) -> tuple[dt.date, ...]:
    """The holidays from one day to another (inclusive), in order. Raises Unbekannt for a state that there is not."""
    jahre = range(von.year, bis.year + 1)
    return tuple(sorted(tag for jahr in jahre for tag in _of_year(land, jahr) if von <= tag <= bis))
