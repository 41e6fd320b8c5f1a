"""The log: one pipe for all, JSON for machines, and neither subject nor person in it."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

import protokollierung
from lifecycle.ablehnung import FalscheStufe
from schemas.akteur import Akteur, Rolle
from temporal import running


@pytest.fixture(autouse=True)
def wie_vorher() -> Iterator[None]:
    wurzel = logging.getLogger()
    griffe, stufe = wurzel.handlers[:], wurzel.level
    yield
    wurzel.handlers[:], wurzel.level = griffe, stufe
    structlog.reset_defaults()


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(zeile) for zeile in text.splitlines()]


def test_other_libraries_come_out_of_the_same_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    protokollierung.configure(json=True)
    structlog.get_logger("eigen").info("Eigenes", vorgang="vorlage/muster/1")
    logging.getLogger("fremd").warning("Fremdes %s", "hier", extra={"seq": 3})
    eigen, fremd = lines(capsys.readouterr().err)
    assert (eigen["event"], eigen["vorgang"], eigen["level"]) == ("Eigenes", "vorlage/muster/1", "info")
    assert (fremd["event"], fremd["logger"], fremd["seq"]) == ("Fremdes hier", "fremd", 3)
    assert eigen.keys() >= {"timestamp", "level", "logger", "event"} <= fremd.keys()


def test_a_traceback_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    protokollierung.configure(json=True)
    betreff = "streng vertraulich"
    try:
        raise ValueError("kaputt" if betreff else "leer")
    except ValueError:
        structlog.get_logger().exception("Fehler")
    (zeile,) = lines(capsys.readouterr().err)
    assert "kaputt" in json.dumps(zeile) and "streng vertraulich" not in json.dumps(zeile)


def test_a_terminal_gets_readable_lines() -> None:
    code = "import protokollierung, structlog; protokollierung.configure(json=False); structlog.get_logger().info('Hallo', seq=1)"
    wurzel = Path(protokollierung.__file__).parent
    zeile = subprocess.run([sys.executable, "-c", code], cwd=wurzel, capture_output=True, text=True, check=True).stderr
    assert "Hallo" in zeile and "seq" in zeile and not zeile.startswith("{")


async def test_work_leaves_neither_subject_nor_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    protokollierung.configure(json=True)
    person = Akteur(person="p-geheim", stelle="a-46", rolle=Rolle.SACHBEARBEITUNG)
    async with running(tmp_path) as amt:
        entwurf = {"vorlageart": "mitteilungsvorlage", "betreff": "Geheime Sache", "federfuehrend": "a-46"}
        antwort = await amt.lm.create("vorlage", "muster", "entwerfen", person, "s-1", **entwurf)
        with pytest.raises(FalscheStufe):
            await amt.lm.act(antwort.vorgang, "freigeben", person.model_copy(update={"rolle": Rolle.VERWALTUNGSLEITUNG}), "s-2")
    text = capsys.readouterr().err
    (angenommen,) = [z for z in lines(text) if z["event"] == "Befehl angenommen"]
    assert angenommen.items() >= {"seq": 1, "stelle": "a-46", "anfrage": "s-1", "vorgang": antwort.vorgang}.items()
    assert "Befehl abgelehnt" in text
    assert "Geheime Sache" not in text and "p-geheim" not in text
