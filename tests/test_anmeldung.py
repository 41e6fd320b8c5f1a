"""Signing in with a browser at a real provider: the whole way, its ends, and what others might try on it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.datastructures import MutableHeaders

from anmeldedienst import ALTES, AUDIENCE, SB, KleinerDienst, at_provider, cookie_names, mapping, real_provider, sign_in
from einstellungen import EinstellungFehlt
from schemas.regelwerk import Regelwerke
from tuer import DRAUSSEN, HIER, WER, Tuer
from web.anmeldung import verify_binding
from web.anmeldung.seiten import local_target

pytestmark = pytest.mark.filterwarnings(*ALTES)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with real_provider() as wo:
        yield wo


@pytest.fixture
def tuer(issuer: str, muster: Regelwerke, tmp_path: Path) -> Tuer:
    return Tuer(muster, tmp_path, datei=mapping(tmp_path, issuer, "[sitzung]\nuntaetig_minuten = 30\nhoechstens_stunden = 2"))


async def test_from_the_page_to_the_provider_and_back(tuer: Tuer, issuer: str) -> None:
    async with tuer.browser() as browser:
        hin = await browser.get("/anmeldung", params={"weiter": "/seite?x=1"})
        frage = parse_qs(urlsplit(hin.headers["location"]).query)
        assert hin.headers["location"].startswith(f"{issuer}/oauth2/authorize?")
        assert frage["code_challenge_method"] == ["S256"] and len(frage["code_challenge"][0]) == 43
        assert frage["redirect_uri"] == [f"{HIER}/anmeldung/zurueck"] and frage["response_type"] == ["code"]
        zurueck = await browser.get(await at_provider(hin.headers["location"], SB))
        assert (zurueck.status_code, zurueck.headers["location"]) == (303, "/seite?x=1")
        assert cookie_names(zurueck) == {"laufmappe", "laufmappe-hinweis"}
        assert "laufmappe-hin" not in browser.cookies
        assert (await browser.get(WER)).json()["person"] == SB
        ich = (await browser.get("/anmeldung/ich")).json()
        assert [ort["kommune"] for ort in ich["kommunen"]] == ["muster"]
        assert [(r["wort"], r["gewaehlt"]) for r in ich["kommunen"][0]["rollen"]] == [
            ("sachbearbeitung@a-46", True),
            ("amtsleitung@a-46", False),
        ]
        assert not ich["probebetrieb"] and ich["endet"]


async def test_the_cookie_shows_nothing_and_no_script_gets_it(issuer: str, muster: Regelwerke, tmp_path: Path) -> None:
    tuer = Tuer(muster, tmp_path, datei=mapping(tmp_path, issuer), adresse=DRAUSSEN)
    async with tuer.browser() as browser:
        zurueck = await sign_in(tuer, browser, "erika@stadt.example")
        zeilen = [z for z in zurueck.headers.get_list("set-cookie") if z.startswith("__Host-laufmappe=")]
        assert len(zeilen) == 1
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(zeilen[0].split("; ")) and "Domain" not in zeilen[0]
        person = (await browser.get(WER)).json()["person"]
        assert re.fullmatch(r"p-[0-9a-f]{32}", person)
        assert not any(wort in "".join(zeilen) for wort in ("erika", "rathaus", person))
        nochmal = await sign_in(tuer, browser, "erika@stadt.example")
        assert (await browser.get(WER)).json()["person"] == person and nochmal.status_code == 303


async def test_doing_nothing_ends_it_and_doing_something_goes_on_until_the_end(tuer: Tuer) -> None:
    async with tuer.browser() as browser:
        await sign_in(tuer, browser, SB)
        tuer.uhr.later(seconds=30)
        assert not cookie_names(await browser.get(WER))  # noted closely enough
        for _ in range(4):
            tuer.uhr.later(minutes=29)
            assert (await browser.get(WER)).status_code == 200
        tuer.uhr.later(minutes=5)
        ende = await browser.get(WER)
        assert ende.status_code == 401 and "abgelaufen" in ende.json()["detail"]  # two hours
    async with tuer.browser() as browser:
        await sign_in(tuer, browser, SB)
        tuer.uhr.later(minutes=30)
        assert (await browser.get(WER)).status_code == 401


async def test_signing_out_here_and_there(tuer: Tuer, issuer: str) -> None:
    async with tuer.browser() as browser:
        await sign_in(tuer, browser, SB)
        behalten = dict(browser.cookies)
        tuer.uhr.later(minutes=5)  # a cookie that would be sent anew
        weg = await browser.post("/anmeldung/abmelden")
        ziel = urlsplit(weg.headers["location"])
        frage = parse_qs(ziel.query)
        assert weg.status_code == 303 and f"{ziel.scheme}://{ziel.netloc}" == issuer
        assert frage["post_logout_redirect_uri"] == [f"{HIER}/anmeldung/abgemeldet"] and frage["client_id"] == ["laufmappe"]
        assert frage["id_token_hint"][0].count(".") == 2
        assert not browser.cookies and not cookie_names(weg)
        assert (await browser.get(WER)).status_code == 401
        assert (await browser.get("/anmeldung/abgemeldet")).status_code == 200
    async with tuer.browser(cookies=behalten) as anderer:
        assert (await anderer.get(WER)).status_code == 401  # not with a copy either
        assert (await anderer.post("/anmeldung/abmelden")).status_code == 303


async def test_an_answer_that_was_under_way_does_not_bring_back_what_was_ended(tuer: Tuer) -> None:
    """It read the cookie before the signing out, and is sent after it."""
    async with tuer.browser() as browser:
        await sign_in(tuer, browser, SB)
        tuer.uhr.later(minutes=5)
        session = tuer.anmeldung.sessions.read(dict(browser.cookies))
        vorher, nachher = MutableHeaders(), MutableHeaders()
        tuer.anmeldung.sessions.renew(vorher, session)
        await browser.post("/anmeldung/abmelden")
        tuer.anmeldung.sessions.renew(nachher, session)
        assert "set-cookie" in vorher and "set-cookie" not in nachher


async def test_a_cookie_that_was_changed_or_comes_from_elsewhere(
    tuer: Tuer, issuer: str, muster: Regelwerke, tmp_path: Path
) -> None:
    async with tuer.browser() as browser:
        await sign_in(tuer, browser, SB)
        echt = browser.cookies["laufmappe"]
        hinweis = browser.cookies["laufmappe-hinweis"]
    anderswo = tmp_path / "anderswo"
    anderswo.mkdir()
    fremd = Tuer(muster, anderswo, datei=mapping(anderswo, issuer))
    async with fremd.browser() as browser:
        await sign_in(fremd, browser, SB)
        andere = browser.cookies["laufmappe"]
    teile = echt.split(".")
    for falsch in (
        andere,
        hinweis,
        echt[:-8] + "AAAAAAAA",
        ".".join([*teile[:3], teile[3][::-1], teile[4]]),
        "x",
        "a.b.c.d.e",
        "ä",
    ):
        async with tuer.browser() as browser:
            antwort = await browser.get(WER, headers={b"Cookie": f"laufmappe={falsch}".encode()})
            assert antwort.status_code == 401
    async with tuer.browser() as browser:
        assert (await browser.get(WER, headers={"Cookie": f"laufmappe={echt}"})).status_code == 200


async def test_a_way_back_that_was_not_begun_here(tuer: Tuer) -> None:
    async with tuer.browser() as browser, tuer.browser() as opfer:
        hin = await browser.get("/anmeldung")
        zurueck = await at_provider(hin.headers["location"], SB)
        untergeschoben = await opfer.get(zurueck)  # an attacker's answer in the victim's browser
        assert untergeschoben.status_code == 422 and "keiner Anmeldung" in untergeschoben.text
        await opfer.get("/anmeldung")
        assert (await opfer.get(zurueck)).status_code == 422
        assert (await opfer.get(WER)).status_code == 401
        andere = re.sub("state=[^&]+", "state=geraten", zurueck)
        assert (await browser.get(andere)).status_code == 422
        assert (await browser.get(re.sub("&?state=[^&]+", "", zurueck))).status_code == 422
        assert (await browser.get(zurueck + "&iss=https://anderer.example")).status_code == 422
        tuer.uhr.later(minutes=11)
        assert (await browser.get(zurueck)).status_code == 422


async def test_a_code_counts_once_and_a_refusal_is_said(tuer: Tuer) -> None:
    async with tuer.browser() as browser:
        hin = await browser.get("/anmeldung")
        state = parse_qs(urlsplit(hin.headers["location"]).query)["state"][0]
        nein = await browser.get("/anmeldung/zurueck", params={"state": state, "error": "access_denied"})
        assert nein.status_code == 422 and "nicht erteilt" in nein.text and "access_denied" not in nein.text
        assert (await browser.get("/anmeldung/zurueck", params={"state": state, "code": "geraten"})).status_code == 422
        zurueck = await at_provider(hin.headers["location"], SB)
        hin_cookie = dict(browser.cookies)
        assert (await browser.get(zurueck)).status_code == 303
    async with tuer.browser(cookies=hin_cookie) as browser:
        assert (await browser.get(zurueck)).status_code == 422


async def test_an_id_token_for_another_attempt_is_refused(tuer: Tuer) -> None:
    """The code of another attempt: the state is ours, the nonce in the token is the other's."""
    async with tuer.browser() as browser, tuer.browser() as anderer:
        zurueck = await at_provider((await anderer.get("/anmeldung")).headers["location"], "ohne")
        code = parse_qs(urlsplit(zurueck).query)["code"][0]
        state = parse_qs(urlsplit((await browser.get("/anmeldung")).headers["location"]).query)["state"][0]
        assert (await browser.get("/anmeldung/zurueck", params={"code": code, "state": state})).status_code == 401
        assert (await browser.get(WER)).status_code == 401


