"""Motions and questions on a real server: received, late, accepted, on the agenda, answered by another paper; changed and withdrawn."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from lifecycle.ablehnung import FalscheStufe, NichtBefugt, Unbekannt
from lifecycle.vorlage.verknuepfung import answered
from rathaus import LEITUNG, SB
from schemas.vorlage import Vorlage
from temporal import Amt, replay, running
from wege import beantwortete_anfrage, eingegangen, entwurf, kennung, zurueckgezogener_antrag

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("temporal")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ort(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Amt]:
    async with running(tmp_path_factory.mktemp("daten")) as amt:
        yield Amt(amt.lm, amt.client, amt.g, 0, "kreisstadt")


async def paper(ort: Amt, v: str) -> Vorlage:
    z = await ort.lm.register.state(v)
    assert isinstance(z, Vorlage)
    return z


async def test_a_question_from_its_receipt_to_its_answer(ort: Amt) -> None:
    a, v, s = await beantwortete_anfrage(ort)
    z = await paper(ort, a)
    assert z.eingang and z.eingang.rechtzeitig is False and "nach dem Antragsschluss" in z.abweichungen[0].regel
    assert (z.stufe, z.siegel is not None, z.fassung.freigabe) == ("abgeschlossen", True, None)
    (g,) = answered(z.gegenstuecke)
    assert (g.vorlage, g.nummer) == (kennung(v), (await paper(ort, v)).nummer)
    arten = [e.befehl["art"] for e in await ort.lm.register.entries(a)]
    assert arten[0] == "entgegennehmen" and arten[-1] == "versiegelt"
    assert all(ort.g.package(w).is_dir() for w in (a, v, s))
    await replay(*[await ort.settled(w) for w in (a, v, s)])


async def test_a_motion_changed_and_withdrawn_by_its_senders(ort: Amt) -> None:
    a = await zurueckgezogener_antrag(ort)
    z = await paper(ort, a)
    assert (z.stufe, len(z.fassungen), z.fassung.zusatz) == ("zurueckgezogen", 2, "-N1")
    assert z.eingang and z.eingang.beanstandet is None
    await replay(await ort.settled(a))


async def test_only_its_senders_touch_it(ort: Amt) -> None:
    a = await eingegangen(ort, federfuehrend="a-46")
    with pytest.raises(NichtBefugt):
        await ort.act(a, "zurueckziehen", SB, grund="stört")
    with pytest.raises(FalscheStufe):
        await ort.act(a, "redaktionell_aendern", SB, betreff="Baeume", grund="Umlaut")
    with pytest.raises(FalscheStufe):
        await ort.act(a, "freigeben", LEITUNG)


async def test_a_closed_paper_is_linked_to_and_shown_as_such(ort: Amt) -> None:
    a = await zurueckgezogener_antrag(ort)
    vorher = await paper(ort, a)
    v = await entwurf(ort)
    await ort.act(v, "verknuepfen", SB, als="folgt", mit=kennung(a))
    await ort.until(v, lambda z: z.seq >= 3)  # the answer: closed
    assert await paper(ort, a) == vorher and (await paper(ort, v)).hinweise == ()
    gezeigt = await ort.lm.register.linked(vorher)
    assert [(g.vorlage, g.als) for g in gezeigt.gegenstuecke] == [(kennung(v), ("folgt",))]
    await ort.act(v, "verknuepfung_loesen", SB, als="folgt", mit=kennung(a), grund="vertan")
    assert (await ort.lm.register.linked(vorher)).gegenstuecke == ()


async def test_a_paper_that_there_is_not_cannot_be_linked_to(ort: Amt) -> None:
    v = await entwurf(ort)
    with pytest.raises(Unbekannt, match="Eine Vorlage"):
        await ort.act(v, "verknuepfen", SB, als="folgt", mit="gibt-es-nicht")


async def test_the_register_holds_together(ort: Amt) -> None:
    v, w = await entwurf(ort), await entwurf(ort)
    await ort.act(v, "ersetzen", SB, durch=kennung(w), grund="neu")
    await ort.lm.ended(v, 30)
    (g,) = (await ort.lm.register.linked(await paper(ort, w))).gegenstuecke
    assert (g.vorlage, g.als) == (kennung(v), ("ersetzt_durch",))
    await ort.lm.register.rebuild()
    assert (await ort.lm.register.linked(await paper(ort, w))).gegenstuecke == (g,)
    assert await ort.lm.register.check() == []
