"""The list of open tasks that is put to a meeting: what was asked for, by whom, since when, of whom, and why it is late."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dokumente.blatt import Schriftstueck, committees, dashed, day, long_day, made, short, shown
from dokumente.sicht import Teil
from lifecycle.auftrag.faelligkeit import FAELLIGKEIT, due_text
from lifecycle.fristen import EIN_TAG, find
from schemas.auftrag import ENDEN, Auftrag, Auftragsangaben, Faelligkeitsart
from schemas.frist import Fristausgang
from schemas.sitzung import Sitzung

ENTWURF = "Entwurf, nicht freigegeben"
OHNE_NUMMERN: Mapping[str, str] = {}


def concerns(a: Auftrag, gremien: Iterable[str]) -> bool:
    """Whether a task is open and arose in one of these committees, or is due for one of them."""
    faellig = a.angaben.faellig.gremium if a.angaben and a.angaben.faellig else None
    return a.stufe not in ENDEN and bool({g.id for g in (a.gremium, faellig) if g} & set(gremien))


def task_list(
    z: Sitzung,
    kommune: str,
    auftraege: Iterable[Auftrag],
    teil: Teil,
    nummern: Mapping[str, str] = OHNE_NUMMERN,
    *,
    freigegeben: bool = False,
) -> Schriftstueck:
    """The open tasks of the meeting's committees. ``nummern``: number by id of the papers that the reader may know of."""
    gremien = committees(z)
    offen = [a for a in auftraege if concerns(a, (g.id for g in gremien)) and a.angaben and teil.shows(a.angaben.oeffentlich)]
    stand = max(zeit for fall in (z, *offen) if (zeit := fall.zuletzt))
    sortiert = sorted(offen, key=lambda a: (a.seit or stand, a.id))
    return made(
        "auftragsliste", kommune, f"Offene Aufträge: {', '.join(dashed(g.name) for g in gremien)}", stand, "auftragsliste",
        vermerk=None if freigegeben else ENTWURF,
        kennzeichen=[] if teil.fuer_alle else ["nichtöffentlich"],
        felder=[["Zur Sitzung am", long_day(z.beginn)], ["Stand", day(stand)]],
        auftraege=[_task(nr, a, teil, nummern) for nr, a in enumerate(sortiert, 1)],
    )  # fmt: skip


def _task(nr: int, a: Auftrag, teil: Teil, nummern: Mapping[str, str]) -> dict[str, Any]:
    assert a.angaben is not None  # the caller has seen to it
    return {
        "nr": str(nr),
        "verlangt": a.angaben.verlangt,
        "herkunft": "; ".join(_origin(a, a.angaben, teil, nummern)),
        "stelle": shown(a.angaben.stelle) or "noch nicht zugewiesen",
        "faellig": _due(a, a.angaben),
        "stand": ". ".join(_state(a, teil)),
    }


def _origin(a: Auftrag, angaben: Auftragsangaben, teil: Teil, nummern: Mapping[str, str]) -> Iterator[str]:
    """On what it rests, who asked, when, at which item and paper, and who else is concerned."""
    yield f"{angaben.grundlage.anzeige} ({angaben.von})" if teil.mit_namen and angaben.von else angaben.grundlage.anzeige
    if angaben.bericht:
        yield "Bericht erbeten"
    if a.seit:
        yield f"seit {day(a.seit)}"
    if a.top:
        yield f"TOP {a.top}" + (f" ({short(a.gremium)})" if a.gremium else "")
    if a.vorlage and a.vorlage in nummern:
        yield f"Vorlage {nummern[a.vorlage]}"
    weitere = [*(g.name for g in angaben.unter_einbeziehung), *(angaben.ferner if teil.mit_namen else ())]
    if weitere:
        yield f"unter Einbeziehung: {', '.join(weitere)}"


def _due(a: Auftrag, angaben: Auftragsangaben) -> str:
    """When it is due and, once that is over, since when it is late."""
    frist = find(a, FAELLIGKEIT)
    jede = angaben.faellig is not None and angaben.faellig.art is Faelligkeitsart.JEDE_SITZUNG
    wann = _date(frist.letzter_tag) if frist and frist.ausgang is not Fristausgang.ENTFALLEN else due_text(angaben.faellig)
    spaet = f", überfällig seit {_date(frist.letzter_tag + EIN_TAG)}" if frist and frist.ausgang is Fristausgang.VERSAEUMT else ""
    return f"{wann}{', jede Sitzung' if jede and frist else ''}{spaet}"


def _state(a: Auftrag, teil: Teil) -> Iterator[str]:
    """Its stage and the latest word on it. The internet version has the stage alone: words may name people."""
    yield a.stufe.anzeige if a.angenommen is not None else f"{a.stufe.anzeige}, noch nicht angenommen"
    if not teil.mit_namen:
        return
    if a.berichte:
        yield f"Bericht vom {day(a.berichte[-1].am)}: {a.berichte[-1].text}"
    elif a.grund:
        yield a.grund


def _date(tag: dt.date) -> str:
    return f"{tag:%d.%m.%Y}"
