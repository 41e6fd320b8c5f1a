"""Delivery shift by shift: who hangs holds up nobody, our own mistakes neither, and nothing that was given up is forgotten."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
import structlog
from temporalio.testing import ActivityEnvironment

from activities import schicht, zustellung
from activities.bote import NichtErreichbar
from activities.kanaele.wiederholung import DELAYS
from activities.meldung import Melder
from activities.zustellung import Zustellung
from buchung import carry_out, outbox
from rathaus import Rathaus, V
from register import Register, RegisterNichtErreichbar
from register.tabellen import AUSGANG
from schemas.benachrichtigung import Ergebnis, Meldung, Nachricht, Zugestellt
from schemas.regelwerk import Regelwerke

FRUEH = dt.datetime(2021, 5, 3, 9, tzinfo=dt.UTC)


class Probekanal:
    """Delivers at once, unless ``stoerung`` has something else for the receiver."""

    def __init__(self) -> None:
        self.stoerung: dict[str, Callable[[Nachricht], Any]] = {}
        self.angekommen: list[Nachricht] = []
        self.am_werk: Counter[str] = Counter()
        self.neu = asyncio.Condition()

    async def send(self, nachricht: Nachricht) -> Ergebnis:
        self.am_werk[nachricht.empfaenger] += 1
        assert self.am_werk[nachricht.empfaenger] == 1, "eine nach der anderen je Empfänger"
        await self._tell()
        try:
            if nachricht.empfaenger in self.stoerung:
                await self.stoerung[nachricht.empfaenger](nachricht)
            self.angekommen.append(nachricht)
        finally:
            del self.am_werk[nachricht.empfaenger]
            await self._tell()
        return Zugestellt()

    async def _tell(self) -> None:
        async with self.neu:
            self.neu.notify_all()

    async def until(self, bedingung: Callable[[], bool]) -> None:
        async with asyncio.timeout(25), self.neu:
            await self.neu.wait_for(bedingung)

    def anzahl(self) -> Counter[str]:
        return Counter(n.empfaenger for n in self.angekommen)


class Post:
    """An outbox with a channel, and shifts that work it off."""

    def __init__(self, register: Register, regelwerke: Regelwerke) -> None:
        self.register = register
        self.kanal = Probekanal()
        self.geweckt = asyncio.Event()
        self.zustellung = Zustellung(register, {"mail": self.kanal}, regelwerke, self.geweckt, ersatz="post.invalid")
        self.nr = 0

    async def put(self, *empfaenger: str, **felder: Any) -> None:
        """Messages to these receivers, in that order."""
        for an in empfaenger:
            self.nr += 1
            zeit = FRUEH + dt.timedelta(seconds=self.nr)
            zeile = {
                "id": f"{V}/{self.nr}/{an}", "kommune": "muster", "workflow": V, "seq": 1, "art": "einreichen", "empfaenger": an,
                "kanal": "mail", "status": "offen", "versuche": 0, "naechster_versuch": zeit, "erstellt": zeit,
            }  # fmt: skip
            await carry_out(self.register, sa.insert(AUSGANG).values(**{**zeile, **felder}))
        self.geweckt.set()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[ActivityEnvironment]:
        """A shift that ends with the block."""
        umgebung = ActivityEnvironment()
        arbeit = asyncio.create_task(umgebung.run(self.zustellung.notify, "muster"))
        try:
            yield umgebung
        finally:
            umgebung.worker_shutdown()
            async with asyncio.timeout(25):
                self.meldungen: list[Meldung] = await arbeit

    async def shift(self) -> list[Meldung]:
        """A short one."""
        return await ActivityEnvironment().run(self.zustellung.notify, "muster")

    async def status(self) -> dict[str, str]:
        return {a.empfaenger: a.status for a in await outbox(self.register)}


@pytest_asyncio.fixture
async def post(register: Register, muster: Regelwerke, haus: Rathaus) -> Post:
    haus.laufweg()
    await register.record(haus.verlauf[V])
    await carry_out(register, sa.delete(AUSGANG))
    return Post(register, muster)


def hanging() -> tuple[asyncio.Event, Callable[[Nachricht], Any]]:
    """A receiver that does not answer until the event, or for a minute: longer than a test waits for anything else."""
    weiter = asyncio.Event()

    async def warten(nachricht: Nachricht) -> None:
        async with asyncio.timeout(60):
            await weiter.wait()

    return weiter, warten


async def test_a_hanging_receiver_holds_up_nobody(post: Post) -> None:
    weiter, post.kanal.stoerung["a-46"] = hanging()
    await post.put("a-46", "a-46", "a-50", "kaemmerei", "a-50")
    async with post.at_work():
        await post.kanal.until(lambda: post.kanal.anzahl() == {"a-50": 2, "kaemmerei": 1})
        await post.put("a-50", "gleichstellung")
        await post.kanal.until(lambda: post.kanal.anzahl() == {"a-50": 3, "kaemmerei": 1, "gleichstellung": 1})
        assert post.kanal.am_werk["a-46"] == 1, "er hängt noch immer, und die anderen haben alles"
        weiter.set()
        await post.kanal.until(lambda: post.kanal.anzahl()["a-46"] == 2)
    assert set((await post.status()).values()) == {"zugestellt"}
    je = [n.id for n in post.kanal.angekommen if n.empfaenger == "a-50"]
    assert je == sorted(je), "je Empfänger in ihrer Reihenfolge"


async def test_at_most_so_many_are_at_work_and_who_waited_longest_comes_first(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schicht, "GLEICHZEITIG", 3)
    tore = {}
    for name in ("e1", "e2", "e3", "e4"):
        tore[name], post.kanal.stoerung[name] = hanging()
    await post.put("e1", "e1", "e2", "e2", "e3", "e3", "e4")
    async with post.at_work():
        await post.kanal.until(lambda: set(post.kanal.am_werk) == {"e1", "e2", "e3"})
        await post.put("a-50")
        tore["e1"].set()
        await post.kanal.until(lambda: set(post.kanal.am_werk) == {"e2", "e3", "e4"})
        assert post.kanal.anzahl() == {"e1": 1}, "wer schon dran war, stellt sich hinten an"
        for tor in tore.values():
            tor.set()
        await post.kanal.until(lambda: post.kanal.anzahl() == {"e1": 2, "e2": 2, "e3": 2, "e4": 1, "a-50": 1})


async def test_a_mistake_of_ours_is_logged_by_its_class_and_tried_again(post: Post) -> None:
    async def kaputt(nachricht: Nachricht) -> None:
        raise RuntimeError(f"Geheimwort in {nachricht.betreff}")

    post.kanal.stoerung["a-46"] = kaputt
    await post.put("a-46", "a-50")
    with structlog.testing.capture_logs() as zeilen:
        async with post.at_work():
            await post.kanal.until(lambda: post.kanal.anzahl() == {"a-50": 1})
    (fehler,) = [z for z in zeilen if z["event"] == "Fehler beim Zustellen"]
    assert fehler["fehler"] == "RuntimeError"
    assert "Geheimwort" not in str(zeilen)
    (a46,) = [a for a in await outbox(post.register) if a.empfaenger == "a-46"]
    assert (a46.status, a46.versuche) == ("offen", 1)
    assert a46.grund == "beim Zustellen ist in der Laufmappe ein Fehler aufgetreten"


async def test_a_mistake_that_stays_is_given_up_in_the_end(post: Post) -> None:
    async def kaputt(nachricht: Nachricht) -> None:
        raise RuntimeError

    post.kanal.stoerung["a-46"] = kaputt
    await post.put("a-46", versuche=len(DELAYS))
    (meldung,) = await post.shift()
    assert meldung.ruf.ziel == V
    assert str(meldung.ruf.befehl["grund"]).startswith(f"nach {len(DELAYS) + 1} Versuchen aufgegeben: beim Zustellen")


@pytest.mark.parametrize("kennung", [f"{V}/1/{'x' * 200}", f"{V}/ü", f"{V}/mit Lücke"])
async def test_a_message_whose_id_no_mail_can_bear_is_given_up_with_a_sentence(post: Post, kennung: str) -> None:
    await post.put("a-46", id=kennung)
    (meldung,) = await post.shift()
    assert meldung.ruf.befehl["grund"] == zustellung.FREMDE_KENNUNG
    assert (meldung.ausgang, await post.status()) == (kennung, {"a-46": "aufgegeben"})
    assert len(str(meldung.ruf.befehl["schluessel"])) <= 200


async def test_its_heart_beats_while_everybody_hangs(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schicht, "LEBENSZEICHEN", 0.01)
    weiter, post.kanal.stoerung["a-46"] = hanging()
    await post.put("a-46")
    schlaege, genug = Counter[str](), asyncio.Event()

    def beat(*_: Any) -> None:
        schlaege["während sie hängt"] += bool(post.kanal.am_werk)
        if schlaege["während sie hängt"] > 3:
            genug.set()

    async with post.at_work() as umgebung:
        umgebung.on_heartbeat = beat
        async with asyncio.timeout(25):
            await genug.wait()
        weiter.set()


async def test_a_channel_that_never_ends_is_ended(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zustellung, "LAENGSTENS", 0.05)
    _, post.kanal.stoerung["a-46"] = hanging()
    await post.put("a-46")
    async with post.at_work():
        await post.kanal.until(lambda: bool(post.kanal.am_werk))
        await post.kanal.until(lambda: not post.kanal.am_werk)
    (a46,) = await outbox(post.register)
    assert (a46.status, a46.grund) == ("offen", "die Zustellung hat zu lange gedauert")


async def test_what_is_out_is_not_sent_again_only_because_the_register_was_away(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zustellung, "NACHTRAGEN", 0.0)
    echt, versuche, fertig = post.register.delivered, Counter[str](), asyncio.Event()

    async def delivered(kennung: str, jetzt: dt.datetime) -> None:
        versuche[kennung] += 1
        if versuche[kennung] < 3:
            raise RegisterNichtErreichbar
        await echt(kennung, jetzt)
        fertig.set()

    monkeypatch.setattr(post.register, "delivered", delivered)
    await post.put("a-46")
    async with post.at_work(), asyncio.timeout(25):
        await fertig.wait()
    assert post.kanal.anzahl() == {"a-46": 1}
    assert await post.status() == {"a-46": "zugestellt"}


async def test_a_shift_that_fails_leaves_nobody_at_work(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    _, post.kanal.stoerung["a-46"] = hanging()
    await post.put("a-46")

    async def weg(*_: Any) -> None:
        await post.kanal.until(lambda: bool(post.kanal.am_werk))
        raise RegisterNichtErreichbar

    monkeypatch.setattr(post.register, "next_due", weg)
    with pytest.raises(RegisterNichtErreichbar):
        await post.shift()
    assert not post.kanal.am_werk


async def test_what_nobody_was_told_comes_back_from_a_later_shift(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the worker died after it had written down that it gives up, and before the shift was over."""
    monkeypatch.setattr(schicht, "SCHICHT", 0.05)
    await post.put("a-46", "a-50")
    a46, a50 = await outbox(post.register)
    await post.register.given_up(a46.id, FRUEH, "abgelehnt", melden=True)
    await post.register.given_up(a50.id, FRUEH, zustellung.NICHT_HINTERLEGT, melden=False)
    for _ in range(2):
        assert [m.ausgang for m in await post.shift()] == [a46.id], "bis der Vorgang es weiß"
    await post.register.reported(a46.id, FRUEH)
    assert await post.shift() == []
    await post.register.again(a46.id, FRUEH)
    assert (await outbox(post.register, "offen"))[0].gemeldet is None


