"""The meeting: agenda, numbers, results, minutes."""

import datetime as dt
from typing import Any

import pytest

from lifecycle.ablehnung import Doppelt, FalscheStufe, NichtBefugt, Regelbruch, Unplausibel
from lifecycle.nennen import votes
from rathaus import DIENST, LEITUNG, SCHRIFT, TEXT, VORSITZ, Rathaus, S, V
from schemas.beratung import Abstimmung
from welt import wer

NICHT = {"titel": "Personalsache", "oeffentlich": False, "bezeichnung": "Personalangelegenheit"}


def test_public_and_non_public_items_count_apart(haus: Rathaus) -> None:
    haus.sitzung()
    for felder in ({"titel": "A"}, NICHT, {"titel": "B"}):
        haus.do(S, "top_ergaenzen", DIENST, **felder)
    assert [t.nummer for t in haus.state(S).tops] == ["Ö 1", "N 1", "Ö 2"]
    assert haus.state(S).oeffentlichkeit == "gemischt"


@pytest.mark.parametrize(
    ("nummer", "fehler"), [("Ö 1", Doppelt), ("Punkt eins", Unplausibel), ("Ö 5.1", None), ("12.2.1", None), ("A", None)]
)
def test_numbers(haus: Rathaus, nummer: str, fehler: type[Exception] | None) -> None:
    haus.sitzung()
    haus.do(S, "top_ergaenzen", DIENST, titel="A")
    if fehler:
        with pytest.raises(fehler):
            haus.do(S, "top_ergaenzen", DIENST, titel="B", nummer=nummer)
    else:
        haus.do(S, "top_ergaenzen", DIENST, titel="B", nummer=nummer)
        assert haus.state(S).tops[1].nummer == nummer


def test_the_agenda_is_frozen_at_invitation(haus: Rathaus) -> None:
    haus.eingeladen()
    with pytest.raises(FalscheStufe):
        haus.do(S, "top_aendern", DIENST, top=1, nummer="Ö 9")
    with pytest.raises(Regelbruch, match="nach der Einladung"):
        haus.do(S, "top_ergaenzen", DIENST, titel="Spät")
    haus.do(S, "top_ergaenzen", DIENST, titel="Spät", abweichung="Dringlich")
    assert haus.state(S).abweichungen[0].grund == "Dringlich"


def test_an_empty_agenda_invites_nobody(haus: Rathaus) -> None:
    haus.sitzung()
    with pytest.raises(Unplausibel, match="leer"):
        haus.do(S, "einladen", DIENST)


def test_a_result_before_the_opening_is_recorded_as_a_deviation(haus: Rathaus) -> None:
    top = haus.eingeladen()
    haus.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    assert haus.station().status == "erledigt"
    assert "vor der Eröffnung" in haus.state(S).abweichungen[0].regel


def test_an_item_without_paper_has_an_outcome_of_its_own(haus: Rathaus) -> None:
    haus.sitzung()
    haus.do(S, "top_ergaenzen", DIENST, titel="Einwohnerfragestunde")
    haus.do(S, "einladen", DIENST)
    haus.do(S, "eroeffnen", VORSITZ)
    haus.do(S, "ergebnis", SCHRIFT, top=1, wortlaut="ohne Empfehlung")
    assert haus.state(S).tops[0].beschluss.wortlaut == "ohne Empfehlung"


def test_an_unknown_wording_is_taken_and_waits_for_its_class(haus: Rathaus) -> None:
    wortlaut = "Der Ausschuss brummte zustimmend – mit „Bedenken“."
    top = haus.behandelt(wortlaut)
    beschluss = haus.state(S).tops[0].vorlagen[0].beschluss
    assert (beschluss.wortlaut, beschluss.klasse, beschluss.einordnung_offen) == (wortlaut, "none", True)
    haus.do(S, "einordnen", DIENST, top=top, klasse="noted")
    t = haus.station().behandlungen[-1]
    assert (t.beschluss.wortlaut, t.beschluss.klasse, haus.station().status) == (wortlaut, "noted", "erledigt")
    with pytest.raises(FalscheStufe, match="schon eingeordnet"):
        haus.do(S, "einordnen", DIENST, top=top, klasse="adopted")


def test_a_second_result_is_a_correction(haus: Rathaus) -> None:
    top = haus.behandelt("vertagt")
    with pytest.raises(FalscheStufe, match="ergebnis_berichtigen"):
        haus.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="abgelehnt")
    with pytest.raises(Unplausibel, match="Begründung"):
        haus.do(S, "ergebnis_berichtigen", SCHRIFT, top=top, wortlaut="abgelehnt", grund="")
    haus.do(S, "ergebnis_berichtigen", SCHRIFT, top=top, wortlaut="abgelehnt", grund="Hörfehler")
    assert haus.station().behandlungen[-1].beschluss.wortlaut == "abgelehnt"
    assert [e.befehl["wortlaut"] for e in haus.verlauf[S] if "wortlaut" in e.befehl] == ["vertagt", "abgelehnt"]


