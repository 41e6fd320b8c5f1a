"""What people type, and what they are told about slips: everything that needs no running Laufmappe."""

import datetime as dt
import errno
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import structlog
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

import befund
from archive.ablage import Ablage
from cli import app
from client import Laufmappe
from kommandozeile import ausgabe, dateien, ende, formen, lauf
from kommandozeile.eingabe import options
from lifecycle.ablehnung import Unplausibel
from lifecycle.kerne import KERNE
from schemas.akteur import Rolle
from schemas.beratung import Abstimmung
from schemas.regelwerk import Regelwerke
from schemas.vorlage import Anlage, Ursprung
from temporal import REGELWERKE

Tippen = Callable[..., tuple[int, str, str]]
WER = ("--als-person", "p-1", "--als-stelle", "a-46", "--als-rolle", "sachbearbeitung")


@pytest.fixture
def tippe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Tippen]:
    """Types a command; returns exit code, output and errors."""
    monkeypatch.setenv("LAUFMAPPE_DATEN", str(tmp_path / "daten"))
    monkeypatch.setenv("LAUFMAPPE_REGELWERK", str(REGELWERKE))
    monkeypatch.setenv("LAUFMAPPE_KOMMUNE", "muster")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    wurzel = logging.getLogger()
    griffe, stufe = wurzel.handlers[:], wurzel.level

    def tippen(*worte: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["laufmappe", *worte])
        code = ende.guarded(lambda: app(prog_name="laufmappe", standalone_mode=False))
        return code, *capsys.readouterr()

    yield tippen
    wurzel.handlers[:], wurzel.level = griffe, stufe
    structlog.reset_defaults()


def commands(gruppe: Any = None, pfad: str = "") -> Iterator[tuple[str, Any]]:
    wurzel: Any = gruppe or get_command(app)
    for name, befehl in wurzel.commands.items():
        if isinstance(befehl, TyperGroup):
            yield from commands(befehl, f"{pfad} {name}")
        else:
            yield f"{pfad} {name}".strip(), befehl


# --- options ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "befehl"), list(commands()))
def test_no_option_exists_twice(name: str, befehl: TyperCommand) -> None:
    namen = [o for p in befehl.params for o in (*p.opts, *p.secondary_opts)]
    assert len(namen) == len(set(namen)), name


def test_who_acts_and_what_is_meant_are_two_options() -> None:
    zuweisen = dict(commands())["auftrag zuweisen"]
    namen = {o for p in zuweisen.params for o in p.opts}
    assert {"--stelle", "--als-stelle", "--als-person", "--als-rolle", "--fuer"} <= namen
    assert not {"--person", "--rolle"} & namen


def test_the_seal_is_looked_up_not_typed() -> None:
    for kern in (KERNE["vorlage"], KERNE["sitzung"], KERNE["auftrag"]):
        assert "siegel" not in {o.feld for o in options(kern.befehle["wiederaufnehmen"])}


def test_every_command_for_people_has_json() -> None:
    ohne = {name for name, befehl in commands() if "--json" not in {o for p in befehl.params for o in p.opts}}
    assert ohne == {"up", "web", "worker"}


# --- forms --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def lm(tmp_path: Path) -> Laufmappe:
    """One that can only store documents."""
    nichts = cast(Any, None)
    return Laufmappe(nichts, nichts, Regelwerke(()), Ablage(tmp_path / "dokumente"))


def read(form: Any, wert: str, lm: Laufmappe) -> Any:
    return formen.FORMEN[form][0](wert, lm)


@pytest.mark.parametrize(
    ("mehr", "satz"),
    [
        (",sha265=00", r"„sha265“ ist hier keine Angabe. Möglich: name=…, sha256=…, bezeichnung=…, nichtoeffentlich"),
        (",nichtoeffentlic", "„nichtoeffentlic“ ist hier keine Angabe"),
        (",nichtoeffentlich=ja", "„nichtoeffentlich“ ist hier keine Angabe"),
        (",name=a,name=b", "„name“ steht zweimal da"),
        (",name=a,nichtoeffentlic", "keine Angabe"),
        (",", "„“ ist hier keine Angabe"),
    ],
)
def test_an_attachments_slips_are_refused(lm: Laufmappe, tmp_path: Path, mehr: str, satz: str) -> None:
    (tmp_path / "plan.pdf").write_bytes(b"x")
    with pytest.raises(Unplausibel, match=satz):
        read(Anlage, f"{tmp_path / 'plan.pdf'}{mehr}", lm)


