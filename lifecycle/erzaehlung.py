"""One entry of a Verlauf as a German sentence. A table: kind of command to phrase.

A phrase is a format string over the command's fields, or a function where the sentence depends on them. With ``offen`` False
the sentence says what happened and by which office, and nothing that only some may read.
"""

from collections.abc import Callable
from typing import Any

from lifecycle.kern import BERLIN, Kommando
from lifecycle.nennen import outcome, plural
from lifecycle.vorlage.beratung import TopStandUebernehmen
from schemas.akteur import Rolle
from schemas.beratung import TopStatus
from schemas.verknuepfung import Gegenstueck
from schemas.vorlage import Antwortart
from schemas.wirkung import Rufausgang

ANTWORTEN = {
    Antwortart.MITGEZEICHNET: "zeichnet mit",
    Antwortart.MIT_ANMERKUNG: "zeichnet mit Anmerkung mit",
    Antwortart.NICHT_MITGEZEICHNET: "zeichnet nicht mit",
    Antwortart.NICHT_BETROFFEN: "ist nicht betroffen",
    Antwortart.ZURUECKGEGEBEN: "gibt die Vorlage zurück",
    Antwortart.NICHT_GEAEUSSERT: "hat sich nicht geäußert",
}
TOP_STATUS = {
    TopStatus.OFFEN: "steht auf der Tagesordnung",
    TopStatus.BEHANDELT: "ist behandelt",
    TopStatus.ABGESETZT: "ist abgesetzt",
    TopStatus.ZURUECKGEZOGEN: "ist zurückgezogen",
}


def _signature(b: Any) -> str:
    return ANTWORTEN[b.antwort] + (f": {b.bemerkung}" if b.bemerkung else "")


def _item(b: Any) -> str:
    assert isinstance(b, TopStandUebernehmen)  # the table says so
    s = b.stand
    wann = f"{s.beginn.astimezone(BERLIN):%d.%m.%Y}"
    if s.beschluss:
        satz = f"TOP {s.nummer} am {wann}: {outcome(s.beschluss)}"
        return f"{satz}; {s.sitzung_status}" if s.sitzung_status else satz
    geladen = " (eingeladen)" if s.eingeladen and s.status is TopStatus.OFFEN else ""
    return f"TOP {s.nummer} am {wann} {TOP_STATUS[s.status]}{geladen}"


def _answer(b: Any) -> str:
    if b.zweck == "nummer" and b.ausgang is Rufausgang.ANGENOMMEN:
        return f"die Nummer {b.antwort} ist vergeben"
    return f"{b.zweck}: {b.ausgang.value}" + (f" ({b.grund})" if b.grund else "")


def _places(b: Any) -> str:
    return "beteiligt: " + ", ".join(f"{n.anzeige} (Schritt {p.schritt})" for p, n in zip(b.plaetze, b.benannt, strict=False))


def _whose(b: Any) -> str:
    return "ändert im Namen der Absender" if b.akteur.rolle is Rolle.SITZUNGSDIENST else "ändert"


def _linked(b: Any) -> str:
    return f"{b.ziel.name} {b.ziel.nummer or b.mit[:8]}" if b.ziel else f"Vorlage {b.mit[:8]}"


def _counterpart(g: Gegenstueck) -> str:
    wie = ", ".join(als.gegenteil for als in g.als)
    andere = f"{g.name} {g.nummer or g.vorlage[:8]}"
    return f"{wie}: {andere}" if wie else f"nicht mehr verknüpft mit: {andere}"


def _public(was: str) -> Callable[[Any], str]:
    return lambda b: f"{was} ist jetzt {'öffentlich' if b.oeffentlich else 'nichtöffentlich'}: {b.grund}"


