"""A whole year of one committee in no time: 12 meetings, 150 papers, holidays, cancelled meetings, changed rules, a renamed office.

No deadline is lost, none rings twice, every number is given once, every paper and every task is accounted for.
"""

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from bilanz import audited, stands_at, waits_for
from jahr import (
    ABGESAGT,
    ABGESAGT_AUF,
    ENTWURF_ZURUECK,
    ERBETEN,
    GEMEINSAM,
    MEHR_ZEIT,
    SITZUNGEN,
    SPAET,
    TAG,
    VERLEGT,
    VORLAGEN,
    Jahr,
    rules,
    s,
    third_wednesday,
    v,
)
from lifecycle.fristen import day
from lifecycle.kern import BERLIN, fold_all
from lifecycle.kerne import kern_of
from rathaus import DIENST, SCHRIFT, Rathaus, kennung
from schemas.regelwerk import Regelwerke
from schemas.sitzung import Oeffentlichkeit


@pytest.fixture(scope="module")
def jahr(muster: Regelwerke) -> Jahr:
    (rw,) = [r for r in muster.alle if r.kommune == "kreisstadt"]
    jahr = Jahr(rules(rw))
    jahr.vergeht()
    return jahr


def arten(jahr: Jahr, w: str) -> list[str]:
    return [str(e.befehl["art"]) for e in jahr.verlauf[w]]


# --- the year as a whole ------------------------------------------------------------------------------------------------


def test_the_year_was_a_real_one(jahr: Jahr) -> None:
    stufen = Counter(jahr.state(s(m)).stufe.value for m in range(1, SITZUNGEN + 1))
    assert stufen == {"abgeschlossen": 10, "abgesagt": 2}
    assert sum(v(nr) in jahr.staende for nr in range(VORLAGEN)) == VORLAGEN
    assert len(jahr.auftraege) > 15
    antworten = Counter(p.antwort.art.value for w in jahr.vorlagen for p in jahr.state(w).fassung.plaetze if p.antwort)
    assert antworten["nicht_geaeussert"] > 20 and antworten["mitgezeichnet"] > 200
    assert {jahr.state(w).regelwerk.gueltig_ab for w in jahr.vorlagen} >= {"2020-01-01", "2021-04-01", "2021-09-01"}


def test_only_what_should_be_refused_was(jahr: Jahr) -> None:
    """Signing out of turn; extending what follows from the meeting's day, running or over."""
    assert set(jahr.abgelehnt) == {"mitzeichnen: FalscheStufe", "frist_verlaengern: Unplausibel", "frist_verlaengern: Unbekannt"}


def test_no_deadline_is_lost_and_none_rings_twice(jahr: Jahr) -> None:
    arten = Counter[str]()
    for w in jahr.staende:
        z = audited(w, jahr.verlauf[w], jahr.jetzt)
        assert z == jahr.state(w), w
        arten.update(f"{f.id.split('/')[0]}: {f.ausgang.value if f.ausgang else 'läuft'}" for f in z.fristen)
    assert set(arten) >= {
        *(f"mitzeichnung: {ausgang}" for ausgang in ("eingehalten", "versaeumt", "entfallen")),
        *(f"faelligkeit: {ausgang}" for ausgang in ("eingehalten", "versaeumt", "entfallen")),
        *(f"ladung: {ausgang}" for ausgang in ("eingehalten", "versaeumt", "entfallen")),
        *("vorlagenschluss: abgelaufen", "vorlagenschluss: entfallen"),
    }


def test_every_number_is_given_once(jahr: Jahr) -> None:
    nummern = [jahr.state(w).nummer for w in jahr.vorlagen]
    assert None not in nummern and len(set(nummern)) == len(jahr.vorlagen) >= VORLAGEN
    vergeben = jahr.state("nummern/kreisstadt/2021").vergeben
    assert {x.vorlage: x.nummer for x in vergeben} == {kennung(w): jahr.state(w).nummer for w in jahr.vorlagen}
    assert len(vergeben) == len(jahr.vorlagen)


def test_every_paper_is_accounted_for(jahr: Jahr) -> None:
    """On every evening, and at the end: with an outcome, or open where somebody sees it."""
    for staende in [*jahr.stichtage, jahr.staende]:
        steht = {w: stands_at(z) for w, z in staende.items() if w.startswith("vorlage/")}
        assert None not in steht.values(), [w for w, wo in steht.items() if wo is None]
    assert Counter(steht.values())["abgeschlossen"] > 130
    assert steht[v(ENTWURF_ZURUECK)] == "zurueckgezogen"


