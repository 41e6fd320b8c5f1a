"""Reads the towns' rules from ``*.toml`` and refuses what is not sound: all findings at once, each naming file, key and cause."""

import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path

from pydantic import ValidationError

from regelwerk.fund import Fund
from regelwerk.gruende import finding
from regelwerk.pruefung import cross_check
from schemas.regelwerk import Regelwerk, Regelwerke

__all__ = ["RegelwerkFehler", "load"]


class RegelwerkFehler(Exception):
    """The rules are not sound. ``funde`` are sentences; nothing was loaded."""

    def __init__(self, funde: Collection[str]) -> None:
        self.funde = tuple(funde)
        super().__init__("Das Regelwerk ist nicht in Ordnung: " + " ".join(self.funde))


def load(ordner: Path | None = None, *, arten: Collection[str] | None = None) -> Regelwerke:
    """All versions in the folder (default: the ones that are shipped). ``arten``: known kinds of command, if known.

    Raises RegelwerkFehler with every finding.
    """
    ordner = ordner or Path(__file__).parent
    dateien = sorted(ordner.glob("*.toml"))
    if not dateien:
        raise RegelwerkFehler([f"Im Ordner „{ordner.name}“ liegt keine Datei *.toml. Bitte den Pfad prüfen."])
    funde: list[str] = []
    geladen: list[Regelwerk] = []
    for datei in dateien:
        rw = _read(datei, funde)
        if rw is not None:
            funde += _sentences(datei, cross_check(rw, arten))
            funde += _wrong_name(datei, rw)
            geladen.append(rw)
    if funde:
        raise RegelwerkFehler(funde)
    return Regelwerke(geladen)


def _read(datei: Path, funde: list[str]) -> Regelwerk | None:
    try:
        roh = tomllib.loads(datei.read_text(encoding="utf-8"))
        return Regelwerk.model_validate(roh)
    except tomllib.TOMLDecodeError as fehler:
        funde.append(f"{datei.name}: kein gültiges TOML ({fehler}). Bitte die genannte Zeile berichtigen.")
    except UnicodeDecodeError:
        funde.append(f"{datei.name}: kein UTF-8-Text. Bitte als UTF-8 speichern.")
    except OSError:
        funde.append(f"{datei.name}: nicht lesbar. Bitte die Rechte prüfen.")
    except ValidationError as fehler:
        funde += _sentences(datei, (finding(einzeln) for einzeln in fehler.errors(include_url=False)))
    return None


def _sentences(datei: Path, funde: Collection[Fund] | Iterator[Fund]) -> list[str]:
    return [f"{datei.name}, {fund.schluessel}: {fund.grund}." for fund in funde]


def _wrong_name(datei: Path, rw: Regelwerk) -> list[str]:
    soll = f"{rw.kommune}_{rw.gueltig_ab.isoformat()}.toml"
    return [] if datei.name == soll else [f"{datei.name}: kommune und gueltig_ab verlangen den Namen „{soll}“."]
