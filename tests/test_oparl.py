"""OParl: the published cases' facts, every object valid, nothing referred to that is not there, the same state the same JSON."""

import datetime as dt
import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from jahr import SITZUNGEN, Jahr, rules
from lifecycle.kern import BERLIN, fold_all
from lifecycle.kerne import kern_of
from nachgespielt import Nachgespielt, fall
from oparl.kommune import body, organizations, persons
from oparl.kontext import Datei, Kontext, Zeiten
from oparl.vorgang import of_case, standing_alone
from oparl_schema import faults
from oparl_stadt import BASIS, HEUTE, K, check_town, shown, text_of, town
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SB, SB2, SCHRIFT, TEXT, VORSITZ, Rathaus, S, V
from schau import with_council
from schemas.regelwerk import Regelwerke
from schriftgut import GEHEIM, NEUTRAL, held

# --- the published cases -----------------------------------------------------------------------------------------------


def facts(n: Nachgespielt) -> dict[str, Any]:
    """What a client can say of the item's page, from paper, meeting and organizations."""
    vorlage, sitzung = shown(n.welt.state(n.v)), shown(n.welt.state(n.s))
    (top,) = sitzung["agendaItem"]
    (amt,) = (o for o in organizations(n.welt.regelwerke, n.ort, HEUTE, K) if o["id"] == vorlage["underDirectionOf"][0])
    beginn = dt.datetime.fromisoformat(sitzung["start"]).astimezone(BERLIN)
    assert top["name"] == vorlage["name"] == n.daten["vorlage"]["betreff"]
    return {
        "TOP": top["number"],
        "Datum": f"{('Mo.', 'Di.', 'Mi.', 'Do.', 'Fr.', 'Sa.', 'So.')[beginn.weekday()]}, {beginn:%d.%m.%Y}",
        "Status": sitzung["meetingState"],
        "Uhrzeit": f"{beginn:%H:%M}",
        "Anlass": re.findall(r"\((.*)\)", sitzung["name"])[0],
        "Beratung": "öffentlich" if top["public"] else "nichtöffentlich",
        "Vorlageart": vorlage["paperType"],
        "Federführend": " - ".join(w for w in (amt.get("shortName"), amt["name"]) if w),
        "Beschluss": top["result"],
    }


@pytest.mark.parametrize("name", ["2021-06-16_oe-12.toml", "2017-04-27_oe-5.1.toml"])
def test_the_items_page_can_be_read_from_oparl(muster: Regelwerke, faelle: Path, name: str) -> None:
    n = Nachgespielt(muster, fall(faelle, name))
    n.sitzung(n.vorlage())
    n.ergebnis()
    assert facts(n) == n.daten["grunddaten"]
    vorlage, sitzung = shown(n.welt.state(n.v)), shown(n.welt.state(n.s))
    (beratung,) = vorlage["consultation"]
    assert (beratung["meeting"], beratung["agendaItem"]) == (sitzung["id"], sitzung["agendaItem"][0]["id"])
    assert sitzung["agendaItem"][0]["consultation"] == beratung["id"] and beratung["organization"] == sitzung["organization"]
    assert sitzung["name"].startswith(n.daten["beratung"][0]["gremium"])
    assert "resultsProtocol" in sitzung
    geaendert = n.daten["beratung"][0].get("rolle_geaendert")
    assert beratung.get("role") == (geaendert or n.daten["beratung"][0].get("rolle"))
    assert ("authoritative" in beratung) is (geaendert is None), "ob es in der geänderten Rolle entscheidet, steht nirgends"
    check_town(n.welt)


def test_the_papers_page_can_be_read_from_oparl(muster: Regelwerke, faelle: Path) -> None:
    n = Nachgespielt(muster, fall(faelle, "2021-0330.toml"))
    n.sitzung(n.vorlage())
    n.ergebnis()
    v = shown(n.welt.state(n.v))
    assert (v["reference"], v["paperType"], v["name"]) == ("2021/0330", "Mitteilungsvorlage", n.daten["vorlage"]["betreff"])
    assert v["underDirectionOf"] == [f"{BASIS}/oparl/v1.1/organization/staedteregion-aachen/dezernat-v"]
    assert [c["role"] for c in v["consultation"]] == ["Kenntnisnahme"]


