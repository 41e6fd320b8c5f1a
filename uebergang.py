"""Time goes on: an office or committee is no more, or a council's term ends. A list of everything open, and a decision on each.

Nothing lapses silently: the list must name every open matter of that office or committee, each taken over or ended for a reason.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from activities.bote import NichtErreichbar
from client import Laufmappe
from lifecycle.ablehnung import Ablehnung, Geschlossen, Unplausibel
from lifecycle.auftrag.faelligkeit import is_recurring
from lifecycle.eingabe import sentence
from lifecycle.fristen import day
from lifecycle.kerne import kern_of
from lifecycle.verweise import VERWEISE
from register import Register
from schemas.akteur import Akteur, Rolle
from schemas.auftrag import Auftrag
from schemas.basis import Kennung, Modell, Text
from schemas.befehl import UEBERGANG
from schemas.sitzung import Sitzung, Stufe
from schemas.vorlage import BeratungStatus, Vorlage
from schemas.zustand import Zustand

OFFEN = frozenset({BeratungStatus.OFFEN, BeratungStatus.GEPLANT})
VOR_ABSAGE = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN})
GEDULD = 10.0
"""Seconds that a paper has to learn that its meeting is cancelled."""


class Was(StrEnum):
    """By what a matter hangs on to an office or committee. Decisions are carried out in this order: a cancelled meeting frees papers."""

    SITZUNG = "sitzung"
    SITZUNG_EROEFFNET = "sitzung_eroeffnet"
    NIEDERSCHRIFT = "niederschrift"
    FEDERFUEHRUNG = "federfuehrung"
    PLATZ = "platz"
    BERATUNG = "beratung"
    AUFTRAG_STELLE = "auftrag_stelle"
    AUFTRAG_GREMIUM = "auftrag_gremium"
    AUFTRAG_FAELLIG = "auftrag_faellig"
    AUFTRAG_EINBEZOGEN = "auftrag_einbezogen"


AMT = frozenset({Was.FEDERFUEHRUNG, Was.PLATZ, Was.AUFTRAG_STELLE})
"""What hangs on an office; everything else hangs on a committee."""
REIHENFOLGE = {was: nr for nr, was in enumerate(Was)}


class Entscheidung(StrEnum):
    """Taken over by a successor, or ended."""

    UEBERNEHMEN = "uebernehmen"
    BEENDEN = "beenden"


class Posten(Modell):
    """One open matter: where it hangs on to the office or committee (``traeger``), and what is decided about it.

    ``nach`` takes it over: an office, a committee; for a meeting the id of the meeting that takes over its items.
    ``abweichung`` is the reason where the decision breaks a rule.
    """

    vorgang: str
    was: Was
    traeger: Kennung
    bezeichnung: str
    beratung: int | None = None
    schritt: int | None = None
    rolle: Rolle | None = None
    jede: bool = False
    """Due in every meeting."""
    entscheidung: Entscheidung | None = None
    nach: Kennung | None = None
    grund: Text = ""
    abweichung: Text | None = None

    @property
    def kennung(self) -> str:
        """What it is, whatever is decided about it. A joint meeting is one matter, whoever's list it is on."""
        wessen = None if self.was in WIE_EINER else self.traeger
        return "/".join(str(teil) for teil in (self.vorgang, self.was, wessen, self.beratung, self.schritt, self.rolle) if teil)


WIE_EINER = frozenset({Was.SITZUNG, Was.SITZUNG_EROEFFNET, Was.NIEDERSCHRIFT})
LISTE = TypeAdapter(tuple[Posten, ...])


def parse(roh: Any) -> tuple[Posten, ...]:
    """The list as people filled it in. Raises Unplausibel."""
    try:
        return LISTE.validate_python(roh, extra="forbid")
    except ValidationError as fehler:
        raise Unplausibel(sentence("uebergang", fehler)) from None


# --- what is open -------------------------------------------------------------------------------------------------------


