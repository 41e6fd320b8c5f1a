"""From release to meeting: formal check, draft agenda, setting it, inviting in time, supplements, proof, cancelling."""

import datetime as dt

import pytest

from lifecycle.ablehnung import Doppelt, FalscheStufe, NichtBefugt, Regelbruch, Unplausibel
from lifecycle.sitzung.einberufung import invited_in_time, paper_in_time
from rathaus import DIENST, HEUTE, LEITUNG, SB, VORSITZ, Rathaus, kennung
from schemas.regelwerk import Regelwerke

V, V2 = "vorlage/kreisstadt/v1", "vorlage/kreisstadt/v2"
S, S2 = "sitzung/kreisstadt/s1", "sitzung/kreisstadt/s2"
TAG = dt.timedelta(days=1)
SITZUNG = dt.datetime(2021, 6, 16, 16, tzinfo=dt.UTC)


@pytest.fixture
def kreis(muster: Regelwerke) -> Rathaus:
    return Rathaus(muster, "kreisstadt")


def bereit(haus: Rathaus, *, tage_vorher: int = 10) -> int:
    """A released, accepted paper on the agenda, which is set; so many days before the meeting."""
    haus.freigegeben(V)
    haus.do(V, "formal_annehmen", DIENST)
    haus.sitzung(S)
    top = haus.aufgesetzt(V, S)
    haus.bis(SITZUNG - tage_vorher * TAG)
    festgesetzt(haus)
    return top


def festgesetzt(haus: Rathaus, s: str = S) -> None:
    haus.do(s, "tagesordnung_festsetzen", VORSITZ)
    haus.do(s, "tagesordnung_zustimmen", LEITUNG)


def frist(haus: Rathaus, kennung: str, s: str = S) -> list[str | None]:
    return [f.ausgang.value if f.ausgang else None for f in haus.state(s).fristen if f.id == kennung]


def test_the_agenda_begins_with_what_it_always_has(kreis: Rathaus) -> None:
    bereit(kreis)
    assert [(t.nummer, t.titel) for t in kreis.state(S).tops] == [
        ("Ö 1", "Feststellung von Einladung und Beschlussfähigkeit"),
        ("Ö 2", "Einwohnerfragestunde"),
        ("Ö 3", "Sachstand"),
        ("Ö 4", "Anfragen und Mitteilungen"),
    ]


def test_in_time_with_everything_on_record(kreis: Rathaus) -> None:
    top = bereit(kreis)
    kreis.do(S, "einladen", DIENST)
    z = kreis.state(S)
    assert z.abweichungen == ()
    assert [b.dokument for b in z.bereitstellungen] == ["einladung/1", "vorlage/v1"]
    assert (invited_in_time(z), paper_in_time(z, "v1")) == (True, True)
    assert frist(kreis, "ladung") == ["eingehalten"]
    assert [t.art for t in z.tagesordnungen] == ["festgesetzt", "einladung"]
    kreis.do(S, "bekanntmachen", DIENST, wo="Amtsblatt", nachweis="Nr. 23 vom 08.06.2021")
    assert kreis.state(S).bekanntmachungen[0].wo == "Amtsblatt"
    assert [t.id for t in z.tops if t.vorlagen] == [top]


def test_late_needs_a_reason_and_who_agreed(kreis: Rathaus) -> None:
    bereit(kreis, tage_vorher=5)
    assert frist(kreis, "ladung") == ["versaeumt"]
    with pytest.raises(Regelbruch, match=r"letzter Tag war der 10\.06\.2021.*fehlt die Zustimmung: die Vorsitzende"):
        kreis.do(S, "einladen", DIENST)
    kreis.do(S, "einladen", DIENST, abweichung="Fördermittel verfallen", genehmigt_von="die Vorsitzende am 11.06.2021")
    z = kreis.state(S)
    assert [a.regel.split(";")[0] for a in z.abweichungen] == ["nicht rechtzeitig eingeladen"]
    assert invited_in_time(z) is False


def test_too_late_even_for_an_urgent_case(kreis: Rathaus) -> None:
    bereit(kreis, tage_vorher=2)
    kreis.do(S, "einladen", DIENST, abweichung="Notlage", genehmigt_von="die Vorsitzende")
    assert "auch als Eilfall zu spät" in [a.regel for a in kreis.state(S).abweichungen]


def test_invited_in_time_and_papers_late_are_two_facts(kreis: Rathaus) -> None:
    bereit(kreis)
    kreis.laufweg(V2)
    kreis.do(S, "aufnehmen", DIENST, vorlage="v2", abweichung="kommt später", beratung=1)
    festgesetzt(kreis)
    kreis.do(S, "einladen", DIENST, abweichung="eine Vorlage folgt")
    kreis.bis(SITZUNG - 3 * TAG)
    kreis.do(S, "bereitstellen", DIENST, vorlage="v2", weg="bote")
    z = kreis.state(S)
    assert (invited_in_time(z), paper_in_time(z, "v1"), paper_in_time(z, "v2")) == (True, True, False)


