"""A store of packages from outside: what it is, which packages lie in it, each in its place, and nothing else."""

import os
from collections.abc import Iterator
from pathlib import Path

from archive.aufbau import BELEG, INVENTAR, ROOT, VORSILBE, object_id, place
from pruefer.bericht import Art, Befund
from pruefer.objekt import NAMASTE


class KeinPaket(Exception):
    """What was named is neither a package nor a store of them."""


def is_object(ordner: Path) -> bool:
    """Whether that folder is a package, or was one."""
    return any((ordner / name).is_file() for name in (*NAMASTE, INVENTAR, BELEG))


def root_of(pfad: Path) -> Path | None:
    """The store that this folder is or lies in, if any."""
    ort = pfad.resolve()
    return next((o for o in (ort, *ort.parents) if any((o / name).is_file() for name in list(ROOT)[:2])), None)


def packages(pfad: Path) -> tuple[list[Path], list[Befund]]:
    """All packages in this folder, and what does not belong into a store. Raises KeinPaket, also if there are none."""
    if is_object(pfad):
        return [pfad], []
    wurzel = root_of(pfad)
    if wurzel is None or not pfad.is_dir():
        raise KeinPaket(
            f"„{pfad}“ ist weder ein Aufbewahrungspaket noch ein Lager von Paketen. Bitte den Ordner „pakete“ oder einen darin angeben."
        )
    gefunden: list[Path] = []
    befunde = list(_check_root(wurzel))

    def unreadable(fehler: OSError) -> None:
        befunde.append(Befund(art=Art.BESTAND, satz="Der Ordner lässt sich nicht lesen.", datei=str(fehler.filename)))

    for ordner, unter, dateien in os.walk(pfad, onerror=unreadable):
        hier = Path(ordner)
        if is_object(hier):
            gefunden.append(hier)
            unter.clear()
        else:
            befunde += _look_around(hier, unter, dateien, wurzel)
    if not gefunden:
        raise KeinPaket(f"In „{pfad}“ liegt kein einziges Paket; es gibt nichts zu prüfen. Bitte den Ordner prüfen.")
    return gefunden, befunde


def _look_around(hier: Path, unter: list[str], dateien: list[str], wurzel: Path) -> list[Befund]:
    """A folder on the way to packages: it holds folders and nothing else. Takes out of ``unter`` what is not to be walked."""
    if hier.resolve() == wurzel:
        unter[:] = [name for name in unter if name != "extensions"]
        dateien = [name for name in dateien if name not in ROOT]
    verweise = [name for name in unter if (hier / name).is_symlink()]  # the walk does not follow them
    unter[:] = sorted(set(unter) - set(verweise))
    fremd = [hier / name for name in sorted((*dateien, *verweise))]
    return [_stray(p, wurzel) for p in fremd or ([] if unter else [hier])]


def _check_root(wurzel: Path) -> Iterator[Befund]:
    """The store's own files are those that the Laufmappe writes."""
    for name, soll in ROOT.items():
        datei = wurzel / name
        if not datei.is_file():
            yield Befund(art=Art.BESTAND, satz="Die Datei des Lagers fehlt.", datei=name)
        elif datei.read_bytes() != soll:
            yield Befund(art=Art.BESTAND, satz="Die Datei des Lagers ist nicht die, die die Laufmappe schreibt.", datei=name)
    for datei in sorted((wurzel / "extensions").rglob("*")):
        if datei.is_file() and datei.relative_to(wurzel).as_posix() not in ROOT:
            yield _stray(datei, wurzel)


def _stray(pfad: Path, wurzel: Path) -> Befund:
    ort = pfad.parent.resolve() / pfad.name  # a link is told by its own name
    name = ort.relative_to(wurzel).as_posix() if ort.is_relative_to(wurzel) else pfad.name
    return Befund(art=Art.BESTAND, satz="Das gehört in kein Lager von Paketen.", datei=name)


def check_place(ordner: Path, wurzel: Path | None, workflow: str | None) -> Iterator[Befund]:
    """In a store a package lies where its id says."""
    if wurzel is None or workflow is None:
        return
    if ordner.resolve() != wurzel / place(object_id(workflow)):
        satz = f"Das Paket liegt nicht an dem Platz, der zu seiner Kennung ({VORSILBE}{workflow}) gehört."
        yield Befund(art=Art.BESTAND, satz=satz, datei=ordner.name)
