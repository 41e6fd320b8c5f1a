"""What is to be done to take a source over: pure values, which ``lauf`` carries out and ``bericht`` counts."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import rfc8785
from pydantic_core import to_jsonable_python

from lifecycle.kern import Nacherfassen
from schemas.basis import Dokument
from uebernahme.lesen import Roh

NAMENSRAUM = uuid.UUID("9d7c1b0e-52a4-5f0e-8a51-6b7f0e5d3c21")
Schritt = dict[str, Any]
"""One step of a Nacherfassung as JSON."""
JE_BEFEHL = Nacherfassen.HOECHSTENS - 20
GROESSE_JE_BEFEHL = Nacherfassen.HOECHSTGROESSE * 4 // 5
"""Steps and bytes that go into one command: the door adds a little to each."""


@dataclass(frozen=True)
class Fall:
    """One case to come: its workflow, its past in commands that the engine takes, and the JSON that it was made of."""

    workflow: str
    quelle: str
    befehle: tuple[tuple[Schritt, ...], ...]
    quelltext: bytes
    nummer: str | None = None
    offen: bool = False
    """It goes on here."""


@dataclass(frozen=True)
class Plan:
    """All cases: papers first, for meetings name them. ``funde`` are kinds of findings with the ids that they are about."""

    papiere: tuple[Fall, ...]
    sitzungen: tuple[Fall, ...]
    nummern: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By number range: number and id of its paper."""
    funde: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rest: tuple[Roh, ...] = ()
    """Objects of the source that become no case and no part of one."""


def case_id(typ: str, kommune: str, quelle: str) -> str:
    """Workflow of what a source's object becomes here: the same object, the same case, whoever takes it over and how often."""
    return f"{typ}/{kommune}/{uuid.uuid5(NAMENSRAUM, f'{kommune}|{quelle}')}"


def short_id(workflow: str) -> str:
    """The case's own id."""
    return workflow.rsplit("/", 1)[-1]


def source_text(roh: Roh) -> bytes:
    """The object as canonical JSON; as JSON that Python writes, where it holds what the canonical form does not know."""
    try:
        return rfc8785.dumps(roh)
    except (rfc8785.CanonicalizationError, RecursionError):
        return repr(roh).encode("utf-8", "replace")


def document(daten: bytes) -> Dokument:
    """How the document store will know it."""
    return Dokument(digest=hashlib.sha256(daten).hexdigest(), groesse=len(daten))


def as_step(art: str, geschehen: Any, akteur: Any, **felder: Any) -> Schritt:
    """A step as JSON, without what is not said."""
    da = {name: wert for name, wert in felder.items() if wert is not None and wert != ()}
    schritt: Schritt = to_jsonable_python({"art": art, "geschehen": geschehen, "akteur": akteur, **da}, exclude_none=True)
    return schritt


def in_commands(schritte: Iterable[Schritt]) -> tuple[tuple[Schritt, ...], ...]:
    """The steps, cut so that each command takes no more than it may."""
    befehle: list[list[Schritt]] = [[]]
    groesse = 0
    for schritt in schritte:
        lang = len(rfc8785.dumps(schritt))
        if befehle[-1] and (len(befehle[-1]) >= JE_BEFEHL or groesse + lang > GROESSE_JE_BEFEHL):
            befehle.append([])
            groesse = 0
        befehle[-1].append(schritt)
        groesse += lang
    return tuple(map(tuple, befehle))


def papers_of(sitzung: Fall) -> tuple[str, ...]:
    """Workflows of the papers on a meeting's agenda."""
    davor = sitzung.workflow.replace("sitzung/", "vorlage/", 1).rpartition("/")[0]
    ids = (p["vorlage"] for befehl in sitzung.befehle for schritt in befehl for p in schritt.get("papiere", ()))
    return tuple(f"{davor}/{kennung}" for kennung in dict.fromkeys(ids))
