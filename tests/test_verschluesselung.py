"""Temporal's histories are closed with a key per case: what is in them shows nowhere, and is gone when the key is."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.converter import ActivitySerializationContext, WorkflowSerializationContext
from temporalio.exceptions import ApplicationError

import activities.fallschluessel
from activities.fallschluessel import Fallschluessel
from activities.laeufe import runs
from activities.umschlag import VERSCHLOSSEN, Umschlag, closed_with, payloads, sealed
from activities.vergessen import forget_histories
from archive import SchluesselFehler
from einstellungen import EinstellungFehlt, from_environment
from embedded import embedded_server
from lifecycle.ablehnung import FalscheStufe
from rathaus import DIENST, LEITUNG, SB
from register import Register, RegisterNichtErreichbar, SchluesselFehlt
from register.schluesseltabelle import Schluesseltabelle
from register.verbindung import Datenbank
from temporal import BALD_WEG, Amt, office, opened, replay, running
from test_golden import GOLDEN, load
from test_stoerung import start_worker
from wege import entwurf, ganzer_weg
from wiedergabe.mitschrift import playing
from worker import CONVERTER

WORT = "Zwiebelfischgasse"
GEHEIM = WORT.encode()
FALL = "vorlage/muster/eins"


# --- on a real server -----------------------------------------------------------------------------------------------------


async def test_what_was_said_is_not_in_temporals_file_and_can_be_forgotten(tmp_path: Path) -> None:
    daten = tmp_path / "daten"
    async with running(daten, extra=BALD_WEG) as amt:
        v, s = await ganzer_weg(amt, betreff=f"Umbau {WORT}")
        offen = await entwurf(amt)
        with pytest.raises(FalscheStufe):  # a refusal, and a failure's message with it
            await amt.act(offen, "zurueckgeben", LEITUNG, grund=WORT)
        await amt.act(offen, "zurueckziehen", SB, grund=f"wegen {WORT}")
        geschichte = await amt.client.get_workflow_handle(v).fetch_history()
        assert WORT not in json.dumps(geschichte.to_json_dict()) and GEHEIM not in _bytes(geschichte)
        assert GEHEIM in _bytes(await opened(geschichte, amt.g.converter))
        assert all(p.metadata["encoding"] == VERSCHLOSSEN for e in geschichte.events for p in payloads(e))
        verpackt = _stored_keys(daten)
        assert {v, s, offen, "zustellung/muster"} <= verpackt.keys()
        assert await forget_histories(amt.client, amt.g.schluessel, v) == 1
        with pytest.raises(SchluesselFehlt, match="ist zerstört"):
            await opened(geschichte, amt.g.converter)
        assert await runs(amt.client, v) == [] and len(await runs(amt.client, s)) == 1
        assert await forget_histories(amt.client, amt.g.schluessel, v) == 0
        assert [e.befehl["betreff"] for e in (await amt.lm.register.entries(v))[:1]] == [f"Umbau {WORT}"]
        for datei in daten.glob("register.sqlite3*"):
            assert verpackt[v].encode() not in datei.read_bytes()
    roh = b"".join(datei.read_bytes() for datei in daten.glob("temporal.sqlite3*"))
    assert s.encode() in roh, "was offen bleibt, ist zu finden: hier wird richtig gesucht"
    assert GEHEIM not in roh
    assert GEHEIM not in (daten / "temporal.log").read_bytes()


async def test_what_is_still_running_is_not_forgotten(tmp_path: Path) -> None:
    async with running(tmp_path / "daten") as amt:
        v = await entwurf(amt)
        assert await forget_histories(amt.client, amt.g.schluessel, v) == 0, "nichts ist vorbei"
        await amt.act(v, "bearbeiten", SB, betreff="geht weiter")
        await amt.g.schluessel.renew(v)
        await amt.act(v, "bearbeiten", SB, betreff="mit einem neuen Schlüssel")
        with pytest.raises(FalscheStufe, match="läuft noch"):
            await forget_histories(amt.client, amt.g.schluessel, v)
        await replay(await amt.settled(v))


async def test_earlier_runs_are_forgotten_while_the_case_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes work on it; one renews the key. The run that goes on has one of its own, and nobody uses the old one any more."""
    monkeypatch.setattr(activities.fallschluessel, "NACHSEHEN", 0.2)
    daten = tmp_path / "daten"
    extra = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=70", *BALD_WEG)
    async with running(daten, extra=extra) as amt, office(daten, await _connection(amt)) as zwei:
        v = await entwurf(amt)
        await zwei.g.schluessel.of_case(v)
        await amt.g.schluessel.renew(v)
        zwei.nr = 1000
        for nr in range(8):
            await (amt, zwei)[nr % 2].act(v, "bearbeiten", SB, betreff=f"B{nr}")
        await amt.settled(v)
        alle = await runs(amt.client, v)
        assert len(alle) == 2
        neu = (await zwei.g.schluessel.of_case(v)).kennung
        geschichte = await amt.client.get_workflow_handle(v, run_id=alle[0].run).fetch_history()
        assert neu not in closed_with(alle[0].anfang) and closed_with(alle[1].anfang) == {neu}
        assert await forget_histories(amt.client, amt.g.schluessel, v) == 1
        assert [fund.run for fund in await runs(amt.client, v)] == [alle[1].run]
        with pytest.raises(SchluesselFehlt, match="ist zerstört"):
            await opened(geschichte, amt.g.converter)
        for tuer in (amt, zwei):
            await tuer.act(v, "bearbeiten", SB, betreff="geht weiter")
        await replay(await amt.settled(v))


