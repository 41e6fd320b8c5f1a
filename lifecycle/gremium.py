"""The committee's calendar: its meetings, and the tasks that wait for one. It tells them when their meeting is, and when it moves.

"The next meeting" is the first one after the task arose that is not cancelled; "every meeting" is the first that is not over.
"""

import datetime as dt
import sys
from collections.abc import Iterator
from typing import ClassVar

from lifecycle import gemeinsam
from lifecycle.kern import Kern, Kommando, commands
from lifecycle.ruf import call, workflow_id
from schemas.gremium import Gremium, Termin, Wartender
from schemas.sitzung import Stufe
from schemas.wirkung import Ruf, Versiegelung

AUSGEFALLEN = frozenset({Stufe.ABGESAGT.value})
VORBEI = frozenset({Stufe.GESCHLOSSEN.value, Stufe.ABGESCHLOSSEN.value})
BEGONNEN = VORBEI | {Stufe.EROEFFNET.value}
BEHALTEN = 200
"""Meetings that are kept; older ones matter to nobody who waits."""


class TerminGemeldet(Kommando[Gremium]):
    """Eine Sitzung des Gremiums ist geplant, verlegt, abgesagt oder vorbei."""

    art: ClassVar[str] = "termin_gemeldet"
    auch_leer: ClassVar[bool] = True
    tatsache: ClassVar[bool] = True

    termin: Termin

    def perform(self, z: Gremium, wann: dt.datetime) -> Gremium:
        schon = next((t for t in z.termine if t.sitzung == self.termin.sitzung), None)
        if schon and schon.revision >= self.termin.revision:
            return z
        andere = (t for t in z.termine if t.sitzung != self.termin.sitzung)
        reihe = sorted((*andere, self.termin), key=lambda t: (t.beginn, t.sitzung))
        return z.model_copy(update={"termine": tuple(reihe[-BEHALTEN:])})


class AuftragWartet(Kommando[Gremium]):
    """Ein Auftrag ist zu einer Sitzung des Gremiums fällig, oder nicht mehr."""

    art: ClassVar[str] = "auftrag_wartet"
    auch_leer: ClassVar[bool] = True
    tatsache: ClassVar[bool] = True

    wartender: Wartender
    offen: bool = True

    def perform(self, z: Gremium, wann: dt.datetime) -> Gremium:
        andere = tuple(w for w in z.wartende if w.auftrag != self.wartender.auftrag)
        return z.model_copy(update={"wartende": (*andere, self.wartender) if self.offen else andere})


class Rueckmeldung(gemeinsam.Rueckmeldung[Gremium]):
    """Was ein Auftrag geantwortet hat: ein geschlossener wartet nicht mehr."""

    art: ClassVar[str] = "rueckmeldung"

    def perform(self, z: Gremium, wann: dt.datetime) -> Gremium:
        auftrag = self.ziel.rsplit("/", 1)[-1]
        return z.model_copy(update={"wartende": tuple(w for w in z.wartende if w.auftrag != auftrag)})


def meeting_for(z: Gremium, w: Wartender) -> Termin | None:
    """The meeting that a task waits for; None while none is planned."""
    passend = (t for t in z.termine if t.beginn > w.ab and t.sitzung != w.ausser and t.stufe not in AUSGEFALLEN)
    return next((t for t in passend if not (w.jede and _over(z, t))), None)


def _over(z: Gremium, t: Termin) -> bool:
    """Whether a meeting is over: closed, or a later one has begun (nobody closed this one)."""
    return t.stufe in VORBEI or any(s.beginn > t.beginn and s.stufe in BEGONNEN for s in z.termine)


def _said(t: Termin | None) -> str | None:
    return f"{t.sitzung}/{t.beginn.isoformat()}/{t.schluss.faellig.isoformat() if t.schluss else ''}" if t else None


def settle(z: Gremium, wann: dt.datetime | None) -> Gremium:
    """What every waiting task is told, as of now."""
    wartende = tuple(w.model_copy(update={"gesagt": _said(meeting_for(z, w))}) for w in z.wartende)
    return z if wartende == z.wartende else z.model_copy(update={"wartende": wartende})


def consequences(vorher: Gremium, nachher: Gremium, geschehen: dt.datetime | None) -> tuple[Ruf | Versiegelung, ...]:
    """Calls to the tasks whose meeting changed."""
    return tuple(_told(vorher, nachher))


def _told(vorher: Gremium, nachher: Gremium) -> Iterator[Ruf]:
    zuvor = {w.auftrag: w.gesagt for w in vorher.wartende}
    for w in nachher.wartende:
        if w.gesagt == zuvor.get(w.auftrag):
            continue
        ziel = workflow_id("auftrag", nachher, w.auftrag)
        yield call(nachher, "gremium", ziel, "sitzung_genannt", None, termin=meeting_for(nachher, w))


KERN: Kern[Gremium] = Kern(
    typ="gremium",
    zustand=Gremium,
    befehle=commands(gemeinsam, sys.modules[__name__]),
    stufe=lambda z: "offen",
    enden=frozenset(),
    settle=settle,
    consequences=consequences,
)
