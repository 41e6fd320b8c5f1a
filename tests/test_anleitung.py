"""The auditor's guide, typed as it stands: what a stranger does by hand, without our tool, holds on a real package and finds a change."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.blattliste import NAME
from temporal import KOMMUNE, running
from wege import entwurf, ganzer_weg

ANLEITUNG = (Path(__file__).parents[1] / "docs" / "pruefung.md").read_text(encoding="utf-8")
SCHRITTE = re.findall(r"```(sh|python)\n(.*?)```", ANLEITUNG, re.DOTALL)


def carry_out(nr: int, ordner: Path) -> subprocess.CompletedProcess[str]:
    """Step number ``nr`` of section 5, in that folder."""
    art, text = SCHRITTE[nr - 1]
    befehl = [sys.executable, "-c", text] if art == "python" else ["bash", "-c", f"set -euo pipefail\n{text}"]
    umgebung = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    return subprocess.run(befehl, cwd=ordner, env=umgebung, capture_output=True, text=True, check=False)


@pytest.mark.schwer
async def test_every_step_of_the_guide_works_as_it_stands(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("Kein openssl zur Hand.")
    daten = tmp_path / "daten"
    async with running(daten) as amt:
        v, _ = await ganzer_weg(amt)
        await amt.until(v, lambda z: z.siegel is not None)
        await amt.lm._bote.ended(v, 30)
        eigener = await amt.g.unterzeichnung.sign(KOMMUNE)
        await entwurf(amt)
        await amt.g.unterzeichnung.sign(KOMMUNE)
        schluessel = amt.g.unterzeichnung.keys(KOMMUNE)
        paket = amt.g.package(v)
    assert carry_out(1, paket).stdout == "Dateien unversehrt\n"
    tisch = tmp_path / "tisch"
    shutil.copytree(paket / "v1" / "content", tisch)
    (tisch / "schluessel.txt").chmod(0o640)
    (tisch / "schluessel.txt").write_text("".join(f"{s}\n" for s in schluessel))
    (tisch / "mein.pruefpunkt").write_text(eigener.note)
    shutil.copy(daten / "verzeichnis" / KOMMUNE / NAME, tisch)
    zweiter = carry_out(2, tisch)
    assert f"im Verzeichnis laufmappe/{KOMMUNE}: Kette und Nachweis stimmen" in zweiter.stdout, zweiter.stderr
    dritter = carry_out(3, tisch)
    assert "Verified Successfully" in dritter.stdout, dritter.stderr
    vierter = carry_out(4, tisch)
    assert vierter.stdout == "Ihr Prüfpunkt und die Liste stimmen überein\n", vierter.stderr

    verlauf = (tisch / "verlauf.jsonl").read_bytes()
    (tisch / "verlauf.jsonl").write_bytes(verlauf.replace(b'"art":"einreichen"', b'"art":"zurueckziehen"', 1))
    assert "die Kette ist unterbrochen" in carry_out(2, tisch).stderr
    (tisch / "punkt.txt").write_text((tisch / "punkt.txt").read_text().replace("\n", "0\n", 1))
    assert carry_out(3, tisch).returncode != 0
    blaetter = (tisch / NAME).read_text().splitlines(keepends=True)
    (tisch / NAME).write_text("".join([blaetter[1], blaetter[0], *blaetter[2:]]))
    assert "nicht mehr das von damals" in carry_out(4, tisch).stderr
