"""What all tests share: Musterstadt's rules, databases, and where the published cases and outside data lie, if they are there."""

import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
import sqlalchemy as sa
from lxml import etree

import regelwerk
from abgabe import Abgabe
from aussonderung import pruefung
from lifecycle.kerne import ARTEN
from rathaus import Rathaus
from register import Register
from schemas.regelwerk import Regelwerke

PG = os.environ.get("LAUFMAPPE_TEST_PG")
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


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def url(request: Any) -> AsyncIterator[str | None]:
    """A database of its own for every test; None is SQLite."""
    if request.param == "sqlite":
        yield None
        return
    if not PG:
        pytest.skip("Kein PostgreSQL zur Hand (LAUFMAPPE_TEST_PG ist nicht gesetzt).")
    name = f"laufmappe_{uuid.uuid4().hex[:12]}"
    verwaltung = await asyncpg.connect(PG)
    await verwaltung.execute(f"CREATE DATABASE {name}")
    try:
        yield sa.make_url(PG).set(database=name).render_as_string(hide_password=False)
    finally:
        await verwaltung.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await verwaltung.close()


@pytest_asyncio.fixture
async def register(url: str | None, tmp_path: Path) -> AsyncIterator[Register]:
    """An empty register on SQLite, and on PostgreSQL where one is at hand."""
    r = await Register.open(url, tmp_path)
    yield r
    await r.close()


@pytest.fixture(scope="session")
def beispiele() -> Path:
    """The standard's schema of xdomea, and messages that others made."""
    ordner = SHARED / "data" / "xdomea"
    if not ordner.is_dir():
        pytest.skip("Schema und Beispiele von xdomea (../shared/data/xdomea) liegen hier nicht.")
    return ordner


@pytest.fixture(scope="session")
def schema(beispiele: Path) -> etree.XMLSchema:
    """The schema of xdomea 3.0.0."""
    return pruefung.load_schema(beispiele / "3.0.0")


@pytest.fixture
def abgabe(haus: Rathaus, tmp_path: Path) -> Abgabe:
    return Abgabe(haus, tmp_path)
