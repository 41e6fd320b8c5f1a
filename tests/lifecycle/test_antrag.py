"""Motions and questions: they come in, are looked at formally, and go their short way; their text is their senders' alone."""

import datetime as dt
from typing import Any

import pytest

from lifecycle.ablehnung import FalscheStufe, NichtBefugt, Regelbruch, Unplausibel
from lifecycle.gemeinsam import seal_digest
from lifecycle.lage import situation
from lifecycle.mitteilung import public_subject, subject_line
from lifecycle.vorlage.folgen import as_copy
from rathaus import AL, DIENST, FRAKTION, HEUTE, LEITUNG, SB, SCHRIFT, TEXT, VORSITZ, Rathaus
from schemas.regelwerk import Regelwerke
from schemas.zustand import Lauf
from welt import SYSTEM, wer

A, S1 = "vorlage/kreisstadt/a1", "sitzung/kreisstadt/s1"
F_A, F_B = wer("p-f", "fraktion-a", "fraktion"), wer("p-g", "fraktion-b", "fraktion")
MITGLIED = wer("m-2", "rat", "mitglied")
NEU = {"name": "Antragstext", "digest": "b" * 64, "groesse": 4}


@pytest.fixture
def kreis(muster: Regelwerke) -> Rathaus:
    return Rathaus(muster, "kreisstadt")


def eingang(haus: Rathaus, **felder: Any) -> Any:
    return haus.state(haus.eingang(A, **felder))


def sitzung(haus: Rathaus, tag: dt.datetime = dt.datetime(2021, 5, 26, 16, tzinfo=dt.UTC)) -> None:
    haus.do(S1, "planen", DIENST, gremium="rat", beginn=tag)


def test_it_comes_in_with_sender_time_and_way(kreis: Rathaus) -> None:
    samstag = dt.datetime(2021, 5, 1, 10, 30, tzinfo=dt.UTC)
    z = eingang(kreis, eingegangen=samstag)
    assert (z.stufe, z.stufe.anzeige, z.eingang.am, z.eingang.weg) == ("eingegangen", "eingegangen", samstag, "briefkasten")
    assert (z.ursprung.art, z.ursprung.von, z.ursprung.datum) == ("antrag", "Fraktion A", "2021-05-01")
    assert (z.nummer, z.federfuehrend.id, z.nacherfasst) == ("2021/0001", "a-10", False)
    assert z.fassung.plaetze == () and z.fassung.verfasst_von == ()


def test_senders_are_known_by_the_rules_or_not(kreis: Rathaus) -> None:
    alle = [
        FRAKTION,
        {"art": "fraktion", "name": "Fraktion C"},
        {"art": "mitglied", "kennung": "m-2"},
        {"art": "einwohner", "kennung": "e-7"},
    ]
    z = eingang(kreis, absender=alle)
    assert [(a.name, a.bekannt) for a in z.eingang.absender] == [
        ("Fraktion A", True), ("Fraktion C", False), ("Emre Beispiel", True), (None, False),
    ]  # fmt: skip
    assert z.ursprung.von == "Fraktion A, Fraktion C, Emre Beispiel, Einwohnerin oder Einwohner"


@pytest.mark.parametrize(
    ("satz", "felder"),
    [
        ("Privatpersonen", {"absender": [{"art": "einwohner", "name": "Erika Mustermann"}]}),
        ("von wem", {"absender": []}),
        ("Name und Kennung", {"absender": [{"art": "mitglied"}]}),
        ("nicht von außen", {"vorlageart": "mitteilungsvorlage", "abschnitte": []}),
        ("in der Zukunft", {"eingegangen": HEUTE + dt.timedelta(days=1)}),
        ("neutrale Bezeichnung", {"oeffentlich": False}),
        ("keinen Abschnitt", {"abschnitte": [{"name": "Sachlage", **TEXT}]}),
        ("Nacherfassung", {"nummer": "2020/0007"}),
    ],
)
def test_what_makes_no_sense_is_refused(kreis: Rathaus, satz: str, felder: dict[str, Any]) -> None:
    with pytest.raises(Unplausibel, match=satz):
        eingang(kreis, **felder)


