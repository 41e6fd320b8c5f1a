"""The API against its own description: whatever schemathesis thinks of is answered as described, and never by a bug of ours."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from rathaus import LEITUNG
from temporal import running
from web_tor import API, application, served, token
from wege import freigegeben, kennung

pytestmark = pytest.mark.schwer
PRUEFEN = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def adresse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The API on a socket, in a thread of its own, with one released paper; yields address and the paper's id."""
    bereit, fertig = threading.Event(), threading.Event()
    gefunden: list[tuple[str, str]] = []

    async def laufen(daten: Path) -> None:
        async with running(daten) as amt, served(application(amt)) as wo:
            gefunden.append((wo, kennung(await freigegeben(amt))))
            bereit.set()
            await asyncio.to_thread(fertig.wait)

    faden = threading.Thread(target=lambda: asyncio.run(laufen(tmp_path_factory.mktemp("daten"))))
    faden.start()
    assert bereit.wait(60)
    yield gefunden[0]
    fertig.set()
    faden.join()


@pytest.mark.timeout(900)
def test_everything_is_answered_as_described(adresse: tuple[str, str]) -> None:
    """A few requests to each route, well formed or not; those to papers go to one that there is."""
    wo, vorlage = adresse
    schema = schemathesis.openapi.from_url(f"{wo}{API}/openapi.json", timeout=120)
    geprueft = 0
    for ergebnis in schema.include(path_regex=f"^{API}/").exclude(path_regex="/ereignisse$").get_all_operations():
        assert isinstance(ergebnis, Ok)
        wohlgeformt, verfaelscht = (ergebnis.ok().as_strategy(generation_mode=art) for art in GenerationMode)

        @settings(max_examples=4, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(case=wohlgeformt | verfaelscht)
        def probe(case: Any) -> None:
            case.path_parameters |= {"kommune": "muster"} if "kommune" in case.path_parameters else {}
            if "/vorlagen/" in case.path and "kennung" in case.path_parameters:
                case.path_parameters["kennung"] = vorlage
            case.headers["Authorization"] = f"Bearer {token(LEITUNG)}"
            case.call_and_validate(base_url=wo, checks=PRUEFEN)

        probe()
        geprueft += 1
    assert geprueft > 150
