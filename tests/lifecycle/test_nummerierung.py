"""Numbers of the agenda: families stay together, numbers that somebody gave stay, no number comes twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.ablehnung import Unplausibel
from lifecycle.sitzung.nummerierung import family, in_order, inserted, moved, renumbered
from rathaus import DIENST, Rathaus
from schemas.regelwerk import Regelwerke
from schemas.sitzung import Top
from test_tagesordnung import S, nummern, punkt


@pytest.fixture
def kreis(muster: Regelwerke) -> Rathaus:
    return Rathaus(muster, "kreisstadt")


def test_a_number_that_somebody_gave_stays_and_no_number_comes_twice(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    eltern = punkt(kreis, "Haushalt")
    punkt(kreis, "Stellenplan", unter=eltern, nummer="Ö 3.2")
    punkt(kreis, "Ergebnisplan", unter=eltern)
    punkt(kreis, "Investitionen", unter=eltern)
    assert nummern(kreis) == {"Haushalt": "Ö 3", "Stellenplan": "Ö 3.2", "Ergebnisplan": "Ö 3.3", "Investitionen": "Ö 3.4"}
    fest = punkt(kreis, "Fest", nummer="Ö 12")
    ids = [t.id for t in kreis.state(S).tops]
    kreis.do(S, "tops_ordnen", DIENST, tops=[fest, *(i for i in ids if i != fest)])
    assert (nummern(kreis)["Fest"], nummern(kreis)["Stellenplan"], nummern(kreis)["Haushalt"]) == ("Ö 12", "Ö 3.2", "Ö 15")


def test_families_stay_together(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    eltern = punkt(kreis, "Haushalt")
    kind = punkt(kreis, "Teil A", unter=eltern)
    punkt(kreis, "Teil B", unter=eltern)
    punkt(kreis, "Enkel", unter=kind)
    assert [t.nummer for t in kreis.state(S).tops][2:6] == ["Ö 3", "Ö 3.1", "Ö 3.1.1", "Ö 3.2"]
    ids = [t.id for t in kreis.state(S).tops]
    kreis.do(S, "tops_ordnen", DIENST, tops=ids[::-1])  # a part before its item: it goes where its item goes
    assert [t.titel for t in in_order(kreis.state(S).tops)] == [t.titel for t in kreis.state(S).tops]
    kreis.do(S, "top_verschieben", DIENST, top=eltern, oeffentlich=False, grund="Personal", bezeichnung="Personalsache")
    assert nummern(kreis) == {"Haushalt": "N 1", "Teil B": "N 1.1", "Teil A": "N 1.2", "Enkel": "N 1.2.1"}
    assert {t.oeffentlich for t in kreis.state(S).tops if not t.standard} == {False}


def test_a_part_stands_where_its_item_stands(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    eltern = punkt(kreis, "Grundstück", oeffentlich=False, bezeichnung="Grundstückssache")
    with pytest.raises(Unplausibel, match="im selben Teil"):
        kreis.do(S, "top_ergaenzen", DIENST, titel="Wertgutachten", unter=eltern, oeffentlich=True)
    with pytest.raises(Unplausibel, match="neutrale Bezeichnung"):
        kreis.do(S, "top_ergaenzen", DIENST, titel="Wertgutachten", unter=eltern)
    punkt(kreis, "Wertgutachten", unter=eltern, bezeichnung="Gutachten")
    assert nummern(kreis) == {"Grundstück": "N 1", "Wertgutachten": "N 1.1"}


def test_once_invited_numbers_stay_and_what_is_moved_goes_to_the_end(kreis: Rathaus) -> None:
    kreis.sitzung(S)
    erster = punkt(kreis, "Erster")
    punkt(kreis, "Teil", unter=erster)
    punkt(kreis, "Zweiter")
    kreis.do(S, "einladen", DIENST, abweichung="ohne Festsetzung")
    kreis.do(S, "top_verschieben", DIENST, top=erster, oeffentlich=False, grund="Beschluss", bezeichnung="Personalsache")
    assert nummern(kreis) == {"Zweiter": "Ö 4", "Erster": "N 1", "Teil": "N 1.1"}


@st.composite
def agendas(draw: st.DrawFn) -> tuple[Top, ...]:
    tops: tuple[Top, ...] = ()
    for nr in range(1, draw(st.integers(1, 14)) + 1):
        unter = draw(st.sampled_from([None, *(t.id for t in tops)]))
        eltern = next((t for t in tops if t.id == unter), None)
        neu = Top(
            id=nr,
            nummer="",
            titel=str(nr),
            unter=unter,
            oeffentlich=eltern.oeffentlich if eltern else draw(st.booleans()),
            am_ende=unter is None and draw(st.booleans()),
        )
        tops = inserted(tops, neu, fest=draw(st.booleans()))
    return tops


@given(agendas(), st.data())
def test_every_agenda_has_each_item_once_under_a_number_of_its_own(tops: tuple[Top, ...], data: st.DataObject) -> None:
    nr = data.draw(st.sampled_from([t.id for t in tops]))
    ziel = next(t for t in tops if t.id == nr)
    for danach in (tops, renumbered(tops), moved(tops, nr, oeffentlich=not ziel.oeffentlich, fest=data.draw(st.booleans()))):
        assert sorted(t.id for t in danach) == sorted(t.id for t in tops)
        assert len({t.nummer for t in danach}) == len(danach)
        for top in danach:
            eltern = next((t for t in danach if t.id == top.unter), None)
            assert top.nummer.startswith(f"{eltern.nummer}." if eltern else "Ö " if top.oeffentlich else "N ")
            assert family(danach, top.id) >= {top.id}
