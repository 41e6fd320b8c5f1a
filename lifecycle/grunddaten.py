"""The Grunddaten of a record: the fields that published pages show, in their order and wording.

Two pages are known: that of an agenda item (``to020``) and that of a paper (``vo020``). Each is a table of label and function.
"""

from collections.abc import Callable

from lifecycle.kern import BERLIN
from schemas.beratung import TopStand
from schemas.vorlage import ENDEN, Stufe, Vorlage

WOCHENTAGE = ("Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So.")


def last_treatment(z: Vorlage) -> TopStand | None:
    """The paper's latest place on an agenda that was treated; the latest planned one, if none was."""
    alle = sorted((t for b in z.beratungen for t in b.behandlungen), key=lambda t: (t.beschluss is not None, t.beginn))
    return alle[-1] if alle else None


def _date(t: TopStand) -> str:
    beginn = t.beginn.astimezone(BERLIN)
    return f"{WOCHENTAGE[beginn.weekday()]}, {beginn:%d.%m.%Y}"


def _public(oeffentlich: bool) -> str:
    return "öffentlich" if oeffentlich else "nichtöffentlich"


def paper_status(z: Vorlage) -> str:
    """As pages show it: ``öffentlich (Vorlage abgeschlossen)``."""
    stufe = z.stufe if z.stufe in ENDEN else None
    wort = {Stufe.ABGESCHLOSSEN: "abgeschlossen"}.get(z.stufe, z.stufe.anzeige)
    return f"{_public(z.oeffentlich)} (Vorlage {wort})" if stufe else f"{_public(z.oeffentlich)} ({z.stufe.anzeige})"


TOP: tuple[tuple[str, Callable[[Vorlage, TopStand], str | None]], ...] = (
    ("TOP", lambda z, t: t.nummer),
    ("Datum", lambda z, t: _date(t)),
    ("Status", lambda z, t: t.sitzung_status),
    ("Uhrzeit", lambda z, t: f"{t.beginn.astimezone(BERLIN):%H:%M}"),
    ("Anlass", lambda z, t: t.anlass),
    ("Beratung", lambda z, t: _public(t.oeffentlich)),
    ("Vorlageart", lambda z, t: z.vorlageart_name),
    ("Federführend", lambda z, t: z.federfuehrend.anzeige if z.federfuehrend else None),
    ("Beschluss", lambda z, t: t.beschluss.wortlaut if t.beschluss else None),
)

VORLAGE: tuple[tuple[str, Callable[[Vorlage], str | None]], ...] = (
    ("Betreff", lambda z: z.betreff if z.oeffentlich else z.bezeichnung),
    ("Status", paper_status),
    ("Vorlageart", lambda z: z.vorlageart_name),
    ("Federführend", lambda z: z.federfuehrend.anzeige if z.federfuehrend else None),
)


def of_item(z: Vorlage, t: TopStand | None = None) -> dict[str, str]:
    """Fields of the agenda item's page; empty if the paper never stood on an agenda. Fields without a value are left out."""
    t = t or last_treatment(z)
    if t is None:
        return {}
    return {name: wert for name, feld in TOP if (wert := feld(z, t)) is not None}


def of_paper(z: Vorlage) -> dict[str, str]:
    """Fields of the paper's page. Fields without a value are left out."""
    return {name: wert for name, feld in VORLAGE if (wert := feld(z)) is not None}
