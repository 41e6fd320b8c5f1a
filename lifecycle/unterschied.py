"""The difference of two texts, so that who signed the one sees what became of it."""

import difflib
from collections.abc import Iterator


def difference(vorher: str, nachher: str) -> Iterator[str]:
    """Lines that went (``- ``) and lines that came (``+ ``), in their order; a short mark (``…``) between distant places."""
    erste = True
    for zeile in difflib.unified_diff(vorher.splitlines(), nachher.splitlines(), n=0, lineterm=""):
        if zeile.startswith(("---", "+++")) and erste:
            continue
        if zeile.startswith("@@"):
            if not erste:
                yield "…"
            erste = False
            continue
        yield f"{zeile[0]} {zeile[1:]}"
