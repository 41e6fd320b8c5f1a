"""Who sits in which committee, from when to when: by this a member may read what is not public, and the public knows its council."""

import datetime as dt
from enum import StrEnum

from schemas.basis import Kennung
from schemas.regel import Regel, Wort


class Sitzart(StrEnum):
    """As what somebody sits in a committee."""

    VORSITZ = "vorsitz"
    STELLVERTRETENDER_VORSITZ = "stellvertretender_vorsitz"
    MITGLIED = "mitglied"
    STELLVERTRETUNG = "stellvertretung"
    SACHKUNDIG = "sachkundig"
    """Sachkundige Bürgerinnen und Bürger, sachkundige Einwohnerinnen und Einwohner."""
    BERATEND = "beratend"


class Ratsperson(Regel):
    """Somebody who holds or held an elected office: the name is public by that office, and nothing else of the person is kept."""

    id: Kennung
    name: Wort
    fraktion: Wort | None = None


class Sitz(Regel):
    """A seat of a person in a committee. Both days are included; ``bis`` None: still held."""

    person: Kennung
    gremium: Kennung
    als: Sitzart = Sitzart.MITGLIED
    von: dt.date
    bis: dt.date | None = None

    def held_on(self, tag: dt.date) -> bool:
        """Whether it is held on that day."""
        return self.von <= tag and (self.bis is None or tag <= self.bis)
