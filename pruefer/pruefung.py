"""One walk of the verifier over a package or a store: keys and checkpoints read, packages looked at one by one, all summed up."""

import functools
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from beweis.merkle import BeweisFalsch
from beweis.pruefpunkt import Pruefschluessel
from pruefer.bericht import Paketbericht, Zusammenfassung
from pruefer.lager import check_place, packages, root_of
from pruefer.paket import Ergebnis, verify_package
from pruefer.verzeichnis import Verzeichnis

AB_WANN_ZU_MEHREREN = 100
"""Packages from which on it is worth starting more processes."""
STAPEL = 16


class KeineSchluessel(Exception):
    """The key file holds no keys."""


def read_keys(inhalt: bytes, name: str) -> tuple[Pruefschluessel, ...]:
    """The keys of a key file, one a line. Raises KeineSchluessel."""
    try:
        zeilen = [zeile for zeile in inhalt.decode().splitlines() if zeile.strip()]
        schluessel = tuple(Pruefschluessel.parse(zeile) for zeile in zeilen)
    except (UnicodeDecodeError, BeweisFalsch):
        schluessel = ()
    if not schluessel:
        raise KeineSchluessel(
            f"„{name}“ enthält keine öffentlichen Schlüssel einer Laufmappe (je Zeile einer: Name+Kennung+Schlüssel). Bitte die "
            "Datei nehmen, die die Rechnungsprüfung bekommen hat."
        )
    return schluessel


class Pruefung:
    """``len`` is how many packages there are; walking over it verifies them; ``summary`` is right when the walk is over."""

    def __init__(
        self,
        pfad: Path,
        schluessel: Sequence[Pruefschluessel],
        punkte: Sequence[tuple[str, bytes]] = (),
        blaetter: Path | None = None,
    ) -> None:
        """``blaetter``: a list of leaves, or a folder with a folder for each town, as it lies beside the store (otherwise that one).

        Raises KeinPaket, and OSError for a list that was named and cannot be read.
        """
        self._schluessel = tuple(schluessel)
        self._pakete, self._befunde = packages(pfad)
        self._wurzel = root_of(pfad)
        neben, liste = (self._wurzel.parent / "verzeichnis" if self._wurzel else None), blaetter
        if blaetter and blaetter.is_dir():
            neben, liste = blaetter, None
        self._verzeichnis = Verzeichnis(self._schluessel, neben, liste)
        self._verzeichnis.add_own(punkte)
        self._urteile: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._pakete)

    def __iter__(self) -> Iterator[Paketbericht]:
        for ordner, ergebnis in zip(self._pakete, self._results(), strict=True):
            bericht = ergebnis.bericht
            weitere = (*check_place(ordner, self._wurzel, bericht.workflow), *self._verzeichnis.check(ergebnis))
            bericht = bericht.model_copy(update={"befunde": (*bericht.befunde, *weitere)})
            self._urteile[bericht.urteil] += 1
            yield bericht

    def _results(self) -> Iterator[Ergebnis]:
        einzeln = functools.partial(verify_package, schluessel=self._schluessel)
        zu_mehreren = os.cpu_count() or 1
        if len(self._pakete) < AB_WANN_ZU_MEHREREN or zu_mehreren == 1:
            yield from map(einzeln, self._pakete)
            return
        with ProcessPoolExecutor(zu_mehreren, multiprocessing.get_context("spawn")) as pool:
            yield from pool.map(einzeln, self._pakete, chunksize=STAPEL)

    def summary(self) -> Zusammenfassung:
        """All packages together, and what was found beside them."""
        befunde = (*self._befunde, *self._verzeichnis.befunde, *self._verzeichnis.told())
        return Zusammenfassung(pakete=len(self), urteile=dict(self._urteile), befunde=befunde)
