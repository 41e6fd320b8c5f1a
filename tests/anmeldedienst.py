"""Providers to sign in at: the real one of ``oidc-provider-mock``, and a small one whose keys change and whose tokens may lie."""

import asyncio
import base64
import functools
import hashlib
import json
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from tuer import Tuer

ALTES = ("ignore:get_jwt_config:DeprecationWarning", "ignore::authlib.deprecate.AuthlibDeprecationWarning")
"""What the real provider uses of Authlib although it is going away: its matter."""
CLIENT, AUDIENCE = "laufmappe", "laufmappe-api"
NUTZER: dict[str, dict[str, object]] = {
    "f81d4fae-7dec-11d0-a765-00a0c91e6bf6": {
        "groups": ["/rathaus/a46", "/sport/kegeln"],
        "realm_access": {"roles": ["leitung-a46"]},
    },
    "erika@stadt.example": {"groups": ["/rathaus/a46"]},
    "ohne": {"groups": ["/sport/kegeln"]},
    "zwei-staedte": {"groups": ["/rathaus/a46", "/kreis/dienst"]},
}
SB = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
DATEI = """
issuer = "{issuer}"
client_id = "laufmappe"
client_secret_datei = "{geheim}"
audience = "laufmappe-api"
{mehr}
[[rollen]]
gruppe = "/rathaus/a46"
kommune = "muster"
rolle = "sachbearbeitung"
stelle = "a-46"

[[rollen]]
gruppe = "leitung-a46"
kommune = "muster"
rolle = "amtsleitung"
stelle = "a-46"

[[rollen]]
gruppe = "/kreis/dienst"
kommune = "kreisstadt"
rolle = "sitzungsdienst"
stelle = "a-10"
"""


def mapping(ordner: Path, issuer: str, mehr: str = "") -> Path:
    """The operator's file."""
    datei, geheim = ordner / "anmeldung.toml", ordner / "client-secret"
    geheim.write_text("sehr-geheim\n", encoding="utf-8")
    datei.write_text(DATEI.format(issuer=issuer, geheim=geheim, mehr=mehr), encoding="utf-8")
    return datei


@contextmanager
def real_provider() -> Iterator[str]:
    """Its issuer. It gives whom one names an ID token; its access tokens are no JWT."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses a part of Authlib that is going away
        import oidc_provider_mock

    nutzer = [oidc_provider_mock.User(sub=sub, claims=dict(claims)) for sub, claims in NUTZER.items()]
    with oidc_provider_mock.run_server_in_thread(user_claims=nutzer) as server:
        yield f"http://localhost:{server.server_port}"


async def id_token(issuer: str, sub: str, client_id: str = AUDIENCE) -> str:
    """A JWT that the real provider signs for that audience."""
    async with httpx.AsyncClient(base_url=issuer, verify=False) as netz:
        wohin = {"client_id": client_id, "response_type": "code", "scope": "openid", "redirect_uri": "http://localhost/z"}
        antwort = await netz.post("/oauth2/authorize", params=wohin, data={"sub": sub})
        code = parse_qs(urlsplit(antwort.headers["location"]).query)["code"][0]
        angaben = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://localhost/z"}
        marken = await netz.post("/oauth2/token", data=angaben, auth=(client_id, "x"))
        token: str = marken.json()["id_token"]
        return token


async def sign_in(tuer: Tuer, browser: httpx.AsyncClient, sub: str, weiter: str = "/seite") -> httpx.Response:
    """The way of a browser: from us to the provider, there the person's name, and back with what it sends."""
    hin = await browser.get("/anmeldung", params={"weiter": weiter})
    assert hin.status_code == 303
    return await browser.get(await at_provider(hin.headers["location"], sub))


async def at_provider(wohin: str, sub: str) -> str:
    """Where the provider sends the browser back to."""
    async with httpx.AsyncClient(verify=False) as netz:
        assert (await netz.get(wohin)).status_code == 200  # it shows its form
        antwort = await netz.post(wohin, data={"sub": sub})
        return str(antwort.headers["location"])


