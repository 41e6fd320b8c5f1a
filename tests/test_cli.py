"""The command line as people use it: against a running ``laufmappe up``."""

import json
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import address_of_running
from haus import ADMIN, ADMIN2, DIENST, LEITUNG, SB, SB2, Haus, free_port
from kommandozeile.eingabe import options
from lifecycle.hilfe import HILFE
from lifecycle.kerne import KERNE
from lifecycle.rechte import for_people
from temporal import REGELWERKE

pytestmark = pytest.mark.xdist_group("cli")


@pytest.fixture(scope="module")
def haus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Haus]:
    haus = Haus(tmp_path_factory.mktemp("daten"))
    haus.up()
    yield haus
    assert haus.down() == 0


def entwurf(haus: Haus, *mehr: str) -> str:
    worte = ("vorlage", "entwerfen", "--vorlageart", "mitteilungsvorlage", "--betreff", "Sachstand", "--federfuehrend", "a-46",
             "--beratungsfolge", "sozialausschuss:Kenntnisnahme", "--abschnitte", "Sachlage=Die Lage.")  # fmt: skip
    return str(haus.ok(*worte, *mehr, wer=SB)["vorgang"])


def test_a_paper_by_hand(haus: Haus) -> None:
    v = entwurf(haus)
    haus.ok("vorlage", "einreichen", v.rsplit("/", 1)[-1][:8], wer=SB)
    antwort = haus.ok("vorlage", "mitzeichnen", v, wer=SB2)
    assert antwort["sichtbar"]
    zeigen = haus.ok("vorlage", "show", v)
    nummer = zeigen["zustand"]["nummer"]
    lauf = haus.run("vorlage", "show", nummer)
    assert "im Laufweg" in lauf.stdout
    assert "Beratungsfolge" in lauf.stdout
    verlauf = haus.run("vorlage", "history", nummer)
    assert "Sachbearbeitung A 46: legt die Vorlage an: Sachstand." in verlauf.stdout
    assert nummer in haus.run("vorlage", "list").stdout


@pytest.mark.schwer
def test_a_question_by_hand(haus: Haus) -> None:
    worte = (
        "--vorlageart",
        "anfrage",
        "--betreff",
        "Wie viele Bäume?",
        "--absender",
        "fraktion::Fraktion A",
        "--absender",
        "einwohner:e-7",
    )
    a = haus.ok(
        "vorlage", "entgegennehmen", *worte, "--eingegangen", "2025-03-01T11:30", "--eingangsweg", "briefkasten", wer=DIENST
    )
    haus.ok("vorlage", "formal-annehmen", a["vorgang"], wer=DIENST)
    nummer = haus.ok("vorlage", "show", a["vorgang"])["zustand"]["nummer"]
    haus.ok("vorlage", "verknuepfen", entwurf(haus), "--als", "beantwortet", "--mit", nummer, wer=SB)
    gezeigt = haus.run("vorlage", "show", nummer).stdout
    for wort in (
        "Fraktion A, Einwohnerin oder Einwohner (e-7)",
        "01.03.2025, 11:30 Uhr, Briefkasten",
        "Beantwortet durch",
        "Beantwortet: nein",
    ):
        assert wort in gezeigt, gezeigt
    lauf = haus.run("vorlage", "antrag-aendern", nummer, "--betreff", "Anders", "--grund", "so", wer=SB)
    assert (lauf.returncode, "Sitzungsdienst" in lauf.stderr) == (2, True)


def test_a_refusal_is_two_and_says_why(haus: Haus) -> None:
    v = entwurf(haus)
    lauf = haus.run("vorlage", "freigeben", v, wer=LEITUNG)
    assert (lauf.returncode, lauf.stdout) == (2, "")
    assert lauf.stderr.startswith("Abgelehnt: „freigeben“ geht nur in:")
    roh = json.loads(haus.run("vorlage", "freigeben", v, "--json", wer=LEITUNG).stderr)
    assert roh["fehler"] == "FalscheStufe"


