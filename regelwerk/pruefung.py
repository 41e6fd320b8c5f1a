"""Cross checks of one Regelwerk: references that lead nowhere, names that come twice, addresses that are none."""

import re
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from lifecycle import feiertage
from lifecycle.ablehnung import Unbekannt
from lifecycle.empfaenger import WORTE
from lifecycle.fristen import WOCHENTAGE
from regelwerk import befugnis, muster
from regelwerk.fund import Fund, Pruefung, doubles, unknown
from schemas.benachrichtigung import LAENGSTE_ADRESSE, MAILADRESSE
from schemas.regelwerk import Ladungsregel, Regelwerk, Vorlagenschluss


def _unique(rw: Regelwerk) -> Iterator[Fund]:
    yield from doubles("stellen", (s.id for s in rw.stellen))
    yield from doubles("gremien", (g.id for g in rw.gremien))
    yield from doubles("vorlagearten", (v.id for v in rw.vorlagearten))
    yield from doubles("wortlaute", (w.text for w in rw.wortlaute))
    yield from doubles("rollen", (r.name for r in rw.rollen))
    yield from doubles("webhooks", (w.id for w in rw.webhooks))
    beide = {s.id for s in rw.stellen} & {g.id for g in rw.gremien}
    yield from (Fund("gremien", f"„{kennung}“ ist auch die Kennung einer Stelle; bitte eine andere wählen") for kennung in beide)


def _offices(rw: Regelwerk) -> Iterator[Fund]:
    stellen = {s.id for s in rw.stellen}
    for nr, stelle in enumerate(rw.stellen):
        if stelle.uebergeordnet and stelle.uebergeordnet not in stellen:
            yield unknown(f"stellen[{nr}].uebergeordnet", "die Stelle", stelle.uebergeordnet, stellen)
    for nr, gremium in enumerate(rw.gremien):
        if gremium.sitzungsdienst and gremium.sitzungsdienst not in stellen:
            yield unknown(f"gremien[{nr}].sitzungsdienst", "die Stelle", gremium.sitzungsdienst, stellen)


def _successors(rw: Regelwerk) -> Iterator[Fund]:
    for was, alle in (("stellen", rw.stellen), ("gremien", rw.gremien)):
        bekannt = {t.id for t in alle}
        for nr, traeger in enumerate(alle):
            if traeger.nachfolge and traeger.nachfolge not in bekannt - {traeger.id}:
                yield unknown(f"{was}[{nr}].nachfolge", "die Nachfolge", traeger.nachfolge, bekannt - {traeger.id})


def _deadlines(rw: Regelwerk) -> Iterator[Fund]:
    gremien = {g.id for g in rw.gremien}
    alle: tuple[tuple[str, tuple[Ladungsregel | Vorlagenschluss, ...]], ...] = (
        ("ladung", rw.ladung),
        ("vorlagenschluss", rw.vorlagenschluss),
        ("antragsschluss", rw.antragsschluss),
    )
    for was, regeln in alle:
        for nr, regel in enumerate(regeln):
            for gremium in regel.gremien:
                if gremium not in gremien:
                    yield unknown(f"{was}[{nr}].gremien", "das Gremium", gremium, gremien)
            for tag in regel.frist.nach_wochentag:
                if tag not in WOCHENTAGE:
                    yield unknown(f"{was}[{nr}].frist.nach_wochentag", "den Wochentag", tag, WOCHENTAGE)
            if regel.frist.tage is None and not regel.frist.nach_wochentag:
                yield Fund(f"{was}[{nr}].frist.tage", "fehlt; oder bitte „nach_wochentag“ angeben")
    if rw.land is None and (rw.ladung or rw.vorlagenschluss or rw.antragsschluss or rw.laufweg.frist or rw.auftraege):
        yield Fund("land", "fehlt, die Fristen brauchen die Feiertage des Landes")
    for nr, punkt in enumerate(rw.standardpunkte):
        for gremium in punkt.gremien:
            if gremium not in gremien:
                yield unknown(f"standardpunkte[{nr}].gremien", "das Gremium", gremium, gremien)
        if not punkt.oeffentlich and not punkt.bezeichnung:
            yield Fund(f"standardpunkte[{nr}].bezeichnung", "fehlt, ein nichtöffentlicher Punkt braucht sie")


def _tasks(rw: Regelwerk) -> Iterator[Fund]:
    arten = {v.id for v in rw.vorlagearten}
    if rw.auftraege and rw.auftraege.bericht_vorlageart and rw.auftraege.bericht_vorlageart not in arten:
        yield unknown("auftraege.bericht_vorlageart", "die Vorlageart", rw.auftraege.bericht_vorlageart, arten)


def _retention(rw: Regelwerk) -> Iterator[Fund]:
    yield from doubles("aufbewahrung", (a.art for a in rw.aufbewahrung))
    arten = {v.id for v in rw.vorlagearten} | {"sitzung", "auftrag"}
    for nr, regel in enumerate(rw.aufbewahrung):
        if regel.art not in arten:
            yield unknown(f"aufbewahrung[{nr}].art", "die Vorlageart", regel.art, arten)
        if (regel.jahre is None) is not regel.dauernd:
            yield Fund(f"aufbewahrung[{nr}].jahre", "angegeben wird entweder „jahre“ oder „dauernd = true“")