# --- every object valid, nothing dangling ------------------------------------------------------------------------------


def test_the_check_itself_finds_what_is_wrong(haus: Rathaus) -> None:
    gut = shown(held(haus).vorlage())
    assert faults(gut) == []
    falsch: dict[str, Any] = {
        "type": "https://schema.oparl.org/1.0/Paper", "body": "keine URL", "name": None, "date": "16.06.2021", "consultation": [],
        "created": "2021-06-16T16:00:00", "titel": "x", "mainFile": {"id": gut["id"]}, "reference": 330, "keyword": "Bildung",
    }  # fmt: skip
    assert [feld for feld, wert in falsch.items() if not faults({**gut, feld: wert})] == []
    assert faults({n: w for n, w in gut.items() if n != "modified"}) == ["Paper: modified fehlt"]


def test_a_town_at_every_step_of_the_way(haus: Rathaus) -> None:
    haus.freigegeben()
    stationen = check_town(haus)
    haus.sitzung(raum="Saal 1", ort="Rathaus")
    haus.aufgesetzt()
    haus.do(S, "top_ergaenzen", DIENST, titel=GEHEIM, oeffentlich=False, bezeichnung=NEUTRAL)
    geplant = check_town(haus)
    assert (
        shown(haus.state(S))["meetingState"] == "Sitzung geplant"
        and not {"agendaItem", "invitation"} & shown(haus.state(S)).keys()
    )
    assert [o["id"] for o in geplant if "/consultation/" in o["id"]] == [
        o["id"] for o in stationen if "/consultation/" in o["id"]
    ]
    haus.do(S, "einladen", DIENST)
    check_town(haus)
    assert {"invitation", "agendaItem", "location"} <= shown(haus.state(S)).keys()
    haus.beendet()
    check_town(haus)
    assert {"resultsProtocol", "end"} <= shown(haus.state(S)).keys()


def test_a_year_of_a_committee(muster: Regelwerke) -> None:
    (rw,) = [r for r in muster.alle if r.kommune == "kreisstadt"]
    jahr = Jahr(rules(rw))
    jahr.vergeht()
    alle = check_town(jahr)
    je_typ = {typ: sum(o["type"].endswith(f"/{typ}") for o in alle) for typ in ("Paper", "Meeting", "AgendaItem", "Consultation")}
    assert (
        je_typ["Paper"] > 100 and je_typ["Meeting"] == SITZUNGEN and je_typ["AgendaItem"] > 100 and je_typ["Consultation"] > 100
    )
    (amt,) = (o for o in alle if o["id"].endswith("/organization/kreisstadt/a-46"))
    assert amt["name"] == "Amt für Vielfalt"
    abgesagt = [o for o in alle if o.get("cancelled")]
    assert len(abgesagt) == 2 and all(o["meetingState"].endswith("abgesagt)") for o in abgesagt if "agendaItem" in o)


def test_what_is_dealt_with_twice_is_two_consultations(haus: Rathaus) -> None:
    haus.behandelt("vertagt")
    haus.beendet()
    haus.weitere("sitzung/muster/s2")
    haus.do("sitzung/muster/s2", "ergebnis", SCHRIFT, top=1, wortlaut="zur Kenntnis genommen")
    haus.beendet("sitzung/muster/s2")
    check_town(haus)
    erste, zweite = shown(haus.vorlage())["consultation"]
    assert (erste["meeting"][-2:], zweite["meeting"][-2:]) == ("s1", "s2") and erste["organization"] == zweite["organization"]


