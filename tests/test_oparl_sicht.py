"""OParl: nothing that is hidden is shown, whatever is combined, wherever a walk leads; and what is to be read is there."""

import datetime as dt
import re
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from dokumente.sicht import NICHTOEFFENTLICH, Teil
from oparl.kontext import Kontext
from oparl.objekt import Objekt
from oparl.vorgang import of_case
from oparl_schema import faults, references
from oparl_stadt import BASIS, K, check_town, shown, text_of, town, without_times
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SB, SB2, TEXT, Rathaus, S, V
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schriftgut import NEUTRAL
from test_dokumente_sicht import VERBOTEN, ZEIT, copy, ja_nein, meeting, outcome, paper
from test_maschine import Stadt


def test_nothing_that_is_hidden_is_shown() -> None:
    """Words planted everywhere, as in the test of documents: OParl is the internet."""
    for z in (meeting(), paper(), meeting(stufe="abgesagt"), meeting(stufe="geplant", eingeladen_am=None)):
        roh = text_of(shown(z.model_copy(update={"begonnen": ZEIT})))
        assert not re.findall(VERBOTEN[Teil.INTERNET], roh)


def test_what_is_to_be_read_is_there() -> None:
    zeit = {"begonnen": dt.datetime(2021, 6, 1, tzinfo=dt.UTC)}
    sitzung, vorlage = shown(meeting(**zeit)), shown(paper(**zeit))
    worte = set(re.findall(r"O_\w+", text_of(sitzung) + text_of(vorlage)))
    assert worte >= {
        "O_TITEL", "O_WORTLAUT", "O_VEROEFFENTLICHT", "O_BEZEICHNUNG", "O_OHNE_VORLAGE", "O_ERGEBNIS", "O_OHNE_NAMEN", "O_ANLAGE",
        "O_BETREFF",
    }  # fmt: skip
    assert [(t["number"], t["public"], t["order"]) for t in sitzung["agendaItem"]] == [
        ("Ö 1", True, 0), ("Ö 2", True, 1), ("Ö 3", True, 2), ("Ö 4", True, 3), ("Ö 5", True, 4), ("N 1", False, 5), ("N 2", False, 6),
    ]  # fmt: skip
    assert [c["id"].split("/consultation/")[1] for c in vorlage["consultation"]] == ["v1/s1/1/0", "v1/1/s1"]
    verborgen = sitzung["agendaItem"][6]
    assert verborgen["name"] == "Nichtöffentliche Angelegenheit" and verborgen.keys() == {
        "id", "type", "number", "order", "name", "public", "created", "modified",
    }  # fmt: skip


def test_a_paper_in_the_nonpublic_part_names_no_item(haus: Rathaus) -> None:
    haus.behandelt()
    haus.do(S, "sitzung_oeffentlichkeit", DIENST, top=1, oeffentlich=False, grund="Persönliches", bezeichnung=NEUTRAL)
    (beratung,) = shown(haus.vorlage())["consultation"]
    (punkt,) = shown(haus.state(S))["agendaItem"]
    assert beratung["meeting"] == f"{BASIS}/oparl/v1.1/meeting/s1" and "agendaItem" not in beratung
    assert beratung["id"] == f"{BASIS}/oparl/v1.1/consultation/v1/1/s1" and (punkt["name"], punkt["public"]) == (NEUTRAL, False)
    assert not {"consultation", "result"} & punkt.keys()
    check_town(haus)


def test_a_paper_is_nothing_until_it_is_released(haus: Rathaus) -> None:
    haus.laufweg()
    assert of_case(haus.vorlage(), K) is None
    for akteur in (SB2, AL, DEZERNAT):
        haus.do(V, "mitzeichnen", akteur)
    assert of_case(haus.vorlage(), K) is None
    assert of_case(haus.state("vorlage/muster/leer"), K) is None and of_case(haus.state("sitzung/muster/leer"), K) is None


def test_a_paper_that_is_public_no_longer(haus: Rathaus) -> None:
    """For the public it is deleted if it has seen it, and otherwise never was."""
    haus.eingeladen()
    haus.do(V, "vorlage_oeffentlichkeit", DIENST, oeffentlich=False, grund="Versehen", bezeichnung="Vertrag")
    assert of_case(haus.vorlage(), K) is None
    weg = shown(haus.vorlage(), Kontext(BASIS, frueher_oeffentlich=frozenset({"v1"})))
    assert weg.keys() == {"id", "type", "created", "modified", "deleted"} and weg["deleted"] is True
    assert faults(weg) == [] and weg["modified"] == haus.jetzt.isoformat()
    (punkt,) = shown(haus.state(S))["agendaItem"]
    assert "consultation" not in punkt and "Sachstand" not in punkt["name"]


