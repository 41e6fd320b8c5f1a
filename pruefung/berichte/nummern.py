"""Numbers that were handed out and are not used, with the reason where it is known."""

from collections.abc import Iterator

from pruefung.bericht import Bericht, Spalte
from pruefung.fall import Fall, Zeile
from pruefung.vermerk import Vermerk
from schemas.beratung import TopStatus
from schemas.nummernkreis import Nummernkreis
from schemas.vorlage import Stufe, Vorlage

OHNE_GEBRAUCH = frozenset({Stufe.ZURUECKGEZOGEN, Stufe.ERSETZT})
ENDE = {Stufe.ZURUECKGEZOGEN: ("zurueckziehen",), Stufe.ERSETZT: ("ersetzen",)}
VERGABE = ("nummer_vergeben", "nummer_uebernehmen")


def _paper(fall: Fall, z: Vorlage) -> Iterator[Zeile]:
    """A paper that ended before any committee treated it has used up its number for nothing."""
    behandelt = any(t.status is TopStatus.BEHANDELT for b in z.beratungen for t in b.behandlungen)
    if z.nummer is None or z.stufe not in OHNE_GEBRAUCH or behandelt:
        return
    ende = fall.last(*ENDE[z.stufe]) or fall.last("top_stand", "rueckmeldung")
    if ende:
        yield fall.row(ende, nummer=z.nummer, sachverhalt=f"Vorlage {z.stufe.anzeige}, nie behandelt", grund=ende.text("grund"))


def _range(fall: Fall, z: Nummernkreis) -> Iterator[Zeile]:
    for vergabe in z.vergeben:
        sachverhalt = _unused(fall, vergabe.vorlage, vergabe.nummer)
        v = _given(fall, vergabe.vorlage)
        if sachverhalt and v:
            yield fall.row(v, nummer=vergabe.nummer, sachverhalt=sachverhalt, grund="nicht bekannt")


def _unused(fall: Fall, vorlage: str, nummer: str) -> str | None:
    papiere = fall.stadt.papiere
    if vorlage not in papiere:
        return f"die Vorlage {vorlage} ist im Register nicht verzeichnet"
    if papiere[vorlage] is None:
        return f"bei der Vorlage {vorlage} nicht angekommen"
    return None if papiere[vorlage] == nummer else f"die Vorlage trägt die Nummer {papiere[vorlage]}"


def _given(fall: Fall, vorlage: str) -> Vermerk | None:
    for v in fall.of(*VERGABE):
        vorlagen = v.get("vorlagen")
        if v.get("vorlage") == vorlage or (isinstance(vorlagen, list) and vorlage in vorlagen):
            return v
    return None


NUMMERN = Bericht(
    kennung="nummern",
    titel="Nummern ohne Gebrauch",
    zweck="Nummern, die vergeben und nicht gebraucht sind, mit Grund, soweit bekannt.",
    spalten=(
        Spalte("nummer", "Nummer", neutral=True),
        Spalte("sachverhalt", "Sachverhalt", neutral=True, breite=50),
        Spalte("grund", "Grund", breite=45),
    ),
    je_fall={Vorlage: _paper, Nummernkreis: _range},
)
