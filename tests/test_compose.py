"""The compose file, its scripts and the image's contents: what can be proven without a container engine."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from archive.hauptschluessel import master_key
from einstellungen import from_environment
from embedded import embedded_server
from worker import CONVERTER

WURZEL = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((WURZEL / "docker-compose.yml").read_text(encoding="utf-8"))
DIENSTE: dict[str, dict[str, Any]] = COMPOSE["services"]
EINMALIG = {"temporal-schema", "temporal-einrichten"}


@pytest.mark.parametrize("name", DIENSTE)
def test_images_are_pinned_to_a_version(name: str) -> None:
    assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+.*", DIENSTE[name]["image"]), "latest und ganze Reihen sind keine Festlegung"


def test_the_deprecated_auto_setup_is_not_used() -> None:
    assert not any("auto-setup" in dienst["image"] for dienst in DIENSTE.values())


@pytest.mark.parametrize("name", DIENSTE)
def test_ports_are_on_loopback(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in DIENSTE[name].get("ports", ()))


@pytest.mark.parametrize("name", sorted(DIENSTE.keys() - EINMALIG))
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    assert DIENSTE[name]["healthcheck"]["test"]


def test_keys_lie_apart_from_what_they_close(tmp_path: Path) -> None:
    orte = dict(reversed(v.split(":")[:2]) for v in DIENSTE["worker"]["volumes"])
    umgebung = DIENSTE["worker"]["environment"]
    assert orte[umgebung["LAUFMAPPE_SCHLUESSEL"]] != orte[umgebung["LAUFMAPPE_DATEN"]]
    shutil.copytree(WURZEL / "deploy", tmp_path / "deploy")
    subprocess.run(["sh", str(tmp_path / "deploy" / "geheimnisse.sh")], check=True, capture_output=True)
    datei = tmp_path / "secrets" / Path(umgebung["LAUFMAPPE_HAUPTSCHLUESSEL_DATEI"]).name
    e = from_environment(tmp_path, {"LAUFMAPPE_HAUPTSCHLUESSEL_DATEI": str(datei)})
    assert e.hauptschluessel is not None
    assert len(master_key(tmp_path, e.hauptschluessel.get_secret_value(), darf_neu=False)) == 32


def test_volumes_are_named() -> None:
    orte = [v.split(":")[0] for dienst in DIENSTE.values() for v in dienst.get("volumes", ())]
    assert all(ort.startswith(("./deploy", "./regelwerk-eigen", "./anmeldung")) or ort in COMPOSE["volumes"] for ort in orte)


def test_no_secret_stands_in_the_file() -> None:
    umgebung = [str(wert) for dienst in DIENSTE.values() for wert in dienst.get("environment", {}).items()]
    assert not [e for e in umgebung if re.search(r"pass|pwd|geheim", e, re.IGNORECASE) and "/run/secrets/" not in e]
    benutzt = {name for dienst in DIENSTE.values() for name in dienst.get("secrets", ())}
    assert benutzt == set(COMPOSE["secrets"])


def test_worker_runs_without_rights() -> None:
    docker = (WURZEL / "Dockerfile").read_text(encoding="utf-8")
    benutzer = re.findall(r"^USER (\S+)$", docker, re.MULTILINE)
    assert benutzer == ["laufmappe"] and DIENSTE["worker"]["cap_drop"] == ["ALL"] and DIENSTE["worker"]["read_only"] is True


def test_secrets_are_made_once_and_differ(tmp_path: Path) -> None:
    shutil.copytree(WURZEL / "deploy", tmp_path / "deploy")
    anlegen = ["sh", str(tmp_path / "deploy" / "geheimnisse.sh")]
    subprocess.run(anlegen, check=True, capture_output=True)
    erst = {p.name: p.read_text() for p in (tmp_path / "secrets").iterdir()}
    subprocess.run(anlegen, check=True, capture_output=True)
    assert {p.name: p.read_text() for p in (tmp_path / "secrets").iterdir()} == erst
    assert erst.keys() == COMPOSE["secrets"].keys() and len(set(erst.values())) == len(erst)
    assert f":{erst['register_db']}@" in erst["register_url"]
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not (os.environ.get("LAUFMAPPE_TEST_PG") and shutil.which("psql")), reason="PostgreSQL ist nicht zur Hand")
def test_roles_of_the_database_can_do_just_what_is_theirs(tmp_path: Path) -> None:
    url = os.environ["LAUFMAPPE_TEST_PG"]
    skript = (WURZEL / "deploy" / "postgres.sh").read_text(encoding="utf-8")
    for name in ("temporal_db", "register_db"):
        (tmp_path / name).write_text(f"geheim's-{name}")
    skript = skript.replace("/run/secrets/", f"{tmp_path}/").replace('-U "$POSTGRES_USER" -d postgres', f"'{url}'")
    weg = ["DROP DATABASE temporal", "DROP DATABASE temporal_visibility", "DROP DATABASE laufmappe"]
    weg += ["DROP ROLE temporal", "DROP ROLE laufmappe"]
    try:
        subprocess.run(["bash", "-c", skript], check=True, capture_output=True)
        wem = "SELECT d.datname || '=' || r.rolname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba ORDER BY 1"
        gelesen = subprocess.run(["psql", "-qAt", url, "-c", wem], check=True, capture_output=True, text=True).stdout
        assert {"laufmappe=laufmappe", "temporal=temporal", "temporal_visibility=temporal"} <= set(gelesen.split())
        fremd = "SELECT has_database_privilege('laufmappe', 'temporal', 'CONNECT')"
        assert subprocess.run(["psql", "-qAt", url, "-c", fremd], capture_output=True, text=True).stdout.strip() == "f"
    finally:
        subprocess.run(["psql", "-q", url, *(teil for satz in weg for teil in ("-c", satz))], check=True, capture_output=True)


async def test_namespace_and_search_attributes_are_set_up_twice_without_harm(tmp_path: Path) -> None:
    async with embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER) as client:
        umgebung = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "TEMPORAL_ADDRESS": client.service_client.config.target_host,
            "TEMPORAL_NAMESPACE": "laufmappe",
        }
        for _ in range(2):
            subprocess.run(
                ["sh", str(WURZEL / "deploy" / "temporal-einrichten.sh")], check=True, env=umgebung, capture_output=True
            )
        frage = ["temporal", "operator", "namespace", "describe", "-n", "laufmappe"]
        bild = subprocess.run(frage, check=True, env=umgebung, capture_output=True, text=True).stdout
    assert "876000h" in bild


@pytest.mark.schwer
def test_the_image_gets_everything_that_the_program_needs(tmp_path: Path) -> None:
    """Installed as the Dockerfile does it (not editable), away from the checkout, the command must run."""
    quelle = tmp_path / "quelle"
    dazu = [z[1:] for z in (WURZEL / ".dockerignore").read_text().splitlines() if z.startswith("!")]
    quelle.mkdir()
    for muster in dazu:
        for pfad in WURZEL.glob(muster):
            if pfad.is_dir():
                shutil.copytree(pfad, quelle / pfad.name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(pfad, quelle)
    bauen = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path)]
    subprocess.run([*bauen, str(quelle)], check=True, capture_output=True)
    (rad,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(rad) as inhalt:
        inhalt.extractall(tmp_path / "ziel")
    probe = f"import sys; sys.path.insert(0, {str(tmp_path / 'ziel')!r}); import cli; cli.main()"
    befehl = [sys.executable, "-P", "-c", probe, "register", "neu-aufbauen", "--daten", str(tmp_path / "daten")]
    lauf = subprocess.run(befehl, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert lauf.returncode == 0, lauf.stderr
    orte = subprocess.run(
        [sys.executable, "-P", "-c", probe.split("; import cli")[0] + "; import cli, regelwerk; print(cli.__file__, regelwerk.__file__)"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert orte.count(str(tmp_path / "ziel")) == 2
