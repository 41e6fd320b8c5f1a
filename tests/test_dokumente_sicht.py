"""Who sees what: words planted everywhere, every document for every reader, and none of them where it must not stand.

``H_`` is hidden from the public, ``P_`` names somebody or quotes him and stays out of the internet, ``O_`` is to be read.
"""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dokumente import inhalt, kalender
from dokumente.inhalt import Schriftstueck, Teil
from lifecycle.ablehnung import Ablehnung
from schemas.auftrag import Auftrag
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schriftgut import M, lies, pdf_text, put

ZEIT = dt.datetime(2021, 6, 16, 16, tzinfo=dt.UTC)
FUER_ALLE = (Teil.OEFFENTLICH, Teil.INTERNET)
AMT = {"id": "a-46", "name": "Integrationszentrum", "kuerzel": "A 46"}
AUSSCHUSS = {"id": "sozialausschuss", "name": "Sozialausschuss", "kuerzel": "SozA"}
WER = {"person": "p-1", "stelle": "a-10", "rolle": "sitzungsdienst"}
AKT = {"akteur": WER, "am": ZEIT}
REGEL = {"kommune": "muster", "gueltig_ab": "2020-01-01", "digest": "x"}


def copy(kennung: str, betreff: str, *, oeffentlich: bool = True, frei: bool = True, nummer: str = "2021/1") -> dict[str, Any]:
    felder = {"vorlage": kennung, "revision": 1, "betreff": betreff, "oeffentlich": oeffentlich, "freigegeben": frei}
    return felder | {"vorlageart": "Vorlage", "federfuehrend": AMT, "nummer": nummer, "stufe": "in_beratung"}


def outcome(worte: str, **felder: Any) -> dict[str, Any]:
    """An outcome with words of that class everywhere but in the wording."""
    abstimmung = {"gegenstand": f"{worte}GEGENSTAND", "wortlaut": f"{worte}STIMMWORT", "ja": 3, "befangen": ["m-1"]}
    namentlich = {"art": "namentlich", "stimmen": [{"person": "m-1", "stimme": f"{worte}STIMME"}]}
    grund = {"vollzug": "ausgesetzt", "vollzug_grund": f"{worte}GRUND"}
    return {"klasse": "adopted", "text": f"{worte}BESCHLUSSTEXT", "abstimmungen": [abstimmung, namentlich], **grund, **felder}


def said(worte: str, **felder: Any) -> dict[str, Any]:
    return {**put(f"{worte} gesagt"), **felder}


def asked(worte: str, **felder: Any) -> dict[str, Any]:
    return {"verlangt": f"{worte}VERLANGT", "grundlage": "zusage", "von": f"{worte}FRAGER", **felder}


TOPS: list[dict[str, Any]] = [
    {
        "id": 1, "nummer": "Ö 1", "titel": "O_TITEL",
        "vorlagen": [
            {"vorlage": "offen", "beschluss": outcome("P_", wortlaut="O_WORTLAUT", text_internet="O_OHNE_NAMEN")},
            {"vorlage": "geheim", "beschluss": outcome("H_", wortlaut="H_WORTLAUT", text_internet="H_INTERNETTEXT")},
        ],
    },
    {"id": 2, "nummer": "Ö 2", "titel": "H_UNFERTIG", "vorlagen": [{"vorlage": "unfertig"}]},
    {"id": 3, "nummer": "Ö 3", "titel": "H_SPAETER_GEHEIM", "vorlagen": [{"vorlage": "spaeter"}]},
    {"id": 4, "nummer": "Ö 4", "titel": "H_UNBEKANNT", "vorlagen": [{"vorlage": "ohne-kopie"}]},
    {
        "id": 5, "nummer": "N 1", "titel": "H_TITEL", "oeffentlich": False, "bezeichnung": "O_BEZEICHNUNG",
        "beschluss": outcome("H_", wortlaut="O_VEROEFFENTLICHT", veroeffentlicht=True, text_internet="H_INTERNETTEXT"),
    },
    {"id": 6, "nummer": "N 2", "titel": "H_VERSCHOBEN", "oeffentlich": False, "beschluss": outcome("H_", wortlaut="H_WORTLAUT")},
    {"id": 7, "nummer": "Ö 5", "titel": "O_OHNE_VORLAGE", "beschluss": outcome("P_", wortlaut="O_ERGEBNIS")},
]  # fmt: skip


