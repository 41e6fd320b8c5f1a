"""The paper's state machine: its commands, what it concludes by itself, and what follows from a change."""

from lifecycle import gemeinsam, terminsachen
from lifecycle.kern import Kern, commands
from lifecycle.vorlage import antrag, beratung, ende, entwurf, fassung, folgen, laufweg, uebergang, uebernahme, verknuepfung
from schemas.vorlage import ENDEN, Vorlage

KERN: Kern[Vorlage] = Kern(
    typ="vorlage",
    zustand=Vorlage,
    befehle=commands(
        terminsachen, entwurf, antrag, laufweg, fassung, beratung, verknuepfung, ende, uebergang, uebernahme, gemeinsam
    ),
    stufe=lambda z: z.stufe.value,
    enden=frozenset(ENDEN),
    settle=folgen.settle,
    consequences=folgen.consequences,
)
