"""Taking a small, dirty town over through a real server: stopped halfway, killed, repeated; and compared with its source."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

import quelle_klein as klein
from conftest import SHARED
from haus import Haus
from oparl_schema import ORDNER, faults
from temporal import running
from test_uebernahme import DIENST, JETZT, SUBSET, rules
from uebernahme.bestand import our_objects
from uebernahme.lauf import Uebernahme
from uebernahme.ordner import read_folder
from uebernahme.plan import Plan
from uebernahme.planung import plan
from uebernahme.rahmen import Rahmen
from uebernahme.vergleich import compare

WER = ("--als-person", "p-5", "--als-stelle", "amt-1", "--als-rolle", "sitzungsdienst")


class Angehalten(Exception):
    """Somebody pulled the plug."""


@pytest.fixture
def altdorf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The town's source; its rules are the installation's."""
    quelle = klein.write(tmp_path / "quelle")
    rules(read_folder(quelle), tmp_path / "rw")
    monkeypatch.setattr("temporal.REGELWERKE", tmp_path / "rw")
    return quelle


async def test_a_run_that_is_stopped_goes_on_and_a_second_one_creates_nothing(altdorf: Path, tmp_path: Path) -> None:
    b = read_folder(altdorf)
    async with running(tmp_path / "daten") as amt:
        g = amt.g

        def planned() -> Plan:
            return plan(Rahmen(b, "altdorf", g.regelwerke, DIENST, JETZT))

        def stop(nr: int, von: int) -> None:
            if nr == 4:
                raise Angehalten

        with pytest.raises(Angehalten):
            await Uebernahme(amt.lm, DIENST, stop).run(planned(), "altdorf")
        halb = await g.register.workflows()
        assert halb
        e = await Uebernahme(amt.lm, DIENST).run(planned(), "altdorf")
        assert (e.gescheitert, len(e.neu) + len(e.schon)) == ({}, 9) and e.schon
        for fall in (*planned().papiere, *planned().sitzungen):
            if not fall.offen:
                await amt.lm.ended(fall.workflow, 30)
        vorher = await g.register.totals()
        nochmal = await Uebernahme(amt.lm, DIENST).run(planned(), "altdorf")
        assert (nochmal.neu, len(nochmal.schon), await g.register.totals()) == ([], 9, vorher)
        assert vorher["vorlage"] == 6 and vorher["sitzung"] == 3
        await _compared(amt.lm, b)
        await _goes_on(amt, planned())
        assert await g.register.check() == []


async def _compared(lm: Any, b: Any) -> None:
    unsere = await our_objects(lm.register, lm.regelwerke, "altdorf", "https://neu.example")
    v = compare(b, unsere)
    fehlt = {a.quelle for a in v.abweichungen}
    assert fehlt == {klein.url("meeting", "ohne")}, v.abweichungen  # it has no beginning, so it is no meeting here
    assert (v.genannt - v.gleich, v.zahlen["Consultation.meeting"].ins_leere) == (1, 1)
    if ORDNER.is_dir():
        assert [f for objekt in unsere for f in faults(objekt)] == []


async def _goes_on(amt: Any, p: Plan) -> None:
    """The meeting to come has the paper on its agenda, and the paper knows."""
    papier = next(f.workflow for f in p.papiere if f.quelle == klein.url("paper", 5))
    z = await amt.until(papier, lambda z: any(b.behandlungen for b in z.beratungen))
    assert (z.stufe.value, z.beratungen[0].status.value, z.nummer) == ("in_beratung", "geplant", "5/2021")
    pakete = [amt.g.package(f.workflow).is_dir() for f in (*p.papiere, *p.sitzungen)]
    assert pakete == [not f.offen for f in (*p.papiere, *p.sitzungen)]


