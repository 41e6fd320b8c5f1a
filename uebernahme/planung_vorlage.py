"""One paper of the source as the steps that take it over: itself, then every treatment in a meeting that is over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemas.basis import Modell
from schemas.beratung import TopStand
from schemas.herkunft import Herkunft
from schemas.vorlage import Ursprung, Ursprungsart
from uebernahme.dateien import files
from uebernahme.lesen import flag, moment, references, text
from uebernahme.plan import Schritt, as_step, document, short_id, source_text
from uebernahme.quelle import Beratung, Papier, Sitzung
from uebernahme.rahmen import Rahmen

OHNE_BETREFF = "(ohne Betreff)"


@dataclass(frozen=True)
class Station:
    """A consultation that becomes a station: its number, and the committees that it is put to."""

    nr: int
    beratung: Beratung
    gremien: tuple[str, ...]


def stations(p: Papier, r: Rahmen, sitzungen: Mapping[str, Sitzung]) -> tuple[Station, ...]:
    """The consultations of which it is known who advises: as stated, or as the meeting is."""
    gefunden = []
    for c in p.beratungen:
        s = sitzungen.get(c.sitzung or "")
        gremien = r.committees(c.organisationen, s.organisationen if s else ())
        if gremien:
            gefunden.append((c, gremien))
        else:
            r.funde.note("Beratung ohne Gremium, das im Regelwerk steht: nicht übernommen", c.id)
    return tuple(Station(nr, c, gremien) for nr, (c, gremien) in enumerate(gefunden, 1))


def steps(
    p: Papier, r: Rahmen, nummer: str | None, folge: tuple[Station, ...], plaetze: Mapping[str, TopStand]
) -> tuple[Schritt, ...]:
    """All steps, in their order. ``plaetze``: by id of a consultation, what its meeting, which is over, says of it."""
    behandelt = [(s.nr, plaetze[s.beratung.id]) for s in folge if s.beratung.id in plaetze]
    frueheste = min((t.beginn for _, t in behandelt), default=None)
    wann = r.past(moment(p.roh.get("date")), moment(p.roh.get("created")), p.geaendert, frueheste)
    referenz, art = text(p.roh, "reference"), text(p.roh, "paperType") or ""
    erste = as_step(
        "vorlage_uebernehmen", wann, r.damals,
        herkunft=Herkunft(
            url=p.id,
            referenz=None if referenz == nummer else referenz,
            datum=text(p.roh, "date"),
            quelltext=document(source_text(p.roh)),
        ),
        betreff=p.name or OHNE_BETREFF,
        vorlageart=r.zuordnung.arten.get(" ".join(art.split())),
        vorlageart_wortlaut=art,
        federfuehrend=tuple(_offices(p, r)),
        nummer=nummer,
        ursprung=_origin(p, r),
        stationen=tuple(_station(s, r, plaetze) for s in folge),
        dateien=files(p.roh, r.geladen),
    )  # fmt: skip
    danach = (
        as_step("behandlung_nacherfassen", r.past(t.beginn), r.damals, stand=t.model_copy(update={"beratung": nr}))
        for nr, t in sorted(behandelt, key=lambda x: x[1].beginn)
    )
    return (erste, *danach)


def _station(s: Station, r: Rahmen, plaetze: Mapping[str, TopStand]) -> dict[str, object]:
    c = s.beratung
    felder = {
        "gremien": s.gremien,
        "rolle": text(c.roh, "role"),
        "entscheidet": flag(c.roh, "authoritative"),
        "quelle": c.id,
        # with an item the meeting itself tells
        "sitzung": short_id(r.id_of("sitzung", c.sitzung)) if c.sitzung and c.punkt is None else None,
    }
    return {name: wert for name, wert in felder.items() if wert is not None}


def _offices(p: Papier, r: Rahmen) -> Iterator[str]:
    bekannt = r.zuordnung.stellen
    genannt = references(p.roh, "underDirectionOf")
    for stelle in genannt:
        if stelle in bekannt:
            yield bekannt[stelle]
        else:
            r.funde.note("Federführendes Amt steht nicht im Regelwerk", p.id)
    if not genannt:
        r.funde.note("Vorlage ohne federführendes Amt", p.id)


ARTEN = {"antrag": Ursprungsart.ANTRAG, "anfrage": Ursprungsart.ANFRAGE}
"""Where a paper comes from, by what its kind is called."""


def _origin(p: Papier, r: Rahmen) -> Modell | None:
    """As the kind of paper and the bodies that brought it say; never a person."""
    worte = (text(p.roh, "paperType") or "").lower()
    art = next((a for wort, a in ARTEN.items() if wort in worte), Ursprungsart.VERWALTUNG)
    da = (r.bestand.organisationen.get(o) for o in references(p.roh, "originatorOrganization"))
    von = ", ".join(o.name for o in da if o and o.name)[:1000]
    ursprung = Ursprung(art=art, von=von or None)
    return ursprung if ursprung != Ursprung() else None
