"""Documents and invitations: what they say, to whom, and that the same data give the same bytes."""

import asyncio
import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import icalendar
import pytest

from dokumente import auslesen, inhalt, kalender
from dokumente.inhalt import Schriftstueck, Teil
from dokumente.setzen import set_pdf
from lifecycle.ablehnung import FalscheStufe, Unbekannt
from rathaus import DIENST, LEITUNG, SB, SCHRIFT, VORSITZ, Rathaus, S, V

GEHEIM = "Grundstück Bachstraße 5 an Familie Muster"
NEUTRAL = "Grundstücksangelegenheit"
TEXTE = {
    "a" * 64: "Die Lage.\n\nZweiter Absatz mit „Gänsefüßchen“ – und #show „Zeichen“ *wie* $diesen$.".encode(),
    "b" * 64: "Für das Internet.".encode(),
    "c" * 64: b"Vertraulich besprochen.",
}


def lies(digest: str) -> bytes:
    return TEXTE[digest]


def ref(zeichen: str) -> dict[str, Any]:
    return {"digest": zeichen * 64, "groesse": 9}


@pytest.fixture
def tagt(haus: Rathaus) -> Rathaus:
    """A meeting with a public paper and a non-public item, held and minuted."""
    haus.freigegeben()
    haus.sitzung(raum="Saal 1", ort="Rathaus")
    top = haus.aufgesetzt()
    haus.do(S, "top_ergaenzen", DIENST, titel=GEHEIM, oeffentlich=False, bezeichnung=NEUTRAL)
    haus.do(S, "einladen", DIENST)
    haus.do(S, "eroeffnen", VORSITZ)
    haus.do(S, "anwesenheit_erfassen", SCHRIFT, wer="m-1", funktion="mitglied")
    haus.do(
        S, "ergebnis", SCHRIFT, top=top, wortlaut="geändert beschlossen", text="Der Ausschuss beschließt anders.",
        abstimmungen=[{"ja": 12, "nein": 3, "befangen": ["m-2"]}],
    )  # fmt: skip
    haus.do(S, "ergebnis", SCHRIFT, top=2, wortlaut="ungeändert beschlossen")
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=ref("a"), redner=["Frau Beispiel (Gast)"])
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=ref("b"), internet=True)
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=2, text=ref("c"))
    return haus


def all_text(s: Schriftstueck) -> str:
    """What the template gets."""
    return str(s.daten)


def pdf_text(s: Schriftstueck, tmp_path: Path) -> str:
    pfad = tmp_path / "x.pdf"
    pfad.write_bytes(set_pdf(s.vorlage, s.daten, s.zeit))
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) ist nicht zur Hand.")
    return subprocess.run(["pdftotext", "-layout", str(pfad), "-"], check=True, capture_output=True, text=True).stdout


# --- what is shown to whom ----------------------------------------------------------------------------------------------


def test_nothing_public_names_what_is_not(tagt: Rathaus) -> None:
    z = tagt.state(S)
    for teil in (Teil.OEFFENTLICH, Teil.INTERNET):
        for s in (inhalt.invitation(z, "Musterstadt", teil), inhalt.minutes(z, "Musterstadt", lies, teil)):
            assert GEHEIM not in all_text(s) and "Vertraulich" not in all_text(s)
            assert NEUTRAL in all_text(s)
    assert GEHEIM not in kalender.invitation(z, "Musterstadt", "a@b.example", "c@d.example").decode()


def test_those_entitled_read_everything(tagt: Rathaus) -> None:
    z = tagt.state(S)
    assert GEHEIM in all_text(inhalt.invitation(z, "Musterstadt", Teil.INTERN))
    nicht = all_text(inhalt.minutes(z, "Musterstadt", lies, Teil.NICHTOEFFENTLICH))
    assert GEHEIM in nicht and "Vertraulich besprochen." in nicht and "Die Lage." not in nicht


def test_the_internet_version_has_a_text_of_its_own_and_no_names(tagt: Rathaus) -> None:
    z = tagt.state(S)
    netz = all_text(inhalt.minutes(z, "Musterstadt", lies, Teil.INTERNET))
    assert "Für das Internet." in netz
    assert not re.search(r"Die Lage|Frau Beispiel|m-1|Befangenheit", netz)
    original = all_text(inhalt.minutes(z, "Musterstadt", lies, Teil.OEFFENTLICH))
    assert "Frau Beispiel (Gast)" in original and "1 Mitglied(er) wegen Befangenheit" in original


def test_what_is_not_signed_says_so(tagt: Rathaus) -> None:
    assert "Vorläufig" in inhalt.extract(tagt.state(S), "Musterstadt", 1).daten["vermerk"]
    tagt.do(S, "schliessen", VORSITZ)
    for akteur in (SCHRIFT, VORSITZ):
        tagt.do(S, "niederschrift_unterzeichnen", akteur, original="Sitzungsakte")
    assert inhalt.extract(tagt.state(S), "Musterstadt", 1).daten["vermerk"] is None
    assert inhalt.minutes(tagt.state(S), "Musterstadt", lies, Teil.OEFFENTLICH).daten["vermerk"] is None


