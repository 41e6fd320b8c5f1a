"""The town's log as a stranger sees it: the list of leaves, the auditor's own checkpoints, and packages held against both.

The auditor's checkpoint is the one thing that the operator cannot change. So the list is held against it first; where it fails, the
list is forged, whoever signed what follows from it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from archive.blattliste import NAME
from archive.paket import NACHWEIS
from beweis import merkle, pruefpunkt
from beweis.herkunft import section
from beweis.merkle import BeweisFalsch
from beweis.pruefpunkt import Pruefpunkt, Pruefschluessel
from pruefer.bericht import Art, Befund
from pruefer.nachweis import Zeugnis, unknown_signature
from pruefer.paket import Ergebnis

BLATT = re.compile(rb"^[0-9a-f]{64}$")


class Blaetter:
    """A list of leaves, read once. ``befunde`` says what is wrong with the file; what comes before that can be used."""

    def __init__(self, datei: Path) -> None:
        """Raises OSError."""
        self.datei = datei
        self.befunde: list[Befund] = []
        zeilen = datei.read_bytes().split(b"\n")
        rest = zeilen.pop()
        gut = next((nr for nr, zeile in enumerate(zeilen) if not BLATT.match(zeile)), len(zeilen))
        if gut < len(zeilen) or rest:
            satz = f"Zeile {gut + 1} ist keine Prüfsumme; von hier an lässt sich die Blattliste nicht benutzen."
            self.befunde.append(Befund(art=Art.VERZEICHNIS, satz=satz, datei=str(datei)))
        blaetter = [bytes.fromhex(zeile.decode()) for zeile in zeilen[:gut]]
        self.anzahl = gut
        self.nummern = {blatt: nr for nr, blatt in enumerate(blaetter)}
        self._blaetter = blaetter
        self._knoten = merkle.from_leaves(blaetter)

    def root(self, groesse: int) -> bytes | None:
        """The root at that size; None where the list is too short."""
        return merkle.root(self._knoten, groesse) if groesse <= self.anzahl else None

    def leaf(self, nr: int) -> bytes | None:
        """A leaf hash; None where the list is too short."""
        return self._blaetter[nr] if nr < self.anzahl else None


@dataclass
class _Kommune:
    """What is known of one town's log."""

    blaetter: Blaetter | None
    bestaetigt: list[int] = field(default_factory=list)
    """Sizes at which the list is what the auditor holds."""
    widerlegt: range | None = None
    """The leaves among which the first change is. Behind them nothing can be proven any more: every later root follows from it."""
    geprueft: int = 0

    def refute(self, groesse: int) -> str:
        """Notes that the list is another one at that size (sizes come in order), and says so."""
        if self.widerlegt is not None:
            return f"Auch über {groesse} Blätter ist die Blattliste eine andere; das folgt schon aus der Änderung davor."
        self.widerlegt = range(max(self.bestaetigt, default=0), groesse)
        return (
            f"Das Verzeichnis ist gefälscht: Über {groesse} Blätter hat die Blattliste eine andere Wurzel als der Prüfpunkt. "
            f"Geändert ist mindestens eines der Blätter {self.widerlegt.start + 1} bis {groesse} (Zeilen der Liste)."
        )


