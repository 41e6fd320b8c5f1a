"""Tasks that are due: on a day, for the next meeting and with it, in every meeting; reminders, reports, follow-up papers."""

import datetime as dt

import pytest

from lifecycle.ablehnung import NichtBefugt, Unplausibel
from lifecycle.gemeinsam import seal_digest
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
    assert (folge.vorlage, folge.nummer, folge.freigegeben, folge.offen) == ("v1", "2021/0001", True, ("sozialausschuss",))
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


def test_an_office_that_gets_the_task_later_is_the_one_reminded(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_am="2021-07-01", stelle=None)
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    assert [f.betrifft for f in kreis.state(a).fristen] == [("a-50",)]
    kreis.do(a, "zuweisen", DIENST, stelle="a-46")
    assert [f.betrifft for f in kreis.state(a).fristen] == [("a-46",)]
    kreis.do(a, "frist_verlaengern", DIENST, frist="faelligkeit", bis="2021-07-15", grund="Urlaub")
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    assert [(f.betrifft, f"{f.letzter_tag:%d.%m.}") for f in kreis.state(a).fristen] == [(("a-50",), "15.07.")]


def test_a_new_day_goes_before_an_extension_and_after_a_miss(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_am="2021-07-01")
    kreis.do(a, "frist_verlaengern", DIENST, frist="faelligkeit", bis="2021-07-15", grund="Urlaub")
    kreis.do(a, "faelligkeit_aendern", DIENST, grund="eilt", am="2021-06-20")
    assert fristen(kreis, a) == [("15.07.", "entfallen"), ("20.06.", None)]
    kreis.bis(HEUTE + 70 * TAG)
    assert fristen(kreis, a)[-1] == ("20.06.", "versaeumt")
    kreis.do(a, "faelligkeit_aendern", DIENST, grund="neu", am="2021-09-20")
    assert fristen(kreis, a)[-1] == ("20.09.", None)


def test_an_extension_rings_no_reminder_that_is_past(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_am="2021-07-01")
    kreis.bis(dt.datetime(2021, 6, 30, 12, tzinfo=dt.UTC))
    kreis.do(a, "frist_verlaengern", DIENST, frist="faelligkeit", bis="2021-07-02", grund="Urlaub")
    kreis.bis(dt.datetime(2021, 7, 2, 12, tzinfo=dt.UTC))
    assert [e.befehl["art"] for e in kreis.verlauf[a]].count("frist_erinnert") == 1


def test_what_was_missed_is_brought_to_mind_until_it_is_done(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_am="2021-06-10")
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    kreis.bis(dt.datetime(2021, 8, 15, 12, tzinfo=dt.UTC))
    gemahnt = [e for e in kreis.verlauf[a] if e.befehl["art"] == "frist_gemahnt"]
    assert len(gemahnt) == 2  # every 30 days
    assert gemahnt[0].befehl["benachrichtigt"] == ["betroffen"]
    kreis.do(a, "erledigt_melden", A50)
    kreis.bis(dt.datetime(2022, 8, 15, 12, tzinfo=dt.UTC))
    assert len([e for e in kreis.verlauf[a] if e.befehl["art"] == "frist_gemahnt"]) == 2


def test_a_date_beyond_the_known_holidays_knows_them_all_the_same(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_am="2031-12-29")
    erinnern = kreis.state(a).fristen[0].erinnern
    assert f"{erinnern:%d.%m.%Y}" == "18.12.2031"  # five working days before, and the 25th and 26th are none


def eingebracht(kreis: Rathaus, a: str, *gremien: str) -> None:
    """The follow-up paper released, for these committees."""
    kreis.freigegeben(V, auftrag=kennung(a), gremien=gremien)
    kreis.do(V, "formal_annehmen", DIENST)


def test_a_paper_that_is_withdrawn_answers_nothing(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_sitzung="sozialausschuss")
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    kreis.sitzung(S2, tag=30)
    eingebracht(kreis, a, "sozialausschuss")
    kreis.do(V, "anmelden", SB, sitzung="s2", beratung=1)
    assert fristen(kreis, a)[-1] == ("16.06.", "eingehalten")
    kreis.do(V, "zurueckziehen", SB, grund="überholt")
    assert fristen(kreis, a)[-1] == ("16.06.", None)
    kreis.bis(dt.datetime(2021, 6, 17, 12, tzinfo=dt.UTC))
    assert fristen(kreis, a)[-1] == ("16.06.", "versaeumt")


