"""From the Regelwerk to deadlines: which rule holds for a committee on a day, and how a deadline is to be counted by it.

Asked by ``complete`` at the door and confirmed by ``check``; what it yields goes into the command, so that ``apply`` can count.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar

from lifecycle import feiertage
from lifecycle.ablehnung import Unbekannt
from lifecycle.fristen import WOCHENTAGE, Anlass, day, end_of, in_words, latest_before, step
from lifecycle.kern import told
from schemas.frist import Frist, Ladung, Zaehlung, Zaehlweise
from schemas.regelwerk import Regelwerk, Vorlagenschluss

ERINNERT, ABGELAUFEN, GEMAHNT = (anlass.value for anlass in Anlass)
"""The kinds of entry under which the Regelwerk says who is told."""
ANTRAGSSCHLUSS = "antragsschluss"
"""Id of the deadline for motions and questions, where it is another one than that for papers."""


class Gremienregel(Protocol):
    """A dated rule for some committees."""

    @property
    def ab(self) -> dt.date:
        """First day of validity."""
        ...

    @property
    def gremien(self) -> tuple[str, ...]:
        """Ids; empty: all."""
        ...


G = TypeVar("G", bound=Gremienregel)


def rule_for(regeln: Iterable[G], gremium: str, tag: dt.date) -> G | None:
    """The newest rule in force; one that names the committee goes before one for all."""
    gueltig = [r for r in regeln if r.ab <= tag and (not r.gremien or gremium in r.gremien)]
    return max(gueltig, key=lambda r: (bool(r.gremien), r.ab), default=None)


def _holidays(rw: Regelwerk, von: dt.date, bis: dt.date) -> tuple[dt.date, ...]:
    if rw.land is None:
        raise Unbekannt("Fristen brauchen die Feiertage des Landes. Bitte „land“ im Regelwerk hinterlegen.")
    return feiertage.between(rw.land, von, bis)


def _calendar(rw: Regelwerk, wann: dt.datetime, mindestens: dt.date | None = None) -> tuple[tuple[dt.date, ...], dt.date]:
    """Holidays of the years ahead, from the first of this month: the same all month, so that door and check agree."""
    von = day(wann).replace(day=1)
    bis = max(von.replace(year=von.year + feiertage.JAHRE), mindestens or von)
    return _holidays(rw, von, bis), bis


def path_counting(rw: Regelwerk, wann: dt.datetime) -> Zaehlung | None:
    """How a place's deadline on the signing path is counted; None where the Regelwerk has none."""
    regel = rw.laufweg.frist
    if regel is None:
        return None
    frei, bis = _calendar(rw, wann)
    eskalation = regel.eskalation
    return Zaehlung(
        tage=regel.tage,
        zaehlweise=regel.zaehlweise,
        erinnern_vorher=regel.erinnern_vorher,
        regel=f"{regel.tage} {regel.zaehlweise.anzeige} zur Mitzeichnung, {regel.quelle}",
        regelwerk=rw.stand,
        feiertage=frei,
        bis=bis,
        auf_arbeitstag=True,
        erinnern_an=told(rw, ERINNERT),
        melden_an=told(rw, ABGELAUFEN),
        vorgesetzt=tuple((s.id, s.uebergeordnet) for s in rw.stellen if s.uebergeordnet) if eskalation else (),
    )


def task_counting(rw: Regelwerk, wann: dt.datetime, faellig: dt.date | None = None) -> Zaehlung:
    """How reminders of a task are counted. Without a rule a task still has its due date, and nobody is reminded before."""
    regel = rw.auftraege
    frei, bis = _calendar(rw, wann, faellig) if regel else ((), day(wann))
    return Zaehlung(
        tage=0,
        zaehlweise=regel.zaehlweise if regel else Zaehlweise.KALENDERTAGE,
        erinnern_vorher=regel.erinnern_vorher if regel else None,
        regel=regel.quelle if regel else "wie bestimmt",
        regelwerk=rw.stand,
        feiertage=frei,
        bis=bis,
        erinnern_an=told(rw, ERINNERT),
        melden_an=told(rw, ABGELAUFEN),
        mahnen_alle=regel.mahnen_alle if regel else None,
        mahnen_an=told(rw, GEMAHNT),
    )


