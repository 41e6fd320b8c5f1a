"""The course of the meeting and its minutes: attendance, versions, signatures, corrections elsewhere, resolutions on hold."""

import pytest

from lifecycle.ablehnung import Doppelt, FalscheStufe, Unplausibel
from lifecycle.gemeinsam import seal_digest
from rathaus import DIENST, LEITUNG, SCHRIFT, TEXT, VORSITZ, Rathaus, S
from schemas.zustand import Zustand

S2 = "sitzung/muster/s2"
ANDERER = {"digest": "b" * 64, "groesse": 5}


def versiegelt(haus: Rathaus, s: str = S) -> str:
    """The closing entry, as the workflow makes it."""
    z: Zustand = haus.state(s)
    siegel = seal_digest(z)
    haus.staende[s] = z.model_copy(update={"siegel": siegel})
    return siegel


def test_who_was_there_and_when(haus: Rathaus) -> None:
    haus.behandelt()
    haus.do(S, "anwesenheit_erfassen", SCHRIFT, wer="m-1", name="Ein Mitglied", von_wann="2021-06-16T16:20:00Z")
    haus.do(S, "anwesenheit_erfassen", SCHRIFT, wer="m-2", entschuldigt=True)
    haus.do(S, "anwesenheit_erfassen", SCHRIFT, wer="m-1", von_wann="2021-06-16T16:20:00Z", bis_wann="2021-06-16T17:00:00Z")
    haus.do(S, "anwesenheit_erfassen", SCHRIFT, wer="m-1", von_wann="2021-06-16T17:30:00Z")
    assert [(a.person, a.name, a.bis is not None, a.entschuldigt) for a in haus.state(S).anwesenheit] == [
        ("m-2", None, False, True),
        ("m-1", "Ein Mitglied", True, False),  # left, for instance for Befangenheit
        ("m-1", "Ein Mitglied", False, False),  # and came back
    ]
    with pytest.raises(Unplausibel, match="keine Anwesenheitszeiten"):
        haus.do(S, "anwesenheit_erfassen", SCHRIFT, wer="m-3", entschuldigt=True, von_wann="2021-06-16T16:20:00Z")
    felder = {"von_wann": "2021-06-16T17:00:00Z", "bis_wann": "2021-06-16T16:00:00Z"}
    with pytest.raises(Unplausibel, match="vor ihrem Anfang"):
        haus.do(S, "anwesenheit_erfassen", SCHRIFT, wer="m-3", **felder)


def test_an_interruption_begins_and_ends(haus: Rathaus) -> None:
    haus.behandelt()
    with pytest.raises(FalscheStufe):
        haus.do(S, "sitzung_fortsetzen", VORSITZ)
    haus.do(S, "sitzung_unterbrechen", VORSITZ)
    with pytest.raises(FalscheStufe):
        haus.do(S, "sitzung_unterbrechen", VORSITZ)
    haus.do(S, "sitzung_fortsetzen", VORSITZ)
    (pause,) = haus.state(S).unterbrechungen
    assert pause.bis is not None


def test_an_internet_version_stands_beside_the_original(haus: Rathaus) -> None:
    top = haus.behandelt()
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=TEXT, redner=["Herr Beispiel (sachkundiger Bürger)"])
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=ANDERER, internet=True)
    assert [(t.internet, t.digest[0], bool(t.redner)) for t in haus.state(S).niederschrift] == [
        (False, "a", True),
        (True, "b", False),
    ]
    with pytest.raises(Unplausibel, match="nicht in der Internetfassung"):
        haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=ANDERER, internet=True, redner=["X"])
    with pytest.raises(Unplausibel, match="nur vom öffentlichen Teil"):
        haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=ANDERER, internet=True, oeffentlich=False)


def test_after_signing_only_the_internet_version_can_follow(haus: Rathaus) -> None:
    top = haus.behandelt()
    haus.do(S, "schliessen", VORSITZ)
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=TEXT)
    haus.do(S, "niederschrift_unterzeichnen", SCHRIFT, original="Sitzungsakte")
    with pytest.raises(FalscheStufe, match="in der nächsten Niederschrift"):
        haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=ANDERER)
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=ANDERER, internet=True)


def test_a_click_is_no_signature(haus: Rathaus) -> None:
    haus.behandelt()
    haus.do(S, "schliessen", VORSITZ)
    haus.do(S, "niederschrift_erfassen", SCHRIFT, text=TEXT)
    with pytest.raises(Unplausibel, match="Ein Klick ist keine Unterschrift"):
        haus.do(S, "niederschrift_unterzeichnen", SCHRIFT)
    haus.do(S, "niederschrift_unterzeichnen", SCHRIFT, signatur=ANDERER)
    assert haus.state(S).unterschriften[0].signatur == "b" * 64


