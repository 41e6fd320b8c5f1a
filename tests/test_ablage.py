"""The document store, as a folder and in a bucket on a real S3 server: whole or not at all, checked, and destroyed when ordered."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import obstore
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import S3Store

from archive import AblageNichtErreichbar, DigestWiderspruch, DokumentBeschaedigt, DokumentFehlt, DokumentZuGross
from archive.ablage import STUECK, Ablage, place
from archive.aufbau import object_id
from archive.eimer import Eimerablage, Zugang
from einstellungen import Eimer, EinstellungFehlt, from_environment
from embedded import embedded_server
from rathaus import LEITUNG
from temporal import BALD_WEG, Amt, settings_for
from wege import SACHLAGE, entwurf, ganzer_weg
from welt import wer
from worker import CONVERTER, _documents, parts, running_worker

GROSS = b"0123456789abcdef" * (12 * STUECK // 16)  # many pieces, and an upload in parts


@pytest.fixture(scope="session")
def dienst() -> Iterator[str]:
    """A server that speaks S3, on a port of its own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def zugang(dienst: str, eimer: str) -> Zugang:
    return Zugang(
        eimer=eimer, praefix="laufmappe/dokumente", kennung="k", geheimnis="geheimnis", region="us-east-1", endpunkt=dienst
    )


def raw(dienst: str) -> S3Store:
    """The bucket past the store."""
    z = zugang(dienst, "eimer")
    return S3Store(
        z.eimer, prefix=z.praefix, endpoint=dienst, region=z.region, access_key_id=z.kennung, secret_access_key=z.geheimnis,
        client_options={"allow_http": True},
    )  # fmt: skip


class Ort:
    """A store, and what a test does to it from outside."""

    def __init__(self, ablage: Ablage, ordner: Path, dienst: str | None) -> None:
        self.ablage, self.ordner, self.dienst = ablage, ordner, dienst

    def names(self) -> list[str]:
        """Everything that lies anywhere: documents, and what was left behind."""
        hier = [p.name for p in self.ordner.rglob("*") if p.is_file()]
        if self.dienst is None:
            return sorted(hier)
        liste = httpx.get(f"{self.dienst}/eimer", params={"list-type": "2"}).text
        return sorted(hier + [s.split("<")[0].rsplit("/", 1)[-1] for s in liste.split("<Key>")[1:]])

    def damage(self, digest: str) -> None:
        if self.dienst is None:
            pfad = self.ordner / place(digest)
            pfad.chmod(0o640)
            pfad.write_bytes(b"anders")
        else:
            obstore.put(raw(self.dienst), place(digest), b"anders")


@pytest.fixture(params=["Ordner", "Eimer"])
def ort(request: pytest.FixtureRequest, tmp_path: Path) -> Ort:
    if request.param == "Ordner":
        return Ort(Ablage(tmp_path), tmp_path, None)
    dienst: str = request.getfixturevalue("dienst")
    httpx.post(f"{dienst}/moto-api/reset").raise_for_status()
    httpx.put(f"{dienst}/eimer").raise_for_status()
    return Ort(Eimerablage(zugang(dienst, "eimer"), tmp_path), tmp_path, dienst)


async def pieces(*stuecke: bytes) -> AsyncIterator[bytes]:
    for stueck in stuecke:
        yield stueck


async def broken(*stuecke: bytes) -> AsyncIterator[bytes]:
    for stueck in stuecke:
        yield stueck
    raise ConnectionResetError("der Browser ist weg")


def read(ablage: Ablage, digest: str) -> bytes:
    groesse, stuecke = ablage.stream(digest)
    daten = b"".join(stuecke)
    assert len(daten) == groesse
    return daten


async def test_what_goes_in_comes_out(ort: Ort, tmp_path: Path) -> None:
    datei = tmp_path.with_name(f"{tmp_path.name}-quelle")
    datei.write_bytes(GROSS)
    for daten in (b"Text", b"", GROSS):
        digest = hashlib.sha256(daten).hexdigest()
        assert not ort.ablage.exists(digest)
        assert ort.ablage.put(daten) == ort.ablage.put(daten) == digest
        assert (ort.ablage.get(digest), ort.ablage.size(digest), ort.ablage.exists(digest)) == (daten, len(daten), True)
        assert read(ort.ablage, digest) == ort.ablage.source(digest).read_bytes() == daten
    assert ort.ablage.put_file(datei) == hashlib.sha256(GROSS).hexdigest()
    assert len(ort.names()) == 3


async def test_a_stream_is_stored_once_and_whole(ort: Ort) -> None:
    digest = hashlib.sha256(GROSS).hexdigest()
    for _ in range(2):
        d = await ort.ablage.from_stream(pieces(GROSS[:10], GROSS[10:]), len(GROSS), digest.upper())
        assert (d.digest, d.groesse) == (digest, len(GROSS))
    assert ort.names() == [digest] and ort.ablage.get(digest) == GROSS


async def test_nothing_half_is_stored(ort: Ort) -> None:
    with pytest.raises(DokumentZuGross, match="höchstens 12 MB"):
        await ort.ablage.from_stream(pieces(GROSS, b"x"), len(GROSS))
    with pytest.raises(DigestWiderspruch):
        await ort.ablage.from_stream(pieces(b"etwas"), 100, "0" * 64)
    with pytest.raises(ConnectionResetError):
        await ort.ablage.from_stream(broken(b"etwas"), 100)
    assert ort.names() == []


