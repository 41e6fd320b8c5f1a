"""From a source to the commands that take it over. Pure, and it never raises: what cannot come over becomes a finding.

Meetings are tried first, to learn what they say of each paper; then papers, with the outcomes of meetings that are over; then the
meetings as they come, with what they know of the papers. So a meeting has nothing to tell a paper that has ended.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lifecycle.ablehnung import Ablehnung
from lifecycle.nummernkreis import number_request
from lifecycle.sitzung.folgen import as_copy as place_of
from lifecycle.vorlage.folgen import as_copy
from schemas.beratung import TopStand, VorlageStand
from schemas.sitzung import Stufe
from schemas.vorlage import ENDEN, Vorlage
from uebernahme import planung_sitzung, planung_vorlage
from uebernahme.lesen import moment, text
from uebernahme.plan import Fall, Plan, in_commands, short_id, source_text
from uebernahme.planung_vorlage import Station
from uebernahme.quelle import Papier, Sitzung
from uebernahme.rahmen import Rahmen
from uebernahme.traeger import UNGENANNT, divide

Papiere = dict[str, tuple[int, VorlageStand]]


def plan(r: Rahmen) -> Plan:
    """Everything that is to be done."""
    for art, kennungen in r.bestand.funde.items():
        r.funde[art] = kennungen
    sitzungen = {s.id: g for s in r.bestand.sitzungen if (g := _committees(s, r))}
    da = {s.id: s for s in r.bestand.sitzungen if s.id in sitzungen}
    folgen = {p.id: planung_vorlage.stations(p, r, da) for p in r.bestand.papiere}
    plaetze = dict(_places(r, da, sitzungen, folgen))
    nummern = _numbers(r)
    faelle: list[Fall] = []
    staende: Papiere = {}
    for p in r.bestand.papiere:
        if fertig := _paper(p, r, nummern.get(p.id), folgen[p.id], plaetze):
            fall, z = fertig
            faelle.append(fall)
            staende |= {s.beratung.id: (s.nr, as_copy(z)) for s in folgen[p.id]}
    treffen = [f for s in da.values() if (f := _meeting(s, r, sitzungen[s.id], staende))]
    return Plan(tuple(faelle), tuple(treffen), _ranges(r, faelle), r.funde, tuple(_left(r, faelle, treffen)))


def _committees(s: Sitzung, r: Rahmen) -> tuple[str, ...]:
    """Who meets: as stated, or as those advise whose papers are on the agenda. None if it cannot come over."""
    if s.beginn is None:
        r.funde.note("Sitzung ohne lesbaren Beginn: nicht übernommen", s.id)
        return ()
    gremien = r.committees(s.organisationen, tuple(o for p in s.punkte for c in p.beratungen for o in c.organisationen))
    if not gremien:
        r.funde.note("Sitzung ohne Gremium, das im Regelwerk steht: nicht übernommen", s.id)
    elif gremien == (UNGENANNT,):
        r.funde.note("Sitzung ohne Gremium (steht als „Gremium nicht angegeben“)", s.id)
    return gremien


def _numbers(r: Rahmen) -> dict[str, str]:
    """The papers' numbers by id. Of two papers with the same one only the first has it; the other keeps it as its former reference."""
    nummern: dict[str, str] = {}
    vergeben: set[str] = set()
    for p in r.bestand.papiere:
        nummer = text(p.roh, "reference")
        if nummer is None:
            r.funde.note("Vorlage ohne Nummer", p.id)
        elif nummer in vergeben:
            r.funde.note("Nummer doppelt (steht als frühere Nummer)", p.id)
        else:
            vergeben.add(nummer)
            nummern[p.id] = nummer
    return nummern


def _places(
    r: Rahmen, da: Mapping[str, Sitzung], gremien: Mapping[str, tuple[str, ...]], folgen: Mapping[str, tuple[Station, ...]]
) -> Iterator[tuple[str, TopStand]]:
    """By consultation: what the meeting will say of it, for meetings that are over."""
    wer = {s.beratung.id: (s.nr, _unknown(r, p)) for p, folge in folgen.items() for s in folge}
    for s in da.values():
        if r.end_of(s) is not Stufe.ABGESCHLOSSEN:
            continue
        try:
            z = r.tried(r.id_of("sitzung", s.id), planung_sitzung.steps(s, r, gremien[s.id], wer))
        except Ablehnung:
            continue  # told when its turn comes
        for top, punkt in zip(z.tops, s.punkte, strict=True):
            beratungen = [c.id for c in punkt.beratungen if c.id in wer]
            yield from ((c, place_of(z, top, tv)) for c, tv in zip(beratungen, top.vorlagen, strict=True))