def test_several_papers_at_one_item(haus: Rathaus) -> None:
    zweite = "vorlage/muster/v2"
    haus.freigegeben()
    haus.freigegeben(zweite, betreff="Hierzu")
    haus.sitzung()
    top = haus.aufgesetzt()
    haus.do(zweite, "anmelden", SB, sitzung="s1", beratung=1)
    haus.do(S, "aufnehmen", DIENST, vorlage="v2", zu_top=top)
    haus.do(S, "einladen", DIENST)
    check_town(haus)
    (punkt,) = shown(haus.state(S))["agendaItem"]
    assert [shown(haus.state(v))["consultation"][0]["agendaItem"] for v in (V, zweite)] == [punkt["id"]] * 2


def test_a_meeting_that_nobody_was_invited_to(haus: Rathaus) -> None:
    """Its agenda is public once it is held, a paper's place on it once it was dealt with."""
    haus.freigegeben()
    haus.sitzung()
    haus.aufgesetzt()
    haus.bis(haus.state(S).beginn)
    haus.do(S, "eroeffnen", VORSITZ, abweichung="eilt")
    assert "consultation" not in shown(haus.state(S))["agendaItem"][0]
    check_town(haus)
    haus.do(S, "ergebnis", SCHRIFT, top=1, wortlaut="zur Kenntnis genommen")
    assert shown(haus.state(S))["agendaItem"][0]["consultation"] == shown(haus.vorlage())["consultation"][0]["id"]
    check_town(haus)


def test_minutes_are_there_when_all_have_signed(haus: Rathaus) -> None:
    held(haus)
    haus.do(S, "schliessen", VORSITZ)
    haus.do(S, "niederschrift_unterzeichnen", SCHRIFT, original="Akte")
    assert "resultsProtocol" not in shown(haus.state(S))
    haus.do(S, "niederschrift_unterzeichnen", VORSITZ, original="Akte")
    z = haus.state(S)
    assert "resultsProtocol" in shown(z)
    wort = shown(z.model_copy(update={"niederschriftart": "wortprotokoll"}))
    assert "resultsProtocol" not in wort and wort["verbatimProtocol"]["name"] == "Wortprotokoll"


def test_a_supplement_stands_beside_the_paper(haus: Rathaus) -> None:
    haus.eingeladen()
    neu = [{"name": "Sachlage", "digest": "b" * 64, "groesse": 1}]
    haus.do(V, "neufassen", SB, fassungsart="ergaenzung", grund="x", abschnitte=neu)
    haus.do(V, "freigeben", LEITUNG)
    v = shown(haus.vorlage())
    assert v["mainFile"]["id"].endswith("/version/1")
    assert [(f["id"][-9:], f["name"]) for f in v["auxiliaryFile"]] == [("version/2", "Mitteilungsvorlage 2021/0001-E1")]


def test_a_station_that_has_dropped_out_is_gone(haus: Rathaus) -> None:
    haus.freigegeben(gremien=("sozialausschuss", "rat"))
    assert [c["organization"][0].rsplit("/", 1)[1] for c in shown(haus.vorlage())["consultation"]] == ["sozialausschuss", "rat"]
    haus.do(V, "beratung_entfallen", DIENST, beratung=2, grund="nicht nötig")
    assert len(shown(haus.vorlage())["consultation"]) == 1


# --- the rest ----------------------------------------------------------------------------------------------------------


def test_other_cases_have_no_object(haus: Rathaus) -> None:
    haus.eingeladen()
    andere = [z for w, z in haus.staende.items() if not w.startswith(("vorlage/", "sitzung/"))]
    assert andere and all(of_case(z, K) is None for z in andere)


def test_the_same_state_gives_the_same_json(haus: Rathaus) -> None:
    held(haus)
    for w in (V, S):
        gefaltet = fold_all(kern_of(w), w, haus.verlauf[w])
        gelesen = type(gefaltet).model_validate_json(gefaltet.model_dump_json(exclude_defaults=True))
        assert text_of(shown(gelesen)) == text_of(shown(haus.state(w)))


