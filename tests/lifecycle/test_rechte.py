"""Who may do what, and what no command may lack."""

from typing import Any

import pytest

from lifecycle import rechte
from lifecycle.ablehnung import NichtBefugt
from lifecycle.erzaehlung import SAETZE
from lifecycle.kern import Kommando, Nacherfassen
from lifecycle.kerne import ARTEN, KERNE
from rathaus import SB, Rathaus, S, V
from schemas.akteur import Rolle
from schemas.befehl import Befehl
from test_nacherfassung import vergangenheit
from welt import OHNE, wer

ALLE = [(typ, klasse) for typ, kern in KERNE.items() for klasse in kern.befehle.values()]
NUR_SYSTEM = {
    "anmeldung", "ruecknahmebitte", "vorlage_stand", "top_stand", "bitte_abgelehnt", "rueckmeldung", "versiegelt",
    "zustellung_aufgegeben", "nummer_vergeben", "nummer_uebernehmen", "frist_erinnert", "frist_abgelaufen",
    "regelstand_heben", "loeschung_vollzogen", "pruefpunkt_ausgeben", "regelwerk_uebernommen", "anmeldung_zurueckgezogen", "frist_gemahnt", "tops_uebernehmen", "termin_gemeldet", "auftrag_wartet", "sitzung_genannt", "folgevorlage_gemeldet",
    "verknuepfung_gemeldet", "vorlage_uebernehmen", "sitzung_uebernehmen", "punkt_uebernehmen", "uebernahme_abschliessen",
}  # fmt: skip
NIE = {Rolle.RECHNUNGSPRUEFUNG, Rolle.BETRIEB}
DRAUSSEN = {Rolle.MITGLIED, Rolle.FRAKTION}


def test_every_command_has_a_row_and_every_row_a_command() -> None:
    assert set(rechte.RECHTE) == ARTEN


def test_every_command_can_be_told() -> None:
    assert set(SAETZE) == ARTEN


@pytest.mark.parametrize(("typ", "klasse"), ALLE)
def test_every_command_says_in_german_what_it_is(typ: str, klasse: type[Kommando[Any]]) -> None:
    satz = (klasse.__doc__ or "").strip().splitlines()[0]
    assert satz.endswith("."), klasse
    assert klasse.__doc__ != Befehl.__doc__


def test_only_the_engine_gives_the_engines_commands() -> None:
    for art in ARTEN:
        rollen = {rolle for rolle, _ in rechte.RECHTE[art]}
        assert (rollen == {Rolle.SYSTEM}) == (art in NUR_SYSTEM), art


def test_who_looks_changes_nothing() -> None:
    for art, zeilen in rechte.RECHTE.items():
        assert not {rolle for rolle, _ in zeilen} & NIE, art


def test_who_sits_in_the_council_does_nothing_but_change_and_withdraw_what_is_its_own() -> None:
    darf = {art for art, zeilen in rechte.RECHTE.items() if DRAUSSEN & {rolle for rolle, _ in zeilen}}
    assert darf == {"antrag_aendern", "zurueckziehen"}


def test_the_archive_values_and_takes_over_and_nothing_else() -> None:
    darf = {art for art, zeilen in rechte.RECHTE.items() if Rolle.ARCHIV in {rolle for rolle, _ in zeilen}}
    assert darf == {"bewertung_uebernehmen", "abgabe_bestaetigen"}


def test_facts_are_given_by_the_engine_or_as_past() -> None:
    for _, klasse in ALLE:
        if klasse.tatsache:
            assert klasse.art in NUR_SYSTEM | {"behandlung_nacherfassen"}


@pytest.mark.parametrize("rolle", sorted(set(Rolle) - {Rolle.SYSTEM}))
def test_nobody_of_another_office_touches_a_paper(haus: Rathaus, rolle: Rolle) -> None:
    haus.laufweg()
    fremd = wer("p-x", "a-50", rolle.value)
    erlaubt = {a for a in KERNE["vorlage"].befehle if _may(haus, V, a, fremd)}
    if rolle is Rolle.SITZUNGSDIENST:
        assert erlaubt == set()  # a-50 serves none of the committees
    elif rolle is Rolle.VERWALTUNGSLEITUNG:
        assert erlaubt == {
            "abweichung_festhalten", "beratung_entfallen", "beratung_uebertragen", "depublizieren", "federfuehrung_wechseln", "freigeben",
            "frist_verlaengern", "loeschung_ablehnen", "loeschung_beantragen", "loeschung_bestaetigen",
            "wiederaufnehmen", "zurueckgeben", "zurueckziehen",
        }  # fmt: skip
    elif rolle is Rolle.SCHRIFTFUEHRUNG:
        assert erlaubt == {"abweichung_festhalten", "berichtigen"}
    elif rolle is Rolle.FACHADMINISTRATION:
        assert erlaubt == {"nacherfassen"} | {"behandlung_nacherfassen"}
    else:
        assert erlaubt == set()


def _may(haus: Rathaus, workflow: str, art: str, akteur: Any) -> bool:
    class Probe(Befehl):
        pass

    Probe.art = art
    rw = haus.regelwerke.am("muster", haus.jetzt.date())
    assert rw is not None
    return rechte.may(Probe(schluessel="k", akteur=akteur, regelwerk=OHNE), haus.state(workflow), rw)


def test_the_secretariat_of_the_committee_and_no_other(haus: Rathaus) -> None:
    haus.sitzung()
    with pytest.raises(NichtBefugt, match="Das dürfen"):
        haus.do(S, "top_ergaenzen", wer("p", "a-50", "sitzungsdienst"), titel="x")


def test_a_town_that_names_no_secretariat_lets_any_act(haus: Rathaus) -> None:
    from welt import Welt

    region = Welt(haus.regelwerke, "staedteregion-aachen", haus.jetzt)
    dienst = wer("p", "irgendwo", "sitzungsdienst")
    region.do("sitzung/staedteregion-aachen/s", "planen", dienst, gremium="schul", beginn="2021-06-16T16:00:00Z")
    assert region.state("sitzung/staedteregion-aachen/s").stufe == "geplant"


def test_the_past_is_a_command_like_any(haus: Rathaus) -> None:
    assert all(kern.befehle["nacherfassen"] is Nacherfassen for kern in KERNE.values())
    with pytest.raises(NichtBefugt):
        haus.do(V, "nacherfassen", SB, schritte=vergangenheit())
