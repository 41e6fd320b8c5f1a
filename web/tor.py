"""What every part of the API stands on: the way in, who is signed in, and which case somebody may read how much of."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import APIRouter, Request

from client import SICHTBAR_FRIST, Laufmappe
from dokumente.lesefassung import reading
from lifecycle.ablehnung import Unbekannt
from lifecycle.kern import BERLIN
from lifecycle.rechte import Umfang, extent
from schemas.akteur import Akteur
from schemas.lesefassung import Lesefassung
from schemas.regelwerk import Regelwerk
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

PFADE = {
    "vorlagen": "vorlage",
    "sitzungen": "sitzung",
    "auftraege": "auftrag",
    "nummernkreise": "nummern",
    "gremienkalender": "gremium",
    "regelwerksakten": "regelwerk",
    "pruefakten": "pruefakte",
    "aussonderungen": "aussonderung",
}
"""Part of the address to the kind of case."""
UNBEKANNT = "Das gibt es hier nicht. Bitte die Adresse prüfen."
"""The one sentence for whatever there is not, or is not for this reader: the two must not be told apart."""


class Angemeldet(Protocol):
    """Somebody who is signed in."""

    def verify_town(self, kommune: str) -> None:
        """Raises Unbekannt for a town that the sign-in is not for."""


class Anmeldung(Protocol):
    """Who is it? Answered from the request's sign-in, never from its body."""

    async def angemeldet(self, request: Request) -> Angemeldet:
        """Raises NichtAngemeldet."""

    async def akteur(self, request: Request) -> Akteur:
        """In which role and office. Raises NichtAngemeldet, NichtBefugt."""

    def routes(self) -> APIRouter:
        """Sign-in itself."""


class NochNicht(Exception):
    """The register does not show that entry yet."""


@dataclass(frozen=True)
class Fall:
    """A case as this reader may read it: all of its state, or a Lesefassung."""

    workflow: str
    z: Zustand
    umfang: Umfang
    lesefassung: Lesefassung | None

    @property
    def ganz(self) -> bool:
        """Whether the reader is entitled to everything."""
        return self.umfang is Umfang.ALLES

    @property
    def stand(self) -> Any:
        """What is shown."""
        return self.z if self.ganz else self.lesefassung


@dataclass(frozen=True)
class Tor:
    """The parts that the API is made of."""

    lm: Laufmappe
    anmeldung: Anmeldung

    async def who(self, request: Request, kommune: str) -> Akteur:
        """Who acts, in a town that the sign-in is for. Raises NichtAngemeldet, NichtBefugt, Unbekannt."""
        angemeldet = await self.anmeldung.angemeldet(request)
        if kommune not in self.lm.regelwerke.kommunen:
            raise Unbekannt(UNBEKANNT)
        angemeldet.verify_town(kommune)
        return await self.anmeldung.akteur(request)

    def rules(self, kommune: str) -> Regelwerk:
        """Today's rules of a town that is known."""
        rw = self.lm.regelwerke.am(kommune, today())
        assert rw is not None  # a town is known by its rules
        return rw

    def as_read(self, akteur: Akteur, workflow: str, z: Zustand) -> Fall | None:
        """The case as the actor may read it today; None if not at all."""
        umfang = extent(akteur, z, self.rules(z.kommune), today())
        fassung = reading(z, umfang)
        if umfang is Umfang.ALLES or fassung is not None:
            return Fall(workflow, z, umfang, fassung)
        return None

    async def case(self, akteur: Akteur, workflow: str, ab_seq: int = 0) -> Fall:
        """As the register has it. Raises Unbekannt for a case that there is not or that is not for this reader.

        Raises NochNicht before that entry shows.
        """
        if ab_seq and not await self.lm.register.wait_for(workflow, ab_seq, SICHTBAR_FRIST):
            raise NochNicht
        z = await self.lm.register.state(workflow)
        z = await self.lm.register.linked(z) if isinstance(z, Vorlage) else z
        return self._readable(akteur, workflow, z)

    async def case_to_act_on(self, akteur: Akteur, workflow: str) -> Fall:
        """As it stands, although the register may not show it yet. Raises Unbekannt as ``case`` does."""
        try:
            z: Zustand | None = await self.lm.standing(workflow)
        except Unbekannt:
            z = None
        return self._readable(akteur, workflow, z)

    def _readable(self, akteur: Akteur, workflow: str, z: Zustand | None) -> Fall:
        fall = self.as_read(akteur, workflow, z) if z else None
        if fall is None:
            raise Unbekannt(UNBEKANNT)
        return fall


def today() -> dt.date:
    """The day in the town hall."""
    return dt.datetime.now(BERLIN).date()


def workflow_of(kommune: str, pfad: str, kennung: str) -> str:
    """The case behind an address. Raises Unbekannt for a kind that there is not."""
    if pfad not in PFADE:
        raise Unbekannt(UNBEKANNT)
    return f"{PFADE[pfad]}/{kommune}/{kennung}"


def path_of(workflow: str) -> str:
    """Where a case lies in the API."""
    typ, kommune, kennung = workflow.split("/", 2)
    pfad = next(p for p, t in PFADE.items() if t == typ)
    return f"/api/v1/{kommune}/{pfad}/{kennung}"
