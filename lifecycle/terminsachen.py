"""Commands about deadlines that every case knows: the engine's reminder and expiry, and people's extension."""

import datetime as dt
from typing import Any, ClassVar

from lifecycle.ablehnung import Unbekannt, Unplausibel
from lifecycle.fristen import Anlass, end_of, find, next_alarm, next_dunning, replaced, running
from lifecycle.kern import Kommando
from schemas.akteur import SYSTEM
from schemas.basis import Grund, Tag, Text
from schemas.frist import Frist, Fristausgang, Verlaengerung
from schemas.zustand import Z, Zustand


class Fristsache(Kommando[Z]):
    """What the engine does when a deadline comes up."""

    tatsache: ClassVar[bool] = True

    frist: Text

    def running(self, z: Zustand) -> Frist | None:
        """The deadline, if it still runs."""
        return next((f for f in running(z) if f.id == self.frist), None)


class FristErinnert(Fristsache[Z]):
    """An eine Frist ist erinnert."""

    art: ClassVar[str] = "frist_erinnert"

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        frist = self.running(z)
        return replaced(z, frist, frist.model_copy(update={"erinnert": wann})) if frist else z


class FristAbgelaufen(Fristsache[Z]):
    """Eine Frist ist abgelaufen."""

    art: ClassVar[str] = "frist_abgelaufen"

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        frist = self.running(z)
        if frist is None:
            return z
        ausgang = Fristausgang.ABGELAUFEN if frist.termin else Fristausgang.VERSAEUMT
        neu = {"ausgang": ausgang, "ausgang_am": frist.faellig, "mahnung": next_dunning(frist, wann)}
        return replaced(z, frist, frist.model_copy(update=neu))


class FristGemahnt(Fristsache[Z]):
    """An eine versäumte Frist ist noch einmal erinnert."""

    art: ClassVar[str] = "frist_gemahnt"

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        frist = next((f for f in z.fristen if f.id == self.frist and f.mahnung), None)
        return replaced(z, frist, frist.model_copy(update={"mahnung": next_dunning(frist, wann)})) if frist else z


class FristVerlaengern(Kommando[Z]):
    """Eine laufende Frist verlängern, mit Begründung."""

    art: ClassVar[str] = "frist_verlaengern"

    frist: Text
    bis: Tag
    grund: Grund

    def verify(self, z: Z) -> None:
        frist = next((f for f in running(z) if f.id == self.frist), None)
        if frist is None:
            laufend = ", ".join(f.id for f in running(z)) or "keine"
            raise Unbekannt(f"Eine laufende Frist „{self.frist}“ gibt es hier nicht. Es laufen: {laufend}.")
        if self.bis <= frist.letzter_tag:
            raise Unplausibel(f"Die Frist läuft schon bis {frist.letzter_tag:%d.%m.%Y}. Bitte einen späteren Tag angeben.")
        if frist.termin or frist.fest:
            raise Unplausibel(
                "Diese Frist folgt aus dem Tag der Sitzung; sie lässt sich nicht verlängern, nur die Sitzung verlegen."
            )

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        frist = find(z, self.frist)
        if frist is None:
            return z
        abstand = frist.faellig - frist.erinnern if frist.erinnern else None
        faellig = end_of(self.bis)
        erinnern = faellig - abstand if abstand else None
        neu = Verlaengerung(von=frist.letzter_tag, bis=self.bis, grund=self.grund)
        return replaced(
            z,
            frist,
            frist.model_copy(
                update={
                    "letzter_tag": self.bis,
                    "faellig": faellig,
                    "erinnern": erinnern if erinnern and erinnern > wann else None,
                    "erinnert": None,
                    "verlaengert": (*frist.verlaengert, neu),
                }
            ),
        )


def alarm_command(z: Zustand) -> dict[str, Any]:
    """The command that the engine gives when the next alarm of the case rings: complete, with a key of its own."""
    alarm = next_alarm(z)
    assert alarm is not None and z.regelwerk is not None  # somebody waited for it
    wann, frist, anlass = alarm
    return {
        "art": anlass.value,
        "schluessel": f"{anlass.value}/{frist.id}/{wann.isoformat()}/{z.seq}",
        "akteur": SYSTEM.model_dump(mode="json"),
        "regelwerk": z.regelwerk.model_dump(mode="json"),
        "frist": frist.id,
        "benachrichtigt": list(getattr(frist, WEN[anlass])),
    }


WEN = {Anlass.ERINNERN: "erinnern_an", Anlass.ABGELAUFEN: "melden_an", Anlass.MAHNEN: "mahnen_an"}
"""Where the deadline says who is told on which occasion."""
