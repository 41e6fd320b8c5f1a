"""What offices write in: the text that a reader of the page reads, of files as they come and of files that mean harm."""

import io
import struct
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dokumente import auslesen
from dokumente.auslesen import NichtLesbar, text_of

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
NAMEN = " ".join(
    f'xmlns:{kurz}="urn:oasis:names:tc:opendocument:xmlns:{lang}:1.0"'
    for kurz, lang in (("o", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("svg", "svg-compatible"))
)


def archive(teile: dict[str, str | bytes], form: int = zipfile.ZIP_DEFLATED) -> bytes:
    puffer = io.BytesIO()
    with zipfile.ZipFile(puffer, "w", form) as paket:
        for name, inhalt in teile.items():
            paket.writestr(name, inhalt)
    return puffer.getvalue()


def docx(rumpf: str, **weitere: str) -> bytes:
    teile: dict[str, str | bytes] = {"word/document.xml": f"<w:document {W} {MC}><w:body>{rumpf}</w:body></w:document>"}
    teile |= {f"word/{name}.xml": f"<w:{name} {W}>{inhalt}</w:{name}>" for name, inhalt in weitere.items()}
    return archive(teile)


def odt(rumpf: str, stile: str = "") -> bytes:
    return archive({"content.xml": f"<o:document {NAMEN}><o:styles>{stile}</o:styles><o:text>{rumpf}</o:text></o:document>"})


SICHTBAR = '<w:vanish w:val="0"/>'


def run(text: str, form: str = "") -> str:
    return f"<w:r><w:rPr>{form}</w:rPr><w:t>{text}</w:t></w:r>"


def p(text: str, form: str = "") -> str:
    return f"<w:p><w:pPr>{form}</w:pPr>{run(text)}</w:p>"


@pytest.mark.parametrize(
    ("rumpf", "text"),
    [
        (p("Erster") + p("") + p("Zweiter"), "Erster\n\nZweiter"),
        ("<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r></w:p>", "a b\nc-d"),
        (f"<w:p>{run('vor ')}<w:del><w:r><w:delText>weg</w:delText></w:r></w:del><w:ins>{run('neu')}</w:ins></w:p>", "vor neu"),
        (f"<w:p><w:moveFrom>{run('VERSCHOBEN')}</w:moveFrom></w:p><w:p><w:moveTo>{run('VERSCHOBEN')}</w:moveTo></w:p>", "VERSCHOBEN"),
        (f"<w:p>{run('da')}{run(' HEIMLICH', '<w:vanish/>')}{run(' auch', SICHTBAR)}</w:p>", "da auch"),
        (f"<w:p><mc:AlternateContent><mc:Choice>{run('einmal')}</mc:Choice><mc:Fallback>{run('zweimal')}</mc:Fallback></mc:AlternateContent></w:p>", "einmal"),
        (f"<w:tbl><w:tr><w:tc>{p('Jahr')}</w:tc><w:tc>{p('Ertrag')}{p('netto')}</w:tc></w:tr><w:tr><w:tc>{p('2021')}</w:tc><w:tc>{p('10')}</w:tc></w:tr></w:tbl>{p('Ende')}", "Jahr | Ertrag netto\n2021 | 10\n\nEnde"),
        (f"<w:p>{run('außen')}<w:r><w:pict>{p('im Rahmen')}</w:pict></w:r></w:p>", "außen\n\nim Rahmen"),
    ],
)  # fmt: skip
def test_docx(rumpf: str, text: str) -> None:
    assert text_of(docx(rumpf), "x.DOCX") == text


def test_docx_in_its_strict_form() -> None:
    streng = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    rumpf = f"<w:document {streng}><w:body><w:p>{run('da')}{run('weg', '<w:vanish/>')}</w:p></w:body></w:document>"
    assert text_of(archive({"word/document.xml": rumpf}), "x.docx") == "da"


def numbered(liste: int, ebene: int, text: str) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{ebene}"/><w:numId w:val="{liste}"/></w:numPr>')


def test_points_of_a_list_in_docx() -> None:
    ebenen = '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl>'
    striche = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
    nummerierung = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">{e}</w:abstractNum><w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>'
        for n, e in ((1, ebenen), (2, striche))
    )
    rumpf = "".join(numbered(1, e, t) for e, t in ((0, "Eins"), (1, "Klein"), (1, "Noch"), (0, "Zwei"), (1, "Neu")))
    text = text_of(docx(p("Also:") + rumpf + p("Und:") + numbered(2, 0, "Strich"), numbering=nummerierung), "x.docx")
    assert text == "Also:\n\n1. Eins\n  a) Klein\n  b) Noch\n2. Zwei\n  a) Neu\n\nUnd:\n\n- Strich"


def test_notes_of_docx_stand_at_the_end() -> None:
    noten = f'<w:footnote w:id="0">{p("Trenner")}</w:footnote><w:footnote w:id="2">{p("§ 41 KrO")}</w:footnote>'
    rumpf = f'<w:p>{run("Satz")}<w:r><w:footnoteReference w:id="2"/></w:r>{run(" endet.")}</w:p>'
    assert text_of(docx(rumpf, footnotes=noten), "x.docx") == "Satz[1] endet.\n\n[1] § 41 KrO"


GELOESCHT = "<text:tracked-changes><text:changed-region><text:deletion><text:p>GELÖSCHT</text:p></text:deletion></text:changed-region></text:tracked-changes>"


