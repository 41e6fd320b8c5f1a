"""What our OParl says against what the source states, fact by fact. Works on any OParl source, whatever brought its records here.

A fact that the source does not state is none. A reference that leads nowhere in the source is counted apart: there is nothing to be equal to.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from oparl.objekt import QUELLE, Objekt
from uebernahme.dateien import files
from uebernahme.lesen import Roh, flag, moment, objects, references, text, walk
from uebernahme.quelle import Beratung, Bestand, Papier, Punkt, Sitzung

Werte = dict[str, Any]
"""A fact's name to what is stated; what is not stated is missing."""


@dataclass(frozen=True)
class Abweichung:
    """A fact that differs, or (``unser`` None) is not there."""

    fakt: str
    quelle: str
    dort: Any
    hier: Any


@dataclass
class Zahl:
    """Of one kind of fact: how many the source states, how many of them are the same here, and how many lead nowhere."""

    genannt: int = 0
    gleich: int = 0
    ins_leere: int = 0


@dataclass
class Vergleich:
    """The result."""

    zahlen: dict[str, Zahl] = field(default_factory=dict)
    abweichungen: list[Abweichung] = field(default_factory=list)

    @property
    def genannt(self) -> int:
        """All facts that the source states."""
        return sum(z.genannt for z in self.zahlen.values())

    @property
    def gleich(self) -> int:
        """Those that are the same here."""
        return sum(z.gleich for z in self.zahlen.values())

    @property
    def anteil(self) -> float:
        """Per cent of the stated facts that are the same here."""
        return 100 * self.gleich / self.genannt if self.genannt else 100.0


class Leer:
    """Stands for a reference to what the source does not have."""


LEER = Leer()


def compare(b: Bestand, unsere: Iterable[Objekt]) -> Vergleich:
    """``unsere`` are our objects of that town, as OParl gives them out: organizations, papers, meetings."""
    v = Vergleich()
    hier = {str(o[QUELLE]): o for objekt in unsere for o in walk(objekt) if QUELLE in o}
    quelle_von = {str(o["id"]): q for q, o in hier.items()}
    for typ, kennung, dort, lesen in _facts(b):
        objekt = hier.get(kennung)
        da = lesen(objekt, quelle_von) if objekt else {}
        for name, wert in dort.items():
            _count(v, f"{typ}.{name}", kennung, wert, da.get(name))
    return v


def _count(v: Vergleich, fakt: str, kennung: str, dort: Any, hier: Any) -> None:
    zahl = v.zahlen.setdefault(fakt, Zahl())
    if dort is LEER:
        zahl.ins_leere += 1
        return
    zahl.genannt += 1
    if dort == hier:
        zahl.gleich += 1
    else:
        v.abweichungen.append(Abweichung(fakt, kennung, dort, hier))


Lesen = Callable[[Objekt, Mapping[str, str]], Werte]


def _facts(b: Bestand) -> Iterator[tuple[str, str, Werte, Lesen]]:
    """Type, id in the source, what it states, and how the same is read from our object."""
    da = {s.id for s in b.sitzungen} | {p.id for s in b.sitzungen for p in s.punkte}
    for papier in b.papiere:
        yield "Paper", papier.id, _stated(_paper(papier)), _our_paper
        for c in papier.beratungen:
            yield "Consultation", c.id, _stated(_consultation(c, da)), _our_consultation
    for s in b.sitzungen:
        yield "Meeting", s.id, _stated(_meeting(s)), _our_meeting
        for platz, punkt in enumerate(_in_order(s)):
            yield "AgendaItem", punkt.id, _stated(_item(punkt, platz)), _our_item
    for o in (*b.papiere, *b.sitzungen, *(p for s in b.sitzungen for p in s.punkte)):
        for d in files(o.roh):
            werte = {"name": d.name, "mimeType": d.medientyp, "date": _day(d.datum), "size": d.groesse}
            yield "File", d.url, _stated(werte), _our_file


def _stated(werte: Werte) -> Werte:
    return {name: wert for name, wert in werte.items() if wert not in (None, (), frozenset())}


def _day(wert: str | None) -> str | None:
    try:
        return dt.date.fromisoformat((wert or "")[:10]).isoformat()
    except ValueError:
        return None


