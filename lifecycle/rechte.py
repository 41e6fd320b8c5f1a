"""Who may do what: one table. A command without a row here can be done by nobody.

A right is a role and a relation (``Bezug``) between the actor's office and the case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from lifecycle.ablehnung import NichtBefugt
from schemas.akteur import Akteur, Rolle
from schemas.auftrag import Auftrag
from schemas.regelwerk import Regelwerk
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

if TYPE_CHECKING:
    from schemas.befehl import Befehl

Bezug = Callable[[Akteur, Zustand, "Befehl", Regelwerk], bool]


def _jeder(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    return True


def _federfuehrend(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """Of the lead office; of the office that the new paper names, while there is none."""
    if isinstance(z, Vorlage) and z.federfuehrend:
        return akteur.stelle == z.federfuehrend.id
    return isinstance(z, Vorlage) and akteur.stelle == getattr(befehl, "federfuehrend", None)


def _im_laufweg(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    return (
        isinstance(z, Vorlage)
        and bool(z.fassungen)
        and any(p.stelle.id == akteur.stelle and p.rolle == akteur.rolle for p in z.fassung.plaetze)
    )


def _beauftragt(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """Of the office that has the task."""
    return (
        isinstance(z, Auftrag) and z.angaben is not None and z.angaben.stelle is not None and akteur.stelle == z.angaben.stelle.id
    )


def _gremien(z: Zustand, befehl: Befehl) -> set[str]:
    gremien: set[str] = {str(g) for g in (getattr(befehl, "gremium", None),) if isinstance(g, str)}
    if isinstance(z, Vorlage):
        gremien |= {b.gremium.id for b in z.beratungen}
    if isinstance(z, Sitzung | Auftrag) and z.gremium:
        gremien = {z.gremium.id}
    return gremien


def _betreut(akteur: Akteur, z: Zustand, befehl: Befehl, rw: Regelwerk) -> bool:
    """Of the office that serves one of the committees concerned; of any, where the Regelwerk names none."""
    dienste = {g.sitzungsdienst for g in rw.gremien if g.id in _gremien(z, befehl)}
    return not dienste or None in dienste or akteur.stelle in dienste


WORTE: dict[Bezug, str] = {
    _jeder: "in jedem Vorgang",
    _federfuehrend: "im federführenden Amt",
    _im_laufweg: "als Platz auf dem Laufweg",
    _beauftragt: "im beauftragten Amt",
    _betreut: "für die betreuten Gremien",
}
"""Each relation as people read it."""

R = Rolle
AMT = ((R.SACHBEARBEITUNG, _federfuehrend), (R.AMTSLEITUNG, _federfuehrend))
DIENST = ((R.SITZUNGSDIENST, _betreut),)
LEITUNG = ((R.VERWALTUNGSLEITUNG, _jeder),)
SYSTEM = ((R.SYSTEM, _jeder),)
BEAUFTRAGT = ((R.SACHBEARBEITUNG, _beauftragt), (R.AMTSLEITUNG, _beauftragt))
SCHRIFT = ((R.SCHRIFTFUEHRUNG, _jeder),)
VORSITZ = ((R.VORSITZ, _jeder),)
MITZEICHNUNG = tuple(
    (rolle, _im_laufweg) for rolle in (R.SACHBEARBEITUNG, R.AMTSLEITUNG, R.DEZERNATSLEITUNG, R.VERWALTUNGSLEITUNG)
)
LOESCHEN = (*LEITUNG, (R.AMTSLEITUNG, _federfuehrend), *DIENST)
VERWALTET = ((R.FACHADMINISTRATION, _jeder),)
ARCHIV = ((R.ARCHIV, _jeder),)
NACHERFASSUNG = ((R.SITZUNGSDIENST, _betreut), (R.FACHADMINISTRATION, _jeder))

ERFASSEN_VERGANGENES = frozenset({R.SITZUNGSDIENST, R.SCHRIFTFUEHRUNG, R.VORSITZ, R.FACHADMINISTRATION, R.SYSTEM})
"""Who may state that something happened earlier: who keeps the record of meetings, and who takes over the past."""

RECHTE: dict[str, tuple[tuple[Rolle, Bezug], ...]] = {
    # Vorlage
    "entwerfen": AMT + SYSTEM,
    "bearbeiten": AMT,
    "beteiligen": AMT,
    "einreichen": AMT,
    "mitzeichnen": MITZEICHNUNG,
    "freigeben": LEITUNG,
    "formal_annehmen": DIENST,
    "zurueckgeben": LEITUNG + DIENST,
    "redaktionell_aendern": AMT + DIENST,
    "inhalt_aendern": AMT,
    "neufassen": AMT,
    "federfuehrung_wechseln": AMT + LEITUNG + DIENST,
    "beratung_uebertragen": DIENST + LEITUNG,
    "anmelden": AMT + DIENST,
    "beratung_ergaenzen": AMT + DIENST,
    "beratung_entfallen": DIENST + LEITUNG,
    "beratung_beenden": DIENST,
    "zurueckziehen": AMT + LEITUNG,
    "ersetzen": AMT + DIENST,
    "vorlage_oeffentlichkeit": AMT + DIENST,
    "behandlung_nacherfassen": NACHERFASSUNG,
    "top_stand": SYSTEM,
    "bitte_abgelehnt": SYSTEM,
    # Sitzung
    "planen": DIENST,
    "verlegen": DIENST,
    "aufnehmen": DIENST,
    "anmeldung_ablehnen": DIENST,
    "top_ergaenzen": DIENST,
    "top_aendern": DIENST,
    "tops_verbinden": DIENST,
    "absetzen": DIENST,
    "ruecknahme_entscheiden": DIENST,
    "tops_ordnen": DIENST,
    "top_verschieben": DIENST + SCHRIFT,
    "tagesordnung_festsetzen": DIENST + VORSITZ + LEITUNG,
    "tagesordnung_zustimmen": VORSITZ + LEITUNG,
    "einladen": DIENST,
    "nachtrag_ausgeben": DIENST,
    "bereitstellen": DIENST,
    "bekanntmachen": DIENST,
    "eroeffnen": DIENST + SCHRIFT + VORSITZ,
    "ergebnis": DIENST + SCHRIFT,
    "ergebnis_berichtigen": DIENST + SCHRIFT,
    "einordnen": DIENST,
    "schliessen": DIENST + SCHRIFT + VORSITZ,
    "absagen": DIENST + LEITUNG,
    "niederschrift_erfassen": DIENST + SCHRIFT,
    "niederschrift_genehmigen": DIENST + SCHRIFT,
    "niederschrift_berichtigen": DIENST + SCHRIFT,
    "anwesenheit_erfassen": DIENST + SCHRIFT,
    "sitzung_unterbrechen": DIENST + SCHRIFT + VORSITZ,
    "sitzung_fortsetzen": DIENST + SCHRIFT + VORSITZ,
    "aufgabenliste_freigeben": LEITUNG,
    "vollzug_aussetzen": DIENST + LEITUNG,
    "vollzug_freigeben": DIENST + LEITUNG,
    "beschluss_aufheben": DIENST,
    "beschluss_veroeffentlichen": DIENST,
    "niederschrift_unterzeichnen": SCHRIFT + VORSITZ + LEITUNG,
    "auftrag_festhalten": DIENST + SCHRIFT,
    "sitzung_oeffentlichkeit": DIENST,
    "anmeldung": SYSTEM,
    "anmeldung_zurueckgezogen": SYSTEM,
    "ruecknahmebitte": SYSTEM,
    "vorlage_stand": SYSTEM,
    "tops_uebernehmen": SYSTEM,
    # Auftrag
    "vormerken": SYSTEM + DIENST,
    "annehmen": LEITUNG + BEAUFTRAGT + DIENST,
    "ablehnen": LEITUNG + BEAUFTRAGT + DIENST,
    "zuweisen": LEITUNG + DIENST,
    "beginnen": BEAUFTRAGT,
    "aussetzen": BEAUFTRAGT + DIENST,
    "fortsetzen": BEAUFTRAGT + DIENST,
    "berichten": BEAUFTRAGT + DIENST,
    "erledigt_melden": BEAUFTRAGT,
    "erledigung_bestaetigen": DIENST,
    "nicht_ausfuehren": BEAUFTRAGT + DIENST,
    "aufheben": DIENST + LEITUNG,
    "faelligkeit_aendern": DIENST + LEITUNG,
    "auftrag_oeffentlichkeit": DIENST + SYSTEM,
    "auftrag_uebertragen": DIENST + LEITUNG,
    "sitzung_genannt": SYSTEM,
    "folgevorlage_gemeldet": SYSTEM,
    # Gremium
    "termin_gemeldet": SYSTEM,
    "auftrag_wartet": SYSTEM,
    # Regelwerk
    "regelwerk_uebernommen": SYSTEM,
    "regelwerk_vorschlagen": VERWALTET,
    "regelwerk_bestaetigen": VERWALTET,
    # Prüfakte
    "pruefpunkt_ausgeben": SYSTEM,
    "schluessel_wechseln": VERWALTET,
    "verzeichnis_neu_beginnen": VERWALTET,
    # Aussonderung
    "anbieten": DIENST,
    "bewertung_uebernehmen": DIENST + ARCHIV,
    "abgabe_bestaetigen": DIENST + ARCHIV,
    "angebot_zurueckziehen": DIENST,
    # Nummernkreis
    "nummer_vergeben": SYSTEM,
    "nummer_uebernehmen": SYSTEM,
    # alle
    "frist_erinnert": SYSTEM,
    "frist_abgelaufen": SYSTEM,
    "frist_gemahnt": SYSTEM,
    "frist_verlaengern": AMT + LEITUNG + DIENST,
    "nacherfassen": NACHERFASSUNG,
    "berichtigen": AMT + BEAUFTRAGT + DIENST + SCHRIFT,
    "abweichung_festhalten": AMT + BEAUFTRAGT + DIENST + SCHRIFT + LEITUNG,
    "wiederaufnehmen": DIENST + LEITUNG,
    "depublizieren": LEITUNG + DIENST,
    "loeschung_beantragen": LOESCHEN,
    "loeschung_bestaetigen": LOESCHEN,
    "loeschung_ablehnen": LOESCHEN,
    "loeschung_vollzogen": SYSTEM,
    "rueckmeldung": SYSTEM,
    "versiegelt": SYSTEM,
    "zustellung_aufgegeben": SYSTEM,
    "regelstand_heben": SYSTEM,
}


class Einblick(StrEnum):
    """How much content somebody sees who looks through the whole record: all, what is public, or only that something happened."""

    ALLES = "alles"
    OEFFENTLICH = "oeffentlich"
    KEINER = "keiner"

    @property
    def anzeige(self) -> str:
        """As people read it."""
        return {"alles": "alle Inhalte", "oeffentlich": "Inhalte, soweit öffentlich", "keiner": "keine Inhalte"}[self.value]


LESERECHTE: dict[Rolle, Einblick] = {
    R.RECHNUNGSPRUEFUNG: Einblick.ALLES,
    R.VERWALTUNGSLEITUNG: Einblick.ALLES,
    R.SITZUNGSDIENST: Einblick.OEFFENTLICH,
    R.FACHADMINISTRATION: Einblick.KEINER,
    R.BETRIEB: Einblick.KEINER,
}
"""Who may look through the whole record (reports for auditors, export of the log), and how far. Who is not here may not."""


def for_people(art: str) -> bool:
    """Whether anybody but the engine itself gives this command."""
    return any(rolle is not Rolle.SYSTEM for rolle, _ in RECHTE.get(art, ()))


def may(befehl: Befehl, z: Zustand, rw: Regelwerk) -> bool:
    """Whether the actor has the right (not whether it is the time)."""
    return any(
        befehl.akteur.rolle == rolle and bezug(befehl.akteur, z, befehl, rw) for rolle, bezug in RECHTE.get(befehl.art, ())
    )


def rights_of(rolle: Rolle) -> Iterator[tuple[str, str]]:
    """What the role may do: kind of command, and in which cases, in words."""
    return ((art, WORTE[bezug]) for art, zeilen in RECHTE.items() for wer, bezug in zeilen if wer is rolle)


def deputises(akteur: Akteur, rw: Regelwerk, tag: dt.date) -> bool:
    """Whether the actor may act for the other person on that day; always, where the Regelwerk does not look after it."""
    if akteur.fuer is None or rw.vertretungen is None:
        return True
    wer = (akteur.person, akteur.fuer, akteur.stelle, akteur.rolle)
    return any((v.person, v.fuer, v.stelle, v.rolle) == wer and v.von <= tag <= v.bis for v in rw.vertretungen)


def verify(befehl: Befehl, z: Zustand, rw: Regelwerk, tag: dt.date) -> None:
    """Raises NichtBefugt, saying which roles may. ``tag`` is the day in Berlin on which it happened."""
    _verify_deputy(befehl.akteur, rw, tag)
    if befehl.geschehen and befehl.akteur.rolle not in ERFASSEN_VERGANGENES:
        rollen = _words(rolle.anzeige for rolle in sorted(ERFASSEN_VERGANGENES - {Rolle.SYSTEM}))
        raise NichtBefugt(f"Vergangenes erfassen: {rollen}. Wer selbst handelt, handelt jetzt.")
    if may(befehl, z, rw):
        return
    rollen = _words(rolle.anzeige for rolle, _ in RECHTE.get(befehl.art, ()) if rolle is not Rolle.SYSTEM)
    raise NichtBefugt(
        f"{befehl.akteur.rolle.anzeige} von „{befehl.akteur.stelle}“ darf hier nicht „{befehl.art}“. "
        + (f"Das dürfen, soweit für den Vorgang zuständig: {rollen}." if rollen else "Das macht nur die Laufmappe selbst.")
    )


def insight(akteur: Akteur, rw: Regelwerk, tag: dt.date) -> Einblick:
    """How much of the record the actor sees. Raises NichtBefugt, saying which roles see any of it."""
    _verify_deputy(akteur, rw, tag)
    if akteur.rolle in LESERECHTE:
        return LESERECHTE[akteur.rolle]
    raise NichtBefugt(
        f"{akteur.rolle.anzeige} darf nicht alle Vorgänge durchsehen. Das dürfen: {_words(r.anzeige for r in LESERECHTE)}."
    )


def verify_all(akteur: Akteur, rw: Regelwerk, tag: dt.date) -> None:
    """Raises NichtBefugt unless the actor sees all content of the record."""
    if insight(akteur, rw, tag) is not Einblick.ALLES:
        duerfen = _words(r.anzeige for r, wie in LESERECHTE.items() if wie is Einblick.ALLES)
        raise NichtBefugt(f"{akteur.rolle.anzeige} darf nicht alle Inhalte durchsuchen. Das dürfen: {duerfen}.")


def _verify_deputy(akteur: Akteur, rw: Regelwerk, tag: dt.date) -> None:
    if not deputises(akteur, rw, tag):
        raise NichtBefugt(
            f"Eine Vertretung von „{akteur.fuer}“ durch „{akteur.person}“ ist am {tag:%d.%m.%Y} nicht hinterlegt. "
            "Bitte in eigener Sache handeln oder die Vertretung eintragen lassen."
        )


def _words(namen: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(namen))
