"""What others are shown of motions, questions and links: OParl, documents, packages, the auditors' reports."""

from pathlib import Path
from typing import Any

import pytest

from dokumente import inhalt
from dokumente.lesefassung import reading
from dokumente.sicht import Teil
from lifecycle.ablehnung import FalscheStufe
from lifecycle.rechte import Umfang
from lifecycle.vorlage.verknuepfung import counterparts
from oparl.kontext import Kontext
from oparl.vorgang import of_case
from oparl_schema import faults
from oparl_stadt import BASIS, K, shown, text_of
from pruefer.bericht import Urteil
from rathaus import DIENST, HEUTE, LEITUNG, SB, A, Rathaus, V
from schemas.lesefassung import Vorlagensicht
from schemas.regelwerk import Regelwerke
from schriftgut import M, lies, pdf_text
from verwahrung import Verwahrung
from welt import wer

ALLES = Kontext(BASIS, kennt=lambda url: True)
W = "vorlage/kreisstadt/v1"
KA = "vorlage/kreisstadt/a1"
ABSENDER = [
    {"art": "fraktion", "kennung": "fraktion-a", "name": "Fraktion A"},
    {"art": "fraktion", "name": "Fraktion C"},
    {"art": "mitglied", "kennung": "m-2"},
    {"art": "einwohner", "kennung": "e-7"},
]


@pytest.fixture
def kreis(muster: Regelwerke) -> Rathaus:
    haus = Rathaus(muster, "kreisstadt")
    haus.eingang(KA, absender=ABSENDER)
    return haus


def linked(haus: Rathaus, w: str) -> Any:
    """As the register gives it."""
    z = haus.state(w)
    andere = [a for a in haus.staende.values() if any(v.vorlage == z.id for v in getattr(a, "verknuepfungen", ()))]
    return z.model_copy(update={"gegenstuecke": counterparts(z, andere)})


def test_oparl_has_it_from_its_formal_acceptance_on(kreis: Rathaus) -> None:
    assert of_case(kreis.state(KA), ALLES) is None
    kreis.do(KA, "formal_annehmen", DIENST)
    p = shown(kreis.state(KA), ALLES)
    assert faults(p) == []
    assert (p["name"], p["paperType"], p["date"]) == ("Mehr Bäume", "Antrag", "2021-05-03")
    assert p["originatorOrganization"] == [f"{BASIS}/oparl/v1.1/organization/kreisstadt/fraktion~fraktion-a"]
    assert p["originatorPerson"] == [f"{BASIS}/oparl/v1.1/person/kreisstadt/m-2"]
    assert "e-7" not in text_of(p)


def test_who_is_not_to_be_had_is_not_named(kreis: Rathaus) -> None:
    kreis.do(KA, "formal_annehmen", DIENST)
    for k in (K, Kontext(BASIS, kennt=lambda url: "/paper/" in url)):
        assert not {"originatorPerson", "originatorOrganization"} & shown(kreis.state(KA), k).keys()


def test_a_changed_version_is_shown_once_it_is_accepted(kreis: Rathaus) -> None:
    kreis.do(KA, "formal_annehmen", DIENST)
    vorher = shown(kreis.state(KA))
    kreis.do(KA, "antrag_aendern", DIENST, betreff="Streng vertraulich", abschnitte=[text("b")], grund="auf Wunsch")
    assert {**shown(kreis.state(KA)), "modified": 0} == {**vorher, "modified": 0}
    kreis.do(KA, "formal_annehmen", DIENST)
    p = shown(kreis.state(KA))
    assert p["name"] == "Streng vertraulich" and p["mainFile"]["id"].endswith("/version/2")


def text(zeichen: str) -> dict[str, Any]:
    return {"name": "Antragstext", "digest": zeichen * 64, "groesse": 4}


@pytest.mark.parametrize(
    ("als", "dort", "hier"),
    [
        ("beantwortet", "relatedPaper", "relatedPaper"),
        ("folgt", "relatedPaper", "relatedPaper"),
        ("ergaenzt", "superordinatedPaper", "subordinatedPaper"),
    ],
)
def test_oparl_links_public_papers_both_ways(haus: Rathaus, als: str, dort: str, hier: str) -> None:
    haus.eingang(A)
    haus.do(A, "formal_annehmen", DIENST)
    haus.freigegeben()
    haus.do(V, "verknuepfen", SB, als=als, mit="a1")
    v, a = shown(haus.state(V), ALLES), shown(linked(haus, A), ALLES)
    assert (v[dort], a[hier]) == ([a["id"]], [v["id"]])
    assert faults(v) == faults(a) == []


