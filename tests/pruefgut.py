"""For tests of audit reports: a town in which each report finds something, once in public cases and once in cases that are not."""

import datetime as dt
from typing import Any

from lifecycle.rechte import Einblick
from pruefung import ausfuhr, durchgang, tabelle
from pruefung.bericht import reports
from pruefung.durchgang import Anfrage
from rathaus import (
    AL,
    DEZERNAT,
    DIENST,
    KAEMMEREI,
    LEITUNG,
    SACHLAGE,
    SB,
    SB2,
    SCHRIFT,
    TEXT,
    VORSITZ,
    Rathaus,
)
from register import Register
from schemas.befehl import UEBERGANG
from schemas.regelwerk import Regelwerke
from welt import ERFASSER, SYSTEM, wer

GEHEIM = "Planwort"
"""Stands in every text of what is not public."""
A = "auftrag/muster/"
ADMIN = wer("p-ad", "a-10", "fachadministration")
REVISION = wer("p-rpa", "a-10", "rechnungspruefung")
FINANZEN, VORSCHLAG = ({"name": name, **TEXT} for name in ("Finanzielle Auswirkungen", "Beschlussvorschlag"))
GESTERN = dt.datetime(2021, 4, 1, 9, tzinfo=dt.UTC)


def v(name: str) -> str:
    return f"vorlage/muster/{name}"


def s(name: str) -> str:
    return f"sitzung/muster/{name}"


def signed(
    haus: Rathaus, name: str, *, kaemmerei: dict[str, Any] | None = None, al: dict[str, Any] | None = None, **felder: Any
) -> str:
    """A released paper; ``kaemmerei`` and ``al`` are what those answered."""
    haus.laufweg(v(name), **felder)
    haus.do(v(name), "mitzeichnen", SB2)
    haus.do(v(name), "mitzeichnen", AL, **(al or {}))
    if kaemmerei is not None:
        haus.do(v(name), "mitzeichnen", KAEMMEREI, **kaemmerei)
    haus.do(v(name), "mitzeichnen", DEZERNAT)
    haus.do(v(name), "freigeben", LEITUNG)
    return v(name)


def meeting(haus: Rathaus, name: str, *papiere: str, tag: int = 16, gremium: str = "sozialausschuss") -> str:
    """A meeting opened with these papers on its agenda."""
    haus.sitzung(s(name), gremium, tag)
    for papier in papiere:
        haus.aufgesetzt(papier, s(name))
    haus.do(s(name), "einladen", DIENST)
    haus.eroeffnet(s(name))
    return s(name)


def task(haus: Rathaus, sitzung: str, top: int, **felder: Any) -> str:
    antwort = haus.do(
        sitzung, "auftrag_festhalten", DIENST,
        **{"top": top, "verlangt": "Übersicht", "grundlage": "beschluss", "von_wem": "SPD", "stelle": "a-46", **felder},
    )  # fmt: skip
    return f"{A}{antwort}"


