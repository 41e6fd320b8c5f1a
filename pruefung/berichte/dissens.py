"""Who did not agree: co-signatures with remark or declined, votes against, objections to minutes; and whether remarks were followed."""

from collections.abc import Iterator

from pydantic import TypeAdapter

from beweis.vergessen import GELOESCHT
from lifecycle.erzaehlung import ANTWORTEN
from lifecycle.nennen import votes
from lifecycle.vorlage.laufweg import BEGRUENDET
from pruefung.bericht import Bericht, Spalte
from pruefung.einsicht import public_entry
from pruefung.fall import Fall, Zeile
from pruefung.vermerk import Vermerk
from schemas.beratung import Abstimmung
from schemas.sitzung import Sitzung
from schemas.vorlage import Antwortart, Vorlage

TEXT_GEAENDERT = frozenset({"bearbeiten", "inhalt_aendern", "redaktionell_aendern", "neufassen"})
ABSTIMMUNGEN = TypeAdapter(tuple[Abstimmung, ...])


def _paper(fall: Fall, z: Vorlage) -> Iterator[Zeile]:
    for v in fall.of("mitzeichnen"):
        antwort = Antwortart(str(v.get("antwort") or Antwortart.MITGEZEICHNET))
        if antwort in BEGRUENDET or v.deleted("antwort"):
            art = GELOESCHT if v.deleted("antwort") else ANTWORTEN[antwort]
            yield fall.row(v, art=art, rolle=v.rolle, aussage=v.text("bemerkung"), folge=_what_came_of_it(fall, v))
    for v in fall.of("behandlung_nacherfassen"):
        stand = v.get("stand")
        beschluss = stand.get("beschluss") if isinstance(stand, dict) else None
        yield from _votes(fall, v, beschluss or {}, public_entry(z, v))


def _what_came_of_it(fall: Fall, v: Vermerk) -> str:
    """What the record can say of it: whether the text was changed afterwards, and whether it was released anyway."""
    danach = fall.verlauf[v.seq :]
    geaendert = next((d for d in danach if d.art in TEXT_GEAENDERT), None)
    frei = next((d for d in danach if d.art == "freigeben"), None)
    if geaendert and (frei is None or geaendert.seq < frei.seq):
        return f"Text danach geändert (Eintrag {geaendert.seq})"
    return f"ohne Änderung des Textes freigegeben (Eintrag {frei.seq})" if frei else "Text seither nicht geändert"


def _meeting(fall: Fall, z: Sitzung) -> Iterator[Zeile]:
    """From the entries: a correction of the outcome may say nothing of the votes any more."""
    for v in fall.of("ergebnis", "ergebnis_berichtigen"):
        if v.deleted("abstimmungen"):
            yield fall.row(v, oeffentlich=public_entry(z, v), art="Abstimmung", rolle=v.rolle, aussage=GELOESCHT)
        beschluss = {name: v.get(name) for name in ("wortlaut", "abstimmungen")}
        yield from _votes(fall, v, beschluss, public_entry(z, v))
    for v in fall.of("niederschrift_genehmigen"):
        if v.get("genehmigt") is False:
            art = "Einwendung gegen Niederschrift"
            yield fall.row(v, oeffentlich=public_entry(z, v), art=art, rolle=v.rolle, aussage=v.text("grund"))


def _votes(fall: Fall, v: Vermerk, beschluss: dict[str, object], oeffentlich: bool) -> Iterator[Zeile]:
    for a in ABSTIMMUNGEN.validate_python(beschluss.get("abstimmungen") or ()):
        if against(a):
            folge = f"Ergebnis: {beschluss.get('wortlaut') or GELOESCHT}"
            yield fall.row(v, oeffentlich=oeffentlich, art="Gegenstimmen", rolle=v.rolle, aussage=votes(a), folge=folge)


def against(a: Abstimmung) -> bool:
    """Whether somebody voted against, as far as it was recorded: in numbers, by name, or in words other than "einstimmig"."""
    if a.nein is not None:
        return a.nein > 0
    if a.stimmen:
        return any(s.stimme.casefold().startswith("nein") for s in a.stimmen)
    return a.wortlaut is not None and "einstimmig" not in a.wortlaut.casefold()


DISSENS = Bericht(
    kennung="dissens",
    titel="Widerspruch und Gegenstimmen",
    zweck="Mitzeichnungen mit Anmerkung oder verweigert und was daraus wurde, Gegenstimmen, Einwendungen gegen Niederschriften.",
    spalten=(
        Spalte("art", "Worin", neutral=True, breite=30),
        Spalte("rolle", "Rolle", neutral=True),
        Spalte("aussage", "Bemerkung oder Abstimmung", breite=50),
        Spalte("folge", "Was daraus wurde", breite=45),
    ),
    je_fall={Vorlage: _paper, Sitzung: _meeting},
)
