"""Urgent decisions that no committee has approved since."""

from collections.abc import Iterator

from pruefung.bericht import Bericht, Spalte
from pruefung.fall import Fall, Wert, Zeile
from schemas.beratung import Klasse, TopStand, Vollzug
from schemas.vorlage import Beratung, BeratungStatus, Ursprungsart, Vorlage

BESCHLOSSEN = frozenset({Klasse.ADOPTED, Klasse.ADOPTED_CHANGED})


def _rows(fall: Fall, z: Vorlage) -> Iterator[Zeile]:
    if z.ursprung.art is not Ursprungsart.DRINGLICHKEIT or any(_approved(b, t) for b in z.beratungen for t in b.behandlungen):
        return
    behandelt = [t for b in z.beratungen for t in b.behandlungen if t.beschluss]
    v = fall.entry(1)
    if v:
        ergebnis = "; ".join(f"{t.gremium.name}: {t.beschluss.wortlaut}" for t in behandelt if t.beschluss) or None
        lead = z.federfuehrend.id if z.federfuehrend else None
        werte: dict[str, Wert] = {
            "stufe": z.stufe.anzeige,
            "stand": _standing(z, behandelt),
            "tage": fall.days_since(v.am),
            "ergebnis": ergebnis,
        }
        yield Zeile(werte, am=v.am, eintrag=v.seq, stelle=lead)


def _approved(b: Beratung, t: TopStand) -> bool:
    """A committee that decides has adopted it, and nobody has rescinded that."""
    ja = t.beschluss is not None and t.beschluss.klasse in BESCHLOSSEN and t.beschluss.vollzug is not Vollzug.AUFGEHOBEN
    return b.entscheidet and ja


def _standing(z: Vorlage, behandelt: list[TopStand]) -> str:
    if behandelt:
        return "behandelt, nicht genehmigt"
    if not any(b.entscheidet for b in z.beratungen):
        return "kein Gremium zur Entscheidung vorgesehen"
    geplant = any(b.status is BeratungStatus.GEPLANT or b.angemeldet for b in z.beratungen)
    return "zur Sitzung vorgesehen" if geplant else "nicht vorgelegt"


DRINGLICH = Bericht(
    kennung="dringlich",
    titel="Dringliches ohne Genehmigung",
    zweck="Dringlichkeitsentscheidungen, die kein entscheidendes Gremium genehmigt hat.",
    spalten=(
        Spalte("stufe", "Stufe", neutral=True, breite=16),
        Spalte("stand", "Stand", neutral=True, breite=38),
        Spalte("tage", "Tage seither", neutral=True, breite=12),
        Spalte("ergebnis", "Ergebnis", breite=45),
    ),
    je_fall={Vorlage: _rows},
)
