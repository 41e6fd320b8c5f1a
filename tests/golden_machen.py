"""Writes golden histories: what today's code did on a real server, to be replayed for ever. ``python tests/golden_machen.py NAME``.

Made anew only for a release; the old ones stay. They hold invented papers only, and no name of the machine they were made on.
"""

import asyncio
import gzip
import json
import re
import sys
import tempfile
from pathlib import Path

from rathaus import A50, DIENST, LEITUNG, SB, SCHRIFT, VORSITZ
from temporal import Amt, running
from wege import eingeladen, entwurf, freigegeben, ganzer_weg, kennung

GOLDEN = Path(__file__).parent / "golden"


async def _main_way(amt: Amt) -> list[str]:
    return list(await ganzer_weg(amt))


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


WEGE = {"hauptweg": _main_way, "wendungen": _many_turns, "absage": _cancelled}


def _anonymous(text: str) -> str:
    """Without the names of processes and machines."""
    return re.sub(r'"(identity|stickyQueue|kind|name)": "\d+@[^"]*"', r'"\1": "laufmappe"', text)


async def main(fassung: str) -> None:
    """Runs every way and writes its histories."""
    with tempfile.TemporaryDirectory() as daten:
        async with running(Path(daten)) as amt:
            for name, weg in WEGE.items():
                for workflow in [*await weg(amt), "nummern/muster/" + _range()]:
                    history = await amt.history(workflow)
                    inhalt = {"workflow_id": workflow, "history": json.loads(_anonymous(history.to_json()))}
                    ziel = GOLDEN / fassung / f"{name}-{workflow.split('/')[0]}.json.gz"
                    ziel.parent.mkdir(parents=True, exist_ok=True)
                    roh = json.dumps(inhalt, ensure_ascii=False, separators=(",", ":")).encode()
                    ziel.write_bytes(gzip.compress(roh, mtime=0))


def _range() -> str:
    import datetime as dt

    return str(dt.datetime.now(dt.UTC).year)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
