"""Who had which right on a given day: roles of each office with their commands, and who deputised for whom."""

import datetime as dt
from collections.abc import Iterator

from lifecycle.rechte import ERFASSEN_VERGANGENES, LESERECHTE, rights_of
from pruefung.bericht import Bericht, Spalte
from pruefung.fall import Stadt, Zeile
from schemas.akteur import Rolle
from schemas.regelwerk import Regelwerk, Stelle

UEBERALL = "in jedem Vorgang"


def _rows(stadt: Stadt) -> Iterator[Zeile]:
    tag = stadt.stichtag
    rw = stadt.rules(tag)
    stellen = [s for s in rw.stellen if s.bis is None or tag <= s.bis]
    for s in stellen:
        for rolle in s.rollen:
            yield from _role(rw, tag, rolle, s)
    genannt = {rolle for s in stellen for rolle in s.rollen}
    for rolle in Rolle:
        if rolle not in genannt and rolle is not Rolle.SYSTEM:
            yield from _role(rw, tag, rolle, None)
    yield from _deputies(rw, tag)


def _row(rw: Regelwerk, tag: dt.date, stelle: str | None, **werte: str | dt.date | None) -> Zeile:
    quelle = f"Regelwerk ab {rw.gueltig_ab:%d.%m.%Y} ({rw.stand.digest[:12]})"
    return Zeile({"tag": tag, "quelle": quelle, **werte}, stelle=stelle)


def _role(rw: Regelwerk, tag: dt.date, rolle: Rolle, s: Stelle | None) -> Iterator[Zeile]:
    name = s.am(tag).anzeige if s else "(an keine Stelle gebunden)"
    rechte = list(rights_of(rolle))
    if rolle in ERFASSEN_VERGANGENES:
        rechte.append(("Vergangenes erfassen", UEBERALL))
    if rolle in LESERECHTE:
        rechte.append(("Prüfberichte und Verlauf einsehen", LESERECHTE[rolle].anzeige))
    for recht, wo in rechte:
        yield _row(rw, tag, s.id if s else None, name=name, rolle=rolle.anzeige, recht=recht, wo=wo)


def _deputies(rw: Regelwerk, tag: dt.date) -> Iterator[Zeile]:
    if rw.vertretungen is None:
        yield _row(
            rw, tag, None, recht="Vertretung", wo="nicht hinterlegt: jede Vertretung in derselben Stelle und Rolle ist möglich"
        )
    for v in rw.vertretungen or ():
        if v.von <= tag <= v.bis:
            name = next((s.am(tag).anzeige for s in rw.stellen if s.id == v.stelle), v.stelle)
            yield _row(
                rw, tag, v.stelle, name=name, rolle=v.rolle.anzeige, recht="Vertretung",
                wo=f"vom {v.von:%d.%m.%Y} bis {v.bis:%d.%m.%Y}", person=v.person, fuer=v.fuer,
            )  # fmt: skip


RECHTE_AM = Bericht(
    kennung="rechte-am",
    titel="Rechte und Vertretungen",
    zweck="Wer an einem Tag welches Recht hatte und wer wen vertrat.",
    spalten=(
        Spalte("tag", "Tag", neutral=True, breite=12),
        Spalte("name", "Stelle", neutral=True, breite=32),
        Spalte("rolle", "Rolle", neutral=True, breite=20),
        Spalte("recht", "Recht", neutral=True, breite=30),
        Spalte("wo", "Wo", neutral=True, breite=45),
        Spalte("person", "Person (Kennung)", breite=18),
        Spalte("fuer", "In Vertretung für", breite=18),
        Spalte("quelle", "Quelle", neutral=True, breite=45),
    ),
    stadt=_rows,
)
