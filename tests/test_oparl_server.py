"""The OParl server over HTTP: nothing that leads nowhere, pages that stay, deletions that are told, and nothing that is hidden."""

import datetime as dt
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from dokumente.sicht import Teil
from rathaus import LEITUNG, SB, Rathaus, V
from register import Register, RegisterNichtErreichbar
from schau import WURZEL, Fenster, check, client, crawl, everything, held, with_council
from schemas.regelwerk import Regelwerke
from schemas.sitzung import Sitzung, Stufe
from schriftgut import ABLAGE, GEHEIM
from test_dokumente_sicht import VERBOTEN, meeting, paper
from web.beschreibung import describe
from web.oparl import routes
from web.oparl.dateien import disposition
from web_tor import served

EINGEHEND = "2021-05-03T09:00:00Z"


@pytest_asyncio.fixture
async def f(register: Register, muster: Regelwerke, tmp_path: Path) -> Fenster:
    return Fenster(register, Rathaus(with_council(muster)), tmp_path / "ablage")


async def get(f: Fenster, pfad: str, **mehr: str) -> httpx.Response:
    async with client(f.schau) as c:
        return await c.get(f"{WURZEL}{pfad}", headers={name.replace("_", "-"): wert for name, wert in mehr.items()})


# --- everything holds together -----------------------------------------------------------------------------------------


async def test_whoever_follows_every_link_finds_everything(f: Fenster) -> None:
    held(f)
    f.haus.sitzung("sitzung/muster/s2", "rat", 20)
    await f.record()
    async with client(f.schau) as c:
        antworten = await crawl(c)
    objekte = check(antworten)
    assert objekte.keys() - {f"{WURZEL}system"} == {WURZEL + pfad for pfad in await f.all()}
    assert "Frau Beispiel" not in everything(antworten) and GEHEIM not in everything(antworten)
    assert all(a.headers["access-control-allow-origin"] == "*" for a in antworten.values())


async def test_a_committees_lists(f: Fenster) -> None:
    held(f)
    f.haus.sitzung("sitzung/muster/s2", "rat", 20)
    await f.record()
    sitzungen = {g: (await get(f, f"organization/muster/{g}/meeting")).json()["data"] for g in ("rat", "sozialausschuss")}
    assert {g: [s["id"][-2:] for s in alle] for g, alle in sitzungen.items()} == {"rat": ["s2"], "sozialausschuss": ["s1"]}
    beratungen = (await get(f, "organization/muster/sozialausschuss/consultation")).json()
    assert [c["paper"] for c in beratungen["data"]] == [f"{WURZEL}paper/v1"]
    for pfad in ("a-46/meeting", "gibtsnicht/meeting", "rat/person", "rat%7C/meeting"):
        assert (await get(f, f"organization/muster/{pfad}")).status_code == 404


async def test_on_a_real_socket(f: Fenster) -> None:
    held(f)
    await f.record()
    app = FastAPI()
    app.include_router(routes(f.schau))
    async with served(app) as adresse, httpx.AsyncClient(base_url=f"{adresse}/oparl/v1.1", trust_env=False) as c:
        ganz = await c.get("/body/muster/paper")
        nur_kopf = await c.head("/body/muster/paper")
        datei = await c.get("/file/paper/v1/version/1/access")
    assert ganz.json()["data"][0]["id"] == f"{WURZEL}paper/v1"
    assert (nur_kopf.content, nur_kopf.headers["etag"]) == (b"", ganz.headers["etag"])
    assert nur_kopf.headers["content-length"] == ganz.headers["content-length"] and datei.content.startswith(b"%PDF")


# --- pages and filters -------------------------------------------------------------------------------------------------


async def pages(c: httpx.AsyncClient, url: str, hoechstens: int = 50) -> list[dict[str, Any]]:
    alle = []
    while url:
        alle.append((await c.get(url)).json())
        url = alle[-1]["links"].get("next", "")
        assert len(alle) <= hoechstens
    return alle


