"""What comes from an archive, and what is wrong with a message or container: read or refused, and found where it was broken."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from abgabe import PROZESS, Abgabe, X
from aussonderung import bewertung, codes, pruefung, xml
from lifecycle.ablehnung import Unplausibel

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


# --- whatever comes -----------------------------------------------------------------------------------------------------


@given(st.data())
def test_any_answer_is_read_or_refused(data: st.DataObject) -> None:
    daten = bytearray(valuation(valued_object() + valued_object("9" + PROZESS[1:], "V")))
    for _ in range(data.draw(st.integers(1, 4))):
        daten[data.draw(st.integers(0, len(daten) - 1))] = data.draw(st.integers(0, 255))
    try:
        gelesen = bewertung.read(bytes(daten))
    except Unplausibel:
        return
    assert all(art in "ABV" for _, art in gelesen.bewertungen)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(st.data())
def test_any_container_is_checked_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    """One byte of it is another: never a traceback."""
    daten = bytearray(small_container(tmp_path))
    daten[data.draw(st.integers(0, len(daten) - 1))] ^= data.draw(st.integers(1, 255))
    pfad = tmp_path / "x.zip"
    pfad.write_bytes(daten)
    try:
        pruefung.check_files([pfad])
    except Unplausibel:
        return


def small_container(ordner: Path) -> bytes:
    """A 0503 with one file, as somebody else might pack it."""
    name = f"{PROZESS}_Aussonderung.Aussonderung.0503"
    datei = f"{PROZESS}.txt"
    rumpf = f"<x:Schriftgutobjekt><x:Primaerdokument><x:Dateiname>{datei}</x:Dateiname></x:Primaerdokument></x:Schriftgutobjekt>"
    with zipfile.ZipFile(ordner / "klein.zip", "w", zipfile.ZIP_DEFLATED) as z:
        nachricht_ = (
            f'<x:Aussonderung.Aussonderung.0503 xmlns:x="{xml.NS}"><x:Kopf><x:ProzessID>{PROZESS}</x:ProzessID></x:Kopf>{rumpf}'
        )
        z.writestr(f"{name}.xml", f"{nachricht_}</x:Aussonderung.Aussonderung.0503>")
        z.writestr(datei, "x" * 100)
    return (ordner / "klein.zip").read_bytes()
