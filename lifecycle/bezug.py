"""Relations between who acts or reads and a case: what the tables of rights are made of.

Where the Regelwerk says nothing about who serves or sits in a committee, nobody is shut out for that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from schemas.akteur import Akteur, Rolle
from schemas.auftrag import Auftrag
from schemas.aussonderung import Aussonderung
from schemas.basis import Benannt
from schemas.beratung import TopStatus
from schemas.gremium import Gremium
from schemas.nummernkreis import Nummernkreis
from schemas.pruefakte import Pruefakte
from schemas.regelwerk import Regelwerk
from schemas.regelwerksakte import Regelwerksakte
from schemas.sitzung import GEHALTEN, Sitzung
from schemas.vorlage import Stufe, Vorlage
from schemas.zustand import Zustand

if TYPE_CHECKING:
    from schemas.befehl import Befehl

# --- who acts --------------------------------------------------------------------------------------------------------------

Bezug = Callable[[Akteur, Zustand, "Befehl", Regelwerk], bool]


def jeder(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """Whoever has the role."""
    return True


def federfuehrend(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """Of the lead office; of the office that the new paper names, while there is none."""
    if isinstance(z, Vorlage) and z.federfuehrend:
        return akteur.stelle == z.federfuehrend.id
    return isinstance(z, Vorlage) and akteur.stelle == getattr(befehl, "federfuehrend", None)


def aus_dem_haus(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """For what the administration wrote itself."""
    return isinstance(z, Vorlage) and z.eingang is None


def eigene_vorlage(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """Of the lead office, for what the administration wrote itself."""
    return aus_dem_haus(akteur, z, befehl, rw) and federfuehrend(akteur, z, befehl, rw)


def antragstellend(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """Who sent it: the member in person, the Fraktion through its office."""
    return _sent_it(akteur, z)


def im_namen(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """The secretariat of the committees concerned, for who sent it and often has no sign-in: it puts on record what they want."""
    return isinstance(z, Vorlage) and z.eingang is not None and betreut(akteur, z, befehl, rw)


def _sent_it(akteur: Akteur, z: Zustand) -> bool:
    if not isinstance(z, Vorlage) or z.eingang is None:
        return False
    wer = {akteur.stelle} if akteur.rolle is Rolle.FRAKTION else {akteur.person}  # a mandate is nobody else's
    return any(a.art.value == akteur.rolle.value and a.kennung in wer for a in z.eingang.absender)


def im_laufweg(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """Of an office that has a place on the signing path of the newest version, in the role of that place."""
    return (
        isinstance(z, Vorlage)
        and bool(z.fassungen)
        and any(p.stelle.id == akteur.stelle and p.rolle == akteur.rolle for p in z.fassung.plaetze)
    )


def beauftragt(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """Of the office that has the task."""
    return (
        isinstance(z, Auftrag) and z.angaben is not None and z.angaben.stelle is not None and akteur.stelle == z.angaben.stelle.id
    )


def _gremien(z: Zustand, befehl: Befehl) -> set[str]:
    gremien: set[str] = {str(g) for g in (getattr(befehl, "gremium", None),) if isinstance(g, str)}
    if isinstance(z, Vorlage):
        gremien |= {b.gremium.id for b in z.beratungen}
    if isinstance(z, Sitzung | Auftrag) and z.gremium:
        gremien = {z.gremium.id}
    return gremien


def betreut(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """Of the office that serves one of the committees concerned; of any, where the Regelwerk names none."""
    return _serves(akteur, _gremien(z, befehl), rw)


WORTE: dict[Bezug, str] = {
    jeder: "in jedem Vorgang",
    federfuehrend: "im federführenden Amt",
    aus_dem_haus: "in jedem Vorgang, nicht bei dem, was von außen kam",
    eigene_vorlage: "im federführenden Amt, nicht bei dem, was von außen kam",
    antragstellend: "bei eigenen Anträgen und Anfragen",
    im_namen: "im Namen der Antragstellenden, für die betreuten Gremien",
    im_laufweg: "als Platz auf dem Laufweg",
    beauftragt: "im beauftragten Amt",
    betreut: "für die betreuten Gremien",
}
"""Each relation as people read it."""


# --- who reads -------------------------------------------------------------------------------------------------------------

Lesebezug = Callable[[Akteur, Zustand, Regelwerk, dt.date], bool]


def alle_vorgaenge(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> bool:
    """Every case."""
    return True


def des_hauses(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> bool:
    """Every case that has content: papers, meetings, tasks."""
    return isinstance(z, Vorlage | Sitzung | Auftrag)


def einbezogen(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> bool:
    """The actor's office leads the paper or signs or signed it; it has the task or takes part in it."""
    return akteur.stelle in {s.id for s in _offices(z)}


