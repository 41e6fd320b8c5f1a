"""After a restore from a back-up: nothing is signed until the gap is closed, what Temporal knows comes back, and the break is on record."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from activities.pruefpunkt import file_of
from archive import SchluesselFehler
from beweis import merkle, pruefpunkt
from lifecycle.ablehnung import NichtBefugt
from rathaus import SB
from schemas.pruefakte import Pruefakte
from temporal import KOMMUNE, running
from wege import entwurf, ganzer_weg
from welt import wer
from wiederherstellung import restore

ADMIN = wer("p-fa", "a-10", "fachadministration")


def copied(von: Path, nach: Path) -> None:
    """As a back-up is taken while the register is in use."""
    with contextlib.closing(sqlite3.connect(von)) as quelle, contextlib.closing(sqlite3.connect(nach)) as ziel:
        quelle.backup(ziel)


@pytest.mark.schwer
async def test_a_back_up_that_is_put_back_leaves_a_gap_that_is_closed_on_record(tmp_path: Path) -> None:
    daten, sicherung = tmp_path / "daten", tmp_path / "sicherung.sqlite3"
    async with running(daten) as amt:
        v = await entwurf(amt)
        frueh = await amt.g.unterzeichnung.sign(KOMMUNE)
        copied(daten / "register.sqlite3", sicherung)
        await amt.act(v, "einreichen", SB)
        w, _ = await ganzer_weg(amt)
        await amt.until(w, lambda z: z.siegel is not None)
        spaet = await amt.g.unterzeichnung.sign(KOMMUNE)
        vorher = {x: await amt.g.register.entries(x) for x in (v, w)}
    for rest in daten.glob("register.sqlite3*"):
        rest.unlink()
    copied(sicherung, daten / "register.sqlite3")

    async with running(daten) as amt:
        with pytest.raises(SchluesselFehler, match="wiederherstellen"):
            await amt.g.unterzeichnung.sign(KOMMUNE)
        with pytest.raises(NichtBefugt):
            await restore(amt.g, amt.client, KOMMUNE, SB, "Platte defekt")
        ergebnis = await restore(amt.g, amt.client, KOMMUNE, ADMIN, "Platte defekt, Sicherung vom Morgen")
        assert ergebnis.luecke
        assert ergebnis.verloren == spaet.groesse - frueh.groesse
        assert {x: await amt.g.register.entries(x) for x in (v, w)} == vorher, "alles ist wieder da"
        assert await amt.g.register.check() == []
        neu = await amt.g.unterzeichnung.sign(KOMMUNE)
        assert neu.herkunft == f"laufmappe/{KOMMUNE}/2"
        schluessel = amt.g.unterzeichnung.keys(KOMMUNE)
        assert pruefpunkt.verify(spaet.note, schluessel) == spaet, "der alte Prüfpunkt bleibt lesbar"
        weg = await amt.g.register.consistency(KOMMUNE, frueh.groesse, neu.groesse)
        merkle.verify_consistency(frueh.groesse, neu.groesse, weg, frueh.wurzel, neu.wurzel)
        akte = await amt.g.register.state(file_of(KOMMUNE))
        assert isinstance(akte, Pruefakte)
        assert [(b.zuletzt, b.verloren) for b in akte.brueche] == [(spaet.note, ergebnis.verloren)]
        assert not (await restore(amt.g, amt.client, KOMMUNE, ADMIN, "noch einmal")).luecke