FREMDE_ZIELE = [
    *(
        "https://fremd.example",
        "//fremd.example",
        "/\\fremd.example",
        "\\\\fremd.example",
        "javascript:alert(1)",
        "fremd.example",
    ),
    *("/\t/fremd.example", "/\n/fremd.example", " //fremd.example", "///fremd.example", "", "/" + "x" * 2000, "http:/seite"),
]


@pytest.mark.parametrize("ziel", FREMDE_ZIELE)
async def test_nobody_is_led_elsewhere(tuer: Tuer, ziel: str) -> None:
    assert local_target(ziel) == "/"
    async with tuer.browser() as browser:
        assert (await sign_in(tuer, browser, SB, weiter=ziel)).headers["location"] == "/"
        antwort = await browser.post("/anmeldung/rolle", data={"rolle": "amtsleitung@a-46", "weiter": ziel})
        assert antwort.headers["location"] == "/"


def test_paths_of_ours_are_kept() -> None:
    for pfad in ("/", "/vorlagen/1?x=a#b", "/suche?q=https://x.example", "/vorlagen/%C3%A4"):
        assert local_target(pfad) == pfad


async def test_the_chosen_role_stays(tuer: Tuer) -> None:
    async with tuer.browser() as browser:
        await sign_in(tuer, browser, SB)
        assert (await browser.post("/anmeldung/rolle", data={"rolle": "amtsleitung@a-46"})).status_code == 303
        assert (await browser.get(WER)).json()["rolle"] == "amtsleitung"
        tuer.uhr.later(minutes=5)
        assert (await browser.get(WER)).json()["rolle"] == "amtsleitung"  # renewed
        assert (await browser.get(WER, headers={"Laufmappe-Rolle": "sachbearbeitung@a-46"})).json()["rolle"] == "sachbearbeitung"
        for falsch in ("system@a-46", "amtsleitung@a-50", ""):
            assert (await browser.post("/anmeldung/rolle", data={"rolle": falsch})).status_code == 403
        await sign_in(tuer, browser, SB)
        assert (await browser.get(WER)).json()["rolle"] == "sachbearbeitung"  # a new session begins anew


