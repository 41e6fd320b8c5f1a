"""``laufmappe replay``: what Temporal has, through today's code, against the register; and entries back from histories."""

import asyncio
import gzip
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from activities.laeufe import runs
from activities.vergessen import delete
from beweis.kopf import Inhalt, Kopf, make_head, restore
from haus import SB as TIPPT
from haus import Haus
from lifecycle.ablehnung import Unbekannt, Unplausibel
from lifecycle.kern import fold, fold_all
from lifecycle.kerne import kern_of
from rathaus import SB
from register import Luecke, Register, SchluesselFehlt
from register.vergessen import without
from schemas.befehl import Eintrag
from schemas.loeschung import Loeschstelle
from schemas.zustand import Lauf
from temporal import BALD_WEG, Amt, running
from test_golden import GOLDEN, load
from wege import eingeladen, entwurf, freigegeben, ganzer_weg
from wiedergabe.abgleich import Befund, Soll, Urteil
from wiedergabe.mitschrift import Mitschrift, NichtNachspielbar, done, entries_of, playing
from wiedergabe.vorgang import GANZ, Aufnahme, check_case, check_file, judge, missing_entries, player, read_file
from worker import CONVERTER

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("temporal")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def amt(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Amt]:
    async with running(tmp_path_factory.mktemp("haus") / "daten") as amt:
        yield amt


# --- what has been released ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def golden() -> list[Aufnahme]:
    return [read_file(datei.name, datei.read_bytes()) for datei in GOLDEN]


async def test_every_golden_history_gives_the_states_of_its_entries(golden: list[Aufnahme]) -> None:
    async with playing(CONVERTER) as spieler:
        befunde = [await check_file(a, spieler, CONVERTER, None) for a in golden]
    assert {b.urteil for b in befunde} == {Urteil.GLEICH}
    assert all(b.schritte > 0 and b.ohne_stand == 0 for b in befunde)


async def _played(aufnahme: Aufnahme) -> Mitschrift:
    async with playing(CONVERTER) as spieler:
        return await spieler.play(aufnahme.history)


def _with_entries(golden: list[Aufnahme]) -> Aufnahme:
    return next(a for a in golden if len(a.eintraege) > 10 and a.history.workflow_id.startswith("vorlage/"))


async def test_another_command_a_missing_entry_and_one_too_many_are_found_where_they_are(golden: list[Aufnahme]) -> None:
    aufnahme = _with_entries(golden)
    eintraege, workflow = list(aufnahme.eintraege), aufnahme.history.workflow_id
    laeufe = [await _played(aufnahme)]

    def urteil(liste: list[Eintrag]) -> Befund:
        return judge(Soll.of(workflow, ((e, GANZ) for e in liste)), laeufe)

    assert urteil(eintraege).urteil is Urteil.GLEICH
    gefaelscht = eintraege[4].model_copy(update={"befehl": {**eintraege[4].befehl, "schluessel": "anders"}})
    faelle: list[tuple[list[Eintrag], int, str]] = [
        ([*eintraege[:4], gefaelscht, *eintraege[5:]], 5, "anderer Befehl"),
        (eintraege[:-2], eintraege[-2].seq, "im Register fehlt er"),
        ([*eintraege, eintraege[-1].model_copy(update={"seq": eintraege[-1].seq + 1})], eintraege[-1].seq + 1, "kennt ihn nicht"),
    ]
    for liste, seq, grund in faelle:
        befund = urteil(liste)
        assert (befund.urteil, befund.seq) == (Urteil.ABWEICHEND, seq) and grund in befund.grund


async def test_another_state_is_found_after_the_step_that_made_it(golden: list[Aufnahme]) -> None:
    aufnahme = _with_entries(golden)
    lauf = await _played(aufnahme)
    soll = Soll.of(aufnahme.history.workflow_id, ((e, GANZ) for e in aufnahme.eintraege))
    soll.staende[7] = soll.staende[6]
    befund = judge(soll, [lauf])
    assert (befund.urteil, befund.seq) == (Urteil.ABWEICHEND, 7) and "Stand" in befund.grund


