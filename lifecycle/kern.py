"""The two questions that everything asks: ``check`` (may this be done?) and ``apply`` (what does it do?).

A command is a class with its fields, its rule and its effect together (``Kommando``). A ``Kern`` is one state machine: its
state, its commands, and what follows from a change of state. Both questions are pure: no clock, no I/O, no Temporal.

``apply`` reads neither the Regelwerk nor any library that changes, so it gives the same for decades. What depends on them
``complete`` works out at the door, and ``check`` confirms it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar, Generic, Self
from zoneinfo import ZoneInfo

from pydantic import JsonValue, ValidationError

from lifecycle import rechte
from lifecycle.ablehnung import (
    Ablehnung,
    FalscheStufe,
    Geschlossen,
    Regelbruch,
    UhrGehtFalsch,
    Unplausibel,
    Veraltet,
)
from lifecycle.eingabe import sentence, verify_values
from schemas.akteur import Akteur
from schemas.befehl import Befehl, Eintrag
from schemas.loeschung import Loeschung
from schemas.regelwerk import Regelwerk, Regelwerke
from schemas.wirkung import Ruf, Versiegelung
from schemas.zustand import REGELSTAND, Abweichung, Erledigt, Z, Zustand

BERLIN = ZoneInfo("Europe/Berlin")
FENSTER = 200
"""How many commands a case remembers, so that a repetition is recognised beyond continue-as-new."""
UHR_TOLERANZ = dt.timedelta(minutes=1)


class Kommando(Befehl, Generic[Z]):
    """A command with its rule (``complete``, ``breaches``, ``verify``) and its effect (``perform``).

    The class variables are the rule's table: ``von`` the stages at which it is possible (None: any that is not an end),
    ``nach`` the stages that it can lead to, for each stage where they differ (for the picture of the lifecycle).
    """

    von: ClassVar[frozenset[str] | None] = None
    nach: ClassVar[frozenset[str] | Mapping[str, frozenset[str]]] = frozenset()
    legt_an: ClassVar[bool] = False
    """It creates the case."""
    auch_leer: ClassVar[bool] = False
    """It is possible on a case that does not exist yet as well as on one that does."""
    tatsache: ClassVar[bool] = False
    """It reports what is so elsewhere: never refused for its stage."""
    braucht_stand: ClassVar[bool] = False
    """The door must know the state to complete it."""
    begruendungspflicht: ClassVar[bool] = True
    """A breach needs a reason. Not in a meeting: what happened there is recorded as it was."""
    oeffnet: ClassVar[bool] = False
    """It is possible on a closed case."""

    erfasst_von: Akteur | None = None
    """In Nacherfassung of a whole past: who typed it in, for ``akteur`` is who acted then."""

    @classmethod
    def targets(cls, von: str) -> frozenset[str]:
        """The stages that it can lead to from this one, besides staying there."""
        return cls.nach.get(von, frozenset()) if isinstance(cls.nach, Mapping) else cls.nach

    def complete(self, z: Z, rw: Regelwerk, wann: dt.datetime) -> Self:
        """A copy with the derived fields worked out. Raises a refusal for what the Regelwerk does not know."""
        return self

    def breaches(self, z: Z, wann: dt.datetime) -> tuple[str, ...]:
        """Rules that doing this at that time would break, as German phrases: each becomes an Abweichung."""
        return ()

    def verify(self, z: Z) -> None:
        """Raises a refusal where this would be nonsense."""

    def perform(self, z: Z, wann: dt.datetime) -> Z:
        """The new state. ``wann`` is when it happened (aware). Total: never fails on what ``check`` let through."""
        raise NotImplementedError

    def answer(self, z: Z) -> str | None:
        """What the caller learns besides the receipt, from the new state."""
        return None


class Nacherfassen(Kommando[Z]):
    """Eine ganze Vergangenheit auf einmal nacherfassen: höchstens 200 Schritte mit ihren wahren Daten."""

    art: ClassVar[str] = "nacherfassen"
    legt_an: ClassVar[bool] = True
    HOECHSTENS: ClassVar[int] = 200
    HOECHSTGROESSE: ClassVar[int] = 500_000
    """Bytes of all steps as JSON."""

    schritte: tuple[dict[str, JsonValue], ...]

    def verify_size(self) -> None:
        """Raises Unplausibel for a past that is empty or too long for one command."""
        if not 1 <= len(self.schritte) <= self.HOECHSTENS:
            raise Unplausibel(
                f"Eine Nacherfassung hat 1 bis {self.HOECHSTENS} Schritte, diese hat {len(self.schritte)}. Bitte aufteilen."
            )
        groesse = sum(len(json.dumps(schritt, ensure_ascii=False).encode()) for schritt in self.schritte)
        if groesse > self.HOECHSTGROESSE:
            raise Unplausibel(
                f"Diese Nacherfassung hat {groesse / 1000:.0f} KB; erlaubt sind {self.HOECHSTGROESSE // 1000} KB. Bitte aufteilen."
            )


@dataclass(frozen=True)
class Ergebnis(Generic[Z]):
    """What ``apply`` yields: the new state, one entry per step, the effects, and the answer to the caller."""

    zustand: Z
    eintraege: tuple[Eintrag, ...]
    wirkungen: tuple[Ruf | Versiegelung, ...]
    antwort: str | None


@dataclass(frozen=True)
class Kern(Generic[Z]):
    """One state machine. ``settle`` draws the state's own conclusions; ``consequences`` compares before and after.

    ``settle`` gets the time of the act, or None in Nacherfassung: then no deadline is pretended.
    """

    typ: str
    zustand: type[Z]
    befehle: Mapping[str, type[Kommando[Z]]]
    stufe: Callable[[Z], str]
    enden: frozenset[str]
    settle: Callable[[Z, dt.datetime | None], Z]
    consequences: Callable[[Z, Z, dt.datetime | None], tuple[Ruf | Versiegelung, ...]]

    def empty(self, workflow: str) -> Z:
        """The state before anything happened. ``workflow`` is ``<typ>/<kommune>/<id>``."""
        _, kommune, kennung = workflow.split("/", 2)
        return self.zustand(kommune=kommune, id=kennung, regelstand=REGELSTAND)

    def workflow(self, z: Z) -> str:
        """The workflow's id."""
        return f"{self.typ}/{z.kommune}/{z.id}"

    def parse(self, daten: Mapping[str, Any], *, streng: bool = False) -> Kommando[Z]:
        """A command from JSON. Raises Unplausibel.

        ``streng`` is for what is new: it also refuses unknown fields, and values that no database can hold.
        """
        daten = dict(daten)
        art = daten.pop("art", None)
        klasse = self.befehle.get(str(art))
        if klasse is None:
            raise Unplausibel(f"Den Befehl „{art}“ gibt es bei {self.typ} nicht. Es gibt: {', '.join(sorted(self.befehle))}.")
        if streng:
            verify_values(str(art), daten)
        try:
            befehl = klasse.model_validate(daten, extra="forbid" if streng else "ignore")
        except ValidationError as fehler:
            raise Unplausibel(sentence(str(art), fehler)) from None
        if streng:
            steps(self, befehl, streng=True)  # a misspelt field of a past step is as wrong as one of today's
        return befehl

    def closed(self, z: Z) -> bool:
        """Nothing but taking it up again is possible."""
        return z.seq > 0 and self.stufe(z) in self.enden


