"""The year of one committee, day by day: what people do in it is drawn by lot, always the same one."""

import datetime as dt
import random
from collections import Counter
from typing import Any

from lifecycle import feiertage
from lifecycle.ablehnung import Ablehnung
from lifecycle.fristen import running
from lifecycle.kern import BERLIN
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SACHLAGE, SB, SB2, SCHRIFT, TEXT, VORSITZ, Rathaus, kennung
from schemas.regelwerk import Regelwerk, Regelwerke

VORLAGEN, SITZUNGEN, JAHR = 150, 12, 2021
TAG = dt.timedelta(days=1)
ABGESAGT_AUF, VERLEGT, SPAET, ABGESAGT, GEMEINSAM = 5, 7, 8, 10, 11
KNAPP = (3, 12)
"""Invited seven days before: in time by the old rule, late by the new one."""
VORLAUF = {SPAET: 5, ABGESAGT: 22, GEMEINSAM: 14} | dict.fromkeys(KNAPP, 8)
ZURUECKGEZOGEN, ERBETEN, ENTWURF_ZURUECK = 4, 3, 20
"""Months whose first paper is withdrawn from the draft agenda, or asks to come off the invited one; the number of a paper that is
withdrawn on its signing path."""


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


def v(nr: int) -> str:
    return f"vorlage/kreisstadt/v{nr}"


def s(monat: int) -> str:
    return f"sitzung/kreisstadt/s{monat}"


MEHR_ZEIT = {v(nr) for nr in range(4, VORLAGEN, 15)}
"""Papers whose first office gets longer to sign."""


def third_wednesday(monat: int) -> dt.datetime:
    erster = dt.date(JAHR, monat, 1)
    tag = erster + dt.timedelta(days=(2 - erster.weekday()) % 7 + 14)
    return dt.datetime.combine(tag, dt.time(16), BERLIN)