def test_every_task_is_accounted_for(jahr: Jahr) -> None:
    """On every evening, and at the end: over, or with a deadline that runs or was missed, or waiting where somebody sees it."""
    gesehen = Counter[str]()
    for staende in [*jahr.stichtage, jahr.staende]:
        wartet = {w: waits_for(z, staende) for w, z in staende.items() if w.startswith("auftrag/")}
        assert None not in wartet.values(), [w for w, worauf in wartet.items() if worauf is None]
        gesehen.update(w for w in wartet.values() if w)
    assert set(gesehen) >= {"beendet", "läuft", "versäumt", "Bestätigung", "ohne Termin", "noch keine Sitzung", "berichtet"}
    assert set(wartet) == set(jahr.auftraege)


def test_calendars_know_who_waits(jahr: Jahr) -> None:
    for gremium in ("sozialausschuss", "schulausschuss"):
        wartende = {w.auftrag for w in jahr.state(f"gremium/kreisstadt/{gremium}").wartende}
        assert wartende == {kennung(a) for a in jahr.auftraege if _due_for(jahr.state(a), gremium)}


def _due_for(z: Any, gremium: str) -> bool:
    faellig = z.angaben.faellig
    return bool(faellig and faellig.gremium and faellig.gremium.id == gremium and not kern_of("auftrag/-/-").closed(z))


def test_the_entries_alone_yield_every_state(jahr: Jahr) -> None:
    for w, z in jahr.staende.items():
        assert fold_all(kern_of(w), w, jahr.verlauf[w]) == z, w


# --- rules that change --------------------------------------------------------------------------------------------------


def test_the_shorter_time_to_sign_holds_for_what_is_handed_in_later(jahr: Jahr) -> None:
    """Counted by hand: working days after it was handed in, until the first office's last day."""
    gezaehlt: dict[int, set[bool]] = {4: set(), 5: set()}
    for w in jahr.vorlagen:
        eingereicht = [day(e.zeit) for e in jahr.verlauf[w] if e.befehl["art"] == "einreichen"]
        erste = [f for f in jahr.state(w).fristen if f.id.startswith("mitzeichnung/1/1/")]
        assert len(eingereicht) == len(erste) > 0
        for von, frist in zip(eingereicht, erste, strict=True):
            bis = frist.verlaengert[0].von if frist.verlaengert else frist.letzter_tag
            tage = sum(_working(jahr, von + n * TAG) for n in range(1, (bis - von).days + 1))
            assert frist.regel.startswith(f"{tage} Arbeitstage zur Mitzeichnung"), (w, tage, frist.regel)
            gezaehlt[tage].add(von >= dt.date(2021, 4, 1))
    assert gezaehlt == {5: {False}, 4: {True}}


def _working(jahr: Jahr, tag: dt.date) -> bool:
    return tag.weekday() <= 4 and tag not in jahr.frei


def test_the_longer_time_to_invite_holds_for_who_is_invited_later(jahr: Jahr) -> None:
    eingeladen = {m: z for m in range(1, SITZUNGEN + 1) if (z := jahr.state(s(m))).eingeladen_am}
    tage = {m: (day(z.beginn) - z.ladung.letzter_tag).days for m, z in eingeladen.items()}
    vorher = {m for m, z in eingeladen.items() if day(z.eingeladen_am) < dt.date(2021, 9, 1)}
    assert vorher == {1, 2, 3, 4, 6, 7, 8} and set(tage) - vorher == {9, 10, 11, 12}
    assert tage == dict.fromkeys(vorher, 6) | {9: 8, 10: 8, 12: 8, GEMEINSAM: 12}  # jointly the schools' longer one holds
    assert all(f"Ladungsfrist {tage[m]} Kalendertage" in z.ladung.regel for m, z in eingeladen.items() if m != GEMEINSAM)


def test_late_invitations_stand_as_what_they_are(jahr: Jahr) -> None:
    """March and December were invited seven days before: that was in time in March."""
    spaet = {m: [a.regel for a in jahr.state(s(m)).abweichungen if "nicht rechtzeitig" in a.regel] for m in range(1, 13)}
    assert [m for m, regeln in spaet.items() if regeln] == [SPAET, 12]
    assert "Ladungsfrist 8 Kalendertage" in spaet[12][0]


def test_names_are_those_of_their_day(jahr: Jahr) -> None:
    namen = {z.federfuehrend.name for w in jahr.vorlagen if (z := jahr.state(w)).federfuehrend}
    assert namen == {"Integrationszentrum", "Amt für Vielfalt"}


# --- what does not go as planned ----------------------------------------------------------------------------------------


def test_what_is_not_public_stays_so_to_the_end(jahr: Jahr) -> None:
    geheime = {w for w in jahr.vorlagen if not jahr.state(w).oeffentlich}
    assert len(geheime) >= 7
    stellen = [t for w in geheime for b in jahr.state(w).beratungen for t in b.behandlungen]
    assert len(stellen) >= 7 and all(t.nummer.startswith("N ") and not t.oeffentlich for t in stellen)
    assert {jahr.state(s(m)).oeffentlichkeit for m in range(1, 13)} == {Oeffentlichkeit.OEFFENTLICH, Oeffentlichkeit.GEMISCHT}
    for m in range(1, 13):
        for top in jahr.state(s(m)).tops:
            assert top.oeffentlich != any(f"vorlage/kreisstadt/{tv.vorlage}" in geheime for tv in top.vorlagen)