def test_an_attachment_is_what_was_typed(lm: Laufmappe, tmp_path: Path) -> None:
    (tmp_path / "Anlage 1, Plan.pdf").write_bytes(b"x")
    pfad = str(tmp_path / "Anlage 1, Plan.pdf")
    assert read(Anlage, f"{pfad},name=nichtoeffentlich.pdf", lm).oeffentlich is True
    a = read(Anlage, f"{pfad},bezeichnung=Vertrag\\, Teil 1,nichtoeffentlich", lm)
    assert (a.name, a.oeffentlich, a.bezeichnung) == ("Anlage 1, Plan.pdf", False, "Vertrag, Teil 1")


def test_a_vote_is_words_or_pairs_and_no_slip_gets_lost(lm: Laufmappe) -> None:
    assert read(Abstimmung, "mehrheitlich, bei zwei Enthaltungen", lm) == {"wortlaut": "mehrheitlich, bei zwei Enthaltungen"}
    assert read(Abstimmung, "ja=12,nein=3", lm) == {"ja": "12", "nein": "3"}
    for falsch in ("ja=12,nien=3", "ja=12,einstimmig", "Ja=12"):
        with pytest.raises(Unplausibel, match="ja=…, nein=…, enthaltung=…"):
            read(Abstimmung, falsch, lm)


@pytest.mark.parametrize("falsch", ['["x"]', "[1, {}]", "3"])
def test_a_past_is_a_list_of_objects(falsch: str) -> None:
    with pytest.raises(Unplausibel, match="JSON-Liste von Objekten"):
        formen.read_objects(falsch)
    with pytest.raises(Unplausibel, match="JSON-Objekt"):
        formen.read_object(falsch)


@pytest.mark.parametrize("falsch", ["antrag:a:2021-01-01:mehr", ":a", "antrag:"])
def test_what_stands_between_colons_is_neither_dropped_nor_empty(lm: Laufmappe, falsch: str) -> None:
    with pytest.raises(Unplausibel, match=r"ART\[:VON\]\[:DATUM\]"):
        read(Ursprung, falsch, lm)
    assert read(Ursprung, '{"art": "antrag", "von": "A: B"}', lm) == {"art": "antrag", "von": "A: B"}


def test_files_that_are_none_are_told_without_a_number(lm: Laufmappe, tmp_path: Path) -> None:
    from schemas.vorlage import Abschnitt

    for form, wert in ((Abschnitt, "S=@{}/x.docx"), (Abschnitt, "S=@{}/x.md"), (Anlage, "{}/x.pdf")):
        with pytest.raises(Unplausibel, match="gibt es nicht") as nein:
            read(form, wert.format(tmp_path), lm)
        assert "Errno" not in nein.value.satz
    with pytest.raises(Unplausibel, match=r"Der Ordner „.*/fehlt“ gibt es nicht"):
        dateien.write(tmp_path / "fehlt" / "x.pdf", b"x")
    assert dateien.reason(OSError(errno.ENOSPC, "x")) == "passt nicht mehr auf den Datenträger"


# --- slips --------------------------------------------------------------------------------------------------------------

TIEF = "[" * 100_000


