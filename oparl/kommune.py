"""System, Body, LegislativeTerm, Organization and Person: what a town is, from its rules. Postboxes are none of it."""

import datetime as dt
from collections.abc import Mapping

from oparl import person
from oparl.adresse import TYP
from oparl.kontext import Kontext, Zeiten
from oparl.objekt import QUELLE, Objekt, made
from schemas.regelwerk import Gremium, Regelwerk, Regelwerke, Stelle

LISTEN = {
    "organization": "organization",
    "person": "person",
    "meeting": "meeting",
    "paper": "paper",
    "agendaItem": "agendaitem",
    "consultation": "consultation",
    "file": "file",
    "locationList": "location",
    "legislativeTermList": "legislativeterm",
    "membership": "membership",
}
"""A Body's lists, and their parts of the path."""


def system(regelwerke: Regelwerke, tag: dt.date, k: Kontext) -> Objekt:
    """The entrance to everything. ``tag`` is today: what begins later is not shown yet."""
    alle = [rw for kommune in regelwerke.kommunen for rw in _versions(regelwerke, kommune, tag)]
    return made(
        "System", k.adressen.system, _span(alle, k),
        oparlVersion=TYP, body=k.adressen.bodies, name="Laufmappe", license=k.lizenz,
    )  # fmt: skip


def body(regelwerke: Regelwerke, kommune: str, tag: dt.date, k: Kontext) -> Objekt:
    """The town as its rules have it on that day."""
    versionen = _versions(regelwerke, kommune, tag)
    return made(
        "Body", k.adressen.body(kommune), _span(versionen, k),
        system=k.adressen.system,
        name=versionen[-1].name,
        ags=versionen[-1].ags,
        license=k.lizenz,
        **{feld: k.adressen.body_list(kommune, was) for feld, was in LISTEN.items()},
    ) | {"legislativeTerm": _terms(versionen, kommune, k)}  # fmt: skip


def organizations(regelwerke: Regelwerke, kommune: str, tag: dt.date, k: Kontext) -> tuple[Objekt, ...]:
    """Every committee and office that the town has or had, under its name of that day; and the Fraktionen that sit now."""
    versionen = _versions(regelwerke, kommune, tag)
    traeger = {t.id: t for rw in versionen for t in _carriers(rw)}
    alle = [_organization(t, kommune, tag, _span(_with(versionen, t.id), k), k) for t in traeger.values()]
    fraktionen = person.groups(versionen[-1], k.zeiten(versionen[-1]), k)
    mitglieder = person.members(persons(regelwerke, kommune, tag, k))
    return tuple(_with_members(o, mitglieder) for o in (*alle, *fraktionen))


def persons(regelwerke: Regelwerke, kommune: str, tag: dt.date, k: Kontext) -> tuple[Objekt, ...]:
    """Those whom the rules in force on that day name: whoever is to be named no longer is taken out of them."""
    rw = _versions(regelwerke, kommune, tag)[-1]
    return tuple(person.persons(rw, k.zeiten(rw), k))


def _with_members(o: Objekt, mitglieder: Mapping[str, list[str]]) -> Objekt:
    return {**o, "membership": mitglieder[o["id"]]} if o["id"] in mitglieder else o


def _versions(regelwerke: Regelwerke, kommune: str, tag: dt.date) -> list[Regelwerk]:
    """The town's rules up to that day, the newest last; before the first ones, the first."""
    eigene = [rw for rw in regelwerke.alle if rw.kommune == kommune]
    return [rw for rw in eigene if rw.gueltig_ab <= tag] or eigene[:1]


def _carriers(rw: Regelwerk) -> tuple[Stelle | Gremium, ...]:
    return (*rw.stellen, *rw.gremien)


def _with(versionen: list[Regelwerk], kennung: str) -> list[Regelwerk]:
    return [rw for rw in versionen if any(t.id == kennung for t in _carriers(rw))]


def _span(versionen: list[Regelwerk], k: Kontext) -> Zeiten:
    """From the first of the versions to the last."""
    zeiten = [k.zeiten(rw) for rw in versionen]
    return Zeiten(angelegt=min(z.angelegt for z in zeiten), geaendert=max(z.geaendert for z in zeiten))


def _terms(versionen: list[Regelwerk], kommune: str, k: Kontext) -> list[Objekt]:
    """The Wahlperioden that the rules name. An obligatory list: it may be empty."""
    nummern = sorted({rw.wahlperiode for rw in versionen if rw.wahlperiode})
    return [
        made(
            "LegislativeTerm", k.adressen.term(kommune, nr), _span([rw for rw in versionen if rw.wahlperiode == nr], k),
            name=f"{nr}. Wahlperiode",
        )
        for nr in nummern
    ]  # fmt: skip


def _organization(t: Stelle | Gremium, kommune: str, tag: dt.date, zeiten: Zeiten, k: Kontext) -> Objekt:
    benannt = t.am(tag)
    felder = _of_office(t, kommune, k) if isinstance(t, Stelle) else _of_committee(t, kommune, k)
    return made(
        "Organization", k.adressen.organization(kommune, t.id), zeiten,
        body=k.adressen.body(kommune), name=benannt.name, shortName=benannt.kuerzel,
        endDate=t.bis.isoformat() if t.bis else None, **felder, **({QUELLE: t.herkunft[0]} if t.herkunft else {}),
    )  # fmt: skip


def _of_office(s: Stelle, kommune: str, k: Kontext) -> Objekt:
    ueber = k.adressen.organization(kommune, s.uebergeordnet) if s.uebergeordnet else None
    return {"organizationType": "Verwaltungsbereich", "subOrganizationOf": ueber}


def _of_committee(g: Gremium, kommune: str, k: Kontext) -> Objekt:
    listen = {was: k.adressen.organization_list(kommune, g.id, was) for was in ("meeting", "consultation")}
    return {"organizationType": "Gremium", **listen}