async def test_who_has_a_token_is_not_who_the_cookie_says(tuer: Tuer) -> None:
    async with tuer.browser() as browser:
        await sign_in(tuer, browser, SB)
        assert (await browser.get(WER, headers={"Authorization": "Bearer unsinn"})).status_code == 401


async def test_signing_in_as_somebody_else_replaces_the_first(tuer: Tuer) -> None:
    """Also where the first one's cookie was due to be sent anew with just that answer."""
    async with tuer.browser() as browser:
        await sign_in(tuer, browser, SB)
        hin = await browser.get("/anmeldung")
        tuer.uhr.later(minutes=5)
        await browser.get(await at_provider(hin.headers["location"], "zwei-staedte"))
        assert (await browser.get(WER)).json()["person"] == "zwei-staedte"


async def test_other_towns_are_not_there(tuer: Tuer) -> None:
    async with tuer.browser() as browser:
        await sign_in(tuer, browser, SB)
        fremd = await browser.get("/api/v1/kreisstadt/wer")
        keine = await browser.get("/api/v1/gibtesnicht/wer")
        assert fremd.status_code == keine.status_code == 404 and fremd.json() == keine.json()
        assert (await browser.get("/api/v1/wer")).json()["stelle"] == "a-46"


async def test_what_is_held_in_one_town_does_not_count_in_another(tuer: Tuer) -> None:
    async with tuer.browser() as browser:
        await sign_in(tuer, browser, "zwei-staedte")
        dienst = {"Laufmappe-Rolle": "sitzungsdienst@a-10"}
        assert (await browser.get("/api/v1/kreisstadt/wer", headers=dienst)).json()["rolle"] == "sitzungsdienst"
        assert (await browser.get(WER, headers=dienst)).status_code == 403
        assert (await browser.get("/api/v1/wer", headers=dienst)).status_code == 403
        ohne = await browser.get("/api/v1/wer")
        assert ohne.status_code == 403 and "mehrere Kommunen" in ohne.json()["detail"]


