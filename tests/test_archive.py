"""Documents and packages: what crashes leave, what a foreign validator says."""

import datetime as dt
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import archive.aufbau
from archive import DigestWiderspruch, DokumentBeschaedigt, DokumentFehlt, PaketFehler
from archive.ablage import Ablage
from archive.dateien import Lesbar
from archive.ocfl import Lager
from archive.paket import contents
from beweis.kopf import Inhalt, Kopf, make_head
from conftest import SHARED
from lifecycle.gemeinsam import seal_digest
from rathaus import SB, SCHRIFT, VORSITZ, Rathaus, S, V
from welt import SYSTEM

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


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")  # the child does nothing but write and die
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


def heads(haus: Rathaus, workflow: str = V) -> list[tuple[Kopf, Inhalt]]:
    """The Verlauf as the register keeps it."""
    alle: list[tuple[Kopf, Inhalt]] = []
    for eintrag in haus.verlauf[workflow]:
        alle.append(make_head(eintrag, alle[-1][0].hash() if alle else None))
    return alle


def parsed(dateien: Mapping[str, bytes | Lesbar], name: str) -> Any:
    datei = dateien[name]
    assert isinstance(datei, bytes)
    return json.loads(datei)


def stored(ablage: Ablage, text: str) -> dict[str, Any]:
    return {"digest": ablage.put(text.encode()), "groesse": len(text.encode())}


def drafted(haus: Rathaus, ablage: Ablage) -> tuple[str, str, str]:
    """A paper whose text was written three times; the digests. The first one, a draft's, no later state names."""
    texte = [stored(ablage, f"Die {wie} Lage.\n") for wie in ("erste", "zweite", "dritte")]
    haus.entwurf(abschnitte=[{"name": "Sachlage", **texte[0], "original": ablage.put(b"docx"), "original_name": "l.docx"}])
    haus.do(V, "bearbeiten", SB, abschnitte=[{"name": "Sachlage", **texte[1]}])
    haus.do(V, "einreichen", SB)
    haus.do(V, "redaktionell_aendern", SB, abschnitte=[{"name": "Sachlage", **texte[2]}], grund="x")
    return texte[0]["digest"], texte[1]["digest"], texte[2]["digest"]


def test_a_package_holds_everything_and_needs_no_program(tmp_path: Path, haus: Rathaus) -> None:
    ablage = Ablage(tmp_path / "dokumente")
    digests = drafted(haus, ablage)
    dateien = contents(V, haus.vorlage(), heads(haus), ablage)
    assert {"LIESMICH.txt", "grunddaten.json", "zustand.json", "verlauf.jsonl", "dokumente.json"} < set(dateien)
    assert {f"dokumente/{digest}" for digest in digests} < set(dateien), "auch die früheren Texte, auch der des Entwurfs"
    liesmich = dateien["LIESMICH.txt"]
    assert isinstance(liesmich, bytes)
    assert "Sie brauchen kein besonderes Programm" in liesmich.decode()


def test_a_document_that_only_an_entry_names_has_the_entry_for_a_name(tmp_path: Path, haus: Rathaus) -> None:
    ablage = Ablage(tmp_path / "dokumente")
    erster, _, letzter = drafted(haus, ablage)
    was = {v["digest"]: v["was"] for v in parsed(contents(V, haus.vorlage(), heads(haus), ablage), "dokumente.json")}
    assert was[erster] == "Eintrag 1 (entwerfen): abschnitte Sachlage"
    assert was[ablage.put(b"docx")] == "Eintrag 1 (entwerfen): abschnitte Sachlage original"
    assert was[letzter] == "Fassung 1, Abschnitt Sachlage"


def test_minutes_that_were_replaced_are_in_the_package(tmp_path: Path, haus: Rathaus) -> None:
    ablage = Ablage(tmp_path / "dokumente")
    haus.behandelt()
    haus.do(S, "schliessen", VORSITZ)
    alt, neu, signatur = stored(ablage, "alt"), stored(ablage, "neu"), stored(ablage, "p7s")
    for text in (alt, neu):
        haus.do(S, "niederschrift_erfassen", SCHRIFT, text=text)
    haus.do(S, "niederschrift_unterzeichnen", SCHRIFT, signatur=signatur)
    dateien = contents(S, haus.state(S), heads(haus, S), ablage)
    assert {f"dokumente/{d['digest']}" for d in (alt, neu, signatur)} < set(dateien)


def test_a_package_is_whole_or_not_at_all(tmp_path: Path, haus: Rathaus) -> None:
    haus.entwurf()
    with pytest.raises(DokumentFehlt):
        contents(V, haus.vorlage(), heads(haus), Ablage(tmp_path))


def test_what_only_an_early_entry_names_must_be_there_too(tmp_path: Path, haus: Rathaus) -> None:
    ablage = Ablage(tmp_path / "dokumente")
    erster, _, _ = drafted(haus, ablage)
    ablage.path(erster).unlink()
    with pytest.raises(DokumentFehlt):
        contents(V, haus.vorlage(), heads(haus), ablage)


def forget(verlauf: list[tuple[Kopf, Inhalt]], seq: int, feld: str) -> None:
    """As when the law wants content deleted: head and chain stay."""
    kopf, inhalt = verlauf[seq - 1]
    verlauf[seq - 1] = kopf, Inhalt(felder={k: v for k, v in inhalt.felder.items() if k != feld})


def test_a_document_may_be_missing_only_if_an_entry_says_that_it_was_deleted(tmp_path: Path, haus: Rathaus) -> None:
    ablage = Ablage(tmp_path / "dokumente")
    _, zweiter, _ = drafted(haus, ablage)
    verlauf = heads(haus)
    ablage.path(zweiter).unlink()
    forget(verlauf, 2, "schluessel")
    with pytest.raises(DokumentFehlt):
        contents(V, haus.vorlage(), verlauf, ablage)
    forget(verlauf, 2, "abschnitte")
    dateien = contents(V, haus.vorlage(), verlauf, ablage)
    (fehlt,) = [v for v in parsed(dateien, "dokumente.json") if "fehlt" in v]
    assert fehlt == {
        "was": "Fassung 1, früher: Abschnitt Sachlage",
        "digest": zweiter,
        "fehlt": "gelöscht mit dem Inhalt von Eintrag 2",
    }
    assert f"dokumente/{zweiter}" not in dateien


def test_the_seal_can_be_worked_out_from_the_package(tmp_path: Path, haus: Rathaus) -> None:
    """As LIESMICH.txt says, with nothing but the package and RFC 8785."""
    ablage = Ablage(tmp_path / "dokumente")
    drafted(haus, ablage)
    haus.do(V, "zurueckziehen", SB, grund="erledigt")
    haus.do(V, "versiegelt", SYSTEM, siegel=seal_digest(haus.vorlage()))
    dateien = contents(V, haus.vorlage(), heads(haus), ablage)
    stand = parsed(dateien, "zustand.json")
    siegel = stand["siegel"]
    liesmich = dateien["LIESMICH.txt"]
    assert isinstance(liesmich, bytes)
    assert f"Das Siegel ({siegel})" in liesmich.decode()
    (satz,) = re.findall(r'obersten Ebene ((?:"\w+"(?:, )?)+) weglassen', liesmich.decode().replace("\n", " "))
    rest = {k: v for k, v in stand.items() if f'"{k}"' not in satz}
    assert hashlib.sha256(rfc8785.dumps(rest)).hexdigest() == siegel


def test_the_store_is_a_recognised_layout() -> None:
    assert archive.aufbau.LAYOUT == "0003-hash-and-id-n-tuple-storage-layout"