def test_times_are_there_and_go_on(haus: Rathaus) -> None:
    haus.entwurf("vorlage/muster/v0")
    haus.jetzt += dt.timedelta(hours=1)
    held(haus)
    zeiten = [(o["created"], o["modified"]) for o in town(haus)]
    assert all(c.endswith("+00:00") and m.endswith("+00:00") and c <= m for c, m in zeiten)
    haus.do("vorlage/muster/v0", "einreichen", SB)
    for akteur in (SB2, AL, DEZERNAT):
        haus.do("vorlage/muster/v0", "mitzeichnen", akteur)
    haus.do("vorlage/muster/v0", "freigeben", LEITUNG)
    assert shown(haus.vorlage("vorlage/muster/v0"))["created"] == haus.jetzt.isoformat(), (
        "für die Öffentlichkeit gibt es sie jetzt"
    )
    vorher = shown(haus.state(S))["modified"]
    haus.jetzt += dt.timedelta(hours=1)
    haus.do(S, "niederschrift_erfassen", SCHRIFT, text=TEXT)
    assert shown(haus.state(S))["modified"] > vorher


def test_who_asks_may_know_better(haus: Rathaus) -> None:
    """Times of the public's view, and pages to read it on."""
    held(haus)
    zeit = dt.datetime(2021, 7, 1, 12, tzinfo=BERLIN)
    k = Kontext(BASIS, zeiten=lambda von: Zeiten(angelegt=zeit, geaendert=zeit), web=lambda z: f"{BASIS}/{z.id}")
    assert {(o["created"], o["modified"]) for o in town(haus, k)} == {("2021-07-01T10:00:00+00:00",) * 2}
    assert (shown(haus.vorlage(), k)["web"], shown(haus.state(S), k)["web"]) == (f"{BASIS}/v1", f"{BASIS}/s1")


def test_urls_stay_when_numbers_and_titles_change(haus: Rathaus) -> None:
    held(haus)
    z = haus.state(S)
    anders = z.model_copy(update={"tops": tuple(t.model_copy(update={"nummer": f"{t.nummer}.1", "titel": "x"}) for t in z.tops)})
    assert [t["id"] for t in shown(anders)["agendaItem"]] == [t["id"] for t in shown(z)["agendaItem"]]
    assert Kontext(f"{BASIS}/").adressen.paper("ä b/c") == f"{BASIS}/oparl/v1.1/paper/%C3%A4%20b%2Fc"


def test_what_is_known_of_documents_is_told(haus: Rathaus) -> None:
    haus.freigegeben(
        anlagen=[{"name": "Plan.pdf", "digest": "c" * 64, "groesse": 7}, {"name": "Geheim.pdf", "oeffentlich": False, **TEXT}]
    )
    haupt = f"{BASIS}/oparl/v1.1/file/paper/v1/version/1"
    bekannt = {"c" * 64: Datei(medientyp="application/pdf", sha512="f" * 128), haupt: Datei(groesse=18_000)}
    v = shown(haus.vorlage(), Kontext(BASIS, dateien=bekannt))
    (plan,) = v["auxiliaryFile"]
    assert (plan["name"], plan["fileName"], plan["size"], plan["mimeType"]) == ("Plan", "Plan.pdf", 7, "application/pdf")
    assert (plan["sha512Checksum"], v["mainFile"]["size"], v["mainFile"]["mimeType"]) == ("f" * 128, 18_000, "application/pdf")
    assert len({plan["accessUrl"], plan["downloadUrl"], plan["id"]}) == 3 and faults(v) == []
    assert "Geheim" not in text_of(v)


def test_what_is_not_to_be_had_is_not_referred_to(haus: Rathaus) -> None:
    held(haus)
    k = Kontext(BASIS, kennt=lambda url: False)
    assert not {"meeting", "agendaItem"} & shown(haus.vorlage(), k)["consultation"][0].keys()
    assert "consultation" not in shown(haus.state(S), k)["agendaItem"][0]


