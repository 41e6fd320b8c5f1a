"""Hypothesis walks the town at random: commands good and bad, in any order, over papers, meetings and tasks."""

import datetime as dt
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import regelwerk
from lifecycle.ablehnung import Ablehnung
from lifecycle.fristen import running
from lifecycle.kern import fold_all
from lifecycle.kerne import KERNE, kern_of
from lifecycle.rechte import RECHTE
from lifecycle.sitzung.folgen import as_copy
from rathaus import A50, AL, DEZERNAT, DIENST, KAEMMEREI, LEITUNG, SACHLAGE, SB, SB2, SCHRIFT, TEXT, VORSITZ, Rathaus
from schemas.vorlage import ENDEN, Vorlage

REGELWERKE = regelwerk.load(Path(__file__).parents[1] / "regelwerke")
LEUTE = [SB, SB2, AL, KAEMMEREI, A50, DEZERNAT, LEITUNG, DIENST, SCHRIFT, VORSITZ]
VORLAGEN = [f"vorlage/kreisstadt/v{n}" for n in range(3)]
SITZUNGEN = [f"sitzung/kreisstadt/s{n}" for n in range(3)]
GREMIEN = ["sozialausschuss", "schulausschuss", "rat"]
WORTLAUTE = ["zur Kenntnis genommen", "vertagt", "verwiesen", "abgelehnt", "abgesetzt", "zurückgezogen", "so lala"]

texte = st.sampled_from(["Grund", "", "Ein längerer Grund."])
NEU = {"name": "Sachlage", "digest": "b" * 64, "groesse": 2}

