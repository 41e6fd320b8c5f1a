"""The agenda: its numbers and families, joint meetings, what comes late, what a cancelled meeting leaves behind."""

import datetime as dt
from typing import Any

import pytest

from lifecycle.ablehnung import Doppelt, FalscheStufe, Regelbruch, Unplausibel
from lifecycle.gemeinsam import seal_digest
from lifecycle.sitzung.einberufung import invited_in_time, paper_in_time
from rathaus import DIENST, HEUTE, LEITUNG, SB, SCHRIFT, VORSITZ, Rathaus
from schemas.regelwerk import Regelwerke

V, V2 = "vorlage/kreisstadt/v1", "vorlage/kreisstadt/v2"
S, S2 = "sitzung/kreisstadt/s1", "sitzung/kreisstadt/s2"
TAG = dt.timedelta(days=1)
SITZUNG = dt.datetime(2021, 6, 16, 16, tzinfo=dt.UTC)


@pytest.fixture
def kreis(muster: Regelwerke) -> Rathaus:
    return Rathaus(muster, "kreisstadt")


def punkt(haus: Rathaus, titel: str, s: str = S, **felder: Any) -> int:
    haus.do(s, "top_ergaenzen", DIENST, titel=titel, **felder)
    return int(max(t.id for t in haus.state(s).tops))


def nummern(haus: Rathaus, s: str = S) -> dict[str, str]:
    return {t.titel: t.nummer for t in haus.state(s).tops if not t.standard}


def regeln(haus: Rathaus, workflow: str) -> list[str]:
    return [a.regel for a in haus.state(workflow).abweichungen]


# --- papers that come late, or come back --------------------------------------------------------------------------------


def test_announced_in_time_but_released_late_is_late(kreis: Rathaus) -> None:
    kreis.laufweg(V)
    kreis.sitzung(S)
    kreis.do(V, "anmelden", SB, sitzung="s1", beratung=1)
    kreis.do(S, "aufnehmen", DIENST, vorlage="v1")
    kreis.bis(dt.datetime(2021, 6, 8, 8, tzinfo=dt.UTC))  # the Vorlagenschluss was on 2 June
    kreis.do(V, "freigeben", LEITUNG, abweichung="eilt")
    kreis.do(V, "formal_annehmen", DIENST)
    kreis.do(S, "tagesordnung_festsetzen", VORSITZ)
    kreis.do(S, "tagesordnung_zustimmen", LEITUNG)
    with pytest.raises(Regelbruch, match=r"TOP Ö 3: nach dem Vorlagenschluss am 02\.06\.2021"):
        kreis.do(S, "einladen", DIENST)
    kreis.do(S, "einladen", DIENST, abweichung="eilt")
    assert [tv.lieferung for t in kreis.state(S).tops for tv in t.vorlagen] == ["nachtrag"]


def test_nobody_says_that_it_came_in_time(kreis: Rathaus) -> None:
    kreis.freigegeben(V)
    kreis.sitzung(S)
    with pytest.raises(Unplausibel, match="folgt aus dem Zeitpunkt"):
        kreis.do(S, "aufnehmen", DIENST, vorlage="v1", lieferung="regulaer")


def test_taken_off_the_draft_it_is_gone_and_may_come_back(kreis: Rathaus) -> None:
    kreis.freigegeben(V)
    kreis.sitzung(S)
    top = kreis.aufgesetzt(V, S)
    kreis.do(S, "absetzen", DIENST, top=top, grund="noch nicht reif")
    assert (nummern(kreis), kreis.station(v=V).status) == ({}, "offen")
    assert kreis.aufgesetzt(V, S) > top  # an id is never used again
    assert nummern(kreis) == {"Sachstand": "Ö 3"}


