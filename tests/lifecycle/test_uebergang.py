"""Time goes on: Vertretung with dates, offices and committees that end, rules that two persons stand for."""

import datetime as dt

import pytest

import uebergang
from lifecycle.ablehnung import Doppelt, FalscheStufe, NichtBefugt, Unbekannt, Unplausibel
from lifecycle.kerne import KERNE, kern_of
from lifecycle.rechte import RECHTE
from lifecycle.regelwerksakte import confirmed
from rathaus import AL, DIENST, HEUTE, LEITUNG, SB, SB2, SCHRIFT, VORSITZ, Rathaus, S, V
from schemas.akteur import Rolle
from schemas.regelwerk import Regelwerk, Regelwerke
from uebergang import Entscheidung, Was
from welt import wer

AKTE = "regelwerk/muster/akte"
ADMIN, ADMIN2 = wer("p-ad", "a-10", "fachadministration"), wer("p-ad2", "a-10", "fachadministration")
SUMME = "e" * 64
TAG = dt.timedelta(days=1)
TYPEN = ("vorlage/", "auftrag/", "sitzung/")


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


# --- the list of what is open -------------------------------------------------------------------------------------------


def posten(haus: Rathaus, *traeger: str) -> dict[str, uebergang.Posten]:
    offen = ((w, z) for w, z in haus.staende.items() if w.startswith(TYPEN) and not kern_of(w).closed(z))
    return {p.was: p for w, z in offen for p in uebergang.matters(w, z, traeger)}


def auftrag(haus: Rathaus, **felder: object) -> str:
    felder = {"verlangt": "Übersicht", "grundlage": "zusage", "von_wem": "ein Mitglied", **felder}
    haus.sitzung()
    haus.do(S, "top_ergaenzen", DIENST, titel="Bericht")
    haus.eroeffnet()
    return f"auftrag/muster/{haus.do(S, 'auftrag_festhalten', SCHRIFT, top=1, **felder)}"


def test_everything_that_hangs_on_an_office_is_on_its_list(haus: Rathaus) -> None:
    haus.laufweg()
    auftrag(haus, stelle="a-46")
    assert posten(haus, "a-46").keys() == {Was.FEDERFUEHRUNG, Was.PLATZ, Was.AUFTRAG_STELLE}
    platz = posten(haus, "dezernat-ii")[Was.PLATZ]
    assert (platz.schritt, platz.rolle, platz.traeger) == (4, Rolle.DEZERNATSLEITUNG, "dezernat-ii")


def test_a_place_that_has_answered_or_is_overtaken_is_on_no_list(haus: Rathaus) -> None:
    haus.laufweg()
    haus.do(V, "mitzeichnen", SB2)
    haus.do(V, "mitzeichnen", AL)
    assert Was.PLATZ not in posten(haus, "a-46")
    haus.do(V, "freigeben", LEITUNG, abweichung="eilt")
    assert Was.PLATZ not in posten(haus, "dezernat-ii")


def test_everything_that_hangs_on_a_committee_is_on_its_list(haus: Rathaus) -> None:
    haus.freigegeben()
    auftrag(haus, faellig_sitzung="schulausschuss", unter_einbeziehung=["rat"])
    assert posten(haus, "sozialausschuss").keys() == {Was.BERATUNG, Was.AUFTRAG_GREMIUM, Was.SITZUNG_EROEFFNET}
    assert posten(haus, "schulausschuss").keys() == {Was.AUFTRAG_FAELLIG}
    assert posten(haus, "rat").keys() == {Was.AUFTRAG_EINBEZOGEN}
    alle = posten(haus, "sozialausschuss", "schulausschuss", "rat")
    assert len(alle) == 5, "am Ende einer Wahlperiode alle auf einmal"


def test_a_task_that_is_due_where_it_arose_is_one_matter(haus: Rathaus) -> None:
    auftrag(haus, faellig_sitzung="sozialausschuss")
    assert Was.AUFTRAG_FAELLIG not in posten(haus, "sozialausschuss")


