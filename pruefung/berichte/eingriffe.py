"""Interventions: what administrators and operators did, closed cases taken up again, corrections, transitions, alarms of the register."""

from collections.abc import Iterator

from pruefung.bericht import Bericht, Spalte
from pruefung.einsicht import public_entry
from pruefung.fall import TYPEN, Fall, Stadt, Zeile
from pruefung.vermerk import Vermerk
from schemas.akteur import Rolle
from schemas.befehl import UEBERGANG
from schemas.zustand import Zustand

VERWALTUNG = frozenset({Rolle.FACHADMINISTRATION, Rolle.BETRIEB})
ARTEN = {
    "wiederaufnehmen": "Geschlossenes wiederaufgenommen",
    "berichtigen": "Eintrag berichtigt",
    "ergebnis_berichtigen": "Ergebnis berichtigt",
    "niederschrift_berichtigen": "Niederschrift berichtigt",
    "regelwerk_uebernommen": "Regelwerk bei Beginn übernommen",
    "regelwerk_vorschlagen": "Regelwerk vorgeschlagen",
    "regelwerk_bestaetigen": "Regelwerk bestätigt",
    "loeschung_beantragen": "Löschung beantragt",
    "loeschung_bestaetigen": "Löschung bestätigt",
    "loeschung_ablehnen": "Löschung abgelehnt",
    "loeschung_vollzogen": "Löschung vollzogen",
}
"""Kinds of command that are an intervention whoever gives them."""


def _rows(fall: Fall, z: Zustand) -> Iterator[Zeile]:
    for v in fall.verlauf:
        if eingriff := kind_of(v):
            yield fall.row(
                v, oeffentlich=public_entry(z, v), eingriff=eingriff, rolle=v.rolle, person=_persons(v), was=v.told()
            )  # fmt: skip


def kind_of(v: Vermerk) -> str | None:
    """What kind of intervention an entry is; None: none."""
    if v.art in ARTEN:
        return ARTEN[v.art]
    if str(v.get("schluessel")).startswith(UEBERGANG):
        return "Übergang einer Stelle, eines Gremiums oder der Wahlperiode"
    if v.kopf.rolle in VERWALTUNG:
        return f"Handeln der Rolle {v.rolle}"
    erfasser = _recorder(v).get("rolle")
    return f"Nacherfasst durch {Rolle(str(erfasser)).anzeige}" if erfasser in VERWALTUNG else None


def _recorder(v: Vermerk) -> dict[str, object]:
    """Who typed in what somebody else had done."""
    von = v.get("erfasst_von")
    return dict(von) if isinstance(von, dict) else {}


def _persons(v: Vermerk) -> str | None:
    """Whoever intervened, and on whose behalf."""
    if v.kopf.rolle == Rolle.SYSTEM:
        return None
    person, fuer = str(_recorder(v).get("person") or v.text("akteur.person")), v.text("akteur.fuer")
    return f"{person} in Vertretung für {fuer}" if fuer else person


def _alarms(stadt: Stadt) -> Iterator[Zeile]:
    for a in stadt.alarme:
        werte = {"eingriff": "Alarm des Registers, nicht geklärt", "was": a.satz}
        yield Zeile(werte, am=a.zeit, eintrag=a.seq, vorgang=a.workflow.rsplit("/", 1)[-1])


EINGRIFFE = Bericht(
    kennung="eingriffe",
    titel="Eingriffe der Verwaltung",
    zweck="Was Fachadministration und Betrieb taten, Regelwerk, Wiederaufnahmen, Berichtigungen, Übergänge, Alarme des Registers.",
    spalten=(
        Spalte("eingriff", "Eingriff", neutral=True, breite=36),
        Spalte("rolle", "Rolle", neutral=True),
        Spalte("person", "Person (Kennung)", breite=18),
        Spalte("was", "Was geschehen ist", breite=60),
    ),
    je_fall=dict.fromkeys(TYPEN, _rows),
    stadt=_alarms,
)