async def test_a_number_that_the_town_has_given_stays_where_it_is(altdorf: Path, tmp_path: Path) -> None:
    b = read_folder(altdorf)
    async with running(tmp_path / "daten") as amt:
        p = plan(Rahmen(b, "altdorf", amt.g.regelwerke, DIENST, JETZT))
        eins = p.papiere[0]
        akteur = {"person": "p-1", "stelle": "amt-1", "rolle": "sachbearbeitung"}
        schritt = {"art": "entwerfen", "geschehen": "2019-01-02T09:00:00+01:00", "akteur": akteur, "vorlageart": "beschlussvorlage",
                   "betreff": "Die erste", "federfuehrend": "amt-1", "nummer": eins.nummer}  # fmt: skip
        erste = await amt.lm.create("vorlage", "altdorf", "nacherfassen", DIENST, "da", schritte=(schritt,))
        await amt.until(erste.vorgang, lambda z: z.nummer == eins.nummer)
        e = await Uebernahme(amt.lm, DIENST).run(p, "altdorf")
        assert (e.gescheitert, e.nummer_vergeben) == ({}, [eins.quelle])
        z: Any = await amt.lm.register.state(eins.workflow)
        assert (z.nummer, z.herkunft.referenz) == (None, "1/2019")


@pytest.mark.schwer
@pytest.mark.timeout(300)
def test_an_administrator_takes_a_town_over(tmp_path: Path) -> None:
    quelle, rw = klein.write(tmp_path / "quelle"), tmp_path / "rw"
    haus = Haus(tmp_path / "daten")
    haus.umgebung |= {"LAUFMAPPE_REGELWERK": str(rw), "LAUFMAPPE_KOMMUNE": "altdorf"}
    entwurf = haus.ok("uebernehmen", str(quelle), "--entwurf", str(rw))
    assert entwurf["datei"].endswith("altdorf_2019-02-07.toml") or entwurf["datei"].endswith("altdorf_2019-01-20.toml")
    noch_einmal = haus.run("uebernehmen", str(quelle), "--entwurf", str(rw))
    assert (noch_einmal.returncode, "gibt es schon" in noch_einmal.stderr) == (2, True)
    haus.up()
    try:
        fremd = haus.run("uebernehmen", str(quelle), "--kommune", "anderswo", *WER)
        assert (fremd.returncode, "--entwurf" in fremd.stderr) == (2, True)
        ohne = haus.run("uebernehmen", str(quelle))
        assert (ohne.returncode, "wer übernimmt" in ohne.stderr) == (2, True)
        probe = haus.ok("uebernehmen", str(quelle), "--probe", *WER)
        assert (probe["vorlagen"]["neu"], haus.ok("vorlage", "list")) == (0, [])
        assert haus.down(signal.SIGKILL) == -signal.SIGKILL
        haus.up()
        bericht = haus.ok("uebernehmen", str(quelle), *WER)
        assert (bericht["vorlagen"]["neu"], bericht["sitzungen"]["neu"], bericht["ablage"] is not None) == (6, 3, True)
        beiwerk = tmp_path / "daten" / "uebernahme" / "altdorf"
        assert json.loads((beiwerk / "bericht.json").read_text(encoding="utf-8"))["vorlagen"]["neu"] == 6
        assert "Die Freien" in (beiwerk / "uebrige.jsonl").read_text(encoding="utf-8")
        vergleich = haus.run("vergleichen", str(quelle), "--json")
        ergebnis = json.loads(vergleich.stdout)
        assert (vergleich.returncode, ergebnis["genannt"] - ergebnis["gleich"]) == (1, 1)
        text = haus.run("vergleichen", str(quelle))
        assert "Angaben gleich" in text.stdout and "Irgendwann" in text.stdout
    finally:
        haus.down()


@pytest.mark.schwer
@pytest.mark.timeout(600)
async def test_the_neighbour_town_says_the_same_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not SUBSET.is_dir():
        pytest.skip(f"Die Daten von Hürtgenwald ({SHARED.name}/data/oparl-huertgenwald) liegen hier nicht.")
    b = read_folder(SUBSET)
    rules(b, tmp_path / "rw", "huertgenwald")
    monkeypatch.setattr("temporal.REGELWERKE", tmp_path / "rw")
    async with running(tmp_path / "daten") as amt:
        e = await Uebernahme(amt.lm, DIENST).run(plan(Rahmen(b, "huertgenwald", amt.g.regelwerke, DIENST, JETZT)), "huertgenwald")
        assert (len(e.neu), e.gescheitert) == (402, {})
        v = compare(b, await our_objects(amt.lm.register, amt.lm.regelwerke, "huertgenwald", None))
        assert (v.gleich, v.abweichungen) == (v.genannt, [])
