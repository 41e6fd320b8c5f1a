"""Papers with financial effects that were released without the office that the Regelwerk asks for (the Kämmerei).

Which office that is and when it must sign is a place of the Laufweg with a condition ("finanzielle_auswirkungen"); what is
financial goes by that word, in the paper's facts as in the names of its sections.
"""

import datetime as dt
from collections.abc import Iterator

from lifecycle.ablehnung import Unbekannt
from lifecycle.fristen import day
from lifecycle.vorlage.laufweg import compulsory
from pruefung.bericht import Bericht, Spalte
from pruefung.fall import Fall, Zeile
from schemas.vorlage import Antwortart, Fassung, Platz, Stufe, Vorlage

FINANZEN = "finanz"
"""How facts and sections on money begin, in every town known so far."""
GEZEICHNET = frozenset({Antwortart.MITGEZEICHNET, Antwortart.MIT_ANMERKUNG})
DAVOR = frozenset({Stufe.ENTWURF, Stufe.IM_LAUFWEG})


def _financial(wort: str | None) -> bool:
    return (wort or "").casefold().startswith(FINANZEN)


def _rows(fall: Fall, z: Vorlage) -> Iterator[Zeile]:
    """Looks at every version that went out: released, or before a committee without it (a past that was recorded later)."""
    if z.eingang:  # from outside: no signing path, and what it costs is for the administration's answer to say
        return
    for f in z.fassungen:
        ohne = f is z.fassung and z.stufe not in DAVOR
        if f.freigabe or ohne:
            am = f.freigabe.am if f.freigabe else z.begonnen
            assert am is not None  # set with the first entry
            for stelle, sachverhalt in _missing(fall, z, f, am):
                yield Zeile({"fassung": f.nr, "sachverhalt": sachverhalt}, am=am, eintrag=_released(fall, am), stelle=stelle)


def _missing(fall: Fall, z: Vorlage, f: Fassung, am: dt.datetime) -> Iterator[tuple[str | None, str]]:
    rw = fall.stadt.rules(day(am))
    lead = z.federfuehrend.id if z.federfuehrend else None
    if not any(_financial(a) for a in z.angaben):
        if any(_financial(a.name) and a.groesse for a in f.abschnitte):
            yield lead, "der Abschnitt zu den Finanzen ist ausgefüllt, die Angabe für den Laufweg fehlt: bitte ansehen"
        return
    if not any(_financial(p.wenn) for p in rw.laufweg.plaetze):
        yield lead, f"das Regelwerk ab {rw.gueltig_ab} nennt keine Stelle, die bei finanziellen Auswirkungen mitzeichnet"
        return
    try:
        verlangt = [p for p in compulsory(z, rw, am) if _financial(p.grund)]
    except Unbekannt as nein:
        yield lead, nein.satz
        return
    for p in verlangt:
        if grund := _unsigned(p, f):
            yield p.stelle.id, f"{p.stelle.anzeige}: {grund}"


def _unsigned(p: Platz, f: Fassung) -> str | None:
    """How it is that the place did not sign; None: it did, in this round or an earlier one that was not voided."""
    dort = [da for da in f.plaetze if da.stelle.id == p.stelle.id]
    if not dort:
        return "stand nicht auf dem Laufweg"
    antworten = [da.antwort.art for da in dort if da.antwort]
    if any(a in GEZEICHNET for a in antworten):
        return None
    worte = {Antwortart.NICHT_MITGEZEICHNET: "hat nicht mitgezeichnet", Antwortart.NICHT_GEAEUSSERT: "hat sich nicht geäußert"}
    return worte.get(antworten[-1], "hat sich für nicht betroffen erklärt") if antworten else "hat nicht geantwortet"


def _released(fall: Fall, am: dt.datetime) -> int | None:
    return next((v.seq for v in fall.of("freigeben") if v.am == am), None)


BERICHT = Bericht(
    kennung="finanzen",
    titel="Finanzielles ohne Kämmerei",
    zweck="Vorlagen mit finanziellen Auswirkungen, die ohne die dafür vorgesehene Mitzeichnung hinausgegangen sind.",
    spalten=(
        Spalte("fassung", "Fassung", neutral=True, breite=9),
        Spalte("sachverhalt", "Sachverhalt", neutral=True, breite=70),
    ),
    je_fall={Vorlage: _rows},
)
