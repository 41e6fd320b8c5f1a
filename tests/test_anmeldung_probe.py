"""Signing in for trying out: anybody as anybody, said loudly, and only on this machine."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from einstellungen import EinstellungFehlt
from regelwerk import load
from schemas.akteur import Rolle
from schemas.regelwerk import Regelwerke
from schemas.sitz import Ratsperson, Sitz
from tuer import DRAUSSEN, WER, Tuer
from web.anmeldung import verify_binding


@pytest.fixture
def tuer(muster: Regelwerke, tmp_path: Path) -> Tuer:
    return Tuer(muster, tmp_path)


async def test_a_token_names_a_role(tuer: Tuer) -> None:
    antwort = await tuer.ask("demo:sachbearbeitung@a-46")
    assert antwort.json() == {"person": "demo-sachbearbeitung-a-46", "stelle": "a-46", "rolle": "sachbearbeitung", "fuer": None}
    assert (await tuer.ask("demo:mitglied@sozialausschuss:p-17")).json()["person"] == "p-17"
    zwei = await tuer.ask("demo:sachbearbeitung@a-46,amtsleitung@a-46", **{"Laufmappe-Rolle": "amtsleitung@a-46"})
    assert zwei.json()["rolle"] == "amtsleitung"
    assert (await tuer.ask("demo:sachbearbeitung@a-46", "/api/v1/wer")).status_code == 200


@pytest.mark.parametrize("rolle", [r for r in Rolle if r is not Rolle.SYSTEM])
async def test_every_role_of_people_can_be_tried(tuer: Tuer, rolle: Rolle) -> None:
    assert (await tuer.ask(f"demo:{rolle}@a-46")).json()["rolle"] == rolle


@pytest.mark.parametrize(
    "falsch",
    ["", "demo:", "demo:system@laufmappe", "demo:chef@a-46", "demo:sachbearbeitung", "demo:sachbearbeitung@A 46", "sachbearbeitung@a-46",
     "demo:sachbearbeitung@a-46:Erika Muster", "demo:a@b@c", "demo:sachbearbeitung@a-46,", "demo:sachbearbeitung@" + "a" * 81],
)  # fmt: skip
async def test_tokens_that_name_none(tuer: Tuer, falsch: str) -> None:
    antwort = await tuer.ask(falsch)
    assert antwort.status_code == 401 and "demo:rolle@stelle" in antwort.json()["detail"]


def buttons(seite: str) -> Iterator[str]:
    return iter(re.findall(r'<button name="wer" value="([^"]+)"', seite))


async def test_the_page_lists_roles_and_signs_in(tuer: Tuer) -> None:
    async with tuer.browser() as browser:
        seite = (await browser.get("/anmeldung", params={"weiter": '/x"><script>'})).text
        assert "Hier kann sich jeder als jeder anmelden" in seite and "<script>" not in seite
        assert "Musterstadt" in seite and "StädteRegion Aachen" in seite
        gefunden = list(buttons(seite))
        assert {w.partition("@")[0] for w in gefunden} >= {
            "sachbearbeitung",
            "verwaltungsleitung",
            "sitzungsdienst",
            "rechnungspruefung",
        }
        for wer in gefunden:
            antwort = await browser.post("/anmeldung", data={"wer": wer, "weiter": "//fremd.example"})
            assert (antwort.status_code, antwort.headers["location"]) == (303, "/")
            ich = (await browser.get("/anmeldung/ich")).json()
            assert ich["probebetrieb"] and ich["kommunen"][0]["rollen"][0]["wort"] == wer
        assert (await browser.post("/anmeldung/abmelden")).headers["location"] == "/anmeldung/abgemeldet"
        assert (await browser.get(WER)).status_code == 401
        for falsch in ("", "system@laufmappe", "demo:x"):
            assert (await browser.post("/anmeldung", data={"wer": falsch})).status_code == 401
        assert (await browser.get("/anmeldung/zurueck")).status_code == 401
        for unsinn in (b"\xff", b"&".join(b"a=b" for _ in range(30))):
            assert (await browser.post("/anmeldung", content=unsinn)).status_code == 422


async def test_members_are_named_by_their_seats(tmp_path: Path) -> None:
    rw = load().alle[0]
    gremium = rw.gremien[0].id
    personen = (Ratsperson(id="p-1", name="Anna <Ohm>"), Ratsperson(id="p-2", name="Früher"))
    sitze = (
        Sitz(person="p-1", gremium=gremium, von=rw.gueltig_ab),
        Sitz(person="p-2", gremium=gremium, von=rw.gueltig_ab, bis=rw.gueltig_ab),
    )
    tuer = Tuer(Regelwerke([rw.model_copy(update={"personen": personen, "sitze": sitze})]), tmp_path)
    async with tuer.browser() as browser:
        seite = (await browser.get("/anmeldung")).text
        assert f"mitglied@{gremium}:p-1" in seite and "Mitglied Anna &lt;Ohm&gt;" in seite and "p-2" not in seite


async def test_it_says_so_in_every_answer_and_in_the_log(muster: Regelwerke, tmp_path: Path) -> None:
    with capture_logs() as zeilen:
        tuer = Tuer(muster, tmp_path)
    assert [z["log_level"] for z in zeilen if "Nur zum Ausprobieren" in z["event"]] == ["warning"]
    for antwort in (await tuer.ask("demo:sachbearbeitung@a-46"), await tuer.ask("unsinn"), await tuer.ask("", "/seite")):
        assert antwort.headers["laufmappe-probebetrieb"] == "nur zum Ausprobieren"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8", "[::1]"])
def test_on_this_machine_it_may(tuer: Tuer, host: str) -> None:
    verify_binding(tuer.anmeldung, host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "laufmappe.example", "localhost.example", "2001:db8::1"])
def test_elsewhere_it_may_not(tuer: Tuer, host: str) -> None:
    with pytest.raises(EinstellungFehlt, match="nur auf diesem Rechner selbst"):
        verify_binding(tuer.anmeldung, host)


@pytest.mark.parametrize(
    "host", ["fremd.example", "fremd.example:18100", "localhost.fremd.example", "127.0.0.1.fremd.example", ""]
)
async def test_another_name_for_this_machine_is_not_answered(tuer: Tuer, host: str) -> None:
    """A site elsewhere that lets its name point here would otherwise be us, for the browser."""
    antwort = await tuer.ask("demo:sachbearbeitung@a-46", Host=host)
    assert antwort.status_code == 421 and "localhost" in antwort.json()["detail"]


@pytest.mark.parametrize("kopf", ["X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "Via"])
async def test_nor_is_what_comes_through_a_proxy(tuer: Tuer, kopf: str) -> None:
    """One on this machine would bring the world, under a name that is this machine's."""
    assert (await tuer.ask("demo:sachbearbeitung@a-46", **{kopf: "203.0.113.5"})).status_code == 421


def test_with_a_public_address_it_does_not_even_start(muster: Regelwerke, tmp_path: Path) -> None:
    with pytest.raises(EinstellungFehlt, match="LAUFMAPPE_ANMELDUNG setzen"):
        Tuer(muster, tmp_path, adresse=DRAUSSEN)
    Tuer(muster, tmp_path, adresse="")
