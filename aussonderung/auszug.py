"""Plain texts that the record has only as data: what committees did with a paper, a meeting's agenda with its outcomes, a task."""

import datetime as dt
from collections.abc import Iterator

from lifecycle.auftrag.faelligkeit import due_text
from lifecycle.kern import BERLIN
from lifecycle.nennen import outcome
from schemas.auftrag import Auftrag
from schemas.beratung import Beschluss, TopStand
from schemas.sitzung import Sitzung, Top
from schemas.vorlage import Vorlage


def _day(zeit: dt.datetime) -> str:
    return f"{zeit.astimezone(BERLIN):%d.%m.%Y}"


def _part(oeffentlich: bool) -> str:
    return "öffentlich" if oeffentlich else "nichtöffentlich"


def of_paper(z: Vorlage) -> str:
    """Every station with each of its treatments."""
    return _text(_paper(z))


def _paper(z: Vorlage) -> Iterator[str]:
    yield f"Beratungsfolge der Vorlage {z.nummer or 'ohne Nummer'}"
    for b in z.beratungen:
        rolle = f" ({b.rolle})" if b.rolle else ""
        yield f"\n{b.nr}. {b.gremium.anzeige}{rolle}, {_part(b.oeffentlich)}: {b.status.value}"
        for t in b.behandlungen:
            yield from _treatment(t)


def _treatment(t: TopStand) -> Iterator[str]:
    yield f"   TOP {t.nummer} am {_day(t.beginn)}, {_part(t.oeffentlich)}: {t.sitzung_status or t.anlass}"
    if t.beschluss:
        yield from _outcome(t.beschluss)


def _outcome(b: Beschluss) -> Iterator[str]:
    yield f"   Ergebnis: {outcome(b)}"
    if b.text:
        yield f"   Beschlusstext: {b.text}"


def of_meeting(z: Sitzung, *, oeffentlich: bool) -> str | None:
    """The agenda's public or non-public part with what came of each item; None if it has none."""
    tops = [t for t in z.tops if t.oeffentlich is oeffentlich]
    if not tops:
        return None
    gremien = ", ".join(g.anzeige for g in (z.gremium, *z.weitere_gremien) if g)
    wann = f" am {_day(z.beginn)}" if z.beginn else ""
    return _text([f"{z.anlass}: {gremien}{wann}, {_part(oeffentlich)}er Teil", *(s for t in tops for s in _item(z, t))])


def _item(z: Sitzung, t: Top) -> Iterator[str]:
    yield f"\nTOP {t.nummer}: {t.titel} [{t.status.value}]"
    if t.beschluss:
        yield from _outcome(t.beschluss)
    papiere = {v.vorlage: v for v in z.vorlagen}
    for tv in t.vorlagen:
        stand = papiere.get(tv.vorlage)
        yield f"   Vorlage {stand.nummer or 'ohne Nummer'}: {stand.betreff}" if stand else f"   Vorlage {tv.vorlage}"
        if tv.beschluss:
            yield from _outcome(tv.beschluss)


def of_task(z: Auftrag) -> str:
    """What was asked of whom, and what was reported."""
    return _text(_task(z))


def _task(z: Auftrag) -> Iterator[str]:
    a = z.angaben
    yield f"Auftrag, {z.stufe.anzeige}"
    if a:
        yield f"Verlangt: {a.verlangt}"
        yield f"Grundlage: {a.grundlage.anzeige}, von: {a.von}"
        yield f"Stelle: {a.stelle.anzeige if a.stelle else 'keine'}"
        yield f"Fällig: {due_text(a.faellig)}"
        yield from (f"Ferner: {f}" for f in a.ferner)
    yield from (f"Bericht vom {_day(b.am)}: {b.text}" for b in z.berichte)
    if z.grund:
        yield f"Grund: {z.grund}"


def _text(zeilen: Iterator[str] | list[str]) -> str:
    return "\n".join(zeilen) + "\n"