def commands(*module: ModuleType) -> dict[str, type[Kommando[Any]]]:
    """All commands defined in these modules, by ``art``: who writes a class there has registered it."""
    return {
        klasse.art: klasse
        for modul in module
        for klasse in vars(modul).values()
        if isinstance(klasse, type) and issubclass(klasse, Kommando) and "art" in vars(klasse)
    }


def steps(kern: Kern[Z], befehl: Kommando[Z], *, streng: bool = False) -> tuple[Kommando[Z], ...]:
    """The single steps of a command: itself, or each step of a Nacherfassung with what they share filled in."""
    if not isinstance(befehl, Nacherfassen):
        return (befehl,)
    gemeinsam = {"regelwerk": befehl.regelwerk, "erfasst_von": befehl.akteur, "benachrichtigt": ()}
    return tuple(
        kern.parse({"akteur": befehl.akteur, **schritt, **gemeinsam, "schluessel": f"{befehl.schluessel}/{nr}"}, streng=streng)
        for nr, schritt in enumerate(befehl.schritte, 1)
    )


def complete(kern: Kern[Z], z: Z, befehl: Kommando[Z], jetzt: dt.datetime, regelwerke: Regelwerke) -> Kommando[Z]:
    """The command as ``check`` wants it: version of the Regelwerk, who is told, and its own derived fields.

    The door calls it on the state that it knows. Raises a refusal for an unknown town or an unknown id.
    """
    rw = _rules(z, befehl, jetzt, regelwerke)
    befehl = befehl.model_copy(update={"regelwerk": rw.stand})
    if isinstance(befehl, Nacherfassen):
        return _complete_past(kern, z, befehl, jetzt, rw)
    befehl = befehl.model_copy(update={"benachrichtigt": told(rw, befehl.art)})
    return befehl.complete(z, rw, befehl.geschehen or jetzt)


