"""``laufmappe doctor --wiederherstellen``: after a restore from a back-up, closes the gap between the log and what was signed.

Entries that Temporal still knows are recorded again. Their leaves are new, for their salts are; so the log goes on in a new section, with
a key of its own, and the Prüfakte says from where on. Until then nothing is signed.
"""

from collections.abc import Callable
from typing import Any

from temporalio.client import Client

from activities.laeufe import cases
from activities.pruefpunkt import file_of
from archive import SchluesselFehler
from client import Laufmappe
from schemas.akteur import Akteur
from schemas.basis import Modell
from schemas.pruefakte import Pruefakte
from wiedergabe.vorgang import missing_entries
from worker import TASK_QUEUE, Gewerke

Fortschritt = Callable[[str], None]


class Wiederherstellung(Modell):
    """What came of it. ``verloren``: leaves that were signed and are not in the log; ``nachgetragen``: entries recorded again."""

    kommune: str
    luecke: bool
    verloren: int = 0
    nachgetragen: int = 0
    groesse: int = 0


async def restore(g: Gewerke, client: Client, kommune: str, akteur: Akteur, grund: str) -> Wiederherstellung:
    """Closes the gap, if there is one. Can be repeated after an interruption.

    Raises Luecke for an entry that neither register nor Temporal has, a refusal, NichtErreichbar, RegisterNichtErreichbar.
    """
    letzter = g.unterzeichnung.last(kommune)
    try:
        await g.unterzeichnung.gap(kommune)
    except SchluesselFehler:
        pass
    else:
        return Wiederherstellung(kommune=kommune, luecke=False)
    assert letzter is not None  # or there would be no gap
    einig = await g.register.agreed(kommune)
    nachgetragen = await _record_again(g, client, kommune)
    felder: dict[str, Any] = {
        "groesse": einig,
        "verloren": letzter.groesse - einig,
        "nachgetragen": nachgetragen,
        "zuletzt": letzter.note,
        "grund": grund,
    }
    await _put_on_record(g.laufmappe(client), kommune, akteur, felder)
    punkt = await g.unterzeichnung.begin_section(kommune)
    return Wiederherstellung(
        kommune=kommune, luecke=True, verloren=letzter.groesse - einig, nachgetragen=nachgetragen, groesse=punkt.groesse
    )


async def _record_again(g: Gewerke, client: Client, kommune: str) -> int:
    anzahl = 0
    async for workflow in cases(client, TASK_QUEUE):
        if workflow.split("/")[1] != kommune:
            continue
        if fehlend := await missing_entries(client, g.register, workflow):
            await g.register.record(fehlend)
            anzahl += len(fehlend)
    return anzahl


async def _put_on_record(lm: Laufmappe, kommune: str, akteur: Akteur, felder: dict[str, Any]) -> None:
    z = await lm.register.state(file_of(kommune))
    if isinstance(z, Pruefakte) and any(b.zuletzt == felder["zuletzt"] for b in z.brueche):
        return  # interrupted before the new section began
    await lm.act(file_of(kommune), "verzeichnis_neu_beginnen", akteur, f"bruch/{felder['zuletzt'].splitlines()[2]}", **felder)
