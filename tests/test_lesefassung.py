"""Who reads how much of a case: the table of roles, row by row; and what a Lesefassung never holds."""

import datetime as dt
import re
from typing import Any

import pytest

from dokumente.lesefassung import reading
from dokumente.sicht import Teil
from lifecycle.ablehnung import NichtBefugt
from lifecycle.rechte import LESEN, RECHTE, Umfang, extent
from rathaus import DIENST, LEITUNG, SB, SCHRIFT, VORSITZ, Rathaus, S, V, kennung
from schemas.akteur import Rolle
from schemas.lesefassung import Lesefassung, Sitzungssicht, Vorlagensicht
from schemas.regelwerk import Regelwerk
from schemas.sitz import Ratsperson, Sitz
from schemas.zustand import Zustand
from schriftgut import NEUTRAL
from test_dokumente_sicht import VERBOTEN, ZEIT, meeting, paper
from welt import wer

TAG = dt.date(2021, 5, 3)
GEHEIM = "vorlage/muster/geheim"
N, P, G, A = Umfang.NICHTS, Umfang.OEFFENTLICH, Umfang.GREMIUM, Umfang.ALLES
FAELLE = ("entwurf", "frei", "geheim", "sitzung", "nummern", "regelwerk")
TABELLE: dict[tuple[str, str], tuple[Umfang, ...]] = {
    # who: draft of A 46, released paper, invited paper that is not public, its meeting, number range, rules
    ("sachbearbeitung", "a-46"): (A, A, A, P, N, N),
    ("sachbearbeitung", "a-50"): (P, P, P, P, N, N),
    ("amtsleitung", "kaemmerei"): (P, P, P, P, N, N),
    ("dezernatsleitung", "dezernat-ii"): (A, A, A, P, N, N),
    ("dezernatsleitung", "dezernat-i"): (P, P, P, P, N, N),
    ("verwaltungsleitung", "verwaltungsleitung"): (A, A, A, A, A, A),
    ("sitzungsdienst", "a-10"): (P, A, A, A, A, A),
    ("sitzungsdienst", "a-50"): (P, P, P, P, A, A),
    ("schriftfuehrung", "a-10"): (P, P, G, A, N, N),
    ("vorsitz", "a-10"): (P, P, G, A, N, N),
    ("mitglied", "rat-1"): (P, P, P, P, N, N),
    ("fraktion", "rat-1"): (P, P, P, P, N, N),
    ("rechnungspruefung", "rpa"): (A, A, A, A, A, A),
    ("archiv", "stadtarchiv"): (P, P, P, P, N, N),
    ("fachadministration", "it"): (P, P, P, P, A, A),
    ("betrieb", "it"): (P, P, P, P, N, N),
}
"""Office and role to how much they read, as of the plan."""


@pytest.fixture
def stadt(haus: Rathaus) -> dict[str, Zustand]:
    """A draft, a released paper that no meeting has, one that is not public in a meeting that is invited, and the engine's own files."""
    haus.entwurf("vorlage/muster/entwurf")
    haus.freigegeben("vorlage/muster/frei")
    haus.freigegeben(GEHEIM, betreff="Geheimwort", oeffentlich=False, bezeichnung=NEUTRAL)
    haus.sitzung(S)
    haus.aufgesetzt(GEHEIM, S, oeffentlich=False)
    haus.do(S, "einladen", DIENST)
    namen = {f: f"vorlage/muster/{f}" for f in FAELLE[:3]} | {"sitzung": S}
    namen["nummern"] = next(w for w in haus.staende if w.startswith("nummern/"))
    namen["regelwerk"] = "regelwerk/muster/regelwerk"
    return {fall: haus.state(w) for fall, w in namen.items()}


@pytest.fixture
def rw(haus: Rathaus) -> Regelwerk:
    gefunden = haus.regelwerke.am("muster", TAG)
    assert gefunden is not None
    return gefunden


@pytest.mark.parametrize("wen", TABELLE, ids=lambda w: f"{w[0]}@{w[1]}")
def test_the_table_of_readers(stadt: dict[str, Zustand], rw: Regelwerk, wen: tuple[str, str]) -> None:
    rolle, stelle = wen
    gelesen = tuple(extent(wer("p-x", stelle, rolle), stadt[fall], rw, TAG) for fall in FAELLE)
    assert gelesen == TABELLE[wen]


def test_every_role_has_a_row_and_the_engine_none() -> None:
    assert {Rolle(rolle) for rolle, _ in TABELLE} == set(LESEN) == set(Rolle) - {Rolle.SYSTEM}


def test_a_members_right_begins_and_ends_with_the_seat(stadt: dict[str, Zustand], rw: Regelwerk) -> None:
    sitz = Sitz(person="p-rat", gremium="sozialausschuss", von=dt.date(2021, 1, 1), bis=dt.date(2021, 12, 31))
    mit = rw.model_copy(update={"personen": (Ratsperson(id="p-rat", name="Erika Muster"),), "sitze": (sitz,)})
    mitglied, andere = wer("p-rat", "rat-1", "mitglied"), wer("p-y", "rat-1", "mitglied")
    tage = {dt.date(2020, 12, 31): P, dt.date(2021, 1, 1): G, dt.date(2021, 12, 31): G, dt.date(2022, 1, 1): P}
    for tag, wieviel in tage.items():
        assert {extent(mitglied, stadt[f], mit, tag) for f in ("geheim", "sitzung")} == {wieviel}
    assert extent(mitglied, stadt["entwurf"], mit, TAG) is P
    assert extent(andere, stadt["geheim"], mit, TAG) is P
    assert extent(andere.model_copy(update={"fuer": "p-rat"}), stadt["geheim"], mit, TAG) is P, "ein Mandat hat nur einer"


