"""The record of one closed case, read from its Aufbewahrungspaket alone: state, entries, documents. Nothing here asks Temporal.

Where content was deleted it is missing, and what is left is still read.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError

from archive.ocfl import Lager
from archive.verweise import Dokumentverweis
from beweis.kopf import Inhalt, Kopf
from lifecycle.ablehnung import Unplausibel
from lifecycle.kerne import kern_of
from schemas.zustand import Zustand

DOKUMENTE = "dokumente/"


@dataclass(frozen=True)
class Quelle:
    """One case as its package has it. ``lies`` gives a file of the package by its name."""

    workflow: str
    z: Zustand
    verlauf: tuple[tuple[Kopf, Inhalt], ...]
    verweise: tuple[Dokumentverweis, ...]
    beilagen: tuple[str, ...]
    """Names of all files that are no documents: what proves the record."""
    lies: Callable[[str], bytes]

    def document(self, digest: str) -> bytes:
        """A document, undamaged. Raises Unplausibel."""
        daten = self.lies(DOKUMENTE + digest)
        if hashlib.sha256(daten).hexdigest() != digest:
            raise Unplausibel(
                f"Im Paket von {self.workflow} ist ein Dokument beschädigt ({digest}). Bitte die Revision verständigen."
            )
        return daten

    def missing(self, digest: str) -> str | None:
        """Why the package does not have a document; None if it does."""
        verweis = next((v for v in self.verweise if v.digest == digest), None)
        return verweis.fehlt if verweis else "gelöscht"

    def stands_since(self, seq: int) -> bool:
        """Whether the case is still the one that ended with that entry: content may be deleted since, but it was not taken up again."""
        return not any(kopf.seq > seq and kopf.art == "wiederaufnehmen" for kopf, _ in self.verlauf)


def read(lager: Lager, objekt_id: str, workflow: str) -> Quelle:
    """The case of that package. Raises PaketFehler, Unplausibel."""
    zeilen = lager.read(objekt_id, "verlauf.jsonl").decode().splitlines()
    eintraege = [json.loads(zeile) for zeile in zeilen]
    namen = lager.names(objekt_id)
    return Quelle(
        workflow=workflow,
        z=_state(kern_of(workflow).zustand, lager.read(objekt_id, "zustand.json"), workflow),
        verlauf=tuple((Kopf.model_validate(e["kopf"]), Inhalt.model_validate(e["inhalt"])) for e in eintraege),
        verweise=tuple(Dokumentverweis.model_validate(v) for v in json.loads(lager.read(objekt_id, "dokumente.json"))),
        beilagen=tuple(n for n in namen if not n.startswith(DOKUMENTE)),
        lies=lambda name: lager.read(objekt_id, name),
    )


def _state(form: type[Zustand], roh: bytes, workflow: str) -> Zustand:
    """The sealed state. Where content was deleted, placeholders stand in it, so it is whole. Raises Unplausibel."""
    try:
        return form.model_validate_json(roh)
    except ValidationError:
        raise Unplausibel(f"Der Stand im Paket von {workflow} ist nicht lesbar. Bitte die Revision verständigen.") from None