def _deputies(rw: Regelwerk) -> Iterator[Fund]:
    stellen = {s.id for s in rw.stellen}
    for nr, v in enumerate(rw.vertretungen or ()):
        if v.stelle not in stellen:
            yield unknown(f"vertretungen[{nr}].stelle", "die Stelle", v.stelle, stellen)
        if v.bis < v.von:
            yield Fund(f"vertretungen[{nr}].bis", "liegt vor „von“")
        if v.person == v.fuer:
            yield Fund(f"vertretungen[{nr}].fuer", "niemand vertritt sich selbst")


def _seats(rw: Regelwerk) -> Iterator[Fund]:
    yield from doubles("personen", (p.id for p in rw.personen))
    personen, gremien = {p.id for p in rw.personen}, {g.id for g in rw.gremien}
    for nr, sitz in enumerate(rw.sitze):
        if sitz.person not in personen:
            yield unknown(f"sitze[{nr}].person", "die Person", sitz.person, personen)
        if sitz.gremium not in gremien:
            yield unknown(f"sitze[{nr}].gremium", "das Gremium", sitz.gremium, gremien)
        if sitz.bis is not None and sitz.bis < sitz.von:
            yield Fund(f"sitze[{nr}].bis", "liegt vor „von“")


def _path(rw: Regelwerk) -> Iterator[Fund]:
    stellen = {s.id for s in rw.stellen} | {"federfuehrend", "uebergeordnet"}
    arten = {v.id for v in rw.vorlagearten}
    for nr, platz in enumerate(rw.laufweg.plaetze):
        if platz.stelle not in stellen:
            yield unknown(f"laufweg.plaetze[{nr}].stelle", "die Stelle", platz.stelle, stellen)
        for art in platz.vorlagearten:
            if art not in arten:
                yield unknown(f"laufweg.plaetze[{nr}].vorlagearten", "die Vorlageart", art, arten)


def _sections(rw: Regelwerk) -> Iterator[Fund]:
    for nr, art in enumerate(rw.vorlagearten):
        for name in art.pflicht:
            if name not in art.abschnitte:
                yield unknown(f"vorlagearten[{nr}].pflicht", "der Abschnitt", name, art.abschnitte)


def _mailboxes(rw: Regelwerk) -> Iterator[Fund]:
    faecher = [(f"stellen[{nr}]", s.postfach) for nr, s in enumerate(rw.stellen)]
    faecher += [(f"gremien[{nr}]", g.postfach) for nr, g in enumerate(rw.gremien)]
    for wo, postfach in faecher:
        if postfach is not None and not (len(postfach) <= LAENGSTE_ADRESSE and re.fullmatch(MAILADRESSE, postfach)):
            yield Fund(
                f"{wo}.postfach", f"„{postfach}“ ist keine Mailadresse; erwartet wird etwa „amt@stadt.example“ und sonst nichts"
            )


def _webhooks(rw: Regelwerk) -> Iterator[Fund]:
    for nr, w in enumerate(rw.webhooks):
        if not _is_web_address(w.url):
            yield Fund(
                f"webhooks[{nr}].url",
                f"„{w.url}“ ist keine Webadresse; sie beginnt mit https:// oder http:// und nennt einen Rechner",
            )


def _is_web_address(url: str) -> bool:
    try:
        teile = urlsplit(url)
        return teile.scheme in ("http", "https") and bool(teile.hostname) and teile.port != 0 and not re.search(r"\s", url)
    except ValueError:  # a port or an address in brackets that is none
        return False


def _land(rw: Regelwerk) -> Iterator[Fund]:
    try:
        if rw.land is not None:
            feiertage.between(rw.land, rw.gueltig_ab, rw.gueltig_ab)
    except Unbekannt:
        yield Fund("land", f"„{rw.land}“ ist kein Land mit bekannten Feiertagen; erwartet wird sein Kürzel, etwa „NW“")


def _receivers(rw: Regelwerk) -> Iterator[Fund]:
    bekannt = {s.id for s in rw.stellen} | {g.id for g in rw.gremien} | set(WORTE)
    for nr, benachrichtigung in enumerate(rw.benachrichtigungen):
        for an in benachrichtigung.an:
            if an not in bekannt:
                yield unknown(f"benachrichtigungen[{nr}].an", "den Empfänger", an, bekannt)


PRUEFUNGEN: tuple[Pruefung, ...] = (
    _unique,
    _offices,
    _successors,
    _deadlines,
    _tasks,
    _retention,
    _deputies,
    _seats,
    _path,
    _sections,
    _mailboxes,
    _webhooks,
    _land,
    _receivers,
    muster.check,
    befugnis.roles,
    befugnis.superiors,
)


def cross_check(rw: Regelwerk, arten: Collection[str] | None) -> tuple[Fund, ...]:
    """All findings. ``arten``: the known kinds of command, to check what notifications refer to."""
    funde = [fund for pruefung in PRUEFUNGEN for fund in pruefung(rw)]
    if arten is not None:
        for nr, b in enumerate(rw.benachrichtigungen):
            if b.bei not in arten:
                funde.append(unknown(f"benachrichtigungen[{nr}].bei", "den Befehl", b.bei, arten))
        for nr, w in enumerate(rw.webhooks):
            funde += [unknown(f"webhooks[{nr}].bei", "den Befehl", art, arten) for art in w.bei if art not in arten]
    return tuple(funde)
