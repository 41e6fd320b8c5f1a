"""Resolutions and tasks that have not been carried out, and why, as far as anybody said."""

from collections.abc import Iterator

from lifecycle.auftrag.faelligkeit import due_text
from pruefung.bericht import Bericht, Spalte
from pruefung.einsicht import public_item
from pruefung.fall import Fall, Wert, Zeile
from schemas.auftrag import Auftrag, Stufe
from schemas.beratung import Vollzug
from schemas.frist import Fristausgang
from schemas.sitzung import Sitzung

VOLLZUG = ("vollzug_aussetzen", "beschluss_aufheben")
BEGRUENDET = ("nicht_ausfuehren", "aufheben", "ablehnen", "aussetzen")


def _task(fall: Fall, z: Auftrag) -> Iterator[Zeile]:
    a = z.angaben
    if a is None or z.stufe is Stufe.ERLEDIGT:
        return
    frist = next((f for f in reversed(z.fristen) if f.ausgang is not Fristausgang.ENTFALLEN and not f.termin), None)
    v = fall.last(*BEGRUENDET, "berichten")
    werte: dict[str, Wert] = {
        "grundlage": a.grundlage.anzeige,
        "stand": z.stufe.anzeige,
        "faellig": due_text(a.faellig),
        "tage": max(0, fall.days_since(frist.letzter_tag)) if frist else None,
        "grund": (v.text("grund") or v.text("text")) if v else None,
    }
    stelle = a.stelle.id if a.stelle else None
    yield Zeile(werte, am=z.seit or z.begonnen, eintrag=v.seq if v else 1, stelle=stelle, oeffentlich=a.oeffentlich)


def _meeting(fall: Fall, z: Sitzung) -> Iterator[Zeile]:
    for top in z.tops:
        for vorlage, b in ((None, top.beschluss), *((tv.vorlage, tv.beschluss) for tv in top.vorlagen)):
            if b is None or b.vollzug is Vollzug.VOLLZIEHBAR:
                continue
            v = next((v for v in reversed(fall.verlauf) if v.art in VOLLZUG and v.get("top") == top.id), None)
            if v and v.get("vorlage") in (None, vorlage):
                stand = f"Vollzug {b.vollzug.value}"
                grund = f"TOP {top.nummer}, {b.wortlaut}: {v.text('grund')}"
                yield fall.row(v, oeffentlich=public_item(z, top.id), grundlage="Beschluss", stand=stand, grund=grund)


UNERLEDIGT = Bericht(
    kennung="unerledigt",
    titel="Nicht Ausgeführtes",
    zweck="Aufträge, die offen oder nicht ausgeführt sind, und Beschlüsse, deren Vollzug ausgesetzt oder aufgehoben ist.",
    spalten=(
        Spalte("grundlage", "Grundlage", neutral=True, breite=13),
        Spalte("stand", "Stand", neutral=True, breite=22),
        Spalte("faellig", "Fällig", neutral=True, breite=30),
        Spalte("tage", "Tage über die Frist", neutral=True, breite=12),
        Spalte("grund", "Grund oder letzter Bericht", breite=60),
    ),
    je_fall={Auftrag: _task, Sitzung: _meeting},
)
