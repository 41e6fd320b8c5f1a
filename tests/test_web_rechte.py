"""Every role at every endpoint: what is not for a reader is not there, word for word as if it had never been."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from rathaus import DIENST, SB, VORSITZ
from schriftgut import NEUTRAL
from temporal import Amt, running, spaeter
from test_lesefassung import TABELLE, A, G
from web.tor import PFADE
from web_tor import Anrufer, application, callers
from wege import entwurf, freigegeben, kennung
from welt import wer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("temporal"), pytest.mark.schwer]
WORT = "Planzwort"
SPALTEN = ("entwurf", "frei", "geheim", "sitzung")


class Stadt:
    def __init__(self, app: FastAPI, http: httpx.AsyncClient, faelle: dict[str, str], digest: str) -> None:
        self.app, self.http, self.faelle, self.digest = app, http, faelle, digest

    def paths(self, methode: str) -> Iterator[str]:
        return (p for p, wege in self.app.openapi()["paths"].items() if methode in wege and p.startswith("/api/"))

    def sees(self, wen: tuple[str, str], fall: str) -> bool:
        """By the table: all of it, or as a committee; or what is public of it, and then only the released paper and the meeting are."""
        umfang = TABELLE[wen][SPALTEN.index(fall)]
        return umfang >= G or fall in ("frei", "sitzung")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stadt(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stadt]:
    async with running(tmp_path_factory.mktemp("daten")) as amt:
        app = application(amt)
        faelle, digest = await _cases(amt)
        async with callers(app) as http:
            yield Stadt(app, http, faelle, digest)


async def _cases(amt: Amt) -> tuple[dict[str, str], str]:
    """As in the table: a draft, a released paper, one that is not public on the agenda of an invited meeting; the word planted."""
    abschnitt = amt.lm.store_section("Sachlage", f"{WORT} im Text.\n")
    verborgen = {"betreff": f"{WORT} Grundstück", "oeffentlich": False, "bezeichnung": NEUTRAL, "abschnitte": (abschnitt,)}
    faelle = {
        "entwurf": await entwurf(amt, betreff=f"{WORT} Entwurf"),
        "frei": await freigegeben(amt, betreff="Sachstand"),
        "geheim": await freigegeben(amt, **verborgen),
        "sitzung": await amt.create("sitzung", "planen", DIENST, gremium="sozialausschuss", beginn=spaeter(14)),
    }
    g, s = faelle["geheim"], faelle["sitzung"]
    await amt.act(g, "anmelden", SB, sitzung=kennung(s), beratung=1)
    await amt.until(s, lambda z: bool(z.anmeldungen))
    await amt.act(s, "aufnehmen", DIENST, vorlage=kennung(g), oeffentlich=False)
    await amt.act(s, "einladen", DIENST)
    await amt.act(s, "eroeffnen", VORSITZ)
    await amt.act(s, "auftrag_festhalten", DIENST, top=1, grundlage="bitte", verlangt=f"{WORT} prüfen", von_wem="Ausschuss",
                  oeffentlich=False, bezeichnung=NEUTRAL)  # fmt: skip
    await amt.until(g, lambda z: any(t.eingeladen for b in z.beratungen for t in b.behandlungen))
    return faelle, abschnitt.digest


@pytest.mark.parametrize("wen", TABELLE, ids=lambda w: f"{w[0]}@{w[1]}")
@pytest.mark.timeout(300)
async def test_everything_that_can_be_got(stadt: Stadt, wen: tuple[str, str]) -> None:
    rolle, stelle = wen
    leser = Anrufer(stadt.http, wer("p-leser", stelle, rolle))
    alles = all(TABELLE[wen][i] is A for i in range(len(SPALTEN)))
    for pfad in stadt.paths("get"):
        if pfad.endswith("/ereignisse"):
            continue  # a stream: tested by itself
        for fall, workflow in stadt.faelle.items():
            if "{kennung}" in pfad and f"/{_path(workflow)}/" not in pfad:
                continue
            adresse = pfad.format(kommune="muster", kennung=kennung(workflow), digest=stadt.digest)
            antwort = await leser.get(adresse)
            assert antwort.status_code < 500, (adresse, antwort.text)
            if pfad.endswith("{kennung}"):
                assert (antwort.status_code == 200) is stadt.sees(wen, fall), (adresse, fall, antwort.text)
            if "{kennung}" in pfad and not stadt.sees(wen, fall):
                nirgends = await leser.get(pfad.format(kommune="muster", kennung="gibt-es-nicht", digest=stadt.digest))
                assert _said(antwort) == _said(nirgends)
            if WORT.encode() in antwort.content:
                assert alles or ("{kennung}" in pfad and stadt.sees(wen, fall)) or _own(stadt, wen, pfad), (adresse, antwort.text)


def _path(workflow: str) -> str:
    return next(p for p, typ in PFADE.items() if typ == workflow.split("/", 1)[0])


def _own(stadt: Stadt, wen: tuple[str, str], pfad: str) -> bool:
    """A list may hold the word for who sees one of the cases that it lies in; so may a report for who sees what is public or all."""
    return "{kennung}" not in pfad and any(TABELLE[wen][SPALTEN.index(f)] >= G for f in SPALTEN)


def _said(antwort: httpx.Response) -> tuple[int, Any]:
    return antwort.status_code, antwort.json()


@pytest.mark.parametrize(
    "wen", [("sachbearbeitung", "a-50"), ("mitglied", "rat-1"), ("archiv", "stadtarchiv"), ("betrieb", "it")]
)
@pytest.mark.timeout(300)
async def test_no_command_tells_whether_there_is_something(stadt: Stadt, wen: tuple[str, str]) -> None:
    rolle, stelle = wen
    leser = Anrufer(stadt.http, wer("p-leser", stelle, rolle))
    for pfad in (p for p in stadt.paths("post") if "/vorlagen/{kennung}/" in p):
        verborgen = await leser.post(pfad.format(kommune="muster", kennung=kennung(stadt.faelle["geheim"])))
        nirgends = await leser.post(pfad.format(kommune="muster", kennung="gibt-es-nicht"))
        assert _said(verborgen) == _said(nirgends) and verborgen.status_code in (404, 422), (pfad, verborgen.text)


async def test_nobody_gets_anything_without_signing_in(stadt: Stadt) -> None:
    for methode in ("get", "post"):
        for pfad in stadt.paths(methode):
            adresse = pfad.format(kommune="muster", kennung=kennung(stadt.faelle["frei"]), digest=stadt.digest)
            antwort = await stadt.http.request(
                methode, adresse, headers={"Idempotency-Key": "k"}, json={} if methode == "post" else None
            )
            assert antwort.status_code in (401, 422), (adresse, antwort.text)
            assert antwort.status_code == 401 or methode == "post", adresse
