"""One package from the outside in: files, inventory, Verlauf, proof, and everything that is shown, version by version.

What only the town's list of leaves or the auditor's own checkpoint can tell is looked at in ``verzeichnis``.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.aufbau import ADRESSE, BELEG, INVENTAR, VORSILBE, WER, as_json, message, object_id
from archive.paket import NACHWEIS, SCHLUESSEL, VERLAUF
from beweis.pruefpunkt import Pruefschluessel
from lifecycle.gemeinsam import Versiegelt
from lifecycle.kerne import KERNE
from pruefer import objekt
from pruefer.bericht import Art, Befund, Paketbericht
from pruefer.inhalt import check_contents, check_documents, first_difference
from pruefer.inventar import Inventar
from pruefer.nachweis import Zeugnis, check_keys, check_proof
from pruefer.objekt import Objekt
from pruefer.verlauf import Rechnung, work_out
from schemas.basis import FORM_KENNUNG

VORGANG = re.compile(rf"^({'|'.join(KERNE)})/({FORM_KENNUNG.strip('^$')})/[^/\s]+$")


@dataclass(frozen=True)
class Ergebnis:
    """The report on a package alone, and what the package says of the log: its proofs, and its heads in order."""

    bericht: Paketbericht
    zeugnisse: tuple[Zeugnis, ...] = ()
    koepfe: tuple[bytes, ...] = ()


def verify_package(ordner: Path, schluessel: Sequence[Pruefschluessel]) -> Ergebnis:
    """The package in that folder, with the keys that the auditor trusts. Never raises: what cannot be read is a finding."""
    try:
        return _verify(ordner, schluessel)
    except Exception as fehler:  # noqa: BLE001 - one package must not keep ten thousand others from being looked at
        befund = Befund(art=Art.BESTAND, satz=f"Das Paket lässt sich nicht prüfen ({type(fehler).__name__}).")
        return Ergebnis(Paketbericht(pfad=str(ordner), befunde=(befund,)))


def _verify(ordner: Path, schluessel: Sequence[Pruefschluessel]) -> Ergebnis:
    o = objekt.read(ordner)
    if o.inventar is None:
        return Ergebnis(Paketbericht(pfad=str(ordner), befunde=tuple(o.befunde)))
    p = _Paket(o, o.inventar, schluessel)
    befunde = (*o.befunde, *_check_form(o, o.inventar), *check_documents(o), *p.check())
    neueste = p.rechnungen.get(o.inventar.head)
    bericht = Paketbericht(
        pfad=str(ordner),
        workflow=o.inventar.id.removeprefix(VORSILBE) if VORGANG.match(o.inventar.id.removeprefix(VORSILBE)) else None,
        versionen=len(o.inventar.versions),
        eintraege=len(neueste.eintraege) if neueste else 0,
        befunde=tuple(dict.fromkeys(befunde)),
    )
    return Ergebnis(bericht, tuple(p.zeugnisse), tuple(neueste.koepfe) if neueste else ())


class _Paket:
    """The versions of a package, newest first: what it says holds for the earlier ones, which must be its beginnings."""

    def __init__(self, o: Objekt, inventar: Inventar, schluessel: Sequence[Pruefschluessel]) -> None:
        self._o = o
        self._inventar = inventar
        self._schluessel = schluessel
        self.rechnungen: dict[str, Rechnung] = {}
        self.zeugnisse: list[Zeugnis] = []

    def check(self) -> Iterator[Befund]:
        """Everything about the versions."""
        verlaeufe = {n: v for n in self._inventar.nummern if (v := self._file(n, VERLAUF)) is not None}
        for version in self._inventar.nummern:
            if version not in verlaeufe:
                yield Befund(art=Art.BESTAND, satz="Der Verlauf fehlt.", version=version, datei=VERLAUF)
        neuester = verlaeufe.get(self._inventar.head)
        if neuester is None:
            return
        gemeinsam = work_out(neuester, {v.count(b"\n") for v in verlaeufe.values()})
        yield from gemeinsam.befunde
        for version in reversed(verlaeufe):
            rechnung, anzahl = gemeinsam, verlaeufe[version].count(b"\n")
            if not neuester.startswith(verlaeufe[version]):
                satz = "Der Verlauf dieser Fassung ist nicht der Anfang des neuesten."
                wo = first_difference(verlaeufe[version], neuester)
                yield Befund(art=Art.VERLAUF, satz=satz, version=version, datei=VERLAUF, eintrag=wo)
                rechnung = work_out(verlaeufe[version], {anzahl})
                yield from (b.model_copy(update={"version": version}) for b in rechnung.befunde)
            self.rechnungen[version] = rechnung
            yield from self._check_version(version, rechnung, anzahl)

    def _file(self, version: str, name: str) -> bytes | None:
        ort = self._inventar.files(version).get(name)
        return self._o.bytes_of(ort) if ort else None

    def _check_version(self, version: str, r: Rechnung, anzahl: int) -> Iterator[Befund]:
        if not 0 < anzahl <= len(r.koepfe):
            return  # a line that cannot be read has been told
        letzter = r.eintraege[anzahl - 1][0]
        if self._inventar.id != object_id(letzter.workflow):
            satz = "Der Verlauf gehört zu einem anderen Vorgang als das Paket."
            yield Befund(art=Art.VERLAUF, satz=satz, version=version, datei=VERLAUF, eintrag=anzahl)
        if letzter.art != Versiegelt.art:
            satz = "Der letzte Eintrag versiegelt den Vorgang nicht."
            yield Befund(art=Art.VERLAUF, satz=satz, version=version, datei=VERLAUF, eintrag=anzahl)
        yield from self._check_proof(version, r.koepfe[anzahl - 1], letzter.workflow)
        if anzahl in r.staende:
            z = r.staende[anzahl]
            zeit = z.zuletzt.isoformat(timespec="seconds") if z.zuletzt else ""
            yield from self._check_stamp(version, anzahl, zeit)
            yield from check_contents(self._o, version, z, r.eintraege[:anzahl])

    def _check_proof(self, version: str, blatt: bytes, workflow: str) -> Iterator[Befund]:
        nachweis, schluessel = self._file(version, NACHWEIS), self._file(version, SCHLUESSEL)
        zeugnis = None
        if nachweis is None:
            satz = "Der Nachweis fehlt; dass dies im Verzeichnis der Kommune steht, ist nicht zu beweisen."
            yield Befund(art=Art.NACHWEIS, satz=satz, version=version, datei=NACHWEIS)
        elif treffer := VORGANG.match(workflow):
            befunde, zeugnis = check_proof(version, nachweis, blatt, treffer[2], self._schluessel)
            yield from befunde
        if zeugnis:
            self.zeugnisse.append(zeugnis)
        if schluessel is None:
            yield Befund(art=Art.BESTAND, satz="Fehlt.", version=version, datei=SCHLUESSEL)
        else:
            yield from check_keys(version, schluessel, zeugnis.punkt if zeugnis else None, self._schluessel)

    def _check_stamp(self, version: str, anzahl: int, zeit: str) -> Iterator[Befund]:
        """What the inventory says of the version: when, by what, by whom."""
        f = self._inventar.versions[version]
        if (f.created, f.message) != (zeit, message(anzahl)) or not f.user or (f.user.name, f.user.address) != (WER, ADRESSE):
            satz = "Zeit, Anlass oder Urheber der Fassung sind nicht die des Eintrags, der sie versiegelt."
            yield Befund(art=Art.BESTAND, satz=satz, version=version, datei=INVENTAR, eintrag=anzahl)


def _check_form(o: Objekt, i: Inventar) -> Iterator[Befund]:
    """What OCFL leaves open the Laufmappe always does in one way; what differs was written by somebody else."""
    if not VORGANG.match(i.id.removeprefix(VORSILBE)) or not i.id.startswith(VORSILBE):
        yield Befund(art=Art.BESTAND, satz="Die Kennung ist nicht die eines Vorgangs der Laufmappe.", datei=INVENTAR)
    for version in (None, *i.nummern):
        vor = f"{version}/" if version else ""
        daten, beleg = o.bytes_of(vor + INVENTAR), o.bytes_of(vor + BELEG)
        if daten is not None and not _is_ours(daten):
            yield Befund(art=Art.FORM, satz="Anders geschrieben, als die Laufmappe schreibt.", version=version, datei=INVENTAR)
        if beleg is not None and not re.fullmatch(rb"[0-9a-f]{128}  inventory\.json\n", beleg):
            yield Befund(art=Art.FORM, satz="Anders geschrieben, als die Laufmappe schreibt.", version=version, datei=BELEG)
    for name in sorted({p.name for p in o.ordner.iterdir()} - {INVENTAR, BELEG, "0=ocfl_object_1.1", *i.versions}):
        yield Befund(art=Art.BESTAND, satz="Das gehört nicht in ein Paket der Laufmappe.", datei=name)


def _is_ours(daten: bytes) -> bool:
    try:
        roh = json.loads(daten)
        digests = [*roh["manifest"], *(digest for f in roh["versions"].values() for digest in f["state"])]
        return (
            as_json(roh) == daten
            and "fixity" not in roh
            and "contentDirectory" not in roh
            and digests == list(map(str.lower, digests))
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return True  # unreadable: that has been told
