"""A register with something in it, and ways to look into it and to tamper with it, for tests."""

from typing import Any

import sqlalchemy as sa

from lifecycle.gemeinsam import seal_digest
from rathaus import DIENST, LEITUNG, Rathaus, S, V
from register import Ausgang, Register
from register.tabellen import ABGELEITET, AUSGANG, BAUM, BLATT, EINTRAG
from welt import SYSTEM


async def fill(register: Register, haus: Rathaus) -> None:
    """A whole way of a paper, recorded."""
    haus.behandelt()
    haus.do(S, "auftrag_festhalten", DIENST, top=1, verlangt="Übersicht", grundlage="bitte", von_wem="ein Mitglied")
    haus.beendet()
    await record(register, haus)


async def record(register: Register, haus: Rathaus) -> None:
    """All that happened there; what is recorded already is not recorded again."""
    for eintraege in haus.verlauf.values():
        await register.record(eintraege)


def sealed(haus: Rathaus, v: str = V) -> None:
    """A paper at its end, sealed as its workflow would."""
    haus.behandelt(v=v)
    haus.beendet()
    haus.do(v, "versiegelt", SYSTEM, siegel=seal_digest(haus.state(v)))


def reopened(haus: Rathaus, v: str = V) -> None:
    """A sealed paper, taken up again."""
    sealed(haus, v)
    haus.do(v, "wiederaufnehmen", LEITUNG, grund="Fehler im Beschluss", siegel=haus.state(v).siegel)


async def dump(register: Register) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    tabellen = (*ABGELEITET, AUSGANG, BAUM, BLATT, EINTRAG)
    return {t.name: [tuple(zeile) for zeile in await register._db.read(sa.select(t).order_by(*t.primary_key))] for t in tabellen}


async def outbox(register: Register, *status: str) -> list[Ausgang]:
    """The outbox in order, all of it or what has one of these marks."""
    abfrage = sa.select(AUSGANG).order_by(AUSGANG.c.naechster_versuch, AUSGANG.c.id)
    alle = [Ausgang.model_validate(dict(zeile._mapping)) for zeile in await register._db.read(abfrage)]
    return [a for a in alle if not status or a.status in status]


async def carry_out(register: Register, *anweisungen: sa.Executable) -> None:
    """Statements past the register."""

    async def arbeit(v: Any) -> None:
        for anweisung in anweisungen:
            await v.execute(anweisung)

    await register._db.write(arbeit)


async def unguard(register: Register) -> None:
    """What somebody with the rights of the database's owner does first: the guards of the record are off."""
    if register._db._engine.dialect.name == "postgresql":
        aus = [f"ALTER TABLE {tabelle} DISABLE TRIGGER USER" for tabelle in ("eintrag", "blatt")]
    else:
        aus = [f"DROP TRIGGER {tabelle}_nicht_{was}" for tabelle in ("eintrag", "blatt") for was in ("aendern", "loeschen")]
    await carry_out(register, *map(sa.text, aus))