async def test_what_is_not_there_or_not_right_is_told(ort: Ort) -> None:
    for was in (ort.ablage.get, ort.ablage.size):
        with pytest.raises(DokumentFehlt, match="Sicherung"):
            was("0" * 64)
    with pytest.raises(DokumentFehlt):
        read(ort.ablage, "0" * 64)
    for tat in (ort.ablage.get, ort.ablage.size, ort.ablage.exists, ort.ablage.remove):
        with pytest.raises(DokumentFehlt, match="keine SHA-256"):
            tat("../../etc/passwd")
    digest = ort.ablage.put(b"Text")
    ort.damage(digest)
    with pytest.raises(DokumentBeschaedigt):
        ort.ablage.get(digest)
    with pytest.raises(DokumentBeschaedigt):
        read(ort.ablage, digest)


def test_what_is_destroyed_is_gone(ort: Ort) -> None:
    digest, anderer = ort.ablage.put(b"von Erika Mustermann"), ort.ablage.put(b"von niemandem")
    assert ort.ablage.containing(b"Mustermann") == [digest]
    ort.ablage.remove(digest)
    ort.ablage.remove(digest)
    assert ort.names() == [anderer] and not ort.ablage.exists(digest)


def test_a_service_that_is_away_is_told_without_its_secrets(dienst: str, tmp_path: Path) -> None:
    ablage = Eimerablage(zugang(dienst, "gibt-es-nicht"), tmp_path)
    with pytest.raises(AblageNichtErreichbar, match="Speicherdienst") as fehler:
        ablage.put(b"Text")
    assert "geheimnis" not in str(fehler.value) and fehler.value.__cause__ is None


# --- the settings ----------------------------------------------------------------------------------------------------------


def test_the_settings_say_where(tmp_path: Path) -> None:
    for name in ("kennung", "geheimnis"):
        (tmp_path / name).write_text(f"{name}-wert\n")
    dateien = {f"LAUFMAPPE_ABLAGE_{n.upper()}_DATEI": str(tmp_path / n) for n in ("kennung", "geheimnis")}
    assert from_environment(tmp_path, {}).ablage is None
    assert from_environment(tmp_path, {"LAUFMAPPE_ABLAGE": "/srv/dokumente"}).ablage == Path("/srv/dokumente")
    s3 = {"LAUFMAPPE_ABLAGE": "s3://eimer/a/b/", "LAUFMAPPE_ABLAGE_ENDPUNKT": "https://s3.example.org", **dateien}
    e = from_environment(tmp_path, s3)
    assert isinstance(e.ablage, Eimer)
    assert (e.ablage.eimer, e.ablage.praefix, e.ablage.endpunkt) == ("eimer", "a/b", "https://s3.example.org")
    assert "kennung-wert" not in repr(e) and "geheimnis-wert" not in repr(e)
    assert isinstance(_documents(e), Eimerablage)
    for falsch in ({"LAUFMAPPE_ABLAGE": "s3://eimer"}, {**s3, "LAUFMAPPE_ABLAGE_ENDPUNKT": "http://s3.example.org"}):
        with pytest.raises(EinstellungFehlt, match="LAUFMAPPE_ABLAGE"):
            from_environment(tmp_path, falsch)


# --- the whole house on a bucket -------------------------------------------------------------------------------------------


@pytest.mark.schwer
@pytest.mark.xdist_group("temporal")
async def test_a_papers_way_with_its_documents_in_a_bucket(dienst: str, tmp_path: Path) -> None:
    """From the draft to the package; and a text that is destroyed by order is gone from the bucket."""
    httpx.post(f"{dienst}/moto-api/reset").raise_for_status()
    httpx.put(f"{dienst}/eimer").raise_for_status()
    angaben = Eimer.model_validate(vars(zugang(dienst, "eimer")))
    async with (
        embedded_server(tmp_path / "daten", port=None, ui_port=None, data_converter=CONVERTER, extra=BALD_WEG) as client,
        parts(settings_for(tmp_path / "daten", ablage=angaben)) as g,
        running_worker(client, g),
    ):
        amt = Amt(g.laufmappe(client), g.sealed(client), g)
        v, _ = await ganzer_weg(amt)
        (digest,) = [a.digest for a in (await amt.until(v, lambda z: z.siegel is not None)).fassung.abschnitte]
        assert g.lager.read(object_id(v), f"dokumente/{digest}") == g.ablage.get(digest) == SACHLAGE.encode()
        geheim = amt.lm.store_section("Sachlage", "Erika Mustermann, Musterweg 1\n")
        w = await entwurf(amt, abschnitte=(geheim,))
        auftrag = {"stellen": [{"seq": 1, "felder": ["abschnitte"]}], "rechtsgrund": "Art. 17 DSGVO", "angeordnet_von": "DSB"}
        await amt.act(w, "loeschung_beantragen", LEITUNG, kennung="l-1", **auftrag)
        await amt.act(w, "loeschung_bestaetigen", wer("p-bm2", "verwaltungsleitung", "verwaltungsleitung"), kennung="l-1")
        await amt.until(w, lambda z: bool(z.loeschungen) and z.loeschungen[-1].vollzogen_am is not None)
        assert not g.ablage.exists(geheim.digest) and g.ablage.exists(digest)
        assert list((tmp_path / "daten" / "annahme").iterdir()) == []
