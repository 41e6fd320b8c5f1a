"""Who did not agree: co-signatures with remark or declined, votes against, objections to minutes; and whether remarks were followed."""

from collections.abc import Iterator

from lifecycle.nennen import votes
from lifecycle.vorlage.laufweg import BEGRUENDET
from pruefung.bericht import Bericht, Spalte
from pruefung.einsicht import public_entry, public_item
from pruefung.fall import Fall, Zeile
from pruefung.vermerk import Vermerk
from schemas.beratung import Abstimmung, Beschluss
from schemas.sitzung import Sitzung, Top
from schemas.vorlage import Antwortart, Vorlage

TEXT_GEAENDERT = frozenset({"bearbeiten", "inhalt_aendern", "redaktionell_aendern", "neufassen"})
ERGEBNIS = ("ergebnis", "ergebnis_berichtigen")


def _paper(fall: Fall, z: Vorlage) -> Iterator[Zeile]:
    for v in fall.of("mitzeichnen"):
        antwort = Antwortart(str(v.get("antwort") or Antwortart.MITGEZEICHNET))
        if antwort in BEGRUENDET or v.deleted("antwort"):
            art = "gelöscht" if v.deleted("antwort") else antwort.replace("_", " ").replace("zurueck", "zurück")
            yield fall.row(v, art=art, rolle=v.rolle, aussage=v.text("bemerkung"), folge=_what_came_of_it(fall, v))


def _what_came_of_it(fall: Fall, v: Vermerk) -> str:
    """What the record can say of it: whether the text was changed afterwards, and whether it was released anyway."""
    danach = fall.verlauf[v.seq :]
    geaendert = next((d for d in danach if d.art in TEXT_GEAENDERT), None)
    frei = next((d for d in danach if d.art == "freigeben"), None)
    if geaendert and (frei is None or geaendert.seq < frei.seq):
        return f"Text danach geändert (Eintrag {geaendert.seq})"
    return f"ohne Änderung des Textes freigegeben (Eintrag {frei.seq})" if frei else "Text seither nicht geändert"


def _meeting(fall: Fall, z: Sitzung) -> Iterator[Zeile]:
    for top in z.tops:
        for vorlage, b in ((None, top.beschluss), *((tv.vorlage, tv.beschluss) for tv in top.vorlagen)):
            v = _entry_of(fall, top, vorlage) if b else None
            if b and v:
                yield from _votes(fall, z, top, b, v)
    for v in fall.of("niederschrift_genehmigen"):
        if v.get("genehmigt") is False:
            aussage = v.text("grund")
            yield fall.row(
                v, oeffentlich=public_entry(z, v), art="Einwendung gegen die Niederschrift", rolle=v.rolle, aussage=aussage
            )


def _entry_of(fall: Fall, top: Top, vorlage: str | None) -> Vermerk | None:
    """The entry by which the outcome stands: it may name the item, the paper, or both."""
    hier = [v for v in fall.of(*ERGEBNIS) if v.get("top") in (None, top.id) and v.get("vorlage") in (None, vorlage)]
    genannt = [v for v in hier if v.get("top") == top.id or v.get("vorlage") is not None]
    return genannt[-1] if genannt else None


def _votes(fall: Fall, z: Sitzung, top: Top, b: Beschluss, v: Vermerk) -> Iterator[Zeile]:
    for a in b.abstimmungen:
        if against(a):
            aussage = "gelöscht" if v.deleted("abstimmungen") else votes(a)
            folge = f"TOP {top.nummer}: {b.wortlaut}"
            yield fall.row(
                v, oeffentlich=public_item(z, top.id), art="Gegenstimmen", rolle=v.rolle, aussage=aussage, folge=folge
            )  # fmt: skip


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
        Spalte("art", "Worin", neutral=True, breite=22),
        Spalte("rolle", "Rolle", neutral=True),
        Spalte("aussage", "Bemerkung oder Abstimmung", breite=50),
        Spalte("folge", "Was daraus wurde", breite=45),
    ),
    je_fall={Vorlage: _paper, Sitzung: _meeting},
)
