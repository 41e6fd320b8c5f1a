"""The rules of towns: what is shipped is what is published; what is wrong is told with file, key and cause."""

import datetime as dt
import tomllib
from pathlib import Path

import pytest

import regelwerk
from conftest import TESTS
from lifecycle.kerne import ARTEN
from lifecycle.nummernkreis import number_request
from regelwerk import RegelwerkFehler
from schemas.regelwerk import Regelwerke

GUT = (TESTS / "regelwerke" / "muster_2020-01-01.toml").read_text(encoding="utf-8")
KREISSTADT = (TESTS / "regelwerke" / "kreisstadt_2020-01-01.toml").read_text(encoding="utf-8")


def test_a_version_by_day(muster: Regelwerke) -> None:
    staende = [
        r.gueltig_ab.isoformat()
        for tag in ("2019-01-01", "2021-06-30", "2021-07-01")
        if (r := muster.am("muster", dt.date.fromisoformat(tag)))
    ]
    assert staende == ["2020-01-01", "2020-01-01", "2021-07-01"]
    assert muster.am("nirgends", dt.date(2021, 1, 1)) is None


def test_the_digest_names_a_version_beyond_doubt(muster: Regelwerke) -> None:
    a, b = (r for r in muster.alle if r.kommune == "muster")
    assert a.stand.digest != b.stand.digest
    assert muster.nach_stand(a.stand) is a
    assert regelwerk.load(TESTS / "regelwerke").nach_stand(a.stand) is not None


@pytest.mark.parametrize("name", ["2021-06-16_oe-12.toml", "2021-0330.toml", "2017-04-27_oe-5.1.toml"])
def test_the_shipped_rules_hold_the_cases_facts(muster: Regelwerke, faelle: Path, name: str) -> None:
    daten = tomllib.loads((faelle / name).read_text(encoding="utf-8"))
    rw = next(r for r in muster.alle if r.name == daten["kommune"])
    tag = daten["beratung"][0]["behandlung"][0]["datum"]
    stelle = daten["vorlage"]["federfuehrend"]
    assert stelle["name"] in {s.am(tag).name for s in rw.stellen}
    assert daten["beratung"][0]["gremium"] in {g.am(tag).name for g in rw.gremien}
    assert daten["vorlage"]["vorlageart"] in {a.name for a in rw.vorlagearten}
    beschluss = daten["beratung"][0]["behandlung"][0].get("beschluss")
    assert beschluss is None or beschluss in {w.text for w in rw.wortlaute}
    if nummer := daten["vorlage"].get("nummer"):
        assert rw.nummerierung is not None
        assert rw.nummerierung.muster.format(jahr=2021, nr=330) == nummer


def test_what_is_not_published_is_absent(muster: Regelwerke) -> None:
    region = muster.am("staedteregion-aachen", dt.date(2021, 6, 16))
    assert region is not None
    assert region.laufweg.plaetze == ()
    assert all(s.postfach is None for s in region.stellen)
    assert all(g.sitzungsdienst is None for g in region.gremien)


def test_a_number_range_is_named_by_year_or_office_and_term(muster: Regelwerke) -> None:
    aachen = muster.am("stadt-aachen", dt.date(2017, 4, 27))
    assert aachen is not None
    amt = aachen.stellen[0].am(dt.date(2017, 4, 27))
    wunsch = number_request(aachen, amt, dt.datetime(2017, 4, 27, tzinfo=dt.UTC))
    assert wunsch is not None
    assert (wunsch.kreis, wunsch.muster.format(nr=150, **wunsch.werte)) == ("fb-56-wp17", "FB 56/0150/WP17")


def test_the_shipped_rules_keep_everything(muster: Regelwerke) -> None:
    """No town has published how long: so nothing is ever due there."""
    assert all(rw.aufbewahrung == () and rw.aktenzeichen is None for rw in regelwerk.load().alle)
    assert any(rw.aufbewahrung for rw in muster.alle)