@pytest.mark.schwer
async def test_a_case_that_was_forgotten_can_be_taken_up_again_with_a_new_key(tmp_path: Path) -> None:
    async with running(tmp_path / "daten", extra=BALD_WEG) as amt:
        v, _ = await ganzer_weg(amt)
        vorher = await amt.g.schluessel.of_case(v)
        await forget_histories(amt.client, amt.g.schluessel, v)
        await amt.act(v, "wiederaufnehmen", DIENST, grund="Nachtrag")
        assert (await amt.g.schluessel.of_case(v)).kennung != vorher.kennung
        await replay(await amt.settled(v))


@pytest.mark.schwer
async def test_without_its_key_a_case_parks_and_goes_on_once_it_is_back(tmp_path: Path) -> None:
    daten = tmp_path / "daten"
    async with embedded_server(daten, port=None, ui_port=None, data_converter=CONVERTER) as client:
        async with office(daten, client) as amt:
            v = await entwurf(amt)
        zweite = next(d for d in (tmp_path / "daten-schluessel" / "faelle").rglob("*") if d.name == _key_ids(daten)[v])
        gerettet = zweite.read_bytes()
        zweite.unlink()
        _sql(daten, "UPDATE fallschluessel SET kennung = 'fort', workflow = 'fort' WHERE workflow = ?", v)
        async with office(daten, client) as amt:
            amt.nr = 50
            anders = await entwurf(amt)  # nobody else is held up
            versuch = asyncio.create_task(amt.act(v, "bearbeiten", SB, betreff="Neu"))
            griff = amt.client.get_workflow_handle(v)
            while (await griff.describe()).raw_description.pending_workflow_task.attempt < 2:
                await asyncio.sleep(0.05)  # a task that fails to be read leaves no event
            stand = await griff.describe()
            assert stand.status is WorkflowExecutionStatus.RUNNING
            zweite.write_bytes(gerettet)
            await amt.until(anders, lambda z: z.seq == 1)
            versuch.cancel()
        async with office(daten, client) as amt:
            amt.nr = 100
            await amt.act(v, "bearbeiten", SB, betreff="Neu")


@pytest.mark.schwer
async def test_runs_that_go_on_from_one_another_and_two_processes(tmp_path: Path) -> None:
    """Door here, worker there: both use the same keys, across continue-as-new."""
    daten = tmp_path / "daten"
    extra = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=40")
    async with running(daten, extra=extra) as amt:
        v = await entwurf(amt)
        for nr in range(12):
            await amt.act(v, "bearbeiten", SB, betreff=f"{WORT} {nr}")
        await amt.settled(v)
        alle = await runs(amt.client, v)
        assert len(alle) > 1 and [fund.offen for fund in alle] == [False] * (len(alle) - 1) + [True]
        kennungen = set()
        for fund in alle:
            geschichte = await amt.client.get_workflow_handle(v, run_id=fund.run).fetch_history()
            kennungen |= {kennung for e in geschichte.events for kennung in closed_with(e)}
            await replay(await opened(geschichte, amt.g.converter))
        assert kennungen == {(await amt.g.schluessel.of_case(v)).kennung}
    async with (
        embedded_server(daten, port=None, ui_port=None, data_converter=CONVERTER, extra=extra) as client,
        office(daten, client) as amt,
    ):
        worker = start_worker(daten, client.service_client.config.target_host)
        try:
            amt.nr = 100
            for nr in range(12):
                await amt.act(v, "bearbeiten", SB, betreff=f"weiter {nr}")
        finally:
            worker.terminate()
            worker.wait(30)


async def test_an_action_reads_no_key_once_the_case_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gelesen: list[Any] = []
    vorher = Schluesseltabelle._read

    async def zaehlen(self: Schluesseltabelle, *args: Any, **mehr: Any) -> Any:
        gelesen.append(args)
        return await vorher(self, *args, **mehr)

    monkeypatch.setattr(activities.fallschluessel, "NACHSEHEN", 1e9)
    monkeypatch.setattr(Schluesseltabelle, "_read", zaehlen)
    async with running(tmp_path / "daten") as amt:
        v = await entwurf(amt)
        assert gelesen
        gelesen.clear()
        for nr in range(5):
            await amt.act(v, "bearbeiten", SB, betreff=f"B{nr}")
        assert gelesen == []


