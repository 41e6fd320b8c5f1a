"""One case as the command line shows it: Grunddaten, agenda, stations, task, text with its changes."""

from collections.abc import Callable, Iterator
from typing import Any

from rich.table import Table

from archive.ablage import Ablage
from kommandozeile import ausgabe
from lifecycle import grunddaten
from lifecycle.ablehnung import Unbekannt
from lifecycle.auftrag.faelligkeit import due_text
from lifecycle.fristen import told as deadline
from lifecycle.lage import situation
from lifecycle.nennen import outcome
from lifecycle.sitzung.einberufung import invited_in_time, paper_in_time
from lifecycle.unterschied import difference
from schemas.auftrag import Auftrag
from schemas.beratung import Beschluss
from schemas.sitzung import Sitzung, Top
from schemas.vorlage import Aenderung, Vorlage
from schemas.zustand import Lauf, Zustand


def case(workflow: str, z: Zustand | None, paket: str | None, json_: bool) -> None:
    """One case: what it is and where it stands. Raises Unbekannt if the register does not have it."""
    z = _known(z)
    if json_:
        daten, top = (grunddaten.of_paper(z), grunddaten.of_item(z)) if isinstance(z, Vorlage) else ({}, {})
        ausgabe.as_json({"vorgang": workflow, "grunddaten": daten, "top": top, "paket": paket, "zustand": z})
        return
    ausgabe.say(situation(Lauf[Any](zustand=z)))
    ANSICHTEN[type(z)](z)
    for frist in z.fristen:
        ausgabe.say(f"Frist: {deadline(frist)} [{frist.id}]")
    for abweichung in z.abweichungen:
        ausgabe.say(f"Abweichung (Eintrag {abweichung.seq}): {abweichung.regel}. {abweichung.grund or ''}".rstrip())
    for b in z.berichtigungen:
        ausgabe.say(f"Berichtigung (Eintrag {b.seq} zu Eintrag {b.zu_seq}): {b.richtig} ({b.grund})")
    for hinweis in z.hinweise:
        ausgabe.say(f"Hinweis: {hinweis}")
    if paket:
        ausgabe.say(f"Aufbewahrungspaket: {paket}")


def _known(z: Zustand | None) -> Zustand:
    if z is None:
        raise Unbekannt("Diesen Vorgang kennt das Register nicht. Bitte die Nummer oder Kennung prüfen.")
    return z


def _paper(z: Vorlage) -> None:
    for titel, felder in (("Vorlage", grunddaten.of_paper(z)), ("Tagesordnungspunkt", grunddaten.of_item(z))):
        if felder:
            ausgabe.fields(titel, felder)
    if z.fassungen and z.fassung.plaetze:
        weg = Table("Schritt", "Stelle", "Rolle", "Antwort", title="Laufweg", title_justify="left")
        for p in z.fassung.plaetze:
            antwort = p.antwort.art.value.replace("_", " ") if p.antwort else "offen"
            weg.add_row(str(p.schritt), p.stelle.anzeige, p.rolle.anzeige, antwort)
        ausgabe.table(weg)
    if z.beratungen:
        folge = Table("Nr.", "Gremium", "Rolle", "Status", title="Beratungsfolge", title_justify="left")
        for b in z.beratungen:
            folge.add_row(str(b.nr), b.gremium.anzeige, b.rolle or "nicht hinterlegt", b.status.value)
        ausgabe.table(folge)


def _meeting(z: Sitzung) -> None:
    wo = ", ".join(teil for teil in (z.raum, z.ort) if teil)
    felder = {
        "Gremium": z.gremium.anzeige if z.gremium else "",
        "Beginn": ausgabe.moment(z.beginn) if z.beginn else "",
        "Ort": wo or "nicht hinterlegt",
        "Status": f"{z.oeffentlichkeit.value} (Sitzung {z.stufe.anzeige})",
    }
    ausgabe.fields("Sitzung", felder)
    tagesordnung = Table("Kennung", "TOP", "Betreff", "Status", "Ergebnis", title="Tagesordnung", title_justify="left")
    for top in z.tops:
        tagesordnung.add_row(str(top.id), top.nummer, _item_title(z, top), top.status.value, "\n".join(_outcomes(top)))
    if z.tops:
        ausgabe.table(tagesordnung)
    _provided(z)
    for anmeldung in z.anmeldungen:
        ausgabe.say(f"Angemeldet: Vorlage {anmeldung.vorlage}")
    for bitte in z.ruecknahmebitten:
        ausgabe.say(f"Um Rücknahme gebeten: Vorlage {bitte.vorlage}: {bitte.grund}")


