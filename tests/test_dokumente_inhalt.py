"""What stands in papers, extracts and lists of tasks: the facts of the case, in the words that a town hall expects."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from dokumente import inhalt
from dokumente.inhalt import Teil
from lifecycle.ablehnung import FalscheStufe, Unbekannt
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SB, SB2, SCHRIFT, VORSITZ, Rathaus, S, V
from schriftgut import GEHEIM, NEUTRAL, M, all_text, held, lies, pdf_text, put


@pytest.fixture
def tagt(haus: Rathaus) -> Rathaus:
    return held(haus)


def fields(s: inhalt.Schriftstueck) -> dict[str, str]:
    return dict(s.daten["felder"])


# --- papers --------------------------------------------------------------------------------------------------------------


def test_a_paper_before_its_release_is_for_the_house_only(haus: Rathaus) -> None:
    haus.laufweg()
    entwurf = inhalt.paper(haus.state(V), M, lies)
    assert entwurf.daten["vermerk"] == "Entwurf, nicht freigegeben" and "Entwurf" in entwurf.daten["kennzeichen"]
    for teil in (Teil.OEFFENTLICH, Teil.INTERNET):
        with pytest.raises(FalscheStufe, match="nicht freigegeben"):
            inhalt.paper(haus.state(V), M, lies, teil)
    assert "Die Lage" in all_text(inhalt.paper(haus.state(V), M, lies, Teil.NICHTOEFFENTLICH))


def test_a_paper_that_is_not_public_shows_its_designation(haus: Rathaus) -> None:
    haus.freigegeben(oeffentlich=False, bezeichnung=NEUTRAL, betreff=GEHEIM)
    offen = inhalt.paper(haus.state(V), M, lies, Teil.OEFFENTLICH)
    assert fields(offen) == {"Betreff": NEUTRAL, "Status": "nichtöffentlich"} and "Nichtöffentlich" in offen.daten["titel"]
    intern = inhalt.paper(haus.state(V), M, lies)
    assert fields(intern)["Betreff"] == GEHEIM and "nichtöffentlich" in intern.daten["kennzeichen"]


def test_a_paper_says_where_it_comes_from_and_how_it_was_signed(haus: Rathaus) -> None:
    haus.laufweg(ursprung={"art": "antrag", "von": "Fraktion X", "datum": "2021-03-01"}, betreff="Anlage 1 - Stand")
    haus.do(V, "mitzeichnen", SB2)
    haus.do(V, "mitzeichnen", AL, antwort="nicht_mitgezeichnet", bemerkung="zu teuer")
    haus.do(V, "mitzeichnen", DEZERNAT)
    haus.do(V, "freigeben", LEITUNG)
    s = inhalt.paper(haus.state(V), M, lies)
    felder = fields(s)
    assert felder["Ursprung"] == "Antrag, Fraktion X, vom 01.03.2021"
    assert (felder["Datum"], felder["Fassung"], felder["Freigegeben"]) == (
        "03.05.2021",
        "Urfassung",
        "Verwaltungsleitung, 03.05.2021",
    )
    assert felder["Betreff"] == "Anlage 1 – Stand"
    assert ["2", "A 46 – Integrationszentrum", "Amtsleitung", "zeichnet nicht mit", "03.05.2021", "zu teuer"] in s.daten[
        "laufweg"
    ]
    assert "p-al" not in all_text(s) and "p-bm" not in all_text(s)
    offen = inhalt.paper(haus.state(V), M, lies, Teil.OEFFENTLICH)
    assert offen.daten["laufweg"] == [] and "Freigegeben" not in fields(offen)


def test_the_public_reads_the_newest_version_that_is_released(haus: Rathaus) -> None:
    haus.eingeladen()
    haus.do(V, "neufassen", SB, grund="neue Zahlen", abschnitte=[{"name": "Sachlage", **put("Neue Zahlen.")}])
    z = haus.state(V)
    assert "Die Lage" in all_text(inhalt.paper(z, M, lies, Teil.OEFFENTLICH))
    assert "Neue Zahlen" in all_text(inhalt.paper(z, M, lies)) and "Die Lage" in all_text(inhalt.paper(z, M, lies, fassung=1))
    with pytest.raises(FalscheStufe, match="nicht freigegeben"):
        inhalt.paper(z, M, lies, Teil.OEFFENTLICH, fassung=2)
    with pytest.raises(Unbekannt, match="Es gibt: 1, 2"):
        inhalt.paper(z, M, lies, fassung=7)


def test_what_was_treated_behind_closed_doors_is_not_told(tagt: Rathaus) -> None:
    tagt.do(S, "sitzung_oeffentlichkeit", DIENST, top=1, oeffentlich=False, grund="Datenschutz", bezeichnung=NEUTRAL)
    z = tagt.state(V)
    assert [b[3] for b in inhalt.paper(z, M, lies, Teil.OEFFENTLICH).daten["beratungen"]] == ["nichtöffentlich behandelt"]
    assert [b[3] for b in inhalt.paper(z, M, lies).daten["beratungen"]] == ["geändert beschlossen"]


# --- extracts ------------------------------------------------------------------------------------------------------------


def test_no_extract_without_an_outcome(haus: Rathaus) -> None:
    haus.eingeladen()
    with pytest.raises(FalscheStufe, match="noch kein Ergebnis"):
        inhalt.extract(haus.state(S), M, 1)
    with pytest.raises(Unbekannt):
        inhalt.extract(haus.state(S), M, 7)


def test_an_extract_says_for_whom_what_and_until_when(tagt: Rathaus) -> None:
    felder = {"grundlage": "zusage", "von_wem": "ein Mitglied", "stelle": "a-50", "faellig_am": "2021-07-10"}
    tagt.do(S, "auftrag_festhalten", SCHRIFT, top=1, verlangt="Übersicht", **felder)
    tagt.do(S, "auftrag_festhalten", SCHRIFT, top=2, verlangt="Kaufpreis prüfen", **felder)
    s = inhalt.extract(tagt.state(S), M, 1)
    assert fields(s)["An"] == "A 46 – Integrationszentrum; A 50 – Sozialamt" and fields(s)["Datum"]
    assert s.daten["auftraege"] == [["Übersicht", "A 50 – Sozialamt", "10.07.2021"]]
    assert s.daten["kennzeichen"] == "Vorläufig" and s.daten["beschluesse"][0]["marke"] == "Beschluss"
    nicht = inhalt.extract(tagt.state(S), M, 2)
    assert nicht.daten["auftraege"][0][0] == "Kaufpreis prüfen" and "nichtöffentlich" in nicht.daten["kennzeichen"]
    with pytest.raises(FalscheStufe, match="für die Öffentlichkeit"):
        inhalt.extract(tagt.state(S), M, 2, Teil.OEFFENTLICH)


@pytest.mark.parametrize(
    ("wortlaut", "marke"),
    [("ungeändert beschlossen", "Beschluss"), ("abgelehnt", "Beschluss"), ("vertagt", "Ergebnis"), ("zur Kenntnis genommen", "Ergebnis")],
)  # fmt: skip
def test_not_every_outcome_is_a_resolution(haus: Rathaus, wortlaut: str, marke: str) -> None:
    haus.behandelt(wortlaut)
    assert inhalt.extract(haus.state(S), M, 1).daten["beschluesse"][0]["marke"] == marke


def test_what_is_not_signed_says_so(tagt: Rathaus) -> None:
    assert "Vorläufig" in inhalt.extract(tagt.state(S), M, 1).daten["vermerk"]
    tagt.do(S, "schliessen", VORSITZ)
    for akteur in (SCHRIFT, VORSITZ):
        tagt.do(S, "niederschrift_unterzeichnen", akteur, original="Sitzungsakte")
    assert inhalt.extract(tagt.state(S), M, 1).daten["vermerk"] is None


# --- tasks ---------------------------------------------------------------------------------------------------------------


def asked(haus: Rathaus, top: int, **felder: Any) -> str:
    grund = {"verlangt": "Übersicht", "grundlage": "zusage", "von_wem": "ein Mitglied", "stelle": "a-46"}
    return f"auftrag/muster/{haus.do(S, 'auftrag_festhalten', SCHRIFT, top=top, **(grund | felder))}"


def test_open_tasks_with_all_that_is_known_of_them(tagt: Rathaus) -> None:
    a = asked(tagt, 1, faellig_am="2021-06-20", unter_einbeziehung=["schulausschuss"])
    n = asked(tagt, 2, verlangt="Kaufpreis prüfen")
    tagt.do(a, "zuweisen", LEITUNG, stelle="a-46")
    tagt.bis(dt.datetime(2021, 7, 1, tzinfo=dt.UTC))
    tagt.do(a, "berichten", SB, text="Zahlen des Landes fehlen")
    z, staende = tagt.state(S), [tagt.state(a), tagt.state(n)]
    liste = inhalt.task_list(z, M, staende, Teil.OEFFENTLICH, {"v1": "2021/0001"})
    (zeile,) = liste.daten["auftraege"]
    assert zeile["verlangt"] == "Übersicht" and zeile["stelle"] == "A 46 – Integrationszentrum"
    assert zeile["faellig"] == "20.06.2021, überfällig seit 21.06.2021"
    assert zeile["stand"] == "zugewiesen. Bericht vom 01.07.2021: Zahlen des Landes fehlen"
    assert zeile["herkunft"] == (
        "Zusage (ein Mitglied); seit 16.06.2021; TOP Ö 1 (SozA); Vorlage 2021/0001; unter Einbeziehung: Schulausschuss"
    )
    assert liste.daten["vermerk"] == "Entwurf, nicht freigegeben"
    assert fields(liste) == {"Zur Sitzung am": "Mittwoch, 16.06.2021", "Stand": "01.07.2021"}
    assert inhalt.task_list(z, M, staende, Teil.OEFFENTLICH, freigegeben=True).daten["vermerk"] is None
    nicht = inhalt.task_list(z, M, staende, Teil.NICHTOEFFENTLICH)
    assert [a["verlangt"] for a in nicht.daten["auftraege"]] == ["Kaufpreis prüfen"]


def test_a_list_has_what_arose_there_and_what_is_due_there(tagt: Rathaus) -> None:
    hier, dort = asked(tagt, 1, verlangt="Für hier"), asked(tagt, 1, verlangt="Für dort", faellig_sitzung="schulausschuss")
    tagt.sitzung("sitzung/muster/s2", gremium="schulausschuss", tag=30)
    tagt.sitzung("sitzung/muster/s3", gremium="rat", tag=30)
    staende = [tagt.state(hier), tagt.state(dort)]

    def verlangt(s: str) -> set[str]:
        return {a["verlangt"] for a in inhalt.task_list(tagt.state(s), M, staende, Teil.OEFFENTLICH).daten["auftraege"]}

    assert (verlangt(S), verlangt("sitzung/muster/s2"), verlangt("sitzung/muster/s3")) == (
        {"Für hier", "Für dort"},
        {"Für dort"},
        set(),
    )
    tagt.do(hier, "aufheben", DIENST, grund="überholt")
    staende = [tagt.state(hier), tagt.state(dort)]
    assert verlangt(S) == {"Für dort"}, "was beendet ist, ist nicht offen"


def test_the_list_is_wide_enough(tagt: Rathaus, tmp_path: Path) -> None:
    """Long words of the trade stay in their column: every cell can be read as it was written."""
    a = asked(tagt, 1, verlangt="Kindertageseinrichtungsfinanzierungsvereinbarung", faellig_sitzung="sozialausschuss")
    seite = pdf_text(inhalt.task_list(tagt.state(S), M, [tagt.state(a)], Teil.OEFFENTLICH), tmp_path)
    assert "Kindertageseinrichtungsfinan" in seite and "nächste Sitzung:" in seite
