"""What is kept of somebody, and how it is forgotten everywhere at once: search, Auskunft (GDPR Art. 15), deletion over several cases.

A deletion is one order per case, all under the same Kennung; the rules of each case decide on it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable

from pydantic import AwareDatetime

from client import Bestaetigung, Laufmappe
from lifecycle.ablehnung import Unbekannt
from register.vergessen import places
from schemas.akteur import Akteur
from schemas.basis import Modell
from schemas.loeschung import Loeschstelle, Loeschung


class Fundstelle(Modell):
    """One entry of a case that holds what was looked for; ``felder`` as a deletion names them. ``dokumente``: digests in it."""

    vorgang: str
    seq: int
    zeit: AwareDatetime
    art: str
    felder: tuple[str, ...]
    dokumente: tuple[str, ...] = ()


async def search(lm: Laufmappe, kommune: str, text: str) -> list[Fundstelle]:
    """Every entry of the town that holds this text, in its content or in a document that is plain text."""
    digests = await asyncio.to_thread(lm.ablage.containing, text.encode())
    gesucht = (text, *digests)
    treffer = {w for wort in gesucht for w, _ in await lm.register.mentions(kommune, _as_in_json(wort))}
    return [fund for workflow in sorted(treffer) async for fund in _in_case(lm, workflow, text, digests)]


def _as_in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


async def _in_case(lm: Laufmappe, workflow: str, text: str, digests: Iterable[str]) -> AsyncIterator[Fundstelle]:
    verlauf = await lm.register.heads(workflow)
    felder: dict[int, dict[str, None]] = {}
    dokumente: dict[int, dict[str, None]] = {}
    for wort in (text, *digests):
        for stelle in places(verlauf, wort):
            felder.setdefault(stelle.seq, {}).update(dict.fromkeys(stelle.felder))
            if wort != text:
                dokumente.setdefault(stelle.seq, {})[wort] = None
    for kopf, _ in verlauf:
        if kopf.seq in felder:
            yield Fundstelle(
                vorgang=workflow,
                seq=kopf.seq,
                zeit=kopf.zeit,
                art=kopf.art,
                felder=tuple(felder[kopf.seq]),
                dokumente=tuple(dokumente.get(kopf.seq, ())),
            )


def by_case(funde: Iterable[Fundstelle]) -> dict[str, tuple[Loeschstelle, ...]]:
    """What a deletion in each case would name."""
    faelle: dict[str, list[Loeschstelle]] = {}
    for f in funde:
        faelle.setdefault(f.vorgang, []).append(Loeschstelle(seq=f.seq, felder=f.felder))
    return {vorgang: tuple(stellen) for vorgang, stellen in faelle.items()}


async def request(
    lm: Laufmappe,
    stellen: dict[str, tuple[Loeschstelle, ...]],
    akteur: Akteur,
    kennung: str,
    rechtsgrund: str,
    angeordnet_von: str,
) -> list[Bestaetigung]:
    """Asks for the deletion in every case. The first refusal stops it; repeating goes on where it stopped, for each has its own key."""
    felder = {"kennung": kennung, "rechtsgrund": rechtsgrund, "angeordnet_von": angeordnet_von}
    return [
        await lm.act(
            vorgang,
            "loeschung_beantragen",
            akteur,
            f"loeschung/{kennung}/{akteur.person}/antrag",
            stellen=[s.model_dump(mode="json", exclude_defaults=True) for s in seine],
            **felder,
        )
        for vorgang, seine in stellen.items()
    ]


async def decide(lm: Laufmappe, kommune: str, akteur: Akteur, kennung: str, art: str, **felder: str) -> list[Bestaetigung]:
    """Confirms or declines the deletion in every case that waits for it. Raises Unbekannt if none does."""
    offen = [
        workflow
        for workflow in await lm.register.with_orders(kommune, kennung)
        if any(o.kennung == kennung and not o.bestaetigt_am and not o.abgelehnt_am for o in (await _orders(lm, workflow)))
    ]
    if not offen:
        raise Unbekannt(f"Eine offene Löschung „{kennung}“ gibt es nicht. „laufmappe loeschung list“ zeigt, welche es gibt.")
    schluessel = f"loeschung/{kennung}/{akteur.person}/{art}"
    return [await lm.act(workflow, art, akteur, schluessel, kennung=kennung, **felder) for workflow in offen]


async def _orders(lm: Laufmappe, workflow: str) -> tuple[Loeschung, ...]:
    z = await lm.register.state(workflow)
    return z.loeschungen if z else ()


async def orders(lm: Laufmappe, kommune: str) -> list[tuple[str, Loeschung]]:
    """Every order to delete, by case."""
    return [(w, o) for w in await lm.register.with_orders(kommune) for o in await _orders(lm, w)]
