"""``erase``: carries out a confirmed deletion wherever content is kept; ``forget_runs``: has earlier histories destroyed.

Register, packages of every version, documents that nobody else names, and mail that lies in a folder here. What has left the house
by mail or webhook is out of reach. Repeating it changes nothing.
"""

import asyncio
from pathlib import Path

import structlog
from temporalio import activity
from temporalio.client import Client

from activities.fallschluessel import Fallschluessel
from activities.vergessen import forget_closed_runs, forget_histories
from archive.ablage import Ablage
from archive.aufbau import object_id
from archive.dateien import Lesbar
from archive.ocfl import Lager
from archive.paket import NACHWEIS, SCHLUESSEL, VERLAUF, contents
from archive.verweise import documents
from beweis.kopf import restore
from lifecycle.ablehnung import FalscheStufe
from lifecycle.kern import fold_all
from lifecycle.kerne import kern_of
from register import Register
from register.vergessen import Rest, without
from schemas.loeschung import Bereinigung, Loeschstelle

log = structlog.get_logger()


class Loeschung:
    """Holds everything in which content is kept. ``post`` is the folder of mail that is not sent, if there is one."""

    def __init__(
        self,
        client: Client,
        register: Register,
        schluessel: Fallschluessel,
        ablage: Ablage,
        lager: Lager,
        post: Path,
        adresse: str | None,
    ) -> None:
        self._client = client
        self._register = register
        self._schluessel = schluessel
        self._ablage = ablage
        self._lager = lager
        self._post = post
        self._adresse = adresse

    @activity.defn(name="erase")
    async def erase(self, workflow: str, stellen: list[Loeschstelle]) -> Bereinigung:
        """The register last: until then a repetition can see what there was. Raises what register and archive raise."""
        verlauf = await self._register.heads(workflow)
        rest = without(workflow, verlauf, stellen)
        vorher = fold_all(kern_of(workflow), workflow, (restore(*e) for e in verlauf))
        namen = {d.digest for d in documents(workflow, vorher, verlauf)} - {
            d.digest for d in documents(workflow, rest.z, rest.verlauf)
        }
        for digest in namen:
            if not await self._register.mentioned_elsewhere(workflow, digest):
                await asyncio.to_thread(self._ablage.remove, digest)
        await asyncio.to_thread(self._rewrite, workflow, rest)
        await asyncio.to_thread(self._remove_mail, workflow)
        rest = await self._register.forget(workflow, stellen)
        await self._schluessel.renew(workflow)  # what is left goes on under a key that opens nothing of before
        return Bereinigung(zustand=rest.z.model_dump(mode="json"), stellen=rest.stellen)

    def _rewrite(self, workflow: str, rest: Rest) -> None:
        """Every version of the package, as it would be without what is forgotten. Its proof stays: heads do not change."""
        objekt = object_id(workflow)
        fassungen = {}
        for fassung in self._lager.versions(objekt):
            bis = self._lager.read(objekt, VERLAUF, fassung).count(b"\n")
            verlauf = rest.verlauf[:bis]
            z = fold_all(kern_of(workflow), workflow, (restore(*e) for e in verlauf))
            beweise: dict[str, bytes | Lesbar] = {
                name: self._lager.read(objekt, name, fassung) for name in (NACHWEIS, SCHLUESSEL)
            }
            fassungen[fassung] = contents(workflow, z, verlauf, self._ablage, self._adresse) | beweise
        if fassungen:
            self._lager.rewrite(objekt, fassungen)

    def _remove_mail(self, workflow: str) -> None:
        for datei in self._post.glob(f"*/{workflow.replace('/', '_')}_*.eml"):
            datei.unlink(missing_ok=True)

    @activity.defn(name="forget_runs")
    async def forget_runs(self, workflow: str) -> None:
        """All runs of this case that are over, with their histories. The one that asks is not."""
        try:
            await forget_histories(self._client, self._schluessel, workflow)
        except FalscheStufe:  # a door that had not heard of the new key yet used the old one: then only the histories go
            log.warning("Der alte Schlüssel eines Vorgangs wird noch gebraucht", vorgang=workflow)
            await forget_closed_runs(self._client, workflow)
