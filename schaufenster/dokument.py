"""The documents behind Files that are set on demand: from a File's path and the case's state to what stands in it. Pure."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping

from dokumente import inhalt
from dokumente.blatt import Lesen, Schriftstueck
from dokumente.sicht import Teil
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

FUER = Teil.INTERNET
SITZUNGSDOKUMENTE: Mapping[str, Callable[[Sitzung, str, Lesen], Schriftstueck]] = {
    "invitation": lambda z, kommune, lies: inhalt.invitation(z, kommune, FUER),
    "minutes": lambda z, kommune, lies: inhalt.minutes(z, kommune, lies, FUER),
}
"""Last part of a File's path: what it is."""


GESETZT = re.compile(r"file/paper/[^/]+/version/\d+|file/meeting/[^/]+/(invitation|minutes)")
ABGELEGT = re.compile(r"file/paper/[^/]+/attachment/[0-9a-f]{64}")


def is_stored(pfad: str) -> bool:
    """Whether the File of that path is an attachment, which lies in the document store as it came."""
    return ABGELEGT.fullmatch(pfad) is not None


def is_set(pfad: str) -> bool:
    """Whether the File of that path is set on demand. What is neither is kept elsewhere."""
    return GESETZT.fullmatch(pfad) is not None


def document(pfad: str, z: Zustand, kommune: str, lies: Lesen) -> Schriftstueck:
    """What stands in the File of that path, for the internet. ``kommune`` is the town's name. Raises what ``lies`` raises."""
    welches = pfad.rsplit("/", 1)[-1]
    if isinstance(z, Vorlage):
        return inhalt.paper(z, kommune, lies, FUER, int(welches))
    assert isinstance(z, Sitzung)  # no other case has Files
    return SITZUNGSDOKUMENTE[welches](z, kommune, lies)


def content_mark(pfad: str, z: Zustand) -> str:
    """Another one where the document would say something else. Texts are taken by their digests: nothing is read."""
    text = json.dumps(document(pfad, z, "", str.encode).daten, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
