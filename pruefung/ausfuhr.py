"""The log as JSON Lines: every head with its hash and leaf number, in order; content with its salts for those who may see it."""

import json
from collections.abc import AsyncIterator
from typing import Any

from lifecycle.fristen import EIN_TAG, end_of
from lifecycle.rechte import Einblick
from pruefung.durchgang import Anfrage
from pruefung.einsicht import mask, public_entry, shows
from pruefung.fall import TYPEN, committees
from pruefung.vermerk import Vermerk
from register import Register
from register.durchsicht import Auswahl, Blatt
from schemas.zustand import Zustand


async def selection(register: Register, anfrage: Anfrage) -> Auswahl:
    """The entries that are asked for: recorded on these days (Berlin), by that office, in cases of that committee."""
    return Auswahl(
        kommune=anfrage.kommune,
        von=end_of(anfrage.von - EIN_TAG) if anfrage.von else None,
        bis=end_of(anfrage.bis) if anfrage.bis else None,
        stelle=anfrage.stelle,
        vorgaenge=await _cases_of(register, anfrage.kommune, anfrage.gremium) if anfrage.gremium else None,
    )


async def _cases_of(register: Register, kommune: str, gremium: str) -> frozenset[str]:
    treffer: set[str] = set()
    for name, _ in TYPEN.values():
        async for staende in register.state_batches(kommune, name):
            treffer |= {w for w, z in staende if gremium in committees(z)}
    return frozenset(treffer)


async def lines(register: Register, auswahl: Auswahl, einblick: Einblick, bis_blatt: int) -> AsyncIterator[list[str]]:
    """The lines of each batch of leaves, up to a leaf (exclusive). Raises RegisterNichtErreichbar."""
    async for blaetter in register.log(auswahl, bis_blatt):
        gefragt = {b.kopf.workflow for b in blaetter} if einblick is Einblick.OEFFENTLICH else set()
        staende = await register.states_of(gefragt) if gefragt else {}
        yield [_line(b, einblick, staende.get(b.kopf.workflow)) for b in blaetter]


def _line(b: Blatt, einblick: Einblick, z: Zustand | None) -> str:
    """``inhalt`` None: it is there, but not for this reader. ``geloescht`` are fields that were, ``ersatz`` what is in their place."""
    oeffentlich = z is not None and public_entry(z, Vermerk(b.kopf, b.inhalt))
    zeile: dict[str, Any] = {"blatt": b.nr, "kopf_hash": b.kopf_hash, "kopf": b.kopf.as_json()}
    if shows(einblick, oeffentlich):
        zeile["inhalt"] = {name: {"salz": feld.salz, "wert": feld.wert} for name, feld in b.inhalt.felder.items()}
        zeile |= {"geloescht": sorted(set(b.kopf.felder) - set(b.inhalt.felder)), "ersatz": b.inhalt.ersatz}
    else:
        zeile |= {"inhalt": None, "warum": mask(einblick is Einblick.KEINER)}
    return json.dumps(zeile, ensure_ascii=False)
