"""What the README says to type works, line by line, as it stands there. Only ids, dates and the year of the number are today's."""

import datetime as dt
import json
import re
import shlex
from pathlib import Path

import pytest

from haus import WURZEL, Haus

pytestmark = pytest.mark.schwer
SPAETER = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=60)


def lines() -> list[str]:
    """The commands of the section that is a walk from the draft to the task list; those with a placeholder are left out."""
    text = (WURZEL / "README.md").read_text(encoding="utf-8")
    gang = text[text.index("## Working with it") : text.index("## A town of your own")]
    zeilen = re.findall(r"^    ((?:laufmappe|export) .*)", gang.replace("\\\n", ""), re.MULTILINE)
    return [zeile for zeile in zeilen if "KENNUNG" not in zeile]


def latest(haus: Haus, typ: str) -> str:
    """The id of the latest case, as short as people type it."""
    kennung: str = haus.ok(typ, "list")[0]["workflow"].rsplit("/", 1)[-1]
    return kennung[:8]


@pytest.mark.timeout(300)
def test_the_walk_through_the_readme(tmp_path: Path) -> None:
    haus = Haus(tmp_path / "daten")
    del haus.umgebung["LAUFMAPPE_REGELWERK"]
    (tmp_path / "sachlage.md").write_text("Die Lage.", encoding="utf-8")
    befehle = lines()
    assert len(befehle) > 20
    haus.up()
    ersetzt = {"2026-12-09": SPAETER.isoformat(), "2027-01-13": (SPAETER + dt.timedelta(days=35)).isoformat()}
    for befehl in befehle:
        for alt, neu in ersetzt.items():
            befehl = befehl.replace(alt, neu)
        wort, *rest = shlex.split(befehl, comments=True)
        if wort == "export":
            haus.umgebung |= dict(paar.split("=", 1) for paar in rest)
            continue
        lauf = haus.run(*rest, in_ordner=tmp_path)
        assert lauf.returncode == 0, f"{befehl}: {lauf.stderr}"
        if "entwerfen" in rest:
            ersetzt["d9d2e44d"] = latest(haus, "vorlage")
        if "einreichen" in rest:
            ersetzt["2026/0001"] = haus.ok("vorlage", "list")[0]["nummer"]
        if "planen" in rest:
            ersetzt["a23a3630"] = latest(haus, "sitzung")
    assert (tmp_path / "niederschrift.pdf").read_bytes().startswith(b"%PDF")
    befunde = json.loads(haus.run("doctor", "--json").stdout)["befunde"]
    assert befunde == []
    assert haus.down() == 0
