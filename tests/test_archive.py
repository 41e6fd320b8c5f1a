"""Documents and packages: what crashes leave, what a foreign validator says."""

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import archive.ocfl
from archive import DigestWiderspruch, DokumentBeschaedigt, DokumentFehlt, PaketFehler
from archive.ablage import Ablage
from archive.ocfl import Lager
from archive.paket import contents
from conftest import SHARED
from rathaus import SB, Rathaus, V

ZEIT = dt.datetime(2021, 7, 1, 12, tzinfo=dt.UTC)
ID = "laufmappe:vorlage/muster/1"


def write(lager: Lager, dateien: Mapping[str, bytes | Path]) -> Path:
    return lager.write(ID, dateien, zeit=ZEIT, botschaft="Test", wer="Laufmappe", adresse="urn:laufmappe")


def validate(*argumente: str | Path) -> str:
    """The validator of ocfl-py, as anybody would run it. Returns what it says."""
    programm = Path(sys.executable).with_name("ocfl-validate.py")
    lauf = subprocess.run([sys.executable, programm, *map(str, argumente)], capture_output=True, text=True, check=False)
    return lauf.stdout


def validate_root(wurzel: Path) -> str:
    """The same for a whole store of packages."""
    programm = Path(sys.executable).with_name("ocfl-root.py")
    lauf = subprocess.run([sys.executable, programm, "validate", "--root", wurzel], capture_output=True, text=True, check=False)
    return lauf.stdout


def test_versions_share_content_and_satisfy_a_foreign_validator(tmp_path: Path) -> None:
    lager = Lager(tmp_path / "pakete")
    ort = write(lager, {"a.txt": b"eins", "ordner/b.txt": b"eins", "c": b"zwei"})
    write(lager, {"a.txt": b"eins", "c": b"drei"})
    write(lager, {"a.txt": b"eins", "c": b"drei"})
    assert lager.versions(ID) == ("v1", "v2")
    assert (lager.read(ID, "c", "v1"), lager.read(ID, "c")) == (b"zwei", b"drei")
    assert sorted(p.name for p in ort.glob("v*/content/**/*") if p.is_file()) == ["a.txt", "c", "c"]
    bericht = validate(ort)
    assert "is VALID" in bericht
    assert "[W" not in bericht
    assert "is VALID" in validate_root(tmp_path / "pakete")


