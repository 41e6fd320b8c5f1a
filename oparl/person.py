"""Person, Membership and the groups (Fraktionen): who sits where, from the rules in force. Name, group and seat; nothing else is kept."""

from collections.abc import Iterable, Iterator

from oparl.adresse import group_id
from oparl.kontext import Kontext, Zeiten
from oparl.objekt import Objekt, made
from schemas.regelwerk import Regelwerk
from schemas.sitz import Ratsperson, Sitz, Sitzart

ROLLEN = {
    Sitzart.VORSITZ: "Vorsitz",
    Sitzart.STELLVERTRETENDER_VORSITZ: "Stellvertretender Vorsitz",
    Sitzart.MITGLIED: "Mitglied",
    Sitzart.STELLVERTRETUNG: "Stellvertretung",
    Sitzart.SACHKUNDIG: "Sachkundig",
    Sitzart.BERATEND: "Beratend",
}
STIMMRECHT = {Sitzart.VORSITZ: True, Sitzart.STELLVERTRETENDER_VORSITZ: True, Sitzart.MITGLIED: True, Sitzart.BERATEND: False}
"""Whether a seat votes; where the kind alone does not say, nothing is said."""


def persons(rw: Regelwerk, zeiten: Zeiten, k: Kontext) -> Iterator[Objekt]:
    """Everybody whom the rules in force name, with their seats."""
    for p in rw.personen:
        yield made(
            "Person", k.adressen.person(rw.kommune, p.id), zeiten,
            body=k.adressen.body(rw.kommune),
            name=p.name,
            membership=[*_seats(rw, p, zeiten, k), *_in_group(rw, p, zeiten, k)],
        )  # fmt: skip


def groups(rw: Regelwerk, zeiten: Zeiten, k: Kontext) -> Iterator[Objekt]:
    """The Fraktionen: the rules know them by their names alone, so another name is another group."""
    for name in dict.fromkeys(p.fraktion for p in rw.personen if p.fraktion):
        yield made(
            "Organization", k.adressen.group(rw.kommune, name), zeiten,
            body=k.adressen.body(rw.kommune), name=name, organizationType="Fraktion", classification="Fraktion",
        )  # fmt: skip


def members(personen: Iterable[Objekt]) -> dict[str, list[str]]:
    """The Memberships of each Organization, by its URL."""
    je: dict[str, list[str]] = {}
    for person in personen:
        for m in person.get("membership", ()):
            je.setdefault(m["organization"], []).append(m["id"])
    return je


def _seats(rw: Regelwerk, p: Ratsperson, zeiten: Zeiten, k: Kontext) -> Iterator[Objekt]:
    for s in dict.fromkeys(s for s in rw.sitze if s.person == p.id):
        yield made(
            "Membership", _seat(rw, s, k), zeiten,
            organization=k.adressen.organization(rw.kommune, s.gremium),
            role=ROLLEN[s.als],
            votingRight=STIMMRECHT.get(s.als),
            startDate=s.von.isoformat(),
            endDate=s.bis.isoformat() if s.bis else None,
            onBehalfOf=k.adressen.group(rw.kommune, p.fraktion) if p.fraktion else None,
        )  # fmt: skip


def _seat(rw: Regelwerk, s: Sitz, k: Kontext) -> str:
    return k.adressen.membership(rw.kommune, s.person, s.gremium, s.als.value, s.von)


def _in_group(rw: Regelwerk, p: Ratsperson, zeiten: Zeiten, k: Kontext) -> Iterator[Objekt]:
    """Since when is not in the rules, so it is not said."""
    if p.fraktion:
        url = k.adressen.membership(rw.kommune, p.id, group_id(p.fraktion))
        yield made("Membership", url, zeiten, organization=_group(rw, p.fraktion, k), role=ROLLEN[Sitzart.MITGLIED])


def _group(rw: Regelwerk, name: str, k: Kontext) -> str:
    return k.adressen.group(rw.kommune, name)
