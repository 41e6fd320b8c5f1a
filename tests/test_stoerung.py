"""Pulling the plug: the register locked, a receiver dead, an effect that fails for good, the worker killed, histories cut."""

import asyncio
import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowContinuedAsNewError
from temporalio.exceptions import ApplicationError

from activities.bote import Bote, NichtErreichbar
from activities.treffen import Treffen
from archive.ocfl import Lager
from embedded import embedded_server
from lifecycle.ablehnung import FalscheStufe, SchluesselVergeben
from lifecycle.kern import complete
from lifecycle.kerne import kern_of
from lifecycle.vorlage.beratung import Rueckmeldung
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SB, SB2
from schemas.wirkung import Ruf
from schemas.zustand import REGELSTAND
from temporal import KOMMUNE, REGELWERKE, Amt, in_flight, office, replay, running, settings_for, spaeter
from wege import eingeladen, entwurf, freigegeben, getagt
from welt import OHNE
from worker import CONVERTER, parts

WURZEL = Path(__file__).parents[1]


@contextmanager
def locked(daten: Path) -> Iterator[None]:
    """The register's database as somebody else holds it: nobody can write."""
    fremd = sqlite3.connect(daten / "register.sqlite3", isolation_level=None)
    fremd.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        fremd.execute("ROLLBACK")
        fremd.close()


async def test_people_work_on_while_the_register_is_locked(tmp_path: Path) -> None:
    async with running(tmp_path) as amt:
        vorlagen = [await entwurf(amt) for _ in range(5)]
        with locked(tmp_path):
            antworten = await in_flight(*(amt.act(v, "einreichen", SB) for v in vorlagen))
            assert [a.sichtbar for a in antworten] == [False] * 5, "angenommen, noch nicht sichtbar"
            weitere = await in_flight(*(amt.act(v, "mitzeichnen", SB2) for v in vorlagen))
            assert all(a.seq > b.seq for a, b in zip(weitere, antworten, strict=True))
        for v in vorlagen:
            z = await amt.until(v, lambda z: z.nummer is not None and z.seq == 4)
            assert [e.seq for e in await amt.lm.register.entries(v)] == [1, 2, 3, 4]
            assert z == await amt.state(v)
        assert await amt.lm.register.check() == []


@pytest.mark.schwer
@pytest.mark.timeout(300)
async def test_thirty_seconds_without_the_register(tmp_path: Path) -> None:
    """Longer than every time limit on the way: still acknowledged at once, and nothing lost."""
    async with running(tmp_path) as amt:
        vorlagen = [await entwurf(amt) for _ in range(4)]
        schleife = asyncio.get_running_loop()
        with locked(tmp_path):
            ende = schleife.time() + 30
            runden = 0
            while schleife.time() < ende:
                runden += 1
                async with asyncio.timeout(2):
                    await asyncio.gather(*(amt.act(v, "bearbeiten", SB, betreff=f"Runde {runden}") for v in vorlagen))
        for v in vorlagen:
            await amt.until(v, lambda z: z.seq == runden + 1)
            assert [e.seq for e in await amt.lm.register.entries(v)] == list(range(1, runden + 2))


async def test_an_effect_that_fails_for_good_leaves_the_paper_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path) as amt:
        v = await freigegeben(amt)
        s = await amt.create("sitzung", "planen", DIENST, gremium="sozialausschuss", beginn=spaeter(9))

        async def kaputt(self: Treffen, ruf: Ruf) -> Any:
            raise ApplicationError("kaputt", non_retryable=True)

        with monkeypatch.context() as m:
            m.setattr(Treffen, "call", kaputt)
            await amt.act(v, "anmelden", SB, sitzung=s.rsplit("/", 1)[-1], beratung=1)
            z = await amt.until(v, lambda z: bool(z.hinweise))
        assert z.hinweise[0].startswith("anmeldung an")
        assert z.beratungen[0].angemeldet is None
        await eingeladen(amt, v)
        await replay(await amt.settled(v))


