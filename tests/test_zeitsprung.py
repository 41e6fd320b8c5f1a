"""The workflows on the time-skipping server: what takes weeks takes no time. Outages are tested on the real server only."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from activities.bote import Bote
from activities.treffen import Treffen
from lifecycle.kern import complete
from lifecycle.kerne import kern_of
from rathaus import AL, DIENST, LEITUNG, SACHLAGE, SB, SB2, SCHRIFT
from schemas.befehl import Quittung
from schemas.regelwerk import Regelwerke
from welt import OHNE
from worker import TASK_QUEUE
from zeitsprung import FELDER, Gedaechtnis, Kreis, at_work, nie, server

WOCHE = dt.timedelta(days=7)
EINE_MINUTE = dt.timedelta(minutes=1)


@pytest_asyncio.fixture
async def stadt(muster: Regelwerke) -> AsyncIterator[tuple[Bote, Gedaechtnis, WorkflowEnvironment]]:
    """A town in which no case ever answers another."""
    async with server() as umgebung, at_work(umgebung, muster, nie) as merker:
        yield Bote(umgebung.client, muster, TASK_QUEUE), merker, umgebung


@pytest_asyncio.fixture
async def kreis(muster: Regelwerke) -> AsyncIterator[Kreis]:
    """A town in which they do, on the server's own clock."""
    async with server() as umgebung:
        kreis = Kreis(umgebung, muster)
        async with at_work(umgebung, muster, Treffen(kreis.bote, muster, kreis.now).meeting) as kreis.merker:
            yield kreis


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
    await merker.shows(v, (await give(bote, muster, v, "bearbeiten", SB, 2, betreff="nach einem Jahr")).seq)
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
    """A member asks for an overview for the next meeting, with the schools committee: asked, accepted, reminded, drafted, answered
    by way of the schools committee, confirmed. The draft opens by itself."""
    s1, s2, schule = (f"sitzung/kreisstadt/{s}" for s in ("s1", "s2", "schule"))
    erste = await kreis.wednesday(30)
    await kreis.do(s1, "planen", DIENST, gremium="sozialausschuss", beginn=erste)
    await kreis.einberufen(s1)
    await kreis.eroeffnet(s1)
    a = await asked_for(kreis, s1)
    v = await drafted(kreis, a)
    await kreis.do(schule, "planen", DIENST, gremium="schulausschuss", beginn=erste + 4 * WOCHE)
    frist = await due_for_a_meeting_that_moves(kreis, a, s2, erste + 9 * WOCHE)
    await signed_at_the_last_moment(kreis, v)

    # the schools committee first: it takes note, and that is no answer to the one that asked
    top = await kreis.aufgesetzt(v, schule)
    await kreis.einberufen(schule)
    await kreis.eroeffnet(schule)
    await kreis.do(schule, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    z = await kreis.until(a, lambda z: z.folgevorlagen[0].offen == ("sozialausschuss",))
    assert [(s.gremium, s.wortlaut) for s in z.folgevorlagen[0].stationen] == [("schulausschuss", "zur Kenntnis genommen")]
    assert (z.stufe, z.vorgeschlagen, z.fristen[1].ausgang) == ("zugewiesen", None, None)
    await kreis.beendet(schule)

    # then the committee that asked: nothing is announced there yet, so the office is reminded
    await kreis.bis(frist.erinnern + EINE_MINUTE)
    await kreis.until(a, lambda z: z.fristen[1].erinnert is not None)
    top = await kreis.aufgesetzt(v, s2, beratung=2)
    z = await kreis.until(a, lambda z: z.fristen[1].ausgang is not None)
    assert (z.fristen[1].ausgang, z.stufe) == ("eingehalten", "zugewiesen")  # in time is who hands in, not who is heard
    await kreis.einberufen(s2)
    await kreis.eroeffnet(s2)
    await kreis.do(s2, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    z = await kreis.until(a, lambda z: z.stufe == "erledigt_gemeldet")
    assert z.vorgeschlagen == f"Vorlage {kreis.state(v).nummer}: zur Kenntnis genommen"
    assert z.siegel is None and not {"erledigt_melden", "versiegelt"} & set(kreis.arten(a))  # proposed, by nobody's act
    await kreis.beendet(s2)
    assert (await kreis.until(v, lambda z: z.siegel is not None)).stufe == "abgeschlossen"
    assert kreis.state(a).stufe == "erledigt_gemeldet"  # only the secretariat ends it
    await kreis.do(a, "erledigung_bestaetigen", DIENST)
    ende = await kreis.umgebung.client.get_workflow_handle(a).result()
    assert ende["seq"] == len(kreis.merker.eintraege[a])
    await its_calendar_is_told(kreis, a)
    as_it_happened(kreis, a, v, (s1, schule, s2))


async def asked_for(kreis: Kreis, s: str) -> str:
    """The Bitte of the main case; its workflow."""
    bitte = {
        "verlangt": "Übersicht und Sachstand zur Situation der Quereinsteiger_innen",
        "grundlage": "bitte",
        "von_wem": "ein Mitglied",
        "faellig_sitzung": "sozialausschuss",
        "unter_einbeziehung": ["schulausschuss"],
        "ferner": ["Kommunen als Schulträger einbinden"],
        "bericht": True,
    }
    a = f"auftrag/kreisstadt/{(await kreis.do(s, 'auftrag_festhalten', SCHRIFT, top=1, **bitte)).antwort}"
    z = await kreis.until(a, lambda z: z.seq > 0)
    assert (z.stufe, z.angenommen, z.termin, z.entwurf) == ("vorgemerkt", None, None, None)
    await kreis.beendet(s)
    return a


async def drafted(kreis: Kreis, a: str) -> str:
    """The draft that the task opens once it is accepted and an office has it; its workflow."""
    await kreis.do(a, "annehmen", LEITUNG)
    assert kreis.state(a).entwurf is None  # accepted, but nobody's yet
    await kreis.do(a, "zuweisen", DIENST, stelle="a-46")
    v = f"vorlage/kreisstadt/{kreis.state(a).entwurf}"
    z = await kreis.until(v, lambda z: z.seq > 0)
    assert (z.stufe, z.vorlageart, z.federfuehrend.id) == ("entwurf", "mitteilungsvorlage", "a-46")
    assert [b.gremium.id for b in z.beratungen] == ["schulausschuss", "sozialausschuss"]
    assert z.betreff == kreis.state(a).angaben.verlangt
    z = await kreis.until(a, lambda z: bool(z.folgevorlagen))
    assert (z.folgevorlagen[0].vorlage, z.folgevorlagen[0].offen) == (z.entwurf, ("schulausschuss", "sozialausschuss"))
    return v


async def due_for_a_meeting_that_moves(kreis: Kreis, a: str, s: str, beginn: dt.datetime) -> Any:
    """The task's deadline, once the next meeting has been planned and then moved by a week."""
    await kreis.do(s, "planen", DIENST, gremium="sozialausschuss", beginn=beginn)
    z = await kreis.until(a, lambda z: z.termin is not None)
    (frist,) = z.fristen
    assert "zum Vorlagenschluss der Sitzung am" in frist.regel
    await kreis.do(s, "verlegen", DIENST, beginn=beginn + WOCHE, grund="Saal belegt")
    z = await kreis.until(a, lambda z: len(z.fristen) == 2)
    assert [f.ausgang for f in z.fristen] == ["entfallen", None]
    assert z.fristen[1].faellig - frist.faellig >= WOCHE - dt.timedelta(hours=1)  # the clocks may change in between
    return z.fristen[1]


async def signed_at_the_last_moment(kreis: Kreis, v: str) -> None:
    """The draft written and signed; the last office signs when it has been reminded."""
    await kreis.do(v, "bearbeiten", SB, abschnitte=(SACHLAGE,))
    await kreis.do(v, "einreichen", SB)
    await kreis.do(v, "mitzeichnen", SB2)
    await kreis.do(v, "mitzeichnen", AL)
    await kreis.bis(kreis.state(v).fristen[-1].erinnern + EINE_MINUTE)
    await kreis.until(v, lambda z: z.fristen[-1].erinnert is not None)
    await kreis.freigegeben(v)


async def its_calendar_is_told(kreis: Kreis, a: str) -> None:
    """The committee's calendar had it as waiting until it was done."""
    g = "gremium/kreisstadt/sozialausschuss"
    await kreis.until(g, lambda z: not z.wartende)
    gesagt = [e.befehl.get("offen", True) for e in kreis.merker.eintraege[g] if e.befehl["art"] == "auftrag_wartet"]
    assert gesagt == [True, False]


def as_it_happened(kreis: Kreis, a: str, v: str, sitzungen: tuple[str, str, str]) -> None:
    """Everything in its order, every deadline with its outcome, and each rang as often as it should."""
    arten = kreis.arten(a)
    gemeldet = arten.count("folgevorlage_gemeldet")
    assert [art for art in arten if art != "folgevorlage_gemeldet"] == [
        *("vormerken", "annehmen", "zuweisen", "sitzung_genannt", "sitzung_genannt", "frist_erinnert"),
        *("erledigung_bestaetigen", "versiegelt"),
    ]
    assert gemeldet >= 6  # drafted, numbered, released, put to either committee, noted in either
    s1, schule, s2 = sitzungen
    wann = [
        moment(kreis, s1, "auftrag_festhalten"),
        moment(kreis, v, "entwerfen"),
        moment(kreis, v, "frist_erinnert"),
        moment(kreis, v, "freigeben"),
        moment(kreis, schule, "ergebnis"),
        moment(kreis, a, "frist_erinnert"),
        moment(kreis, s2, "ergebnis"),
        moment(kreis, a, "erledigung_bestaetigen"),
    ]
    assert wann == sorted(wann)
    assert [f.ausgang for f in kreis.state(v).fristen] == ["eingehalten"] * 3
    assert [f.erinnert is not None for f in kreis.state(v).fristen] == [False, False, True]
    for s in sitzungen:
        assert {f.id: f.ausgang for f in kreis.state(s).fristen if f.ausgang != "entfallen"} == {
            "vorlagenschluss": "abgelaufen",
            "antragsschluss": "abgelaufen",
            "ladung": "eingehalten",
        }
        assert kreis.arten(s).count("frist_abgelaufen") == 2 and kreis.state(s).abweichungen == ()


def moment(kreis: Kreis, w: str, art: str) -> dt.datetime:
    """When the case's only entry of that kind was written."""
    (eintrag,) = [e for e in kreis.merker.eintraege[w] if e.befehl["art"] == art]
    return eintrag.zeit
