"""Handing over to the archive: when a case may be offered, which answer fits, and what is put on record."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.ablehnung import Ablehnung, Doppelt, FalscheStufe, Geschlossen, NichtBefugt, Unbekannt, Unplausibel
from lifecycle.aussonderung import HOECHSTENS, case_facts, closed_on, file_uuid, kept_until, obstacle, standing_offers
from lifecycle.kern import fold_all
from lifecycle.kerne import kern_of
from rathaus import AL, ARCHIV, DIENST, LEITUNG, TEXT, Rathaus, S, V
from schemas.aussonderung import Bewertungsart, Fall, Stufe

P = "5f0c0c5e-6c4b-5a0e-9b0e-0a5c1c7a0001"
A = f"aussonderung/muster/{P}"
SIEGEL = "b" * 64
STICHTAG = "2033-01-02"


def fall(haus: Rathaus, workflow: str, **anders: Any) -> Fall:
    """What the door would know of a case that was sealed."""
    z = haus.state(workflow)
    z = z.model_copy(update={"siegel": SIEGEL}) if kern_of(workflow).closed(z) else z
    return case_facts(workflow, z, haus.verlauf[workflow]).model_copy(update=anders)


@pytest.fixture
def beendet(haus: Rathaus) -> Rathaus:
    """A paper and its meeting, closed in 2021; and it is 2033."""
    haus.behandelt()
    haus.beendet()
    haus.jetzt = dt.datetime(2033, 1, 3, 9, tzinfo=dt.UTC)
    return haus


def anbieten(haus: Rathaus, *workflows: str, **felder: Any) -> None:
    faelle = tuple(fall(haus, w) for w in workflows)
    voll = {"stichtag": STICHTAG, "vorgaenge": workflows, "faelle": faelle, **felder}
    haus.do(A, "anbieten", voll.pop("akteur", DIENST), **voll)


def antwort(haus: Rathaus, *bewertungen: tuple[str, str], prozess: str = P) -> dict[str, Any]:
    zeilen = [{"objekt": objekt, "art": art} for objekt, art in bewertungen]
    return {"verzeichnis": {"prozess": prozess, "bewertungen": zeilen, "datei": TEXT}, "herkunft": "De-Mail des Archivs"}


def test_from_the_offer_to_the_archives_receipt(beendet: Rathaus) -> None:
    anbieten(beendet, V, S)
    z = beendet.state(A)
    assert (z.stufe, [a.jahre for a in z.angebote]) == (Stufe.ANGEBOTEN, [10, 10])
    assert z.angebote[0].aufbewahrt_bis == dt.date(2031, 12, 31)
    vorlage, sitzung = (a.objekt for a in z.angebote)
    beendet.do(A, "bewertung_uebernehmen", ARCHIV, **antwort(beendet, (vorlage, "A"), (sitzung, "V")))
    z = beendet.state(A)
    assert [a.vorgang for a in z.archivwuerdig()] == [V]
    assert z.angebote[1].bewertung is Bewertungsart.VERNICHTEN
    assert beendet.state(S) is beendet.staende[S], "vernichtet wird nichts"
    beendet.do(A, "abgabe_bestaetigen", ARCHIV, pruefsumme="c" * 64, bestaetigung=TEXT)
    assert (beendet.state(A).stufe, beendet.state(A).container) == (Stufe.ABGEGEBEN, "c" * 64)
    assert A in beendet.versiegelt
    with pytest.raises(Geschlossen):
        beendet.do(A, "angebot_zurueckziehen", DIENST, grund="doch nicht")
    assert fold_all(kern_of(A), A, beendet.verlauf[A]) == beendet.state(A)


def test_no_subject_is_in_its_commands(beendet: Rathaus) -> None:
    anbieten(beendet, V)
    assert "Sachstand" not in str([e.befehl for e in beendet.verlauf[A]])
    assert "Sachstand" in str([e.befehl for e in beendet.verlauf[V]])


@pytest.mark.parametrize(
    ("stichtag", "anders", "satz"),
    [
        ("2031-12-31", {}, "länger aufzubewahren.*am 16.06.2021"),
        (STICHTAG, {"art": "anfrage"}, "keine Aufbewahrungsfrist; für „anfrage“"),
        (STICHTAG, {"art": "beschlussvorlage"}, "dauernd"),
        (STICHTAG, {"anderswo": "x"}, "schon angeboten"),
        (STICHTAG, {"seq": None}, "nicht abgeschlossen"),
        ("2033-01-04", {}, "in der Zukunft"),
    ],
)
def test_what_cannot_be_offered_is_said(beendet: Rathaus, stichtag: str, anders: dict[str, Any], satz: str) -> None:
    with pytest.raises(Ablehnung, match=satz):
        anbieten(beendet, V, stichtag=stichtag, faelle=(fall(beendet, V, **anders),))


def test_the_first_day_after_the_years_is_the_first(beendet: Rathaus) -> None:
    anbieten(beendet, V, stichtag="2032-01-01")
    assert beendet.state(A).stichtag == dt.date(2032, 1, 1)


def test_an_open_paper_is_not_offered(haus: Rathaus) -> None:
    haus.behandelt()  # the meeting has not ended, so the paper is still open
    haus.jetzt = dt.datetime(2033, 1, 3, 9, tzinfo=dt.UTC)
    with pytest.raises(FalscheStufe, match="nicht abgeschlossen"):
        anbieten(haus, V)


@pytest.mark.parametrize(
    ("felder", "art", "satz"),
    [
        ({"vorgaenge": (), "faelle": ()}, Unplausibel, "1 bis 500"),
        ({"vorgaenge": tuple(f"vorlage/muster/{n}" for n in range(HOECHSTENS + 1))}, Unplausibel, "hat 501"),
        ({"vorgaenge": (V, V)}, Doppelt, "zweimal"),
        ({"faelle": ()}, Unplausibel, "fehlt"),
        ({"akteur": ARCHIV}, NichtBefugt, "Sitzungsdienst"),
        ({"akteur": LEITUNG}, NichtBefugt, "Sitzungsdienst"),
    ],
)
def test_an_offer_is_whole_and_somebodys_right(beendet: Rathaus, felder: dict[str, Any], art: type[Ablehnung], satz: str) -> None:
    with pytest.raises(art, match=satz):
        anbieten(beendet, V, **felder)


def test_an_answer_must_be_one_to_our_offer(beendet: Rathaus) -> None:
    anbieten(beendet, V, S)
    v, s = (a.objekt for a in beendet.state(A).angebote)
    fremd = file_uuid("muster", "fremd")
    falsch = [
        (antwort(beendet, (v, "A"), (s, "V"), prozess=fremd), Unplausibel, "gehört zum Prozess"),
        (antwort(beendet, (v, "A"), (s, "V"), (fremd, "A")), Unbekannt, fremd),
        (antwort(beendet, (v, "A")), Unplausibel, f"fehlt {s}"),
        (antwort(beendet, (v, "A"), (s, "V"), (v, "V")), Doppelt, "zweimal"),
        (antwort(beendet, (v, "A"), (s, "X")), Unplausibel, "bewertung_uebernehmen"),
    ]
    for felder, art, satz in falsch:
        with pytest.raises(art, match=satz):
            beendet.do(A, "bewertung_uebernehmen", ARCHIV, **felder)
    assert beendet.state(A).stufe is Stufe.ANGEBOTEN
    beendet.do(A, "bewertung_uebernehmen", ARCHIV, **antwort(beendet, (v, "A"), (s, "V")))
    with pytest.raises(FalscheStufe):
        beendet.do(A, "bewertung_uebernehmen", ARCHIV, **antwort(beendet, (v, "V"), (s, "V")))


def test_a_file_is_valued_with_all_that_is_in_it(beendet: Rathaus) -> None:
    anbieten(beendet, V, S)
    v, s = beendet.state(A).angebote
    beendet.do(A, "bewertung_uebernehmen", ARCHIV, **antwort(beendet, (v.akte, "A"), (s.akte, "A"), (s.objekt, "B")))
    assert [a.bewertung for a in beendet.state(A).angebote] == [Bewertungsart.ARCHIVWUERDIG, Bewertungsart.BEWERTEN]


def test_a_container_is_named_where_there_is_one(beendet: Rathaus) -> None:
    anbieten(beendet, V)
    (v,) = beendet.state(A).angebote
    with pytest.raises(FalscheStufe):
        beendet.do(A, "abgabe_bestaetigen", ARCHIV, pruefsumme="c" * 64)
    beendet.do(A, "bewertung_uebernehmen", DIENST, **antwort(beendet, (v.objekt, "V")))
    with pytest.raises(Unplausibel, match="keinen Container"):
        beendet.do(A, "abgabe_bestaetigen", ARCHIV, pruefsumme="c" * 64)
    beendet.do(A, "abgabe_bestaetigen", ARCHIV)
    assert beendet.state(A).stufe is Stufe.ABGEGEBEN


def test_what_is_offered_stands_there_until_it_is_taken_back_or_left_undecided(beendet: Rathaus) -> None:
    anbieten(beendet, V, S)
    z = beendet.state(A)
    assert standing_offers([z]) == {V: P, S: P}
    v, s = (a.objekt for a in z.angebote)
    beendet.do(A, "bewertung_uebernehmen", ARCHIV, **antwort(beendet, (v, "V"), (s, "B")))
    assert standing_offers([beendet.state(A)]) == {V: P, S: P}
    beendet.do(A, "abgabe_bestaetigen", ARCHIV)
    assert standing_offers([beendet.state(A)]) == {V: P}


def test_taken_back_it_can_be_offered_again(beendet: Rathaus) -> None:
    anbieten(beendet, V)
    with pytest.raises(NichtBefugt):
        beendet.do(A, "angebot_zurueckziehen", ARCHIV, grund="nein")
    beendet.do(A, "angebot_zurueckziehen", DIENST, grund="Frist falsch hinterlegt")
    assert standing_offers([beendet.state(A)]) == {}
    assert A in beendet.versiegelt


# --- how long -----------------------------------------------------------------------------------------------------------


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), st.integers(1, 200))
def test_the_years_run_from_the_end_of_the_year(geschlossen: dt.date, jahre: int) -> None:
    ende = kept_until(geschlossen, jahre)
    assert (ende.month, ende.day) == (12, 31)
    voll = ende.year - geschlossen.year
    assert voll == jahre and kept_until(geschlossen.replace(month=1, day=1), jahre) == ende


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(1, 200))
def test_once_over_it_stays_over(tag: dt.date, jahre: int) -> None:
    f = Fall(vorgang=V, objekt=P, akte=P, art="x", seq=1, geschlossen_am=dt.date(2010, 6, 1))
    if obstacle(f, jahre, tag) is None:
        assert obstacle(f, jahre, tag + dt.timedelta(days=1)) is None
        assert tag > dt.date(2010 + jahre, 12, 31)


def test_a_case_from_the_past_was_closed_on_its_true_day(beendet: Rathaus) -> None:
    eintraege = beendet.verlauf[V]
    assert closed_on(eintraege) == dt.date(2021, 6, 16)
    frueher = [
        e.model_copy(update={"befehl": {**e.befehl, "geschehen": "2009-12-31T23:30:00+00:00"}, "zeit": beendet.jetzt})
        for e in eintraege
    ]
    assert closed_on(frueher) == dt.date(2010, 1, 1), "in Berlin war schon Neujahr"
    vergessen = [e.model_copy(update={"befehl": {"art": e.befehl["art"]}}) for e in frueher]
    assert closed_on(vergessen) == beendet.jetzt.date(), "ohne das wahre Datum zählt das spätere"


def test_what_comes_after_the_end_does_not_prolong_it(beendet: Rathaus) -> None:
    letzter = beendet.verlauf[V][-1]
    spaet = [letzter.model_copy(update={"befehl": {"art": art}, "zeit": beendet.jetzt}) for art in ("versiegelt", "rueckmeldung")]
    assert closed_on([*beendet.verlauf[V], *spaet]) == dt.date(2021, 6, 16)


# --- Aktenzeichen -------------------------------------------------------------------------------------------------------


def test_every_paper_has_an_aktenzeichen(haus: Rathaus) -> None:
    haus.entwurf()
    assert haus.vorlage().aktenzeichen == "A 46/2021/v1"
    haus.entwurf("vorlage/muster/v2", aktenzeichen="51.04")
    assert haus.vorlage("vorlage/muster/v2").aktenzeichen == "51.04"
    haus.jetzt = dt.datetime(2021, 12, 31, 23, 30, tzinfo=dt.UTC)
    haus.entwurf("vorlage/muster/v3")
    assert haus.vorlage("vorlage/muster/v3").aktenzeichen == "10.24 A 46-2022-v3", "nach dem Muster von Musterstadt"


def test_an_aktenzeichen_can_be_changed_and_not_taken_away(haus: Rathaus) -> None:
    haus.entwurf()
    haus.do(V, "bearbeiten", AL, aktenzeichen="51.05")
    assert haus.vorlage().aktenzeichen == "51.05"
    with pytest.raises(Unplausibel, match="jede Vorlage"):
        haus.do(V, "bearbeiten", AL, aktenzeichen=" ")


def test_an_earlier_draft_yields_what_it_yielded(haus: Rathaus) -> None:
    haus.entwurf()
    eintraege = [
        e.model_copy(update={"befehl": {k: v for k, v in e.befehl.items() if k != "gebildetes_aktenzeichen"}})
        for e in haus.verlauf[V]
    ]
    z: Any = fold_all(kern_of(V), V, eintraege)
    assert z.aktenzeichen is None
    anders = case_facts(V, z, eintraege)
    assert anders.akte == file_uuid("muster", "ohne Aktenzeichen/v1")