@pytest.mark.parametrize("datei", GOLDEN[:3], ids=lambda d: f"{d.parent.name}/{d.name.split('.')[0]}")
async def test_what_was_written_before_there_were_keys_stays_readable(datei: Path, register: Register, tmp_path: Path) -> None:
    _, geschichte = load(datei)
    async with playing(sealed(CONVERTER, await _keys(register, tmp_path))) as spieler:
        gespielt = await spieler.play(geschichte)
    assert gespielt.fehler is None and gespielt.schritte


# --- keys, on both databases ------------------------------------------------------------------------------------------------


async def test_two_processes_agree_on_one_key(register: Register, tmp_path: Path) -> None:
    eins, zwei = await _keys(register, tmp_path), await _keys(register, tmp_path)
    gleichzeitig = await asyncio.gather(*(k.of_case(FALL) for k in (eins, zwei) * 5))
    assert len({schluessel.kennung for schluessel in gleichzeitig}) == 1
    assert (await eins.of_case("vorlage/muster/zwei")).kennung != gleichzeitig[0].kennung


async def test_another_process_learns_that_a_key_was_destroyed(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activities.fallschluessel, "NACHSEHEN", 0.0)
    eins, zwei = await _keys(register, tmp_path), await _keys(register, tmp_path)
    alt = await eins.of_case(FALL)
    await zwei.of_case(FALL)
    assert await zwei.destroy(FALL) == 1 and await zwei.destroy(FALL) == 0
    neu = await eins.of_case(FALL)
    assert neu.kennung != alt.kennung
    for keys in (eins, zwei):
        with pytest.raises(SchluesselFehlt, match="ist zerstört"):
            await keys.by_id(alt.kennung, FALL)
        assert (await keys.by_id(neu.kennung, FALL)).kennung == neu.kennung