def meeting(**felder: Any) -> Sitzung:
    """Held and minuted, with everything that can be hidden."""
    punkte = [
        {"top": t["id"], "nummer": t["nummer"], "titel": t["titel"], "oeffentlich": t["id"] != 5,
         "vorlagen": [v["vorlage"] for v in t.get("vorlagen", ())]}
        for t in TOPS
    ]  # fmt: skip
    alles = (
        {
            "kommune": "muster", "id": "s1", "seq": 9, "zuletzt": ZEIT, "regelwerk": REGEL, "stufe": "geschlossen",
            "gremium": AUSSCHUSS, "beginn": ZEIT, "eroeffnet_am": ZEIT, "geschlossen_am": ZEIT, "eingeladen_am": ZEIT,
            "unterzeichnende": ["vorsitz"], "tops": TOPS,
            "tagesordnungen": [{"nr": 1, "art": "einladung", "punkte": punkte, **AKT}],
            "vorlagen": [
                copy("offen", "O_TITEL", nummer="2021/1001"),
                copy("geheim", "H_BETREFF", oeffentlich=False, nummer="2021/9999"),
                copy("unfertig", "H_UNFERTIG", frei=False),
                copy("spaeter", "H_SPAETER_GEHEIM", oeffentlich=False, nummer="2021/9998"),
            ],
            "niederschrift": [
                said("P_PROTOKOLL", top=1, redner=["P_REDNER"]), said("O_INTERNETFASSUNG", top=1, internet=True),
                said("H_ZU_OEFFENTLICHEM", top=1, oeffentlich=False, redner=["H_REDNER"]), said("H_NICHT", top=5, oeffentlich=False),
                said("P_FREIGEGEBEN", top=6), said("P_ALLGEMEIN"), said("H_ALLGEMEIN", oeffentlich=False),
            ],
            "auftraege": [
                {"id": "t1", "top": 1, "angaben": asked("O_")}, {"id": "t2", "top": 1, "angaben": asked("H_", oeffentlich=False)},
            ],
            "anwesenheit": [{"person": "m-1", "name": "P_NAME", "funktion": "mitglied"}],
            "vermerke": [
                {"sitzung": "s0", "genehmigt": False, "grund": "P_EINWENDUNG"},
                {"sitzung": "s0", "top": "N 3", "berichtigung": put("H_BERICHTIGUNG")["digest"], "grund": "H_GRUND"},
            ],
            "unterschriften": [{"rolle": "vorsitz", "original": "P_AKTE", **AKT}],
            "abweichungen": [{"seq": 1, "regel": "H_REGEL", "grund": "H_GRUND"}], "hinweise": ["H_HINWEIS"],
            "abgelehnt": [{"vorlage": "x", "grund": "H_ABSAGE"}],
        }
    )  # fmt: skip
    return Sitzung.model_validate(alles | felder)


def paper(**felder: Any) -> Vorlage:
    """A paper with a released version and a newer one that is not; dealt with in public and not."""
    punkt = {
        "sitzung": "s1",
        "revision": 1,
        "gremium": AUSSCHUSS,
        "nummer": "Ö 1",
        "beginn": ZEIT,
        "anlass": "Sitzung",
        "eingeladen": True,
    }
    platz = {"schritt": 1, "stelle": AMT, "rolle": "amtsleitung"}
    antwort = {"art": "nicht_mitgezeichnet", "bemerkung": "H_BEMERKUNG", **AKT}
    erste = {
        "nr": 1, "freigabe": AKT, "plaetze": [{**platz, "antwort": antwort}],
        "abschnitte": [{"name": "Sachlage", **put("O_TEXT")}],
        "anlagen": [
            {"name": "O_ANLAGE", **put("x")}, {"name": "H_GEHEIME_ANLAGE", "oeffentlich": False, **put("y")},
            {"name": "H_SPAETER_GEHEIM", **put("z")},
        ],
    }  # fmt: skip
    neue = {
        "nr": 2, "art": "neufassung", "zusatz": "-H_ZUSATZ", "abschnitte": [{"name": "Sachlage", **put("H_ENTWURF")}],
        "anlagen": [{"name": "H_SPAETER_GEHEIM", "oeffentlich": False, "bezeichnung": "O_ANLAGENBEZEICHNUNG", **put("z")}],
        "aenderungen": [
            {"seq": 7, "teil": "Betreff", "vorher_text": "O_BETREFF", "nachher_text": "H_ZWISCHEN", "redaktionell": False, "grund": "H_"},
            {"seq": 8, "teil": "Betreff", "vorher_text": "H_ZWISCHEN", "nachher_text": "H_NEUER", "redaktionell": False, "grund": "H_"},
        ],
    }  # fmt: skip
    behandlungen = [
        {**punkt, "top": 1, "oeffentlich": True, "beschluss": outcome("P_", wortlaut="O_WORTLAUT")},
        {**punkt, "top": 2, "oeffentlich": False, "beschluss": outcome("H_", wortlaut="H_WORTLAUT")},
        {**punkt, "top": 3, "oeffentlich": False, "beschluss": outcome("H_", wortlaut="O_VEROEFFENTLICHT", veroeffentlicht=True)},
    ]
    stationen = [
        {"nr": 1, "gremium": AUSSCHUSS, "behandlungen": behandlungen},
        {"nr": 2, "gremium": {"id": "geheim", "name": "H_GREMIUM"}, "oeffentlich": False},
    ]
    alles = {
        "kommune": "muster", "id": "v1", "seq": 9, "zuletzt": ZEIT, "stufe": "in_beratung", "vorlageart_name": "Vorlage",
        "betreff": "H_NEUER_BETREFF", "bezeichnung": "O_BEZEICHNUNG", "federfuehrend": AMT, "nummer": "2021/1001",
        "aktenzeichen": "H_AKTE", "fassungen": [erste, neue], "beratungen": stationen,
    }  # fmt: skip
    return Vorlage.model_validate(alles | felder)


