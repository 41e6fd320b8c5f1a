"""What a notification says. It never carries the subject or content of anything that is not public or not released.

A mail to a Funktionspostfach says what happened to which number, and where to look; the link leads to where rights are checked.
"""

from collections.abc import Callable

from pydantic import JsonValue

from lifecycle.empfaenger import waits_for_release
from lifecycle.fristen import find
from lifecycle.kern import BERLIN
from lifecycle.vorlage.fassung import subject_of
from lifecycle.vorlage.laufweg import deadline_id, in_path, turn
from schemas.akteur import Rolle
from schemas.auftrag import Auftrag
from schemas.pruefakte import Pruefakte
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

ANLAESSE = {
    "entgegennehmen": "ist eingegangen",
    "antrag_aendern": "ist von den Absendern geändert worden; bitte formal prüfen",
    "verknuepfen": "ist mit einer anderen Vorlage verknüpft",
    "verknuepfung_loesen": "ist mit einer anderen Vorlage nicht mehr verknüpft",
    "verknuepfung_gemeldet": "hat Neues von einer verknüpften Vorlage",
    "einreichen": "ist auf dem Laufweg",
    "mitzeichnen": "hat eine Antwort auf dem Laufweg",
    "freigeben": "ist freigegeben",
    "zurueckgeben": "ist zurückgegeben worden",
    "redaktionell_aendern": "ist redaktionell geändert worden; die Unterschriften gelten weiter",
    "inhalt_aendern": "ist inhaltlich geändert worden; bitte neu zeichnen",
    "neufassen": "hat eine neue Fassung",
    "federfuehrung_wechseln": "hat ein neues federführendes Amt",
    "anmelden": "ist für eine Sitzung angemeldet",
    "anmeldung": "hat eine neue Anmeldung",
    "top_stand": "hat Neues aus der Sitzung",
    "bitte_abgelehnt": "hat eine Absage vom Sitzungsdienst",
    "zurueckziehen": "wird zurückgezogen",
    "einladen": "ist einberufen",
    "verlegen": "ist verlegt",
    "absagen": "ist abgesagt",
    "tagesordnung_festsetzen": "hat eine festgesetzte Tagesordnung",
    "nachtrag_ausgeben": "hat einen Nachtrag zur Tagesordnung",
    "sitzung_genannt": "ist zu einer Sitzung fällig",
    "folgevorlage_gemeldet": "hat eine Vorlage als Antwort",
    "ergebnis": "hat ein neues Ergebnis",
    "ergebnis_berichtigen": "hat ein berichtigtes Ergebnis",
    "niederschrift_unterzeichnen": "hat eine unterzeichnete Niederschrift",
    "frist_erinnert": "hat eine Frist, die bald abläuft",
    "frist_abgelaufen": "hat eine abgelaufene Frist",
    "frist_gemahnt": "hat eine versäumte Frist",
    "frist_verlaengern": "hat eine verlängerte Frist",
    "formal_annehmen": "ist formal angenommen",
    "vormerken": "ist vorgemerkt",
    "annehmen": "ist angenommen",
    "ablehnen": "ist abgelehnt",
    "zuweisen": "ist zugewiesen",
    "erledigt_melden": "ist als erledigt gemeldet",
    "erledigung_bestaetigen": "ist erledigt",
    "faelligkeit_aendern": "hat eine neue Fälligkeit",
    "pruefpunkt_ausgeben": "hat einen neuen Prüfpunkt; bitte außerhalb der Verwaltung des Systems aufbewahren",
}


def public_subject(z: Zustand) -> str | None:
    """Subject that anybody may read: of a public, released paper; a neutral designation otherwise; None if there is none."""
    if z.depubliziert:
        return getattr(z, "bezeichnung", None)
    if isinstance(z, Vorlage):
        frei = next((f for f in reversed(z.fassungen) if f.herausgabe), None)
        return subject_of(z, frei) if frei and z.oeffentlich else z.bezeichnung
    if isinstance(z, Auftrag) and z.angaben:
        return z.angaben.verlangt if z.angaben.oeffentlich else z.angaben.bezeichnung
    return None


def _paper(z: Zustand) -> str:
    return f"Vorlage {z.nummer or z.id[:8]}" if isinstance(z, Vorlage) else "Vorlage"


def _meeting(z: Zustand) -> str:
    if isinstance(z, Sitzung) and z.gremium and z.beginn:
        return f"Sitzung {z.gremium.kuerzel or z.gremium.name} am {z.beginn.astimezone(BERLIN):%d.%m.%Y}"
    return "Sitzung"


NAMEN: dict[type[Zustand], Callable[[Zustand], str]] = {
    Vorlage: _paper,
    Sitzung: _meeting,
    Auftrag: lambda z: f"Auftrag {z.id[:8]}",
    Pruefakte: lambda z: "Das Verzeichnis der Einträge",
}


def _asked(z: Zustand, an: str) -> str | None:
    """What the receiver is asked to do, if it is its turn; so a mail says first of all whether anything is to be done."""
    if not isinstance(z, Vorlage) or not z.fassungen:
        return None
    if an == Rolle.VERWALTUNGSLEITUNG.value and waits_for_release(z):
        return "liegt zur Freigabe bereit"
    dran = [z.fassung.plaetze[i] for i in turn(z.fassung)] if in_path(z) else []
    platz = next((p for p in dran if p.stelle.id == an), None)
    if platz is None:
        return None
    frist = find(z, deadline_id(z.fassung, platz))
    bis = f" (bis {frist.letzter_tag:%d.%m.%Y})" if frist and frist.ausgang is None else ""
    return f"liegt bei Ihnen zur Mitzeichnung{bis}"


def subject_line(z: Zustand, art: str, an: str) -> str:
    """One line: which case, and what the receiver is asked to do, or what happened. No subject of the paper."""
    name = NAMEN[type(z)](z) if type(z) in NAMEN else "Vorgang"
    return f"{name} {_asked(z, an) or ANLAESSE.get(art, 'hat einen neuen Eintrag')}"


def text(z: Zustand, art: str, an: str) -> str:
    """The mail's text without the link: the line, and the public subject if there is one."""
    betreff = public_subject(z)
    zeilen = [f"{subject_line(z, art, an)}."]
    if betreff:
        zeilen.append(f"Es geht um: {betreff}")
    zeilen.append("Alles Weitere steht in der Laufmappe.")
    return "\n\n".join(zeilen)


def payload(z: Zustand, art: str, workflow: str, seq: int) -> dict[str, JsonValue]:
    """What a webhook gets: ids and kinds, and the public subject."""
    stufe = getattr(z, "stufe", None)
    daten: dict[str, JsonValue] = {
        "vorgang": workflow,
        "seq": seq,
        "art": art,
        "stufe": str(stufe) if stufe else None,
        "nummer": z.nummer if isinstance(z, Vorlage) else None,
        "betreff": public_subject(z),
    }
    if isinstance(z, Pruefakte) and z.letzter:
        daten["pruefpunkt"] = z.letzter.note
    return daten
