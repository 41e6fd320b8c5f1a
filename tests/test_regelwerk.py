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
}  # fmt: skip


@pytest.mark.parametrize("fall", FEHLER)
def test_a_mistake_is_told_with_file_key_and_cause(tmp_path: Path, fall: str) -> None:
    alt, neu, teile = FEHLER[fall]
    assert alt in GUT
    (tmp_path / "muster_2020-01-01.toml").write_text(GUT.replace(alt, neu, 1), encoding="utf-8")
    with pytest.raises(RegelwerkFehler) as fehler:
        regelwerk.load(tmp_path, arten=ARTEN)
    assert all(teil in str(fehler.value) for teil in ("muster_2020-01-01.toml", *teile)), str(fehler.value)


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