def task(worte: str, *, oeffentlich: bool) -> Auftrag:
    return Auftrag.model_validate(
        {
            "kommune": "muster", "id": worte, "seq": 1, "zuletzt": ZEIT, "gremium": AUSSCHUSS, "seit": ZEIT, "angenommen": True,
            "angaben": asked(worte, oeffentlich=oeffentlich, von=f"{'P_' if oeffentlich else 'H_'}FRAGER"),
            "berichte": [{"seq": 1, "text": f"{'P_' if oeffentlich else 'H_'}BERICHT", **AKT}],
        }
    )  # fmt: skip


def documents(teil: Teil) -> Iterator[Schriftstueck]:
    """Every document that there is for those readers."""
    z = meeting()
    yield inhalt.invitation(z, M, teil)
    yield inhalt.minutes(z, M, lies, teil)
    geheim = {"betreff": "H_BETREFF", "nummer": "2021/9999", "vorlageart_name": "H_ART"} if teil.fuer_alle else {}
    yield inhalt.paper(paper(), M, lies, teil)
    yield inhalt.paper(paper(), M, lies, teil, 1)
    yield inhalt.paper(paper(oeffentlich=False, **geheim), M, lies, teil)
    yield inhalt.task_list(z, M, (task("O_", oeffentlich=True), task("H_", oeffentlich=False)), teil)
    for top in z.tops:
        try:
            yield inhalt.extract(z, M, top.id, teil)
        except Ablehnung:
            assert top.id in {2, 3, 4, 6}


VERBOTEN = {Teil.OEFFENTLICH: r"H_\w+|2021/999\d", Teil.INTERNET: r"[HP]_\w+|2021/999\d"}


@pytest.mark.parametrize("teil", FUER_ALLE)
def test_nothing_that_is_hidden_is_shown(teil: Teil, tmp_path: Path) -> None:
    for s in documents(teil):
        assert not re.findall(VERBOTEN[teil], f"{s.daten} {s.name}"), s.vorlage
        assert not re.findall(VERBOTEN[teil], pdf_text(s, tmp_path)), s.vorlage


def test_no_calendar_shows_what_is_hidden() -> None:
    roh = kalender.invitation(meeting(), M, "a@b.example", "c@d.example").decode().replace("\r\n ", "")
    assert not re.findall(VERBOTEN[Teil.INTERNET], roh) and "O_TITEL" in roh


def words(teil: Teil) -> set[str]:
    return set(re.findall(r"[HPO]_\w+", " ".join(str(s.daten) for s in documents(teil))))


