"""A running Laufmappe looked at as the auditor does: its packages, with its public keys and its newest checkpoint."""

from pathlib import Path

from pruefer.bericht import Art
from pruefer.pruefung import Pruefung
from worker import Gewerke


def unproven(g: Gewerke, kommune: str, pfad: Path | None = None) -> list[str]:
    """What the verifier finds; hints are none. ``pfad``: one package, otherwise all."""
    punkt = g.unterzeichnung.last(kommune)
    punkte = [("zuletzt", punkt.note.encode())] if punkt else []
    pruefung = Pruefung(pfad or g.einstellungen.daten / "pakete", g.unterzeichnung.keys(kommune), punkte)
    befunde = [(bericht.workflow, b) for bericht in pruefung for b in bericht.befunde]
    befunde += [("", b) for b in pruefung.summary().befunde]
    return [f"{workflow} {b}" for workflow, b in befunde if b.art is not Art.HINWEIS]
