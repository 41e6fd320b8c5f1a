"""Tasks and number ranges."""

from typing import Any

import pytest

from lifecycle.ablehnung import Geschlossen, NichtBefugt, Unplausibel
from lifecycle.auftrag.faelligkeit import due_text
from rathaus import A50, AL, DIENST, LEITUNG, SB, SCHRIFT, Rathaus, S, V

ANGABEN = {"top": 1, "verlangt": "Übersicht", "grundlage": "bitte", "von_wem": "ein Mitglied"}


def auftrag(haus: Rathaus, **felder: Any) -> str:
    haus.behandelt()
    kennung = haus.do(S, "auftrag_festhalten", SCHRIFT, **{**ANGABEN, **felder})
    return f"auftrag/muster/{kennung}"


def stufe(haus: Rathaus, a: str) -> str:
    return str(haus.state(a).stufe)


def test_a_request_is_not_lost_and_waits_to_be_accepted(haus: Rathaus) -> None:
    a = auftrag(haus, faellig_sitzung="sozialausschuss", unter_einbeziehung=["schulausschuss"], ferner=["mit den Schulen"])
    z = haus.state(a)
    assert (z.stufe, z.angenommen, z.vorlage, z.sitzung, z.top) == ("vorgemerkt", None, "v1", "s1", "Ö 1")
    assert due_text(z.angaben.faellig) == "nächste Sitzung: Sozialausschuss"
    assert [g.id for g in z.angaben.unter_einbeziehung] == ["schulausschuss"]
    assert haus.station().behandlungen[-1].beschluss.wortlaut == "zur Kenntnis genommen"


def test_the_whole_way_of_a_request(haus: Rathaus) -> None:
    a = auftrag(haus)
    haus.do(a, "zuweisen", LEITUNG, stelle="a-50")
    with pytest.raises(Unplausibel, match="noch nicht angenommen"):
        haus.do(a, "beginnen", A50)
    haus.do(a, "annehmen", A50)
    haus.do(a, "beginnen", A50)
    haus.do(a, "berichten", A50, text="Zahlen liegen erst im Herbst vor.")
    haus.do(a, "aussetzen", A50, grund="Erhebung läuft")
    haus.do(a, "fortsetzen", A50)
    haus.do(a, "erledigt_melden", A50)
    assert stufe(haus, a) == "erledigt_gemeldet"
    haus.do(a, "erledigung_bestaetigen", DIENST)
    assert stufe(haus, a) == "erledigt"
    assert a in haus.versiegelt
    with pytest.raises(Geschlossen):
        haus.do(a, "berichten", A50, text="noch etwas")


@pytest.mark.parametrize(
    ("art", "ende"), [("nicht_ausfuehren", "nicht_ausgefuehrt"), ("aufheben", "aufgehoben"), ("ablehnen", "abgelehnt")]
)
def test_every_end_says_why(haus: Rathaus, art: str, ende: str) -> None:
    a = auftrag(haus)
    if art == "nicht_ausfuehren":
        with pytest.raises(Unplausibel, match="noch nicht angenommen"):
            haus.do(a, art, DIENST, grund="Kein Personal")
        haus.do(a, "annehmen", LEITUNG)
    with pytest.raises(Unplausibel, match="Begründung"):
        haus.do(a, art, DIENST)
    haus.do(a, art, DIENST, grund="Kein Personal")
    assert (stufe(haus, a), haus.state(a).grund) == (ende, "Kein Personal")


def test_what_is_no_request_needs_no_acceptance(haus: Rathaus) -> None:
    a = auftrag(haus, grundlage="zusage", stelle="a-46")
    assert haus.state(a).angenommen is True
    with pytest.raises(Unplausibel):
        haus.do(a, "ablehnen", AL, grund="x")


def test_only_the_office_that_has_it_works_on_it(haus: Rathaus) -> None:
    a = auftrag(haus, grundlage="zusage")
    haus.do(a, "zuweisen", DIENST, stelle="a-50")
    with pytest.raises(NichtBefugt):
        haus.do(a, "beginnen", SB)


def test_due_dates_change_with_a_reason(haus: Rathaus) -> None:
    a = auftrag(haus, faellig_am="2021-09-01")
    assert due_text(haus.state(a).angaben.faellig) == "01.09.2021"
    haus.do(a, "faelligkeit_aendern", DIENST, zur_sitzung_von="rat", jede=True, grund="Beschluss")
    assert due_text(haus.state(a).angaben.faellig) == "jede Sitzung: Rat"
    with pytest.raises(Unplausibel, match="entweder"):
        haus.do(a, "faelligkeit_aendern", DIENST, grund="x")


def test_publicity_of_a_task(haus: Rathaus) -> None:
    a = auftrag(haus)
    haus.do(a, "auftrag_oeffentlichkeit", DIENST, oeffentlich=False, bezeichnung="Prüfung", grund="Personal")
    assert (haus.state(a).angaben.oeffentlich, haus.state(a).angaben.bezeichnung) == (False, "Prüfung")


def test_a_task_can_arise_without_a_paper(haus: Rathaus) -> None:
    a = "auftrag/muster/frei"
    haus.do(a, "vormerken", DIENST, angaben={"verlangt": "Liste", "grundlage": "beschluss", "von": "Rat"})
    assert (stufe(haus, a), haus.state(a).vorlage) == ("vorgemerkt", None)
    with pytest.raises(NichtBefugt):
        haus.do(a, "beginnen", A50)


def test_numbers_are_unique_idempotent_and_may_be_taken_over(haus: Rathaus) -> None:
    n = "nummern/muster/2021"
    haus.laufweg()
    haus.entwurf("vorlage/muster/alt", nummer="2021/0002", geschehen=haus.jetzt)
    haus.laufweg("vorlage/muster/v2")
    assert {v.vorlage: v.nummer for v in haus.state(n).vergeben} == {"v1": "2021/0001", "alt": "2021/0002", "v2": "2021/0003"}
    haus.entwurf("vorlage/muster/doppelt", nummer="2021/0002", geschehen=haus.jetzt)
    assert haus.vorlage("vorlage/muster/doppelt").nummer is None
    assert "schon vergeben" in haus.vorlage("vorlage/muster/doppelt").hinweise[0]


def test_a_batch_of_numbers(haus: Rathaus) -> None:
    from welt import SYSTEM

    felder = {"vorlagen": ["x", "y", "x"], "muster": "{jahr}/{nr:04}", "werte": {"jahr": 2021}}
    antwort = haus.do("nummern/muster/2021", "nummer_vergeben", SYSTEM, **felder)
    assert antwort == "2021/0001\n2021/0002\n2021/0001"


def test_a_number_with_office_and_term(haus: Rathaus) -> None:
    from welt import Welt, wer

    aachen = Welt(haus.regelwerke, "stadt-aachen", haus.jetzt)
    v = "vorlage/stadt-aachen/v1"
    amt = wer("p", "fb-56", "sachbearbeitung")
    aachen.do(v, "entwerfen", amt, vorlageart="kenntnisnahme", betreff="Konzept", federfuehrend="fb-56")
    aachen.do(v, "einreichen", amt)
    assert aachen.state(v).nummer == "FB 56/0001/WP17"
    assert V not in aachen.staende
