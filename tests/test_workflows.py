"""The workflows on a real Temporal server, with real register, archive and doors."""

import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus

from activities.bote import Bote, Programmfehler
from lifecycle.ablehnung import FalscheStufe, Geschlossen, NichtBefugt, SchluesselVergeben, Unbekannt, Unplausibel
from lifecycle.kern import complete
from lifecycle.kerne import kern_of
from lifecycle.vorlage.entwurf import Bearbeiten
from rathaus import AL, DIENST, LEITUNG, SB, SB2, SCHRIFT
from schemas.sitzung import Sitzung
from schemas.zustand import Lauf
from temporal import KOMMUNE, Amt, in_flight, replay, running, spaeter
from wege import eingeladen, entwurf, freigegeben, ganzer_weg, kennung
from welt import OHNE
from worker import TASK_QUEUE

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("temporal")]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["warm", "kalt"])
async def amt(request: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Amt]:
    """Warm, and cold: with three cached workflows nearly every step replays the history so far."""
    optionen: dict[str, Any] = {} if request.param == "warm" else {"max_cached_workflows": 3, "max_concurrent_workflow_tasks": 3}
    async with running(tmp_path_factory.mktemp("daten"), **optionen) as amt:
        yield amt


async def test_from_draft_to_package(amt: Amt) -> None:
    v, s = await ganzer_weg(amt)
    z = await amt.lm.register.state(v)
    assert z is not None
    assert (z.stufe, z.siegel is not None) == ("abgeschlossen", True)  # type: ignore[attr-defined]  # a paper
    arten = [e.befehl["art"] for e in await amt.lm.register.entries(v)]
    assert arten[0] == "entwerfen"
    assert arten[-1] == "versiegelt"
    assert amt.g.package(v).is_dir()
    assert amt.g.package(s).is_dir()
    await replay(await amt.settled(v), await amt.settled(s))


async def test_what_was_acknowledged_is_visible(amt: Amt) -> None:
    v = await entwurf(amt)
    antwort = await amt.act(v, "einreichen", SB)
    assert antwort.sichtbar
    assert await amt.lm.register.seq(v) >= antwort.seq


async def test_an_action_costs_eleven_events(amt: Amt) -> None:
    """Five for the Update, six for recording it once it is durable."""
    v = await freigegeben(amt)
    vorher = len((await amt.settled(v)).events)
    await amt.act(v, "redaktionell_aendern", SB, betreff="Anders", grund="Tippfehler")
    ereignisse = (await amt.settled(v)).events[vorher:]
    assert len(ereignisse) == 11, Counter(EventType.Name(e.event_type) for e in ereignisse)


async def test_a_refusal_leaves_no_event(amt: Amt) -> None:
    v = await entwurf(amt)
    vorher = len((await amt.settled(v)).events)
    with pytest.raises(NichtBefugt):
        await amt.act(v, "freigeben", SB)
    with pytest.raises(FalscheStufe):
        await amt.act(v, "freigeben", LEITUNG)
    assert len((await amt.history(v)).events) == vorher


async def test_the_same_request_twice_happens_once(amt: Amt) -> None:
    v = await entwurf(amt)
    erste = await amt.lm.act(v, "bearbeiten", SB, "gleich", betreff="Neu")
    zweite = await amt.lm.act(v, "bearbeiten", SB, "gleich", betreff="Neu")
    assert erste.seq == zweite.seq
    with pytest.raises(SchluesselVergeben, match="anderen Befehl"):
        await amt.lm.act(v, "bearbeiten", SB, "gleich", betreff="Anders")
    assert (await amt.state(v)).betreff == "Neu"


async def test_a_paper_is_created_once_per_key(amt: Amt) -> None:
    felder = {"vorlageart": "mitteilungsvorlage", "betreff": "B", "federfuehrend": "a-46"}
    v1 = await amt.lm.create("vorlage", KOMMUNE, "entwerfen", SB, "einmal", **felder)
    v2 = await amt.lm.create("vorlage", KOMMUNE, "entwerfen", SB, "einmal", **felder)
    assert (v1.vorgang, v1.seq) == (v2.vorgang, v2.seq)
    with pytest.raises(SchluesselVergeben):
        await amt.lm.create("vorlage", KOMMUNE, "entwerfen", SB, "einmal", **{**felder, "betreff": "C"})


async def test_a_refused_creation_leaves_no_workflow(amt: Amt) -> None:
    with pytest.raises(Unbekannt):
        await amt.lm.create("vorlage", KOMMUNE, "entwerfen", SB, "nie", vorlageart="zettel", betreff="B", federfuehrend="a-46")
    from client import new_workflow

    with pytest.raises(FalscheStufe, match="gibt es nicht"):
        await amt.state(new_workflow("vorlage", KOMMUNE, SB, "nie"))


