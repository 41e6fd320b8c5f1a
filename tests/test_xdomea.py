"""Messages of xdomea 3.0.0 from sealed packages: valid, repeatable, whole, and what was deleted is named."""

import zipfile
from pathlib import Path

import pytest
from lxml import etree

from abgabe import GEHEIM, A, Abgabe, titles
from aussonderung import codes, pruefung, unterlagen, xml
from beweis.kopf import Inhalt
from dokumente import inhalt
from dokumente.setzen import set_pdf
from lifecycle.ablehnung import FalscheStufe, Unplausibel
from rathaus import DIENST, Rathaus, S, V
from schriftgut import M, held

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
