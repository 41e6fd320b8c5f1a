"""Somebody who forges packages: as clumsily or as cleverly as is wanted. Each skill mends more of what a change breaks.

``roh`` changes bytes. ``inventar`` also mends digests, inventories and sidecars. ``kette`` works out heads, chain, seals, state and
everything shown. ``fremd`` also proves it, with a key of his own; ``schluessel`` with the town's own key; ``alles`` rewrites the log,
its list and every other package as well.
"""

import copy
import datetime as dt
import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import JsonValue

from archive.aufbau import BELEG, INVENTAR, as_json, object_id
from archive.ocfl import Lager, _sha512, _sidecar
from beweis import pruefpunkt
from beweis.herkunft import origin
from beweis.kopf import Inhalt, Kopf, Offenlegung, commitment, restore
from beweis.pruefpunkt import Pruefpunkt
from lifecycle.kern import fold
from lifecycle.kerne import kern_of
from lifecycle.siegel import SIEGEL
from pruefer.bericht import Art, Befund, Urteil
from verwahrung import KOMMUNE, Verlauf, Verwahrung, prove, root


@dataclass(frozen=True)
class Tat:
    """What was done; and whether a finding says so at the right place. ``pfad``: what is to be verified."""

    was: str
    pfad: Path
    trifft: Callable[[Befund], bool]


def found(vw: Verwahrung, tat: Tat) -> str | None:
    """None if it was found and told at its place; otherwise what the verifier said."""
    pruefung = vw.verify(tat.pfad)
    befunde = [b for bericht in pruefung for b in bericht.befunde]
    ganzes = pruefung.summary()
    befunde += ganzes.befunde
    if ganzes.urteil is Urteil.IN_ORDNUNG:
        return f"{tat.was}: nicht gefunden"
    if not any(tat.trifft(b) for b in befunde if b.art is not Art.HINWEIS):
        return f"{tat.was}: am falschen Ort: {[str(b) for b in befunde]}"
    return None


class Faelscher:
    """Works on a store in place; ``undone`` puts everything back."""

    def __init__(self, vw: Verwahrung, wuerfel: Random) -> None:
        self.vw = vw
        self.wuerfel = wuerfel
        self.fremd = Ed25519PrivateKey.generate()
        self.echt = vw.ordner.with_name("echt")
        if not self.echt.exists():
            shutil.copytree(vw.ordner, self.echt)
        self.ordner = {w: self.find(w) for w in vw.fassungen}

    def find(self, workflow: str) -> Path:
        return Lager(self.vw.pakete).path(object_id(workflow))

    @contextmanager
    def undone(self) -> Iterator[Verwahrung]:
        """A copy of what the town knows, to be changed; afterwards the disk is as it was."""
        try:
            yield copy.copy(self.vw)
        finally:
            for name in ("pakete", "verzeichnis", "revision"):
                shutil.rmtree(self.vw.ordner / name)
                shutil.copytree(self.echt / name, self.vw.ordner / name)

    # --- bytes ----------------------------------------------------------------------------------------------------------

    def flip(self, datei: Path) -> int:
        """One bit of one byte becomes another. Returns where."""
        daten = bytearray(datei.read_bytes())
        stelle = self.wuerfel.randrange(len(daten))
        daten[stelle] ^= 1 << self.wuerfel.randrange(8)
        rewrite(datei, bytes(daten))
        return stelle


def rewrite(datei: Path, daten: bytes) -> None:
    """Also where it is write-protected."""
    datei.unlink(missing_ok=True)
    datei.write_bytes(daten)


def mend(objekt: Path) -> None:
    """Inventories and sidecars say again what lies there: the files at their content paths are taken for what they are."""
    inventar = json.loads((objekt / INVENTAR).read_bytes())
    neu = {alt: _sha512(objekt / orte[0]) for alt, orte in inventar["manifest"].items() if (objekt / orte[0]).exists()}
    for ordner in (*(objekt / v for v in inventar["versions"]), objekt):
        eigenes = json.loads((ordner / INVENTAR).read_bytes())
        eigenes["manifest"] = _renamed(eigenes["manifest"], neu)
        for fassung in eigenes["versions"].values():
            fassung["state"] = _renamed(fassung["state"], neu)
        write_inventory(ordner, eigenes)


def _renamed(block: dict[str, list[str]], neu: dict[str, str]) -> dict[str, list[str]]:
    ergebnis: dict[str, list[str]] = {}
    for digest, namen in block.items():
        if digest in neu:
            ergebnis.setdefault(neu[digest], []).extend(namen)
    return ergebnis


def write_inventory(ordner: Path, inventar: dict[str, Any]) -> None:
    rewrite(ordner / INVENTAR, as_json(inventar))
    rewrite(ordner / BELEG, _sidecar(as_json(inventar)))


def change_inventories(objekt: Path, aendern: Callable[[dict[str, Any]], object]) -> None:
    """The newest inventory changed, in both its places, with sidecars that fit."""
    inventar = json.loads((objekt / INVENTAR).read_bytes())
    aendern(inventar)
    for ordner in (objekt, objekt / f"v{len(inventar['versions'])}"):
        write_inventory(ordner, inventar)