@functools.cache
def _first_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "eins"})


class KleinerDienst:
    """One with a few lines: its keys can be changed, it counts how often it is asked, and it signs what it is told to."""

    def __init__(self) -> None:
        self.schluessel: list[RSAKey | ECKey] = [_first_key()]
        self.gefragt = 0
        self.nennt_sich: str | None = None
        self.antwort: Any = None
        self.haengt: asyncio.Event | None = None
        self.weiter = threading.Event()
        self._codes: dict[str, tuple[str, str, str]] = {}
        dienst = self

        class Griff(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                rumpf = json.dumps(dienst.answer(self.path)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(rumpf)))
                self.end_headers()
                self.wfile.write(rumpf)

            def do_POST(self) -> None:
                angaben = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                rumpf = json.dumps(dienst.exchange(angaben, self.headers["Authorization"])).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(rumpf)))
                self.end_headers()
                self.wfile.write(rumpf)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Griff)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._faden = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._faden.start()

    def answer(self, pfad: str) -> Any:
        if pfad == "/jwks":
            self.gefragt += 1
            if self.haengt is not None:
                self._schleife.call_soon_threadsafe(self.haengt.set)
                assert self.weiter.wait(20)
            return self.antwort or KeySet(list(self.schluessel)).as_dict(private=False)
        assert pfad == "/.well-known/openid-configuration"
        namen = ("authorization_endpoint", "token_endpoint")
        return {"issuer": self.nennt_sich or self.issuer, "jwks_uri": f"{self.issuer}/jwks"} | {
            n: f"{self.issuer}/{n}" for n in namen
        }

    def grant(self, wohin: str, id_token: str) -> str:
        """Somebody signed in: where the browser goes back to. The token is given out for the code, once, as RFC 7636 says."""
        frage = dict(parse_qsl(urlsplit(wohin).query))
        assert frage["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = (frage["code_challenge"], frage["redirect_uri"], id_token)
        return f"{frage['redirect_uri']}?code={code}&state={frage['state']}"

    def exchange(self, angaben: dict[str, str], ausweis: str) -> dict[str, str]:
        challenge, zurueck, id_token = self._codes.pop(angaben.get("code", ""), ("", "", ""))
        verifier = hashlib.sha256(angaben.get("code_verifier", "").encode()).digest()
        if ausweis != f"Basic {base64.b64encode(b'laufmappe:sehr-geheim').decode()}":
            return {"error": "invalid_client"}
        if base64.urlsafe_b64encode(verifier).decode().rstrip("=") != challenge or angaben.get("redirect_uri") != zurueck:
            return {"error": "invalid_grant"}
        return {"id_token": id_token, "access_token": "-", "token_type": "Bearer"}

    def token(
        self, tuer: Tuer, *, kopf: dict[str, Any] | None = None, mit: RSAKey | ECKey | OctKey | None = None, **claims: Any
    ) -> str:
        """Good for an hour in the latest key, unless something else is said; a claim None is left out."""
        jetzt = int(tuer.uhr().timestamp())
        mit = mit or self.schluessel[-1]
        alle = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": SB,
            "exp": jetzt + 3600,
            "iat": jetzt,
            "groups": ["/rathaus/a46"],
            **claims,
        }
        alle = {name: wert for name, wert in alle.items() if wert is not None}
        kopf = {"alg": "RS256", "kid": mit.kid, **(kopf or {})}
        return jwt.encode(kopf, alle, mit, algorithms=[kopf["alg"]])

    def hang(self) -> asyncio.Event:
        """From now on it answers only after ``weiter``; the event says that somebody waits."""
        self._schleife = asyncio.get_running_loop()
        self.haengt = asyncio.Event()
        return self.haengt

    def stop(self) -> None:
        if self._faden.is_alive():
            self._server.shutdown()
            self._faden.join()
            self._server.server_close()


def cookie_names(antwort: httpx.Response) -> set[str]:
    """Which cookies it sets to something."""
    return {z.split("=")[0] for z in antwort.headers.get_list("set-cookie") if not re.search('=("")?;', z)}
