"""The file on a town's rules: which version was proposed by whom, and who else confirmed it."""

from pydantic import AwareDatetime

from schemas.akteur import Akteur
from schemas.basis import Digest, Modell, Text
from schemas.zustand import Zustand


class Fassungsvermerk(Modell):
    """One version of the rules: its first day, its digest, why it was changed, and the two persons behind it.

    What was there when the installation began stands under the engine's own name.
    """

    fassung: str
    digest: Digest
    grund: Text
    vorgeschlagen: Akteur
    vorgeschlagen_am: AwareDatetime
    bestaetigt: Akteur | None = None
    bestaetigt_am: AwareDatetime | None = None


class Regelwerksakte(Zustand):
    """State of the file."""

    fassungen: tuple[Fassungsvermerk, ...] = ()
