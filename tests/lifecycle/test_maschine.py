"""Hypothesis walks the town at random: commands good and bad, in any order, over papers, meetings and tasks."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from random import Random
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from befehlsvorrat import BEHANDELT, FELDER, GREMIEN, NEU, ORT, TYPEN, WORTLAUTE, Haus, arten, felder, parses, possible, wer_darf
from beweis.kopf import make_head
from lifecycle.ablehnung import Ablehnung
from lifecycle.fristen import Anlass, next_alarm, running
from lifecycle.gemeinsam import seal_digest
from lifecycle.kern import Kern, fold
from lifecycle.kerne import KERNE, kern_of
from lifecycle.rechte import ERFASSEN_VERGANGENES
from lifecycle.sitzung.folgen import as_copy
from lifecycle.verweise import VERWEISE
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SACHLAGE, SB, SB2, SCHRIFT, TEXT, VORSITZ
from register.vergessen import verify_forgettable
from schemas.akteur import Akteur, Rolle
from schemas.befehl import Eintrag
from schemas.sitzung import Sitzung
from schemas.vorlage import ENDEN, Vorlage
from welt import wer

VORLAGEN = [f"vorlage/{ORT}/v{n}" for n in range(3)]
SITZUNGEN = [f"sitzung/{ORT}/s{n}" for n in range(3)]
EIN_AUFTRAG = f"auftrag/{ORT}/a0"
NACH_DEM_ENDE = {"rueckmeldung", "versiegelt", "wiederaufnehmen"}
ANGENOMMEN: Counter[tuple[str, str]] = Counter()
"""How often each command of people was accepted, by kind of case."""


class Stadt(RuleBasedStateMachine):
    """Three papers, three meetings, and people with several hats."""

    def __init__(self) -> None:
        super().__init__()
        self.haus = Haus()
        self.geprueft: dict[str, Any] = {}
        self.geklingelt: set[tuple[str, str, int, dt.datetime]] = set()
        self.nummern: dict[str, str] = {}
        for nr in range(2):
            self.entwerfen(nr, ["sozialausschuss"], fakt=False)
            self.planen(nr, "sozialausschuss")
        self.zuegig_freigeben(0)

    def versuche(self, workflow: str, art: str, akteur: Akteur, **felder: Any) -> None:
        """A refusal is fine; anything else that is raised is a mistake of ours."""
        kern = kern_of(workflow)
        vorher = kern.stufe(self.haus.state(workflow))
        genannt = [f"{typ}/{ORT}/{felder[feld]}" for feld, typ in VERWEISE.items() if isinstance(felder.get(feld), str)]
        if any(w not in self.haus.staende for w in genannt):
            return  # the door finds no such case
        if art == "wiederaufnehmen":
            felder |= self.haus.seal_of(workflow)
        try:
            if art == "loeschung_beantragen":
                verify_forgettable(workflow, [make_head(e, None) for e in self.haus.verlauf[workflow]], felder["stellen"])
            self.haus.give(workflow, art, akteur, **felder)
        except Ablehnung:
            return
        note(f"{workflow}: {art} {felder} von {akteur.person} ({akteur.rolle}) für {akteur.fuer}")
        ANGENOMMEN[kern.typ, art] += 1
        nachher = kern.stufe(self.haus.state(workflow))
        if nachher != vorher and art != "nacherfassen" and "geschehen" not in felder:
            assert nachher in kern.befehle[art].targets(vorher), f"{art}: {vorher} -> {nachher} steht nicht in nach"
        self.haus.deliver()
        self.haus.bis(self.haus.jetzt)

    def ziehe(self, workflow: str, zufall: Random) -> None:
        """Mostly what is possible at the stage; sometimes anything."""
        kern, z = kern_of(workflow), self.haus.state(workflow)
        alle = arten(kern.typ)
        geht = [a for a in alle if possible(kern, z, kern.befehle[a])]
        art = zufall.choice(geht if geht and zufall.randrange(8) else alle)
        akteur, f = wer_darf(art, zufall), felder(kern.typ, art, zufall)
        f["abweichung"] = zufall.choice(["so gewollt", "so gewollt", None])
        stunden = zufall.choice([None] * 7 + [1, 40])
        if art == "behandlung_nacherfassen" or (stunden and akteur.rolle in ERFASSEN_VERGANGENES and art != "nacherfassen"):
            f["geschehen"] = self.haus.jetzt - dt.timedelta(hours=stunden or 1)
        self.versuche(workflow, art, akteur, **f)

    def entwerfen(self, nr: int, gremien: list[str], fakt: bool) -> None:
        angaben = ["finanzielle_auswirkungen"] if fakt else []
        self.versuche(
            VORLAGEN[nr], "entwerfen", SB, vorlageart="mitteilungsvorlage", betreff="B", federfuehrend="a-46",
            abschnitte=[SACHLAGE], angaben=angaben, beratungsfolge=[{"gremium": g} for g in gremien],
        )  # fmt: skip

    def antrag(self, nr: int, zufall: Random) -> None:
        """A motion as far as its formal acceptance; and what answers it."""
        f = felder("vorlage", "entgegennehmen", zufall) | {"vorlageart": "antrag", "betreff": "Radweg", "eingegangen": None}
        self.versuche(VORLAGEN[nr], "entgegennehmen", DIENST, **f)
        self.mehrmals(VORLAGEN[nr], zufall)
        self.versuche(VORLAGEN[nr], "formal_annehmen", DIENST)
        self.versuche(VORLAGEN[nr - 1], "verknuepfen", SB, als="beantwortet", mit=f"v{nr}")

    def planen(self, nr: int, gremium: str) -> None:
        beginn = self.haus.jetzt + dt.timedelta(days=10 + nr)
        self.versuche(SITZUNGEN[nr], "planen", DIENST, gremium=gremium, beginn=beginn)

    def zuegig_freigeben(self, nr: int) -> None:
        """A paper straight to its release: so that the walk gets into the committees often enough."""
        self.versuche(VORLAGEN[nr], "einreichen", SB)
        for akteur in (SB2, AL, DEZERNAT):
            self.versuche(VORLAGEN[nr], "mitzeichnen", akteur)
        self.versuche(VORLAGEN[nr], "freigeben", LEITUNG, abweichung="eilt")

    def reihum(self, workflow: str, zufall: Random, *arten: str, **felder: Any) -> None:
        """One act after the other under any of everybody's hats: where one person could act for two."""
        for art in arten:
            self.versuche(workflow, art, wer_darf(art, zufall), abweichung="eilt", **felder)

    def auf_die_tagesordnung(self, nr: int, v: int, bis: int) -> None:
        """A paper onto an agenda and into the meeting, as far as ``bis``."""
        self.versuche(VORLAGEN[v], "anmelden", SB, sitzung=f"s{nr}", beratung=1, abweichung="eilt")
        for art, akteur, f in (
            ("aufnehmen", DIENST, {"vorlage": f"v{v}"}),
            ("einladen", DIENST, {}),
            ("eroeffnen", VORSITZ, {}),
            ("ergebnis", SCHRIFT, {"vorlage": f"v{v}", "wortlaut": WORTLAUTE[(nr + v + bis) % len(WORTLAUTE)]}),
        )[:bis]:
            self.versuche(SITZUNGEN[nr], art, akteur, abweichung="eilt", **f)

    def zu_ende(self, nr: int, zufall: Random) -> None:
        """The meeting closed and its minutes signed, in whatever hats."""
        self.versuche(SITZUNGEN[nr], "schliessen", VORSITZ)
        self.versuche(SITZUNGEN[nr], "niederschrift_erfassen", SCHRIFT, text=TEXT)
        self.reihum(SITZUNGEN[nr], zufall, *("niederschrift_unterzeichnen",) * 4, original="Akte")

    def mehrmals(self, workflow: str, zufall: Random) -> None:
        for _ in range(5):
            self.ziehe(workflow, zufall)

    @rule(samen=st.integers(0, 2**32 - 1))
    def etwas_geschieht(self, samen: int) -> None:
        """One rule and a seed: hypothesis likes to draw the same again, which leaves most of a hundred commands untried."""
        zufall = Random(f"{samen}/{len(self.haus.gegeben)}")
        nr, v = zufall.randrange(3), zufall.randrange(3)
        auftraege = sorted({w for w in self.haus.staende if w.startswith("auftrag/")} | {EIN_AUFTRAG})
        taten: list[Callable[[], None]] = [
            *[lambda: self.mehrmals(VORLAGEN[v], zufall)] * 3,
            *[lambda: self.mehrmals(SITZUNGEN[nr], zufall)] * 6,
            *[lambda: self.mehrmals(zufall.choice(auftraege), zufall)] * 2,
            lambda: self.entwerfen(v, zufall.sample(GREMIEN, 2), fakt=zufall.random() < 0.5),
            *[lambda: self.antrag(v, zufall)] * 2,
            lambda: self.planen(nr, zufall.choice(GREMIEN)),
            lambda: self.zuegig_freigeben(v),
            *[lambda: self.reihum(VORLAGEN[v], zufall, "einreichen", *("mitzeichnen",) * 8, *("freigeben",) * 4)] * 2,
            lambda: self.reihum(SITZUNGEN[nr], zufall, *("tagesordnung_festsetzen",) * 4, *("tagesordnung_zustimmen",) * 3),
            *[lambda: self.auf_die_tagesordnung(nr, v, zufall.randint(1, 4))] * 2,
            lambda: self.zu_ende(nr, zufall),
            lambda: self.haus.bis(self.haus.jetzt + dt.timedelta(hours=zufall.randrange(120))),
        ]
        zufall.choice(taten)()

    # --- what always holds ------------------------------------------------------------------------------------------

    @invariant()
    def no_entry_is_lost_and_the_entries_yield_the_state(self) -> None:
        for workflow, z in self.haus.staende.items():
            kern, verlauf = kern_of(workflow), self.haus.verlauf[workflow]
            alt = self.haus.bereinigt.pop(workflow, None) or self.geprueft.get(workflow) or kern.empty(workflow)
            assert [e.seq for e in verlauf[alt.seq :]] == list(range(alt.seq + 1, z.seq + 1))
            for eintrag in verlauf[alt.seq :]:
                neu = fold(kern, alt, eintrag)
                self._closed_stays(kern, alt, neu, eintrag)
                self._rings_once(workflow, alt, neu, eintrag)
                alt = neu
            assert alt == z, workflow
            if self.geprueft.get(workflow) is not z:
                assert kern.zustand.model_validate_json(z.model_dump_json()) == z
                assert kern.zustand.model_validate(z.model_dump(mode="json", exclude_defaults=True)) == z
            self.geprueft[workflow] = z

    def _closed_stays(self, kern: Kern[Any], alt: Any, neu: Any, eintrag: Eintrag) -> None:
        art = str(eintrag.befehl["art"])
        if not kern.closed(alt) or art == "wiederaufnehmen" or art.startswith(("loeschung_", "depublizieren")):
            return
        assert art in NACH_DEM_ENDE and alt.siegel is None, f"{eintrag.workflow}: {art} nach dem Ende"
        erlaubt = {"seq": 0, "zuletzt": None, "regelwerk": None, "siegel": None, "hinweise": ()} | (
            {"nummer": None} if kern.typ == "vorlage" else {}
        )
        a, b = alt.model_copy(update=erlaubt), neu.model_copy(update=erlaubt)
        assert a == b, f"{eintrag.workflow}: {art} ändert {[n for n in type(a).model_fields if getattr(a, n) != getattr(b, n)]}"

    def _rings_once(self, workflow: str, alt: Any, neu: Any, eintrag: Eintrag) -> None:
        assert [f.id for f in neu.fristen[: len(alt.fristen)]] == [f.id for f in alt.fristen]  # no deadline is forgotten
        if eintrag.befehl["art"] not in set(Anlass):
            return
        alarm = next_alarm(alt)
        assert alarm and (alarm[1].id, alarm[2]) == (eintrag.befehl["frist"], eintrag.befehl["art"])
        nr = next(i for i, f in enumerate(alt.fristen) if f is alarm[1])
        laut = (workflow, str(alarm[2]), nr, alarm[0])
        assert laut not in self.geklingelt, f"klingelt zweimal: {laut}"
        self.geklingelt.add(laut)

    @invariant()
    def what_is_closed_is_sealed(self) -> None:
        for workflow, z in self.haus.staende.items():
            assert z.siegel == (seal_digest(z) if kern_of(workflow).closed(z) else None), workflow

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
        for z in self.haus.staende.values():
            if not isinstance(z, Sitzung):
                continue
            for top in z.tops:
                for tv in top.vorlagen:
                    v = self.haus.staende.get(f"vorlage/{ORT}/{tv.vorlage}")
                    if v is None or v.stufe in ENDEN:
                        continue
                    wo = {"revision": 0}
                    gemeldet = [t for b in v.beratungen for t in b.behandlungen if (t.sitzung, t.top) == (z.id, top.id)]
                    soll = as_copy(z, top, tv).model_copy(update=wo)
                    if not gemeldet and self._taken_up_again(v):
                        continue  # put on the agenda while it was closed: the door asks only meetings that the paper knows
                    assert soll in [t.model_copy(update=wo) for t in gemeldet], f"{v.id} weiß anderes von {z.id}/{top.id}"

    def _taken_up_again(self, v: Vorlage) -> bool:
        return any(e.befehl["art"] == "wiederaufnehmen" for e in self.haus.verlauf[f"vorlage/{ORT}/{v.id}"])

    @invariant()
    def four_eyes(self) -> None:
        """Nobody, for whomever they act, signs, releases or agrees to what they have signed, written or set themselves."""
        for z in self.haus.staende.values():
            if z.nacherfasst:
                continue  # the past is recorded as it was
            if isinstance(z, Vorlage):
                for f in z.fassungen:
                    zeichner = [p.antwort.akteur for p in f.plaetze if p.antwort and p.antwort.akteur.rolle is not Rolle.SYSTEM]
                    freigabe = [f.freigabe.akteur] if f.freigabe else []
                    assert_apart(*(a.personen for a in zeichner + freigabe))
                    for a in freigabe:
                        assert_apart(a.personen, frozenset(f.verfasst_von))
            if isinstance(z, Sitzung):
                assert_apart(*(u.akteur.personen for u in z.unterschriften))
                for t in z.tagesordnungen:
                    if t.zustimmung:
                        assert_apart(t.akteur.personen, t.zustimmung.personen)