def _complete_past(kern: Kern[Z], z: Z, befehl: Nacherfassen[Z], jetzt: dt.datetime, rw: Regelwerk) -> Kommando[Z]:
    befehl.verify_size()
    weg = ("regelwerk", "erfasst_von", "benachrichtigt", "schluessel")
    fertig = []
    for nr, schritt in enumerate(steps(kern, befehl), 1):
        try:
            _check_place(kern, z, schritt, jetzt)
            ganz = schritt.complete(z, rw, schritt.geschehen or jetzt)
            _check_rules(z, ganz, jetzt)
        except Ablehnung as nein:
            raise type(nein)(f"Schritt {nr} („{schritt.art}“): {nein.satz}") from None
        fertig.append({k: v for k, v in ganz.as_json().items() if k not in weg})
        z = apply(kern, z, ganz, jetzt).zustand
    return befehl.model_copy(update={"schritte": tuple(fertig)})


def told(rw: Regelwerk, art: str) -> tuple[str, ...]:
    """Who is told of that kind of entry, in the Regelwerk's words."""
    stellen = [an for b in rw.benachrichtigungen if b.bei == art for an in b.an]
    haken = [f"webhook:{w.id}" for w in rw.webhooks if art in w.bei]
    return tuple(dict.fromkeys(stellen + haken))


def _rules(z: Z, befehl: Kommando[Z], jetzt: dt.datetime, regelwerke: Regelwerke) -> Regelwerk:
    rw = regelwerke.am(z.kommune, (befehl.geschehen or jetzt).astimezone(BERLIN).date())
    if rw is None:
        raise Unplausibel(
            f"Für „{z.kommune}“ ist kein Regelwerk hinterlegt. Es gibt: {', '.join(regelwerke.kommunen) or 'keines'}."
        )
    return rw


