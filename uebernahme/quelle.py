"""What an OParl source holds, 1.0 or 1.1: typed as far as it can be read, with its JSON kept."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from uebernahme.lesen import Roh, flag, identifier, moment, objects, references, text

OHNE_PUNKT = "Beratung nennt einen Tagesordnungspunkt, den es in der Quelle nicht gibt"
OHNE_SITZUNG = "Beratung nennt eine Sitzung, die es in der Quelle nicht gibt"
DATEIFELDER = ("mainFile", "auxiliaryFile", "invitation", "resultsProtocol", "verbatimProtocol", "resolutionFile")


@dataclass(frozen=True)
class Objekt:
    """What every object of the source has."""

    id: str
    roh: Roh

    @property
    def name(self) -> str | None:
        """As stated."""
        return text(self.roh, "name")

    @property
    def geaendert(self) -> dt.datetime | None:
        """When it last changed, or came to be, as stated."""
        return moment(self.roh.get("modified")) or moment(self.roh.get("created"))


@dataclass(frozen=True)
class Organisation(Objekt):
    """A committee, office, faction or anything else."""

    @property
    def art(self) -> str:
        """What the source says it is, in lower case."""
        return " ".join(text(self.roh, f) or "" for f in ("organizationType", "classification")).lower()


@dataclass(frozen=True)
class Beratung(Objekt):
    """A consultation: ``punkt`` and ``sitzung`` are ids that exist in the source, or None."""

    papier: str
    organisationen: tuple[str, ...]
    sitzung: str | None
    punkt: str | None


@dataclass(frozen=True)
class Papier(Objekt):
    """A paper with its consultations."""

    beratungen: tuple[Beratung, ...]


@dataclass(frozen=True)
class Punkt(Objekt):
    """An agenda item and the consultations that take place at it, the one that the item itself names first."""

    beratungen: tuple[Beratung, ...] = ()


@dataclass(frozen=True)
class Sitzung(Objekt):
    """A meeting with its items in their order. ``beginn`` None: the source states none that can be read."""

    punkte: tuple[Punkt, ...]
    organisationen: tuple[str, ...]

    @property
    def beginn(self) -> dt.datetime | None:
        """Start, aware."""
        return moment(self.roh.get("start"))

    @property
    def abgesagt(self) -> bool:
        """Whether it was cancelled, by its mark or its state in words."""
        worte = (text(self.roh, "meetingState") or "").lower()
        return flag(self.roh, "cancelled") is True or any(
            w in worte for w in ("abgesagt", "ausgefallen", "entfällt", "entfallen")
        )


@dataclass(frozen=True)
class Bestand:
    """All of a source. ``stand`` is the moment as of which it speaks; ``funde`` are dirt that was met while reading, by kind."""

    body: Roh
    organisationen: Mapping[str, Organisation]
    papiere: tuple[Papier, ...]
    sitzungen: tuple[Sitzung, ...]
    stand: dt.datetime
    funde: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    uebrige: tuple[Roh, ...] = ()
    """Objects that are neither of these, nor part of one."""


class Funde(dict[str, tuple[str, ...]]):
    """Findings by kind: the ids that they are about."""

    def note(self, art: str, kennung: str) -> None:
        """One more."""
        self[art] = (*self.get(art, ()), kennung)


def read(roh: Mapping[str, Iterable[Any]], stand: dt.datetime | None) -> Bestand:
    """The source from its lists, by OParl's name of the type in small letters (``body``, ``organization``, ``meeting``, ``paper`` ...).

    ``stand`` None: as of its latest change.
    """
    funde = Funde()
    listen = {typ: list(_once(typ, werte, funde)) for typ, werte in roh.items()}
    organisationen = {r["id"]: Organisation(r["id"], r) for r in listen.get("organization", ())}
    punkte = {i for s in listen.get("meeting", ()) for p in objects(s, "agendaItem") if (i := identifier(p.get("id")))}
    papiere = tuple(_papers(listen, punkte, funde))
    sitzungen = tuple(_meeting(s, papiere, funde) for s in listen.get("meeting", ()))
    alle = [*papiere, *sitzungen]
    letzte = max((o.geaendert for o in alle if o.geaendert), default=None)
    bekannt = ("body", "organization", "paper", "meeting")
    return Bestand(
        body=next(iter(listen.get("body", ())), {}),
        organisationen=organisationen,
        papiere=papiere,
        sitzungen=sitzungen,
        stand=stand or letzte or dt.datetime.now(dt.UTC),
        funde=funde,
        uebrige=tuple(r for typ, rs in listen.items() if typ not in bekannt for r in rs),
    )


def _once(typ: str, werte: Iterable[Any], funde: Funde) -> Iterator[Roh]:
    """Objects with an id, each once; what was deleted in the source is not taken over."""
    gesehen: set[str] = set()
    for wert in werte:
        if not isinstance(wert, dict) or identifier(wert.get("id")) is None:
            funde.note(f"{typ} ohne Kennung", text(wert, "name") or "?" if isinstance(wert, dict) else "?")
        elif flag(wert, "deleted"):
            funde.note(f"{typ} in der Quelle gelöscht", wert["id"])
        elif wert["id"] in gesehen:
            funde.note(f"{typ} doppelt (das erste gilt)", wert["id"])
        else:
            gesehen.add(wert["id"])
            yield wert


def _papers(listen: Mapping[str, list[Roh]], punkte: set[str], funde: Funde) -> Iterator[Papier]:
    """Papers, each with its consultations: embedded, named, or found from the agenda items."""
    sitzungen = {s["id"] for s in listen.get("meeting", ())}
    von_punkt = {
        b: (i, s["id"])
        for s in listen.get("meeting", ())
        for p in objects(s, "agendaItem")
        if (i := identifier(p.get("id")))
        for b in references(p, "consultation")
    }
    einzeln = {b["id"]: b for b in listen.get("consultation", ())}
    for papier in listen.get("paper", ()):
        rohe = [*objects(papier, "consultation")]
        rohe += [
            einzeln[i]
            for i in references(papier, "consultation")
            if i in einzeln and i not in {identifier(r.get("id")) for r in rohe}
        ]
        lose = set(references(papier, "consultation")) - {identifier(r.get("id")) for r in rohe}
        for kennung in sorted(lose):
            funde.note("Beratung nur als Verweis, ins Leere", kennung)
        beratungen = tuple(
            _consultation(r, nr, papier["id"], von_punkt, punkte, sitzungen, funde) for nr, r in enumerate(rohe, 1)
        )
        yield Papier(papier["id"], papier, beratungen)


def _consultation(
    roh: Roh, nr: int, papier: str, von_punkt: Mapping[str, tuple[str, str]], punkte: set[str], sitzungen: set[str], funde: Funde
) -> Beratung:
    kennung = identifier(roh.get("id")) or f"{papier}#consultation-{nr}"
    genannt = next(iter(references(roh, "agendaItem")), None)
    punkt, ueber = von_punkt.get(kennung, (None, None))
    sitzung = next(iter(references(roh, "meeting")), None) or ueber
    for satz, wert, da in ((OHNE_PUNKT, genannt, punkte), (OHNE_SITZUNG, sitzung, sitzungen)):
        if wert and wert not in da:
            funde.note(satz, kennung)
    return Beratung(
        kennung,
        roh,
        papier,
        references(roh, "organization"),
        sitzung if sitzung in sitzungen else None,
        genannt if genannt in punkte else punkt,
    )


def _meeting(roh: Roh, papiere: tuple[Papier, ...], funde: Funde) -> Sitzung:
    am_punkt: dict[str, list[Beratung]] = {}
    punkte: dict[str, Punkt] = {}
    rohe = [*objects(roh, "agendaItem")]
    hier = {identifier(r.get("id")) for r in rohe}
    for b in (b for p in papiere for b in p.beratungen if b.punkt in hier):
        am_punkt.setdefault(str(b.punkt), []).append(b)
    for nr, punkt in enumerate(rohe, 1):
        kennung = identifier(punkt.get("id")) or f"{roh['id']}#agendaItem-{nr}"
        if kennung in punkte:
            funde.note("Punkt doppelt (der erste gilt)", kennung)
            continue
        if flag(punkt, "deleted"):
            funde.note("Punkt in der Quelle gelöscht", kennung)
            continue
        zuerst = references(punkt, "consultation")
        beratungen = sorted(am_punkt.get(kennung, ()), key=lambda b: b.id not in zuerst)
        punkte[kennung] = Punkt(kennung, punkt, tuple(beratungen))
        if set(zuerst) - {b.id for b in beratungen}:
            funde.note("Punkt nennt Beratung, die es nicht gibt", kennung)
    return Sitzung(roh["id"], roh, tuple(punkte.values()), references(roh, "organization"))
