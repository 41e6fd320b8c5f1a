"""A Regelwerk drafted from what a source shows. A draft: the town reads it, completes it, and stands for it."""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lifecycle.kern import BERLIN
from uebernahme.lesen import flag, moment, text
from uebernahme.quelle import Bestand, Organisation
from uebernahme.traeger import UNGENANNT, as_id, divide, ids
from uebernahme.wortlaute import classify

LAENDER = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip
"""Federal states by the beginning of the AGS."""
HAEUFIG = 3
"""A wording that a town uses that often is one of its own, and none that names somebody."""
PERSON = re.compile(r"mitglied|\bherrn?\b|\bfrau\b|\bhr\.|\bfr\.|meister", re.IGNORECASE)
"""What speaks of somebody is no town's word."""
KURZ = 80
"""Characters of a wording that can be a town's own word for an outcome."""
NUMMERN = (
    (re.compile(r"^\d{1,4}/\d{4}$"), "{nr}/{jahr}", "{jahr}"),
    (re.compile(r"^\d{4}/\d{1,4}$"), "{jahr}/{nr:04}", "{jahr}"),
)
"""Form of a number, its pattern and its range. Only what most numbers of a source look like is taken for the town's."""


def draft(b: Bestand, kommune: str) -> str:
    """The rules as TOML. The town's facts only as far as the source states them; all that it does not say is left out."""
    ab = first_day(b)
    teile = [_head(b, kommune, ab), *_carriers(b, ab), *_kinds(b), *_roles(b), *_wordings(b), *_numbers(b)]
    return "\n\n".join(teile) + "\n"


def first_day(b: Bestand) -> dt.date:
    """Day of the earliest meeting or paper."""
    zeiten = [s.beginn for s in b.sitzungen if s.beginn] + [z for p in b.papiere if (z := moment(p.roh.get("date")))]
    return min([z for z in zeiten if z <= b.stand], default=b.stand).astimezone(BERLIN).date()


def ags(b: Bestand) -> str | None:
    """The AGS with its leading zero, which many sources drop; None for what is none."""
    wert = (text(b.body, "ags") or "").strip()
    wert = wert.zfill(8) if len(wert) == 7 else wert.zfill(5) if len(wert) == 4 else wert
    return wert if re.fullmatch(r"\d{5}(\d{3})?", wert) else None


def _string(wert: str) -> str:
    """A TOML basic string."""
    return json.dumps(" ".join(wert.split()), ensure_ascii=False).replace("\x7f", "")


def _table(name: str, felder: Mapping[str, Any]) -> str:
    zeilen = (f"{feld} = {wert}" for feld, wert in felder.items() if wert is not None)
    return "\n".join([f"[[{name}]]", *zeilen])


def _head(b: Bestand, kommune: str, ab: dt.date) -> str:
    kennzahl = ags(b)
    land = LAENDER.get(kennzahl[:2]) if kennzahl else None
    zeilen = [
        f"# Entwurf, aus {_string(str(b.body.get('id') or 'einem Ordner'))} abgeleitet. Bitte lesen, ergänzen und berichtigen:",
        "# Laufweg, Fristen, Niederschrift und Benachrichtigungen nennt die Quelle nicht.",
        "# „herkunft“ verbindet Stellen und Gremien mit der Quelle; bitte nicht ändern.",
        f"kommune = {_string(kommune)}",
        f"name = {_string(text(b.body, 'name') or kommune)}",
        *([f"ags = {_string(kennzahl)}"] if kennzahl else []),
        *([f"land = {_string(land)}"] if land else []),
        f"gueltig_ab = {ab.isoformat()}",
        f"quelle = {_string('Entwurf aus der Übernahme von ' + str(b.body.get('id') or 'OParl-Daten'))}",
    ]
    return "\n".join(zeilen)