class Verzeichnis:
    """Everything that is known of the logs, for one walk over packages.

    ``neben`` is the folder in which the lists of the towns are looked for; ``liste`` one that was named explicitly.
    """

    def __init__(self, schluessel: Sequence[Pruefschluessel], neben: Path | None, liste: Path | None = None) -> None:
        self._schluessel = schluessel
        self._neben = neben
        self._liste = Blaetter(liste) if liste else None
        self._kommunen: dict[str, _Kommune] = {}
        self._wurzeln: dict[tuple[str, int], tuple[bytes, bool]] = {}
        """Root by section and size, and whether the auditor's own checkpoint says so."""
        self._unverglichen: dict[tuple[str, int], str] = {}
        """The auditor's checkpoints that no list and so far no package could be held against."""
        self.befunde: list[Befund] = list(self._liste.befunde) if self._liste else []

    # --- the auditor's checkpoints --------------------------------------------------------------------------------------

    def add_own(self, punkte: Sequence[tuple[str, bytes]]) -> None:
        """The auditor's checkpoints (name of the file, content), before the first package."""
        gelesen = [(name, p) for name, inhalt in punkte if (p := self._read_own(name, inhalt))]
        for name, punkt in sorted(gelesen, key=lambda paar: paar[1].groesse):
            self._note_root(punkt, name, eigener=True)
            self._hold_against_list(name, punkt)

    def _read_own(self, name: str, inhalt: bytes) -> Pruefpunkt | None:
        try:
            punkt = pruefpunkt.verify(inhalt.decode(), self._schluessel)
            if section(punkt.herkunft) is None:
                raise BeweisFalsch("Der Prüfpunkt gehört zu keinem Verzeichnis einer Laufmappe.")
        except UnicodeDecodeError:
            self._find(Art.NACHWEIS, "Das ist kein Prüfpunkt.", name)
            return None
        except BeweisFalsch as fehler:
            self._find(Art.NACHWEIS, str(fehler), name)
            return None
        if satz := unknown_signature(punkt, self._schluessel):
            self._find(Art.UNBEWIESEN, satz, name)
        return punkt

    def _hold_against_list(self, name: str, punkt: Pruefpunkt) -> None:
        k = self._of(_town(punkt))
        k.geprueft += 1
        if k.blaetter is None:
            self._unverglichen[punkt.herkunft, punkt.groesse] = name
            return None
        wurzel = k.blaetter.root(punkt.groesse)
        if wurzel is None:
            satz = (
                f"Die Blattliste hat {k.blaetter.anzahl} Blätter, der Prüfpunkt {punkt.groesse}: Sie ist älter oder gekürzt, und "
                "was fehlt, lässt sich nicht prüfen."
            )
            return self._find(Art.UNBEWIESEN, satz, name)
        if wurzel == punkt.wurzel:
            k.bestaetigt.append(punkt.groesse)
            return None
        if satz_abschnitt := self._earlier_section(punkt):
            return self._find(Art.UNBEWIESEN, satz_abschnitt, name)
        return self._find(Art.VERZEICHNIS, k.refute(punkt.groesse), name)

    def _earlier_section(self, punkt: Pruefpunkt) -> str | None:
        """A sentence, if the auditor has the key of a later section: then the log may have been begun anew in between."""
        kommune, abschnitt = section(punkt.herkunft) or ("", 0)
        spaeter = [s[1] for key in self._schluessel if (s := section(key.name)) and s[0] == kommune and s[1] > abschnitt]
        if not spaeter:
            return None
        return (
            f"Der Prüfpunkt ist aus Abschnitt {abschnitt} des Verzeichnisses, die Blattliste aus Abschnitt {max(spaeter)} und setzt "
            f"ihn nicht fort. Das ist nur in Ordnung, wenn die Prüfakte diesen Bruch über {punkt.groesse} Blättern oder davor festhält."
        )

    # --- packages -------------------------------------------------------------------------------------------------------

    def check(self, e: Ergebnis) -> Iterator[Befund]:
        """What only the log can tell of a package."""
        if e.bericht.workflow is None:
            return
        k = self._of(e.bericht.workflow.split("/")[1])
        alle_kurz = False
        for zeugnis in e.zeugnisse:
            befund = self._check_proof(k, zeugnis)
            alle_kurz = alle_kurz or (befund is not None and befund.art is Art.UNBEWIESEN)
            if befund:
                yield befund
        if k.blaetter is not None:
            yield from _check_heads(k, k.blaetter, e, unbewiesen=alle_kurz)

    def _check_proof(self, k: _Kommune, z: Zeugnis) -> Befund | None:
        eigener = self._note_root(z.punkt, f"{z.version}, {NACHWEIS}")
        self._unverglichen.pop((z.punkt.herkunft, z.punkt.groesse), None)
        if eigener is False:
            satz = "Der Prüfpunkt widerspricht einem anderen über gleich viele Blätter: Es gab zwei Verzeichnisse."
            return _at(z, Art.VERZEICHNIS, satz)
        if k.blaetter is None:
            if eigener or not k.geprueft:
                return None
            return _at(z, Art.UNBEWIESEN, "Ohne Blattliste lässt sich nicht prüfen, ob dieser Prüfpunkt zu Ihrem passt.")
        wurzel = k.blaetter.root(z.punkt.groesse)
        if wurzel is None:
            satz = f"Die Blattliste ist zu kurz: Sie hat {k.blaetter.anzahl} Blätter, der Prüfpunkt im Paket {z.punkt.groesse}."
            return _at(z, Art.UNBEWIESEN, satz)
        if wurzel == z.punkt.wurzel and k.blaetter.leaf(z.nr) == z.blatt:
            return None
        if satz_abschnitt := self._earlier_section(z.punkt):
            return _at(z, Art.UNBEWIESEN, satz_abschnitt)
        return _at(z, Art.VERZEICHNIS, "Der Prüfpunkt im Paket ist nicht aus dem Verzeichnis, das die Blattliste zeigt.")

    def _note_root(self, punkt: Pruefpunkt, wo: str, *, eigener: bool = False) -> bool | None:
        """Whether the auditor's own checkpoint confirms this one; False if any other contradicts it, None if nobody says anything."""
        schon = self._wurzeln.setdefault((punkt.herkunft, punkt.groesse), (punkt.wurzel, eigener))
        if schon[0] == punkt.wurzel:
            return schon[1] or None
        if eigener:
            satz = "Zwei Ihrer Prüfpunkte über gleich viele Blätter widersprechen einander: Es gab zwei Verzeichnisse."
            self._find(Art.VERZEICHNIS, satz, wo)
        return False

    # --- towns ----------------------------------------------------------------------------------------------------------

    def _of(self, kommune: str) -> _Kommune:
        if kommune not in self._kommunen:
            self._kommunen[kommune] = _Kommune(self._liste or self._beside(kommune))
        return self._kommunen[kommune]

    def _beside(self, kommune: str) -> Blaetter | None:
        if self._neben is None:
            return None
        try:
            blaetter = Blaetter(self._neben / kommune / NAME)
        except OSError:
            return None
        self.befunde += blaetter.befunde
        return blaetter

    def told(self) -> Iterator[Befund]:
        """What could not be compared, and what is worth knowing of each log, at the end."""
        for name in self._unverglichen.values():
            satz = "Die Blattliste fehlt; der Prüfpunkt lässt sich mit nichts vergleichen."
            yield Befund(art=Art.UNBEWIESEN, satz=satz, datei=name)
        for kommune, k in sorted(self._kommunen.items()):
            if k.blaetter is None:
                satz = "Keine Blattliste: geprüft ist jedes Paket für sich, nicht sein Platz im Verzeichnis."
            else:
                satz = f"Blattliste mit {k.blaetter.anzahl} Blättern."
                if k.bestaetigt:
                    satz += f" Bis Blatt {max(k.bestaetigt)} ist sie, was Ihre Prüfpunkte sagen."
            if not k.geprueft:
                satz += " Ohne einen eigenen Prüfpunkt (--pruefpunkt) ist gegen den Betreiber selbst nichts bewiesen."
            yield Befund(art=Art.HINWEIS, satz=satz, datei=f"Verzeichnis {kommune}")

    def _find(self, art: Art, satz: str, datei: str) -> None:
        self.befunde.append(Befund(art=art, satz=satz, datei=datei))