def test_the_door_brings_the_facts_of_a_paper_that_nobody_registered(kreis: Rathaus) -> None:
    kreis.freigegeben(V, oeffentlich=False, bezeichnung="Personalsache")
    kreis.sitzung(S)
    kreis.do(S, "aufnehmen", DIENST, vorlage="v1")
    top = kreis.state(S).tops[-1]
    assert (top.oeffentlich, top.nummer, top.bezeichnung, kreis.state(S).vorlagen[0].vorlage) == (
        False,
        "N 1",
        "Personalsache",
        "v1",
    )
    with pytest.raises(Unplausibel, match="ob sie öffentlich beraten wird"):
        kreis.do(S, "aufnehmen", DIENST, vorlage="unbekannt")


def test_papers_in_time_counts_the_newest_version_and_who_had_it_first(kreis: Rathaus) -> None:
    top = _bereit(kreis)
    kreis.do(S, "einladen", DIENST)
    kreis.bis(SITZUNG - 1 * TAG)
    kreis.do(S, "bereitstellen", DIENST, vorlage="v1")  # once more, a day before
    assert paper_in_time(kreis.state(S), "v1") is True
    kreis.do(V, "neufassen", SB, grund="Zahlen", abschnitte=[{"name": "Sachlage", "digest": "b" * 64, "groesse": 1}])
    kreis.do(V, "freigeben", LEITUNG)
    assert paper_in_time(kreis.state(S), "v1") is False
    kreis.do(S, "bereitstellen", DIENST, vorlage="v1", weg="tisch")
    assert paper_in_time(kreis.state(S), "v1") is False
    assert top


def _bereit(haus: Rathaus) -> int:
    haus.freigegeben(V)
    haus.do(V, "formal_annehmen", DIENST)
    haus.sitzung(S)
    top = haus.aufgesetzt(V, S)
    haus.bis(SITZUNG - 10 * TAG)
    haus.do(S, "tagesordnung_festsetzen", VORSITZ)
    haus.do(S, "tagesordnung_zustimmen", LEITUNG)
    return top


def test_by_post_it_must_go_earlier(kreis: Rathaus) -> None:
    _bereit(kreis)
    kreis.bis(SITZUNG - 7 * TAG)  # the last day is the 10th; by post it takes two days
    with pytest.raises(Regelbruch, match="nicht rechtzeitig"):
        kreis.do(S, "einladen", DIENST, weg="post", genehmigt_von="die Vorsitzende")
    kreis.do(S, "einladen", DIENST)
    kreis.do(S, "bereitstellen", DIENST, empfaenger=["a-50"], weg="post")
    assert invited_in_time(kreis.state(S)) is False


def test_moved_after_the_invitation_it_is_invited_to_anew(kreis: Rathaus) -> None:
    _bereit(kreis)
    kreis.do(S, "einladen", DIENST)
    kreis.do(S, "verlegen", DIENST, beginn="2021-06-11T16:00:00Z", grund="Saal", abweichung="es geht nicht anders")
    assert invited_in_time(kreis.state(S)) is False
    kreis.do(S, "verlegen", DIENST, beginn="2021-06-30T16:00:00Z", grund="Saal")
    assert (invited_in_time(kreis.state(S)), kreis.state(S).einladungen) == (True, 3)


def test_a_set_agenda_is_another_with_another_paper(kreis: Rathaus) -> None:
    top = _bereit(kreis)
    kreis.freigegeben(V2)
    kreis.do(V2, "formal_annehmen", DIENST)
    kreis.do(S, "aufnehmen", DIENST, vorlage="v2", zu_top=top, abweichung="hierzu")
    with pytest.raises(Regelbruch, match="nicht festgesetzt"):
        kreis.do(S, "einladen", DIENST)


def test_the_rule_of_the_day_of_the_invitation_holds(muster: Regelwerke) -> None:
    """Planned under one version of the rules, invited under the next, which asks for more days."""
    alt = muster.am("kreisstadt", HEUTE.date())
    assert alt is not None
    neu = alt.model_dump(mode="json") | {"gueltig_ab": "2021-05-20"}
    for regel in neu["ladung"]:
        regel["frist"] |= {"tage": 12}
    haus = Rathaus(Regelwerke([alt, type(alt).model_validate(neu)]), "kreisstadt")
    _bereit(haus)
    with pytest.raises(Regelbruch, match="12 Kalendertage"):
        haus.do(S, "einladen", DIENST)


