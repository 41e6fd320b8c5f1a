"""Forgetting: after a deletion the planted words are nowhere, and everything still proves itself."""

import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from activities import fallschluessel
from archive.paket import NACHWEIS
from beweis.nachrechnung import Nachrechnung
from beweis.pruefpunkt import Nachweis
from lifecycle.ablehnung import NichtBefugt, Unbekannt, Unplausibel, Veraltet
from nachgeprueft import unproven
from rathaus import AL, DIENST, LEITUNG, SB
from register.vergessen import places
from schemas.loeschung import Loeschstelle
from temporal import BALD_WEG, KOMMUNE, Amt, replay, running
from wege import entwurf, ganzer_weg
from welt import wer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("temporal")]
WORT, WORT2, WORT3, WORT4 = "Xylophonkasten", "Quittenmarmelade", "Ypsilonschiene", "Zwergpinscherzucht"
PERSON = "q-zwiebelfisch"
ZWEITE = wer("p-bm2", "verwaltungsleitung", "verwaltungsleitung")
GRUND = {"rechtsgrund": "Art. 17 Abs. 1 Buchst. d DSGVO", "angeordnet_von": "Datenschutzbeauftragte"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def amt(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Amt]:
    with pytest.MonkeyPatch.context() as m:
        m.setattr(fallschluessel, "NACHSEHEN", 0.2)
        async with running(tmp_path_factory.mktemp("daten"), extra=BALD_WEG) as amt:
            yield amt


def found_in_files(amt: Amt, *worte: str) -> list[str]:
    """Files of the data folder and of the keys that hold one of the words: databases, packages, documents, mail, logs."""
    treffer = []
    for ordner in (amt.g.einstellungen.daten, amt.g.einstellungen.schluessel):
        for datei in ordner.rglob("*"):
            if datei.is_file():
                roh = datei.read_bytes()
                treffer += [f"{datei.relative_to(ordner)}: {w}" for w in worte if w.encode() in roh]
    return treffer


async def delete(amt: Amt, workflow: str, text: str, kennung: str = "l1") -> Any:
    stellen = places(await amt.g.register.heads(workflow), text)
    assert stellen
    await amt.act(workflow, "loeschung_beantragen", LEITUNG, kennung=kennung, stellen=[s.model_dump() for s in stellen], **GRUND)
    await amt.act(workflow, "loeschung_bestaetigen", ZWEITE, kennung=kennung)
    return await amt.until(workflow, lambda z: bool(z.loeschungen) and z.loeschungen[-1].vollzogen_am is not None)


async def whole(amt: Amt, workflow: str) -> Nachrechnung:
    rechnung = Nachrechnung(workflow)
    for kopf, inhalt in await amt.g.register.heads(workflow):
        rechnung.add(kopf, inhalt)
    assert rechnung.funde + rechnung.unrecorded() == []
    return rechnung


@pytest.mark.schwer
async def test_of_a_closed_paper_nothing_is_left_but_the_proof(amt: Amt) -> None:
    abschnitt = amt.lm.store_section("Sachlage", f"Betroffen ist {WORT}.\n")
    v, s = await ganzer_weg(amt, betreff=f"Antrag von {WORT}", abschnitte=[abschnitt.model_dump()])
    await amt.until(v, lambda z: z.siegel is not None)
    alt = [kopf.hash() for kopf, _ in await amt.g.register.heads(v)]
    assert found_in_files(amt, WORT)
    anderswo = places(await amt.g.register.heads(s), WORT)
    stellen = places(await amt.g.register.heads(v), WORT)
    stellen = (Loeschstelle(seq=1, felder=("abschnitte",)), *stellen)
    await amt.act(v, "loeschung_beantragen", LEITUNG, kennung="l1", stellen=[s.model_dump() for s in stellen], **GRUND)
    await amt.act(v, "loeschung_bestaetigen", ZWEITE, kennung="l1")
    z = await amt.until(v, lambda z: z.siegel is not None and z.loeschungen[-1].vollzogen_am is not None)
    assert z.betreff == "[gelöscht]"
    if anderswo:
        await delete(amt, s, WORT)
    await amt.lm._bote.ended(v, 30)
    assert [kopf.hash() for kopf, _ in await amt.g.register.heads(v)][: len(alt)] == alt, "die Köpfe sind dieselben"
    assert (await whole(amt, v)).vergessen
    assert await amt.g.register.check() == []
    assert found_in_files(amt, WORT) == []
    for fassung in amt.g.lager.versions(f"laufmappe:{v}"):
        Nachweis.parse(amt.g.lager.read(f"laufmappe:{v}", NACHWEIS, fassung).decode())
    urteil = subprocess.run(
        [Path(sys.executable).parent / "ocfl-validate.py", "-q", amt.g.package(v)], capture_output=True, text=True, check=False
    )
    assert "INVALID" not in urteil.stdout + urteil.stderr
    assert unproven(amt.g, KOMMUNE, amt.g.package(v)) == []


async def test_a_paper_that_goes_on_forgets_and_goes_on(amt: Amt) -> None:
    v = await entwurf(amt, betreff=f"Beschwerde {WORT2}")
    await amt.act(v, "einreichen", SB)
    z = await delete(amt, v, WORT2)
    assert z.betreff == "[gelöscht]"
    assert found_in_files(amt, WORT2) == []
    await amt.act(v, "mitzeichnen", SB, antwort="mitgezeichnet")
    await amt.act(v, "mitzeichnen", AL, antwort="mitgezeichnet")
    assert await amt.g.register.check() == []
    await whole(amt, v)
    laeufe = [w async for w in amt.client.list_workflows(f"WorkflowId = '{v}'")]
    assert len(laeufe) == 1, "frühere Läufe sind gelöscht"
    await replay(await amt.settled(v))


async def test_a_person_is_forgotten(amt: Amt) -> None:
    v = await entwurf(amt)
    await amt.act(v, "einreichen", wer(PERSON, "a-46", "sachbearbeitung"))
    await delete(amt, v, PERSON)
    assert found_in_files(amt, PERSON) == []
    eintrag = (await amt.g.register.entries(v))[1]
    assert eintrag.befehl["akteur"]["person"] == "geloescht"  # type: ignore[index,call-overload]  # an actor


async def test_one_person_alone_deletes_nothing(amt: Amt) -> None:
    v = await entwurf(amt)
    stellen = [Loeschstelle(seq=1, felder=("betreff",))]
    with pytest.raises(NichtBefugt):
        await amt.act(v, "loeschung_beantragen", SB, kennung="l1", stellen=[s.model_dump() for s in stellen], **GRUND)
    await amt.act(v, "loeschung_beantragen", LEITUNG, kennung="l1", stellen=[s.model_dump() for s in stellen], **GRUND)
    with pytest.raises(NichtBefugt, match="zweite Person"):
        await amt.act(v, "loeschung_bestaetigen", LEITUNG, kennung="l1")
    with pytest.raises(Unbekannt):
        await amt.act(v, "loeschung_bestaetigen", ZWEITE, kennung="l2")
    await amt.act(v, "loeschung_ablehnen", ZWEITE, kennung="l1", grund="Aufbewahrungspflicht")
    with pytest.raises(Unbekannt):
        await amt.act(v, "loeschung_bestaetigen", ZWEITE, kennung="l1")
    z = await amt.g.register.state(v)
    assert z.betreff != "[gelöscht]"  # type: ignore[union-attr]  # a paper


async def test_what_the_course_rests_on_is_not_deleted(amt: Amt) -> None:
    v = await entwurf(amt)
    await amt.act(v, "einreichen", SB)
    for stelle, satz in (
        ({"seq": 1, "felder": ["gibtsnicht"]}, "hat kein Feld"),
        ({"seq": 9, "felder": ["betreff"]}, "hat kein Feld"),
        ({"seq": 1, "felder": ["beratungsfolge"]}, "trägt den Ablauf"),
    ):
        with pytest.raises(Unplausibel, match=satz):
            await amt.act(v, "loeschung_beantragen", LEITUNG, kennung="l9", stellen=[stelle], **GRUND)


async def test_meanwhile_nothing_else_is_taken(amt: Amt) -> None:
    """What comes while it is deleted is refused with a sentence, or done before or after; never lost."""
    v = await entwurf(amt, betreff=f"Noch einmal {WORT3}")
    stellen = places(await amt.g.register.heads(v), WORT3)
    await amt.act(v, "loeschung_beantragen", LEITUNG, kennung="l1", stellen=[s.model_dump() for s in stellen], **GRUND)
    await amt.act(v, "loeschung_bestaetigen", ZWEITE, kennung="l1")
    with contextlib.suppress(Veraltet):
        await amt.act(v, "abweichung_festhalten", SB, regel="zwischendurch", grund="x")
    await amt.until(v, lambda z: z.loeschungen[-1].vollzogen_am is not None)
    await amt.act(v, "bearbeiten", SB, betreff="Neuer Betreff")
    assert (await amt.until(v, lambda z: z.betreff == "Neuer Betreff")).stufe == "entwurf"
    assert await amt.g.register.check() == []


async def test_a_case_taken_up_again_after_a_deletion(amt: Amt) -> None:
    v, _ = await ganzer_weg(amt, betreff=f"Fall {WORT4}")
    await amt.until(v, lambda z: z.siegel is not None)
    await delete(amt, v, WORT4)
    await amt.lm._bote.ended(v, 30)
    await amt.act(v, "wiederaufnehmen", DIENST, grund="Nachtrag")
    assert (await amt.g.register.state(v)).siegel is None  # type: ignore[union-attr]  # it is there
    assert KOMMUNE in v