FEHLER: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "kein TOML": ("[[stellen]]", "[[stellen", ("muster_2020-01-01.toml", "kein gültiges TOML", "line")),
    "unbekannter Schlüssel": ('quelle = "erfunden"\n', 'quelle = "x"\nquele = "y"\n', ("quele: gibt es nicht",)),
    "fehlender Schlüssel": ('name = "Musterstadt"\n', "", (", name: fehlt",)),
    "falscher Typ": ("gueltig_ab = 2020-01-01", 'gueltig_ab = "neulich"', ("gueltig_ab", "Datum")),
    "unbekannte Klasse": ('klasse = "noted"', 'klasse = "nett"', ("wortlaute[0].klasse", "muss eines sein von")),
    "unbekannte Überordnung": ('uebergeordnet = "dezernat-i"\n', 'uebergeordnet = "dezernat-x"\n', ("stellen[1].uebergeordnet", "gemeint ist vielleicht „dezernat-i“")),
    "unbekannter Sitzungsdienst": ('sitzungsdienst = "a-10"', 'sitzungsdienst = "a-1o"', ("gremien[0].sitzungsdienst",)),
    "unbekannter Platz": ('stelle = "kaemmerei", rolle', 'stelle = "kaemerei", rolle', ("laufweg.plaetze[2].stelle", "kaemmerei")),
    "Pflicht ohne Abschnitt": ('pflicht = ["Sachlage"]', 'pflicht = ["Sachlge"]', ("vorlagearten[0].pflicht", "Sachlage")),
    "doppelte Kennung": ('id = "kaemmerei"', 'id = "a-10"', ("stellen", "2-mal")),
    "zwei gleiche Wortlaute": ('text = "vertagt"', 'text = "abgelehnt"', ("wortlaute", "abgelehnt")),
    "Muster ohne Nummer": ('muster = "{jahr}/{nr:04}"', 'muster = "{jahr}"', ("nummerierung.muster", "braucht {nr}")),
    "Muster mit Unsinn": ('kreis = "{jahr}"', 'kreis = "{monat}"', ("nummerierung.kreis", "kein gültiges Muster")),
    "keine Mailadresse": ('postfach = "a46@muster.example.org"', 'postfach = "a46"', ("stellen[2].postfach",)),
    "unbekannter Anlass": ('bei = "einreichen"', 'bei = "einreihen"', ("benachrichtigungen[0].bei", "einreichen")),
    "unbekannter Empfänger": ('an = ["laufweg_offen"]', 'an = ["laufweg"]', ("benachrichtigungen[0].an", "laufweg_offen")),
    "unbekannter Webhook-Anlass": ('bei = ["freigeben"]', 'bei = ["freigebn"]', ("webhooks[0].bei",)),
    "Muster mit Attribut": ('muster = "{jahr}/{nr:04}"', 'muster = "{jahr}/{nr.x}"', ("nummerierung.muster", "das Feld „nr.x“ gibt es hier nicht, erlaubt sind {jahr}")),
    "Muster mit Index": ('muster = "{jahr}/{nr:04}"', 'muster = "{jahr}/{nr[0]}"', ("nummerierung.muster", "„nr[0]“ gibt es hier nicht")),
    "Muster ohne Namen": ('muster = "{jahr}/{nr:04}"', 'muster = "{}/{nr:04}"', ("nummerierung.muster", "„“ gibt es hier nicht")),
    "Muster mit riesiger Breite": ('muster = "{jahr}/{nr:04}"', 'muster = "{jahr}/{nr:99999999999999}"', ("nummerierung.muster", "„99999999999999“ geht bei „nr“ nicht")),
    "Muster mit geschachtelter Breite": ('muster = "{jahr}/{nr:04}"', 'muster = "{jahr}/{nr:{jahr}}"', ("nummerierung.muster", "geht bei „nr“ nicht")),
    "Muster mit Umwandlung": ('muster = "{jahr}/{nr:04}"', 'muster = "{jahr}/{nr!r}"', ("nummerierung.muster", "„!r“ geht bei „nr“ nicht")),
    "Muster mit Form an einem Text": ('muster = "{jahr}/{nr:04}"', 'muster = "{amt:>9}/{jahr}/{nr}"', ("nummerierung.muster", "geht bei „amt“ nicht, erlaubt ist etwa {amt}.")),
    "Muster mit offener Klammer": ('muster = "{jahr}/{nr:04}"', 'muster = "{jahr}/{nr"', ("nummerierung.muster", "Klammer")),
    "Muster, das immer dasselbe ergibt": ('muster = "{jahr}/{nr:04}"', 'muster = "{jahr}/{{nr}}"', ("nummerierung.muster", "braucht {nr}")),
    "Muster, das sich jedes Jahr wiederholt": ('muster = "{jahr}/{nr:04}"', 'muster = "{nr:04}"', ("nummerierung.muster", "braucht auch {jahr}")),
    "Zusatz mit fremdem Feld": ('neufassung = "-N{n}"', 'neufassung = "-{jahr}-N{n}"', ("nummerierung.neufassung", "das Feld „jahr“ gibt es hier nicht, erlaubt sind {n}")),
    "Zusatz, der immer derselbe ist": ('ergaenzung = "-E{n}"', 'ergaenzung = "-E"', ("nummerierung.ergaenzung", "braucht {n}")),
    "Nummernkreis mit Nummer": ('kreis = "{jahr}"', 'kreis = "{jahr}-{nr}"', ("nummerierung.kreis", "„nr“ gibt es hier nicht")),
    "leerer Name": ('name = "Musterstadt"', 'name = ""', (", name: darf nicht leer sein",)),
    "Name aus Leerzeichen": ('name = "Hauptamt"', 'name = "  "', ("stellen[0].namen[0].name: darf nicht leer sein",)),
    "leere Quelle": ('quelle = "erfunden"', 'quelle = ""', (", quelle: darf nicht leer sein",)),
    "Kennung mit Umlaut": ('id = "kaemmerei"', 'id = "Kämmerei"', ("stellen[1].id: darf nur aus Kleinbuchstaben",)),
    "Postfach mit Leerzeichen": ('postfach = "a46@muster.example.org"', 'postfach = "a46@muster.example.org "', ("stellen[2].postfach", "ist keine Mailadresse; erwartet wird")),
    "Postfach mit zwei Adressen": ('postfach = "a46@muster.example.org"', 'postfach = "a46@muster.example.org, a50@x.de"', ("stellen[2].postfach", "keine Mailadresse")),
    "Webhook ohne http": ('url = "http://127.0.0.1:9/"', 'url = "ftp://127.0.0.1/"', ("webhooks[0].url", "beginnt mit https://")),
    "Webhook ohne Rechner": ('url = "http://127.0.0.1:9/"', 'url = "https:///haken"', ("webhooks[0].url", "keine Webadresse")),
    "Webhook mit unmöglichem Anschluss": ('url = "http://127.0.0.1:9/"', 'url = "http://127.0.0.1:99999/"', ("webhooks[0].url", "keine Webadresse")),
    "Mitglieder unterzeichnen": ('unterzeichnende = ["vorsitz", "schriftfuehrung"]', 'unterzeichnende = ["mitglied"]', ("niederschrift.unterzeichnende[0]: „mitglied“ hat nicht das Recht zu „niederschrift_unterzeichnen“; das haben: schriftfuehrung, verwaltungsleitung, vorsitz.",)),
    "dieselbe Rolle unterzeichnet zweimal": ('unterzeichnende = ["vorsitz", "schriftfuehrung"]', 'unterzeichnende = ["vorsitz", "vorsitz"]', ("niederschrift.unterzeichnende", "2-mal")),
    "die Laufmappe zeichnet mit": ('stelle = "kaemmerei", rolle = "amtsleitung"', 'stelle = "kaemmerei", rolle = "system"', ("laufweg.plaetze[2].rolle: „system“ hat nicht das Recht zu „mitzeichnen“",)),
    "ein Mitglied zeichnet mit": ('stelle = "kaemmerei", rolle = "amtsleitung"', 'stelle = "kaemmerei", rolle = "mitglied"', ("laufweg.plaetze[2].rolle", "das haben: amtsleitung, dezernatsleitung, sachbearbeitung, verwaltungsleitung.")),
    "eine Stelle als Laufmappe": ('rollen = ["verwaltungsleitung"]', 'rollen = ["verwaltungsleitung", "system"]', ("stellen[7].rollen", "kein Mensch")),
    "Zahl statt Text": ('name = "Hauptamt"', "name = 5", ("stellen[0].namen[0].name: muss ein Text sein.",)),
    "Text statt Liste": ('abschnitte = ["Sachlage"]', 'abschnitte = "Sachlage"', ("vorlagearten[0].abschnitte: muss eine Liste sein.",)),
    "Text statt Abschnitt": ('namen = [{ ab = 2020-01-01, name = "Dezernat I" }]', 'namen = ["Dezernat I"]', ("stellen[5].namen[0]: muss ein Abschnitt mit eigenen Schlüsseln sein.",)),
    "Bruch statt Zahl": ("wahlperiode = 18", "wahlperiode = 17.5", ("wahlperiode: muss eine ganze Zahl sein.",)),
    "unendlich": ("wahlperiode = 18", "wahlperiode = inf", ("wahlperiode: muss eine ganze Zahl sein.",)),
    "keine Wahlperiode": ("wahlperiode = 18", "wahlperiode = 0", ("wahlperiode: muss größer als 0 sein.",)),
    "Wort statt ja oder nein": ("entscheidet = true", 'entscheidet = "manchmal"', ("rollen[2].entscheidet: muss true oder false sein.",)),
    "Zeitpunkt statt Datum": ("gueltig_ab = 2020-01-01", "gueltig_ab = 2020-01-01T10:00:00", ("gueltig_ab: muss ein Datum ohne Uhrzeit sein",)),
    "Aktenzeichen mit fremdem Feld": ("wahlperiode = 18", 'wahlperiode = 18\naktenzeichen = "{amt}/{jahr}"', ("aktenzeichen", "„amt“ gibt es hier nicht, erlaubt sind {stelle}, {jahr}, {kennung}")),
    "Aktenzeichen mit Form": ("wahlperiode = 18", 'wahlperiode = 18\naktenzeichen = "{stelle:>9}"', ("aktenzeichen", "geht bei „stelle“ nicht")),
    "Frist für keine Vorlageart": ("wahlperiode = 18", 'wahlperiode = 18\naufbewahrung = [{ art = "mitteilungsvorlge", jahre = 10, quelle = "x" }]', ("aufbewahrung[0].art", "mitteilungsvorlage")),
    "Frist für eine Art zweimal": ("wahlperiode = 18", 'wahlperiode = 18\naufbewahrung = [{ art = "sitzung", jahre = 10, quelle = "x" }, { art = "sitzung", jahre = 5, quelle = "x" }]', ("aufbewahrung", "2-mal")),
    "Frist ohne Jahre": ("wahlperiode = 18", 'wahlperiode = 18\naufbewahrung = [{ art = "sitzung", quelle = "x" }]', ("aufbewahrung[0].jahre: angegeben wird entweder „jahre“ oder „dauernd = true“.",)),
    "Frist mit beidem": ("wahlperiode = 18", 'wahlperiode = 18\naufbewahrung = [{ art = "sitzung", jahre = 1, dauernd = true, quelle = "x" }]', ("aufbewahrung[0].jahre: angegeben wird entweder",)),
    "Frist von keinem Jahr": ("wahlperiode = 18", 'wahlperiode = 18\naufbewahrung = [{ art = "sitzung", jahre = 0, quelle = "x" }]', ("aufbewahrung[0].jahre: muss mindestens 1 sein.",)),
    "leere Liste": ('an = ["laufweg_offen"]', "an = []", ("benachrichtigungen[0].an: darf nicht leer sein.",)),
}  # fmt: skip