def assert_apart(*gruppen: frozenset[str]) -> None:
    for a, b in combinations(gruppen, 2):
        assert not a & b, f"vier Augen: {sorted(a & b)} zweimal"


def test_a_task_at_an_item_that_is_not_public_is_never_lost() -> None:
    haus = Haus()
    haus.freigegeben(VORLAGEN[0])
    haus.sitzung(SITZUNGEN[0])
    haus.do(SITZUNGEN[0], "aufnehmen", DIENST, vorlage="v0", oeffentlich=False)
    haus.do(SITZUNGEN[0], "eroeffnen", VORSITZ)
    top = next(t.id for t in haus.state(SITZUNGEN[0]).tops if not t.oeffentlich)
    was = {"top": top, "verlangt": "Bericht", "grundlage": "zusage", "von_wem": "ein Mitglied"}
    with pytest.raises(Ablehnung, match="neutrale Bezeichnung"):
        haus.do(SITZUNGEN[0], "auftrag_festhalten", SCHRIFT, **was)
    haus.do(SITZUNGEN[0], "auftrag_festhalten", SCHRIFT, **was, bezeichnung="Neutral")
    assert any(w.startswith("auftrag/") for w in haus.staende)


def test_both_requests_of_a_paper_are_declined_when_its_meeting_is_cancelled() -> None:
    haus = Haus()
    haus.freigegeben(VORLAGEN[0], gremien=("sozialausschuss", "sozialausschuss"))
    haus.sitzung(SITZUNGEN[0])
    haus.aufgesetzt(VORLAGEN[0], SITZUNGEN[0], 1)
    haus.do(SITZUNGEN[0], "einladen", DIENST, abweichung="eilt")
    haus.do(VORLAGEN[0], "zurueckziehen", SB, grund="doch nicht")
    haus.do(VORLAGEN[0], "anmelden", SB, sitzung="s0", beratung=2, abweichung="eilt")
    haus.do(SITZUNGEN[0], "absagen", DIENST, grund="Sturm")
    assert [h.split(":")[0] for h in haus.state(VORLAGEN[0]).hinweise] == [
        "Die Anmeldung wurde abgelehnt",
        "Die Rücknahme wurde abgelehnt",
    ]