async def test_a_new_key_that_is_read_is_the_one_in_use(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that has not looked yet answers in the key in which it was spoken to."""
    monkeypatch.setattr(activities.fallschluessel, "NACHSEHEN", 1e9)
    eins, zwei = await _keys(register, tmp_path), await _keys(register, tmp_path)
    await eins.of_case(FALL)
    await zwei.destroy(FALL)
    neu = await zwei.of_case(FALL)
    await eins.by_id(neu.kennung, FALL)
    assert (await eins.of_case(FALL)).kennung == neu.kennung


async def test_a_backup_neither_loses_later_keys_nor_brings_destroyed_ones_back(tmp_path: Path) -> None:
    daten, kopie = tmp_path / "daten", tmp_path / "kopie.sqlite3"
    register = await Register.open(None, daten)
    keys = await _keys(register, tmp_path)
    frueh = await keys.of_case(FALL)
    _backup(daten / "register.sqlite3", kopie)
    spaet = await keys.of_case("vorlage/muster/spaeter")
    await keys.destroy(FALL)
    await register.close()
    _backup(kopie, daten / "register.sqlite3")
    register = await Register.open(None, daten)
    keys = await _keys(register, tmp_path)
    assert (await keys.of_case("vorlage/muster/spaeter")).kennung == spaet.kennung
    with pytest.raises(SchluesselFehlt, match="ist zerstört"):
        await keys.by_id(frueh.kennung, FALL)
    assert (await keys.of_case(FALL)).kennung != frueh.kennung
    await register.close()


async def test_without_the_database_a_case_that_has_begun_goes_on(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alt = await (await _keys(register, tmp_path)).of_case(FALL)
    keys = await _keys(register, tmp_path)

    async def fort(*_: Any, **__: Any) -> Any:
        raise RegisterNichtErreichbar("fort")

    monkeypatch.setattr(Datenbank, "within", fort)
    monkeypatch.setattr(activities.fallschluessel, "WARTEN", (0.0,))
    assert (await keys.by_id(alt.kennung, FALL)).kennung == (await keys.of_case(FALL)).kennung == alt.kennung
    with pytest.raises(RegisterNichtErreichbar):
        await keys.of_case("vorlage/muster/neu")


async def test_only_so_many_keys_are_at_hand(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activities.fallschluessel, "IM_KOPF", 3)
    keys = await _keys(register, tmp_path)
    alle = [await keys.of_case(f"vorlage/muster/w{nr}") for nr in range(6)]
    assert len(keys._zur_hand) == len(keys._gilt) == 3
    assert [(await keys.of_case(s.workflow)).kennung for s in alle] == [s.kennung for s in alle]


async def test_the_master_key_is_made_once_and_missed_when_it_is_gone(register: Register, tmp_path: Path) -> None:
    await (await _keys(register, tmp_path)).of_case(FALL)
    datei = tmp_path / "schluessel" / "hauptschluessel"
    assert datei.stat().st_mode & 0o777 == 0o400
    eigener = datei.read_text()
    datei.unlink()
    with pytest.raises(SchluesselFehler, match="fehlt, und es gibt schon Geschichten"):
        await _keys(register, tmp_path)
    assert (await _keys(register, tmp_path, eigener)) and not datei.exists()
    with pytest.raises(SchluesselFehler, match="passt nicht"):
        await _keys(register, tmp_path, "00" * 32)
    for falsch in ("", "zu kurz", "ab" * 31):
        with pytest.raises(SchluesselFehler, match="ist keiner"):
            await _keys(register, tmp_path, falsch)


def test_where_keys_lie_is_said_by_the_environment(tmp_path: Path) -> None:
    daten, geheim = tmp_path / "daten", tmp_path / "haupt"
    assert from_environment(daten, {}).schluessel == tmp_path / "daten-schluessel"
    geheim.write_text("ab" * 32)
    e = from_environment(daten, {"LAUFMAPPE_SCHLUESSEL": "/anderswo", "LAUFMAPPE_HAUPTSCHLUESSEL_DATEI": str(geheim)})
    assert e.schluessel == Path("/anderswo") and e.hauptschluessel is not None
    assert "abab" not in repr(e) and "abab" not in e.model_dump_json()
    with pytest.raises(EinstellungFehlt, match="nicht lesbar"):
        from_environment(daten, {"LAUFMAPPE_HAUPTSCHLUESSEL_DATEI": str(tmp_path / "fehlt")})


# --- the envelope -------------------------------------------------------------------------------------------------------------


async def test_what_was_changed_does_not_open_and_what_belongs_to_no_case_is_not_sent(register: Register, tmp_path: Path) -> None:
    umschlag = Umschlag(await _keys(register, tmp_path))
    inhalt = Payload(metadata={"encoding": b"json/plain"}, data=GEHEIM)
    with pytest.raises(ValueError, match="zu keinem Vorgang"):
        await umschlag.encode([inhalt])
    fall = umschlag.with_context(WorkflowSerializationContext("n", FALL))
    (zu,) = await fall.encode([inhalt])
    assert GEHEIM not in zu.SerializeToString() and await umschlag.decode([zu]) == [inhalt]
    zu.data = zu.data[:-1] + bytes([zu.data[-1] ^ 1])
    with pytest.raises(SchluesselFehlt, match="wurde verändert"):
        await umschlag.decode([zu])
    assert await fall.decode([inhalt]) == [inhalt]


async def test_messages_of_failures_are_closed_too(register: Register, tmp_path: Path) -> None:
    from temporalio.api.failure.v1 import Failure

    kontext = ActivitySerializationContext("n", "1", "meeting", "q", FALL, "Vorlage", is_local=False)
    converter = sealed(CONVERTER, await _keys(register, tmp_path)).with_context(kontext)
    fehler = Failure()
    await converter.encode_failure(ApplicationError(f"mit {WORT}", WORT, type="NichtBefugt"), fehler)
    assert GEHEIM not in fehler.SerializeToString() and b"NichtBefugt" in fehler.SerializeToString()
    zurueck = await converter.decode_failure(fehler)
    assert isinstance(zurueck, ApplicationError) and WORT in str(zurueck) and zurueck.details == (WORT,)


async def _keys(register: Register, tmp_path: Path, gegeben: str | None = None) -> Fallschluessel:
    ordner = tmp_path / "schluessel"
    ordner.mkdir(exist_ok=True)
    return await Fallschluessel.open(register.keys, ordner, gegeben)


async def _connection(amt: Amt) -> Client:
    """A second one: two workers of one process cannot share theirs."""
    return await Client.connect(amt.client.service_client.config.target_host, data_converter=CONVERTER)


def _bytes(geschichte: Any) -> bytes:
    return b"".join(e.SerializeToString() for e in geschichte.events)


def _sql(daten: Path, befehl: str, *werte: str) -> list[Any]:
    with sqlite3.connect(daten / "register.sqlite3") as v:
        return v.execute(befehl, werte).fetchall()


def _stored_keys(daten: Path) -> dict[str, str]:
    return dict(_sql(daten, "SELECT workflow, schluessel FROM fallschluessel"))


def _key_ids(daten: Path) -> dict[str, str]:
    return dict(_sql(daten, "SELECT workflow, kennung FROM fallschluessel"))


def _backup(von: Path, nach: Path) -> None:
    with sqlite3.connect(von) as quelle, sqlite3.connect(nach) as ziel:
        quelle.backup(ziel)
