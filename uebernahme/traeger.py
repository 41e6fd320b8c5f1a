"""Which of a source's organizations are committees, which are offices, and by which ids they go here."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from schemas.regelwerk import Regelwerk
from uebernahme.lesen import references, text
from uebernahme.quelle import Bestand, Organisation

UNGENANNT = "nicht-angegeben"
"""Id of the committee that stands for none: a meeting must have one."""
ALS_GREMIUM = re.compile(r"gremi|ausschuss|ausschuß|beirat|\brat\b|committee|kommission|parlament")
ALS_STELLE = re.compile(r"verwaltung|dienststelle|fachbereich|\bamt\b|ämter|abteilung|dezernat|stadtbetrieb|department")
UMLAUTE = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Einteilung:
    """Organizations by what they are here. ``uebrige`` (factions ...) have no place in the rules."""

    gremien: tuple[Organisation, ...]
    stellen: tuple[Organisation, ...]
    uebrige: tuple[Organisation, ...]


def divide(b: Bestand) -> Einteilung:
    """By what they do in the source first (who meets and advises is a committee, who leads papers an office), then by what they are called."""
    beraten = {o for s in b.sitzungen for o in s.organisationen}
    beraten |= {o for p in b.papiere for c in p.beratungen for o in c.organisationen}
    leiten = {o for p in b.papiere for o in references(p.roh, "underDirectionOf")}
    alle = _with_unlisted(b, [*beraten, *leiten])
    gremien = {o.id: o for o in alle if o.id in beraten or (o.id not in leiten and ALS_GREMIUM.search(o.art))}
    stellen = {o.id: o for o in alle if o.id in leiten or (o.id not in gremien and ALS_STELLE.search(o.art))}
    uebrige = tuple(o for o in alle if o.id not in gremien | stellen)
    return Einteilung(tuple(gremien.values()), tuple(stellen.values()), uebrige)


def _with_unlisted(b: Bestand, genannt: Iterable[str]) -> list[Organisation]:
    """Those that are named but not listed come too, under the end of their id: that they acted is a fact."""
    fehlen = dict.fromkeys(sorted(set(genannt) - b.organisationen.keys()))
    return [
        *b.organisationen.values(),
        *(Organisation(i, {"id": i, "name": i.rstrip("/").rpartition("/")[2] or i}) for i in fehlen),
    ]


def as_id(worte: str) -> str:
    """A text as an id: lower case, no umlauts."""
    ascii_ = unicodedata.normalize("NFKD", worte.lower().translate(UMLAUTE)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")[:70].strip("-") or "ohne-namen"


def ids(organisationen: Iterable[Organisation], vergeben: Iterable[str] = ()) -> dict[str, str]:
    """Id in the source to id here: from the short name, else the name; a second one of the same name gets a number."""
    schon, ergebnis = set(vergeben), {}
    for o in organisationen:
        grund = as_id(text(o.roh, "shortName") or o.name or o.id)
        kennung = next(k for k in _numbered(grund) if k not in schon)
        schon.add(kennung)
        ergebnis[o.id] = kennung
    return ergebnis


def _numbered(grund: str) -> Iterator[str]:
    yield grund
    nr = 2
    while True:
        yield f"{grund}-{nr}"
        nr += 1


@dataclass(frozen=True)
class Zuordnung:
    """Ids of the source to ids of the rules."""

    gremien: Mapping[str, str]
    stellen: Mapping[str, str]
    arten: Mapping[str, str]
    """Kinds of paper by their name."""


def mapping(rw: Regelwerk) -> Zuordnung:
    """As the town's rules have it (``herkunft`` of offices and committees, names of kinds of paper)."""
    return Zuordnung(
        gremien={h: g.id for g in rw.gremien for h in g.herkunft},
        stellen={h: s.id for s in rw.stellen for h in s.herkunft},
        arten={a.name: a.id for a in rw.vorlagearten},
    )
