"""Forgetting in the register, on both databases: the words are in no table, the heads are the same, and what was there is on record."""

import pytest
import sqlalchemy as sa

from buchung import dump, record, sealed
from lifecycle.ablehnung import Unplausibel
from rathaus import SB, Rathaus, V
from register import Register
from register.tabellen import EINTRAG
from register.vergessen import places, verify_forgettable
from schemas.loeschung import Loeschstelle
from schemas.vorlage import Vorlage

WORT = "Kirschkernkissen"


async def planted(register: Register, haus: Rathaus) -> tuple[Loeschstelle, ...]:
    haus.entwurf(betreff=f"Antrag {WORT}")
    haus.do(V, "bearbeiten", SB, betreff=f"Antrag wegen {WORT}")
    haus.do(V, "einreichen", SB)
    await record(register, haus)
    return places(await register.heads(V), WORT)


async def everything(register: Register) -> str:
    return repr(await dump(register))


async def test_the_words_are_in_no_table_and_the_heads_are_the_same(register: Register, haus: Rathaus) -> None:
    stellen = await planted(register, haus)
    assert [(s.seq, s.felder) for s in stellen] == [(1, ("betreff",)), (2, ("betreff",))]
    assert WORT in await everything(register)
    vorher = [kopf.hash() for kopf, _ in await register.heads(V)]
    rest = await register.forget(V, stellen)
    assert [kopf.hash() for kopf, _ in await register.heads(V)] == vorher
    assert WORT not in await everything(register)
    z = await register.state(V)
    assert isinstance(z, Vorlage)
    assert z == rest.z
    assert z.betreff == "[gelöscht]"
    assert await register.forget(V, stellen) == rest, "noch einmal ändert nichts"
    funde = await register.check()
    assert [f for f in funde if "„betreff“ fehlt, ohne dass eine Löschung festgehalten ist" in f], (
        "es steht noch kein Eintrag dazu"
    )


async def test_only_a_part_of_a_value_goes(register: Register, haus: Rathaus) -> None:
    haus.entwurf(ursprung={"art": "antrag", "von": WORT, "datum": "2021-05-03"})
    await record(register, haus)
    stellen = places(await register.heads(V), WORT)
    assert [s.felder for s in stellen] == [("ursprung.von",)]
    rest = await register.forget(V, stellen)
    assert isinstance(rest.z, Vorlage)
    assert rest.z.ursprung.von == "[gelöscht]"
    assert rest.z.ursprung.art == "antrag"
    assert WORT not in await everything(register)


async def test_what_is_named_must_be_there_and_must_not_bear_the_course(register: Register, haus: Rathaus) -> None:
    await planted(register, haus)
    verlauf = await register.heads(V)
    for stelle, satz in (
        ({"seq": 1, "felder": ["beratungsfolge"]}, "trägt den Ablauf"),
        ({"seq": 1, "felder": ["gibtsnicht"]}, "hat kein Feld"),
        ({"seq": 1, "felder": 3}, "Nummer eines Eintrags"),
    ):
        with pytest.raises(Unplausibel, match=satz):
            verify_forgettable(V, verlauf, [stelle])


async def test_seals_over_what_went_go_too(register: Register, haus: Rathaus) -> None:
    """Who knows nearly all of a state and its digest can guess the rest."""
    sealed(haus)
    await record(register, haus)
    letzter = len(haus.verlauf[V])
    assert haus.verlauf[V][-1].befehl["art"] == "versiegelt"
    rest = await register.forget(V, [Loeschstelle(seq=1, felder=("betreff",))])
    assert [(s.seq, s.felder) for s in rest.stellen] == [(1, ("betreff",)), (letzter, ("siegel",))]
    assert (await register.forget(V, [Loeschstelle(seq=99, felder=("betreff",))])).stellen == ()


async def test_mentions_are_found_whatever_they_hold(register: Register, haus: Rathaus) -> None:
    await planted(register, haus)
    assert await register.mentions("muster", WORT) == [(V, 1), (V, 2)]
    assert await register.mentions("muster", "100%_") == []
    assert await register.mentions("anderswo", WORT) == []
    assert not await register.mentioned_elsewhere(V, WORT)
    alle = await register._db.read(sa.select(sa.func.count()).select_from(EINTRAG))
    assert alle[0][0] > 2
