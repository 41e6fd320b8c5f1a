"""What watches over the register: every tampering is found, every contradiction becomes an alarm that stays visible."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.aufzeichnung import Aufzeichnung
from beweis.kopf import make_head
from buchung import carry_out, fill, outbox, record, reopened, sealed, unguard
from rathaus import SCHRIFT, Rathaus, S, V
from register import Luecke, NichtSpeicherbar, Register, RegisterNichtErreichbar, Unlesbar, Widerspruch, aufzeichnung, pruefung
from register.tabellen import BAUM, BLATT, EINTRAG, META, ZUSTAND
from register.verbindung import migrate
from schemas.alarm import REGISTERALARM
from schemas.befehl import Eintrag


async def found(register: Register, teil: str) -> None:
    funde = await register.check()
    assert any(teil in fund for fund in funde), funde


def hier(tabelle: sa.Table, seq: int, workflow: str = V) -> sa.ColumnElement[bool]:
    return sa.and_(tabelle.c.workflow == workflow, tabelle.c.seq == seq)


# --- tampering --------------------------------------------------------------------------------------------------------


async def test_a_last_entry_that_is_gone_is_missed_even_after_rebuilding(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    await unguard(register)
    await carry_out(register, sa.delete(EINTRAG).where(hier(EINTRAG, len(haus.verlauf[V]))))
    assert any("der Eintrag fehlt" in fund for fund in await register.rebuild())
    await found(register, f"{V}, Eintrag {len(haus.verlauf[V])}: das Blatt ist da, der Eintrag fehlt.")


async def test_a_last_entry_that_is_gone_with_its_leaf_is_missed_by_the_tree(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    await unguard(register)
    letztes = (await register._db.read(sa.select(BLATT).order_by(BLATT.c.nr.desc()).limit(1)))[0]
    weg = (sa.delete(t).where(hier(t, letztes.seq, letztes.workflow)) for t in (EINTRAG, BLATT))
    await carry_out(register, *weg)
    await found(register, "muster: der Baum hat")
    assert any("muster: der Baum hat" in fund for fund in await register.rebuild()), "danach ist er neu gezählt"


async def test_a_case_without_any_entry_is_told(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    await unguard(register)
    await carry_out(register, sa.delete(EINTRAG).where(EINTRAG.c.workflow == V))
    await found(register, f"{V}: wird angezeigt, hat aber keinen Eintrag.")


def forged(eintrag: Eintrag, vorher: str | None) -> dict[str, Any]:
    """Head and content of an entry that says something else, made as the register makes them."""
    anders = eintrag.model_copy(update={"befehl": {**eintrag.befehl, "abweichung": "gefälscht"}})
    kopf, inhalt = make_head(anders, vorher)
    return {"kopf": json.dumps(kopf.as_json()), "inhalt": inhalt.model_dump_json(), "kopf_hash": kopf.hash()}


@pytest.mark.parametrize("mit", [(), ("kopf_hash",), ("kopf_hash", "blatt")])
async def test_head_and_content_rewritten_together_are_found(register: Register, haus: Rathaus, mit: tuple[str, ...]) -> None:
    """However much of what depends on the head is rewritten along with it, as long as something is not."""
    await fill(register, haus)
    await unguard(register)
    falsch = forged(haus.verlauf[V][1], (await register.heads(V))[0][0].hash())
    neu = {k: v for k, v in falsch.items() if k != "kopf_hash" or "kopf_hash" in mit}
    await carry_out(register, sa.update(EINTRAG).where(hier(EINTRAG, 2)).values(**neu))
    if "blatt" in mit:
        await carry_out(register, sa.update(BLATT).where(hier(BLATT, 2)).values(kopf_hash=falsch["kopf_hash"]))
    await register.rebuild()
    erwartet = {(): "Eintrag 2: die Prüfsumme ist nicht die des Kopfes.", ("kopf_hash",): "Eintrag 2: das Blatt fehlt oder passt"}
    await found(register, erwartet.get(mit, "Eintrag 3: die Kette ist unterbrochen."))


async def test_a_leaf_without_an_entry_is_found(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    anzahl = (await register._db.read(sa.select(BAUM.c.groesse)))[0][0]
    zuviel = {"kommune": "muster", "nr": anzahl, "workflow": V, "seq": 99, "kopf_hash": "f" * 64}
    await carry_out(register, sa.insert(BLATT).values(**zuviel))
    await found(register, f"{V}, Eintrag 99: das Blatt ist da, der Eintrag fehlt.")
    await found(register, f"muster: der Baum hat {anzahl} Blätter gezählt, es sind {anzahl + 1}.")


async def test_a_tree_of_another_size_is_found(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    await carry_out(register, sa.update(BAUM).values(groesse=BAUM.c.groesse + 1))
    await found(register, "muster: der Baum hat")
    await carry_out(register, sa.delete(BAUM))
    await found(register, "muster: die Größe des Baumes fehlt.")


async def test_what_stands_beside_a_head_must_be_what_it_says(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    await unguard(register)
    await carry_out(register, sa.update(EINTRAG).where(hier(EINTRAG, 1)).values(stelle="a-50"))
    await found(register, f"{V}, Eintrag 1: was neben dem Kopf steht, weicht von ihm ab.")


@pytest.mark.parametrize("wert", [{"kopf": "{}"}, {"kopf": "kein JSON"}, {"inhalt": '{"felder": {}}'}])
async def test_what_cannot_be_read_any_more_is_a_finding_and_keeps_its_rows(
    register: Register, haus: Rathaus, wert: dict[str, str]
) -> None:
    await fill(register, haus)
    await unguard(register)
    await carry_out(register, sa.update(EINTRAG).where(hier(EINTRAG, 1)).values(**wert))
    await found(register, f"{V}, Eintrag 1: lässt sich nicht nachrechnen")
    assert any("nicht nachrechnen" in fund for fund in await register.rebuild())
    assert await register.state(V) == haus.vorlage()


# --- recording while it is rebuilt ------------------------------------------------------------------------------------


@pytest.mark.parametrize("zeile", [True, False])
async def test_an_entry_recorded_during_a_rebuild_is_not_lost(
    register: Register, haus: Rathaus, monkeypatch: pytest.MonkeyPatch, zeile: bool
) -> None:
    """The rebuild holds the case's row; where that is gone, its name."""
    haus.laufweg()
    await register.record(haus.verlauf[V][:1])
    if not zeile:
        await carry_out(register, sa.delete(ZUSTAND))
    echt = pruefung.recompute
    dazwischen: list[asyncio.Task[None]] = []

    async def recompute(v: Any, workflow: str) -> Any:
        ergebnis = await echt(v, workflow)
        dazwischen.append(asyncio.create_task(register.record(haus.verlauf[V][:2])))
        await asyncio.wait(dazwischen, timeout=0.2)  # without a lock it is through by then
        return ergebnis

    with monkeypatch.context() as m:
        m.setattr(pruefung, "recompute", recompute)
        assert await register.rebuild() == []
    for ergebnis in await asyncio.gather(*dazwischen, return_exceptions=True):
        assert ergebnis is None or isinstance(ergebnis, RegisterNichtErreichbar), "SQLite sagt nach kurzem Warten nein"
    await record(register, haus)
    assert await register.seq(V) == len(haus.verlauf[V])
    assert await register.check() == []