async def test_many_at_once_lose_nothing(amt: Amt) -> None:
    v = await entwurf(amt)
    antworten = await in_flight(*(amt.act(v, "bearbeiten", SB, betreff=f"B{n}") for n in range(30)))
    assert sorted(a.seq for a in antworten) == list(range(2, 32))
    z = await amt.until(v, lambda z: z.seq == 31)
    assert [e.seq for e in await amt.lm.register.entries(v)] == list(range(1, 32))
    assert z == await amt.state(v)


async def test_numbers_given_at_once_are_unique(amt: Amt) -> None:
    vorlagen = [await entwurf(amt) for _ in range(6)]
    await in_flight(*(amt.act(v, "einreichen", SB) for v in vorlagen))
    staende = [await amt.until(v, lambda z: z.nummer is not None) for v in vorlagen]
    assert len({z.nummer for z in staende}) == 6


async def test_what_is_closed_is_closed_until_it_is_taken_up_again(amt: Amt) -> None:
    v, _ = await ganzer_weg(amt)
    letzte = await amt.lm.register.seq(v)
    with pytest.raises(Geschlossen):
        await amt.act(v, "redaktionell_aendern", SB, betreff="x", grund="y")
    assert await amt.lm.register.seq(v) == letzte
    siegel = await amt.lm.seal_of(v)
    await amt.act(v, "wiederaufnehmen", LEITUNG, grund="Fehler im Beschluss", siegel=siegel)
    assert (await amt.state(v)).stufe == "in_beratung"
    await amt.act(v, "beratung_beenden", DIENST, grund="geprüft, bleibt so")
    await amt.lm.ended(v, 30)
    arten = [e.befehl["art"] for e in await amt.lm.register.entries(v)]
    assert arten[letzte:] == ["wiederaufnehmen", "beratung_beenden", "versiegelt"]
    assert amt.g.lager.versions(f"laufmappe:{v}") == ("v1", "v2")


async def test_a_forged_state_cannot_be_taken_up(amt: Amt) -> None:
    """Past every door, straight to the server: a state that does not fit the seal which the closing entry bears."""
    v, _ = await ganzer_weg(amt)
    z = await amt.lm.register.state(v)
    assert z is not None
    kern = kern_of(v)
    gefaelscht = z.model_copy(update={"betreff": "Gefälscht"})
    roh = {"art": "wiederaufnehmen", "schluessel": "f", "akteur": LEITUNG, "regelwerk": OHNE, "grund": "x", "siegel": z.siegel}
    befehl = complete(kern, z, kern.parse(roh), dt.datetime.now(dt.UTC), amt.g.regelwerke)
    with pytest.raises(Unplausibel, match="Siegel"):
        await Bote(amt.client, amt.g.regelwerke, TASK_QUEUE).send(v, befehl, versiegelt=Lauf(zustand=gefaelscht))


async def test_cancelling_from_outside_has_no_effect(amt: Amt) -> None:
    v = await entwurf(amt)
    await amt.client.get_workflow_handle(v).cancel()
    await amt.act(v, "einreichen", SB)
    beschreibung = await amt.client.get_workflow_handle(v).describe()
    assert beschreibung.status is WorkflowExecutionStatus.RUNNING


async def test_a_declined_request_is_undone_with_an_entry(amt: Amt) -> None:
    v = await freigegeben(amt)
    s = await amt.create("sitzung", "planen", DIENST, gremium="rat", beginn=spaeter(10))
    with pytest.raises(Unplausibel, match="keine Sitzung von SozA"):
        await amt.act(v, "anmelden", SB, sitzung=kennung(s), beratung=1)
    s = await amt.create("sitzung", "planen", DIENST, gremium="sozialausschuss", beginn=spaeter(10))
    await amt.act(v, "anmelden", SB, sitzung=kennung(s), beratung=1)
    await amt.until(s, lambda z: bool(z.anmeldungen))
    await amt.act(s, "anmeldung_ablehnen", DIENST, vorlage=kennung(v), grund="zu spät")
    z = await amt.until(v, lambda z: bool(z.hinweise))
    assert z.beratungen[0].angemeldet is None
    assert "zu spät" in z.hinweise[0]


