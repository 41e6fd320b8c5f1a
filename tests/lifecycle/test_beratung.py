"""The way through the committees, and what each outcome does to it."""

from typing import Any

import pytest

from lifecycle.ablehnung import Doppelt, FalscheStufe, Regelbruch, Unbekannt, Unplausibel
from lifecycle.gemeinsam import seal_digest
from rathaus import DIENST, LEITUNG, SB, SCHRIFT, VORSITZ, Rathaus, S, V, kennung

S2 = "sitzung/muster/s2"


@pytest.mark.parametrize(
    ("wortlaut", "klasse", "station", "stufe"),
    [
        ("zur Kenntnis genommen", "noted", "erledigt", "abgeschlossen"),
        ("ungeändert beschlossen", "adopted", "erledigt", "abgeschlossen"),
        ("geändert beschlossen", "adopted_changed", "erledigt", "abgeschlossen"),
        ("abgelehnt", "rejected", "erledigt", "abgeschlossen"),
        ("ohne Empfehlung", "none", "erledigt", "abgeschlossen"),
        ("vertagt", "deferred", "offen", "in_beratung"),
        ("abgesetzt", "removed", "offen", "in_beratung"),
        ("zurückgezogen", "withdrawn", "erledigt", "zurueckgezogen"),
        ("Der Ausschuss brummte.", "none", "offen", "in_beratung"),
    ],
)
def test_an_outcome_and_what_follows(haus: Rathaus, wortlaut: str, klasse: str, station: str, stufe: str) -> None:
    haus.behandelt(wortlaut)
    haus.beendet()
    beschluss = haus.station().behandlungen[-1].beschluss
    assert (beschluss.wortlaut, beschluss.klasse) == (wortlaut, klasse)
    assert (haus.station().status, haus.vorlage().stufe) == (station, stufe)


def test_a_paper_closes_only_when_the_minutes_are_signed(haus: Rathaus) -> None:
    haus.behandelt()
    assert haus.vorlage().stufe == "in_beratung"
    haus.do(S, "schliessen", VORSITZ)
    assert haus.vorlage().stufe == "in_beratung"
    haus.do(S, "niederschrift_erfassen", SCHRIFT, text={"digest": "a" * 64, "groesse": 1})
    haus.do(S, "niederschrift_unterzeichnen", SCHRIFT, original="Akte")
    assert V not in haus.versiegelt
    haus.do(S, "niederschrift_unterzeichnen", VORSITZ, original="Akte")
    assert haus.vorlage().stufe == "abgeschlossen"
    assert set(haus.versiegelt) == {V, S}


