"""For tests of the OParl server: a town hall in memory, its register, the window on it, and a client that follows every link."""

import datetime as dt
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from archive.ablage import Ablage
from buchung import carry_out, record
from oparl.objekt import Objekt
from oparl_schema import faults
from rathaus import DIENST, SCHRIFT, VORSITZ, Rathaus, S
from register import Register
from register.tabellen import BAUM, BLATT, ZUSTAND
from schaufenster import Schaufenster
from schemas.regelwerk import Regelwerk, Regelwerke
from schemas.zustand import Zustand
from schriftgut import GEHEIM, NEUTRAL
from web.oparl import routes

BASIS = "https://ris.example.org"
WURZEL = f"{BASIS}/oparl/v1.1/"
LIZENZ = "https://www.govdata.de/dl-de/zero-2-0"
PERSONEN = (
    {"id": "m-1", "name": "Erika Beispiel", "fraktion": "Bündnis 90/Die Grünen"},
    {"id": "m-2", "name": "Max Muster"},
)
SITZE = (
    {"person": "m-1", "gremium": "sozialausschuss", "als": "vorsitz", "von": "2020-11-01"},
    {"person": "m-1", "gremium": "rat", "von": "2020-11-01", "bis": "2021-12-31"},
    {"person": "m-2", "gremium": "rat", "als": "beratend", "von": "2021-01-01"},
)


def with_council(regelwerke: Regelwerke, personen: Any = PERSONEN, sitze: Any = SITZE) -> Regelwerke:
    """Musterstadt alone, with people in its seats."""
    alle = (r.model_dump(exclude_unset=True) for r in regelwerke.alle if r.kommune == "muster")
    return Regelwerke(Regelwerk.model_validate({**r, "personen": personen, "sitze": sitze}) for r in alle)


class Fenster:
    """Everything together. ``uhr`` is the town hall's clock, so that what is looked at later is later."""

    def __init__(self, register: Register, haus: Rathaus, ordner: Path) -> None:
        self.register, self.haus, self.ablage = register, haus, Ablage(ordner)
        self.schau = self.window(haus.regelwerke)

    def window(self, regelwerke: Regelwerke) -> Schaufenster:
        """Another one on the same register, as after a restart."""
        return Schaufenster(self.register, regelwerke, self.ablage, BASIS, lizenz=LIZENZ, uhr=lambda: self.haus.jetzt)

    def put(self, text: str, name: str | None = None, **mehr: Any) -> dict[str, Any]:
        """A document in the store, as commands name it."""
        roh = text.encode()
        return {"digest": self.ablage.put(roh), "groesse": len(roh), **({"name": name} if name else {}), **mehr}

    async def record(self) -> None:
        await record(self.register, self.haus)

    def later(self, **wann: int) -> dt.datetime:
        """Time goes on."""
        self.haus.jetzt += dt.timedelta(**wann)
        return self.haus.jetzt

    async def plant(self, workflow: str, z: Zustand) -> None:
        """A state that no entries yield, shown as if one had."""
        typ, kommune, kennung = workflow.split("/")
        roh = z.model_dump_json(exclude_defaults=True)
        blaetter = await self.register.log_size(kommune)
        zeile = {"workflow": workflow, "kommune": kommune, "typ": typ, "kennung": kennung, "stufe": "x", "seq": z.seq}
        zaehlen = sa.update(BAUM).where(BAUM.c.kommune == kommune).values(groesse=blaetter + 1)
        if not blaetter:
            zaehlen = sa.insert(BAUM).values(kommune=kommune, groesse=1)  # type: ignore[assignment]  # either is carried out
        await carry_out(
            self.register,
            sa.insert(ZUSTAND).values(**zeile, zuletzt=z.zuletzt, kopf_hash="", zustand=roh),
            sa.insert(BLATT).values(kommune=kommune, nr=blaetter, workflow=workflow, seq=z.seq, kopf_hash=""),
            zaehlen,
        )

    async def all(self) -> dict[str, Objekt]:
        """Every object of the town by its path, asked in-process."""
        return {o["id"].removeprefix(WURZEL): o async for o in self.schau.all("muster")}

    async def shown(self, pfad: str) -> Objekt:
        objekt = await self.schau.object(pfad)
        assert objekt is not None, pfad
        return objekt


