"""A whole year of one committee in no time: 12 meetings, 150 papers, holidays, cancelled meetings, changed rules, a renamed office.

No deadline is lost, none rings twice, every number is given once, every paper and every task is accounted for.
"""

import datetime as dt
import random
from collections import Counter
from typing import Any

import pytest

from lifecycle import feiertage
from lifecycle.ablehnung import Ablehnung
from lifecycle.fristen import running
from lifecycle.kern import BERLIN, fold_all
from lifecycle.kerne import kern_of
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SACHLAGE, SB, SB2, SCHRIFT, TEXT, VORSITZ, Rathaus, kennung
from schemas.regelwerk import Regelwerk, Regelwerke

VORLAGEN, SITZUNGEN = 150, 12
JAHR = 2021
A50 = "auftrag/kreisstadt/"
TAG = dt.timedelta(days=1)


def rules(rw: Regelwerk) -> Regelwerke:
    """The town's rules, changed twice in the year: shorter to sign, an office renamed; longer to invite."""
    roh = rw.model_dump(mode="json", exclude_defaults=True)
    kurz = {**roh, "gueltig_ab": "2021-04-01", "laufweg": {**roh["laufweg"], "frist": {**roh["laufweg"]["frist"], "tage": 4}}}
    stellen = [s for s in roh["stellen"] if s["id"] != "a-46"]
    (amt,) = [s for s in roh["stellen"] if s["id"] == "a-46"]
    umbenannt = {**amt, "namen": [*amt["namen"], {"ab": "2021-07-01", "kuerzel": "A 46", "name": "Amt für Vielfalt"}]}
    kurz["stellen"] = [*stellen, umbenannt]
    ladung = [{**roh["ladung"][0], "ab": "2021-09-01", "frist": {**roh["ladung"][0]["frist"], "tage": 8}}, *roh["ladung"]]
    lang = {**kurz, "gueltig_ab": "2021-09-01", "ladung": ladung}
    return Regelwerke([rw, Regelwerk.model_validate(kurz), Regelwerk.model_validate(lang)])