@pytest.mark.parametrize(
    ("abstimmung", "worte"),
    [
        ({"wortlaut": "einstimmig"}, "einstimmig"),
        ({"ja": 12, "nein": 3, "enthaltung": 0}, "12 Ja, 3 Nein, 0 Enthaltung"),
        ({"gegenstand": "Punkt 2", "art": "geheim", "ja": 5}, "Punkt 2: 5 Ja"),
        ({"art": "namentlich", "stimmen": [{"person": "m-1", "stimme": "Ja"}], "befangen": ["m-2"]}, ""),
    ],
)
def test_votes_of_every_kind_are_kept(haus: Rathaus, abstimmung: dict[str, Any], worte: str) -> None:
    haus.behandelt("geändert beschlossen", abstimmungen=[abstimmung])
    (gehalten,) = haus.station().behandlungen[-1].beschluss.abstimmungen
    assert gehalten == Abstimmung.model_validate(abstimmung)
    assert votes(gehalten) == worte


def test_a_secret_vote_bears_no_names(haus: Rathaus) -> None:
    top = haus.eingeladen()
    geheim = {"art": "geheim", "stimmen": [{"person": "m-1", "stimme": "Ja"}]}
    with pytest.raises(Unplausibel, match="geheime"):
        haus.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="abgelehnt", abstimmungen=[geheim])


def test_the_minutes_are_signed_by_two_and_then_stand(haus: Rathaus) -> None:
    haus.behandelt()
    haus.do(S, "schliessen", VORSITZ)
    with pytest.raises(FalscheStufe, match="keine Niederschrift"):
        haus.do(S, "niederschrift_unterzeichnen", SCHRIFT, original="Akte")
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=1, text=TEXT)
    haus.do(S, "niederschrift_unterzeichnen", SCHRIFT, original="Akte")
    with pytest.raises(Doppelt):
        haus.do(S, "niederschrift_unterzeichnen", SCHRIFT, original="Akte")
    with pytest.raises(NichtBefugt, match="nicht zweimal"):
        haus.do(S, "niederschrift_unterzeichnen", wer("p-sf", "a-10", "vorsitz"), original="Akte")
    with pytest.raises(NichtBefugt, match="unterzeichnen hier"):
        haus.do(S, "niederschrift_unterzeichnen", LEITUNG, original="Akte")
    with pytest.raises(FalscheStufe, match="ändert sich nicht mehr"):
        haus.do(S, "niederschrift_erfassen", SCHRIFT, top=1, text=TEXT)
    haus.do(S, "niederschrift_unterzeichnen", VORSITZ, original="Akte")
    assert haus.state(S).stufe == "abgeschlossen"


def test_publicity_of_item_and_of_its_minutes(haus: Rathaus) -> None:
    haus.behandelt()
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=1, text=TEXT)
    haus.do(S, "sitzung_oeffentlichkeit", DIENST, top=1, oeffentlich=False, nur_niederschrift=True, grund="Namen")
    assert (haus.state(S).niederschrift[0].oeffentlich, haus.state(S).tops[0].oeffentlich) == (False, True)
    with pytest.raises(Unplausibel, match="neutrale Bezeichnung"):
        haus.do(S, "sitzung_oeffentlichkeit", DIENST, top=1, oeffentlich=False, grund="x")
    haus.do(S, "sitzung_oeffentlichkeit", DIENST, top=1, oeffentlich=False, bezeichnung="Vergabe", grund="Beschluss")
    assert haus.station().behandlungen[-1].oeffentlich is False
    haus.do(S, "sitzung_oeffentlichkeit", DIENST, top=1, oeffentlich=True, grund="erledigt")
    assert haus.station().behandlungen[-1].oeffentlich is True


def test_the_minutes_of_a_non_public_item_are_not_public(haus: Rathaus) -> None:
    haus.sitzung()
    haus.do(S, "top_ergaenzen", DIENST, **NICHT)
    haus.do(S, "einladen", DIENST)
    haus.do(S, "eroeffnen", VORSITZ)
    with pytest.raises(Unplausibel):
        haus.do(S, "niederschrift_erfassen", SCHRIFT, top=1, text=TEXT, oeffentlich=True)
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=1, text=TEXT)
    assert haus.state(S).niederschrift[0].oeffentlich is False


def test_moving_a_meeting_tells_its_papers(haus: Rathaus) -> None:
    haus.eingeladen()
    neu = dt.datetime(2021, 6, 23, 16, tzinfo=dt.UTC)
    haus.do(S, "verlegen", DIENST, beginn=neu, grund="Saal belegt")
    assert haus.station().behandlungen[0].beginn == neu
    with pytest.raises(Unplausibel, match="vorbei"):
        haus.do(S, "verlegen", DIENST, beginn=haus.jetzt - dt.timedelta(days=1), grund="x")


def test_publicity_of_a_meeting_is_derived_unless_it_is_past(haus: Rathaus) -> None:
    with pytest.raises(Unplausibel, match="Nacherfassung"):
        haus.sitzung(oeffentlichkeit="gemischt")
    haus.sitzung(oeffentlichkeit="gemischt", geschehen=haus.jetzt)
    assert haus.state(S).oeffentlichkeit == "gemischt"


def test_a_changed_paper_reaches_the_agenda(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.sitzung()
    haus.aufgesetzt()
    haus.do(V, "redaktionell_aendern", wer("p-sb", "a-46", "sachbearbeitung"), betreff="Sachstand (berichtigt)", grund="x")
    assert haus.state(S).vorlagen[0].betreff == "Sachstand (berichtigt)"
