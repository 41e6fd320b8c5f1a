"""Versions of the rules that once held, kept by their digest: who changes the file does not take away what two persons stand for."""

from collections.abc import Iterable
from pathlib import Path

from schemas.regelwerk import Regelwerk


def keep(ordner: Path, versionen: Iterable[Regelwerk]) -> None:
    """Writes each version that is not there yet."""
    for rw in versionen:
        datei = ordner / f"{rw.stand.digest}.json"
        if not datei.exists():
            ordner.mkdir(parents=True, exist_ok=True)
            neu = datei.with_suffix(".neu")
            neu.write_text(rw.model_dump_json(exclude_defaults=True), encoding="utf-8")
            neu.replace(datei)


def kept(ordner: Path) -> tuple[Regelwerk, ...]:
    """All versions that lie there and are what their name says."""
    gelesen = (Regelwerk.model_validate_json(datei.read_bytes()) for datei in sorted(ordner.glob("*.json")))
    return tuple(rw for rw in gelesen if (ordner / f"{rw.stand.digest}.json").exists())