def _of_paper(w: str, z: Vorlage, traeger: Collection[str]) -> Iterator[Posten]:
    name = f"Vorlage {z.nummer or z.id[:8]}"
    if z.federfuehrend and z.federfuehrend.id in traeger:
        yield Posten(vorgang=w, was=Was.FEDERFUEHRUNG, traeger=z.federfuehrend.id, bezeichnung=f"{name}, Federführung")
    for p in z.fassung.plaetze if z.fassungen and z.fassung.freigabe is None else ():
        if p.antwort is None and p.stelle.id in traeger:
            yield Posten(
                vorgang=w, was=Was.PLATZ, traeger=p.stelle.id, schritt=p.schritt, rolle=p.rolle,
                bezeichnung=f"{name}, Mitzeichnung in Schritt {p.schritt} ({p.rolle.anzeige})",
            )  # fmt: skip
    for b in z.beratungen:
        if b.gremium.id in traeger and b.status in OFFEN:
            yield Posten(vorgang=w, was=Was.BERATUNG, traeger=b.gremium.id, beratung=b.nr, bezeichnung=f"{name}, Station {b.nr}")


def _of_task(w: str, z: Auftrag, traeger: Collection[str]) -> Iterator[Posten]:
    if z.angaben is None:
        return
    a, name = z.angaben, f"Auftrag {z.id[:8]}"
    if a.stelle and a.stelle.id in traeger:
        yield Posten(vorgang=w, was=Was.AUFTRAG_STELLE, traeger=a.stelle.id, bezeichnung=f"{name}, beauftragt")
    if z.gremium and z.gremium.id in traeger:
        yield Posten(vorgang=w, was=Was.AUFTRAG_GREMIUM, traeger=z.gremium.id, bezeichnung=f"{name}, dort entstanden")
    fuer = a.faellig.gremium.id if a.faellig and a.faellig.gremium else None
    if fuer in traeger and fuer != (z.gremium.id if z.gremium else None):  # its own committee's it takes along
        yield Posten(
            vorgang=w, was=Was.AUFTRAG_FAELLIG, traeger=fuer, jede=is_recurring(z), bezeichnung=f"{name}, dort fällig"
        )  # fmt: skip
    for g in a.unter_einbeziehung:
        if g.id in traeger and not _noted(z, Was.AUFTRAG_EINBEZOGEN, g.id):
            yield Posten(vorgang=w, was=Was.AUFTRAG_EINBEZOGEN, traeger=g.id, bezeichnung=f"{name}, dort einzubeziehen")


def _of_meeting(w: str, z: Sitzung, traeger: Collection[str]) -> Iterator[Posten]:
    wessen = next((g.id for g in (z.gremium, *z.weitere_gremien) if g and g.id in traeger), None)
    if wessen is None or z.beginn is None or _noted(z, Was.NIEDERSCHRIFT, wessen):
        return
    was = {Stufe.EROEFFNET: Was.SITZUNG_EROEFFNET, Stufe.GESCHLOSSEN: Was.NIEDERSCHRIFT}.get(z.stufe, Was.SITZUNG)
    yield Posten(
        vorgang=w, was=was, traeger=wessen, bezeichnung=f"Sitzung am {day(z.beginn):%d.%m.%Y}, {z.stufe.anzeige}"
    )  # fmt: skip


SACHEN: Mapping[type[Zustand], Callable[[str, Any, Collection[str]], Iterator[Posten]]] = {
    Vorlage: _of_paper,
    Auftrag: _of_task,
    Sitzung: _of_meeting,
}


def matters(workflow: str, z: Zustand, traeger: Collection[str]) -> Iterator[Posten]:
    """What of an open case hangs on one of these offices or committees. Pure."""
    return SACHEN[type(z)](workflow, z, traeger)


async def open_matters(register: Register, kommune: str, traeger: Collection[str]) -> tuple[Posten, ...]:
    """Everything open that hangs on one of these offices or committees, in the order in which it is dealt with."""
    posten: dict[str, Posten] = {}
    for typ in ("vorlage", "auftrag", "sitzung"):
        for zeile in await register.list_cases(kommune, typ):
            z = await register.state(zeile.workflow) if zeile.stufe not in kern_of(zeile.workflow).enden else None
            posten |= {p.kennung: p for p in matters(zeile.workflow, z, traeger)} if z else {}
    return tuple(sorted(posten.values(), key=lambda p: (REIHENFOLGE[p.was], p.bezeichnung, p.kennung)))


# --- what can be decided ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weg:
    """The command behind a decision, the field that takes the successor, and what else it says."""

    art: str
    nach: str | None = None
    mehr: Callable[[Posten], dict[str, Any]] = lambda p: {"grund": p.grund}


