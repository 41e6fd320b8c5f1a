"""Changes of a paper: drafts, editorial, content, new versions, Öffentlichkeit."""

import pytest

from lifecycle.ablehnung import FalscheStufe, NichtBefugt, Unbekannt, Unplausibel
from rathaus import AL, DEZERNAT, DIENST, KAEMMEREI, LEITUNG, SACHLAGE, SB, SB2, Rathaus, V
from welt import wer

NEU = {"name": "Sachlage", "digest": "b" * 64, "groesse": 12}
ANLAGE = {"name": "plan.pdf", "digest": "c" * 64, "groesse": 5, "medientyp": "application/pdf"}


def test_an_editorial_change_keeps_signatures_and_notes_the_difference(haus: Rathaus) -> None:
    haus.freigegeben()
    vorher = haus.vorlage().fassung
    haus.do(V, "redaktionell_aendern", SB, abschnitte=[NEU], grund="Tippfehler")
    f = haus.vorlage().fassung
    assert f.plaetze == vorher.plaetze
    assert f.freigabe == vorher.freigabe
    (aenderung,) = f.aenderungen
    assert (aenderung.teil, aenderung.vorher, aenderung.nachher) == ("Abschnitt Sachlage", "a" * 64, "b" * 64)
    assert aenderung.redaktionell


