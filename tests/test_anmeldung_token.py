"""Bearer tokens: only what the provider signed, for us, now. At a real provider, and at one whose keys change."""

import asyncio
import base64
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from anmeldedienst import ALTES, AUDIENCE, CLIENT, SB, KleinerDienst, id_token, mapping, real_provider
from schemas.regelwerk import Regelwerke
from tuer import WER, Tuer

pytestmark = pytest.mark.filterwarnings(*ALTES)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with real_provider() as wo:
        yield wo


@pytest.fixture
def tuer(issuer: str, muster: Regelwerke, tmp_path: Path) -> Tuer:
    return Tuer(muster, tmp_path, datei=mapping(tmp_path, issuer))


@pytest.fixture
def dienst() -> Iterator[KleinerDienst]:
    kleiner = KleinerDienst()
    yield kleiner
    kleiner.stop()


@pytest.fixture
def klein(dienst: KleinerDienst, muster: Regelwerke, tmp_path: Path) -> Tuer:
    return Tuer(muster, tmp_path, datei=mapping(tmp_path, dienst.issuer))


def refused(antwort: httpx.Response, wort: str = "Bitte neu anmelden") -> None:
    assert antwort.status_code == 401, antwort.text
    assert antwort.headers["content-type"] == "application/problem+json"
    assert antwort.headers["www-authenticate"] == "Bearer"
    assert wort in antwort.json()["detail"]


async def test_a_token_of_the_provider_says_who_acts(tuer: Tuer, issuer: str) -> None:
    antwort = await tuer.ask(await id_token(issuer, SB))
    assert antwort.json() == {"person": SB, "stelle": "a-46", "rolle": "sachbearbeitung", "fuer": None}
    token = await id_token(issuer, SB)
    leitung = await tuer.ask(token, **{"Laufmappe-Rolle": "amtsleitung@a-46", "Laufmappe-Fuer": "p-7"})
    assert leitung.json() == {"person": SB, "stelle": "a-46", "rolle": "amtsleitung", "fuer": "p-7"}
    for rolle in ("sitzungsdienst@a-10", "system@laufmappe", "", "a@b@c"):
        assert (await tuer.ask(token, **{"Laufmappe-Rolle": rolle})).status_code == 403
    assert (await tuer.ask(token, **{"Laufmappe-Fuer": "Erika Muster"})).status_code == 422


async def test_what_was_meant_for_others_is_refused(tuer: Tuer, issuer: str) -> None:
    refused(await tuer.ask(await id_token(issuer, SB, client_id=CLIENT)))  # an ID token of our own pages is no permission either
    refused(await tuer.ask(await id_token(issuer, SB, client_id="anderes-verfahren")))
    with real_provider() as anderer:
        refused(await tuer.ask(await id_token(anderer, SB)))


async def test_a_token_ends(tuer: Tuer, issuer: str) -> None:
    token = await id_token(issuer, SB)
    tuer.uhr.later(minutes=59)
    assert (await tuer.ask(token)).status_code == 200
    tuer.uhr.later(minutes=2)
    refused(await tuer.ask(token), "abgelaufen")


async def test_forged_tokens(tuer: Tuer, issuer: str) -> None:
    echt = await id_token(issuer, SB)
    kopf, rumpf, unterschrift = echt.split(".")
    inhalt = json.loads(base64.urlsafe_b64decode(rumpf + "=="))
    jwk = httpx.get(f"{issuer}/jwks").json()["keys"][0]
    oeffentlich = RSAKey.import_key(jwk)
    for form in ("PEM", "DER"):  # the public key as if it were a shared secret
        geheim = oeffentlich.as_bytes(encoding=form, private=False)
        refused(await tuer.ask(_with_secret({"alg": "HS256", "kid": jwk["kid"]}, inhalt, geheim)))
    ohne = _encoded(json.dumps({"alg": "none", "kid": jwk["kid"]}).encode())
    refused(await tuer.ask(f"{ohne}.{rumpf}."))
    refused(await tuer.ask(f"{ohne}.{rumpf}.{unterschrift}"))
    mehr = _encoded(json.dumps(inhalt | {"groups": ["/kreis/dienst"]}).encode())
    refused(await tuer.ask(f"{kopf}.{mehr}.{unterschrift}"))
    fremd = RSAKey.generate_key(2048, {"kid": jwk["kid"]})
    refused(await tuer.ask(jwt.encode({"alg": "RS256", "kid": jwk["kid"]}, inhalt, fremd)))
    assert (await tuer.ask(echt)).status_code == 200


