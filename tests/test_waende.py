"""The walls of the house: floors, guards that Temporal's rules need, and what no file may hold."""

import ast
import inspect
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from worker import WORKFLOWS
from workflows.schale import Schale
from workflows.suche import ALLE

WURZEL = Path(__file__).parents[1]
BODEN = {
    "schemas": set(),
    "lifecycle": {"schemas"},
    "beweis": {"schemas", "lifecycle"},
    "archive": {"schemas", "lifecycle", "beweis", "oparl", "dokumente"},
    "aussonderung": {"schemas", "lifecycle", "beweis", "archive"},
    "pruefer": {"schemas", "lifecycle", "beweis", "archive"},
    "dokumente": {"schemas", "lifecycle"},
    "oparl": {"schemas", "lifecycle", "dokumente"},
    "register": {"schemas", "lifecycle", "beweis"},
    "pruefung": {"schemas", "lifecycle", "beweis", "register", "dokumente"},
    "regelwerk": {"schemas", "lifecycle"},
    "workflows": {"schemas", "lifecycle"},
    "activities": {"schemas", "lifecycle", "beweis", "register", "archive", "workflows", "dokumente"},
    "wiedergabe": {"schemas", "lifecycle", "beweis", "register", "activities", "workflows", "worker"},
    "schaufenster": {"schemas", "lifecycle", "beweis", "register", "archive", "dokumente", "oparl", "schriftstuecke", "client"},
    "uebernahme": {"schemas", "lifecycle", "regelwerk", "oparl", "register", "archive", "activities", "client", "schaufenster"},
    "web": {
        *("schemas", "lifecycle", "oparl", "register", "archive", "dokumente", "activities", "schriftstuecke", "einstellungen"),
        *("client", "schaufenster", "datenschutz", "dokumentarten", "pruefung", "uebergang", "regelwerk"),
    },
    "client": {"schemas", "lifecycle", "register", "archive", "activities", "regelwerk", "dokumente"},
}
"""Room and the rooms that it may use. (Activities know of the workflows the names of their search attributes, no more.)"""
NUR_HIER = {"bild"}
"""Modules for those who work on the house; whoever only runs it does not get them."""
VERBOTEN = {
    "httpx",
    "sqlalchemy",
    "aiosmtplib",
    "asyncpg",
    "aiosqlite",
    "socket",
    "requests",
    "subprocess",
    "structlog",
    "alembic",
}


def files(raum: str) -> list[Path]:
    return [WURZEL / f"{raum}.py"] if (WURZEL / f"{raum}.py").exists() else sorted((WURZEL / raum).rglob("*.py"))


def imports(datei: Path) -> set[str]:
    baum = ast.parse(datei.read_text(encoding="utf-8"))
    namen: set[str] = set()
    for knoten in ast.walk(baum):
        if isinstance(knoten, ast.Import):
            namen |= {alias.name.split(".")[0] for alias in knoten.names}
        elif isinstance(knoten, ast.ImportFrom) and knoten.module:
            namen.add(knoten.module.split(".")[0])
    return namen


@pytest.mark.parametrize("raum", BODEN)
def test_a_room_uses_only_the_floors_below(raum: str) -> None:
    eigene = set(BODEN) | {"worker", "embedded", "einstellungen", "cli", "kommandozeile", "demo", "befund", "uebergang"}
    for datei in files(raum):
        fremd = (imports(datei) & eigene) - BODEN[raum] - {raum}
        assert not fremd, f"{datei.relative_to(WURZEL)} benutzt {fremd}"


@pytest.mark.parametrize("raum", ["workflows", "lifecycle", "schemas", "oparl", "beweis", "pruefer"])
def test_no_io_where_rules_and_workflows_are(raum: str) -> None:
    for datei in files(raum):
        assert not imports(datei) & VERBOTEN, datei


def test_rules_have_no_clock_and_no_chance() -> None:
    for datei in files("lifecycle") + files("schemas") + files("oparl"):
        text = datei.read_text(encoding="utf-8")
        assert not re.search(r"datetime\.now|utcnow|time\.time|import random|uuid4|secrets\.", text), datei


def test_every_update_has_a_validator_and_is_no_coroutine() -> None:
    gefunden = 0
    for klasse in (*WORKFLOWS, Schale):
        for _, methode in inspect.getmembers(klasse, inspect.isfunction):
            definition = getattr(methode, "_defn", None)
            if definition is not None and type(definition).__name__ == "_UpdateDefinition":
                gefunden += 1
                assert definition.validator is not None, methode
                assert not inspect.iscoroutinefunction(methode), methode
    assert gefunden == 9


def test_search_attributes_fit_into_postgresql_and_name_nobody() -> None:
    assert len(ALLE) <= 10
    assert {a.name for a in ALLE} == {"LaufmappeKommune", "LaufmappeStufe"}


def test_files_hold_one_idea_and_say_which() -> None:
    for datei in WURZEL.glob("**/*.py"):
        if any(teil.startswith(".") or teil in ("build", "venv") for teil in datei.relative_to(WURZEL).parts):
            continue
        text = datei.read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), datei
        assert len(text.splitlines()) <= 400, datei


def test_the_lock_names_no_address() -> None:
    for name in ("requirements.lock", "requirements-betrieb.lock", "requirements-pruefung.lock"):
        text = (WURZEL / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "index" not in re.sub(r"#.*", "", text)
        assert text.count("--hash=sha256:") > 30


def test_nothing_of_the_makers_machine_is_in_the_project() -> None:
    dateien = subprocess.run(["git", "ls-files"], cwd=WURZEL, capture_output=True, text=True, check=False).stdout.split()
    if not dateien:
        pytest.skip("Das ist kein git-Arbeitsverzeichnis.")
    orte = "/" + "work/", "/" + "root/", "/" + "home/"
    for name in dateien:
        datei = WURZEL / name
        if datei.suffix in {".py", ".toml", ".md", ".yml", ".lock", ""} and datei.is_file():
            text = datei.read_text(encoding="utf-8", errors="ignore")
            assert not any(ort in text for ort in orte), name


def test_every_room_is_in_the_package() -> None:
    """What is missing there is missed only where it was installed from a package: in the container."""
    angaben = tomllib.loads((WURZEL / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert {pfad.stem for pfad in WURZEL.glob("*.py")} - NUR_HIER == set(angaben["py-modules"])
    da = {str(pfad.parent.relative_to(WURZEL)).replace("/", ".") for raum in BODEN for pfad in (WURZEL / raum).rglob("*.py")}
    assert da <= set(angaben["packages"])
    ausnahmen = (WURZEL / ".dockerignore").read_text(encoding="utf-8").split()
    assert {f"!{name.split('.')[0]}" for name in angaben["packages"]} <= set(ausnahmen)
