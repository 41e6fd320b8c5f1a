"""Lists in pages: what may be asked for, and where the pages before and after are.

A page begins after an object, not at a number: so nothing is left out and nothing comes twice while objects come and go.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from oparl.objekt import Objekt
from oparl.vorgang import type_of
from schaufenster import Ausschnitt, Schaufenster, Stelle
from schaufenster.auslage import HOECHSTENS
from schemas.basis import ERSTES_JAHR, LETZTES_JAHR

MARKE = r"^-?[0-9]{1,10}~[A-Za-z0-9._~%/-]{1,300}$"
"""A place in a list: seconds since 1970, and the path of an object."""
INTERN = {
    "AgendaItem": ("auxiliaryFile",),
    "Meeting": ("auxiliaryFile", "agendaItem"),
    "Paper": ("auxiliaryFile", "location"),
    "Person": ("membership",),
    "Body": ("legislativeTerm",),
}
"""By type: the embedded lists that ``omit_internal`` leaves out (OParl 1.1, 2.5)."""


def _moment(text: object) -> object:
    """A time with its offset. A plus that came as it is has become a blank. What lies far away is as far as times are kept."""
    if not isinstance(text, str):
        return text
    zeit = dt.datetime.fromisoformat(text.strip().replace(" ", "+"))
    if zeit.tzinfo is None:
        raise ValueError("ohne Zeitzone")
    if zeit.year < ERSTES_JAHR:
        return dt.datetime(ERSTES_JAHR, 1, 1, tzinfo=dt.UTC)
    return dt.datetime(LETZTES_JAHR, 1, 1, tzinfo=dt.UTC) if zeit.year > LETZTES_JAHR else zeit.astimezone(dt.UTC)


def _second(zeit: dt.datetime | None) -> dt.datetime | None:
    """The second in which it begins: our times are no more precise, so what changed within it counts as changed since."""
    return zeit.replace(microsecond=0) if zeit else None


Zeit = Annotated[dt.datetime, BeforeValidator(_moment)]
Seit = Annotated[Zeit, AfterValidator(_second)]


class Fragen(BaseModel):
    """What a client may ask of any list (OParl 1.1, 2.5): times as ``2021-06-16T18:00:00+02:00``, both ends included."""

    created_since: Seit | None = None
    created_until: Zeit | None = None
    modified_since: Seit | None = Field(default=None, description="Bringt auch, was seitdem gelöscht wurde.")
    modified_until: Zeit | None = None
    omit_internal: bool = False
    limit: int = Field(default=HOECHSTENS, ge=1, description=f"Objekte je Seite; mehr als {HOECHSTENS} werden es nie.")
    nach: str | None = Field(
        default=None, pattern=MARKE, description="Wo die Seite beginnt. Steht in den Verweisen der Liste; nicht selbst bilden."
    )

    @property
    def anzahl(self) -> int:
        """Objects on a page."""
        return min(self.limit, HOECHSTENS)

    def of(self, typ: str, kommune: str | None, gremium: str | None = None) -> Ausschnitt:
        """Which objects of that type are asked for."""
        return Ausschnitt(
            typ=typ,
            kommune=kommune,
            gremium=gremium,
            angelegt_ab=self.created_since,
            angelegt_bis=self.created_until,
            geaendert_ab=self.modified_since,
            geaendert_bis=self.modified_until,
        )

    def link(self, liste: str, nach: Stelle | None) -> str:
        """URL of the page that begins there, with all else that was asked for, in the order of the names."""
        werte: dict[str, Any] = self.model_dump(exclude_defaults=True, exclude={"nach"}, mode="json")
        werte |= {} if nach is None else {"nach": f"{nach.zeit.timestamp():.0f}~{nach.pfad}"}
        text = {name: str(wert).lower() if isinstance(wert, bool) else str(wert) for name, wert in sorted(werte.items())}
        return f"{liste}?{urlencode(text)}" if text else liste


def _place(marke: str) -> Stelle:
    """Where a page begins."""
    zeit, _, pfad = marke.partition("~")
    return Stelle(dt.datetime.fromtimestamp(int(zeit), dt.UTC), pfad)


async def page(schau: Schaufenster, liste: str, a: Ausschnitt, f: Fragen) -> Objekt:
    """A page as OParl wants it: ``data``, ``pagination``, ``links``. ``liste`` is the list's URL."""
    nach = _place(f.nach) if f.nach else None
    zeilen = await schau.page(a, nach, f.anzahl + 1)
    hier, weiter = zeilen[: f.anzahl], len(zeilen) > f.anzahl
    alle = await schau.count(a)
    orte: dict[str, Stelle | None] = {"first": None, "self": nach, "last": await _last(schau, a, alle, f.anzahl)}
    if nach is not None:
        orte["prev"] = await schau.before(a, a.place_of(hier[0]) if hier else None, f.anzahl)
    if weiter:
        orte["next"] = a.place_of(hier[-1])
    objekte = await schau.objects(hier)
    return {
        "data": [_without_internal(o) for o in objekte] if f.omit_internal else objekte,
        "pagination": {"totalElements": alle, "elementsPerPage": f.anzahl, "totalPages": -(-alle // f.anzahl)},
        "links": {name: f.link(liste, ort) for name, ort in orte.items()},
    }


async def _last(schau: Schaufenster, a: Ausschnitt, alle: int, anzahl: int) -> Stelle | None:
    return await schau.before(a, None, (alle - 1) % anzahl + 1) if alle > anzahl else None


def _without_internal(o: Mapping[str, Any]) -> Objekt:
    weg = INTERN.get(type_of(dict(o)), ())
    return {feld: wert for feld, wert in o.items() if feld not in weg}