def _with_secret(kopf: dict[str, Any], inhalt: dict[str, Any], geheim: bytes) -> str:
    """By hand: no library signs like that."""
    teile = ".".join(_encoded(json.dumps(teil).encode()) for teil in (kopf, inhalt))
    return f"{teile}.{_encoded(hmac.digest(geheim, teile.encode(), 'sha256'))}"


def _encoded(daten: bytes) -> str:
    return base64.urlsafe_b64encode(daten).decode().rstrip("=")


async def test_who_brings_no_token_or_nonsense(tuer: Tuer) -> None:
    async with tuer.browser() as browser:
        refused(await browser.get(WER), "Bitte anmelden")
        refused(await browser.get(WER, headers={"Authorization": "Basic YTpi"}), "Bitte anmelden")
        for unsinn in ("", "x", "a.b.c", "..", "eyJhbGciOiJSUzI1NiJ9.e30.", "x" * 20_000, "demo:sachbearbeitung@a-46"):
            refused(await browser.get(WER, headers={"Authorization": f"Bearer {unsinn}"}))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    kopf=st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jku", "jwk", "x"]),
        st.none() | st.text() | st.integers() | st.lists(st.text(), max_size=2),
    ),
    rumpf=st.binary(),
)
def test_no_header_whatever_breaks_us(dienst: KleinerDienst, klein: Tuer, kopf: dict[str, Any], rumpf: bytes) -> None:
    teile = (json.dumps({"alg": "RS256", "kid": "eins"} | kopf).encode(), rumpf, b"xx")
    token = ".".join(map(_encoded, teile))
    refused(asyncio.run(klein.ask(token)))


CLAIMS: dict[str, dict[str, Any]] = {
    "nobody": {"sub": None},
    "no end": {"exp": None},
    "no audience": {"aud": None},
    "no issuer": {"iss": None},
    "another issuer, with the same key": {"iss": "https://anmeldung.example/realms/andere"},
    "end that is no number": {"exp": "morgen"},
    "an ID token": {"typ": "ID"},
    "a refresh token": {"typ": "Refresh"},
    "a logout token": {"typ": "Logout"},
    "audience that only begins like ours": {"aud": f"{AUDIENCE}-2"},
}


@pytest.mark.parametrize("was", CLAIMS)
async def test_claims_that_do_not_do(dienst: KleinerDienst, klein: Tuer, was: str) -> None:
    antwort = await klein.ask(dienst.token(klein, **CLAIMS[was]))
    assert antwort.status_code == 401
    assert (await klein.ask(dienst.token(klein))).status_code == 200


async def test_not_before_and_small_differences_of_clocks(dienst: KleinerDienst, klein: Tuer) -> None:
    jetzt = int(klein.uhr().timestamp())
    refused(await klein.ask(dienst.token(klein, nbf=jetzt + 60)))
    assert (await klein.ask(dienst.token(klein, nbf=jetzt + 20))).status_code == 200
    assert (await klein.ask(dienst.token(klein, exp=jetzt - 20))).status_code == 200
    refused(await klein.ask(dienst.token(klein, exp=jetzt - 40)), "abgelaufen")


async def test_kinds_of_tokens_and_keys(dienst: KleinerDienst, klein: Tuer) -> None:
    refused(await klein.ask(dienst.token(klein, kopf={"typ": "logout+jwt"})))
    assert (
        await klein.ask(dienst.token(klein, kopf={"typ": "at+jwt"}, typ="Bearer", aud=["account", AUDIENCE]))
    ).status_code == 200
    kurve = ECKey.generate_key("P-256", {"kid": "kurve"})
    dienst.schluessel.append(kurve)
    klein.uhr.later(minutes=1)
    assert (await klein.ask(dienst.token(klein, mit=kurve, kopf={"alg": "ES256"}))).status_code == 200


async def test_keys_change_and_forged_names_of_keys_do_not_make_us_ask(dienst: KleinerDienst, klein: Tuer) -> None:
    alt = dienst.token(klein)
    assert (await klein.ask(alt)).status_code == 200
    assert dienst.gefragt == 1
    dienst.schluessel = [RSAKey.generate_key(2048, {"kid": "zwei"})]
    neu = dienst.token(klein)
    refused(await klein.ask(neu))  # asked a moment ago
    assert dienst.gefragt == 1
    klein.uhr.later(seconds=31)
    assert (await klein.ask(neu)).status_code == 200
    refused(await klein.ask(alt))  # what was withdrawn is gone
    fremd = RSAKey.generate_key(2048, {"kid": "fremd"})
    for _ in range(20):
        refused(await klein.ask(dienst.token(klein, mit=fremd)))
    assert dienst.gefragt == 2
    klein.uhr.later(seconds=31)
    for _ in range(20):
        refused(await klein.ask(dienst.token(klein, mit=fremd)))
    assert dienst.gefragt == 3