@pytest.mark.parametrize("wie", ["Entwurf", "nichtöffentlich", "depubliziert"])
def test_a_partner_that_is_not_public_is_not_named(haus: Rathaus, wie: str) -> None:
    haus.eingang(A)
    haus.do(A, "formal_annehmen", DIENST)
    if wie == "Entwurf":
        haus.entwurf()
    else:
        haus.freigegeben()
    haus.do(V, "verknuepfen", SB, als="beantwortet", mit="a1")
    if wie == "nichtöffentlich":
        haus.do(V, "vorlage_oeffentlichkeit", SB, oeffentlich=False, bezeichnung="Etwas", grund="so")
    if wie == "depubliziert":
        haus.do(V, "depublizieren", LEITUNG, grund="Name")
    da = {o["id"] for z in haus.staende.values() if (o := of_case(z, ALLES)) and "deleted" not in o}
    assert "/paper/v1" not in text_of(shown(linked(haus, A), Kontext(BASIS, kennt=da.__contains__)))
    assert "/paper/v1" not in text_of(shown(linked(haus, A), K)), "wer nicht weiß, was öffentlich ist, nennt nichts"


def test_the_document_says_where_it_comes_from(kreis: Rathaus, tmp_path: Path) -> None:
    with pytest.raises(FalscheStufe, match="nicht formal angenommen"):
        inhalt.paper(kreis.state(KA), M, lies, Teil.OEFFENTLICH)
    assert "noch nicht formal angenommen" in pdf_of(kreis, Teil.INTERN, tmp_path)
    kreis.do(KA, "formal_annehmen", DIENST)
    offen, intern = pdf_of(kreis, Teil.OEFFENTLICH, tmp_path), pdf_of(kreis, Teil.INTERN, tmp_path)
    assert "Antrag, Fraktion A, Fraktion C, Emre Beispiel, Einwohnerin oder Einwohner" in offen
    assert "e-7" not in offen and "e-7" in intern and "Briefkasten" in intern


def pdf_of(haus: Rathaus, teil: Teil, ordner: Path) -> str:
    return " ".join(pdf_text(inhalt.paper(linked(haus, KA), M, lies, teil), ordner).split())


def test_a_reader_learns_that_it_is_answered_once_the_answer_is_public(haus: Rathaus) -> None:
    haus.eingang(A, vorlageart="anfrage", abschnitte=[])
    haus.do(A, "formal_annehmen", DIENST)
    haus.laufweg()
    haus.do(V, "verknuepfen", SB, als="beantwortet", mit="a1")
    assert not read(haus).beantwortet
    haus.do(V, "freigeben", LEITUNG, abweichung="eilt")
    assert read(haus).beantwortet and read(haus).eingegangen_am == HEUTE
    haus.do(V, "vorlage_oeffentlichkeit", SB, oeffentlich=False, bezeichnung="Etwas", grund="so")
    assert not read(haus).beantwortet


def read(haus: Rathaus) -> Vorlagensicht:
    gelesen = reading(haus.state(A), Umfang.OEFFENTLICH)
    assert isinstance(gelesen, Vorlagensicht)
    return gelesen


def test_links_stand_in_the_version_for_the_house_only(kreis: Rathaus, tmp_path: Path) -> None:
    kreis.do(KA, "formal_annehmen", DIENST)
    kreis.freigegeben(W)
    kreis.do(W, "verknuepfen", SB, als="beantwortet", mit="a1")
    nummern = {w: kreis.state(w).nummer for w in (W, KA)}
    assert f"Mitteilungsvorlage {nummern[W]}" in pdf_of(kreis, Teil.INTERN, tmp_path)
    assert nummern[W] not in pdf_of(kreis, Teil.OEFFENTLICH, tmp_path)


def test_its_package_proves_it(muster: Regelwerke, tmp_path: Path) -> None:
    vw = Verwahrung(tmp_path, Rathaus(muster))
    vw.haus.eingang(A, abschnitte=[{"name": "Antragstext", **vw.text("Mehr Bäume.")}])
    vw.haus.do(A, "formal_annehmen", DIENST)
    vw.haus.entwurf(V, abschnitte=[{"name": "Sachlage", **vw.text("So viele.")}])
    vw.haus.do(V, "verknuepfen", SB, als="beantwortet", mit="a1")
    fraktion = wer("p-f", "fraktion-a", "fraktion")
    vw.haus.do(A, "antrag_aendern", fraktion, abschnitte=[{"name": "Antragstext", **vw.text("Viel mehr.")}], grund="so")
    for v, akteur in ((A, fraktion), (V, SB)):
        vw.haus.do(v, "zurueckziehen", akteur, grund="erledigt")
        vw.seal(v)
    vw.at_night()
    vw.write()
    berichte = list(vw.verify())
    assert [(b.workflow, b.urteil, b.befunde) for b in berichte] == [(w, Urteil.IN_ORDNUNG, ()) for w in (A, V)]