class Jahr(Rathaus):
    """The year, day by day. What people do is drawn by lot, always the same one."""

    def __init__(self, regelwerke: Regelwerke) -> None:
        super().__init__(regelwerke, "kreisstadt")
        self.los = random.Random(2021)
        self.jetzt = dt.datetime(JAHR, 1, 4, 8, tzinfo=BERLIN)
        self.frei = set(feiertage.between("NW", dt.date(JAHR, 1, 1), dt.date(JAHR, 12, 31)))
        self.auftraege: list[str] = []
        self.abgelehnt: Counter[str] = Counter()

    # --- the year ---------------------------------------------------------------------------------------------------

    def vergeht(self) -> None:
        for monat in range(1, SITZUNGEN + 1):
            self.do(s(monat), "planen", DIENST, gremium="sozialausschuss", beginn=third_wednesday(monat))
        entwuerfe = sorted(self.los.randrange(0, 300) for _ in range(VORLAGEN))
        naechste = 0
        for tag in range(362):
            self.bis(dt.datetime(JAHR, 1, 4, 9, tzinfo=BERLIN) + tag * TAG)
            if self.jetzt.weekday() > 4 or self.jetzt.date() in self.frei:
                continue
            while naechste < VORLAGEN and entwuerfe[naechste] <= tag:
                self.neue(naechste)
                naechste += 1
            self.arbeitstag()
        self.bis(dt.datetime(JAHR + 1, 3, 1, tzinfo=BERLIN))

    def neue(self, nr: int) -> None:
        beantwortet = None
        offen = [
            a for a in self.auftraege if self.state(a).stufe in ("zugewiesen", "in_arbeit") and not self.state(a).folgevorlagen
        ]
        if offen and self.los.random() < 0.5:
            beantwortet = kennung(self.los.choice(offen))
        self.do(
            v(nr), "entwerfen", SB, vorlageart="mitteilungsvorlage", betreff=f"Betreff {nr}", federfuehrend="a-46",
            abschnitte=[SACHLAGE], beratungsfolge=[{"gremium": "sozialausschuss"}], auftrag=beantwortet,
        )  # fmt: skip
        self.do(v(nr), "einreichen", SB)

    def arbeitstag(self) -> None:
        for nr in range(VORLAGEN):
            if v(nr) in self.staende:
                self.eine_vorlage(v(nr))
        for monat in range(1, SITZUNGEN + 1):
            self.eine_sitzung(monat)
        for auftrag in self.auftraege:
            self.ein_auftrag(auftrag)

    def versuche(self, workflow: str, art: str, akteur: Any, **felder: Any) -> bool:
        try:
            self.do(workflow, art, akteur, **felder)
        except Ablehnung as nein:
            self.abgelehnt[f"{art}: {nein.typ}"] += 1
            return False
        return True

    # --- what people do ---------------------------------------------------------------------------------------------

    def eine_vorlage(self, w: str) -> None:
        z = self.state(w)
        if z.stufe == "im_laufweg":
            for akteur in (SB2, AL, DEZERNAT):
                if self.los.random() < 0.22:
                    self.versuche(w, "mitzeichnen", akteur)
            if all(p.antwort for p in self.state(w).fassung.plaetze):
                self.versuche(w, "freigeben", LEITUNG, abweichung="Wer schwieg, hatte Zeit.")
        elif z.stufe == "freigegeben" and z.fassung.formal_angenommen is None:
            if self.los.random() < 0.05:
                self.versuche(w, "zurueckgeben", DIENST, grund="Anlage fehlt")
            else:
                self.do(w, "formal_annehmen", DIENST)
        elif z.stufe == "entwurf" and self.los.random() < 0.3:
            self.do(w, "einreichen", SB)
        elif (
            z.stufe in ("freigegeben", "in_beratung") and z.beratungen[0].status == "offen" and z.beratungen[0].angemeldet is None
        ):
            kuenftige = [s(m) for m in range(1, SITZUNGEN + 1) if self.state(s(m)).stufe == "geplant"]
            if kuenftige:
                self.versuche(w, "anmelden", SB, sitzung=kennung(kuenftige[0]), beratung=1)

    def eine_sitzung(self, monat: int) -> None:
        z = self.state(s(monat))
        bis_dahin = (third_wednesday(monat) - self.jetzt).days
        if z.stufe == "geplant":
            for a in z.anmeldungen:
                self.versuche(s(monat), "aufnehmen", DIENST, vorlage=a.vorlage, abweichung="eilt")
            if monat in (5, 10) and bis_dahin < 14:
                felder = {"auf": kennung(s(monat + 1))} if monat == 5 else {}
                self.do(s(monat), "absagen", DIENST, grund="Sturm", **felder)
            elif bis_dahin < (5 if monat == 8 else 11):
                self.do(s(monat), "tagesordnung_festsetzen", VORSITZ)
                self.do(s(monat), "tagesordnung_zustimmen", LEITUNG)
                self.do(s(monat), "einladen", DIENST, abweichung="Ferien", genehmigt_von="die Vorsitzende")
        elif z.stufe == "eingeladen" and bis_dahin < 0:
            self.tagt(monat)

    def tagt(self, monat: int) -> None:
        w = s(monat)
        self.do(w, "eroeffnen", VORSITZ)
        for top in self.state(w).tops:
            for tv in top.vorlagen:
                wort = self.los.choices(["zur Kenntnis genommen", "vertagt", "abgesetzt"], [8, 1, 1])[0]
                self.do(w, "ergebnis", SCHRIFT, top=top.id, vorlage=tv.vorlage, wortlaut=wort)
            if self.los.random() < 0.2:
                self.verlangt(w, top.id)
        self.do(w, "schliessen", VORSITZ)
        self.do(w, "niederschrift_erfassen", SCHRIFT, text=TEXT)
        for akteur in (SCHRIFT, VORSITZ):
            self.do(w, "niederschrift_unterzeichnen", akteur, original="Sitzungsakte")

    def verlangt(self, w: str, top: int) -> None:
        faellig: dict[str, Any] = self.los.choice(
            [
                {"faellig_sitzung": "sozialausschuss"},
                {"faellig_sitzung": "sozialausschuss", "jede_sitzung": True},
                {"faellig_am": (self.jetzt + 40 * TAG).date()},
                {},
            ]
        )
        felder = {"verlangt": "Übersicht", "grundlage": "zusage", "von_wem": "ein Mitglied", "stelle": "a-46"}
        self.auftraege.append(f"{A50}{self.do(w, 'auftrag_festhalten', SCHRIFT, top=top, **felder, **faellig)}")

    def ein_auftrag(self, w: str) -> None:
        z = self.state(w)
        if z.stufe == "vorgemerkt":
            self.do(w, "zuweisen", DIENST, stelle="a-46")
        elif z.stufe == "erledigt_gemeldet":
            self.versuche(w, self.los.choice(["erledigung_bestaetigen", "fortsetzen"]), DIENST)
        elif z.stufe in ("zugewiesen", "in_arbeit") and self.los.random() < 0.01:
            self.versuche(w, "erledigt_melden", SB)


def v(nr: int) -> str:
    return f"vorlage/kreisstadt/v{nr}"


def s(monat: int) -> str:
    return f"sitzung/kreisstadt/s{monat}"


