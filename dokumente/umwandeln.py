"""The file that an office wrote in as PDF/A, by LibreOffice, where it is at hand.

The file comes from outside: LibreOffice gets a profile of its own that fetches nothing the file points to, runs nothing that is
in it and asks for no updates, and is ended with everything it started when it takes too long.
"""

import asyncio
import os
import shutil
import signal
import tempfile
from asyncio.subprocess import Process
from pathlib import Path

from dokumente.auslesen import NichtLesbar

FRIST = 60.0
FORM = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},"UseTaggedPDF":{"type":"boolean","value":"true"}}'
SCHUTZ = (
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Misc", "FirstRun", "false"),
    ("Writer/Content/Update", "Link", "2"),
    ("Jobs/Jobs/org.openoffice.Office.Jobs:Job['UpdateCheck']/Arguments", "AutoCheckEnabled", "false"),
)
"""Settings of the profile: where, which, what (2: links in a text are never updated)."""
_PUNKT = '<item oor:path="/org.openoffice.Office.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_PROFIL = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{}</oor:items>'
)


def libreoffice() -> str | None:
    """Where LibreOffice is, if it is."""
    return shutil.which("soffice") or shutil.which("libreoffice")


async def pdf_of(daten: bytes, name: str) -> bytes:
    """The file as PDF/A. Raises NichtLesbar: no LibreOffice at hand, too slow, or it could not read the file."""
    name = Path(name).name
    programm = libreoffice()
    if programm is None:
        raise NichtLesbar("LibreOffice ist hier nicht eingerichtet; ein PDF lässt sich aus dieser Datei nicht machen.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as ordner:
        quelle = Path(ordner) / f"quelle{Path(name).suffix.lower()}"
        quelle.write_bytes(daten)
        profil = _profile(Path(ordner))
        prozess = await asyncio.create_subprocess_exec(
            *(programm, "--headless", "--norestore", f"-env:UserInstallation={profil.as_uri()}"),
            *("--convert-to", FORM, "--outdir", ordner, str(quelle)),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        if not await _ended(prozess):
            raise NichtLesbar(f"„{name}“ ließ sich in {FRIST:.0f} s nicht umwandeln.")
        ziel = quelle.with_suffix(".pdf")
        if not ziel.exists():
            raise NichtLesbar(f"„{name}“ ließ sich nicht in ein PDF umwandeln.")
        return ziel.read_bytes()


def _profile(ordner: Path) -> Path:
    profil = ordner / "profil"
    (profil / "user").mkdir(parents=True)
    punkte = "".join(_PUNKT.format(*punkt) for punkt in SCHUTZ)
    (profil / "user" / "registrymodifications.xcu").write_text(_PROFIL.format(punkte), encoding="utf-8")
    return profil


async def _ended(prozess: Process) -> bool:
    """Whether it came to its end in time. If not, nothing of it is left: soffice is a script that starts the program."""
    try:
        await asyncio.wait_for(prozess.wait(), FRIST)
    except TimeoutError:
        return False
    finally:
        if prozess.returncode is None:
            os.killpg(prozess.pid, signal.SIGKILL)
            await prozess.wait()
    return True