# --- alarms -----------------------------------------------------------------------------------------------------------


async def test_batches_may_overlap_and_come_again(register: Register, haus: Rathaus) -> None:
    haus.laufweg()
    alle = haus.verlauf[V]
    for von, bis in ((0, 1), (0, len(alle)), (1, len(alle)), (0, len(alle)), (0, 1)):
        await register.record(alle[von:bis])
    assert [e.seq for e in await register.entries(V)] == [e.seq for e in alle]
    assert (await register.check(), await register.alarms()) == ([], [])


async def test_a_seal_that_is_not_the_states_is_an_alarm(register: Register, haus: Rathaus) -> None:
    sealed(haus)
    gut = haus.verlauf[V]
    falsch = gut[-1].model_copy(update={"befehl": {**gut[-1].befehl, "siegel": "0" * 64}})
    with pytest.raises(Widerspruch, match="Siegel, das nicht zum Stand im Register passt"):
        await register.record([*gut[:-1], falsch])
    assert await register.seq(V) == 0
    await register.record(gut)
    assert await register.check() == []


async def test_taking_up_another_state_than_the_sealed_one_is_an_alarm(register: Register, haus: Rathaus) -> None:
    reopened(haus)
    gut = haus.verlauf[V]
    falsch = gut[-1].model_copy(update={"befehl": {**gut[-1].befehl, "siegel": "0" * 64}})
    await register.record(gut[:-1])
    with pytest.raises(Widerspruch, match="wiederaufnehmen"):
        await register.record([falsch])
    await register.record(gut)
    assert await register.check() == []


