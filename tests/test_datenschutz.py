"""What is kept of somebody is found wherever it stands, and forgotten in all cases by one order."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

import datenschutz
from activities import fallschluessel
from kommandozeile import ansicht_loeschung
from lifecycle.ablehnung import NichtBefugt, Unbekannt
from rathaus import DIENST, LEITUNG
from temporal import BALD_WEG, KOMMUNE, Amt, running
from test_loeschung import ZWEITE, found_in_files
from wege import ganzer_weg

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("temporal")]
NAME = "Wiebke Quappendorf"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def amt(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Amt]:
    with pytest.MonkeyPatch.context() as m:
        m.setattr(fallschluessel, "NACHSEHEN", 0.2)
        async with running(tmp_path_factory.mktemp("daten"), extra=BALD_WEG) as amt:
            yield amt


async def test_one_order_forgets_somebody_in_every_case(amt: Amt, capsys: Any) -> None:
    abschnitt = amt.lm.store_section("Sachlage", f"Frau {NAME} hat angerufen.\n")
    v, s = await ganzer_weg(amt, betreff=f"Eingabe von {NAME}", abschnitte=[abschnitt.model_dump()])
    await amt.until(v, lambda z: z.siegel is not None)
    funde = await datenschutz.search(amt.lm, KOMMUNE, NAME)
    assert {f.vorgang for f in funde} == {v, s}, "die Sitzung führt eine Abschrift"
    assert any(f.dokumente for f in funde)
    ansicht_loeschung.places(funde, json_=False)
    gezeigt = capsys.readouterr().out
    assert NAME not in gezeigt
    assert "abschnitte.0.digest" in gezeigt
    stellen = datenschutz.by_case(funde)
    await datenschutz.request(amt.lm, stellen, LEITUNG, "l-7", "Art. 17 DSGVO", "Datenschutzbeauftragte")
    with pytest.raises(NichtBefugt):
        await datenschutz.decide(amt.lm, KOMMUNE, LEITUNG, "l-7", "loeschung_bestaetigen")
    await datenschutz.decide(amt.lm, KOMMUNE, ZWEITE, "l-7", "loeschung_bestaetigen")
    for fall in (v, s):
        await amt.until(fall, lambda z: bool(z.loeschungen) and z.loeschungen[-1].vollzogen_am is not None)
    assert await datenschutz.search(amt.lm, KOMMUNE, NAME) == []
    for fall in (v, s):
        await amt.lm._bote.ended(fall, 60)
    assert found_in_files(amt, NAME, "Quappendorf") == []
    assert await amt.g.register.check() == []
    alle = await datenschutz.orders(amt.lm, KOMMUNE)
    assert {w for w, _ in alle} == {v, s}
    capsys.readouterr()
    ansicht_loeschung.orders(alle, json_=True)
    assert [o["kennung"] for o in json.loads(capsys.readouterr().out)] == ["l-7", "l-7"]


async def test_an_order_that_there_is_not_cannot_be_decided(amt: Amt) -> None:
    with pytest.raises(Unbekannt, match="loeschung list"):
        await datenschutz.decide(amt.lm, KOMMUNE, ZWEITE, "gibts-nicht", "loeschung_bestaetigen")


async def test_who_acted_is_found_by_the_id(amt: Amt) -> None:
    funde = await datenschutz.search(amt.lm, KOMMUNE, DIENST.person)
    assert funde
    assert all("akteur.person" in f.felder for f in funde if f.art in ("planen", "einladen"))
