"""Where a case stands, in one German sentence for operators: no person, no subject."""

from collections.abc import Callable
from typing import Any

from lifecycle.vorlage.laufweg import in_path, turn
from schemas.auftrag import Auftrag
from schemas.aussonderung import Aussonderung
from schemas.beratung import TopStatus
from schemas.gremium import Gremium
from schemas.nummernkreis import Nummernkreis
from schemas.pruefakte import Pruefakte
from schemas.regelwerksakte import Regelwerksakte
from schemas.sitzung import Sitzung
from schemas.vorlage import BeratungStatus, Vorlage
from schemas.zustand import Lauf


def _vorlage(z: Vorlage) -> str:
    offen = len(turn(z.fassung)) if z.fassungen and in_path(z) else 0
    erledigt = sum(b.status is BeratungStatus.ERLEDIGT for b in z.beratungen)
    return (
        f"Vorlage {z.nummer or 'ohne Nummer'}: {z.stufe.anzeige}{_unaccepted(z)}"
        + (f", {offen} Mitzeichnung(en) offen" if offen else "")
        + f", {erledigt} von {len(z.beratungen)} Stationen erledigt"
    )


def _unaccepted(z: Vorlage) -> str:
    """What came from outside, and still is to be looked at or mended."""
    if z.eingang is None or z.fassung.herausgabe:
        return ""
    return ", beanstandet" if z.eingang.beanstandet else ", wartet auf formale Prüfung"


def _sitzung(z: Sitzung) -> str:
    behandelt = sum(t.status is TopStatus.BEHANDELT for t in z.tops)
    bitten = len(z.anmeldungen) + len(z.ruecknahmebitten)
    return f"Sitzung: {z.stufe.anzeige}, {behandelt} von {len(z.tops)} Punkten behandelt" + (
        f", {bitten} Bitte(n) zu entscheiden" if bitten else ""
    )


def _auftrag(z: Auftrag) -> str:
    return f"Auftrag: {z.stufe.anzeige}" + (", wartet auf Annahme" if z.angenommen is None else "")


def _nummern(z: Nummernkreis) -> str:
    return f"Nummernkreis: {len(z.vergeben)} Nummern vergeben"


def _gremium(z: Gremium) -> str:
    return f"Kalender des Gremiums: {len(z.termine)} Sitzung(en), {len(z.wartende)} wartende Aufträge"


def _regelwerk(z: Regelwerksakte) -> str:
    bestaetigt = sum(f.bestaetigt is not None for f in z.fassungen)
    return f"Regelwerk: {bestaetigt} von {len(z.fassungen)} Fassung(en) bestätigt"


def _pruefakte(z: Pruefakte) -> str:
    return f"Prüfakte: Prüfpunkt über {z.letzter.groesse if z.letzter else 0} Einträge ausgegeben"


def _aussonderung(z: Aussonderung) -> str:
    return f"Aussonderung: {z.stufe.anzeige}, {len(z.angebote)} Vorgänge angeboten, {len(z.archivwuerdig())} übernimmt das Archiv"


SAETZE: dict[type[Any], Callable[[Any], str]] = {
    Vorlage: _vorlage,
    Sitzung: _sitzung,
    Auftrag: _auftrag,
    Nummernkreis: _nummern,
    Gremium: _gremium,
    Regelwerksakte: _regelwerk,
    Pruefakte: _pruefakte,
    Aussonderung: _aussonderung,
}


RUFE = {
    "nummer": "Nummer holen",
    "anmeldung": "bei der Sitzung anmelden",
    "anmeldung_zurueckgezogen": "Anmeldung zurücknehmen",
    "ruecknahmebitte": "um Rücknahme bitten",
    "vorlage_stand": "Sitzung über die Vorlage unterrichten",
    "top_stand": "Vorlage über den Tagesordnungspunkt unterrichten",
    "bitte_abgelehnt": "Absage mitteilen",
    "vormerken": "Auftrag vormerken",
    "termin_gemeldet": "Kalender des Gremiums unterrichten",
    "auftrag_wartet": "beim Kalender des Gremiums warten",
    "sitzung_genannt": "Auftrag über die Sitzung unterrichten",
    "verknuepfung_gemeldet": "verknüpfte Vorlage unterrichten",
    "folgevorlage_gemeldet": "Auftrag über die Antwort unterrichten",
    "entwerfen": "Entwurf für den Bericht anlegen",
    "tops_uebernehmen": "Punkte an die andere Sitzung geben",
    "auftrag_oeffentlichkeit": "Öffentlichkeit des Auftrags ändern",
    "zustellung_aufgegeben": "Unzustellbares melden",
}
"""What a call to another case is for, as operators read it."""


def situation(lauf: Lauf[Any]) -> str:
    """One sentence on the case, and what the engine still has to do for it."""
    z = lauf.zustand
    if z.seq == 0:
        return "Noch leer."
    offen = [
        (len(lauf.unaufgezeichnet), "nicht aufgezeichnet"),
        (len(lauf.ausstehend), "noch zu erledigen"),
        (len(z.hinweise), "Hinweis(e) zu prüfen"),
    ]
    zusatz = "".join(f"; {anzahl} {was}" for anzahl, was in offen if anzahl)
    return f"{SAETZE[type(z)](z)}; {z.seq} Einträge{zusatz}."