def test_a_paper_that_is_announced_may_stand_on_the_draft_but_not_go_out(kreis: Rathaus) -> None:
    kreis.laufweg(V)
    kreis.sitzung(S)
    kreis.aufgesetzt(V, S)
    festgesetzt(kreis)
    assert not kreis.state(S).vorlagen[0].freigegeben
    with pytest.raises(Regelbruch, match="TOP Ö 3: eine Vorlage ist nicht freigegeben"):
        kreis.do(S, "einladen", DIENST)
    kreis.do(S, "einladen", DIENST, abweichung="wird nachgereicht")
    assert [b.dokument for b in kreis.state(S).bereitstellungen] == ["einladung/1"]


def test_the_formal_check_comes_first_and_once(kreis: Rathaus) -> None:
    kreis.freigegeben(V)
    kreis.sitzung(S)
    kreis.aufgesetzt(V, S)
    festgesetzt(kreis)
    with pytest.raises(Regelbruch, match="nicht formal angenommen"):
        kreis.do(S, "einladen", DIENST)
    kreis.do(V, "formal_annehmen", DIENST)
    with pytest.raises(Doppelt):
        kreis.do(V, "formal_annehmen", DIENST)
    kreis.do(S, "einladen", DIENST)
    assert kreis.state(S).stufe == "eingeladen"


def test_what_goes_back_must_be_accepted_anew(kreis: Rathaus) -> None:
    kreis.freigegeben(V)
    kreis.do(V, "formal_annehmen", DIENST)
    kreis.do(V, "zurueckgeben", DIENST, grund="Anlage fehlt")
    assert kreis.state(V).fassung.formal_angenommen is None


def test_a_changed_agenda_is_set_anew(kreis: Rathaus) -> None:
    bereit(kreis)
    kreis.do(S, "top_ergaenzen", DIENST, titel="Bericht")
    with pytest.raises(Regelbruch, match="nicht festgesetzt"):
        kreis.do(S, "einladen", DIENST)
    kreis.do(S, "tagesordnung_festsetzen", VORSITZ)
    with pytest.raises(Regelbruch, match="nicht zugestimmt"):
        kreis.do(S, "einladen", DIENST)


@pytest.mark.parametrize(
    ("art", "akteur", "fehler"),
    [
        ("tagesordnung_festsetzen", LEITUNG, NichtBefugt),
        ("tagesordnung_zustimmen", LEITUNG, FalscheStufe),
        ("tagesordnung_zustimmen", VORSITZ, NichtBefugt),
    ],
)
def test_who_sets_and_who_agrees_the_rules_say(kreis: Rathaus, art: str, akteur: object, fehler: type[Exception]) -> None:
    kreis.sitzung(S)
    with pytest.raises(fehler):
        kreis.do(S, art, akteur)  # type: ignore[arg-type]


def test_what_comes_after_the_closing_day_is_a_supplement_with_a_reason(kreis: Rathaus) -> None:
    kreis.freigegeben(V)
    kreis.sitzung(S)
    kreis.bis(SITZUNG - 10 * TAG)
    assert frist(kreis, "vorlagenschluss") == ["abgelaufen"]
    kreis.do(V, "anmelden", SB, sitzung=kennung(S), beratung=1)
    with pytest.raises(Regelbruch, match=r"nach dem Vorlagenschluss am 02\.06\.2021"):
        kreis.do(S, "aufnehmen", DIENST, vorlage="v1")
    kreis.do(S, "aufnehmen", DIENST, vorlage="v1", abweichung="Frist des Landes")
    assert kreis.state(S).tops[2].vorlagen[0].lieferung == "nachtrag"


def test_who_asked_in_time_is_not_late(kreis: Rathaus) -> None:
    kreis.freigegeben(V)
    kreis.sitzung(S)
    kreis.do(V, "anmelden", SB, sitzung=kennung(S), beratung=1)
    kreis.bis(SITZUNG - 10 * TAG)
    kreis.do(S, "aufnehmen", DIENST, vorlage="v1")
    assert kreis.state(S).abweichungen == ()


def test_a_supplement_is_a_new_version_of_the_agenda(kreis: Rathaus) -> None:
    bereit(kreis)
    kreis.do(S, "einladen", DIENST)
    with pytest.raises(Unplausibel, match="nicht geändert"):
        kreis.do(S, "nachtrag_ausgeben", DIENST)
    kreis.freigegeben(V2)
    kreis.do(S, "aufnehmen", DIENST, vorlage="v2", beratung=1, abweichung="dringlich")
    with pytest.raises(Regelbruch, match="nicht formal angenommen"):
        kreis.do(S, "nachtrag_ausgeben", DIENST)
    kreis.do(V2, "formal_annehmen", DIENST)
    kreis.do(S, "nachtrag_ausgeben", DIENST)
    z = kreis.state(S)
    assert [t.nummer for t in z.tops] == ["Ö 1", "Ö 2", "Ö 3", "Ö 4", "Ö 5"]  # invited: nothing moves any more
    assert (z.tagesordnungen[-1].nr, z.tagesordnungen[-1].art) == (3, "nachtrag")
    assert [b.dokument for b in z.bereitstellungen][-2:] == ["tagesordnung/3", "vorlage/v2"]
    kreis.bis(SITZUNG)
    kreis.do(S, "eroeffnen", VORSITZ)
    v3 = "vorlage/kreisstadt/v3"
    kreis.freigegeben(v3)
    kreis.do(S, "aufnehmen", DIENST, vorlage="v3", beratung=1, abweichung="Beschluss des Ausschusses")
    assert kreis.state(S).tops[-1].vorlagen[0].lieferung == "tischvorlage"
    assert paper_in_time(kreis.state(S), "v3") is False


