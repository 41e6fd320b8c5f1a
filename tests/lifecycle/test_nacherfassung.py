"""The past with its true dates; corrections beside the old; deviations on record."""

import datetime as dt
from typing import Any

import pytest

from lifecycle.ablehnung import NichtBefugt, Unbekannt, Unplausibel
from lifecycle.kern import fold_all
from lifecycle.kerne import kern_of
from rathaus import AL, DIENST, LEITUNG, SACHLAGE, SB, Rathaus, V
from welt import OHNE

FRUEHER = dt.datetime(2019, 3, 4, 10, tzinfo=dt.UTC)


def tag(n: int) -> str:
    return (FRUEHER + dt.timedelta(days=n)).isoformat()


def schritt(art: str, n: int, person: str, stelle: str, rolle: str, **felder: Any) -> dict[str, Any]:
    return {"art": art, "geschehen": tag(n), "akteur": {"person": person, "stelle": stelle, "rolle": rolle}, **felder}


def vergangenheit() -> list[dict[str, Any]]:
    stand = {
        "sitzung": "alt-1", "top": 1, "revision": 1, "nummer": "Ö 3", "beginn": tag(30), "anlass": "Sitzung",
        "gremium": {"id": "sozialausschuss", "name": "Sozialausschuss"}, "oeffentlich": True, "status": "behandelt",
        "beschluss": {"wortlaut": "zur Kenntnis genommen", "klasse": "noted"},
        "sitzung_beendet": True, "sitzung_status": "öffentlich (Sitzung abgeschlossen)",
    }  # fmt: skip
    return [
        schritt(
            "entwerfen", 0, "p-1", "a-46", "sachbearbeitung", vorlageart="mitteilungsvorlage", betreff="Von früher",
            federfuehrend="a-46", abschnitte=[SACHLAGE], nummer="2019/0007", beratungsfolge=[{"gremium": "sozialausschuss"}],
        ),
        schritt("einreichen", 1, "p-1", "a-46", "sachbearbeitung"),
        schritt("mitzeichnen", 2, "p-2", "a-46", "sachbearbeitung"),
        schritt("freigeben", 5, "p-3", "verwaltungsleitung", "verwaltungsleitung", abweichung="vor der Laufmappe"),
        schritt("behandlung_nacherfassen", 30, "p-4", "a-10", "sitzungsdienst", stand=stand),
    ]  # fmt: skip


def test_one_command_carries_a_papers_whole_past(haus: Rathaus) -> None:
    haus.do(V, "nacherfassen", DIENST, schritte=vergangenheit())
    z = haus.vorlage()
    assert (z.stufe, z.nummer, z.nacherfasst, z.seq) == ("abgeschlossen", "2019/0007", True, 6)
    eintraege = haus.verlauf[V]
    assert [e.befehl["art"] for e in eintraege][:5] == [s["art"] for s in vergangenheit()]
    assert [str(e.befehl["geschehen"])[:10] for e in eintraege[:2]] == ["2019-03-04", "2019-03-05"]
    assert all(e.zeit == haus.jetzt for e in eintraege)
    assert eintraege[0].befehl["erfasst_von"] == DIENST.model_dump(mode="json", exclude_defaults=True)
    assert z.fassung.freigabe.am == FRUEHER + dt.timedelta(days=5)


def test_nobody_is_told_of_the_past(haus: Rathaus) -> None:
    haus.do(V, "nacherfassen", DIENST, schritte=vergangenheit())
    assert all("benachrichtigt" not in e.befehl for e in haus.verlauf[V] if e.befehl["art"] != "rueckmeldung")


def test_a_past_that_makes_no_sense_is_refused_as_a_whole(haus: Rathaus) -> None:
    schritte = vergangenheit()
    with pytest.raises(Exception, match="gibt es noch nicht"):
        haus.do(V, "nacherfassen", DIENST, schritte=schritte[1:])
    assert haus.vorlage().seq == 0


def test_limits_of_a_past(haus: Rathaus) -> None:
    with pytest.raises(Unplausibel, match="1 bis 200"):
        haus.do(V, "nacherfassen", DIENST, schritte=[])
    with pytest.raises(Unplausibel, match="1 bis 200"):
        haus.do(V, "nacherfassen", DIENST, schritte=[vergangenheit()[0]] * 201)


def test_only_the_secretariat_records_the_past(haus: Rathaus) -> None:
    with pytest.raises(NichtBefugt):
        haus.do(V, "nacherfassen", SB, schritte=vergangenheit())


