"""A source that is an OParl endpoint: its lists, page by page, one request after the other; and its files.

Persons and memberships are not asked for: what a town keeps of people it enters itself (``sitze`` in the Regelwerk).
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from lifecycle.ablehnung import Unplausibel
from lifecycle.nachschlagen import HOECHSTGROESSE_ANLAGE
from uebernahme.lesen import Roh, references
from uebernahme.quelle import Bestand, read

LISTEN = ("organization", "meeting", "paper")
EINGEBETTET = {
    "paper": ("consultation", "mainFile", "auxiliaryFile"),
    "meeting": ("agendaItem", "location", "invitation", "resultsProtocol", "verbatimProtocol", "auxiliaryFile"),
    "agendaItem": ("resolutionFile", "auxiliaryFile"),
}
"""Fields that hold objects; some servers put a URL there instead."""
FRIST = httpx.Timeout(30.0, connect=10.0)
PAUSEN = (1.0, 3.0, 10.0, 30.0)
"""Seconds before each repetition."""
WIEDERHOLBAR = frozenset({408, 425, 429, 500, 502, 503, 504})
SEITEN = 100_000
HOECHSTENS = 50_000_000
"""Bytes of one answer."""
KENNUNG = {"User-Agent": "Laufmappe (Uebernahme)", "Accept": "application/json"}
Fortschritt = Callable[[str, int], None]


class NichtLesbar(Exception):
    """The source does not answer as an OParl endpoint should; the sentence says where."""


class Endpunkt:
    """Reads one endpoint. ``fortschritt`` hears what is read and how many objects there are."""

    def __init__(self, http: httpx.AsyncClient, fortschritt: Fortschritt | None = None) -> None:
        self._http = http
        self._fortschritt = fortschritt
        self.fehlt: list[str] = []
        """URLs that were named and are not to be had."""

    async def read(self, url: str) -> Bestand:
        """Everything of a town. Raises Unplausibel for a URL that is no System or Body, NichtLesbar."""
        body = await self._body(await self._get(url), url)
        listen: dict[str, list[Any]] = {"body": [body]}
        for typ in LISTEN:
            adresse = next(iter(references(body, typ)), None)
            listen[typ] = [o async for o in self._list(adresse)] if adresse else []
            if self._fortschritt:
                self._fortschritt(typ, len(listen[typ]))
        for typ in ("meeting", "paper"):
            for objekt in listen[typ]:
                await self._embed(typ, objekt)
        return read(listen, dt.datetime.now(dt.UTC))

    async def _body(self, roh: Any, url: str) -> Roh:
        """The Body that is meant: this one, or the only one of this System."""
        art = str(roh.get("type", "")).rpartition("/")[2] if isinstance(roh, dict) else ""
        if art == "Body":
            return dict(roh)
        bodies = [b async for b in self._list(next(iter(references(roh, "body")), ""))] if art == "System" else []
        if len(bodies) == 1:
            return dict(bodies[0])
        if bodies:
            namen = ", ".join(f"{b.get('name')}: {b.get('id')}" for b in bodies[:20])
            raise Unplausibel(f"Diese Quelle hat mehrere Kommunen. Bitte die Adresse einer davon angeben: {namen}.")
        raise Unplausibel(f"„{url}“ ist kein System und keine Kommune (Body) nach OParl. Bitte die Adresse prüfen.")

    async def _list(self, url: str) -> AsyncIterator[Roh]:
        """Every object of a list, page after page; a page that was seen already ends it."""
        gesehen: set[str] = set()
        while url and url not in gesehen and len(gesehen) < SEITEN:
            gesehen.add(url)
            seite = await self._get(url)
            for objekt in _elements(seite):
                yield objekt
            url = _next(seite, url)

    async def _embed(self, typ: str, objekt: Roh) -> None:
        """Puts objects where only their URLs stand. What is not to be had stays a URL."""
        for feld in EINGEBETTET.get(typ, ()):
            wert = objekt.get(feld)
            if isinstance(wert, list):
                objekt[feld] = [await self._object(w) for w in wert]
            elif isinstance(wert, str):
                objekt[feld] = await self._object(wert)
            for teil in objekt.get(feld) or () if feld == "agendaItem" else ():
                if isinstance(teil, dict):
                    await self._embed("agendaItem", teil)

    async def _object(self, wert: Any) -> Any:
        if not isinstance(wert, str):
            return wert
        try:
            return await self._get(wert)
        except (NichtLesbar, Unplausibel):
            self.fehlt.append(wert)
            return wert

    async def _get(self, url: str) -> Any:
        verify_url(url)
        antwort = await self._patiently(url)
        try:
            return antwort.json()
        except (ValueError, RecursionError):
            raise NichtLesbar(f"„{url}“ antwortet nicht mit JSON. Bitte die Adresse prüfen.") from None

    async def _patiently(self, url: str) -> httpx.Response:
        for pause in (*PAUSEN, None):
            try:
                antwort = await self._http.get(url)
                if antwort.status_code not in WIEDERHOLBAR:
                    break
                grund = f"antwortet mit {antwort.status_code}"
            except httpx.HTTPError as fehler:
                grund = f"antwortet nicht ({type(fehler).__name__})"
            if pause is None:
                raise NichtLesbar(f"„{url}“ {grund}. Bitte später wiederholen; was schon übernommen ist, bleibt.")
            await asyncio.sleep(pause)  # the source asks for patience; nothing announces when it is ready
        if antwort.is_error:
            raise NichtLesbar(f"„{url}“ antwortet mit {antwort.status_code}. Bitte die Adresse prüfen.")
        if len(antwort.content) > HOECHSTENS:
            raise NichtLesbar(f"„{url}“ antwortet mit mehr als {HOECHSTENS // 10**6} MB auf einmal.")
        return antwort

    async def content(self, url: str) -> bytes | None:
        """A file's content. None where it is not to be had, or larger than an attachment may be."""
        teile: list[bytes] = []
        try:
            verify_url(url)
            async with self._http.stream("GET", url) as antwort:
                if antwort.is_error:
                    return None
                async for teil in antwort.aiter_bytes():
                    teile.append(teil)
                    if sum(map(len, teile)) > HOECHSTGROESSE_ANLAGE:
                        return None
        except (httpx.HTTPError, Unplausibel):
            return None
        return b"".join(teile)