def _town(punkt: Pruefpunkt) -> str:
    teile = section(punkt.herkunft)
    assert teile is not None  # looked at when it was read
    return teile[0]


def _check_heads(k: _Kommune, blaetter: Blaetter, e: Ergebnis, *, unbewiesen: bool) -> Iterator[Befund]:
    """Every entry is a leaf, in its order. ``unbewiesen``: the list is too short, or of another section; then it proves nothing."""
    nummern = [blaetter.nummern.get(kopf) for kopf in e.koepfe]
    for eintrag, nr in enumerate(nummern, 1):
        if nr is None:
            art = Art.UNBEWIESEN if unbewiesen else Art.VERZEICHNIS
            yield Befund(art=art, satz="Der Kopf steht nicht in der Blattliste.", eintrag=eintrag)
        elif k.widerlegt is not None and nr in k.widerlegt:
            satz = "Der Eintrag liegt in dem Teil des Verzeichnisses, dem Ihr Prüfpunkt widerspricht."
            yield Befund(art=Art.VERZEICHNIS, satz=satz, eintrag=eintrag)
    yield from _check_later(k, nummern)
    for (eintrag, vorher), (_, nr) in pairwise((eintrag, nr) for eintrag, nr in enumerate(nummern, 2) if nr is not None):
        if vorher >= nr:
            satz = "Der Eintrag steht im Verzeichnis vor seinem Vorgänger."
            yield Befund(art=Art.VERZEICHNIS, satz=satz, eintrag=eintrag)


def _check_later(k: _Kommune, nummern: Sequence[int | None]) -> Iterator[Befund]:
    """From which entry on the auditor's checkpoints say nothing."""
    belegt = k.widerlegt.stop if k.widerlegt is not None else max(k.bestaetigt, default=None)
    if belegt is None:
        return
    eintrag = next((eintrag for eintrag, nr in enumerate(nummern, 1) if nr is not None and nr >= belegt), None)
    if eintrag is None:
        return
    if k.widerlegt is not None:
        satz = "Von hier an liegen die Einträge hinter der gefälschten Stelle des Verzeichnisses; beweisen lässt sich dort nichts mehr."
        yield Befund(art=Art.UNBEWIESEN, satz=satz, eintrag=eintrag)
    else:
        satz = "Von hier an sind die Einträge jünger als Ihr jüngster Prüfpunkt; erst ein späterer belegt sie."
        yield Befund(art=Art.HINWEIS, satz=satz, eintrag=eintrag)


def _at(z: Zeugnis, art: Art, satz: str) -> Befund:
    return Befund(art=art, satz=satz, version=z.version, datei=NACHWEIS)
