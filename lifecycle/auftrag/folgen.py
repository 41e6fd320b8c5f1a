"""What follows from a change of a task: the committees' calendars learn for which meeting it waits; the end is sealed."""

import datetime as dt
from collections.abc import Iterator

from lifecycle.auftrag.faelligkeit import is_recurring
from lifecycle.ruf import call, workflow_id
from schemas.auftrag import (
    ENDEN,
    Auftrag,
    Stufe,
)
from schemas.gremium import Wartender
from schemas.vorlage import Ursprung, Ursprungsart
from schemas.wirkung import Ruf, Versiegelung

SEIT_JEHER = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


def consequences(vorher: Auftrag, nachher: Auftrag, geschehen: dt.datetime | None) -> tuple[Ruf | Versiegelung, ...]:
    """The calendars learn for which meeting it waits; a task that has ended is sealed."""
    rufe = (*_calendar(vorher, nachher), *_draft(vorher, nachher))
    return (*rufe, Versiegelung()) if nachher.stufe in ENDEN and vorher.stufe not in ENDEN else rufe


def _waits_for(z: Auftrag) -> str | None:
    """Id of the committee whose meeting it is due for, while it is open."""
    faellig = z.angaben.faellig if z.angaben else None
    return faellig.gremium.id if faellig and faellig.gremium and z.stufe not in ENDEN and z.meldet else None


def _calendar(vorher: Auftrag, nachher: Auftrag) -> Iterator[Ruf]:
    alt, neu = _waits_for(vorher), _waits_for(nachher)
    jede, spaeter = (is_recurring(vorher), is_recurring(nachher)), _sent_back(vorher, nachher)
    for gremium, offen in ((alt, False), (neu, True)):
        if gremium is None or (alt == neu and jede[0] == jede[1] and not spaeter) or (not offen and alt == neu):
            continue
        wartender = Wartender(auftrag=nachher.id, ab=spaeter or nachher.seit or SEIT_JEHER, ausser=nachher.sitzung, jede=jede[1])
        ziel = workflow_id("gremium", nachher, gremium)
        yield call(nachher, "auftrag", ziel, "auftrag_wartet", None, anlegen=True, wartender=wartender, offen=offen)


def _sent_back(vorher: Auftrag, nachher: Auftrag) -> dt.datetime | None:
    """After which moment the meeting must be that it waits for now, if its answer was not accepted."""
    fortgesetzt = vorher.stufe is Stufe.ERLEDIGT_GEMELDET and nachher.stufe is Stufe.IN_ARBEIT
    if not fortgesetzt or vorher.termin is None or nachher.termin is not None:
        return None
    assert nachher.zuletzt is not None  # set with the first entry
    return max(nachher.zuletzt, vorher.termin.beginn)


def _draft(vorher: Auftrag, nachher: Auftrag) -> Iterator[Ruf]:
    """The paper that brings the report, as a draft of the office: to the committees to involve, then to the one that asked."""
    a = nachher.angaben
    if nachher.entwurf is None or vorher.entwurf is not None or a is None or a.stelle is None:
        return
    fragend = a.faellig.gremium if a.faellig and a.faellig.gremium else nachher.gremium
    folge = dict.fromkeys(g.id for g in (*a.unter_einbeziehung, fragend) if g)
    ziel = workflow_id("vorlage", nachher, nachher.entwurf)
    yield call(
        nachher, "auftrag", ziel, "entwerfen", None, anlegen=True,
        vorlageart=nachher.berichtsart, betreff=a.verlangt, federfuehrend=a.stelle.id, auftrag=nachher.id,
        oeffentlich=a.oeffentlich, bezeichnung=a.bezeichnung or ("Bericht zu einem Auftrag" if not a.oeffentlich else None),
        ursprung=Ursprung(art=Ursprungsart.AUFTRAG, von=a.von), beratungsfolge=[{"gremium": g} for g in folge],
    )  # fmt: skip