def test_a_correction_stands_in_the_next_minutes(haus: Rathaus) -> None:
    haus.behandelt()
    haus.beendet()
    haus.sitzung(S2, tag=30)
    haus.do(S2, "top_ergaenzen", DIENST, titel="Niederschrift")
    haus.do(S2, "eroeffnen", VORSITZ)
    haus.do(S2, "niederschrift_genehmigen", SCHRIFT, sitzung="s1")
    haus.do(S2, "niederschrift_berichtigen", SCHRIFT, sitzung="s1", top_nummer="Ö 1", text=ANDERER, grund="Zahl verwechselt")
    with pytest.raises(Unplausibel, match="früheren Sitzung"):
        haus.do(S2, "niederschrift_berichtigen", SCHRIFT, sitzung="s2", text=ANDERER, grund="x")
    with pytest.raises(Unplausibel, match="Einwendung"):
        haus.do(S2, "niederschrift_genehmigen", SCHRIFT, sitzung="s1", genehmigt=False)
    assert [(v.sitzung, v.genehmigt, v.berichtigung is not None) for v in haus.state(S2).vermerke] == [
        ("s1", True, False),
        ("s1", None, True),
    ]
    assert [t.digest for t in haus.state(S).niederschrift] == ["a" * 64]


def test_a_resolution_on_hold_released_and_rescinded(haus: Rathaus) -> None:
    top = haus.behandelt("ungeändert beschlossen")

    def vollzug() -> str:
        return str(haus.state(S).tops[0].vorlagen[0].beschluss.vollzug)

    with pytest.raises(Unplausibel, match="Begründung"):
        haus.do(S, "vollzug_aussetzen", LEITUNG, top=top)
    haus.do(S, "vollzug_aussetzen", LEITUNG, top=top, grund="Genehmigung der Bezirksregierung steht aus")
    assert vollzug() == "ausgesetzt"
    assert haus.station().behandlungen[0].beschluss.vollzug == "ausgesetzt"
    haus.do(S, "vollzug_freigeben", LEITUNG, top=top)
    assert vollzug() == "vollziehbar"
    durch = {"sitzung": "s2", "top_nummer": "Ö 4"}
    haus.do(S, "beschluss_aufheben", DIENST, top=top, grund="neuer Beschluss", **durch)
    assert vollzug() == "aufgehoben"
    assert haus.state(S).tops[0].vorlagen[0].beschluss.aufgehoben_durch == "s2/Ö 4"
    with pytest.raises(FalscheStufe, match="schon aufgehoben"):
        haus.do(S, "vollzug_aussetzen", LEITUNG, top=top, grund="x")


def test_a_paper_whose_resolution_is_on_hold_stays_open(haus: Rathaus) -> None:
    top = haus.behandelt("ungeändert beschlossen")
    haus.do(S, "vollzug_aussetzen", LEITUNG, top=top, grund="Genehmigung steht aus")
    haus.beendet()
    assert (haus.vorlage().stufe, haus.station().status) == ("in_beratung", "erledigt")
    haus.do(S, "wiederaufnehmen", LEITUNG, grund="Genehmigung ist da", siegel=versiegelt(haus))
    haus.do(S, "vollzug_freigeben", LEITUNG, top=top)
    haus.do(S, "schliessen", VORSITZ)
    assert haus.vorlage().stufe == "abgeschlossen"


def test_taken_up_again_the_signed_text_stays_and_it_closes_once_more(haus: Rathaus) -> None:
    top = haus.behandelt("ungeändert beschlossen")
    haus.beendet()
    assert haus.state(S).stufe == "abgeschlossen"
    haus.do(S, "wiederaufnehmen", LEITUNG, grund="Beanstandung", siegel=versiegelt(haus))
    assert (haus.state(S).stufe, len(haus.state(S).unterschriften)) == ("geschlossen", 2)
    with pytest.raises(FalscheStufe, match="ändert sich nicht mehr"):
        haus.do(S, "niederschrift_erfassen", SCHRIFT, text=ANDERER)
    haus.do(S, "beschluss_aufheben", DIENST, top=top, grund="beanstandet", sitzung="s2", top_nummer="Ö 4")
    haus.do(S, "schliessen", VORSITZ)
    assert haus.state(S).stufe == "abgeschlossen"


def test_closed_is_closed(haus: Rathaus) -> None:
    haus.behandelt()
    haus.do(S, "schliessen", VORSITZ)
    with pytest.raises(Doppelt):
        haus.do(S, "schliessen", VORSITZ)


def test_the_list_of_tasks_is_released_by_the_head(haus: Rathaus) -> None:
    haus.sitzung()
    haus.do(S, "aufgabenliste_freigeben", LEITUNG, text=TEXT)
    haus.do(S, "aufgabenliste_freigeben", LEITUNG, text=ANDERER)
    assert [a.digest[0] for a in haus.state(S).aufgabenlisten] == ["b"]
