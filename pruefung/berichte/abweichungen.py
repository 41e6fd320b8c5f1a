"""Rules that were broken or set aside, each with its reason."""

from collections.abc import Iterator

from beweis.vergessen import GELOESCHT
from pruefung.bericht import Bericht, Spalte
from pruefung.einsicht import public_entry
from pruefung.fall import TYPEN, Fall, Zeile
from schemas.zustand import Zustand


def _rows(fall: Fall, z: Zustand) -> Iterator[Zeile]:
    for a in z.abweichungen:
        v = fall.entry(a.seq)
        if v is None:
            continue
        regel = GELOESCHT if v.deleted("regel") else a.regel
        grund = GELOESCHT if v.deleted("abweichung", "grund") else a.grund or "ohne Begründung"
        yield fall.row(v, oeffentlich=public_entry(z, v), befehl=v.art, rolle=v.rolle, regel=regel, grund=grund)


ABWEICHUNGEN = Bericht(
    kennung="abweichungen",
    titel="Abweichungen",
    zweck="Regeln, die nicht eingehalten oder beiseitegelassen wurden, mit Begründung.",
    spalten=(
        Spalte("befehl", "Vorgang im System", neutral=True),
        Spalte("rolle", "Rolle", neutral=True),
        Spalte("regel", "Regel", breite=45),
        Spalte("grund", "Begründung", breite=45),
    ),
    je_fall=dict.fromkeys(TYPEN, _rows),
)
