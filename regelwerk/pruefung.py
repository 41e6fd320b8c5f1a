"""Cross checks of one Regelwerk: references that lead nowhere, names that come twice, patterns that do not work."""

import difflib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from lifecycle.empfaenger import WORTE
from lifecycle.fristen import WOCHENTAGE
from schemas.regelwerk import Ladungsregel, Regelwerk, Vorlagenschluss


class Fund(NamedTuple):
    """One finding: the key's path in the file, and what is wrong with it."""

    schluessel: str
    grund: str


Pruefung = Callable[[Regelwerk], Iterator[Fund]]


def _unknown(schluessel: str, was: str, wert: str, bekannt: Iterable[str]) -> Fund:
    bekannt = sorted(bekannt)
    nah = difflib.get_close_matches(wert, bekannt, n=1)
    hilfe = f"gemeint ist vielleicht „{nah[0]}“" if nah else f"es gibt: {', '.join(bekannt) or 'nichts'}"
    return Fund(schluessel, f"{was} „{wert}“ gibt es nicht; {hilfe}")


def _doubles(schluessel: str, werte: Iterable[str]) -> Iterator[Fund]:
    for wert, anzahl in Counter(werte).items():
        if anzahl > 1:
            yield Fund(schluessel, f"„{wert}“ kommt {anzahl}-mal vor; jeder Eintrag braucht einen eigenen")


def _unique(rw: Regelwerk) -> Iterator[Fund]:
    yield from _doubles("stellen", (s.id for s in rw.stellen))
    yield from _doubles("gremien", (g.id for g in rw.gremien))
    yield from _doubles("vorlagearten", (v.id for v in rw.vorlagearten))
    yield from _doubles("wortlaute", (w.text for w in rw.wortlaute))
    yield from _doubles("rollen", (r.name for r in rw.rollen))
    yield from _doubles("webhooks", (w.id for w in rw.webhooks))
    beide = {s.id for s in rw.stellen} & {g.id for g in rw.gremien}
    yield from (Fund("gremien", f"„{kennung}“ ist auch die Kennung einer Stelle; bitte eine andere wählen") for kennung in beide)


def _offices(rw: Regelwerk) -> Iterator[Fund]:
    stellen = {s.id for s in rw.stellen}
    for nr, stelle in enumerate(rw.stellen):
        if stelle.uebergeordnet and stelle.uebergeordnet not in stellen:
            yield _unknown(f"stellen[{nr}].uebergeordnet", "die Stelle", stelle.uebergeordnet, stellen)
    for nr, gremium in enumerate(rw.gremien):
        if gremium.sitzungsdienst and gremium.sitzungsdienst not in stellen:
            yield _unknown(f"gremien[{nr}].sitzungsdienst", "die Stelle", gremium.sitzungsdienst, stellen)


def _successors(rw: Regelwerk) -> Iterator[Fund]:
    for was, alle in (("stellen", rw.stellen), ("gremien", rw.gremien)):
        bekannt = {t.id for t in alle}
        for nr, traeger in enumerate(alle):
            if traeger.nachfolge and traeger.nachfolge not in bekannt - {traeger.id}:
                yield _unknown(f"{was}[{nr}].nachfolge", "die Nachfolge", traeger.nachfolge, bekannt - {traeger.id})


def _deadlines(rw: Regelwerk) -> Iterator[Fund]:
    gremien = {g.id for g in rw.gremien}
    beide: tuple[tuple[str, tuple[Ladungsregel | Vorlagenschluss, ...]], ...] = (
        ("ladung", rw.ladung),
        ("vorlagenschluss", rw.vorlagenschluss),
    )
    for was, regeln in beide:
        for nr, regel in enumerate(regeln):
            for gremium in regel.gremien:
                if gremium not in gremien:
                    yield _unknown(f"{was}[{nr}].gremien", "das Gremium", gremium, gremien)
            for tag in regel.frist.nach_wochentag:
                if tag not in WOCHENTAGE:
                    yield _unknown(f"{was}[{nr}].frist.nach_wochentag", "den Wochentag", tag, WOCHENTAGE)
            if regel.frist.tage is None and not regel.frist.nach_wochentag:
                yield Fund(f"{was}[{nr}].frist.tage", "fehlt; oder bitte „nach_wochentag“ angeben")
    if rw.land is None and (rw.ladung or rw.vorlagenschluss or rw.laufweg.frist or rw.auftraege):
        yield Fund("land", "fehlt, die Fristen brauchen die Feiertage des Landes")
    for nr, punkt in enumerate(rw.standardpunkte):
        for gremium in punkt.gremien:
            if gremium not in gremien:
                yield _unknown(f"standardpunkte[{nr}].gremien", "das Gremium", gremium, gremien)
        if not punkt.oeffentlich and not punkt.bezeichnung:
            yield Fund(f"standardpunkte[{nr}].bezeichnung", "fehlt, ein nichtöffentlicher Punkt braucht sie")