async def test_a_package_that_cannot_be_written_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path) as amt:
        v = await freigegeben(amt)
        s = await eingeladen(amt, v)
        versuche = asyncio.Event()
        schleife = asyncio.get_running_loop()

        def voll(self: Lager, objekt: str, *args: Any, **mehr: Any) -> Path:
            if objekt.endswith(v):
                schleife.call_soon_threadsafe(versuche.set)
                raise OSError("kein Platz")
            return echt(self, objekt, *args, **mehr)

        echt = Lager.write
        with monkeypatch.context() as m:
            m.setattr(Lager, "write", voll)
            await getagt(amt, s)
            await versuche.wait()
            beschreibung = await amt.client.get_workflow_handle(v).describe()
            assert beschreibung.status is not None
            assert beschreibung.status.name == "RUNNING"
        await amt.lm.ended(v, 60)
        assert amt.g.package(v).is_dir()


async def test_continue_as_new_in_mid_life_with_callers_firing(tmp_path: Path) -> None:
    extra = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=40")
    async with running(tmp_path, extra=extra) as amt:
        v = await entwurf(amt)
        handle = amt.client.get_workflow_handle(v)
        erster_lauf = (await handle.describe()).run_id
        await amt.lm.act(v, "bearbeiten", SB, "frueh", betreff="früh")
        antworten = await in_flight(*(amt.act(v, "bearbeiten", SB, betreff=f"B{n}") for n in range(60)))
        assert sorted(a.seq for a in antworten) == list(range(3, 63))
        with pytest.raises(WorkflowContinuedAsNewError):
            await amt.client.get_workflow_handle(v, run_id=erster_lauf).result(follow_runs=False)
        wieder = await amt.lm.act(v, "bearbeiten", SB, "frueh", betreff="früh")
        assert wieder.seq == 2, "eine Wiederholung wird auch danach erkannt"
        with pytest.raises(SchluesselVergeben):
            await amt.lm.act(v, "bearbeiten", SB, "frueh", betreff="anders")
        await amt.act(v, "einreichen", SB)
        await amt.until(v, lambda z: z.nummer is not None)
        assert [e.seq for e in await amt.lm.register.entries(v)] == list(range(1, 65))
        await replay(await amt.settled(v))


@pytest.mark.schwer
async def test_continue_as_new_with_a_timer_set_a_call_under_way_and_the_seal_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new run sets the timer anew, repeats the call with the same key, and seals in the end."""
    extra = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=20")
    monkeypatch.setattr("schemas.zustand.HOECHSTENS_EREIGNISSE", 30)  # the sandbox imports the shell anew for every run
    async with running(tmp_path, extra=extra) as amt:
        ort = Amt(amt.lm, amt.client, amt.g, 0, "kreisstadt")
        v = await entwurf(ort)
        await ort.act(v, "einreichen", SB)
        handle = amt.client.get_workflow_handle(v)
        erster_lauf = (await handle.describe()).run_id
        kommt = asyncio.Event()

        async def haengt(self: Treffen, ruf: Ruf) -> Any:
            if not kommt.is_set():
                raise NichtErreichbar("noch nicht")
            return await echt(self, ruf)

        echt = Treffen.call
        monkeypatch.setattr(Treffen, "call", haengt)
        s = await ort.create("sitzung", "planen", DIENST, gremium="sozialausschuss", beginn=spaeter(40))
        await ort.act(v, "anmelden", SB, sitzung=s.rsplit("/", 1)[-1], beratung=1)
        for n in range(12):
            await ort.act(v, "redaktionell_aendern", SB, betreff=f"B{n}", grund="Tippfehler")
        assert (await handle.describe()).run_id != erster_lauf
        z = await ort.state(v)
        assert [f.ausgang for f in z.fristen] == [None], "die Frist läuft weiter"
        assert z.beratungen[0].angemeldet, "die Bitte steht noch aus"
        kommt.set()
        await ort.until(s, lambda z: len(z.anmeldungen) == 1)
        await ort.act(v, "zurueckziehen", SB, grund="überholt")
        await ort.lm.ended(v, 60)
        await ort.until(s, lambda z: z.anmeldungen == ())
        arten = [e.befehl["art"] for e in await amt.lm.register.entries(s)]
        assert arten.count("anmeldung") == 1, "dieselbe Bitte kam nur einmal an"
        await replay(await amt.settled(v))


async def test_a_case_whose_package_is_still_being_written_is_not_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path) as amt:
        v = await entwurf(amt)
        voll, schleife = asyncio.Event(), asyncio.get_running_loop()
        echt = Lager.write

        def kein_platz(self: Lager, *args: Any, **mehr: Any) -> Path:
            schleife.call_soon_threadsafe(voll.set)
            raise OSError("kein Platz")

        with monkeypatch.context() as m:
            m.setattr(Lager, "write", kein_platz)
            await amt.act(v, "zurueckziehen", SB, grund="überholt")
            await voll.wait()
            with pytest.raises(FalscheStufe, match="noch geschrieben"):
                await amt.act(v, "wiederaufnehmen", LEITUNG, grund="doch")
        assert Lager.write is echt
        await amt.lm.ended(v, 60)
        await amt.act(v, "wiederaufnehmen", LEITUNG, grund="doch")
        assert (await amt.state(v)).siegel is None


async def test_new_rules_of_computing_are_taken_up_at_continue_as_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case keeps the version of ``apply`` that it began with until its next run, and says so in an entry."""
    extra = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=40")
    async with running(tmp_path, extra=extra) as amt:
        monkeypatch.setattr("schemas.zustand.REGELSTAND", 99)  # the sandbox imports the shell anew for every run
        v = await entwurf(amt)
        for n in range(12):
            await amt.act(v, "bearbeiten", SB, betreff=f"B{n}")
        z = await amt.until(v, lambda z: z.regelstand == 99)
        assert z == await amt.state(v)
        eintraege = await amt.lm.register.entries(v)
        gehoben = next(e for e in eintraege if e.befehl["art"] == "regelstand_heben")
        assert {e.regelstand for e in eintraege if e.seq < gehoben.seq} == {REGELSTAND}
        assert {e.regelstand for e in eintraege if e.seq >= gehoben.seq} == {99}
        await replay(await amt.settled(v))
        assert await amt.lm.register.check() == []


