"""The task's state machine: from what was asked to a stated result. It outlives the paper and can arise without one."""

from lifecycle import gemeinsam, terminsachen
from lifecycle.auftrag import arbeit, faelligkeit, folgen
from lifecycle.kern import Kern, commands
from schemas.auftrag import ENDEN, Auftrag

KERN: Kern[Auftrag] = Kern(
    typ="auftrag",
    zustand=Auftrag,
    befehle=commands(terminsachen, arbeit, faelligkeit, gemeinsam),
    stufe=lambda z: z.stufe.value,
    enden=frozenset(ENDEN),
    settle=faelligkeit.settle,
    consequences=folgen.consequences,
)
