"""What was deleted by order is not handed over, and says so: on a real server, before and after the offer."""

import zipfile
from pathlib import Path

import pytest

from archive.aufbau import object_id
from aussonderung import behaelter, nachricht, pruefung, quelle, xml
from aussonderung.nachricht import Briefkopf
from rathaus import ARCHIV, DIENST, LEITUNG
from temporal import Amt, running
from wege import closed_past
from welt import wer

WORT = "Pflanzwort"
ZWEITE = wer("p-zweite", "verwaltungsleitung", "verwaltungsleitung")
KOPF = Briefkopf("Musterstadt", "A 10", "Stadtarchiv")
BALD = ("--dynamic-config-value", 'history.transferProcessorUpdateAckInterval="1s"')
"""So that the server deletes a history soon."""
pytestmark = pytest.mark.xdist_group("temporal")
GRUND = {"rechtsgrund": "Art. 17 DSGVO", "angeordnet_von": "Datenschutzbeauftragte"}


async def delete(amt: Amt, v: str, kennung: str, *felder: str) -> None:
    stellen = [{"seq": 1, "felder": felder}]
    await amt.act(v, "loeschung_beantragen", LEITUNG, kennung=kennung, stellen=stellen, **GRUND)
    await amt.act(v, "loeschung_bestaetigen", ZWEITE, kennung=kennung)
    await amt.until(v, lambda z: z.siegel is not None and z.loeschungen[-1].vollzogen_am is not None)
    await amt.lm.ended(v, 30)


@pytest.mark.schwer
@pytest.mark.parametrize("wann", ["vor dem Angebot", "nach der Bewertung"])
async def test_what_was_deleted_is_not_handed_over(tmp_path: Path, wann: str) -> None:
    async with running(tmp_path / "daten", extra=BALD) as amt:
        abschnitt = amt.lm.store_section("Sachlage", f"{WORT} im Text.\n").model_dump()
        v = await amt.create("vorlage", "nacherfassen", DIENST, schritte=closed_past([abschnitt], f"{WORT} im Betreff"))
        await amt.lm.ended(v, 30)
        if wann == "vor dem Angebot":
            await delete(amt, v, "l1", "betreff", "abschnitte")
        a = await amt.create("aussonderung", "anbieten", DIENST, stichtag="2026-01-01", vorgaenge=(v,))
        z = await amt.until(a, lambda z: z.seq > 0)
        verzeichnis = {
            "prozess": z.id,
            "bewertungen": [{"objekt": z.angebote[0].objekt, "art": "A"}],
            "datei": amt.lm.store_document(b"0502").model_dump(),
        }
        await amt.act(a, "bewertung_uebernehmen", ARCHIV, verzeichnis=verzeichnis, herkunft="Test")
        if wann != "vor dem Angebot":
            await delete(amt, v, "l1", "betreff", "abschnitte")
        z = await amt.until(a, lambda z: z.stufe == "bewertet")
        roh, dateien = nachricht.transfer(
            z, KOPF, lambda angebot: quelle.read(amt.g.lager, object_id(angebot.vorgang), angebot.vorgang), lambda s, zeit: s
        )
        pfad, _ = behaelter.write(tmp_path, z.id, roh, dateien)
        assert pruefung.check_files([pfad]) == []
        with zipfile.ZipFile(pfad) as container:
            assert not any(WORT.encode() in container.read(name) for name in container.namelist())
        wurzel = xml.parse(roh)
        assert "entwerfen (Inhalt gelöscht)" in xml.texts(wurzel, ".//x:HistorienProtokollInformation/x:Aktion")
        assert "[gelöscht]" in xml.texts(wurzel, ".//x:Vorgang/x:AllgemeineMetadaten/x:Betreff")
        assert z.angebote[0].geschlossen_am.isoformat() == "2009-04-02", "die Löschung verlängert nichts"
