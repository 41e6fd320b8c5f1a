"""From a case's record to the documents that the archive gets: versions, attachments, extracts, minutes, lists, and the proof itself.

Every document of the package is in it once more under its own place; what was deleted stays named and says so.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from aussonderung import auszug, codes
from aussonderung.begriffe import Datei, Unterlage
from aussonderung.quelle import Quelle
from lifecycle.aussonderung import message_uuid
from lifecycle.fristen import day
from lifecycle.vorlage.fassung import subject_of
from schemas.auftrag import Auftrag
from schemas.sitzung import Aufgabenliste, Ausfertigung, Niederschriftteil, Sitzung
from schemas.vorlage import Anlage, Fassung, Vorlage

NICHTOEFFENTLICH = "nichtöffentlich"
PDF_A = re.compile(rb"pdfaid:part(?:>|=\")(\d).{0,200}?pdfaid:conformance(?:>|=\")(\w)", re.DOTALL)
"""How a PDF says that it is an archival one: part and conformance level."""
PAKET = "Aufbewahrungspaket: Stand, Verlauf und Nachweise"


class Sammlung:
    """Collects the documents of one case. Without ``mit_dateien`` nothing is read: an offer names documents, no files."""

    def __init__(self, quelle: Quelle, *, mit_dateien: bool) -> None:
        self._quelle = quelle
        self._mit_dateien = mit_dateien
        self._genannt: set[str] = set()

    def all(self) -> tuple[Unterlage, ...]:
        """In their order; what no other place names comes last, before the package itself."""
        z = self._quelle.z
        eigene = [u for art, machen in SAMMELN.items() if isinstance(z, art) for u in machen(self, z)]
        return (*eigene, *self._rest(), self._package())

    # --- by kind of case ----------------------------------------------------------------------------------------------

    def paper(self, z: Vorlage) -> Iterator[Unterlage]:
        """Its versions, and what committees did with it."""
        for fassung in z.fassungen:
            yield self._version(z, fassung)
        yield self._text("Beratungsverlauf", auszug.of_paper(z), None if z.oeffentlich else NICHTOEFFENTLICH)

    def meeting(self, z: Sitzung) -> Iterator[Unterlage]:
        """Agenda with outcomes; minutes as signed, their parts, signatures, lists of tasks: each part by itself."""
        for oeffentlich in (True, False):
            text = auszug.of_meeting(z, oeffentlich=oeffentlich)
            if text:
                name = f"Tagesordnung und Ergebnisse, {'öffentlicher' if oeffentlich else 'nichtöffentlicher'} Teil"
                yield self._text(name, text, None if oeffentlich else NICHTOEFFENTLICH)
        nicht = set(_not_public((*z.niederschrift, *z.ausfertigungen, *z.aufgabenlisten)))
        for verweis in self._quelle.verweise:
            if not verweis.was.startswith("Eintrag "):
                yield self._document(verweis.was, verweis.digest, NICHTOEFFENTLICH if verweis.digest in nicht else None)

    def task(self, z: Auftrag) -> Iterator[Unterlage]:
        """What was asked and reported."""
        oeffentlich = z.angaben is None or z.angaben.oeffentlich
        yield self._text("Auftrag und Berichte", auszug.of_task(z), None if oeffentlich else NICHTOEFFENTLICH)

    def _version(self, z: Vorlage, fassung: Fassung) -> Unterlage:
        abschnitte = (
            self._document(
                f"Abschnitt {a.name}", a.digest, None, ort=f"{fassung.nr}/{a.name}", mehr=_others(a.original, a.original_name)
            )
            for a in fassung.abschnitte
        )
        anlagen = (self._attachment(fassung, a) for a in fassung.anlagen)
        return Unterlage(
            id=self._id("fassung", str(fassung.nr)),
            betreff=subject_of(z, fassung) or "gelöscht",
            typ=f"Fassung {fassung.nr} ({fassung.art.value}){fassung.zusatz or ''}",
            bemerkung=None if z.oeffentlich else NICHTOEFFENTLICH,
            vom=day(fassung.herausgabe.am) if fassung.herausgabe else None,
            bearbeiter=z.federfuehrend.anzeige if z.federfuehrend else None,
            anlagen=(*abschnitte, *anlagen),
        )

    def _attachment(self, fassung: Fassung, a: Anlage) -> Unterlage:
        bemerkung = None if a.oeffentlich else NICHTOEFFENTLICH
        return self._document(f"Anlage {a.name}", a.digest, bemerkung, ort=f"{fassung.nr}/anlage/{a.name}", name=a.name)

    # --- pieces -------------------------------------------------------------------------------------------------------

    def _id(self, *teile: str) -> str:
        return message_uuid(self._quelle.workflow, *teile)

    def _document(
        self, was: str, digest: str, bemerkung: str | None, *, ort: str = "", name: str | None = None,
        mehr: Mapping[str, str | None] = {},
    ) -> Unterlage:  # fmt: skip
        """A document of the package; ``mehr``: other files of the same, digest to name."""
        alle = {digest: name, **mehr}
        self._genannt |= alle.keys()
        fehlt = [grund for d in alle if (grund := self._quelle.missing(d))]
        dateien = tuple(
            self._file(d, n, f"{ort}/{d}") for d, n in alle.items() if not self._quelle.missing(d) and self._mit_dateien
        )
        satz = "; ".join(t for t in (bemerkung, *dict.fromkeys(fehlt)) if t)
        return Unterlage(id=self._id("dokument", ort, digest), betreff=was, dateien=dateien, bemerkung=satz or None)

    def _file(self, digest: str, name: str | None, ort: str) -> Datei:
        daten = self._quelle.document(digest)
        return _datei(self._id("datei", ort), daten, lambda: self._quelle.document(digest), name, digest)

    def _text(self, was: str, text: str, bemerkung: str | None) -> Unterlage:
        daten = text.encode()
        dateien = (_datei(self._id("datei", was), daten, lambda: daten, None),) if self._mit_dateien else ()
        return Unterlage(id=self._id("dokument", was), betreff=was, typ="Auszug", dateien=dateien, bemerkung=bemerkung)

    def _rest(self) -> Iterator[Unterlage]:
        """Documents that only earlier states or entries name."""
        for verweis in self._quelle.verweise:
            if verweis.digest not in self._genannt:
                yield self._document(verweis.was, verweis.digest, None)

    def _package(self) -> Unterlage:
        """The sealed state, the entries and what proves them, as they lie in the package."""
        anlagen = tuple(self._piece(name) for name in self._quelle.beilagen)
        return Unterlage(id=self._id("paket"), betreff=PAKET, typ="Nachweis", anlagen=anlagen)

    def _piece(self, name: str) -> Unterlage:
        lies = self._quelle.lies
        dateien = (_datei(self._id("datei", "paket", name), lies(name), lambda: lies(name), name),) if self._mit_dateien else ()
        return Unterlage(id=self._id("paket", name), betreff=name, dateien=dateien)


SAMMELN: Mapping[type, Callable[..., Iterable[Unterlage]]] = {
    Vorlage: Sammlung.paper,
    Sitzung: Sammlung.meeting,
    Auftrag: Sammlung.task,
}


def _not_public(teile: Iterable[Niederschriftteil | Ausfertigung | Aufgabenliste]) -> Iterator[str]:
    return (teil.digest for teil in teile if not teil.oeffentlich)


def _others(digest: str | None, name: str | None) -> dict[str, str | None]:
    return {digest: name} if digest else {}


def _datei(kennung: str, daten: bytes, lies: Callable[[], bytes], name: str | None, sha256: str | None = None) -> Datei:
    endung, code, fassung = file_format(daten, name)
    return Datei(
        name=f"{kennung}.{endung}",
        code=code,
        fassung=fassung,
        sonstiger_name=endung if code == codes.SONSTIGES else None,
        original=name,
        sha256=sha256 or hashlib.sha256(daten).hexdigest(),
        lies=lies,
    )


def file_format(daten: bytes, name: str | None) -> tuple[str, str, str]:
    """(ending, code, version) of a file: by what it is, where it says so itself; else by its name."""
    if daten.startswith(b"%PDF"):
        archival = PDF_A.search(daten)
        teile = [teil.decode().lower() for teil in archival.groups()] if archival else []
        return (
            ("pdf", codes.PDF_A, "".join(teile))
            if teile
            else ("pdf", codes.ENDUNGEN["pdf"], daten[5:8].decode("ascii", "replace"))
        )
    endung = re.sub(r"[^a-z0-9]", "", name.rpartition(".")[2].lower()) if name and "." in name else ""
    if endung in codes.ENDUNGEN and endung != "txt":
        return endung, codes.ENDUNGEN[endung], "unbekannt"
    if not endung or endung in ("txt", "md"):
        return ("txt", codes.ENDUNGEN["txt"], "UTF-8") if _is_text(daten) else ("bin", codes.SONSTIGES, "unbekannt")
    return endung[:10], codes.SONSTIGES, "unbekannt"


def _is_text(daten: bytes) -> bool:
    try:
        daten.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in daten