def held(f: Fenster) -> Fenster:
    """A meeting with a public paper and a non-public item, held and minuted, with documents that are really there."""
    haus = f.haus
    haus.freigegeben(
        abschnitte=[f.put("Die Lage ist ernst.", "Sachlage")],
        anlagen=[f.put("Nord ist oben.", "Übersicht: Plan.txt", medientyp="text/plain"), f.put("Nur intern.", "G.txt", oeffentlich=False)],
    )  # fmt: skip
    haus.sitzung(raum="Saal 1", ort="Rathaus")
    top = haus.aufgesetzt()
    haus.do(S, "top_ergaenzen", DIENST, titel=GEHEIM, oeffentlich=False, bezeichnung=NEUTRAL)
    haus.do(S, "einladen", DIENST)
    haus.eroeffnet()
    haus.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    haus.do(S, "ergebnis", SCHRIFT, top=2, wortlaut="ungeändert beschlossen")
    haus.do(S, "schliessen", VORSITZ)
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=f.put("Frau Beispiel spricht."))
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=f.put("Es wird gesprochen."), internet=True)
    for akteur in (SCHRIFT, VORSITZ):
        haus.do(S, "niederschrift_unterzeichnen", akteur, original="Akte")
    return f


@asynccontextmanager
async def client(schau: Schaufenster) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody on the net."""
    app = FastAPI()
    app.include_router(routes(schau))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASIS) as c:
        yield c


def links(wert: Any) -> Iterator[str]:
    """Every URL of ours in a piece of JSON."""
    if isinstance(wert, dict):
        for inhalt in wert.values():
            yield from links(inhalt)
    elif isinstance(wert, list):
        for element in wert:
            yield from links(element)
    elif isinstance(wert, str) and wert.startswith(WURZEL):
        yield wert


async def crawl(c: httpx.AsyncClient, start: str = f"{WURZEL}system") -> dict[str, httpx.Response]:
    """Every answer behind every URL of ours that anything names, from the entrance on."""
    offen, antworten = [start], dict[str, httpx.Response]()
    while offen:
        url = offen.pop()
        if url not in antworten:
            antworten[url] = await c.get(url)
            if antworten[url].headers["content-type"] == "application/json":
                offen += links(antworten[url].json())
    return antworten


def check(antworten: dict[str, httpx.Response]) -> dict[str, Objekt]:
    """Everything valid and to be had, the same wherever it is named, files as announced. Returns the objects."""
    assert {url: a.status_code for url, a in antworten.items() if a.status_code != 200} == {}
    json_ = {url: a.json() for url, a in antworten.items() if a.headers["content-type"] == "application/json"}
    objekte = {url: inhalt for url, inhalt in json_.items() if "data" not in inhalt}
    for url, objekt in objekte.items():
        assert objekt["id"] == url and faults(objekt) == [], objekt
    for seite in (inhalt for inhalt in json_.values() if "data" in inhalt):
        assert seite.keys() == {"data", "links", "pagination"}
        for objekt in seite["data"]:
            assert objekt == objekte.get(objekt["id"], objekt), "in der Liste wie unter der eigenen Adresse"
    for objekt in objekte.values():
        if objekt["type"].endswith("/File"):
            _check_file(objekt, antworten)
    return objekte


def _check_file(objekt: Objekt, antworten: dict[str, httpx.Response]) -> None:
    ansehen, speichern = antworten[objekt["accessUrl"]], antworten[objekt["downloadUrl"]]
    assert ansehen.content == speichern.content and ansehen.headers["content-type"] == objekt["mimeType"]
    assert ansehen.headers["content-disposition"].startswith("inline;")
    assert speichern.headers["content-disposition"].startswith("attachment;")
    assert int(ansehen.headers["content-length"]) == len(ansehen.content) == objekt.get("size", len(ansehen.content))
    assert objekt.get("sha512Checksum") in (None, hashlib.sha512(ansehen.content).hexdigest())


def everything(antworten: dict[str, httpx.Response]) -> str:
    """Every byte that was given out, headers and addresses too, as text."""
    return "\n".join(
        f"{url}\n{json.dumps(dict(a.headers))}\n{a.content.decode('utf-8', 'replace')}" for url, a in antworten.items()
    )
