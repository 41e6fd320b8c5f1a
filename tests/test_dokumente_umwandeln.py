"""PDF by LibreOffice: what it may not do with a file from outside, and that nothing of it is left when it hangs."""

import asyncio
import io
import os
import select
import subprocess
import zipfile
from pathlib import Path

import pytest

from dokumente import umwandeln
from dokumente.auslesen import NichtLesbar, text_of

LAUSCHT = """#!/bin/sh
for wort in "$@"; do case $wort in -env:UserInstallation=file://*) profil=${wort#-env:UserInstallation=file://};; esac; done
cp "$profil/user/registrymodifications.xcu" {ziel}
sleep 60 & echo $! > {kind}
wait
"""


@pytest.fixture
def office() -> str:
    programm = umwandeln.libreoffice()
    if programm is None:
        pytest.skip("LibreOffice ist nicht zur Hand.")
    return programm


async def test_a_program_that_hangs_is_ended_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, profil = tmp_path / "kind", tmp_path / "profil.xcu"
    skript = tmp_path / "soffice"
    skript.write_text(LAUSCHT.replace("{ziel}", str(profil)).replace("{kind}", str(kind)), encoding="utf-8")
    skript.chmod(0o755)
    monkeypatch.setattr(umwandeln, "libreoffice", lambda: str(skript))
    monkeypatch.setattr(umwandeln, "FRIST", 1.0)
    with pytest.raises(NichtLesbar, match=r"^„brief\.odt“ ließ sich in 1 s"):
        await umwandeln.pdf_of(b"x", "../geheim/brief.odt")
    assert has_ended(int(kind.read_text(encoding="utf-8")))
    for schutz in ("BlockUntrustedRefererLinks", "DisableMacrosExecution", "AutoCheckEnabled"):
        assert schutz in profil.read_text(encoding="utf-8")


def has_ended(nummer: int) -> bool:
    """Whether the process is gone, or goes any moment: it was told to, and on a busy machine that takes a while."""
    try:
        prozess = os.pidfd_open(nummer)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([prozess], [], [], 10)[0])
    finally:
        os.close(prozess)


async def test_without_libreoffice_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(umwandeln, "libreoffice", lambda: None)
    with pytest.raises(NichtLesbar, match="nicht eingerichtet"):
        await umwandeln.pdf_of(b"x", "brief.odt")


@pytest.mark.schwer
def test_pdf_by_libreoffice(office: str, tmp_path: Path) -> None:
    quelle = tmp_path / "brief.txt"
    quelle.write_text("Sachlage\n", encoding="utf-8")
    profil = f"-env:UserInstallation=file://{tmp_path}/profil"
    befehl = [office, "--headless", profil, "--convert-to", "odt", "--outdir", str(tmp_path), str(quelle)]
    subprocess.run(befehl, check=True, capture_output=True, timeout=100)
    odt = (tmp_path / "brief.odt").read_bytes()
    assert text_of(odt, "brief.odt") == "Sachlage"
    assert asyncio.run(umwandeln.pdf_of(odt, "brief.odt")).startswith(b"%PDF")


@pytest.mark.schwer
async def test_nothing_that_a_file_points_to_is_fetched(office: str) -> None:
    abrufe: list[bytes] = []

    async def witness(leser: asyncio.StreamReader, schreiber: asyncio.StreamWriter) -> None:
        abrufe.append(await leser.readline())
        schreiber.close()

    async with await asyncio.start_server(witness, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert (await umwandeln.pdf_of(with_picture(port), "bild.odt")).startswith(b"%PDF")
    assert abrufe == []


def with_picture(port: int) -> bytes:
    """An ODT file whose picture lies on a server."""
    namen = " ".join(
        f'xmlns:{kurz}="urn:oasis:names:tc:opendocument:xmlns:{lang}:1.0"'
        for kurz, lang in (("office", "office"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible"))
    )
    bild = f'<draw:image xlink:href="http://127.0.0.1:{port}/bild.png" xlink:type="simple"/>'
    rahmen = f'<draw:frame text:anchor-type="as-char" svg:width="5cm" svg:height="2cm">{bild}</draw:frame>'
    rumpf = f"<office:body><office:text><text:p>Da: {rahmen}</text:p></office:text></office:body>"
    typ = "application/vnd.oasis.opendocument.text"
    eintraege = (("/", typ), ("content.xml", "text/xml"))
    liste = "".join(f'<m:file-entry m:full-path="{pfad}" m:media-type="{art}"/>' for pfad, art in eintraege)
    puffer = io.BytesIO()
    with zipfile.ZipFile(puffer, "w") as paket:
        paket.writestr("mimetype", typ)
        paket.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{liste}</m:manifest>',
        )
        paket.writestr(
            "content.xml",
            f'<office:document-content {namen} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3">{rumpf}</office:document-content>',
        )
    return puffer.getvalue()
