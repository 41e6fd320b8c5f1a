"""The fixity of one OCFL object, read by our own code: every file is there, is the one it was, and none is there besides."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.aufbau import BELEG, INVENTAR
from pruefer.bericht import Art, Befund
from pruefer.inventar import Inventar, parse

NAMASTE = {"0=ocfl_object_1.0": b"ocfl_object_1.0\n", "0=ocfl_object_1.1": b"ocfl_object_1.1\n"}
STUECK = 1 << 20
FIXITY: dict[str, Callable[[], Any]] = {
    "md5": lambda: hashlib.md5(usedforsecurity=False),
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
    "blake2b-512": hashlib.blake2b,
}
"""Algorithms of the block ``fixity`` that are looked at; others are left alone, as the specification allows."""


@dataclass
class Objekt:
    """What was read. ``inventar`` is None if the root's inventory cannot be used; then nothing else can be said of the object."""

    ordner: Path
    inventar: Inventar | None = None
    rohes: bytes = b""
    """The root's inventory as it lies there."""
    befunde: list[Befund] = field(default_factory=list)

    def find(self, satz: str, datei: str | None = None, version: str | None = None) -> None:
        """Notes a finding."""
        self.befunde.append(Befund(art=Art.BESTAND, satz=satz, datei=datei, version=version))

    def bytes_of(self, pfad: str) -> bytes | None:
        """A file of the object by its content path; None (and a finding, made elsewhere) if it is not there."""
        try:
            return (self.ordner / pfad).read_bytes()
        except OSError:
            return None


def read(ordner: Path) -> Objekt:
    """The object in that folder, looked at from the outside in. Raises OSError if the folder itself cannot be read."""
    o = Objekt(ordner)
    _check_declaration(o)
    o.inventar, o.rohes = _inventory(o, None)
    if o.inventar is not None:
        _check_files(o, o.inventar)
        typen = [_check_version(o, o.inventar, nummer) for nummer in o.inventar.nummern]
        if (da := [t for t in typen if t]) != sorted(da):
            o.find("Eine spätere Fassung folgt einer älteren Ausgabe von OCFL als eine frühere.")
    return o


def _check_declaration(o: Objekt) -> None:
    da = [p.name for p in o.ordner.iterdir() if p.name.startswith("0=")]
    if len(da) != 1 or da[0] not in NAMASTE:
        o.find("Die Datei, die das Paket als OCFL-Objekt ausweist (0=ocfl_object_1.1), fehlt oder ist mehrfach da.")
    elif o.bytes_of(da[0]) != NAMASTE[da[0]]:
        o.find("Der Inhalt ist nicht der vorgeschriebene.", da[0])


def _inventory(o: Objekt, version: str | None) -> tuple[Inventar | None, bytes]:
    """The inventory of the root (None) or of a version, held against its sidecar."""
    vor = f"{version}/" if version else ""
    daten, beleg = o.bytes_of(vor + INVENTAR), o.bytes_of(vor + BELEG)
    if daten is None:
        o.find("Das Inventar fehlt.", INVENTAR, version)
        return None, b""
    if beleg is None:
        o.find("Der Beleg zum Inventar fehlt.", BELEG, version)
    elif not _is_sidecar(beleg, daten):
        o.find(f"Das Inventar ist nicht das, dessen Prüfsumme im Beleg ({BELEG}) steht.", INVENTAR, version)
    try:
        inventar, saetze = parse(json.loads(daten))
    except (ValueError, RecursionError):
        inventar, saetze = None, ["Das Inventar ist kein lesbares JSON."]
    for satz in saetze:
        o.find(satz, INVENTAR, version)
    return inventar, daten


def _is_sidecar(beleg: bytes, daten: bytes) -> bool:
    teile = beleg.split()
    return (
        len(teile) == 2
        and teile[0].lower() == hashlib.sha512(daten).hexdigest().encode()
        and teile[1] == INVENTAR.encode()
        and beleg.count(b"\n") <= 1
    )


