"""What the command line shows of a case: everything that people ask it for, in words."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from kommandozeile import ansicht, ausgabe
from kommandozeile.ansicht_vorlage import earlier_subjects
from rathaus import AL, DIENST, LEITUNG, SB, SB2, SCHRIFT, VORSITZ, Rathaus, S, V
from schemas.regelwerk import Regelwerke
from welt import wer

Zeigen = Callable[[Rathaus, str], str]


@pytest.fixture
def zeige(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Zeigen:
    """A case as it is shown, in words without the lines of tables."""
    monkeypatch.setattr(ausgabe, "_console", Console(highlight=False, markup=False, emoji=False, width=400))

    def zeigen(haus: Rathaus, workflow: str) -> str:
        ansicht.case(workflow, haus.state(workflow), haus.verlauf[workflow], None, False)
        return re.sub(r"[│┃ ]+", " ", capsys.readouterr().out)

    return zeigen


def test_a_paper_shows_remarks_dissent_and_deputies(haus: Rathaus, zeige: Zeigen) -> None:
    haus.laufweg()
    haus.do(V, "mitzeichnen", SB2, antwort="mit_anmerkung", bemerkung="Bitte mündlich ergänzen.")
    haus.do(V, "mitzeichnen", wer("p-x", "a-46", "amtsleitung", "p-al"), antwort="nicht_mitgezeichnet", bemerkung="Zu teuer.")
    text = zeige(haus, V)
    assert "mit anmerkung, 03.05.2021 11:00 Bitte mündlich ergänzen." in text
    assert "nicht mitgezeichnet, 03.05.2021 11:00 (p-x in Vertretung für p-al) Zu teuer." in text


def test_voided_answers_stay_visible(haus: Rathaus, zeige: Zeigen) -> None:
    haus.laufweg()
    haus.do(V, "mitzeichnen", SB2, antwort="mit_anmerkung", bemerkung="Gut so.")
    haus.do(V, "mitzeichnen", AL, antwort="zurueckgegeben", bemerkung="Bitte kürzen.")
    haus.do(V, "einreichen", SB)
    text = zeige(haus, V)
    assert "Frühere Antworten (verfallen)" in text
    assert "Gut so." in text and "zurückgegeben, 03.05.2021 11:00 Bitte kürzen." in text


def test_a_paper_shows_what_it_asks_for(haus: Rathaus, zeige: Zeigen) -> None:
    haus.freigegeben()
    haus.sitzung()
    haus.do(V, "anmelden", SB, sitzung="s1", beratung=1)
    assert "offen, angemeldet für Sitzung s1" in zeige(haus, V)
    haus.do(S, "aufnehmen", DIENST, vorlage="v1")
    haus.do(S, "einladen", DIENST)
    haus.do(V, "zurueckziehen", SB, grund="überholt")
    assert "Um Rücknahme ist gebeten; der Sitzungsdienst hat noch nicht entschieden: überholt" in zeige(haus, V)


def test_a_paper_shows_its_earlier_subjects(haus: Rathaus, zeige: Zeigen) -> None:
    haus.entwurf()
    haus.do(V, "bearbeiten", SB, betreff="Bericht")
    haus.do(V, "einreichen", SB)
    haus.do(V, "redaktionell_aendern", SB, betreff="Sachbericht", grund="genauer")
    assert next((b.betreff, b.seq) for b in earlier_subjects(haus.verlauf[V])) == ("Sachstand", 2)
    text = zeige(haus, V)
    assert "(geändert mit Eintrag 2): Sachstand" in text and "Bericht\n" in text


def test_a_meeting_shows_who_asks_by_number_and_subject(haus: Rathaus, zeige: Zeigen) -> None:
    haus.freigegeben()
    haus.sitzung()
    haus.do(V, "anmelden", SB, sitzung="s1", beratung=1)
    nummer = haus.vorlage().nummer
    assert f"Angemeldet, noch zu entscheiden: Vorlage {nummer}, Sachstand (Station 1, seit 03.05.2021 11:00)" in zeige(haus, S)
    haus.do(S, "aufnehmen", DIENST, vorlage="v1")
    haus.do(S, "einladen", DIENST)
    haus.do(V, "zurueckziehen", SB, grund="überholt")
    text = zeige(haus, S)
    assert f"Um Rücknahme gebeten, noch zu entscheiden: Vorlage {nummer}, Sachstand: überholt" in text
    assert f"Unterlagen, Vorlage {nummer}, Sachstand: keine Frist hinterlegt" in text
    haus.do(S, "ruecknahme_entscheiden", DIENST, vorlage="v1", angenommen=False, grund="zu spät")
    assert f"Rücknahme abgelehnt: Vorlage {nummer}, Sachstand: zu spät" in zeige(haus, S)


def test_a_meeting_shows_families_and_what_is_not_carried_out(haus: Rathaus, zeige: Zeigen) -> None:
    top = haus.behandelt("ungeändert beschlossen")
    haus.do(S, "vollzug_aussetzen", LEITUNG, top=top, grund="Einspruch")
    assert "ungeändert beschlossen [Vollzug ausgesetzt: Einspruch]" in zeige(haus, S)
    assert "[Vollzug ausgesetzt: Einspruch]" in zeige(haus, V)
    haus.do(S, "beschluss_aufheben", DIENST, top=top, grund="rechtswidrig", sitzung="s1", top_nummer="Ö 3")
    assert "[aufgehoben durch TOP Ö 3 der Sitzung s1: rechtswidrig]" in zeige(haus, S)


def test_parts_of_an_item_stand_below_it(haus: Rathaus, zeige: Zeigen) -> None:
    haus.sitzung()
    haus.do(S, "top_ergaenzen", DIENST, titel="Haushalt")
    haus.do(S, "top_ergaenzen", DIENST, titel="Verschiedenes")
    eltern = next(t.id for t in haus.state(S).tops if t.titel == "Haushalt")
    haus.do(S, "top_ergaenzen", DIENST, titel="Stellenplan", unter=eltern)
    worte = zeige(haus, S)
    nummer = next(t.nummer for t in haus.state(S).tops if t.titel == "Haushalt")
    assert worte.index("Haushalt") < worte.index(f"{nummer}.1 Stellenplan") < worte.index("Verschiedenes")


def test_a_task_shows_its_answers(haus: Rathaus, zeige: Zeigen) -> None:
    haus.sitzung()
    haus.do(S, "top_ergaenzen", DIENST, titel="Bericht")
    haus.eroeffnet()
    felder = {"verlangt": "Übersicht", "grundlage": "zusage", "von_wem": "ein Mitglied", "faellig_sitzung": "sozialausschuss"}
    kennung = haus.do(S, "auftrag_festhalten", SCHRIFT, top=1, stelle="a-46", **felder)
    a = f"auftrag/muster/{kennung}"
    haus.sitzung("sitzung/muster/s2", tag=30)
    haus.do(a, "zuweisen", DIENST, stelle="a-46")
    haus.do(a, "berichten", AL, text="Das dauert noch.")
    haus.freigegeben(auftrag=kennung)
    haus.do(V, "anmelden", SB, sitzung="s2", beratung=1)
    text = zeige(haus, a)
    assert "nächste Sitzung: Sozialausschuss" in text and "das ist die Sitzung am 30.06.2021" in text
    assert "a-46: Das dauert noch." in text
    assert f"Beantwortet durch Vorlage {haus.vorlage().nummer} (freigegeben)" in text
    assert "sozialausschuss, Sitzung s2: noch ohne Ergebnis" in text and "Noch zu beraten in: sozialausschuss" in text
    haus.do("sitzung/muster/s2", "aufnehmen", DIENST, vorlage="v1")
    haus.do("sitzung/muster/s2", "einladen", DIENST)
    haus.eroeffnet("sitzung/muster/s2")
    haus.do("sitzung/muster/s2", "ergebnis", SCHRIFT, vorlage="v1", wortlaut="zur Kenntnis genommen")
    text = zeige(haus, a)
    assert "sozialausschuss, Sitzung s2: zur Kenntnis genommen" in text
    assert f"Vorgeschlagen: erledigt (Vorlage {haus.vorlage().nummer}: zur Kenntnis genommen)" in text


def test_who_recorded_a_past_is_told(haus: Rathaus) -> None:
    haus.do(V, "nacherfassen", DIENST, schritte=[
        {"art": "entwerfen", "akteur": SB.model_dump(mode="json"), "geschehen": "2021-01-05T09:00:00+01:00",
         "vorlageart": "mitteilungsvorlage", "betreff": "Alt", "federfuehrend": "a-46"},
    ])  # fmt: skip
    (zeile,) = ausgabe.told(haus.verlauf[V], haus.regelwerke)
    assert (zeile["erfasst_von"], zeile["nacherfasst"]) == (DIENST, True)
    assert "nacherfasst von Sitzungsdienst A 10" in zeile["satz"]


def test_signed_minutes_are_told(haus: Rathaus, zeige: Zeigen) -> None:
    haus.sitzung()
    haus.do(S, "top_ergaenzen", DIENST, titel="Bericht")
    haus.beendet()
    assert "Niederschrift unterzeichnet: Schriftführung" in zeige(haus, S)
    assert VORSITZ.rolle.anzeige in zeige(haus, S)


def test_a_meeting_shows_what_was_in_time(muster: Regelwerke, zeige: Zeigen) -> None:
    kreis, s, v = Rathaus(muster, "kreisstadt"), "sitzung/kreisstadt/s1", "vorlage/kreisstadt/v1"
    kreis.freigegeben(v)
    kreis.do(v, "formal_annehmen", DIENST)
    kreis.sitzung(s)
    kreis.aufgesetzt(v, s)
    kreis.do(s, "tagesordnung_festsetzen", VORSITZ)
    kreis.do(s, "tagesordnung_zustimmen", LEITUNG)
    kreis.do(s, "einladen", DIENST)
    nummer = kreis.vorlage(v).nummer
    text = zeige(kreis, s)
    assert "Einladung: 03.05.2021 11:00, rechtzeitig" in text
    assert f"Unterlagen, Vorlage {nummer}, Sachstand: rechtzeitig" in text
    assert "Frist: Einladung: bis 10.06.2021, eingehalten" in text
    assert "Formal angenommen: 03.05.2021 11:00" in zeige(kreis, v)


def test_words_that_changed_are_shown_with_their_difference(haus: Rathaus, capsys: pytest.CaptureFixture[str]) -> None:
    haus.laufweg()
    haus.do(V, "redaktionell_aendern", SB, betreff="Sachbericht", grund="genauer")
    ablage: Any = SimpleNamespace(get=lambda digest: b"Die Lage.")
    ansicht.text(haus.state(V), ablage, False)
    text = capsys.readouterr().out
    assert "redaktionell geändert: Betreff (genauer)\n  - Sachstand\n  + Sachbericht\n" in text
