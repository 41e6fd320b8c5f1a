"""Documents as files: what they claim to be, the same bytes each time, and whatever people write is set as text."""

import re
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from dokumente import inhalt
from dokumente.absaetze import blocks
from dokumente.blatt import made
from dokumente.inhalt import Schriftstueck, Teil
from dokumente.setzen import NichtSetzbar, set_pdf
from rathaus import HEUTE, Rathaus, S, V
from schriftgut import NEUTRAL, M, held, lies, pdf_text


@pytest.fixture
def tagt(haus: Rathaus) -> Rathaus:
    return held(haus)


def documents(haus: Rathaus) -> list[Schriftstueck]:
    z = haus.state(S)
    return [
        inhalt.paper(haus.state(V), M, lies),
        inhalt.invitation(z, M),
        *(inhalt.minutes(z, M, lies, teil) for teil in Teil),
        inhalt.extract(z, M, 1),
        inhalt.task_list(z, M, (), Teil.OEFFENTLICH),
    ]


def page(text: str, **felder: Any) -> Schriftstueck:
    """A paper of which only the text matters."""
    abschnitte = [{"name": "Sachlage", "text": blocks(text)}]
    leer: dict[str, Any] = {
        "felder": [["Betreff", "x"]],
        "beratungen": [],
        "laufweg": [],
        "anlagen": [],
        "abschnitte": abschnitte,
    }
    return made("vorlage", M, "Vorlage 1", HEUTE, "x", **(leer | felder))


def test_every_document_says_what_it_is_and_is_the_same_each_time(tagt: Rathaus) -> None:
    for s in documents(tagt):
        pdf = set_pdf(s.vorlage, s.daten, s.zeit)
        assert pdf.startswith(b"%PDF-1.7") and b"/MarkInfo" in pdf and b"/Lang" in pdf, s.vorlage
        assert re.search(rb"pdfaid:part>2<.*pdfaid:conformance>B<", pdf, re.DOTALL), s.vorlage
        assert b"pdfuaid:part>1<" in pdf and b"/DisplayDocTitle true" in pdf, s.vorlage
        assert set_pdf(s.vorlage, s.daten, s.zeit) == pdf


def test_what_people_wrote_is_text_and_no_markup(tagt: Rathaus, tmp_path: Path) -> None:
    gesetzt = pdf_text(inhalt.paper(tagt.state(V), M, lies), tmp_path)
    assert "#show" in gesetzt and "*wie*" in gesetzt and "$diesen$" in gesetzt
    assert "Beratungsfolge" in gesetzt and "geändert beschlossen" in gesetzt


def test_minutes_read_well(tagt: Rathaus, tmp_path: Path) -> None:
    gesetzt = pdf_text(inhalt.minutes(tagt.state(S), M, lies, Teil.OEFFENTLICH), tmp_path)
    for wort in ("Vorläufig", "Ö 1 Sachstand", "Es sprechen: Frau Beispiel (Gast).", "12 Ja, 3 Nein", "Seite 1 von 1", NEUTRAL):
        assert wort in gesetzt, gesetzt


# --- what no font has ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "gesetzt"),
    [
        ("Danke 👍 allen", "Danke � allen"),
        ("Familie 👩‍👩‍👧 Muster", "Familie"),
        ("In 中文 und 한국어", "In �� und"),
        ("\uf0b7 Punkt aus Word", "• Punkt aus Word"),
        ("a\x0bb\x01c\x00d\x85e\ud800f", "a\nbcd\ne�f"),
        ('Zeichen "中" und \\', 'Zeichen "�" und \\'),
        ("".join(chr(c) for c in range(0x4E00, 0x5300)), "��"),
    ],
)
def test_what_no_font_has_stops_no_document(text: str, gesetzt: str, tmp_path: Path) -> None:
    seite = pdf_text(page(text), tmp_path)
    assert all(zeile in seite for zeile in gesetzt.split("\n")), seite


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), min_size=1, max_size=40))
def test_any_text_can_be_set(text: str) -> None:
    assert set_pdf("vorlage", page(text, felder=[["Betreff", text]]).daten, HEUTE).startswith(b"%PDF")