@pytest.mark.parametrize(
    ("tag", "stunde", "rechtzeitig"),
    [(13, 11, True), (13, 12, False), (14, 9, False)],
    ids=["davor", "eine Stunde später", "danach"],
)
def test_late_is_a_fact_and_no_refusal(kreis: Rathaus, tag: int, stunde: int, rechtzeitig: bool) -> None:
    """Twelve calendar days lie between it and the Rat on 26 May, until noon (Berlin)."""
    sitzung(kreis)
    kreis.bis(dt.datetime(2021, 5, 17, 8, tzinfo=dt.UTC))
    z = eingang(kreis, sitzung="s1", eingegangen=dt.datetime(2021, 5, tag, stunde - 2, tzinfo=dt.UTC))
    assert z.eingang.schluss.letzter_tag == dt.date(2021, 5, 13)
    assert z.eingang.rechtzeitig is rechtzeitig
    assert [a.regel[:44] for a in z.abweichungen] == ([] if rechtzeitig else ["nach dem Antragsschluss am 13.05.2021 eingeg"])


def test_where_there_is_no_rule_nobody_says_that_it_was_late(muster: Regelwerke) -> None:
    haus = Rathaus(muster)
    haus.do("sitzung/muster/s1", "planen", DIENST, gremium="rat", beginn=dt.datetime(2021, 5, 4, 16, tzinfo=dt.UTC))
    haus.do("vorlage/muster/a1", "entgegennehmen", DIENST, vorlageart="anfrage", betreff="B", absender=[FRAKTION], sitzung="s1")
    assert haus.state("vorlage/muster/a1").eingang.rechtzeitig is None


def test_the_papers_deadline_holds_where_motions_have_none_of_their_own(kreis: Rathaus) -> None:
    kreis.do(S1, "planen", DIENST, gremium="sozialausschuss", beginn=dt.datetime(2021, 5, 26, 16, tzinfo=dt.UTC))
    z = eingang(kreis, sitzung="s1")
    assert (z.eingang.schluss.letzter_tag, z.eingang.rechtzeitig) == (dt.date(2021, 5, 12), True)


def test_it_becomes_public_by_its_formal_acceptance(kreis: Rathaus) -> None:
    eingang(kreis)
    assert public_subject(kreis.state(A)) is None and not as_copy(kreis.state(A)).freigegeben
    kreis.do(A, "formal_annehmen", DIENST)
    z = kreis.state(A)
    assert (z.stufe, public_subject(z), as_copy(z).freigegeben) == ("eingegangen", "Mehr Bäume", True)
    assert (z.fassung.freigabe, z.fassung.herausgabe.akteur.rolle) == (None, "sitzungsdienst")


def test_what_is_not_public_does_not_become_so(kreis: Rathaus) -> None:
    eingang(kreis, oeffentlich=False, bezeichnung="Grundstückssache")
    kreis.do(A, "formal_annehmen", DIENST)
    assert public_subject(kreis.state(A)) == "Grundstückssache"


def test_it_is_given_back_with_a_reason_and_mended_by_its_senders(kreis: Rathaus) -> None:
    eingang(kreis)
    with pytest.raises(NichtBefugt):
        kreis.do(A, "zurueckgeben", LEITUNG, grund="gefällt nicht")
    kreis.do(A, "zurueckgeben", DIENST, grund="Unterschrift fehlt")
    assert kreis.state(A).eingang.beanstandet == "Unterschrift fehlt"
    assert "eingegangen, beanstandet" in situation(Lauf[Any](zustand=kreis.state(A)))
    kreis.do(A, "antrag_aendern", F_A, abschnitte=[NEU], grund="unterschrieben")
    z = kreis.state(A)
    assert "wartet auf formale Prüfung" in situation(Lauf[Any](zustand=z))
    assert (z.eingang.beanstandet, len(z.fassungen), z.fassung.abschnitte[0].digest) == (None, 1, "b" * 64)
    kreis.do(A, "formal_annehmen", DIENST)
    with pytest.raises(FalscheStufe, match="formal angenommen"):
        kreis.do(A, "zurueckgeben", DIENST, grund="doch nicht")