def test_signers_are_told_of_an_editorial_change(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.do(V, "redaktionell_aendern", SB, abschnitte=[NEU], grund="Tippfehler")
    assert haus.verlauf[V][-1].befehl["benachrichtigt"] == ["gezeichnet"]


def test_facts_of_the_paper_are_content(haus: Rathaus) -> None:
    haus.freigegeben()
    with pytest.raises(Unplausibel, match="inhalt_aendern"):
        haus.do(V, "redaktionell_aendern", SB, angaben=["finanzielle_auswirkungen"], grund="x")


def test_a_change_of_content_voids_release_and_all_signatures(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.do(V, "inhalt_aendern", SB, abschnitte=[NEU], grund="neue Zahlen")
    z = haus.vorlage()
    assert (z.stufe, z.fassung.freigabe) == ("im_laufweg", None)
    assert all(p.antwort is None for p in z.fassung.plaetze)
    assert len(z.fassung.frueher) == 3


def test_it_voids_only_the_signatures_that_the_rules_name(haus: Rathaus) -> None:
    haus.jetzt = haus.jetzt.replace(month=8)  # the second version names them
    haus.laufweg()
    for akteur in (SB2, AL, DEZERNAT):
        haus.do(V, "mitzeichnen", akteur)
    haus.do(V, "inhalt_aendern", SB, betreff="Anders", grund="x")
    assert [bool(p.antwort) for p in haus.vorlage().fassung.plaetze] == [True, False, False]


@pytest.mark.parametrize("art", ["inhalt_aendern", "redaktionell_aendern"])
def test_after_the_invitation_the_text_stays(haus: Rathaus, art: str) -> None:
    haus.eingeladen()
    with pytest.raises(FalscheStufe):
        haus.do(V, art, SB, abschnitte=[NEU], grund="x")


@pytest.mark.parametrize(("art", "zusatz"), [("neufassung", "-N1"), ("ergaenzung", "-E1")])
def test_after_the_invitation_there_is_a_new_version_with_its_own_path(haus: Rathaus, art: str, zusatz: str) -> None:
    haus.eingeladen()
    platz = {"schritt": 1, "stelle": "a-46", "rolle": "amtsleitung"}
    haus.do(V, "neufassen", SB, fassungsart=art, abschnitte=[NEU], plaetze=[platz], grund="neue Lage")
    z = haus.vorlage()
    assert (z.stufe, z.fassung.zusatz, len(z.fassungen)) == ("in_beratung", zusatz, 2)
    assert z.fassungen[0].abschnitte[0].digest == SACHLAGE["digest"], "der frühere Text bleibt sichtbar"
    haus.do(V, "mitzeichnen", AL)
    haus.do(V, "freigeben", LEITUNG)
    assert haus.vorlage().fassung.freigabe is not None
    assert haus.state("sitzung/muster/s1").vorlagen[0].fassung == zusatz


def test_an_office_cannot_release_its_own_new_version(haus: Rathaus) -> None:
    haus.eingeladen()
    haus.do(V, "neufassen", SB, abschnitte=[NEU], grund="x")
    with pytest.raises(Exception, match="verfasst"):
        haus.do(V, "freigeben", wer("p-sb", "verwaltungsleitung", "verwaltungsleitung"))


def test_a_change_of_nothing_is_refused(haus: Rathaus) -> None:
    haus.entwurf()
    with pytest.raises(Unplausibel, match="nichts angegeben"):
        haus.do(V, "bearbeiten", SB)


def test_publicity_of_paper_attachment_and_station_both_ways(haus: Rathaus) -> None:
    haus.entwurf(anlagen=[ANLAGE])
    haus.do(V, "vorlage_oeffentlichkeit", SB, oeffentlich=False, bezeichnung="Personalangelegenheit", grund="Datenschutz")
    haus.do(V, "vorlage_oeffentlichkeit", SB, oeffentlich=False, anlage="plan.pdf", grund="Betriebsgeheimnis")
    haus.do(V, "vorlage_oeffentlichkeit", DIENST, oeffentlich=False, beratung=1, grund="GO")
    z = haus.vorlage()
    assert (z.oeffentlich, z.bezeichnung) == (False, "Personalangelegenheit")
    assert (z.fassung.anlagen[0].oeffentlich, z.beratungen[0].oeffentlich) == (False, False)
    haus.do(V, "vorlage_oeffentlichkeit", SB, oeffentlich=True, grund="erledigt")
    assert haus.vorlage().oeffentlich
    assert not haus.vorlage().fassung.anlagen[0].oeffentlich


def test_what_is_not_there_cannot_change_its_publicity(haus: Rathaus) -> None:
    haus.entwurf()
    with pytest.raises(Unbekannt):
        haus.do(V, "vorlage_oeffentlichkeit", SB, oeffentlich=False, anlage="fehlt.pdf", grund="x")
    with pytest.raises(Unplausibel, match="neutrale Bezeichnung"):
        haus.do(V, "vorlage_oeffentlichkeit", SB, oeffentlich=False, grund="x")


def test_a_change_of_the_subject_stands_with_both_wordings(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.do(V, "redaktionell_aendern", SB, betreff="Sachstand 2021", grund="Jahr ergänzt")
    (a,) = haus.vorlage().fassung.aenderungen
    assert (a.teil, a.vorher_text, a.nachher_text) == ("Betreff", "Sachstand", "Sachstand 2021")


def test_who_edits_has_written_at_it(haus: Rathaus) -> None:
    """Editorial or not: what somebody wrote, somebody else releases."""
    haus.laufweg()
    zwei = wer("p-zwei", "a-46", "sachbearbeitung")
    haus.do(V, "redaktionell_aendern", zwei, abschnitte=[NEU], grund="Tippfehler")
    for akteur in (SB2, AL, DEZERNAT):
        haus.do(V, "mitzeichnen", akteur)
    with pytest.raises(NichtBefugt, match="selbst verfasst"):
        haus.do(V, "freigeben", wer("p-zwei", "verwaltungsleitung", "verwaltungsleitung"))


def test_who_wrote_the_first_text_does_not_release_the_new_one(haus: Rathaus) -> None:
    haus.eingeladen()
    haus.do(V, "neufassen", SB2, abschnitte=[NEU], grund="x")
    with pytest.raises(NichtBefugt, match="selbst verfasst"):
        haus.do(V, "freigeben", wer("p-sb", "verwaltungsleitung", "verwaltungsleitung"))


def test_a_new_version_that_came_back_can_be_changed(haus: Rathaus) -> None:
    haus.eingeladen()
    haus.do(V, "neufassen", SB, abschnitte=[NEU], plaetze=[{"schritt": 1, "stelle": "kaemmerei"}], grund="x")
    haus.do(V, "mitzeichnen", KAEMMEREI, antwort="zurueckgegeben", bemerkung="Zahlen falsch")
    haus.do(V, "inhalt_aendern", SB, abschnitte=[{**NEU, "digest": "d" * 64}], grund="Zahlen berichtigt")
    haus.do(V, "mitzeichnen", KAEMMEREI)
    haus.do(V, "freigeben", LEITUNG)
    z = haus.vorlage()
    assert (z.stufe, z.fassung.abschnitte[0].digest[0], z.fassung.freigabe is not None) == ("in_beratung", "d", True)
    with pytest.raises(Unplausibel, match="keinen Abschnitt „Quatsch“"):
        haus.do(V, "neufassen", SB, abschnitte=[{**NEU, "name": "Quatsch"}], grund="x")
