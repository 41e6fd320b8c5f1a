"""Documents at the command line: which file is served to whom, made anew or as it was signed and released."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import dokumentarten
from dokumentarten import Dokumentart, make
from dokumente import umwandeln
from dokumente.auftragsliste import concerns
from dokumente.inhalt import Teil
from lifecycle.ablehnung import Ablehnung, FalscheStufe, NichtBefugt, Unbekannt, Unplausibel
from rathaus import DIENST, SCHRIFT, Rathaus, S, V
from schemas.regelwerk import Regelwerke
from schriftgut import held, lies, put, read_pdf


class Tuer:
    """The way in of the command line, onto a town hall in memory."""

    def __init__(self, haus: Rathaus) -> None:
        self.haus = haus
        self.register = self
        self.regelwerke = haus.regelwerke
        self.ablage = SimpleNamespace(get=lies)

    async def state(self, workflow: str) -> Any:
        return self.haus.staende.get(workflow)

    async def linked(self, z: Any) -> Any:
        return z

    async def open_tasks(self, kommune: str, gremien: list[str]) -> list[Any]:
        return [z for w, z in self.haus.staende.items() if w.startswith(f"auftrag/{kommune}/") and concerns(z, gremien)]

    async def find(self, kommune: str, typ: str, text: str) -> str:
        return f"{typ}/{kommune}/{text}"

    async def make(self, art: Dokumentart, vorgang: str, teil: Teil = Teil.INTERN, **felder: Any) -> tuple[bytes, str]:
        alles: dict[str, Any] = {"top": None, "an": None, **felder}
        lm: Any = self
        return await make(lm, "muster", art, vorgang, teil, **alles)


@pytest.fixture
def tuer(haus: Rathaus) -> Tuer:
    return Tuer(held(haus))


async def test_every_kind_can_be_made(tuer: Tuer) -> None:
    faelle: tuple[tuple[Dokumentart, str, dict[str, Any]], ...] = (
        (Dokumentart.VORLAGE, "v1", {"fassung": 1}),
        (Dokumentart.EINLADUNG, "s1", {}),
        (Dokumentart.NIEDERSCHRIFT, "s1", {}),
        (Dokumentart.AUSZUG, "s1", {"top": 1}),
        (Dokumentart.AUFTRAGSLISTE, "s1", {}),
    )
    for art, vorgang, felder in faelle:
        daten, name = await tuer.make(art, vorgang, **felder)
        assert daten.startswith(b"%PDF") and name.endswith(".pdf") and "/" not in name


@pytest.mark.parametrize(
    ("art", "vorgang", "felder", "fehler"),
    [
        (Dokumentart.KALENDER, "s1", {}, Unplausibel),
        (Dokumentart.AUSZUG, "s1", {}, Unplausibel),
        (Dokumentart.AUSZUG, "s1", {"top": 2, "teil": Teil.OEFFENTLICH}, FalscheStufe),
        (Dokumentart.VORLAGE, "v1", {"fassung": 2}, Unbekannt),
        (Dokumentart.VORLAGE, "v9", {}, Unbekannt),
        (Dokumentart.ORIGINAL, "v1", {}, Unbekannt),
        (Dokumentart.ORIGINAL, "v1", {"teil": Teil.OEFFENTLICH}, NichtBefugt),
        (Dokumentart.ORIGINAL, "v1", {"teil": Teil.INTERNET}, NichtBefugt),
    ],
)
async def test_what_cannot_be_made_is_told(
    tuer: Tuer, art: Dokumentart, vorgang: str, felder: dict[str, Any], fehler: type[Ablehnung]
) -> None:
    with pytest.raises(fehler):
        await tuer.make(art, vorgang, **felder)


async def test_the_calendar_comes_from_the_secretariat(tuer: Tuer) -> None:
    daten, name = await tuer.make(Dokumentart.KALENDER, "s1", an="m@muster.example.org")
    assert b"mailto:hauptamt@muster.example.org" in daten.replace(b"\r\n ", b"") and name == "einladung.ics"
    tuer.haus.sitzung("sitzung/muster/s2", tag=30)
    with pytest.raises(FalscheStufe, match="noch nicht eingeladen"):
        await tuer.make(Dokumentart.KALENDER, "s2", an="m@muster.example.org")
    rw = tuer.haus.regelwerke.alle
    stumm = Regelwerke(
        r.model_copy(update={"stellen": tuple(s.model_copy(update={"postfach": None}) for s in r.stellen)}) for r in rw
    )
    tuer.regelwerke = stumm
    with pytest.raises(Unplausibel, match="keine Mailadresse"):
        await tuer.make(Dokumentart.KALENDER, "s1", an="m@muster.example.org")


async def test_signed_minutes_stay_as_they_were(tuer: Tuer) -> None:
    fertig = [{"oeffentlich": oeffentlich, **put(f"%PDF unterzeichnet {oeffentlich}")} for oeffentlich in (True, False)]
    z = tuer.haus.state(S)
    tuer.haus.staende[S] = type(z).model_validate(z.model_dump() | {"ausfertigungen": fertig})
    for teil, erwartet in (
        (Teil.INTERN, b"%PDF unterzeichnet True"),
        (Teil.OEFFENTLICH, b"%PDF unterzeichnet True"),
        (Teil.NICHTOEFFENTLICH, b"%PDF unterzeichnet False"),
    ):
        daten, name = await tuer.make(Dokumentart.NIEDERSCHRIFT, "s1", teil)
        assert daten == erwartet and name == "niederschrift-16.06.2021.pdf"
    netz, _ = await tuer.make(Dokumentart.NIEDERSCHRIFT, "s1", Teil.INTERNET)
    assert netz.startswith(b"%PDF-1.7"), "die Internetfassung ist nie die unterzeichnete"


async def test_a_released_list_is_served_as_it_was_released(tuer: Tuer, tmp_path: Path) -> None:
    entwurf, _ = await tuer.make(Dokumentart.AUFTRAGSLISTE, "s1")
    assert (
        "Entwurf, nicht freigegeben" in read_pdf(entwurf, tmp_path)
        and (await tuer.make(Dokumentart.AUFTRAGSLISTE, "s1"))[0] == entwurf
    )
    z = tuer.haus.state(S)
    frei = {"oeffentlich": True, "freigegeben": DIENST.model_dump(), "am": tuer.haus.jetzt, **put("Die Liste.")}
    tuer.haus.staende[S] = type(z).model_validate(z.model_dump() | {"aufgabenlisten": [frei]})
    assert await tuer.make(Dokumentart.AUFTRAGSLISTE, "s1") == (b"Die Liste.", "auftragsliste.txt")
    nicht, _ = await tuer.make(Dokumentart.AUFTRAGSLISTE, "s1", Teil.NICHTOEFFENTLICH)
    assert "Entwurf" in read_pdf(nicht, tmp_path)


async def test_a_list_finds_tasks_of_all_committees_and_numbers_for_its_readers(tuer: Tuer, tmp_path: Path) -> None:
    haus = tuer.haus
    haus.do(
        S,
        "auftrag_festhalten",
        SCHRIFT,
        top=1,
        verlangt="Übersicht",
        grundlage="zusage",
        von_wem="M",
        faellig_sitzung="schulausschuss",
    )
    haus.sitzung("sitzung/muster/s2", gremium="rat", weitere_gremien=["schulausschuss"], tag=30)
    liste, _ = await tuer.make(Dokumentart.AUFTRAGSLISTE, "s2")
    assert "Übersicht" in read_pdf(liste, tmp_path) and "2021/0001" in read_pdf(liste, tmp_path)
    haus.do(V, "vorlage_oeffentlichkeit", DIENST, oeffentlich=False, grund="Datenschutz", bezeichnung="Sache")
    liste, _ = await tuer.make(Dokumentart.AUFTRAGSLISTE, "s2")
    assert "Übersicht" in read_pdf(liste, tmp_path) and "2021/0001" not in read_pdf(liste, tmp_path)


async def test_the_original_has_a_plain_name(tuer: Tuer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def made(daten: bytes, name: str) -> bytes:
        return b"%PDF aus " + name.encode()

    monkeypatch.setattr(dokumentarten, "pdf_of", made)
    digest = put("DOCX")["digest"]
    z = tuer.haus.state(V)
    roh = z.model_dump(mode="json")
    roh["fassungen"][0]["abschnitte"][0] |= {"original": digest, "original_name": "../../brief.docx"}
    tuer.haus.staende[V] = type(z).model_validate(roh)
    daten, name = await tuer.make(Dokumentart.ORIGINAL, "v1")
    assert daten.startswith(b"%PDF") and name == "brief.docx.pdf"
    monkeypatch.setattr(dokumentarten, "pdf_of", umwandeln.pdf_of)
    monkeypatch.setattr(umwandeln, "libreoffice", lambda: None)
    with pytest.raises(Unplausibel, match="nicht eingerichtet"):
        await tuer.make(Dokumentart.ORIGINAL, "v1")