def test_a_meeting_is_on_the_list_until_its_minutes_are_signed(haus: Rathaus) -> None:
    haus.sitzung()
    gesehen = [next(iter(posten(haus, "sozialausschuss")))]
    haus.eroeffnet()
    gesehen.append(next(iter(posten(haus, "sozialausschuss"))))
    haus.do(S, "schliessen", VORSITZ)
    gesehen.append(next(iter(posten(haus, "sozialausschuss"))))
    assert gesehen == [Was.SITZUNG, Was.SITZUNG_EROEFFNET, Was.NIEDERSCHRIFT]
    haus.sitzung("sitzung/muster/s2", "rat", 20)
    haus.beendet("sitzung/muster/s2")
    assert posten(haus, "rat") == {}


def test_a_joint_meeting_is_one_matter(haus: Rathaus) -> None:
    haus.sitzung(weitere_gremien=["rat"])
    z = haus.state(S)
    einzeln = [next(uebergang.matters(S, z, [g])).kennung for g in ("sozialausschuss", "rat")]
    assert einzeln[0] == einzeln[1]


@pytest.mark.parametrize("entscheidung", ["uebernehmen", "beenden"])
def test_what_only_a_note_can_settle_is_settled_by_it(haus: Rathaus, entscheidung: str) -> None:
    a = auftrag(haus, unter_einbeziehung=["rat"])
    wie = Entscheidung(entscheidung)
    felder = {"entscheidung": wie, "nach": "schulausschuss", "grund": "aufgelöst"}
    p = posten(haus, "rat")[Was.AUFTRAG_EINBEZOGEN].model_copy(update=felder)
    weg = uebergang.BEFEHLE[p.was, wie]
    haus.do(a, weg.art, LEITUNG, **weg.mehr(p))
    assert posten(haus, "rat") == {}
    assert "aufgelöst" in {x.grund for x in haus.state(a).abweichungen}


# --- decisions ----------------------------------------------------------------------------------------------------------

STELLEN, GREMIEN = ("a-46", "a-50"), ("rat", "sozialausschuss")
OFFENER = uebergang.Posten(vorgang=V, was=Was.FEDERFUEHRUNG, traeger="a-46", bezeichnung="Vorlage 2021/0001")


@pytest.mark.parametrize(
    ("felder", "satz"),
    [
        ({}, r"bitte „entscheidung“ \(uebernehmen oder beenden\) und „grund“"),
        ({"entscheidung": "beenden"}, "„grund“"),
        ({"entscheidung": "uebernehmen", "grund": "x"}, "wer übernimmt"),
        ({"entscheidung": "uebernehmen", "grund": "x", "nach": "rat"}, "„rat“ kann nicht übernehmen. Es gibt: a-50"),
        ({"entscheidung": "uebernehmen", "grund": "x", "nach": "a-46"}, "kann nicht übernehmen"),
        ({"was": "niederschrift", "entscheidung": "uebernehmen", "grund": "x"}, "„uebernehmen“ geht hier nicht, nur: beenden"),
    ],
)
def test_a_decision_is_whole(felder: dict[str, object], satz: str) -> None:
    p = uebergang.parse([OFFENER.model_dump(mode="json") | felder])
    with pytest.raises(Unplausibel, match=satz):
        uebergang.verify((), p, STELLEN, GREMIEN)


def test_a_list_leaves_nothing_out() -> None:
    with pytest.raises(Unplausibel, match="fehlt noch Offenes: Vorlage 2021/0001"):
        uebergang.verify((OFFENER,), (), STELLEN, GREMIEN)
    with pytest.raises(Unplausibel, match="entscheidng“ gibt es hier nicht"):
        uebergang.parse([OFFENER.model_dump(mode="json") | {"entscheidng": "beenden"}])


def test_behind_every_decision_stands_a_command_that_there_is() -> None:
    arten = {art for typ in ("vorlage", "sitzung", "auftrag") for art in KERNE[typ].befehle}
    assert {weg.art for weg in uebergang.BEFEHLE.values()} <= arten
    assert {was for was, _ in uebergang.BEFEHLE} == set(Was)


def test_the_head_of_the_administration_can_carry_out_a_list() -> None:
    fehlt = {w.art for w in uebergang.BEFEHLE.values() if Rolle.VERWALTUNGSLEITUNG not in {r for r, _ in RECHTE[w.art]}}
    assert fehlt <= {"beteiligen", "schliessen"}, "was hier steht, kann sie noch nicht"