@pytest.mark.parametrize("fall", FEHLER)
def test_a_mistake_is_told_with_file_key_and_cause(tmp_path: Path, fall: str) -> None:
    told(tmp_path, "muster", GUT, *FEHLER[fall])


def told(tmp_path: Path, kommune: str, gut: str, alt: str, neu: str, teile: tuple[str, ...]) -> None:
    """The file with that change is refused, and these parts of a sentence stand in the answer."""
    assert alt in gut
    (tmp_path / f"{kommune}_2020-01-01.toml").write_text(gut.replace(alt, neu, 1), encoding="utf-8")
    with pytest.raises(RegelwerkFehler) as fehler:
        regelwerk.load(tmp_path, arten=ARTEN)
    antwort = str(fehler.value)
    assert all(teil in antwort for teil in (f"{kommune}_2020-01-01.toml", *teile)), antwort
    assert "ist ungültig" not in antwort


FRIST = (
    'erinnern_vorher = 1, quelle = "Dienstanweisung (erfunden)", eskalation = { vereinbarung = "Dienstvereinbarung (erfunden)" }'
)
OHNE = 'erinnern_vorher = 1, quelle = "Dienstanweisung (erfunden)"'
FRISTFEHLER: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "zu viele Tage": ("tage = 5,", "tage = 100000000,", ("laufweg.frist.tage: darf höchstens 365 sein.",)),
    "keine Tage": ("tage = 5,", "tage = 0,", ("laufweg.frist.tage: muss mindestens 1 sein.",)),
    "zu viele Tage vor der Sitzung": ("tage = 6,", "tage = 100000000,", ("ladung[0].frist.tage: darf höchstens 60 sein.",)),
    "zu viele Tage am Dienstag": ("dienstag = 10", "dienstag = 1000", ("ladung[1].frist.nach_wochentag.dienstag: darf höchstens 60 sein.",)),
    "zu frühe Erinnerung": ("mahnen_alle = 30", "mahnen_alle = 1000000", ("auftraege.mahnen_alle: darf höchstens 365 sein.",)),
    "keine Uhrzeit": ("uhrzeit = 10:00:00", 'uhrzeit = "früh"', ("vorlagenschluss[0].frist.uhrzeit: muss eine Uhrzeit sein (10:00:00).",)),
    "unbekanntes Land": ('land = "NW"', 'land = "ZZ"', ("land: „ZZ“ ist kein Land mit bekannten Feiertagen",)),
    "kein Land": ('land = "NW"', 'land = "Nordrhein-Westfalen"', ("land: muss das Kürzel eines Landes sein, etwa „NW“.",)),
    "ein Mitglied setzt fest": ('rolle = "vorsitz"\n', 'rolle = "mitglied"\n', ("festsetzung.rolle: „mitglied“ hat nicht das Recht zu „tagesordnung_festsetzen“",)),
    "die Laufmappe stimmt zu": ('zustimmung = "verwaltungsleitung"', 'zustimmung = "system"', ("festsetzung.zustimmung: „system“ hat nicht das Recht",)),
    "Vorgesetzte ohne Vereinbarung": (FRIST, OHNE, ("].an: „vorgesetzt“ darf von Fristen anderer nur erfahren, wenn „laufweg.frist.eskalation“",)),
    "Vereinbarung ohne Namen": ('vereinbarung = "Dienstvereinbarung (erfunden)"', 'vereinbarung = " "', ("laufweg.frist.eskalation.vereinbarung: darf nicht leer sein",)),
}  # fmt: skip


