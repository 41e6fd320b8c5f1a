"""Messages of xdomea 3.0.0 from sealed packages: valid, repeatable, whole; and what breaks a rule is found where it was broken."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from archive.ablage import Ablage
from archive.ocfl import Lager
from archive.paket import contents
from aussonderung import behaelter, bewertung, codes, nachricht, pruefung, quelle, unterlagen, xml
from aussonderung.nachricht import Briefkopf
from beweis.kopf import Inhalt, Kopf, make_head
from conftest import SHARED
from dokumente import inhalt
from dokumente.setzen import set_pdf
from lifecycle.ablehnung import FalscheStufe, Unplausibel
from lifecycle.aussonderung import case_facts
from lifecycle.gemeinsam import seal_digest
from rathaus import ARCHIV, DIENST, SCHRIFT, VORSITZ, Rathaus, S, V
from schemas.aussonderung import Angebot
from schriftgut import M, held
from welt import SYSTEM

GEHEIM = "Grundstück Bachstraße 5"
PROZESS = "5f0c0c5e-6c4b-5a0e-9b0e-0a5c1c7a0001"
A = f"aussonderung/muster/{PROZESS}"
KOPF = Briefkopf("Musterstadt", "A 10 - Hauptamt", "Stadtarchiv Musterstadt")
X = {"x": xml.NS}
Verlauf = list[tuple[Kopf, Inhalt]]


@pytest.fixture(scope="session")
def beispiele() -> Path:
    """The standard's schema, and messages that others made."""
    ordner = SHARED / "data" / "xdomea"
    if not ordner.is_dir():
        pytest.skip("Schema und Beispiele von xdomea (../shared/data/xdomea) liegen hier nicht.")
    return ordner


@pytest.fixture(scope="session")
def schema(beispiele: Path) -> etree.XMLSchema:
    return pruefung.load_schema(beispiele / "3.0.0")