async def several(f: Fenster, anzahl: int) -> None:
    for nr in range(1, anzahl + 1):
        f.haus.freigegeben(f"vorlage/muster/v{nr}")
        f.later(minutes=1)
    await f.record()


def ids(seiten: list[dict[str, Any]]) -> list[str]:
    return [o["id"].rsplit("/", 1)[1] for s in seiten for o in s["data"]]


async def test_pages_lead_forward_and_back(f: Fenster) -> None:
    await several(f, 7)
    async with client(f.schau) as c:
        seiten = await pages(c, f"{WURZEL}body/muster/paper?limit=3")
        assert ids(seiten) == [f"v{nr}" for nr in range(1, 8)]
        assert [s["pagination"] for s in seiten] == [{"totalElements": 7, "elementsPerPage": 3, "totalPages": 3}] * 3
        erste, zweite, dritte = (s["links"] for s in seiten)
        assert (
            "prev" not in erste and "next" not in dritte and erste["self"] == erste["first"] == zweite["prev"] == dritte["first"]
        )
        assert dritte["self"] == erste["last"] == zweite["next"] and dritte["prev"] == zweite["self"]
        assert {k for s in seiten for k in s["links"]} <= {"first", "prev", "self", "next", "last"}


async def test_nothing_is_missed_or_told_twice_while_papers_come(f: Fenster) -> None:
    await several(f, 6)
    async with client(f.schau) as c:
        erste = (await c.get(f"{WURZEL}body/muster/paper?limit=4")).json()
        f.haus.do("vorlage/muster/v2", "depublizieren", LEITUNG, grund="x")
        f.haus.freigegeben("vorlage/muster/v9")
        f.later(minutes=1)
        await f.record()
        rest = await pages(c, erste["links"]["next"])
    assert ids([erste]) + ids(rest) == ["v1", "v2", "v3", "v4", "v5", "v6", "v9"]


async def test_what_changes_while_somebody_turns_the_pages_comes_again(f: Fenster) -> None:
    await several(f, 6)
    async with client(f.schau) as c:
        erste = (await c.get(f"{WURZEL}body/muster/paper?limit=4&modified_since={EINGEHEND}")).json()
        f.later(minutes=1)
        f.haus.do("vorlage/muster/v2", "depublizieren", LEITUNG, grund="x")
        await f.record()
        rest = await pages(c, erste["links"]["next"])
    assert ids([erste]) + ids(rest) == ["v1", "v2", "v3", "v4", "v5", "v6", "v2"]
    assert rest[-1]["data"][-1]["deleted"] is True
    assert "modified_since" in rest[-1]["links"]["self"]


async def test_the_four_filters(f: Fenster) -> None:
    await several(f, 4)  # minutes 0 to 3
    weg = f.later(hours=1)
    f.haus.do("vorlage/muster/v1", "depublizieren", LEITUNG, grund="x")
    await f.record()
    zeit = {nr: f"2021-05-03T09:0{nr}:00Z" for nr in range(4)}
    for frage, erwartet in {
        "": "v2 v3 v4",
        f"created_since={zeit[2]}": "v3 v4",
        f"created_until={zeit[2]}": "v2 v3",
        f"created_since={zeit[1]}&created_until={zeit[1]}": "v2",
        f"modified_since={weg.isoformat().replace('+00:00', 'Z')}": "v1",
        f"modified_since={zeit[2]}": "v3 v4 v1",
        f"modified_since={zeit[2]}&modified_until={zeit[3]}": "v3 v4",
        f"modified_until={zeit[1]}": "v2",
        f"modified_since={quote('2021-05-03T11:02:00+02:00')}": "v3 v4 v1",
        "modified_since=2021-05-03T11:02:00+02:00": "v3 v4 v1",
        "modified_since=2021-05-03T09:03:00.999Z": "v4 v1",
        "created_since=0001-01-01T00:00:00Z&created_until=9999-12-31T23:59:59Z": "v2 v3 v4",
    }.items():
        antwort = await get(f, f"body/muster/paper?{frage}")
        assert ids([antwort.json()]) == erwartet.split(), frage