FELDER: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "bearbeiten": {"betreff": st.sampled_from(["Neu", ""])},
    "beteiligen": {"plaetze": st.just([{"schritt": 3, "stelle": "a-50"}])},
    "mitzeichnen": {"antwort": st.sampled_from(["mitgezeichnet", "nicht_mitgezeichnet", "zurueckgegeben"]), "bemerkung": texte},
    "zurueckgeben": {"grund": texte},
    "redaktionell_aendern": {"abschnitte": st.just([NEU]), "grund": texte},
    "inhalt_aendern": {"abschnitte": st.just([NEU]), "grund": texte},
    "neufassen": {"abschnitte": st.just([NEU]), "grund": texte},
    "anmelden": {"sitzung": st.sampled_from(["s0", "s1", "s2"]), "beratung": st.integers(1, 3)},
    "beratung_ergaenzen": {"gremium": st.sampled_from(GREMIEN)},
    "beratung_entfallen": {"beratung": st.integers(1, 3), "grund": texte},
    "beratung_beenden": {"grund": texte},
    "zurueckziehen": {"grund": texte},
    "ersetzen": {"durch": st.just("v9"), "grund": texte},
    "vorlage_oeffentlichkeit": {"oeffentlich": st.booleans(), "grund": texte, "bezeichnung": st.just("Neutral")},
    "aufnehmen": {"vorlage": st.sampled_from(["v0", "v1", "v2"])},
    "anmeldung_ablehnen": {"vorlage": st.sampled_from(["v0", "v1"]), "grund": texte},
    "top_ergaenzen": {"titel": texte},
    "absetzen": {"top": st.integers(1, 6), "grund": texte},
    "ruecknahme_entscheiden": {"vorlage": st.sampled_from(["v0", "v1"]), "angenommen": st.booleans(), "grund": texte},
    "verlegen": {"grund": texte, "beginn": st.sampled_from(["2021-06-30T16:00:00Z", "2021-09-15T16:00:00Z"])},
    "absagen": {"grund": texte, "auf": st.sampled_from([None, "s2"])},
    "ergebnis": {"top": st.integers(1, 6), "wortlaut": st.sampled_from(WORTLAUTE)},
    "ergebnis_berichtigen": {"top": st.integers(1, 6), "wortlaut": st.sampled_from(WORTLAUTE), "grund": texte},
    "einordnen": {"top": st.integers(1, 6), "klasse": st.sampled_from(["noted", "deferred"])},
    "niederschrift_erfassen": {"text": st.just(TEXT)},
    "niederschrift_unterzeichnen": {"original": st.just("Akte")},
    "auftrag_festhalten": {
        "top": st.integers(1, 6), "verlangt": st.just("Bericht"), "grundlage": st.sampled_from(["bitte", "zusage"]),
        "von_wem": st.just("ein Mitglied"), "stelle": st.sampled_from([None, "a-50"]),
        "faellig_sitzung": st.sampled_from([None, "sozialausschuss"]), "jede_sitzung": st.just(False),
    },
    "frist_verlaengern": {
        "frist": st.sampled_from(["faelligkeit", "ladung", "mitzeichnung/1/1/a-46/sachbearbeitung"]),
        "bis": st.sampled_from(["2021-05-20", "2021-08-01"]), "grund": texte,
    },
    "federfuehrung_wechseln": {"stelle": st.sampled_from(["a-50", "a-46"]), "grund": texte},
    "beratung_uebertragen": {"beratung": st.integers(1, 3), "gremium": st.sampled_from(GREMIEN), "grund": texte},
    "tops_ordnen": {"tops": st.permutations([1, 2, 3])},
    "top_verschieben": {
        "top": st.integers(1, 6), "oeffentlich": st.booleans(), "grund": texte, "bezeichnung": st.just("Neutral"),
    },
    "bereitstellen": {"vorlage": st.sampled_from(["v0", "v1"])},
    "bekanntmachen": {"wo": texte},
    "anwesenheit_erfassen": {"wer": st.just("m-1")},
    "niederschrift_genehmigen": {"sitzung": st.sampled_from(["s0", "s1"])},
    "vollzug_aussetzen": {"top": st.integers(1, 6), "grund": texte},
    "vollzug_freigeben": {"top": st.integers(1, 6)},
    "beschluss_aufheben": {"top": st.integers(1, 6), "grund": texte},
    "faelligkeit_aendern": {"grund": texte, "zur_sitzung_von": st.sampled_from(["sozialausschuss", "schulausschuss"])},
    "auftrag_uebertragen": {"gremium": st.sampled_from(GREMIEN), "grund": texte},
    "zuweisen": {"stelle": st.just("a-50")},
    "berichtigen": {"zu_seq": st.integers(1, 30), "richtig": texte, "grund": texte},
}  # fmt: skip
OHNE_FELDER = {
    "einreichen",
    "freigeben",
    "formal_annehmen",
    "tagesordnung_festsetzen",
    "tagesordnung_zustimmen",
    "nachtrag_ausgeben",
    "sitzung_unterbrechen",
    "sitzung_fortsetzen",
    "einladen",
    "eroeffnen",
    "schliessen",
    "annehmen",
    "beginnen",
    "erledigt_melden",
    "erledigung_bestaetigen",
}
MIT_GRUND = {"ablehnen", "aussetzen", "fortsetzen", "nicht_ausfuehren", "aufheben"}


def felder_zu(art: str) -> st.SearchStrategy[dict[str, Any]]:
    if art in MIT_GRUND:
        return st.fixed_dictionaries({"grund": texte})
    return st.fixed_dictionaries(FELDER.get(art, {}))


def arten(typ: str) -> list[str]:
    return sorted(a for a in KERNE[typ].befehle if a in FELDER or a in OHNE_FELDER or a in MIT_GRUND)


def wer_darf(art: str) -> st.SearchStrategy[Any]:
    """Mostly somebody whose role may; sometimes anybody."""
    rollen = {rolle for rolle, _ in RECHTE[art]}
    return st.sampled_from([a for a in LEUTE if a.rolle in rollen] * 4 + LEUTE)


def befehle(typ: str) -> st.SearchStrategy[tuple[str, dict[str, Any], Any]]:
    return st.sampled_from(arten(typ)).flatmap(lambda art: st.tuples(st.just(art), felder_zu(art), wer_darf(art)))