class Abgabe:
    """A paper and its meeting, closed in 2021 and packed; offered in 2033."""

    def __init__(self, haus: Rathaus, ordner: Path) -> None:
        self.haus, self.lager, self.ablage = haus, Lager(ordner / "pakete"), Ablage(ordner / "dokumente")
        self._held()
        self.verlauf: dict[str, Verlauf] = {w: self._sealed(w) for w in (V, S)}
        for workflow in (V, S):
            self.pack(workflow)
        haus.jetzt = dt.datetime(2033, 1, 3, 9, tzinfo=dt.UTC)
        faelle = tuple(case_facts(w, haus.state(w), haus.verlauf[w]) for w in (V, S))
        haus.do(A, "anbieten", DIENST, stichtag="2033-01-02", vorgaenge=(V, S), faelle=faelle)

    def put(self, text: str | bytes) -> dict[str, Any]:
        roh = text.encode() if isinstance(text, str) else text
        return {"digest": self.ablage.put(roh), "groesse": len(roh)}

    def _held(self) -> None:
        haus, plan = self.haus, b"\x89PNG\r\n"
        felder: dict[str, Any] = {
            "abschnitte": [{"name": "Sachlage", **self.put("Die Lage.\n"), "original": self.put(b"PK docx")["digest"], "original_name": "Lage.docx"}],
            "anlagen": [
                {"name": "Plan.png", **self.put(plan)},
                {"name": "geheim.xyz", **self.put(b"\0\1"), "oeffentlich": False, "bezeichnung": "Anlage"},
            ],
        }  # fmt: skip
        haus.freigegeben(**felder)
        haus.sitzung()
        top = haus.aufgesetzt()
        haus.do(S, "top_ergaenzen", DIENST, titel=GEHEIM, oeffentlich=False, bezeichnung="Liegenschaft")
        haus.do(S, "einladen", DIENST)
        haus.eroeffnet()
        haus.do(S, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen", abstimmungen=[{"ja": 12}])
        haus.do(S, "ergebnis", SCHRIFT, top=2, wortlaut="ungeändert beschlossen", text="Verkauft.")
        haus.do(S, "schliessen", VORSITZ)
        for nr, o in ((top, True), (2, False)):
            haus.do(S, "niederschrift_erfassen", SCHRIFT, top=nr, text=self.put(f"Teil {nr}\n"), oeffentlich=o)
        for akteur in (SCHRIFT, VORSITZ):
            haus.do(S, "niederschrift_unterzeichnen", akteur, original="Akte")

    def _sealed(self, workflow: str) -> Verlauf:
        self.haus.give(workflow, "versiegelt", SYSTEM, siegel=seal_digest(self.haus.state(workflow)))
        alle: Verlauf = []
        for eintrag in self.haus.verlauf[workflow]:
            alle.append(make_head(eintrag, alle[-1][0].hash() if alle else None))
        return alle

    def pack(self, workflow: str) -> None:
        z = self.haus.state(workflow)
        dateien = contents(workflow, z, self.verlauf[workflow], self.ablage)
        self.lager.write(workflow, dateien, zeit=self.haus.jetzt, botschaft="Test", wer="Test")

    def read(self, angebot: Angebot) -> quelle.Quelle:
        return quelle.read(self.lager, angebot.vorgang, angebot.vorgang)

    def offer(self) -> bytes:
        return nachricht.offer(self.haus.state(A), KOPF, self.read, lambda stelle, zeit: stelle.upper())

    def valued(self, v: str = "A", s: str = "A") -> None:
        zeilen = [{"objekt": a.objekt, "art": art} for a, art in zip(self.haus.state(A).angebote, (v, s), strict=True)]
        verzeichnis = {"prozess": PROZESS, "bewertungen": zeilen, "datei": self.put("0502")}
        self.haus.do(A, "bewertung_uebernehmen", ARCHIV, verzeichnis=verzeichnis, herkunft="Test")

    def write(self, ordner: Path) -> Path:
        ordner.mkdir(exist_ok=True)
        roh, dateien = nachricht.transfer(self.haus.state(A), KOPF, self.read, lambda stelle, zeit: stelle.upper())
        return behaelter.write(ordner, PROZESS, roh, dateien)[0]


@pytest.fixture
def abgabe(haus: Rathaus, tmp_path: Path) -> Abgabe:
    return Abgabe(haus, tmp_path)


def titles(wurzel: Any) -> list[str]:
    return [str(e.text) for e in wurzel.iterfind(".//x:AllgemeineMetadaten/x:Betreff", X)]


# --- what we send -------------------------------------------------------------------------------------------------------


def test_an_offer_is_valid_and_the_same_each_time(abgabe: Abgabe, schema: etree.XMLSchema) -> None:
    wurzel = xml.parse(abgabe.offer())
    assert xml.schema_findings(wurzel, schema) == []
    assert list(pruefung.check_message(wurzel)) == []
    assert abgabe.offer() == abgabe.offer()
    assert wurzel.prefix == "xdomea" and "schemaLocation" in str(wurzel.attrib)
    assert {"A 46/2021/v1", "Sitzungen/SozA/2021"} <= set(xml.texts(wurzel, ".//x:Akte/x:AllgemeineMetadaten/x:Kennzeichen"))
    assert set(xml.texts(wurzel, ".//x:Vorgang/x:ArchivspezifischeMetadaten/x:Aussonderungsart/x:Aussonderungsart/code")) == {"B"}
    assert pruefung.listed(wurzel) == [], "ein Angebot hat keine Dateien"


def test_a_container_is_valid_whole_and_the_same_each_time(abgabe: Abgabe, schema: etree.XMLSchema, tmp_path: Path) -> None:
    abgabe.valued()
    pfad = abgabe.write(tmp_path / "a")
    assert pruefung.check_files([pfad], schema) == []
    assert abgabe.write(tmp_path / "b").read_bytes() == pfad.read_bytes()
    assert [p.name for p in (tmp_path / "a").iterdir()] == [pfad.name]
    with zipfile.ZipFile(pfad) as z:
        wurzel = xml.parse(z.read(z.namelist()[0]))
        inhalte = [z.read(name) for name in z.namelist()]
    assert {b"Die Lage.\n", b"PK docx", b"\x89PNG\r\n", b"\0\1", b"Teil 1\n", b"Teil 2\n"} <= set(inhalte)
    assert {"Abschnitt Sachlage", "Anlage Plan.png", "Beratungsverlauf", "zustand.json", "verlauf.jsonl"} <= set(titles(wurzel))
    sachlage = next(e for e in wurzel.iter(f"{{{xml.NS}}}Anlage") if titles(e) == ["Abschnitt Sachlage"])
    assert xml.texts(sachlage, "x:Version/x:Format/x:Name/code") == ["045", "035"], "Text und Original sind Formate desselben"


def test_the_history_is_that_of_the_entries(abgabe: Abgabe, tmp_path: Path) -> None:
    abgabe.valued(s="V")
    with zipfile.ZipFile(abgabe.write(tmp_path / "a")) as z:
        wurzel = xml.parse(z.read(z.namelist()[0]))
    assert xml.texts(wurzel, ".//x:Vorgang/x:Identifikation/x:ID") == [abgabe.haus.state(A).angebote[0].objekt]
    zeiten = xml.texts(wurzel, ".//x:HistorienProtokollInformation/x:DatumUhrzeit")
    assert zeiten == [f"{e.zeit:%Y-%m-%dT%H:%M:%SZ}" for e in abgabe.haus.verlauf[V]]
    aktionen = xml.texts(wurzel, ".//x:HistorienProtokollInformation/x:Aktion")
    assert aktionen[0] == "legt die Vorlage an: Sachstand" and aktionen[-1] == "versiegelt den Vorgang"
    assert xml.texts(wurzel, ".//x:HistorienProtokollInformation/x:Akteur")[0] == "Sachbearbeitung A-46"


def test_what_is_not_public_says_so_and_no_file_name_says_anything(abgabe: Abgabe, tmp_path: Path) -> None:
    abgabe.valued()
    with zipfile.ZipFile(abgabe.write(tmp_path / "a")) as z:
        wurzel, namen = xml.parse(z.read(z.namelist()[0])), z.namelist()
    mit = {
        titles(e)[0]
        for e in wurzel.iter(f"{{{xml.NS}}}Dokument", f"{{{xml.NS}}}Anlage")
        if "nichtöffentlich" in xml.texts(e, "x:AllgemeineMetadaten/x:Bemerkung")
    }
    assert mit == {"Anlage geheim.xyz", "Tagesordnung und Ergebnisse, nichtöffentlicher Teil", "Niederschrift N 1"}
    assert not any(wort in name for name in namen for wort in ("geheim", "Plan", "Bach"))
    oeffentlich = next(d for d in unterlagen.Sammlung(abgabe.read(abgabe.haus.state(A).angebote[1]), mit_dateien=True).all())
    assert GEHEIM not in oeffentlich.dateien[0].lies().decode()


def test_nothing_is_given_before_it_is_valued_or_where_nothing_is_wanted(abgabe: Abgabe, tmp_path: Path) -> None:
    with pytest.raises(FalscheStufe, match="noch nicht bewertet"):
        abgabe.write(tmp_path / "a")
    abgabe.valued(v="V", s="B")
    with pytest.raises(FalscheStufe, match="nichts abzugeben"):
        abgabe.write(tmp_path / "a")


def test_a_case_that_was_taken_up_again_is_not_the_one_that_was_offered(abgabe: Abgabe, tmp_path: Path) -> None:
    abgabe.valued()
    siegel = abgabe.haus.state(V).siegel
    abgabe.haus.do(V, "wiederaufnehmen", DIENST, grund="Nachtrag", siegel=siegel)
    abgabe.haus.do(V, "beratung_beenden", DIENST, grund="erledigt")
    abgabe.verlauf[V] = abgabe._sealed(V)
    abgabe.pack(V)
    with pytest.raises(FalscheStufe, match="hat sich geändert"):
        abgabe.write(tmp_path / "a")


def test_what_was_deleted_is_named_and_the_rest_is_given(abgabe: Abgabe, schema: etree.XMLSchema, tmp_path: Path) -> None:
    """Content of entries and a document are gone by order of somebody, after the offer; placeholders stand in the state."""
    abgabe.valued()
    z = abgabe.haus.state(V)
    geheim = z.fassung.anlagen[1].digest
    for nr, (kopf, alles) in enumerate(abgabe.verlauf[V]):
        rest = {k: v for k, v in alles.felder.items() if k not in ("betreff", "anlagen")}
        abgabe.verlauf[V][nr] = kopf, Inhalt(felder=rest)
    abgabe.ablage.path(geheim).unlink()
    fassung = z.fassung.model_copy(update={"anlagen": z.fassung.anlagen[1:]})
    abgabe.haus.staende[V] = z.model_copy(update={"betreff": "[gelöscht]", "fassungen": (fassung,), "siegel": "f" * 64})
    abgabe.pack(V)
    pfad = abgabe.write(tmp_path / "a")
    assert pruefung.check_files([pfad], schema) == []
    with zipfile.ZipFile(pfad) as container:
        wurzel = xml.parse(container.read(container.namelist()[0]))
    assert "entwerfen (Inhalt gelöscht)" in xml.texts(wurzel, ".//x:HistorienProtokollInformation/x:Aktion")
    bemerkung = next(b for b in xml.texts(wurzel, ".//x:Anlage/x:AllgemeineMetadaten/x:Bemerkung") if "gelöscht" in b)
    assert bemerkung.startswith("nichtöffentlich; gelöscht mit dem Inhalt von Eintrag 1")
    assert "[gelöscht]" in xml.texts(wurzel, ".//x:Vorgang/x:AllgemeineMetadaten/x:Betreff")


def test_a_damaged_document_is_no_part_of_a_container(abgabe: Abgabe, tmp_path: Path) -> None:
    abgabe.valued()
    digest = abgabe.haus.state(V).fassung.abschnitte[0].digest
    ort = next((abgabe.lager.path(V)).rglob(f"*/{digest}"))
    ort.write_bytes(b"anders")
    with pytest.raises(Unplausibel, match="beschädigt"):
        abgabe.write(tmp_path / "a")
    assert list((tmp_path / "a").iterdir()) == []


def test_a_file_is_called_what_it_is(haus: Rathaus) -> None:
    s = inhalt.invitation(held(haus).state(S), M)
    formate = [
        (set_pdf(s.vorlage, s.daten, s.zeit), "Einladung.pdf", ("pdf", codes.PDF_A, "2b")),
        (b"%PDF-1.4\n", None, ("pdf", "018", "1.4")),
        (b"PK", "Lage.DOCX", ("docx", "035", "unbekannt")),
        (b"Text", None, ("txt", "045", "UTF-8")),
        (b"Text", "text.md", ("txt", "045", "UTF-8")),
        (b"\xff\xfe", "text.txt", ("bin", codes.SONSTIGES, "unbekannt")),
        (b"{}", "a/b.json", ("json", codes.SONSTIGES, "unbekannt")),
        (b"x", "ohne.", ("txt", "045", "UTF-8")),
    ]
    for daten, name, soll in formate:
        assert unterlagen.file_format(daten, name) == soll


def test_what_no_xml_may_hold_is_shown_as_a_mark() -> None:
    wurzel = xml.message("0501")
    xml.add(wurzel, "Hinweis", "a\vb\x00c\uffff<&>")
    assert xml.parse(xml.to_bytes(wurzel))[0].text == "a\ufffdb\ufffdc\ufffd<&>"


# --- what we take in ----------------------------------------------------------------------------------------------------


def test_every_sample_of_others_passes(beispiele: Path, schema: etree.XMLSchema) -> None:
    dateien = [
        *(beispiele / "samples" / "toolkit-3.0.0").glob("*.xml"),
        *(beispiele / "samples" / "lavnrw" / "v3.0.0").glob("*.xml"),
    ]
    assert len(dateien) == 5
    for datei in dateien:
        wurzel = xml.parse(datei.read_bytes())
        assert xml.schema_findings(wurzel, schema) == []
        assert [satz for satz, nur_hinweis in pruefung.check_message(wurzel) if not nur_hinweis] == [], datei.name


def test_a_container_of_others_passes(beispiele: Path, schema: etree.XMLSchema, tmp_path: Path) -> None:
    """Packed as their own instructions say."""
    ordner = beispiele / "samples" / "lavnrw" / "v3.0.0"
    (nachricht_,) = ordner.glob("*.0503.xml")
    pfad = tmp_path / f"{nachricht_.stem}.zip"
    with zipfile.ZipFile(pfad, "w") as z:
        for datei in (nachricht_, *ordner.glob("*.txt")):
            z.write(datei, datei.name)
    assert pruefung.check_files([pfad], schema) == []


def test_a_valuation_of_others_is_read(beispiele: Path) -> None:
    daten = (beispiele / "samples" / "toolkit-3.0.0" / "xx_Aussonderung.Bewertungsverzeichnis.0502.xml").read_bytes()
    assert bewertung.read(daten) == (
        "242f44e8-bebf-4503-a086-db252c6a4277",
        (("cbdbfccc-72e5-44b2-9e71-937e6f4f8ce9", "A"),),
    )


def valuation(objekte: str = "", prozess: str = f"<x:ProzessID>{PROZESS}</x:ProzessID>") -> bytes:
    name = "x:Aussonderung.Bewertungsverzeichnis.0502"
    return f'<{name} xmlns:x="{xml.NS}"><x:Kopf>{prozess}</x:Kopf>{objekte}</{name}>'.encode()


def valued_object(kennung_: str = PROZESS, art: str = "A") -> str:
    inhalt = f"<x:Aussonderungsart><x:Aussonderungsart><code>{art}</code></x:Aussonderungsart></x:Aussonderungsart>"
    return f"<x:BewertetesObjekt><x:ID>{kennung_}</x:ID>{inhalt}</x:BewertetesObjekt>"


@pytest.mark.parametrize(
    ("daten", "satz"),
    [
        (b"", "kein lesbares XML"),
        (b"<a", "kein lesbares XML"),
        (b"<a/>", "keine Nachricht nach xdomea 3.0.0"),
        (b'<a xmlns="urn:xoev-de:xdomea:schema:4.0.0"/>', "keine Nachricht nach xdomea 3.0.0"),
        (f'<x:a xmlns:x="{xml.NS}"/>'.encode(), "keine Nachricht der Aussonderung"),
        (f'<x:Aussonderung.Aussonderung.0503 xmlns:x="{xml.NS}"/>'.encode(), "eine Nachricht 0503, kein Bewertungsverzeichnis"),
        (b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>" + valuation("&e;"), "DOCTYPE"),
        (valuation(), "jedes bewertete Objekt"),
        (valuation(valued_object(), prozess=""), "fehlt die ProzessID"),
        (valuation(valued_object("x")), "keine Kennung"),
        (valuation(valued_object(art="Z")), "sondern mit „Z“"),
    ],
)
def test_what_is_no_valuation_is_said(daten: bytes, satz: str) -> None:
    with pytest.raises(Unplausibel, match=satz):
        bewertung.read(daten)


def test_letters_of_a_uuid_may_be_large() -> None:
    gelesen = bewertung.read(
        valuation(valued_object(PROZESS.upper(), "V"), prozess=f"<x:ProzessID>{PROZESS.upper()}</x:ProzessID>")
    )
    assert gelesen == (PROZESS, ((PROZESS, "V"),))


# --- what is wrong is found ---------------------------------------------------------------------------------------------


def first(wurzel: Any, weg: str) -> Any:
    return next(wurzel.iterfind(weg, X))


def _same_id(w: Any) -> None:
    ids = w.findall(".//x:Identifikation/x:ID", X)
    ids[-1].text = ids[0].text


def _wrong_reference(w: Any) -> None:
    first(w, ".//x:Verweis/x:SGOTyp/code").text = "001"
    first(w, ".//x:Verweis/x:ID").text = w.findall(".//x:Vorgang/x:Identifikation/x:ID", X)[-1].text


def _set(weg: str, text: str) -> Callable[[Any], None]:
    def aendern(w: Any) -> None:
        first(w, weg).text = text

    return aendern


def _drop_digest(w: Any) -> None:
    feld = first(w, ".//x:AnwendungsspezifischeErweiterung/x:Feld")
    feld.getparent().remove(feld)


@pytest.mark.parametrize(
    ("aendern", "satz"),
    [
        (_same_id, "haben 2 Objekte"),
        (_wrong_reference, "nennt es 001, es ist aber 003"),
        (_set(".//x:Format/x:Name/code", "999"), "„999“ steht nicht in der Codeliste dateiformat"),
        (_set(".//x:Medium/code", "009"), "Codeliste medium"),
        (_set(".//x:Laufzeit/x:Beginn", "2050-01-01"), "vor ihrem Beginn"),
        (_set(".//x:Primaerdokument/x:Dateiname", "Lageplan.pdf"), "hat nicht die Form <UUID>"),
        (_set(".//x:Primaerdokument/x:Dateiname", f"{PROZESS}.txt"), f"die Datei {PROZESS}.txt ist aufgeführt und fehlt"),
        (_set(".//x:Primaerdokument/x:Dateiname", f"{PROZESS}.txt"), "liegt im Container und ist nicht aufgeführt"),
        (_set(".//x:Primaerdokument/x:Dateiname", f"{PROZESS}.txt"), f"für die Datei {PROZESS}.txt fehlt die Prüfsumme"),
        (_set(".//x:Feld/x:Wert", "0" * 64), "ist nicht die, deren Prüfsumme die Nachricht nennt"),
        (_drop_digest, "fehlt die Prüfsumme"),
        (_set("x:Kopf/x:ProzessID", "9fde4e7a-b41b-11ec-9225-005056871b7c"), "der Dateiname ist nicht"),
        (_set("x:Kopf/x:Nachrichtentyp/code", "0501"), "der Kopf nennt den Nachrichtentyp 0501, die Nachricht ist eine 0503"),
    ],
)
def test_a_broken_message_is_found(abgabe: Abgabe, tmp_path: Path, aendern: Callable[[Any], None], satz: str) -> None:
    abgabe.valued()
    heil = abgabe.write(tmp_path / "a")
    kaputt = tmp_path / heil.name
    with zipfile.ZipFile(heil) as alt, zipfile.ZipFile(kaputt, "w") as neu:
        name, *andere = alt.namelist()
        wurzel = xml.parse(alt.read(name))
        aendern(wurzel)
        neu.writestr(name, etree.tostring(wurzel))
        for anderer in andere:
            neu.writestr(anderer, alt.read(anderer))
    assert pruefung.check_files([heil]) == []
    saetze = [f.satz for f in pruefung.check_files([kaputt])]
    assert any(satz in s for s in saetze), saetze


def _more(z: zipfile.ZipFile) -> None:
    z.writestr("liesmich.txt", "x")


@pytest.mark.parametrize(
    ("weg", "mehr", "satz"),
    [
        (3, None, "ist aufgeführt und fehlt im Container"),
        (None, _more, "die Datei liesmich.txt liegt im Container und ist nicht aufgeführt"),
    ],
)
def test_a_container_holds_what_is_listed_and_nothing_else(
    abgabe: Abgabe, tmp_path: Path, weg: int | None, mehr: Callable[[zipfile.ZipFile], None] | None, satz: str
) -> None:
    abgabe.valued()
    heil = abgabe.write(tmp_path / "a")
    with zipfile.ZipFile(heil) as alt, zipfile.ZipFile(tmp_path / heil.name, "w") as neu:
        for nr, name in enumerate(alt.namelist()):
            if nr != weg:
                neu.writestr(name, alt.read(name))
        if mehr:
            mehr(neu)
    (fund,) = pruefung.check_files([tmp_path / heil.name])
    assert satz in fund.satz


def test_any_byte_of_any_file_counts(abgabe: Abgabe, tmp_path: Path) -> None:
    """The ZIP's own checksum is put right, so that only the message's digest tells."""
    abgabe.valued()
    heil = abgabe.write(tmp_path / "a")
    with zipfile.ZipFile(heil) as alt:
        namen = alt.namelist()
        for opfer in namen[1:]:
            with zipfile.ZipFile(tmp_path / heil.name, "w") as neu:
                for name in namen:
                    daten = alt.read(name)
                    neu.writestr(name, daten[:-1] + bytes([daten[-1] ^ 1]) if name == opfer else daten)
            (fund,) = pruefung.check_files([tmp_path / heil.name])
            assert fund.satz == f"die Datei {opfer} ist nicht die, deren Prüfsumme die Nachricht nennt"


def test_damage_that_the_zip_itself_sees_is_one_sentence(abgabe: Abgabe, tmp_path: Path) -> None:
    abgabe.valued()
    heil = abgabe.write(tmp_path / "a")
    kaputt = tmp_path / heil.name
    daten = bytearray(heil.read_bytes())
    ort = daten.index(b"Die Lage.")
    daten[ort] ^= 1
    kaputt.write_bytes(daten)
    (fund,) = pruefung.check_files([kaputt])
    assert "ist nicht die, deren Prüfsumme" in fund.satz
    kaputt.write_bytes(heil.read_bytes()[: len(daten) // 2])
    with pytest.raises(Unplausibel):
        pruefung.check_files([kaputt])


def test_messages_of_one_process_have_one_id(abgabe: Abgabe, tmp_path: Path) -> None:
    angebot = tmp_path / f"{PROZESS}_Aussonderung.Anbieteverzeichnis.0501.xml"
    angebot.write_bytes(abgabe.offer())
    abgabe.valued()
    container = abgabe.write(tmp_path / "a")
    assert pruefung.check_files([angebot, container]) == []
    fremd = tmp_path / f"{'9' + PROZESS[1:]}_Aussonderung.Anbieteverzeichnis.0501.xml"
    fremd.write_bytes(angebot.read_bytes().replace(PROZESS.encode(), b"9" + PROZESS[1:].encode()))
    (fund,) = pruefung.check_files([container, fremd])
    assert fund.datei == fremd.name and "gehört zum Prozess 9" in fund.satz


def test_the_code_lists_are_those_of_the_standard(beispiele: Path) -> None:
    gesehen = 0
    for liste in codes.LISTEN.values():
        for datei in (beispiele / "3.0.0" / "code_lists").glob("*.xml"):
            wurzel = etree.parse(datei).getroot()
            if liste.uri not in {(e.text or "").strip() for e in wurzel.iter("{*}CanonicalUri")}:
                continue
            schluessel = [
                e.findtext("{*}Value/{*}SimpleValue") or e.findtext("Value/SimpleValue") for e in wurzel.iter("{*}Row", "Row")
            ]
            werte = {(k or "").strip() for k in schluessel}
            gesehen += 1
            assert set(liste.werte) <= werte
            if liste is not codes.NACHRICHTENTYP:
                assert set(liste.werte) == werte, liste.name
    assert gesehen >= 6