def test_what_happened_in_the_past_is_recorded_even_if_it_broke_the_rules(haus: Rathaus) -> None:
    haus.laufweg(geschehen=FRUEHER)
    eigen = LEITUNG.model_copy(update={"person": SB.person})
    haus.do(V, "freigeben", eigen, geschehen=FRUEHER, abweichung="war so")
    assert any("selbst verfasst" in a.regel for a in haus.vorlage().abweichungen)


def test_the_future_is_no_past(haus: Rathaus) -> None:
    with pytest.raises(Unplausibel, match="Zukunft"):
        haus.entwurf(geschehen=haus.jetzt + dt.timedelta(days=1))


def test_a_correction_stands_beside_the_old(haus: Rathaus) -> None:
    haus.laufweg()
    haus.do(V, "berichtigen", SB, zu_seq=1, richtig="Der Entwurf ist vom 2. Mai.", grund="Zahlendreher")
    (b,) = haus.vorlage().berichtigungen
    assert (b.zu_seq, b.richtig) == (1, "Der Entwurf ist vom 2. Mai.")
    assert haus.verlauf[V][0].befehl["art"] == "entwerfen"
    with pytest.raises(Unbekannt, match="Eintrag 99"):
        haus.do(V, "berichtigen", SB, zu_seq=99, richtig="x", grund="y")


def test_a_deviation_can_be_recorded_at_any_time(haus: Rathaus) -> None:
    haus.laufweg()
    haus.do(V, "abweichung_festhalten", AL, regel="Vorlagenschluss", grund="Technikausfall")
    assert haus.vorlage().abweichungen[0].regel == "Vorlagenschluss"


def test_names_are_of_the_day(haus: Rathaus) -> None:
    a50 = SB.model_copy(update={"stelle": "a-50"})
    haus.entwurf("vorlage/muster/frueher", federfuehrend="a-50", akteur=a50)
    haus.jetzt = haus.jetzt.replace(month=8)
    haus.entwurf("vorlage/muster/spaeter", federfuehrend="a-50", akteur=a50)
    namen = [haus.vorlage(f"vorlage/muster/{v}").federfuehrend.name for v in ("frueher", "spaeter")]
    assert namen == ["Sozialamt", "Amt für Soziales und Teilhabe"]


def test_the_entries_alone_yield_the_state(haus: Rathaus) -> None:
    haus.behandelt()
    haus.beendet()
    haus.do("vorlage/muster/alt", "nacherfassen", DIENST, schritte=vergangenheit())
    for workflow, z in haus.staende.items():
        assert fold_all(kern_of(workflow), workflow, haus.verlauf[workflow]) == z


def test_who_acts_acts_now(haus: Rathaus) -> None:
    """The true time of something earlier is stated by who keeps the record, not by who acted."""
    haus.laufweg()
    kern, befehl = (
        kern_of(V),
        {"art": "freigeben", "schluessel": "x", "akteur": LEITUNG, "regelwerk": OHNE, "geschehen": haus.jetzt},
    )
    with pytest.raises(NichtBefugt, match="Wer selbst handelt, handelt jetzt"):
        haus._accept(V, kern.parse(befehl))


def test_every_step_of_a_past_has_its_date_and_no_slip(haus: Rathaus) -> None:
    haus.laufweg()
    wer = {"person": "p-l", "stelle": "verwaltungsleitung", "rolle": "verwaltungsleitung"}
    with pytest.raises(Unplausibel, match="wahres Datum"):
        haus.do(V, "nacherfassen", DIENST, schritte=[{"art": "freigeben", "akteur": wer}])
    vertippt = {"art": "freigeben", "akteur": wer, "geschehn": haus.jetzt.isoformat()}
    roh = {"art": "nacherfassen", "schluessel": "x", "akteur": DIENST, "regelwerk": OHNE, "schritte": [vertippt]}
    with pytest.raises(Unplausibel, match="„geschehn“ gibt es hier nicht"):
        kern_of(V).parse(roh, streng=True)


def test_nothing_happened_to_a_paper_before_it_was_there(haus: Rathaus) -> None:
    haus.laufweg()
    vorher = haus.jetzt - dt.timedelta(days=1)
    with pytest.raises(Unplausibel, match="vor dem Beginn dieses Vorgangs"):
        haus.do(V, "mitzeichnen", AL, geschehen=vorher)


def test_nobody_says_who_recorded_it(haus: Rathaus) -> None:
    haus.laufweg()
    with pytest.raises(Unplausibel, match="stellt die Laufmappe selbst fest"):
        haus.do(V, "freigeben", LEITUNG, erfasst_von=DIENST)