def public_part(haus: Rathaus) -> None:
    """Papers, meetings and tasks that are public. What must not be found is called ``gut``."""
    gut = signed(haus, "gut")
    signed(haus, "anmerkung", al={"antwort": "mit_anmerkung", "bemerkung": "Bitte kürzen"})
    haus.do(v("anmerkung"), "abweichung_festhalten", SB, regel="Vier-Augen-Regel", grund="=HYPERLINK()")
    haus.do(v("anmerkung"), "berichtigen", SB, zu_seq=1, richtig="Sachstand 2021", grund="Schreibfehler")
    haus.laufweg(v("zurueck"))
    haus.do(v("zurueck"), "zurueckziehen", SB, grund="überholt")
    geld: dict[str, Any] = {"angaben": ["finanzielle_auswirkungen"]}
    signed(haus, "geld-gut", kaemmerei={}, **geld)
    signed(haus, "geld-ohne", kaemmerei={"antwort": "nicht_mitgezeichnet", "bemerkung": "keine Mittel"}, **geld)
    signed(haus, "geld-verschwiegen", vorlageart="beschlussvorlage", abschnitte=[SACHLAGE, VORSCHLAG, FINANZEN])
    eil: dict[str, Any] = {"ursprung": {"art": "dringlichkeitsentscheidung"}, "gremien": ("rat",), "rolle": "Entscheidung"}
    eil_gut = signed(haus, "eil-gut", **eil)
    signed(haus, "eil-offen", **eil)
    haus.do(v("alt"), "nacherfassen", ERFASSER, schritte=[_past()])
    sitzung = meeting(haus, "gut", gut)
    haus.do(sitzung, "ergebnis", SCHRIFT, top=1, wortlaut="zur Kenntnis genommen", abstimmungen=[{"wortlaut": "einstimmig"}])
    _done(haus, task(haus, sitzung, 1))
    task(haus, sitzung, 1, verlangt="Bericht über Kosten")
    haus.beendet(sitzung)
    rat = meeting(haus, "rat", eil_gut, tag=18, gremium="rat")
    haus.do(rat, "ergebnis", SCHRIFT, top=1, wortlaut="ungeändert beschlossen", abstimmungen=[{"ja": 20, "nein": 4}])
    haus.do(rat, "schliessen", VORSITZ)
    haus.do(rat, "niederschrift_erfassen", SCHRIFT, text=TEXT)
    haus.do(rat, "niederschrift_unterzeichnen", SCHRIFT, original="Akte")
    haus.do(rat, "ergebnis_berichtigen", SCHRIFT, top=1, wortlaut="geändert beschlossen", grund="verhört", abweichung="eilt")


def _past(**felder: Any) -> dict[str, Any]:
    return {
        "art": "entwerfen", "akteur": SB.model_dump(mode="json"), "geschehen": GESTERN.isoformat(), "vorlageart": "mitteilungsvorlage",
        "betreff": "Von früher", "federfuehrend": "a-46", **felder,
    }  # fmt: skip


def _done(haus: Rathaus, auftrag: str) -> None:
    haus.do(auftrag, "zuweisen", DIENST, stelle="a-46")
    haus.do(auftrag, "beginnen", SB)
    haus.do(auftrag, "erledigt_melden", SB)
    haus.do(auftrag, "erledigung_bestaetigen", DIENST)


def hidden_part(haus: Rathaus) -> None:
    """The same in cases that are not public: every text that somebody writes holds the planted word."""
    zu: dict[str, Any] = {"oeffentlich": False, "betreff": f"{GEHEIM} 1", "bezeichnung": "Personalsache"}
    geld: dict[str, Any] = {"angaben": ["finanzielle_auswirkungen"]}
    nein = {"antwort": "nicht_mitgezeichnet", "bemerkung": f"{GEHEIM} 2"}
    eil: dict[str, Any] = {"ursprung": {"art": "dringlichkeitsentscheidung", "von": f"{GEHEIM} 3"}}
    papier = signed(haus, "zu", al={"antwort": "mit_anmerkung", "bemerkung": f"{GEHEIM} 4"}, kaemmerei=nein, **zu, **geld, **eil)
    haus.do(papier, "abweichung_festhalten", SB, regel=f"{GEHEIM} 5", grund=f"{GEHEIM} 6")
    haus.do(papier, "berichtigen", SB, zu_seq=1, richtig=f"{GEHEIM} 7", grund=f"{GEHEIM} 8")
    haus.laufweg(v("zu-zurueck"), **zu)
    haus.do(v("zu-zurueck"), "zurueckziehen", SB, grund=f"{GEHEIM} 9")
    haus.do(v("zu-alt"), "nacherfassen", ERFASSER, schritte=[_past(**zu)])
    haus.sitzung(s("zu"), tag=20)
    haus.aufgesetzt(papier, s("zu"))
    haus.do(s("zu"), "top_ergaenzen", DIENST, titel=f"{GEHEIM} 10", oeffentlich=False, bezeichnung="Grundstück")
    haus.do(s("zu"), "top_ergaenzen", DIENST, titel=f"{GEHEIM} 11", oeffentlich=False, bezeichnung="Vergabe")
    haus.do(s("zu"), "einladen", DIENST)
    haus.eroeffnet(s("zu"))
    stimmen = [{"ja": 3, "nein": 2, "wortlaut": f"{GEHEIM} 12"}]
    haus.do(s("zu"), "ergebnis", SCHRIFT, top=1, wortlaut=f"{GEHEIM} 13", text=f"{GEHEIM} 14", abstimmungen=stimmen)
    haus.do(s("zu"), "ergebnis", SCHRIFT, top=2, wortlaut="ungeändert beschlossen", text=f"{GEHEIM} 15", abstimmungen=stimmen)
    auftrag = task(haus, s("zu"), 2, verlangt=f"{GEHEIM} 16", bezeichnung="Grundstück", von_wem=f"{GEHEIM} 17")
    haus.do(auftrag, "berichten", SB, text=f"{GEHEIM} 18")
    haus.do(s("zu"), "vollzug_aussetzen", DIENST, top=2, grund=f"{GEHEIM} 19")
    haus.do(s("zu"), "schliessen", VORSITZ)
    haus.do(s("zu"), "niederschrift_erfassen", SCHRIFT, top=2, text=TEXT)
    haus.do(s("zu"), "niederschrift_unterzeichnen", SCHRIFT, original="Akte")
    neu = {"wortlaut": f"{GEHEIM} 20", "grund": f"{GEHEIM} 21", "abweichung": f"{GEHEIM} 22"}
    haus.do(s("zu"), "ergebnis_berichtigen", SCHRIFT, top=2, **neu)


