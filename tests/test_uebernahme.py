"""Planning to take a town's records over: dirty sources, drafted rules, steps that the engine takes; nothing dropped, nothing raised."""

import datetime as dt
import functools
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import quelle_klein as klein
import regelwerk
from conftest import SHARED
from lifecycle.ablehnung import Unplausibel
from lifecycle.kerne import ARTEN
from lifecycle.sitzung.folgen import copies_for
from lifecycle.vorlage.beratung import taken
from oparl.kommune import organizations
from oparl.kontext import Kontext
from oparl.vorgang import of_case
from schemas.akteur import Akteur, Rolle
from schemas.beratung import Klasse
from schemas.regelwerk import Regelwerk, Regelwerke
from uebernahme import bericht, netz
from uebernahme.entwurf import ags, draft
from uebernahme.lauf import Ergebnis
from uebernahme.ordner import read_folder
from uebernahme.plan import JE_BEFEHL, Plan, in_commands
from uebernahme.planung import plan
from uebernahme.planung_sitzung import hidden
from uebernahme.quelle import OHNE_PUNKT, OHNE_SITZUNG, Bestand, read
from uebernahme.rahmen import Rahmen
from uebernahme.vergleich import compare
from uebernahme.wortlaute import classify

DIENST = Akteur(person="p-5", stelle="amt-1", rolle=Rolle.SITZUNGSDIENST)
JETZT = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
SUBSET = SHARED / "data" / "oparl-huertgenwald" / "subset"


def rules(b: Bestand, ordner: Path, kommune: str = "altdorf") -> Regelwerke:
    """The draft, read as an installation would."""
    text = draft(b, kommune)
    tag = next(zeile.split(" = ")[1] for zeile in text.splitlines() if zeile.startswith("gueltig_ab"))
    ordner.mkdir(exist_ok=True)
    (ordner / f"{kommune}_{tag}.toml").write_text(text, encoding="utf-8")
    return regelwerk.load(ordner, arten=ARTEN)


@pytest.fixture
def bestand(tmp_path: Path) -> Bestand:
    return read_folder(klein.write(tmp_path / "quelle"))


@pytest.fixture
def vorhaben(bestand: Bestand, tmp_path: Path) -> Plan:
    return plan(Rahmen(bestand, "altdorf", rules(bestand, tmp_path / "rw"), DIENST, JETZT))


def first(p: Plan, nr: int) -> dict[str, Any]:
    """The step that creates what paper ``nr`` becomes."""
    return next(f.befehle[0][0] for f in p.papiere if f.quelle == klein.url("paper", nr))


def items(p: Plan, sitzung: str) -> list[dict[str, Any]]:
    fall = next(f for f in p.sitzungen if f.quelle == klein.url("meeting", sitzung))
    return [s for befehl in fall.befehle for s in befehl if s["art"] == "punkt_uebernehmen"]


# --- the rules -------------------------------------------------------------------------------------------------------------


def test_the_draft_states_what_the_source_states(bestand: Bestand, tmp_path: Path) -> None:
    (rw,) = rules(bestand, tmp_path / "rw").alle
    assert (rw.name, rw.ags, rw.land) == ("Gemeinde Altdorf", "05358016", "NW")
    assert {g.id: g.bis for g in rw.gremien} == {"gr": None, "bauausschuss": dt.date(2019, 12, 31), "nicht-angegeben": None}
    assert [s.id for s in rw.stellen] == ["amt-1"]
    assert {a.name for a in rw.vorlagearten} == {"Beschlussvorlage", "Mitteilungsvorlage", "Kuriosum"}
    assert [(r.name, r.entscheidet) for r in rw.rollen] == [("Vorberatung", False)]
    assert rw.nummerierung is not None and rw.nummerierung.muster == "{nr}/{jahr}"


@pytest.mark.parametrize(("angabe", "soll"), [("5358016", "05358016"), ("05358016", "05358016"), ("5334", "05334"), ("x", None)])
def test_an_ags_gets_its_zero_back(angabe: str, soll: str | None) -> None:
    assert ags(read({"body": [{"id": "b", "ags": angabe}]}, JETZT)) == soll


