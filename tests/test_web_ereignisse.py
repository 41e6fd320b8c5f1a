"""Server-sent events over a real socket: everybody hears of what they may read, in order, and nothing twice after a break."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rathaus import LEITUNG, SB
from schemas.akteur import Akteur
from temporal import running
from web_tor import API, Anrufer, application, served
from wege import entwurf, freigegeben
from welt import wer


async def heard(zeilen: AsyncIterator[str], anzahl: int) -> list[tuple[str, dict[str, Any]]]:
    """The next so many events: id and data."""
    gehoert: list[tuple[str, dict[str, Any]]] = []
    teile: dict[str, str] = {}
    async for zeile in zeilen:
        name, _, wert = zeile.partition(": ")
        teile[name] = wert
        if not zeile:  # an event ends with an empty line
            gehoert += [(teile["id"], json.loads(teile["data"]))] if "data" in teile else []
            teile = {}
        if len(gehoert) == anzahl:
            break
    return gehoert


def listening(http: httpx.AsyncClient, akteur: Akteur, ab: int | str | None = None) -> Any:
    kopf = {**Anrufer(http, akteur).kopf, **({} if ab is None else {"Last-Event-ID": str(ab)})}
    return http.stream("GET", f"{API}/muster/ereignisse", headers=kopf)


async def test_news_of_what_one_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mitglied = wer("p-rat", "rat", "mitglied")
    async with (
        running(tmp_path) as amt,
        served(application(amt)) as adresse,
        httpx.AsyncClient(base_url=adresse, timeout=60) as http,
    ):
        ab = await amt.lm.register.latest_leaf("muster")
        geheim = await entwurf(amt)
        offen = await freigegeben(amt)
        async with listening(http, LEITUNG, ab) as strom:
            assert strom.headers["Content-Type"].startswith("text/event-stream")
            alles = await heard(strom.aiter_lines(), 6)
        assert [(n["vorgang"], n["seq"], n["art"]) for _, n in alles[:2]] == [(geheim, 1, "entwerfen"), (offen, 1, "entwerfen")]
        assert [int(k) for k, _ in alles] == sorted({int(k) for k, _ in alles})
        async with listening(http, LEITUNG, alles[1][0]) as strom:
            assert await heard(strom.aiter_lines(), 4) == alles[2:], "nach einer Unterbrechung geht es dort weiter"
        async with listening(http, mitglied, -1) as strom:
            zeilen = strom.aiter_lines()
            erste = await heard(zeilen, 1)
            await amt.act(offen, "abweichung_festhalten", SB, regel="Hausregel", grund="intern")
            await amt.act(offen, "redaktionell_aendern", SB, betreff="Neuer Titel", grund="Tippfehler")
            oeffentlich = [*erste, *await heard(zeilen, 1)]
        assert [n["vorgang"] for _, n in oeffentlich] == [offen, offen]
        assert all(n["seq"] is None and n["art"] is None for _, n in oeffentlich), (
            "wie oft das Haus daran arbeitet, ist nicht öffentlich"
        )
        async with listening(http, SB) as strom:
            zeilen = strom.aiter_lines()
            assert (await anext(zeilen)).startswith(": angefangen")
            await amt.act(geheim, "bearbeiten", SB, betreff="Neu")
            async for zeile in zeilen:
                if zeile.startswith("data: "):
                    assert json.loads(zeile[6:])["art"] == "bearbeiten"
                    break
        monkeypatch.setattr("web.ereignisse.HOECHSTENS", 0.0)
        async with listening(http, LEITUNG, ab) as strom:
            assert [z async for z in strom.aiter_lines() if z.startswith("data")] == [], (
                "jeder Strom endet einmal, und man meldet sich neu"
            )
        async with listening(http, wer("p", "x", "system")) as strom:
            assert strom.status_code == 401, "eine Absage kommt vor dem Strom"
