"""An alarm of the register: what it refused to record because the record would contradict itself."""

from pydantic import AwareDatetime

from schemas.basis import Modell

REGISTERALARM = "RegisterAlarm"
"""The type under which a workflow learns that recording failed for an alarm, and not because the database is away."""


class Alarm(Modell):
    """One alarm: at which entry of which case, in a sentence without content, and when it was first raised.

    ``belegt``: another entry stood under that number already. Such an alarm stays; any other is settled once the entry is recorded.
    """

    workflow: str
    seq: int
    satz: str
    zeit: AwareDatetime
    belegt: bool = False
