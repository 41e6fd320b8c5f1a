"""The published cases, entered as Nacherfassung, for tests that compare what comes out with the pages."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

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