def test_moving_the_day_moves_the_deadlines(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    kreis.do(S, "verlegen", DIENST, beginn="2021-06-23T16:00:00Z", grund="Saal belegt")
    fristen = {f.id: f for f in kreis.state(S).fristen if f.ausgang is None}
    assert fristen["ladung"].letzter_tag == dt.date(2021, 6, 17)
    assert fristen["vorlagenschluss"].letzter_tag == dt.date(2021, 6, 9)
    assert frist(kreis, "ladung") == ["entfallen", None]


def test_an_invited_meeting_moved_closer_is_a_deviation(kreis: Rathaus) -> None:
    bereit(kreis, tage_vorher=7)
    kreis.do(S, "einladen", DIENST)
    with pytest.raises(Regelbruch, match="zum neuen Termin"):
        kreis.do(S, "verlegen", DIENST, beginn="2021-06-14T16:00:00Z", grund="Saal belegt")


def test_parts_of_an_item_and_a_new_order(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    kreis.do(S, "top_ergaenzen", DIENST, titel="Haushalt")
    haushalt = next(t.id for t in kreis.state(S).tops if t.titel == "Haushalt")
    for titel in ("Ergebnisplan", "Stellenplan"):
        kreis.do(S, "top_ergaenzen", DIENST, titel=titel, unter=haushalt)
    nummern = {t.titel: t.nummer for t in kreis.state(S).tops}
    assert (nummern["Ergebnisplan"], nummern["Stellenplan"], nummern["Anfragen und Mitteilungen"]) == ("Ö 3.1", "Ö 3.2", "Ö 4")
    ids = [t.id for t in kreis.state(S).tops]
    with pytest.raises(Unplausibel, match="genau einmal"):
        kreis.do(S, "tops_ordnen", DIENST, tops=ids[1:])
    kreis.do(S, "tops_ordnen", DIENST, tops=[haushalt, *(i for i in ids if i != haushalt)])
    assert next((t.nummer, t.titel) for t in kreis.state(S).tops) == ("Ö 1", "Haushalt")
    assert {t.titel: t.nummer for t in kreis.state(S).tops}["Stellenplan"] == "Ö 1.2"


def test_between_public_and_not(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    kreis.do(S, "top_ergaenzen", DIENST, titel="Grundstück Bachstraße 5")
    top = kreis.state(S).tops[-2].id
    with pytest.raises(Unplausibel, match="neutrale Bezeichnung"):
        kreis.do(S, "top_verschieben", DIENST, top=top, oeffentlich=False, grund="Vertragsdaten")
    kreis.do(
        S, "top_verschieben", DIENST, top=top, oeffentlich=False, grund="Vertragsdaten", bezeichnung="Grundstücksangelegenheit"
    )
    verschoben = next(t for t in kreis.state(S).tops if t.id == top)
    assert (verschoben.nummer, verschoben.bezeichnung) == ("N 1", "Grundstücksangelegenheit")
    assert [t.nummer for t in kreis.state(S).tops if t.oeffentlich] == ["Ö 1", "Ö 2", "Ö 3"]


def test_a_cancelled_meeting_hands_its_items_on(kreis: Rathaus) -> None:
    bereit(kreis)
    kreis.sitzung(S2, tag=30)
    kreis.do(S, "top_ergaenzen", DIENST, titel="Bericht der Verwaltung")
    kreis.do(S, "absagen", DIENST, grund="Sturm", auf=kennung(S2))
    titel = [t.titel for t in kreis.state(S2).tops]
    assert titel[2:4] == ["Sachstand", "Bericht der Verwaltung"] and len(titel) == 5
    assert kreis.station(v=V).status == "geplant"
    assert {t.sitzung: t.status for t in kreis.station(v=V).behandlungen} == {"s1": "abgesetzt", "s2": "offen"}
    assert all(f.ausgang is not None for f in kreis.state(S).fristen)


def test_a_past_meeting_pretends_nothing(kreis: Rathaus) -> None:
    frueher = HEUTE - 100 * TAG
    kreis.do(S, "planen", DIENST, gremium="sozialausschuss", beginn=frueher, geschehen=frueher - 20 * TAG)
    z = kreis.state(S)
    assert (z.fristen, z.ladung, z.tops) == ((), None, ())
