"""A whole town in memory: cases that call each other, without Temporal. For tests of the pure rules."""

import datetime as dt
from collections import defaultdict
from typing import Any

from pydantic_core import to_jsonable_python

from lifecycle.ablehnung import Ablehnung
from lifecycle.fristen import next_alarm
from lifecycle.kern import Kommando, apply, check, complete
from lifecycle.kerne import kern_of
from lifecycle.rechte import ERFASSEN_VERGANGENES
from lifecycle.terminsachen import alarm_command
from lifecycle.verweise import FAKTEN, VERWEISE
from schemas.akteur import Akteur, Rolle
from schemas.befehl import Eintrag, Regelstand
from schemas.regelwerk import Regelwerke
from schemas.wirkung import Ruf, Versiegelung

OHNE = Regelstand(kommune="muster", gueltig_ab="", digest="")


class Welt:
    """States by workflow id; ``do`` is what a door does, ``deliver`` what the workflows do among themselves."""

    def __init__(self, regelwerke: Regelwerke, kommune: str, jetzt: dt.datetime) -> None:
        self.regelwerke = regelwerke
        self.kommune = kommune
        self.jetzt = jetzt
        self.staende: dict[str, Any] = {}
        self.verlauf: dict[str, list[Eintrag]] = defaultdict(list)
        self.rufe: list[tuple[str, Ruf]] = []
        self.versiegelt: list[str] = []
        self.antworten: list[str | None] = []
        self._nr = 0

    def state(self, workflow: str) -> Any:
        return self.staende.get(workflow) or kern_of(workflow).empty(workflow)

    def do(self, workflow: str, art: str, akteur: Akteur, **felder: Any) -> str | None:
        """One human act, and all that follows from it. Raises the refusal."""
        antwort = self.give(workflow, art, akteur, **felder)
        self.deliver()
        return antwort

    def give(self, workflow: str, art: str, akteur: Akteur, **felder: Any) -> str | None:
        """One human act, without what follows. The past of those who may not state it themselves is recorded by somebody else."""
        self._nr += 1
        kern = kern_of(workflow)
        if "geschehen" in felder and akteur.rolle not in ERFASSEN_VERGANGENES:
            schritt = to_jsonable_python({"art": art, "akteur": akteur, **felder}, exclude_none=True)
            art, akteur, felder = "nacherfassen", ERFASSER, {"schritte": [schritt]}
        feld, fakten = FAKTEN.get(art, ("", None))
        if fakten and felder.get(feld):
            felder = fakten(self.state(f"{VERWEISE[feld]}/{self.kommune}/{felder[feld]}")) | felder
        roh = {"art": art, "schluessel": f"k{self._nr}", "akteur": akteur, "regelwerk": OHNE, **felder}
        return self._accept(workflow, kern.parse(roh, streng=True))

    def _accept(self, workflow: str, befehl: Kommando[Any]) -> str | None:
        kern, z = kern_of(workflow), self.state(workflow)
        befehl = complete(kern, z, befehl, self.jetzt, self.regelwerke)
        check(kern, z, befehl, self.jetzt, self.regelwerke)
        folge = apply(kern, z, befehl, self.jetzt)
        self.staende[workflow] = folge.zustand
        self.verlauf[workflow] += folge.eintraege
        for wirkung in folge.wirkungen:
            if isinstance(wirkung, Versiegelung):
                self.versiegelt.append(workflow)
            else:
                self.rufe.append((workflow, wirkung))
        return folge.antwort

    def deliver(self) -> None:
        """Carries out all calls, and calls that follow from them."""
        while self.rufe:
            von, ruf = self.rufe.pop(0)
            self._deliver_one(von, ruf)

    def bis(self, wann: dt.datetime) -> None:
        """Time goes on until then, and every deadline on the way does what it does."""
        while (naechster := self._naechster()) and naechster[0] <= wann:
            self.jetzt = max(self.jetzt, naechster[0])
            self._accept(naechster[1], kern_of(naechster[1]).parse(alarm_command(self.state(naechster[1]))))
            self.deliver()
        self.jetzt = max(self.jetzt, wann)

    def _naechster(self) -> tuple[dt.datetime, str] | None:
        offen = ((w, z) for w, z in self.staende.items() if not kern_of(w).closed(z))
        alarme = ((alarm[0], w) for w, z in offen if (alarm := next_alarm(z)))
        return min(alarme, default=None)

    def _deliver_one(self, von: str, ruf: Ruf) -> None:
        ausgang, antwort, grund = "angenommen", None, None
        try:
            antwort = self._accept(ruf.ziel, kern_of(ruf.ziel).parse(ruf.befehl))
        except Ablehnung as nein:
            ausgang, grund = ("geschlossen" if nein.typ == "Geschlossen" else "abgelehnt"), nein.satz
        if ausgang != "angenommen" or ruf.zweck == "nummer":
            self._answer(von, ruf, ausgang, antwort, grund)

    def _answer(self, von: str, ruf: Ruf, ausgang: str, antwort: str | None, grund: str | None) -> None:
        roh = {
            "art": "rueckmeldung", "schluessel": f"{ruf.befehl['schluessel']}!", "akteur": SYSTEM, "regelwerk": OHNE,
            "ziel": ruf.ziel, "zweck": ruf.zweck, "ausgang": ausgang, "antwort": antwort, "grund": grund,
        }  # fmt: skip
        self._accept(von, kern_of(von).parse(roh))


ERFASSER = Akteur(person="p-nacherfasst", stelle="a-10", rolle=Rolle.FACHADMINISTRATION)
SYSTEM = Akteur(person="laufmappe", stelle="laufmappe", rolle=Rolle.SYSTEM)


def wer(person: str, stelle: str, rolle: str, fuer: str | None = None) -> Akteur:
    return Akteur(person=person, stelle=stelle, rolle=Rolle(rolle), fuer=fuer)
