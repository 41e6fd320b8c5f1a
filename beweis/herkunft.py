"""The name of a town's log, as it stands in checkpoints and keys.

A log that lost signed leaves goes on in a new section (Abschnitt) under another name; sections count from one.
"""

import re

from schemas.basis import FORM_KENNUNG

FORM = re.compile(rf"^laufmappe/({FORM_KENNUNG.strip('^$')})(?:/([2-9]|[1-9][0-9]+))?$")


def origin(kommune: str, abschnitt: int = 1) -> str:
    """The name of that section of the town's log."""
    return f"laufmappe/{kommune}" if abschnitt == 1 else f"laufmappe/{kommune}/{abschnitt}"


def section(herkunft: str) -> tuple[str, int] | None:
    """Town and section of a name; None if it is no log of a Laufmappe."""
    teile = FORM.match(herkunft)
    return (teile[1], int(teile[2] or 1)) if teile else None
