"""Deadlines of the signing path: reminder, silence that is no signature, extension, and what happened on record."""

import datetime as dt

import pytest

from lifecycle.ablehnung import Regelbruch, Unbekannt, Unplausibel
from lifecycle.empfaenger import receivers
from lifecycle.fristen import told
from lifecycle.kerne import kern_of
from lifecycle.terminsachen import alarm_command
from rathaus import AL, DEZERNAT, HEUTE, LEITUNG, SB, SB2, Rathaus
from schemas.regelwerk import Eskalation, Regelwerke

V = "vorlage/kreisstadt/v1"
TAG = dt.timedelta(days=1)


@pytest.fixture
def kreis(muster: Regelwerke) -> Rathaus:
    return Rathaus(muster, "kreisstadt")


def fristen(haus: Rathaus) -> list[tuple[str, str | None]]:
    return [(f.id.split("/")[-1], f.ausgang.value if f.ausgang else None) for f in haus.state(V).fristen]


def test_who_is_asked_has_a_deadline_and_who_answers_keeps_it(kreis: Rathaus) -> None:
    kreis.laufweg(V)
    assert fristen(kreis) == [("sachbearbeitung", None)]
    frist = kreis.state(V).fristen[0]
    assert told(frist) == (
        "Mitzeichnung A 46 - Integrationszentrum: bis 10.05.2021, läuft "
        "(5 Arbeitstage zur Mitzeichnung, Dienstanweisung (erfunden), Regelwerk ab 2020-01-01)"
    )
    kreis.do(V, "mitzeichnen", SB2)
    assert fristen(kreis) == [("sachbearbeitung", "eingehalten"), ("amtsleitung", None)]


def test_silence_is_noted_and_is_no_signature(kreis: Rathaus) -> None:
    kreis.laufweg(V)
    kreis.bis(HEUTE + 10 * TAG)
    assert fristen(kreis) == [("sachbearbeitung", "versaeumt"), ("amtsleitung", None)]
    platz = kreis.state(V).fassung.plaetze[0]
    assert (platz.antwort.art, platz.antwort.akteur.rolle) == ("nicht_geaeussert", "system")
    arten = [e.befehl["art"] for e in kreis.verlauf[V]]
    assert arten[-2:] == ["frist_erinnert", "frist_abgelaufen"]
    kreis.do(V, "mitzeichnen", AL)
    kreis.do(V, "mitzeichnen", DEZERNAT)
    with pytest.raises(Regelbruch, match="hat sich nicht geäußert"):
        kreis.do(V, "freigeben", LEITUNG)
    kreis.do(V, "freigeben", LEITUNG, abweichung="Die Stelle ist unbesetzt.")
    assert kreis.state(V).stufe == "freigegeben"


def test_late_is_better_than_never(kreis: Rathaus) -> None:
    kreis.laufweg(V)
    kreis.bis(HEUTE + 10 * TAG)
    kreis.do(V, "mitzeichnen", SB2)
    assert kreis.state(V).fassung.plaetze[0].antwort.art == "mitgezeichnet"
    assert fristen(kreis)[0] == ("sachbearbeitung", "versaeumt")


def test_nobody_says_for_himself_that_he_said_nothing(kreis: Rathaus) -> None:
    kreis.laufweg(V)
    with pytest.raises(Unplausibel, match="nur die Laufmappe"):
        kreis.do(V, "mitzeichnen", SB2, antwort="nicht_geaeussert")


def test_an_extension_has_a_reason_and_stays_visible(kreis: Rathaus) -> None:
    kreis.laufweg(V)
    kennung = kreis.state(V).fristen[0].id
    with pytest.raises(Unplausibel, match=r"läuft schon bis 10\.05\.2021"):
        kreis.do(V, "frist_verlaengern", SB, frist=kennung, bis="2021-05-10", grund="Urlaub")
    with pytest.raises(Unbekannt, match="Es laufen: mitzeichnung"):
        kreis.do(V, "frist_verlaengern", SB, frist="gibt/es/nicht", bis="2021-06-10", grund="Urlaub")
    kreis.bis(HEUTE + 6 * TAG)  # reminded
    kreis.do(V, "frist_verlaengern", SB, frist=kennung, bis="2021-05-17", grund="Urlaub")
    assert "verlängert von 10.05.2021 auf 17.05.2021 (Urlaub)" in told(kreis.state(V).fristen[0])
    kreis.bis(HEUTE + 12 * TAG)
    assert fristen(kreis) == [("sachbearbeitung", None)]
    kreis.bis(HEUTE + 16 * TAG)
    arten = [e.befehl["art"] for e in kreis.verlauf[V] if str(e.befehl["art"]).startswith("frist")]
    assert arten == ["frist_erinnert", "frist_verlaengern", "frist_erinnert", "frist_abgelaufen"]


def test_a_paper_that_comes_back_has_no_deadline_and_gets_a_new_one(kreis: Rathaus) -> None:
    kreis.laufweg(V)
    kreis.do(V, "zurueckgeben", LEITUNG, grund="Zahlen fehlen")
    assert fristen(kreis) == [("sachbearbeitung", "entfallen")]
    kreis.bis(HEUTE + 20 * TAG)
    kreis.do(V, "einreichen", SB)
    assert fristen(kreis) == [("sachbearbeitung", "entfallen"), ("sachbearbeitung", None)]


def test_the_past_pretends_no_deadline(kreis: Rathaus) -> None:
    kreis.entwurf(V, geschehen=HEUTE - 300 * TAG)
    kreis.do(V, "einreichen", SB, geschehen=HEUTE - 299 * TAG)
    assert kreis.state(V).fristen == ()


@pytest.mark.parametrize(("erlaubt", "erwartet"), [(False, {"a-46"}), (True, {"a-46", "dezernat-ii"})])
def test_superiors_are_told_only_where_the_staff_council_agreed(muster: Regelwerke, erlaubt: bool, erwartet: set[str]) -> None:
    (rw,) = [r for r in muster.alle if r.kommune == "kreisstadt"]
    frist = rw.laufweg.frist
    assert frist is not None
    eskalation = Eskalation(vereinbarung="Dienstvereinbarung vom 01.02.2021") if erlaubt else None
    neu = rw.laufweg.model_copy(update={"frist": frist.model_copy(update={"eskalation": eskalation})})
    haus = Rathaus(Regelwerke([rw.model_copy(update={"laufweg": neu})]), "kreisstadt")
    haus.laufweg(V)
    haus.bis(HEUTE + 6 * TAG)
    befehl = kern_of(V).parse(alarm_command(haus.state(V)))
    assert befehl.art == "frist_abgelaufen"
    assert set(receivers(haus.state(V), befehl)) == erwartet