def test_what_was_shown_stays_and_the_change_is_a_version_of_its_own(kreis: Rathaus) -> None:
    eingang(kreis)
    kreis.do(A, "formal_annehmen", DIENST)
    kreis.do(A, "antrag_aendern", DIENST, betreff="Noch mehr Bäume", abschnitte=[NEU], grund="auf Wunsch der Fraktion")
    z = kreis.state(A)
    assert [(f.nr, f.zusatz, f.herausgabe is not None) for f in z.fassungen] == [(1, None, True), (2, "-N1", False)]
    assert (public_subject(z), as_copy(z).betreff, z.betreff) == ("Mehr Bäume", "Mehr Bäume", "Noch mehr Bäume")
    assert [a.teil for a in z.fassung.aenderungen] == ["Betreff", "Abschnitt Antragstext"]
    kreis.do(A, "formal_annehmen", DIENST)
    assert public_subject(kreis.state(A)) == as_copy(kreis.state(A)).betreff == "Noch mehr Bäume"


@pytest.mark.parametrize(
    "akteur", [SB, AL, LEITUNG, F_B, MITGLIED, wer("m-2", "fraktion-a", "mitglied"), wer("m-9", "rat", "mitglied", "m-1")]
)
def test_nobody_but_its_senders_changes_or_withdraws_it(kreis: Rathaus, akteur: Any) -> None:
    eingang(kreis, federfuehrend="a-46")
    for art, felder in (("antrag_aendern", {"betreff": "Anders"}), ("zurueckziehen", {})):
        with pytest.raises(NichtBefugt):
            kreis.do(A, art, akteur, grund="so", **felder)


@pytest.mark.parametrize("akteur", [F_A, MITGLIED, DIENST])
def test_its_senders_may_and_the_secretariat_for_them(kreis: Rathaus, akteur: Any) -> None:
    eingang(kreis, absender=[FRAKTION, {"art": "mitglied", "kennung": "m-2"}])
    kreis.do(A, "antrag_aendern", akteur, betreff="Weniger Autos", grund="Neufassung")
    kreis.do(A, "zurueckziehen", akteur, grund="erledigt")
    assert kreis.state(A).stufe == "zurueckgezogen"


VERWALTUNG: list[tuple[str, Any, dict[str, Any]]] = [
    ("redaktionell_aendern", SB, {"betreff": "Mehr Bäume!", "grund": "Komma"}),
    ("inhalt_aendern", SB, {"betreff": "Mehr Bäume!", "grund": "so"}),
    ("neufassen", SB, {"abschnitte": [NEU], "grund": "so"}),
    ("beteiligen", SB, {"plaetze": [{"schritt": 1, "stelle": "a-50"}]}),
    ("freigeben", LEITUNG, {}),
    ("bearbeiten", SB, {"betreff": "x"}),
    ("einreichen", SB, {}),
]


@pytest.mark.parametrize(("art", "akteur", "felder"), VERWALTUNG, ids=[f[0] for f in VERWALTUNG])
@pytest.mark.parametrize("in_beratung", [False, True])
def test_the_administration_leaves_it_as_it_is(
    kreis: Rathaus, art: str, akteur: Any, felder: dict[str, Any], in_beratung: bool
) -> None:
    eingang(kreis, federfuehrend="a-46")
    if in_beratung:
        auf_der_tagesordnung(kreis)
    vorher = kreis.state(A)
    with pytest.raises(FalscheStufe):
        kreis.do(A, art, akteur, **felder)
    assert kreis.state(A) == vorher


