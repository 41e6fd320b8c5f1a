"""An entry as an auditor reads it: head and content, where content may have been deleted and something stands in its place."""

import datetime as dt
from dataclasses import dataclass

from beweis.kopf import Inhalt, Kopf, restore
from beweis.vergessen import GELOESCHT
from lifecycle.ablehnung import Ablehnung
from lifecycle.erzaehlung import phrase
from lifecycle.kerne import kern_of
from schemas.akteur import Rolle


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
        """A content field, or what stands in its place; None if there is neither."""
        feld = self.inhalt.felder.get(name)
        return feld.wert if feld else self.inhalt.ersatz.get(name)

    def deleted(self, *namen: str) -> bool:
        """Whether one of these content fields, or a part of it, has been deleted."""
        return any(name in self.kopf.felder and name not in self.inhalt.felder for name in namen)

    def text(self, name: str) -> str | None:
        """A content field as text; ``[gelöscht]`` where it has been deleted."""
        if self.deleted(name):
            return GELOESCHT
        wert = self.get(name)
        return None if wert is None else str(wert)

    def told(self) -> str:
        """What was done, as a sentence; only the kind of command, where nothing stands in the place of what is gone."""
        if set(self.kopf.felder) - set(self.inhalt.felder) - set(self.inhalt.ersatz):
            return f"{self.art}: {GELOESCHT}"
        try:
            return phrase(kern_of(self.kopf.workflow).parse(restore(self.kopf, self.inhalt).befehl))
        except Ablehnung:
            return self.art