@pytest.mark.parametrize(
    ("worte", "teil"),
    [
        (("vorlage", "show", "2099/9999"), "nicht gefunden"),
        (("vorlage", "einreichen", "2099/9999"), "nicht gefunden"),
        (("vorlage", "entwerfen", "--vorlageart", "mitteilungsvorlage", "--betreff", "x", "--federfuehrend", "a-47"), "darf hier nicht|Meinten Sie"),
        (("sitzung", "planen", "--gremium", "sozialausschuss", "--beginn", "morgen"), "kein Zeitpunkt"),
        (("vorlage", "entwerfen", "--vorlageart", "mitteilungsvorlage", "--betreff", "x", "--federfuehrend", "a-46", "--abschnitte", "Sachlage=@fehlt.md"), "„fehlt.md“ gibt es nicht"),
        (("vorlage", "entwerfen", "--vorlageart", "mitteilungsvorlage", "--betreff", "x", "--federfuehrend", "a-46", "--anlagen", "LICENSE,sha256=00"), "Prüfsumme"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(haus: Haus, worte: tuple[str, ...], teil: str) -> None:
    import re

    lauf = haus.run(*worte, wer=None if "show" in worte else SB)
    assert lauf.returncode == 2, lauf.stderr
    assert re.search(teil, lauf.stderr), lauf.stderr
    assert len(lauf.stderr.strip().splitlines()) == 1
    assert "Traceback" not in lauf.stderr


def test_five_megabytes_are_refused_and_nothing_is_stored(haus: Haus, tmp_path: Path) -> None:
    gross = tmp_path / "gross.md"
    gross.write_text("x" * 5_000_000, encoding="utf-8")
    vorher = sorted(p for p in (haus.daten / "dokumente").rglob("*") if p.is_file())
    worte = ("vorlage", "entwerfen", "--vorlageart", "mitteilungsvorlage", "--betreff", "x", "--federfuehrend", "a-46")
    lauf = haus.run(*worte, "--abschnitte", f"Sachlage=@{gross}", wer=SB)
    assert (lauf.returncode, "5.0 MB" in lauf.stderr) == (2, True)
    assert sorted(p for p in (haus.daten / "dokumente").rglob("*") if p.is_file()) == vorher


def test_nobody_acts_as_the_machine(haus: Haus) -> None:
    lauf = haus.run("auftrag", "vormerken", "--angaben", "{}", wer=("p", "laufmappe", "system"))
    assert (lauf.returncode, "nur die Laufmappe selbst" in lauf.stderr) == (2, True)


def test_the_same_key_happens_once(haus: Haus) -> None:
    assert entwurf(haus, "--schluessel", "s-1") == entwurf(haus, "--schluessel", "s-1")


def test_a_second_one_on_the_same_data_is_told(haus: Haus) -> None:
    lauf = haus.run("up", "--port", str(free_port()), "--ui-port", str(free_port()), "--web-port", str(free_port()))
    assert lauf.returncode == 1
    assert "läuft schon eine Laufmappe" in lauf.stderr


def test_the_doctor_finds_nothing_wrong(haus: Haus) -> None:
    assert haus.ok("doctor")["befunde"] == []
    assert haus.ok("register", "neu-aufbauen")["befunde"] == []


@pytest.mark.schwer
def test_a_change_shows_its_difference(haus: Haus) -> None:
    v = entwurf(haus)
    haus.ok("vorlage", "einreichen", v, wer=SB)
    haus.ok("vorlage", "redaktionell-aendern", v, "--abschnitte", "Sachlage=Die Lage!", "--grund", "Satzzeichen", wer=SB)
    gezeigt = haus.run("vorlage", "text", v).stdout
    assert "redaktionell geändert: Abschnitt Sachlage (Satzzeichen)\n  - Die Lage.\n  + Die Lage!\n" in gezeigt
    assert haus.ok("vorlage", "text", v)["abschnitte"] == {"Sachlage": "Die Lage!"}


@pytest.mark.schwer
def test_lists_can_be_narrowed(haus: Haus) -> None:
    v = entwurf(haus)
    assert v in {z["workflow"] for z in haus.ok("vorlage", "list", "--stufe", "entwurf", "--federfuehrend", "a-46")}
    assert haus.ok("vorlage", "list", "--stufe", "ersetzt") == []
    nein = haus.run("vorlage", "list", "--gremium", "sozialauschuss")
    assert nein.returncode == 2
    assert "Meinten Sie „sozialausschuss“? Es gibt: hauptausschuss, rat, schulausschuss, sozialausschuss." in nein.stderr


@pytest.mark.schwer
def test_an_unknown_wording_is_shown_until_it_is_mapped(haus: Haus) -> None:
    planen = ("sitzung", "planen", "--gremium", "sozialausschuss", "--beginn", "2021-09-01T16:00", "--geschehen", "2021-08-01")
    s = haus.ok(*planen, wer=DIENST)["vorgang"]
    haus.ok("sitzung", "top-ergaenzen", s, "--titel", "Bericht", wer=DIENST)
    haus.ok("sitzung", "eroeffnen", s, "--geschehen", "2021-09-01T16:00", wer=DIENST)
    haus.ok("sitzung", "ergebnis", s, "--top", "1", "--wortlaut", "freundlich aufgenommen", wer=DIENST)
    assert "freundlich aufgenommen [noch nicht eingeordnet]" in haus.run("sitzung", "show", s).stdout
    haus.ok("sitzung", "einordnen", s, "--top", "1", "--klasse", "noted", wer=DIENST)
    gezeigt = haus.run("sitzung", "show", s).stdout
    assert "freundlich aufgenommen" in gezeigt and "eingeordnet" not in gezeigt


@pytest.mark.schwer
def test_a_past_in_one_command(haus: Haus, tmp_path: Path) -> None:
    sb = {"person": "p-1", "stelle": "a-46", "rolle": "sachbearbeitung"}
    schritte = [
        {"art": "entwerfen", "akteur": sb, "geschehen": "2021-05-03T09:00:00+02:00", "vorlageart": "mitteilungsvorlage",
         "betreff": "Von früher", "federfuehrend": "a-46", "nummer": "2021/9001", "beratungsfolge": []},
        {"art": "einreichen", "akteur": sb, "geschehen": "2021-05-04T09:00:00+02:00"},
    ]  # fmt: skip
    datei = tmp_path / "schritte.json"
    datei.write_text(json.dumps(schritte), encoding="utf-8")
    v = haus.ok("vorlage", "nacherfassen", "--schritte", f"@{datei}", wer=DIENST)["vorgang"]
    assert haus.ok("vorlage", "show", "2021/9001")["vorgang"] == v
    weiter = [{"art": "zurueckziehen", "akteur": sb, "geschehen": "2021-05-05T09:00:00+02:00", "grund": "überholt"}]
    worte = ("vorlage", "nacherfassen", "--vorgang", "2021/9001", "--schritte", json.dumps(weiter))
    assert haus.ok(*worte, wer=DIENST)["seq"] > 2
    nochmal = haus.run("vorlage", "nacherfassen", "--schritte", f"@{datei}", wer=DIENST)
    assert (nochmal.returncode, "schon vergeben" in nochmal.stderr) == (2, True)


@pytest.mark.schwer
def test_an_office_ends_and_nothing_lapses(haus: Haus, tmp_path: Path) -> None:
    v = haus.ok(
        "vorlage", "entwerfen", "--vorlageart", "mitteilungsvorlage", "--betreff", "B", "--federfuehrend", "a-50",
        wer=("p-50", "a-50", "sachbearbeitung"),
    )["vorgang"]  # fmt: skip
    posten = haus.ok("uebergang", "liste", "a-50")
    assert [(p["vorgang"], p["was"]) for p in posten] == [(v, "federfuehrung")]
    datei = tmp_path / "liste.json"
    datei.write_text(json.dumps(posten), encoding="utf-8")
    leer = haus.run("uebergang", "ausfuehren", "a-50", f"@{datei}", wer=DIENST)
    assert (leer.returncode, "entscheidung" in leer.stderr) == (2, True)
    posten[0] |= {"entscheidung": "uebernehmen", "nach": "a-46", "grund": "Ämter zusammengelegt"}
    datei.write_text(json.dumps(posten), encoding="utf-8")
    ergebnis = haus.ok("uebergang", "ausfuehren", "a-50", f"@{datei}", wer=LEITUNG)
    assert ergebnis == {"befunde": [], "erbeten": [], "offen": []}
    assert haus.ok("vorlage", "show", v)["zustand"]["federfuehrend"]["id"] == "a-46"
    eingriffe = haus.ok("pruefung", "eingriffe", wer=("p-rpa", "a-10", "rechnungspruefung"))["zeilen"]
    assert [z["eingriff"][:8] for z in eingriffe if z["vorgang"] == v.rsplit("/", 1)[-1]] == ["Übergang"]
    datei.write_text("[]", encoding="utf-8")
    fehlt = haus.run("uebergang", "ausfuehren", "a-46", f"@{datei}", wer=LEITUNG)
    assert (fehlt.returncode, "fehlt noch Offenes" in fehlt.stderr) == (2, True)
    unbekannt = haus.run("uebergang", "liste", "a-99")
    assert (unbekannt.returncode, "„a-99“ ist nicht bekannt" in unbekannt.stderr) == (2, True)


@pytest.mark.schwer
def test_a_term_ends_and_a_request_is_not_an_end(tmp_path: Path) -> None:
    haus = Haus(tmp_path / "daten")
    haus.up()
    v = entwurf(haus, "--oeffentlich")
    s = haus.ok("sitzung", "planen", "--gremium", "sozialausschuss", "--beginn", "2031-01-15T16:00", wer=DIENST)["vorgang"]
    s_id, v_id = s.rsplit("/", 1)[-1], v.rsplit("/", 1)[-1]
    haus.ok("vorlage", "anmelden", v, "--sitzung", s_id, "--beratung", "1", wer=SB)
    haus.ok("sitzung", "aufnehmen", s, "--vorlage", v_id, "--oeffentlich", wer=DIENST)
    haus.ok("sitzung", "einladen", s, "--abweichung", "eilt", wer=DIENST)
    datei = tmp_path / "liste.json"

    def decide(wessen: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        posten = [p | {"entscheidung": "beenden", "grund": "Ende"} for p in haus.ok("uebergang", "liste", *wessen)]
        datei.write_text(json.dumps(posten), encoding="utf-8")
        return haus.run("uebergang", "ausfuehren", *wessen, f"@{datei}", "--json", wer=LEITUNG)

    amt = decide(("a-46",))
    ergebnis = json.loads(amt.stdout)
    assert (amt.returncode, ergebnis["befunde"]) == (0, [])
    assert "um die Rücknahme ist gebeten" in ergebnis["erbeten"][0]
    assert [p["was"] for p in ergebnis["offen"]] == ["federfuehrung"]
    nochmal = decide(("a-46",))
    assert (nochmal.returncode, "schon gebeten" in json.loads(nochmal.stdout)["befunde"][0]) == (2, True)
    gremien = decide(("--wahlperiode",))
    assert (gremien.returncode, json.loads(gremien.stdout)) == (0, {"befunde": [], "erbeten": [], "offen": []})
    assert haus.ok("sitzung", "show", s)["zustand"]["stufe"] == "abgesagt"
    assert haus.ok("vorlage", "show", v)["zustand"]["beratungen"][0]["status"] == "entfallen"
    assert haus.down() == 0


@pytest.mark.schwer
def test_documents_are_written(haus: Haus, tmp_path: Path) -> None:
    v = entwurf(haus)
    ziel = tmp_path / "vorlage.pdf"
    assert haus.ok("dokument", "vorlage", v, "-o", str(ziel))["groesse"] == ziel.stat().st_size
    assert ziel.read_bytes().startswith(b"%PDF")
    nein = haus.run("dokument", "vorlage", v, "--teil", "oeffentlich", "-o", str(tmp_path / "x.pdf"))
    assert (nein.returncode, "nicht freigegeben" in nein.stderr) == (2, True)
    s = haus.ok("sitzung", "planen", "--gremium", "sozialausschuss", "--beginn", "2031-09-01T16:00", wer=DIENST)["vorgang"]
    ohne = haus.run("dokument", "kalender", s, "-o", str(tmp_path / "x.ics"))
    assert (ohne.returncode, "„an“" in ohne.stderr) == (2, True)
    frueh = haus.run("dokument", "kalender", s, "--an", "m@muster.example.org", "-o", str(tmp_path / "x.ics"))
    assert (frueh.returncode, "noch nicht eingeladen" in frueh.stderr) == (2, True)
    haus.ok("dokument", "auftragsliste", s, "-o", str(tmp_path / "liste.pdf"))


@pytest.mark.schwer
def test_meetings_in_a_series(haus: Haus) -> None:
    reihe = ("sitzung", "reihe", "--gremium", "schulausschuss", "--beginn", "2031-01-15T16:00", "--wochen", "4", "--anzahl", "3")
    geplant = haus.ok(*reihe, "--schluessel", "reihe-1", wer=DIENST)
    assert [(p["beginn"][:10], p["hinweise"]) for p in geplant] == [("2031-01-15", []), ("2031-02-12", []), ("2031-03-12", [])]
    assert haus.ok(*reihe, "--schluessel", "reihe-1", wer=DIENST) == geplant
    beginne = sorted(z["beginn"] for z in haus.ok("sitzung", "list", "--gremium", "schulausschuss"))
    assert [b[:10] for b in beginne] == ["2031-01-15", "2031-02-12", "2031-03-12"]


def test_ready_is_said_by_the_exit_code(haus: Haus, tmp_path: Path) -> None:
    assert haus.run("doctor", "--bereit").returncode == 0
    lauf = Haus(tmp_path).run("doctor", "--bereit")
    assert (lauf.returncode, "nicht erreichbar" in lauf.stderr) == (1, True)


@pytest.mark.schwer
def test_a_secret_that_is_missing_is_told(tmp_path: Path) -> None:
    haus = Haus(tmp_path)
    haus.umgebung["LAUFMAPPE_REGISTER_DATEI"] = str(tmp_path / "fehlt")
    for befehl in (("doctor",), ("demo",), ("worker",), ("vorlage", "list")):
        lauf = haus.run(*befehl)
        assert (lauf.returncode, "LAUFMAPPE_REGISTER_DATEI" in lauf.stderr, "Traceback" in lauf.stderr) == (2, True, False)


@pytest.mark.schwer
def test_rules_that_two_persons_confirmed(tmp_path: Path) -> None:
    haus, regeln = Haus(tmp_path / "daten"), tmp_path / "regeln"
    regeln.mkdir()
    haus.umgebung["LAUFMAPPE_REGELWERK"] = str(regeln)
    shutil.copy(REGELWERKE / "muster_2020-01-01.toml", regeln)
    haus.up()  # what lies there at first is in force
    assert haus.down() == 0
    shutil.copy(REGELWERKE / "muster_2021-07-01.toml", regeln)
    haus.up()  # what comes later needs two persons
    stand = {z["fassung"]: (z["bestaetigt"], z["gilt"]) for z in haus.ok("regelwerk", "list")}
    assert stand == {"2020-01-01": (True, True), "2021-07-01": (False, False)}
    befund = haus.run("doctor", "--json")
    assert (befund.returncode, "ist nicht bestätigt" in json.loads(befund.stdout)["befunde"][0]) == (1, True)
    assert haus.run("vorlage", "list").stderr == ""
    haus.ok("regelwerk", "vorschlagen", "2021-07-01", "--grund", "neue Geschäftsordnung", wer=ADMIN)
    selbst = haus.run("regelwerk", "bestaetigen", "2021-07-01", wer=ADMIN)
    assert (selbst.returncode, "zweite Person" in selbst.stderr) == (2, True)
    haus.ok("regelwerk", "bestaetigen", "2021-07-01", wer=ADMIN2)
    assert haus.down() == 0
    haus.up()
    v = entwurf(haus)
    assert haus.ok("vorlage", "show", v)["zustand"]["regelwerk"]["gueltig_ab"] == "2021-07-01"
    assert haus.down() == 0


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket() as belegt:
        belegt.bind(("127.0.0.1", 0))
        belegt.listen()
        port = belegt.getsockname()[1]
        lauf = Haus(tmp_path).run("up", "--port", str(port))
    assert lauf.returncode == 1
    assert f"Der Anschluss {port} ist belegt" in lauf.stderr


def test_broken_toml_is_told(tmp_path: Path) -> None:
    (tmp_path / "regeln").mkdir()
    (tmp_path / "regeln" / "kaputt.toml").write_text("[[x", encoding="utf-8")
    haus = Haus(tmp_path)
    haus.umgebung["LAUFMAPPE_REGELWERK"] = str(tmp_path / "regeln")
    lauf = haus.run("doctor")
    assert lauf.returncode == 2
    assert "kaputt.toml: kein gültiges TOML" in lauf.stderr


def test_nothing_running_is_told(tmp_path: Path) -> None:
    lauf = Haus(tmp_path).run("vorlage", "einreichen", "vorlage/muster/x", wer=SB)
    assert lauf.returncode == 1
    assert "läuft nicht" in lauf.stderr


@pytest.mark.schwer
def test_state_survives_a_kill_and_no_server_is_left_behind(tmp_path: Path) -> None:
    haus = Haus(tmp_path)
    haus.up()
    v = entwurf(haus)
    assert haus.down(signal.SIGKILL) == -signal.SIGKILL
    haus.up()  # takes over the lock and the database file: the old server is gone
    haus.ok("vorlage", "einreichen", v, wer=SB)
    assert haus.ok("vorlage", "show", v)["zustand"]["stufe"] == "im_laufweg"
    assert haus.down(signal.SIGINT) == 0
    assert address_of_running(tmp_path) is None


def test_every_command_of_every_role_is_there_and_explained() -> None:
    typen = (KERNE["vorlage"], KERNE["sitzung"], KERNE["auftrag"], KERNE["aussonderung"])
    fuer_leute = [k for kern in typen for k in kern.befehle.values() if for_people(k.art)]
    felder = {o.feld: klasse.art for klasse in fuer_leute for o in options(klasse)}
    assert set(felder) - set(HILFE) == set()
    assert set(HILFE) - set(felder) == set()
    from typer.main import get_command

    from cli import app

    gruppen = get_command(app).commands  # type: ignore[attr-defined]  # a group has them
    eigene = {"vorlage": {"text"}, "sitzung": {"reihe"}, "aussonderung": {"faellig", "verzeichnis", "abgeben", "pruefen"}}
    for kern in typen:
        erwartet = {a.replace("_", "-") for a in kern.befehle if for_people(a)}
        ansichten = {"show", "list", "history"} | eigene.get(kern.typ, set())
        assert set(gruppen[kern.typ].commands) == erwartet | ansichten
