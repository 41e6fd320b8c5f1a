"""Composition: builds the parts of one installation, and the worker that runs workflows and activities.

``python worker.py`` works for the Temporal of the standard ``TEMPORAL_*`` variables or a profile of ``temporalio.envconfig``.
"""

import asyncio
import contextlib
import datetime as dt
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleSpec,
)
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDConflictPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfig
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import protokollierung
import regelwerk
from activities.archivierung import Archivierung
from activities.aufzeichnung import Aufzeichnung
from activities.bote import Bote, NichtErreichbar
from activities.fallschluessel import Fallschluessel
from activities.kanaele.kanal import Kanal
from activities.kanaele.mail import MailKanal
from activities.kanaele.ordner import OrdnerKanal
from activities.kanaele.webhook import WebhookKanal
from activities.loeschung import Loeschung
from activities.meldung import Melder
from activities.pruefpunkt import Pruefgang, Unterzeichnung
from activities.treffen import Treffen
from activities.umschlag import sealed
from activities.zeitstempel import Zeitstempel
from activities.zustellung import Zustellung
from archive.ablage import Ablage
from archive.aufbau import object_id
from archive.blattliste import Blattliste
from archive.eimer import Eimerablage, Zugang
from archive.ocfl import Lager
from archive.schluesselbund import Schluesselbund
from client import Laufmappe
from einstellungen import Eimer, Einstellungen, from_environment, prepare
from embedded import address_of_running
from lifecycle.kern import complete
from lifecycle.kerne import ARTEN, kern_of
from lifecycle.regelwerksakte import confirmed
from regelwerk.bestand import keep, kept
from register import Register
from schemas.akteur import SYSTEM
from schemas.regelwerk import Regelwerk, Regelwerke
from schemas.regelwerksakte import Regelwerksakte
from workflows import regeln
from workflows.auftrag import AuftragWorkflow
from workflows.aussonderung import AussonderungWorkflow
from workflows.gremium import GremiumWorkflow
from workflows.nummernkreis import NummernkreisWorkflow
from workflows.pruefakte import PruefakteWorkflow, PruefgangWorkflow
from workflows.regelwerksakte import RegelwerksakteWorkflow
from workflows.sitzung import SitzungWorkflow
from workflows.suche import KOMMUNE
from workflows.vorlage import VorlageWorkflow
from workflows.zustellung import ZustellungWorkflow

log = structlog.get_logger()
TASK_QUEUE = "laufmappe"
WORKFLOWS = (
    VorlageWorkflow,
    SitzungWorkflow,
    AuftragWorkflow,
    NummernkreisWorkflow,
    GremiumWorkflow,
    RegelwerksakteWorkflow,
    PruefakteWorkflow,
    PruefgangWorkflow,
    AussonderungWorkflow,
    ZustellungWorkflow,
)
OHNE_SANDKASTEN = (
    *("schemas", "lifecycle", "workflows.regeln", "workflows.suche"),
    *("pydantic", "rfc8785"),
)
RUHIG_ENDEN = timedelta(seconds=10)
CONVERTER = pydantic_data_converter
"""How values become JSON. Whatever goes through ``Gewerke.sealed`` is closed with its case's key as well."""
POST = "post"
"""Folder, in the data folder, of mail that is not sent."""
REGELBESTAND = "regelwerke"
"""Folder, in the data folder, of the versions that were ever in force."""


def sandbox() -> SandboxedWorkflowRunner:
    """The sandbox in which workflows run: ours and pydantic pass through, for they are pure and costly to import anew."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*OHNE_SANDKASTEN))


@dataclass(frozen=True)
class Gewerke:
    """The parts that doors and worker share. ``geweckt`` is set when there is something in the outbox."""

    einstellungen: Einstellungen
    regelwerke: Regelwerke
    """Those in force."""
    hinterlegt: Regelwerke
    """All that lie in the folder, confirmed or not."""
    unbestaetigt: tuple[Regelwerk, ...]
    """Those that lie there and are not in force, for two persons do not stand for them yet."""
    register: Register
    schluessel: Fallschluessel
    """The keys that close Temporal's histories."""
    ablage: Ablage
    lager: Lager
    unterzeichnung: Unterzeichnung
    geweckt: asyncio.Event

    def package(self, workflow: str) -> Path:
        """Where the case's Aufbewahrungspaket lies (or would lie)."""
        return self.lager.path(object_id(workflow))

    @property
    def converter(self) -> DataConverter:
        """How values go to Temporal and come back: as JSON, closed with the key of the case."""
        return sealed(CONVERTER, self.schluessel)

    def sealed(self, client: Client) -> Client:
        """The same connection; what goes over it is closed."""
        angaben = client.config()
        angaben["data_converter"] = self.converter
        return Client(**angaben)

    def laufmappe(self, client: Client) -> Laufmappe:
        """The way in, over this connection."""
        return Laufmappe(Bote(self.sealed(client), self.regelwerke, TASK_QUEUE), self.register, self.regelwerke, self.ablage)


