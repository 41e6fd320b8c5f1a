"""A deadline that comes up while nothing runs at all: server, worker and doors are gone, and it rings when they are back."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest

import regelwerk
from lifecycle.kern import BERLIN
from rathaus import DIENST
from temporal import running, spaeter

VORLAGENSCHLUSS = """
[[vorlagenschluss]]
ab = 2020-01-01
frist = {{ tage = 10, zaehlweise = "kalendertage", tag_zaehlt = true, uhrzeit = {uhrzeit} }}
quelle = "erfunden"
"""


def rules_with_closing_time(ordner: Path, uhrzeit: dt.time) -> None:
    """Musterstadt, where papers are due ten days before a meeting, at that time of the day."""
    quelle = Path(__file__).parent / "regelwerke" / "muster_2021-07-01.toml"
    roh = quelle.read_text(encoding="utf-8").replace("wahlperiode = 18", 'wahlperiode = 18\nland = "NW"')
    ordner.mkdir()
    zusatz = VORLAGENSCHLUSS.format(uhrzeit=uhrzeit.isoformat("seconds"))
    (ordner / quelle.name).write_text(roh + zusatz, encoding="utf-8")
    regelwerk.load(ordner)


@pytest.mark.schwer
async def test_it_rings_after_everything_was_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schluss = dt.datetime.now(BERLIN) + dt.timedelta(seconds=12)
    if schluss.date() != dt.datetime.now(BERLIN).date():
        pytest.skip("Um Mitternacht lässt sich kein Schluss am selben Tag setzen.")
    ordner = tmp_path / "regeln"
    rules_with_closing_time(ordner, schluss.time())
    monkeypatch.setattr("temporal.REGELWERKE", ordner)
    daten = tmp_path / "daten"
    async with running(daten) as amt:
        s = await amt.create("sitzung", "planen", DIENST, gremium="sozialausschuss", beginn=spaeter(10))
        z = await amt.until(s, lambda z: bool(z.fristen))
        assert z.fristen[0].ausgang is None
    rest = (z.fristen[0].faellig - dt.datetime.now(dt.UTC)).total_seconds()
    await asyncio.sleep(max(rest, 0))  # nothing runs that could announce it
    async with running(daten) as amt:
        z = await amt.until(s, lambda z: z.fristen[0].ausgang is not None)
        assert (z.fristen[0].ausgang, z.fristen[0].ausgang_am) == ("abgelaufen", z.fristen[0].faellig)
        eintraege = await amt.lm.register.entries(s)
        assert [e.befehl["art"] for e in eintraege] == ["planen", "frist_abgelaufen"]
        assert eintraege[1].zeit > z.fristen[0].faellig
