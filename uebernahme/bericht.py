"""What came over, what did not, and why: for people in German, for programs as JSON."""

from collections import Counter
from collections.abc import Iterator

from schemas.basis import Modell
from uebernahme.dateien import files
from uebernahme.lauf import Ergebnis
from uebernahme.lesen import Roh
from uebernahme.plan import Fall, Plan
from uebernahme.quelle import DATEIFELDER, Bestand

UEBLICH = frozenset({"id", "type", "body", "created", "modified", "name", "web", "paper", "meeting", "agendaItem"})
"""Fields that say where an object stands; they need no place of their own."""
PLATZ = {
    "paper": {"reference", "date", "paperType", "underDirectionOf", "consultation", "originatorOrganization"},
    "consultation": {"organization", "role", "authoritative"},
    "meeting": {"start", "end", "location", "organization", "agendaItem", "cancelled", "meetingState"},
    "agendaItem": {"number", "order", "public", "result", "resolutionText", "consultation"},
}  # fmt: skip
"""By type: fields that have a place here. All others stay in the source JSON beside the case."""
BEISPIELE = 5


class Gruppe(Modell):
    """What became of the source's papers, or of its meetings."""

    quelle: int
    neu: int
    schon: int
    gescheitert: dict[str, str] = {}
    offen: int
    """Of those that stand here now: they go on."""


class Fund(Modell):
    """One kind of finding: how often, and on which objects of the source."""

    anzahl: int
    kennungen: tuple[str, ...]


class Bericht(Modell):
    """The whole. ``ohne_platz``: fields of the source that have none here, and how often they were stated; they are kept as JSON."""

    kommune: str
    probe: bool
    vorlagen: Gruppe
    sitzungen: Gruppe
    punkte: int
    beratungen: int
    dateien: int
    dateien_geladen: int
    funde: dict[str, Fund]
    ohne_platz: dict[str, int]
    uebrige: dict[str, int]
    """Objects that became no case: by type."""
    ablage: str | None = None
    """Folder in which they are kept."""


def report(
    b: Bestand, plan: Plan, e: Ergebnis, *, kommune: str, probe: bool, geladen: int = 0, ablage: str | None = None
) -> Bericht:
    """The report on a run, or on a trial."""
    funde = {art: Fund(anzahl=len(k), kennungen=k) for art, k in sorted(plan.funde.items())}
    if e.nummer_vergeben:
        art = "Nummer hat hier schon eine andere Vorlage (steht als frühere Nummer)"
        funde[art] = Fund(anzahl=len(e.nummer_vergeben), kennungen=tuple(e.nummer_vergeben))
    return Bericht(
        kommune=kommune,
        probe=probe,
        vorlagen=_group(len(b.papiere), plan.papiere, e),
        sitzungen=_group(len(b.sitzungen), plan.sitzungen, e),
        punkte=sum(len(s.punkte) for s in b.sitzungen),
        beratungen=sum(len(p.beratungen) for p in b.papiere),
        dateien=sum(len(files(roh)) for _, roh in _objects(b)),
        dateien_geladen=geladen,
        funde=funde,
        ohne_platz=dict(sorted(_without_place(b).items())),
        uebrige=dict(Counter(str(r.get("type", "")).rpartition("/")[2] or "ohne Typ" for r in plan.rest)),
        ablage=ablage,
    )


def _group(quelle: int, faelle: tuple[Fall, ...], e: Ergebnis) -> Gruppe:
    hier = {f.quelle for f in faelle}
    gescheitert = {k: satz for k, satz in e.gescheitert.items() if k in hier}
    return Gruppe(
        quelle=quelle,
        neu=sum(k in hier for k in e.neu),
        schon=sum(k in hier for k in e.schon),
        gescheitert=gescheitert,
        offen=sum(f.offen for f in faelle if f.quelle not in gescheitert),
    )


def _objects(b: Bestand) -> Iterator[tuple[str, Roh]]:
    for p in b.papiere:
        yield "paper", p.roh
        yield from (("consultation", c.roh) for c in p.beratungen)
    for s in b.sitzungen:
        yield "meeting", s.roh
        yield from (("agendaItem", p.roh) for p in s.punkte)


def _without_place(b: Bestand) -> Counter[str]:
    bekannt = {typ: UEBLICH | felder | set(DATEIFELDER) for typ, felder in PLATZ.items()}
    return Counter(f"{typ}.{feld}" for typ, roh in _objects(b) for feld in roh if feld not in bekannt[typ])


def lines(b: Bericht) -> Iterator[str]:
    """The report as people read it."""
    yield "Probe: Es wurde nichts übernommen." if b.probe else f"Übernahme nach „{b.kommune}“:"
    for was, g in (("Vorlagen", b.vorlagen), ("Sitzungen", b.sitzungen)):
        fehlt = g.quelle - g.neu - g.schon
        yield f"  {was}: {g.quelle} in der Quelle, {g.neu} übernommen, {g.schon} standen schon, {g.offen} gehen hier weiter" + (
            f", {fehlt} nicht übernommen" if fehlt and not b.probe else ""
        )
    yield f"  Tagesordnungspunkte: {b.punkte}, Beratungen: {b.beratungen}, Dateien: {b.dateien} ({b.dateien_geladen} mit Inhalt)"
    for art, fund in b.funde.items():
        yield f"  {fund.anzahl:>6}  {art}"
        yield from (f"          {k}" for k in fund.kennungen[:BEISPIELE])
    for g in (b.vorlagen, b.sitzungen):
        yield from (f"  Gescheitert: {k}: {satz}" for k, satz in g.gescheitert.items())
    if b.ohne_platz:
        yield "  Ohne eigenen Platz; steht im Quelltext (JSON), der bei jedem Vorgang liegt:"
        yield from (f"  {anzahl:>6}  {feld}" for feld, anzahl in b.ohne_platz.items())
    if b.uebrige:
        worte = ", ".join(f"{anzahl} {typ}" for typ, anzahl in b.uebrige.items())
        yield f"  Kein Vorgang geworden: {worte}" + (f"; aufbewahrt in {b.ablage}" if b.ablage else "")
    yield "  Personen und Mitgliedschaften werden nicht übernommen; Sitze trägt die Kommune im Regelwerk ein."
