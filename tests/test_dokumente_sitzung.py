"""What stands in invitations, calendars and minutes: as it was issued, as it happened, and marked where it changed."""

import datetime as dt
from typing import Any

import icalendar
import pytest

from dokumente import inhalt, kalender
from dokumente.anschrift import organizer
from dokumente.inhalt import Teil
from lifecycle.ablehnung import FalscheStufe, Unplausibel
from rathaus import DIENST, LEITUNG, SCHRIFT, VORSITZ, Rathaus, S, kennung
from schemas.regelwerk import Regelwerke
from schemas.sitzung import Sitzung
from schriftgut import GEHEIM, NEUTRAL, M, all_text, held, lies, put

V2, S0 = "vorlage/muster/v2", "sitzung/muster/s0"


@pytest.fixture
def tagt(haus: Rathaus) -> Rathaus:
    return held(haus)


def changed(z: Sitzung, **felder: Any) -> Sitzung:
    """The state with fields that no command of these tests sets."""
    return Sitzung.model_validate(z.model_dump() | felder)


def titles(haus: Rathaus, teil: Teil = Teil.INTERN) -> list[str]:
    s = inhalt.invitation(haus.state(S), M, teil)
    return [f"{p['nummer']} {p['titel']}" for p in (*s.daten["oeffentlich"], *s.daten["nichtoeffentlich"])]


# --- invitation ----------------------------------------------------------------------------------------------------------


