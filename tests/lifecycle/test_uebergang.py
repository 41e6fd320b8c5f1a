"""Time goes on: Vertretung with dates, offices and committees that end, rules that two persons stand for."""

import datetime as dt

import pytest

from lifecycle.ablehnung import Doppelt, FalscheStufe, NichtBefugt, Unbekannt, Unplausibel
from lifecycle.regelwerksakte import confirmed
from rathaus import DIENST, HEUTE, LEITUNG, SB, SCHRIFT, VORSITZ, Rathaus, S, V
from schemas.regelwerk import Regelwerk, Regelwerke
from welt import wer

AKTE = "regelwerk/muster/akte"
ADMIN, ADMIN2 = wer("p-ad", "a-10", "fachadministration"), wer("p-ad2", "a-10", "fachadministration")
SUMME = "e" * 64
TAG = dt.timedelta(days=1)


def changed(muster: Regelwerke, **felder: object) -> Rathaus:
    """Musterstadt with other rules."""
    rw = muster.am("muster", HEUTE.date())
    assert rw is not None
    return Rathaus(Regelwerke([Regelwerk.model_validate({**rw.model_dump(mode="json"), **felder})]))


# --- Vertretung ---------------------------------------------------------------------------------------------------------

VERTRETUNG = {
    "person": "p-x", "fuer": "p-al", "stelle": "a-46", "rolle": "amtsleitung", "von": "2021-05-01", "bis": "2021-05-05",
}  # fmt: skip


def test_a_deputy_has_days(muster: Regelwerke) -> None:
    haus = changed(muster, vertretungen=[VERTRETUNG])
    haus.laufweg()
    haus.do(V, "mitzeichnen", wer("p-sb2", "a-46", "sachbearbeitung"))
    with pytest.raises(NichtBefugt, match=r"Vertretung von „p-al“ durch „p-y“ ist am 03\.05\.2021 nicht hinterlegt"):
        haus.do(V, "mitzeichnen", wer("p-y", "a-46", "amtsleitung", "p-al"))
    haus.jetzt = HEUTE + 4 * TAG
    with pytest.raises(NichtBefugt, match="nicht hinterlegt"):
        haus.do(V, "mitzeichnen", wer("p-x", "a-46", "amtsleitung", "p-al"))
    haus.jetzt = HEUTE + 4 * TAG
    haus.do(V, "mitzeichnen", wer("p-x", "a-46", "amtsleitung", "p-al"), geschehen=HEUTE + TAG)
    assert haus.vorlage().fassung.plaetze[1].antwort.akteur.fuer == "p-al"


def test_where_nobody_looks_after_it_anybody_may(haus: Rathaus) -> None:
    haus.laufweg()
    haus.do(V, "mitzeichnen", wer("p-y", "a-46", "sachbearbeitung", "p-al"))


# --- offices and committees ---------------------------------------------------------------------------------------------


def test_an_office_that_is_no_more_leads_nothing_new(muster: Regelwerke) -> None:
    rw = muster.am("muster", HEUTE.date())
    assert rw is not None
    stellen = [s.model_dump(mode="json") for s in rw.stellen]
    next(s for s in stellen if s["id"] == "a-46").update(bis="2021-05-10", nachfolge="a-50")
    haus = changed(muster, stellen=stellen)
    haus.entwurf()
    haus.jetzt = HEUTE + 10 * TAG
    with pytest.raises(Unbekannt, match=r"gibt es seit dem 10\.05\.2021 nicht mehr\. An ihrer Stelle steht jetzt „a-50“"):
        haus.do(V, "einreichen", SB)
    haus.do(V, "federfuehrung_wechseln", DIENST, stelle="a-50", grund="Ämter zusammengelegt")
    haus.do(V, "einreichen", wer("p-n", "a-50", "sachbearbeitung"))
    assert haus.vorlage().federfuehrend.id == "a-50"


