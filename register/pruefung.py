"""Verifying the record: entries against their heads, heads against chain and leaves, all that is shown against the entries."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from beweis import merkle
from beweis.kopf import Inhalt, Kopf, restore
from beweis.nachrechnung import Nachrechnung
from beweis.pruefpunkt import body_of
from lifecycle.empfaenger import receivers
from register.ausgang import UNKLAR, outbox_row
from register.tabellen import BAUM, BLATT, EINTRAG, PRUEFPUNKT, ZUSTAND
from register.verbindung import Datenbank

DASSELBE = sa.and_(BLATT.c.workflow == EINTRAG.c.workflow, BLATT.c.seq == EINTRAG.c.seq)


@dataclass
class Nachgerechnet:
    """A case as its entries yield it, and what was found on the way. Not ``ganz``: from some entry on it does not go on."""

    rechnung: Nachrechnung
    ausgang: list[dict[str, Any]] = field(default_factory=list)
    ganz: bool = True

    @property
    def workflow(self) -> str:
        """The case's id."""
        return self.rechnung.workflow

    @property
    def funde(self) -> list[str]:
        """What was found, as sentences."""
        wo = self.workflow
        alle = self.rechnung.funde + (self.rechnung.unrecorded() if self.ganz else [])
        return [f"{wo}: {f.satz}" if f.seq is None else f"{wo}, Eintrag {f.seq}: {f.satz}" for f in alle]


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
    ergebnis = Nachgerechnet(Nachrechnung(workflow))
    abfrage = sa.select(EINTRAG).where(EINTRAG.c.workflow == workflow).order_by(EINTRAG.c.seq)
    for zeile in (await v.execute(abfrage)).all():
        try:
            _add(ergebnis, zeile)
        except Exception as fehler:  # noqa: BLE001 - whatever comes of an entry that somebody has changed is a finding
            ergebnis.rechnung.find(zeile.seq, f"lässt sich nicht nachrechnen ({type(fehler).__name__}).")
            ergebnis.ganz = False
            break
    return ergebnis


def _add(ergebnis: Nachgerechnet, zeile: sa.Row[Any]) -> None:
    """One more entry."""
    rechnung = ergebnis.rechnung
    kopf, inhalt = Kopf.model_validate_json(zeile.kopf), Inhalt.model_validate_json(zeile.inhalt)
    befehl = rechnung.add(kopf, inhalt)
    if zeile.kopf_hash != rechnung.kopf_hash:
        rechnung.find(kopf.seq, "die Prüfsumme ist nicht die des Kopfes.")
    neben = (zeile.seq, zeile.kommune, zeile.zeit, zeile.art, zeile.stelle, zeile.rolle)
    if neben != (kopf.seq, rechnung.z.kommune, rechnung.letzte, kopf.art, kopf.stelle, kopf.rolle):
        rechnung.find(kopf.seq, "was neben dem Kopf steht, weicht von ihm ab.")
    eintrag = restore(kopf, inhalt)
    ergebnis.ausgang += [outbox_row(eintrag, rechnung.z.kommune, an, befehl.art, UNKLAR) for an in receivers(rechnung.z, befehl)]


async def _check_shown(v: AsyncConnection, neu: Nachgerechnet) -> list[str]:
    abfrage = sa.select(ZUSTAND.c.zustand, ZUSTAND.c.seq, ZUSTAND.c.kopf_hash).where(ZUSTAND.c.workflow == neu.workflow)
    zeile = (await v.execute(abfrage)).first()
    if zeile is not None and tuple(zeile) == (
        neu.rechnung.z.model_dump_json(exclude_defaults=True),
        neu.rechnung.z.seq,
        neu.rechnung.kopf_hash,
    ):
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
    """What was signed in the newest section of each log is what the leaves yield today."""
    spalten = (PRUEFPUNKT.c.kommune, PRUEFPUNKT.c.herkunft, PRUEFPUNKT.c.groesse, PRUEFPUNKT.c.note)
    punkte: dict[str, dict[str, list[tuple[int, str]]]] = {}
    for kommune, herkunft, groesse, note in (await v.execute(sa.select(*spalten).order_by(PRUEFPUNKT.c.zeit))).all():
        punkte.setdefault(kommune, {}).setdefault(herkunft, []).append((groesse, note))
    funde = []
    for kommune, abschnitte in punkte.items():
        hashes = (await v.execute(sa.select(BLATT.c.kopf_hash).where(BLATT.c.kommune == kommune).order_by(BLATT.c.nr))).scalars()
        blaetter = [bytes.fromhex(h) for h in hashes]
        knoten = merkle.from_leaves(blaetter)
        for groesse, note in list(abschnitte.values())[-1]:
            if groesse > len(blaetter) or body_of(note).wurzel != merkle.root(knoten, groesse):
                funde.append(f"{kommune}: der Prüfpunkt über {groesse} Einträge passt nicht zu den Blättern.")
    return funde
