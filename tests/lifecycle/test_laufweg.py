"""The signing path and the release at its end."""

import pytest

from lifecycle.ablehnung import Doppelt, FalscheStufe, NichtBefugt, Regelbruch, Unplausibel
from lifecycle.vorlage.laufweg import turn
from rathaus import A50, AL, DEZERNAT, DIENST, GLEICH, KAEMMEREI, LEITUNG, SB, SB2, Rathaus, V
from welt import wer


def stellen(haus: Rathaus) -> list[tuple[int, str, bool]]:
    return [(p.schritt, p.stelle.id, p.pflicht) for p in haus.vorlage().fassung.plaetze]


def test_the_rules_make_the_path(haus: Rathaus) -> None:
    haus.laufweg()
    assert stellen(haus) == [(1, "a-46", True), (2, "a-46", True), (4, "dezernat-ii", True)]


def test_a_fact_of_the_paper_adds_a_compulsory_place(haus: Rathaus) -> None:
    haus.laufweg(angaben=["finanzielle_auswirkungen"])
    assert (3, "kaemmerei", True) in stellen(haus)
    assert next(p for p in haus.vorlage().fassung.plaetze if p.stelle.id == "kaemmerei").grund == "finanzielle_auswirkungen"


def test_added_places_are_parallel_in_their_step_and_survive_submission(haus: Rathaus) -> None:
    haus.entwurf()
    plaetze = [{"schritt": 3, "stelle": "a-50"}, {"schritt": 3, "stelle": "gleichstellung"}]
    haus.do(V, "beteiligen", SB, plaetze=plaetze)
    haus.do(V, "einreichen", SB)
    haus.do(V, "mitzeichnen", SB2)
    haus.do(V, "mitzeichnen", AL)
    f = haus.vorlage().fassung
    assert {f.plaetze[i].stelle.id for i in turn(f)} == {"a-50", "gleichstellung"}
    haus.do(V, "mitzeichnen", GLEICH, antwort="nicht_betroffen")
    haus.do(V, "mitzeichnen", A50)
    f = haus.vorlage().fassung
    assert [f.plaetze[i].stelle.id for i in turn(f)] == ["dezernat-ii"]


def test_no_command_takes_a_place_away(haus: Rathaus) -> None:
    haus.laufweg(angaben=["finanzielle_auswirkungen"])
    vorher = stellen(haus)
    haus.do(V, "beteiligen", SB, plaetze=[{"schritt": 3, "stelle": "kaemmerei"}])
    assert stellen(haus) == vorher


@pytest.mark.parametrize(
    ("antwort", "bemerkung"),
    [
        ("mitgezeichnet", None),
        ("mit_anmerkung", "Bitte kürzen."),
        ("nicht_mitgezeichnet", "Zu teuer."),
        ("nicht_betroffen", None),
    ],
)
def test_every_answer_lets_the_paper_go_on(haus: Rathaus, antwort: str, bemerkung: str | None) -> None:
    haus.laufweg()
    haus.do(V, "mitzeichnen", SB2)
    haus.do(V, "mitzeichnen", AL, antwort=antwort, bemerkung=bemerkung)
    gegeben = haus.vorlage().fassung.plaetze[1].antwort
    assert (gegeben.art, gegeben.bemerkung) == (antwort, bemerkung)
    haus.do(V, "mitzeichnen", DEZERNAT)
    haus.do(V, "freigeben", LEITUNG)
    assert haus.vorlage().stufe == "freigegeben"
    assert haus.vorlage().fassung.plaetze[1].antwort == gegeben, "ein Widerspruch bleibt stehen"


@pytest.mark.parametrize("antwort", ["mit_anmerkung", "nicht_mitgezeichnet", "zurueckgegeben"])
def test_an_answer_that_needs_a_reason_is_refused_without(haus: Rathaus, antwort: str) -> None:
    haus.laufweg()
    with pytest.raises(Unplausibel, match="Begründung"):
        haus.do(V, "mitzeichnen", SB2, antwort=antwort)