def test_a_joint_meeting_deals_with_a_paper_once_for_both(jahr: Jahr) -> None:
    gemeinsam = [tv for t in jahr.state(s(GEMEINSAM)).tops for tv in t.vorlagen if tv.beratung == 2]
    assert len(gemeinsam) >= 3
    for tv in gemeinsam:
        z = jahr.state(f"vorlage/kreisstadt/{tv.vorlage}")
        dort = [t for b in z.beratungen for t in b.behandlungen if t.sitzung == kennung(s(GEMEINSAM))]
        assert {t.gremium.id for t in dort} == {"sozialausschuss", "schulausschuss"} and len({t.top for t in dort}) == 1
        assert len({t.beschluss.wortlaut for t in dort}) == 1
    for gremium in ("sozialausschuss", "schulausschuss"):
        assert kennung(s(GEMEINSAM)) in {t.sitzung for t in jahr.state(f"gremium/kreisstadt/{gremium}").termine}


def test_papers_are_withdrawn_at_every_point_of_their_way(jahr: Jahr) -> None:
    """On the signing path; from a draft agenda; from one that has gone out: there the secretariat decides, both ways."""
    weg = {w: jahr.state(w) for w in jahr.vorlagen if jahr.state(w).stufe == "zurueckgezogen"}
    assert len(weg) == 3 and {v(ENTWURF_ZURUECK), jahr.zurueckgezogen} < set(weg)
    (erbeten,) = set(weg) - {v(ENTWURF_ZURUECK), jahr.zurueckgezogen}
    (stelle,) = [tv for t in jahr.state(s(ERBETEN)).tops for tv in t.vorlagen if tv.vorlage == kennung(erbeten)]
    assert stelle.status == "zurueckgezogen" and stelle.beschluss is None
    (nein,) = [a for a in jahr.state(s(ERBETEN)).abgelehnt if a.ruecknahme]
    bleibt = jahr.state(f"vorlage/kreisstadt/{nein.vorlage}")
    assert bleibt.ruecknahme_erbeten is None and bleibt.stufe == "abgeschlossen"


def test_what_waits_for_an_answer_gets_one_when_the_meeting_is_cancelled(jahr: Jahr) -> None:
    """Requests to be put on and to be taken off the agenda: declined, and the papers are free for another meeting."""
    abgesagt = jahr.state(s(ABGESAGT))
    bitten = {a.ruecknahme: {x.vorlage for x in abgesagt.abgelehnt if x.ruecknahme is a.ruecknahme} for a in abgesagt.abgelehnt}
    assert len(bitten[False]) >= 2 and len(bitten[True]) == 1
    assert (abgesagt.anmeldungen, abgesagt.ruecknahmebitten) == ((), ())
    for vorlage in bitten[False] | bitten[True]:
        w = f"vorlage/kreisstadt/{vorlage}"
        z = jahr.state(w)
        assert "bitte_abgelehnt" in arten(jahr, w) and z.ruecknahme_erbeten is None
        spaeter = [t.sitzung for b in z.beratungen for t in b.behandlungen if t.beschluss]
        assert spaeter and kennung(s(ABGESAGT)) not in spaeter


def test_the_items_of_a_cancelled_meeting_go_to_the_one_that_takes_over(jahr: Jahr) -> None:
    vorher = {tv.vorlage for t in jahr.state(s(ABGESAGT_AUF)).tops for tv in t.vorlagen if tv.status == "offen"}
    nachher = {tv.vorlage for t in jahr.state(s(ABGESAGT_AUF + 1)).tops for tv in t.vorlagen}
    assert len(vorher) > 3 and vorher <= nachher


def test_a_deadline_that_was_extended_rings_on_its_new_day(jahr: Jahr) -> None:
    verlaengert = {w: f for w, z in jahr.staende.items() for f in z.fristen if f.verlaengert}
    assert set(verlaengert) >= MEHR_ZEIT and any(w.startswith("auftrag/") for w in verlaengert)
    assert {f.ausgang for f in verlaengert.values()} == {"eingehalten", "versaeumt"}
    for w, f in verlaengert.items():
        alt = dt.datetime.combine(f.verlaengert[0].von + TAG, dt.time(), BERLIN)
        assert f.faellig > alt and f.ausgang_am is not None
        geklingelt = [e.zeit for e in jahr.verlauf[w] if e.befehl["art"] == "frist_abgelaufen" and e.befehl["frist"] == f.id]
        assert alt not in geklingelt and (f.faellig in geklingelt) == (f.ausgang == "versaeumt")


