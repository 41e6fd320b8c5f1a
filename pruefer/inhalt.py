"""What lies in one version against what the Laufmappe would write from its entries today: file by file.

So nothing that is shown can differ from what is proven: state, Grunddaten, list of documents, letter to the reader.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archive.ablage import Ablage
from archive.aufbau import as_json
from archive.paket import ABGELEITET, FORM, NACHWEIS, SCHLUESSEL, contents, form_of
from beweis.kopf import Inhalt, Kopf
from pruefer.bericht import Art, Befund
from pruefer.objekt import Objekt
from schemas.zustand import Zustand

DOKUMENTE = "dokumente/"
LISTE = "dokumente.json"
LIESMICH = "LIESMICH.txt"
OPARL = "oparl.json"
ANDERS = "anders geschrieben, als die Laufmappe schreibt"


class Paketablage(Ablage):
    """The documents of one version as a store; one that is missing is found by comparing, not here."""

    def __init__(self, ordner: Path, dateien: Mapping[str, str]) -> None:
        super().__init__(ordner)
        self._ordner = ordner
        self._dateien = dateien

    def path(self, digest: str) -> Path:
        """Where it lies, if it does."""
        return self._ordner / self._dateien.get(f"{DOKUMENTE}{digest}", digest)

    def exists(self, digest: str) -> bool:
        """Whether the version has it."""
        return f"{DOKUMENTE}{digest}" in self._dateien

    def get(self, digest: str) -> bytes:
        """Nothing: what it contains is verified by ``check_documents``."""
        return b""


def check_contents(o: Objekt, version: str, z: Zustand, verlauf: list[tuple[Kopf, Inhalt]]) -> Iterator[Befund]:
    """``z`` is the state that these entries yield."""
    assert o.inventar is not None  # its version was read from it
    da = o.inventar.files(version)
    form = form_of(_read(o, da, LIESMICH))
    lose = ABGELEITET if form not in (None, FORM) else frozenset[str]()
    soll = contents(verlauf[0][0].workflow, z, verlauf, Paketablage(o.ordner, da), _address(_read(o, da, OPARL)))
    if form and lose:
        yield _other_form(version, form)
    for name in sorted(soll.keys() - da.keys() - lose):
        art, satz = (Art.DOKUMENT, "Das Dokument fehlt; der Verlauf nennt es.") if _is_document(name) else (Art.BESTAND, "Fehlt.")
        yield Befund(art=art, satz=satz, version=version, datei=name)
    for name in sorted(da.keys() - soll.keys() - {NACHWEIS, SCHLUESSEL} - lose):
        art = Art.DOKUMENT if _is_document(name) else Art.BESTAND
        yield Befund(art=art, satz="Das gehört nicht hierher; kein Eintrag nennt es.", version=version, datei=name)
    for name, inhalt in soll.items():
        if isinstance(inhalt, bytes) and name in da.keys() - lose and (ist := o.bytes_of(da[name])) not in (None, inhalt):
            yield from _difference(version, name, ist or b"", inhalt, nur_digests=bool(lose) and name == LISTE)


def _other_form(version: str, form: int) -> Befund:
    """What this program cannot write again, and so cannot compare."""
    rest = f"{', '.join(sorted(ABGELEITET))} und die Namen in {LISTE}"
    if form > FORM:
        satz = f"Form {form} des Pakets ist neuer als dieses Programm: {rest} sind nicht geprüft. Bitte ein neueres nehmen."
        return Befund(art=Art.UNBEWIESEN, satz=satz, version=version, datei=LIESMICH)
    satz = (
        f"In der früheren Form {form} geschrieben: {rest} sind nicht nachgerechnet. Maßgeblich sind zustand.json und der Verlauf."
    )
    return Befund(art=Art.HINWEIS, satz=satz, version=version, datei=LIESMICH)


def _read(o: Objekt, da: Mapping[str, str], name: str) -> bytes:
    return (o.bytes_of(da[name]) if name in da else None) or b""


def _address(oparl: bytes) -> str | None:
    """The public address with which the URLs of that object begin: it is no part of the record. None if there is none."""
    try:
        adresse, getrennt, _ = str(json.loads(oparl)["id"]).partition("/oparl/v1.1/")
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return adresse if getrennt else None


def check_documents(o: Objekt) -> Iterator[Befund]:
    """Every document has the SHA-256 that its name says; each content once."""
    assert o.inventar is not None
    gesehen: set[tuple[str, str]] = set()
    for version in reversed(o.inventar.nummern):
        for name, ort in o.inventar.files(version).items():
            if _is_document(name) and (name, ort) not in gesehen:
                gesehen.add((name, ort))
                if _sha256(o.ordner / ort) not in (None, name.removeprefix(DOKUMENTE)):
                    satz = "Das Dokument ist nicht das, dessen Prüfsumme (SHA-256) es im Namen trägt."
                    yield Befund(art=Art.DOKUMENT, satz=satz, version=version, datei=name)


def _is_document(name: str) -> bool:
    return name.startswith(DOKUMENTE)


def _sha256(datei: Path) -> str | None:
    """None if it is not there: that has been found already."""
    try:
        with datei.open("rb") as quelle:
            return hashlib.file_digest(quelle, "sha256").hexdigest()
    except OSError:
        return None


# --- differences --------------------------------------------------------------------------------------------------------


def _difference(version: str, name: str, ist: bytes, soll: bytes, *, nur_digests: bool = False) -> Iterator[Befund]:
    """What differs: in a Verlauf the line, in a JSON file the fields, by name only."""
    if name.endswith(".jsonl"):
        nr = first_difference(ist, soll)
        yield Befund(art=Art.FORM, satz=f"Die Zeile ist {ANDERS}.", version=version, datei=name, eintrag=nr)
    elif not name.endswith(".json"):
        satz = "Der Text ist nicht der, den die Laufmappe schreibt; kein Nachweis deckt ihn."
        yield Befund(art=Art.FORM, satz=satz, version=version, datei=name)
    else:
        yield from _json_difference(version, name, ist, soll, nur_digests)


def _json_difference(version: str, name: str, ist: bytes, soll: bytes, nur_digests: bool) -> Iterator[Befund]:
    """The order of fields may differ: what was typed is kept in its order, what is read from a Verlauf is sorted."""
    try:
        gelesen = json.loads(ist)
        verschieden = _differing(
            *((_digests(gelesen), _digests(json.loads(soll))) if nur_digests else (gelesen, json.loads(soll)))
        )
        felder = ", ".join(verschieden)
    except (ValueError, LookupError, TypeError, RecursionError):
        yield Befund(art=Art.STAND, satz="Die Datei ist kein lesbares JSON.", version=version, datei=name)
        return
    if felder:
        satz = f"Die Datei sagt nicht, was die Einträge ergeben (verschieden: {felder})."
        yield Befund(art=Art.STAND, satz=satz, version=version, datei=name)
    elif as_json(gelesen) != ist:
        yield Befund(art=Art.FORM, satz=f"Die Datei sagt, was sie soll, ist aber {ANDERS}.", version=version, datei=name)


def first_difference(a: bytes, b: bytes) -> int:
    """The number of the first line that differs."""
    zeilen = list(zip(a.split(b"\n"), b.split(b"\n"), strict=False))
    return next((nr for nr, (links, rechts) in enumerate(zeilen, 1) if links != rechts), len(zeilen))


def _digests(liste: Any) -> list[tuple[str, bool]]:
    """A list of documents without their names."""
    return sorted((str(d["digest"]), "fehlt" in d) for d in liste)


def _differing(ist: Any, soll: Any) -> list[str]:
    if isinstance(ist, dict) and isinstance(soll, dict):
        return [f"„{name}“" for name in sorted(ist.keys() | soll.keys()) if _told(ist, name) != _told(soll, name)]
    if isinstance(ist, list) and isinstance(soll, list):
        paare = enumerate(zip(ist, soll, strict=False), 1)
        nr = next((nr for nr, (a, b) in paare if _sorted(a) != _sorted(b)), min(len(ist), len(soll)) + 1)
        return [f"Nr. {nr}"] if _sorted(ist) != _sorted(soll) else []
    return ["das Ganze"] if _sorted(ist) != _sorted(soll) else []


def _told(wert: dict[str, Any], name: str) -> str | None:
    return _sorted(wert[name]) if name in wert else None


def _sorted(wert: Any) -> str:
    """Text by which to compare: to Python ``true`` would be the same as 1."""
    return json.dumps(wert, sort_keys=True)
