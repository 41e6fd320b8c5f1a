"""The meeting's state machine: its commands, and whom a change concerns."""

from lifecycle import gemeinsam, terminsachen
from lifecycle.kern import Kern, commands
from lifecycle.sitzung import (
    anmeldung,
    einberufung,
    ergebnis,
    folgen,
    niederschrift,
    planung,
    tagesordnung,
    uebernahme,
    verlauf,
    vollzug,
)
from schemas.sitzung import ENDEN, Sitzung

KERN: Kern[Sitzung] = Kern(
    typ="sitzung",
    zustand=Sitzung,
    befehle=commands(
        terminsachen,
        planung,
        tagesordnung,
        anmeldung,
        einberufung,
        ergebnis,
        niederschrift,
        verlauf,
        vollzug,
        uebernahme,
        gemeinsam,
    ),
    stufe=lambda z: z.stufe.value,
    enden=frozenset(ENDEN),
    settle=folgen.settle,
    consequences=folgen.consequences,
)
