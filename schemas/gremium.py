"""The committee's calendar: its meetings, and the tasks that are due for one of them."""

from pydantic import AwareDatetime

from schemas.basis import Modell
from schemas.frist import Frist
from schemas.zustand import Zustand


class Termin(Modell):
    """A meeting as the calendar knows it. ``schluss`` is its Vorlagenschluss, None where the Regelwerk has none."""

    sitzung: str
    revision: int
    beginn: AwareDatetime
    stufe: str
    schluss: Frist | None = None


class Wartender(Modell):
    """A task that is due for a meeting after ``ab``: the next one, or (``jede``) every one. ``gesagt`` is what it was last told."""

    auftrag: str
    ab: AwareDatetime
    ausser: str | None = None
    """Id of the meeting in which it arose: that one is not the next."""
    jede: bool = False
    gesagt: str | None = None


class Gremium(Zustand):
    """State of a committee's calendar."""

    termine: tuple[Termin, ...] = ()
    wartende: tuple[Wartender, ...] = ()
