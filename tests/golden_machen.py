"""Writes golden histories: what today's code did on a real server, to be replayed for ever.

``python tests/golden_machen.py VERSION [WAY ...]``: all ways, or those that a release brings.

Made anew only for a release; the old ones stay. They hold invented papers only, and no name of the machine they were made on.
"""

import asyncio
import datetime as dt
import gzip
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from temporalio.client import WorkflowHistory

import regelwerk
from activities.treffen import Treffen
from rathaus import A50, AL, ARCHIV, DEZERNAT, DIENST, LEITUNG, SB, SB2, SCHRIFT, VORSITZ
from schemas.befehl import Eintrag
from schemas.regelwerk import Regelwerke
from schemas.zustand import Zustand
from temporal import BALD_WEG, REGELWERKE, Amt, running, spaeter
from wege import beantwortete_anfrage, closed_past, eingeladen, entwurf, freigegeben, ganzer_weg, kennung, zurueckgezogener_antrag
from welt import wer
from zeitsprung import FELDER, Kreis, at_work, server

GOLDEN = Path(__file__).parent / "golden"


async def _main_way(amt: Amt) -> list[str]:
    return [*await ganzer_weg(amt), "nummern/muster/" + _range()]


async def _many_turns(amt: Amt) -> list[str]:
    """Return, change of content, new version, deferral, withdrawal asked and declined, task to its end."""
    v = await entwurf(amt, angaben=("finanzielle_auswirkungen",))
    await amt.act(v, "einreichen", SB)
    await amt.act(v, "zurueckgeben", LEITUNG, grund="Zahlen fehlen")
    await amt.act(v, "bearbeiten", SB, betreff="Neu gefasst")
    await amt.act(v, "einreichen", SB)
    await amt.act(v, "freigeben", LEITUNG, abweichung="eilt")
    s = await eingeladen(amt, v)
    await amt.until(v, lambda z: z.stufe == "in_beratung")
    text = amt.lm.store_section("Sachlage", "Neue Lage.\n")
    await amt.act(v, "neufassen", SB, abschnitte=(text,), grund="neue Zahlen")
    await amt.act(v, "freigeben", LEITUNG)
    await amt.act(v, "zurueckziehen", SB, grund="doch nicht")
    await amt.until(s, lambda z: bool(z.ruecknahmebitten))
    await amt.act(s, "ruecknahme_entscheiden", DIENST, vorlage=kennung(v), angenommen=False, grund="zu spät")
    await amt.act(s, "eroeffnen", VORSITZ)
    await amt.act(s, "ergebnis", SCHRIFT, top=1, wortlaut="vertagt")
    antwort = await amt.act(
        s, "auftrag_festhalten", SCHRIFT, top=1, verlangt="Zahlen", grundlage="zusage", von_wem="Verwaltung", stelle="a-50"
    )
    a = f"auftrag/muster/{antwort.antwort}"
    await amt.until(a, lambda z: z.seq == 1)
    await amt.act(a, "zuweisen", DIENST, stelle="a-50")
    await amt.act(a, "erledigt_melden", A50)
    await amt.act(a, "erledigung_bestaetigen", DIENST)
    await amt.lm.ended(a, 30)
    await amt.act(v, "beratung_beenden", DIENST, grund="erledigt")
    await amt.lm.ended(v, 30)
    return [v, s, a]


async def _cancelled(amt: Amt) -> list[str]:
    v = await freigegeben(amt)
    s = await eingeladen(amt, v)
    await amt.act(s, "absagen", DIENST, grund="Sturm")
    await amt.lm.ended(s, 30)
    await amt.until(v, lambda z: z.beratungen[0].status == "offen")
    return [v, s]


