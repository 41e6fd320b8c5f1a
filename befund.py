"""``laufmappe doctor``: is everything in order? Each check is a function that yields findings; nothing is changed."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import cli_ausgabe as ausgabe
from einstellungen import Einstellungen
from embedded import address_of_running
from register.ausgang import AUFGEGEBEN, UNKLAR
from worker import Gewerke, parts

Pruefung = Callable[[Gewerke], AsyncIterator[str]]


async def _rules(g: Gewerke) -> AsyncIterator[str]:
    for rw in g.regelwerke.alle:
        ohne = [s.id for s in rw.stellen if s.postfach is None]
        if ohne and g.einstellungen.smtp:
            yield f"{rw.name}: für {', '.join(ohne)} ist kein Postfach hinterlegt; dorthin geht keine Mail."


async def _record(g: Gewerke) -> AsyncIterator[str]:
    for fund in await g.register.check():
        yield fund


async def _post(g: Gewerke) -> AsyncIterator[str]:
    anzahl = await g.register.counts()
    if anzahl.get(AUFGEGEBEN):
        yield f"{anzahl[AUFGEGEBEN]} Benachrichtigungen sind aufgegeben (keine Adresse oder nicht zustellbar)."
    if anzahl.get(UNKLAR):
        yield f"{anzahl[UNKLAR]} Benachrichtigungen sind nach einem Neuaufbau ungeklärt und werden nicht von selbst gesendet."


async def _packages(g: Gewerke) -> AsyncIterator[str]:
    for typ in ("vorlage", "sitzung", "auftrag"):
        for workflow in await g.register.sealed(typ):
            if not Path(g.package(workflow)).exists():
                yield f"{workflow}: versiegelt, aber das Aufbewahrungspaket fehlt (noch)."


async def _temporal(g: Gewerke) -> AsyncIterator[str]:
    if address_of_running(g.einstellungen.daten) is None:
        yield "Im Datenordner läuft kein eingebetteter Temporal-Server (das ist in Ordnung, wenn ein anderer eingerichtet ist)."


PRUEFUNGEN: tuple[Pruefung, ...] = (_rules, _record, _post, _packages, _temporal)


async def main(einstellungen: Einstellungen, *, als_json: bool) -> None:
    """Runs all checks and prints what they found."""
    async with parts(einstellungen) as g:
        funde = [fund for pruefung in PRUEFUNGEN async for fund in pruefung(g)]
        bestand = await g.register.totals()
    if als_json:
        ausgabe.as_json({"befunde": funde, "bestand": bestand})
        return
    ausgabe.say("Bestand: " + ", ".join(f"{anzahl} {typ}" for typ, anzahl in bestand.items()))
    ausgabe.findings(funde, False)
