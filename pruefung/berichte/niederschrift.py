"""Outcomes against the signed minutes: what is missing there, what was changed afterwards, and minutes that nobody has signed."""

from collections.abc import Iterator

from lifecycle.sitzung.niederschrift import signed
from pruefung.bericht import Bericht, Spalte
from pruefung.einsicht import public_entry, public_item
from pruefung.fall import Fall, Zeile
from schemas.beratung import Beschluss, TopStatus
from schemas.sitzung import Sitzung, Stufe, Top

DANACH = frozenset({Stufe.GESCHLOSSEN, Stufe.ABGESCHLOSSEN})
ERGEBNISSE = ("ergebnis", "ergebnis_berichtigen", "einordnen", "beschluss_aufheben")


def _rows(fall: Fall, z: Sitzung) -> Iterator[Zeile]:
    if z.stufe in DANACH:
        yield from _minutes(fall, z)
        for top in z.tops:
            yield from _item(fall, z, top)
    yield from _changed(fall, z)


def _finding(fall: Fall, z: Sitzung, sachverhalt: str, top: Top | None = None, ergebnis: str | None = None) -> Zeile:
    oeffentlich = public_item(z, top.id) if top else True
    werte = {"top": top.nummer if top else None, "sachverhalt": sachverhalt, "ergebnis": ergebnis}
    zu = fall.last("schliessen")
    return Zeile(werte, am=z.beginn, eintrag=zu.seq if zu else None, stelle=zu.stelle if zu else None, oeffentlich=oeffentlich)


def _minutes(fall: Fall, z: Sitzung) -> Iterator[Zeile]:
    if not any(not teil.internet for teil in z.niederschrift):
        yield _finding(fall, z, "es gibt keine Niederschrift")
    if not z.unterzeichnende:
        yield _finding(fall, z, "wer unterzeichnet, ist nicht hinterlegt")
    elif not signed(z):
        fehlt = ", ".join(r.anzeige for r in z.unterzeichnende if r not in {u.rolle for u in z.unterschriften})
        yield _finding(fall, z, f"die Niederschrift ist nicht unterzeichnet von: {fehlt}")


def _item(fall: Fall, z: Sitzung, top: Top) -> Iterator[Zeile]:
    ergebnisse: list[Beschluss] = [b for b in (top.beschluss, *(tv.beschluss for tv in top.vorlagen)) if b]
    wortlaut = "; ".join(b.wortlaut for b in ergebnisse)
    erfasst = {teil.top for teil in z.niederschrift if not teil.internet}
    if ergebnisse and erfasst and not erfasst & {None, top.id}:
        yield _finding(fall, z, "Ergebnis ohne Teil der Niederschrift", top, wortlaut)
    if top.status is TopStatus.OFFEN and not top.standard:
        yield _finding(fall, z, "stand auf der Tagesordnung, kein Ergebnis festgehalten", top)
    if any(b.einordnung_offen for b in ergebnisse):
        yield _finding(fall, z, "der Wortlaut ist nicht eingeordnet", top, wortlaut)


def _changed(fall: Fall, z: Sitzung) -> Iterator[Zeile]:
    """What was recorded about outcomes after the first signature: the signed minutes say something else, or nothing, of it."""
    unterschrift = next(fall.of("niederschrift_unterzeichnen"), None)
    for v in fall.of(*ERGEBNISSE) if unterschrift else ():
        if unterschrift and v.seq > unterschrift.seq:
            nr = v.get("top")
            top = next((t.nummer for t in z.tops if t.id == nr), None)
            sachverhalt = f"nach der Unterschrift (Eintrag {unterschrift.seq}) geändert: {v.art}"
            ergebnis = ", ".join(t for t in (v.text("wortlaut"), v.text("grund")) if t) or None
            yield fall.row(v, oeffentlich=public_entry(z, v), top=top, sachverhalt=sachverhalt, ergebnis=ergebnis)


NIEDERSCHRIFT = Bericht(
    kennung="niederschrift",
    titel="Ergebnis und Niederschrift",
    zweck="Ergebnisse, die in der Niederschrift fehlen oder nach der Unterschrift geändert sind; Niederschriften ohne Unterschrift.",
    spalten=(
        Spalte("top", "TOP", neutral=True, breite=8),
        Spalte("sachverhalt", "Sachverhalt", neutral=True, breite=60),
        Spalte("ergebnis", "Ergebnis und Grund", breite=45),
    ),
    je_fall={Sitzung: _rows},
)