async def test_a_receiver_without_address_is_no_matter_of_the_paper(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schicht, "SCHICHT", 0.05)
    post.zustellung = Zustellung(post.register, {"mail": post.kanal}, post.zustellung._regelwerke, post.geweckt)
    await post.put("unbekannt")
    assert await post.shift() == []
    assert await post.status() == {"unbekannt": "aufgegeben"}


async def test_rules_count_from_midnight_in_berlin(post: Post, muster: Regelwerke) -> None:
    """Half past midnight on 1 July is still 30 June in UTC."""
    neu = muster.am("muster", dt.date(2021, 7, 1))
    assert neu is not None
    stellen = tuple(s.model_copy(update={"postfach": "neu@muster.example.org"}) for s in neu.stellen)
    andere = [rw for rw in muster.alle if rw is not neu]
    post.zustellung._regelwerke = Regelwerke([*andere, neu.model_copy(update={"stellen": stellen})])
    await post.put("a-46", erstellt=dt.datetime(2021, 6, 30, 22, 30, tzinfo=dt.UTC))
    await post.put("a-50", erstellt=dt.datetime(2021, 6, 30, 21, 30, tzinfo=dt.UTC))
    async with post.at_work():
        await post.kanal.until(lambda: len(post.kanal.angekommen) == 2)
    adressen = {n.empfaenger: n.adresse for n in post.kanal.angekommen}
    assert adressen == {"a-46": "neu@muster.example.org", "a-50": "a50@muster.example.org"}


async def test_a_report_marks_the_message_once_the_case_knows(post: Post) -> None:
    class Gegenueber:
        unerreichbar = True

        async def meeting(self, von: str, ruf: Any) -> None:
            if self.unerreichbar:
                raise NichtErreichbar

    gegenueber = Gegenueber()
    melder = Melder(post.register, gegenueber)  # type: ignore[arg-type]  # all that is used of it
    await post.put("a-46")
    await post.register.given_up(f"{V}/1/a-46", FRUEH, "abgelehnt", melden=True)
    (meldung,) = [m for a in await post.register.unreported("muster", 9) if (m := post.zustellung._report(a))]
    with pytest.raises(NichtErreichbar):
        await ActivityEnvironment().run(melder.report, meldung)
    assert len(await post.register.unreported("muster", 9)) == 1
    gegenueber.unerreichbar = False
    await ActivityEnvironment().run(melder.report, meldung)
    assert await post.register.unreported("muster", 9) == []