# --- entries --------------------------------------------------------------------------------------------------------------


def rechained(workflow: str, verlauf: Verlauf) -> Verlauf:
    """Numbers, chain and seals as if it had been so. Raises whatever comes of entries that do not follow from each other."""
    kern = kern_of(workflow)
    z, neu = kern.empty(workflow), list[tuple[Kopf, Inhalt]]()
    for nr, (kopf, inhalt) in enumerate(verlauf, 1):
        soll = SIEGEL.get(kopf.art)
        if soll and "siegel" in inhalt.felder and inhalt.felder["siegel"].wert != soll(z):
            kopf, inhalt = with_content(kopf, inhalt, "siegel", soll(z))
        kopf = kopf.model_copy(update={"seq": nr, "vorher": neu[-1][0].hash() if neu else None})
        z = fold(kern, z, restore(kopf, inhalt))
        neu.append((kopf, inhalt))
    return neu


def with_content(kopf: Kopf, inhalt: Inhalt, feld: str, wert: JsonValue) -> tuple[Kopf, Inhalt]:
    """An entry with another content, and the commitment to it."""
    salz = secrets.token_bytes(32)
    neu = kopf.model_copy(update={"felder": kopf.felder | {feld: commitment(salz, wert)}})
    return neu, Inhalt(felder=inhalt.felder | {feld: Offenlegung(salz=salz.hex(), wert=wert)})


def backdated(kopf: Kopf, tage: int) -> Kopf:
    zeit = dt.datetime.fromisoformat(kopf.zeit) - dt.timedelta(days=tage)
    return kopf.model_copy(update={"zeit": zeit.isoformat()})


def forge(f: Faelscher, vw: Verwahrung, workflow: str, verlauf: Verlauf, koennen: str) -> None:
    """The package of a case with other entries, as far as his skill goes. ``vw`` is a copy that may be changed."""
    grenzen = [nr for nr, (kopf, _) in enumerate(verlauf, 1) if kopf.art == "versiegelt"]
    vw.verlauf = vw.verlauf | {workflow: verlauf}
    blaetter = _log_with(vw, workflow, verlauf)
    sign = _foreign(f.fremd) if koennen == "fremd" else vw.sign
    alt = [nachweis for _, nachweis in vw.fassungen[workflow]]
    if koennen == "kette":
        neu = [(nr, alt[min(i, len(alt) - 1)]) for i, nr in enumerate(grenzen)]  # he can prove nothing; it is the old one
    else:
        punkt = sign(len(blaetter), root(blaetter, len(blaetter)))
        neu = [(nr, prove(blaetter, blaetter.index(bytes.fromhex(verlauf[nr - 1][0].hash())), punkt)) for nr in grenzen]
    vw.fassungen = vw.fassungen | {workflow: neu}
    keys = f"{pruefpunkt.public_key(origin(KOMMUNE), f.fremd)}\n" if koennen == "fremd" else None
    shutil.rmtree(f.ordner[workflow])
    if koennen == "alles":
        _rewrite_all(f, vw, workflow, blaetter, punkt)
    else:
        vw.write_package(workflow, keys)


def _foreign(geheim: Ed25519PrivateKey) -> Callable[[int, bytes], Pruefpunkt]:
    return lambda groesse, wurzel: pruefpunkt.sign(origin(KOMMUNE), groesse, wurzel, [geheim])


def _log_with(vw: Verwahrung, workflow: str, verlauf: Verlauf) -> list[bytes]:
    """The town's leaves with the forged case in its places, and never fewer than there were: a shorter log would be noticed at once."""
    plaetze = sorted(nr for (w, _), nr in vw.nummern.items() if w == workflow)
    blaetter: list[bytes | None] = list(vw.blaetter)
    neu = [bytes.fromhex(kopf.hash()) for kopf, _ in verlauf]
    for platz in plaetze:
        blaetter[platz] = neu.pop(0) if neu else None
    blaetter[plaetze[-1] + 1 : plaetze[-1] + 1] = neu
    da = [blatt for blatt in blaetter if blatt is not None]
    return da + [secrets.token_bytes(32) for _ in range(len(vw.blaetter) - len(da))]


def _rewrite_all(f: Faelscher, vw: Verwahrung, workflow: str, blaetter: list[bytes], punkt: Pruefpunkt) -> None:
    vw.blaetter = blaetter
    vw.write_list()
    for anderer, fassungen in vw.fassungen.items():
        if anderer != workflow:
            koepfe = [bytes.fromhex(kopf.hash()) for kopf, _ in vw.verlauf[anderer]]
            neu = [(nr, prove(blaetter, blaetter.index(koepfe[nr - 1]), punkt)) for nr, _ in fassungen]
            vw.fassungen = vw.fassungen | {anderer: neu}
            shutil.rmtree(f.ordner[anderer])
        vw.write_package(anderer)