@asynccontextmanager
async def parts(einstellungen: Einstellungen) -> AsyncIterator[Gewerke]:
    """Opens register, keys and stores. Raises RegelwerkFehler, RegisterNichtErreichbar, SchluesselFehler, OSError."""
    hinterlegt = regelwerk.load(einstellungen.regelwerk, arten=ARTEN)
    prepare(einstellungen.daten)
    prepare(einstellungen.schluessel)
    geweckt = asyncio.Event()
    register = await Register.open(einstellungen.register_url, einstellungen.daten, on_outbox=geweckt.set)
    try:
        gilt = await _in_force(hinterlegt, register, einstellungen.daten / REGELBESTAND)
        yield Gewerke(
            einstellungen=einstellungen,
            regelwerke=gilt,
            hinterlegt=hinterlegt,
            unbestaetigt=tuple(rw for rw in hinterlegt.alle if rw.stand not in {g.stand for g in gilt.alle}),
            register=register,
            schluessel=await _keys(register, einstellungen),
            ablage=_documents(einstellungen),
            lager=Lager(einstellungen.daten / "pakete"),
            unterzeichnung=Unterzeichnung(
                register, Schluesselbund(einstellungen.schluessel), Blattliste(einstellungen.daten / "verzeichnis")
            ),
            geweckt=geweckt,
        )
    finally:
        await register.close()


def _documents(e: Einstellungen) -> Ablage:
    """The document store where the settings say; what is on its way into a bucket lies in the data folder meanwhile."""
    if isinstance(e.ablage, Eimer):
        geheim = {"kennung": e.ablage.kennung.get_secret_value(), "geheimnis": e.ablage.geheimnis.get_secret_value()}
        return Eimerablage(Zugang(**e.ablage.model_dump(exclude=set(geheim)), **geheim), e.daten / "annahme")
    return Ablage(e.ablage or e.daten / "dokumente")


async def _keys(register: Register, e: Einstellungen) -> Fallschluessel:
    gegeben = e.hauptschluessel.get_secret_value() if e.hauptschluessel else None
    return await Fallschluessel.open(register.keys, e.schluessel, gegeben)


def rules_file(kommune: str) -> str:
    """The workflow in which a town's versions of the rules are proposed and confirmed."""
    return f"regelwerk/{kommune}/akte"


async def _in_force(hinterlegt: Regelwerke, register: Register, bestand: Path) -> Regelwerke:
    """The versions that two persons stand for; all that lie there, where the installation has not begun yet.

    A version that once was in force stays so when its file changes: the new text waits until it is confirmed.
    """
    alle = {rw.stand.digest: rw for rw in (*kept(bestand), *hinterlegt.alle)}
    gilt: list[Regelwerk] = []
    for kommune in hinterlegt.kommunen:
        z = await register.state(rules_file(kommune))
        if not isinstance(z, Regelwerksakte):
            gilt += [rw for rw in hinterlegt.alle if rw.kommune == kommune]
            continue
        je_tag = {alle[d].gueltig_ab: alle[d] for d in confirmed(z) if d in alle}  # of two for the same day, the later one
        gilt += je_tag.values()
    keep(bestand, gilt)
    return Regelwerke(gilt)


async def _adopt(bote: Bote, g: Gewerke) -> None:
    """Puts on record with which rules an installation begins; whatever comes after needs two persons."""
    for kommune in g.hinterlegt.kommunen:
        if await g.register.seq(rules_file(kommune)):
            continue
        eigene = [rw for rw in g.hinterlegt.alle if rw.kommune == kommune]
        bestand = [{"fassung": rw.gueltig_ab.isoformat(), "pruefsumme": rw.stand.digest} for rw in eigene]
        roh = {"art": "regelwerk_uebernommen", "schluessel": "anfang", "akteur": SYSTEM, "regelwerk": eigene[-1].stand}
        kern, workflow = kern_of(rules_file(kommune)), rules_file(kommune)
        befehl = kern.parse({**roh, "bestand": bestand})
        await bote.send(workflow, complete(kern, kern.empty(workflow), befehl, dt.datetime.now(dt.UTC), g.regelwerke))


def _channels(e: Einstellungen, http: httpx.AsyncClient) -> dict[str, Kanal]:
    def secret_of(empfaenger: str) -> str | None:
        geheimnis = e.webhook_geheimnisse.get(empfaenger.removeprefix("webhook:"))
        return geheimnis.get_secret_value() if geheimnis else None

    mail: Kanal = MailKanal(e.smtp) if e.smtp else OrdnerKanal(e.daten / POST)
    return {"mail": mail, "webhook": WebhookKanal(http, secret_of)}


