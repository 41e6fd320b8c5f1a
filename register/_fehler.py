"""What can go wrong with the register. No sentence carries SQL or content.

RegisterFehler
├── RegisterNichtErreichbar   the database is away, slow or locked: repeat
├── SchluesselFehlt           the key of a case was destroyed, or is not there: what it closed cannot be read any more
└── RegisterAlarm             the record would contradict itself: nothing was written, somebody must look
    ├── Widerspruch           another entry stands under that number, or the seal is not that of the state before it
    ├── Luecke                an entry before it is missing
    ├── Unlesbar              this release does not know such a command, or not any more
    └── NichtSpeicherbar      the database cannot hold what the entry says
"""


class RegisterFehler(Exception):
    """Root of the tree."""


class RegisterNichtErreichbar(RegisterFehler):
    """The database is away, slow or locked."""


class SchluesselFehlt(RegisterFehler):
    """The key of a case was destroyed, or is not there: what it closed cannot be read any more."""


class RegisterAlarm(RegisterFehler):
    """The record would contradict itself; nothing was written. ``workflow`` and ``seq`` say at which entry."""

    def __init__(self, satz: str, workflow: str, seq: int) -> None:
        super().__init__(satz)
        self.satz = satz
        self.workflow = workflow
        self.seq = seq


class Widerspruch(RegisterAlarm):
    """Another entry stands under that number, or the seal is not that of the state before it."""


class Luecke(RegisterAlarm):
    """An entry before it is missing."""


class Unlesbar(RegisterAlarm):
    """This release does not know such a command, or not any more: the state cannot be worked out."""


class NichtSpeicherbar(RegisterAlarm):
    """The database cannot hold what the entry says."""
