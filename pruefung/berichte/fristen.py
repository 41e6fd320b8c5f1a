"""Deadlines that were missed, or have run out and nobody has acted."""

import datetime as dt
from collections.abc import Iterator

from lifecycle.fristen import day
from lifecycle.kerne import kern_of
from pruefung.bericht import Bericht, Spalte
from pruefung.fall import TYPEN, Fall, Wert, Zeile
from schemas.frist import Frist, Fristausgang
from schemas.zustand import Zustand


def _rows(fall: Fall, z: Zustand) -> Iterator[Zeile]:
    for f in z.fristen:
        laeuft = f.ausgang is None and not f.termin and f.letzter_tag < fall.stadt.stichtag
        if f.ausgang is not Fristausgang.VERSAEUMT and not laeuft:
            continue
        v = next((v for v in fall.of("frist_abgelaufen") if v.get("frist") == f.id and v.erfasst >= f.faellig), None)
        for stelle in f.betrifft or (None,):
            tage, ende = _late(fall, z, f, stelle)
            werte: dict[str, Wert] = {
                "letzter_tag": f.letzter_tag,
                "tage": tage,
                "stand": ende,
                "verlaengert": len(f.verlaengert),
                "zweck": f.zweck,
                "regel": f"{f.regel}, Regelwerk ab {f.regelwerk.gueltig_ab}",
            }
            yield Zeile(werte, am=f.faellig, eintrag=v.seq if v else None, stelle=stelle)


def _late(fall: Fall, z: Zustand, f: Frist, stelle: str | None) -> tuple[int, str]:
    """Days after the last day until the office acted, the case ended, or the day on which is judged; and which of them it was."""
    ende, wort = _acted(fall, z, f, stelle)
    return max(0, ((ende or fall.stadt.stichtag) - f.letzter_tag).days), wort


def _acted(fall: Fall, z: Zustand, f: Frist, stelle: str | None) -> tuple[dt.date | None, str]:
    if f.ausgang_am and f.ausgang_am > f.faellig:
        return day(f.ausgang_am), "zu spät"
    tat = next((v for v in fall.verlauf if stelle and v.stelle == stelle and v.am >= f.faellig), None)
    if tat:
        return day(tat.am), f"die Stelle handelt danach (Eintrag {tat.seq})"
    kern = kern_of(fall.workflow)
    if z.zuletzt and kern.closed(z):
        return day(z.zuletzt), f"Vorgang geschlossen ({kern.stufe(z).replace('_', ' ')})"
    return None, "seither nichts geschehen"


FRISTEN = Bericht(
    kennung="fristen",
    titel="Versäumte Fristen",
    zweck="Fristen, die versäumt oder abgelaufen sind, und um wie viele Tage.",
    spalten=(
        Spalte("letzter_tag", "Letzter Tag", neutral=True, breite=12),
        Spalte("tage", "Tage danach", neutral=True, breite=12),
        Spalte("stand", "Stand", neutral=True, breite=38),
        Spalte("verlaengert", "Verlängert", neutral=True, breite=11),
        Spalte("zweck", "Wofür", breite=40),
        Spalte("regel", "Nach welcher Regel", breite=45),
    ),
    je_fall=dict.fromkeys(TYPEN, _rows),
)