SAETZE: dict[str, str | Callable[[Any], str]] = {
    # Vorlage
    "entwerfen": lambda b: f"legt die Vorlage an: {b.betreff}",
    "entgegennehmen": lambda b: f"nimmt entgegen ({b.vorlageart_name}): {b.betreff}",
    "antrag_aendern": lambda b: f"{_whose(b)}: {b.grund}",
    "verknuepfen": lambda b: f"diese Vorlage {b.als.anzeige} {_linked(b)}",
    "verknuepfung_loesen": lambda b: f"diese Vorlage {b.als.anzeige} Vorlage {b.mit[:8]} nicht mehr: {b.grund}",
    "verknuepfung_gemeldet": lambda b: _counterpart(b.stand),
    "bearbeiten": "bearbeitet den Entwurf",
    "beteiligen": _places,
    "einreichen": "gibt die Vorlage auf den Laufweg",
    "mitzeichnen": _signature,
    "freigeben": "gibt die Vorlage frei",
    "formal_annehmen": "nimmt die Vorlage formal an",
    "zurueckgeben": "gibt die Vorlage zurück: {grund}",
    "redaktionell_aendern": "ändert redaktionell: {grund}",
    "inhalt_aendern": "ändert den Inhalt: {grund}",
    "neufassen": lambda b: f"legt eine {'Neufassung' if b.fassungsart == 'neufassung' else 'Ergänzung'} vor: {b.grund}",
    "federfuehrung_wechseln": lambda b: (
        f"die Federführung geht über an {b.benannt.anzeige if b.benannt else b.stelle}: {b.grund}"
    ),
    "beratung_uebertragen": lambda b: (
        f"Station {b.beratung} geht über an {b.benannt.anzeige if b.benannt else b.gremium}: {b.grund}"
    ),
    "anmelden": "meldet die Vorlage für eine Sitzung an (Station {beratung})",
    "beratung_ergaenzen": lambda b: f"ergänzt die Beratungsfolge um: {b.benannt.anzeige if b.benannt else b.gremium}",
    "beratung_entfallen": "lässt Station {beratung} entfallen: {grund}",
    "beratung_beenden": "beendet die Beratungsfolge: {grund}",
    "zurueckziehen": "zieht die Vorlage zurück: {grund}",
    "ersetzen": "ersetzt die Vorlage durch eine andere: {grund}",
    "vorlage_oeffentlichkeit": _public("die Vorlage (oder ein Teil)"),
    "top_stand": _item,
    "behandlung_nacherfassen": _item,
    "bitte_abgelehnt": lambda b: f"{'die Rücknahme' if b.ruecknahme else 'die Anmeldung'} ist abgelehnt: {b.grund}",
    # Sitzung
    "planen": lambda b: f"plant die Sitzung am {b.beginn.astimezone(BERLIN):%d.%m.%Y, %H:%M Uhr}",
    "verlegen": "verlegt die Sitzung: {grund}",
    "aufnehmen": "nimmt eine Vorlage auf die Tagesordnung",
    "anmeldung_ablehnen": "lehnt eine Anmeldung ab: {grund}",
    "top_ergaenzen": "nimmt einen Punkt ohne Vorlage auf: {titel}",
    "top_aendern": "ändert einen Tagesordnungspunkt",
    "tops_verbinden": "verbindet Tagesordnungspunkte zur gemeinsamen Beratung",
    "absetzen": "setzt einen Tagesordnungspunkt ab: {grund}",
    "ruecknahme_entscheiden": lambda b: (
        f"{'nimmt' if b.angenommen else 'lehnt'} die Bitte um Rücknahme {'an' if b.angenommen else 'ab'}"
    ),
    "tops_ordnen": "stellt die Tagesordnung um",
    "top_verschieben": lambda b: (
        f"verschiebt TOP-Kennung {b.top} in den {'öffentlichen' if b.oeffentlich else 'nichtöffentlichen'} Teil: {b.grund}"
    ),
    "tagesordnung_festsetzen": "setzt die Tagesordnung fest",
    "tagesordnung_zustimmen": "stimmt der Tagesordnung zu",
    "einladen": lambda b: "lädt zur Sitzung ein" + (f" (verkürzt, genehmigt: {b.genehmigt_von})" if b.genehmigt_von else ""),
    "nachtrag_ausgeben": "gibt einen Nachtrag zur Tagesordnung aus",
    "bereitstellen": "stellt eine Vorlage bereit",
    "bekanntmachen": "macht die Sitzung öffentlich bekannt: {wo}",
    "tops_uebernehmen": lambda b: f"übernimmt {plural(len(b.punkte), 'Punkt', 'Punkte')} einer abgesagten Sitzung",
    "eroeffnen": "die Sitzung ist eröffnet",
    "ergebnis": "hält das Ergebnis fest: {wortlaut}",
    "ergebnis_berichtigen": "berichtigt das Ergebnis: {wortlaut} ({grund})",
    "einordnen": "ordnet einen Wortlaut ein",
    "schliessen": "die Sitzung ist geschlossen",
    "absagen": "sagt die Sitzung ab: {grund}",
    "niederschrift_erfassen": "erfasst einen Teil der Niederschrift",
    "niederschrift_unterzeichnen": "die Niederschrift ist unterzeichnet (Original: {original})",
    "auftrag_festhalten": lambda b: f"hält fest, was verlangt wurde ({b.grundlage.anzeige}): {b.verlangt}",
    "sitzung_oeffentlichkeit": _public("ein Tagesordnungspunkt"),
    "anmeldung": "eine Vorlage ist angemeldet",
    "anmeldung_zurueckgezogen": "eine Vorlage ist nicht mehr angemeldet",
    "ruecknahmebitte": "ein Amt bittet, seine Vorlage zurückzunehmen: {grund}",
    "vorlage_stand": "Neues von einer Vorlage der Tagesordnung",
    "anwesenheit_erfassen": lambda b: f"hält die Anwesenheit fest ({b.funktion.value})",
    "sitzung_unterbrechen": "unterbricht die Sitzung",
    "sitzung_fortsetzen": "setzt die Sitzung fort",
    "niederschrift_genehmigen": lambda b: (
        "die frühere Niederschrift ist genehmigt" if b.genehmigt else f"Einwendung gegen die frühere Niederschrift: {b.grund}"
    ),
    "niederschrift_berichtigen": "berichtigt eine frühere Niederschrift: {grund}",
    "aufgabenliste_freigeben": "gibt die Liste der offenen Aufträge frei",
    "vollzug_aussetzen": "setzt den Vollzug zu TOP-Kennung {top} aus: {grund}",
    "vollzug_freigeben": "gibt den Vollzug zu TOP-Kennung {top} frei",
    "beschluss_aufheben": "der Beschluss zu TOP-Kennung {top} ist aufgehoben: {grund}",
    "beschluss_veroeffentlichen": _public("der Beschluss zu einem nichtöffentlichen Punkt"),
    # Auftrag
    "vormerken": lambda b: f"vorgemerkt ({b.angaben.grundlage.anzeige}): {b.angaben.verlangt}",
    "annehmen": "nimmt die Bitte an",
    "ablehnen": "lehnt die Bitte ab: {grund}",
    "zuweisen": lambda b: f"weist den Auftrag zu: {b.benannt.anzeige if b.benannt else b.stelle}",
    "beginnen": "beginnt mit der Arbeit",
    "aussetzen": "setzt den Auftrag aus: {grund}",
    "fortsetzen": "setzt den Auftrag fort",
    "berichten": "berichtet: {text}",
    "erledigt_melden": "meldet den Auftrag als erledigt",
    "erledigung_bestaetigen": "bestätigt die Erledigung",
    "nicht_ausfuehren": "der Auftrag wird nicht ausgeführt: {grund}",
    "aufheben": "hebt den Auftrag auf: {grund}",
    "faelligkeit_aendern": "ändert die Fälligkeit: {grund}",
    "auftrag_oeffentlichkeit": _public("der Auftrag"),
    "sitzung_genannt": lambda b: (
        f"fällig zur Sitzung am {b.termin.beginn.astimezone(BERLIN):%d.%m.%Y}" if b.termin else "noch keine Sitzung geplant"
    ),
    "folgevorlage_gemeldet": lambda b: (
        f"beantwortet durch Vorlage {b.folge.nummer or '(noch ohne Nummer)'}"
        + "".join(f"; {s.wortlaut}" for s in b.folge.stationen if s.wortlaut)
    ),
    # Gremium
    "termin_gemeldet": lambda b: f"Sitzung am {b.termin.beginn.astimezone(BERLIN):%d.%m.%Y}: {b.termin.stufe}",
    "auftrag_wartet": lambda b: "ein Auftrag wartet auf eine Sitzung" if b.offen else "ein Auftrag wartet nicht mehr",
    "auftrag_uebertragen": lambda b: f"der Auftrag geht über an {b.benannt.anzeige if b.benannt else b.gremium}: {b.grund}",
    # Regelwerk
    "depublizieren": lambda b: ("wird wieder gezeigt: " if b.wieder else "wird öffentlich nicht mehr gezeigt: ") + b.grund,
    "loeschung_beantragen": "Löschung {kennung} beantragt, angeordnet von {angeordnet_von}: {rechtsgrund}",
    "loeschung_bestaetigen": "Löschung {kennung} bestätigt",
    "loeschung_ablehnen": "Löschung {kennung} abgelehnt: {grund}",
    "loeschung_vollzogen": "Löschung {kennung} vollzogen",
    "pruefpunkt_ausgeben": "Prüfpunkt über {groesse} Einträge ausgegeben",
    "schluessel_wechseln": "das Verzeichnis wird mit einem neuen Schlüssel unterschrieben: {grund}",
    "verzeichnis_neu_beginnen": "neuer Abschnitt des Verzeichnisses ab {groesse} Einträgen, {verloren} verloren: {grund}",
    "regelwerk_uebernommen": lambda b: f"beginnt mit {plural(len(b.bestand), 'Fassung', 'Fassungen')} des Regelwerks",
    "regelwerk_vorschlagen": "schlägt das Regelwerk ab {fassung} vor: {grund}",
    "regelwerk_bestaetigen": "bestätigt das Regelwerk ab {fassung}",
    # Aussonderung
    "anbieten": lambda b: (
        f"bietet dem Archiv {plural(len(b.vorgaenge), 'Vorgang', 'Vorgänge')} an (Stichtag {b.stichtag:%d.%m.%Y})"
    ),
    "bewertung_uebernehmen": "übernimmt die Bewertung des Archivs ({herkunft})",
    "abgabe_bestaetigen": lambda b: "die Abgabe an das Archiv ist bestätigt" if b.pruefsumme else "das Archiv übernimmt nichts",
    "angebot_zurueckziehen": "zieht das Angebot an das Archiv zurück: {grund}",
    # Nummernkreis
    "nummer_vergeben": lambda b: f"vergibt {plural(len(b.vorlagen), 'Nummer', 'Nummern')}",
    "nummer_uebernehmen": "übernimmt die Nummer {nummer}",
    "nummern_uebernehmen": lambda b: f"übernimmt {plural(len(b.nummern), 'Nummer', 'Nummern')} aus dem früheren System",
    # Übernahme
    "vorlage_uebernehmen": lambda b: f"übernimmt die Vorlage aus dem früheren System: {b.betreff}",
    "sitzung_uebernehmen": lambda b: f"übernimmt die Sitzung am {b.beginn.astimezone(BERLIN):%d.%m.%Y} aus dem früheren System",
    "punkt_uebernehmen": lambda b: (
        f"übernimmt TOP {b.nummer or '(ohne Nummer)'}: {b.titel}" + (f"; {b.wortlaut}" if b.wortlaut else "")
    ),
    "uebernahme_abschliessen": lambda b: f"schließt die Übernahme der Sitzung ab ({b.stufe.anzeige})",
    # alle
    "frist_erinnert": "erinnert an die Frist: {frist}",
    "frist_abgelaufen": "die Frist ist abgelaufen: {frist}",
    "frist_gemahnt": "mahnt die versäumte Frist an: {frist}",
    "frist_verlaengern": lambda b: f"verlängert die Frist {b.frist} bis {b.bis:%d.%m.%Y}: {b.grund}",
    "nacherfassen": lambda b: f"erfasst {plural(len(b.schritte), 'Schritt', 'Schritte')} nach",
    "berichtigen": "berichtigt Eintrag {zu_seq}: {richtig} ({grund})",
    "abweichung_festhalten": "hält eine Abweichung fest: {regel} ({grund})",
    "wiederaufnehmen": "nimmt den Vorgang wieder auf: {grund}",
    "rueckmeldung": _answer,
    "versiegelt": "versiegelt den Vorgang",
    "zustellung_aufgegeben": "{empfaenger} wurde nicht erreicht: {grund}",
    "regelstand_heben": "der Vorgang folgt ab jetzt Fassung {auf} der Rechenregeln",
}

