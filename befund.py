"""``laufmappe doctor``: is everything in order? Each check is a function that yields findings; nothing is changed."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.service import RPCError

from activities.bote import NichtErreichbar
from einstellungen import Einstellungen
from kommandozeile import ausgabe
from register.ausgang import AUFGEGEBEN, UNKLAR
from worker import TASK_QUEUE, Gewerke, connect, parts

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


async def _worker(g: Gewerke) -> AsyncIterator[str]:
    try:
        client = await connect(g.einstellungen.daten)
        anfrage = DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=TASK_QUEUE),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        antwort = await client.workflow_service.describe_task_queue(anfrage)
    except (NichtErreichbar, RPCError) as fehler:
        yield f"Temporal ist nicht erreichbar: {fehler}"
        return
    if not antwort.pollers:
        yield "Temporal läuft, aber kein Worker. Bitte „laufmappe worker“ starten."


PRUEFUNGEN: tuple[Pruefung, ...] = (_rules, _record, _post, _packages, _worker)
BEREIT: tuple[Pruefung, ...] = (_worker,)
"""What a health check asks; that the register opens, it needs to get that far."""


async def ready(einstellungen: Einstellungen) -> None:
    """Raises NichtErreichbar, RegisterFehler, RegelwerkFehler unless a worker is at work and the register answers."""
    async with parts(einstellungen) as g:
        if funde := await _findings(g, BEREIT):
            raise NichtErreichbar(" ".join(funde))


async def _findings(g: Gewerke, pruefungen: tuple[Pruefung, ...]) -> list[str]:
    return [fund for pruefung in pruefungen async for fund in pruefung(g)]


async def main(einstellungen: Einstellungen, *, als_json: bool) -> None:
    """Runs all checks and prints what they found."""
    async with parts(einstellungen) as g:
        funde = await _findings(g, PRUEFUNGEN)
        bestand = await g.register.totals()
    if als_json:
        ausgabe.as_json({"befunde": funde, "bestand": bestand})
        return
    ausgabe.say("Bestand: " + ", ".join(f"{anzahl} {typ}" for typ, anzahl in bestand.items()))
    ausgabe.findings(funde, False)