def check(kern: Kern[Z], z: Z, befehl: Kommando[Z], jetzt: dt.datetime, regelwerke: Regelwerke) -> None:
    """Raises a refusal if this may not be done now. ``jetzt`` is aware."""
    rw = _rules(z, befehl, jetzt, regelwerke)
    if z.zuletzt and jetzt < z.zuletzt - UHR_TOLERANZ:
        raise UhrGehtFalsch(
            f"Die Uhr zeigt {_am(jetzt)}, der letzte Eintrag ist von {_am(z.zuletzt)}. Bitte die Uhr des Servers stellen."
        )
    if befehl.regelwerk != rw.stand:
        raise Veraltet("Das Regelwerk hat sich inzwischen geändert. Bitte den Vorgang neu ansehen und wiederholen.")
    if befehl.gesehen is not None and befehl.gesehen != z.seq:
        raise Veraltet(
            f"Angesehen wurde Eintrag {befehl.gesehen}, inzwischen gibt es {z.seq}. Bitte neu ansehen und wiederholen."
        )
    if befehl.erfasst_von is not None:
        raise Unplausibel("Wer nacherfasst, stellt die Laufmappe selbst fest; angeben lässt es sich nicht.")
    rechte.verify(befehl, z, rw, (befehl.geschehen or jetzt).astimezone(BERLIN).date())
    if isinstance(befehl, Nacherfassen):
        befehl.verify_size()
    for schritt in steps(kern, befehl):
        _check_step(kern, z, schritt, jetzt, rw)
        if schritt is not befehl:
            z = apply(kern, z, schritt, jetzt).zustand


def _check_step(kern: Kern[Z], z: Z, befehl: Kommando[Z], jetzt: dt.datetime, rw: Regelwerk) -> None:
    _check_place(kern, z, befehl, jetzt)
    soll = befehl.complete(z, rw, befehl.geschehen or jetzt)
    if befehl.erfasst_von is None and not befehl.tatsache:
        soll = soll.model_copy(update={"benachrichtigt": told(rw, befehl.art)})
    if soll != befehl:
        raise Veraltet("Der Vorgang hat sich inzwischen geändert. Bitte neu ansehen und wiederholen.")
    _check_rules(z, befehl, jetzt)


def _check_place(kern: Kern[Z], z: Z, befehl: Kommando[Z], jetzt: dt.datetime) -> None:
    _check_time(z, befehl, jetzt)
    check_stage(kern, z, befehl)


def _check_rules(z: Z, befehl: Kommando[Z], jetzt: dt.datetime) -> None:
    befehl.verify(z)
    brueche = befehl.breaches(z, befehl.geschehen or jetzt)
    # who records somebody else's past may not know the reasons of that day; the Abweichung stands without one
    begruendet = befehl.abweichung or befehl.erfasst_von or befehl.tatsache
    if brueche and befehl.begruendungspflicht and not begruendet:
        raise Regelbruch(
            f"Das bricht eine Regel: {'; '.join(brueche)}. Wenn es trotzdem sein soll, bitte eine Begründung angeben; "
            "sie wird als Abweichung festgehalten."
        )


def _check_time(z: Z, befehl: Kommando[Z], jetzt: dt.datetime) -> None:
    if befehl.erfasst_von and befehl.geschehen is None:
        raise Unplausibel("Beim Nacherfassen braucht jeder Schritt sein wahres Datum („geschehen“).")
    if befehl.geschehen and z.begonnen and befehl.geschehen < z.begonnen and not befehl.tatsache:
        raise Unplausibel(
            f"{_am(befehl.geschehen)} liegt vor dem Beginn dieses Vorgangs ({_am(z.begonnen)}). Bitte das Datum prüfen."
        )
    if befehl.geschehen and befehl.geschehen > jetzt + UHR_TOLERANZ:
        raise Unplausibel(f"Nacherfasst wird Vergangenes; {_am(befehl.geschehen)} liegt in der Zukunft. Bitte das Datum prüfen.")


def pending(z: Zustand) -> Loeschung | None:
    """The order that two persons stand for and that is not carried out yet. Until it is, the case takes nothing else."""
    return next((o for o in z.loeschungen if o.bestaetigt_am and not o.vollzogen_am), None)


