"""Forgetting in the register: content and salts of chosen fields go, the heads stay; everything that follows from them is written anew."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import JsonValue, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from beweis.kopf import Inhalt, Kopf, restore
from beweis.vergessen import NichtZuVergessen, replaced, ways_to
from lifecycle.ablehnung import Unplausibel
from lifecycle.kern import fold_all
from lifecycle.kerne import kern_of
from lifecycle.siegel import SIEGEL
from register.aufzeichnung import heads, locked_row, write_current
from register.tabellen import EINTRAG, OEFFENTLICH
from register.verbindung import Datenbank
from schemas.loeschung import Loeschstelle
from schemas.zustand import Zustand

Verlauf = Sequence[tuple[Kopf, Inhalt]]


@dataclass(frozen=True)
class Rest:
    """What is left of a case: its entries, the state that they yield, and everything that went."""

    verlauf: list[tuple[Kopf, Inhalt]]
    z: Zustand
    stellen: tuple[Loeschstelle, ...]


def without(workflow: str, verlauf: Verlauf, stellen: Sequence[Loeschstelle]) -> Rest:
    """The case without these fields. Pure. Raises NichtZuVergessen for a field that nothing can stand for."""
    befehle = kern_of(workflow).befehle
    weg = _with_seals(verlauf, stellen)
    rest, gegangen = [], []
    for kopf, inhalt in verlauf:
        neu = inhalt
        if wege := weg.get(kopf.seq):
            ersatz = {name: replaced(befehle[kopf.art], name, _value(inhalt, name), seine) for name, seine in wege.items()}
            bleibt = {name: feld for name, feld in inhalt.felder.items() if name not in ersatz}
            neu = Inhalt(felder=bleibt, ersatz=inhalt.ersatz | ersatz)
            namen = tuple(f"{name}.{w}".removesuffix(".") for name, seine in sorted(wege.items()) for w in sorted(seine))
            gegangen.append(Loeschstelle(seq=kopf.seq, felder=namen, ersatz=ersatz))
        rest.append((kopf, neu))
    z = fold_all(kern_of(workflow), workflow, (restore(*e) for e in rest))
    return Rest(rest, z, tuple(gegangen))


def _value(inhalt: Inhalt, name: str) -> JsonValue:
    return inhalt.felder[name].wert if name in inhalt.felder else inhalt.ersatz.get(name)


def _with_seals(verlauf: Verlauf, stellen: Sequence[Loeschstelle]) -> dict[int, dict[str, set[str]]]:
    """What is to go: entry to field to ways in it. And every seal over it, for the digest of a nearly known text tells the rest.

    Fields that an entry does not have are left out.
    """
    koepfe = {kopf.seq: kopf for kopf, _ in verlauf}
    weg: dict[int, dict[str, set[str]]] = {}
    for s in stellen:
        for feld in s.felder:
            name, rest = _split(koepfe.get(s.seq), feld)
            if name:
                weg.setdefault(s.seq, {}).setdefault(name, set()).add(rest)
    for kopf in koepfe.values():
        if weg and kopf.art in SIEGEL and kopf.seq > min(weg):
            weg.setdefault(kopf.seq, {}).setdefault("siegel", {""})
    return weg


def _split(kopf: Kopf | None, feld: str) -> tuple[str, str]:
    """The name of a content field, and the way in it. Empty for one that the entry does not have."""
    for name in kopf.felder if kopf else ():
        if feld == name or feld.startswith(f"{name}."):
            return name, feld[len(name) + 1 :]
    return "", ""


def places(verlauf: Verlauf, text: str) -> tuple[Loeschstelle, ...]:
    """Everywhere in a case where a text stands that contains this one."""
    alle = []
    for kopf, inhalt in verlauf:
        werte = {name: feld.wert for name, feld in inhalt.felder.items()} | inhalt.ersatz
        felder = [f"{name}.{weg}".removesuffix(".") for name, wert in werte.items() for weg in ways_to(wert, text)]
        if felder:
            alle.append(Loeschstelle(seq=kopf.seq, felder=tuple(felder)))
    return tuple(alle)


def verify_forgettable(workflow: str, verlauf: Verlauf, stellen: Iterable[Any]) -> None:
    """Raises Unplausibel for a field that there is not, or on which the course of the case rests. ``stellen`` as people give them."""
    try:
        gewollt = [Loeschstelle.model_validate(s) for s in stellen]
    except ValidationError:
        raise Unplausibel("Eine Stelle besteht aus der Nummer eines Eintrags und den Namen von Feldern.") from None
    koepfe = {kopf.seq: kopf for kopf, _ in verlauf}
    for s in gewollt:
        kopf = koepfe.get(s.seq)
        if unbekannt := [feld for feld in s.felder if not _split(kopf, feld)[0]]:
            gibt = ", ".join(sorted(kopf.felder)) if kopf else "nichts"
            raise Unplausibel(f"Eintrag {s.seq} hat kein Feld „{unbekannt[0]}“. Es gibt: {gibt}.")
    vorher = without(workflow, verlauf, ()).z
    try:
        nachher = without(workflow, verlauf, gewollt).z
    except Exception as fehler:  # noqa: BLE001 - whatever comes of working it out without them says the same
        raise Unplausibel(f"{_bears(fehler)} Bitte nur Felder nennen, die Text, Personen oder Dokumente enthalten.") from None
    if _course(workflow, vorher) != _course(workflow, nachher):
        raise Unplausibel(f"{_bears(None)} Bitte nur Felder nennen, die Text, Personen oder Dokumente enthalten.")


def _bears(fehler: Exception | None) -> str:
    return str(fehler) if isinstance(fehler, NichtZuVergessen) else "Ein genanntes Feld trägt den Ablauf des Vorgangs."


def _course(workflow: str, z: Zustand) -> tuple[object, ...]:
    """What must be the same afterwards: the stage, and how many there are of everything."""
    stand = z.model_dump(mode="json")
    return kern_of(workflow).stufe(z), {name: len(wert) for name, wert in stand.items() if isinstance(wert, list)}


async def forget(db: Datenbank, v: AsyncConnection, workflow: str, stellen: Sequence[Loeschstelle]) -> Rest:
    """In one transaction, under the lock that recording takes. Doing it again changes nothing."""
    await locked_row(db, v, workflow)
    rest = without(workflow, await heads(v, workflow), stellen)
    for kopf, inhalt in rest.verlauf:
        hier = sa.and_(EINTRAG.c.workflow == workflow, EINTRAG.c.seq == kopf.seq)
        if any(s.seq == kopf.seq for s in rest.stellen):
            await v.execute(sa.update(EINTRAG).where(hier).values(inhalt=json.dumps(inhalt.as_json(), ensure_ascii=False)))
    await write_current(db, v, kern_of(workflow), workflow, rest.z, rest.verlauf[-1][0].hash())
    await v.execute(sa.delete(OEFFENTLICH).where(OEFFENTLICH.c.workflow == workflow))  # paths and digests tell of it too
    return rest


async def mentions(v: AsyncConnection, kommune: str, text: str) -> list[tuple[str, int]]:
    """Entries of a town whose content holds that text, as it stands in JSON."""
    abfrage = sa.select(EINTRAG.c.workflow, EINTRAG.c.seq).where(
        EINTRAG.c.kommune == kommune, EINTRAG.c.inhalt.contains(text, autoescape=True)
    )
    return [(z.workflow, z.seq) for z in (await v.execute(abfrage.order_by(EINTRAG.c.workflow, EINTRAG.c.seq))).all()]
