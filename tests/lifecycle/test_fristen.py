"""Counting deadlines: BGB §§ 187-193, two towns' real rules for invitations, and twenty years against another library."""

import datetime as dt
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle import feiertage
from lifecycle.ablehnung import Unbekannt
from lifecycle.fristen import Anlass, counts, day, deadline, end_of, last_day, next_alarm, opened, step
from lifecycle.fristregeln import papers_due, rule_for, summons
from lifecycle.kern import BERLIN
from schemas.befehl import Regelstand
from schemas.frist import Zaehlung, Zaehlweise
from schemas.regelwerk import Regelwerk, Regelwerke
from schemas.vorlage import Vorlage

TAG = st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31))
NRW_2021 = feiertage.between("NW", dt.date(2021, 1, 1), dt.date(2021, 12, 31))
STAND = Regelstand(kommune="x", gueltig_ab="2020-01-01", digest="d")


def zaehlung(tage: int, weise: str = "kalendertage", **felder: object) -> Zaehlung:
    return Zaehlung.model_validate(
        {
            "tage": tage,
            "zaehlweise": weise,
            "regel": "r",
            "regelwerk": STAND,
            "feiertage": NRW_2021,
            "bis": "2021-12-31",
            **felder,
        }
    )


@pytest.fixture
def kreisstadt(muster: Regelwerke) -> Regelwerk:
    rw = muster.am("kreisstadt", dt.date(2021, 1, 1))
    assert rw is not None
    return rw


def berlin(jahr: int, monat: int, tag: int, stunde: int = 16) -> dt.datetime:
    return dt.datetime(jahr, monat, tag, stunde, tzinfo=BERLIN)


# --- BGB ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "z", "ende"),
    [
        (dt.date(2021, 5, 3), zaehlung(3), dt.date(2021, 5, 6)),  # § 187 (1): the day of the event does not count
        (dt.date(2021, 5, 6), zaehlung(2), dt.date(2021, 5, 8)),  # a Saturday, and nothing says that it moves
        (dt.date(2021, 5, 6), zaehlung(2, auf_arbeitstag=True), dt.date(2021, 5, 10)),  # § 193: Monday instead
        (dt.date(2021, 5, 31), zaehlung(3, auf_arbeitstag=True), dt.date(2021, 6, 4)),  # § 193: 3 June was Fronleichnam
        (dt.date(2021, 5, 31), zaehlung(3, "arbeitstage"), dt.date(2021, 6, 4)),
        (dt.date(2021, 5, 12), zaehlung(2, "werktage"), dt.date(2021, 5, 15)),  # Ascension Day is none, Saturday is one
        (dt.date(2021, 5, 12), zaehlung(2, "arbeitstage"), dt.date(2021, 5, 17)),
    ],
)
def test_forward(start: dt.date, z: Zaehlung, ende: dt.date) -> None:
    assert last_day(start, z) == ende


def test_a_deadline_ends_with_its_last_day_in_berlin() -> None:
    assert end_of(dt.date(2021, 6, 16)) == dt.datetime(2021, 6, 16, 22, tzinfo=dt.UTC)
    assert end_of(dt.date(2021, 12, 16)) == dt.datetime(2021, 12, 16, 23, tzinfo=dt.UTC)
    assert end_of(dt.date(2021, 6, 16), dt.time(10)) == dt.datetime(2021, 6, 16, 8, tzinfo=dt.UTC)
    assert day(dt.datetime(2021, 6, 15, 22, 30, tzinfo=dt.UTC)) == dt.date(2021, 6, 16)


@pytest.mark.parametrize("umstellung", [dt.date(2021, 3, 27), dt.date(2021, 10, 30)])
def test_a_day_with_23_or_25_hours_is_a_day(umstellung: dt.date) -> None:
    frist = deadline("x", "x", dt.datetime.combine(umstellung, dt.time(12), BERLIN), zaehlung(1))
    assert frist.letzter_tag == umstellung + dt.timedelta(days=1)
    assert frist.faellig.astimezone(BERLIN).time() == dt.time()


@given(TAG, st.integers(0, 60), st.sampled_from(Zaehlweise))
def test_back_is_the_way_forth(tag: dt.date, tage: int, weise: Zaehlweise) -> None:
    frei = feiertage.between("NW", dt.date(2014, 1, 1), dt.date(2037, 1, 1))
    ende = step(tag, tage, weise, frei)
    assert sum(counts(tag + dt.timedelta(days=n), weise, frei) for n in range(1, (ende - tag).days + 1)) == tage
    if counts(tag, weise, frei):
        assert step(ende, tage, weise, frei, -1) == tag


# --- two towns' rules ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beginn", "letzter", "eilig"),
    [
        (berlin(2021, 6, 16), dt.date(2021, 6, 10), dt.date(2021, 6, 12)),  # Wednesday: Saturday is a Werktag
        (berlin(2021, 6, 7), dt.date(2021, 6, 1), dt.date(2021, 6, 2)),  # Monday: Sat, Fri, and not Fronleichnam
    ],
)
def test_six_calendar_days_before_the_day_of_provision_counts(
    kreisstadt: Regelwerk, beginn: dt.datetime, letzter: dt.date, eilig: dt.date
) -> None:
    ladung = summons(kreisstadt, "sozialausschuss", beginn)
    assert ladung is not None
    assert (ladung.letzter_tag, ladung.eil_letzter_tag) == (letzter, eilig)
    assert ladung.regel == "Ladungsfrist 6 Kalendertage, Bereitstellung im Informationssystem zählt; GO § 1 (Beispiel a)"


