"""Whatever anybody changes in a store is found, and told where it was done; and what cannot be found is said to be so."""

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from faelscher import Faelscher, found
from pruefer.bericht import Art, Urteil
from rathaus import Rathaus
from schemas.regelwerk import Regelwerke
from taten import TATEN, Unmoeglich
from verwahrung import VERGESSEN, Verwahrung, filled

SAAT = 20210503


@pytest.fixture(scope="module")
def vw(tmp_path_factory: pytest.TempPathFactory, muster: Regelwerke) -> Iterator[Verwahrung]:
    ordner = tmp_path_factory.mktemp("stadt") / "daten"
    ordner.mkdir()
    with pytest.MonkeyPatch.context() as m:
        m.setattr("os.fsync", lambda fd: None)  # packages are written thousands of times, and need not survive a crash
        yield filled(ordner, Rathaus(muster))


def mutate(vw: Verwahrung, anzahl: int, saat: int) -> tuple[Counter[str], list[str]]:
    """That many changes, one after the other, each undone. How many of each kind, and what was not found where it was made."""
    wuerfel = Random(saat)
    f = Faelscher(vw, wuerfel)
    arten = [art for art, (wie_oft, _) in TATEN.items() for _ in range(wie_oft)]
    getan, entgangen = Counter[str](), list[str]()
    while getan.total() < anzahl:
        art = wuerfel.choice(arten)
        with f.undone() as kopie:
            try:
                tat = TATEN[art][1](f, kopie)
            except Unmoeglich:
                continue
            if fehler := found(vw, tat):
                entgangen.append(f"{art}: {fehler}")
            getan[art] += 1
    return getan, entgangen


def test_nothing_is_found_where_nothing_was_done(vw: Verwahrung) -> None:
    pruefung = vw.verify()
    berichte = list(pruefung)
    assert {b.workflow: [str(f) for f in b.befunde if f.art is not Art.HINWEIS] for b in berichte} == {
        w: [] for w in vw.fassungen
    }
    assert pruefung.summary().urteil is Urteil.IN_ORDNUNG
    assert {b.workflow for b in berichte if b.befunde} == {"vorlage/muster/v3"}, "was gelöscht ist, wird gesagt"
    assert not any(VERGESSEN.encode() in p.read_bytes() for p in vw.pakete.rglob("*") if p.is_file())


@pytest.mark.schwer
def test_every_change_is_found_where_it_was_made(vw: Verwahrung) -> None:
    getan, entgangen = mutate(vw, 150, SAAT)
    assert entgangen == []
    assert getan.keys() == TATEN.keys()


@pytest.mark.schwer
@pytest.mark.timeout(1800)
def test_every_one_of_many_changes_is_found_where_it_was_made(vw: Verwahrung) -> None:
    getan, entgangen = mutate(vw, 2500, SAAT + 1)
    assert entgangen == []
    assert getan.keys() == TATEN.keys()
