"""From a state to what a reader gets who is not entitled to all of it: what a committee, or the public, is given of a case. Pure; ``sicht`` decides, piece by piece.

Only what is named here goes out, so that a field that a state gets later stays inside until somebody lets it out.
"""

from collections.abc import Iterator

from dokumente import sicht
from dokumente.blatt import committees
from dokumente.sicht import Teil
from dokumente.tagesordnung import ordered
from lifecycle.auftrag.faelligkeit import due_text
from lifecycle.mitteilung import public_subject
from lifecycle.rechte import Umfang
from lifecycle.sitzung.niederschrift import signed
from lifecycle.sitzung.tagesordnung import copy_of
from lifecycle.vorlage.verknuepfung import answered
from schemas.auftrag import Auftrag
from schemas.beratung import Beschluss, TopStand, TopStatus
from schemas.lesefassung import (
    Abstimmungssicht,
    Auftragssicht,
    Behandlungssicht,
    Beratungssicht,
    Beschlusssicht,
    Dateisicht,
    Fassungssicht,
    Lesefassung,
    Sitzungssicht,
    Topsicht,
    TopVorlagensicht,
    Vorlagensicht,
)
from schemas.sitzung import GEHALTEN, Sitzung, Top
from schemas.vorlage import Beratung, Fassung, Vorlage
from schemas.zustand import Zustand

TEIL = {Umfang.OEFFENTLICH: Teil.INTERNET, Umfang.GREMIUM: Teil.INTERN}
"""Whoever reads what is public reads the version for the internet: it names nobody."""


def reading(z: Zustand, umfang: Umfang) -> Lesefassung | None:
    """What the reader gets; None for a case that he may not know of. ``ALLES`` needs none."""
    teil = TEIL.get(umfang)
    if teil is None or (z.depubliziert and teil.fuer_alle):
        return None
    if isinstance(z, Vorlage):
        return _paper(z, teil)
    if isinstance(z, Sitzung):
        return _meeting(z, teil)
    return _task(z, teil) if isinstance(z, Auftrag) else None


# --- papers ----------------------------------------------------------------------------------------------------------------


def _paper(z: Vorlage, teil: Teil) -> Vorlagensicht | None:
    if teil.fuer_alle and (sicht.version(z, teil) is None or not sicht.has_text(z, teil)):
        return None
    return Vorlagensicht(
        nummer=sicht.paper_number(z, teil),
        betreff=public_subject(z) if teil.fuer_alle else z.betreff,
        vorlageart=z.vorlageart_name,
        stufe=z.stufe,
        oeffentlich=z.oeffentlich,
        federfuehrend=z.federfuehrend,
        ursprung=z.ursprung,
        eingegangen_am=z.eingang.am if z.eingang else None,
        beantwortet=any(g.oeffentlich for g in answered(z.gegenstuecke)),
        fassungen=tuple(_version(z, f, teil) for f in z.fassungen if sicht.version(z, Teil.OEFFENTLICH, f.nr)),
        beratungen=tuple(_station(b, teil) for b in sicht.stations(z, teil)),
    )


def _version(z: Vorlage, f: Fassung, teil: Teil) -> Fassungssicht:
    return Fassungssicht(
        nr=f.nr,
        art=f.art,
        zusatz=f.zusatz,
        freigegeben_am=f.herausgabe.am if f.herausgabe else None,
        abschnitte=tuple(
            Dateisicht(name=a.name, digest=a.digest, groesse=a.groesse, medientyp="text/markdown") for a in f.abschnitte
        ),
        anlagen=tuple(
            Dateisicht(name=a.name, digest=a.digest, groesse=a.groesse, medientyp=a.medientyp)
            if sicht.has_attachment(z, a, teil)
            else Dateisicht(name=sicht.attachment(z, a, teil))
            for a in f.anlagen
        ),
    )


def _station(b: Beratung, teil: Teil) -> Beratungssicht:
    bekannt = [t for t in b.behandlungen if (t.eingeladen or t.status is TopStatus.BEHANDELT) and teil.shows(t.oeffentlich)]
    return Beratungssicht(
        gremium=b.gremium,
        rolle=b.rolle,
        entscheidet=b.entscheidet,
        status=b.status,
        behandlungen=tuple(_treatment(t, teil) for t in bekannt),
    )


def _treatment(t: TopStand, teil: Teil) -> Behandlungssicht:
    beschluss = _outcome(sicht.Sichtbar(t.beschluss), teil) if t.beschluss else None
    return Behandlungssicht(sitzung=t.sitzung, top=t.top, nummer=t.nummer, beginn=t.beginn, status=t.status, beschluss=beschluss)


def _outcome(s: sicht.Sichtbar, teil: Teil) -> Beschlusssicht:
    return Beschlusssicht(
        wortlaut=s.beschluss.wortlaut,
        klasse=s.beschluss.klasse,
        text=sicht.resolution(s, teil) or None,
        abstimmungen=() if s.nur_wortlaut else tuple(_votes(s.beschluss, teil)),
        vorlage=s.vorlage.vorlage if s.vorlage else None,
    )


def _votes(b: Beschluss, teil: Teil) -> Iterator[Abstimmungssicht]:
    """In the version for the internet numbers only: words may name somebody."""
    for a in b.abstimmungen:
        worte = {"gegenstand": a.gegenstand, "wortlaut": a.wortlaut} if teil.mit_namen else {}
        yield Abstimmungssicht.model_validate({"ja": a.ja, "nein": a.nein, "enthaltung": a.enthaltung, **worte})


# --- meetings and tasks ----------------------------------------------------------------------------------------------------


def _meeting(z: Sitzung, teil: Teil) -> Sitzungssicht | None:
    if z.gremium is None or z.beginn is None:
        return None
    offen = z.eingeladen_am is not None or z.stufe in GEHALTEN
    return Sitzungssicht(
        gremien=committees(z),
        anlass=z.anlass,
        beginn=z.beginn,
        ende=z.geschlossen_am,
        raum=z.raum,
        ort=z.ort,
        stufe=z.stufe,
        tops=tuple(_item(z, top, teil) for top in ordered(z.tops)) if offen else (),
        unterzeichnet=signed(z),
    )


def _item(z: Sitzung, top: Top, teil: Teil) -> Topsicht:
    return Topsicht(
        id=top.id,
        nummer=top.nummer,
        titel=sicht.title(z, top, teil),
        oeffentlich=top.oeffentlich,
        status=top.status,
        vorlagen=tuple(
            TopVorlagensicht(vorlage=tv.vorlage, nummer=sicht.number(z, tv.vorlage, teil) or None)
            for tv in sicht.papers(z, top, teil)
            if not teil.fuer_alle or _is_released(z, tv.vorlage)
        ),
        beschluesse=tuple(_outcome(s, teil) for s in sicht.outcomes(z, top, teil)),
    )


def _is_released(z: Sitzung, vorlage: str) -> bool:
    kopie = copy_of(z, vorlage)
    return kopie is not None and sicht.was_released(kopie)


def _task(z: Auftrag, teil: Teil) -> Auftragssicht | None:
    a = z.angaben
    if a is None or not teil.shows(a.oeffentlich):
        return None
    return Auftragssicht(
        verlangt=a.verlangt,
        grundlage=a.grundlage,
        von=a.von,
        stelle=a.stelle,
        gremium=z.gremium,
        faellig_am=a.faellig.datum if a.faellig else None,
        faellig=due_text(a.faellig),
        stufe=z.stufe,
        vorlage=z.vorlage,
        sitzung=z.sitzung,
    )