def test_a_new_version_shows_with_its_release_and_not_before(haus: Rathaus) -> None:
    haus.eingeladen(anlagen=[{"name": "Plan.pdf", "medientyp": "application/pdf", **TEXT}])
    vorher = shown(haus.vorlage())
    haus.do(
        V,
        "neufassen",
        SB,
        fassungsart="neufassung",
        grund="x",
        abschnitte=[{"name": "Sachlage", "digest": "b" * 64, "groesse": 1}],
    )
    haus.do(V, "redaktionell_aendern", SB, betreff="Streng vertraulich", grund="neu")
    assert without_times(shown(haus.vorlage())) == without_times(vorher)
    haus.do(V, "freigeben", LEITUNG)
    nachher = shown(haus.vorlage())
    assert nachher["name"] == "Streng vertraulich" and nachher["mainFile"]["id"].endswith("/version/2")
    assert [f["id"].rsplit("/", 2)[1] for f in nachher["auxiliaryFile"]] == ["version", "attachment"]
    check_town(haus)


@given(oeffentlich=ja_nein, vorlage_oeffentlich=ja_nein, frei=ja_nein, bekannt=ja_nein, gegeben=ja_nein, eingeladen=ja_nein)
def test_whatever_is_combined(
    oeffentlich: bool, vorlage_oeffentlich: bool, frei: bool, bekannt: bool, gegeben: bool, eingeladen: bool
) -> None:
    """One item with one paper, in every state that both can be in, against the rules said once more."""
    top = {
        "id": 1, "nummer": "Ö 1", "titel": "W_TITEL", "oeffentlich": oeffentlich,
        "vorlagen": [{"vorlage": "v", "beschluss": outcome("W_", wortlaut="W_WORTLAUT", veroeffentlicht=gegeben)}],
    }  # fmt: skip
    kopien = [copy("v", "W_TITEL", oeffentlich=vorlage_oeffentlich, frei=frei, nummer="W_NUMMER")] if bekannt else []
    da = {"tops": [top], "vorlagen": kopien, "tagesordnungen": [], "begonnen": ZEIT}
    z = meeting(**da, **({} if eingeladen else {"stufe": "geplant", "eingeladen_am": None}))
    objekt = shown(z)
    offen = oeffentlich and vorlage_oeffentlich and bekannt
    erlaubt = {"W_TITEL": offen and frei, "W_WORTLAUT": offen or gegeben}
    assert set(re.findall(r"W_\w+", text_of(objekt))) == {wort for wort, darf in erlaubt.items() if darf and eingeladen}
    assert ("consultation" in text_of(objekt)) is (offen and frei and eingeladen)


class Schaufenster(Stadt):
    """A random walk through the town, looked at from outside."""

    @invariant()
    def the_public_sees_what_it_may(self) -> None:
        alle = town(self.haus)
        da = Counter(o["id"] for o in alle)
        assert [f for o in alle for f in faults(o)] == [] and max(da.values()) == 1
        # a meeting that was never here or has no agenda any more is not to be had: the caller of these functions knows
        fehlt = {url for o in town(self.haus, Kontext(BASIS, kennt=da.__contains__)) for url in references(o)} - da.keys()
        assert not fehlt, fehlt
        for z in self.haus.staende.values():
            if isinstance(z, Vorlage):
                assert (of_case(z, K) is not None) is (z.oeffentlich and any(f.herausgabe for f in z.fassungen))
            if isinstance(z, Sitzung):
                self._hides(z, shown(z).get("agendaItem", []))

    def _hides(self, z: Sitzung, punkte: list[Objekt]) -> None:
        assert len(punkte) in (0, len(z.tops)) and [p["order"] for p in punkte] == list(range(len(punkte)))
        for punkt in punkte:
            (top,) = (t for t in z.tops if punkt["id"].endswith(f"/{t.id}"))
            if not top.oeffentlich:
                assert punkt["name"] in {top.bezeichnung, NICHTOEFFENTLICH, *(k.bezeichnung for k in z.vorlagen)}
                assert not {"consultation", "resolutionText"} & punkt.keys()


def test_a_random_walk_shows_what_it_may() -> None:
    gleich = settings(
        max_examples=12, stateful_step_count=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Schaufenster, settings=gleich)