async def test_a_history_that_today_s_code_would_not_write_is_told(golden: list[Aufnahme]) -> None:
    anders = _copy(_with_entries(golden).history)
    ruf = next(e for e in anders.events if e.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    ruf.activity_task_scheduled_event_attributes.activity_type.name = "etwas_anderes"
    async with playing(CONVERTER) as spieler:
        befund = await check_file(Aufnahme(anders), spieler, CONVERTER, None)
        danach = await check_file(_with_entries(golden), spieler, CONVERTER, None)
    assert befund.urteil is Urteil.NICHT_NACHSPIELBAR and "spielt die Geschichte nicht nach" in befund.grund
    assert danach.urteil is Urteil.GLEICH, "wer danach kommt, wird davon nicht berührt"
    with pytest.raises(NichtNachspielbar):
        await entries_of(anders, CONVERTER)


async def test_what_no_code_has_seen_yet_is_not_made_up() -> None:
    """A timer has rung, and nobody was there: the entry that this will give does not exist yet."""
    datei = next(d for d in GOLDEN if "abgelaufen" in d.name)
    _, ganz = load(datei)
    alle = await entries_of(ganz, CONVERTER)
    klingeln = [nr for nr, e in enumerate(ganz.events) if e.event_type == EventType.EVENT_TYPE_TIMER_FIRED]
    assert klingeln
    for nr in klingeln:
        for ende in (nr + 1, nr + 2, nr + 3):  # it rang; a step is due; a worker has taken it
            teil = WorkflowHistory(ganz.workflow_id, ganz.events[:ende])
            assert len(done(teil).events) <= nr
            eintraege = await entries_of(teil, CONVERTER)
            assert eintraege == alle[: len(eintraege)] and len(eintraege) < len(alle)
            letzter = ganz.events[nr - 1].event_time.ToDatetime(tzinfo=eintraege[-1].zeit.tzinfo)
            assert all(e.zeit <= letzter for e in eintraege)


# --- on a real server ---------------------------------------------------------------------------------------------------------


async def test_running_and_closed_cases_are_as_the_register_says(amt: Amt) -> None:
    v, s = await ganzer_weg(amt)
    w = await freigegeben(amt)
    z = await eingeladen(amt, w)
    async with player(amt.client) as spieler:
        for workflow in (v, s, w, z, "regelwerk/muster/akte"):
            befund = await check_case(amt.client, amt.lm.register, workflow, spieler)
            assert (befund.urteil, befund.ohne_stand) == (Urteil.GLEICH, 0)
            assert befund.schritte == len(await amt.lm.register.entries(workflow))
        assert (await check_case(amt.client, amt.lm.register, "vorlage/muster/nie", spieler)).urteil is Urteil.OHNE_GESCHICHTE
    await amt.settled(w)
    roh = await amt.client.get_workflow_handle(w).fetch_history()
    assert await entries_of(roh, amt.g.converter) == await amt.lm.register.entries(w)
    with pytest.raises(NichtNachspielbar):
        await entries_of(roh, CONVERTER)


async def test_entries_that_were_forgotten_are_left_out_and_told(amt: Amt) -> None:
    v = await freigegeben(amt)
    async with player(amt.client) as spieler:
        lauf = await spieler.play(await amt.client.get_workflow_handle(v).fetch_history())
    koepfe = await amt.lm.register.heads(v)
    rest = without(v, koepfe, [Loeschstelle(seq=1, felder=("betreff",)), Loeschstelle(seq=4, felder=("akteur.person",))]).verlauf
    befund = judge(Soll.of_heads(v, rest), [lauf])
    assert (befund.urteil, befund.vergessen, befund.ohne_stand) == (Urteil.GLEICH, 2, len(koepfe))
    assert Soll.of_heads(v, rest).staende.keys() == Soll.of_heads(v, koepfe).staende.keys()
    kopf, inhalt = rest[3]
    anders = inhalt.felder["schluessel"].model_copy(update={"wert": "anders"})
    gefaelscht = inhalt.model_copy(update={"felder": {**inhalt.felder, "schluessel": anders}})
    befund = judge(Soll.of_heads(v, [*rest[:3], (kopf, gefaelscht), *rest[4:]]), [lauf])
    assert (befund.urteil, befund.seq) == (Urteil.ABWEICHEND, 4)


async def test_the_run_that_goes_on_after_a_deletion_has_the_state_that_is_left(golden: list[Aufnahme]) -> None:
    """It began with what the entries yield now; the run before it did not, and compares by command only."""
    aufnahme = _with_entries(golden)
    lauf = await _played(aufnahme)
    koepfe = list(heads_of(aufnahme.eintraege))
    rest = without(aufnahme.history.workflow_id, koepfe, [Loeschstelle(seq=1, felder=("betreff",))])
    soll, kern = Soll.of_heads(aufnahme.history.workflow_id, rest.verlauf), kern_of(aufnahme.history.workflow_id)
    mitte, ende = len(lauf.schritte) // 2, len(lauf.schritte)
    z = fold_all(kern, soll.workflow, (restore(*e) for e in rest.verlauf[:mitte]))
    neuer = Mitschrift(anfang=Lauf(zustand=z))
    for kopf, inhalt in rest.verlauf[mitte:]:
        z = fold(kern, z, restore(kopf, inhalt))
        neuer.note(z, [restore(kopf, inhalt)])
    alter = Mitschrift(anfang=lauf.anfang, schritte=lauf.schritte[:mitte])
    befund = judge(soll, [alter, neuer])
    assert (befund.urteil, befund.ohne_stand, befund.schritte) == (Urteil.GLEICH, mitte, ende)
    falsch = Mitschrift(anfang=Lauf(zustand=z.model_copy(update={"hinweise": ("erfunden",)})))
    soll = Soll.of_heads(aufnahme.history.workflow_id, koepfe)
    befund = judge(soll, [lauf, falsch])
    assert (befund.urteil, befund.seq) == (Urteil.ABWEICHEND, z.seq) and "beginnt mit einem anderen Stand" in befund.grund


def heads_of(eintraege: Sequence[Eintrag]) -> Iterator[tuple[Kopf, Inhalt]]:
    vorher = None
    for eintrag in eintraege:
        kopf, inhalt = make_head(eintrag, vorher)
        vorher = kopf.hash()
        yield kopf, inhalt


async def test_a_case_whose_key_is_gone_is_unreadable_and_no_failure(amt: Amt) -> None:
    v, _ = await ganzer_weg(amt)
    await amt.g.schluessel.destroy(v)
    async with player(amt.client) as spieler:
        assert (await check_case(amt.client, amt.lm.register, v, spieler)).urteil is Urteil.UNLESBAR
    with pytest.raises(SchluesselFehlt):
        await missing_entries(amt.client, amt.lm.register, v)


@pytest.mark.schwer
async def test_many_runs_are_one_case_and_a_restored_register_gets_its_entries_back(tmp_path: Path) -> None:
    """Old back-up, new Temporal: what happened in between comes back from the histories, in runs and cases of any kind."""
    daten, kopie = tmp_path / "daten", tmp_path / "kopie.sqlite3"
    extra = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=40")
    async with running(daten, extra=extra) as amt:
        v = await entwurf(amt)
        for nr in range(5):
            await amt.act(v, "bearbeiten", SB, betreff=f"vorher {nr}")
        _backup(daten / "register.sqlite3", kopie)
        for nr in range(12):
            await amt.act(v, "bearbeiten", SB, betreff=f"nachher {nr}")
        spaeter, sitzung = await ganzer_weg(amt)
        assert len(await runs(amt.client, v)) > 1
        async with player(amt.client) as spieler:
            befund = await check_case(amt.client, amt.lm.register, v, spieler)
        assert (befund.urteil, befund.schritte) == (Urteil.GLEICH, 18)
        soll = {w: await amt.lm.register.entries(w) for w in (v, spaeter, sitzung, "nummern/muster/2026")}
    _backup(kopie, daten / "register.sqlite3")
    async with running(daten, extra=extra) as amt:
        register = amt.lm.register
        assert await register.seq(v) == 6 and await register.seq(spaeter) == 0
        async with player(amt.client) as spieler:
            befund = await check_case(amt.client, register, v, spieler)
            assert (befund.urteil, befund.seq) == (Urteil.ABWEICHEND, 7)
            for w, eintraege in soll.items():
                fehlende = await missing_entries(amt.client, register, w, spieler)
                assert fehlende == eintraege[await register.seq(w) :]
                await register.record(fehlende)
                assert await missing_entries(amt.client, register, w, spieler) == []
                assert await register.entries(w) == eintraege
                assert (await check_case(amt.client, register, w, spieler)).urteil is Urteil.GLEICH
        assert await register.check() == []
        amt.nr = 100
        await amt.act(v, "bearbeiten", SB, betreff="geht weiter")


async def test_a_gap_that_temporal_cannot_close_either_is_told(tmp_path: Path) -> None:
    """Retention has deleted the first run; what comes after it cannot be recorded on nothing."""
    extra = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=40", *BALD_WEG)
    async with running(tmp_path / "daten", extra=extra) as amt:
        v = await entwurf(amt)
        for nr in range(12):
            await amt.act(v, "bearbeiten", SB, betreff=f"B{nr}")
        erster = (await runs(amt.client, v))[0]
        await delete(amt.client, erster)
        while erster in await runs(amt.client, v):
            await asyncio.sleep(0.1)  # the server deletes later, and announces nothing
        async with player(amt.client) as spieler:
            assert (await check_case(amt.client, amt.lm.register, v, spieler)).urteil is Urteil.GLEICH
        assert await missing_entries(amt.client, amt.lm.register, v) == []
        leer = await Register.open(None, tmp_path)
        with pytest.raises(Luecke, match=f"Eintrag 1 von {v}"):
            await missing_entries(amt.client, leer, v)
        await leer.close()


# --- files and the command line -----------------------------------------------------------------------------------------------


async def test_files_that_are_none_are_refused_in_a_sentence() -> None:
    for roh in (b"", b"kein JSON", b"[]", b'{"events": []}', b'{"events": [{}]}', b"\x1f\x8bkaputt", b"\xff\xfe", b"3"):
        with pytest.raises(Unplausibel, match=r"„x\.json“ ist keine Geschichte"):
            read_file("x.json", roh)
    ohne_namen = b'{"events": [{"workflowExecutionStartedEventAttributes": {}}]}'
    with pytest.raises(Unbekannt, match="nennt ihren Vorgang nicht"):
        read_file("x.json", ohne_namen)
    assert read_file("x.json", ohne_namen, "vorlage/muster/1").history.workflow_id == "vorlage/muster/1"


@pytest.mark.schwer
async def test_the_command_line_says_what_it_found(tmp_path: Path) -> None:
    haus = Haus(tmp_path / "daten")
    gut, schlecht = tmp_path / "gut.json", tmp_path / "schlecht.json"
    inhalt = json.loads(gzip.decompress(next(d for d in GOLDEN if "hauptweg-0" in d.name).read_bytes()))
    gut.write_text(json.dumps(inhalt["history"]), encoding="utf-8")
    lauf = haus.run("replay", "--datei", str(gut), "--vorgang", inhalt["workflow_id"])
    assert lauf.returncode == 0 and "1 Vorgang: 1 gleich." in lauf.stdout, lauf.stderr
    assert not haus.daten.exists()
    schlecht.write_text(json.dumps(inhalt["history"]).replace('"meeting"', '"treffen"'), encoding="utf-8")
    lauf = haus.run("replay", "--datei", str(gut), "--datei", str(schlecht), "--vorgang", inhalt["workflow_id"], "--json")
    assert lauf.returncode == 1 and not lauf.stderr
    assert [v["urteil"] for v in json.loads(lauf.stdout)["vorgaenge"]] == ["gleich", "nicht_nachspielbar"]
    for worte in ((), ("--alle", "--vorgang", "vorlage/muster/1"), ("--datei", str(tmp_path / "fehlt")), ("--vorgang", "x")):
        lauf = haus.run("replay", *worte)
        assert lauf.returncode == 2 and lauf.stderr.startswith("Abgelehnt: ")
    haus.up()
    try:
        v = haus.ok(
            *("vorlage", "entwerfen", "--vorlageart", "mitteilungsvorlage", "--federfuehrend", "a-46"),
            *("--betreff", "Zwiebelfisch", "--beratungsfolge", "sozialausschuss:Kenntnisnahme"),
            wer=TIPPT,
        )["vorgang"]
        lauf = haus.run("replay", "--alle")
        assert lauf.returncode == 0 and "gleich." in lauf.stdout and "Zwiebelfisch" not in lauf.stdout, lauf.stderr
        assert haus.ok("replay", "--vorgang", v)["vorgaenge"][0]["urteil"] == "gleich"
    finally:
        haus.down()


def _copy(history: WorkflowHistory) -> WorkflowHistory:
    return WorkflowHistory(history.workflow_id, [HistoryEvent.FromString(e.SerializeToString()) for e in history.events])


def _backup(von: Path, nach: Path) -> None:
    with sqlite3.connect(von) as quelle, sqlite3.connect(nach) as ziel:
        quelle.backup(ziel)
