"""The demonstration, as ``laufmappe demo --json`` prints it: what the published page shows, and nobody's name."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

WURZEL = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def ausgabe(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    umgebung = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "LAUFMAPPE_"))}
    daten = tmp_path_factory.mktemp("daten")
    lauf = subprocess.run(
        [sys.executable, "cli.py", "demo", "--json", "--daten", str(daten)],
        cwd=WURZEL, env=umgebung, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert lauf.returncode == 0, lauf.stderr
    assert lauf.stderr == ""
    ergebnis: dict[str, Any] = json.loads(lauf.stdout)
    return ergebnis


def test_the_grunddaten_are_the_pages(ausgabe: dict[str, Any], faelle: Path) -> None:
    soll = tomllib.loads((faelle / "2021-06-16_oe-12.toml").read_text(encoding="utf-8"))["grunddaten"]
    assert ausgabe["grunddaten"] == soll
    assert list(ausgabe["grunddaten"]) == list(soll)


def test_everything_that_was_promised_is_there(ausgabe: dict[str, Any]) -> None:
    assert {"grunddaten", "verlauf", "auftraege", "paket", "vorlage", "sitzung"} <= set(ausgabe)
    assert Path(ausgabe["paket"], "inventory.json").is_file()
    assert ausgabe["vorlage"]["stufe"] == "abgeschlossen"
    assert ausgabe["verlauf"][-1]["art"] == "versiegelt"
    assert [e["seq"] for e in ausgabe["verlauf"]] == list(range(1, len(ausgabe["verlauf"]) + 1))


def test_the_request_waits_to_be_accepted(ausgabe: dict[str, Any]) -> None:
    (auftrag,) = ausgabe["auftraege"]
    assert (auftrag["grundlage"], auftrag["angenommen"], auftrag["stufe"]) == ("bitte", None, "vorgemerkt")
    assert "Internationale" in auftrag["verlangt"]


def test_nobody_is_named(ausgabe: dict[str, Any], faelle: Path) -> None:
    seite = (faelle / "2021-06-16_oe-12.txt").read_text(encoding="utf-8")
    genannt = re.findall(r"\b(?:Herrn?|Frau) ((?:[A-ZÄÖÜ][\wäöüß.]+ ?){1,3})", seite)
    namen = {wort for worte in genannt for wort in worte.split() if wort not in ("Dr.", "SRTM")}
    assert len(namen) > 4
    text = json.dumps(ausgabe, ensure_ascii=False) + (WURZEL / "demo.py").read_text(encoding="utf-8")
    assert not [name for name in namen if re.search(rf"\b{name}\b", text)]


def test_its_documents_lie_there(ausgabe: dict[str, Any]) -> None:
    assert len(ausgabe["schriftstuecke"]) == 3
    assert all(Path(pfad).read_bytes().startswith(b"%PDF") for pfad in ausgabe["schriftstuecke"])


def test_what_was_asked_for_is_due_at_the_next_meeting(ausgabe: dict[str, Any]) -> None:
    assert ausgabe["frist"].startswith("Auftrag: bis ") and "zur Sitzung" in ausgabe["frist"]


def test_no_sentence_of_the_page_is_in_the_project(faelle: Path) -> None:
    seite = (faelle / "2021-06-16_oe-12.txt").read_text(encoding="utf-8")
    saetze = [s.strip() for s in seite.replace("\n", " ").split(". ") if len(s) > 60]
    for datei in [*WURZEL.glob("*.py"), *WURZEL.glob("*.md"), *(WURZEL / "docs").glob("*.md")]:
        text = datei.read_text(encoding="utf-8")
        assert not [s for s in saetze if s in text], datei