def hat_gestellt(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> bool:
    """Who sent it."""
    return _sent_it(akteur, z)


def vorgesetzt(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> bool:
    """The actor's office stands above one that is concerned."""
    unter = {s.id for s in rw.stellen if s.uebergeordnet == akteur.stelle}
    return bool(unter & {s.id for s in _offices(z)})


def _offices(z: Zustand) -> Iterator[Benannt]:
    if isinstance(z, Vorlage):
        yield from (z.federfuehrend,) if z.federfuehrend else ()
        yield from (p.stelle for f in z.fassungen for p in (*f.plaetze, *f.frueher))
    if isinstance(z, Auftrag) and z.angaben:
        yield from (z.angaben.stelle,) if z.angaben.stelle else ()
        yield from z.angaben.unter_einbeziehung


def betreut_gremium(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> bool:
    """The actor's office serves one of the committees concerned. A draft is its office's own, unless it was recorded afterwards."""
    if isinstance(z, Vorlage) and z.stufe is Stufe.ENTWURF and not z.nacherfasst:
        return False
    return des_hauses(akteur, z, rw, tag) and _serves(akteur, {g.id for g in _committees(z)}, rw)


def sitzt(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> bool:
    """The person holds, on that day, a seat in one of the committees that were invited to deal with it. Nobody reads by another's seat."""
    sitze = {s.gremium for s in rw.sitze if s.person == akteur.person and s.held_on(tag)}
    return bool(sitze & {g.id for g in _committees(z, eingeladen=True)})


def leitet_oder_schreibt(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> bool:
    """Chairs and clerks: of the committees in which they hold a seat; of all, where no seats are kept or they hold none as clerks."""
    gehalten = [s for s in rw.sitze if s.person == akteur.person and s.held_on(tag)]
    frei = not rw.sitze or (akteur.rolle is Rolle.SCHRIFTFUEHRUNG and not gehalten)
    gremien = {g.id for g in _committees(z, eingeladen=not isinstance(z, Sitzung))}
    return bool(gremien) and (frei or bool({s.gremium for s in gehalten} & gremien))


def fuehrt_sitzung(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> bool:
    """A meeting of those committees: who chairs it or takes its minutes works on it."""
    return isinstance(z, Sitzung) and leitet_oder_schreibt(akteur, z, rw, tag)


def verwaltungsakte(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> bool:
    """The engine's own files: rules, checkpoints, numbers, calendars."""
    return isinstance(z, Regelwerksakte | Pruefakte | Nummernkreis | Gremium)


def aussonderungsakte(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> bool:
    """What was offered or handed over to the archive."""
    return isinstance(z, Aussonderung)


def _committees(z: Zustand, *, eingeladen: bool = False) -> Iterator[Benannt]:
    """The committees concerned; ``eingeladen``: only once the agenda has gone out to them."""
    if isinstance(z, Sitzung) and z.gremium and (not eingeladen or z.eingeladen_am or z.stufe in GEHALTEN):
        yield from (z.gremium, *z.weitere_gremien)
    if isinstance(z, Vorlage):
        for b in z.beratungen:
            if not eingeladen or any(t.eingeladen or t.status is TopStatus.BEHANDELT for t in b.behandlungen):
                yield b.gremium
    if isinstance(z, Auftrag) and z.gremium:
        yield z.gremium


def _serves(akteur: Akteur, gremien: set[str], rw: Regelwerk) -> bool:
    dienste = {g.sitzungsdienst for g in rw.gremien if g.id in gremien}
    return not dienste or None in dienste or akteur.stelle in dienste