async def test_a_bug_parks_the_paper_and_is_not_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the number range answers meets a bug of ours. Once that is mended, the paper goes on where it stood."""
    async with running(tmp_path) as amt:
        v = await entwurf(amt)
        beginn = len((await amt.history(v)).events)

        def kaputt(self: Any, z: Any, wann: Any) -> Any:
            raise RuntimeError("ein Fehler von uns")

        with monkeypatch.context() as m:
            m.setattr(Rueckmeldung, "perform", kaputt)
            await amt.act(v, "einreichen", SB)
            handle = amt.client.get_workflow_handle(v)
            arten = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
            async for ereignis in handle.fetch_history_events(wait_new_event=True):
                if ereignis.event_id > beginn and ereignis.event_type == arten:
                    break
            beschreibung = await handle.describe()
            assert beschreibung.status is not None
            assert beschreibung.status.name == "RUNNING"
        await amt.until(v, lambda z: z.nummer is not None)
        await replay(await amt.settled(v))


def start_worker(daten: Path, adresse: str) -> subprocess.Popen[bytes]:
    umgebung = {
        **os.environ,
        "TEMPORAL_ADDRESS": adresse,
        "LAUFMAPPE_DATEN": str(daten),
        "LAUFMAPPE_REGELWERK": str(REGELWERKE),
    }
    return subprocess.Popen([sys.executable, "worker.py"], cwd=WURZEL, env=umgebung, stderr=subprocess.DEVNULL)


@pytest.mark.schwer
async def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    async with (
        embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER) as client,
        parts(settings_for(tmp_path)) as g,
    ):
        amt = Amt(g.laufmappe(client), client, g)
        erster = start_worker(tmp_path, client.service_client.config.target_host)
        v = await _patiently(amt, lambda: entwurf(amt))
        offen = asyncio.create_task(in_flight(*(amt.act(v, "bearbeiten", SB, betreff=f"B{n}") for n in range(20))))
        await amt.until(v, lambda z: z.seq > 3)
        erster.send_signal(signal.SIGKILL)
        erster.wait()
        zweiter = start_worker(tmp_path, client.service_client.config.target_host)
        try:
            antworten = await offen
            gut = [a.seq for a in antworten if not isinstance(a, BaseException)]
            assert len(set(gut)) == len(gut)
            assert all(isinstance(a, NichtErreichbar) for a in antworten if isinstance(a, BaseException))
            z = await _patiently(amt, lambda: amt.state(v))
            # an attempt of the killed worker must time out first; what got no answer may still be carried out by then
            await amt.lm.until(v, lambda r: r.seq >= z.seq, 100)
            seqs = [e.seq for e in await amt.lm.register.entries(v)]
            assert seqs == list(range(1, len(seqs) + 1))
            assert z.seq >= max(gut)
            assert await amt.lm.register.check() == []
        finally:
            zweiter.terminate()
            assert zweiter.wait(30) == 0, "SIGTERM beendet den Worker geordnet"


@pytest.mark.schwer
async def test_a_worker_of_its_own_counts_deadlines(tmp_path: Path) -> None:
    """Door and worker are two processes: what the worker needs for deadlines it must find by itself."""
    async with (
        embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER) as client,
        parts(settings_for(tmp_path)) as g,
    ):
        amt = Amt(g.laufmappe(client), client, g, 0, "kreisstadt")
        worker = start_worker(tmp_path, client.service_client.config.target_host)
        try:
            felder = {"gremium": "sozialausschuss", "beginn": spaeter(40)}
            s = await _patiently(amt, lambda: amt.create("sitzung", "planen", DIENST, **felder))
            v = await entwurf(amt)
            await amt.act(v, "einreichen", SB)
            assert (await amt.until(s, lambda z: bool(z.fristen))).ladung is not None
            assert (await amt.until(v, lambda z: bool(z.fristen))).fristen[0].ausgang is None
        finally:
            worker.terminate()
            worker.wait(30)


async def _patiently(amt: Amt, tat: Any) -> Any:
    """The first command waits for the worker to come up; with the same key it happens once."""
    for _ in range(5):
        try:
            return await tat()
        except NichtErreichbar:
            amt.nr = 0
    raise AssertionError("der Worker kam nicht")


@pytest.mark.schwer
async def test_everything_survives_a_restart_of_everything(tmp_path: Path) -> None:
    async with running(tmp_path) as amt:
        v = await entwurf(amt)
        await amt.act(v, "einreichen", SB)
    async with running(tmp_path) as amt:
        amt.nr = 100
        for akteur in (SB2, AL, DEZERNAT):
            await amt.act(v, "mitzeichnen", akteur)
        await amt.act(v, "freigeben", LEITUNG)
        assert (await amt.until(v, lambda z: z.stufe == "freigegeben")).nummer is not None


@pytest.mark.schwer
async def test_a_workflow_whose_first_command_is_refused_ends_itself(tmp_path: Path) -> None:
    """Past the door's own check: straight to the server, as a faulty client might."""
    from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateFailedError
    from temporalio.common import WorkflowIDConflictPolicy

    from schemas.vorlage import Vorlage
    from schemas.zustand import Lauf
    from workflows import schale

    async with running(tmp_path) as amt:
        v = f"vorlage/{KOMMUNE}/leer"
        start: Any = WithStartWorkflowOperation(
            "Vorlage", Lauf(zustand=Vorlage(kommune=KOMMUNE, id="leer")), id=v, task_queue="laufmappe",
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )  # fmt: skip
        with pytest.raises(WorkflowUpdateFailedError):
            await amt.client.execute_update_with_start_workflow("befehl", {"art": "x"}, start_workflow_operation=start)
        assert schale.LEER_FRIST.total_seconds() < 120
        await amt.lm.ended(v, schale.LEER_FRIST.total_seconds() + 40)
        abschnitt = amt.lm.store_section("Sachlage", "x")
        roh = {
            "art": "entwerfen",
            "schluessel": "k",
            "akteur": SB,
            "regelwerk": OHNE,
            "abschnitte": [abschnitt],
            "vorlageart": "mitteilungsvorlage",
            "betreff": "B",
            "federfuehrend": "a-46",
        }
        kern = kern_of(v)
        befehl = complete(kern, kern.empty(v), kern.parse(roh), dt.datetime.now(dt.UTC), amt.g.regelwerke)
        bote = Bote(amt.client, amt.g.regelwerke, "laufmappe")
        assert (await bote.send(v, befehl)).seq == 1, "dieselbe Kennung kann noch einmal beginnen"


async def test_a_second_office_on_the_same_server_shares_the_work(tmp_path: Path) -> None:
    async with running(tmp_path) as eins:
        eigene = await Client.connect(eins.client.service_client.config.target_host, data_converter=CONVERTER)
        await _two_offices(tmp_path, eins, eigene)


async def _two_offices(daten: Path, eins: Amt, client: Client) -> None:
    async with office(daten, client) as zwei:
        zwei.nr = 500
        v = await entwurf(eins)
        await zwei.act(v, "einreichen", SB)
        assert (await eins.until(v, lambda z: z.nummer is not None)).stufe == "im_laufweg"