async def test_a_case_that_is_not_there_is_refused(amt: Amt) -> None:
    v = await freigegeben(amt)
    with pytest.raises(Unbekannt, match="Eine Sitzung „gibt-es-nicht“ gibt es nicht"):
        await amt.act(v, "anmelden", SB, sitzung="gibt-es-nicht", beratung=1)


async def test_a_bug_is_met_before_anything_happens(amt: Amt, monkeypatch: pytest.MonkeyPatch) -> None:
    v = await entwurf(amt)

    def kaputt(self: Any, z: Any, wann: Any) -> Any:
        raise RuntimeError("ein Fehler von uns")

    with monkeypatch.context() as m:
        m.setattr(Bearbeiten, "perform", kaputt)
        with pytest.raises(Programmfehler, match="RuntimeError"):
            await amt.act(v, "bearbeiten", SB, betreff="Neu")
    await amt.act(v, "bearbeiten", SB, betreff="Neu")
    assert (await amt.state(v)).seq == 2


async def test_the_same_request_is_recognised_after_a_case_was_closed(amt: Amt) -> None:
    v = await freigegeben(amt)
    erste = await amt.lm.act(v, "redaktionell_aendern", SB, "vorher", betreff="Anders", grund="Tippfehler")
    await amt.act(v, "zurueckziehen", SB, grund="überholt")
    await amt.lm.ended(v, 30)
    await amt.act(v, "wiederaufnehmen", LEITUNG, grund="doch nicht")
    wieder = await amt.lm.act(v, "redaktionell_aendern", SB, "vorher", betreff="Anders", grund="Tippfehler")
    assert wieder.seq == erste.seq


async def test_a_paper_taken_up_again_learns_what_was_corrected_meanwhile(amt: Amt) -> None:
    v, s = await ganzer_weg(amt)
    await amt.act(s, "wiederaufnehmen", LEITUNG, grund="Zählfehler")
    await amt.act(s, "ergebnis_berichtigen", SCHRIFT, top=1, wortlaut="abgelehnt", grund="verzählt")
    await amt.until(s, lambda z: bool(z.hinweise))  # the paper is closed: it is only told when it is taken up again
    await amt.act(v, "wiederaufnehmen", LEITUNG, grund="Ergebnis berichtigt")
    z = await amt.state(v)
    assert (z.beratungen[0].behandlungen[0].beschluss.wortlaut, z.offen_gehalten) == ("abgelehnt", True)


async def test_minutes_are_kept_as_they_were_signed(amt: Amt) -> None:
    _, s = await ganzer_weg(amt)
    z = await amt.lm.register.state(s)
    assert isinstance(z, Sitzung)
    (kopie,) = z.ausfertigungen
    assert amt.lm.ablage.get(kopie.digest).startswith(b"%PDF")


async def test_a_request_becomes_a_task_of_its_own(amt: Amt) -> None:
    v = await freigegeben(amt)
    s = await eingeladen(amt, v)
    await amt.act(s, "eroeffnen", SCHRIFT)
    antwort = await amt.act(
        s, "auftrag_festhalten", SCHRIFT, top=1, verlangt="Übersicht", grundlage="bitte", von_wem="ein Mitglied"
    )
    a = f"auftrag/{KOMMUNE}/{antwort.antwort}"
    z = await amt.until(a, lambda z: z.seq == 1)
    assert (z.angenommen, z.vorlage) == (None, kennung(v))
    await amt.act(a, "ablehnen", LEITUNG, grund="nicht zuständig")
    await amt.lm.ended(a, 30)
    assert [zeile.stufe for zeile in await amt.lm.register.tasks_of(kennung(v))] == ["abgelehnt"]


async def test_operators_see_where_things_stand_and_nothing_more(amt: Amt) -> None:
    v = await freigegeben(amt)
    beschreibung = await amt.client.get_workflow_handle(v).describe()
    attribute = {p.key.name: p.value for p in beschreibung.typed_search_attributes}
    assert attribute["LaufmappeStufe"] == "freigegeben"
    assert attribute["LaufmappeKommune"] == KOMMUNE
    text = await _details(amt, v)
    assert "freigegeben" in text
    assert "Geheimwort" not in text + str(attribute)
    assert "p-sb" not in text


async def _details(amt: Amt, v: str) -> str:
    roh = await amt.client.get_workflow_handle(v).query("__temporal_workflow_metadata")
    text: str = roh.current_details
    return text


async def test_a_wrong_person_is_told_which_roles_may(amt: Amt) -> None:
    v = await entwurf(amt)
    with pytest.raises(NichtBefugt, match="Verwaltungsleitung"):
        await amt.act(v, "freigeben", AL)
    await amt.act(v, "einreichen", SB2)
