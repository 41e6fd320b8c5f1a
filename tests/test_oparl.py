"""OParl: the published cases' facts, every object valid, nothing hidden shown, nothing referred to that is not there."""

import datetime as dt
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from jahr import SITZUNGEN, Jahr, rules
from lifecycle.kern import BERLIN, fold_all
from lifecycle.kerne import kern_of
from nachgespielt import Nachgespielt, fall
from oparl.kommune import body, organizations, system
from oparl.kontext import Datei, Kontext
from oparl.objekt import Objekt
from oparl.vorgang import of_case, standing_alone
from oparl_schema import faults, references
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SB, SB2, SCHRIFT, TEXT, Rathaus, S, V
from schemas.regelwerk import Regelwerke
from schriftgut import GEHEIM, NEUTRAL, held
from test_dokumente_sicht import VERBOTEN, Teil, meeting, paper
from welt import Welt

BASIS = "https://ris.example.org"
K = Kontext(BASIS, lizenz="https://www.govdata.de/dl-de/zero-2-0")
HEUTE = dt.date(2021, 12, 31)


def shown(z: Any, k: Kontext = K) -> Objekt:
    objekt = of_case(z, k)
    assert objekt is not None
    return objekt


def text_of(objekt: Objekt) -> str:
    return json.dumps(objekt, ensure_ascii=False)


def without_times(objekt: Objekt) -> str:
    return re.sub(r'"modified": "[^"]*"', "", text_of(objekt))


def town(welt: Welt, k: Kontext = K) -> list[Objekt]:
    """Everything of a town, as it is given out under URLs of its own."""
    faelle = [objekt for z in welt.staende.values() if (objekt := of_case(z, k))]
    eigene = (welt.regelwerke, welt.kommune, HEUTE, k)
    ganz = [system(welt.regelwerke, HEUTE, k), body(*eigene), *organizations(*eigene), *faelle]
    return [einzeln for objekt in ganz for einzeln in standing_alone(objekt)]


def check_town(welt: Welt) -> list[Objekt]:
    """All valid, each URL once, and none that leads nowhere."""
    alle = town(welt)
    assert [f for objekt in alle for f in faults(objekt)] == []
    da = [objekt["id"] for objekt in alle]
    assert len(da) == len(set(da))
    assert {url for objekt in alle for url in references(objekt)} - set(da) == set()
    return alle


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
    for feld, wert in {
        "type": "https://schema.oparl.org/1.0/Paper", "body": "keine URL", "name": None, "date": "16.06.2021", "consultation": [],
        "created": "2021-06-16T16:00:00", "titel": "x", "mainFile": {"id": gut["id"]}, "reference": 330, "keyword": "Bildung",
    }.items():  # fmt: skip
        if feld != "type":
            assert len(faults({**gut, feld: wert})) >= 1, feld
        else:
            assert faults({**gut, feld: wert}) == ["Paper.type: 'https://schema.oparl.org/1.0/Paper' passt nicht zu " + PAPIER]
    assert faults({n: w for n, w in gut.items() if n != "modified"}) == ["Paper: modified fehlt"]


PAPIER = r"^https\:\/\/schema\.oparl\.org\/1\.1\/Paper$"


def test_a_town_at_every_step_of_the_way(haus: Rathaus) -> None:
    haus.freigegeben()
    stationen = check_town(haus)
    haus.sitzung(raum="Saal 1", ort="Rathaus")
    haus.aufgesetzt()
    haus.do(S, "top_ergaenzen", DIENST, titel=GEHEIM, oeffentlich=False, bezeichnung=NEUTRAL)
    geplant = check_town(haus)
    assert shown(haus.state(S))["meetingState"] == "Sitzung geplant" and "agendaItem" not in shown(haus.state(S))
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
    assert je_typ["Paper"] > 100 and je_typ["Meeting"] == SITZUNGEN and je_typ["AgendaItem"] > 100 and je_typ["Consultation"] > 100
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


# --- what is hidden ----------------------------------------------------------------------------------------------------


def test_nothing_that_is_hidden_is_shown() -> None:
    """Words planted everywhere, as in the test of documents: OParl is the internet."""
    alles = {"web": lambda z: f"{BASIS}/{z.id}"}
    for z in (meeting(), paper(), meeting(stufe="abgesagt"), meeting(stufe="geplant", eingeladen_am=None)):
        zeit = z.zuletzt
        roh = text_of(shown(z.model_copy(update={"begonnen": zeit}), Kontext(BASIS, **alles)))  # type: ignore[arg-type]
        assert not re.findall(VERBOTEN[Teil.INTERNET], roh)


