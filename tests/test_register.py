"""The register on SQLite, and on PostgreSQL where one is at hand (LAUFMAPPE_TEST_PG)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from beweis.kopf import contradictions, make_head, restore
from buchung import dump, fill, outbox
from lifecycle.kern import fold_all
from lifecycle.kerne import kern_of
from rathaus import HEUTE, SB, Rathaus, V
from register import Luecke, Register, RegisterFehler, RegisterNichtErreichbar, Widerspruch
from register.tabellen import ABGELEITET, AUSGANG, BAUM, BLATT, EINTRAG
from register.verbindung import Datenbank
from schemas.befehl import Eintrag


async def test_states_come_back_as_they_were(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    for workflow, z in haus.staende.items():
        assert await register.state(workflow) == z
        assert fold_all(kern_of(workflow), workflow, await register.entries(workflow)) == z
    assert await register.check() == []


async def test_recording_again_changes_nothing(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    vorher = await dump(register)
    for eintraege in haus.verlauf.values():
        await register.record(eintraege)
        await register.record(eintraege[-1:])
    assert await dump(register) == vorher


async def test_another_entry_under_the_same_number_is_an_alarm(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    vorher = await dump(register)
    falsch = haus.verlauf[V][0].model_copy(update={"befehl": {**haus.verlauf[V][0].befehl, "betreff": "anders"}})
    with pytest.raises(Widerspruch, match="Nichts wurde geändert"):
        await register.record([falsch])
    assert await dump(register) == vorher


async def test_a_gap_is_an_alarm(register: Register, haus: Rathaus) -> None:
    haus.laufweg()
    await register.record(haus.verlauf[V][:1])
    with pytest.raises(Luecke):
        await register.record(haus.verlauf[V][2:])
    await register.record(haus.verlauf[V])
    assert await register.seq(V) == len(haus.verlauf[V])


async def test_many_at_once_leave_leaves_without_gaps(register: Register, haus: Rathaus) -> None:
    vorlagen = [f"vorlage/muster/w{n}" for n in range(12)]
    for v in vorlagen:
        haus.laufweg(v)
    gleichzeitig = [register.record(haus.verlauf[v]) for v in vorlagen] * 1 + [register.record(haus.verlauf[v]) for v in vorlagen]
    for ergebnis in await asyncio.gather(*gleichzeitig, return_exceptions=True):
        assert ergebnis is None or isinstance(ergebnis, RegisterNichtErreichbar)
    for v in vorlagen:
        await register.record(haus.verlauf[v])
    blaetter = await register._db.read(sa.select(BLATT.c.nr).order_by(BLATT.c.nr))
    assert [b.nr for b in blaetter] == list(range(sum(len(haus.verlauf[v]) for v in vorlagen)))
    assert await register.check() == []


@pytest.mark.parametrize("tabelle", [EINTRAG, BLATT])
async def test_the_record_cannot_be_changed_or_deleted(register: Register, haus: Rathaus, tabelle: sa.Table) -> None:
    await fill(register, haus)
    vorher = await dump(register)
    for anweisung in (sa.update(tabelle).values(kopf_hash="x"), sa.delete(tabelle)):
        with pytest.raises(RegisterNichtErreichbar):
            await register._db.write(lambda v, a=anweisung: v.execute(a))  # type: ignore[misc]  # binds the loop's value
    assert await dump(register) == vorher


async def test_rebuilding_gives_the_same_tables(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    vorher = await dump(register)

    async def leeren(v: Any) -> None:
        for tabelle in (*ABGELEITET, BAUM):
            await v.execute(sa.delete(tabelle))

    await register._db.write(leeren)
    assert await register.state(V) is None
    fortschritt: list[tuple[int, int]] = []
    assert await register.rebuild(lambda nr, von: fortschritt.append((nr, von))) == []
    assert await dump(register) == vorher
    assert fortschritt[-1] == (len(haus.verlauf), len(haus.verlauf))


async def test_recording_goes_on_when_the_current_rows_are_gone(register: Register, haus: Rathaus) -> None:
    haus.laufweg()
    await register.record(haus.verlauf[V][:2])

    async def leeren(v: Any) -> None:
        for tabelle in ABGELEITET:
            await v.execute(sa.delete(tabelle))

    await register._db.write(leeren)
    await register.record(haus.verlauf[V][2:])
    assert await register.state(V) == haus.vorlage()


async def test_outbox_marks_survive_and_lost_ones_are_not_sent_again(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    erste, *rest = await outbox(register)
    assert rest
    await register.delivered(erste.id, haus.jetzt)
    await register._db.write(lambda v: v.execute(sa.delete(AUSGANG).where(AUSGANG.c.id == rest[0].id)))
    await register.rebuild()
    zaehlung = await register.counts()
    assert (zaehlung["zugestellt"], zaehlung["unklar"]) == (1, 1)
    assert {a.id for a in await outbox(register, "offen")} == {a.id for a in rest[1:]}
    await register.again(rest[0].id, haus.jetzt)
    assert rest[0].id in {a.id for a in await outbox(register, "offen")}


async def test_tampering_is_found(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    zeile = (await register._db.read(sa.select(EINTRAG).where(EINTRAG.c.workflow == V, EINTRAG.c.seq == 1)))[0]
    gefaelscht = zeile.inhalt.replace("Sachstand", "Fälschung")
    assert gefaelscht != zeile.inhalt
    faelschen = sa.update(EINTRAG).where(EINTRAG.c.workflow == V, EINTRAG.c.seq == 1).values(inhalt=gefaelscht)
    await register._db.write(lambda v: v.execute(faelschen))
    assert any("„betreff“ passt nicht zum Kopf" in fund for fund in await register.check())


async def test_waiting_for_an_entry(register: Register, haus: Rathaus) -> None:
    haus.laufweg()
    warten = asyncio.create_task(register.wait_for(V, 1, 10))
    await register.record(haus.verlauf[V])
    assert await warten
    assert not await register.wait_for(V, 999, 0.01)


async def test_finding_and_listing(register: Register, haus: Rathaus) -> None:
    await fill(register, haus)
    assert await register.find("muster", "vorlage", "2021/0001") == [V]
    assert await register.find("muster", "vorlage", "v1") == [V]
    assert await register.find("muster", "vorlage", "2021/%") == []
    assert await register.find("andere", "vorlage", "2021/0001") == []
    (zeile,) = await register.list_cases("muster", "vorlage", stufe="abgeschlossen")
    assert (zeile.nummer, zeile.beschluss, zeile.top) == ("2021/0001", "zur Kenntnis genommen", "Ö 1")  # type: ignore[union-attr]  # papers were asked for
    assert [a.verlangt for a in await register.tasks_of("v1")] == ["Übersicht"]
    assert await register.number_taken("muster", "2021/0001") == V
    assert await register.sealed("vorlage") == []


async def test_a_hanging_database_makes_nobody_wait(tmp_path: Path, haus: Rathaus, url: str | None) -> None:
    """Behind a proxy that stops forwarding (PostgreSQL), or locked by somebody else (SQLite)."""
    haus.laufweg()
    async with _hanging(url, tmp_path) as (register, weiter):
        async with asyncio.timeout(5):
            with pytest.raises(RegisterNichtErreichbar):
                await register.record(haus.verlauf[V], eilig=True)
        await weiter()
        for _ in range(50):
            try:
                await register.record(haus.verlauf[V], eilig=True)
                break
            except RegisterNichtErreichbar:
                await register.wait_for_news(0.05)
        assert await register.seq(V) == len(haus.verlauf[V])
        assert await register.check() == []


class _hanging:  # noqa: N801 - used as a function
    def __init__(self, url: str | None, daten: Path) -> None:
        self.url, self.daten = url, daten

    async def __aenter__(self) -> tuple[Register, Any]:
        if self.url is None:
            self.register = await Register.open(None, self.daten)
            import sqlite3

            fremd = sqlite3.connect(self.daten / "register.sqlite3", isolation_level=None)
            fremd.execute("BEGIN EXCLUSIVE")

            async def weiter() -> None:
                fremd.execute("ROLLBACK")
                fremd.close()

            return self.register, weiter
        return await self._proxied()

    async def _proxied(self) -> tuple[Register, Any]:
        ziel = sa.make_url(self.url or "")
        self.offen = asyncio.Event()
        self.offen.set()

        async def pumpe(leser: asyncio.StreamReader, schreiber: asyncio.StreamWriter) -> None:
            while daten := await leser.read(65536):
                await self.offen.wait()
                schreiber.write(daten)
            schreiber.close()

        async def verbinde(leser: asyncio.StreamReader, schreiber: asyncio.StreamWriter) -> None:
            hin, her = await asyncio.open_connection(ziel.host, ziel.port)
            await asyncio.gather(pumpe(leser, her), pumpe(hin, schreiber), return_exceptions=True)

        self.proxy = await asyncio.start_server(verbinde, "127.0.0.1", 0)
        port = self.proxy.sockets[0].getsockname()[1]
        url = ziel.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        self.register = await Register.open(url, self.daten)
        self.offen.clear()

        async def weiter() -> None:
            self.offen.set()

        return self.register, weiter

    async def __aexit__(self, *_: object) -> None:
        await self.register.close()
        if self.url is not None:
            self.proxy.close()


async def test_an_unknown_database_is_told() -> None:
    with pytest.raises(RegisterFehler, match="SQLite oder PostgreSQL"):
        await Datenbank.open("mysql://x/y", Path("/tmp"))


werte = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda kinder: (
        st.lists(kinder, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), kinder, max_size=3)
    ),
    max_leaves=6,
)
namen = st.text("abcdefghij_", min_size=1).filter(lambda n: n not in ("art", "akteur", "regelwerk"))


@given(st.dictionaries(namen, werte, max_size=5), st.booleans())
def test_head_and_content_make_the_entry_again(felder: dict[str, Any], vertretung: bool) -> None:
    akteur = {"person": "p-1", "stelle": "a-46", "rolle": "amtsleitung"} | ({"fuer": "p-2"} if vertretung else {})
    befehl = {"art": "x", "akteur": akteur, "regelwerk": {"kommune": "m", "gueltig_ab": "2020-01-01", "digest": "d"}, **felder}
    eintrag = Eintrag(workflow="vorlage/m/1", seq=1, zeit=HEUTE, befehl=befehl)
    kopf, inhalt = make_head(eintrag, None)
    assert restore(kopf, inhalt) == eintrag
    assert contradictions(kopf, inhalt) == ()
    assert "p-1" not in kopf.model_dump_json()
    anders, _ = make_head(eintrag, None)
    assert anders.felder != kopf.felder, "gleiche Werte haben nie gleiche Festlegungen"


async def test_the_same_value_is_not_recognisable_in_the_heads(register: Register, haus: Rathaus) -> None:
    haus.entwurf("vorlage/muster/x1")
    haus.entwurf("vorlage/muster/x2")
    koepfe = []
    for v in ("vorlage/muster/x1", "vorlage/muster/x2"):
        await register.record(haus.verlauf[v])
        koepfe.append((await register.heads(v))[0][0])
    assert koepfe[0].felder["betreff"] != koepfe[1].felder["betreff"]
    assert SB.person not in koepfe[0].model_dump_json()
