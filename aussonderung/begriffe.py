"""What a message is made of, between our record and xdomea: Akte, Vorgang, Unterlage, Datei. Plain values, no XML."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Datei:
    """One primary file: its name in the container, its format (code, version), its SHA-256, and how to get it."""

    name: str
    code: str
    fassung: str
    sha256: str
    lies: Callable[[], bytes]
    original: str | None = None
    sonstiger_name: str | None = None


@dataclass(frozen=True)
class Unterlage:
    """A Dokument of xdomea: one piece with its file (several formats of the same), and what is attached to it."""

    id: str
    betreff: str
    dateien: tuple[Datei, ...] = ()
    anlagen: "tuple[Unterlage, ...]" = ()
    bemerkung: str | None = None
    typ: str | None = None
    vom: dt.date | None = None
    bearbeiter: str | None = None


@dataclass(frozen=True)
class Schritt:
    """One line of the history: who (role and office), when (UTC), what."""

    akteur: str
    zeit: dt.datetime
    aktion: str
    bemerkung: str | None = None


@dataclass(frozen=True)
class Hinweis:
    """A reference to another Vorgang by its UUID."""

    id: str
    kennzeichen: str
    bemerkung: str


@dataclass(frozen=True)
class Vorgang:
    """A case as the archive gets it. ``beginn`` and ``ende`` are days in Berlin; ``bewertung`` is a code of Aussonderungsart."""

    id: str
    betreff: str
    kennzeichen: str
    federfuehrung: str | None
    oeffentlich: bool
    bemerkung: str | None
    typ: str
    beginn: dt.date
    ende: dt.date
    jahre: int
    aufbewahrt_bis: dt.date
    bewertung: str
    unterlagen: tuple[Unterlage, ...]
    historie: tuple[Schritt, ...] = ()
    hinweise: tuple[Hinweis, ...] = ()

    def files(self) -> Iterator[Datei]:
        """Every primary file, in the message's order."""
        return (d for u in self.unterlagen for d in _files(u))


def _files(u: Unterlage) -> Iterator[Datei]:
    yield from u.dateien
    for anlage in u.anlagen:
        yield from _files(anlage)


@dataclass
class Akte:
    """All offered cases of one Aktenzeichen."""

    id: str
    kennzeichen: str
    vorgaenge: list[Vorgang] = field(default_factory=list)
