"""Our own reader of OCFL objects on the specification's own fixtures: where it is stricter than them, and why."""

import tarfile
from pathlib import Path

import pytest

from conftest import SHARED
from pruefer.objekt import read

STRENGER = {
    "W001_zero_padded_versions": "Nummern mit führenden Nullen schreibt die Laufmappe nicht",
    "W001_W004_W005_zero_padded_versions": "Nummern mit führenden Nullen schreibt die Laufmappe nicht",
    "W002_extra_dir_in_version_dir": "was kein Inventar nennt, gehört nicht ins Paket",
    "W004_uses_sha256": "SHA-512 ist bei uns Pflicht",
    "W004_versions_diff_digests": "SHA-512 ist bei uns Pflicht",
    "W010_no_version_inventory": "jede Fassung hat bei uns ihr Inventar",
    "W011_version_inv_diff_metadata": "Zeit und Urheber einer Fassung stehen nachträglich fest",
}
"""Objects that the specification only warns of, and why we refuse them. We are nowhere laxer."""


@pytest.fixture(scope="module")
def beispiele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    quelle = SHARED / "data" / "ocfl-fixtures"
    if not quelle.is_dir():
        pytest.skip("Die OCFL-Beispiele (../shared/data/ocfl-fixtures) liegen hier nicht.")
    ordner = tmp_path_factory.mktemp("ocfl")
    with tarfile.open(next(quelle.glob("*.tar.gz"))) as archiv:
        archiv.extractall(ordner, filter="data")
    return ordner


def objects(beispiele: Path, art: str) -> list[Path]:
    return [objekt for ordner in beispiele.rglob(art) for objekt in sorted(ordner.iterdir()) if objekt.is_dir()]


def test_good_objects_are_good(beispiele: Path) -> None:
    alle = objects(beispiele, "good-objects")
    assert len(alle) > 10
    assert {o.name: [str(b) for b in read(o).befunde] for o in alle if read(o).befunde} == {}


def test_bad_objects_are_bad(beispiele: Path) -> None:
    alle = objects(beispiele, "bad-objects")
    assert len(alle) > 50
    assert [o.name for o in alle if not read(o).befunde] == []


def test_where_we_are_stricter(beispiele: Path) -> None:
    alle = objects(beispiele, "warn-objects")
    assert {o.name for o in alle if read(o).befunde} == set(STRENGER)