@asynccontextmanager
async def endpoint(fortschritt: Fortschritt | None = None) -> AsyncIterator[Endpunkt]:
    """An endpoint's reader with a connection of its own."""
    async with httpx.AsyncClient(timeout=FRIST, headers=KENNUNG, follow_redirects=True) as http:
        yield Endpunkt(http, fortschritt)


def is_url(quelle: str) -> bool:
    """Whether the source is an endpoint and no folder."""
    return quelle.startswith(("http://", "https://"))


def verify_url(url: str) -> None:
    """Raises Unplausibel for what is no web address."""
    try:
        gut = is_url(url) and bool(urlsplit(url).hostname)
    except ValueError:
        gut = False
    if not gut:
        raise Unplausibel(f"„{url[:200]}“ ist keine Webadresse. Erwartet wird etwa https://ris.example.org/oparl/v1.1/system.")


def _elements(seite: Any) -> Iterable[Roh]:
    werte = seite.get("data") if isinstance(seite, dict) else seite
    return (w for w in werte if isinstance(w, dict)) if isinstance(werte, list) else _single(seite)


def _single(seite: Any) -> Iterator[Roh]:
    if isinstance(seite, dict) and "id" in seite:
        yield seite


def _next(seite: Any, url: str) -> str:
    links = seite.get("links") if isinstance(seite, dict) else None
    weiter = links.get("next") if isinstance(links, dict) else None
    return urljoin(url, weiter) if isinstance(weiter, str) else ""