def _reason_and(*felder: str) -> Callable[[Posten], dict[str, Any]]:
    return lambda p: {"grund": p.grund} | {feld: getattr(p, feld) for feld in felder}


def _place(p: Posten) -> dict[str, Any]:
    return {"plaetze": ({"schritt": p.schritt, "stelle": p.nach, "rolle": p.rolle},)}


VERMERK = {
    Was.AUFTRAG_EINBEZOGEN: "Einbeziehung von „{traeger}“: ",
    Was.NIEDERSCHRIFT: "Niederschrift von „{traeger}“: ",
}
"""How a deviation begins by which it is on record that a matter has been decided, where nothing else would change."""


def _note(p: Posten) -> dict[str, Any]:
    was = {Was.AUFTRAG_EINBEZOGEN: "entfällt", Was.NIEDERSCHRIFT: "bleibt ohne Unterschrift"}[p.was]
    wie = f"geht über an „{p.nach}“" if p.entscheidung is Entscheidung.UEBERNEHMEN else was
    return {"regel": VERMERK[p.was].format(traeger=p.traeger) + wie, "grund": p.grund}


def _noted(z: Zustand, was: Was, traeger: str) -> bool:
    return any(a.regel.startswith(VERMERK[was].format(traeger=traeger)) for a in z.abweichungen)


BEFEHLE: Mapping[tuple[Was, Entscheidung], Weg] = {
    (Was.SITZUNG, Entscheidung.UEBERNEHMEN): Weg("absagen", "auf"),
    (Was.SITZUNG, Entscheidung.BEENDEN): Weg("absagen"),
    (Was.SITZUNG_EROEFFNET, Entscheidung.BEENDEN): Weg("schliessen", mehr=lambda p: {}),
    (Was.NIEDERSCHRIFT, Entscheidung.BEENDEN): Weg("abweichung_festhalten", mehr=_note),
    (Was.FEDERFUEHRUNG, Entscheidung.UEBERNEHMEN): Weg("federfuehrung_wechseln", "stelle"),
    (Was.FEDERFUEHRUNG, Entscheidung.BEENDEN): Weg("zurueckziehen"),
    (Was.PLATZ, Entscheidung.UEBERNEHMEN): Weg("beteiligen", mehr=_place),
    (Was.BERATUNG, Entscheidung.UEBERNEHMEN): Weg("beratung_uebertragen", "gremium", _reason_and("beratung")),
    (Was.BERATUNG, Entscheidung.BEENDEN): Weg("beratung_entfallen", mehr=_reason_and("beratung")),
    (Was.AUFTRAG_STELLE, Entscheidung.UEBERNEHMEN): Weg("zuweisen", "stelle", lambda p: {}),
    (Was.AUFTRAG_STELLE, Entscheidung.BEENDEN): Weg("aufheben"),
    (Was.AUFTRAG_GREMIUM, Entscheidung.UEBERNEHMEN): Weg("auftrag_uebertragen", "gremium"),
    (Was.AUFTRAG_GREMIUM, Entscheidung.BEENDEN): Weg("aufheben"),
    (Was.AUFTRAG_FAELLIG, Entscheidung.UEBERNEHMEN): Weg("faelligkeit_aendern", "zur_sitzung_von", _reason_and("jede")),
    (Was.AUFTRAG_FAELLIG, Entscheidung.BEENDEN): Weg("aufheben"),
    (Was.AUFTRAG_EINBEZOGEN, Entscheidung.UEBERNEHMEN): Weg("abweichung_festhalten", mehr=_note),
    (Was.AUFTRAG_EINBEZOGEN, Entscheidung.BEENDEN): Weg("abweichung_festhalten", mehr=_note),
}
"""What is decided about what, and the command that carries it out. What is not here cannot be decided."""


def verify(offen: Collection[Posten], liste: Collection[Posten], stellen: Collection[str], gremien: Collection[str]) -> None:
    """Raises Unplausibel unless every open matter is on the list, decided, with a reason and a successor that the town has."""
    da = {p.kennung for p in liste}
    if fehlt := [p.bezeichnung for p in offen if p.kennung not in da]:
        raise Unplausibel(f"Auf der Liste fehlt noch Offenes: {', '.join(fehlt)}. Bitte die Liste neu erstellen.")
    for p in liste:
        if satz := _undecided(p) or _successor(p, stellen if p.was in AMT else gremien):
            raise Unplausibel(f"{p.bezeichnung}: {satz}")