def test_a_bitte_is_accepted_or_declined(jahr: Jahr) -> None:
    bitten = [z for a in jahr.auftraege if (z := jahr.state(a)).angaben.grundlage == "bitte"]
    assert Counter(z.angenommen for z in bitten).keys() == {True, False}
    for z in bitten:
        assert (z.stufe == "abgelehnt") == (z.angenommen is False)
        assert z.angenommen or (z.grund == "nicht zuständig" and all(f.ausgang == "entfallen" for f in z.fristen))


@pytest.mark.parametrize(
    ("monat", "vorher", "nachher"),
    [(4, ABGESAGT_AUF, ABGESAGT_AUF + 1), (6, VERLEGT, VERLEGT), (9, ABGESAGT, GEMEINSAM)],
    ids=["abgesagt, geht über", "verlegt", "abgesagt"],
)
def test_what_is_due_for_the_next_meeting_moves_with_it(jahr: Jahr, monat: int, vorher: int, nachher: int) -> None:
    a = jahr.gezielt[monat]
    genannt = [e.befehl["termin"] for e in jahr.verlauf[a] if e.befehl["art"] == "sitzung_genannt"]
    assert [t["sitzung"] for t in genannt] == [kennung(s(vorher)), kennung(s(nachher))]  # type: ignore[index, call-overload]
    erste, zweite, *_ = jahr.state(a).fristen
    assert erste.ausgang == "entfallen" and zweite.ausgang in ("eingehalten", "versaeumt")
    assert f"Sitzung am {third_wednesday(vorher):%d.%m.%Y}" in erste.regel
    assert f"Sitzung am {jahr.state(s(nachher)).beginn.astimezone(BERLIN):%d.%m.%Y}" in zweite.regel
    assert zweite.letzter_tag - erste.letzter_tag == jahr.state(s(nachher)).beginn.date() - third_wednesday(vorher).date()


def test_another_committees_meeting_may_be_the_next_one(jahr: Jahr) -> None:
    assert jahr.state(jahr.gezielt[2]).termin.sitzung == kennung(s(GEMEINSAM))


def test_a_report_opens_its_paper_and_that_goes_to_both(jahr: Jahr) -> None:
    z = jahr.state(jahr.gezielt[9])
    bericht = jahr.state(f"vorlage/kreisstadt/{z.entwurf}")
    assert [b.gremium.id for b in bericht.beratungen] == ["schulausschuss", "sozialausschuss"]
    assert (bericht.stufe, z.stufe) == ("abgeschlossen", "erledigt")


# --- gaps that the year has shown ---------------------------------------------------------------------------------------


def handed_in(haus: Rathaus) -> str:
    """A task due for the next meeting, proposed as done by the paper that was put to it."""
    a = "auftrag/kreisstadt/luecke"
    zur = {"art": "naechste_sitzung", "gremium": {"id": "sozialausschuss", "name": "Sozialausschuss"}}
    angaben = {"verlangt": "Übersicht", "grundlage": "zusage", "von": "ein Mitglied", "faellig": zur}
    haus.do(a, "vormerken", DIENST, angaben=angaben)
    haus.do(a, "zuweisen", DIENST, stelle="a-46")
    haus.sitzung("sitzung/kreisstadt/s1")
    return a


def test_a_task_that_is_sent_back_after_its_meeting_has_a_deadline(muster: Regelwerke) -> None:
    haus = Rathaus(muster, "kreisstadt")
    a, w, sitzung = handed_in(haus), "vorlage/kreisstadt/v1", "sitzung/kreisstadt/s1"
    haus.freigegeben(w, auftrag="luecke")
    haus.do(w, "formal_annehmen", DIENST)
    top = haus.aufgesetzt(w, sitzung)
    haus.eroeffnet(sitzung)
    haus.do(sitzung, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    haus.do(a, "fortsetzen", DIENST)
    assert haus.state(a).termin is None, "eine spätere Sitzung steht noch nicht fest"
    spaeter = dt.timedelta(days=28)
    haus.sitzung("sitzung/kreisstadt/s2", beginn=haus.state(sitzung).beginn + spaeter)
    assert haus.state(a).termin.sitzung == "s2"
    assert waits_for(haus.state(a), haus.staende) == "läuft"


def test_a_task_put_to_the_same_committee_again_keeps_its_meeting(muster: Regelwerke) -> None:
    haus = Rathaus(muster, "kreisstadt")
    a = handed_in(haus)
    assert waits_for(haus.state(a), haus.staende) == "läuft"
    haus.do(a, "faelligkeit_aendern", DIENST, zur_sitzung_von="sozialausschuss", grund="wie besprochen")
    assert waits_for(haus.state(a), haus.staende) == "läuft"