@asynccontextmanager
async def running_worker(client: Client, g: Gewerke, **optionen: Any) -> AsyncIterator[Worker]:
    """A worker at work, and a delivery workflow for every town. ``optionen`` go to Temporal's Worker."""
    regeln.install(g.regelwerke)
    client = g.sealed(client)
    async with httpx.AsyncClient(follow_redirects=False) as http:
        worker = Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=WORKFLOWS,
            activities=_activities(client, g, http),
            workflow_runner=sandbox(),
            graceful_shutdown_timeout=RUHIG_ENDEN,
            **optionen,
        )
        for rw in g.unbestaetigt:
            log.warning("Regelwerk nicht bestätigt und daher nicht in Kraft", kommune=rw.kommune, fassung=str(rw.gueltig_ab))
        async with worker:
            await _adopt(Bote(client, g.regelwerke, TASK_QUEUE), g)
            for kommune in g.regelwerke.kommunen:
                await _start_delivery(client, kommune)
                await schedule_checkpoints(client, kommune)
            log.info("Worker bereit", kommunen=list(g.regelwerke.kommunen))
            yield worker
            log.info("Worker hört auf")


def _activities(client: Client, g: Gewerke, http: httpx.AsyncClient) -> Sequence[Callable[..., Any]]:
    ersatz = None if g.einstellungen.smtp else "post.invalid"
    bote = Bote(client, g.regelwerke, TASK_QUEUE)
    zustellung = Zustellung(
        g.register,
        _channels(g.einstellungen, http),
        g.regelwerke,
        g.geweckt,
        adresse=g.einstellungen.adresse,
        ersatz=ersatz,
    )
    treffen = Treffen(bote, g.regelwerke)
    loeschung = Loeschung(
        client, g.register, g.schluessel, g.ablage, g.lager, g.einstellungen.daten / POST, g.einstellungen.adresse
    )
    return (
        Aufzeichnung(g.register).record,
        treffen.meeting,
        Archivierung(g.register, g.ablage, g.lager, g.unterzeichnung, g.einstellungen.adresse).archive,
        _nightly(g, treffen, http).checkpoint,
        zustellung.notify,
        Melder(g.register, treffen).report,
        loeschung.erase,
        loeschung.forget_runs,
    )


def _nightly(g: Gewerke, treffen: Treffen, http: httpx.AsyncClient) -> Pruefgang:
    dienst = g.einstellungen.zeitstempel
    zeitstempel = Zeitstempel(http, dienst.url, dienst.wurzeln) if dienst else None
    return Pruefgang(g.unterzeichnung, treffen, g.regelwerke, ordner=g.einstellungen.pruefpunkte, zeitstempel=zeitstempel)


async def _start_delivery(client: Client, kommune: str) -> None:
    await client.start_workflow(
        ZustellungWorkflow.run,
        kommune,
        id=f"zustellung/{kommune}",
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        search_attributes=TypedSearchAttributes([SearchAttributePair(KOMMUNE, kommune)]),
    )


async def schedule_checkpoints(client: Client, kommune: str) -> None:
    """Every night at two, in the town hall's time, unless there is such a schedule already: operators may have moved it."""
    nachts = ScheduleSpec(cron_expressions=["0 2 * * *"], time_zone_name="Europe/Berlin")
    start = ScheduleActionStartWorkflow(PruefgangWorkflow.run, kommune, id=f"pruefgang/{kommune}", task_queue=TASK_QUEUE)
    with contextlib.suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(f"pruefgang/{kommune}", Schedule(action=start, spec=nachts))


async def connect(daten: Path | None = None) -> Client:
    """Client for the embedded server of that data folder, if one runs; for what the environment or the profile names, if not.

    Raises NichtErreichbar.
    """
    optionen = ClientConfig.load_client_connect_config()
    eingebettet = address_of_running(daten) if daten and not os.environ.get("TEMPORAL_ADDRESS") else None
    optionen["target_host"] = eingebettet or optionen.get("target_host", "localhost:7233")
    try:
        client = await Client.connect(**optionen, data_converter=CONVERTER)
    except RuntimeError:
        raise NichtErreichbar(
            f"Unter {optionen['target_host']} antwortet kein Temporal: Die Laufmappe läuft nicht. Bitte zuerst „laufmappe up“ starten."
        ) from None
    except (TypeError, ValueError) as fehler:
        raise NichtErreichbar(f"Die Angaben zu Temporal (TEMPORAL_*) passen nicht: {fehler}.") from None
    return client


async def until_told_to_stop() -> None:
    """Returns on SIGTERM or SIGINT."""
    gestoppt = asyncio.Event()
    schleife = asyncio.get_running_loop()
    for zeichen in (signal.SIGTERM, signal.SIGINT):
        schleife.add_signal_handler(zeichen, gestoppt.set)
    await gestoppt.wait()


async def main(einstellungen: Einstellungen) -> None:
    """Runs a worker until it is told to stop."""
    async with parts(einstellungen) as g, running_worker(await connect(), g):
        await until_told_to_stop()


if __name__ == "__main__":
    protokollierung.configure()
    protokollierung.forward_core()
    asyncio.run(main(from_environment()))
