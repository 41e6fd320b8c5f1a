"""From a state to its row in the lists: what lists, search and doors read. Pure."""

from typing import Any

import sqlalchemy as sa
from pydantic import AwareDatetime

from lifecycle.auftrag.faelligkeit import due_text
from lifecycle.grunddaten import last_treatment
from register.tabellen import AUFTRAG, SITZUNG, VORLAGE
from schemas.auftrag import Auftrag
from schemas.basis import Modell
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand


class VorlageZeile(Modell):
    """A paper in a list."""

    workflow: str
    kommune: str
    nummer: str | None
    betreff: str
    bezeichnung: str | None
    oeffentlich: bool
    vorlageart: str
    federfuehrend: str
    stufe: str
    zuletzt: AwareDatetime
    gremium: str | None
    sitzung: str | None
    beraten_am: AwareDatetime | None
    top: str | None
    beschluss: str | None
    klasse: str | None


class SitzungZeile(Modell):
    """A meeting in a list."""

    workflow: str
    kommune: str
    gremium: str
    gremium_name: str
    beginn: AwareDatetime
    stufe: str
    oeffentlichkeit: str
    tops: int
    zuletzt: AwareDatetime


class AuftragZeile(Modell):
    """A task in a list. ``angenommen`` None: a Bitte that waits for its answer."""

    workflow: str
    kommune: str
    gremium: str | None
    stelle: str | None
    grundlage: str
    verlangt: str
    von: str
    bezeichnung: str | None
    oeffentlich: bool
    faellig_text: str
    angenommen: bool | None
    stufe: str
    vorlage: str | None
    sitzung: str | None
    top: str | None
    zuletzt: AwareDatetime
    faellig_gremium: str | None = None
    """Id of the committee for whose meeting it is due; not always the one in which it arose."""


Zeile = VorlageZeile | SitzungZeile | AuftragZeile


def _vorlage(workflow: str, z: Vorlage) -> VorlageZeile:
    t = last_treatment(z)
    assert z.zuletzt is not None  # set with the first entry
    return VorlageZeile(
        workflow=workflow,
        kommune=z.kommune,
        nummer=z.nummer,
        betreff=z.betreff,
        bezeichnung=z.bezeichnung,
        oeffentlich=z.oeffentlich,
        vorlageart=z.vorlageart_name,
        federfuehrend=z.federfuehrend.id if z.federfuehrend else "",
        stufe=z.stufe.value,
        zuletzt=z.zuletzt,
        gremium=t.gremium.id if t else None,
        sitzung=t.sitzung if t else None,
        beraten_am=t.beginn if t else None,
        top=t.nummer if t else None,
        beschluss=t.beschluss.wortlaut if t and t.beschluss else None,
        klasse=t.beschluss.klasse.value if t and t.beschluss else None,
    )


def _sitzung(workflow: str, z: Sitzung) -> SitzungZeile:
    assert z.gremium is not None and z.beginn is not None and z.zuletzt is not None  # set with the first entry
    return SitzungZeile(
        workflow=workflow,
        kommune=z.kommune,
        gremium=z.gremium.id,
        gremium_name=z.gremium.name,
        beginn=z.beginn,
        stufe=z.stufe.value,
        oeffentlichkeit=z.oeffentlichkeit.value,
        tops=len(z.tops),
        zuletzt=z.zuletzt,
    )


def _auftrag(workflow: str, z: Auftrag) -> AuftragZeile:
    assert z.angaben is not None and z.zuletzt is not None  # set with the first entry
    a = z.angaben
    return AuftragZeile(
        workflow=workflow,
        kommune=z.kommune,
        gremium=z.gremium.id if z.gremium else None,
        stelle=a.stelle.id if a.stelle else None,
        grundlage=a.grundlage.value,
        verlangt=a.verlangt,
        von=a.von,
        bezeichnung=a.bezeichnung,
        oeffentlich=a.oeffentlich,
        faellig_text=due_text(a.faellig),
        angenommen=z.angenommen,
        stufe=z.stufe.value,
        vorlage=z.vorlage,
        sitzung=z.sitzung,
        top=z.top,
        zuletzt=z.zuletzt,
        faellig_gremium=a.faellig.gremium.id if a.faellig and a.faellig.gremium else None,
    )


def project(workflow: str, z: Zustand) -> tuple[sa.Table, dict[str, Any]] | None:
    """Table and values of the case's row; None for cases that no list shows."""
    if isinstance(z, Vorlage):
        return VORLAGE, dict(_vorlage(workflow, z))
    if isinstance(z, Sitzung):
        return SITZUNG, dict(_sitzung(workflow, z))
    if isinstance(z, Auftrag):
        return AUFTRAG, dict(_auftrag(workflow, z))
    return None


LISTEN: dict[str, tuple[sa.Table, type[Zeile]]] = {
    "vorlage": (VORLAGE, VorlageZeile),
    "sitzung": (SITZUNG, SitzungZeile),
    "auftrag": (AUFTRAG, AuftragZeile),
}
