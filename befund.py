"""``laufmappe doctor``: is everything in order? Each check is a function that yields findings; nothing is changed."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.bote import NichtErreichbar
from activities.pruefpunkt import file_of
from archive import SchluesselFehler
from archive.aufbau import INVENTAR
from archive.verweise import documents
from dokumente.anschrift import address
from einstellungen import Einstellungen
from kommandozeile import ausgabe
from lifecycle.kern import BERLIN
from lifecycle.kerne import kern_of
from lifecycle.nennen import plural
from register.ausgang import AUFGEGEBEN, UNKLAR
from schemas.akteur import Rolle
from schemas.pruefakte import Pruefakte
from schemas.regel import Traeger
from schemas.zustand import Zustand
from uebergang import matters
from worker import TASK_QUEUE, Gewerke, connect, parts

Pruefung = Callable[[Gewerke], AsyncIterator[str]]
TYPEN = ("vorlage", "sitzung", "auftrag", "aussonderung")
ZU_OFT = 3
"""Attempts after which something is not merely slow."""
HOECHSTENS = 2000
"""So many running workflows are looked at."""
GLEICHZEITIG = 20
ZU_LANGE = dt.timedelta(days=2)
"""Without a checkpoint that left the house: one night may fail, two may not."""


async def _rules(g: Gewerke) -> AsyncIterator[str]:
    for rw in g.unbestaetigt:
        yield f"{rw.name}: die Fassung ab {rw.gueltig_ab} ist nicht bestätigt und gilt nicht („laufmappe regelwerk list“)."
    for rw in g.regelwerke.alle:
        ohne = [s.id for s in rw.stellen if s.postfach is None]
        if ohne and g.einstellungen.smtp:
            yield f"{rw.name}: für {', '.join(ohne)} ist kein Postfach hinterlegt; dorthin geht keine Mail."


async def _record(g: Gewerke) -> AsyncIterator[str]:
    for fund in await g.register.check():
        yield fund
    for alarm in await g.register.alarms():
        yield f"{alarm.workflow}, Eintrag {alarm.seq}: {alarm.satz} (seit {alarm.zeit.astimezone(BERLIN):%d.%m.%Y %H:%M})"


async def _post(g: Gewerke) -> AsyncIterator[str]:
    anzahl = await g.register.counts()
    if anzahl.get(AUFGEGEBEN):
        yield f"{anzahl[AUFGEGEBEN]} Benachrichtigungen sind aufgegeben (keine Adresse oder nicht zustellbar)."
    if anzahl.get(UNKLAR):
        yield f"{anzahl[UNKLAR]} Benachrichtigungen sind nach einem Neuaufbau ungeklärt und werden nicht von selbst gesendet."
    for kommune in g.hinterlegt.kommunen:
        for empfaenger, viele in sorted((await g.register.often_tried(kommune, ZU_OFT)).items()):
            was = plural(viele, "Benachrichtigung wird", "Benachrichtigungen werden")
            yield f"{kommune}: {was} immer wieder verschoben, {empfaenger} ist seit mehr als {ZU_OFT} Versuchen nicht zu erreichen."


async def _proof(g: Gewerke) -> AsyncIterator[str]:
    """Does the log continue what was signed, and do checkpoints leave the house?"""
    for kommune in g.hinterlegt.kommunen:
        try:
            await g.unterzeichnung.gap(kommune)
        except SchluesselFehler as fehler:
            yield f"{kommune}: {fehler}"
        akte = await g.register.state(file_of(kommune))
        letzter = akte.letzter if isinstance(akte, Pruefakte) else None
        if letzter and dt.datetime.now(dt.UTC) - letzter.am > ZU_LANGE:
            yield f"{kommune}: seit {ausgabe.moment(letzter.am)} ging kein Prüfpunkt aus dem Haus. Bitte den Worker und seinen Zeitplan ansehen."
        if g.einstellungen.smtp and not _leaves_the_house(g, kommune):
            yield (
                f"{kommune}: Für die Rechnungsprüfung ist weder ein Postfach noch ein Ordner hinterlegt; "
                "ohne Prüfpunkte außer Haus ist gegen den Betreiber nichts bewiesen."
            )


def _leaves_the_house(g: Gewerke, kommune: str) -> bool:
    rw = g.regelwerke.am(kommune, dt.datetime.now(BERLIN).date())
    haken = rw is not None and any("pruefpunkt_ausgeben" in w.bei for w in rw.webhooks)
    postfach = rw is not None and address(rw, Rolle.RECHNUNGSPRUEFUNG.value) is not None
    return haken or postfach or g.einstellungen.pruefpunkte is not None


# --- cases --------------------------------------------------------------------------------------------------------------


async def _packages(g: Gewerke) -> AsyncIterator[str]:
    for typ in TYPEN:
        for workflow in await g.register.sealed(typ):
            if not (Path(g.package(workflow)) / INVENTAR).is_file():
                yield f"{workflow}: versiegelt, aber das Aufbewahrungspaket fehlt (noch)."


async def _cases(g: Gewerke) -> AsyncIterator[str]:
    """One look at every case: are its documents there, has somebody dealt with its hints, does it hang on what is no more?"""
    hinweise: Counter[str] = Counter()
    verwaist: Counter[tuple[str, str]] = Counter()
    beendet = {kommune: _ended(g, kommune) for kommune in g.hinterlegt.kommunen}
    async for workflow, z in _every(g):
        for verweis in documents(workflow, z, await g.register.heads(workflow)):
            if not verweis.darf_fehlen and not g.ablage.exists(verweis.digest):
                yield f"{workflow}: ein Dokument fehlt in der Ablage ({verweis.digest[:12]}…). Bitte aus der Sicherung holen."
        if not kern_of(workflow).closed(z):
            hinweise[workflow.split("/", 1)[0]] += len(z.hinweise)
            verwaist.update((z.kommune, p.traeger) for p in matters(workflow, z, beendet[z.kommune]))
    for typ, viele in sorted(hinweise.items()):
        if viele:
            yield f"{typ.capitalize()}: {plural(viele, 'Hinweis', 'Hinweise')} an offenen Vorgängen, bitte ansehen („show“)."
    for (kommune, traeger), viele in sorted(verwaist.items()):
        seit = f"{beendet[kommune][traeger]:%d.%m.%Y}"
        yield (
            f"{kommune}: „{traeger}“ gibt es seit dem {seit} nicht mehr, aber {viele} Offenes hängt noch daran. "
            f"Bitte „laufmappe uebergang liste {traeger}“."
        )


async def _every(g: Gewerke) -> AsyncIterator[tuple[str, Zustand]]:
    for kommune in g.hinterlegt.kommunen:
        for typ in TYPEN:
            for workflow, z in await g.register.states(kommune, typ):
                yield workflow, z


def _ended(g: Gewerke, kommune: str) -> dict[str, dt.date]:
    """Offices and committees that are no more, and their last day."""
    heute = dt.datetime.now(BERLIN).date()
    rw = g.regelwerke.am(kommune, heute)
    alle: tuple[Traeger, ...] = (*rw.stellen, *rw.gremien) if rw else ()
    return {t.id: t.bis for t in alle if t.bis and t.bis < heute}


# --- Temporal -----------------------------------------------------------------------------------------------------------


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
        yield _away(fehler)
        return
    if not antwort.pollers:
        yield "Temporal läuft, aber kein Worker. Bitte „laufmappe worker“ starten."


def _away(fehler: NichtErreichbar | RPCError) -> str:
    return f"Temporal ist nicht erreichbar: {fehler.status.name if isinstance(fehler, RPCError) else fehler}"


async def _stuck(g: Gewerke) -> AsyncIterator[str]:
    """Workflows whose next step fails again and again: nobody sees that from outside, for they still accept nothing and say nothing."""
    try:
        client = await connect(g.einstellungen.daten)
        frage = f"ExecutionStatus = 'Running' AND TaskQueue = '{TASK_QUEUE}'"
        ids = [w.id async for w in client.list_workflows(frage, limit=HOECHSTENS)]
        schranke = asyncio.Semaphore(GLEICHZEITIG)
        versuche = await asyncio.gather(*(_attempts(client, kennung, schranke) for kennung in ids))
    except (NichtErreichbar, RPCError):
        return  # that it is away, _worker says
    for kennung, anzahl in zip(ids, versuche, strict=True):
        if anzahl > ZU_OFT:
            yield f"{kennung}: der nächste Schritt scheitert immer wieder ({anzahl} Versuche). Bitte das Protokoll des Workers ansehen."


async def _attempts(client: Client, workflow: str, schranke: asyncio.Semaphore) -> int:
    """How often the next step of a workflow has been tried; 0 if none is due."""
    async with schranke:
        try:
            stand = await client.get_workflow_handle(workflow).describe()
        except RPCError as fehler:
            if fehler.status is RPCStatusCode.NOT_FOUND:
                return 0
            raise
    return int(stand.raw_description.pending_workflow_task.attempt)


PRUEFUNGEN: tuple[Pruefung, ...] = (_rules, _record, _post, _proof, _packages, _cases, _worker, _stuck)
BEREIT: tuple[Pruefung, ...] = (_worker,)
"""What a health check asks; that the register opens, it needs to get that far."""


async def ready(einstellungen: Einstellungen) -> None:
    """Raises NichtErreichbar, RegisterFehler, RegelwerkFehler unless a worker is at work and the register answers."""
    async with parts(einstellungen) as g:
        if funde := await findings(g, BEREIT):
            raise NichtErreichbar(" ".join(funde))


async def findings(g: Gewerke, pruefungen: tuple[Pruefung, ...] = PRUEFUNGEN) -> list[str]:
    """What these checks find."""
    return [fund for pruefung in pruefungen async for fund in pruefung(g)]


async def main(einstellungen: Einstellungen, *, als_json: bool) -> list[str]:
    """Runs all checks, prints what they found, and returns it."""
    async with parts(einstellungen) as g:
        funde = await findings(g)
        bestand = await g.register.totals()
    if als_json:
        ausgabe.as_json({"befunde": funde, "bestand": bestand})
        return funde
    ausgabe.say("Bestand: " + ", ".join(f"{anzahl} {typ}" for typ, anzahl in bestand.items()))
    ausgabe.findings(funde, False)
    return funde
