"""A fresh town hall for every test."""

import pytest

from rathaus import Rathaus
from schemas.regelwerk import Regelwerke


@pytest.fixture
def haus(muster: Regelwerke) -> Rathaus:
    return Rathaus(muster)