def test_nothing_is_for_committees_before_it_was_sent_to_them(haus: Rathaus, rw: Regelwerk) -> None:
    sitz = Sitz(person="p-rat", gremium="sozialausschuss", von=TAG)
    mit = rw.model_copy(update={"sitze": (sitz,)})
    haus.freigegeben(GEHEIM, oeffentlich=False, bezeichnung=NEUTRAL)
    haus.sitzung(S)
    haus.aufgesetzt(GEHEIM, S, oeffentlich=False)
    mitglied = wer("p-rat", "rat-1", "mitglied")
    assert {extent(mitglied, haus.state(w), mit, TAG) for w in (GEHEIM, S)} == {P}
    haus.do(S, "einladen", DIENST)
    assert {extent(mitglied, haus.state(w), mit, TAG) for w in (GEHEIM, S)} == {G}


def test_a_chair_reads_for_the_own_committee(stadt: dict[str, Zustand], rw: Regelwerk) -> None:
    sitz = Sitz(person="p-vs", gremium="schulausschuss", als="vorsitz", von=TAG)
    mit = rw.model_copy(update={"sitze": (sitz,)})
    assert extent(wer("p-vs", "a-10", "vorsitz"), stadt["sitzung"], mit, TAG) is P
    eigener = mit.model_copy(update={"sitze": (sitz.model_copy(update={"gremium": "sozialausschuss"}),)})
    assert extent(wer("p-vs", "a-10", "vorsitz"), stadt["sitzung"], eigener, TAG) is A


def test_nobody_reads_for_somebody_whose_deputy_they_are_not(stadt: dict[str, Zustand], rw: Regelwerk) -> None:
    streng = rw.model_copy(update={"vertretungen": ()})
    with pytest.raises(NichtBefugt, match="Vertretung"):
        extent(SB.model_copy(update={"fuer": "p-9"}), stadt["entwurf"], streng, TAG)


def test_who_acts_by_office_reads_what_they_act_on(stadt: dict[str, Zustand], rw: Regelwerk) -> None:
    """Or a command would be refused as if there were no such case."""
    for akteur, fall in (
        (SB, "entwurf"),
        (LEITUNG, "entwurf"),
        (DIENST, "frei"),
        (DIENST, "sitzung"),
        (VORSITZ, "sitzung"),
        (SCHRIFT, "sitzung"),
    ):
        assert extent(akteur, stadt[fall], rw, TAG) is A
    assert {r for zeilen in RECHTE.values() for r, _ in zeilen} - {Rolle.SYSTEM} <= set(LESEN)


# --- what a Lesefassung holds ------------------------------------------------------------------------------------------------


def _text(fassung: Lesefassung | None) -> str:
    assert fassung is not None
    return fassung.model_dump_json()


@pytest.mark.parametrize("z", [meeting(), paper(), meeting(stufe="abgesagt")])
def test_the_public_reads_nothing_that_is_hidden(z: Zustand) -> None:
    assert not re.findall(VERBOTEN[Teil.INTERNET], _text(reading(z, P)))


@pytest.mark.parametrize("z", [meeting(), paper()])
def test_a_committee_reads_what_is_not_public_and_nothing_of_the_house(z: Any) -> None:
    text = _text(reading(z, G))
    assert re.search(r"H_(TITEL|GEHEIME_ANLAGE)", text)
    assert not re.findall(r"H_(BEMERKUNG|ENTWURF|ZUSATZ|ZWISCHEN|REGEL|HINWEIS|ABSAGE|GRUND)|P_NAME|P_AKTE|p-1\b|m-1\b", text)


def test_what_is_to_be_read_is_there(haus: Rathaus) -> None:
    haus.behandelt()
    v, s = reading(haus.state(V), P), reading(haus.state(S), P)
    assert isinstance(v, Vorlagensicht) and isinstance(s, Sitzungssicht)
    assert (v.betreff, v.fassungen[0].abschnitte[0].name) == ("Sachstand", "Sachlage")
    assert v.beratungen[0].behandlungen[0].beschluss is not None
    assert s.tops[0].vorlagen[0].vorlage == kennung(V) and s.tops[0].beschluesse[0].vorlage == kennung(V)


def test_a_treatment_in_the_nonpublic_part_is_not_told_to_the_public(haus: Rathaus) -> None:
    haus.behandelt()
    haus.do(S, "sitzung_oeffentlichkeit", DIENST, top=1, oeffentlich=False, grund="Persönliches", bezeichnung=NEUTRAL)
    v, intern = reading(haus.state(V), P), reading(haus.state(V), G)
    assert isinstance(v, Vorlagensicht) and isinstance(intern, Vorlagensicht)
    assert (len(v.beratungen[0].behandlungen), len(intern.beratungen[0].behandlungen)) == (0, 1)


def test_what_was_depublished_is_gone_for_the_public_only(haus: Rathaus) -> None:
    haus.behandelt()
    haus.do(V, "depublizieren", DIENST, grund="Namen im Text")
    assert reading(haus.state(V), P) is None
    assert reading(haus.state(V), G) is not None


def test_drafts_and_empty_cases_have_none(haus: Rathaus) -> None:
    haus.entwurf(V)
    assert reading(haus.state(V), P) is None
    assert reading(haus.state("sitzung/muster/neu"), P) is None
    assert reading(paper(stufe="entwurf"), N) is None
    assert ZEIT.tzinfo is not None
