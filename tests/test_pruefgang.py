"""Checkpoints as they are given out every night: signed, never contradicting, mailed, time-stamped; and what stops them."""

import asyncio
import base64
import contextlib
import dataclasses
import itertools
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from temporalio.client import ScheduleOverlapPolicy
from temporalio.testing import ActivityEnvironment

import befund
from activities.pruefpunkt import Pruefgang, Unterzeichnung, file_of
from activities.treffen import Treffen
from activities.zeitstempel import KeinZeitstempel, Zeitstempel
from archive import SchluesselFehler
from archive.blattliste import NAME, Blattliste
from archive.schluesselbund import Schluesselbund
from beweis import merkle, pruefpunkt
from beweis.merkle import BeweisFalsch
from beweis.pruefpunkt import Nachweis, Pruefpunkt, Pruefschluessel
from buchung import carry_out, unguard
from lifecycle.mitteilung import payload
from nachgeprueft import unproven
from rathaus import DIENST
from register import Register
from register.tabellen import BAUM, BLATT
from schemas.pruefakte import Pruefakte
from temporal import KOMMUNE, Amt, running
from wege import entwurf, ganzer_weg

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("temporal")]
AKTE = file_of(KOMMUNE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def amt(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Amt]:
    async with running(tmp_path_factory.mktemp("daten")) as amt:
        yield amt


@pytest_asyncio.fixture(loop_scope="module")
async def abseits(amt: Amt, tmp_path: Path) -> Unterzeichnung:
    """The same register, other keys: what goes wrong here harms nobody."""
    return Unterzeichnung(amt.g.register, Schluesselbund(tmp_path / "schluessel"), Blattliste(tmp_path / "verzeichnis"))


async def walk(amt: Amt) -> Pruefakte:
    """As the schedule does it at night."""
    vorher = await amt.g.register.state(AKTE)
    await amt.client.get_schedule_handle(f"pruefgang/{KOMMUNE}").trigger(overlap=ScheduleOverlapPolicy.BUFFER_ALL)
    z: Pruefakte = await amt.until(AKTE, lambda z: z.seq > (vorher.seq if vorher else 0))
    return z


async def test_every_night_a_checkpoint_leaves_the_house(amt: Amt) -> None:
    await entwurf(amt)
    z = await walk(amt)
    assert z.letzter
    schluessel = [Pruefschluessel.parse(zeile) for zeile in z.letzter.pruefschluessel]
    punkt = pruefpunkt.verify(z.letzter.note, schluessel)
    liste = amt.g.einstellungen.daten / "verzeichnis" / KOMMUNE / NAME
    blaetter = [bytes.fromhex(zeile) for zeile in liste.read_text().splitlines()]
    assert len(blaetter) == punkt.groesse
    assert merkle.root(merkle.from_leaves(blaetter), punkt.groesse) == punkt.wurzel
    eintrag = (await amt.g.register.entries(AKTE))[-1]
    assert eintrag.befehl["benachrichtigt"] == ["rechnungspruefung"]


async def test_the_auditor_gets_it_by_mail(amt: Amt) -> None:
    z = await walk(amt)
    assert z.letzter
    post = amt.g.einstellungen.daten / "post"
    kodiert = base64.b64encode(z.letzter.note.encode())[:60]
    for _ in range(400):
        if any(
            kodiert in d.read_bytes() or z.letzter.note.splitlines()[2].encode() in d.read_bytes() for d in post.rglob("*.eml")
        ):
            return
        await amt.g.register.wait_for_news(0.05)
    pytest.fail("Der Prüfpunkt ist nicht bei der Post.")


async def test_the_auditors_folder_gets_a_file_for_every_checkpoint(amt: Amt, abseits: Unterzeichnung, tmp_path: Path) -> None:
    ordner = tmp_path / "rechnungspruefung"
    ordner.mkdir()
    treffen = Treffen(amt.lm._bote, amt.g.regelwerke)
    gang = Pruefgang(abseits, treffen, amt.g.regelwerke, ordner=ordner)
    await ActivityEnvironment().run(gang.checkpoint, KOMMUNE)
    (erste,) = ordner.iterdir()
    punkt = pruefpunkt.verify(erste.read_text(), abseits.keys(KOMMUNE))
    assert erste.name == f"{KOMMUNE}-{punkt.groesse:012d}.pruefpunkt"
    await entwurf(amt)
    await ActivityEnvironment().run(gang.checkpoint, KOMMUNE)
    assert len(list(ordner.iterdir())) == 2
    z = await amt.until(AKTE, lambda z: z.letzter is not None and z.letzter.groesse > punkt.groesse)
    assert payload(z, "pruefpunkt_ausgeben", AKTE, z.seq)["pruefpunkt"] == z.letzter.note


async def test_the_doctor_sees_a_log_that_does_not_continue(kopie: tuple[Unterzeichnung, Register], amt: Amt) -> None:
    hier, register = kopie
    await hier.sign(KOMMUNE)
    parts = dataclasses.replace(amt.g, unterzeichnung=hier, register=register)
    assert await befund.findings(parts, (befund._proof,)) == []
    await carry_out(register, sa.update(BAUM).where(BAUM.c.kommune == KOMMUNE).values(groesse=1))
    (fund,) = await befund.findings(parts, (befund._proof,))
    assert "doctor --wiederherstellen" in fund


async def test_a_later_one_continues_an_earlier_one(amt: Amt) -> None:
    await walk(amt)
    alt = amt.g.unterzeichnung.last(KOMMUNE)
    await entwurf(amt)
    await walk(amt)
    neu = amt.g.unterzeichnung.last(KOMMUNE)
    assert alt
    assert neu
    weg = await amt.g.register.consistency(KOMMUNE, alt.groesse, neu.groesse)
    merkle.verify_consistency(alt.groesse, neu.groesse, weg, alt.wurzel, neu.wurzel)


async def test_a_package_proves_its_closing_entry(amt: Amt) -> None:
    v, _ = await ganzer_weg(amt)
    nachweis = Nachweis.parse(amt.g.lager.read(f"laufmappe:{v}", "nachweis.tlog-proof").decode())
    kopf, _ = (await amt.g.register.heads(v))[-1]
    punkt = nachweis.verify(bytes.fromhex(kopf.hash()), amt.g.unterzeichnung.keys(KOMMUNE))
    assert punkt.groesse > nachweis.nr
    with pytest.raises(BeweisFalsch):
        nachweis.verify(merkle.leaf_hash(b"anders"), amt.g.unterzeichnung.keys(KOMMUNE))
    assert unproven(amt.g, KOMMUNE) == []


async def test_a_paper_taken_up_again_has_two_versions_that_both_prove_themselves(amt: Amt) -> None:
    v, _ = await ganzer_weg(amt)
    await amt.act(v, "wiederaufnehmen", DIENST, grund="Nachtrag")
    await amt.act(v, "beratung_beenden", DIENST, grund="erledigt")
    await amt.lm.ended(v, 30)
    assert amt.g.lager.versions(f"laufmappe:{v}") == ("v1", "v2")
    assert unproven(amt.g, KOMMUNE) == []


async def test_a_new_key_takes_over_and_old_checkpoints_stay_verifiable(amt: Amt, abseits: Unterzeichnung) -> None:
    await entwurf(amt)
    alt = await abseits.sign(KOMMUNE)
    uebergabe = await abseits.rotate(KOMMUNE)
    await entwurf(amt)
    neu = await abseits.sign(KOMMUNE)
    erster, zweiter = abseits.keys(KOMMUNE)
    assert pruefpunkt.verify(alt.note, [erster]).groesse == alt.groesse
    for schluessel in (erster, zweiter):
        assert pruefpunkt.verify(uebergabe.note, [schluessel])
    assert pruefpunkt.verify(neu.note, [zweiter])
    with pytest.raises(BeweisFalsch):
        pruefpunkt.verify(neu.note, [erster])


@pytest_asyncio.fixture(loop_scope="module")
async def kopie(amt: Amt, abseits: Unterzeichnung, tmp_path: Path) -> AsyncIterator[tuple[Unterzeichnung, Register]]:
    """A copy of the register as it is now, signed by the same keys as ``abseits``: somebody has it for himself."""
    with (
        contextlib.closing(sqlite3.connect(amt.g.einstellungen.daten / "register.sqlite3")) as quelle,
        contextlib.closing(sqlite3.connect(tmp_path / "register.sqlite3")) as ziel,
    ):
        quelle.backup(ziel)
    register = await Register.open(None, tmp_path)
    try:
        yield Unterzeichnung(register, Schluesselbund(tmp_path / "schluessel"), Blattliste(tmp_path / "verzeichnis")), register
    finally:
        await register.close()


async def test_nothing_is_signed_over_a_log_that_lost_leaves(kopie: tuple[Unterzeichnung, Register]) -> None:
    """As after a restore from a back-up."""
    hier, register = kopie
    punkt = await hier.sign(KOMMUNE)
    await carry_out(register, sa.update(BAUM).where(BAUM.c.kommune == KOMMUNE).values(groesse=punkt.groesse - 2))
    versuche: tuple[Callable[[str], Awaitable[Pruefpunkt]], ...] = (hier.sign, hier.rotate)
    for versuch in versuche:
        with pytest.raises(SchluesselFehler, match="wiederherstellen"):
            await versuch(KOMMUNE)
    neu = await hier.begin_section(KOMMUNE)
    assert (neu.groesse, neu.herkunft) == (punkt.groesse - 2, f"laufmappe/{KOMMUNE}/2")
    assert await hier.sign(KOMMUNE) == neu
    assert pruefpunkt.verify(punkt.note, hier.keys(KOMMUNE)) == punkt


async def test_nothing_is_signed_over_a_log_that_was_changed(kopie: tuple[Unterzeichnung, Register]) -> None:
    hier, register = kopie
    punkt = await hier.sign(KOMMUNE)
    await unguard(register)
    drittes = sa.and_(BLATT.c.kommune == KOMMUNE, BLATT.c.nr == 3)
    await carry_out(register, sa.update(BLATT).where(drittes).values(kopf_hash="0" * 64))
    await register.rebuild()
    with pytest.raises(SchluesselFehler, match="Revision"):
        await hier.sign(KOMMUNE)
    assert any(f"Prüfpunkt über {punkt.groesse}" in fund for fund in await register.check())


async def test_many_sign_at_once(amt: Amt, abseits: Unterzeichnung) -> None:
    """While entries are recorded: every checkpoint continues the one before."""
    neues = asyncio.gather(*(entwurf(amt) for _ in range(3)))
    punkte = sorted(await asyncio.gather(*(abseits.sign(KOMMUNE) for _ in range(5))), key=lambda p: p.groesse)
    await neues
    for alt, neu in itertools.pairwise(punkte):
        weg = await amt.g.register.consistency(KOMMUNE, alt.groesse, neu.groesse)
        merkle.verify_consistency(alt.groesse, neu.groesse, weg, alt.wurzel, neu.wurzel)


# --- time stamps --------------------------------------------------------------------------------------------------------

KONFIGURATION = """\
[tsa]
default_tsa = t
[t]
serial = {ordner}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@pytest.fixture
def stempelamt(tmp_path: Path) -> tuple[httpx.AsyncClient, Path]:
    """A real time-stamping authority: openssl behind an HTTP client."""
    if shutil.which("openssl") is None:
        pytest.skip("Kein openssl zur Hand.")

    def openssl(*worte: str) -> bytes:
        return subprocess.run(["openssl", *worte], check=True, capture_output=True, cwd=tmp_path).stdout

    (tmp_path / "tsa.cnf").write_text(KONFIGURATION.format(ordner=tmp_path))
    (tmp_path / "serial").write_text("01\n")
    (tmp_path / "v3.cnf").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=Wurzel",
        "-days",
        "30",
    )
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Stempel")
    openssl(
        "x509",
        "-req",
        "-in",
        "tsa.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-out",
        "tsa.pem",
        "-days",
        "30",
        "-extfile",
        "v3.cnf",
    )

    def antworten(anfrage: httpx.Request) -> httpx.Response:
        (tmp_path / "frage.tsq").write_bytes(anfrage.content)
        openssl(
            "ts",
            "-reply",
            "-config",
            "tsa.cnf",
            "-queryfile",
            "frage.tsq",
            "-signer",
            "tsa.pem",
            "-inkey",
            "tsa.key",
            "-out",
            "antwort.tsr",
        )
        return httpx.Response(200, content=(tmp_path / "antwort.tsr").read_bytes())

    return httpx.AsyncClient(transport=httpx.MockTransport(antworten)), tmp_path


async def test_somebody_else_says_when_it_was(stempelamt: tuple[httpx.AsyncClient, Path]) -> None:
    http, ordner = stempelamt
    async with http:
        stempel = await Zeitstempel(http, "https://stempel.example.org", ordner / "ca.pem").stamp("Prüfpunkt\n")
        (ordner / "stempel.tsr").write_bytes(base64.b64decode(stempel))
        (ordner / "punkt.txt").write_text("Prüfpunkt\n", encoding="utf-8")
        probe = ["openssl", "ts", "-verify", "-in", "stempel.tsr", "-data", "punkt.txt", "-CAfile", "ca.pem"]
        assert subprocess.run(probe, cwd=ordner, check=False, capture_output=True).returncode == 0
        (ordner / "punkt.txt").write_text("anderer\n", encoding="utf-8")
        assert subprocess.run(probe, cwd=ordner, check=False, capture_output=True).returncode != 0


async def test_a_stamp_of_somebody_unknown_is_none(stempelamt: tuple[httpx.AsyncClient, Path]) -> None:
    http, ordner = stempelamt
    fremd = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "x.key", "-out", "x.pem", "-subj", "/CN=Wer"]
    subprocess.run(fremd, cwd=ordner, check=True, capture_output=True)
    async with http:
        with pytest.raises(KeinZeitstempel, match="gilt nicht"):
            await Zeitstempel(http, "https://stempel.example.org", ordner / "x.pem").stamp("Prüfpunkt\n")
    stumm = httpx.AsyncClient(transport=httpx.MockTransport(lambda anfrage: httpx.Response(503)))
    async with stumm:
        with pytest.raises(KeinZeitstempel, match="antwortet nicht"):
            await Zeitstempel(stumm, "https://stempel.example.org", ordner / "ca.pem").stamp("x")