async def test_many_at_once_ask_once(dienst: KleinerDienst, klein: Tuer) -> None:
    token = dienst.token(klein)
    assert {a.status_code for a in await asyncio.gather(*(klein.ask(token) for _ in range(10)))} == {200}
    assert dienst.gefragt == 1


async def test_a_withdrawn_key_ends_also_where_nobody_brings_a_new_one(dienst: KleinerDienst, klein: Tuer) -> None:
    token = dienst.token(klein)
    assert (await klein.ask(token)).status_code == 200
    dienst.schluessel = [RSAKey.generate_key(2048, {"kid": "zwei"})]
    klein.uhr.later(minutes=16)
    refused(await klein.ask(token))


async def test_the_provider_is_away(dienst: KleinerDienst, klein: Tuer) -> None:
    token = dienst.token(klein, exp=int(klein.uhr().timestamp()) + 200_000)
    assert (await klein.ask(token)).status_code == 200
    dienst.stop()
    klein.uhr.later(hours=3)
    assert (await klein.ask(token)).status_code == 200  # its keys are still known
    refused(await klein.ask(dienst.token(klein, mit=RSAKey.generate_key(2048, {"kid": "fremd"}))))
    klein.uhr.later(hours=22)
    antwort = await klein.ask(token)
    assert antwort.status_code == 503
    assert antwort.headers["retry-after"]
    assert "Anmeldedienst antwortet gerade nicht" in antwort.json()["detail"]


async def test_a_provider_that_hangs_holds_up_one_request_not_all(dienst: KleinerDienst, klein: Tuer) -> None:
    token = dienst.token(klein)
    assert (await klein.ask(token)).status_code == 200
    klein.uhr.later(minutes=16)
    haengt = dienst.hang()
    erster = asyncio.create_task(klein.ask(token))
    await haengt.wait()
    assert {(await klein.ask(token)).status_code for _ in range(5)} == {200}
    assert not erster.done()
    dienst.weiter.set()
    assert (await erster).status_code == 200


async def test_it_was_away_from_the_beginning(dienst: KleinerDienst, klein: Tuer) -> None:
    token = dienst.token(klein)
    dienst.stop()
    assert (await klein.ask(token)).status_code == 503
    async with klein.browser() as browser:
        assert (await browser.get("/seite")).status_code == 200
        refused(await browser.get(WER), "Bitte anmelden")
        seite = await browser.get("/anmeldung")
        assert seite.status_code == 503 and "Anmeldedienst antwortet gerade nicht" in seite.text


@pytest.mark.parametrize(
    "antwort",
    [
        {"keys": []},
        {"keys": "keine"},
        ["x"],
        {"keys": [{"kty": "oct", "k": "YWJj", "kid": "eins"}]},
        {"keys": [{"kty": "RSA", "kid": "eins"}]},
    ],
)
async def test_it_answers_nonsense(dienst: KleinerDienst, klein: Tuer, antwort: Any) -> None:
    dienst.antwort = antwort
    assert (await klein.ask(dienst.token(klein))).status_code in (401, 503)


async def test_it_calls_itself_something_else(dienst: KleinerDienst, klein: Tuer) -> None:
    dienst.nennt_sich = "https://woanders.example"
    assert (await klein.ask(dienst.token(klein))).status_code == 503


async def test_a_shared_secret_among_its_keys_is_none(dienst: KleinerDienst, klein: Tuer) -> None:
    geheim = OctKey.generate_key(256, {"kid": "geheim"})
    dienst.antwort = {"keys": [geheim.as_dict(), dienst.schluessel[0].as_dict(private=False)]}
    inhalt = {"iss": dienst.issuer, "aud": AUDIENCE, "sub": SB, "exp": int(klein.uhr().timestamp()) + 60}
    refused(await klein.ask(_with_secret({"alg": "HS256", "kid": "geheim"}, inhalt, geheim.raw_value)))
    assert (await klein.ask(dienst.token(klein))).status_code == 200
