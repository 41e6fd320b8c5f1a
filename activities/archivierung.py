"""``archive``: writes the Aufbewahrungspaket of a case that has ended. Repeating it changes nothing."""

import asyncio

from temporalio import activity

from archive.ablage import Ablage
from archive.ocfl import Lager
from archive.paket import contents
from register import Register


class Fehlt(Exception):
    """The register does not have the closing entry yet."""


def object_id(workflow: str) -> str:
    """Id of the package: ``laufmappe:vorlage/<kommune>/<uuid>``."""
    return f"laufmappe:{workflow}"


class Archivierung:
    """Holds the register (entries), the document store and the store of packages."""

    def __init__(self, register: Register, ablage: Ablage, lager: Lager) -> None:
        self._register = register
        self._ablage = ablage
        self._lager = lager

    @activity.defn(name="archive")
    async def archive(self, workflow: str) -> None:
        """The package of this case, as of its closing entry. Raises what register and archive raise; it is repeated."""
        z = await self._register.state(workflow)
        if z is None or z.siegel is None or z.zuletzt is None:
            raise Fehlt(f"Der Abschluss von {workflow} steht noch nicht im Register.")
        verlauf = await self._register.heads(workflow)
        dateien = await asyncio.to_thread(contents, workflow, z, verlauf, self._ablage)
        await asyncio.to_thread(
            self._lager.write,
            object_id(workflow),
            dateien,
            zeit=z.zuletzt,
            botschaft=f"Versiegelt mit Eintrag {z.seq}",
            wer="Laufmappe",
            adresse="urn:laufmappe",
        )