def third_wednesday(monat: int) -> dt.datetime:
    erster = dt.date(JAHR, monat, 1)
    tag = erster + dt.timedelta(days=(2 - erster.weekday()) % 7 + 14)
    return dt.datetime.combine(tag, dt.time(16), BERLIN)


@pytest.fixture(scope="module")
def jahr(muster: Regelwerke) -> Jahr:
    (rw,) = [r for r in muster.alle if r.kommune == "kreisstadt"]
    jahr = Jahr(rules(rw))
    jahr.vergeht()
    return jahr


def test_the_year_was_a_real_one(jahr: Jahr) -> None:
    stufen = Counter(jahr.state(s(m)).stufe.value for m in range(1, SITZUNGEN + 1))
    assert stufen == {"abgeschlossen": 10, "abgesagt": 2}
    assert sum(v(nr) in jahr.staende for nr in range(VORLAGEN)) == VORLAGEN
    assert len(jahr.auftraege) > 15
    antworten = Counter(p.antwort.art.value for nr in range(VORLAGEN) for p in jahr.state(v(nr)).fassung.plaetze if p.antwort)
    assert antworten["nicht_geaeussert"] > 20 and antworten["mitgezeichnet"] > 200
    assert {jahr.state(v(nr)).regelwerk.gueltig_ab for nr in range(VORLAGEN)} >= {"2020-01-01", "2021-04-01", "2021-09-01"}


def test_no_deadline_is_lost(jahr: Jahr) -> None:
    for w, z in jahr.staende.items():
        if not kern_of(w).closed(z):
            assert [f.id for f in running(z) if f.faellig <= jahr.jetzt] == [], w
        else:
            assert list(running(z)) == [], w


def test_no_deadline_rings_twice(jahr: Jahr) -> None:
    for w, eintraege in jahr.verlauf.items():
        for art, ende in (("frist_abgelaufen", {"versaeumt", "abgelaufen"}), ("frist_erinnert", None)):
            geklingelt = [e for e in eintraege if e.befehl["art"] == art]
            schluessel = Counter(str(e.befehl["schluessel"]).rsplit("/", 1)[0] for e in geklingelt)
            assert all(anzahl == 1 for anzahl in schluessel.values()), (w, schluessel)
            if ende:
                assert len(geklingelt) <= sum(f.ausgang is not None and f.ausgang.value in ende for f in jahr.state(w).fristen)


def test_every_number_is_given_once(jahr: Jahr) -> None:
    nummern = [jahr.state(v(nr)).nummer for nr in range(VORLAGEN)]
    assert None not in nummern and len(set(nummern)) == VORLAGEN


def test_every_paper_is_accounted_for(jahr: Jahr) -> None:
    for nr in range(VORLAGEN):
        z = jahr.state(v(nr))
        if z.stufe == "abgeschlossen":
            assert any(t.beschluss for b in z.beratungen for t in b.behandlungen)
        else:  # nothing lapsed: it waits where somebody sees it
            assert z.stufe in ("entwurf", "im_laufweg", "freigegeben", "in_beratung"), z.stufe
    assert sum(jahr.state(v(nr)).stufe == "abgeschlossen" for nr in range(VORLAGEN)) > 100


def test_every_task_is_accounted_for(jahr: Jahr) -> None:
    wartende = {w.auftrag for w in jahr.state("gremium/kreisstadt/sozialausschuss").wartende}
    for a in jahr.auftraege:
        z = jahr.state(a)
        faellig = z.angaben.faellig
        zur_sitzung = faellig is not None and faellig.gremium is not None
        assert (kennung(a) in wartende) == (zur_sitzung and not kern_of(a).closed(z)), a
        if zur_sitzung and faellig.art == "naechste_sitzung" and z.stufe in ("zugewiesen", "in_arbeit"):
            assert z.termin is not None or z.seit > third_wednesday(11), a  # after the last meeting it waits for the next year's


def test_names_are_those_of_their_day(jahr: Jahr) -> None:
    namen = {z.federfuehrend.name for nr in range(VORLAGEN) if (z := jahr.state(v(nr))).federfuehrend}
    assert namen == {"Integrationszentrum", "Amt für Vielfalt"}


def test_the_entries_alone_yield_every_state(jahr: Jahr) -> None:
    for w, z in jahr.staende.items():
        assert fold_all(kern_of(w), w, jahr.verlauf[w]) == z, w


def test_late_invitations_stand_as_what_they_are(jahr: Jahr) -> None:
    spaet = {m: [a.regel for a in jahr.state(s(m)).abweichungen if "nicht rechtzeitig" in a.regel] for m in range(1, 13)}
    assert [m for m, regeln in spaet.items() if regeln] == [8]