def _unknown(r: Rahmen, papier: str) -> VorlageStand:
    """What stands for a paper while it is not planned yet."""
    kennung = short_id(r.id_of("vorlage", papier))
    return VorlageStand(vorlage=kennung, revision=0, betreff="", oeffentlich=True, vorlageart="", stufe="freigegeben")


def _paper(
    p: Papier, r: Rahmen, nummer: str | None, folge: tuple[Station, ...], plaetze: Mapping[str, TopStand]
) -> tuple[Fall, Vorlage] | None:
    workflow = r.id_of("vorlage", p.id)
    schritte = planung_vorlage.steps(p, r, nummer, folge, plaetze)
    z = _tried(r, workflow, p.id, schritte)
    if z is None:
        return None
    _note_paper(r, p, z)
    return Fall(workflow, p.id, in_commands(schritte), source_text(p.roh), nummer, z.stufe not in ENDEN), z


def _note_paper(r: Rahmen, p: Papier, z: Vorlage) -> None:
    for b in z.beratungen:
        if b.sitzung_genannt:
            r.funde.note("Beratung mit Sitzung, aber ohne Tagesordnungspunkt", str(b.quelle))
    if z.stufe not in ENDEN:
        r.funde.note("Vorlage bleibt offen (ohne Ergebnis, oder sein Wortlaut ist nicht eingeordnet)", p.id)


def _meeting(s: Sitzung, r: Rahmen, gremien: tuple[str, ...], staende: Papiere) -> Fall | None:
    workflow = r.id_of("sitzung", s.id)
    schritte = planung_sitzung.steps(s, r, gremien, staende)
    if _tried(r, workflow, s.id, schritte) is None:
        return None
    for punkt, schritt in zip(s.punkte, schritte[1:], strict=False):
        if not schritt.get("nummer"):
            r.funde.note("Punkt ohne Nummer", punkt.id)
        if "wortlaut" in schritt and "einordnung" not in schritt:
            r.funde.note("Wortlaut nicht eingeordnet (er steht da, wie er ist)", punkt.id)
    offen = r.end_of(s) not in (Stufe.ABGESCHLOSSEN, Stufe.ABGESAGT)
    if offen:
        r.funde.note("Sitzung bleibt offen und geht hier weiter", s.id)
    return Fall(workflow, s.id, in_commands(schritte), source_text(s.roh), None, offen)


def _tried(r: Rahmen, workflow: str, quelle: str, schritte: tuple[dict[str, Any], ...]) -> Any:
    """The state that comes of it; None, with a finding, where the engine refuses it."""
    try:
        return r.tried(workflow, schritte)
    except Ablehnung as nein:
        r.funde.note(f"{workflow.split('/')[0].capitalize()} nicht übernommen: {nein.satz}", quelle)
        return None


def _ranges(r: Rahmen, faelle: list[Fall]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Numbers that a range must not give again, by range."""
    stellen = {s.id: s for s in r.rw.stellen}
    kreise: dict[str, list[tuple[str, str]]] = {}
    tage = {p.id: moment(p.roh.get("date")) for p in r.bestand.papiere}
    for fall in faelle:
        amt = next((stellen[k] for k in fall.befehle[0][0].get("federfuehrend", ()) if k in stellen), None)
        wann = tage.get(fall.quelle) or r.jetzt
        if fall.nummer and amt and (wunsch := number_request(r.rw, amt.am(wann.date()), wann, fall.nummer)):
            kreise.setdefault(wunsch.kreis, []).append((fall.nummer, short_id(fall.workflow)))
    return {kreis: tuple(nummern) for kreis, nummern in kreise.items()}


def _left(r: Rahmen, *faelle: list[Fall]) -> Iterator[dict[str, Any]]:
    """What became no case and no part of the rules."""
    da = {f.quelle for liste in faelle for f in liste}
    yield from (o.roh for o in (*r.bestand.papiere, *r.bestand.sitzungen) if o.id not in da)
    yield from (o.roh for o in divide(r.bestand).uebrige)
    yield from r.bestand.uebrige