def summons(rw: Regelwerk, gremium: str, beginn: dt.datetime) -> Ladung | None:
    """The Ladungsfrist of a meeting; None where the Regelwerk has none for it."""
    sitzung = day(beginn)
    regel = rule_for(rw.ladung, gremium, sitzung)
    if regel is None:
        return None
    frei = _holidays(rw, sitzung - dt.timedelta(days=90), sitzung)
    letzter = latest_before(sitzung, regel.frist, frei)
    if letzter is None:
        return None
    eil = regel.eil
    return Ladung(
        letzter_tag=letzter,
        eil_letzter_tag=latest_before(sitzung, eil.frist, frei) if eil else None,
        zustimmung=eil.zustimmung if eil else None,
        begruendung=eil.begruendung if eil else None,
        zugang=regel.zugang,
        postlaufzeit=regel.postlaufzeit,
        erinnern=step(letzter, regel.erinnern_vorher, Zaehlweise.ARBEITSTAGE, frei, -1) if regel.erinnern_vorher else None,
        regel=f"Ladungsfrist {in_words(regel.frist, sitzung)}, {regel.zugang.anzeige} zählt; {regel.quelle}",
        regelwerk=rw.stand,
    )


def summons_deadline(rw: Regelwerk, gremium: str, ladung: Ladung) -> Frist:
    """The Ladungsfrist as a deadline of the secretariat that serves the committee."""
    dienst = next((g.sitzungsdienst for g in rw.gremien if g.id == gremium), None)
    return Frist(
        id="ladung",
        zweck="Einladung",
        letzter_tag=ladung.letzter_tag,
        faellig=end_of(ladung.letzter_tag),
        regel=ladung.regel,
        regelwerk=ladung.regelwerk,
        betrifft=(dienst,) if dienst else (),
        erinnern=end_of(ladung.erinnern, dt.time(8)) if ladung.erinnern else None,
        erinnern_an=told(rw, ERINNERT),
        melden_an=told(rw, ABGELAUFEN),
        fest=True,
    )


def unusual(rw: Regelwerk, gremien: Iterable[str], beginn: dt.datetime) -> tuple[str, ...]:
    """What the secretariat should know of that day: a holiday; a weekday for which the rule has no number."""
    sitzung, funde = day(beginn), []
    if rw.land and sitzung in feiertage.between(rw.land, sitzung, sitzung):
        funde.append(f"Der {sitzung:%d.%m.%Y} ist ein Feiertag.")
    if any(rule_for(rw.ladung, g, sitzung) and summons(rw, g, beginn) is None for g in gremien):
        funde.append(f"Für Sitzungen am {WOCHENTAGE[sitzung.weekday()].capitalize()} ist keine Ladungsfrist hinterlegt.")
    return tuple(funde)


def papers_due(rw: Regelwerk, gremium: str, beginn: dt.datetime) -> Frist | None:
    """The Vorlagenschluss of a meeting; None where the Regelwerk has none for it."""
    sitzung = day(beginn)
    return _in_by(rw, rule_for(rw.vorlagenschluss, gremium, sitzung), sitzung, "vorlagenschluss", "Vorlagenschluss")


def motions_due(rw: Regelwerk, gremium: str, beginn: dt.datetime) -> Frist | None:
    """The same for motions and questions: their own rule, or where there is none for it, the Vorlagenschluss."""
    sitzung = day(beginn)
    regel = rule_for(rw.antragsschluss, gremium, sitzung) or rule_for(rw.vorlagenschluss, gremium, sitzung)
    return _in_by(rw, regel, sitzung, ANTRAGSSCHLUSS, "Antragsschluss")


def _in_by(rw: Regelwerk, regel: Vorlagenschluss | None, sitzung: dt.date, kennung: str, zweck: str) -> Frist | None:
    if regel is None:
        return None
    frei = _holidays(rw, sitzung - dt.timedelta(days=180), sitzung)
    letzter = latest_before(sitzung, regel.frist, frei)
    if letzter is None:
        return None
    vorher = regel.erinnern_vorher
    erinnern = None if vorher is None else end_of(step(letzter, vorher, regel.frist.zaehlweise, frei, -1), dt.time(8))
    return Frist(
        id=kennung,
        zweck=zweck,
        letzter_tag=letzter,
        faellig=end_of(letzter, regel.frist.uhrzeit),
        regel=f"{in_words(regel.frist, sitzung)} vor der Sitzung, {regel.quelle}",
        regelwerk=rw.stand,
        erinnern=erinnern,
        erinnern_an=told(rw, ERINNERT),
        termin=True,
    )