# --- what the source states ------------------------------------------------------------------------------------------------


def _paper(p: Papier) -> Werte:
    return _texts(p.roh, "reference", "name", "paperType") | {
        "date": _day(text(p.roh, "date")),
        "underDirectionOf": frozenset(references(p.roh, "underDirectionOf")),
        "files": _files(p.roh),
    }


def _files(roh: Roh) -> frozenset[tuple[str, str]]:
    return frozenset((f.art, f.url) for f in files(roh))


def _consultation(c: Beratung, da: set[str]) -> Werte:
    sitzung, punkt = (next(iter(references(c.roh, feld)), None) for feld in ("meeting", "agendaItem"))
    return _texts(c.roh, "role") | {
        "organization": frozenset(c.organisationen),
        "meeting": sitzung if sitzung is None or sitzung in da else LEER,
        "agendaItem": punkt if punkt is None or punkt in da else LEER,
        "authoritative": flag(c.roh, "authoritative"),
    }


def _meeting(s: Sitzung) -> Werte:
    return _texts(s.roh, "name") | {
        "start": s.beginn,
        "end": moment(s.roh.get("end")),
        "organization": frozenset(s.organisationen),
        "location": _location(next(objects(s.roh, "location"), {})),
        "files": _files(s.roh),
    }


def _location(roh: Roh) -> frozenset[tuple[str, str]]:
    felder = ("description", "room", "streetAddress", "postalCode", "locality", "subLocality")
    return frozenset((f, wert) for f in felder if (wert := text(roh, f)))


def _in_order(s: Sitzung) -> list[Punkt]:
    """As the items' ``order`` says, else as they are listed."""
    platz = {p.id: p.roh.get("order") for p in s.punkte}
    if all(isinstance(o, int) for o in platz.values()):
        return sorted(s.punkte, key=lambda p: platz[p.id] or 0)
    return list(s.punkte)


def _item(p: Punkt, platz: int) -> Werte:
    return _texts(p.roh, "number", "name", "result", "resolutionText") | {
        "public": flag(p.roh, "public"),
        "order": platz,
        "files": _files(p.roh),
    }


def _texts(roh: Roh, *felder: str) -> Werte:
    return {f: text(roh, f) for f in felder}


# --- the same from our objects ---------------------------------------------------------------------------------------------


def _translated(ids: Iterable[str], quelle_von: Mapping[str, str]) -> frozenset[str]:
    return frozenset(quelle_von.get(i, i) for i in ids)


def _our_paper(o: Objekt, quelle_von: Mapping[str, str]) -> Werte:
    return {
        **{f: o.get(f) for f in ("reference", "name", "paperType", "date")},
        "underDirectionOf": _translated(o.get("underDirectionOf", ()), quelle_von),
        "files": _our_files(o),
    }


def _our_files(o: Objekt) -> frozenset[tuple[str, str]]:
    felder = ("mainFile", "auxiliaryFile", "invitation", "resultsProtocol", "verbatimProtocol", "resolutionFile")
    return frozenset((f, str(d[QUELLE])) for f in felder for d in objects(o, f) if QUELLE in d)


def _our_consultation(o: Objekt, quelle_von: Mapping[str, str]) -> Werte:
    einzeln: Werte = {f: quelle_von.get(o[f], o[f]) for f in ("meeting", "agendaItem") if f in o}
    wer = _translated(o.get("organization", ()), quelle_von)
    return {"role": o.get("role"), "authoritative": o.get("authoritative"), "organization": wer, **einzeln}


def _our_meeting(o: Objekt, quelle_von: Mapping[str, str]) -> Werte:
    return {
        "name": o.get("name"),
        "start": moment(o.get("start")),
        "end": moment(o.get("end")),
        "organization": _translated(o.get("organization", ()), quelle_von),
        "location": _location(o.get("location", {})),
        "files": _our_files(o),
    }


def _our_item(o: Objekt, quelle_von: Mapping[str, str]) -> Werte:
    return {f: o.get(f) for f in ("number", "name", "result", "resolutionText", "public", "order")} | {"files": _our_files(o)}


def _our_file(o: Objekt, quelle_von: Mapping[str, str]) -> Werte:
    return {f: o.get(f) for f in ("name", "mimeType", "date", "size")}