@pytest.mark.parametrize(
    "frage",
    ["modified_since=gestern", "created_until=2021-05-03", "created_since=2021-05-03T09:00:00", "modified_until=1620032400",
     "limit=0", "limit=viele", "nach=xyz", "nach=99999999999~paper/v1", "omit_internal=vielleicht"],
)  # fmt: skip
async def test_what_cannot_be_meant_is_refused(f: Fenster, frage: str) -> None:
    antwort = await get(f, f"body/muster/paper?{frage}")
    assert (antwort.status_code, antwort.headers["content-type"]) == (422, "application/problem+json")
    assert antwort.headers["access-control-allow-origin"] == "*" and frage.split("=")[0] in antwort.json()["detail"]


async def test_without_what_is_inside(f: Fenster) -> None:
    held(f)
    await f.record()
    vorlage, sitzung = [(await get(f, f"body/muster/{was}?omit_internal=true")).json() for was in ("paper", "meeting")]
    assert "auxiliaryFile" not in vorlage["data"][0] and "agendaItem" not in sitzung["data"][0]
    assert "consultation" in vorlage["data"][0] and "omit_internal=true" in vorlage["links"]["self"]


# --- how it answers ----------------------------------------------------------------------------------------------------


async def test_what_is_known_is_not_sent_again(f: Fenster) -> None:
    held(f)
    await f.record()
    for pfad in ("paper/v1", "body/muster/paper", "file/paper/v1/version/1/access"):
        erste = await get(f, pfad)
        for marke in (erste.headers["etag"], f'"x", W/{erste.headers["etag"]}', "*"):
            wieder = await get(f, pfad, if_none_match=marke)
            assert (wieder.status_code, wieder.content, wieder.headers["etag"]) == (304, b"", erste.headers["etag"])
            assert wieder.headers["access-control-allow-origin"] == "*"
        assert (await get(f, pfad, if_none_match='"x"')).status_code == 200
    seit = (await get(f, "paper/v1")).headers["last-modified"]
    assert (await get(f, "paper/v1", if_modified_since=seit)).status_code == 304
    assert (await get(f, "paper/v1", if_modified_since="Mon, 03 May 2021 08:00:00 GMT")).status_code == 200
    assert (await get(f, "paper/v1", if_modified_since="neulich")).status_code == 200
    assert (await get(f, "paper/v1", if_modified_since=seit, if_none_match='"x"')).status_code == 200


async def test_a_deleted_object_is_an_answer_and_its_file_is_gone(f: Fenster) -> None:
    held(f)
    await f.record()
    datei = (await get(f, "paper/v1")).json()["mainFile"]
    f.haus.do(V, "depublizieren", LEITUNG, grund="Versehen: Kirschkernkissen")
    await f.record()
    weg = await get(f, "paper/v1")
    assert (weg.status_code, weg.json()["deleted"], len(weg.json())) == (200, True, 5)
    for url in (datei["accessUrl"], datei["downloadUrl"]):
        antwort = await get(f, url.removeprefix(WURZEL))
        assert (antwort.status_code, antwort.headers["content-type"]) == (410, "application/problem+json")
    async with client(f.schau) as c:
        assert "Kirschkernkissen" not in everything(await crawl(c))


async def test_what_never_was_and_what_was_never_public_are_the_same(f: Fenster) -> None:
    held(f)
    f.haus.entwurf("vorlage/muster/entwurf")
    await f.record()
    verborgen = next(a.digest for a in f.haus.vorlage().fassung.anlagen if not a.oeffentlich)
    pfade = (
        "paper/entwurf", "paper/gibtsnicht", f"file/paper/v1/attachment/{verborgen}/access", f"file/paper/v1/attachment/{'0' * 64}/access",
        f"file/paper/v1/attachment/{verborgen}", "file/paper/entwurf/version/1/download", "file/paper/v1/access", "file/x/access",
        "body/anderswo", "body/anderswo/paper", "body/muster/gibtsnicht", "", "..%2F..%2Fetc%2Fpasswd", "paper/v1/", "paper/V1",
        "paper/v1%00", "agendaitem/s1/99", "system/x", "paper/%ff", "paper/a%0Ab",
    )  # fmt: skip
    antworten = {pfad: await get(f, pfad) for pfad in pfade}
    assert {a.status_code for a in antworten.values()} == {404}
    assert len({a.text for a in antworten.values()}) == 1 and {a.headers["content-type"] for a in antworten.values()} == {
        "application/problem+json"
    }
    assert all(a.headers["access-control-allow-origin"] == "*" for a in antworten.values())


