"""A town's store of packages for tests, with its log, keys and the auditor's copies: made by the same parts as in earnest, without Temporal."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.ablage import Ablage
from archive.aufbau import ADRESSE, WER, message, object_id
from archive.blattliste import Blattliste
from archive.dateien import Lesbar
from archive.ocfl import Lager
from archive.paket import NACHWEIS, SCHLUESSEL, contents
from archive.schluesselbund import Schluesselbund
from beweis import merkle
from beweis.kopf import Inhalt, Kopf, make_head, restore
from beweis.pruefpunkt import Nachweis, Pruefpunkt
from lifecycle.gemeinsam import seal_digest
from lifecycle.kern import fold_all
from lifecycle.kerne import kern_of
from pruefer.pruefung import Pruefung
from rathaus import A50, AL, DEZERNAT, DIENST, LEITUNG, SB, SB2, SCHRIFT, VORSITZ, Rathaus
from register.vergessen import without
from schemas.loeschung import Loeschstelle
from welt import SYSTEM

KOMMUNE = "muster"
Verlauf = list[tuple[Kopf, Inhalt]]
Unterschreiben = Callable[[int, bytes], Pruefpunkt]


def state_of(workflow: str, verlauf: Verlauf) -> Any:
    """As the entries yield it."""
    return fold_all(kern_of(workflow), workflow, (restore(*e) for e in verlauf))


@dataclass
class Verwahrung:
    """A store below ``ordner``, as an installation has it: ``pakete``, ``verzeichnis``, and the auditor's own things in ``revision``."""

    ordner: Path
    haus: Rathaus
    verlauf: dict[str, Verlauf] = field(default_factory=dict)
    blaetter: list[bytes] = field(default_factory=list)
    nummern: dict[tuple[str, int], int] = field(default_factory=dict)
    fassungen: dict[str, list[tuple[int, Nachweis]]] = field(default_factory=dict)
    """Per case: after how many entries it was sealed, and the proof of that."""
    punkte: list[Pruefpunkt] = field(default_factory=list)
    """What the auditor got, in order."""

    def __post_init__(self) -> None:
        self.bund = Schluesselbund(self.ordner / "schluessel")
        self.ablage = Ablage(self.ordner / "dokumente")

    @property
    def pakete(self) -> Path:
        return self.ordner / "pakete"

    @property
    def liste(self) -> Path:
        return self.ordner / "verzeichnis" / KOMMUNE / "blaetter.txt"

    @property
    def schluessel(self) -> Path:
        return self.ordner / "revision" / "schluessel.txt"

    @property
    def eigene(self) -> list[Path]:
        return sorted((self.ordner / "revision").glob("*.pruefpunkt"))

    # --- as it goes -----------------------------------------------------------------------------------------------------

    def text(self, wort: str) -> dict[str, Any]:
        daten = f"{wort}\n".encode()
        return {"digest": self.ablage.put(daten), "groesse": len(daten)}

    def later(self) -> None:
        self.haus.jetzt += dt.timedelta(minutes=7)

    def record(self) -> None:
        """What has happened becomes heads and leaves."""
        for workflow, eintraege in self.haus.verlauf.items():
            verlauf = self.verlauf.setdefault(workflow, [])
            for eintrag in eintraege[len(verlauf) :]:
                verlauf.append(make_head(eintrag, verlauf[-1][0].hash() if verlauf else None))
                self.nummern[workflow, eintrag.seq] = len(self.blaetter)
                self.blaetter.append(bytes.fromhex(verlauf[-1][0].hash()))

    def sign(self, groesse: int, wurzel: bytes) -> Pruefpunkt:
        return self.bund.sign(KOMMUNE, groesse, wurzel)

    def checkpoint(self, sign: Unterschreiben | None = None) -> Pruefpunkt:
        return (sign or self.sign)(len(self.blaetter), root(self.blaetter, len(self.blaetter)))

    def seal(self, workflow: str) -> None:
        """The closing entry, if it is not there, and its proof."""
        self.later()
        z = self.haus.state(workflow)
        if z.siegel is None:
            self.haus.do(workflow, "versiegelt", SYSTEM, siegel=seal_digest(z))
        self.record()
        seq = len(self.verlauf[workflow])
        nachweis = prove(self.blaetter, self.nummern[workflow, seq], self.checkpoint())
        self.fassungen.setdefault(workflow, []).append((seq, nachweis))

    def at_night(self) -> None:
        """A checkpoint leaves the house."""
        self.record()
        self.punkte.append(self.checkpoint())

    def forget(self, workflow: str, stellen: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """As the register does it; returns what went."""
        rest = without(workflow, self.verlauf[workflow], [Loeschstelle.model_validate(s) for s in stellen])
        self.verlauf[workflow] = rest.verlauf
        self.haus.staende[workflow] = rest.z
        return [s.model_dump(mode="json") for s in rest.stellen]

    # --- onto the disk --------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Packages, list of leaves, the auditor's copies."""
        for workflow in self.fassungen:
            self.write_package(workflow)
        self.write_list()
        self.schluessel.parent.mkdir(exist_ok=True)
        self.schluessel.write_text(self.keys())
        for punkt in self.punkte:
            (self.schluessel.parent / f"{punkt.groesse:06d}.pruefpunkt").write_text(punkt.note, encoding="utf-8")

    def write_list(self) -> None:
        Blattliste(self.ordner / "verzeichnis").extend(KOMMUNE, 0, (b.hex() for b in self.blaetter))

    def keys(self) -> str:
        return "".join(f"{s}\n" for s in self.bund.public(KOMMUNE))

    def write_package(self, workflow: str, keys: str | None = None) -> Path:
        """All versions of a package from its Verlauf, as ``archive`` writes them one after the other."""
        ort = self.pakete
        for anzahl, nachweis in self.fassungen[workflow]:
            verlauf = self.verlauf[workflow][:anzahl]
            z = state_of(workflow, verlauf)
            dateien: dict[str, bytes | Lesbar] = contents(workflow, z, verlauf, self.ablage)
            dateien |= {NACHWEIS: str(nachweis).encode(), SCHLUESSEL: (keys or self.keys()).encode()}
            ort = Lager(self.pakete).write(
                object_id(workflow), dateien, zeit=z.zuletzt, botschaft=message(z.seq), wer=WER, adresse=ADRESSE
            )
        return ort

    # --- verified ---------------------------------------------------------------------------------------------------------

    def verify(self, pfad: Path | None = None, eigene: Sequence[Path] | None = None, liste: Path | None = None) -> Pruefung:
        from pruefer.pruefung import read_keys

        schluessel = read_keys(self.schluessel.read_bytes(), "schluessel.txt")
        punkte = [(p.name, p.read_bytes()) for p in (self.eigene if eigene is None else eigene)]
        return Pruefung(pfad or self.pakete, schluessel, punkte, liste)


def root(blaetter: Sequence[bytes], groesse: int) -> bytes:
    return merkle.root(merkle.from_leaves(blaetter), groesse)


def prove(blaetter: Sequence[bytes], nr: int, punkt: Pruefpunkt) -> Nachweis:
    weg = merkle.inclusion(merkle.from_leaves(blaetter[: punkt.groesse]), nr, punkt.groesse)
    return Nachweis(nr, tuple(weg), punkt.note)


# --- what happened --------------------------------------------------------------------------------------------------------


def treated_paper(vw: Verwahrung, v: str, s: str) -> str:
    """A paper on its whole way, with its meeting and a task that comes of it; returns the task."""
    haus = vw.haus
    haus.freigegeben(v, abschnitte=[{"name": "Sachlage", **vw.text(f"Die Lage von {v}.")}])
    haus.sitzung(s)
    top = haus.aufgesetzt(v, s)
    haus.do(s, "einladen", DIENST)
    haus.eroeffnet(s)
    angaben = {"top": top, "verlangt": "Übersicht", "grundlage": "bitte", "von_wem": "ein Mitglied"}
    a = f"auftrag/{KOMMUNE}/{haus.do(s, 'auftrag_festhalten', SCHRIFT, **angaben)}"
    haus.do(s, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
    haus.do(s, "schliessen", VORSITZ)
    vw.later()
    haus.do(s, "niederschrift_erfassen", SCHRIFT, text=vw.text("Niederschrift, zuerst."))
    haus.do(s, "niederschrift_erfassen", SCHRIFT, text=vw.text("Niederschrift."))
    for akteur in (SCHRIFT, VORSITZ):
        haus.do(s, "niederschrift_unterzeichnen", akteur, original="Sitzungsakte")
    vw.later()
    haus.do(a, "zuweisen", LEITUNG, stelle="a-50")
    haus.do(a, "annehmen", A50)
    haus.do(a, "erledigt_melden", A50)
    haus.do(a, "erledigung_bestaetigen", DIENST)
    for workflow in (v, s, a):
        vw.seal(workflow)
    return a


def reopened_paper(vw: Verwahrung, v: str) -> None:
    """Withdrawn, taken up again, withdrawn again: two versions."""
    haus = vw.haus
    haus.entwurf(v, abschnitte=[{"name": "Sachlage", **vw.text("Erste Fassung.")}], betreff="Übersicht über Kindergärten")
    haus.do(v, "bearbeiten", SB, abschnitte=[{"name": "Sachlage", **vw.text("Zweite Fassung.")}])
    haus.do(v, "zurueckziehen", SB, grund="erledigt")
    vw.seal(v)
    vw.at_night()
    vw.later()
    haus.do(v, "wiederaufnehmen", LEITUNG, grund="doch nicht", siegel=haus.state(v).siegel)
    haus.do(v, "bearbeiten", SB, abschnitte=[{"name": "Sachlage", **vw.text("Dritte Fassung.")}])
    haus.do(v, "einreichen", SB)
    for akteur in (SB2, AL, DEZERNAT):
        haus.do(v, "mitzeichnen", akteur)
    haus.do(v, "zurueckziehen", SB, grund="nun doch")
    vw.seal(v)


VERGESSEN = "Frau Mustermann"


def forgotten_paper(vw: Verwahrung, v: str) -> None:
    """Sealed, then some content is deleted by order, and what is left sealed again."""
    haus = vw.haus
    text = vw.text(f"{VERGESSEN} wohnt hier.")
    haus.entwurf(v, abschnitte=[{"name": "Sachlage", **text}], betreff=VERGESSEN)
    haus.do(v, "bearbeiten", SB, abschnitte=[{"name": "Sachlage", **vw.text("Jemand wohnt hier.")}])
    haus.do(v, "zurueckziehen", SB, grund=f"{VERGESSEN} hat verzichtet")
    vw.seal(v)
    vw.later()
    stellen = [{"seq": 1, "felder": ["abschnitte", "betreff"]}, {"seq": 3, "felder": ["grund"]}]
    felder = {"kennung": "l-1", "rechtsgrund": "Art. 17 DSGVO", "angeordnet_von": "Datenschutzbeauftragte"}
    haus.do(v, "loeschung_beantragen", DIENST, stellen=stellen, **felder)
    if haus.state(v).siegel is None:
        vw.seal(v)
    haus.do(v, "loeschung_bestaetigen", LEITUNG, kennung="l-1")
    vw.record()
    vw.later()
    weg = vw.forget(v, stellen)
    vw.ablage.path(text["digest"]).unlink()
    haus.do(v, "loeschung_vollzogen", SYSTEM, kennung="l-1", stellen=weg)
    vw.seal(v)


def filled(ordner: Path, haus: Rathaus) -> Verwahrung:
    """Packages of every kind: paper, meeting, task; with several versions; with something deleted."""
    vw = Verwahrung(ordner, haus)
    treated_paper(vw, "vorlage/muster/v1", "sitzung/muster/s1")
    vw.at_night()
    reopened_paper(vw, "vorlage/muster/v2")
    vw.at_night()
    forgotten_paper(vw, "vorlage/muster/v3")
    vw.at_night()
    vw.write()
    return vw