class Jahr(Rathaus):
    """``auftraege`` in the order in which they arose; ``gezielt`` those that were asked for on purpose, by month; ``stichtage`` the town
    as it stood on some evenings."""

    def __init__(self, regelwerke: Regelwerke) -> None:
        super().__init__(regelwerke, "kreisstadt")
        self.los = random.Random(2021)
        self.jetzt = dt.datetime(JAHR, 1, 4, 8, tzinfo=BERLIN)
        self.frei = set(feiertage.between("NW", dt.date(JAHR, 1, 1), dt.date(JAHR, 12, 31)))
        self.auftraege: list[str] = []
        self.gezielt: dict[int, str] = {}
        self.zurueckgezogen: str | None = None
        self.abgelehnt: Counter[str] = Counter()
        self.stichtage: list[dict[str, Any]] = []

    @property
    def vorlagen(self) -> list[str]:
        """All papers, with those that tasks have opened."""
        return [w for w in self.staende if w.startswith("vorlage/")]

    @property
    def berichte(self) -> set[str]:
        """Ids of the papers that bring a report."""
        return {z.entwurf for a in self.auftraege if (z := self.state(a)).entwurf}

    # --- the year ---------------------------------------------------------------------------------------------------

    def vergeht(self) -> None:
        for monat in range(1, SITZUNGEN + 1):
            weitere = ["schulausschuss"] if monat == GEMEINSAM else []
            beginn = third_wednesday(monat)
            self.do(s(monat), "planen", DIENST, gremium="sozialausschuss", beginn=beginn, weitere_gremien=weitere)
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
            if tag % 10 == 0:
                self.stichtage.append(dict(self.staende))
        self.bis(dt.datetime(JAHR + 1, 3, 1, tzinfo=BERLIN))

    def neue(self, nr: int) -> None:
        offen = [a for a in self.auftraege if self._unanswered(self.state(a))]
        beantwortet = kennung(self.los.choice(offen)) if offen and self.los.random() < 0.5 else None
        geheim = {"oeffentlich": False, "bezeichnung": "Grundstücksangelegenheit"} if nr % 20 == 7 else {}
        gremien = ("sozialausschuss", "schulausschuss") if nr > 110 and nr % 8 == 3 else ("sozialausschuss",)
        self.do(
            v(nr), "entwerfen", SB, vorlageart="mitteilungsvorlage", betreff=f"Betreff {nr}", federfuehrend="a-46",
            abschnitte=[SACHLAGE], beratungsfolge=[{"gremium": g} for g in gremien], auftrag=beantwortet, **geheim,
        )  # fmt: skip
        self.do(v(nr), "einreichen", SB)

    def _unanswered(self, z: Any) -> bool:
        return z.stufe in ("zugewiesen", "in_arbeit") and not z.folgevorlagen

    def arbeitstag(self) -> None:
        for w in self.vorlagen:
            self.eine_vorlage(w)
        for monat in range(1, SITZUNGEN + 1):
            self.eine_sitzung(monat)
        for nr, auftrag in enumerate(self.auftraege):
            self.ein_auftrag(nr, auftrag)

    def versuche(self, workflow: str, art: str, akteur: Any, **felder: Any) -> bool:
        try:
            self.do(workflow, art, akteur, **felder)
        except Ablehnung as nein:
            self.abgelehnt[f"{art}: {nein.typ}"] += 1
            return False
        return True

    def verlaengert(self, w: str, akteur: Any, tage: int) -> None:
        """Its running deadline extended, unless it has been before."""
        frist = next((f for f in running(self.state(w)) if not f.verlaengert), None)
        if frist:
            self.do(w, "frist_verlaengern", akteur, frist=frist.id, bis=frist.letzter_tag + tage * TAG, grund="Urlaub")

    # --- papers -----------------------------------------------------------------------------------------------------

    def eine_vorlage(self, w: str) -> None:
        z = self.state(w)
        if z.stufe == "im_laufweg":
            self.im_laufweg(w)
        elif z.stufe == "freigegeben" and z.fassung.formal_angenommen is None:
            if self.los.random() < 0.05:
                self.versuche(w, "zurueckgeben", DIENST, grund="Anlage fehlt")
            else:
                self.do(w, "formal_annehmen", DIENST)
        elif z.stufe == "entwurf" and self.los.random() < 0.3:
            if not z.fassung.abschnitte:
                self.do(w, "bearbeiten", SB, abschnitte=[SACHLAGE])
            self.do(w, "einreichen", SB)
        elif z.stufe in ("freigegeben", "in_beratung"):
            self.angemeldet(w)

    def im_laufweg(self, w: str) -> None:
        if w == v(ENTWURF_ZURUECK):
            self.do(w, "zurueckziehen", SB, grund="überholt")
            return
        if w in MEHR_ZEIT and not any(p.antwort for p in self.state(w).fassung.plaetze):
            self.verlaengert(w, LEITUNG, 10)
        for akteur in (SB2, AL, DEZERNAT):
            if self.los.random() < 0.22:
                self.versuche(w, "mitzeichnen", akteur)
        if all(p.antwort for p in self.state(w).fassung.plaetze):
            self.versuche(w, "freigeben", LEITUNG, abweichung="Wer schwieg, hatte Zeit.")

    def angemeldet(self, w: str) -> None:
        """It asks to be put on the next agenda of each of its committees; one for both, on that of their joint meeting."""
        stationen = self.state(w).beratungen
        for b in stationen:
            if b.status != "offen" or b.angemeldet is not None:
                continue
            moeglich = [s(m) for m in range(1, SITZUNGEN + 1) if self._meets(self.state(s(m)), b.gremium.id)]
            ziel = s(GEMEINSAM) if len(stationen) > 1 and s(GEMEINSAM) in moeglich else next(iter(moeglich), None)
            if ziel:
                self.versuche(w, "anmelden", SB, sitzung=kennung(ziel), beratung=b.nr, abweichung="gemeinsame Sitzung")

    def _meets(self, z: Any, gremium: str) -> bool:
        return z.stufe == "geplant" and gremium in {g.id for g in (z.gremium, *z.weitere_gremien)}

    # --- meetings ---------------------------------------------------------------------------------------------------

    def eine_sitzung(self, monat: int) -> None:
        w = s(monat)
        z = self.state(w)
        bis_dahin = (z.beginn - self.jetzt).days
        if z.stufe == "geplant":
            self.vor_der_einladung(monat, bis_dahin)
        elif z.stufe == "eingeladen" and monat == ABGESAGT and bis_dahin < 17:
            self.do(w, "absagen", DIENST, grund="Sturm", abweichung="Es stürmt.")
        elif z.stufe == "eingeladen" and bis_dahin < 0:
            self.tagt(monat)

    def vor_der_einladung(self, monat: int, bis_dahin: int) -> None:
        w = s(monat)
        if monat != ABGESAGT or bis_dahin >= 30:  # there the last ones still wait to be decided when it is cancelled
            for vorlage in dict.fromkeys(a.vorlage for a in self.state(w).anmeldungen):
                self.versuche(w, "aufnehmen", DIENST, vorlage=vorlage, abweichung="eilt")
        if monat == VERLEGT and self.state(w).beginn == third_wednesday(monat) and bis_dahin < 25:
            self.do(w, "verlegen", DIENST, beginn=third_wednesday(monat) + 7 * TAG, grund="Saal belegt")
        elif monat == ZURUECKGEZOGEN and bis_dahin < 15 and not self.zurueckgezogen:
            self.zurueckgezogen = next(x for x in self.auf_der_tagesordnung(w) if len(self.station(1, x).behandlungen) == 1)
            self.do(self.zurueckgezogen, "zurueckziehen", SB, grund="überholt")
        elif monat == ABGESAGT_AUF and bis_dahin < 17:
            self.do(w, "absagen", DIENST, grund="Sturm", auf=kennung(s(monat + 1)))
        elif bis_dahin < VORLAUF.get(monat, 11):
            self.versuche(w, "frist_verlaengern", DIENST, frist="ladung", bis=self.state(w).beginn.date(), grund="eilt")
            self.do(w, "tagesordnung_festsetzen", VORSITZ)
            self.do(w, "tagesordnung_zustimmen", LEITUNG)
            self.do(w, "einladen", DIENST, abweichung="Ferien", genehmigt_von="die Vorsitzende")
            self.nach_der_einladung(monat)

    def auf_der_tagesordnung(self, w: str) -> list[str]:
        return [f"vorlage/kreisstadt/{tv.vorlage}" for t in self.state(w).tops for tv in t.vorlagen if tv.status == "offen"]

    def nach_der_einladung(self, monat: int) -> None:
        """Papers that ask to come off: one may, one may not, and of one nobody decides before the meeting is cancelled."""
        if monat not in (ERBETEN, ABGESAGT):
            return
        erste, zweite = self.auf_der_tagesordnung(s(monat))[:2]
        self.do(erste, "zurueckziehen", SB, grund="überholt")
        if monat == ERBETEN:
            self.do(s(monat), "ruecknahme_entscheiden", DIENST, vorlage=kennung(erste), angenommen=True)
            self.do(zweite, "zurueckziehen", SB, grund="noch einmal prüfen")
            nein = {"angenommen": False, "grund": "wird gebraucht"}
            self.do(s(monat), "ruecknahme_entscheiden", DIENST, vorlage=kennung(zweite), **nein)

    def tagt(self, monat: int) -> None:
        w = s(monat)
        self.do(w, "eroeffnen", VORSITZ)
        for top in self.state(w).tops:
            for vorlage in dict.fromkeys(tv.vorlage for tv in top.vorlagen if tv.status == "offen"):
                wort = self.los.choices(["zur Kenntnis genommen", "vertagt", "abgesetzt"], [8, 1, 1])[0]
                wort = "zur Kenntnis genommen" if vorlage in self.berichte else wort
                self.do(w, "ergebnis", SCHRIFT, top=top.id, vorlage=vorlage, wortlaut=wort)
            if self.los.random() < 0.2:
                self.verlangt(w, top.id)
        self.gezielt_verlangt(monat)
        self.do(w, "schliessen", VORSITZ)
        self.do(w, "niederschrift_erfassen", SCHRIFT, text=TEXT)
        for akteur in (SCHRIFT, VORSITZ):
            self.do(w, "niederschrift_unterzeichnen", akteur, original="Sitzungsakte")

    # --- tasks ------------------------------------------------------------------------------------------------------

    def verlangt(self, w: str, top: int, **gezielt: Any) -> str:
        faellig: dict[str, Any] = self.los.choice(
            [
                {"faellig_sitzung": "sozialausschuss"},
                {"faellig_sitzung": "sozialausschuss", "jede_sitzung": True},
                {"faellig_am": (self.jetzt + 40 * TAG).date()},
                {},
            ]
        )
        nr = len(self.auftraege)
        felder = {
            "verlangt": "Übersicht",
            "grundlage": "bitte" if nr % 4 == 1 else "zusage",
            "von_wem": "ein Mitglied",
            "stelle": None if niemandes(nr) else "a-46",
        }
        a = f"auftrag/kreisstadt/{self.do(w, 'auftrag_festhalten', SCHRIFT, top=top, **felder | (gezielt or faellig))}"
        self.auftraege.append(a)
        return a

    def gezielt_verlangt(self, monat: int) -> None:
        """Due for a meeting that is then moved or cancelled; for one of another committee; as a report that involves that one."""
        zur = {"faellig_sitzung": "sozialausschuss"}
        bericht: dict[str, Any] = {**zur, "bericht": True, "unter_einbeziehung": ["schulausschuss"]}
        was = {2: {"faellig_sitzung": "schulausschuss"}, 4: zur, 6: zur, 9: bericht}.get(monat)
        if was:
            self.gezielt[monat] = self.verlangt(
                s(monat), self.state(s(monat)).tops[0].id, grundlage="zusage", stelle="a-46", **was
            )

    def ein_auftrag(self, nr: int, w: str) -> None:
        z = self.state(w)
        frei = w not in self.gezielt.values()
        if z.stufe == "vorgemerkt" and z.angenommen is None and nr % 8 == 1:
            self.do(w, "annehmen", LEITUNG)
        elif z.stufe == "vorgemerkt" and z.angenommen is None:
            self.do(w, "ablehnen", LEITUNG, grund="nicht zuständig")
        elif z.stufe == "vorgemerkt" and not niemandes(nr):
            self.do(w, "zuweisen", DIENST, stelle="a-46")
        elif z.stufe == "erledigt_gemeldet":
            self.gemeldet(w)
        elif z.stufe in ("zugewiesen", "in_arbeit") and frei:
            self.in_arbeit(nr, w)

    def gemeldet(self, w: str) -> None:
        """Confirmed or sent back; then with a day of its own, for its meeting may be over."""
        if self.los.random() < 0.5:
            self.do(w, "erledigung_bestaetigen", DIENST)
            return
        self.do(w, "fortsetzen", DIENST)
        if self.state(w).folgevorlagen:
            self.do(w, "faelligkeit_aendern", DIENST, am=(self.jetzt + 30 * TAG).date(), grund="Die Antwort genügt nicht.")

    def in_arbeit(self, nr: int, w: str) -> None:
        laufend = next(running(self.state(w)), None)
        if laufend and nr % 2 and self.state(w).angaben.faellig.datum and (laufend.faellig - self.jetzt).days < 3:
            self.verlaengert(w, DIENST, 14)
        if self.state(w).angaben.faellig and self.los.random() < 0.02:
            self.do(w, "berichten", SB, text="wie bisher")
        if self.los.random() < 0.01:
            self.versuche(w, "erledigt_melden", SB)


def niemandes(nr: int) -> bool:
    """Whether nobody assigns that task, all year."""
    return nr % 12 == 10