def test_only_the_committee_that_asked_is_answered(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_sitzung="sozialausschuss")
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    kreis.sitzung(S2, tag=30)
    kreis.sitzung(S3, gremium="schulausschuss", tag=23)
    eingebracht(kreis, a, "schulausschuss", "sozialausschuss")
    top = kreis.aufgesetzt(V, S3)
    assert fristen(kreis, a) == [("16.06.", None)]
    kreis.do(S3, "eroeffnen", VORSITZ)
    kreis.do(S3, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    assert kreis.state(a).stufe == "zugewiesen"
    top = kreis.aufgesetzt(V, S2, beratung=2)
    assert fristen(kreis, a) == [("16.06.", "eingehalten")]
    kreis.do(S2, "eroeffnen", VORSITZ)
    kreis.do(S2, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    assert kreis.state(a).stufe == "erledigt_gemeldet"


def test_a_result_for_an_earlier_meeting_does_not_keep_the_next_deadline(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_sitzung="sozialausschuss", jede_sitzung=True)
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    kreis.sitzung(S2, tag=23)
    kreis.sitzung(S3, tag=30)
    eingebracht(kreis, a, "sozialausschuss")
    top = kreis.aufgesetzt(V, S2)
    kreis.do(S2, "eroeffnen", VORSITZ)
    kreis.do(S2, "schliessen", VORSITZ)
    assert fristen(kreis, a) == [("09.06.", "eingehalten"), ("16.06.", None)]
    kreis.do(S2, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    assert fristen(kreis, a)[-1] == ("16.06.", None)


def test_a_spoken_report_keeps_what_is_due_in_every_meeting(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_sitzung="sozialausschuss", jede_sitzung=True)
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    kreis.sitzung(S2, tag=23)
    kreis.do(a, "berichten", A50, text="Wie bisher.")
    assert (fristen(kreis, a), kreis.state(a).stufe) == ([("09.06.", "eingehalten")], "zugewiesen")


def test_a_report_asked_for_opens_its_draft_for_the_committees_to_involve(kreis: Rathaus) -> None:
    a = verlangt(kreis, bericht=True, grundlage="bitte", faellig_sitzung="sozialausschuss", unter_einbeziehung=["schulausschuss"])
    assert kreis.state(a).entwurf is None  # nobody has accepted it yet
    kreis.do(a, "annehmen", A50)
    kreis.do(a, "zuweisen", DIENST, stelle="a-46")
    v = f"vorlage/kreisstadt/{kreis.state(a).entwurf}"
    z = kreis.state(v)
    assert (z.stufe, z.betreff, z.federfuehrend.id) == ("entwurf", "Übersicht", "a-46")
    assert [b.gremium.id for b in z.beratungen] == ["schulausschuss", "sozialausschuss"]
    assert (z.ursprung.auftrag, kreis.state(a).folgevorlagen[0].vorlage) == (kennung(a), z.id)
    kreis.do(a, "zuweisen", DIENST, stelle="a-50")
    assert len(kreis.state(a).folgevorlagen) == 1


def test_a_bitte_that_was_declined_waits_again_when_taken_up(kreis: Rathaus) -> None:
    a = verlangt(kreis, grundlage="bitte")
    kreis.do(a, "ablehnen", A50, grund="nicht zuständig")
    siegel = seal_digest(kreis.state(a))
    kreis.staende[a] = kreis.state(a).model_copy(update={"siegel": siegel})
    kreis.do(a, "wiederaufnehmen", DIENST, grund="doch", siegel=siegel)
    assert kreis.state(a).angenommen is None


def test_no_office_that_is_not_concerned_extends_a_deadline(kreis: Rathaus) -> None:
    a = verlangt(kreis, faellig_am="2021-07-01")
    for wer in (SB, A50):
        with pytest.raises(NichtBefugt):
            kreis.do(a, "frist_verlaengern", wer, frist="faelligkeit", bis="2021-07-15", grund="passt uns besser")
    with pytest.raises(NichtBefugt):
        kreis.do(S1, "abweichung_festhalten", SB, regel="x", grund="y")