async def test_who_has_no_role_may_nothing(tuer: Tuer) -> None:
    async with tuer.browser() as browser:
        await sign_in(tuer, browser, "ohne")
        assert (await browser.get("/anmeldung/ich")).json()["kommunen"] == []
        antwort = await browser.get(WER)
        assert antwort.status_code == 403 and "keine Rolle hinterlegt" in antwort.json()["detail"]


async def test_who_is_signed_in_works_on_while_the_provider_is_away(muster: Regelwerke, tmp_path: Path) -> None:
    with real_provider() as issuer:
        tuer = Tuer(muster, tmp_path, datei=mapping(tmp_path, issuer))
        browser = tuer.browser()
        await sign_in(tuer, browser, SB)
    tuer.uhr.later(minutes=50)
    assert (await browser.get(WER)).status_code == 200
    abgemeldet = await browser.post("/anmeldung/abmelden")
    assert abgemeldet.status_code == 303 and not browser.cookies
    await browser.aclose()


@pytest.fixture
def dienst() -> Iterator[KleinerDienst]:
    kleiner = KleinerDienst()
    yield kleiner
    kleiner.stop()


async def test_a_provider_without_an_end_of_sessions(dienst: KleinerDienst, muster: Regelwerke, tmp_path: Path) -> None:
    tuer = Tuer(muster, tmp_path, datei=mapping(tmp_path, dienst.issuer))
    async with tuer.browser() as browser:
        assert (await browser.post("/anmeldung/abmelden")).headers["location"] == "/anmeldung/abgemeldet"


SCHLECHT: dict[str, dict[str, Any]] = {
    "an access token": {"typ": "Bearer"},
    "for the API": {"aud": AUDIENCE},
    "for somebody else too, who asked for it": {"aud": ["laufmappe", "anderes"], "azp": "anderes"},
    "of another attempt": {"nonce": "eine andere"},
    "of no attempt": {"nonce": None},
    "over": {"exp": 1},
    "of nobody": {"sub": ""},
}