def test_what_is_to_be_read_is_there() -> None:
    """The words that must not be shown are really in there, and those that may be are shown."""
    offen, netz, nicht, alles = (words(t) for t in (Teil.OEFFENTLICH, Teil.INTERNET, Teil.NICHTOEFFENTLICH, Teil.INTERN))
    fuer_alle = {
        "O_TITEL",
        "O_WORTLAUT",
        "O_VEROEFFENTLICHT",
        "O_BEZEICHNUNG",
        "O_OHNE_VORLAGE",
        "O_TEXT",
        "O_ANLAGE",
        "O_VERLANGT",
    }
    assert fuer_alle | {"O_ANLAGENBEZEICHNUNG", "O_ERGEBNIS", "O_BETREFF"} <= offen & netz
    assert {"O_OHNE_NAMEN", "O_INTERNETFASSUNG"} <= netz and not {"O_OHNE_NAMEN", "O_INTERNETFASSUNG"} & offen
    personen = {"P_PROTOKOLL", "P_REDNER", "P_NAME", "P_STIMME", "P_GEGENSTAND", "P_GRUND", "P_EINWENDUNG", "P_FREIGEGEBEN"}
    assert personen | {"P_BESCHLUSSTEXT", "P_AKTE", "P_ALLGEMEIN", "P_FRAGER", "P_BERICHT"} <= offen
    verborgen = {"H_TITEL", "H_VERSCHOBEN", "H_ZU_OEFFENTLICHEM", "H_NICHT", "H_ALLGEMEIN", "H_WORTLAUT", "H_BESCHLUSSTEXT"}
    assert verborgen | {"H_BERICHTIGUNG", "H_VERLANGT", "H_BEMERKUNG", "H_ENTWURF", "H_REDNER"} <= nicht & alles
    assert {"P_PROTOKOLL", "H_UNFERTIG"} <= alles and "P_PROTOKOLL" not in nicht


def test_a_public_item_appears_in_the_other_part_with_just_what_belongs_there() -> None:
    daten = inhalt.minutes(meeting(), M, lies, Teil.NICHTOEFFENTLICH).daten
    offen = next(t["punkte"] for t in daten["teile"] if t["titel"] == "Öffentlicher Teil")
    assert [p["nummer"] for p in offen] == ["Ö 1", "Ö 3", "Ö 4"], "wo ein Text oder eine Vorlage nicht öffentlich ist"
    assert offen[0]["vorlagen"] == "2021/9999" and [b["wortlaut"] for b in offen[0]["beschluesse"]] == ["H_WORTLAUT"]
    assert "O_WORTLAUT" not in str(offen)


# --- any combination -------------------------------------------------------------------------------------------------------

ja_nein = st.booleans()


@given(oeffentlich=ja_nein, vorlage_oeffentlich=ja_nein, frei=ja_nein, bekannt=ja_nein, text_oeffentlich=ja_nein, gegeben=ja_nein)
def test_whatever_is_combined(
    oeffentlich: bool, vorlage_oeffentlich: bool, frei: bool, bekannt: bool, text_oeffentlich: bool, gegeben: bool
) -> None:
    """One item with one paper, in every state that both can be in, against the rules said once more."""
    top = {
        "id": 1, "nummer": "Ö 1", "titel": "W_TITEL", "oeffentlich": oeffentlich,
        "vorlagen": [{"vorlage": "v", "beschluss": outcome("W_", wortlaut="W_WORTLAUT", veroeffentlicht=gegeben)}],
    }  # fmt: skip
    kopien = [copy("v", "W_TITEL", oeffentlich=vorlage_oeffentlich, frei=frei, nummer="W_NUMMER")] if bekannt else []
    texte = [said("W_GESAGT", top=1, oeffentlich=text_oeffentlich)]
    texte.append(said("W_NETZ", top=1, oeffentlich=text_oeffentlich, internet=True))
    z = meeting(tops=[top], vorlagen=kopien, niederschrift=texte, tagesordnungen=[])
    offen = oeffentlich and vorlage_oeffentlich and bekannt
    erlaubt = {
        "W_TITEL": offen and frei, "W_NUMMER": offen, "W_WORTLAUT": offen or gegeben,
        "W_BESCHLUSSTEXT": offen, "W_GEGENSTAND": offen, "W_STIMMWORT": offen, "W_STIMME": offen, "W_GRUND": offen,
        "W_GESAGT": text_oeffentlich, "W_NETZ": False,
    }  # fmt: skip
    nur_netz = {"W_BESCHLUSSTEXT", "W_GEGENSTAND", "W_STIMMWORT", "W_STIMME", "W_GRUND", "W_GESAGT"}
    assert found(z, Teil.OEFFENTLICH) == {wort for wort, darf in erlaubt.items() if darf}
    im_netz = {wort for wort, darf in erlaubt.items() if darf} - nur_netz | ({"W_NETZ"} if text_oeffentlich else set())
    assert found(z, Teil.INTERNET) == im_netz
    assert {"W_TITEL", "W_BESCHLUSSTEXT", "W_GESAGT"} <= found(z, Teil.INTERN)


def found(z: Sitzung, teil: Teil) -> set[str]:
    texte = (inhalt.invitation(z, M, teil), inhalt.minutes(z, M, lies, teil))
    return set(re.findall(r"W_\w+", " ".join(str(s.daten) for s in texte)))
