"""A running ``laufmappe up`` and its command line, for tests that type as people do."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from temporal import REGELWERKE

WURZEL = Path(__file__).parents[1]
SB = ("p-1", "a-46", "sachbearbeitung")
SB2 = ("p-2", "a-46", "sachbearbeitung")
LEITUNG = ("p-9", "verwaltungsleitung", "verwaltungsleitung")
DIENST = ("p-5", "a-10", "sitzungsdienst")
ADMIN = ("p-ad", "a-10", "fachadministration")
ADMIN2 = ("p-ad2", "a-10", "fachadministration")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


class Haus:
    """A running Laufmappe and its command line."""

    def __init__(self, daten: Path) -> None:
        self.daten = daten
        self.umgebung = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "LAUFMAPPE_"))},
            "LAUFMAPPE_DATEN": str(daten),
            "LAUFMAPPE_REGELWERK": str(REGELWERKE),
            "LAUFMAPPE_KOMMUNE": "muster",
            "COLUMNS": "200",
        }
        self.prozess: subprocess.Popen[str] | None = None

    def up(self) -> None:
        self.prozess = subprocess.Popen(
            [sys.executable, "cli.py", "up", "--port", str(free_port()), "--ui-port", str(free_port()), "--web-port", str(free_port())],
            cwd=WURZEL, env=self.umgebung, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self.prozess.stdout is not None
        gelesen = ""
        while "Die Laufmappe läuft" not in gelesen:
            zeile = self.prozess.stdout.readline()
            assert zeile, gelesen
            gelesen += zeile

    def down(self, zeichen: int = signal.SIGTERM) -> int:
        assert self.prozess is not None
        self.prozess.send_signal(zeichen)
        self.prozess.communicate(timeout=60)
        return self.prozess.returncode

    def run(
        self, *worte: str, wer: tuple[str, str, str] | None = None, in_ordner: Path = WURZEL
    ) -> subprocess.CompletedProcess[str]:
        als = ("--als-person", wer[0], "--als-stelle", wer[1], "--als-rolle", wer[2]) if wer else ()
        return subprocess.run(
            [sys.executable, str(WURZEL / "cli.py"), *worte, *als],
            cwd=in_ordner,
            env=self.umgebung,
            capture_output=True,
            text=True,
            check=False,
        )

    def ok(self, *worte: str, wer: tuple[str, str, str] | None = None) -> Any:
        lauf = self.run(*worte, "--json", wer=wer)
        assert lauf.returncode == 0, lauf.stderr
        return json.loads(lauf.stdout)
