"""A Verlauf as it lies in a package, worked out again: every line read, heads chained, contents held against them, states folded."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from beweis.kopf import Inhalt, Kopf
from beweis.nachrechnung import Nachrechnung
from pruefer.bericht import Art, Befund
from schemas.zustand import Zustand

SALZ = re.compile(r"^[0-9a-f]{64}$")


@dataclass
class Rechnung:
    """What the lines yield. ``ganz``: every one could be worked out; otherwise there is no state at the end."""

    eintraege: list[tuple[Kopf, Inhalt]] = field(default_factory=list)
    staende: dict[int, Zustand] = field(default_factory=dict)
    """The state after so many entries, where it was asked for."""
    koepfe: list[bytes] = field(default_factory=list)
    """Leaf hashes of the heads, in order; it ends before the first line that cannot be read."""
    befunde: list[Befund] = field(default_factory=list)
    ganz: bool = True

    @property
    def workflow(self) -> str | None:
        """The case's id, as its first head says it."""
        return self.eintraege[0][0].workflow if self.eintraege else None

    def find(self, eintrag: int, satz: str, art: Art = Art.VERLAUF) -> None:
        """Notes a finding."""
        self.befunde.append(Befund(art=art, satz=satz, eintrag=eintrag))


def work_out(daten: bytes, grenzen: Collection[int]) -> Rechnung:
    """The entries of a ``verlauf.jsonl``. ``grenzen``: after how many entries the state is wanted."""
    r = Rechnung()
    zeilen = daten.split(b"\n")
    if zeilen.pop():
        r.find(len(zeilen) + 1, "Die letzte Zeile ist nicht abgeschlossen.")
    for nr, zeile in enumerate(zeilen, 1):
        if not _read(r, nr, zeile):
            r.ganz = False
            return r
    if r.workflow is None:
        r.find(1, "Der Verlauf ist leer.")
        r.ganz = False
        return r
    _fold(r, r.workflow, grenzen)
    return r


def _read(r: Rechnung, nr: int, zeile: bytes) -> bool:
    try:
        roh = json.loads(zeile)
        kopf, inhalt = Kopf.model_validate(roh["kopf"]), Inhalt.model_validate(roh["inhalt"])
        blatt = bytes.fromhex(kopf.hash())
    except Exception:  # noqa: BLE001 - whatever comes of a line that somebody has changed says the same
        r.find(nr, "Die Zeile ist nicht lesbar; alles dahinter ist nicht zu prüfen.")
        return False
    r.eintraege.append((kopf, inhalt))
    r.koepfe.append(blatt)
    for name, feld in inhalt.felder.items():
        if not SALZ.match(feld.salz):
            r.find(nr, f"Das Salz von „{name}“ ist keines (64 Hexadezimalziffern).")
    return True


def _fold(r: Rechnung, workflow: str, grenzen: Collection[int]) -> None:
    rechnung = Nachrechnung(workflow)
    for nr, (kopf, inhalt) in enumerate(r.eintraege, 1):
        bisher = len(rechnung.funde)
        try:
            rechnung.add(kopf, inhalt)
        except Exception as fehler:  # noqa: BLE001 - as above
            rechnung.find(nr, f"lässt sich nicht nachrechnen ({type(fehler).__name__}); alles dahinter ist nicht zu prüfen.")
            r.ganz = False
        for fund in rechnung.funde[bisher:]:
            r.find(nr, fund.satz[0].upper() + fund.satz[1:])
        if not r.ganz:
            return
        if nr in grenzen:
            r.staende[nr] = rechnung.z
    _check_forgotten(r, rechnung)


def _check_forgotten(r: Rechnung, rechnung: Nachrechnung) -> None:
    """What is missing was deleted by order, and what was to be deleted is gone."""
    unbefugt = rechnung.unrecorded()
    for fund in unbefugt:
        assert fund.seq is not None  # it speaks of an entry
        r.find(fund.seq, fund.satz)
    ohne = {fund.seq for fund in unbefugt}
    for seq, felder in rechnung.vergessen.items():
        if seq not in ohne:
            namen = ", ".join(f"„{name}“" for name in sorted(felder))
            r.find(seq, f"{namen} gelöscht; dass es den Inhalt gab, belegt der Kopf.", Art.HINWEIS)
    if rechnung.vergessen:
        satz = "Nachgerechnet ist der Stand aus dem, was übrig ist; wo etwas gelöscht ist, steht ein Platzhalter oder nichts."
        r.befunde.append(Befund(art=Art.HINWEIS, satz=satz, datei="zustand.json"))
    for stelle in (s for o in rechnung.z.loeschungen if o.vollzogen_am for s in o.stellen):
        da = r.eintraege[stelle.seq - 1][1].felder.keys() if stelle.seq <= len(r.eintraege) else ()
        for name in sorted(set(stelle.ersatz) & set(da)):
            r.find(stelle.seq, f"„{name}“ ist noch da, obwohl die Löschung festgehalten ist.")