async def _deadlines(amt: Amt) -> list[str]:
    """Timers set, moved, cancelled: a signing path with an extension, a meeting with its summons, a task that waits for one."""
    ort = Amt(amt.lm, amt.client, amt.g, 1000, "kreisstadt")
    v = await entwurf(ort)
    await ort.act(v, "einreichen", SB)
    z = await ort.until(v, lambda z: bool(z.fristen))
    await ort.act(v, "frist_verlaengern", SB, frist=z.fristen[0].id, bis=spaeter(40).date(), grund="Urlaub")
    for akteur in (SB2, AL, DEZERNAT):
        await ort.act(v, "mitzeichnen", akteur)
    await ort.act(v, "freigeben", LEITUNG)
    await ort.act(v, "formal_annehmen", DIENST)
    s1 = await ort.create("sitzung", "planen", DIENST, gremium="sozialausschuss", beginn=spaeter(40))
    s2 = await ort.create("sitzung", "planen", DIENST, gremium="sozialausschuss", beginn=spaeter(70))
    await ort.act(v, "anmelden", SB, sitzung=kennung(s1), beratung=1)
    await ort.until(s1, lambda z: bool(z.anmeldungen))
    await ort.act(s1, "aufnehmen", DIENST, vorlage=kennung(v))
    await ort.act(s1, "verlegen", DIENST, beginn=spaeter(45), grund="Saal belegt")
    await ort.act(s1, "tagesordnung_festsetzen", VORSITZ)
    await ort.act(s1, "tagesordnung_zustimmen", LEITUNG)
    await ort.act(s1, "einladen", DIENST)
    await ort.act(s1, "eroeffnen", VORSITZ)
    felder = {"verlangt": "Übersicht", "grundlage": "zusage", "von_wem": "ein Mitglied", "faellig_sitzung": "sozialausschuss"}
    antwort = await ort.act(s1, "auftrag_festhalten", SCHRIFT, top=1, **felder)
    a = f"auftrag/kreisstadt/{antwort.antwort}"
    await ort.until(a, lambda z: z.termin is not None)
    await ort.act(s2, "absagen", DIENST, grund="Sturm", auf=kennung(s1))
    await ort.until(a, lambda z: z.termin is None)
    await ort.act(a, "aufheben", DIENST, grund="überholt")
    await ort.lm.ended(a, 30)
    await ort.until("gremium/kreisstadt/sozialausschuss", lambda z: not z.wartende)
    return [v, s1, s2, a, "gremium/kreisstadt/sozialausschuss"]