def _undecided(p: Posten) -> str | None:
    moeglich = " oder ".join(e for e in Entscheidung if (p.was, e) in BEFEHLE)
    if p.entscheidung is None or not p.grund:
        return f"bitte „entscheidung“ ({moeglich}) und „grund“ angeben."
    return None if (p.was, p.entscheidung) in BEFEHLE else f"„{p.entscheidung}“ geht hier nicht, nur: {moeglich}."


def _successor(p: Posten, bekannt: Collection[str]) -> str | None:
    if p.entscheidung is not Entscheidung.UEBERNEHMEN:
        return None
    if p.nach is None:
        return "wer übernimmt? Bitte „nach“ angeben."
    if p.was is not Was.SITZUNG and (p.nach not in bekannt or p.nach == p.traeger):
        return f"„{p.nach}“ kann nicht übernehmen. Es gibt: {', '.join(sorted(set(bekannt) - {p.traeger}))}."
    return None


# --- carrying it out ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ausgang:
    """What became of a decision: done; only asked for, because somebody else must agree; or refused, with the sentence."""

    posten: Posten
    art: Literal["erledigt", "erbeten", "abgelehnt"]
    satz: str = ""


async def carry_out(lm: Laufmappe, liste: Collection[Posten], akteur: Akteur, schluessel: str) -> AsyncIterator[Ausgang]:
    """Each decision as a command of its own, in the order in which one makes room for the next. Repeating it changes nothing."""
    abgesagt: set[str] = set()
    for p in sorted(liste, key=lambda p: REIHENFOLGE[p.was]):
        await _freed(lm, p, abgesagt)
        ausgang = await _one(lm, p, akteur, schluessel)
        if p.was is Was.SITZUNG and ausgang.art == "erledigt":
            abgesagt.add(p.vorgang.rsplit("/", 1)[-1])
        yield ausgang


async def _one(lm: Laufmappe, p: Posten, akteur: Akteur, schluessel: str) -> Ausgang:
    assert p.entscheidung is not None  # verify() has seen to it
    weg = BEFEHLE[p.was, p.entscheidung]
    try:
        felder = weg.mehr(p) | ({weg.nach: await _named(lm, p, weg.nach)} if weg.nach else {})
        if p.abweichung:
            felder["abweichung"] = p.abweichung
        await lm.act(p.vorgang, weg.art, akteur, f"{UEBERGANG}{schluessel}{p.kennung.removeprefix(p.vorgang)}", **felder)
    except Geschlossen:  # by an earlier decision on the list, or by somebody else: nothing is open there any more
        return Ausgang(p, "erledigt")
    except Ablehnung as nein:
        return Ausgang(p, "abgelehnt", nein.satz)
    z = await lm.register.state(p.vorgang)
    if isinstance(z, Vorlage) and weg.art == "zurueckziehen" and z.ruecknahme_erbeten:
        return Ausgang(p, "erbeten", "um die Rücknahme ist gebeten; darüber entscheidet der Sitzungsdienst.")
    return Ausgang(p, "erledigt")


async def _named(lm: Laufmappe, p: Posten, feld: str) -> str:
    """The successor; where it is another case, its whole id."""
    assert p.nach is not None  # verify() has seen to it
    if feld not in VERWEISE:
        return p.nach
    return (await lm.find(p.vorgang.split("/")[1], VERWEISE[feld], p.nach)).rsplit("/", 1)[-1]


async def _freed(lm: Laufmappe, p: Posten, abgesagt: Collection[str]) -> None:
    """Returns when the paper knows that its place on the agenda of a cancelled meeting is gone. If that takes too long, so be it."""
    if p.was in (Was.BERATUNG, Was.FEDERFUEHRUNG) and abgesagt:
        try:
            await lm.until(p.vorgang, lambda z: not _stands(z, abgesagt), GEDULD)
        except NichtErreichbar:
            return


def _stands(z: Zustand, sitzungen: Collection[str]) -> bool:
    stationen = z.beratungen if isinstance(z, Vorlage) else ()
    return any(t.sitzung in sitzungen and not t.sitzung_beendet for b in stationen for t in b.behandlungen)
