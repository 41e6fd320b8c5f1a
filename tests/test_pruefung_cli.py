"""Audit at the command line, with Temporal down: files, JSON, refusals with one sentence, and nothing half done."""

import asyncio
import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from buchung import record
from haus import ADMIN, SB, Haus
from pruefgut import GEHEIM, town
from pruefung.bericht import reports
from rathaus import Rathaus
from register import Register
from schemas.regelwerk import Regelwerke

REVISION = ("p-rpa", "a-10", "rechnungspruefung")
DIENST = ("p-5", "a-10", "sitzungsdienst")


@pytest.fixture(scope="module")
def haus(muster: Regelwerke, tmp_path_factory: pytest.TempPathFactory) -> Haus:
    """An installation that has a past and does not run."""
    daten: Path = tmp_path_factory.mktemp("pruefung")

    async def fill() -> None:
        register = await Register.open(None, daten)
        await record(register, town(Rathaus(muster)))
        await register.close()

    asyncio.run(fill())
    return Haus(daten)


def test_all_reports_in_one_workbook_and_in_a_folder(haus: Haus, tmp_path: Path) -> None:
    mappe = tmp_path / "alle.xlsx"
    antwort = haus.ok("pruefung", "alle", "-o", str(mappe), "--am", "2021-08-01", wer=REVISION)
    assert antwort["dateien"] == [str(mappe)] and set(antwort["zeilen"]) == set(reports())
    assert openpyxl.load_workbook(mappe).sheetnames[1:] == [b.titel for b in reports().values()]
    assert haus.run("pruefung", "alle", "-o", str(tmp_path / "csv"), wer=REVISION).returncode == 0
    assert {p.name for p in (tmp_path / "csv").iterdir()} == {f"{kennung}.csv" for kennung in reports()}


@pytest.mark.schwer
def test_a_report_as_file_as_json_and_on_the_screen(haus: Haus, tmp_path: Path) -> None:
    ziel = tmp_path / "d.csv"
    assert "geschrieben" in haus.run("pruefung", "dissens", "-o", str(ziel), wer=REVISION).stdout
    zeilen = list(csv.DictReader(io.StringIO(ziel.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";"))
    antwort = haus.ok("pruefung", "dissens", wer=REVISION)
    assert len(zeilen) == len(antwort["zeilen"]) > 5 and zeilen[0]["Datum"] == "03.05.2021 11:00"
    assert antwort["zeilen"][0]["am"] == "2021-05-03T11:00:00+02:00" and antwort["angaben"]["Einblick"] == "alle Inhalte"
    tag = haus.run("pruefung", "rechte-am", "2021-05-03", "--stelle", "a-50", wer=REVISION)
    assert "A 50 - Sozialamt" in tag.stdout and "Kämmerei" not in tag.stdout
    leer = haus.run("pruefung", "fristen", wer=REVISION)
    assert leer.stdout == "Keine Befunde.\n"


def test_the_log_is_streamed_into_a_file(haus: Haus, tmp_path: Path) -> None:
    ziel = tmp_path / "v.jsonl"
    lauf = haus.run("pruefung", "export", "-o", str(ziel), "--von", "2021-06-01", "--json", wer=REVISION)
    zeilen = [json.loads(zeile) for zeile in ziel.read_text(encoding="utf-8").splitlines()]
    assert json.loads(lauf.stdout)["eintraege"] == len(zeilen) > 50 and " von höchstens " in lauf.stderr
    assert list(tmp_path.iterdir()) == [ziel]
    haus.ok("pruefung", "export", "-o", str(ziel), wer=DIENST)
    assert GEHEIM not in ziel.read_text(encoding="utf-8")


@pytest.mark.schwer
def test_what_is_not_for_somebody_is_refused_or_masked(haus: Haus, tmp_path: Path) -> None:
    nein = haus.run("pruefung", "dissens", wer=SB)
    assert nein.returncode == 2 and nein.stderr.startswith("Abgelehnt: Sachbearbeitung darf nicht alle Vorgänge durchsehen.")
    for worte in (("alle", "-o", str(tmp_path / "x.xlsx")), ("export", "-o", str(tmp_path / "x.jsonl"))):
        assert haus.run("pruefung", *worte, wer=SB).returncode == 2
    assert not list(tmp_path.iterdir())
    assert GEHEIM not in haus.run("pruefung", "abweichungen", wer=ADMIN).stdout


@pytest.mark.parametrize(
    ("worte", "satz"),
    [
        (("dissens", "--von", "gestern"), "„gestern“ ist kein Tag"),
        (("dissens", "--von", "2021-05-02", "--bis", "2021-05-01"), "liegt nach dem"),
        (("dissens", "-o", "x.pdf"), "weder auf .xlsx noch auf .csv"),
        (("dissens", "--gremium", "sozialauschuss"), "Meinten Sie „sozialausschuss“?"),
        (("alle", "-o", "x.csv"), "weder eine Datei .xlsx noch ein Ordner"),
        (("dissens", "-o", "gibt/es/nicht.csv"), "Der Ordner „gibt/es“ gibt es nicht"),
        (("alle", "-o", "gibt/es/nicht"), "Der Ordner „gibt/es/nicht“ gibt es nicht"),
        (("export", "-o", "gibt/es/nicht.jsonl"), "Der Ordner „gibt/es“ gibt es nicht"),
        (("dissens", "--kommune", "nirgends"), "nirgends"),
    ],
)
def test_slips_are_told_in_one_sentence(haus: Haus, worte: tuple[str, ...], satz: str) -> None:
    lauf = haus.run("pruefung", *worte, wer=REVISION)
    assert lauf.returncode == 2 and satz in lauf.stderr, lauf.stderr
    assert len(lauf.stderr.splitlines()) == 1 and not lauf.stdout