@pytest.mark.parametrize(
    ("worte", "teil"),
    [
        (("vorlage", "einreichen", "x", *WER, "--fuer", ""), "Keine Kennung in: „--fuer“"),
        (("vorlage", "einreichen", "x", *WER, "--als-person", "P 1"), "Keine Kennung in: „--als-person“ (LAUFMAPPE_PERSON)"),
        (("uebergang", "ausfuehren", *WER, "a-46", '["x"]'), "„0“"),
        (("uebergang", "ausfuehren", *WER, "a-46", TIEF), "zu tief verschachtelt"),
        (("uebergang", "ausfuehren", *WER, "a-46", '[{"was": "\\ud800"}]'), "halbe Zeichen"),
        (("uebergang", "ausfuehren", *WER, "a-46", "[1e999]"), "nicht festhalten"),
        (("uebergang", "ausfuehren", *WER, "a-46"), "Bitte die ausgefüllte Liste angeben"),
        (("vorlage", "show", "\udcff"), "kein UTF-8-Text"),
        (("vorlage", "list", "--kommune", "musta"), "Die Kommune „musta“ ist nicht bekannt. Meinten Sie „muster“?"),
        (("up", "--port", "99999"), "„--port“ muss eine ganze Zahl von 1 bis 65535 sein"),
        (("sitzung", "reihe", "--wochen", "9999999999"), "„--wochen“ muss eine ganze Zahl von 1 bis 520 sein"),
        (("vorlage", "entwerfen", *WER), "„--vorlageart“ fehlt"),
        (("vorlage", "show"), "„VORGANG“ fehlt"),
        (("auftrag", "zuweisen", "x", "--stelle", "a-46"), "LAUFMAPPE_PERSON"),
        (("auftrag", "list", "--stufe", "fertig"), "muss eines sein von: vorgemerkt"),
        (("sitzung", "absetzen", "x", "--top", "eins"), "„--top“ muss eine ganze Zahl sein"),
        (("vorlage", "list", "--gremium"), "„--gremium“ braucht einen Wert"),
        (("vorlage", "list", "--json=1"), "„--json“ ist ein Schalter"),
        (("vorlage", "list", "--stele", "x"), "Meinten Sie „--stufe“?"),
        (("vorlage", "entwerfn"), "Meinten Sie „entwerfen“?"),
        (("vorlage", "list", "Geheime Sache"), "mehr, als der Befehl erwartet"),
        (("--log-json",), "Welcher Befehl?"),
        (("--log-stufe", "laut", "doctor"), "muss eines sein von: DEBUG"),
    ],
)
def test_a_slip_is_one_german_sentence(tippe: Tippen, worte: tuple[str, ...], teil: str) -> None:
    code, aus, fehler = tippe(*worte)
    assert (code, aus) == (2, ""), fehler
    assert teil in fehler
    assert len(fehler.strip().splitlines()) == 1 and fehler.startswith("Abgelehnt: ")
    assert not any(w in fehler for w in ("Geheime Sache", "P 1", "Invalid", "Missing", "No such", "Traceback"))


