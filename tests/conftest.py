"""What all tests share: Musterstadt's rules, and where the published cases and outside data lie, if they are there."""

from pathlib import Path

import pytest

import regelwerk
from lifecycle.kerne import ARTEN
from rathaus import Rathaus
from schemas.regelwerk import Regelwerke

TESTS = Path(__file__).parent
SHARED = TESTS.parents[1] / "shared"


@pytest.fixture(scope="session")
def muster() -> Regelwerke:
    """Musterstadt, where everything is hinterlegt, and the shipped towns."""
    alle = regelwerk.load(TESTS / "regelwerke", arten=ARTEN).alle + regelwerk.load(arten=ARTEN).alle
    return Regelwerke(alle)


@pytest.fixture(scope="session")
def faelle() -> Path:
    """The published cases."""
    ordner = SHARED / "cases"
    if not ordner.is_dir():
        pytest.skip("Die veröffentlichten Fälle (../shared/cases) liegen hier nicht.")
    return ordner


@pytest.fixture
def haus(muster: Regelwerke) -> Rathaus:
    """A fresh town hall in memory."""
    return Rathaus(muster)