# --- joint meetings -----------------------------------------------------------------------------------------------------


def gemeinsam(haus: Rathaus) -> int:
    """A paper with a station in each committee, on the agenda of their joint meeting."""
    haus.freigegeben(V, gremien=("sozialausschuss", "schulausschuss"))
    haus.do(V, "formal_annehmen", DIENST)
    haus.sitzung(S, weitere_gremien=["schulausschuss"])
    haus.do(V, "anmelden", SB, sitzung="s1", beratung=1)
    haus.do(V, "anmelden", SB, sitzung="s1", beratung=2, abweichung="gemeinsame Sitzung")
    haus.do(S, "aufnehmen", DIENST, vorlage="v1")
    return int(next(t.id for t in haus.state(S).tops if t.vorlagen))


def test_a_joint_meeting_deals_with_both_stations_at_one_item(kreis: Rathaus) -> None:
    top = gemeinsam(kreis)
    assert [b.status for b in kreis.state(V).beratungen] == ["geplant", "geplant"]
    kreis.eroeffnet(S)
    kreis.do(S, "ergebnis", SCHRIFT, top=top, beratung=2, wortlaut="vertagt")
    kreis.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    erste, zweite = kreis.state(V).beratungen
    assert [(t.gremium.id, t.beschluss.wortlaut) for t in erste.behandlungen] == [("sozialausschuss", "zur Kenntnis genommen")]
    assert [(t.gremium.id, t.beschluss.wortlaut) for t in zweite.behandlungen] == [("schulausschuss", "vertagt")]
    assert (erste.status, zweite.status) == ("erledigt", "offen")
    kreis.do(S, "ergebnis_berichtigen", SCHRIFT, top=top, beratung=2, wortlaut="zur Kenntnis genommen", grund="verhört")
    assert kreis.state(V).beratungen[1].status == "erledigt"
    kreis.beendet(S)
    assert kreis.state(V).stufe == "abgeschlossen"


def test_a_joint_meeting_deals_with_the_other_committees_paper(kreis: Rathaus) -> None:
    kreis.freigegeben(V, gremien=("schulausschuss",))
    kreis.sitzung(S, weitere_gremien=["schulausschuss"])
    kreis.eroeffnet(S)
    kreis.do(S, "ergebnis", SCHRIFT, vorlage="v1", wortlaut="zur Kenntnis genommen")
    assert [(b.gremium.id, b.status) for b in kreis.state(V).beratungen] == [("schulausschuss", "erledigt")]


