"""The doctor: each finding on a real Laufmappe, and none where all is well."""

import asyncio
import dataclasses
import datetime as dt
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

import befund
from rathaus import DIENST, LEITUNG, SB
from register import RegisterAlarm
from register.ausgang import OFFEN
from register.tabellen import AUSGANG
from schemas.regelwerk import Regelwerk, Regelwerke
from temporal import Amt, running
from worker import TASK_QUEUE, Gewerke

ENTWURF = {"vorlageart": "mitteilungsvorlage", "betreff": "Sachstand", "federfuehrend": "a-46"}
GESTERN = dt.date.today() - dt.timedelta(days=1)  # noqa: DTZ011 - a day is enough


async def entwurf(amt: Amt) -> str:
    text = amt.lm.store_section("Sachlage", "Die Lage.")
    return await amt.create("vorlage", "entwerfen", SB, **ENTWURF, abschnitte=(text,))


def later(g: Gewerke, **stelle: object) -> Gewerke:
    """The same parts under rules in which A 46 is no more."""
    rw = g.regelwerke.am("muster", dt.date.max)
    assert rw is not None
    roh = rw.model_dump(mode="json")
    next(s for s in roh["stellen"] if s["id"] == "a-46").update(stelle)
    return dataclasses.replace(g, regelwerke=Regelwerke([Regelwerk.model_validate(roh)]))


async def test_what_hangs_on_cases_is_found(tmp_path: Path) -> None:
    async with running(tmp_path) as amt:
        v = await entwurf(amt)
        zu = await entwurf(amt)
        await amt.act(zu, "zurueckziehen", LEITUNG, grund="überholt")
        await amt.lm.ended(zu, 30)
        assert await befund.findings(amt.g) == []

        felder = {"gremium": "sozialausschuss", "beginn": "2030-12-25T16:00:00+01:00"}
        await amt.lm.create("sitzung", "kreisstadt", "planen", DIENST, "k-weihnachten", **felder)
        ohne_amt = await befund.findings(later(amt.g, bis=GESTERN.isoformat()), (befund._cases,))
        assert f"muster: „a-46“ gibt es seit dem {GESTERN:%d.%m.%Y} nicht mehr, aber 1 Offenes hängt noch daran." in ohne_amt[-1]
        assert "Sitzung: 1 Hinweis an offenen Vorgängen, bitte ansehen („show“)." in ohne_amt

        shutil.rmtree(amt.g.package(zu))
        z = await amt.lm.register.state(v)
        amt.g.ablage.path(z.fassung.abschnitte[0].digest).unlink()  # type: ignore[union-attr]  # a paper has sections
        funde = await befund.findings(amt.g)
        assert f"{zu}: versiegelt, aber das Aufbewahrungspaket fehlt (noch)." in funde
        assert {f.split(":")[0] for f in funde if "Dokument fehlt" in f} == {v, zu}


async def test_messages_that_never_arrive_are_found(tmp_path: Path) -> None:
    async with running(tmp_path) as amt:
        register, jetzt = amt.g.register, dt.datetime.now(dt.UTC)
        v = await entwurf(amt)
        await amt.act(v, "einreichen", SB)
        per_mail = sa.select(AUSGANG.c.id, AUSGANG.c.empfaenger, AUSGANG.c.status).where(AUSGANG.c.kanal == "mail")
        async with asyncio.timeout(30):
            while not (raus := [a for a in await register._db.read(per_mail) if a.status != OFFEN]):
                await register.wait_for_news(0.05)
        erste = raus[0]
        await register.postponed(erste.id, befund.ZU_OFT + 1, jetzt + dt.timedelta(hours=1), "nicht erreichbar")
        await register._mark(erste.id, status=OFFEN)  # last, or a shift would send it at once
        (fund,) = await befund.findings(amt.g, (befund._post,))
        assert fund.startswith("muster: 1 Benachrichtigung wird immer wieder verschoben") and erste.empfaenger in fund


async def test_a_workflow_that_does_not_get_on_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(befund, "ZU_OFT", 1)
    async with running(tmp_path) as amt:
        await amt.client.start_workflow("GibtEsNicht", id="vorlage/muster/kaputt", task_queue=TASK_QUEUE)
        async with asyncio.timeout(30):
            while not (funde := await befund.findings(amt.g, (befund._stuck,))):
                await asyncio.sleep(0.2)  # nothing announces a failed attempt
        assert funde[0].startswith("vorlage/muster/kaputt: der nächste Schritt scheitert immer wieder (2 Versuche)")


async def test_a_version_that_nobody_confirmed_is_found(tmp_path: Path) -> None:
    async with running(tmp_path) as amt:
        rw = amt.g.hinterlegt.alle[-1]
        g = dataclasses.replace(amt.g, unbestaetigt=(rw,))
        (fund,) = await befund.findings(g, (befund._rules,))
        assert fund.startswith(f"{rw.name}: die Fassung ab {rw.gueltig_ab} ist nicht bestätigt und gilt nicht")


async def test_what_the_register_refused_is_found(tmp_path: Path) -> None:
    async with running(tmp_path) as amt:
        v = await entwurf(amt)
        (erster,) = await amt.lm.register.entries(v)
        with pytest.raises(RegisterAlarm):
            await amt.lm.register.record([erster.model_copy(update={"seq": 9})])
        (fund,) = await befund.findings(amt.g, (befund._record,))
        assert fund.startswith(f"{v}, Eintrag 9: ") and "fehlt mindestens einer" in fund