def _tasks(rw: Regelwerk) -> Iterator[Fund]:
    arten = {v.id for v in rw.vorlagearten}
    if rw.auftraege and rw.auftraege.bericht_vorlageart and rw.auftraege.bericht_vorlageart not in arten:
        yield _unknown("auftraege.bericht_vorlageart", "die Vorlageart", rw.auftraege.bericht_vorlageart, arten)


def _deputies(rw: Regelwerk) -> Iterator[Fund]:
    stellen = {s.id for s in rw.stellen}
    for nr, v in enumerate(rw.vertretungen or ()):
        if v.stelle not in stellen:
            yield _unknown(f"vertretungen[{nr}].stelle", "die Stelle", v.stelle, stellen)
        if v.bis < v.von:
            yield Fund(f"vertretungen[{nr}].bis", "liegt vor „von“")
        if v.person == v.fuer:
            yield Fund(f"vertretungen[{nr}].fuer", "niemand vertritt sich selbst")


def _path(rw: Regelwerk) -> Iterator[Fund]:
    stellen = {s.id for s in rw.stellen} | {"federfuehrend", "uebergeordnet"}
    arten = {v.id for v in rw.vorlagearten}
    for nr, platz in enumerate(rw.laufweg.plaetze):
        if platz.stelle not in stellen:
            yield _unknown(f"laufweg.plaetze[{nr}].stelle", "die Stelle", platz.stelle, stellen)
        for art in platz.vorlagearten:
            if art not in arten:
                yield _unknown(f"laufweg.plaetze[{nr}].vorlagearten", "die Vorlageart", art, arten)


def _sections(rw: Regelwerk) -> Iterator[Fund]:
    for nr, art in enumerate(rw.vorlagearten):
        for name in art.pflicht:
            if name not in art.abschnitte:
                yield _unknown(f"vorlagearten[{nr}].pflicht", "der Abschnitt", name, art.abschnitte)


def _mailboxes(rw: Regelwerk) -> Iterator[Fund]:
    faecher = [(f"stellen[{nr}]", s.postfach) for nr, s in enumerate(rw.stellen)]
    faecher += [(f"gremien[{nr}]", g.postfach) for nr, g in enumerate(rw.gremien)]
    for wo, postfach in faecher:
        if postfach and "@" not in postfach:
            yield Fund(f"{wo}.postfach", f"„{postfach}“ ist keine Mailadresse")


def _numbers(rw: Regelwerk) -> Iterator[Fund]:
    n = rw.nummerierung
    if n is None:
        return
    werte: dict[str, str | int] = {"jahr": 2021, "amt": "A 1", "wahlperiode": 1}
    muster: tuple[tuple[str, str | None, tuple[str, ...]], ...] = (
        ("muster", n.muster, ("nr",)),
        ("kreis", n.kreis, ()),
        ("neufassung", n.neufassung, ("n",)),
        ("ergaenzung", n.ergaenzung, ("n",)),
    )
    for name, text, pflicht in muster:
        if text is None:
            continue
        yield from _number(f"nummerierung.{name}", text, werte | dict.fromkeys(pflicht, 1), pflicht)
    if rw.wahlperiode is None and "{wahlperiode" in n.muster + n.kreis:
        yield Fund("wahlperiode", "fehlt, die Nummerierung braucht sie")


def _number(schluessel: str, text: str, werte: dict[str, str | int], pflicht: Collection[str]) -> Iterator[Fund]:
    try:
        text.format(**werte)
    except (KeyError, ValueError, IndexError):
        yield Fund(schluessel, f"„{text}“ ist kein gültiges Muster; erlaubt sind {', '.join(sorted(werte))}")
        return
    for name in pflicht:
        if "{" + name not in text:
            yield Fund(schluessel, f"„{text}“ braucht {{{name}}}, sonst sind Nummern nicht eindeutig")


def _receivers(rw: Regelwerk) -> Iterator[Fund]:
    bekannt = {s.id for s in rw.stellen} | {g.id for g in rw.gremien} | set(WORTE)
    for nr, benachrichtigung in enumerate(rw.benachrichtigungen):
        for an in benachrichtigung.an:
            if an not in bekannt:
                yield _unknown(f"benachrichtigungen[{nr}].an", "den Empfänger", an, bekannt)


PRUEFUNGEN: tuple[Pruefung, ...] = (
    _unique,
    _offices,
    _successors,
    _deadlines,
    _tasks,
    _deputies,
    _path,
    _sections,
    _mailboxes,
    _numbers,
    _receivers,
)


def cross_check(rw: Regelwerk, arten: Collection[str] | None) -> tuple[Fund, ...]:
    """All findings. ``arten``: the known kinds of command, to check what notifications refer to."""
    funde = [fund for pruefung in PRUEFUNGEN for fund in pruefung(rw)]
    if arten is not None:
        for nr, b in enumerate(rw.benachrichtigungen):
            if b.bei not in arten:
                funde.append(_unknown(f"benachrichtigungen[{nr}].bei", "den Befehl", b.bei, arten))
        for nr, w in enumerate(rw.webhooks):
            funde += [_unknown(f"webhooks[{nr}].bei", "den Befehl", art, arten) for art in w.bei if art not in arten]
    return tuple(funde)