def test_no_extract_without_an_outcome(haus: Rathaus) -> None:
    haus.eingeladen()
    with pytest.raises(FalscheStufe, match="noch kein Ergebnis"):
        inhalt.extract(haus.state(S), "Musterstadt", 1)
    with pytest.raises(Unbekannt):
        inhalt.extract(haus.state(S), "Musterstadt", 7)


def test_a_paper_before_its_release_is_for_the_house_only(haus: Rathaus) -> None:
    haus.laufweg()
    assert "Entwurf" in inhalt.paper(haus.state(V), "Musterstadt", lies).daten["vermerk"]
    with pytest.raises(FalscheStufe, match="nicht freigegeben"):
        inhalt.paper(haus.state(V), "Musterstadt", lies, Teil.OEFFENTLICH)


def test_a_paper_that_is_not_public_shows_its_designation(haus: Rathaus) -> None:
    haus.freigegeben(oeffentlich=False, bezeichnung=NEUTRAL, betreff=GEHEIM)
    text = all_text(inhalt.paper(haus.state(V), "Musterstadt", lies, Teil.OEFFENTLICH))
    assert NEUTRAL in text and GEHEIM not in text and "Die Lage" not in text


def test_an_announced_paper_has_no_subject_in_the_calendar(haus: Rathaus) -> None:
    haus.laufweg(betreff="Noch nicht freigegeben")
    haus.sitzung()
    haus.aufgesetzt()
    haus.do(S, "einladen", DIENST, abweichung="eilt")
    assert "Noch nicht" not in kalender.invitation(haus.state(S), "Musterstadt", "a@b.example", "c@d.example").decode()
    assert "(nicht freigegeben)" in all_text(inhalt.invitation(haus.state(S), "Musterstadt", Teil.INTERN))


def test_open_tasks_with_the_reason_why_they_are_late(tagt: Rathaus) -> None:
    felder = {"verlangt": "Übersicht", "grundlage": "zusage", "von_wem": "ein Mitglied", "stelle": "a-46"}
    a = f"auftrag/muster/{tagt.do(S, 'auftrag_festhalten', SCHRIFT, top=1, faellig_am='2021-06-20', **felder)}"
    geheim = {**felder, "verlangt": "Kaufpreis prüfen"}
    n = f"auftrag/muster/{tagt.do(S, 'auftrag_festhalten', SCHRIFT, top=2, **geheim)}"
    tagt.do(a, "zuweisen", LEITUNG, stelle="a-46")
    tagt.bis(dt.datetime(2021, 7, 1, tzinfo=dt.UTC))
    tagt.do(a, "berichten", SB, text="Zahlen des Landes fehlen")
    staende = [tagt.state(a), tagt.state(n)]
    liste = inhalt.task_list("Sozialausschuss", "Musterstadt", staende, tagt.jetzt, Teil.OEFFENTLICH, freigegeben=False)
    (zeile,) = liste.daten["auftraege"]
    assert zeile == ["1", "Übersicht", "A 46", "20.06.2021", "zugewiesen (versäumt am 20.06.2021): Zahlen des Landes fehlen"]
    assert liste.daten["vermerk"] == "Entwurf, nicht freigegeben"
    nicht = inhalt.task_list("SozA", "Musterstadt", staende, tagt.jetzt, Teil.NICHTOEFFENTLICH, freigegeben=True)
    assert [z[1] for z in nicht.daten["auftraege"]] == ["Kaufpreis prüfen"]


# --- as files -----------------------------------------------------------------------------------------------------------


def documents(haus: Rathaus) -> list[Schriftstueck]:
    z = haus.state(S)
    return [
        inhalt.paper(haus.state(V), "Musterstadt", lies),
        inhalt.invitation(z, "Musterstadt"),
        *(inhalt.minutes(z, "Musterstadt", lies, teil) for teil in (Teil.OEFFENTLICH, Teil.NICHTOEFFENTLICH, Teil.INTERNET)),
        inhalt.extract(z, "Musterstadt", 1),
        inhalt.task_list("Sozialausschuss", "Musterstadt", (), haus.jetzt, Teil.OEFFENTLICH, freigegeben=True),
    ]


def test_every_document_is_tagged_and_says_that_it_is_pdf_a(tagt: Rathaus) -> None:
    for s in documents(tagt):
        pdf = set_pdf(s.vorlage, s.daten, s.zeit)
        assert pdf.startswith(b"%PDF-1.7") and b"/MarkInfo" in pdf and b"/Lang" in pdf, s.vorlage
        assert re.search(rb"pdfaid:part>2<.*pdfaid:conformance>B<", pdf, re.DOTALL), s.vorlage
        assert set_pdf(s.vorlage, s.daten, s.zeit) == pdf


