"""Tasks that are due: on a day, for the next meeting and with it, in every meeting; reminders, reports, follow-up papers."""

import datetime as dt

import pytest

from lifecycle.ablehnung import Unplausibel
from rathaus import A50, DIENST, HEUTE, LEITUNG, SB, SCHRIFT, VORSITZ, Rathaus, kennung
from schemas.regelwerk import Regelwerke

S1, S2, S3 = (f"sitzung/kreisstadt/s{nr}" for nr in (1, 2, 3))
V = "vorlage/kreisstadt/v1"
TAG = dt.timedelta(days=1)


@pytest.fixture
def kreis(muster: Regelwerke) -> Rathaus:
    return Rathaus(muster, "kreisstadt")


def verlangt(haus: Rathaus, s: str = S1, **felder: object) -> str:
    """A task that arises in a meeting without a paper; its workflow."""
    haus.sitzung(s, tag=2)
    haus.do(s, "top_ergaenzen", DIENST, titel="Bericht")
    haus.do(s, "eroeffnen", VORSITZ)
    top = haus.state(s).tops[0].id
    was = {"top": top, "verlangt": "Übersicht", "grundlage": "zusage", "von_wem": "ein Mitglied", "stelle": "a-50", **felder}
    return f"auftrag/kreisstadt/{haus.do(s, 'auftrag_festhalten', SCHRIFT, **was)}"


def fristen(haus: Rathaus, a: str) -> list[tuple[str, str | None]]:
    return [(f"{f.letzter_tag:%d.%m.}", f.ausgang.value if f.ausgang else None) for f in haus.state(a).fristen]


def test_on_a_day_with_a_reminder_before(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_am="2021-07-01")
    assert fristen(kreis, a) == [("01.07.", None)]
    kreis.bis(HEUTE + 70 * TAG)
    arten = [e.befehl["art"] for e in kreis.verlauf[a]]
    assert arten == ["vormerken", "frist_erinnert", "frist_abgelaufen"]
    assert fristen(kreis, a) == [("01.07.", "versaeumt")]
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    assert fristen(kreis, a) == [("01.07.", "versaeumt")]  # it does not begin again by itself


def test_done_in_time(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_am="2021-07-01")
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    kreis.do(a, "erledigt_melden", A50)
    assert fristen(kreis, a) == [("01.07.", "eingehalten")]
    kreis.do(a, "fortsetzen", DIENST)
    assert fristen(kreis, a) == [("01.07.", "eingehalten"), ("01.07.", None)]


def test_the_next_meeting_is_the_next_one_and_not_this(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_sitzung="sozialausschuss")
    assert kreis.state(a).termin is None
    kreis.sitzung(S2, tag=30)
    assert (kreis.state(a).termin.sitzung, fristen(kreis, a)) == ("s2", [("16.06.", None)])  # Vorlagenschluss of 30 June
    assert "zum Vorlagenschluss der Sitzung am 30.06.2021" in kreis.state(a).fristen[0].regel


def test_it_moves_with_the_meeting_and_goes_on_when_that_is_cancelled(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_sitzung="sozialausschuss")
    kreis.sitzung(S2, tag=23)
    kreis.sitzung(S3, tag=30)
    assert fristen(kreis, a)[-1] == ("09.06.", None)
    kreis.do(S2, "verlegen", DIENST, beginn="2021-06-25T16:00:00Z", grund="Saal")
    assert fristen(kreis, a)[-1] == ("11.06.", None)
    kreis.do(S2, "absagen", DIENST, grund="Sturm")
    assert (kreis.state(a).termin.sitzung, fristen(kreis, a)[-1]) == ("s3", ("16.06.", None))
    kreis.do(S3, "absagen", DIENST, grund="Sturm")
    assert kreis.state(a).termin is None
    assert [ausgang for _, ausgang in fristen(kreis, a)] == ["entfallen"] * 3


def test_a_meeting_planned_before_counts_too(kreis: Rathaus) -> None:
    kreis.sitzung(S2, tag=30)
    a = verlangt(kreis, faellig_sitzung="sozialausschuss")
    assert kreis.state(a).termin.sitzung == "s2"


def test_a_closing_day_that_was_over_means_the_day_itself(kreis: Rathaus) -> None:
    kreis.sitzung(S2, tag=9)
    kreis.bis(dt.datetime(2021, 6, 2, 16, tzinfo=dt.UTC))
    a = verlangt_am(kreis)
    assert fristen(kreis, a) == [("09.06.", None)]


