"""What can go wrong with the register. No sentence carries SQL or content.

RegisterFehler
├── RegisterNichtErreichbar   the database is away, slow or locked: repeat
└── RegisterAlarm             the record would contradict itself: nothing was written, somebody must look
    ├── Widerspruch           another entry stands under that number
    └── Luecke                an entry before it is missing
"""


class RegisterFehler(Exception):
    """Root of the tree."""


class RegisterNichtErreichbar(RegisterFehler):
    """The database is away, slow or locked."""


class RegisterAlarm(RegisterFehler):
    """The record would contradict itself; nothing was written."""


class Widerspruch(RegisterAlarm):
    """Another entry stands under that number."""


class Luecke(RegisterAlarm):
    """An entry before it is missing."""