def test_a_return_makes_a_draft_and_the_next_round_starts_anew(haus: Rathaus) -> None:
    haus.laufweg()
    haus.do(V, "mitzeichnen", SB2)
    haus.do(V, "mitzeichnen", AL, antwort="zurueckgegeben", bemerkung="Zahlen fehlen.")
    assert haus.vorlage().stufe == "entwurf"
    haus.do(V, "bearbeiten", SB, betreff="Sachstand, ergänzt")
    haus.do(V, "einreichen", SB)
    f = haus.vorlage().fassung
    assert all(p.antwort is None for p in f.plaetze)
    assert [p.antwort.art for p in f.frueher] == ["mitgezeichnet", "zurueckgegeben"]


def test_silence_is_no_signature(haus: Rathaus) -> None:
    haus.laufweg()
    haus.do(V, "mitzeichnen", SB2)
    with pytest.raises(Regelbruch, match="hat nicht mitgezeichnet"):
        haus.do(V, "freigeben", LEITUNG)
    haus.do(V, "freigeben", LEITUNG, abweichung="Eilt, Rücksprache erfolgt.")
    z = haus.vorlage()
    assert [a.grund for a in z.abweichungen] == ["Eilt, Rücksprache erfolgt."] * 2
    assert all(p.antwort is None for p in z.fassung.plaetze[1:])


def test_out_of_turn(haus: Rathaus) -> None:
    haus.laufweg()
    with pytest.raises(FalscheStufe, match="nicht an der Reihe"):
        haus.do(V, "mitzeichnen", AL)
    with pytest.raises(NichtBefugt):
        haus.do(V, "mitzeichnen", KAEMMEREI)


def test_one_person_never_counts_for_two_steps(haus: Rathaus) -> None:
    haus.laufweg()
    haus.do(V, "mitzeichnen", SB2)
    with pytest.raises(NichtBefugt, match="zwei Schritte"):
        haus.do(V, "mitzeichnen", wer("p-sb2", "a-46", "amtsleitung"))
    with pytest.raises(NichtBefugt, match="zwei Schritte"):
        haus.do(V, "mitzeichnen", wer("p-neu", "a-46", "amtsleitung", fuer="p-sb2"))
    with pytest.raises(NichtBefugt, match="zwei Schritte"):
        haus.do(V, "mitzeichnen", wer("p-sb2", "a-46", "amtsleitung", fuer="p-al"))


def test_acting_for_somebody_shows_both(haus: Rathaus) -> None:
    haus.laufweg()
    haus.do(V, "mitzeichnen", SB2)
    haus.do(V, "mitzeichnen", wer("p-vertretung", "a-46", "amtsleitung", fuer="p-al"))
    akteur = haus.vorlage().fassung.plaetze[1].antwort.akteur
    assert (akteur.person, akteur.fuer) == ("p-vertretung", "p-al")


@pytest.mark.parametrize("person", [("p-sb", None), ("p-x", "p-sb"), ("p-dez", None)])
def test_nobody_releases_what_they_drafted_or_signed(haus: Rathaus, person: tuple[str, str | None]) -> None:
    haus.laufweg()
    for akteur in (SB2, AL, DEZERNAT):
        haus.do(V, "mitzeichnen", akteur)
    with pytest.raises(NichtBefugt):
        haus.do(V, "freigeben", wer(person[0], "verwaltungsleitung", "verwaltungsleitung", fuer=person[1]))


def test_a_second_release_is_refused(haus: Rathaus) -> None:
    haus.freigegeben()
    with pytest.raises(Doppelt, match="schon freigegeben"):
        haus.do(V, "freigeben", LEITUNG)


def test_the_secretariat_may_return_a_released_paper(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.do(V, "zurueckgeben", DIENST, grund="Anlage fehlt")
    assert (haus.vorlage().stufe, haus.vorlage().fassung.freigabe) == ("entwurf", None)


def test_a_missing_section_is_told_at_submission(haus: Rathaus) -> None:
    haus.entwurf(abschnitte=[])
    with pytest.raises(Unplausibel, match="Sachlage"):
        haus.do(V, "einreichen", SB)


def test_the_number_comes_with_submission_and_stays(haus: Rathaus) -> None:
    haus.laufweg()
    haus.laufweg("vorlage/muster/v2")
    nummern = (haus.vorlage().nummer, haus.vorlage("vorlage/muster/v2").nummer)
    assert nummern == ("2021/0001", "2021/0002")
    haus.do(V, "zurueckgeben", LEITUNG, grund="neu")
    haus.do(V, "einreichen", SB)
    assert haus.vorlage().nummer == "2021/0001"