@pytest.mark.parametrize("fall", FRISTFEHLER)
def test_a_mistake_about_deadlines_is_told_too(tmp_path: Path, fall: str) -> None:
    told(tmp_path, "kreisstadt", KREISSTADT, *FRISTFEHLER[fall])


@pytest.mark.parametrize("bei", ["frist_erinnert", "frist_abgelaufen", "frist_gemahnt"])
@pytest.mark.parametrize("an", ["vorgesetzt", "verwaltungsleitung", "dezernat-ii"])
def test_no_superior_hears_of_a_missed_deadline_without_an_agreement(tmp_path: Path, bei: str, an: str) -> None:
    anhang = f'\n[[benachrichtigungen]]\nbei = "{bei}"\nan = ["betroffen", "{an}"]\n'
    (tmp_path / "kreisstadt_2020-01-01.toml").write_text(KREISSTADT + anhang, encoding="utf-8")
    assert regelwerk.load(tmp_path, arten=ARTEN).alle, "mit Vereinbarung"
    told(tmp_path, "kreisstadt", KREISSTADT.replace(', "vorgesetzt"', "") + anhang, FRIST, OHNE, (f"„{an}“ darf von Fristen",))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = (
        GUT.replace('bei = "einreichen"', 'bei = "x"')
        .replace('klasse = "noted"', 'klasse = "noted"')
        .replace('id = "kaemmerei"', 'id = "a-10"')
    )
    (tmp_path / "muster_2020-01-01.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RegelwerkFehler) as fehler:
        regelwerk.load(tmp_path, arten=ARTEN)
    assert len(fehler.value.funde) > 1


def test_the_file_name_says_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "irgendwie.toml").write_text(GUT, encoding="utf-8")
    with pytest.raises(RegelwerkFehler, match=r"muster_2020-01-01\.toml"):
        regelwerk.load(tmp_path)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(RegelwerkFehler, match="liegt keine Datei"):
        regelwerk.load(tmp_path)
