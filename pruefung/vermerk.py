"""An entry as an auditor reads it: head and content, where content may have been deleted."""

import datetime as dt
from dataclasses import dataclass

from beweis.kopf import Inhalt, Kopf, restore
from lifecycle.ablehnung import Ablehnung
from lifecycle.erzaehlung import phrase
from lifecycle.kerne import kern_of
from schemas.akteur import Rolle

GELOESCHT = "gelöscht"


@dataclass(frozen=True)
class Vermerk:
    """One entry of a case. Times are aware."""

    kopf: Kopf
    inhalt: Inhalt

    @property
    def seq(self) -> int:
        """Its number in the case."""
        return self.kopf.seq

    @property
    def art(self) -> str:
        """Kind of command."""
        return self.kopf.art

    @property
    def stelle(self) -> str:
        """Id of the office that acted."""
        return self.kopf.stelle

    @property
    def rolle(self) -> str:
        """The role as people read it; as it stands there, if this release does not know it."""
        return Rolle(self.kopf.rolle).anzeige if self.kopf.rolle in set(Rolle) else self.kopf.rolle

    @property
    def erfasst(self) -> dt.datetime:
        """When it was recorded (UTC)."""
        return dt.datetime.fromisoformat(self.kopf.zeit)

    @property
    def geschehen(self) -> dt.datetime | None:
        """When it happened, if that was recorded later."""
        wert = self.get("geschehen")
        return dt.datetime.fromisoformat(wert) if isinstance(wert, str) else None

    @property
    def am(self) -> dt.datetime:
        """When it happened."""
        return self.geschehen or self.erfasst

    def get(self, name: str) -> object:
        """A content field; None if the command did not have it, or if it has been deleted."""
        feld = self.inhalt.felder.get(name)
        return feld.wert if feld else None

    def deleted(self, *namen: str) -> bool:
        """Whether one of these content fields (without names: any) has been deleted."""
        return any(name not in self.inhalt.felder for name in namen or self.kopf.felder if name in self.kopf.felder)

    def text(self, name: str) -> str | None:
        """A content field as text; ``gelöscht`` where it has been deleted."""
        if self.deleted(name):
            return GELOESCHT
        wert = self.get(name)
        return None if wert is None else str(wert)

    def told(self) -> str:
        """What was done, as a sentence; of an entry that lost some of its content only the kind of command."""
        if self.deleted():
            return f"{self.art}: Inhalt {GELOESCHT}"
        try:
            return phrase(kern_of(self.kopf.workflow).parse(restore(self.kopf, self.inhalt).befehl))
        except Ablehnung:
            return self.art