def test_what_stands_alone_refers_back(haus: Rathaus) -> None:
    held(haus)
    v, s = shown(haus.vorlage()), shown(haus.state(S))
    eigene = {o["id"]: o for o in itertools.chain(standing_alone(v), standing_alone(s))}
    assert eigene[v["consultation"][0]["id"]]["paper"] == v["id"] and eigene[v["mainFile"]["id"]]["paper"] == [v["id"]]
    assert eigene[s["agendaItem"][0]["id"]]["meeting"] == s["id"] and eigene[s["invitation"]["id"]]["meeting"] == [s["id"]]
    assert eigene[s["location"]["id"]]["meetings"] == [s["id"]]


def test_the_town_itself(muster: Regelwerke) -> None:
    ort = body(muster, "staedteregion-aachen", HEUTE, K)
    assert (ort["ags"], ort["license"]) == ("05334", K.lizenz) and ort["legislativeTerm"] == []
    (periode,) = body(muster, "muster", HEUTE, K)["legislativeTerm"]
    assert periode["name"] == "18. Wahlperiode" and faults(ort) == []
    alle = {o["id"].rsplit("/", 1)[1]: o for o in organizations(muster, "muster", HEUTE, K)}
    assert alle["a-50"]["name"] == "Amt für Soziales und Teilhabe" and alle["a-50"]["organizationType"] == "Verwaltungsbereich"
    frueher = {o["id"].rsplit("/", 1)[1]: o for o in organizations(muster, "muster", dt.date(2021, 6, 30), K)}
    assert frueher["a-50"]["name"] == "Sozialamt" and alle["rat"]["organizationType"] == "Gremium"
    assert "@" not in "".join(map(text_of, alle.values()))


def test_the_council(muster: Regelwerke) -> None:
    """Name, group and seat; each seat in both directions, and nothing that leads nowhere."""
    haus = Rathaus(with_council(muster))
    haus.freigegeben()
    alle = {o["id"].removeprefix(f"{BASIS}/oparl/v1.1/"): o for o in check_town(haus)}
    erika, max_ = (o for p, o in alle.items() if p.startswith("person/"))
    assert (erika["name"], max_["name"]) == ("Erika Beispiel", "Max Muster")
    assert erika.keys() == {"id", "type", "body", "name", "membership", "created", "modified"}
    vorsitz, im_rat, in_fraktion = erika["membership"]
    fraktion = alle["organization/muster/fraktion~buendnis-90-die-gruenen"]
    assert (fraktion["name"], fraktion["organizationType"]) == ("Bündnis 90/Die Grünen", "Fraktion")
    assert (vorsitz["role"], vorsitz["votingRight"], vorsitz["startDate"], vorsitz["onBehalfOf"]) == (
        "Vorsitz", True, "2020-11-01", fraktion["id"],
    )  # fmt: skip
    assert im_rat["endDate"] == "2021-12-31" and "startDate" not in in_fraktion
    assert fraktion["membership"] == [in_fraktion["id"]]
    assert alle["organization/muster/rat"]["membership"] == [im_rat["id"], max_["membership"][0]["id"]]
    assert alle[im_rat["id"].removeprefix(f"{BASIS}/oparl/v1.1/")]["person"] == erika["id"]
    assert "membership" not in alle["organization/muster/a-46"]


def test_only_those_whom_the_rules_name_now(muster: Regelwerke) -> None:
    frueher, jetzt = with_council(muster).alle
    alle = Regelwerke([frueher, jetzt.model_copy(update={"personen": jetzt.personen[1:], "sitze": jetzt.sitze[2:]})])
    assert [[p["name"] for p in persons(alle, "muster", tag, K)] for tag in (dt.date(2021, 6, 30), dt.date(2021, 7, 1))] == [
        ["Erika Beispiel", "Max Muster"], ["Max Muster"],
    ]  # fmt: skip
    assert "Grünen" not in "".join(map(text_of, organizations(alle, "muster", dt.date(2021, 7, 1), K)))
