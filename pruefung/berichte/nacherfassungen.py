"""What was recorded after it had happened, and how many days later."""

from collections.abc import Iterator

from lifecycle.fristen import day
from pruefung.bericht import Bericht, Spalte
from pruefung.einsicht import public_entry
from pruefung.fall import TYPEN, Fall, Wert, Zeile
from schemas.akteur import Rolle
from schemas.zustand import Zustand


def _rows(fall: Fall, z: Zustand) -> Iterator[Zeile]:
    """What one case reports to another of it is no Nacherfassung of its own."""
    for v in fall.verlauf:
        if v.geschehen is None or v.kopf.rolle == Rolle.SYSTEM:
            continue
        tag = day(v.erfasst)
        von = v.get("erfasst_von")
        erfasser = {n: von.get(n) for n in ("stelle", "rolle")} if isinstance(von, dict) else {}
        werte: dict[str, Wert] = {
            "erfasst": v.erfasst,
            "tage": (tag - day(v.geschehen)).days,
            "befehl": v.art,
            "erfasst_von": fall.stadt.office(erfasser.get("stelle") or v.stelle, tag),
            "was": v.told(),
        }
        yield fall.row(v, oeffentlich=public_entry(z, v), **werte)


NACHERFASSUNGEN = Bericht(
    kennung="nacherfassungen",
    titel="Nacherfassungen",
    zweck="Was erst nachträglich eingetragen wurde, und wie viele Tage danach.",
    spalten=(
        Spalte("erfasst", "Eingetragen am", neutral=True, breite=17),
        Spalte("tage", "Tage danach", neutral=True, breite=12),
        Spalte("erfasst_von", "Eingetragen von", neutral=True, breite=28),
        Spalte("befehl", "Vorgang im System", neutral=True),
        Spalte("was", "Was geschehen ist", breite=60),
    ),
    je_fall=dict.fromkeys(TYPEN, _rows),
)
