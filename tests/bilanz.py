"""The books of a town, drawn from its entries alone: no deadline is lost, none rings twice, nothing hangs where nobody looks.

For the year in memory and for the months on the time-skipping server alike.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from lifecycle.fristen import find, original_day, running
from lifecycle.kern import fold
from lifecycle.kerne import kern_of
from schemas.befehl import Eintrag
from schemas.frist import Fristausgang

GEKLINGELT = (Fristausgang.VERSAEUMT, Fristausgang.ABGELAUFEN)


def rings(eintraege: Sequence[Eintrag], art: str) -> Counter[tuple[str, str]]:
    """How often the engine said that of each deadline, by its id and the moment for which it was said."""
    schluessel = (str(e.befehl["schluessel"]) for e in eintraege if e.befehl["art"] == art)
    teile = (s.removeprefix(f"{art}/").rsplit("/", 2) for s in schluessel)
    return Counter((frist, moment) for frist, moment, _ in teile)


def audited(w: str, eintraege: Sequence[Eintrag], jetzt: dt.datetime) -> Any:
    """The state that the entries yield, once every deadline that ever was has been looked at. Raises AssertionError."""
    kern = kern_of(w)
    z = kern.empty(w)
    for eintrag in eintraege:
        neu = fold(kern, z, eintrag)
        assert len(neu.fristen) >= len(z.fristen), (w, eintrag.seq, "eine Frist ist verschwunden")
        for vorher, nachher in zip(z.fristen, neu.fristen, strict=False):
            assert nachher.id == vorher.id, (w, eintrag.seq, "Fristen sind vertauscht")
            assert vorher.ausgang in (None, nachher.ausgang), (w, eintrag.seq, vorher.id, "ein zweiter Ausgang")
            assert original_day(nachher) == original_day(vorher), (w, eintrag.seq, vorher.id, "eine andere an ihrer Stelle")
        z = neu
    _expired_once(w, eintraege, z)
    _reminded_once(w, eintraege, z)
    mahnungen = rings(eintraege, "frist_gemahnt")
    assert set(mahnungen.values()) <= {1}, (w, mahnungen)
    for frist in running(z):
        assert frist.faellig > jetzt and not kern.closed(z), (w, frist.id, "läuft und hätte enden müssen")
    return z


def _expired_once(w: str, eintraege: Sequence[Eintrag], z: Any) -> None:
    """An entry for each deadline that ran out, and no other."""
    soll = Counter((f.id, f.faellig.isoformat()) for f in z.fristen if f.ausgang in GEKLINGELT)
    ist = rings(eintraege, "frist_abgelaufen")
    assert ist == soll, (w, "zu viel", ist - soll, "zu wenig", soll - ist)
    zeiten = {(str(e.befehl["frist"]), e.zeit) for e in eintraege if e.befehl["art"] == "frist_abgelaufen"}
    for f in z.fristen:
        if f.ausgang in GEKLINGELT:  # the server's clock is cut to milliseconds
            assert any(i == f.id and zeit - f.faellig >= dt.timedelta(milliseconds=-1) for i, zeit in zeiten), (
                w,
                f.id,
                "zu früh",
            )


def _reminded_once(w: str, eintraege: Sequence[Eintrag], z: Any) -> None:
    erinnert = rings(eintraege, "frist_erinnert")
    assert set(erinnert.values()) <= {1}, (w, erinnert)
    for f in z.fristen:
        faellig_gewesen = f.erinnern and f.erinnern < f.faellig and f.ausgang_am and f.erinnern < f.ausgang_am
        assert not faellig_gewesen or f.erinnert, (w, f.id, "nicht erinnert")
        assert not f.erinnert or erinnert[f.id, f.erinnern.isoformat()] == 1, (w, f.id)


def waits_for(z: Any, staende: Mapping[str, Any]) -> str | None:
    """What brings an open task on, in a word: somebody must see it again. None: nothing does, it hangs."""
    if kern_of("auftrag/-/-").closed(z):
        return "beendet"
    if z.stufe == "erledigt_gemeldet":
        return "Bestätigung"
    frist, faellig = find(z, "faelligkeit"), z.angaben.faellig
    if frist and frist.ausgang is None:
        return "läuft"
    if frist and frist.ausgang == "versaeumt":
        return "versäumt"
    if faellig is None:
        return "ohne Termin"
    kalender = staende.get(f"gremium/{z.kommune}/{faellig.gremium.id}") if faellig.gremium else None
    wartet = next((w for w in kalender.wartende if w.auftrag == z.id), None) if kalender else None
    if wartet and wartet.gesagt is None and z.termin is None:
        return "noch keine Sitzung"
    if wartet and frist and frist.ausgang == "eingehalten" and faellig.art == "jede_sitzung":
        return "berichtet"
    if wartet and frist and frist.ausgang == "eingehalten" and any(f.freigegeben and f.offen for f in z.folgevorlagen):
        return "Antwort eingebracht"
    return None


def stands_at(z: Any) -> str | None:
    """Where a paper has come to, in a word; None: nowhere that anybody would look."""
    if z.stufe == "abgeschlossen":
        ergebnisse = [t for b in z.beratungen for t in b.behandlungen if t.beschluss]
        return "abgeschlossen" if ergebnisse and all(b.status in ("erledigt", "entfallen") for b in z.beratungen) else None
    if z.stufe in ("zurueckgezogen", "entwurf"):
        return str(z.stufe.value)
    if z.stufe == "im_laufweg":  # it is somebody's turn with a deadline, or everybody has answered or let theirs pass
        return "im Laufweg" if any(running(z)) or all(p.antwort for p in z.fassung.plaetze) else None
    offene = [b for b in z.beratungen if b.status in ("offen", "geplant")]
    return f"offen in {offene[0].gremium.id}" if offene and z.stufe in ("freigegeben", "in_beratung") else None
