"""What an auditor asks, taken from a door: who asks decides how far they see; and what a report says of what it was made from."""

import datetime as dt

from lifecycle.ablehnung import Unbekannt, Unplausibel
from lifecycle.rechte import insight
from pruefung.durchgang import Anfrage
from register import Register
from register.durchsicht import Auswahl
from schemas.akteur import Akteur
from schemas.regelwerk import Regelwerke


def asked(
    regelwerke: Regelwerke,
    akteur: Akteur,
    kommune: str,
    heute: dt.date,
    *,
    von: dt.date | None = None,
    bis: dt.date | None = None,
    gremium: str | None = None,
    stelle: str | None = None,
    am: dt.date | None = None,
) -> Anfrage:
    """The question as the reports take it. Raises a refusal: who may not look learns nothing else. Days are of the town hall."""
    if von and bis and von > bis:
        raise Unplausibel(f"Der {von:%d.%m.%Y} liegt nach dem {bis:%d.%m.%Y}. Bitte „von“ und „bis“ prüfen.")
    rw = regelwerke.am(kommune, heute)
    if rw is None:
        raise Unbekannt(f"Für „{kommune}“ ist kein Regelwerk in Kraft. „laufmappe regelwerk list“ zeigt, was vorliegt.")
    return Anfrage(kommune, insight(akteur, rw, heute), am or bis or heute, von, bis, gremium, stelle)


async def described(register: Register, a: Anfrage) -> dict[str, str]:
    """What a file was made from."""
    _, eintraege = await register.log_extent(Auswahl(a.kommune))
    zeit = " ".join(f"{wort} {tag:%d.%m.%Y}" for wort, tag in (("ab", a.von), ("bis", a.bis)) if tag) or "ohne Grenze"
    return {
        "Kommune": a.kommune,
        "Zeitraum": zeit,
        "Gremium": a.gremium or "alle",
        "Stelle": a.stelle or "alle",
        "Stichtag": f"{a.stichtag:%d.%m.%Y}",
        "Einblick": a.einblick.anzeige,
        "Stand": f"{eintraege} Einträge im Verlauf der Kommune",
    }