def test_what_people_wrote_is_text_and_no_markup(tagt: Rathaus, tmp_path: Path) -> None:
    gesetzt = pdf_text(inhalt.paper(tagt.state(V), "Musterstadt", lies), tmp_path)
    assert "#show" in gesetzt and "*wie*" in gesetzt and "$diesen$" in gesetzt
    assert "Beratungsfolge" in gesetzt and "geändert beschlossen" in gesetzt


def test_minutes_read_well(tagt: Rathaus, tmp_path: Path) -> None:
    gesetzt = pdf_text(inhalt.minutes(tagt.state(S), "Musterstadt", lies, Teil.OEFFENTLICH), tmp_path)
    for wort in ("Vorläufig", "Ö 1 Sachstand", "Es sprechen: Frau Beispiel (Gast).", "12 Ja, 3 Nein", "Seite 1 von 1", NEUTRAL):
        assert wort in gesetzt, gesetzt


# --- calendar -----------------------------------------------------------------------------------------------------------


def test_an_invitation_for_one_receiver(tagt: Rathaus) -> None:
    roh = kalender.invitation(tagt.state(S), "Musterstadt", "fraktion@muster.example.org", "dienst@muster.example.org")
    gelesen: Any = icalendar.Calendar.from_ical(roh)
    (termin,) = gelesen.walk("VEVENT")
    assert gelesen["METHOD"] == "REQUEST" and len(gelesen.walk("VTIMEZONE")) == 1
    assert str(termin["ATTENDEE"]) == "mailto:fraktion@muster.example.org"
    assert termin.decoded("DTSTART") == dt.datetime(2021, 6, 16, 16, tzinfo=dt.UTC)
    assert "Ö 1 Sachstand" in termin["DESCRIPTION"] and "Saal 1" in termin["LOCATION"]


def test_a_cancelled_meeting_takes_the_same_event_away(haus: Rathaus) -> None:
    haus.eingeladen()
    vorher: Any = icalendar.Calendar.from_ical(kalender.invitation(haus.state(S), "M", "a@b.example", "c@d.example"))
    haus.do(S, "absagen", DIENST, grund="Sturm")
    nachher: Any = icalendar.Calendar.from_ical(kalender.invitation(haus.state(S), "M", "a@b.example", "c@d.example"))
    (alt,), (neu,) = vorher.walk("VEVENT"), nachher.walk("VEVENT")
    assert (nachher["METHOD"], neu["STATUS"], neu["UID"]) == ("CANCEL", "CANCELLED", alt["UID"])
    assert neu["SEQUENCE"] > alt["SEQUENCE"]


# --- what offices write in ----------------------------------------------------------------------------------------------


def archive(**teile: str) -> bytes:
    puffer = io.BytesIO()
    with zipfile.ZipFile(puffer, "w") as paket:
        for name, inhalt_ in teile.items():
            paket.writestr(name.replace("__", "/").replace("_xml", ".xml"), inhalt_)
    return puffer.getvalue()


WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>Erster </w:t></w:r><w:r><w:tab/><w:t>Absatz</w:t></w:r></w:p><w:p><w:r><w:t>Zweiter</w:t></w:r></w:p>"
    "</w:body></w:document>"
)
ODT = (
    '<o:document xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<text:h>Titel</text:h><text:p>Ein <text:span>Absatz</text:span><text:s text:c="2"/>mehr</text:p></o:document>'
)


def test_text_of_word_and_odt() -> None:
    assert auslesen.text_of(archive(word__document_xml=WORD), "x.DOCX") == "Erster  Absatz\nZweiter"
    assert auslesen.text_of(archive(content_xml=ODT), "x.odt") == "Titel\nEin Absatz  mehr"


@pytest.mark.parametrize(
    ("daten", "name"),
    [
        (b"kein zip", "x.docx"),
        (archive(anderes="x"), "x.docx"),
        (archive(word__document_xml="<kaputt"), "x.docx"),
        (archive(content_xml='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "x.odt"),
        (b"%PDF", "x.pdf"),
    ],
)
def test_what_cannot_be_read_is_told(daten: bytes, name: str) -> None:
    with pytest.raises(auslesen.NichtLesbar):
        auslesen.text_of(daten, name)


@pytest.mark.schwer
def test_pdf_by_libreoffice(tmp_path: Path) -> None:
    if auslesen.libreoffice() is None:
        pytest.skip("LibreOffice ist nicht zur Hand.")
    quelle = tmp_path / "brief.txt"
    quelle.write_text("Sachlage\n", encoding="utf-8")
    profil = f"-env:UserInstallation=file://{tmp_path}/profil"
    programm = str(auslesen.libreoffice())
    befehl = [programm, "--headless", profil, "--convert-to", "odt", "--outdir", str(tmp_path), str(quelle)]
    subprocess.run(befehl, check=True, capture_output=True, timeout=100)
    odt = (tmp_path / "brief.odt").read_bytes()
    assert auslesen.text_of(odt, "brief.odt").strip() == "Sachlage"
    assert asyncio.run(auslesen.pdf_of(odt, "brief.odt")).startswith(b"%PDF")
