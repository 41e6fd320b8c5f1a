"""HistorienProtokollInformation from the entries: who did what and when, in the sentences that the house uses itself."""

import datetime as dt
from collections.abc import Callable

from aussonderung.begriffe import Schritt
from beweis.kopf import Inhalt, Kopf, restore
from lifecycle.ablehnung import Ablehnung
from lifecycle.erzaehlung import actor, phrase
from lifecycle.kern import BERLIN
from lifecycle.kerne import kern_of
from schemas.akteur import Rolle

GELOESCHT = "(Inhalt gelöscht)"
Benennung = Callable[[str, dt.datetime], str]
"""An office's name on a day, for its id."""


def steps(verlauf: tuple[tuple[Kopf, Inhalt], ...], nenne: Benennung) -> tuple[Schritt, ...]:
    """One step for each entry, in their order."""
    return tuple(_step(kopf, inhalt, nenne) for kopf, inhalt in verlauf)


def _step(kopf: Kopf, inhalt: Inhalt, nenne: Benennung) -> Schritt:
    eintrag = restore(kopf, inhalt)
    wer = f"{Rolle(kopf.rolle).anzeige} {nenne(kopf.stelle, eintrag.zeit)}"
    was = f"{kopf.art.replace('_', ' ')} {GELOESCHT}"
    bemerkung = None
    if kopf.felder.keys() <= inhalt.felder.keys():
        try:
            befehl = kern_of(kopf.workflow).parse(eintrag.befehl)
        except Ablehnung:  # what a later release cannot read any more is still named
            was = kopf.art.replace("_", " ")
        else:
            wer, was = actor(befehl, lambda stelle: nenne(stelle, eintrag.zeit)), phrase(befehl)
            teile = [
                f"nacherfasst, geschehen am {befehl.geschehen.astimezone(BERLIN):%d.%m.%Y}" if befehl.geschehen else None,
                f"Abweichung, Begründung: {befehl.abweichung}" if befehl.abweichung else None,
            ]
            bemerkung = "; ".join(t for t in teile if t) or None
    return Schritt(akteur=wer, zeit=eintrag.zeit, aktion=was, bemerkung=bemerkung)
