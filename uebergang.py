"""Time goes on: an office or committee is no more, or a council's term ends. A list of everything open, and a decision on each.

Nothing lapses silently: the list must name every open case of that office or committee, each taken over or ended for a reason.
"""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from client import Laufmappe
from lifecycle.ablehnung import Ablehnung, Unplausibel
from lifecycle.eingabe import sentence
from lifecycle.kerne import kern_of
from schemas.akteur import Akteur
from schemas.auftrag import Auftrag
from schemas.basis import Kennung, Modell, Text
from schemas.vorlage import BeratungStatus, Vorlage
from schemas.zustand import Zustand

OFFEN = frozenset({BeratungStatus.OFFEN, BeratungStatus.GEPLANT})


class Posten(Modell):
    """One open matter: where it hangs on to the office or committee, and what is decided about it.

    ``was``: ``federfuehrung`` or ``auftrag_stelle`` (of an office), ``beratung`` or ``auftrag_gremium`` (of a committee).
    ``entscheidung``: taken over by ``nach``, or ended; None while nobody has decided.
    """

    vorgang: str
    was: Literal["federfuehrung", "auftrag_stelle", "beratung", "auftrag_gremium"]
    bezeichnung: str
    beratung: int | None = None
    entscheidung: Literal["uebernehmen", "beenden"] | None = None
    nach: Kennung | None = None
    grund: Text = ""


LISTE = TypeAdapter(tuple[Posten, ...])


def parse(roh: Any) -> tuple[Posten, ...]:
    """The list as people filled it in. Raises Unplausibel."""
    try:
        return LISTE.validate_python(roh)
    except ValidationError as fehler:
        raise Unplausibel(sentence("uebergang", fehler)) from None


async def open_matters(lm: Laufmappe, kommune: str, traeger: str) -> tuple[Posten, ...]:
    """Everything open that hangs on an office or committee."""
    posten: list[Posten] = []
    for typ in ("vorlage", "auftrag"):
        for zeile in await lm.register.list_cases(kommune, typ):
            z = await lm.register.state(zeile.workflow)
            if z is not None and not kern_of(zeile.workflow).closed(z):
                posten += _matters(zeile.workflow, z, traeger)
    return tuple(sorted(posten, key=lambda p: (p.was, p.bezeichnung, p.vorgang)))


def _matters(workflow: str, z: Zustand, traeger: str) -> Iterator[Posten]:
    if isinstance(z, Vorlage):
        name = z.nummer or z.id[:8]
        if z.federfuehrend and z.federfuehrend.id == traeger:
            yield Posten(vorgang=workflow, was="federfuehrung", bezeichnung=name)
        for b in z.beratungen:
            if b.gremium.id == traeger and b.status in OFFEN:
                yield Posten(vorgang=workflow, was="beratung", bezeichnung=f"{name}, Station {b.nr}", beratung=b.nr)
    if isinstance(z, Auftrag) and z.angaben:
        name = f"Auftrag {z.id[:8]}"
        if z.angaben.stelle and z.angaben.stelle.id == traeger:
            yield Posten(vorgang=workflow, was="auftrag_stelle", bezeichnung=name)
        if z.gremium and z.gremium.id == traeger:
            yield Posten(vorgang=workflow, was="auftrag_gremium", bezeichnung=name)


async def verify(lm: Laufmappe, kommune: str, traeger: str, liste: tuple[Posten, ...]) -> None:
    """Raises Unplausibel unless every open matter is on the list, decided and with a reason."""
    da = {(p.vorgang, p.was, p.beratung) for p in liste}
    fehlt = [p.bezeichnung for p in await open_matters(lm, kommune, traeger) if (p.vorgang, p.was, p.beratung) not in da]
    if fehlt:
        raise Unplausibel(f"Auf der Liste fehlt noch Offenes: {', '.join(fehlt)}. Bitte die Liste neu erstellen.")
    for p in liste:
        if p.entscheidung is None or not p.grund:
            raise Unplausibel(f"{p.bezeichnung}: bitte „entscheidung“ (uebernehmen oder beenden) und „grund“ angeben.")
        if p.entscheidung == "uebernehmen" and p.nach is None:
            raise Unplausibel(f"{p.bezeichnung}: wer übernimmt? Bitte „nach“ angeben.")


BEFEHLE: dict[tuple[str, str], tuple[str, str | None]] = {
    ("federfuehrung", "uebernehmen"): ("federfuehrung_wechseln", "stelle"),
    ("federfuehrung", "beenden"): ("zurueckziehen", None),
    ("beratung", "uebernehmen"): ("beratung_uebertragen", "gremium"),
    ("beratung", "beenden"): ("beratung_entfallen", None),
    ("auftrag_stelle", "uebernehmen"): ("zuweisen", "stelle"),
    ("auftrag_stelle", "beenden"): ("aufheben", None),
    ("auftrag_gremium", "uebernehmen"): ("auftrag_uebertragen", "gremium"),
    ("auftrag_gremium", "beenden"): ("aufheben", None),
}
"""What is decided about what: which command, and the field that takes the successor."""
OHNE_GRUND = frozenset({"zuweisen"})


async def carry_out(lm: Laufmappe, p: Posten, akteur: Akteur, schluessel: str) -> str | None:
    """One decision as a command of its own. Returns the sentence of a refusal, None when done. Repeating it changes nothing."""
    assert p.entscheidung is not None  # verify() has seen to it
    art, feld = BEFEHLE[p.was, p.entscheidung]
    felder: dict[str, Any] = {} if art in OHNE_GRUND else {"grund": p.grund}
    if feld:
        felder[feld] = p.nach
    if p.beratung is not None:
        felder["beratung"] = p.beratung
    try:
        await lm.act(p.vorgang, art, akteur, f"{schluessel}/{p.vorgang}/{p.was}/{p.beratung or ''}", **felder)
    except Ablehnung as nein:
        return nein.satz
    return None