@pytest.mark.parametrize(("tag", "zwischen"), [(15, 10), (16, 11), (17, 12)])
def test_ten_to_twelve_days_between_by_the_meetings_weekday(kreisstadt: Regelwerk, tag: int, zwischen: int) -> None:
    ladung = summons(kreisstadt, "rat", berlin(2021, 6, tag))
    assert ladung is not None
    assert (dt.date(2021, 6, tag) - ladung.letzter_tag).days - 1 == zwischen
    assert ladung.letzter_tag == dt.date(2021, 6, 4)  # always the same Friday: that is what the rule is for
    assert ladung.eil_letzter_tag is not None
    assert (dt.date(2021, 6, tag) - ladung.eil_letzter_tag).days - 1 == 3  # three full days


def test_a_weekday_without_a_number_has_no_deadline(kreisstadt: Regelwerk) -> None:
    assert summons(kreisstadt, "rat", berlin(2021, 6, 18)) is None


def test_papers_are_due_at_an_hour(kreisstadt: Regelwerk) -> None:
    frist = papers_due(kreisstadt, "rat", berlin(2021, 6, 16))
    assert frist is not None
    assert frist.letzter_tag == dt.date(2021, 6, 2)
    assert frist.faellig == dt.datetime(2021, 6, 2, 8, tzinfo=dt.UTC)
    assert frist.erinnern is not None and frist.erinnern < frist.faellig


def test_what_a_town_does_not_say_is_not_invented(muster: Regelwerke) -> None:
    region = muster.am("staedteregion-aachen", dt.date(2021, 6, 1))
    assert region is not None
    assert summons(region, "schul", berlin(2021, 6, 16)) is None
    assert papers_due(region, "schul", berlin(2021, 6, 16)) is None


def test_the_newest_rule_holds_and_one_of_its_own_goes_first(kreisstadt: Regelwerk) -> None:
    alt = kreisstadt.ladung[0]
    neu = alt.model_copy(update={"ab": dt.date(2022, 1, 1)})
    alle = alt.model_copy(update={"ab": dt.date(2023, 1, 1), "gremien": ()})
    regeln = (alt, neu, alle)
    assert rule_for(regeln, "sozialausschuss", dt.date(2021, 6, 1)) is alt
    assert rule_for(regeln, "sozialausschuss", dt.date(2024, 1, 1)) is neu
    assert rule_for(regeln, "rat", dt.date(2024, 1, 1)) is alle
    assert rule_for(regeln, "rat", dt.date(2021, 1, 1)) is None


def test_a_state_that_there_is_not(kreisstadt: Regelwerk) -> None:
    with pytest.raises(Unbekannt, match="Feiertage"):
        summons(kreisstadt.model_copy(update={"land": "XX"}), "rat", berlin(2021, 6, 16))


# --- another library ----------------------------------------------------------------------------------------------------


def test_working_days_of_twenty_years_agree_with_workalendar() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its dependencies' own
        from workalendar.europe import NorthRhineWestphalia
    anderer = NorthRhineWestphalia()
    frei = feiertage.between("NW", dt.date(2010, 1, 1), dt.date(2030, 12, 31))
    tag = dt.date(2010, 1, 1)
    anders = []
    while tag <= dt.date(2030, 12, 31):
        if counts(tag, Zaehlweise.ARBEITSTAGE, frei) != anderer.is_working_day(tag):
            anders.append(tag)
        tag += dt.timedelta(days=1)
    assert anders == []
    assert step(dt.date(2021, 6, 16), 10, Zaehlweise.ARBEITSTAGE, frei, -1) == anderer.sub_working_days(dt.date(2021, 6, 16), 10)


# --- a case's deadlines -------------------------------------------------------------------------------------------------


def test_reminder_first_then_the_end() -> None:
    frist = deadline("x", "x", berlin(2021, 5, 3), zaehlung(5, "arbeitstage", erinnern_vorher=1))
    z = opened(Vorlage(kommune="x", id="v"), frist, berlin(2021, 5, 3))
    alarm = next_alarm(z)
    assert alarm is not None
    assert (alarm[0].astimezone(BERLIN), alarm[2]) == (berlin(2021, 5, 7, 8), Anlass.ERINNERN)
    erinnert = z.model_copy(update={"fristen": (frist.model_copy(update={"erinnert": alarm[0]}),)})
    danach = next_alarm(erinnert)
    assert danach is not None
    assert (danach[0].astimezone(BERLIN), danach[2]) == (berlin(2021, 5, 11, 0), Anlass.ABGELAUFEN)


def test_the_same_deadline_twice_is_one() -> None:
    frist = deadline("x", "x", berlin(2021, 5, 3), zaehlung(5))
    z = opened(Vorlage(kommune="x", id="v"), frist, frist.faellig)
    assert opened(z, frist, frist.faellig) is z
    spaeter = deadline("x", "x", berlin(2021, 5, 4), zaehlung(5))
    neu = opened(z, spaeter, berlin(2021, 5, 4))
    assert [f.ausgang for f in neu.fristen] == ["entfallen", None]
