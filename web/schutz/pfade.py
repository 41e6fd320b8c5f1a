"""Tables by path: the first row that fits counts."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Protocol, TypeVar


class MitPfad(Protocol):
    """A row of such a table. ``*`` stands for anything, slashes too; the pattern ``/api`` means all below it."""

    @property
    def pfad(self) -> str: ...  # noqa: D102 - said above


Z = TypeVar("Z", bound=MitPfad)


def fits(pfad: str, muster: str) -> bool:
    """Whether the path is, or lies below, what the pattern says."""
    return muster == "/" or fnmatchcase(pfad, muster) or fnmatchcase(pfad, f"{muster}/*")


def first(zeilen: Iterable[Z], pfad: str) -> Z | None:
    """The row for a path."""
    return next((zeile for zeile in zeilen if fits(pfad, zeile.pfad)), None)