def verlangt_am(haus: Rathaus) -> str:
    haus.do(S1, "planen", DIENST, gremium="sozialausschuss", beginn=haus.jetzt + dt.timedelta(hours=1))
    haus.do(S1, "eroeffnen", VORSITZ)
    top = haus.state(S1).tops[0].id
    was = {"top": top, "verlangt": "Übersicht", "grundlage": "zusage", "von_wem": "ein Mitglied", "stelle": "a-50"}
    return f"auftrag/kreisstadt/{haus.do(S1, 'auftrag_festhalten', SCHRIFT, **was, faellig_sitzung='sozialausschuss')}"


def test_every_meeting_again(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_sitzung="sozialausschuss", jede_sitzung=True)
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    kreis.sitzung(S2, tag=23)
    kreis.sitzung(S3, tag=30)
    assert fristen(kreis, a) == [("09.06.", None)]
    kreis.bis(dt.datetime(2021, 6, 23, 16, tzinfo=dt.UTC))
    kreis.do(S2, "top_ergaenzen", DIENST, titel="Bericht")
    kreis.do(S2, "eroeffnen", VORSITZ)
    kreis.do(S2, "schliessen", VORSITZ)
    assert kreis.state(a).termin.sitzung == "s3"
    assert next(ausgang for _, ausgang in fristen(kreis, a)) == "versaeumt"
    assert kreis.state(a).stufe == "zugewiesen"


def test_suspended_it_waits_for_nothing(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_am="2021-07-01")
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    kreis.do(a, "aussetzen", A50, grund="Land prüft")
    assert fristen(kreis, a) == [("01.07.", "entfallen")]
    kreis.do(a, "fortsetzen", A50)
    assert fristen(kreis, a)[-1] == ("01.07.", None)


def test_a_report_as_a_paper_proposes_that_it_is_done(kreis: Rathaus) -> None:
    """The main case's request: overview for the next meeting; the paper answers it, the secretariat confirms."""
    a = verlangt(kreis, grundlage="bitte", faellig_sitzung="sozialausschuss", unter_einbeziehung=["schulausschuss"])
    kreis.do(a, "annehmen", LEITUNG)
    kreis.do(a, "zuweisen", DIENST, stelle="a-46")
    kreis.do(a, "beginnen", SB)
    kreis.sitzung(S2, tag=30)
    kreis.freigegeben(V, auftrag=kennung(a))
    folge = kreis.state(a).folgevorlagen[0]
    assert (folge.vorlage, folge.nummer, folge.behandelt) == ("v1", "2021/0001", None)
    assert (kreis.state(V).ursprung.art, kreis.state(V).ursprung.auftrag) == ("auftrag", kennung(a))
    kreis.do(V, "formal_annehmen", DIENST)
    top = kreis.aufgesetzt(V, S2)
    kreis.do(S2, "tagesordnung_festsetzen", VORSITZ)
    kreis.do(S2, "tagesordnung_zustimmen", LEITUNG)
    kreis.do(S2, "einladen", DIENST)
    kreis.bis(dt.datetime(2021, 6, 15, 16, tzinfo=dt.UTC))
    kreis.do(S2, "eroeffnen", VORSITZ)
    kreis.do(S2, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    z = kreis.state(a)
    assert (z.stufe, z.vorgeschlagen) == ("erledigt_gemeldet", "Vorlage 2021/0001: zur Kenntnis genommen")
    assert fristen(kreis, a)[-1] == ("16.06.", "eingehalten")
    kreis.do(a, "erledigung_bestaetigen", DIENST)
    assert kreis.state(a).stufe == "erledigt"
    assert kreis.state("gremium/kreisstadt/sozialausschuss").wartende == ()


def test_what_is_over_waits_no_longer(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_sitzung="sozialausschuss")
    assert [w.auftrag for w in kreis.state("gremium/kreisstadt/sozialausschuss").wartende] == [kennung(a)]
    kreis.do(a, "aufheben", DIENST, grund="überholt")
    assert kreis.state("gremium/kreisstadt/sozialausschuss").wartende == ()
    assert kreis.state(a).fristen == ()


def test_another_due_date(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_sitzung="sozialausschuss")
    kreis.sitzung(S2, tag=30)
    with pytest.raises(Unplausibel):
        kreis.do(a, "faelligkeit_aendern", DIENST, grund="anders")
    kreis.do(a, "faelligkeit_aendern", DIENST, grund="früher", am="2021-06-10")
    assert fristen(kreis, a) == [("16.06.", "entfallen"), ("10.06.", None)]
    assert kreis.state("gremium/kreisstadt/sozialausschuss").wartende == ()
    kreis.do(a, "faelligkeit_aendern", DIENST, grund="doch", zur_sitzung_von="sozialausschuss")
    assert fristen(kreis, a)[-1] == ("16.06.", None)
