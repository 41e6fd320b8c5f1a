"""Who may see what: the one place that decides what a reader of a document is shown of an item, a paper, an outcome, a text.

Something that is not public has an inner subject and a neutral designation; the designation is all that anything public shows of
it. A paper that is not released yet has no subject for the public. The internet version names nobody, and has texts of its own.
Where a fact is not known (a paper whose copy has not come), the public is shown less, never more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lifecycle.sitzung.tagesordnung import copy_of
from schemas.beratung import Beschluss, TopStand, VorlageStand
from schemas.sitzung import Niederschriftteil, Protokollvermerk, Sitzung, Top, TopVorlage
from schemas.vorlage import Anlage, Beratung, Fassung, Vorlage

VORLAGE_DER_VERWALTUNG = "Vorlage der Verwaltung"
NICHTOEFFENTLICH = "Nichtöffentliche Angelegenheit"


class Teil(StrEnum):
    """Which readers a document is for: those entitled to everything, or the public, or only one part of the minutes."""

    INTERN = "intern"
    OEFFENTLICH = "oeffentlich"
    NICHTOEFFENTLICH = "nichtoeffentlich"
    INTERNET = "internet"

    def shows(self, oeffentlich: bool) -> bool:
        """Whether it shows the content of something public or not."""
        return {Teil.INTERN: True, Teil.NICHTOEFFENTLICH: not oeffentlich}.get(self, oeffentlich)

    @property
    def fuer_alle(self) -> bool:
        """Whether anybody may read it."""
        return self in (Teil.OEFFENTLICH, Teil.INTERNET)

    @property
    def mit_namen(self) -> bool:
        """Whether it names those who attended, spoke, voted and signed."""
        return self is not Teil.INTERNET


# --- papers as a meeting knows them ----------------------------------------------------------------------------------------


def is_public(z: Sitzung, vorlage: str) -> bool:
    """Whether the paper is known to be public."""
    kopie = copy_of(z, vorlage)
    return kopie is not None and kopie.oeffentlich


def was_released(kopie: VorlageStand) -> bool:
    """Whether its subject has been released. A later version has a suffix, and none begins before the one before is released."""
    return kopie.freigegeben or kopie.fassung is not None


def _has_subject(z: Sitzung, vorlage: str) -> bool:
    """Whether the public may read the paper's subject."""
    kopie = copy_of(z, vorlage)
    return kopie is not None and kopie.oeffentlich and was_released(kopie)


def papers(z: Sitzung, top: Top, teil: Teil) -> Iterator[TopVorlage]:
    """The papers at an item that the reader may know of."""
    offen = not teil.fuer_alle
    return (tv for tv in top.vorlagen if offen or (top.oeffentlich and is_public(z, tv.vorlage)))


def number(z: Sitzung, vorlage: str, teil: Teil) -> str:
    """The paper's number; the suffix of a version that is not released is for the house only."""
    kopie = copy_of(z, vorlage)
    if kopie is None or kopie.nummer is None:
        return ""
    zusatz = kopie.fassung if kopie.freigegeben or not teil.fuer_alle else None
    return f"{kopie.nummer}{zusatz or ''}"


def is_harmless(z: Sitzung, top: Top) -> bool:
    """Whether everything at the item is public."""
    return z.depubliziert is None and top.oeffentlich and all(is_public(z, tv.vorlage) for tv in top.vorlagen)


# --- items -----------------------------------------------------------------------------------------------------------------


def title(z: Sitzung, top: Top, teil: Teil, titel: str | None = None) -> str:
    """The item's title (or another one that it had), or what stands for it before those who may not read it."""
    kopien = [k for tv in top.vorlagen if (k := copy_of(z, tv.vorlage))]
    titel = titel or top.titel or next((k.betreff for k in kopien if k.freigegeben or not teil.fuer_alle), "")
    if titel and (not teil.fuer_alle or _has_public_title(z, top, titel)):
        return titel
    bezeichnungen = (top.bezeichnung, *(k.bezeichnung for k in kopien))
    sonst = VORLAGE_DER_VERWALTUNG if top.oeffentlich else NICHTOEFFENTLICH
    return next((b for b in bezeichnungen if b), sonst)


def _has_public_title(z: Sitzung, top: Top, titel: str) -> bool:
    """A title may come from a paper. Beside one that is hidden, only the subject of another that is not is surely harmless."""
    if not top.oeffentlich or any(titel == k.betreff for k in z.vorlagen if not _has_subject(z, k.vorlage)):
        return False
    if top.standard or all(_has_subject(z, tv.vorlage) for tv in top.vorlagen):
        return True
    offene = (copy_of(z, tv.vorlage) for tv in top.vorlagen if _has_subject(z, tv.vorlage))
    return titel in {k.betreff for k in offene if k}


