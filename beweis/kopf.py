"""An entry in two parts: the head, which is chained and never changes, and the content, which can be forgotten.

The head holds a salted commitment per content field, in the manner of SD-JWT disclosures: SHA-256(salt || RFC 8785 JSON of the
value), salt 32 random bytes per field. So a short value cannot be guessed from the head, and content can be destroyed while the
chain stays whole. Salts come from the operating system; therefore heads are made here and not in a workflow.
"""

import datetime as dt
import hashlib
import secrets
from typing import Any

import rfc8785
from pydantic import JsonValue

from beweis.merkle import leaf_hash
from schemas.basis import Modell
from schemas.befehl import Eintrag, Regelstand

FASSUNG = 1
IM_KOPF = frozenset({"art", "akteur", "regelwerk"})


class Kopf(Modell):
    """What is chained: ``vorher`` is the hash of the head before it in the same case. ``zeit`` is UTC."""

    fassung: int
    workflow: str
    seq: int
    zeit: str
    art: str
    stelle: str
    rolle: str
    regelwerk: Regelstand
    regelstand: int
    vorher: str | None
    felder: dict[str, str]
    """Content field to commitment (hex)."""

    def hash(self) -> str:
        """The head as a leaf of the town's tree (RFC 9162), hex: SHA-256 over a zero byte and the head's RFC 8785 JSON."""
        return leaf_hash(rfc8785.dumps(self.as_json())).hex()

    def as_json(self) -> dict[str, JsonValue]:
        """As stored and hashed: what it was made with, so that a field of a later release does not change earlier heads."""
        return self.model_dump(mode="json", exclude_unset=True)


class Offenlegung(Modell):
    """One content field: its salt (hex) and value."""

    salz: str
    wert: JsonValue


class Inhalt(Modell):
    """The content beside a head. A field that is missing in ``felder`` was forgotten by order of somebody.

    ``ersatz`` is what stands in its place since: the entry that carried the deletion out says the same, and proves it.
    """

    felder: dict[str, Offenlegung]
    ersatz: dict[str, JsonValue] = {}

    def as_json(self) -> dict[str, JsonValue]:
        """As stored."""
        return self.model_dump(mode="json", exclude_defaults=True)


def commitment(salz: bytes, wert: Any) -> str:
    """SHA-256(salt || RFC 8785 JSON), hex."""
    return hashlib.sha256(salz + rfc8785.dumps(wert)).hexdigest()


def make_head(eintrag: Eintrag, vorher: str | None) -> tuple[Kopf, Inhalt]:
    """Head and content of an entry, with fresh salts."""
    akteur = eintrag.befehl["akteur"]
    assert isinstance(akteur, dict)  # every command has one
    felder = {f"akteur.{k}": v for k, v in akteur.items() if k not in ("stelle", "rolle")}
    felder |= {k: v for k, v in eintrag.befehl.items() if k not in IM_KOPF}
    salze = {name: secrets.token_bytes(32) for name in felder}
    kopf = Kopf(
        fassung=FASSUNG,
        workflow=eintrag.workflow,
        seq=eintrag.seq,
        zeit=eintrag.zeit.astimezone(dt.UTC).isoformat(),
        art=str(eintrag.befehl["art"]),
        stelle=str(akteur["stelle"]),
        rolle=str(akteur["rolle"]),
        regelwerk=Regelstand.model_validate(eintrag.befehl["regelwerk"]),
        regelstand=eintrag.regelstand,
        vorher=vorher,
        felder={name: commitment(salze[name], wert) for name, wert in felder.items()},
    )
    inhalt = Inhalt(felder={name: Offenlegung(salz=salze[name].hex(), wert=wert) for name, wert in felder.items()})
    return kopf, inhalt


def contradictions(kopf: Kopf, inhalt: Inhalt) -> tuple[str, ...]:
    """Names of content fields that do not fit their commitment, or that the head does not know."""
    return tuple(
        name for name, feld in inhalt.felder.items() if kopf.felder.get(name) != commitment(bytes.fromhex(feld.salz), feld.wert)
    )


def restore(kopf: Kopf, inhalt: Inhalt) -> Eintrag:
    """The entry again. In the place of what was forgotten stands what says so."""
    werte = {name: feld.wert for name, feld in inhalt.felder.items()} | inhalt.ersatz
    akteur: dict[str, JsonValue] = {
        name.removeprefix("akteur."): werte.pop(name) for name in list(werte) if name.startswith("akteur.")
    }
    befehl: dict[str, JsonValue] = {
        "art": kopf.art,
        "akteur": akteur | {"stelle": kopf.stelle, "rolle": kopf.rolle},
        "regelwerk": kopf.regelwerk.model_dump(mode="json"),
        **werte,
    }
    return Eintrag(
        workflow=kopf.workflow,
        seq=kopf.seq,
        zeit=dt.datetime.fromisoformat(kopf.zeit),
        befehl=befehl,
        regelstand=kopf.regelstand,
    )
