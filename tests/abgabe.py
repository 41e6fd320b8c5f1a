"""A paper and its meeting from draft to package, offered and valued, in memory: for tests of the messages to the archive."""

import datetime as dt
from pathlib import Path
from typing import Any

from archive.ablage import Ablage
from archive.ocfl import Lager
from archive.paket import contents
from aussonderung import behaelter, nachricht, quelle, xml
from aussonderung.nachricht import Briefkopf
from beweis.kopf import Inhalt, Kopf, make_head
from lifecycle.aussonderung import case_facts
from lifecycle.gemeinsam import seal_digest
from rathaus import ARCHIV, DIENST, SCHRIFT, VORSITZ, Rathaus, S, V
from schemas.aussonderung import Angebot
from welt import SYSTEM

GEHEIM = "Grundstück Bachstraße 5"
PROZESS = "5f0c0c5e-6c4b-5a0e-9b0e-0a5c1c7a0001"
A = f"aussonderung/muster/{PROZESS}"
KOPF = Briefkopf("Musterstadt", "A 10 - Hauptamt", "Stadtarchiv Musterstadt")
X = {"x": xml.NS}
Verlauf = list[tuple[Kopf, Inhalt]]


class Abgabe:
    """A paper and its meeting, closed in 2021 and packed; offered in 2033."""

    def __init__(self, haus: Rathaus, ordner: Path) -> None:
        self.haus, self.lager, self.ablage = haus, Lager(ordner / "pakete"), Ablage(ordner / "dokumente")
        self._held()
        self.verlauf: dict[str, Verlauf] = {w: self._sealed(w) for w in (V, S)}
        for workflow in (V, S):
            self.pack(workflow)
        haus.jetzt = dt.datetime(2033, 1, 3, 9, tzinfo=dt.UTC)
        faelle = tuple(case_facts(w, haus.state(w), haus.verlauf[w]) for w in (V, S))
        haus.do(A, "anbieten", DIENST, stichtag="2033-01-02", vorgaenge=(V, S), faelle=faelle)

    def put(self, text: str | bytes) -> dict[str, Any]:
        roh = text.encode() if isinstance(text, str) else text
        return {"digest": self.ablage.put(roh), "groesse": len(roh)}

    def _held(self) -> None:
        haus, plan = self.haus, b"\x89PNG\r\n"
        felder: dict[str, Any] = {
            "abschnitte": [{"name": "Sachlage", **self.put("Die Lage.\n"), "original": self.put(b"PK docx")["digest"], "original_name": "Lage.docx"}],
            "anlagen": [
                {"name": "Plan.png", **self.put(plan)},
                {"name": "geheim.xyz", **self.put(b"\0\1"), "oeffentlich": False, "bezeichnung": "Anlage"},
            ],
        }  # fmt: skip
        haus.freigegeben(**felder)
        haus.sitzung()
        top = haus.aufgesetzt()
        haus.do(S, "top_ergaenzen", DIENST, titel=GEHEIM, oeffentlich=False, bezeichnung="Liegenschaft")
        haus.do(S, "einladen", DIENST)
        haus.eroeffnet()
        haus.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen", abstimmungen=[{"ja": 12}])
        haus.do(S, "ergebnis", SCHRIFT, top=2, wortlaut="ungeändert beschlossen", text="Verkauft.")
        haus.do(S, "schliessen", VORSITZ)
        for nr, o in ((top, True), (2, False)):
            haus.do(S, "niederschrift_erfassen", SCHRIFT, top=nr, text=self.put(f"Teil {nr}\n"), oeffentlich=o)
        for akteur in (SCHRIFT, VORSITZ):
            haus.do(S, "niederschrift_unterzeichnen", akteur, original="Akte")

    def _sealed(self, workflow: str) -> Verlauf:
        self.haus.give(workflow, "versiegelt", SYSTEM, siegel=seal_digest(self.haus.state(workflow)))
        alle: Verlauf = []
        for eintrag in self.haus.verlauf[workflow]:
            alle.append(make_head(eintrag, alle[-1][0].hash() if alle else None))
        return alle

    def pack(self, workflow: str) -> None:
        z = self.haus.state(workflow)
        dateien = contents(workflow, z, self.verlauf[workflow], self.ablage)
        self.lager.write(workflow, dateien, zeit=self.haus.jetzt, botschaft="Test", wer="Test")

    def read(self, angebot: Angebot) -> quelle.Quelle:
        return quelle.read(self.lager, angebot.vorgang, angebot.vorgang)

    def offer(self) -> bytes:
        return nachricht.offer(self.haus.state(A), KOPF, self.read, lambda stelle, zeit: stelle.upper())

    def valued(self, v: str = "A", s: str = "A") -> None:
        zeilen = [{"objekt": a.objekt, "art": art} for a, art in zip(self.haus.state(A).angebote, (v, s), strict=True)]
        verzeichnis = {"prozess": PROZESS, "bewertungen": zeilen, "datei": self.put("0502")}
        self.haus.do(A, "bewertung_uebernehmen", ARCHIV, verzeichnis=verzeichnis, herkunft="Test")

    def write(self, ordner: Path) -> Path:
        ordner.mkdir(exist_ok=True)
        roh, dateien = nachricht.transfer(self.haus.state(A), KOPF, self.read, lambda stelle, zeit: stelle.upper())
        return behaelter.write(ordner, PROZESS, roh, dateien)[0]


def titles(wurzel: Any) -> list[str]:
    return [str(e.text) for e in wurzel.iterfind(".//x:AllgemeineMetadaten/x:Betreff", X)]
