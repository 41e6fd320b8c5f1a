"""The published cases, taken through the pure rules: what comes out is what the pages show, letter for letter."""

from pathlib import Path

import pytest

from lifecycle import grunddaten
from nachgespielt import Nachgespielt, fall
from schemas.regelwerk import Regelwerke


@pytest.mark.parametrize("name", ["2021-06-16_oe-12.toml", "2017-04-27_oe-5.1.toml"])
def test_the_items_page_comes_out_field_by_field(muster: Regelwerke, faelle: Path, name: str) -> None:
    daten = fall(faelle, name)
    n = Nachgespielt(muster, daten)
    n.sitzung(n.vorlage())
    n.ergebnis()
    z = n.welt.state(n.v)
    assert grunddaten.of_item(z) == daten["grunddaten"]
    assert list(grunddaten.of_item(z)) == list(daten["grunddaten"]), "in der Reihenfolge der Seite"
    assert z.stufe == "abgeschlossen"


def test_the_papers_page_comes_out_field_by_field(muster: Regelwerke, faelle: Path) -> None:
    daten = fall(faelle, "2021-0330.toml")
    n = Nachgespielt(muster, daten)
    n.sitzung(n.vorlage())
    n.ergebnis()
    z = n.welt.state(n.v)
    assert grunddaten.of_paper(z) == daten["grunddaten"]
    assert list(grunddaten.of_paper(z)) == list(daten["grunddaten"])
    assert (z.nummer, z.ursprung.art, z.beratungen[0].status) == ("2021/0330", "antrag", "erledigt")


def test_the_kind_of_paper_does_not_settle_the_outcome(muster: Regelwerke, faelle: Path) -> None:
    daten = fall(faelle, "2017-04-27_oe-5.1.toml")
    n = Nachgespielt(muster, daten)
    n.sitzung(n.vorlage())
    n.ergebnis()
    t = n.welt.state(n.v).beratungen[0].behandlungen[0]
    assert (t.beschluss.klasse, t.rolle_geaendert) == ("adopted_changed", "Entscheidung")
    assert t.beschluss.abstimmungen[0].wortlaut == "einstimmig"


def test_the_demonstration_states_the_main_cases_facts(faelle: Path) -> None:
    import demo

    daten = fall(faelle, "2021-06-16_oe-12.toml")
    quelle = Path(demo.__file__).read_text(encoding="utf-8")
    assert daten["vorlage"]["betreff"] in quelle
    assert f'wortlaut="{daten["beratung"][0]["behandlung"][0]["beschluss"]}"' in quelle
    assert demo.BEGINN.date() == daten["beratung"][0]["behandlung"][0]["datum"]
