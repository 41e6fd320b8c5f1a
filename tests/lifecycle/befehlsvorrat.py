"""What the random walk needs: a town hall as strict as the real one, who lives there, and fields good and bad for every command."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import regelwerk
from beweis.kopf import make_head, restore
from lifecycle.ablehnung import Ablehnung
from lifecycle.gemeinsam import seal_digest
from lifecycle.kern import Kern, Kommando, Nacherfassen, apply, check, complete
from lifecycle.kerne import KERNE, kern_of
from lifecycle.loeschung import pending
from lifecycle.rechte import RECHTE, for_people
from lifecycle.sitzung.folgen import copies_for
from lifecycle.vorlage.folgen import as_copy
from rathaus import A50, AL, DEZERNAT, DIENST, HEUTE, KAEMMEREI, LEITUNG, SACHLAGE, SB, SB2, SCHRIFT, TEXT, VORSITZ, Rathaus
from register.vergessen import without
from schemas.akteur import Akteur
from schemas.loeschung import Loeschstelle
from schemas.sitzung import Sitzung
from schemas.vorlage import ENDEN, Vorlage
from schemas.wirkung import Ruf, Versiegelung
from welt import OHNE, SYSTEM, wer

REGELWERKE = regelwerk.load(Path(__file__).parents[1] / "regelwerke")
ORT = "kreisstadt"
BITTEN = {"anmeldung", "ruecknahmebitte", "nummer_uebernehmen"}
"""What one case asks of another, which may say no. Everything else that they tell each other is so, and is taken."""
TYPEN = ("vorlage", "sitzung", "auftrag")
"""The cores whose commands people give; the others only answer them."""

ALLEIN = [SB, SB2, AL, KAEMMEREI, A50, DEZERNAT, LEITUNG, DIENST, SCHRIFT, VORSITZ, wer("p-fa", "a-10", "fachadministration")]
# A small town hall: few people, many hats. Only so can somebody sign, release or agree twice.
HUETE = [
    wer("p-sb", "a-46", "amtsleitung"),
    wer("p-al", "a-46", "sachbearbeitung"),
    wer("p-al", "dezernat-ii", "dezernatsleitung"),
    wer("p-dez", "verwaltungsleitung", "verwaltungsleitung"),
    wer("p-bm", "a-46", "sachbearbeitung"),
    wer("p-sd", "verwaltungsleitung", "verwaltungsleitung"),
    wer("p-vs", "verwaltungsleitung", "verwaltungsleitung"),
    wer("p-vs", "a-10", "schriftfuehrung"),
    wer("p-sb", "verwaltungsleitung", "verwaltungsleitung"),
]
VERTRETUNGEN = [
    wer("p-sb2", "a-46", "sachbearbeitung", "p-sb"),
    wer("p-sb2", "a-46", "amtsleitung", "p-al"),
    wer("p-al", "dezernat-ii", "dezernatsleitung", "p-dez"),
    wer("p-k", "dezernat-ii", "dezernatsleitung", "p-al"),
    wer("p-al", "verwaltungsleitung", "verwaltungsleitung", "p-bm"),
    wer("p-50", "verwaltungsleitung", "verwaltungsleitung", "p-sb2"),
    wer("p-k", "verwaltungsleitung", "verwaltungsleitung", "p-dez"),
    wer("p-50", "a-46", "amtsleitung", "p-sb2"),
    wer("p-sf", "a-10", "vorsitz", "p-vs"),
    wer("p-sd", "a-10", "schriftfuehrung", "p-vs"),
    wer("p-50", "a-10", "vorsitz", "p-sf"),
    wer("p-50", "verwaltungsleitung", "verwaltungsleitung", "p-vs"),
]
DRAUSSEN = [wer("m-1", "fraktion-a", "fraktion"), wer("m-2", "rat", "mitglied"), wer("m-3", "rat", "mitglied")]
LEUTE = [*ALLEIN, *HUETE, *VERTRETUNGEN, *DRAUSSEN]
ABSENDER = [
    [{"art": "fraktion", "kennung": "fraktion-a", "name": "Fraktion A"}],
    [{"art": "mitglied", "kennung": "m-2"}, {"art": "fraktion", "name": "Fraktion A"}],
    [{"art": "einwohner", "kennung": "e-7"}],
    [{"art": "einwohner", "name": "Erika Mustermann"}],
    [],
]

GREMIEN = ["sozialausschuss", "schulausschuss", "rat"]
WORTLAUTE = ["zur Kenntnis genommen", "vertagt", "verwiesen", "abgelehnt", "abgesetzt", "zurückgezogen", "so lala"]
ANLAGE = {"name": "Plan.pdf", "digest": "c" * 64, "groesse": 3}
NEU = {"name": "Sachlage", "digest": "b" * 64, "groesse": 2}

Vorrat = dict[str, Sequence[Any]]
"""Field of a command to what it may hold. What stands there more often is drawn more often."""

GRUND = ["Grund", "Grund", "Grund", "Ein längerer Grund.", ""]
TOP = [1, 2, 3, 4, 5, 6]
VORLAGE = ["v0", "v0", "v1", "v2"]
SITZUNG = ["s0", "s0", "s1", "s2"]
STATION = [1, 1, 2, 3]
NEUTRAL = ["Neutral", None]
BEIDES = [True, False]
LOESCHUNG = ["l1", "l2"]


def _frueher(tag: int) -> str:
    return (HEUTE + dt.timedelta(days=tag - 60)).isoformat()


def _schritt(art: str, tag: int, akteur: Akteur, **f: Any) -> dict[str, Any]:
    return {"art": art, "geschehen": _frueher(tag), "akteur": akteur.model_dump(mode="json", exclude_none=True), **f}


BEHANDELT = {
    "sitzung": "alt", "top": 1, "revision": 1, "nummer": "Ö 3", "beginn": _frueher(30), "anlass": "Sitzung",
    "gremium": {"id": "sozialausschuss", "name": "Sozialausschuss"}, "oeffentlich": True, "status": "behandelt",
    "beschluss": {"wortlaut": "zur Kenntnis genommen", "klasse": "noted"},
    "sitzung_beendet": True, "sitzung_status": "öffentlich (Sitzung abgeschlossen)",
}  # fmt: skip
ENTWURF = {"vorlageart": "mitteilungsvorlage", "betreff": "B", "federfuehrend": "a-46", "abschnitte": [SACHLAGE]}
VERWEISUNGEN = [None, None, {"gremium": "rat", "art": "zustaendigkeit"}, {"gremium": "rat", "art": "vorberatung"}]
VERLANGT = {"verlangt": "Bericht", "grundlage": "zusage", "von": "ein Mitglied"}

VERGANGENHEITEN: dict[str, list[dict[str, Any]]] = {
    "vorlage": [
        _schritt("entwerfen", 0, SB, **ENTWURF, beratungsfolge=[{"gremium": "sozialausschuss"}, {"gremium": "rat"}]),
        _schritt("einreichen", 1, SB),
        _schritt("mitzeichnen", 2, SB),
        _schritt("mitzeichnen", 3, HUETE[0]),
        _schritt("freigeben", 5, LEITUNG),
        _schritt("behandlung_nacherfassen", 30, DIENST, stand=BEHANDELT),
        _schritt("beratung_beenden", 31, DIENST, grund="erledigt"),
    ],
    "sitzung": [
        _schritt("planen", 0, DIENST, gremium="sozialausschuss", beginn=_frueher(10)),
        _schritt("top_ergaenzen", 1, DIENST, titel="Ortstermin"),
        _schritt("aufnehmen", 2, DIENST, vorlage="v0", oeffentlich=True),
        _schritt("einladen", 3, DIENST),
        _schritt("eroeffnen", 10, VORSITZ),
        _schritt("ergebnis", 10, SCHRIFT, vorlage="v0", wortlaut="zur Kenntnis genommen"),
        _schritt("schliessen", 10, VORSITZ),
        _schritt("niederschrift_erfassen", 12, SCHRIFT, text=TEXT),
        _schritt("niederschrift_unterzeichnen", 13, SCHRIFT, original="Akte"),
        _schritt("niederschrift_unterzeichnen", 13, VORSITZ, original="Akte"),
    ],
    "auftrag": [
        _schritt("vormerken", 0, DIENST, angaben=VERLANGT, gremium={"id": "rat", "name": "Rat"}),
        _schritt("zuweisen", 1, DIENST, stelle="a-50"),
        _schritt("beginnen", 2, A50),
        _schritt("erledigt_melden", 3, A50),
        _schritt("erledigung_bestaetigen", 4, DIENST),
    ],
}


FELDER: dict[str, Vorrat] = {
    # Vorlage
    "entwerfen": {
        **{feld: [wert] for feld, wert in ENTWURF.items()},
        "beratungsfolge": [[{"gremium": g} for g in folge] for folge in (GREMIEN, GREMIEN[:1], GREMIEN[:2], ())],
        "oeffentlich": [True, True, False], "bezeichnung": NEUTRAL,
    },
    "entgegennehmen": {
        "vorlageart": ["antrag", "antrag", "anfrage", "mitteilungsvorlage"], "betreff": ["Radweg", "Radweg", ""], "absender": ABSENDER,
        "eingangsweg": ["post", "e_mail"], "sitzung": [None, *SITZUNG], "federfuehrend": [None, "a-46", "a-50"],
        "beratungsfolge": [[{"gremium": g} for g in folge] for folge in (GREMIEN[2:], GREMIEN[:1], ())],
        "eingegangen": ["2021-05-01T10:00:00Z", None, "2029-01-01T10:00:00Z"],
        "oeffentlich": [True, True, False], "bezeichnung": NEUTRAL,
    },
    "antrag_aendern": {"betreff": ["Radweg, geändert", None], "anlagen": [[ANLAGE], None, []], "grund": GRUND},
    "verknuepfen": {"als": ["beantwortet", "ergaenzt", "folgt", "ersetzt_durch"], "mit": VORLAGE},
    "verknuepfung_loesen": {"als": ["beantwortet", "ergaenzt", "folgt"], "mit": VORLAGE, "grund": GRUND},
    "bearbeiten": {"betreff": ["Neu", ""]},
    "beteiligen": {"plaetze": [[{"schritt": n, "stelle": "a-50"}] for n in (1, 3)]},
    "einreichen": {},
    "mitzeichnen": {
        "antwort": ["mitgezeichnet"] * 5 + ["nicht_mitgezeichnet", "zurueckgegeben", "nicht_geaeussert"], "bemerkung": GRUND,
    },
    "freigeben": {},
    "formal_annehmen": {},
    "zurueckgeben": {"grund": GRUND},
    "redaktionell_aendern": {"abschnitte": [[NEU]], "grund": GRUND},
    "inhalt_aendern": {"abschnitte": [[NEU]], "grund": GRUND},
    "neufassen": {
        "abschnitte": [[NEU]], "grund": GRUND, "fassungsart": ["neufassung", "ergaenzung"],
        "plaetze": [[], [{"schritt": 1, "stelle": "a-46"}, {"schritt": 2, "stelle": "dezernat-ii", "rolle": "dezernatsleitung"}]],
    },
    "federfuehrung_wechseln": {"stelle": ["a-50", "a-46"], "grund": GRUND},
    "anmelden": {"sitzung": SITZUNG, "beratung": STATION},
    "beratung_ergaenzen": {"gremium": GREMIEN, "vor": [None, *STATION], "oeffentlich": [True, True, False]},
    "beratung_entfallen": {"beratung": STATION, "grund": GRUND},
    "beratung_uebertragen": {"beratung": STATION, "gremium": GREMIEN, "grund": GRUND},
    "beratung_beenden": {"grund": GRUND},
    "behandlung_nacherfassen": {"stand": [BEHANDELT]},
    "zurueckziehen": {"grund": GRUND},
    "ersetzen": {"durch": VORLAGE, "grund": GRUND},
    "vorlage_oeffentlichkeit": {
        "oeffentlich": BEIDES, "grund": GRUND, "bezeichnung": NEUTRAL, "beratung": [None, *STATION],
    },
    # Sitzung
    "planen": {
        "gremium": GREMIEN, "beginn": ["2021-05-19T16:00:00Z", "2021-06-23T16:00:00Z"], "weitere_gremien": [[], [], ["hauptausschuss"]],
    },
    "verlegen": {"grund": GRUND, "beginn": ["2021-06-30T16:00:00Z", "2021-09-15T16:00:00Z"]},
    "absagen": {"grund": GRUND, "auf": [None, "s1", "s2"]},
    "aufnehmen": {"vorlage": VORLAGE, "oeffentlich": [None, None, True, False], "zu_top": [None, None, None, 2, 3]},
    "anmeldung_ablehnen": {"vorlage": VORLAGE, "grund": GRUND},
    "top_ergaenzen": {
        "titel": GRUND, "unter": [None, None, 2, 3], "nummer": [None, None, "Ö 7", "x y"], "oeffentlich": [None, None, False],
        "bezeichnung": NEUTRAL,
    },
    "top_aendern": {"top": TOP, "titel": ["Anders", None], "nummer": [None, "Ö 9", "N 9"]},
    "tops_verbinden": {"haupt": TOP, "tops": [[2], [3], [4], [3, 4]]},
    "tops_ordnen": {"tops": [list(range(n, 0, -1)) for n in TOP[1:]]},
    "top_verschieben": {"top": TOP, "oeffentlich": BEIDES, "grund": GRUND, "bezeichnung": NEUTRAL},
    "absetzen": {"top": TOP, "grund": GRUND, "vorlage": [None, None, *VORLAGE]},
    "ruecknahme_entscheiden": {"vorlage": VORLAGE, "angenommen": BEIDES, "grund": GRUND},
    "tagesordnung_festsetzen": {},
    "tagesordnung_zustimmen": {},
    "einladen": {},
    "nachtrag_ausgeben": {},
    "bereitstellen": {"vorlage": [None, *VORLAGE]},
    "bekanntmachen": {"wo": GRUND},
    "eroeffnen": {},
    "sitzung_unterbrechen": {},
    "sitzung_fortsetzen": {},
    "schliessen": {},
    "anwesenheit_erfassen": {"wer": ["m-1"]},
    "ergebnis": {"top": [None, *TOP], "vorlage": [None, *VORLAGE], "wortlaut": WORTLAUTE, "oeffentlich": [None, None, False]},
    "ergebnis_berichtigen": {"top": TOP, "wortlaut": WORTLAUTE, "grund": GRUND, "verweisung": VERWEISUNGEN},
    "einordnen": {"top": TOP, "klasse": ["noted", "deferred"]},
    "vollzug_aussetzen": {"top": TOP, "grund": GRUND},
    "vollzug_freigeben": {"top": TOP},
    "beschluss_aufheben": {"top": TOP, "grund": GRUND, "sitzung": SITZUNG, "top_nummer": ["Ö 4"]},
    "beschluss_veroeffentlichen": {"top": TOP, "grund": GRUND, "oeffentlich": BEIDES},
    "niederschrift_erfassen": {"text": [TEXT], "top": [None, *TOP], "internet": [False, False, True]},
    "niederschrift_unterzeichnen": {"original": ["Akte"]},
    "niederschrift_genehmigen": {"sitzung": SITZUNG, "genehmigt": BEIDES, "grund": GRUND},
    "niederschrift_berichtigen": {"sitzung": SITZUNG, "text": [TEXT], "grund": GRUND, "top_nummer": [None, "Ö 4"]},
    "aufgabenliste_freigeben": {"text": [TEXT, None], "oeffentlich": BEIDES},
    "sitzung_oeffentlichkeit": {
        "top": TOP, "oeffentlich": BEIDES, "grund": GRUND, "nur_niederschrift": [False, False, True], "bezeichnung": NEUTRAL,
    },
    "auftrag_festhalten": {
        "top": TOP, "verlangt": ["Bericht"], "grundlage": ["bitte", "zusage"], "von_wem": ["ein Mitglied"],
        "stelle": [None, "a-50"], "faellig_sitzung": [None, *GREMIEN[:2]], "jede_sitzung": [False, False, True],
        "bericht": BEIDES, "oeffentlich": [None, None, False],
    },
    # Auftrag
    "vormerken": {"angaben": [VERLANGT], "gremium": [None, {"id": "rat", "name": "Rat"}]},
    "annehmen": {},
    "ablehnen": {"grund": GRUND},
    "zuweisen": {"stelle": ["a-50"]},
    "beginnen": {},
    "aussetzen": {"grund": GRUND},
    "fortsetzen": {"grund": GRUND},
    "berichten": {"text": GRUND},
    "erledigt_melden": {},
    "erledigung_bestaetigen": {},
    "nicht_ausfuehren": {"grund": GRUND},
    "aufheben": {"grund": GRUND},
    "faelligkeit_aendern": {
        "grund": GRUND, "am": [None, None, "2021-05-14"], "zur_sitzung_von": [None, *GREMIEN[:2]], "jede": BEIDES,
    },
    "auftrag_oeffentlichkeit": {"oeffentlich": BEIDES, "grund": GRUND, "bezeichnung": NEUTRAL},
    "auftrag_uebertragen": {"gremium": GREMIEN, "grund": GRUND},
    # alle
    "frist_verlaengern": {
        "frist": ["faelligkeit", "ladung", *(f"mitzeichnung/1/{n}/a-46/{r}" for n, r in ((1, "sachbearbeitung"), (2, "amtsleitung")))],
        "bis": ["2021-05-20", "2021-08-01"], "grund": GRUND,
    },
    "berichtigen": {"zu_seq": range(1, 31), "richtig": GRUND, "grund": GRUND},
    "abweichung_festhalten": {"regel": GRUND, "grund": GRUND},
    "wiederaufnehmen": {"grund": GRUND},
    "loeschung_beantragen": {
        "kennung": LOESCHUNG, "rechtsgrund": GRUND, "angeordnet_von": GRUND,
        "stellen": [[{"seq": nr, "felder": [feld]}] for nr in (1, 1, 2, 3, 5) for feld in ("betreff", "grund", "abschnitte", "akteur.person")],
    },
    "depublizieren": {"grund": GRUND, "wieder": BEIDES},
    "loeschung_bestaetigen": {"kennung": LOESCHUNG},
    "loeschung_ablehnen": {"kennung": LOESCHUNG, "grund": GRUND},
}  # fmt: skip


def arten(typ: str) -> list[str]:
    """What people do to such a case, as the tables of the rules have it: so a new command is drawn, or the walk fails."""
    return sorted(art for art in KERNE[typ].befehle if for_people(art))


def vorrat(typ: str, art: str) -> Vorrat:
    """A whole past is also drawn as far as somebody knows it."""
    if art == "nacherfassen":
        return {"schritte": [VERGANGENHEITEN[typ][:n] for n in range(len(VERGANGENHEITEN[typ]) + 1)]}
    return FELDER[art]


def felder(typ: str, art: str, zufall: Random) -> dict[str, Any]:
    return {feld: zufall.choice(werte) for feld, werte in vorrat(typ, art).items()}


def wer_darf(art: str, zufall: Random) -> Akteur:
    """Mostly somebody whose role may; sometimes anybody."""
    rollen = {rolle for rolle, _ in RECHTE[art]}
    return zufall.choice([a for a in LEUTE if a.rolle in rollen or not zufall.randrange(20)] or LEUTE)


class Haus(Rathaus):
    """As strict as the real town hall: doors and calls that do not know the state, keys that are known again, seals."""

    def __init__(self) -> None:
        super().__init__(REGELWERKE, ORT)
        self.gegeben: dict[tuple[str, str], str] = {}
        self.bereinigt: dict[str, Any] = {}

    def _accept(self, workflow: str, befehl: Kommando[Any]) -> str | None:
        kern, z = kern_of(workflow), self.state(workflow)
        schon = self.gegeben.get((workflow, befehl.schluessel))
        if schon is not None:
            assert schon == befehl.digest(), f"Schlüssel zweimal für Verschiedenes: {befehl.as_json()}"
            return None
        kennt = befehl.braucht_stand or isinstance(befehl, Nacherfassen) or befehl.art == "wiederaufnehmen"
        befehl = complete(kern, z if kennt else kern.empty(workflow), befehl, self.jetzt, self.regelwerke)
        check(kern, z, befehl, self.jetzt, self.regelwerke)
        folge = apply(kern, z, befehl, self.jetzt)
        self.gegeben[workflow, befehl.schluessel] = befehl.digest()
        self.staende[workflow] = folge.zustand
        self.verlauf[workflow] += folge.eintraege
        self.versiegelt += [workflow for w in folge.wirkungen if isinstance(w, Versiegelung)]
        self.rufe += [(workflow, w) for w in folge.wirkungen if isinstance(w, Ruf)]
        return folge.antwort

    def deliver(self) -> None:
        super().deliver()
        while self.versiegelt:
            workflow = self.versiegelt.pop()
            self.do(workflow, "versiegelt", SYSTEM, siegel=seal_digest(self.state(workflow)))
        for workflow, z in list(self.staende.items()):
            if auftrag := pending(z):
                self._forget(workflow, auftrag.stellen)

    def _forget(self, workflow: str, stellen: Sequence[Loeschstelle]) -> None:
        """As the register does it: the state goes on with what is left."""
        rest = without(workflow, [make_head(e, None) for e in self.verlauf[workflow]], stellen)
        self.verlauf[workflow] = [restore(*e) for e in rest.verlauf]
        self.staende[workflow] = self.bereinigt[workflow] = rest.z
        befehl = kern_of(workflow).befehle["loeschung_vollzogen"]
        self.do(workflow, befehl.art, SYSTEM, **befehl.of(rest.z, rest.stellen))  # type: ignore[attr-defined]  # it is that one
        self.deliver()

    def _answer(self, von: str, ruf: Ruf, ausgang: str, antwort: str | None, grund: str | None) -> None:
        kern, art = kern_of(ruf.ziel), str(ruf.befehl["art"])
        if ausgang == "geschlossen":
            assert kern.closed(self.state(ruf.ziel)), f"{von} an {ruf.ziel}: {art}: {grund}"
        assert ausgang != "abgelehnt" or art in BITTEN, f"{von} an {ruf.ziel}: Tatsache {art} abgelehnt: {grund}"
        super()._answer(von, ruf, ausgang, antwort, grund)

    def seal_of(self, workflow: str) -> dict[str, Any]:
        """What the door adds to take a case up again."""
        z = self.state(workflow)
        if isinstance(z, Sitzung):
            papiere = [self.state(f"vorlage/{ORT}/{v.vorlage}") for v in z.vorlagen]
            return {"siegel": z.siegel, "papiere": tuple(as_copy(p) for p in papiere if p.stufe not in ENDEN)}
        if not isinstance(z, Vorlage):
            return {"siegel": z.siegel}
        sitzungen = dict.fromkeys(t.sitzung for b in z.beratungen for t in b.behandlungen)
        staende = [self.state(f"sitzung/{ORT}/{s}") for s in sitzungen]
        return {"siegel": z.siegel, "staende": tuple(stand for s in staende if s.seq for stand in copies_for(s, z.id))}


def possible(kern: Kern[Any], z: Any, klasse: type[Kommando[Any]]) -> bool:
    if z.seq == 0:
        return klasse.legt_an
    if klasse.legt_an or (kern.closed(z) and not klasse.oeffnet) or (klasse.art == "wiederaufnehmen" and not kern.closed(z)):
        return False
    return klasse.von is None or kern.stufe(z) in klasse.von


def parses(kern: Kern[Any], art: str, f: dict[str, Any]) -> bool:
    try:
        kern.parse({"art": art, "schluessel": "k", "akteur": DIENST, "regelwerk": OHNE, **f}, streng=True)
    except Ablehnung:
        return False
    return True