def test_the_lead_changes_with_a_reason(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.sitzung()
    haus.aufgesetzt()
    with pytest.raises(Unplausibel, match="schon federführend"):
        haus.do(V, "federfuehrung_wechseln", LEITUNG, stelle="a-46", grund="x")
    haus.do(V, "federfuehrung_wechseln", LEITUNG, stelle="a-50", grund="neue Geschäftsverteilung")
    assert haus.state(S).vorlagen[0].federfuehrend.id == "a-50"
    with pytest.raises(NichtBefugt):
        haus.do(V, "zurueckziehen", SB, grund="x")


def test_a_station_goes_to_another_committee(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.sitzung()
    haus.aufgesetzt()
    with pytest.raises(FalscheStufe, match="auf der Tagesordnung"):
        haus.do(V, "beratung_uebertragen", DIENST, beratung=1, gremium="schulausschuss", grund="aufgelöst")
    haus.do(S, "absetzen", DIENST, top=1, grund="aufgelöst")
    haus.do(S, "absagen", DIENST, grund="aufgelöst")
    haus.do(V, "beratung_uebertragen", DIENST, beratung=1, gremium="schulausschuss", grund="aufgelöst")
    assert haus.station().gremium.id == "schulausschuss"
    with pytest.raises(Unbekannt):
        haus.do(V, "beratung_uebertragen", DIENST, beratung=7, gremium="schulausschuss", grund="aufgelöst")


def test_a_task_goes_on_with_the_committee_that_takes_over(haus: Rathaus) -> None:
    haus.sitzung()
    haus.do(S, "top_ergaenzen", DIENST, titel="Bericht")
    haus.do(S, "eroeffnen", VORSITZ)
    felder = {"verlangt": "Übersicht", "grundlage": "zusage", "von_wem": "ein Mitglied", "faellig_sitzung": "sozialausschuss"}
    a = f"auftrag/muster/{haus.do(S, 'auftrag_festhalten', SCHRIFT, top=1, **felder)}"
    haus.do("sitzung/muster/s2", "planen", DIENST, gremium="schulausschuss", beginn=HEUTE + 60 * TAG)
    haus.do(a, "auftrag_uebertragen", DIENST, gremium="schulausschuss", grund="Ausschüsse zusammengelegt")
    z = haus.state(a)
    assert (z.gremium.id, z.angaben.faellig.gremium.id, z.termin.sitzung) == ("schulausschuss", "schulausschuss", "s2")
    assert haus.state("gremium/muster/sozialausschuss").wartende == ()


# --- rules --------------------------------------------------------------------------------------------------------------


def test_rules_need_two_persons(haus: Rathaus) -> None:
    fassung = {"fassung": "2022-01-01", "pruefsumme": SUMME}
    with pytest.raises(FalscheStufe):
        haus.do(AKTE, "regelwerk_bestaetigen", ADMIN, **fassung)
    haus.do(AKTE, "regelwerk_vorschlagen", ADMIN, **fassung, grund="neue Geschäftsordnung")
    with pytest.raises(Doppelt):
        haus.do(AKTE, "regelwerk_vorschlagen", ADMIN2, **fassung, grund="noch einmal")
    with pytest.raises(NichtBefugt, match="zweite Person"):
        haus.do(AKTE, "regelwerk_bestaetigen", ADMIN, **fassung)
    with pytest.raises(Unbekannt, match="nicht vorgeschlagen"):
        haus.do(AKTE, "regelwerk_bestaetigen", ADMIN2, fassung="2022-01-01", pruefsumme="f" * 64)
    assert confirmed(haus.state(AKTE)) == ()
    haus.do(AKTE, "regelwerk_bestaetigen", ADMIN2, **fassung)
    assert confirmed(haus.state(AKTE)) == (SUMME,)
    with pytest.raises(NichtBefugt):
        haus.do(AKTE, "regelwerk_vorschlagen", LEITUNG, fassung="2023-01-01", pruefsumme="f" * 64, grund="x")
