"""The published cases, taken through the pure rules: what comes out is what the pages show, letter for letter."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest

from lifecycle import grunddaten
from lifecycle.kern import BERLIN
from schemas.akteur import Akteur
from schemas.regelwerk import Regelwerke
from welt import Welt, wer

ORTE = {"StädteRegion Aachen": "staedteregion-aachen", "Stadt Aachen": "stadt-aachen"}


def fall(faelle: Path, name: str) -> dict[str, Any]:
    return tomllib.loads((faelle / name).read_text(encoding="utf-8"))


class Nachgespielt:
    """A case entered as Nacherfassung, step by step."""

    def __init__(self, regelwerke: Regelwerke, daten: dict[str, Any]) -> None:
        self.daten = daten
        self.ort = ORTE[daten["kommune"]]
        self.welt = Welt(regelwerke, self.ort, dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
        rw = regelwerke.am(self.ort, dt.date(2026, 1, 1))
        assert rw is not None
        self.rw = rw
        self.v, self.s = f"vorlage/{self.ort}/v", f"sitzung/{self.ort}/s"
        self.leitung = wer("p-l", "verwaltungsleitung", "verwaltungsleitung")
        self.dienst = wer("p-d", "sitzungsdienst", "sitzungsdienst")
        self.schrift = wer("p-s", "sitzungsdienst", "schriftfuehrung")
        self.vorsitz = wer("p-v", "sitzungsdienst", "vorsitz")

    def kennung(self, traeger: Any, name: str) -> str:
        return str(next(t.id for t in traeger if any(n.name == name for n in t.namen)))

    def act(self, workflow: str, art: str, akteur: Akteur, **felder: Any) -> str | None:
        return self.welt.do(workflow, art, akteur, geschehen=self.beginn - dt.timedelta(hours=1), **felder)

    @property
    def behandlung(self) -> dict[str, Any]:
        behandlung: dict[str, Any] = self.daten["beratung"][0]["behandlung"][0]
        return behandlung

    @property
    def beginn(self) -> dt.datetime:
        uhr = dt.time.fromisoformat(self.behandlung.get("uhrzeit", "17:00"))
        return dt.datetime.combine(self.behandlung["datum"], uhr, BERLIN)

    def vorlage(self) -> Any:
        v, b = self.daten["vorlage"], self.daten["beratung"][0]
        amt = self.kennung(self.rw.stellen, v["federfuehrend"]["name"])
        art = next(a.id for a in self.rw.vorlagearten if a.name == v["vorlageart"])
        gremium = self.kennung(self.rw.gremien, b["gremium"])
        wunsch = {"gremium": gremium, "rolle": b.get("rolle")}
        herkunft = v.get("ursprung", {})
        ursprung = {"art": herkunft.get("art", "verwaltung").lower(), "von": herkunft.get("von")}
        sb = wer("p-sb", amt, "sachbearbeitung")
        self.act(
            self.v, "entwerfen", sb, vorlageart=art, betreff=v["betreff"], federfuehrend=amt, beratungsfolge=[wunsch],
            nummer=v.get("nummer"), ursprung=ursprung,
        )  # fmt: skip
        self.act(self.v, "einreichen", sb)
        self.act(self.v, "freigeben", self.leitung)
        return gremium

    def sitzung(self, gremium: str) -> None:
        b = self.behandlung
        oeffentlichkeit = b.get("sitzung_status", "öffentlich").split(" ")[0]
        self.act(
            self.s, "planen", self.dienst, gremium=gremium, beginn=self.beginn, anlass=b.get("anlass", "Sitzung"),
            oeffentlichkeit=oeffentlichkeit,
        )  # fmt: skip
        self.act(self.v, "anmelden", self.dienst, sitzung="s", beratung=1)
        self.act(self.s, "aufnehmen", self.dienst, vorlage="v", nummer=b.get("top"))
        self.act(self.s, "einladen", self.dienst)
        self.act(self.s, "eroeffnen", self.vorsitz)

    def ergebnis(self) -> None:
        b = self.behandlung
        stimmen = [{"wortlaut": b["abstimmung"]}] if "abstimmung" in b else []
        self.act(
            self.s, "ergebnis", self.schrift, top=1, wortlaut=b.get("beschluss", "zur Kenntnis genommen"), abstimmungen=stimmen,
            rolle_geaendert=self.daten["beratung"][0].get("rolle_geaendert"),
        )  # fmt: skip
        self.act(self.s, "schliessen", self.vorsitz)
        self.act(self.s, "niederschrift_erfassen", self.schrift, text={"digest": "a" * 64, "groesse": 1})
        self.act(self.s, "niederschrift_unterzeichnen", self.schrift, original="Akte")
        self.act(self.s, "niederschrift_unterzeichnen", self.vorsitz, original="Akte")


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