async def test_alarms_are_kept_once_and_settled_by_what_was_missing(register: Register, haus: Rathaus) -> None:
    haus.laufweg()
    await register.record(haus.verlauf[V][:1])
    for eilig in (True, False):
        with pytest.raises(Luecke):
            await register.record(haus.verlauf[V][2:], eilig=eilig)
    (alarm,) = await register.alarms()
    assert (alarm.workflow, alarm.seq, alarm.satz[:13]) == (V, 3, "Vor Eintrag 3")
    await register.record(haus.verlauf[V])
    assert await register.alarms() == []
    anders = haus.verlauf[V][0].model_copy(update={"befehl": {**haus.verlauf[V][0].befehl, "betreff": "anders"}})
    with pytest.raises(Widerspruch):
        await register.record([anders])
    assert [(a.workflow, a.seq) for a in await register.alarms()] == [(V, 1)], "das klärt sich nicht von selbst"
    assert "anders" not in str(await register.alarms())


async def test_a_recorded_entry_that_is_gone_is_an_alarm(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    await unguard(register)
    await carry_out(register, sa.delete(EINTRAG).where(hier(EINTRAG, 1)))
    with pytest.raises(Luecke, match="war aufgezeichnet und fehlt jetzt"):
        await register.record(haus.verlauf[V])


async def test_what_the_database_cannot_hold_is_an_alarm(
    register: Register, haus: Rathaus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL knows no null byte; SQLite does, and keeps it. No command has one: only a mistake of ours could bring it here."""
    ohne = aufzeichnung._entry_row
    monkeypatch.setattr(aufzeichnung, "_entry_row", lambda *args: ohne(*args) | {"kopf_hash": "\0"})
    haus.entwurf()
    if register._db._engine.dialect.name == "sqlite":
        await register.record(haus.verlauf[V])
        return
    with pytest.raises(NichtSpeicherbar, match="nicht aufnehmen kann"):
        await register.record(haus.verlauf[V])
    (alarm,) = await register.alarms()
    assert (alarm.workflow, alarm.seq) == (V, 1)


async def test_what_this_release_cannot_read_is_an_alarm(register: Register, haus: Rathaus) -> None:
    """As when an older worker takes over from a newer one."""
    haus.laufweg()
    neuer = haus.verlauf[V][1]
    with pytest.raises(Unlesbar, match="„gibt_es_noch_nicht“"):
        await register.record(
            [haus.verlauf[V][0], neuer.model_copy(update={"befehl": {**neuer.befehl, "art": "gibt_es_noch_nicht"}})]
        )
    assert [(a.workflow, a.seq) for a in await register.alarms()] == [(V, 2)]
    await register.record(haus.verlauf[V])
    assert await register.alarms() == []


async def test_a_workflow_can_tell_an_alarm_from_a_database_that_is_away(register: Register, haus: Rathaus) -> None:
    haus.laufweg()
    aufzeichnung, umgebung = Aufzeichnung(register), ActivityEnvironment()
    await umgebung.run(aufzeichnung.record, haus.verlauf[V][:1])
    with pytest.raises(ApplicationError) as fehler:
        await umgebung.run(aufzeichnung.record, haus.verlauf[V][2:])
    assert (fehler.value.type, fehler.value.details, fehler.value.non_retryable) == (REGISTERALARM, ("Luecke",), False)


# --- tables -----------------------------------------------------------------------------------------------------------


async def test_tasks_are_found_by_the_committee_that_they_are_due_for(register: Register, haus: Rathaus) -> None:
    haus.behandelt()
    was = {"top": 1, "grundlage": "zusage", "von_wem": "ein Mitglied"}
    haus.do(S, "auftrag_festhalten", SCHRIFT, verlangt="für den Rat", faellig_sitzung="rat", **was)
    haus.do(S, "auftrag_festhalten", SCHRIFT, verlangt="zum Datum", faellig_am="2021-08-01", **was)
    haus.do(S, "auftrag_festhalten", SCHRIFT, verlangt="irgendwann", **was)
    await record(register, haus)
    zeilen = await register.list_cases("muster", "auftrag", faellig_gremium="rat")
    assert [z.verlangt for z in zeilen] == ["für den Rat"]  # type: ignore[union-attr]  # tasks were asked for
    assert len(await register.list_cases("muster", "auftrag")) == 3
    await register.rebuild()
    assert await register.list_cases("muster", "auftrag", faellig_gremium="rat") == zeilen


async def test_the_migrated_tables_are_those_that_the_code_knows(register: Register) -> None:
    async with register._db.snapshot() as v:
        unterschiede = await v.run_sync(lambda s: compare_metadata(MigrationContext.configure(s), META))
    assert [u for u in unterschiede if u[0] != "remove_table" or u[1].name != "alembic_version"] == []


async def test_a_register_of_the_first_release_is_brought_up_to_date(url: str | None, tmp_path: Path, haus: Rathaus) -> None:
    """Tasks get their committee; what was given up then counts as reported then."""
    haus.behandelt()
    haus.do(S, "auftrag_festhalten", SCHRIFT, top=1, verlangt="x", grundlage="zusage", von_wem="y", faellig_sitzung="rat")
    workflow, z = next((w, z) for w, z in haus.staende.items() if w.startswith("auftrag/"))
    ziel = f"sqlite+aiosqlite:///{tmp_path / 'register.sqlite3'}" if url is None else url.replace("://", "+asyncpg://")
    engine = create_async_engine(ziel)
    async with engine.begin() as v:
        await v.run_sync(lambda verbindung: migrate(verbindung, "0001"))
        for name, zeile in _old_rows(workflow, z.model_dump_json(exclude_defaults=True)).items():
            await v.execute(sa.insert(sa.table(name, *map(sa.column, zeile))).values(**zeile))
    await engine.dispose()
    register = await Register.open(url, tmp_path)
    try:
        assert [a.workflow for a in await register.list_cases("muster", "auftrag", faellig_gremium="rat")] == [workflow]
        assert (await outbox(register, "aufgegeben"))[0].gemeldet is not None
        assert await register.unreported("muster", 10) == []
        assert await register.alarms() == []
    finally:
        await register.close()


def _old_rows(workflow: str, zustand: str) -> dict[str, dict[str, Any]]:
    zeit = "2021-06-16T16:00:00.000000Z"
    kopf = {"workflow": workflow, "kommune": "muster"}
    return {
        "zustand": {**kopf, "typ": "auftrag", "kennung": "x", "stufe": "zugewiesen", "seq": 1, "zuletzt": zeit, "kopf_hash": "", "zustand": zustand},
        "auftrag": {**kopf, "grundlage": "zusage", "verlangt": "x", "von": "y", "oeffentlich": True, "faellig_text": "", "stufe": "zugewiesen", "zuletzt": zeit},
        "ausgang": {**kopf, "id": "a", "seq": 1, "art": "zuweisen", "empfaenger": "a-46", "kanal": "mail", "status": "aufgegeben", "versuche": 1, "naechster_versuch": zeit, "erstellt": zeit, "erledigt_am": zeit},
    }  # fmt: skip