def test_a_template_that_does_not_work_quotes_nothing(tmp_path: Path) -> None:
    with pytest.raises(NichtSetzbar) as fehler:
        set_pdf("vorlage", {"kommune": "Geheimwort"}, HEUTE)
    assert "Geheimwort" not in str(fehler.value) and fehler.value.__suppress_context__


def test_fonts_of_the_machine_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    gefragt: list[dict[str, Any]] = []

    def compiled(*ohne: object, **felder: Any) -> bytes:
        gefragt.append(felder)
        return b"%PDF"

    monkeypatch.setattr(typst, "compile", compiled)
    set_pdf("vorlage", {}, HEUTE)
    assert gefragt[0]["ignore_system_fonts"] is True


# --- typography ----------------------------------------------------------------------------------------------------------


def test_lines_that_begin_like_a_list_are_one() -> None:
    text = "Zu klären:\n- Räume\n- Personal,\n  auch auf Dauer\nSchluss.\n\n1. Eins\n2. Zwei\n\n3. Drei"
    assert blocks(text) == [
        {"art": "absatz", "text": "Zu klären:"},
        {"art": "liste", "punkte": ["Räume", "Personal, auch auf Dauer"]},
        {"art": "absatz", "text": "Schluss."},
        {"art": "zaehlung", "punkte": [[1, "Eins"], [2, "Zwei"]]},
        {"art": "zaehlung", "punkte": [[3, "Drei"]]},
    ]


@pytest.mark.parametrize(
    "text", ["12. Sitzung des Rates", "1. Januar 2022 tritt sie in Kraft", "-ohne Leerzeichen", "2021 | 10 | 20"]
)
def test_what_only_looks_like_a_list_is_a_paragraph(text: str) -> None:
    assert blocks(text) == [{"art": "absatz", "text": text}]


def test_lists_and_headers_are_tagged() -> None:
    """Points of a list and header cells are what they are for a screen reader too, and strings stay strings."""
    pdf = set_pdf("vorlage", page("- eins\n- zwei\n\n1. #eins\n2. *zwei*", beratungen=[["", "Rat", "", "offen"]]).daten, HEUTE)
    marken = re.findall(rb"/S/(\w+)", pdf)
    assert (marken.count(b"L"), marken.count(b"LI"), marken.count(b"TH"), marken.count(b"H1")) == (2, 4, 4, 1)


def test_pages_after_the_first_say_whose_they_are(tmp_path: Path) -> None:
    s = page("Absatz.\n\n" * 120, vermerk="Entwurf, nicht freigegeben", kennzeichen=["nichtöffentlich"])
    seiten = pdf_text(s, tmp_path).split("\f")[:-1]
    assert len(seiten) > 2
    for nr, seite in enumerate(seiten):
        assert "nichtöffentlich · Entwurf" in seite.strip().split("\n")[0]
        assert ("Entwurf, nicht freigegeben" in seite) == (nr == 0)


def test_a_number_stays_with_its_word(tmp_path: Path) -> None:
    """However wide the line, it never ends between the two."""
    for fuell in range(40, 60):
        text = (
            f"{'x ' * fuell}TOP 3 {'y ' * fuell}§ 41 {'z ' * fuell}Abs. 3 {'w ' * fuell}17:30 Uhr {'v ' * fuell}z. B. und 3. Mai"
        )
        for zeile in pdf_text(page(text), tmp_path).split("\n"):
            assert not re.search(r"(TOP|§|Abs\.|:30|z\.| 3\.)$", zeile.rstrip()), zeile


def test_no_heading_stands_alone_at_the_end_of_a_page(tmp_path: Path) -> None:
    for zeilen in range(28, 44):
        zwei = [
            {"name": "Sachlage", "text": blocks("\n".join(map(str, range(zeilen))))},
            {"name": "ENDE", "text": blocks("Text. " * 90)},
        ]
        erste = pdf_text(page("", abschnitte=zwei), tmp_path).split("\f")[0]
        inhaltszeilen = [zeile for zeile in erste.split("\n") if zeile.strip()]
        assert "ENDE" not in inhaltszeilen[-2], zeilen
