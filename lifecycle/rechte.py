"""Who may do and see what: one table each. A command without a row here can be done by nobody; a case is seen as its rows say.

A right is a role and a relation (``lifecycle.bezug``) between the actor and the case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from lifecycle.ablehnung import NichtBefugt
from lifecycle.bezug import (
    WORTE,
    Bezug,
    Lesebezug,
    alle_vorgaenge,
    antragstellend,
    aus_dem_haus,
    aussonderungsakte,
    beauftragt,
    betreut,
    betreut_gremium,
    des_hauses,
    eigene_vorlage,
    einbezogen,
    federfuehrend,
    fuehrt_sitzung,
    hat_gestellt,
    im_laufweg,
    im_namen,
    jeder,
    leitet_oder_schreibt,
    sitzt,
    verwaltungsakte,
    vorgesetzt,
)
from schemas.akteur import Akteur, Rolle
from schemas.regelwerk import Regelwerk
from schemas.zustand import Zustand

if TYPE_CHECKING:
    from schemas.befehl import Befehl

R = Rolle
AMT = ((R.SACHBEARBEITUNG, federfuehrend), (R.AMTSLEITUNG, federfuehrend))
AMT_SELBST = ((R.SACHBEARBEITUNG, eigene_vorlage), (R.AMTSLEITUNG, eigene_vorlage))
LEITUNG_SELBST = ((R.VERWALTUNGSLEITUNG, aus_dem_haus),)
ANTRAGSTELLEND = ((R.FRAKTION, antragstellend), (R.MITGLIED, antragstellend), (R.SITZUNGSDIENST, im_namen))
DIENST = ((R.SITZUNGSDIENST, betreut),)
LEITUNG = ((R.VERWALTUNGSLEITUNG, jeder),)
SYSTEM = ((R.SYSTEM, jeder),)
BEAUFTRAGT = ((R.SACHBEARBEITUNG, beauftragt), (R.AMTSLEITUNG, beauftragt))
SCHRIFT = ((R.SCHRIFTFUEHRUNG, jeder),)
VORSITZ = ((R.VORSITZ, jeder),)
MITZEICHNUNG = tuple(
    (rolle, im_laufweg) for rolle in (R.SACHBEARBEITUNG, R.AMTSLEITUNG, R.DEZERNATSLEITUNG, R.VERWALTUNGSLEITUNG)
)
LOESCHEN = (*LEITUNG, (R.AMTSLEITUNG, federfuehrend), *DIENST)
VERWALTET = ((R.FACHADMINISTRATION, jeder),)
ARCHIV = ((R.ARCHIV, jeder),)
NACHERFASSUNG = ((R.SITZUNGSDIENST, betreut), (R.FACHADMINISTRATION, jeder))

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
    "entgegennehmen": DIENST,
    "antrag_aendern": ANTRAGSTELLEND,
    "zurueckgeben": LEITUNG_SELBST + DIENST,
    "redaktionell_aendern": AMT + DIENST,
    "inhalt_aendern": AMT,
    "neufassen": AMT,
    "federfuehrung_wechseln": AMT + LEITUNG + DIENST,
    "beratung_uebertragen": DIENST + LEITUNG,
    "anmelden": AMT + DIENST,
    "beratung_ergaenzen": AMT + DIENST,
    "beratung_entfallen": DIENST + LEITUNG,
    "beratung_beenden": DIENST,
    "zurueckziehen": AMT_SELBST + LEITUNG_SELBST + ANTRAGSTELLEND,
    "ersetzen": AMT_SELBST + DIENST,
    "verknuepfen": AMT + DIENST,
    "verknuepfung_loesen": AMT + DIENST,
    "verknuepfung_gemeldet": SYSTEM,
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
    "nummern_uebernehmen": NACHERFASSUNG,
    # Übernahme: only as steps of a Nacherfassung, whose right it is
    "vorlage_uebernehmen": SYSTEM,
    "sitzung_uebernehmen": SYSTEM,
    "punkt_uebernehmen": SYSTEM,
    "uebernahme_abschliessen": SYSTEM,
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


class Umfang(IntEnum):
    """How much of one case somebody may read; each includes those before it.

    ``GREMIUM`` is what a committee gets: what is not public too, but nothing of what the house says to itself (drafts, signing path).
    """

    NICHTS = 0
    OEFFENTLICH = 1
    GREMIUM = 2
    ALLES = 3


ALS_AMT = ((Umfang.ALLES, einbezogen), (Umfang.OEFFENTLICH, des_hauses))
ALS_MITGLIED = ((Umfang.GREMIUM, sitzt), (Umfang.GREMIUM, hat_gestellt), (Umfang.OEFFENTLICH, des_hauses))
ALS_VORSITZ = ((Umfang.ALLES, fuehrt_sitzung), (Umfang.GREMIUM, leitet_oder_schreibt), (Umfang.OEFFENTLICH, des_hauses))
LESEN: dict[Rolle, tuple[tuple[Umfang, Lesebezug], ...]] = {
    R.SACHBEARBEITUNG: ALS_AMT,
    R.AMTSLEITUNG: ALS_AMT,
    R.DEZERNATSLEITUNG: (*ALS_AMT, (Umfang.ALLES, vorgesetzt)),
    R.VERWALTUNGSLEITUNG: ((Umfang.ALLES, alle_vorgaenge),),
    R.SITZUNGSDIENST: (
        (Umfang.ALLES, betreut_gremium),
        (Umfang.ALLES, verwaltungsakte),
        (Umfang.ALLES, aussonderungsakte),
        (Umfang.OEFFENTLICH, des_hauses),
    ),
    R.SCHRIFTFUEHRUNG: ALS_VORSITZ,
    R.VORSITZ: ALS_VORSITZ,
    R.MITGLIED: ALS_MITGLIED,
    R.FRAKTION: ALS_MITGLIED,
    R.RECHNUNGSPRUEFUNG: ((Umfang.ALLES, alle_vorgaenge),),
    R.ARCHIV: ((Umfang.ALLES, aussonderungsakte), (Umfang.OEFFENTLICH, des_hauses)),
    R.FACHADMINISTRATION: ((Umfang.ALLES, verwaltungsakte), (Umfang.OEFFENTLICH, des_hauses)),
    R.BETRIEB: ((Umfang.OEFFENTLICH, des_hauses),),
}
"""Who reads how much of which case, on the day of reading. Who is not here reads nothing."""


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


POSTDIENST = frozenset({R.FACHADMINISTRATION, R.BETRIEB})
"""Who sees which messages are stuck (to whom, about which case, never what they say), and has them sent again."""


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


def extent(akteur: Akteur, z: Zustand, rw: Regelwerk, tag: dt.date) -> Umfang:
    """How much of the case the actor reads on that day. ``OEFFENTLICH`` says nothing about whether anything of it is public.

    Raises NichtBefugt for a Vertretung that there is not.
    """
    _verify_deputy(akteur, rw, tag)
    return max((wieviel for wieviel, bezug in LESEN.get(akteur.rolle, ()) if bezug(akteur, z, rw, tag)), default=Umfang.NICHTS)


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
