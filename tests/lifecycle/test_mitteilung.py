"""What notifications say: first what is to be done, never the subject of what is not public or not released."""

import pytest

from lifecycle.empfaenger import receivers
from lifecycle.kern import fold_all
from lifecycle.kerne import kern_of
from lifecycle.mitteilung import subject_line, text
from rathaus import AL, DEZERNAT, LEITUNG, SB, SB2, Rathaus, V
from schemas.regelwerk import Regelwerke

K = "vorlage/kreisstadt/v1"


@pytest.fixture
def kreis(muster: Regelwerke) -> Rathaus:
    return Rathaus(muster, "kreisstadt")


def test_whose_turn_it_is_reads_that_and_until_when(kreis: Rathaus) -> None:
    kreis.laufweg(K)
    z = kreis.state(K)
    assert subject_line(z, "einreichen", "a-46") == f"Vorlage {z.nummer} liegt bei Ihnen zur Mitzeichnung (bis 10.05.2021)"
    assert subject_line(z, "einreichen", "a-50") == f"Vorlage {z.nummer} ist auf dem Laufweg"
    assert "Sachstand" not in text(z, "einreichen", "a-46")


def test_a_draft_without_number_can_be_found(haus: Rathaus) -> None:
    haus.entwurf("vorlage/muster/0123456789abcdef")
    assert subject_line(haus.state("vorlage/muster/0123456789abcdef"), "bearbeiten", "a-46").startswith("Vorlage 01234567 ")


def test_who_releases_is_told_when_only_that_is_missing(haus: Rathaus) -> None:
    haus.laufweg()
    an = []
    for akteur in (SB2, AL, DEZERNAT):
        haus.do(V, "mitzeichnen", akteur)
        eintrag = haus.verlauf[V][-1]
        an.append("verwaltungsleitung" in receivers(haus.vorlage(), kern_of(V).parse(eintrag.befehl)))
    assert an == [False, False, True]
    assert subject_line(haus.vorlage(), "mitzeichnen", "verwaltungsleitung").endswith("liegt zur Freigabe bereit")


def test_a_subject_is_told_only_as_it_was_released(haus: Rathaus) -> None:
    haus.eingeladen()
    assert "Es geht um: Sachstand" in text(haus.vorlage(), "einladen", "a-46")
    haus.do(V, "neufassen", SB, grund="x", abschnitte=[{"name": "Sachlage", "digest": "b" * 64, "groesse": 1}])
    haus.do(V, "redaktionell_aendern", SB, betreff="Streng vertraulich", grund="neu")
    assert "Streng vertraulich" not in text(haus.vorlage(), "neufassen", "a-46")
    haus.do(V, "freigeben", LEITUNG)
    assert "Streng vertraulich" in text(haus.vorlage(), "freigeben", "a-46")
    assert fold_all(kern_of(V), V, haus.verlauf[V]) == haus.vorlage()
