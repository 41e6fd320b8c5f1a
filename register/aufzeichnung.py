"""Recording: entries, leaves, current rows and outbox in one transaction, idempotent on (workflow, seq)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from beweis.kopf import Inhalt, Kopf, make_head, restore
from lifecycle import siegel
from lifecycle.ablehnung import Ablehnung
from lifecycle.empfaenger import receivers
from lifecycle.kern import Kern, fold
from lifecycle.kerne import kern_of
from lifecycle.vorlage.verknuepfung import stated
from register._fehler import Luecke, NichtSpeicherbar, Unlesbar, Widerspruch
from register.ausgang import outbox_row
from register.tabellen import AUSGANG, BAUM, BLATT, EINTRAG, NUMMER, VERKNUEPFUNG, ZUSTAND
from register.verbindung import Datenbank, cannot_hold
from register.zeilen import project
from schemas.befehl import Befehl, Eintrag
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand


@dataclass(frozen=True)
class Stand:
    """What the register knows of a case: its state, the last entry's number and head hash."""

    z: Zustand
    seq: int
    kopf_hash: str | None


async def record(db: Datenbank, v: AsyncConnection, eintraege: Sequence[Eintrag]) -> int:
    """Writes what is new of one case's entries. Returns how many outbox rows it wrote. Raises RegisterAlarm."""
    workflow = eintraege[0].workflow
    kern = kern_of(workflow)
    stand = await _known(db, v, kern, workflow)
    bekannt = [e for e in eintraege if e.seq <= stand.seq]
    neu = [e for e in eintraege if e.seq > stand.seq]
    if bekannt:
        await _verify_same(v, bekannt)
    if not neu:
        return 0
    if [e.seq for e in neu] != list(range(stand.seq + 1, stand.seq + 1 + len(neu))):
        satz = f"Vor Eintrag {neu[0].seq} von {workflow} fehlt mindestens einer; der letzte bekannte ist {stand.seq}."
        raise Luecke(satz, workflow, neu[0].seq)
    try:
        return await _append(db, v, kern, stand, neu)
    except (sa.exc.DBAPIError, ValueError, OverflowError) as fehler:
        if not cannot_hold(fehler):
            raise
        satz = (
            f"Ab Eintrag {neu[0].seq} von {workflow} steht etwas, das die Datenbank nicht aufnehmen kann. Nichts wurde geändert."
        )
        raise NichtSpeicherbar(satz, workflow, neu[0].seq) from None


async def locked_row(db: Datenbank, v: AsyncConnection, workflow: str) -> sa.Row[Any, Any, Any] | None:
    """The case's current row, locked until the transaction ends. Where there is none, its name is locked instead."""
    abfrage = (
        sa.select(ZUSTAND.c.zustand, ZUSTAND.c.seq, ZUSTAND.c.kopf_hash).where(ZUSTAND.c.workflow == workflow).with_for_update()
    )
    zeile = (await v.execute(abfrage)).first()
    if zeile is None:
        await db.lock_name(v, workflow)
        zeile = (await v.execute(abfrage)).first()  # whoever held the name may have written it
    return zeile


async def _known(db: Datenbank, v: AsyncConnection, kern: Kern[Any], workflow: str) -> Stand:
    zeile = await locked_row(db, v, workflow)
    if zeile is not None:
        return Stand(kern.zustand.model_validate_json(zeile.zustand), zeile.seq, zeile.kopf_hash)
    z, letzter, seq = kern.empty(workflow), None, 0
    for kopf, inhalt in await heads(v, workflow):  # the current rows are gone: from the entries
        z, letzter, seq = fold(kern, z, restore(kopf, inhalt)), kopf.hash(), kopf.seq
    return Stand(z, seq, letzter)


async def heads(v: AsyncConnection, workflow: str, nur: Sequence[int] | None = None) -> list[tuple[Kopf, Inhalt]]:
    """Heads and contents of a case in order, all or those numbers."""
    abfrage = sa.select(EINTRAG.c.kopf, EINTRAG.c.inhalt).where(EINTRAG.c.workflow == workflow).order_by(EINTRAG.c.seq)
    if nur is not None:
        abfrage = abfrage.where(EINTRAG.c.seq.in_(nur))
    zeilen = (await v.execute(abfrage)).all()
    return [(Kopf.model_validate_json(z.kopf), Inhalt.model_validate_json(z.inhalt)) for z in zeilen]


async def _verify_same(v: AsyncConnection, eintraege: Sequence[Eintrag]) -> None:
    workflow = eintraege[0].workflow
    da = {kopf.seq: (kopf, inhalt) for kopf, inhalt in await heads(v, workflow, [e.seq for e in eintraege])}
    for eintrag in eintraege:
        if eintrag.seq not in da:
            raise Luecke(f"Eintrag {eintrag.seq} von {workflow} war aufgezeichnet und fehlt jetzt.", workflow, eintrag.seq)
        kopf, inhalt = da[eintrag.seq]
        gespeichert = restore(kopf, inhalt)
        vergessen = kopf.felder.keys() - inhalt.felder.keys()
        if gespeichert.zeit != eintrag.zeit or (not vergessen and gespeichert.befehl != eintrag.befehl):
            raise Widerspruch(
                f"Unter Nummer {eintrag.seq} von {workflow} steht schon ein anderer Eintrag. Nichts wurde geändert; "
                "bitte die Revision verständigen.",
                workflow,
                eintrag.seq,
            )