@pytest.mark.parametrize(
    ("rumpf", "text"),
    [
        ('<text:h>Titel</text:h><text:p>Ein <text:span>Absatz</text:span><text:s text:c="2"/>mehr</text:p>', "Titel\n\nEin Absatz  mehr"),
        (f"{GELOESCHT}<text:p>bleibt</text:p>", "bleibt"),
        ("<text:p>vor<o:annotation><text:p>KOMMENTAR</text:p></o:annotation> nach</text:p>", "vor nach"),
        ("<text:p>Bild<svg:title>TITEL</svg:title><svg:desc>BESCHREIBUNG</svg:desc>: da</text:p>", "Bild: da"),
        ("<text:p>Satz<text:note><text:note-citation>7</text:note-citation><text:note-body><text:p>Fuß</text:p></text:note-body></text:note> endet.</text:p>", "Satz[1] endet.\n\n[1] Fuß"),
        ('<text:p>a<text:s text:c="abc"/>b<text:s text:c="-1"/>c<text:line-break/>d<text:tab/>e</text:p>', "a b c\nd e"),
        ('<text:p>da<text:span text:style-name="T9"> HEIMLICH</text:span></text:p>', "da"),
        ('<text:section text:display="none"><text:p>HEIMLICH</text:p></text:section><text:p>da</text:p>', "da"),
        ("<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>", "a | b"),
        ('<text:list text:style-name="L1"><text:list-item><text:p>Eins</text:p></text:list-item><text:list-item><text:p>Zwei</text:p><text:p>weiter</text:p></text:list-item></text:list>', "1. Eins\n2. Zwei\n\nweiter"),
        ("<text:list><text:list-item><text:p>Strich</text:p></text:list-item></text:list>", "- Strich"),
    ],
)  # fmt: skip
def test_odt(rumpf: str, text: str) -> None:
    stile = (
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/></text:list-style>'
        '<style:style style:name="T9"><style:text-properties text:display="none"/></style:style>'
    )
    assert text_of(odt(rumpf, stile), "x.odt") == text


def test_blanks_are_not_repeated_without_end() -> None:
    assert text_of(odt('<text:p>a<text:s text:c="2000000000"/>b</text:p>'), "x.odt") == f"a{' ' * auslesen.LEERRAUM}b"


# --- files that are broken or mean harm --------------------------------------------------------------------------------


def damaged(daten: bytes, stelle: int, neu: bytes) -> bytes:
    return daten[:stelle] + neu + daten[stelle + len(neu) :]


GUT = docx(p("Hallo " + "x" * 5000))
VERZEICHNIS = GUT.rindex(b"PK\x01\x02")
FLAGGE = struct.pack("<H", 1)


@pytest.mark.parametrize(
    ("daten", "name"),
    [
        (b"kein zip", "x.docx"),
        (b"%PDF", "x.pdf"),
        (archive({"anderes": "x"}), "x.docx"),
        (archive({"word/document.xml": "<kaputt"}), "x.docx"),
        (archive({"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "x.odt"),
        (archive({"content.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}), "x.odt"),
        (archive({"word/document.xml": b'<?xml version="1.0" encoding="klingonisch"?><a/>'}), "x.docx"),
        (damaged(GUT, 60, bytes(40)), "x.docx"),
        (GUT[: len(GUT) // 2], "x.docx"),
        (damaged(damaged(GUT, 6, FLAGGE), VERZEICHNIS + 8, FLAGGE), "x.docx"),
        (damaged(damaged(GUT, 8, b"\x63\0"), VERZEICHNIS + 10, b"\x63\0"), "x.docx"),
        (damaged(GUT, VERZEICHNIS + 24, struct.pack("<I", 100)), "x.docx"),
        (docx("<w:p/>" * 2_000_000), "x.docx"),
        (docx(""), "x.docx"),
        (docx("<w:p><w:r><w:t> </w:t></w:r></w:p>"), "x.docx"),
        (archive({"word/document.xml": "<html><p>x</p></html>"}), "x.docx"),
    ],
    ids=[
        "kein-zip", "pdf", "anderes-zip", "kaputtes-xml", "entitaet", "fremde-datei", "unbekannte-kodierung", "kaputter-strom", "halb",
        "verschluesselt", "unbekannt-gepackt", "gelogene-groesse", "bombe", "leer", "nur-leerraum", "kein-word",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(daten: bytes, name: str) -> None:
    with pytest.raises(NichtLesbar, match=r"^„x\."):
        text_of(daten, f"/irgendwo/{name}")


def test_nesting_is_no_harm() -> None:
    tief = "<text:span>" * 100_000 + "x" + "</text:span>" * 100_000
    assert text_of(odt(f"<text:p>{tief}</text:p>"), "x.odt") == "x"
    kaesten = "<w:p><w:r>" * 3000 + "<w:t>x</w:t>" + "</w:r></w:p>" * 3000
    assert text_of(docx(kaesten), "x.docx") == "x"
    zellen = "<w:tr><w:tc>" * 3000 + p("x") + "</w:tc></w:tr>" * 3000
    assert text_of(docx(zellen), "x.docx") == "x"


@given(st.binary(max_size=300), st.integers(0, len(GUT) - 1))
def test_no_file_breaks_the_reader(neu: bytes, stelle: int) -> None:
    for daten in (neu, damaged(GUT, stelle, neu)):
        try:
            ergebnis: Any = text_of(daten, "x.docx")
        except NichtLesbar as nein:
            ergebnis = str(nein)
        assert isinstance(ergebnis, str)
