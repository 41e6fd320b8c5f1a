"""A case worked out again from its heads and contents alone: chain, commitments, times, seals, and the state that they yield."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from beweis.kopf import Inhalt, Kopf, contradictions, restore
from lifecycle import siegel
from lifecycle.kern import Kommando, fold
from lifecycle.kerne import kern_of
from schemas.zustand import Zustand


@dataclass(frozen=True)
class Fund:
    """Something that does not agree, and at which entry (None: at the case as a whole)."""

    seq: int | None
    satz: str


@dataclass
class Nachrechnung:
    """Takes one entry after the other. What it finds stands in ``funde``; what was forgotten, by entry and field, in ``vergessen``."""

    workflow: str
    z: Zustand = field(init=False)
    kopf_hash: str | None = None
    letzte: dt.datetime | None = None
    anzahl: int = 0
    funde: list[Fund] = field(default_factory=list)
    vergessen: dict[int, dict[str, JsonValue]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.z = kern_of(self.workflow).empty(self.workflow)

    def add(self, kopf: Kopf, inhalt: Inhalt) -> Kommando[Any]:
        """One more entry; returns its command. Raises whatever comes of one that cannot be read or carried out: then it ends here."""
        self._check_head(kopf)
        for name in contradictions(kopf, inhalt):
            self.find(kopf.seq, f"„{name}“ passt nicht zum Kopf.")
        fehlt = frozenset(kopf.felder.keys() - inhalt.felder.keys())
        for name in sorted(inhalt.ersatz.keys() - fehlt):
            self.find(kopf.seq, f"„{name}“ ist ersetzt, ohne dass dort etwas fehlt.")
        if fehlt:
            self.vergessen[kopf.seq] = {name: inhalt.ersatz.get(name) for name in fehlt}
        self.anzahl, self.kopf_hash = self.anzahl + 1, kopf.hash()
        eintrag = restore(kopf, inhalt)
        kern = kern_of(self.workflow)
        befehl = kern.parse(eintrag.befehl)
        if "siegel" not in fehlt and not siegel.fits(self.z, befehl):
            self.find(kopf.seq, "das Siegel passt nicht zum Stand davor.")
        self.z = fold(kern, self.z, eintrag)
        return befehl

    def unrecorded(self) -> list[Fund]:
        """Content that is missing although no deletion is on record for it."""
        stellen = [s for o in self.z.loeschungen if o.vollzogen_am for s in o.stellen]
        festgehalten = {(s.seq, feld): wert for s in stellen for feld, wert in s.ersatz.items()}
        return [
            Fund(seq, f"„{feld}“ fehlt, ohne dass eine Löschung festgehalten ist, oder ist anders ersetzt als festgehalten.")
            for seq, felder in self.vergessen.items()
            for feld, wert in sorted(felder.items())
            if (seq, feld) not in festgehalten or festgehalten[seq, feld] != wert
        ]

    def find(self, seq: int | None, satz: str) -> None:
        """Notes a finding."""
        self.funde.append(Fund(seq, satz))

    def _check_head(self, kopf: Kopf) -> None:
        if (kopf.seq, kopf.workflow) != (self.anzahl + 1, self.workflow):
            self.find(None, f"Eintrag {self.anzahl + 1} fehlt oder gehört nicht hierher.")
        if kopf.vorher != self.kopf_hash:
            self.find(kopf.seq, "die Kette ist unterbrochen.")
        zeit = dt.datetime.fromisoformat(kopf.zeit)
        if self.letzte and zeit < self.letzte:
            self.find(kopf.seq, "ist früher als der Eintrag davor.")
        self.letzte = zeit