def test_an_invitation_is_a_letter(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.sitzung(raum="Saal 1", ort="Rathaus", weitere_gremien=["schulausschuss"])
    haus.aufgesetzt()
    haus.do(S, "top_ergaenzen", DIENST, titel=GEHEIM, oeffentlich=False, bezeichnung=NEUTRAL)
    entwurf = inhalt.invitation(haus.state(S), M)
    assert (
        entwurf.daten["vermerk"] == "Entwurf, noch nicht eingeladen"
        and entwurf.daten["kennzeichen"] == "nichtöffentlich · Entwurf"
    )
    haus.jetzt += dt.timedelta(days=1)
    haus.do(S, "einladen", DIENST)
    haus.jetzt += dt.timedelta(days=1)
    s = inhalt.invitation(haus.state(S), M)
    assert s.daten["an"] == ["Sozialausschuss", "Schulausschuss"] and s.daten["anrede"] and s.daten["datum"] == "04.05.2021"
    assert "Mittwoch, 16.06.2021, 18:00 Uhr" in s.daten["einleitung"] and s.daten["vermerk"] is None
    assert ["Ort", "Saal 1, Rathaus"] in s.daten["felder"]
    offen = inhalt.invitation(haus.state(S), M, Teil.OEFFENTLICH)
    assert (offen.daten["an"], offen.daten["anrede"], offen.daten["hinweise"], offen.daten["kennzeichen"]) == ([], "", [], "")


def test_it_gives_the_rule_and_no_internal_reasons(muster: Regelwerke) -> None:
    haus = Rathaus(muster, "kreisstadt")
    s = "sitzung/kreisstadt/s1"
    haus.do(s, "planen", DIENST, gremium="sozialausschuss", beginn=dt.datetime(2021, 5, 6, 16, tzinfo=dt.UTC), abweichung="eilt")
    haus.do(s, "top_ergaenzen", DIENST, titel="Punkt")
    haus.do(s, "einladen", DIENST, abweichung="GEHEIMER GRUND", genehmigt_von="Vorsitz")
    hinweise = " ".join(inhalt.invitation(haus.state(s), M).daten["hinweise"])
    assert "6 Kalendertage" in hinweise and "Die Ladungsfrist ist verkürzt." in hinweise
    assert "GEHEIM" not in hinweise and "letzter Tag" not in hinweise


def test_after_the_invitation_it_shows_what_was_issued(haus: Rathaus) -> None:
    haus.eingeladen()
    haus.do(S, "top_ergaenzen", DIENST, titel="Nachgereicht", abweichung="eilt")
    assert titles(haus) == ["Ö 1 Sachstand"]
    haus.do(S, "nachtrag_ausgeben", DIENST)
    assert titles(haus) == ["Ö 1 Sachstand", "Ö 2 Nachgereicht (neu)"]
    assert inhalt.invitation(haus.state(S), M).daten["titel"] == "1. Nachtrag zur Einladung: Sozialausschuss"


def test_what_has_happened_to_an_item_since_is_marked(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.sitzung()
    haus.aufgesetzt()
    for titel in ("Zwei", "Drei", "Vier"):
        haus.do(S, "top_ergaenzen", DIENST, titel=titel)
    haus.do(S, "einladen", DIENST)
    haus.do(S, "absetzen", DIENST, top=2, grund="Beratungsbedarf")
    haus.do(S, "top_verschieben", DIENST, top=3, oeffentlich=False, grund="Datenschutz", bezeichnung=NEUTRAL)
    haus.do(S, "tops_verbinden", DIENST, haupt=1, tops=[4])
    marken = ["(gemeinsam mit Ö 4)", "(abgesetzt)", "(in den nichtöffentlichen Teil verschoben)", "(gemeinsam mit Ö 1)"]
    assert titles(haus) == [
        f"Ö {nr} {t} {m}" for nr, t, m in zip(range(1, 5), ("Sachstand", "Zwei", "Drei", "Vier"), marken, strict=True)
    ]
    assert titles(haus, Teil.OEFFENTLICH)[2] == f"Ö 3 {NEUTRAL} {marken[2]}"
    daten = inhalt.minutes(haus.state(S), M, lies, Teil.OEFFENTLICH).daten
    assert daten["teile"][1]["punkte"][0]["titel"] == f"{NEUTRAL} (bisher Ö 3, in den nichtöffentlichen Teil verschoben)"
    haus.do(S, "nachtrag_ausgeben", DIENST)
    assert titles(haus)[3] == "N 1 Drei (bisher Ö 3)"


def test_numbers_are_counted_not_spelt(haus: Rathaus) -> None:
    haus.sitzung()
    for nr in range(11):
        haus.do(S, "top_ergaenzen", DIENST, titel=f"Punkt {nr}")
    tops = haus.state(S).tops
    gemischt = changed(haus.state(S), tops=[t.model_dump() for t in (tops[10], *tops[:10])])
    punkte = inhalt.invitation(gemischt, M).daten["oeffentlich"]
    assert [p["nummer"] for p in punkte] == [f"Ö {nr}" for nr in range(1, 12)]


def test_a_meeting_that_is_off_or_moved_says_so(haus: Rathaus) -> None:
    haus.eingeladen()
    z = haus.state(S)
    assert "Verlegt" in inhalt.invitation(changed(z, einladungen=2), M).daten["vermerk"]
    haus.do(S, "absagen", DIENST, grund="GEHEIMER GRUND", abweichung="x")
    s = inhalt.invitation(haus.state(S), M)
    assert "Abgesagt" in s.daten["kennzeichen"] and "GEHEIM" not in all_text(s)


def test_an_announced_paper_has_no_subject_for_the_public(haus: Rathaus) -> None:
    haus.laufweg(betreff="Noch nicht freigegeben")
    haus.sitzung()
    haus.aufgesetzt()
    haus.do(S, "einladen", DIENST, abweichung="eilt")
    assert titles(haus) == ["Ö 1 Noch nicht freigegeben (nicht freigegeben)"]
    assert titles(haus, Teil.OEFFENTLICH) == ["Ö 1 Vorlage der Verwaltung"]
    assert "Noch nicht" not in kalender.invitation(haus.state(S), M, "a@b.example", "c@d.example").decode()


# --- calendar ------------------------------------------------------------------------------------------------------------


def event(z: Sitzung) -> tuple[Any, Any]:
    gelesen: Any = icalendar.Calendar.from_ical(
        kalender.invitation(z, M, "fraktion@muster.example.org", "dienst@muster.example.org")
    )
    (termin,) = gelesen.walk("VEVENT")
    return gelesen, termin


def test_an_invitation_for_one_receiver(tagt: Rathaus) -> None:
    gelesen, termin = event(
        changed(tagt.state(S), weitere_gremien=[{"id": "schulausschuss", "name": "Schulausschuss", "kuerzel": "SchulA"}])
    )
    assert gelesen["METHOD"] == "REQUEST" and len(gelesen.walk("VTIMEZONE")) == 1
    assert str(termin["ATTENDEE"]) == "mailto:fraktion@muster.example.org"
    assert dict(termin["ATTENDEE"].params) == {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    assert termin["ORGANIZER"].params["CN"] == "Sitzungsdienst SozA, SchulA" and termin["SUMMARY"] == "SozA, SchulA (Musterstadt)"
    assert termin.decoded("DTSTART") == dt.datetime(2021, 6, 16, 16, tzinfo=dt.UTC) and "Saal 1" in termin["LOCATION"]
    assert termin["DESCRIPTION"] == f"Öffentlicher Teil:\nÖ 1 Sachstand\n\nNichtöffentlicher Teil:\nN 1 {NEUTRAL}"


def test_a_cancelled_meeting_takes_the_same_event_away(haus: Rathaus) -> None:
    haus.eingeladen()
    _, alt = event(haus.state(S))
    haus.do(S, "absagen", DIENST, grund="Sturm")
    nachher, neu = event(haus.state(S))
    assert (nachher["METHOD"], neu["STATUS"], neu["UID"]) == ("CANCEL", "CANCELLED", alt["UID"])
    assert neu["SEQUENCE"] > alt["SEQUENCE"]


def test_nobody_has_an_entry_for_what_he_is_not_invited_to(haus: Rathaus) -> None:
    haus.sitzung()
    with pytest.raises(FalscheStufe, match="noch nicht eingeladen"):
        event(haus.state(S))
    haus.do(S, "absagen", DIENST, grund="Sturm")
    with pytest.raises(FalscheStufe, match="noch nicht eingeladen"):
        event(haus.state(S))


def test_the_secretariat_invites(muster: Regelwerke, haus: Rathaus) -> None:
    haus.sitzung()
    rw = muster.am("muster", dt.date(2021, 5, 3))
    assert rw is not None and organizer(rw, haus.state(S)) == "hauptamt@muster.example.org"
    ohne = rw.model_copy(update={"stellen": tuple(s.model_copy(update={"postfach": None}) for s in rw.stellen)})
    with pytest.raises(Unplausibel, match="keine Mailadresse hinterlegt"):
        organizer(ohne, haus.state(S))


# --- minutes -------------------------------------------------------------------------------------------------------------


def test_minutes_have_a_head(tagt: Rathaus) -> None:
    felder = dict(inhalt.minutes(tagt.state(S), M, lies, Teil.OEFFENTLICH).daten["felder"])
    assert felder["Ort"] == "Saal 1, Rathaus" and felder["Datum"] == "Mittwoch, 16.06.2021"
    assert (felder["Eingeladen"], felder["Beginn"], felder["Ende"]) == ("am 03.05.2021", "18:00 Uhr", "noch nicht geschlossen")
    tagt.do(S, "sitzung_unterbrechen", VORSITZ)
    tagt.jetzt += dt.timedelta(minutes=10)
    tagt.do(S, "sitzung_fortsetzen", VORSITZ)
    felder = dict(inhalt.minutes(tagt.state(S), M, lies, Teil.OEFFENTLICH).daten["felder"])
    assert felder["Unterbrechungen"] == "18:00 bis 18:10 Uhr"


def at(minute: int) -> dt.datetime:
    return dt.datetime(2021, 6, 16, 16, minute, tzinfo=dt.UTC)


def test_who_was_there_as_what_and_when(tagt: Rathaus) -> None:
    mueller = {"person": "m-1", "name": "Frau Müller", "funktion": "mitglied"}
    wer = [
        {**mueller, "bis": at(20)}, {**mueller, "von": at(40)}, {"person": "g-1", "funktion": "gast"},
        {"person": "m-2", "name": "Herr Öz", "funktion": "mitglied", "von": at(5), "bis": at(50)},
        {"person": "m-3", "name": "Herr Fehlt", "funktion": "mitglied", "entschuldigt": True},
        {"person": "p-v", "name": "Die Vorsitzende", "funktion": "vorsitz"},
    ]  # fmt: skip
    z = changed(tagt.state(S), anwesenheit=wer)
    assert inhalt.minutes(z, M, lies, Teil.OEFFENTLICH).daten["anwesenheit"] == [
        {"als": "Vorsitz", "wer": ["Die Vorsitzende"]},
        {"als": "Mitglieder", "wer": ["Frau Müller (bis 18:20 Uhr, ab 18:40 Uhr)", "Herr Öz (18:05 bis 18:50 Uhr)"]},
        {"als": "Gäste", "wer": ["g-1"]},
        {"als": "Entschuldigt", "wer": ["Herr Fehlt"]},
    ]
    assert inhalt.minutes(z, M, lies, Teil.INTERNET).daten["anwesenheit"] == []


def test_votes_by_kind_and_by_name(tagt: Rathaus) -> None:
    wer = [{"person": p, "name": n, "funktion": "mitglied"} for p, n in (("m-1", "Frau Müller"), ("m-2", "Herr Öz"))]
    stimmen = [{"person": "m-1", "stimme": "ja"}, {"person": "m-9", "stimme": "nein"}]
    abstimmungen = [
        {"gegenstand": "Antrag X", "art": "namentlich", "ja": 1, "nein": 1, "stimmen": stimmen, "befangen": ["m-2"]},
        {"art": "geheim", "ja": 8, "nein": 4}, {"wortlaut": "einstimmig"},
    ]  # fmt: skip
    felder = {"wortlaut": "geändert beschlossen", "grund": "falsch gezählt", "abstimmungen": abstimmungen}
    tagt.do(S, "ergebnis_berichtigen", SCHRIFT, top=1, **felder)
    z = changed(tagt.state(S), anwesenheit=wer)

    def votes(teil: Teil) -> list[dict[str, Any]]:
        daten = inhalt.minutes(z, M, lies, teil).daten
        gezeigt: list[dict[str, Any]] = daten["teile"][0]["punkte"][0]["beschluesse"][0]["abstimmungen"]
        return gezeigt

    erste, zweite, dritte = votes(Teil.OEFFENTLICH)
    assert erste["text"] == "Antrag X: 1 Ja, 1 Nein (namentlich)" and erste["stimmen"] == [["Frau Müller", "ja"], ["m-9", "nein"]]
    assert erste["befangen"] == "Wegen Befangenheit nicht beteiligt: Herr Öz"
    assert (zweite["text"], dritte["text"]) == ("2. Abstimmung: 8 Ja, 4 Nein (geheim)", "3. Abstimmung: einstimmig")
    assert votes(Teil.INTERNET)[0]["text"] == "1. Abstimmung: 1 Ja, 1 Nein (namentlich)"
    assert all(not v["stimmen"] and not v["befangen"] for v in votes(Teil.INTERNET))


def test_each_paper_at_an_item_has_its_outcome(haus: Rathaus) -> None:
    haus.freigegeben()
    haus.freigegeben(V2, betreff="Zweite")
    haus.sitzung()
    top = haus.aufgesetzt()
    haus.aufgesetzt(V2, zu_top=top)
    haus.do(S, "einladen", DIENST)
    haus.eroeffnet()
    for v, wortlaut in (("v1", "vertagt"), ("v2", "ungeändert beschlossen")):
        haus.do(S, "ergebnis", SCHRIFT, top=top, vorlage=v, wortlaut=wortlaut)
    (punkt,) = inhalt.minutes(haus.state(S), M, lies, Teil.OEFFENTLICH).daten["teile"][0]["punkte"]
    assert [b["marke"] for b in punkt["beschluesse"]] == ["Ergebnis zu Vorlage 2021/0001", "Beschluss zu Vorlage 2021/0002"]


def test_in_a_joint_meeting_each_committee_has_its_own(tagt: Rathaus) -> None:
    z = tagt.state(S)
    erstes = z.tops[0].vorlagen[0].model_dump()
    zweites = erstes | {"gremium": "schulausschuss"}
    tops = [z.tops[0].model_dump() | {"vorlagen": [erstes, zweites]}]
    z = changed(z, tops=tops, weitere_gremien=[{"id": "schulausschuss", "name": "Schulausschuss"}])
    punkt = inhalt.minutes(z, M, lies, Teil.OEFFENTLICH).daten["teile"][0]["punkte"][0]
    assert [b["marke"] for b in punkt["beschluesse"]] == ["Beschluss (Sozialausschuss)", "Beschluss (Schulausschuss)"]
    assert punkt["vorlagen"] == "2021/0001"


def test_no_text_vanishes(tagt: Rathaus) -> None:
    """What is not public at a public item, what was released of one that is not, and in general."""
    tagt.do(S, "niederschrift_erfassen", SCHRIFT, top=1, text=put("Gehalt der Leitung"), oeffentlich=False)
    tagt.do(S, "niederschrift_erfassen", SCHRIFT, text=put("Pressefragen"), oeffentlich=False)
    tagt.do(S, "sitzung_oeffentlichkeit", DIENST, top=2, oeffentlich=True, grund="Freigabe", nur_niederschrift=True)
    z = tagt.state(S)
    nicht = all_text(inhalt.minutes(z, M, lies, Teil.NICHTOEFFENTLICH))
    assert (
        "Gehalt der Leitung" in nicht
        and "Pressefragen" in nicht
        and "Vertraulich besprochen." in nicht
        and "Die Lage" not in nicht
    )
    offen = all_text(inhalt.minutes(z, M, lies, Teil.OEFFENTLICH))
    assert "Vertraulich besprochen." in offen and NEUTRAL in offen and GEHEIM not in offen and "Gehalt" not in offen


def test_what_was_done_about_earlier_minutes(tagt: Rathaus) -> None:
    tagt.sitzung(S0, tag=20)
    felder: dict[str, Any] = {"sitzung": kennung(S0)}
    tagt.do(S, "niederschrift_genehmigen", SCHRIFT, **felder, genehmigt=False, grund="falsch gezählt")
    tagt.do(
        S,
        "niederschrift_berichtigen",
        SCHRIFT,
        **felder,
        text=put("statt einstimmig: mehrheitlich"),
        grund="Einwendung",
        top_nummer="Ö 3",
    )
    z = tagt.state(S)
    z = changed(z, genehmigung=True, vermerke=[{**v.model_dump(), "vom": dt.date(2021, 5, 19)} for v in z.vermerke])
    daten = inhalt.minutes(z, M, lies, Teil.OEFFENTLICH).daten
    assert [v["satz"] for v in daten["frueher"]] == [
        "Niederschrift der Sitzung vom 19.05.2021: Einwendung (falsch gezählt)",
        "Niederschrift der Sitzung vom 19.05.2021: Berichtigung zu TOP Ö 3 (Einwendung)",
    ]
    assert "statt einstimmig" in str(daten["frueher"][1]["text"]) and "nächsten Sitzung" in daten["genehmigung"]
    for teil in (Teil.NICHTOEFFENTLICH, Teil.INTERNET):
        assert inhalt.minutes(z, M, lies, teil).daten["frueher"] == []


def test_the_internet_version_has_texts_of_its_own(tagt: Rathaus) -> None:
    tagt.do(S, "vollzug_aussetzen", LEITUNG, top=1, grund="Einspruch von Herrn Weiß")
    netz = inhalt.minutes(tagt.state(S), M, lies, Teil.INTERNET)
    (beschluss,) = netz.daten["teile"][0]["punkte"][0]["beschluesse"]
    assert beschluss["text"] == [] and beschluss["zusaetze"] == ["Der Vollzug ist ausgesetzt."]
    assert "Für das Internet." in all_text(netz) and netz.daten["unterschriften"] == []
    original = all_text(inhalt.minutes(tagt.state(S), M, lies, Teil.OEFFENTLICH))
    assert "Frau Beispiel (Gast)" in original and "Herrn Weiß" in original and "Für das Internet." not in original


def test_the_copy_to_be_signed_is_not_preliminary(tagt: Rathaus) -> None:
    vorlaeufig = inhalt.minutes(tagt.state(S), M, lies, Teil.OEFFENTLICH)
    assert "Vorläufig" in vorlaeufig.daten["kennzeichen"] and "noch nicht unterzeichnet" in str(
        vorlaeufig.daten["unterschriften"]
    )
    fertig = inhalt.minutes(tagt.state(S), M, lies, Teil.OEFFENTLICH, ausfertigung=True)
    assert fertig.daten["vermerk"] is None and ["Vorsitz", "", ""] in fertig.daten["unterschriften"]
