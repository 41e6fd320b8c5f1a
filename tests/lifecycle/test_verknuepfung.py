"""Links between papers: owned by the one that says it, known to the other, shown from the register where that one is closed."""

from typing import Any

import pytest

from lifecycle.ablehnung import Doppelt, Unbekannt, Unplausibel
from lifecycle.gemeinsam import seal_digest
from lifecycle.vorlage.verknuepfung import answered, as_counterpart, counterparts
from rathaus import AL, DEZERNAT, DIENST, FRAKTION, LEITUNG, SB, SB2, A, Rathaus, V
from welt import SYSTEM


@pytest.fixture
def gefragt(haus: Rathaus) -> Rathaus:
    """A question that has come in, and a draft that will answer it."""
    haus.do(A, "entgegennehmen", DIENST, vorlageart="anfrage", betreff="Wie viele?", absender=[FRAKTION])
    haus.entwurf()
    return haus


def verknuepft(haus: Rathaus, als: str = "beantwortet", **felder: Any) -> None:
    haus.do(V, "verknuepfen", SB, als=als, mit="a1", **felder)


def test_both_know_it(gefragt: Rathaus) -> None:
    verknuepft(gefragt)
    (v,), (g,) = gefragt.state(V).verknuepfungen, gefragt.state(A).gegenstuecke
    assert (v.als, v.vorlage, v.ziel.name, v.ziel.nummer) == ("beantwortet", "a1", "Anfrage", gefragt.state(A).nummer)
    assert (g.als, g.vorlage, g.name, g.nummer) == (("beantwortet",), "v1", "Mitteilungsvorlage", None)


def test_a_draft_answers_nothing_yet(gefragt: Rathaus) -> None:
    verknuepft(gefragt)
    assert answered(gefragt.state(A).gegenstuecke) == ()
    gefragt.do(V, "einreichen", SB)
    for akteur in (SB2, AL, DEZERNAT):
        gefragt.do(V, "mitzeichnen", akteur)
    gefragt.do(V, "freigeben", LEITUNG)
    (g,) = answered(gefragt.state(A).gegenstuecke)
    assert (g.nummer, g.oeffentlich) == (gefragt.state(V).nummer, True)
    gefragt.do(V, "vorlage_oeffentlichkeit", SB, oeffentlich=False, bezeichnung="Etwas", grund="Geheimnis")
    assert gefragt.state(A).gegenstuecke[0].oeffentlich is False


def test_it_is_undone_with_a_reason(gefragt: Rathaus) -> None:
    verknuepft(gefragt)
    verknuepft(gefragt, als="folgt")
    with pytest.raises(Unbekannt):
        gefragt.do(V, "verknuepfung_loesen", SB, als="ergaenzt", mit="a1", grund="vertan")
    gefragt.do(V, "verknuepfung_loesen", SB, als="beantwortet", mit="a1", grund="vertan")
    assert gefragt.state(A).gegenstuecke[0].als == ("folgt",)
    gefragt.do(V, "verknuepfung_loesen", SB, als="folgt", mit="a1", grund="vertan")
    assert counterparts(gefragt.state(A), ()) == () and gefragt.state(V).verknuepfungen == ()


def test_nonsense_is_refused(gefragt: Rathaus) -> None:
    with pytest.raises(Unplausibel, match="sich selbst"):
        gefragt.do(V, "verknuepfen", SB, als="folgt", mit="v1")
    with pytest.raises(Unbekannt, match="gibt es nicht"):
        gefragt.do(V, "verknuepfen", SB, als="folgt", mit="v9")
    with pytest.raises(Unplausibel, match="„ersetzen“"):
        verknuepft(gefragt, als="ersetzt_durch")
    verknuepft(gefragt)
    with pytest.raises(Doppelt):
        verknuepft(gefragt)


def test_only_a_higher_revision_is_taken(gefragt: Rathaus) -> None:
    verknuepft(gefragt)
    alt = as_counterpart(gefragt.state(V), "a1")
    gefragt.do(V, "verknuepfung_loesen", SB, als="beantwortet", mit="a1", grund="vertan")
    gefragt.do(A, "verknuepfung_gemeldet", SYSTEM, stand=alt)
    assert gefragt.state(A).gegenstuecke[0].als == ()


def test_a_closed_paper_is_not_changed_and_shown_all_the_same(gefragt: Rathaus) -> None:
    gefragt.do(A, "zurueckziehen", DIENST, grund="erledigt")
    gefragt.do(A, "versiegelt", SYSTEM, siegel=seal_digest(gefragt.state(A)))
    vorher = gefragt.state(A)
    verknuepft(gefragt)
    assert gefragt.state(A) == vorher
    assert gefragt.state(V).hinweise == ()  # nothing has failed
    (g,) = counterparts(vorher, [gefragt.state(V)])
    assert (g.vorlage, g.als) == ("v1", ("beantwortet",))


def test_what_replaces_another_is_known_from_the_one_that_is_replaced(haus: Rathaus) -> None:
    haus.entwurf()
    haus.entwurf("vorlage/muster/v2")
    haus.do(V, "ersetzen", SB, durch="v2", grund="neu")
    (g,) = counterparts(haus.state("vorlage/muster/v2"), [haus.state(V)])
    assert (g.vorlage, g.als[0].gegenteil) == ("v1", "ersetzt")


def test_the_past_may_link_to_what_is_not_there_yet(haus: Rathaus) -> None:
    akteur = {"person": "p", "stelle": "a-46", "rolle": "sachbearbeitung"}
    schritt = {"geschehen": "2009-03-02T09:00:00+00:00", "akteur": akteur}
    haus.do(V, "nacherfassen", DIENST, schritte=[
        {"art": "entwerfen", "vorlageart": "mitteilungsvorlage", "betreff": "Alt", "federfuehrend": "a-46", **schritt},
        {"art": "verknuepfen", "als": "beantwortet", "mit": "noch-nicht-da", **schritt},
    ])  # fmt: skip
    (v,) = haus.state(V).verknuepfungen
    assert v.ziel is None and haus.state(V).hinweise == ()