# --- files --------------------------------------------------------------------------------------------------------------


def _check_files(o: Objekt, i: Inventar) -> None:
    """What the manifest names is there and has its digest; nothing else is there."""
    inhalte = i.content()
    erlaubt = {f"{vor}{name}" for vor in ("", *(f"{n}/" for n in i.versions)) for name in (INVENTAR, BELEG)}
    gefunden = set()
    for pfad, ist_datei in _walk(o.ordner, ""):
        if pfad in inhalte and ist_datei:
            gefunden.add(pfad)
            _check_content(o, i, pfad, inhalte[pfad])
        elif not (ist_datei and pfad in erlaubt) and not _tolerated(pfad, ist_datei):
            o.find("Das gehört nicht zum Paket; kein Inventar nennt es.", pfad)
    for pfad in sorted(inhalte.keys() - gefunden):
        o.find("Die Datei fehlt.", pfad)


def _walk(ordner: Path, vor: str) -> Iterator[tuple[str, bool]]:
    """Files, and folders in which there is nothing, by their path inside the object. Links are not followed: they are no files."""
    leer = True
    for eintrag in sorted(ordner.iterdir()):
        leer = False
        if eintrag.is_dir() and not eintrag.is_symlink():
            yield from _walk(eintrag, f"{vor}{eintrag.name}/")
        else:
            yield f"{vor}{eintrag.name}", eintrag.is_file() and not eintrag.is_symlink()
    if leer:
        yield vor.rstrip("/"), False


def _tolerated(pfad: str, ist_datei: bool) -> bool:
    """What the specification allows besides: declarations (looked at elsewhere), logs, and what extensions keep in their folders."""
    teile = pfad.split("/")
    tiefe = 3 if ist_datei else 2
    return (
        (len(teile) == 1 and pfad in NAMASTE)
        or (teile[0] == "logs" and len(teile) > 1)
        or (teile[0] == "extensions" and len(teile) >= tiefe)
    )


def _check_content(o: Objekt, i: Inventar, pfad: str, soll: str) -> None:
    weitere = [(art, d.lower()) for art, block in i.fixity.items() if art in FIXITY for d, alle in block.items() if pfad in alle]
    summen = {"": hashlib.sha512()} | {art: FIXITY[art]() for art, _ in weitere}
    try:
        with (o.ordner / pfad).open("rb") as datei:
            while stueck := datei.read(STUECK):
                for summe in summen.values():
                    summe.update(stueck)
    except OSError:
        o.find("Die Datei lässt sich nicht lesen.", pfad)
        return
    if summen[""].hexdigest() != soll:
        o.find("Die Datei ist nicht die, deren Prüfsumme im Inventar steht.", pfad)
    for art, digest in weitere:
        if summen[art].hexdigest() != digest:
            o.find(f"Die Prüfsumme unter „fixity“ ({art}) stimmt nicht.", pfad)


# --- versions -----------------------------------------------------------------------------------------------------------


def _check_version(o: Objekt, i: Inventar, nummer: str) -> str | None:
    """Its own inventory says what the root's said when it was the newest. Returns which edition of OCFL it follows."""
    eigenes, daten = _inventory(o, nummer)
    if nummer == i.head and daten and daten != o.rohes:
        o.find("Das Inventar der neuesten Fassung und das des Pakets sind verschieden.", INVENTAR, nummer)
    if eigenes is None:
        return None
    if (eigenes.id, eigenes.head, eigenes.contentDirectory) != (i.id, nummer, i.contentDirectory):
        o.find("Das Inventar gehört zu einem anderen Paket oder einer anderen Fassung.", INVENTAR, nummer)
    elif eigenes.until(nummer) != i.until(nummer) or len(eigenes.versions) != int(nummer[1:]):
        o.find("Das Inventar der Fassung sagt anderes als das des Pakets.", INVENTAR, nummer)
    return eigenes.type