@pytest.mark.parametrize(
    ("wortlaut", "klasse"),
    [
        ("einstimmig, 0 Enthaltungen ", Klasse.ADOPTED),
        ("Mehrheitlich beschlossen", Klasse.ADOPTED),
        ("geändert beschlossen", Klasse.ADOPTED_CHANGED),
        ("ungeändert beschlossen", Klasse.ADOPTED),
        ("Der Ausschuss nimmt die Vorlage zur Kenntnis.", Klasse.NOTED),
        ("vertagt", Klasse.DEFERRED),
        ("in den Bauausschuss verwiesen", Klasse.REFERRED),
        ("mehrheitlich abgelehnt", Klasse.REJECTED),
        ("von der Verwaltung zurückgezogen", Klasse.WITHDRAWN),
        ("abgesetzt", Klasse.REMOVED),
        ("Ohne, da Mitteilungsvorlage. ", Klasse.NONE),
        ("10 Ja-Stimmen, 13 Nein-Stimmen, 1 Enthaltung", Klasse.REJECTED),
        ("5 Ja, 5 Nein", Klasse.REJECTED),
        ("12x ja, 1x nein", Klasse.ADOPTED),
        ("a) einstimmig, 0 Enthaltungenb) 4 Ja-Stimmen, 10 Nein-Stimmen", None),
        (klein.TABELLE, None),
        (klein.TABELLE + " Damit ist der Antrag abgelehnt.", Klasse.REJECTED),
        ("wie besprochen", None),
    ],
)
def test_a_wording_is_read_by_the_table_or_not_at_all(wortlaut: str, klasse: Klasse | None) -> None:
    assert classify(wortlaut) is klasse


# --- the plan --------------------------------------------------------------------------------------------------------------


def test_a_paper_on_two_agendas_ends_with_both(vorhaben: Plan) -> None:
    fall = next(f for f in vorhaben.papiere if f.quelle == klein.url("paper", 1))
    erste, *danach = fall.befehle[0]
    assert erste["betreff"] == "Spielplatz\nhier: Planung " and erste["nummer"] == "1/2019"
    assert [(s["gremien"], s.get("rolle")) for s in erste["stationen"]] == [(["bauausschuss"], "Vorberatung"), (["gr"], None)]
    assert [s["stand"]["beschluss"]["wortlaut"] for s in danach] == ["einstimmig empfohlen ", "13 Ja-Stimmen, 1 Nein-Stimme"]
    assert not fall.offen
    assert [(d["art"], d.get("groesse")) for d in erste["dateien"]] == [("mainFile", None), ("auxiliaryFile", 12)]


def test_two_papers_at_one_item_have_its_outcome_each(vorhaben: Plan) -> None:
    punkt = items(vorhaben, "mitte")[1]
    assert len(punkt["papiere"]) == 2 and punkt["wortlaut"] == "13 Ja-Stimmen, 1 Nein-Stimme"
    zweite = first(vorhaben, 2)
    assert "federfuehrend" not in zweite and "datum" not in zweite["herkunft"]


def test_numbers_and_order_stay_to_the_letter(vorhaben: Plan) -> None:
    assert [p.get("nummer") for p in items(vorhaben, "mitte")] == ["10.", "7.1", "2", None, "B", "7.1"]
    assert [p["oeffentlich"] for p in items(vorhaben, "mitte")] == [True, True, True, True, True, False]


def test_the_public_part_may_come_second() -> None:
    namen = ("A Nichtöffentliche Sitzung", "Grundstück", "Öffentliche Sitzung", "Radweg", "Nicht öffentlicher Teil", "Personal")
    punkte = [klein.punkt(f"p{nr}", str(nr), name.removeprefix("A ")) for nr, name in enumerate(namen)]
    b = read({"meeting": [klein.objekt("Meeting", 1, agendaItem=punkte)]}, JETZT)
    assert hidden(b.sitzungen[0]) == {klein.url("agendaitem", "p1"), klein.url("agendaitem", "p5")}


def test_what_is_open_stays_open(vorhaben: Plan) -> None:
    offen = {f.quelle for f in (*vorhaben.papiere, *vorhaben.sitzungen) if f.offen}
    assert offen == {*(klein.url("paper", nr) for nr in (3, 4, 5, 6)), klein.url("meeting", "neu")}
    letzte = next(f for f in vorhaben.sitzungen if f.quelle.endswith("neu")).befehle[-1][-1]
    assert letzte["stufe"] == "eingeladen"