def interventions(haus: Rathaus) -> None:
    """A change of the rules, and a decision on a list at the end of an office."""
    eigene = [rw for rw in haus.regelwerke.alle if rw.kommune == "muster"]
    bestand = [{"fassung": rw.gueltig_ab.isoformat(), "pruefsumme": rw.stand.digest} for rw in eigene]
    haus.do("regelwerk/muster/akte", "regelwerk_uebernommen", SYSTEM, bestand=bestand)
    fassung = {"fassung": "2022-01-01", "pruefsumme": "f" * 64}
    haus.do("regelwerk/muster/akte", "regelwerk_vorschlagen", ADMIN, grund="neue Ämter", **fassung)
    haus.entwurf(v("uebergang"))
    haus.do(v("uebergang"), "federfuehrung_wechseln", LEITUNG, stelle="a-50", grund="A 46 endet", schluessel=f"{UEBERGANG}x")


def town(haus: Rathaus) -> Rathaus:
    public_part(haus)
    hidden_part(haus)
    interventions(haus)
    return haus


STICHTAG = dt.date(2021, 8, 1)
Objekte = dict[str, list[dict[str, Any]]]


def asked(einblick: Einblick = Einblick.ALLES, **mehr: Any) -> Anfrage:
    return Anfrage(**{"kommune": "muster", "einblick": einblick, "stichtag": STICHTAG, **mehr})


async def found(register: Register, rw: Regelwerke, anfrage: Anfrage, *kennungen: str) -> Objekte:
    """The rows of these reports (or of all) as programs get them."""
    berichte = [b for b in reports().values() if not kennungen or b.kennung in kennungen]
    reihen = await durchgang.run(register, rw, berichte, anfrage)
    return {b.kennung: list(tabelle.as_objects(b, reihen[b.kennung])) for b in berichte}


async def exported(register: Register, anfrage: Anfrage) -> list[str]:
    """The lines of the export."""
    auswahl = await ausfuhr.selection(register, anfrage)
    bis, _ = await register.log_extent(auswahl)
    return [zeile async for teil in ausfuhr.lines(register, auswahl, anfrage.einblick, bis) for zeile in teil]


def shown(gut: Rathaus, name: str) -> str:
    """How a case is named in a report."""
    papier = gut.state(v(name))
    return (papier.nummer if papier.seq else None) or name