def test_a_paper_that_is_decided_while_being_signed_can_be_taken_up_again() -> None:
    haus = Haus()
    haus.laufweg(VORLAGEN[0])
    haus.do(VORLAGEN[0], "behandlung_nacherfassen", DIENST, stand=BEHANDELT, geschehen=haus.jetzt)
    z = haus.state(VORLAGEN[0])
    assert z.stufe in ENDEN and not list(running(z)) and z.siegel == seal_digest(z)
    haus.do(VORLAGEN[0], "wiederaufnehmen", LEITUNG, grund="doch", **haus.seal_of(VORLAGEN[0]))


def test_who_released_a_paper_does_not_write_at_it_afterwards() -> None:
    haus = Haus()
    haus.freigegeben(VORLAGEN[0])
    with pytest.raises(Ablehnung, match="niemand gibt frei, was er selbst verfasst hat"):
        haus.do(VORLAGEN[0], "redaktionell_aendern", wer("p-bm", "a-46", "amtsleitung"), abschnitte=[NEU], grund="Komma")


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


@pytest.mark.parametrize("typ", TYPEN)
def test_the_walk_draws_every_command_that_people_give(typ: str) -> None:
    """What the table lacks is never tried; what does not parse is refused each time, and nobody would notice."""
    kern, zufall = KERNE[typ], Random(1)
    for art in arten(typ):
        assert art in FELDER or art == "nacherfassen", f"„{art}“ fehlt in befehlsvorrat.FELDER"
        assert any(parses(kern, art, felder(typ, art, zufall)) for _ in range(30)), f"„{art}“ wird immer falsch gezogen"


def test_the_table_draws_nothing_that_there_is_not() -> None:
    assert set(FELDER) <= {art for typ in TYPEN for art in KERNE[typ].befehle}


def test_a_walk_through_the_town() -> None:
    """The same walk every time, so that a red run is about the change at hand; the long one looks for new ways."""
    walk(140, 40, gleich=True)


@pytest.mark.schwer
@pytest.mark.timeout(900)
def test_a_long_walk_through_the_town() -> None:
    ANGENOMMEN.clear()
    walk(600, 80, gleich=True)
    nie = {(typ, art) for typ in TYPEN for art in arten(typ) if not ANGENOMMEN[typ, art]}
    # what follows from a meeting's day moves with it only; an outcome at an item that is not public has a test of its own
    assert nie <= {("sitzung", "frist_verlaengern"), ("sitzung", "beschluss_veroeffentlichen")}, "nie angenommen"
