"""Golden histories: what any released version ever did must replay with today's code, and must still be readable."""

import gzip
import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from lifecycle.kern import fold_all
from lifecycle.kerne import kern_of
from schemas.befehl import Eintrag
from temporal import replay

GOLDEN = sorted((Path(__file__).parent / "golden").rglob("*.json.gz"))
ERKLAERUNG = """
Diese Geschichte spielt der heutige Code nicht mehr nach. Was Workflows tun, hat sich geändert: die Reihenfolge der Wirkungen,
worauf `drive` wartet, oder was `apply` ergibt. Das geht nur hinter `workflow.patched` oder mit einer neuen Fassung in `regelstand`
(docs/architecture.md, „What must never change“). Die goldene Geschichte selbst wird nicht angepasst.
"""


def load(datei: Path) -> tuple[str, WorkflowHistory]:
    inhalt = json.loads(gzip.decompress(datei.read_bytes()))
    return inhalt["workflow_id"], WorkflowHistory.from_json(inhalt["workflow_id"], inhalt["history"])


def test_there_are_some() -> None:
    assert len(GOLDEN) >= 8


@pytest.mark.parametrize("datei", GOLDEN, ids=lambda d: f"{d.parent.name}/{d.name.split('.')[0]}")
async def test_it_replays(datei: Path) -> None:
    _, history = load(datei)
    try:
        await replay(history)
    except Exception as fehler:
        raise AssertionError(f"{ERKLAERUNG}\n{fehler}") from fehler


@pytest.mark.parametrize("datei", GOLDEN, ids=lambda d: f"{d.parent.name}/{d.name.split('.')[0]}")
def test_every_command_in_it_can_be_read(datei: Path) -> None:
    workflow, history = load(datei)
    kern = kern_of(workflow)
    gelesen = 0
    for ereignis in history.events:
        eingabe = ereignis.workflow_execution_update_accepted_event_attributes.accepted_request.input.args
        for payload in eingabe.payloads:
            kern.parse(json.loads(payload.data))
            gelesen += 1
    assert gelesen > 0


@pytest.mark.parametrize("datei", GOLDEN, ids=lambda d: f"{d.parent.name}/{d.name.split('.')[0]}")
def test_its_entries_still_yield_the_state_of_their_day(datei: Path) -> None:
    """Histories show the order of commands to Temporal, not what stands in the state: that is what ``apply`` yields."""
    inhalt = json.loads(gzip.decompress(datei.read_bytes()))
    if not inhalt.get("zustand"):
        pytest.skip("Diese Geschichte ist älter als die Aufzeichnung von Zuständen.")
    workflow = inhalt["workflow_id"]
    kern = kern_of(workflow)
    z = fold_all(kern, workflow, [Eintrag.model_validate(e) for e in inhalt["eintraege"]])
    assert z == kern.zustand.model_validate(inhalt["zustand"]), ERKLAERUNG


def test_they_name_no_machine() -> None:
    for datei in GOLDEN:
        assert "@" not in gzip.decompress(datei.read_bytes()).decode().replace("example.org", "").replace("\\u0040", "@"), datei
