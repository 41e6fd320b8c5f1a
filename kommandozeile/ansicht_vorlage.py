"""A paper as the command line shows it: Grunddaten, who has signed and what they remarked, its stations and what came of them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from kommandozeile import ausgabe
from kommandozeile.ansicht_sitzung import result
from lifecycle import grunddaten
from lifecycle.vorlage.antrag import parts_of
from lifecycle.vorlage.verknuepfung import answered, counterparts, stated
from schemas.akteur import Akteur
from schemas.befehl import Eintrag
from schemas.vorlage import Antwortart, Beratung, Fassung, Platz, Vorlage

ANTWORTEN = {Antwortart.ZURUECKGEGEBEN: "zurückgegeben", Antwortart.NICHT_GEAEUSSERT: "nicht geäußert (Frist abgelaufen)"}
"""Words that the value does not give."""


def show(z: Vorlage, eintraege: Sequence[Eintrag]) -> None:
    """Everything about the paper but what every case has."""
    for titel, felder in (("Vorlage", grunddaten.of_paper(z)), ("Tagesordnungspunkt", grunddaten.of_item(z))):
        if felder:
            ausgabe.fields(titel, felder)
    for alt in earlier_subjects(eintraege):
        ausgabe.say(f"Betreff bis {ausgabe.moment(alt.bis)} (geändert mit Eintrag {alt.seq}): {alt.betreff}")
    if z.eingang:
        ausgabe.fields("Eingang", dict(parts_of(z.eingang)))
    _links(z)
    for fassung in z.fassungen:
        _path(fassung, len(z.fassungen) > 1)
    if z.beratungen:
        folge = Table("Nr.", "Gremium", "Rolle", "Stand", "Ergebnisse", title="Beratungsfolge", title_justify="left")
        for b in z.beratungen:
            folge.add_row(str(b.nr), b.gremium.anzeige, b.rolle or "nicht hinterlegt", _state(b), "\n".join(_outcomes(b)))
        ausgabe.table(folge)
    if z.ruecknahme_erbeten:
        ausgabe.say(f"Um Rücknahme ist gebeten; der Sitzungsdienst hat noch nicht entschieden: {z.ruecknahme_erbeten}")


def _links(z: Vorlage) -> None:
    for v in stated(z):
        name = f"{v.ziel.name} {v.ziel.nummer or v.vorlage}" if v.ziel else f"Vorlage {v.vorlage}"
        ausgabe.say(f"{_upper(v.als.anzeige)}: {name}")
    for g in counterparts(z, ()):
        wie = ", ".join(als.gegenteil for als in g.als)
        ausgabe.say(
            f"{_upper(wie)}: {g.name} {g.nummer or g.vorlage}" + ("" if g.herausgegeben_am else " (noch nicht freigegeben)")
        )
    if z.eingang:
        ausgabe.say("Beantwortet: " + ("ja" if answered(z.gegenstuecke) else "nein"))


def _upper(wort: str) -> str:
    return wort[:1].upper() + wort[1:]


# --- the signing path ---------------------------------------------------------------------------------------------------


def _path(fassung: Fassung, mehrere: bool) -> None:
    welche = f", {fassung.nr}. Fassung" if mehrere else ""
    for titel, plaetze in ((f"Laufweg{welche}", fassung.plaetze), (f"Frühere Antworten{welche} (verfallen)", fassung.frueher)):
        if plaetze:
            ausgabe.table(_places(titel, plaetze))
    for was, wer in (("Freigegeben", fassung.freigabe), ("Formal angenommen", fassung.formal_angenommen)):
        if wer:
            ausgabe.say(f"{was}{welche}: {ausgabe.moment(wer.am)}{deputy(wer.akteur)}")


def _places(titel: str, plaetze: Sequence[Platz]) -> Table:
    tabelle = Table("Schritt", "Stelle", "Rolle", "Antwort", "Bemerkung", title=titel, title_justify="left")
    for p in plaetze:
        bemerkung = p.antwort.bemerkung if p.antwort and p.antwort.bemerkung else ""
        tabelle.add_row(str(p.schritt), p.stelle.anzeige, p.rolle.anzeige, _answer(p), bemerkung)
    return tabelle


def _answer(p: Platz) -> str:
    if p.antwort is None:
        return "offen"
    a = p.antwort
    return f"{ANTWORTEN.get(a.art, a.art.value.replace('_', ' '))}, {ausgabe.moment(a.am)}{deputy(a.akteur)}"


def deputy(a: Akteur) -> str:
    """Who acted for whom; nothing for who acted in person."""
    return f" ({a.person} in Vertretung für {a.fuer})" if a.fuer else ""


# --- the stations -------------------------------------------------------------------------------------------------------


def _state(b: Beratung) -> str:
    teile = [b.status.value, *([f"angemeldet für Sitzung {b.angemeldet[:8]}"] if b.angemeldet else [])]
    return ", ".join(teile) + (f": {b.grund}" if b.grund else "")


def _outcomes(b: Beratung) -> Iterator[str]:
    for t in b.behandlungen:
        wann = f"{ausgabe.moment(t.beginn)}, TOP {t.nummer}"
        yield f"{wann}: {result(t.beschluss)}" if t.beschluss else f"{wann}: {t.status.value}"


# --- earlier subjects ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Betreff:
    """A subject that the paper had, until when, and the entry that changed it."""

    betreff: str
    seq: int
    bis: dt.datetime

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"betreff": self.betreff, "seq": self.seq, "bis": self.bis.isoformat()}


def earlier_subjects(eintraege: Sequence[Eintrag]) -> Iterator[Betreff]:
    """Subjects that the paper had before: the state knows only today's, the entries know them all."""
    jetzt: str | None = None
    for e in eintraege:
        neu = e.befehl.get("betreff")
        if isinstance(neu, str) and jetzt is not None and neu != jetzt:
            geschehen = e.befehl.get("geschehen")
            yield Betreff(jetzt, e.seq, dt.datetime.fromisoformat(str(geschehen)) if geschehen else e.zeit)
        jetzt = neu if isinstance(neu, str) else jetzt