@pytest.mark.parametrize("schritt", range(12))
def test_a_crash_at_any_step_leaves_the_old_or_the_new(tmp_path: Path, schritt: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lager = Lager(tmp_path / "pakete")
    write(lager, {"a.txt": b"eins"})
    gezaehlt = 0

    class Absturz(BaseException):
        pass

    echt = Path.replace

    def replace(self: Path, ziel: Path) -> Path:
        nonlocal gezaehlt
        gezaehlt += 1
        if gezaehlt > schritt:
            raise Absturz
        return echt(self, ziel)

    with monkeypatch.context() as m:
        m.setattr(Path, "replace", replace)
        try:
            write(lager, {"a.txt": b"zwei", "b.txt": b"neu"})
        except Absturz:
            assert lager.read(ID, "a.txt", "v1") == b"eins"
    ort = write(lager, {"a.txt": b"zwei", "b.txt": b"neu"})
    assert lager.read(ID, "a.txt") == b"zwei"
    assert "is VALID" in validate(ort)


def test_the_crash_test_reaches_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lager = Lager(tmp_path / "pakete")
    write(lager, {"a.txt": b"eins"})
    gezaehlt: list[Path] = []
    echt = Path.replace

    def replace(self: Path, ziel: Path) -> Path:
        gezaehlt.append(ziel)
        return echt(self, ziel)

    monkeypatch.setattr(Path, "replace", replace)
    write(lager, {"a.txt": b"zwei", "b.txt": b"neu"})
    assert 3 < len(gezaehlt) <= 12


def kill_while_writing(lager: Lager, objekt: str, schritt: int) -> bool:
    """A process of its own writes a package and is killed before its n-th file is in place. Whether it came to that."""
    kind = os.fork()
    if kind == 0:
        echt, gezaehlt = Path.replace, 0

        def replace(self: Path, ziel: Path) -> Path:
            nonlocal gezaehlt
            gezaehlt += 1
            if gezaehlt > schritt:
                os.kill(os.getpid(), signal.SIGKILL)
            return echt(self, ziel)

        Path.replace = replace  # type: ignore[method-assign,assignment]  # only in this process, which ends here
        lager.write(objekt, {"a.txt": b"eins", "b/c.txt": b"zwei"}, zeit=ZEIT, botschaft="Test", wer="Laufmappe")
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(kind, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("voll", [True, False])
def test_a_killed_process_leaves_nothing_in_the_store(tmp_path: Path, voll: bool) -> None:
    """Before a package is in its place, the store is as it was; the next write, of whatever package, takes the leftovers away."""
    lager, wurzel = Lager(tmp_path / "pakete"), tmp_path / "pakete"
    if voll:
        write(lager, {"a.txt": b"eins"})
    schritt = 0
    while kill_while_writing(lager, f"laufmappe:vorlage/muster/k{schritt}", schritt):
        assert not list(wurzel.rglob(".*")), f"nach {schritt} Schritten"
        if (wurzel / "0=ocfl_1.1").exists():
            assert "is VALID" in validate_root(wurzel), f"nach {schritt} Schritten"
        schritt += 1
    assert schritt >= 8, "jeder Schritt war dran"
    write(lager, {"a.txt": b"zwei"})
    assert "is VALID" in validate_root(wurzel)
    assert not (tmp_path / ".pakete.werkstatt").exists()


def test_what_an_earlier_release_left_in_the_root_is_cleared(tmp_path: Path) -> None:
    lager = Lager(tmp_path / "pakete")
    write(lager, {"a.txt": b"eins"})
    (tmp_path / "pakete" / ".neu-abc" / "v1").mkdir(parents=True)
    (tmp_path / "pakete" / ".neu-def").write_bytes(b"halb")
    write(lager, {"a.txt": b"zwei"})
    assert "is VALID" in validate_root(tmp_path / "pakete")


@pytest.mark.parametrize("name", ["../raus", "/etc/x", "a//b", "", "a/../b", "."])
def test_names_stay_inside(tmp_path: Path, name: str) -> None:
    with pytest.raises(PaketFehler, match="kein zulässiger Dateiname"):
        write(Lager(tmp_path / "pakete"), {name: b""})
    assert not (tmp_path / "raus").exists()


zustaende = st.dictionaries(st.sampled_from(["a", "b/c", "d"]), st.binary(max_size=3), min_size=1, max_size=3)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(zustaende, min_size=1, max_size=5))
def test_every_version_reads_back(tmp_path_factory: pytest.TempPathFactory, staende: list[dict[str, bytes]]) -> None:
    lager = Lager(tmp_path_factory.mktemp("h") / "pakete")
    verschieden = [s for i, s in enumerate(staende) if i == 0 or s != staende[i - 1]]
    for stand in staende:
        write(lager, stand)
    assert len(lager.versions(ID)) == len(verschieden)
    for version, stand in zip(lager.versions(ID), verschieden, strict=True):
        assert {name: lager.read(ID, name, version) for name in stand} == stand


def test_a_damaged_inventory_is_told(tmp_path: Path) -> None:
    lager = Lager(tmp_path / "pakete")
    ort = write(lager, {"a": b"1"})
    (ort / "inventory.json").write_text("{", encoding="utf-8")
    with pytest.raises(PaketFehler, match="beschädigt"):
        write(lager, {"a": b"2"})
    with pytest.raises(PaketFehler, match="gibt es nicht"):
        lager.read("laufmappe:anderes", "a")


@pytest.mark.schwer
def test_the_foreign_validator_judges_the_foreign_fixtures_right(tmp_path: Path) -> None:
    """So that its word on our packages is worth something."""
    quelle = SHARED / "data" / "ocfl-fixtures"
    if not quelle.is_dir():
        pytest.skip("Die OCFL-Beispiele (../shared/data/ocfl-fixtures) liegen hier nicht.")
    with tarfile.open(next(quelle.glob("*.tar.gz"))) as archiv:
        archiv.extractall(tmp_path, filter="data")
    urteile = {
        (art, objekt.name): "is VALID" in validate("-q", objekt) or "is VALID" in validate(objekt)
        for art in ("good-objects", "warn-objects", "bad-objects")
        for ordner in tmp_path.rglob(art)
        for objekt in sorted(ordner.iterdir())
        if objekt.is_dir()
    }
    assert len(urteile) > 40
    assert {name for (art, name), gut in urteile.items() if gut != (art != "bad-objects")} == set()


def test_documents_by_their_digest(tmp_path: Path) -> None:
    ablage = Ablage(tmp_path)
    digest = ablage.put(b"Text")
    assert digest == hashlib.sha256(b"Text").hexdigest()
    assert (ablage.put(b"Text"), ablage.get(digest)) == (digest, b"Text")
    assert ablage.path(digest).stat().st_mode & 0o222 == 0
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [digest]


def test_a_file_that_is_not_the_announced_one_is_not_stored(tmp_path: Path) -> None:
    datei = tmp_path / "plan.pdf"
    datei.write_bytes(b"echt")
    ablage = Ablage(tmp_path / "dokumente")
    with pytest.raises(DigestWiderspruch, match=r"plan\.pdf.*erwartet 000000000000"):
        ablage.put_file(datei, "0" * 64)
    assert [p for p in (tmp_path / "dokumente").rglob("*") if p.is_file()] == []
    richtig = hashlib.sha256(b"echt").hexdigest()
    assert ablage.put_file(datei, richtig) == richtig


def test_missing_and_damaged_documents(tmp_path: Path) -> None:
    ablage = Ablage(tmp_path)
    with pytest.raises(DokumentFehlt):
        ablage.get("0" * 64)
    with pytest.raises(DokumentFehlt, match="keine SHA-256"):
        ablage.path("../../etc/passwd")
    digest = ablage.put(b"Text")
    ablage.path(digest).chmod(0o640)
    ablage.path(digest).write_bytes(b"anders")
    with pytest.raises(DokumentBeschaedigt, match="Sicherung"):
        ablage.get(digest)


def test_a_package_holds_everything_and_needs_no_program(tmp_path: Path, haus: Rathaus) -> None:
    ablage = Ablage(tmp_path / "dokumente")
    text = ablage.put(b"Die Lage.\n")
    haus.entwurf(abschnitte=[{"name": "Sachlage", "digest": text, "groesse": 10}])
    neu = ablage.put(b"Die neue Lage.\n")
    haus.do(V, "einreichen", SB)
    haus.do(V, "redaktionell_aendern", SB, abschnitte=[{"name": "Sachlage", "digest": neu, "groesse": 15}], grund="x")
    dateien = contents(V, haus.vorlage(), [{"kopf": {}, "inhalt": {}}], ablage)
    assert {"LIESMICH.txt", "grunddaten.json", "zustand.json", "verlauf.jsonl", "dokumente.json"} < set(dateien)
    assert {f"dokumente/{text}", f"dokumente/{neu}"} < set(dateien), "auch der frühere Text"
    liesmich = dateien["LIESMICH.txt"]
    assert isinstance(liesmich, bytes)
    assert "Sie brauchen kein besonderes Programm" in liesmich.decode()


def test_a_package_is_whole_or_not_at_all(tmp_path: Path, haus: Rathaus) -> None:
    haus.entwurf()
    with pytest.raises(DokumentFehlt):
        contents(V, haus.vorlage(), [], Ablage(tmp_path))


def test_the_store_is_a_recognised_layout() -> None:
    assert archive.ocfl.LAYOUT == "0003-hash-and-id-n-tuple-storage-layout"