def _carriers(b: Bestand, ab: dt.date) -> Iterator[str]:
    teile = divide(b)
    gremien = ids(teile.gremien, [UNGENANNT])
    stellen = ids(teile.stellen, [UNGENANNT, *gremien.values()])
    zuletzt = _last_seen(b)
    for o in teile.stellen:
        yield _table("stellen", _carrier(o, stellen[o.id], ab, zuletzt))
    for o in teile.gremien:
        yield _table("gremien", _carrier(o, gremien[o.id], ab, zuletzt))
    if any(not s.organisationen for s in b.sitzungen) or any(not c.organisationen for p in b.papiere for c in p.beratungen):
        namen = f"[{{ ab = {ab.isoformat()}, name = {_string('Gremium nicht angegeben')} }}]"
        yield _table("gremien", {"id": _string(UNGENANNT), "namen": namen})


def _carrier(o: Organisation, kennung: str, ab: dt.date, zuletzt: Mapping[str, dt.date]) -> dict[str, str | None]:
    beginn = moment(o.roh.get("startDate"))
    tag = beginn.astimezone(BERLIN).date() if beginn else ab
    ende = moment(o.roh.get("endDate"))
    bis = ende.astimezone(BERLIN).date() if ende else None
    kurz = text(o.roh, "shortName")
    kuerzel = f", kuerzel = {_string(kurz)}" if kurz and kurz.strip() else ""
    name = " ".join((o.name or kennung).split())[:1000] or kennung
    return {
        "id": _string(kennung),
        "namen": f"[{{ ab = {tag.isoformat()}, name = {_string(name)}{kuerzel} }}]",
        "bis": bis.isoformat() if bis and bis >= zuletzt.get(o.id, bis) else None,  # who still met had not ended
        "herkunft": f"[{_string(o.id)}]",
    }


def _last_seen(b: Bestand) -> dict[str, dt.date]:
    tage: dict[str, dt.date] = {}
    for s in b.sitzungen:
        for o in s.organisationen if s.beginn else ():
            tag = s.beginn.astimezone(BERLIN).date() if s.beginn else dt.date.min
            tage[o] = max(tag, tage.get(o, tag))
    return tage


def _named(worte: Iterable[str | None]) -> list[str]:
    """Each word that says something, without the blanks around it, once, the most frequent first."""
    return [w for w, _ in Counter(" ".join(w.split()) for w in worte if w and w.strip() and len(w) <= 1000).most_common()]


def _kinds(b: Bestand) -> Iterator[str]:
    vergeben: set[str] = set()
    for name in _named(text(p.roh, "paperType") for p in b.papiere):
        kennung = as_id(name)
        while kennung in vergeben:
            kennung += "-2"
        vergeben.add(kennung)
        yield _table("vorlagearten", {"id": _string(kennung), "name": _string(name)})


def _roles(b: Bestand) -> Iterator[str]:
    alle = [c for p in b.papiere for c in p.beratungen]
    for name in _named(text(c.roh, "role") for c in alle):
        massgeblich = any(flag(c.roh, "authoritative") for c in alle if (text(c.roh, "role") or "").strip() == name)
        entscheidet = massgeblich or bool(re.search(r"entscheid|beschluss", name.lower()))
        yield _table("rollen", {"name": _string(name), "entscheidet": "true" if entscheidet else None})


def _wordings(b: Bestand) -> Iterator[str]:
    alle = Counter(r.strip() for s in b.sitzungen for p in s.punkte if (r := text(p.roh, "result")))
    for wort, anzahl in alle.most_common():
        klasse = classify(wort)
        if klasse and anzahl >= HAEUFIG and 0 < len(wort) <= KURZ and not PERSON.search(wort) and wort == " ".join(wort.split()):
            yield _table("wortlaute", {"text": _string(wort), "klasse": _string(klasse.value)})


def _numbers(b: Bestand) -> Iterator[str]:
    alle = [r for p in b.papiere if (r := text(p.roh, "reference"))]
    for form, muster, kreis in NUMMERN:
        if alle and sum(bool(form.match(r)) for r in alle) * 2 > len(alle):
            yield "\n".join(["[nummerierung]", f"muster = {_string(muster)}", f"kreis = {_string(kreis)}"])
            return
