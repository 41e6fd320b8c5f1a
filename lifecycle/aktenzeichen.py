"""The Aktenzeichen: every paper has one, the office's own or one made from the town's pattern; and what stands for it elsewhere."""

import datetime as dt

from lifecycle.kern import BERLIN
from schemas.auftrag import Auftrag
from schemas.basis import Benannt
from schemas.regelwerk import Regelwerk
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

MUSTER = "{stelle}/{jahr}/{kennung}"
"""Where the Regelwerk gives no pattern: lead office, year of the draft, beginning of the paper's id."""
KURZ = 8
"""Characters of the id that stand in it: of one office and year, no two papers share them."""


def file_reference(rw: Regelwerk, stelle: Benannt, wann: dt.datetime, kennung: str) -> str:
    """Aktenzeichen for a paper of this office."""
    muster = rw.aktenzeichen or MUSTER
    return muster.format(stelle=stelle.kuerzel or stelle.name, jahr=wann.astimezone(BERLIN).year, kennung=kennung[:KURZ])


def reference_of(z: Zustand) -> str:
    """The file that a case belongs to. What has no Aktenzeichen gets a substitute that says so or says what it is:

    a paper from before ``ohne Aktenzeichen/<number, or id>``, a meeting ``Sitzungen/<committee>/<year>``, a task
    ``Aufträge/<office or committee>/<year>``. The same case always gets the same.
    """
    jahr = f"{z.begonnen.astimezone(BERLIN).year}" if z.begonnen else "ohne Jahr"
    if isinstance(z, Vorlage):
        return z.aktenzeichen or f"ohne Aktenzeichen/{z.nummer or z.id[:KURZ]}"
    if isinstance(z, Sitzung):
        return f"Sitzungen/{_short(z.gremium)}/{z.beginn.astimezone(BERLIN).year if z.beginn else jahr}"
    if isinstance(z, Auftrag):
        return f"Aufträge/{_short(z.angaben.stelle if z.angaben and z.angaben.stelle else z.gremium)}/{jahr}"
    return f"{type(z).__name__}/{z.id[:KURZ]}"


def _short(b: Benannt | None) -> str:
    return (b.kuerzel or b.name) if b else "ohne Stelle"