def has_content(z: Sitzung, top: Top, teil: Teil) -> bool:
    """Whether this part of the minutes has more of the item than its designation: the item itself, or a paper, outcome or text."""
    verborgen = not teil.fuer_alle and any(not is_public(z, tv.vorlage) for tv in top.vorlagen)
    return teil.shows(top.oeffentlich) or verborgen or any(outcomes(z, top, teil)) or any(texts(z, top, teil))


def texts(z: Sitzung, top: Top | None, teil: Teil) -> Iterator[Niederschriftteil]:
    """The texts to an item, or in general: for the internet those made for it; all of an item that is not public for its part."""
    ganz = teil is Teil.NICHTOEFFENTLICH and top is not None and not top.oeffentlich
    for t in z.niederschrift:
        if t.top == (top.id if top else None) and t.internet == (teil is Teil.INTERNET) and (ganz or teil.shows(t.oeffentlich)):
            yield t


@dataclass(frozen=True)
class Sichtbar:
    """An outcome that the reader may see: of which paper (None: of the item). ``nur_wortlaut``: released, without the rest."""

    beschluss: Beschluss
    vorlage: TopVorlage | None = None
    nur_wortlaut: bool = False


def outcomes(z: Sitzung, top: Top, teil: Teil) -> Iterator[Sichtbar]:
    """The outcomes at an item that the reader may see: of what is not public, the wording of one that has been released."""
    for tv, b in ((None, top.beschluss), *((tv, tv.beschluss) for tv in top.vorlagen)):
        if b is None:
            continue
        offen = top.oeffentlich and (tv is None or is_public(z, tv.vorlage))
        if teil.shows(offen):
            yield Sichtbar(b, tv)
        elif teil.fuer_alle and b.veroeffentlicht:
            yield Sichtbar(b, nur_wortlaut=True)


def resolution(sicht: Sichtbar, teil: Teil) -> str:
    """The resolved text: for the internet the one without names, or none."""
    if sicht.nur_wortlaut:
        return ""
    return (sicht.beschluss.text_internet if teil is Teil.INTERNET else sicht.beschluss.text) or ""


def remarks(z: Sitzung, teil: Teil) -> Iterator[Protokollvermerk]:
    """What was done about earlier minutes: with the public part, but for a correction of an item that is not public."""
    for vermerk in z.vermerke if teil.mit_namen else ():
        if teil.shows(not (vermerk.top or "").startswith("N")):
            yield vermerk


# --- papers themselves -----------------------------------------------------------------------------------------------------


def version(z: Vorlage, teil: Teil, nr: int | None = None) -> Fassung | None:
    """The version asked for, or the newest; for the public only one that is released. None if there is none."""
    passend = (f for f in reversed(z.fassungen) if nr in (None, f.nr) and (f.herausgabe or not teil.fuer_alle))
    return next(passend, None)


def has_text(z: Vorlage, teil: Teil) -> bool:
    """Whether the reader may see more of the paper than its designation."""
    return z.oeffentlich or not teil.fuer_alle


def attachment(z: Vorlage, anlage: Anlage, teil: Teil) -> str:
    """The attachment's name or its designation."""
    if has_attachment(z, anlage, teil):
        return anlage.name
    return next((a.bezeichnung for a in reversed(_same(z, anlage)) if a.bezeichnung), "nichtöffentliche Anlage")


def has_attachment(z: Vorlage, anlage: Anlage, teil: Teil) -> bool:
    """Whether the reader may see it. What was public in an earlier version and no longer is, is not shown there either."""
    return not teil.fuer_alle or all(a.oeffentlich for a in _same(z, anlage))


def _same(z: Vorlage, anlage: Anlage) -> list[Anlage]:
    """The attachment in every version, by name or by content."""
    return [a for f in z.fassungen for a in f.anlagen if a.name == anlage.name or a.digest == anlage.digest]


def stations(z: Vorlage, teil: Teil) -> Iterator[Beratung]:
    """The stations that the reader may know of."""
    return (b for b in z.beratungen if has_text(z, teil) and (b.oeffentlich or not teil.fuer_alle))


def treated(t: TopStand, teil: Teil) -> bool:
    """Whether the reader may see what became of a paper at that item."""
    return not teil.fuer_alle or t.oeffentlich or bool(t.beschluss and t.beschluss.veroeffentlicht)


def paper_number(z: Vorlage, teil: Teil) -> str | None:
    """The paper's number, where the reader may know of the paper."""
    offen = z.oeffentlich and any(f.herausgabe for f in z.fassungen)
    return z.nummer if offen or not teil.fuer_alle else None
