"""One case as the command line shows it: what it is, where it stands, its deadlines and deviations; and a paper's text."""

from collections.abc import Callable, Sequence
from typing import Any

from archive.ablage import Ablage
from kommandozeile import ansicht_auftrag, ansicht_aussonderung, ansicht_sitzung, ansicht_vorlage, ausgabe
from lifecycle import grunddaten
from lifecycle.ablehnung import Unbekannt
from lifecycle.fristen import told as deadline
from lifecycle.lage import situation
from lifecycle.unterschied import difference
from schemas.auftrag import Auftrag
from schemas.aussonderung import Aussonderung
from schemas.befehl import Eintrag
from schemas.sitzung import Sitzung
from schemas.vorlage import Aenderung, Vorlage
from schemas.zustand import Lauf, Zustand

ANSICHTEN: dict[type[Zustand], Callable[[Any, Sequence[Eintrag]], None]] = {
    Vorlage: ansicht_vorlage.show,
    Sitzung: ansicht_sitzung.show,
    Auftrag: ansicht_auftrag.show,
    Aussonderung: ansicht_aussonderung.show,
}


def case(workflow: str, z: Zustand | None, eintraege: Sequence[Eintrag], paket: str | None, json_: bool) -> None:
    """One case: what it is and where it stands. Raises Unbekannt if the register does not have it."""
    z = _known(z)
    if json_:
        ausgabe.as_json(_for_programs(workflow, z, eintraege, paket))
        return
    ausgabe.say(situation(Lauf[Any](zustand=z)))
    ANSICHTEN[type(z)](z, eintraege)
    for frist in z.fristen:
        ausgabe.say(f"Frist: {deadline(frist)} [{frist.id}]")
    for abweichung in z.abweichungen:
        ausgabe.say(f"Abweichung (Eintrag {abweichung.seq}): {abweichung.regel}. {abweichung.grund or ''}".rstrip())
    for b in z.berichtigungen:
        ausgabe.say(f"Berichtigung (Eintrag {b.seq} zu Eintrag {b.zu_seq}): {b.richtig} ({b.grund})")
    for hinweis in z.hinweise:
        ausgabe.say(f"Hinweis: {hinweis}")
    if paket:
        ausgabe.say(f"Aufbewahrungspaket: {paket}")


def _for_programs(workflow: str, z: Zustand, eintraege: Sequence[Eintrag], paket: str | None) -> dict[str, Any]:
    ist_vorlage = isinstance(z, Vorlage)
    return {
        "vorgang": workflow,
        "grunddaten": grunddaten.of_paper(z) if isinstance(z, Vorlage) else {},
        "top": grunddaten.of_item(z) if isinstance(z, Vorlage) else {},
        "fruehere_betreffe": [b.as_json() for b in ansicht_vorlage.earlier_subjects(eintraege)] if ist_vorlage else [],
        "paket": paket,
        "zustand": z,
    }


def _known(z: Zustand | None) -> Zustand:
    if z is None:
        raise Unbekannt("Diesen Vorgang kennt das Register nicht. Bitte die Nummer oder Kennung prüfen.")
    return z


# --- the text of a paper ------------------------------------------------------------------------------------------------


def text(z: Zustand | None, ablage: Ablage, json_: bool) -> None:
    """The newest version's sections, and every change with its difference. Raises Unbekannt, DokumentFehlt."""
    z = _known(z)
    assert isinstance(z, Vorlage)  # the door asks for a paper
    abschnitte = {a.name: ablage.get(a.digest).decode() for a in z.fassung.abschnitte}
    aenderungen = [_change(a, ablage) for fassung in z.fassungen for a in fassung.aenderungen]
    if json_:
        ausgabe.as_json({"fassung": z.fassung.nr, "abschnitte": abschnitte, "aenderungen": aenderungen})
        return
    for name, inhalt in abschnitte.items():
        ausgabe.say(f"{name}\n{inhalt.rstrip()}\n")
    for aenderung in aenderungen:
        ausgabe.say(f"Eintrag {aenderung['seq']}, {aenderung['art']} geändert: {aenderung['teil']} ({aenderung['grund']})")
        for zeile in aenderung["unterschied"]:
            ausgabe.say(f"  {zeile}")


def _both(a: Aenderung) -> tuple[tuple[str | None, str | None], ...]:
    """Before and after: each a document by digest, or words."""
    return ((a.vorher, a.vorher_text), (a.nachher, a.nachher_text))


def _change(a: Aenderung, ablage: Ablage) -> dict[str, Any]:
    lesbar = not a.teil.startswith("Anlage ")
    vorher, nachher = ((ablage.get(d).decode() if d and lesbar else t or "") for d, t in _both(a))
    return {
        "seq": a.seq,
        "teil": a.teil,
        "art": "redaktionell" if a.redaktionell else "inhaltlich",
        "grund": a.grund,
        "unterschied": list(difference(vorher, nachher)) if lesbar else ["andere Datei"],
    }
