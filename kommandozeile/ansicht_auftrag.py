"""A task as the command line shows it: what is wanted, of whom, until when, what was reported, and which papers answer it."""

from collections.abc import Sequence

from kommandozeile import ausgabe
from lifecycle.auftrag.faelligkeit import due_text
from schemas.auftrag import Antwortstation, Auftrag, Folgevorlage
from schemas.befehl import Eintrag

ANNAHME = {None: "wartet auf Annahme", True: "", False: "nicht angenommen"}


def show(z: Auftrag, eintraege: Sequence[Eintrag]) -> None:
    """Everything about the task but what every case has."""
    a = z.angaben
    if a is None:
        return
    felder = {
        "Verlangt": a.verlangt,
        "Von": a.von,
        "Gremium": z.gremium.anzeige if z.gremium else "",
        "Grundlage": ", ".join(wort for wort in (a.grundlage.anzeige, ANNAHME[z.angenommen]) if wort),
        "Stelle": a.stelle.anzeige if a.stelle else "noch nicht zugewiesen",
        "Fällig": due_text(a.faellig) + (f", das ist die Sitzung am {ausgabe.moment(z.termin.beginn)}" if z.termin else ""),
        "Unter Einbeziehung": ", ".join(g.anzeige for g in a.unter_einbeziehung),
        "Ferner": "; ".join(a.ferner),
        "Bericht": "verlangt" if a.bericht else "",
        "Entwurf": f"Vorlage {z.entwurf}" if z.entwurf else "",
        "Vorgeschlagen": f"erledigt ({z.vorgeschlagen})" if z.vorgeschlagen else "",
        "Grund": z.grund or "",
    }
    ausgabe.fields("Auftrag", {name: wert for name, wert in felder.items() if wert})
    for bericht in z.berichte:
        ausgabe.say(f"Bericht, {ausgabe.moment(bericht.am)}, {bericht.akteur.stelle}: {bericht.text}")
    for folge in z.folgevorlagen:
        _answer(folge)


def _answer(f: Folgevorlage) -> None:
    """A paper that answers the task: where it stands, and what came of it."""
    stand = "freigegeben" if f.freigegeben else "noch nicht freigegeben"
    ausgabe.say(f"Beantwortet durch Vorlage {f.nummer or f.vorlage} ({stand})")
    for station in f.stationen:
        ausgabe.say(f"  {_station(station)}")
    if f.offen:
        ausgabe.say(f"  Noch zu beraten in: {', '.join(f.offen)}")


def _station(s: Antwortstation) -> str:
    return f"{s.gremium}, Sitzung {s.sitzung[:8]}: {s.wortlaut or 'noch ohne Ergebnis'}"
