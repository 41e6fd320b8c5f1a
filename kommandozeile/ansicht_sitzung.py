"""A meeting as the command line shows it: its agenda with families and outcomes, what is asked of it, what went out in time."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from kommandozeile import ausgabe
from lifecycle.nennen import outcome
from lifecycle.sitzung.einberufung import invited_in_time, paper_in_time
from lifecycle.sitzung.nummerierung import in_order
from lifecycle.sitzung.tagesordnung import copy_of
from schemas.befehl import Eintrag
from schemas.beratung import Beschluss, Vollzug
from schemas.sitzung import Anmeldung, Lieferung, Sitzung, Top

RECHTZEITIG = {True: "rechtzeitig", False: "nicht rechtzeitig", None: "keine Frist hinterlegt"}
LIEFERUNG = {Lieferung.NACHTRAG: " (Nachtrag)", Lieferung.TISCHVORLAGE: " (Tischvorlage)"}
STATUS = {"zurueckgezogen": "zurückgezogen"}


def show(z: Sitzung, eintraege: Sequence[Eintrag]) -> None:
    """Everything about the meeting but what every case has."""
    wo = ", ".join(teil for teil in (z.raum, z.ort) if teil)
    felder = {
        "Gremium": ", ".join(g.anzeige for g in (z.gremium, *z.weitere_gremien) if g),
        "Beginn": ausgabe.moment(z.beginn) if z.beginn else "",
        "Ort": wo or "nicht hinterlegt",
        "Status": f"{z.oeffentlichkeit.value} (Sitzung {z.stufe.anzeige})",
    }
    ausgabe.fields("Sitzung", felder)
    if z.tops:
        ausgabe.table(_agenda(z))
    _provided(z)
    _asked(z)
    for u in z.unterschriften:
        ausgabe.say(f"Niederschrift unterzeichnet: {u.rolle.anzeige}, {ausgabe.moment(u.am)}")
    if z.verlegt_auf:
        ausgabe.say(f"Offene Punkte gingen über an: Sitzung {z.verlegt_auf}")


# --- the agenda ---------------------------------------------------------------------------------------------------------


def _agenda(z: Sitzung) -> Table:
    tabelle = Table("Kennung", "TOP", "Betreff", "Status", "Ergebnis", title="Tagesordnung", title_justify="left")
    nummern = {t.id: t.nummer for t in z.tops}
    for top in in_order(z.tops):
        titel = _item_title(z, top) + (f"; gemeinsam mit {nummern.get(top.verbunden_mit)}" if top.verbunden_mit else "")
        status = STATUS.get(top.status.value, top.status.value)
        tabelle.add_row(str(top.id), "  " * _depth(z, top) + top.nummer, titel, status, "\n".join(_outcomes(top)))
    return tabelle


def _depth(z: Sitzung, top: Top) -> int:
    """How many items it is part of."""
    oben = next((t for t in z.tops if t.id == top.unter), None)
    return _depth(z, oben) + 1 if oben else 0


def _item_title(z: Sitzung, top: Top) -> str:
    nummern = [v.nummer for v in z.vorlagen if v.nummer and any(tv.vorlage == v.vorlage for tv in top.vorlagen)]
    return f"{top.titel} ({', '.join(nummern)})" if nummern else top.titel


def _outcomes(top: Top) -> Iterator[str]:
    alle: tuple[Beschluss | None, ...] = (top.beschluss, *(tv.beschluss for tv in top.vorlagen))
    yield from (result(beschluss) for beschluss in alle if beschluss)


def result(b: Beschluss) -> str:
    """An outcome to the letter, and whether it is carried out."""
    vermerke = {
        "noch nicht eingeordnet": b.einordnung_offen,
        f"Vollzug ausgesetzt: {b.vollzug_grund}": b.vollzug is Vollzug.AUSGESETZT,
        f"aufgehoben{_by(b)}: {b.vollzug_grund}": b.vollzug is Vollzug.AUFGEHOBEN,
    }
    return outcome(b) + "".join(f" [{vermerk}]" for vermerk, ist in vermerke.items() if ist)


def _by(b: Beschluss) -> str:
    sitzung, strich, nummer = (b.aufgehoben_durch or "").partition("/")
    return f" durch TOP {nummer} der Sitzung {sitzung[:8]}" if strich else ""


# --- what went out ------------------------------------------------------------------------------------------------------


def _provided(z: Sitzung) -> None:
    """The two facts: invited in time, and each paper in time; and how the agenda was made public."""
    if z.eingeladen_am:
        ausgabe.say(f"Einladung: {ausgabe.moment(z.eingeladen_am)}, {RECHTZEITIG[invited_in_time(z)]}")
        wie = {tv.vorlage: tv.lieferung for top in z.tops for tv in top.vorlagen}
        for vorlage, lieferung in wie.items():
            ausgabe.say(
                f"Unterlagen, {paper(z, vorlage)}: {RECHTZEITIG[paper_in_time(z, vorlage)]}{LIEFERUNG.get(lieferung, '')}"
            )
    for t in z.tagesordnungen:
        ausgabe.say(f"Tagesordnung, {t.nr}. Fassung: {t.art.value}, {ausgabe.moment(t.am)}")
    for b in z.bekanntmachungen:
        ausgabe.say(f"Bekannt gemacht: {ausgabe.moment(b.am)}, {b.wo} {b.nachweis or ''}".rstrip())


# --- what is asked of it ------------------------------------------------------------------------------------------------


def _asked(z: Sitzung) -> None:
    """Requests that wait for the secretariat, and those that it declined."""
    for anmeldung in z.anmeldungen:
        ausgabe.say(f"Angemeldet, noch zu entscheiden: {paper(z, anmeldung.vorlage)}{_request(anmeldung)}")
    for bitte in z.ruecknahmebitten:
        ausgabe.say(f"Um Rücknahme gebeten, noch zu entscheiden: {paper(z, bitte.vorlage)}: {bitte.grund}")
    for absage in z.abgelehnt:
        was = "Rücknahme" if absage.ruecknahme else "Anmeldung"
        ausgabe.say(f"{was} abgelehnt: {paper(z, absage.vorlage)}: {absage.grund}")


def _request(a: Anmeldung) -> str:
    teile = (
        f"Station {a.beratung}" if a.beratung else "",
        "" if a.oeffentlich else "nichtöffentlich",
        f"seit {ausgabe.moment(a.am)}" if a.am else "",
    )
    return f" ({', '.join(teil for teil in teile if teil)})" if any(teile) else ""


def paper(z: Sitzung, vorlage: str) -> str:
    """A paper by number and subject, as the meeting knows it."""
    kopie = copy_of(z, vorlage)
    return f"Vorlage {kopie.nummer or 'ohne Nummer'}, {kopie.betreff}" if kopie else f"Vorlage {vorlage[:8]}"