def auf_der_tagesordnung(haus: Rathaus, **felder: Any) -> None:
    """Accepted, on the agenda of the Rat, invited."""
    if haus.state(A).fassung.herausgabe is None:
        haus.do(A, "formal_annehmen", DIENST)
    if haus.state(S1).seq == 0:
        sitzung(haus)
    haus.do(A, "anmelden", DIENST, sitzung="s1", beratung=1)
    haus.do(S1, "aufnehmen", DIENST, vorlage="a1", **felder)
    haus.do(S1, "tagesordnung_festsetzen", VORSITZ)
    haus.do(S1, "tagesordnung_zustimmen", LEITUNG)
    haus.do(S1, "einladen", DIENST)


def test_its_way_onto_the_agenda_and_to_its_end(kreis: Rathaus) -> None:
    eingang(kreis)
    auf_der_tagesordnung(kreis)
    assert kreis.state(A).stufe == "in_beratung" and kreis.state(S1).abweichungen == ()
    kreis.eroeffnet(S1)
    top = next(t.id for t in kreis.state(S1).tops for tv in t.vorlagen if tv.vorlage == "a1")
    kreis.do(S1, "ergebnis", SCHRIFT, top=top, wortlaut="abgelehnt")
    kreis.beendet(S1)
    z = kreis.state(A)
    assert (z.stufe, z.abweichungen, A in kreis.versiegelt) == ("abgeschlossen", (), True)
    assert z.beratungen[0].behandlungen[0].beschluss.wortlaut == "abgelehnt"


def test_what_came_in_time_is_in_time_however_late_it_was_accepted(kreis: Rathaus) -> None:
    sitzung(kreis)
    eingang(kreis)
    kreis.bis(dt.datetime(2021, 5, 13, 15, tzinfo=dt.UTC))
    auf_der_tagesordnung(kreis)
    assert kreis.state(S1).abweichungen == ()


def test_what_came_late_goes_onto_the_agenda_with_a_reason(kreis: Rathaus) -> None:
    sitzung(kreis)
    kreis.bis(dt.datetime(2021, 5, 13, 15, tzinfo=dt.UTC))
    eingang(kreis)
    with pytest.raises(Regelbruch, match=r"nach dem Antragsschluss am 13\.05\.2021 eingegangen"):
        auf_der_tagesordnung(kreis)
    kreis.do(S1, "aufnehmen", DIENST, vorlage="a1", abweichung="der Rat soll entscheiden")
    assert [tv.lieferung for t in kreis.state(S1).tops for tv in t.vorlagen] == ["nachtrag"]


def test_it_is_not_invited_unaccepted_without_a_reason(kreis: Rathaus) -> None:
    eingang(kreis)
    sitzung(kreis)
    kreis.do(A, "anmelden", DIENST, sitzung="s1", beratung=1)
    kreis.do(S1, "aufnehmen", DIENST, vorlage="a1")
    with pytest.raises(Regelbruch, match="ein Antrag oder eine Anfrage ist nicht formal angenommen"):
        kreis.do(S1, "einladen", DIENST)
    kreis.do(S1, "einladen", DIENST, abweichung="der Rat prüft selbst")
    assert kreis.state(A).stufe == "eingegangen"
    kreis.do(A, "formal_annehmen", DIENST)
    assert kreis.state(A).stufe == "in_beratung"


def test_what_was_dealt_with_unaccepted_is_a_deviation(kreis: Rathaus) -> None:
    eingang(kreis)
    stand = {
        "sitzung": "alt", "top": 1, "revision": 1, "nummer": "Ö 3", "beginn": "2021-04-02T16:00:00+00:00", "anlass": "Sitzung",
        "gremium": {"id": "rat", "name": "Rat"}, "oeffentlich": True, "status": "behandelt",
        "beschluss": {"wortlaut": "abgelehnt", "klasse": "rejected"}, "sitzung_beendet": True,
    }  # fmt: skip
    kreis.do(A, "behandlung_nacherfassen", DIENST, stand=stand, geschehen=HEUTE)
    z = kreis.state(A)
    assert (z.stufe, z.abweichungen[0].regel) == ("abgeschlossen", "in der Sitzung behandelt, obwohl nicht formal angenommen")


