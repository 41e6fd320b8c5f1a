"""The API on a real Temporal server: a paper's whole way by HTTP, and every promise of the description."""

import base64
import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SB, SB2, SCHRIFT, VORSITZ
from register import RegisterNichtErreichbar
from schemas.akteur import Akteur
from temporal import Amt, running, spaeter
from web_tor import API, Anrufer, application, callers
from welt import wer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("temporal")]
REVISION = wer("p-rpa", "rpa", "rechnungspruefung")
ENTWURF = {
    "vorlageart": "mitteilungsvorlage",
    "betreff": "Sachstand",
    "federfuehrend": "a-46",
    "beratungsfolge": [{"gremium": "sozialausschuss", "rolle": "Kenntnisnahme"}],
}


class Haus:
    def __init__(self, amt: Amt, http: httpx.AsyncClient) -> None:
        self.amt, self.http = amt, http

    def als(self, akteur: Akteur) -> Anrufer:
        return Anrufer(self.http, akteur)

    async def entwurf(self) -> str:
        antwort = await self.als(SB).post("vorlagen/entwerfen", ENTWURF)
        assert antwort.status_code == 201, antwort.text
        return antwort.headers["Location"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def haus(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Haus]:
    async with running(tmp_path_factory.mktemp("daten")) as amt, callers(application(amt)) as http:
        yield Haus(amt, http)


async def test_a_papers_way_by_http(haus: Haus) -> None:
    """From a document that is uploaded to the signed minutes; everybody sees what they may at each step."""
    sb, dienst = haus.als(SB), haus.als(DIENST)
    text = await haus.http.post(f"{API}/muster/dokumente", content=b"# Lage\n\nErnst.\n", headers=sb.kopf)
    assert text.status_code == 201
    abschnitt = {"name": "Sachlage", **text.json()}
    v = (await sb.post("vorlagen/entwerfen", {**ENTWURF, "abschnitte": [abschnitt]})).headers["Location"]
    assert (await haus.als(REVISION).get(v)).json()["umfang"] == "alles"
    assert (await dienst.get(v)).status_code == 404, "ein Entwurf gehört dem Amt"
    assert (await sb.post(f"{v}/einreichen")).status_code == 200
    for akteur in (SB2, AL, DEZERNAT):
        assert (await haus.als(akteur).post(f"{v}/mitzeichnen", {"antwort": "mitgezeichnet"})).status_code == 200
    frei = await haus.als(LEITUNG).post(f"{v}/freigeben")
    stand = (await sb.get(v, params={"ab_seq": frei.json()["seq"]})).json()
    assert stand["stand"]["stufe"] == "freigegeben" and "freigeben" not in stand["moeglich"] and "anmelden" in stand["moeglich"]
    s = (await dienst.post("sitzungen/planen", {"gremium": "sozialausschuss", "beginn": spaeter(14).isoformat()})).headers[
        "Location"
    ]
    kennung = {"vorlage": v.rsplit("/", 1)[-1], "sitzung": s.rsplit("/", 1)[-1]}
    assert (await sb.post(f"{v}/anmelden", {"sitzung": kennung["sitzung"], "beratung": 1})).status_code == 200
    await haus.amt.until(f"sitzung/muster/{kennung['sitzung']}", lambda z: bool(z.anmeldungen))
    assert (await dienst.post(f"{s}/aufnehmen", {"vorlage": kennung["vorlage"]})).status_code == 200
    assert (await dienst.post(f"{s}/einladen")).status_code == 200
    mitglied = haus.als(wer("p-rat", "rat", "mitglied"))
    gelesen = (await mitglied.get(s)).json()
    assert gelesen["umfang"] == "oeffentlich" and gelesen["stand"]["tops"][0]["titel"] == "Sachstand"
    pdf = await mitglied.get(f"{v}/dokumente/vorlage")
    assert (pdf.status_code, pdf.content[:4], pdf.headers["Content-Type"]) == (200, b"%PDF", "application/pdf")
    digest = text.json()["digest"]
    assert (await mitglied.get(f"{v}/ablage/{digest}")).text == "# Lage\n\nErnst.\n"
    assert (await mitglied.get(f"{s}/ablage/{digest}")).status_code == 404, "es gehört nicht zu diesem Vorgang"
    assert (await haus.als(VORSITZ).post(f"{s}/eroeffnen")).status_code == 200
    assert (await haus.als(SCHRIFT).get(s)).json()["umfang"] == "alles"


async def test_the_same_request_twice_happens_once(haus: Haus) -> None:
    v, sb = await haus.entwurf(), haus.als(SB)
    erste = await sb.post(f"{v}/bearbeiten", {"betreff": "Neu"}, schluessel="gleich")
    zweite = await sb.post(f"{v}/bearbeiten", {"betreff": "Neu"}, schluessel="gleich")
    andere = await sb.post(f"{v}/bearbeiten", {"betreff": "Anders"}, schluessel="gleich")
    assert (erste.status_code, erste.json()["seq"]) == (zweite.status_code, zweite.json()["seq"]) == (200, 2)
    assert (andere.status_code, andere.json()["title"]) == (422, "SchluesselVergeben")
    ohne = await haus.http.post(f"{v}/bearbeiten", json={"betreff": "Neu"}, headers=sb.kopf)
    assert ohne.status_code == 422 and "Idempotency-Key" in ohne.json()["detail"]


async def test_nothing_is_done_on_what_has_changed_since_it_was_seen(haus: Haus) -> None:
    v, sb = await haus.entwurf(), haus.als(SB)
    gesehen = (await sb.get(v)).headers["ETag"]
    assert gesehen == '"1"'
    assert (await sb.post(f"{v}/bearbeiten", {"betreff": "A"}, **{"If-Match": gesehen})).headers["ETag"] == '"2"'
    zu_spaet = await sb.post(f"{v}/bearbeiten", {"betreff": "B"}, **{"If-Match": gesehen})
    assert (zu_spaet.status_code, zu_spaet.json()["title"]) == (412, "Veraltet")
    eintraege = (await sb.get(f"{v}/verlauf")).json()["eintraege"]
    assert [e["art"] for e in eintraege] == ["entwerfen", "bearbeiten"] and eintraege[1]["befehl"]["gesehen"] == 1


async def test_refusals_and_bad_input_are_problems_with_one_sentence(haus: Haus) -> None:
    v, sb = await haus.entwurf(), haus.als(SB)
    faelle = (
        (await haus.http.get(v), 401, "anmelden"),
        (await haus.als(LEITUNG).post(f"{v}/bearbeiten", {"betreff": "X"}), 403, "darf hier nicht"),
        (await haus.als(wer("p-9", "a-50", "amtsleitung")).post(f"{v}/bearbeiten", {"betreff": "X"}), 404, "gibt es hier nicht"),
        (await sb.get(f"{API}/muster/vorlagen/gibt-es-nicht"), 404, "gibt es hier nicht"),
        (await sb.get(f"{API}/anderswo/vorlagen"), 404, "gibt es hier nicht"),
        (await sb.get("/nirgends"), 404, "gibt es hier nicht"),
        (await haus.als(LEITUNG).post(f"{v}/freigeben"), 409, "geht nur in"),
        (await sb.post(f"{v}/bearbeiten", {"betref": "X"}), 422, "„betref“ gibt es hier nicht"),
        (await sb.post(f"{v}/bearbeiten", {"betreff": "a\u0000b"}), 422, "Steuerzeichen"),
        (await sb.post(f"{v}/bearbeiten", {"betreff": 7}), 422, "betreff"),
        (await sb.post("vorlagen/entwerfen", {**ENTWURF, "federfuehrend": "a-99"}), 404, "a-99"),
        (
            await sb.post(f"{v}/bearbeiten", {"abschnitte": [{"name": "Sachlage", "digest": "0" * 64, "groesse": 1}]}),
            422,
            "hochladen",
        ),
        (await sb.post("vorlagen/" + "x" * 200 + "/bearbeiten", {"betreff": "X"}), 422, "kennung"),
    )
    for antwort, status, satz in faelle:
        assert (antwort.status_code, antwort.headers["Content-Type"]) == (status, "application/problem+json"), antwort.text
        assert antwort.json()["status"] == status and satz in antwort.json()["detail"], antwort.text
    kaputt = await haus.http.post(
        f"{v}/bearbeiten", content=b"{", headers={**sb.kopf, "Idempotency-Key": "k", "Content-Type": "application/json"}
    )
    assert kaputt.status_code == 422 and "kein gültiges JSON" in kaputt.json()["detail"]


async def test_what_is_named_must_be_known_to_who_names_it(haus: Haus) -> None:
    """A meeting takes in a paper by its id; a draft of an office is none for the secretariat, as if there were no such paper."""
    dienst = haus.als(DIENST)
    v = await haus.entwurf()
    s = (await dienst.post("sitzungen/planen", {"gremium": "sozialausschuss", "beginn": spaeter(14).isoformat()})).headers[
        "Location"
    ]
    entwurf = await dienst.post(f"{s}/aufnehmen", {"vorlage": v.rsplit("/", 1)[-1]})
    keine = await dienst.post(f"{s}/aufnehmen", {"vorlage": "gibt-es-nicht"})
    assert (entwurf.status_code, entwurf.text) == (keine.status_code, keine.text) == (404, keine.text)


async def test_documents_are_what_was_announced_or_nothing(haus: Haus, monkeypatch: pytest.MonkeyPatch) -> None:
    sb, daten = haus.als(SB), b"Anlage"
    summe = base64.b64encode(hashlib.sha256(daten).digest()).decode()
    kopf = {**sb.kopf, "Repr-Digest": f"md5=:AAAA:, sha-256=:{summe}:"}
    gut = await haus.http.post(f"{API}/muster/dokumente", content=daten, headers=kopf)
    falsch = await haus.http.post(f"{API}/muster/dokumente", content=b"etwas anderes", headers=kopf)
    assert (gut.status_code, gut.json()["groesse"], falsch.status_code) == (201, 6, 422)
    assert not haus.amt.lm.ablage.exists(hashlib.sha256(b"etwas anderes").hexdigest())
    monkeypatch.setattr("web.dokumente.HOECHSTGROESSE_ANLAGE", 5)
    zu_gross = await haus.http.post(f"{API}/muster/dokumente", content=b"sechs!", headers=sb.kopf)
    assert (zu_gross.status_code, zu_gross.json()["title"]) == (413, "DokumentZuGross")
    leser = haus.als(wer("p-1", "rpa", "rechnungspruefung"))
    assert (await haus.http.post(f"{API}/muster/dokumente", content=b"x", headers=leser.kopf)).status_code == 403


async def test_lists_are_leafed_through_and_show_only_what_may_be_read(haus: Haus) -> None:
    sb = haus.als(wer("p-blatt", "a-46", "sachbearbeitung"))
    for nr in range(5):
        await sb.post("vorlagen/entwerfen", {**ENTWURF, "betreff": f"Blatt {nr}"})
    gesehen, nach = [], None
    while True:
        seite = (await sb.get("vorlagen", params={"anzahl": 2, "stufe": "entwurf", **({"nach": nach} if nach else {})})).json()
        gesehen += [f["stand"]["betreff"] for f in seite["vorgaenge"] if f["stand"]["betreff"].startswith("Blatt")]
        nach = seite["weiter"]
        if nach is None:
            break
    assert gesehen == [f"Blatt {nr}" for nr in (4, 3, 2, 1, 0)]
    fremd = (await haus.als(wer("p-2", "a-50", "amtsleitung")).get("vorlagen", params={"stufe": "entwurf"})).json()
    assert fremd == {"vorgaenge": [], "weiter": None}
    assert (await sb.get("vorlagen", params={"nach": "kaputt"})).status_code == 422
    assert (await sb.get("vorlagen", params={"stufe": "gibt-es-nicht"})).status_code == 422


async def test_accepted_and_not_visible_yet(haus: Haus, monkeypatch: pytest.MonkeyPatch) -> None:
    v, sb = await haus.entwurf(), haus.als(SB)

    async def away(*a: object, **b: object) -> None:
        raise RegisterNichtErreichbar("Das Register antwortet nicht.")

    with monkeypatch.context() as m:
        m.setattr(haus.amt.g.register, "record", away)
        antwort = await sb.post(f"{v}/bearbeiten", {"betreff": "Später"})
        assert (antwort.status_code, antwort.json()["sichtbar"]) == (202, False)
        assert (await sb.get(v, params={"ab_seq": 2})).status_code == 202
    await haus.amt.until(f"vorlage/muster/{v.rsplit('/', 1)[-1]}", lambda z: z.seq == 2)
    assert (await sb.get(v, params={"ab_seq": 2})).json()["stand"]["betreff"] == "Später"
    with monkeypatch.context() as m:
        m.setattr(haus.amt.g.register, "state", away)
        weg = await sb.get(v)
        assert (weg.status_code, weg.headers["Retry-After"]) == (503, "5")
        m.setattr(haus.amt.g.register, "seq", away)
        assert (await haus.http.get("/gesund/bereit")).status_code == 503
    assert [(await haus.http.get(f"/gesund/{w}")).status_code for w in ("lebt", "bereit")] == [200, 200]


async def test_auditors_reports_and_export(haus: Haus) -> None:
    await haus.entwurf()
    revision, sb = haus.als(REVISION), haus.als(SB)
    bericht = await revision.get("pruefung/abweichungen", params={"von": "2021-01-01"})
    assert bericht.status_code == 200 and bericht.json()["angaben"]["Einblick"] == "alle Inhalte"
    csv = await revision.get("pruefung/abweichungen", params={"form": "csv"})
    assert csv.headers["Content-Type"].startswith("text/csv")
    assert (await revision.get("pruefung/abweichungen", params={"form": "xlsx"})).content[:2] == b"PK"
    zeilen = (await revision.get("pruefung/verlauf.jsonl")).text.splitlines()
    assert len(zeilen) == (await haus.amt.lm.register.latest_leaf("muster")) + 1
    funde = await revision.post("auskunft", {"text": "p-sb"})
    assert funde.status_code == 200 and funde.json()[0]["vorgang"].startswith("vorlage/muster/")
    for antwort in (
        await sb.get("pruefung/abweichungen"), await sb.get("pruefung/verlauf.jsonl"), await sb.post("auskunft", {"text": "p-sb"}),
    ):  # fmt: skip
        assert antwort.status_code == 403


async def test_the_rules_are_there_for_everybody_in_the_house(haus: Haus) -> None:
    regeln = (await haus.als(SB).get("regelwerk")).json()
    assert "sozialausschuss" in {g["id"] for g in regeln["gremien"]} and "p-" not in str(regeln)
    frueher = (await haus.als(SB).get("regelwerk", params={"am": "2020-02-01"})).json()
    assert frueher["gueltig_ab"] == "2020-01-01"
    assert (await haus.als(SB).get(f"{API}/kommunen")).json()["kommunen"]["muster"] == "Musterstadt"


async def test_what_an_ended_office_leaves_open(haus: Haus) -> None:
    """Only who reads all of it decides; each decision is an entry of its own."""
    v, leitung = await haus.entwurf(), haus.als(LEITUNG)
    suche = {"traeger": "a-46"}
    alles = (await leitung.get("uebergang", params=suche)).json()
    assert v.rsplit("/", 1)[-1] in str(alles)
    assert (await haus.als(wer("p-2", "a-50", "amtsleitung")).get("uebergang", params=suche)).json() == []
    assert (await leitung.get("uebergang", params={"traeger": "a-99"})).status_code == 404
    assert (await leitung.get("uebergang")).status_code == 422
    posten = [{**p, "entscheidung": "uebernehmen", "nach": "a-50", "grund": "Auflösung"} for p in alles]
    fremd = await haus.als(wer("p-2", "a-50", "amtsleitung")).post("uebergang?traeger=a-46", {"posten": posten})
    assert fremd.status_code == 403
    fertig = (await leitung.post("uebergang?traeger=a-46", {"posten": posten})).json()
    assert {a["art"] for a in fertig} <= {"erledigt", "abgelehnt"} and len(fertig) == len(posten)
    assert (await leitung.get(v)).json()["stand"]["federfuehrend"]["id"] == "a-50"


async def test_stuck_messages_and_orders_to_delete(haus: Haus) -> None:
    v, al = await haus.entwurf(), haus.als(AL)
    stelle = {"seq": 1, "felder": ["betreff"]}
    antrag = {"kennung": "l-1", "rechtsgrund": "Art. 17 DSGVO", "angeordnet_von": "Amtsleitung", "stellen": [stelle]}
    assert (await al.post(f"{v}/loeschung_beantragen", antrag)).status_code == 200
    assert [o["loeschung"]["kennung"] for o in (await al.get("loeschungen")).json()] == ["l-1"]
    assert (await haus.als(wer("p-2", "a-50", "amtsleitung")).get("loeschungen")).json() == []
    betrieb = haus.als(wer("p-it", "it", "betrieb"))
    assert (await betrieb.get("post")).json() == [] and (await al.get("post")).status_code == 403
    assert (await betrieb.post("post/erneut?nachricht=keine")).status_code == 404
