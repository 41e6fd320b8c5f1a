"""One meeting of the source as the steps that take it over."""

import re
from collections.abc import Mapping

from schemas.beratung import VorlageStand
from schemas.herkunft import Herkunft, Ortsangabe
from schemas.sitzung import Stufe
from uebernahme.dateien import files
from uebernahme.lesen import flag, moment, objects, text
from uebernahme.plan import Schritt, as_step, document, source_text
from uebernahme.quelle import Beratung, Punkt, Sitzung
from uebernahme.rahmen import Rahmen
from uebernahme.wortlaute import classify

UEBERSCHRIFT = re.compile(r"\W*(?P<nicht>nicht[- ]?)?öffentliche(r teil| sitzung)\b", re.IGNORECASE)
"""What the items of one part of the agenda stand below."""
VORBEI = frozenset({Stufe.GESCHLOSSEN, Stufe.ABGESCHLOSSEN})


def steps(
    s: Sitzung, r: Rahmen, gremien: tuple[str, ...], papiere: Mapping[str, tuple[int, VorlageStand]]
) -> tuple[Schritt, ...]:
    """All steps, in their order. ``papiere``: by id of a consultation, its station and what is to be known of its paper."""
    ende = r.end_of(s)
    beginn = s.beginn or r.jetzt
    wann = r.past(beginn if ende in VORBEI else s.geaendert, s.geaendert, r.bestand.stand)
    verborgen = hidden(s)
    erste = as_step(
        "sitzung_uebernehmen", wann, r.damals,
        herkunft=Herkunft(url=s.id, quelltext=document(source_text(s.roh))),
        gremien=gremien,
        beginn=beginn,
        ende=moment(s.roh.get("end")),
        benennung=s.name,
        ort=_place(s),
        dateien=files(s.roh, r.geladen),
        meldet=ende in (Stufe.GEPLANT, Stufe.EINGELADEN) or None,
    )  # fmt: skip
    punkte = (_item(p, r, wann, p.id not in verborgen, papiere) for p in s.punkte)
    schluss = moment(s.roh.get("end"))
    letzte = as_step(
        "uebernahme_abschliessen", r.past(max(schluss, wann) if schluss else wann, wann), r.damals,
        stufe=ende,
        ende=schluss if ende in VORBEI else None,
        eingeladen=wann if ende is Stufe.EINGELADEN else None,
    )  # fmt: skip
    return (erste, *punkte, letzte)


def hidden(s: Sitzung) -> frozenset[str]:
    """Items that are not public: those of which it is said, and those below a heading that says so, unless a paper is at them."""
    verborgen: set[str] = set()
    darunter = False
    for p in s.punkte:
        gesagt = flag(p.roh, "public")
        ueberschrift = None if p.beratungen else UEBERSCHRIFT.match(p.name or "")
        if ueberschrift and not ueberschrift["nicht"]:
            darunter = False  # the public part may come second
        if gesagt is False or (gesagt is None and darunter and not p.beratungen):
            verborgen.add(p.id)
        darunter = darunter or bool(ueberschrift and ueberschrift["nicht"])
    return frozenset(verborgen)


def _item(p: Punkt, r: Rahmen, wann: object, oeffentlich: bool, papiere: Mapping[str, tuple[int, VorlageStand]]) -> Schritt:
    wortlaut = text(p.roh, "result")
    return as_step(
        "punkt_uebernehmen", wann, r.damals,
        quelle=p.id,
        nummer=text(p.roh, "number"),
        titel=p.name,
        oeffentlich=oeffentlich,
        papiere=tuple(_place_of(c, papiere) for c in p.beratungen if c.id in papiere),
        wortlaut=wortlaut,
        beschlusstext=text(p.roh, "resolutionText"),
        einordnung=classify(wortlaut) if wortlaut else None,
        dateien=files(p.roh, r.geladen),
    )  # fmt: skip


def _place_of(c: Beratung, papiere: Mapping[str, tuple[int, VorlageStand]]) -> dict[str, object]:
    nr, stand = papiere[c.id]
    return {"vorlage": stand.vorlage, "beratung": nr, "stand": stand}


def _place(s: Sitzung) -> Ortsangabe | None:
    ort = next(objects(s.roh, "location"), None)
    if ort is None:
        return None
    felder = {"url": "id", "beschreibung": "description", "raum": "room", "strasse": "streetAddress", "plz": "postalCode"}
    felder |= {"ort": "locality", "teilort": "subLocality"}
    return Ortsangabe.model_validate({hier: text(ort, dort) for hier, dort in felder.items()})