def test_every_kind_of_dirt_is_told(vorhaben: Plan) -> None:
    assert {art: len(k) for art, k in vorhaben.funde.items()} == {
        "paper in der Quelle gelöscht": 1,
        OHNE_SITZUNG: 1,
        OHNE_PUNKT: 1,
        "Beratung mit Sitzung, aber ohne Tagesordnungspunkt": 1,
        "Nummer doppelt (steht als frühere Nummer)": 1,
        "Punkt ohne Nummer": 1,
        "Sitzung bleibt offen und geht hier weiter": 1,
        "Sitzung ohne lesbaren Beginn: nicht übernommen": 1,
        "Vorlage bleibt offen (ohne Ergebnis, oder sein Wortlaut ist nicht eingeordnet)": 4,
        "Vorlage ohne federführendes Amt": 1,
        "Wortlaut nicht eingeordnet (er steht da, wie er ist)": 1,
    }
    assert {str(r["id"]) for r in vorhaben.rest} == {klein.url("meeting", "ohne"), klein.url("organization", "xyz")}
    assert first(vorhaben, 6)["herkunft"]["referenz"] == "5/2021" and "nummer" not in first(vorhaben, 6)


def test_the_whole_object_is_kept_beside_its_case(vorhaben: Plan, bestand: Bestand) -> None:
    quelltexte = {f.quelle: json.loads(f.quelltext) for f in (*vorhaben.papiere, *vorhaben.sitzungen)}
    assert quelltexte == {o.id: o.roh for o in (*bestand.papiere, *bestand.sitzungen) if o.id in quelltexte}


def test_the_report_tells_fields_without_a_place(vorhaben: Plan, bestand: Bestand) -> None:
    b = bericht.report(bestand, vorhaben, Ergebnis(), kommune="altdorf", probe=True)
    assert b.ohne_platz == {"paper.keyword": 1} and b.uebrige == {"Meeting": 1, "Organization": 1}
    text = "\n".join(bericht.lines(b))
    assert "Probe" in text and "6 in der Quelle" in text and "paper.keyword" in text


def test_a_long_past_is_cut_into_commands() -> None:
    schritte = [{"art": "x", "nr": nr} for nr in range(2 * JE_BEFEHL + 1)]
    befehle = in_commands(schritte)
    assert [len(b) for b in befehle] == [JE_BEFEHL, JE_BEFEHL, 1] and [s for b in befehle for s in b] == schritte


def test_a_folder_without_oparl_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unplausibel, match="keine Datei"):
        read_folder(tmp_path)
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    with pytest.raises(Unplausibel, match="kein gültiges JSON"):
        read_folder(tmp_path)


# --- never raises ----------------------------------------------------------------------------------------------------------

IDS = st.sampled_from(
    [klein.url(t, n) for t in ("organization", "meeting", "agendaitem", "consultation") for n in ("rat", "a1", 1, 2)]
)
WERT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | IDS,
    lambda innen: st.lists(innen, max_size=3) | st.dictionaries(st.text(max_size=4), innen, max_size=3),
    max_leaves=6,
)
FELDER = (
    *("id", "name", "reference", "date", "paperType", "mainFile", "underDirectionOf", "consultation", "created", "modified"),
    *("start", "end", "location", "organization", "agendaItem", "number", "result", "public", "role", "meeting", "deleted"),
    *("cancelled", "resultsProtocol", "auxiliaryFile", "order", "authoritative", "meetingState", "size", "accessUrl"),
)