def check_stage(kern: Kern[Z], z: Z, befehl: Kommando[Z]) -> None:
    """Raises a refusal for a command that is not possible at this stage, whatever it says."""
    if befehl.auch_leer:
        return
    if z.seq == 0:
        if not befehl.legt_an:
            raise FalscheStufe("Diesen Vorgang gibt es noch nicht. Bitte die Nummer prüfen oder ihn zuerst anlegen.")
        return
    if pending(z) and befehl.art != "loeschung_vollzogen":
        raise Veraltet("In diesem Vorgang wird gerade gelöscht. Bitte in einigen Minuten wiederholen.")
    if befehl.legt_an:
        raise FalscheStufe("Diesen Vorgang gibt es schon; er kann nicht noch einmal angelegt werden.")
    if kern.closed(z) and not befehl.oeffnet:
        raise Geschlossen(f"Der Vorgang ist geschlossen ({kern.stufe(z)}). Er kann nur mit Begründung wiederaufgenommen werden.")
    if befehl.von is not None and kern.stufe(z) not in befehl.von and not befehl.tatsache:
        raise FalscheStufe(
            f"„{befehl.art}“ geht nur in: {', '.join(sorted(befehl.von))}. Der Vorgang ist jetzt: {kern.stufe(z)}."
        )


def _am(zeit: dt.datetime) -> str:
    return zeit.astimezone(BERLIN).strftime("%d.%m.%Y, %H:%M Uhr")


def apply(kern: Kern[Z], z: Z, befehl: Kommando[Z], jetzt: dt.datetime) -> Ergebnis[Z]:
    """The new state, the entries and the effects. Total on what ``check`` let through. ``jetzt`` is aware."""
    eintraege: list[Eintrag] = []
    wirkungen: list[Ruf | Versiegelung] = []
    for schritt in steps(kern, befehl):
        vorher, z = z, _perform(kern, z, schritt, jetzt)
        assert z.zuletzt is not None  # set by _perform
        eintraege.append(
            Eintrag(workflow=kern.workflow(z), seq=z.seq, zeit=z.zuletzt, befehl=schritt.as_json(), regelstand=z.regelstand)
        )
        wirkungen += kern.consequences(vorher, z, schritt.geschehen)
        if vorher.siegel and not z.siegel and kern.closed(z):  # what it sealed was deleted in part: a new one for what is left
            wirkungen.append(Versiegelung())
    return Ergebnis(z, tuple(eintraege), tuple(wirkungen), befehl.answer(z))


def _perform(kern: Kern[Z], z: Z, befehl: Kommando[Z], jetzt: dt.datetime) -> Z:
    zeit = max(jetzt, z.zuletzt) if z.zuletzt else jetzt
    seq = z.seq + 1
    wann = befehl.geschehen or zeit
    neu = tuple(Abweichung(seq=seq, regel=regel, grund=befehl.abweichung) for regel in befehl.breaches(z, wann))
    z = z.model_copy(
        update={
            "seq": seq,
            "zuletzt": zeit,
            "begonnen": z.begonnen or wann,
            "regelwerk": befehl.regelwerk,
            "nacherfasst": z.nacherfasst or befehl.geschehen is not None,
            "abweichungen": z.abweichungen + neu,
        }
    )
    return kern.settle(befehl.perform(z, wann), None if befehl.geschehen else wann)


def remembered(kern: Kern[Z], eintraege: Sequence[Eintrag]) -> tuple[Erledigt, ...]:
    """The latest commands of a case as a workflow remembers them, so that a repetition is recognised after it was closed."""
    befehle = [(e, kern.parse(e.befehl)) for e in eintraege[-FENSTER:]]
    return tuple(Erledigt(schluessel=b.schluessel, digest=b.digest(), seq=e.seq) for e, b in befehle)


def fold(kern: Kern[Z], z: Z, eintrag: Eintrag) -> Z:
    """The state after one more entry: how the register, the verifier and the reopening of a case come to the state."""
    if z.seq == 0:
        z = z.model_copy(update={"regelstand": eintrag.regelstand})
    return _perform(kern, z, kern.parse(eintrag.befehl), eintrag.zeit)


def fold_all(kern: Kern[Z], workflow: str, eintraege: Iterable[Eintrag]) -> Z:
    """The state that the entries yield from the beginning."""
    z = kern.empty(workflow)
    for eintrag in eintraege:
        z = fold(kern, z, eintrag)
    return z
