"""Verifying the record: entries against their heads, heads against chain and leaves, all that is shown against the entries."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from beweis import merkle
from beweis.kopf import Inhalt, Kopf, contradictions, restore
from beweis.pruefpunkt import body_of
from lifecycle.empfaenger import receivers
from lifecycle.kern import fold
from lifecycle.kerne import kern_of
from register import siegel
from register.ausgang import UNKLAR, outbox_row
from register.tabellen import BAUM, BLATT, EINTRAG, PRUEFPUNKT, ZUSTAND
from register.verbindung import Datenbank
from schemas.zustand import Zustand

DASSELBE = sa.and_(BLATT.c.workflow == EINTRAG.c.workflow, BLATT.c.seq == EINTRAG.c.seq)


@dataclass
class Nachgerechnet:
    """A case as its entries yield it, and what was found on the way. Not ``ganz``: from some entry on it does not go on."""

    workflow: str
    z: Zustand
    kopf_hash: str | None = None
    funde: list[str] = field(default_factory=list)
    ausgang: list[dict[str, Any]] = field(default_factory=list)
    ganz: bool = True

    def find(self, seq: int, was: str) -> None:
        """Notes a finding on an entry."""
        self.funde.append(f"{self.workflow}, Eintrag {seq}: {was}")


async def check(db: Datenbank) -> list[str]:
    """Sentences on everything that does not agree."""
    async with db.snapshot() as v:
        funde: list[str] = []
        async for workflow in cases(v):
            neu = await recompute(v, workflow)
            funde += neu.funde + (await _check_shown(v, neu) if neu.ganz else [])
        return (
            funde
            + await _check_without_entries(v)
            + await check_leaves(v)
            + await check_tree(v)
            + await _check_no_tree(v)
            + await check_signed(v)
        )


async def cases(v: AsyncConnection) -> AsyncIterator[str]:
    """The workflows that have entries."""
    for (workflow,) in (await v.execute(sa.select(EINTRAG.c.workflow).distinct().order_by(EINTRAG.c.workflow))).all():
        yield workflow


async def recompute(v: AsyncConnection, workflow: str) -> Nachgerechnet:
    """The case from its entries: chain, commitments and seals verified, state folded, outbox rows derived."""
    ergebnis = Nachgerechnet(workflow, kern_of(workflow).empty(workflow))
    abfrage = sa.select(EINTRAG).where(EINTRAG.c.workflow == workflow).order_by(EINTRAG.c.seq)
    for nr, zeile in enumerate((await v.execute(abfrage)).all(), 1):
        try:
            _add(ergebnis, nr, zeile)
        except Exception as fehler:  # noqa: BLE001 - whatever comes of an entry that somebody has changed is a finding
            ergebnis.find(zeile.seq, f"lässt sich nicht nachrechnen ({type(fehler).__name__}).")
            ergebnis.ganz = False
            break
    return ergebnis


def _add(ergebnis: Nachgerechnet, nr: int, zeile: sa.Row[Any]) -> None:
    """One more entry."""
    kern = kern_of(ergebnis.workflow)
    kopf, inhalt = Kopf.model_validate_json(zeile.kopf), Inhalt.model_validate_json(zeile.inhalt)
    _check_head(ergebnis, nr, zeile, kopf)
    for name in contradictions(kopf, inhalt):
        ergebnis.find(kopf.seq, f"„{name}“ passt nicht zum Kopf.")
    ergebnis.kopf_hash = kopf.hash()
    eintrag = restore(kopf, inhalt)
    befehl = kern.parse(eintrag.befehl)
    if not siegel.fits(ergebnis.z, befehl):
        ergebnis.find(kopf.seq, "das Siegel passt nicht zum Stand davor.")
    ergebnis.z = fold(kern, ergebnis.z, eintrag)
    ergebnis.ausgang += [outbox_row(eintrag, ergebnis.z.kommune, an, befehl.art, UNKLAR) for an in receivers(ergebnis.z, befehl)]


def _check_head(ergebnis: Nachgerechnet, nr: int, zeile: sa.Row[Any], kopf: Kopf) -> None:
    if (kopf.seq, kopf.workflow) != (nr, ergebnis.workflow):
        ergebnis.funde.append(f"{ergebnis.workflow}: Eintrag {nr} fehlt oder gehört nicht hierher.")
    if kopf.vorher != ergebnis.kopf_hash:
        ergebnis.find(kopf.seq, "die Kette ist unterbrochen.")
    if zeile.kopf_hash != kopf.hash():
        ergebnis.find(kopf.seq, "die Prüfsumme ist nicht die des Kopfes.")
    neben = (zeile.seq, zeile.kommune, zeile.zeit, zeile.art, zeile.stelle, zeile.rolle)
    zeit = dt.datetime.fromisoformat(kopf.zeit)
    if neben != (kopf.seq, ergebnis.z.kommune, zeit, kopf.art, kopf.stelle, kopf.rolle):
        ergebnis.find(kopf.seq, "was neben dem Kopf steht, weicht von ihm ab.")


async def _check_shown(v: AsyncConnection, neu: Nachgerechnet) -> list[str]:
    abfrage = sa.select(ZUSTAND.c.zustand, ZUSTAND.c.seq, ZUSTAND.c.kopf_hash).where(ZUSTAND.c.workflow == neu.workflow)
    zeile = (await v.execute(abfrage)).first()
    if zeile is not None and tuple(zeile) == (neu.z.model_dump_json(exclude_defaults=True), neu.z.seq, neu.kopf_hash):
        return []
    return [f"{neu.workflow}: der angezeigte Stand weicht von den Einträgen ab. Bitte neu aufbauen."]


async def _check_without_entries(v: AsyncConnection) -> list[str]:
    abfrage = sa.select(ZUSTAND.c.workflow).where(ZUSTAND.c.workflow.not_in(sa.select(EINTRAG.c.workflow)))
    return [f"{workflow}: wird angezeigt, hat aber keinen Eintrag." for (workflow,) in (await v.execute(abfrage)).all()]


async def check_leaves(v: AsyncConnection) -> list[str]:
    """Leaves and entries belong to each other, one to one."""
    falsch = (
        sa.select(EINTRAG.c.workflow, EINTRAG.c.seq)
        .outerjoin(BLATT, DASSELBE)
        .where(
            sa.or_(BLATT.c.kopf_hash.is_(None), BLATT.c.kopf_hash != EINTRAG.c.kopf_hash, BLATT.c.kommune != EINTRAG.c.kommune)
        )
    )
    ohne = sa.select(BLATT.c.workflow, BLATT.c.seq).outerjoin(EINTRAG, DASSELBE).where(EINTRAG.c.kopf_hash.is_(None))
    gruende = ((falsch, "das Blatt fehlt oder passt nicht."), (ohne, "das Blatt ist da, der Eintrag fehlt."))
    return [
        f"{workflow}, Eintrag {seq}: {grund}" for abfrage, grund in gruende for workflow, seq in (await v.execute(abfrage)).all()
    ]


async def check_tree(v: AsyncConnection) -> list[str]:
    """The leaves of a town are numbered without gaps, and its tree has as many."""
    zahlen = sa.select(
        BLATT.c.kommune, sa.func.count().label("anzahl"), sa.func.min(BLATT.c.nr), sa.func.max(BLATT.c.nr)
    ).group_by(BLATT.c.kommune)
    funde = [
        f"{kommune}: in den Blättern fehlen Nummern ({anzahl} Blätter, höchste Nummer {hoechste})."
        for kommune, anzahl, kleinste, hoechste in (await v.execute(zahlen)).all()
        if (kleinste, hoechste) != (0, anzahl - 1)
    ]
    anzahl = sa.func.count(BLATT.c.nr)
    groessen = sa.select(BAUM.c.kommune, BAUM.c.groesse, anzahl).outerjoin(BLATT, BLATT.c.kommune == BAUM.c.kommune)
    for kommune, groesse, blaetter in (await v.execute(groessen.group_by(BAUM.c.kommune, BAUM.c.groesse))).all():
        if groesse != blaetter:
            funde.append(f"{kommune}: der Baum hat {groesse} Blätter gezählt, es sind {blaetter}.")
    return funde


async def _check_no_tree(v: AsyncConnection) -> list[str]:
    ohne = sa.select(BLATT.c.kommune).distinct().where(BLATT.c.kommune.not_in(sa.select(BAUM.c.kommune)))
    return [f"{kommune}: die Größe des Baumes fehlt. Bitte neu aufbauen." for (kommune,) in (await v.execute(ohne)).all()]


async def check_signed(v: AsyncConnection) -> list[str]:
    """What was signed is what the leaves yield today."""
    punkte: dict[str, list[tuple[int, str]]] = {}
    for kommune, groesse, note in (
        await v.execute(sa.select(PRUEFPUNKT.c.kommune, PRUEFPUNKT.c.groesse, PRUEFPUNKT.c.note))
    ).all():
        punkte.setdefault(kommune, []).append((groesse, note))
    funde = []
    for kommune, seine in punkte.items():
        hashes = (await v.execute(sa.select(BLATT.c.kopf_hash).where(BLATT.c.kommune == kommune).order_by(BLATT.c.nr))).scalars()
        blaetter = [bytes.fromhex(h) for h in hashes]
        knoten = merkle.from_leaves(blaetter)
        for groesse, note in seine:
            if groesse > len(blaetter) or body_of(note).wurzel != merkle.root(knoten, groesse):
                funde.append(f"{kommune}: der Prüfpunkt über {groesse} Einträge passt nicht zu den Blättern.")
    return funde
