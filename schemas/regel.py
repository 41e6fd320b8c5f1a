"""What every part of a Regelwerk is made of: frozen, strict, its texts say something, its names are dated."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.basis import Benannt, Kennung

WORT = r"^\S([\s\S]*\S)?$"
Wort = Annotated[str, StringConstraints(pattern=WORT, max_length=1000)]
"""A text that says something: not empty, without blanks around it."""
Muster = Annotated[str, StringConstraints(pattern=WORT, max_length=60)]
"""Pattern of a number or of a part of one."""
Tage = Annotated[int, Field(ge=1, le=365)]
"""Days forward: no further than the holidays that are kept with a deadline."""
TageVorher = Annotated[int, Field(ge=1, le=60)]
"""Days backward: no further than the holidays that are looked at before a meeting."""
KeineOderTage = Annotated[int, Field(ge=0, le=60)]
"""Days backward, or none."""


class Regel(BaseModel):
    """Part of a Regelwerk: frozen, and unknown keys are errors, for a misspelt rule is no rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(Regel):
    """A name from a day on."""

    ab: dt.date
    name: Wort
    kuerzel: Wort | None = None


class Traeger(Regel):
    """Something with a stable id and dated names. ``bis`` is its last day, ``nachfolge`` the id of what took its place."""

    id: Kennung
    namen: Annotated[tuple[Name, ...], Field(min_length=1)]
    bis: dt.date | None = None
    nachfolge: Kennung | None = None
    herkunft: tuple[Wort, ...] = ()
    """Ids of what it is in the system that records were taken over from."""

    def am(self, tag: dt.date) -> Benannt:
        """Its name on that day; before the first known name, the first known one."""
        namen = sorted(self.namen, key=lambda n: n.ab)
        gueltig = [n for n in namen if n.ab <= tag] or namen[:1]
        return Benannt(id=self.id, name=gueltig[-1].name, kuerzel=gueltig[-1].kuerzel)