async def _append(db: Datenbank, v: AsyncConnection, kern: Kern[Any], stand: Stand, neu: Sequence[Eintrag]) -> int:
    z, vorher = stand.z, stand.kopf_hash
    eintraege: list[dict[str, Any]] = []
    ausgang: list[dict[str, Any]] = []
    for eintrag in neu:
        befehl = _readable(kern, eintrag)
        _verify_seal(z, eintrag, befehl)
        z = fold(kern, z, eintrag)
        kopf, inhalt = make_head(eintrag, vorher)
        vorher = kopf.hash()
        eintraege.append(_entry_row(eintrag, z, kopf, inhalt, vorher))
        ausgang += [outbox_row(eintrag, z.kommune, an, befehl.art) for an in receivers(z, befehl)]
    await v.execute(sa.insert(EINTRAG), eintraege)
    if ausgang:
        await v.execute(sa.insert(AUSGANG), ausgang)
    await write_current(db, v, kern, neu[0].workflow, z, vorher or "")
    await _append_leaves(db, v, z.kommune, eintraege)
    return len(ausgang)


def _readable(kern: Kern[Any], eintrag: Eintrag) -> Befehl:
    """The command of an entry. One that was accepted and cannot be read here comes from another release: repeating helps nothing."""
    try:
        return kern.parse(eintrag.befehl)
    except Ablehnung:
        satz = f"Eintrag {eintrag.seq} von {eintrag.workflow} („{eintrag.befehl.get('art')}“) kann diese Fassung der Laufmappe nicht lesen."
        raise Unlesbar(satz, eintrag.workflow, eintrag.seq) from None


def _verify_seal(z: Zustand, eintrag: Eintrag, befehl: Befehl) -> None:
    """The case's own account of its state against the register's, at the two moments that name it."""
    if not siegel.fits(z, befehl):
        raise Widerspruch(
            f"Eintrag {eintrag.seq} von {eintrag.workflow} („{befehl.art}“) nennt ein Siegel, das nicht zum Stand im Register passt. "
            "Nichts wurde geändert; bitte die Revision verständigen.",
            eintrag.workflow,
            eintrag.seq,
        )


def _entry_row(eintrag: Eintrag, z: Zustand, kopf: Kopf, inhalt: Inhalt, kopf_hash: str) -> dict[str, Any]:
    return {
        "workflow": eintrag.workflow,
        "seq": eintrag.seq,
        "kommune": z.kommune,
        "zeit": eintrag.zeit,
        "art": kopf.art,
        "stelle": kopf.stelle,
        "rolle": kopf.rolle,
        "kopf": json.dumps(kopf.as_json(), ensure_ascii=False),
        "kopf_hash": kopf_hash,
        "inhalt": json.dumps(inhalt.as_json(), ensure_ascii=False),
    }


async def write_current(db: Datenbank, v: AsyncConnection, kern: Kern[Any], workflow: str, z: Zustand, kopf_hash: str) -> None:
    """The rows that show the case as it is now."""
    await v.execute(
        db.upsert(
            ZUSTAND,
            {
                "workflow": workflow,
                "kommune": z.kommune,
                "typ": kern.typ,
                "kennung": z.id,
                "stufe": kern.stufe(z),
                "seq": z.seq,
                "zuletzt": z.zuletzt,
                "kopf_hash": kopf_hash,
                "zustand": z.model_dump_json(exclude_defaults=True),
            },
        )
    )
    zeile = project(workflow, z)
    if zeile is not None:
        await v.execute(db.upsert(*zeile))
    if isinstance(z, Vorlage):
        await _write_links(v, workflow, z)
    if isinstance(z, Vorlage) and z.nummer:
        werte = {"kommune": z.kommune, "nummer": z.nummer, "workflow": workflow}
        try:
            await v.execute(db.insert(NUMMER).values(**werte).on_conflict_do_nothing(index_elements=["workflow"]))
        except sa.exc.IntegrityError:
            satz = f"Die Nummer von {workflow} hat schon eine andere Vorlage. Nichts wurde geändert."
            raise Widerspruch(satz, workflow, z.seq) from None


async def _write_links(v: AsyncConnection, workflow: str, z: Vorlage) -> None:
    """What the paper says of its relation to others."""
    jetzt = {(s.als.value, s.vorlage) for s in stated(z)}
    da = sa.select(VERKNUEPFUNG.c.als, VERKNUEPFUNG.c.ziel).where(VERKNUEPFUNG.c.workflow == workflow)
    vorher = {(als, ziel) for als, ziel in (await v.execute(da)).all()}
    if jetzt == vorher:
        return
    await v.execute(sa.delete(VERKNUEPFUNG).where(VERKNUEPFUNG.c.workflow == workflow))
    if jetzt:
        zeilen = [{"workflow": workflow, "kommune": z.kommune, "als": als, "ziel": ziel} for als, ziel in sorted(jetzt)]
        await v.execute(sa.insert(VERKNUEPFUNG), zeilen)


async def _append_leaves(db: Datenbank, v: AsyncConnection, kommune: str, eintraege: Sequence[dict[str, Any]]) -> None:
    """Leaves get the next numbers of the town. Last in the transaction: the town's row is locked until it ends."""
    anzahl = len(eintraege)
    groesse = (
        await v.execute(
            db.insert(BAUM)
            .values(kommune=kommune, groesse=anzahl)
            .on_conflict_do_update(index_elements=["kommune"], set_={"groesse": BAUM.c.groesse + anzahl})
            .returning(BAUM.c.groesse)
        )
    ).scalar_one()
    await v.execute(
        sa.insert(BLATT),
        [
            {
                "kommune": kommune,
                "nr": groesse - anzahl + i,
                "workflow": zeile["workflow"],
                "seq": zeile["seq"],
                "kopf_hash": zeile["kopf_hash"],
            }
            for i, zeile in enumerate(eintraege)
        ],
    )
