"""Counting deadlines, after BGB §§ 187-193, in Berlin days. Pure: holidays are given, not looked up.

Forward: the day of the event does not count (§ 187 (1)); the deadline ends with the end of its last day (§ 188 (1)); where a
declaration is due on a Saturday, Sunday or holiday, the next working day takes its place (§ 193). Backward, before a meeting,
nothing is moved: § 193 gives time to whoever must act, and would take it from whoever is invited.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from typing import TypeVar

from lifecycle.kern import BERLIN
from schemas.frist import Frist, Fristausgang, Zaehlung, Zaehlweise
from schemas.regelwerk import Rueckwaerts
from schemas.zustand import Zustand

WOCHENTAGE = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
EIN_TAG = dt.timedelta(days=1)
Z = TypeVar("Z", bound=Zustand)


def counts(tag: dt.date, weise: Zaehlweise, feiertage: Collection[dt.date]) -> bool:
    """Whether a day counts."""
    if weise is Zaehlweise.KALENDERTAGE:
        return True
    letzter = 5 if weise is Zaehlweise.WERKTAGE else 4
    return tag.weekday() <= letzter and tag not in feiertage


def day(zeit: dt.datetime) -> dt.date:
    """The day in Berlin."""
    return zeit.astimezone(BERLIN).date()


def end_of(tag: dt.date, uhrzeit: dt.time | None = None) -> dt.datetime:
    """The first moment after the day (or after that time of it), in UTC: storage and comparison know no other zone."""
    ort = dt.datetime.combine(tag, uhrzeit, BERLIN) if uhrzeit else dt.datetime.combine(tag + EIN_TAG, dt.time(), BERLIN)
    return ort.astimezone(dt.UTC)


def step(tag: dt.date, tage: int, weise: Zaehlweise, feiertage: Collection[dt.date], richtung: int = 1) -> dt.date:
    """The day so many counting days after (or before) the given one, which itself does not count."""
    while tage:
        tag += richtung * EIN_TAG
        tage -= counts(tag, weise, feiertage)
    return tag


def last_day(start: dt.date, z: Zaehlung) -> dt.date:
    """The last day of a deadline that begins with an event on ``start``."""
    tag = step(start, z.tage, z.zaehlweise, z.feiertage)
    while z.auf_arbeitstag and not counts(tag, Zaehlweise.ARBEITSTAGE, z.feiertage):
        tag += EIN_TAG
    return tag


def latest_before(sitzung: dt.date, r: Rueckwaerts, feiertage: Collection[dt.date]) -> dt.date | None:
    """The last day on which something is in time before a meeting; None where the rule has no number for its weekday."""
    tage = r.nach_wochentag.get(WOCHENTAGE[sitzung.weekday()], r.tage)
    if tage is None:
        return None
    if r.tag_zaehlt:
        return step(sitzung, tage, r.zaehlweise, feiertage, -1)
    return step(sitzung, tage, r.zaehlweise, feiertage, -1) - EIN_TAG


def in_words(r: Rueckwaerts, sitzung: dt.date) -> str:
    """``10 Kalendertage``, as it applies to a meeting on that day."""
    tage = r.nach_wochentag.get(WOCHENTAGE[sitzung.weekday()], r.tage)
    return f"{tage} {r.zaehlweise.anzeige}"


def deadline(kennung: str, zweck: str, start: dt.datetime, z: Zaehlung, betrifft: Iterable[str] = (), **felder: object) -> Frist:
    """A deadline that begins with an event at ``start``."""
    return due(kennung, zweck, last_day(day(start), z), z, betrifft, **felder)


def due(kennung: str, zweck: str, letzter: dt.date, z: Zaehlung, betrifft: Iterable[str] = (), **felder: object) -> Frist:
    """A deadline whose last day is known; reminded so many days before as the rule says.

    The count knows the holidays until ``z.bis``. Where it goes beyond, the deadline says so: better than a wrong certainty.
    """
    vorher = z.erinnern_vorher
    regel = z.regel if letzter <= z.bis or not z.feiertage else f"{z.regel} (ohne Feiertage nach dem {z.bis:%d.%m.%Y})"
    erinnern = None if vorher is None else end_of(step(letzter, vorher, z.zaehlweise, z.feiertage, -1), dt.time(8))
    return Frist.model_validate(
        {
            "id": kennung,
            "zweck": zweck,
            "letzter_tag": letzter,
            "faellig": end_of(letzter, z.uhrzeit),
            "regel": regel,
            "regelwerk": z.regelwerk,
            "betrifft": tuple(betrifft),
            "erinnern": erinnern,
            "erinnern_an": z.erinnern_an,
            "melden_an": z.melden_an,
            "mahnen_alle": z.mahnen_alle,
            "mahnen_an": z.mahnen_an,
            **felder,
        }
    )


# --- the deadlines of a case --------------------------------------------------------------------------------------------


def running(z: Zustand) -> Iterator[Frist]:
    """Deadlines that are not over."""
    return (f for f in z.fristen if f.ausgang is None)


def find(z: Zustand, kennung: str) -> Frist | None:
    """The running deadline of that id; the latest ended one, if none runs."""
    alle = [f for f in z.fristen if f.id == kennung]
    return next((f for f in alle if f.ausgang is None), alle[-1] if alle else None)


def replaced(z: Z, frist: Frist, neu: Frist) -> Z:
    """The case with one deadline exchanged."""
    return z.model_copy(update={"fristen": tuple(neu if f is frist else f for f in z.fristen)})


def ended(z: Z, kennung: str, wann: dt.datetime, ausgang: Fristausgang | None = None) -> Z:
    """The case with that deadline over: kept or missed by the time, unless ``ausgang`` says otherwise. Nothing runs, nothing changes."""
    frist = next((f for f in running(z) if f.id == kennung), None)
    if frist is None:
        return z
    was = ausgang or (Fristausgang.EINGEHALTEN if wann < frist.faellig else Fristausgang.VERSAEUMT)
    return replaced(z, frist, frist.model_copy(update={"ausgang": was, "ausgang_am": wann}))


def opened(z: Z, frist: Frist, wann: dt.datetime) -> Z:
    """The case with that deadline running; an earlier one of the same id ends as entfallen, or stays if it is the same: then
    only whom it concerns may change.

    A reminder whose time has passed already is none: who has just been asked need not be reminded of it.
    """
    if frist.erinnern and frist.erinnern <= wann:
        frist = frist.model_copy(update={"erinnern": None})
    lief = next((f for f in running(z) if f.id == frist.id), None)
    if lief and (lief.faellig, lief.regel) == (frist.faellig, frist.regel):
        return concerning(z, lief, frist)
    z = ended(z, frist.id, wann, Fristausgang.ENTFALLEN)
    return z.model_copy(update={"fristen": (*z.fristen, frist)})


def concerning(z: Z, lief: Frist, neu: Frist) -> Z:
    """The case with a running deadline that concerns, and tells, whom the new one would."""
    wen = {"betrifft": neu.betrifft, "erinnern_an": neu.erinnern_an, "melden_an": neu.melden_an, "mahnen_an": neu.mahnen_an}
    gleich = all(getattr(lief, name) == wert for name, wert in wen.items())
    return z if gleich else replaced(z, lief, lief.model_copy(update=wen))


def original_day(f: Frist) -> dt.date:
    """The last day that a deadline had before anybody extended it."""
    return f.verlaengert[0].von if f.verlaengert else f.letzter_tag


class Anlass(StrEnum):
    """What an alarm is about: a deadline comes up, has run out, or has been missed for some time."""

    ERINNERN = "frist_erinnert"
    ABGELAUFEN = "frist_abgelaufen"
    MAHNEN = "frist_gemahnt"


def next_alarm(z: Zustand) -> tuple[dt.datetime, Frist, Anlass] | None:
    """When the case must be woken: moment, deadline, and what it is about."""
    wecker: list[tuple[dt.datetime, Frist, Anlass]] = []
    for frist in z.fristen:
        if frist.mahnung:
            wecker.append((frist.mahnung, frist, Anlass.MAHNEN))
        elif frist.ausgang is None and frist.erinnern and not frist.erinnert and frist.erinnern < frist.faellig:
            wecker.append((frist.erinnern, frist, Anlass.ERINNERN))
        elif frist.ausgang is None:
            wecker.append((frist.faellig, frist, Anlass.ABGELAUFEN))
    return min(wecker, key=lambda w: (w[0], w[1].id), default=None)


def next_dunning(f: Frist, ab: dt.datetime) -> dt.datetime | None:
    """When those concerned are told again of a missed deadline, counted from ``ab``: in the morning, Berlin time."""
    return end_of(day(ab) + f.mahnen_alle * EIN_TAG, dt.time(8)) if f.mahnen_alle else None


def silenced(z: Z) -> Z:
    """The case in which nobody is told again of what was missed: it is done, or something else is due now."""
    return z.model_copy(update={"fristen": tuple(f.model_copy(update={"mahnung": None}) if f.mahnung else f for f in z.fristen)})


def told(f: Frist) -> str:
    """One line: purpose, last day, rule, and what happened."""
    bis = f"{f.letzter_tag:%d.%m.%Y}"
    was = f", {f.ausgang.anzeige}" if f.ausgang else ", läuft"
    mehr = "".join(f"; verlängert von {v.von:%d.%m.%Y} auf {v.bis:%d.%m.%Y} ({v.grund})" for v in f.verlaengert)
    return f"{f.zweck}: bis {bis}{was} ({f.regel}, Regelwerk ab {f.regelwerk.gueltig_ab}){mehr}"
