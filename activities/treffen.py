"""``meeting``: calls between cases. Acknowledged, refusable, idempotent, and in both histories."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from temporalio import activity

from activities.bote import Bote
from lifecycle.ablehnung import Ablehnung, Geschlossen, UhrGehtFalsch, Veraltet
from lifecycle.kern import complete
from lifecycle.kerne import KERNE, kern_of
from schemas.akteur import SYSTEM
from schemas.regelwerk import Regelwerke
from schemas.wirkung import Ruf, Rufausgang, Rufergebnis


class Treffen:
    """Holds the messenger and the Regelwerke, from which it works out who is told. ``now`` gives the time (aware)."""

    def __init__(self, bote: Bote, regelwerke: Regelwerke, now: Callable[[], dt.datetime] | None = None) -> None:
        self._bote = bote
        self._regelwerke = regelwerke
        self._now = now or (lambda: dt.datetime.now(dt.UTC))

    @activity.defn(name="meeting")
    async def meeting(self, von: str, ruf: Ruf) -> Rufergebnis:
        """Calls ``ruf.ziel`` on behalf of the case ``von``.

        A refusal is a result, not an error. Raises NichtErreichbar, Programmfehler, Veraltet or UhrGehtFalsch, after which
        Temporal repeats.
        """
        try:
            antwort = await self.call(ruf)
        except (Veraltet, UhrGehtFalsch):
            raise  # neither is an answer: the next attempt will get one
        except Ablehnung as nein:
            ausgang = Rufausgang.GESCHLOSSEN if isinstance(nein, Geschlossen) else Rufausgang.ABGELEHNT
            return self._report(von, ruf, ausgang=ausgang, grund=nein.satz)
        if antwort is None:
            return Rufergebnis()
        return self._report(von, ruf, ausgang=Rufausgang.ANGENOMMEN, antwort=antwort)

    async def call(self, ruf: Ruf) -> str | None:
        """Takes a command of the engine's own there, completed; returns the answer. Raises a refusal, NichtErreichbar, Programmfehler."""
        kern = kern_of(ruf.ziel)
        befehl = complete(kern, kern.empty(ruf.ziel), kern.parse(ruf.befehl), self._now(), self._regelwerke)
        return (await self._bote.send(ruf.ziel, befehl)).antwort

    def _report(self, von: str, ruf: Ruf, **felder: Any) -> Rufergebnis:
        """The command by which the caller learns it. The delivery workflow is no case and learns nothing."""
        if von.split("/", 1)[0] not in KERNE:
            return Rufergebnis()
        kern = kern_of(von)
        roh = {
            "art": "rueckmeldung",
            "schluessel": f"{ruf.befehl['schluessel']}/antwort",
            "akteur": SYSTEM,
            "regelwerk": ruf.befehl["regelwerk"],
            "ziel": ruf.ziel,
            "zweck": ruf.zweck,
            **felder,
        }
        befehl = complete(kern, kern.empty(von), kern.parse(roh), self._now(), self._regelwerke)
        return Rufergebnis(rueckmeldung=befehl.as_json())