OFFEN = frozenset({"einreichen", "freigeben", "einladen", "eroeffnen", "schliessen", "versiegelt", "bearbeiten", "vorlage_stand"})
"""Kinds whose sentence says nothing that only some may read."""


def phrase(befehl: Kommando[Any]) -> str:
    """What was done, without who."""
    satz = SAETZE[befehl.art]
    if callable(satz):
        return satz(befehl)
    return satz.format(**{name: getattr(befehl, name) for name in type(befehl).model_fields})


def actor(befehl: Kommando[Any], nenne: Callable[[str], str]) -> str:
    """Who did it: role and office; in Vertretung both persons."""
    a = befehl.akteur
    wer = a.rolle.anzeige if a.rolle is Rolle.SYSTEM else f"{a.rolle.anzeige} {nenne(a.stelle)}"
    wer = f"{wer} ({a.person} in Vertretung für {a.fuer})" if a.fuer else wer
    erfasst = befehl.erfasst_von
    return f"{wer} (nacherfasst von {erfasst.rolle.anzeige} {nenne(erfasst.stelle)})" if erfasst else wer


def tell(befehl: Kommando[Any], nenne: Callable[[str], str] = str, *, offen: bool = True) -> str:
    """The whole sentence. ``nenne`` gives an office's name for its id.

    ``offen`` False: for readers who may see that something happened, but not its content nor any person.
    """
    if not offen:
        wer = befehl.akteur.rolle.anzeige
        return f"{wer}: {phrase(befehl) if befehl.art in OFFEN else befehl.art.replace('_', ' ')}."
    abweichung = f" Abweichung, Begründung: {befehl.abweichung}." if befehl.abweichung else ""
    return f"{actor(befehl, nenne)}: {phrase(befehl).rstrip('.')}.{abweichung}"