def test_an_office_from_the_environment_is_not_repeated(tippe: Tippen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAUFMAPPE_STELLE", "A 46")
    code, _, fehler = tippe("vorlage", "einreichen", "x", "--als-person", "p-1", "--als-rolle", "sachbearbeitung")
    assert (code, "LAUFMAPPE_STELLE" in fehler, "A 46" in fehler) == (2, True, False)


def test_a_slip_as_json(tippe: Tippen) -> None:
    code, aus, fehler = tippe("vorlage", "list", "--json", "--nix")
    assert (code, aus, json.loads(fehler)["fehler"]) == (2, "", "NoSuchOption")


def test_a_data_folder_that_is_a_file(tippe: Tippen, tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("x", encoding="utf-8")
    for ort in ("datei", "datei/darunter"):
        code, _, fehler = tippe("doctor", "--daten", str(tmp_path / ort))
        assert (code, "ist eine Datei, kein Ordner" in fehler, "Errno" in fehler) == (2, True, False)


def test_a_series_that_leaves_the_calendar(tippe: Tippen) -> None:
    worte = ("--gremium", "rat", "--beginn", "2190-01-01T16:00", "--wochen", "520", "--anzahl", "60")
    code, _, fehler = tippe("sitzung", "reihe", *worte, *WER)
    assert (code, "Bitte Abstand und Anzahl prüfen" in fehler) == (2, True)


def test_a_mistake_of_ours_is_said_and_kept_short(tippe: Tippen, monkeypatch: pytest.MonkeyPatch) -> None:
    async def kaputt(*a: Any, **k: Any) -> list[str]:
        raise KeyError("Geheime Sache")

    monkeypatch.setattr(befund, "main", kaputt)
    code, _, fehler = tippe("doctor")
    assert (code, fehler.count("\n")) == (1, 1)
    assert fehler.startswith("Gescheitert: unerwarteter Fehler (KeyError). Das ist ein Fehler der Laufmappe")
    assert "Geheime Sache" not in fehler
    monkeypatch.setenv("LAUFMAPPE_LOG", "DEBUG")
    assert "kaputt" in tippe("doctor")[2]


def test_what_is_out_of_reach_fails(tippe: Tippen, monkeypatch: pytest.MonkeyPatch) -> None:
    code, aus, fehler = tippe("vorlage", "list")
    assert (code, aus, fehler.count("\n")) == (1, "", 1)
    assert fehler.startswith("Gescheitert: ") and "Die Laufmappe läuft nicht. Bitte zuerst „laufmappe up“ starten." in fehler

    async def voll(*a: Any, **k: Any) -> list[str]:
        raise OSError(errno.ENOSPC, "No space left on device", "register.sqlite3")

    monkeypatch.setattr(befund, "main", voll)
    code, _, fehler = tippe("doctor")
    assert (code, fehler) == (
        1,
        "Gescheitert: „register.sqlite3“ passt nicht mehr auf den Datenträger. Bitte Pfad und Rechte prüfen.\n",
    )


def test_an_interruption_has_its_own_code(tippe: Tippen, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unterbrochen(*a: Any, **k: Any) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(befund, "main", unterbrochen)
    assert tippe("doctor") == (130, "", "Abgebrochen.\n")


def test_findings_are_told_by_the_exit_code(tippe: Tippen, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fund(*a: Any, **k: Any) -> list[str]:
        return ["etwas"]

    monkeypatch.setattr(befund, "main", fund)
    assert (tippe("doctor")[0], tippe("doctor", "--json")[0]) == (1, 1)


# --- help ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("worte", [(), ("vorlage",), ("auftrag", "zuweisen"), ("dokument",), ("up",)])
def test_the_help_is_german(tippe: Tippen, worte: tuple[str, ...]) -> None:
    code, hilfe, _ = tippe(*worte, "--help")
    assert code == 0
    assert "Aufruf: laufmappe" in hilfe and "Optionen" in hilfe and "Diese Hilfe zeigen." in hilfe
    assert not [
        w
        for w in ("Usage", "Options", "Commands", "Arguments", "Show this", "<str>", "<int>", "<int range>", "<bool>")
        if w in hilfe
    ]


def test_no_words_at_all_show_the_help(tippe: Tippen) -> None:
    code, hilfe, fehler = tippe("vorlage")
    assert (code, fehler, "Befehle" in hilfe) == (2, "", True)


def test_an_actor_is_read_as_it_is() -> None:
    akteur = lauf.actor("p-1", "a-46", Rolle.SACHBEARBEITUNG, "p-2")
    assert akteur.personen == {"p-1", "p-2"}


async def test_who_chose_no_key_learns_it_when_there_is_no_answer() -> None:
    from activities.bote import NichtErreichbar

    with pytest.raises(NichtErreichbar, match="--schluessel abc"):
        async with lauf.repeatable("abc"):
            raise NichtErreichbar("Die Laufmappe antwortet nicht.")


def test_a_series_says_what_to_know_of_each_day(capsys: pytest.CaptureFixture[str]) -> None:
    beginn = dt.datetime(2030, 12, 25, 15, tzinfo=dt.UTC)
    geplant = [{"vorgang": "sitzung/muster/s1", "beginn": beginn, "hinweise": ["Der 25.12.2030 ist ein Feiertag."]}]
    ausgabe.series(geplant, False)
    ausgabe.series(geplant, True)
    aus = capsys.readouterr().out
    assert aus.startswith("Geplant: 25.12.2030 16:00, sitzung/muster/s1 Hinweis: Der 25.12.2030 ist ein Feiertag.\n[")
    assert json.loads(aus[aus.index("[") :])[0]["beginn"] == "2030-12-25T15:00:00+00:00"


def test_what_offices_write_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    ausgabe.say("[rot] :key: Ausschuss\r\n\x1b[31mx")
    assert capsys.readouterr().out == "[rot] :key: Ausschuss\n�[31mx\n"
