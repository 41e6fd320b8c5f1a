"""When to try again, and when to stop trying: a table of delays, pure."""

from datetime import datetime, timedelta

_FIRST = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
_THEN = timedelta(hours=12)
_IN_ALL = timedelta(days=5)

DELAYS = _FIRST + (_THEN,) * ((_IN_ALL - sum(_FIRST, timedelta())) // _THEN)
"""The wait after the first, second, ... attempt; together at most five days, a long weekend included."""

LONGEST_HINT = timedelta(days=1)
"""A receiver may ask for patience, but not put a message off for ever."""


def next_attempt(versuche: int, jetzt: datetime, nicht_vor: datetime | None) -> datetime | None:
    """Time of the next attempt after ``versuche`` failed ones (1 or more), or None: give up.

    ``nicht_vor`` is the receiver's hint (``Spaeter.nicht_vor``); it only ever puts off, by ``LONGEST_HINT``
    at most. Both times are aware; the answer has the time zone of the one that won. Raises ValueError if
    ``versuche`` is below 1.
    """
    if versuche < 1:
        raise ValueError("Vor dem ersten Versuch gibt es keinen nächsten: versuche muss mindestens 1 sein.")
    if versuche > len(DELAYS):
        return None
    regulaer = jetzt + DELAYS[versuche - 1]
    if nicht_vor is None:
        return regulaer
    return max(regulaer, min(nicht_vor, jetzt + LONGEST_HINT))