@pytest.mark.parametrize("was", ["gut", *SCHLECHT])
async def test_a_provider_that_insists_on_pkce(dienst: KleinerDienst, muster: Regelwerke, tmp_path: Path, was: str) -> None:
    """It gives the token for the right verifier, client and address only; what it gives is looked at as closely."""
    tuer = Tuer(muster, tmp_path, datei=mapping(tmp_path, dienst.issuer))
    async with tuer.browser() as browser:
        wohin = (await browser.get("/anmeldung")).headers["location"]
        nonce = parse_qs(urlsplit(wohin).query)["nonce"][0]
        claims: dict[str, Any] = {"aud": "laufmappe", "nonce": nonce, "typ": "ID", "azp": "laufmappe"}
        zurueck = dienst.grant(wohin, dienst.token(tuer, **(claims | SCHLECHT.get(was, {}))))
        assert (await browser.get(zurueck)).status_code == (303 if was == "gut" else 401)
        assert (await browser.get(WER)).status_code == (200 if was == "gut" else 401)


async def test_too_many_groups_for_a_cookie_are_said(issuer: str, muster: Regelwerke, tmp_path: Path) -> None:
    zeilen = "\n".join(
        f'[[rollen]]\ngruppe = "{"g" * 40}{nr}"\nkommune = "muster"\nrolle = "sachbearbeitung"\nstelle = "a-46"'
        for nr in range(120)
    )
    tuer = Tuer(muster, tmp_path, datei=mapping(tmp_path, issuer, zeilen))
    httpx.put(f"{issuer}/users/viel", json={"groups": ["g" * 40 + str(nr) for nr in range(120)]}).raise_for_status()
    async with tuer.browser() as browser:
        antwort = await sign_in(tuer, browser, "viel")
        assert antwort.status_code == 403 and "zu viele Gruppen" in antwort.text and not cookie_names(antwort)


async def test_a_session_from_trying_out_counts_for_nothing_here(issuer: str, muster: Regelwerke, tmp_path: Path) -> None:
    """The same key, the same cookie, and a group that happens to be called like a role there."""
    probe = Tuer(muster, tmp_path)
    datei = mapping(tmp_path, issuer)
    datei.write_text(datei.read_text().replace("leitung-a46", "amtsleitung@a-46"))
    echt = Tuer(muster, tmp_path, datei=datei)
    async with probe.browser() as dort:
        await dort.post("/anmeldung", data={"wer": "amtsleitung@a-46"})
        assert (await dort.get(WER)).status_code == 200
        async with echt.browser(cookies=dict(dort.cookies)) as hier:
            assert (await hier.get(WER)).status_code == 401


def test_with_a_provider_any_binding_will_do(tuer: Tuer) -> None:
    verify_binding(tuer.anmeldung, "0.0.0.0")


def test_the_own_address_is_needed(issuer: str, muster: Regelwerke, tmp_path: Path) -> None:
    for falsch in ("", "laufmappe.example", "http://laufmappe.example"):
        with pytest.raises(EinstellungFehlt, match="LAUFMAPPE_ADRESSE"):
            Tuer(muster, tmp_path, datei=mapping(tmp_path, issuer), adresse=falsch)


def test_keys_are_made_once_for_their_owner_alone(issuer: str, muster: Regelwerke, tmp_path: Path) -> None:
    datei = mapping(tmp_path, issuer)
    Tuer(muster, tmp_path, datei=datei)
    ordner = tmp_path / "daten-schluessel"
    namen = [ordner / "anmeldung-sitzungen", ordner / "anmeldung-kennungen"]
    vorher = [pfad.read_text() for pfad in namen]
    assert [pfad.stat().st_mode & 0o777 for pfad in namen] == [0o400, 0o400] and vorher[0] != vorher[1]
    Tuer(muster, tmp_path, datei=datei)
    assert [pfad.read_text() for pfad in namen] == vorher