def test_a_joint_meeting_keeps_the_strictest_deadline(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    allein = kreis.state(S).ladung.letzter_tag
    kreis.sitzung(S2, weitere_gremien=["rat"])
    assert kreis.state(S2).ladung.letzter_tag < allein


# --- the end of a meeting -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wie", ["absagen", "beenden"])
def test_a_request_that_nobody_decided_ends_with_the_meeting(kreis: Rathaus, wie: str) -> None:
    kreis.freigegeben(V)
    kreis.sitzung(S)
    punkt(kreis, "Bericht")
    kreis.do(V, "anmelden", SB, sitzung="s1", beratung=1)
    if wie == "absagen":
        kreis.do(S, "absagen", DIENST, grund="Sturm", abweichung="entfällt")
    else:
        kreis.beendet(S)
    assert kreis.station(v=V).angemeldet is None
    assert "für eine andere anmelden" in kreis.state(V).hinweise[-1]
    kreis.sitzung(S2, tag=30)
    kreis.do(V, "anmelden", SB, sitzung="s2", beratung=1)


def test_items_without_a_paper_are_not_lost_silently(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    punkt(kreis, "Bericht")
    with pytest.raises(Regelbruch, match="Punkte ohne Vorlage entfallen: Ö 3"):
        kreis.do(S, "absagen", DIENST, grund="Sturm")
    kreis.do(S, "absagen", DIENST, grund="Sturm", abweichung="nicht mehr nötig")
    assert regeln(kreis, S) == ["Punkte ohne Vorlage entfallen: Ö 3"]


def test_what_is_handed_on_keeps_its_order_and_is_marked_where_it_comes_late(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    eltern = punkt(kreis, "Haushalt")
    punkt(kreis, "Stellenplan", unter=eltern)
    kreis.sitzung(S2, tag=30)
    punkt(kreis, "Anderes", S2)
    kreis.do(S2, "einladen", DIENST, abweichung="ohne Festsetzung")
    kreis.do(S, "absagen", DIENST, grund="Sturm", auf="s2")
    assert nummern(kreis, S2) == {"Anderes": "Ö 3", "Haushalt": "Ö 5", "Stellenplan": "Ö 5.1"}
    assert any("nach der Einladung" in regel for regel in regeln(kreis, S2))


def test_a_cancelled_meeting_that_takes_place_after_all(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    punkt(kreis, "Bericht")
    kreis.sitzung(S2, tag=30)
    for _ in range(2):
        kreis.do(S, "absagen", DIENST, grund="Sturm", auf="s2")
        assert [f.ausgang for f in kreis.state(S).fristen][-2:] == ["entfallen", "entfallen"]
        siegel = seal_digest(kreis.state(S))
        kreis.staende[S] = kreis.state(S).model_copy(update={"siegel": siegel})
        kreis.do(S, "wiederaufnehmen", DIENST, grund="kein Sturm", siegel=siegel)
        assert [f.ausgang for f in kreis.state(S).fristen][-2:] == [None, None]
    assert [t.titel for t in kreis.state(S2).tops].count("Bericht") == 2  # both times it handed on


def test_a_paper_that_was_not_dealt_with_is_a_deviation(kreis: Rathaus) -> None:
    _bereit(kreis)
    kreis.do(S, "einladen", DIENST)
    kreis.do(S, "bekanntmachen", DIENST, wo="Amtsblatt")
    kreis.eroeffnet(S)
    kreis.do(S, "schliessen", VORSITZ)
    assert regeln(kreis, S) == ["TOP Ö 3: eine Vorlage blieb ohne Ergebnis"]


def test_the_same_paper_twice_is_still_refused(kreis: Rathaus) -> None:
    _bereit(kreis)
    with pytest.raises(Doppelt):
        kreis.do(S, "aufnehmen", DIENST, vorlage="v1", abweichung="x")


def test_holidays_and_days_without_a_rule_are_pointed_out(kreis: Rathaus) -> None:
    kreis.sitzung(S, tag=3)  # Fronleichnam
    assert kreis.state(S).hinweise == ("Der 03.06.2021 ist ein Feiertag.",)
    kreis.sitzung(S2, gremium="rat", tag=18)  # a Friday: the rule names Tuesday to Thursday
    assert kreis.state(S2).hinweise == ("Für Sitzungen am Freitag ist keine Ladungsfrist hinterlegt.",)


def test_after_the_signature_nothing_in_the_minutes_changes(kreis: Rathaus) -> None:
    top = _bereit(kreis)
    kreis.do(S, "einladen", DIENST)
    kreis.eroeffnet(S)
    kreis.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="ungeändert beschlossen")
    kreis.do(S, "schliessen", VORSITZ)
    kreis.do(S, "niederschrift_erfassen", SCHRIFT, text={"digest": "a" * 64, "groesse": 1}, top=top)
    kopie = [{"oeffentlich": True, "digest": "c" * 64, "groesse": 9}]
    kreis.do(S, "niederschrift_unterzeichnen", SCHRIFT, original="Sitzungsakte", ausfertigungen=kopie)
    for art, felder in (
        ("anwesenheit_erfassen", {"wer": "m-1"}),
        ("sitzung_oeffentlichkeit", {"top": top, "oeffentlich": False, "grund": "x", "nur_niederschrift": True}),
    ):
        with pytest.raises(FalscheStufe, match="unterzeichnet"):
            kreis.do(S, art, SCHRIFT if art == "anwesenheit_erfassen" else DIENST, **felder)
    kreis.do(S, "ergebnis_berichtigen", SCHRIFT, top=top, wortlaut="abgelehnt", grund="verzählt")
    assert any("in der nächsten zu berichtigen" in regel for regel in regeln(kreis, S))
    anders = [{"oeffentlich": True, "digest": "d" * 64, "groesse": 9}]
    kreis.do(S, "niederschrift_unterzeichnen", VORSITZ, original="Sitzungsakte", ausfertigungen=anders)
    assert [a.digest[0] for a in kreis.state(S).ausfertigungen] == ["c"]


def test_a_part_moved_by_resolution_takes_its_minutes_along(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    top = punkt(kreis, "Bericht")
    kreis.eroeffnet(S)
    kreis.do(S, "niederschrift_erfassen", SCHRIFT, text={"digest": "a" * 64, "groesse": 1}, top=top)
    kreis.do(S, "top_verschieben", DIENST, top=top, oeffentlich=False, grund="Beschluss", bezeichnung="Personalsache")
    assert [t.oeffentlich for t in kreis.state(S).niederschrift] == [False]


def test_only_a_meeting_that_can_takes_items_over(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    kreis.sitzung(S2, gremium="rat", tag=29)
    with pytest.raises(Unplausibel, match="eines anderen Gremiums"):
        kreis.do(S, "absagen", DIENST, grund="Sturm", auf="s2")
    kreis.sitzung("sitzung/kreisstadt/s3", tag=30)
    kreis.do("sitzung/kreisstadt/s3", "absagen", DIENST, grund="Sturm")
    with pytest.raises(Unplausibel, match="vorbei oder abgesagt"):
        kreis.do(S, "absagen", DIENST, grund="Sturm", auf="s3")


def test_agenda_slips_are_refused(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    a, b = punkt(kreis, "A"), punkt(kreis, "B")
    n = punkt(kreis, "N", oeffentlich=False, bezeichnung="Personalsache")
    kreis.do(S, "tops_verbinden", DIENST, haupt=a, tops=[b])
    with pytest.raises(Unplausibel, match="schon mit einem anderen"):
        kreis.do(S, "tops_verbinden", DIENST, haupt=b, tops=[a])
    with pytest.raises(Unplausibel, match="im nichtöffentlichen Teil"):
        kreis.do(S, "top_aendern", DIENST, top=n, nummer="Ö 99")
    with pytest.raises(Unplausibel, match="nichts angegeben"):
        kreis.do(S, "top_aendern", DIENST, top=a)
    with pytest.raises(Unplausibel, match="zweimal genannt"):
        kreis.sitzung(S2, weitere_gremien=["sozialausschuss"])


def test_a_correction_leaves_it_on_hold(kreis: Rathaus) -> None:
    top = _bereit(kreis)
    kreis.do(S, "einladen", DIENST)
    kreis.eroeffnet(S)
    kreis.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="ungeändert beschlossen")
    kreis.do(S, "vollzug_aussetzen", DIENST, top=top, grund="Genehmigung")
    kreis.do(S, "ergebnis_berichtigen", SCHRIFT, top=top, wortlaut="geändert beschlossen", grund="verhört")
    beschluss = next(tv.beschluss for t in kreis.state(S).tops for tv in t.vorlagen)
    assert (beschluss.wortlaut, beschluss.vollzug) == ("geändert beschlossen", "ausgesetzt")


def test_a_released_outcome_of_the_non_public_part(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    top = punkt(kreis, "Personal", oeffentlich=False, bezeichnung="Personalsache")
    kreis.eroeffnet(S)
    kreis.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="ungeändert beschlossen")
    kreis.do(S, "beschluss_veroeffentlichen", DIENST, top=top, grund="Beschluss des Ausschusses")
    t = next(t for t in kreis.state(S).tops if t.id == top)
    assert (t.oeffentlich, t.beschluss.veroeffentlicht) == (False, True)
