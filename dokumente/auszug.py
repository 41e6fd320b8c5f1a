"""The extract: what was resolved at one item and what is to be done, for the office that carries it out."""

from collections.abc import Iterator

from dokumente import sicht
from dokumente.beschluss import outcomes
from dokumente.blatt import Schriftstueck, committees, dashed, day, long_day, made, shown
from dokumente.sicht import Teil
from dokumente.tagesordnung import numbers
from lifecycle.ablehnung import FalscheStufe, Unbekannt
from lifecycle.auftrag.faelligkeit import due_text
from lifecycle.sitzung.folgen import status_shown
from lifecycle.sitzung.niederschrift import signed
from lifecycle.sitzung.tagesordnung import copy_of, find_top
from schemas.auftrag import Auftragsangaben
from schemas.sitzung import Sitzung, Top

VORLAEUFIG = "Vorläufig, die Niederschrift ist noch nicht unterzeichnet"


def extract(z: Sitzung, kommune: str, nr: int, teil: Teil = Teil.INTERN) -> Schriftstueck:
    """The extract of what was resolved at one item; preliminary until the minutes are signed. Raises Unbekannt, FalscheStufe."""
    top = find_top(z, nr)
    if top is None:
        raise Unbekannt(f"Einen Tagesordnungspunkt {nr} gibt es nicht.")
    intern = not teil.fuer_alle
    beschluesse = outcomes(z, top, Teil.INTERN if intern else teil, namen=intern)
    if not beschluesse:
        fuer = "" if intern else " für die Öffentlichkeit"
        raise FalscheStufe(f"Zu TOP {top.nummer} steht{fuer} noch kein Ergebnis fest; einen Auszug gibt es erst danach.")
    return made(
        "auszug", kommune, f"Auszug aus der Niederschrift: TOP {top.nummer}", z.zuletzt, f"auszug-{top.nummer}",
        vermerk=None if signed(z) else VORLAEUFIG,
        kennzeichen=[] if sicht.is_harmless(z, top) else ["nichtöffentlich"],
        felder=list(_head(z, top, teil)),
        beschluesse=beschluesse,
        auftraege=[_task(a.angaben) for a in z.auftraege if a.top == top.id and (intern or a.angaben.oeffentlich)],
    )  # fmt: skip


def _head(z: Sitzung, top: Top, teil: Teil) -> Iterator[list[str]]:
    if an := list(dict.fromkeys(_addressees(z, top))):
        yield ["An", "; ".join(an)]
    yield ["Datum", day(z.zuletzt)]
    yield ["Gremium", "; ".join(shown(g) for g in committees(z))]
    yield ["Sitzung", f"{long_day(z.beginn)}, {status_shown(z)}"]
    yield ["TOP", f"{top.nummer} {dashed(sicht.title(z, top, teil))}"]
    yield ["Vorlage", numbers(z, tuple(sicht.papers(z, top, teil)), teil) or "ohne Vorlage"]


def _addressees(z: Sitzung, top: Top) -> Iterator[str]:
    """The offices that lead the papers, and those that were asked for something."""
    yield from (shown(k.federfuehrend) for tv in top.vorlagen if (k := copy_of(z, tv.vorlage)) and k.federfuehrend)
    yield from (shown(a.angaben.stelle) for a in z.auftraege if a.top == top.id and a.angaben.stelle)


def _task(a: Auftragsangaben) -> list[str]:
    return [a.verlangt, shown(a.stelle) or "noch nicht zugewiesen", due_text(a.faellig)]
