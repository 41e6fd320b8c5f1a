"""Who is to act, and who is to know: a role that cannot do what a rule asks of it stops every paper; superiors are told by agreement only."""

from collections.abc import Iterator

from lifecycle.fristen import Anlass
from lifecycle.rechte import RECHTE
from regelwerk.fund import Fund, doubles
from schemas.akteur import Rolle
from schemas.regelwerk import Regelwerk

FRISTMELDUNGEN = frozenset(anlass.value for anlass in Anlass)
"""Kinds of entry that tell of a deadline."""
VORGESETZT = frozenset({"vorgesetzt", "verwaltungsleitung"})
"""Words for receivers that are always above somebody."""


def _places(rw: Regelwerk) -> Iterator[tuple[str, Rolle, tuple[str, ...]]]:
    """Where the rules give a role something to do: the key, the role, and the commands of which it must have one."""
    for nr, rolle in enumerate(rw.niederschrift.unterzeichnende if rw.niederschrift else ()):
        yield f"niederschrift.unterzeichnende[{nr}]", rolle, ("niederschrift_unterzeichnen",)
    for nr, platz in enumerate(rw.laufweg.plaetze):
        yield f"laufweg.plaetze[{nr}].rolle", platz.rolle, ("mitzeichnen", "freigeben")
    if rw.festsetzung:
        yield "festsetzung.rolle", rw.festsetzung.rolle, ("tagesordnung_festsetzen",)
    if rw.festsetzung and rw.festsetzung.zustimmung:
        yield "festsetzung.zustimmung", rw.festsetzung.zustimmung, ("tagesordnung_zustimmen",)


def roles(rw: Regelwerk) -> Iterator[Fund]:
    """Roles that could never do what is asked of them."""
    for schluessel, rolle, arten in _places(rw):
        koennen = {r.value for art in arten for r, _ in RECHTE[art] if r is not Rolle.SYSTEM}
        if rolle.value not in koennen:
            yield Fund(
                schluessel, f"„{rolle.value}“ hat nicht das Recht zu „{arten[0]}“; das haben: {', '.join(sorted(koennen))}"
            )
    niemand = [f"stellen[{nr}].rollen" for nr, s in enumerate(rw.stellen) if Rolle.SYSTEM in s.rollen]
    niemand += [f"vertretungen[{nr}].rolle" for nr, v in enumerate(rw.vertretungen or ()) if v.rolle is Rolle.SYSTEM]
    yield from (Fund(schluessel, "„system“ ist die Laufmappe selbst; diese Rolle hat kein Mensch") for schluessel in niemand)
    if rw.niederschrift:
        yield from doubles("niederschrift.unterzeichnende", (r.value for r in rw.niederschrift.unterzeichnende))


def superiors(rw: Regelwerk) -> Iterator[Fund]:
    """Superiors who are told of other offices' deadlines although no agreement is named that allows it."""
    if rw.laufweg.frist and rw.laufweg.frist.eskalation:
        return
    ueber = {s.uebergeordnet for s in rw.stellen if s.uebergeordnet}
    leitung = {s.id for s in rw.stellen if Rolle.VERWALTUNGSLEITUNG in s.rollen}
    for nr, b in enumerate(rw.benachrichtigungen):
        for an in b.an if b.bei in FRISTMELDUNGEN else ():
            if an in VORGESETZT | ueber | leitung:
                yield Fund(
                    f"benachrichtigungen[{nr}].an",
                    f"„{an}“ darf von Fristen anderer nur erfahren, wenn „laufweg.frist.eskalation“ die Vereinbarung dazu nennt",
                )