def test_deferred_needs_another_treatment(haus: Rathaus) -> None:
    haus.behandelt("vertagt")
    haus.beendet()
    top = haus.weitere(S2)
    haus.do(S2, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    haus.beendet(S2)
    assert [t.beschluss.wortlaut for t in haus.station().behandlungen] == ["vertagt", "zur Kenntnis genommen"]
    assert haus.vorlage().stufe == "abgeschlossen"


def test_referred_for_advice_adds_a_station_before_and_leaves_this_one_open(haus: Rathaus) -> None:
    haus.behandelt("verwiesen", verweisung={"gremium": "schulausschuss", "art": "vorberatung", "rolle": "Vorberatung"})
    assert [(b.gremium.id, b.status) for b in haus.vorlage().beratungen] == [
        ("schulausschuss", "offen"),
        ("sozialausschuss", "offen"),
    ]
    assert haus.vorlage().beratungen[0].rolle == "Vorberatung"


def test_referred_for_competence_ends_this_station(haus: Rathaus) -> None:
    haus.behandelt("verwiesen", verweisung={"gremium": "schulausschuss", "art": "zustaendigkeit"})
    assert [(b.gremium.id, b.status) for b in haus.vorlage().beratungen] == [
        ("sozialausschuss", "erledigt"),
        ("schulausschuss", "offen"),
    ]
    haus.beendet()
    assert haus.vorlage().stufe == "in_beratung"


def test_a_corrected_referral_takes_its_station_back(haus: Rathaus) -> None:
    top = haus.behandelt("verwiesen", verweisung={"gremium": "schulausschuss", "art": "vorberatung"})
    haus.do(S, "ergebnis_berichtigen", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen", grund="verhört")
    assert [(b.gremium.id, b.status) for b in haus.vorlage().beratungen] == [
        ("schulausschuss", "entfallen"),
        ("sozialausschuss", "erledigt"),
    ]


def test_taken_off_is_not_treated_and_can_come_again(haus: Rathaus) -> None:
    top = haus.eingeladen()
    haus.do(S, "absetzen", DIENST, top=top, grund="Gutachten fehlt")
    assert haus.state(S).tops[0].nummer == "Ö 1"
    assert (haus.station().status, haus.station().behandlungen[0].status) == ("offen", "abgesetzt")
    haus.weitere(S2)
    assert haus.station().status == "geplant"


def test_withdrawn_before_the_invitation(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.sitzung()
    haus.aufgesetzt()
    haus.do(V, "zurueckziehen", SB, grund="überholt")
    assert haus.vorlage().stufe == "zurueckgezogen"
    assert haus.state(S).tops == ()


@pytest.mark.parametrize("angenommen", [True, False])
def test_after_the_invitation_an_office_can_only_ask(haus: Rathaus, angenommen: bool) -> None:
    haus.eingeladen()
    haus.do(V, "zurueckziehen", SB, grund="überholt")
    assert (haus.vorlage().stufe, haus.vorlage().ruecknahme_erbeten) == ("in_beratung", "überholt")
    haus.do(S, "ruecknahme_entscheiden", DIENST, vorlage="v1", angenommen=angenommen, grund="" if angenommen else "zu spät")
    assert haus.vorlage().ruecknahme_erbeten is None
    top = haus.state(S).tops[0]
    assert (top.nummer, top.status) == ("Ö 1", "zurueckgezogen" if angenommen else "offen")
    haus.beendet()
    assert haus.vorlage().stufe == ("zurueckgezogen" if angenommen else "in_beratung")
    if not angenommen:
        assert "zu spät" in haus.vorlage().hinweise[0]


def test_stations_out_of_order_are_a_deviation(haus: Rathaus) -> None:
    haus.freigegeben(gremien=("sozialausschuss", "rat"))
    haus.sitzung(S2, "rat", 20)
    with pytest.raises(Regelbruch, match="Sozialausschuss"):
        haus.do(V, "anmelden", SB, sitzung="s2", beratung=2)
    haus.do(V, "anmelden", SB, sitzung="s2", beratung=2, abweichung="Eilbedürftig")
    assert haus.vorlage().abweichungen[0].grund == "Eilbedürftig"


def test_a_committee_that_was_not_planned_is_recorded_never_refused(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.sitzung(S2, "hauptausschuss")
    haus.do(S2, "top_ergaenzen", DIENST, titel="Verschiedenes")
    haus.do(S2, "einladen", DIENST)
    haus.eroeffnet(S2)
    haus.do(S2, "ergebnis", SCHRIFT, vorlage="v1", wortlaut="zur Kenntnis genommen")
    assert haus.vorlage().beratungen[-1].gremium.id == "hauptausschuss"
    assert "nicht vorgesehen" in haus.vorlage().abweichungen[0].regel
    assert "nicht auf der Tagesordnung" in haus.state(S2).abweichungen[0].regel


def test_an_unreleased_paper_that_was_treated_is_recorded(haus: Rathaus) -> None:
    haus.laufweg()
    haus.sitzung()
    haus.do(S, "aufnehmen", DIENST, vorlage="v1")
    haus.do(S, "einladen", DIENST, abweichung="Freigabe folgt")
    haus.do(S, "eroeffnen", VORSITZ)
    haus.do(S, "ergebnis", SCHRIFT, top=1, wortlaut="zur Kenntnis genommen")
    assert haus.vorlage().stufe == "in_beratung"
    assert any("nicht freigegeben" in a.regel for a in haus.vorlage().abweichungen)


def test_a_role_changed_in_the_meeting(haus: Rathaus) -> None:
    haus.behandelt("geändert beschlossen", rolle_geaendert="Entscheidung", text="Neuer Wortlaut")
    t = haus.station().behandlungen[-1]
    assert (haus.station().rolle, t.rolle_geaendert, t.beschluss.text) == ("Kenntnisnahme", "Entscheidung", "Neuer Wortlaut")


def test_a_station_falls_away_and_the_rest_closes(haus: Rathaus) -> None:
    haus.freigegeben(gremien=("sozialausschuss", "rat"))
    haus.sitzung()
    top = haus.aufgesetzt()
    haus.do(S, "einladen", DIENST)
    haus.do(S, "eroeffnen", VORSITZ)
    haus.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    haus.beendet()
    assert haus.vorlage().stufe == "in_beratung"
    haus.do(V, "beratung_entfallen", DIENST, beratung=2, grund="Rat nicht zuständig")
    assert (haus.station(2).status, haus.vorlage().stufe) == ("entfallen", "abgeschlossen")


def test_the_chain_closed_early(haus: Rathaus) -> None:
    haus.freigegeben(gremien=("sozialausschuss", "rat"))
    haus.do(V, "beratung_beenden", DIENST, grund="erledigt")
    assert haus.vorlage().stufe == "abgeschlossen"
    assert {b.status for b in haus.vorlage().beratungen} == {"entfallen"}


def test_a_paper_replaced_by_another(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.do(V, "ersetzen", SB, durch="v2", grund="zusammengelegt")
    assert (haus.vorlage().stufe, haus.vorlage().ersetzt_durch) == ("ersetzt", "v2")


def test_a_request_is_pending_until_answered_and_undone_by_a_refusal(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.sitzung()
    haus.do(V, "anmelden", SB, sitzung="s1", beratung=1)
    assert haus.station().angemeldet == "s1"
    with pytest.raises(Doppelt, match="schon angemeldet"):
        haus.do(V, "anmelden", SB, sitzung="s1", beratung=1)
    haus.do(S, "anmeldung_ablehnen", DIENST, vorlage="v1", grund="Tagesordnung voll")
    assert haus.station().angemeldet is None
    assert "Tagesordnung voll" in haus.vorlage().hinweise[0]


def test_a_meeting_of_another_committee_declines_by_itself(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.sitzung(S2, "rat")
    with pytest.raises(Unplausibel, match="keine Sitzung von SozA"):
        haus.do(V, "anmelden", SB, sitzung="s2", beratung=1)
    haus.do(V, "anmelden", SB, sitzung="s2", beratung=1, gremien=[])  # a door that did not look
    assert haus.station().angemeldet is None
    assert "anderen Gremiums" in haus.vorlage().hinweise[0]


@pytest.mark.parametrize("wie", ["zurueckziehen", "beratung_entfallen", "beratung_uebertragen"])
def test_a_request_goes_with_what_asked(haus: Rathaus, wie: str) -> None:
    haus.freigegeben(gremien=("sozialausschuss", "rat"))
    haus.sitzung()
    haus.do(V, "anmelden", SB, sitzung="s1", beratung=1)
    felder: dict[str, Any] = {"beratung": 1} if wie.startswith("beratung") else {}
    felder |= {"gremium": "hauptausschuss"} if wie == "beratung_uebertragen" else {}
    haus.do(V, wie, SB if wie == "zurueckziehen" else DIENST, grund="überholt", **felder)
    assert (haus.station().angemeldet, haus.state(S).anmeldungen) == (None, ())


def test_a_paper_that_ends_after_the_invitation_is_marked_on_the_agenda(haus: Rathaus) -> None:
    haus.eingeladen()
    haus.do(V, "ersetzen", SB, durch="v9", grund="neu", abweichung="geht nicht anders")
    assert [(t.nummer, t.status) for t in haus.state(S).tops] == [("Ö 1", "zurueckgezogen")]


def test_a_paper_taken_up_again_is_not_ended_by_what_had_ended_it(haus: Rathaus) -> None:
    haus.behandelt("zurückgezogen")
    haus.beendet()
    assert haus.vorlage().stufe == "zurueckgezogen"
    siegel = seal_digest(haus.vorlage())
    haus.staende[V] = haus.vorlage().model_copy(update={"siegel": siegel})
    haus.do(V, "wiederaufnehmen", LEITUNG, grund="doch", siegel=siegel)
    haus.do(V, "beratung_ergaenzen", SB, gremium="sozialausschuss", rolle="Kenntnisnahme")
    haus.weitere(S2, beratung=2)
    assert haus.vorlage().stufe == "in_beratung"
    haus.do(S2, "ergebnis", SCHRIFT, vorlage="v1", wortlaut="zur Kenntnis genommen")
    haus.beendet(S2)
    assert haus.vorlage().stufe == "abgeschlossen"


def test_an_outcome_is_not_overwritten_by_naming_the_paper(haus: Rathaus) -> None:
    haus.behandelt()
    with pytest.raises(FalscheStufe, match="steht schon fest"):
        haus.do(S, "ergebnis", SCHRIFT, vorlage="v1", wortlaut="abgelehnt")


def test_what_the_rules_do_not_know_is_taken_as_it_was(haus: Rathaus) -> None:
    haus.eingeladen()
    haus.eroeffnet()
    verweisung = {"gremium": "unterausschuss", "art": "zustaendigkeit"}
    felder = {"wortlaut": "verwiesen", "rolle_geaendert": "Vorprüfung", "verweisung": verweisung}
    haus.do(S, "ergebnis", SCHRIFT, top=1, **felder)
    assert haus.vorlage().beratungen[-1].gremium.id == "unterausschuss"
    assert ["Vorprüfung" in h or "unterausschuss" in h for h in haus.state(S).hinweise] == [True, True]


def test_a_referral_that_does_not_say_where_to_is_a_deviation(haus: Rathaus) -> None:
    haus.behandelt("verwiesen")
    assert any("wohin" in a.regel for a in haus.state(S).abweichungen)


def test_the_role_says_whether_a_committee_decides(haus: Rathaus) -> None:
    haus.entwurf(gremien=("rat",), rolle="Entscheidung")
    haus.do(V, "beratung_ergaenzen", SB, gremium="sozialausschuss", rolle="Vorberatung", vor=1)
    assert [b.entscheidet for b in haus.vorlage().beratungen] == [False, True]


def test_what_was_asked_for_at_an_item_that_is_no_longer_public_is_not_public(haus: Rathaus) -> None:
    haus.behandelt()
    a = haus.do(S, "auftrag_festhalten", SCHRIFT, top=1, verlangt="Übersicht", grundlage="zusage", von_wem="ein Mitglied")
    haus.do(S, "sitzung_oeffentlichkeit", DIENST, top=1, oeffentlich=False, grund="Personal", bezeichnung="Personalsache")
    angaben = haus.state(f"auftrag/muster/{a}").angaben
    assert (angaben.oeffentlich, angaben.bezeichnung) == (False, "Personalsache")
    with pytest.raises(Unplausibel, match="ist nichtöffentlich"):
        haus.do(
            S, "auftrag_festhalten", SCHRIFT, top=1, verlangt="x", grundlage="zusage", von_wem="ein Mitglied", oeffentlich=True
        )


def test_joint_items_and_hierzu_papers_keep_their_own_outcomes(haus: Rathaus) -> None:
    v2 = "vorlage/muster/v2"
    haus.freigegeben()
    haus.freigegeben(v2)
    haus.sitzung()
    top = haus.aufgesetzt()
    haus.do(v2, "anmelden", SB, sitzung="s1", beratung=1)
    haus.do(S, "aufnehmen", DIENST, vorlage="v2", zu_top=top)
    haus.do(S, "top_ergaenzen", DIENST, titel="Aussprache")
    haus.do(S, "tops_verbinden", DIENST, haupt=top, tops=[2])
    haus.do(S, "einladen", DIENST)
    haus.do(S, "eroeffnen", VORSITZ)
    with pytest.raises(Unplausibel, match="mehrere Vorlagen"):
        haus.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="vertagt")
    haus.do(S, "ergebnis", SCHRIFT, top=top, vorlage="v1", wortlaut="zur Kenntnis genommen")
    assert haus.state(S).tops[0].status == "offen"
    haus.do(S, "ergebnis", SCHRIFT, top=top, vorlage="v2", wortlaut="vertagt")
    assert (haus.state(S).tops[0].status, haus.state(S).tops[1].verbunden_mit) == ("behandelt", top)
    assert (haus.station().status, haus.station(v=v2).status) == ("erledigt", "offen")


def test_only_a_higher_revision_is_taken(haus: Rathaus) -> None:
    haus.behandelt()
    alt = haus.station().behandlungen[-1].model_copy(update={"revision": 1, "beschluss": None})
    stand = haus.vorlage()
    haus.do(V, "behandlung_nacherfassen", DIENST, stand=alt.model_dump(), geschehen=haus.jetzt)
    assert haus.vorlage().beratungen == stand.beratungen


def test_a_cancelled_meeting_frees_its_papers(haus: Rathaus) -> None:
    haus.eingeladen()
    haus.do(S, "absagen", DIENST, grund="Sturm")
    assert (haus.station().status, haus.vorlage().stufe) == ("offen", "in_beratung")
    haus.weitere(S2)
    assert haus.station().status == "geplant"


def test_stations_can_be_added_with_the_towns_own_roles(haus: Rathaus) -> None:
    haus.entwurf()
    haus.do(V, "beratung_ergaenzen", SB, gremium="rat", rolle="Entscheidung")
    haus.do(V, "beratung_ergaenzen", SB, gremium="hauptausschuss", rolle="Vorberatung", vor=2)
    assert [b.gremium.id for b in haus.vorlage().beratungen] == ["sozialausschuss", "hauptausschuss", "rat"]
    with pytest.raises(Unbekannt, match="Es gibt: Anhörung"):
        haus.do(V, "beratung_ergaenzen", SB, gremium="rat", rolle="Zuruf")


def test_reopening_needs_the_seal_and_keeps_the_case(haus: Rathaus) -> None:
    from lifecycle.gemeinsam import seal_digest

    haus.behandelt()
    haus.beendet()
    z = haus.vorlage()
    siegel = seal_digest(z)
    haus.staende[V] = z.model_copy(update={"siegel": siegel})
    with pytest.raises(Unplausibel, match="Siegel"):
        haus.do(V, "wiederaufnehmen", LEITUNG, grund="Fehler", siegel="0" * 64)
    haus.do(V, "wiederaufnehmen", LEITUNG, grund="Fehler", siegel=siegel)
    assert (haus.vorlage().stufe, haus.vorlage().seq, haus.vorlage().siegel) == ("in_beratung", z.seq + 1, None)
    haus.do(V, "beratung_beenden", DIENST, grund="geprüft")
    assert haus.vorlage().stufe == "abgeschlossen"


def test_a_stale_station_number_is_told(haus: Rathaus) -> None:
    haus.freigegeben()
    with pytest.raises(Unbekannt):
        haus.do(V, "anmelden", SB, sitzung=kennung(S), beratung=7)
    haus.behandelt(v="vorlage/muster/v9", s="sitzung/muster/s9")
    with pytest.raises(FalscheStufe, match="erledigt"):
        haus.do("vorlage/muster/v9", "anmelden", SB, sitzung="s9", beratung=1)