def test_a_withdrawal_after_the_invitation_is_a_request(kreis: Rathaus) -> None:
    eingang(kreis)
    auf_der_tagesordnung(kreis)
    kreis.do(A, "zurueckziehen", F_A, grund="erledigt")
    assert kreis.state(A).ruecknahme_erbeten and kreis.state(S1).ruecknahmebitten
    kreis.do(S1, "ruecknahme_entscheiden", DIENST, vorlage="a1", angenommen=True)
    kreis.beendet(S1)
    assert kreis.state(A).stufe == "zurueckgezogen"


def test_it_can_be_ended_without_a_committee(kreis: Rathaus) -> None:
    eingang(kreis, vorlageart="anfrage", abschnitte=[])
    kreis.do(A, "beratung_beenden", DIENST, grund="schriftlich beantwortet")
    assert kreis.state(A).stufe == "abgeschlossen"


def test_taken_up_again_it_is_where_it_was(kreis: Rathaus) -> None:
    eingang(kreis)
    kreis.do(A, "formal_annehmen", DIENST)
    kreis.do(A, "zurueckziehen", DIENST, grund="auf Wunsch")
    siegel = seal_digest(kreis.state(A))
    kreis.do(A, "versiegelt", SYSTEM, siegel=siegel)
    kreis.do(A, "wiederaufnehmen", LEITUNG, grund="doch", siegel=siegel)
    assert kreis.state(A).stufe == "eingegangen" and kreis.state(A).fassung.herausgabe


def test_nobody_is_asked_to_sign_or_release_it(kreis: Rathaus) -> None:
    eingang(kreis, federfuehrend="a-46")
    auf_der_tagesordnung(kreis)
    kreis.do(A, "antrag_aendern", F_A, betreff="Anders", grund="so")
    z = kreis.state(A)
    assert z.stufe == "in_beratung" and z.fassung.herausgabe is None
    assert subject_line(z, "antrag_aendern", "verwaltungsleitung") == (
        "Vorlage 2021/0001 ist von den Absendern geändert worden; bitte formal prüfen"
    )


def test_its_past_is_recorded_with_its_true_dates(kreis: Rathaus) -> None:
    def schritt(art: str, tag: str, **felder: Any) -> dict[str, Any]:
        wer_ = {"person": "p", "stelle": "a-10", "rolle": "sitzungsdienst"}
        return {"art": art, "geschehen": f"{tag}T09:00:00+00:00", "akteur": wer_, **felder}

    stand = {
        "sitzung": "alt", "top": 1, "revision": 1, "nummer": "Ö 3", "beginn": "2009-04-02T16:00:00+00:00", "anlass": "Sitzung",
        "gremium": {"id": "rat", "name": "Rat"}, "oeffentlich": True, "status": "behandelt",
        "beschluss": {"wortlaut": "abgelehnt", "klasse": "rejected"}, "sitzung_beendet": True,
    }  # fmt: skip
    absender = [{"art": "fraktion", "name": "Fraktion von damals"}]
    kreis.do(A, "nacherfassen", DIENST, schritte=[
        schritt("entgegennehmen", "2009-03-02", vorlageart="antrag", betreff="Alt", absender=absender, nummer="2009/0007",
                eingegangen="2009-02-28T20:00:00+00:00", beratungsfolge=[{"gremium": "rat"}]),
        schritt("formal_annehmen", "2009-03-03"),
        schritt("behandlung_nacherfassen", "2009-04-02", stand=stand),
    ])  # fmt: skip
    z = kreis.state(A)
    assert (z.stufe, z.nummer, z.eingang.am.year, z.fassung.herausgabe.am.day) == ("abgeschlossen", "2009/0007", 2009, 3)
    assert z.abweichungen == ()
