"""A town hall for tests: Musterstadt's people, and a paper taken to any point of its way in one call."""

import datetime as dt
from typing import Any

from schemas.regelwerk import Regelwerke
from welt import Welt, wer

HEUTE = dt.datetime(2021, 5, 3, 9, tzinfo=dt.UTC)
SB = wer("p-sb", "a-46", "sachbearbeitung")
SB2 = wer("p-sb2", "a-46", "sachbearbeitung")
AL = wer("p-al", "a-46", "amtsleitung")
KAEMMEREI = wer("p-k", "kaemmerei", "amtsleitung")
A50 = wer("p-50", "a-50", "amtsleitung")
GLEICH = wer("p-g", "gleichstellung", "amtsleitung")
DEZERNAT = wer("p-dez", "dezernat-ii", "dezernatsleitung")
LEITUNG = wer("p-bm", "verwaltungsleitung", "verwaltungsleitung")
DIENST = wer("p-sd", "a-10", "sitzungsdienst")
SCHRIFT = wer("p-sf", "a-10", "schriftfuehrung")
ARCHIV = wer("p-arch", "stadtarchiv", "archiv")
VORSITZ = wer("p-vs", "a-10", "vorsitz")

V = "vorlage/muster/v1"
S = "sitzung/muster/s1"
TEXT = {"digest": "a" * 64, "groesse": 10}
SACHLAGE = {"name": "Sachlage", **TEXT}
A = "vorlage/muster/a1"
ANTRAGSTEXT = {"name": "Antragstext", **TEXT}
FRAKTION = {"art": "fraktion", "kennung": "fraktion-a", "name": "Fraktion A"}


class Rathaus(Welt):
    """Musterstadt on 3 May 2021."""

    def __init__(self, regelwerke: Regelwerke, kommune: str = "muster") -> None:
        super().__init__(regelwerke, kommune, HEUTE)

    def entwurf(self, v: str = V, **felder: Any) -> str:
        gremien = felder.pop("gremien", ("sozialausschuss",))
        rolle = felder.pop("rolle", "Kenntnisnahme")
        self.do(
            v, "entwerfen", felder.pop("akteur", SB),
            **{
                "vorlageart": "mitteilungsvorlage",
                "betreff": "Sachstand",
                "federfuehrend": "a-46",
                "abschnitte": [SACHLAGE],
                "beratungsfolge": [{"gremium": g, "rolle": rolle} for g in gremien],
                **felder,
            },
        )  # fmt: skip
        return v

    def eingang(self, a: str = A, **felder: Any) -> str:
        """A motion for the Rat, taken in."""
        voll: dict[str, Any] = {
            "vorlageart": "antrag",
            "betreff": "Mehr Bäume",
            "absender": [FRAKTION],
            "eingangsweg": "briefkasten",
            "abschnitte": [ANTRAGSTEXT],
            "beratungsfolge": [{"gremium": "rat", "rolle": "Entscheidung"}],
        }
        self.do(a, "entgegennehmen", DIENST, **{**voll, **felder})
        return a

    def laufweg(self, v: str = V, **felder: Any) -> str:
        self.entwurf(v, **felder)
        self.do(v, "einreichen", SB)
        return v

    def freigegeben(self, v: str = V, **felder: Any) -> str:
        self.laufweg(v, **felder)
        for akteur in (SB2, AL, DEZERNAT):
            self.do(v, "mitzeichnen", akteur)
        self.do(v, "freigeben", LEITUNG)
        return v

    def sitzung(self, s: str = S, gremium: str = "sozialausschuss", tag: int = 16, **felder: Any) -> str:
        beginn = dt.datetime(2021, 6, tag, 16, tzinfo=dt.UTC)
        self.do(s, "planen", DIENST, **{"gremium": gremium, "beginn": beginn, **felder})
        return s

    def aufgesetzt(self, v: str = V, s: str = S, beratung: int = 1, **felder: Any) -> int:
        """The paper on the agenda; returns the item's id."""
        self.do(v, "anmelden", SB, sitzung=kennung(s), beratung=beratung)
        self.do(s, "aufnehmen", DIENST, vorlage=kennung(v), **felder)
        nr: int = next(t.id for t in self.state(s).tops for tv in t.vorlagen if tv.vorlage == kennung(v))
        return nr

    def eingeladen(self, v: str = V, s: str = S, **felder: Any) -> int:
        self.freigegeben(v, **felder)
        self.sitzung(s)
        top = self.aufgesetzt(v, s)
        self.do(s, "einladen", DIENST)
        return top

    def behandelt(self, wortlaut: str = "zur Kenntnis genommen", v: str = V, s: str = S, **felder: Any) -> int:
        top = self.eingeladen(v, s)
        self.eroeffnet(s)
        self.do(s, "ergebnis", SCHRIFT, top=top, wortlaut=wortlaut, **felder)
        return top

    def eroeffnet(self, s: str = S) -> None:
        """The meeting opened on its day."""
        self.bis(max(self.jetzt, self.state(s).beginn))
        self.do(s, "eroeffnen", VORSITZ)

    def beendet(self, s: str = S) -> None:
        """The meeting closed, its minutes signed."""
        if self.state(s).stufe in ("geplant", "eingeladen"):
            self.eroeffnet(s)
        self.do(s, "schliessen", VORSITZ)
        self.do(s, "niederschrift_erfassen", SCHRIFT, text=TEXT)
        self.do(s, "niederschrift_unterzeichnen", SCHRIFT, original="Sitzungsakte")
        self.do(s, "niederschrift_unterzeichnen", VORSITZ, original="Sitzungsakte")

    def weitere(self, s: str, v: str = V, beratung: int = 1, gremium: str = "sozialausschuss", tag: int = 20) -> int:
        """Another meeting with the paper on its agenda, opened."""
        self.sitzung(s, gremium, tag)
        top = self.aufgesetzt(v, s, beratung)
        self.do(s, "einladen", DIENST)
        self.eroeffnet(s)
        return top

    def vorlage(self, v: str = V) -> Any:
        return self.state(v)

    def station(self, nr: int = 1, v: str = V) -> Any:
        return next(b for b in self.state(v).beratungen if b.nr == nr)


def kennung(workflow: str) -> str:
    return workflow.rsplit("/", 1)[-1]