def test_what_is_to_be_read_is_there() -> None:
    zeit = {"begonnen": dt.datetime(2021, 6, 1, tzinfo=dt.UTC)}
    sitzung, vorlage = shown(meeting(**zeit)), shown(paper(**zeit))
    worte = set(re.findall(r"O_\w+", text_of(sitzung) + text_of(vorlage)))
    assert worte >= {
        "O_TITEL", "O_WORTLAUT", "O_VEROEFFENTLICHT", "O_BEZEICHNUNG", "O_OHNE_VORLAGE", "O_ERGEBNIS", "O_OHNE_NAMEN", "O_ANLAGE",
        "O_BETREFF",
    }  # fmt: skip
    assert [(t["number"], t["public"], t["order"]) for t in sitzung["agendaItem"]] == [
        ("Ö 1", True, 0), ("Ö 2", True, 1), ("Ö 3", True, 2), ("Ö 4", True, 3), ("Ö 5", True, 4), ("N 1", False, 5), ("N 2", False, 6),
    ]  # fmt: skip
    verborgen = sitzung["agendaItem"][6]
    assert verborgen["name"] == "Nichtöffentliche Angelegenheit" and verborgen.keys() == {
        "id", "type", "number", "order", "name", "public", "created", "modified",
    }  # fmt: skip


def test_a_paper_in_the_nonpublic_part_names_no_item(haus: Rathaus) -> None:
    haus.behandelt()
    haus.do(S, "sitzung_oeffentlichkeit", DIENST, top=1, oeffentlich=False, grund="Persönliches", bezeichnung=NEUTRAL)
    (beratung,) = shown(haus.vorlage())["consultation"]
    (punkt,) = shown(haus.state(S))["agendaItem"]
    assert beratung["meeting"] == f"{BASIS}/oparl/v1.1/meeting/s1" and "agendaItem" not in beratung
    assert beratung["id"] == f"{BASIS}/oparl/v1.1/consultation/v1/1/s1" and (punkt["name"], punkt["public"]) == (NEUTRAL, False)
    assert not {"consultation", "result"} & punkt.keys()
    check_town(haus)


def test_a_paper_is_nothing_until_it_is_released(haus: Rathaus) -> None:
    haus.laufweg()
    assert of_case(haus.vorlage(), K) is None
    for akteur in (SB2, AL, DEZERNAT):
        haus.do(V, "mitzeichnen", akteur)
    assert of_case(haus.vorlage(), K) is None
    assert of_case(haus.state("vorlage/muster/leer"), K) is None and of_case(haus.state("sitzung/muster/leer"), K) is None


def test_a_paper_that_is_public_no_longer(haus: Rathaus) -> None:
    """For the public it is deleted if it has seen it, and otherwise never was."""
    haus.eingeladen()
    haus.do(V, "vorlage_oeffentlichkeit", DIENST, oeffentlich=False, grund="Versehen", bezeichnung="Vertrag")
    assert of_case(haus.vorlage(), K) is None
    weg = shown(haus.vorlage(), Kontext(BASIS, frueher_oeffentlich=frozenset({"v1"})))
    assert weg.keys() == {"id", "type", "created", "modified", "deleted"} and weg["deleted"] is True
    assert faults(weg) == [] and weg["modified"] == haus.jetzt.isoformat()
    (punkt,) = shown(haus.state(S))["agendaItem"]
    assert "consultation" not in punkt and "Sachstand" not in punkt["name"]


def test_a_new_version_shows_with_its_release_and_not_before(haus: Rathaus) -> None:
    haus.eingeladen(anlagen=[{"name": "Plan.pdf", "medientyp": "application/pdf", **TEXT}])
    vorher = shown(haus.vorlage())
    haus.do(
        V,
        "neufassen",
        SB,
        fassungsart="neufassung",
        grund="x",
        abschnitte=[{"name": "Sachlage", "digest": "b" * 64, "groesse": 1}],
    )
    haus.do(V, "redaktionell_aendern", SB, betreff="Streng vertraulich", grund="neu")
    assert without_times(shown(haus.vorlage())) == without_times(vorher)
    haus.do(V, "freigeben", LEITUNG)
    nachher = shown(haus.vorlage())
    assert nachher["name"] == "Streng vertraulich" and nachher["mainFile"]["id"].endswith("/version/2")
    assert [f["id"].rsplit("/", 2)[1] for f in nachher["auxiliaryFile"]] == ["version", "attachment"]
    check_town(haus)


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
    held(haus)
    zeiten = [(o["created"], o["modified"]) for o in town(haus)]
    assert all(c.endswith("+00:00") and m.endswith("+00:00") and c <= m for c, m in zeiten)
    vorher = shown(haus.state(S))["modified"]
    haus.jetzt += dt.timedelta(hours=1)
    haus.do(S, "niederschrift_erfassen", SCHRIFT, text=TEXT)
    assert shown(haus.state(S))["modified"] > vorher


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