async def test_only_reading(f: Fenster) -> None:
    async with client(f.schau) as c:
        for methode in ("POST", "PUT", "PATCH", "DELETE"):
            antwort = await c.request(methode, f"{WURZEL}body/muster/paper")
            assert (antwort.status_code, antwort.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
            assert antwort.headers["access-control-allow-origin"] == "*"
        for pfad in ("system", "body/muster/paper", "gibtsnicht"):
            vorab = await c.options(
                WURZEL + pfad, headers={"Origin": "https://x.example", "Access-Control-Request-Headers": "etag"}
            )
            assert vorab.status_code == 204 and "GET" in vorab.headers["access-control-allow-methods"]
            assert vorab.headers["access-control-allow-origin"] == "*" == vorab.headers["access-control-allow-headers"]


async def test_when_the_register_is_away(f: Fenster, monkeypatch: pytest.MonkeyPatch) -> None:
    async def weg(*_: object) -> None:
        raise RegisterNichtErreichbar("Das Register ist nicht erreichbar.")

    monkeypatch.setattr(f.register._db, "read", weg)
    antwort = await get(f, "body/muster/paper")
    assert (antwort.status_code, antwort.headers["access-control-allow-origin"]) == (503, "*")


def test_the_description_says_that_it_is_for_everybody(muster: Regelwerke) -> None:
    app = FastAPI()
    app.include_router(routes(Fenster(None, Rathaus(muster), Path()).schau))  # type: ignore[arg-type]  # nothing is read
    wege = describe(app)["paths"]
    assert len(wege) == 7 and all(weg.keys() == {"get"} and weg["get"]["security"] == [] for weg in wege.values())
    assert {"created_since", "modified_since", "limit", "nach"} <= {
        p["name"] for p in wege["/oparl/v1.1/body/{kommune}/{was}"]["get"]["parameters"]
    }


# --- files -------------------------------------------------------------------------------------------------------------


async def test_a_file_that_a_browser_would_run_is_in_a_sandbox(f: Fenster) -> None:
    anlagen = [
        f.put("<script>alert(1)</script>", "Seite.html", medientyp="text/html"),
        f.put("x", 'a"b\r\nSet-Cookie: x=1.txt', medientyp="text/plain\r\nX-Boese: 1"),
        f.put("bild", "Übersicht/Plan ß.png", medientyp="image/png"),
    ]
    f.haus.freigegeben(anlagen=anlagen)
    await f.record()
    seite, krumm, bild = [await get(f, f"file/paper/v1/attachment/{a['digest']}/access") for a in anlagen]
    assert seite.headers["content-security-policy"].startswith("sandbox;") and seite.headers["content-type"] == "text/html"
    assert krumm.headers["content-type"] == "application/octet-stream" and "set-cookie" not in krumm.headers
    assert "x-boese" not in krumm.headers and "content-security-policy" not in bild.headers
    assert (
        bild.headers["content-disposition"]
        == "inline; filename=\"_bersicht-Plan _.png\"; filename*=UTF-8''%C3%9Cbersicht-Plan%20%C3%9F.png"
    )
    assert all(a.headers["x-content-type-options"] == "nosniff" for a in (seite, krumm, bild))


@pytest.mark.parametrize(
    ("name", "kurz"),
    [("../../etc/passwd", "-..-etc-passwd"), ("", "datei"), ("...", "datei"), ("x" * 300 + ".pdf", "x" * 117 + ".pdf"), ("a\u202eb.pdf", "a-b.pdf")],
)  # fmt: skip
def test_names_of_files_are_harmless(name: str, kurz: str) -> None:
    assert f'filename="{kurz}"' in disposition("attachment", name)


async def test_a_document_that_is_missing_is_no_crash(f: Fenster) -> None:
    f.haus.freigegeben(anlagen=[{"name": "Plan.txt", "digest": "c" * 64, "groesse": 7}])
    await f.record()
    for pfad in ("version/1", f"attachment/{'c' * 64}"):
        antwort = await get(f, f"file/paper/v1/{pfad}/access")
        assert antwort.status_code == 503 and "cccc" not in antwort.text
    assert "sha512Checksum" not in (await get(f, f"file/paper/v1/attachment/{'c' * 64}")).json()


async def test_a_document_tells_nothing_of_what_happens_in_the_house(f: Fenster) -> None:
    f.haus.eingeladen(abschnitte=[f.put("Die Lage ist ernst.", "Sachlage")])
    await f.record()
    pfad = "file/paper/v1/version/1/access"
    vorher = await get(f, pfad)
    f.later(days=3)
    f.haus.do(V, "neufassen", SB, fassungsart="neufassung", grund="x", abschnitte=[f.put("Neu.", "Sachlage")])
    await f.record()
    nachher = await get(f, pfad)
    assert (nachher.content, nachher.headers["etag"]) == (vorher.content, vorher.headers["etag"])


# --- secrecy -----------------------------------------------------------------------------------------------------------


def readable(inhalt: bytes, ordner: Path) -> str:
    (ordner / "x.pdf").write_bytes(inhalt)
    lauf = subprocess.run(["pdftotext", "-layout", str(ordner / "x.pdf"), "-"], check=True, capture_output=True, text=True)
    return lauf.stdout


async def test_no_planted_word_is_in_any_byte(f: Fenster, tmp_path: Path) -> None:
    """Everything that can be hidden is, in a meeting and in papers, and somebody reads all that there is, and tries what there was."""
    await f.all()
    zeit = {"begonnen": dt.datetime(2021, 6, 1, tzinfo=dt.UTC)}
    sitzung: Sitzung = meeting(**zeit)
    await f.plant("sitzung/muster/s1", sitzung.model_copy(update={"stufe": Stufe.ABGESCHLOSSEN}))
    await f.plant("vorlage/muster/v1", paper(**zeit))
    await f.plant("vorlage/muster/v2", paper(**zeit, id="v2", oeffentlich=False, betreff="H_BETREFF", nummer="2021/9999"))
    await f.plant(
        "sitzung/muster/s3", meeting(**zeit, id="s3", stufe="geplant", eingeladen_am=None, unterzeichnende=[], unterschriften=[])
    )
    for inhalt in ABLAGE.values():
        f.ablage.put(inhalt)
    async with client(f.schau) as c:
        antworten = await crawl(c)
        for geraten in (
            "paper/v2",
            "paper/geheim",
            "file/paper/v1/version/2/access",
            "consultation/v1/2",
            "file/paper/v2/version/1/access",
        ):
            antworten[geraten] = await c.get(WURZEL + geraten)
            assert antworten[geraten].status_code == 404
        for liste in ("paper", "file", "consultation", "agendaitem"):
            for frage in ("modified_since=2000-01-01T00:00:00Z", "limit=1", "modified_since=H_WORT"):
                url = f"{WURZEL}body/muster/{liste}?{frage}"
                antworten[url] = await c.get(url)
    pdfs = [readable(a.content, tmp_path) for a in antworten.values() if a.headers["content-type"] == "application/pdf"]
    text = everything({url.replace("H_WORT", ""): a for url, a in antworten.items()}) + "\n".join(pdfs)
    assert len(pdfs) >= 6 and not re.findall(VERBOTEN[Teil.INTERNET], text)
    assert {"O_TITEL", "O_WORTLAUT", "O_BEZEICHNUNG", "O_ANLAGE", "O_INTERNETFASSUNG", "O_TEXT"} <= set(
        re.findall(r"O_\w+", text)
    )