def _provided(z: Sitzung) -> None:
    """The two facts: invited in time, and each paper in time; and how the agenda was made public."""
    worte = {True: "rechtzeitig", False: "nicht rechtzeitig", None: "keine Frist hinterlegt"}
    if z.eingeladen_am:
        ausgabe.say(f"Einladung: {ausgabe.moment(z.eingeladen_am)}, {worte[invited_in_time(z)]}")
        for v in z.vorlagen:
            ausgabe.say(f"Vorlage {v.nummer or v.vorlage}: {worte[paper_in_time(z, v.vorlage)]}")
    for t in z.tagesordnungen:
        ausgabe.say(f"Tagesordnung, {t.nr}. Fassung: {t.art.value}, {ausgabe.moment(t.am)}")
    for b in z.bekanntmachungen:
        ausgabe.say(f"Bekannt gemacht: {ausgabe.moment(b.am)}, {b.wo} {b.nachweis or ''}".rstrip())


def _item_title(z: Sitzung, top: Top) -> str:
    nummern = [v.nummer for v in z.vorlagen if v.nummer and any(tv.vorlage == v.vorlage for tv in top.vorlagen)]
    return f"{top.titel} ({', '.join(nummern)})" if nummern else top.titel


def _outcomes(top: Top) -> Iterator[str]:
    alle: tuple[Beschluss | None, ...] = (top.beschluss, *(tv.beschluss for tv in top.vorlagen))
    for beschluss in alle:
        if beschluss:
            yield outcome(beschluss) + (" [noch nicht eingeordnet]" if beschluss.einordnung_offen else "")


def _task(z: Auftrag) -> None:
    a = z.angaben
    if a is None:
        return
    felder = {
        "Verlangt": a.verlangt,
        "Von": a.von,
        "Grundlage": a.grundlage.anzeige,
        "Stelle": a.stelle.anzeige if a.stelle else "noch nicht zugewiesen",
        "Fällig": due_text(a.faellig),
        "Unter Einbeziehung": ", ".join(g.anzeige for g in a.unter_einbeziehung),
        "Ferner": "; ".join(a.ferner),
        "Grund": z.grund or "",
    }
    ausgabe.fields("Auftrag", {name: wert for name, wert in felder.items() if wert})
    for bericht in z.berichte:
        ausgabe.say(f"  {ausgabe.moment(bericht.am)}: {bericht.text}")


ANSICHTEN: dict[type[Zustand], Callable[[Any], None]] = {Vorlage: _paper, Sitzung: _meeting, Auftrag: _task}


# --- the text of a paper ------------------------------------------------------------------------------------------------


def text(z: Zustand | None, ablage: Ablage, json_: bool) -> None:
    """The newest version's sections, and every change with its difference. Raises Unbekannt, DokumentFehlt."""
    z = _known(z)
    assert isinstance(z, Vorlage)  # the door asks for a paper
    abschnitte = {a.name: ablage.get(a.digest).decode() for a in z.fassung.abschnitte}
    aenderungen = [_change(a, ablage) for fassung in z.fassungen for a in fassung.aenderungen]
    if json_:
        ausgabe.as_json({"fassung": z.fassung.nr, "abschnitte": abschnitte, "aenderungen": aenderungen})
        return
    for name, inhalt in abschnitte.items():
        ausgabe.say(f"{name}\n{inhalt.rstrip()}\n")
    for aenderung in aenderungen:
        ausgabe.say(f"Eintrag {aenderung['seq']}, {aenderung['art']} geändert: {aenderung['teil']} ({aenderung['grund']})")
        for zeile in aenderung["unterschied"]:
            ausgabe.say(f"  {zeile}")


def _change(a: Aenderung, ablage: Ablage) -> dict[str, Any]:
    lesbar = a.teil.startswith("Abschnitt ")
    vorher, nachher = ((ablage.get(d).decode() if d and lesbar else "") for d in (a.vorher, a.nachher))
    return {
        "seq": a.seq,
        "teil": a.teil,
        "art": "redaktionell" if a.redaktionell else "inhaltlich",
        "grund": a.grund,
        "unterschied": list(difference(vorher, nachher)) if lesbar else ["andere Datei"],
    }
