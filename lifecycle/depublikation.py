"""Taking a case off the public's pages, and putting it back: what it is stays on record, only nobody outside is shown it any more.

It says nothing about whether the meeting was public; that is a fact of its own.
"""

import datetime as dt
from typing import ClassVar

from lifecycle.ablehnung import Doppelt
from lifecycle.kern import Kommando
from schemas.basis import Grund
from schemas.zustand import Depublikation, Z


class Depublizieren(Kommando[Z]):
    """Den Vorgang der Öffentlichkeit nicht mehr zeigen, oder wieder zeigen. Immer mit Begründung."""

    art: ClassVar[str] = "depublizieren"
    oeffnet: ClassVar[bool] = True

    grund: Grund
    wieder: bool = False

    def verify(self, z: Z) -> None:
        if (z.depubliziert is None) is self.wieder:
            raise Doppelt("Der Vorgang wird schon gezeigt." if self.wieder else "Der Vorgang ist schon depubliziert.")

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        neu = None if self.wieder else Depublikation(grund=self.grund, von=self.akteur, am=wann)
        return z.model_copy(update={"depubliziert": neu, "siegel": None})
