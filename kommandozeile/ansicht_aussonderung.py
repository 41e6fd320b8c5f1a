"""A handing over as the command line shows it: what was offered, by ids only, how it was valued, and what proves the rest."""

from collections import Counter
from collections.abc import Sequence

from rich.table import Table

from kommandozeile import ausgabe
from schemas.aussonderung import Aussonderung
from schemas.befehl import Eintrag


def show(z: Aussonderung, eintraege: Sequence[Eintrag]) -> None:
    """Everything about the handing over but what every case has."""
    bewertet = Counter(a.bewertung.anzeige if a.bewertung else "noch nicht bewertet" for a in z.angebote)
    felder = {
        "ProzessID": z.id,
        "Stichtag": f"{z.stichtag:%d.%m.%Y}" if z.stichtag else "",
        "Bewertung": ", ".join(f"{anzahl} {was}" for was, anzahl in sorted(bewertet.items())),
        "Herkunft": z.herkunft or "",
        "Bewertungsverzeichnis": z.bewertungsverzeichnis.digest if z.bewertungsverzeichnis else "",
        "Container": z.container or "",
        "Bestätigung": z.bestaetigung.digest if z.bestaetigung else "",
        "Grund": z.grund or "",
    }
    ausgabe.fields("Aussonderung", {name: wert for name, wert in felder.items() if wert})
    tabelle = Table("Vorgang", "Art", "Abgeschlossen", "Aufbewahrt bis", "Bewertung")
    for a in z.angebote:
        wertung = a.bewertung.anzeige if a.bewertung else ""
        tabelle.add_row(a.vorgang, a.art, f"{a.geschlossen_am:%d.%m.%Y}", f"{a.aufbewahrt_bis:%d.%m.%Y}", wertung)
    ausgabe.table(tabelle)
