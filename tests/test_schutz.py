"""What goes around every door by HTTP: headers, limits of size and number, and what other sites may not do."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st

from anmeldedienst import mapping
from schemas.regelwerk import Regelwerke
from tuer import DRAUSSEN, HIER, WER, Tuer
from web.schutz import Grenze, Obergrenze, haeufigkeit
from web.schutz.absender import Absender

SB = {"Authorization": "Bearer demo:sachbearbeitung@a-46"}
NETZE = ("10.0.0.0/8", "2001:db8:1::/48")


@pytest.fixture
def tuer(muster: Regelwerke, tmp_path: Path) -> Tuer:
    return Tuer(muster, tmp_path, koerper=(Obergrenze("/roh", 64_000), Obergrenze("/", 1000)))


async def parts(*stuecke: bytes) -> AsyncIterator[bytes]:
    for stueck in stuecke:
        yield stueck


# Headers


UEBERALL = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize("pfad", ["/seite", "/anmeldung", WER, "/gibtesnicht", "/strom"])
async def test_every_answer_bears_them(tuer: Tuer, pfad: str) -> None:
    async with tuer.browser() as browser:
        kopf = (await browser.get(pfad)).headers
    assert {name: kopf[name] for name in UEBERALL} == UEBERALL
    regeln = dict(regel.strip().split(" ", 1) for regel in kopf["content-security-policy"].split(";"))
    assert (
        regeln["default-src"] == "'self'" and regeln["frame-ancestors"] == regeln["object-src"] == regeln["base-uri"] == "'none'"
    )
    assert regeln["form-action"] == "'self'" and "unsafe" not in kopf["content-security-policy"]
    assert "strict-transport-security" not in kopf


async def test_refusals_bear_them_too(tuer: Tuer, muster: Regelwerke, tmp_path: Path) -> None:
    knapp = Tuer(muster, tmp_path, grenzen=(Grenze("/", 1, 1),))
    async with knapp.browser() as browser, tuer.browser() as anderer:
        antworten = [
            await anderer.post("/roh", content=b"x" * 70_000),
            await anderer.post("/roh", headers={"Sec-Fetch-Site": "cross-site"}),
            *[await browser.get("/seite") for _ in range(2)][1:],
        ]
    assert [a.status_code for a in antworten] == [413, 403, 429]
    assert all(a.headers["x-content-type-options"] == "nosniff" and "content-security-policy" in a.headers for a in antworten)
    assert all(
        a.headers["content-type"] == "application/problem+json" and a.json()["type"].startswith("urn:laufmappe:")
        for a in antworten
    )


async def test_nothing_personal_is_kept_by_browsers_and_proxies(tuer: Tuer) -> None:
    async with tuer.browser(headers=SB) as browser:
        assert (await browser.get(WER)).headers["cache-control"] == "no-store"
        assert (await browser.get("/anmeldung/ich")).headers["cache-control"] == "no-store"
        assert "cache-control" not in (await browser.get("/seite")).headers
        assert (await browser.get("/strom")).headers["cache-control"] == "max-age=5"  # what an answer says for itself stays
        assert (await browser.get("/oparl/v1.1/system")).headers["cross-origin-resource-policy"] == "cross-origin"


async def test_with_tls_browsers_come_back_by_tls_and_forms_may_lead_to_the_provider(muster: Regelwerke, tmp_path: Path) -> None:
    tuer = Tuer(muster, tmp_path, datei=mapping(tmp_path, "https://anmeldung.example/realms/rathaus"), adresse=DRAUSSEN)
    async with tuer.browser() as browser:
        kopf = (await browser.get("/seite")).headers
    assert kopf["strict-transport-security"] == "max-age=31536000" and "laufmappe-probebetrieb" not in kopf
    assert "form-action 'self' https://anmeldung.example" in kopf["content-security-policy"]


async def test_streams_stay_streams(tuer: Tuer) -> None:
    """Each piece goes out before the next is made: told by the order of what the server is given."""
    gesendet: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(nachricht: Any) -> None:
        gesendet.append(nachricht)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/strom",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    await tuer.app({**scope, "asgi": {"version": "3.0", "spec_version": "2.4"}, "client": ("192.0.2.1", 1)}, receive, send)
    assert [n.get("body") for n in gesendet[1:3]] == [b"eins", b"zwei"]


# Size


async def test_what_is_within_the_limit_passes(tuer: Tuer) -> None:
    async with tuer.browser() as browser:
        assert (await browser.post("/roh", content=b"x" * 64_000)).json() == 64_000
        assert (await browser.post("/roh", content=parts(b"x" * 63_999, b"y"))).json() == 64_000
        assert (await browser.post("/json", json={"a": "b"})).json() == 1


@pytest.mark.parametrize("pfad", ["/roh", "/json", "/gibtesnicht"])
@pytest.mark.parametrize("angesagt", [True, False])
async def test_more_is_refused_whether_announced_or_not(tuer: Tuer, pfad: str, angesagt: bool) -> None:
    rumpf = b'{"a": "' + b"x" * 70_000 + b'"}'
    async with tuer.browser() as browser:
        antwort = await browser.post(pfad, content=rumpf if angesagt else parts(rumpf[:900], rumpf[900:]))
    if pfad == "/gibtesnicht" and not angesagt:
        assert antwort.status_code == 404  # nobody read it
        return
    assert antwort.status_code == 413
    menge = "64 KB" if pfad == "/roh" else "1 KB"
    assert antwort.json()["title"] == "ZuGross" and menge in antwort.json()["detail"]


@pytest.mark.parametrize("laenge", ["1001", "9" * 5000, "-1", "1e3", "0x10", " ", "²"])
async def test_lengths_that_are_too_big_or_none(tuer: Tuer, laenge: str) -> None:
    async with tuer.browser() as browser:
        antwort = await browser.post("/json", content=parts(b"{}"), headers={b"Content-Length": laenge.encode("latin-1")})
    assert antwort.status_code == 413


async def test_reading_stops_where_the_limit_is(tuer: Tuer) -> None:
    gelesen = 0

    async def endlos() -> AsyncIterator[bytes]:
        nonlocal gelesen
        while True:
            gelesen += 1
            yield b"x" * 1000

    async with tuer.browser() as browser:
        assert (await browser.post("/roh", content=endlos())).status_code == 413
    assert gelesen == 65


# Number


@pytest.fixture
def knapp(muster: Regelwerke, tmp_path: Path) -> Tuer:
    return Tuer(muster, tmp_path, grenzen=(Grenze("/seite", 3, 0.5), Grenze("/api", 2, 1)), proxys=NETZE)


async def test_a_burst_and_then_a_steady_flow(knapp: Tuer) -> None:
    async with knapp.browser() as browser:
        assert [(await browser.get("/seite")).status_code for _ in range(4)] == [200, 200, 200, 429]
        zuviel = await browser.get("/seite")
        assert (
            zuviel.headers["retry-after"] == "2" and zuviel.json()["title"] == "ZuOft" and "2 Sekunden" in zuviel.json()["detail"]
        )
        knapp.sekunden += 2
        assert [(await browser.get("/seite")).status_code for _ in range(2)] == [200, 429]
        knapp.sekunden += 1000
        assert [(await browser.get("/seite")).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert {(await browser.get("/strom")).status_code for _ in range(20)} == {200}  # no row fits


async def test_people_from_one_address_do_not_share(knapp: Tuer) -> None:
    async with knapp.browser() as browser:
        for wer in ("demo:sachbearbeitung@a-46", "demo:amtsleitung@a-46"):
            kopf = {"Authorization": f"Bearer {wer}"}
            assert [(await browser.get(WER, headers=kopf)).status_code for _ in range(3)] == [200, 200, 429]
        assert (await browser.get(WER)).status_code == 401


async def test_tokens_that_are_not_true_count_to_the_address(knapp: Tuer) -> None:
    async with knapp.browser() as browser:
        kopf = [{"Authorization": f"Bearer geraten-{nr}"} for nr in range(3)]
        assert [(await browser.get(WER, headers=k)).status_code for k in kopf] == [401, 401, 429]
    async with knapp.browser("192.0.2.9") as anderer:
        assert (await anderer.get(WER, headers=kopf[0])).status_code == 401


async def test_a_person_has_one_bucket_from_wherever(knapp: Tuer) -> None:
    async with knapp.browser("192.0.2.1") as hier, knapp.browser("192.0.2.2") as dort:
        assert [(await b.get(WER, headers=SB)).status_code for b in (hier, dort, hier)] == [200, 200, 429]


async def test_memory_is_bounded(knapp: Tuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(haeufigkeit, "HOECHSTENS", 10)
    innen = knapp.app._app  # type: ignore[attr-defined]
    for nr in range(50):
        async with knapp.browser(f"192.0.2.{nr}") as browser:
            assert (await browser.get("/seite")).status_code == 200
    assert len(innen._eimer) == 10
    async with knapp.browser("192.0.2.49") as letzter:
        assert [(await letzter.get("/seite")).status_code for _ in range(3)] == [200, 200, 429]  # it was not the one to go


@pytest.mark.parametrize(
    ("nachbar", "weg", "erwartet"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.5", "192.0.2.1"),  # no proxy of ours: its word does not count
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.7, 203.0.113.5", "203.0.113.5"),  # the first may be invented
        ("10.0.0.1", "203.0.113.5, 10.2.2.2", "203.0.113.5"),
        ("10.0.0.1", "unsinn", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("2001:db8:1::9", "2001:db8:2:3:4:5:6:7", "2001:db8:2:3::/64"),
        ("2001:db8:5:6:1:1:1:1", None, "2001:db8:5:6::/64"),
        ("::ffff:192.0.2.1", None, "192.0.2.1"),
    ],
)
def test_where_a_request_comes_from(nachbar: str, weg: str | None, erwartet: str) -> None:
    kopf = [(b"x-forwarded-for", weg.encode())] if weg is not None else []
    assert Absender(NETZE).of({"type": "http", "client": (nachbar, 1), "headers": kopf}) == erwartet
    assert Absender(NETZE).of({"type": "http", "client": None, "headers": kopf}) == "unbekannt"


@given(weg=st.lists(st.text(st.characters(max_codepoint=255)), max_size=4))
def test_no_chain_whatever_breaks_us(weg: list[str]) -> None:
    kopf = [(b"x-forwarded-for", teil.encode("latin-1")) for teil in weg]
    assert Absender(("0.0.0.0/0",)).of({"type": "http", "client": ("10.0.0.1", 1), "headers": kopf})


# Other sites


FREMD: dict[str, tuple[dict[str, str], bool]] = {
    "same origin": ({"Sec-Fetch-Site": "same-origin"}, True),
    "cross-site": ({"Sec-Fetch-Site": "cross-site"}, False),
    "another host of the same site": ({"Sec-Fetch-Site": "same-site"}, False),
    "typed": ({"Sec-Fetch-Site": "none"}, False),
    "cross-site that claims our origin": ({"Sec-Fetch-Site": "cross-site", "Origin": HIER}, False),
    "older browser, our origin": ({"Origin": HIER}, True),
    "older browser, another origin": ({"Origin": "https://fremd.example"}, False),
    "older browser, another port": ({"Origin": "http://localhost:1"}, False),
    "older browser, another scheme": ({"Origin": "https://localhost:18100"}, False),
    "a sandboxed frame": ({"Origin": "null"}, False),
    "says nothing": ({}, False),
}


@pytest.mark.parametrize("was", FREMD)
async def test_who_may_act_with_a_cookie(tuer: Tuer, was: str) -> None:
    kopf, darf = FREMD[was]
    async with tuer.browser() as browser:
        await browser.post("/anmeldung", data={"wer": "sachbearbeitung@a-46"})
        del browser.headers["Sec-Fetch-Site"]
        assert (await browser.get(WER, headers=kopf)).status_code == 200  # reading needs no proof
        antwort = await browser.post(WER, headers=kopf)
        assert antwort.status_code == (200 if darf else 403)
        if not darf:
            assert "von einer anderen Seite" in antwort.json()["detail"]
        assert (await browser.post(WER, headers=kopf | SB)).status_code == 200  # a token is proof enough
        basis = await browser.post(WER, headers=kopf | {"Authorization": "Basic YTpi"})  # which browsers send by themselves
        assert basis.status_code == (200 if darf else 403)


async def test_nobody_is_signed_in_or_out_by_another_site(tuer: Tuer) -> None:
    async with tuer.browser() as browser:
        fremd = {"Sec-Fetch-Site": "cross-site"}
        assert (await browser.post("/anmeldung", data={"wer": "sachbearbeitung@a-46"}, headers=fremd)).status_code == 403
        await browser.post("/anmeldung", data={"wer": "sachbearbeitung@a-46"})
        for pfad in ("/anmeldung/abmelden", "/anmeldung/rolle"):
            assert (await browser.post(pfad, headers=fremd)).status_code == 403
            assert (await browser.get(pfad)).status_code == 405
        assert (await browser.get(WER)).status_code == 200


async def test_programs_without_cookies_need_say_nothing(tuer: Tuer) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(tuer.app), base_url=HIER) as programm:
        assert (await programm.post("/json", json={})).status_code == 200


async def test_on_a_real_server(tuer: Tuer) -> None:
    """What a server makes of a body that is cut off, chunked as it came over the wire; the next request is answered."""
    server = uvicorn.Server(uvicorn.Config(tuer.app, port=0, log_level="error", lifespan="off"))
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        lauf = asyncio.create_task(server.serve(sockets=[s]))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{s.getsockname()[1]}", headers=SB) as netz:
            assert (await netz.post("/roh", content=parts(b"x" * 70_000))).status_code == 413
            assert (await netz.post("/roh", content=parts(b"x" * 7, b"y"))).json() == 8
            assert (await netz.get("/strom")).text == "einszwei"
            assert (await netz.get(WER)).json()["rolle"] == "sachbearbeitung"
        server.should_exit = True
        await lauf