async def _joint_and_late(amt: Amt) -> list[str]:
    """A joint meeting, a supplement, a paper on the table, an outcome on hold, a correction after the signature, a report's draft."""
    ort = Amt(amt.lm, amt.client, amt.g, 2000, "kreisstadt")
    folge = ({"gremium": "sozialausschuss", "rolle": "Kenntnisnahme"}, {"gremium": "schulausschuss", "rolle": "Kenntnisnahme"})
    v, w = await freigegeben(ort, beratungsfolge=folge), await freigegeben(ort)
    for vorlage in (v, w):
        await ort.act(vorlage, "formal_annehmen", DIENST)
    felder = {"gremium": "sozialausschuss", "weitere_gremien": ["schulausschuss"], "beginn": spaeter(40)}
    s = await ort.create("sitzung", "planen", DIENST, **felder)
    for beratung in (1, 2):
        mehr = {} if beratung == 1 else {"abweichung": "gemeinsame Sitzung"}
        await ort.act(v, "anmelden", SB, sitzung=kennung(s), beratung=beratung, **mehr)
    await ort.until(s, lambda z: len(z.anmeldungen) == 2)
    await ort.act(s, "aufnehmen", DIENST, vorlage=kennung(v))
    await ort.act(s, "tagesordnung_festsetzen", VORSITZ)
    await ort.act(s, "tagesordnung_zustimmen", LEITUNG)
    await ort.act(s, "einladen", DIENST)
    await ort.act(s, "aufnehmen", DIENST, vorlage=kennung(w), abweichung="eilt")
    await ort.act(s, "nachtrag_ausgeben", DIENST)
    await ort.act(s, "bereitstellen", DIENST, vorlage=kennung(v), weg="bote")
    await ort.act(s, "eroeffnen", VORSITZ)
    tops = (await ort.state(s)).tops
    top, nachtrag = (next(t.id for t in tops for tv in t.vorlagen if tv.vorlage == kennung(x)) for x in (v, w))
    await ort.act(s, "ergebnis", SCHRIFT, top=top, beratung=2, wortlaut="vertagt")
    await ort.act(s, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    await ort.act(s, "ergebnis", SCHRIFT, top=nachtrag, wortlaut="ungeändert beschlossen")
    await ort.act(s, "vollzug_aussetzen", LEITUNG, top=nachtrag, grund="Genehmigung")
    verlangt = {"verlangt": "Bericht", "grundlage": "bitte", "von_wem": "ein Mitglied", "bericht": True, "stelle": "a-46"}
    antwort = await ort.act(
        s, "auftrag_festhalten", SCHRIFT, top=top, **verlangt, faellig_sitzung="sozialausschuss", jede_sitzung=True
    )
    a = f"auftrag/kreisstadt/{antwort.antwort}"
    await ort.until(a, lambda z: z.seq > 0)
    await ort.act(a, "annehmen", AL)
    await ort.act(a, "zuweisen", DIENST, stelle="a-46")
    await ort.until(a, lambda z: bool(z.folgevorlagen))
    await ort.act(s, "schliessen", VORSITZ)
    text = ort.lm.store_document(b"Zur Kenntnis genommen.")
    await ort.act(s, "niederschrift_erfassen", SCHRIFT, top=top, text=text.model_dump())
    await ort.act(s, "niederschrift_unterzeichnen", SCHRIFT, original="Sitzungsakte")
    await ort.act(s, "ergebnis_berichtigen", SCHRIFT, top=nachtrag, wortlaut="geändert beschlossen", grund="verhört")
    await ort.act(s, "vollzug_freigeben", LEITUNG, top=nachtrag)
    await ort.act(s, "niederschrift_unterzeichnen", VORSITZ, original="Sitzungsakte")
    await ort.lm.ended(w, 30)
    await ort.lm.ended(s, 30)
    return [v, w, s, a, "regelwerk/kreisstadt/akte", "nummern/kreisstadt/" + _range()]


async def _handed_over(amt: Amt) -> list[str]:
    """A paper from the past, offered to the archive, valued and given; and an offer that is taken back."""
    ablage = amt.lm.store_section("Sachlage", "Die Lage von damals.\n")
    v = await amt.create("vorlage", "nacherfassen", DIENST, schritte=closed_past([ablage.model_dump()]))
    await amt.lm.ended(v, 30)
    alle = []
    for art in ("zurueckziehen", "abgeben"):
        felder = {"stichtag": "2026-01-01", "vorgaenge": (v,)}
        a = await amt.create("aussonderung", "anbieten", DIENST, **felder)
        z = await amt.until(a, lambda z: z.seq > 0)
        if art == "zurueckziehen":
            await amt.act(a, "angebot_zurueckziehen", DIENST, grund="Frist falsch hinterlegt")
        else:
            bewertungen = [{"objekt": z.angebote[0].objekt, "art": "A"}]
            datei = amt.lm.store_document(b"0502").model_dump()
            verzeichnis = {"prozess": z.id, "bewertungen": bewertungen, "datei": datei}
            await amt.act(a, "bewertung_uebernehmen", ARCHIV, verzeichnis=verzeichnis, herkunft="De-Mail des Archivs")
            await amt.act(a, "abgabe_bestaetigen", ARCHIV, pruefsumme="c" * 64)
        await amt.lm.ended(a, 30)
        await amt.until(a, lambda z: z.siegel is not None)
        alle.append(a)
    return alle


async def _forgotten(amt: Amt) -> list[str]:
    """Content deleted in a paper that goes on (its earlier run is gone), one that is closed; a checkpoint given out."""
    auftrag = {"stellen": [{"seq": 1, "felder": ["betreff"]}], "rechtsgrund": "Art. 17 DSGVO", "angeordnet_von": "Datenschutz"}
    zweite = wer("p-bm2", "verwaltungsleitung", "verwaltungsleitung")
    alle = []
    for art in ("einreichen", "zurueckziehen"):
        v = await entwurf(amt)
        await amt.act(v, art, SB, **({"grund": "überholt"} if art == "zurueckziehen" else {}))
        await amt.act(v, "loeschung_beantragen", LEITUNG, kennung="l-1", **auftrag)
        await amt.act(v, "loeschung_bestaetigen", zweite, kennung="l-1")
        await amt.until(v, lambda z: bool(z.loeschungen) and z.loeschungen[-1].vollzogen_am is not None)
        alle.append(v)
    await amt.lm.ended(alle[1], 60)
    await amt.act(alle[0], "abweichung_festhalten", SB, regel="geht weiter", grund="nach der Löschung")
    await amt.settled(alle[0])
    await amt.client.get_schedule_handle("pruefgang/muster").trigger()
    await amt.until("pruefakte/muster/akte", lambda z: z.letzter is not None)
    await amt.settled("pruefakte/muster/akte")
    return [alle[0], "pruefakte/muster/akte"]


async def _question(amt: Amt) -> list[str]:
    return list(await beantwortete_anfrage(Amt(amt.lm, amt.client, amt.g, 3000, "kreisstadt")))


async def _motion(amt: Amt) -> list[str]:
    return [await zurueckgezogener_antrag(Amt(amt.lm, amt.client, amt.g, 4000, "kreisstadt"))]


WEGE = {
    "hauptweg": _main_way,
    "wendungen": _many_turns,
    "absage": _cancelled,
    "fristen": _deadlines,
    "gemeinsam": _joint_and_late,
    "abgabe": _handed_over,
    "vergessen": _forgotten,
    "anfrage": _question,
    "antrag": _motion,
}
ABGELAUFEN = "abgelaufen"


def _anonymous(text: str) -> str:
    """Without the names of processes and machines."""
    return re.sub(r'"(identity|stickyQueue|kind|name)": "\d+@[^"]*"', r'"\1": "laufmappe"', text)


async def main(fassung: str, *nur: str) -> None:
    """Runs the ways and writes their histories."""
    with tempfile.TemporaryDirectory() as daten:
        async with running(Path(daten), extra=BALD_WEG) as amt:
            for name in [name for name in WEGE if name in nur or not nur]:
                for nr, workflow in enumerate(await WEGE[name](amt)):
                    z = await amt.until(workflow, lambda z: z.seq > 0)
                    _write(fassung, f"{name}-{nr}", await amt.history(workflow), await amt.lm.register.entries(workflow), z)
    if ABGELAUFEN in nur or not nur:
        _write(fassung, ABGELAUFEN, await _run_out())


def _write(
    fassung: str, name: str, history: WorkflowHistory, eintraege: Sequence[Eintrag] = (), z: Zustand | None = None
) -> None:
    """The history; and, to hold what ``apply`` yields, the entries with the state that came of them."""
    inhalt = {
        "workflow_id": history.workflow_id,
        "history": json.loads(_anonymous(history.to_json())),
        "eintraege": [e.model_dump(mode="json") for e in eintraege],
        "zustand": z.model_dump(mode="json", exclude_defaults=True) if z else None,
    }
    ziel = GOLDEN / fassung / f"{name}-{history.workflow_id.split('/')[0]}.json.gz"
    ziel.parent.mkdir(parents=True, exist_ok=True)
    roh = json.dumps(inhalt, ensure_ascii=False, separators=(",", ":")).encode()
    ziel.write_bytes(gzip.compress(roh, mtime=0))


async def _run_out() -> WorkflowHistory:
    """Timers that rang: nobody signs, on the time-skipping server."""
    rw = Regelwerke(regelwerk.load(REGELWERKE).alle)
    async with server() as umgebung:
        kreis = Kreis(umgebung, rw)
        async with at_work(umgebung, rw, Treffen(kreis.bote, rw, kreis.now).meeting) as kreis.merker:
            v = "vorlage/kreisstadt/abgelaufen"
            await kreis.do(v, "entwerfen", SB, **FELDER)
            await kreis.do(v, "einreichen", SB)
            await kreis.bis(dt.datetime.now(dt.UTC) + dt.timedelta(days=40))
            await kreis.do(v, "zurueckziehen", SB, grund="niemand hat sich geäußert")
            griff = umgebung.client.get_workflow_handle(v)
            await griff.result()
            return await griff.fetch_history()


def _range() -> str:
    return str(dt.datetime.now(dt.UTC).year)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