def spoilt(objekt: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """A good object in which some fields are anything."""
    kaputt = st.dictionaries(st.sampled_from(FELDER), WERT, max_size=3)
    return st.builds(lambda o, k: {**o, **k}, objekt, kaputt)


QUELLE = st.fixed_dictionaries(
    {
        "body": st.lists(spoilt(st.just(klein.kommune())), max_size=1),
        "organization": st.lists(spoilt(st.sampled_from(klein.organisationen())), max_size=3),
        "paper": st.lists(spoilt(st.sampled_from(klein.papiere())) | WERT, max_size=3),
        "meeting": st.lists(spoilt(st.sampled_from(klein.sitzungen())) | WERT, max_size=3),
    }
)


@settings(max_examples=120, deadline=None)
@given(roh=QUELLE)
def test_no_source_makes_planning_fail(roh: Mapping[str, Any]) -> None:
    b = read(roh, None)
    rw = Regelwerk.model_validate(tomllib.loads(draft(b, "altdorf")))
    vorhaben = plan(Rahmen(b, "altdorf", Regelwerke([rw]), DIENST, JETZT))
    bericht.report(b, vorhaben, Ergebnis(), kommune="altdorf", probe=True)


# --- an endpoint -----------------------------------------------------------------------------------------------------------


async def test_an_endpoint_is_read_page_by_page_with_patience(monkeypatch: pytest.MonkeyPatch, bestand: Bestand) -> None:
    monkeypatch.setattr(netz, "PAUSEN", (0.0, 0.0))
    listen = klein.alles()
    gefragt: list[str] = []

    def answer(frage: httpx.Request) -> httpx.Response:
        adresse = str(frage.url)
        gefragt.append(adresse)
        if gefragt.count(adresse) == 1 and "meeting" in adresse:
            return httpx.Response(503)
        if adresse == klein.url("body", 1):
            return httpx.Response(200, json=klein.kommune())
        typ, _, seite = adresse.removeprefix(klein.url("list", "")).partition("?page=")
        nr, objekte = int(seite or 1), listen.get(typ, [])
        weiter = {"next": f"{klein.url('list', typ)}?page={nr + 1}"} if nr < len(objekte) else {}
        return httpx.Response(200, json={"data": objekte[nr - 1 : nr], "links": weiter})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        gelesen = await netz.Endpunkt(http).read(klein.url("body", 1))
    assert [p.id for p in gelesen.papiere] == [p.id for p in bestand.papiere]
    assert [s.punkte for s in gelesen.sitzungen] == [s.punkte for s in bestand.sitzungen]
    assert not any("person" in adresse for adresse in gefragt)


async def test_an_endpoint_that_stays_away_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netz, "PAUSEN", (0.0,))
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(502))) as http:
        with pytest.raises(netz.NichtLesbar, match="antwortet mit 502"):
            await netz.Endpunkt(http).read("https://ris.example/body")
    with pytest.raises(Unplausibel, match="keine Webadresse"):
        netz.verify_url("http:///x")


# --- real records ----------------------------------------------------------------------------------------------------------


def test_the_neighbour_town_comes_over_whole(tmp_path: Path) -> None:
    """Every fact that its source states, from the states that the steps yield; the same through a server is a heavy test."""
    if not SUBSET.is_dir():
        pytest.skip("Die Daten von Hürtgenwald (../shared/data/oparl-huertgenwald) liegen hier nicht.")
    b = read_folder(SUBSET)
    r = Rahmen(b, "huertgenwald", rules(b, tmp_path / "rw", "huertgenwald"), DIENST, JETZT)
    vorhaben = plan(r)
    assert (len(vorhaben.papiere), len(vorhaben.sitzungen)) == (362, 40)
    assert sum(len(f.befehle[0]) for f in vorhaben.sitzungen) == 888 + 2 * 40
    assert not [art for art in vorhaben.funde if "nicht übernommen" in art]
    k = Kontext("https://neu.example")
    faelle = (*vorhaben.papiere, *vorhaben.sitzungen)
    staende = {f.workflow: r.tried(f.workflow, tuple(s for befehl in f.befehle for s in befehl)) for f in faelle}
    for fall in (f for f in vorhaben.sitzungen if f.offen):  # what such a meeting tells its papers
        z = staende[fall.workflow]
        for vorlage in {tv.vorlage for top in z.tops for tv in top.vorlagen}:
            workflow = f"vorlage/huertgenwald/{vorlage}"
            staende[workflow] = functools.reduce(taken, copies_for(z, vorlage), staende[workflow])
    objekte = [o for z in staende.values() if (o := of_case(z, k))]
    v = compare(b, [*organizations(r.regelwerke, r.kommune, JETZT.date(), k), *objekte])
    assert (v.abweichungen, v.gleich) == ([], 10_789)