class Stadt(RuleBasedStateMachine):
    """Three papers, three meetings, ten people."""

    def __init__(self) -> None:
        super().__init__()
        self.haus = Rathaus(REGELWERKE, "kreisstadt")
        self.geschlossen: dict[str, Any] = {}
        self.nummern: dict[str, str] = {}
        for nr in range(2):
            self.entwerfen(nr, ["sozialausschuss"], fakt=False)
            self.planen(nr, "sozialausschuss")
        self.zuegig_freigeben(0)

    def versuche(self, workflow: str, art: str, akteur: Any, **felder: Any) -> None:
        """A refusal is fine; anything else that is raised is a mistake of ours."""
        kern = kern_of(workflow)
        vorher = kern.stufe(self.haus.state(workflow))
        try:
            self.haus.give(workflow, art, akteur, **felder)
        except Ablehnung:
            return
        nachher = kern.stufe(self.haus.state(workflow))
        if nachher != vorher:
            assert nachher in kern.befehle[art].targets(vorher), f"{art}: {vorher} -> {nachher} steht nicht in nach"
        self.haus.deliver()

    @rule(nr=st.integers(0, 2), gremien=st.lists(st.sampled_from(GREMIEN), max_size=2), fakt=st.booleans())
    def entwerfen(self, nr: int, gremien: list[str], fakt: bool) -> None:
        angaben = ["finanzielle_auswirkungen"] if fakt else []
        self.versuche(
            VORLAGEN[nr], "entwerfen", SB, vorlageart="mitteilungsvorlage", betreff="B", federfuehrend="a-46",
            abschnitte=[SACHLAGE], angaben=angaben, beratungsfolge=[{"gremium": g} for g in gremien],
        )  # fmt: skip

    @rule(nr=st.integers(0, 2), gremium=st.sampled_from(GREMIEN))
    def planen(self, nr: int, gremium: str) -> None:
        beginn = self.haus.jetzt + dt.timedelta(days=10 + nr)
        self.versuche(SITZUNGEN[nr], "planen", DIENST, gremium=gremium, beginn=beginn)

    @rule(nr=st.integers(0, 2), was=befehle("vorlage"), abweichung=st.sampled_from([None, "so gewollt"]))
    def an_der_vorlage(self, nr: int, was: tuple[str, dict[str, Any], Any], abweichung: str | None) -> None:
        self.versuche(VORLAGEN[nr], was[0], was[2], abweichung=abweichung, **was[1])

    @rule(nr=st.integers(0, 2))
    def zuegig_freigeben(self, nr: int) -> None:
        """A paper straight to its release: so that the walk gets into the committees often enough."""
        v = VORLAGEN[nr]
        self.versuche(v, "einreichen", SB)
        for akteur in (SB2, AL, DEZERNAT):
            self.versuche(v, "mitzeichnen", akteur)
        self.versuche(v, "freigeben", LEITUNG, abweichung="eilt")

    @rule(nr=st.integers(0, 2), v=st.integers(0, 2), bis=st.integers(1, 4))
    def auf_die_tagesordnung(self, nr: int, v: int, bis: int) -> None:
        """A paper onto an agenda and into the meeting, as far as ``bis``."""
        s = SITZUNGEN[nr]
        self.versuche(VORLAGEN[v], "anmelden", SB, sitzung=f"s{nr}", beratung=1, abweichung="eilt")
        for art, akteur, felder in (
            ("aufnehmen", DIENST, {"vorlage": f"v{v}"}),
            ("einladen", DIENST, {}),
            ("eroeffnen", VORSITZ, {}),
            ("ergebnis", SCHRIFT, {"vorlage": f"v{v}", "wortlaut": WORTLAUTE[(nr + v + bis) % len(WORTLAUTE)]}),
        )[:bis]:
            if f"vorlage/kreisstadt/v{v}" in self.haus.staende:
                self.versuche(s, art, akteur, abweichung="eilt", **felder)

    @rule(nr=st.integers(0, 2))
    def zu_ende(self, nr: int) -> None:
        """The meeting closed and its minutes signed."""
        s = SITZUNGEN[nr]
        self.versuche(s, "schliessen", VORSITZ)
        self.versuche(s, "niederschrift_erfassen", SCHRIFT, text=TEXT)
        self.versuche(s, "niederschrift_unterzeichnen", SCHRIFT, original="Akte")
        self.versuche(s, "niederschrift_unterzeichnen", VORSITZ, original="Akte")

    @rule(nr=st.integers(0, 2), was=befehle("sitzung"))
    def in_der_sitzung(self, nr: int, was: tuple[str, dict[str, Any], Any]) -> None:
        if was[0] != "aufnehmen" or f"vorlage/kreisstadt/{was[1]['vorlage']}" in self.haus.staende:
            self.versuche(SITZUNGEN[nr], was[0], was[2], abweichung="so gewollt", **was[1])

    @precondition(lambda self: any(w.startswith("auftrag/") for w in self.haus.staende))
    @rule(data=st.data(), was=befehle("auftrag"))
    def am_auftrag(self, data: Any, was: tuple[str, dict[str, Any], Any]) -> None:
        alle = sorted(w for w in self.haus.staende if w.startswith("auftrag/"))
        self.versuche(data.draw(st.sampled_from(alle)), was[0], was[2], **was[1])

    @rule(stunden=st.integers(0, 120))
    def zeit_vergeht(self, stunden: int) -> None:
        self.haus.bis(self.haus.jetzt + dt.timedelta(hours=stunden))

    @invariant()
    def no_deadline_is_lost_or_doubled(self) -> None:
        for workflow, z in self.haus.staende.items():
            laufend = [f.id for f in running(z)]
            assert len(set(laufend)) == len(laufend)
            if kern_of(workflow).closed(z):
                assert not laufend, workflow
            else:
                assert all(f.faellig > self.haus.jetzt for f in running(z)), workflow

    @invariant()
    def no_entry_is_lost_and_the_entries_yield_the_state(self) -> None:
        for workflow, z in self.haus.staende.items():
            verlauf = self.haus.verlauf[workflow]
            assert [e.seq for e in verlauf] == list(range(1, z.seq + 1))
            assert fold_all(kern_of(workflow), workflow, verlauf) == z

    @invariant()
    def what_is_closed_stays(self) -> None:
        for workflow, z in self.haus.staende.items():
            if kern_of(workflow).closed(z):
                assert self.geschlossen.setdefault(workflow, z) == z

    @invariant()
    def nothing_stays_pending(self) -> None:
        assert not self.haus.rufe

    @invariant()
    def numbers_are_unique_and_stay(self) -> None:
        for workflow, z in self.haus.staende.items():
            if isinstance(z, Vorlage) and z.nummer:
                assert self.nummern.setdefault(workflow, z.nummer) == z.nummer
        assert len(set(self.nummern.values())) == len(self.nummern)

    @invariant()
    def papers_and_meetings_agree(self) -> None:
        """Every outcome that a meeting holds for an open paper stands in that paper, at the same wording."""
        for workflow, z in self.haus.staende.items():
            if not workflow.startswith("sitzung/"):
                continue
            for top in z.tops:
                for tv in top.vorlagen:
                    v = self.haus.staende.get(f"vorlage/kreisstadt/{tv.vorlage}")
                    if v is None or v.stufe in ENDEN:
                        continue
                    stand = next(t for b in v.beratungen for t in b.behandlungen if (t.sitzung, t.top) == (z.id, top.id))
                    soll = as_copy(z, top, tv)
                    assert stand.model_copy(update={"revision": 0}) == soll.model_copy(update={"revision": 0})

    @invariant()
    def four_eyes(self) -> None:
        for z in self.haus.staende.values():
            if isinstance(z, Vorlage) and not z.abweichungen:
                for f in z.fassungen:
                    wer = [p.antwort.akteur.person for p in f.plaetze if p.antwort]
                    wer += [f.freigabe.akteur.person] if f.freigabe else []
                    assert len(set(wer)) == len(wer)
                    assert not f.freigabe or f.freigabe.akteur.person not in f.verfasst_von


def walk(beispiele: int, schritte: int, *, gleich: bool) -> None:
    run_state_machine_as_test(
        Stadt,
        settings=settings(
            max_examples=beispiele,
            stateful_step_count=schritte,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=gleich,
            print_blob=True,
        ),
    )


def test_a_walk_through_the_town() -> None:
    """The same walk every time, so that a red run is about the change at hand; the long one looks for new ways."""
    walk(40, 40, gleich=True)


@pytest.mark.schwer
@pytest.mark.timeout(900)
def test_a_long_walk_through_the_town() -> None:
    walk(600, 80, gleich=False)
