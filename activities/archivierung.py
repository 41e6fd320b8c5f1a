"""``archive``: writes the Aufbewahrungspaket of a case that has ended. Repeating it changes nothing."""

import asyncio
from collections.abc import Sequence

from temporalio import activity

from activities.pruefpunkt import Unterzeichnung
from archive import PaketFehler
from archive.ablage import Ablage
from archive.aufbau import ADRESSE, WER, message, object_id
from archive.ocfl import Lager
from archive.paket import NACHWEIS, SCHLUESSEL, contents
from beweis.kopf import Inhalt, Kopf, restore
from beweis.merkle import BeweisFalsch
from beweis.pruefpunkt import Nachweis
from lifecycle.gemeinsam import Versiegelt
from lifecycle.kern import fold_all
from lifecycle.kerne import kern_of
from register import Register
from schemas.zustand import Zustand


class Fehlt(Exception):
    """The register does not have the closing entry yet."""


def until_closed(verlauf: Sequence[tuple[Kopf, Inhalt]]) -> Sequence[tuple[Kopf, Inhalt]]:
    """The entries up to the latest closing one: what came after it is not sealed. Empty if there is none."""
    siegel = max((kopf.seq for kopf, _ in verlauf if kopf.art == Versiegelt.art), default=0)
    return verlauf[:siegel]


class Archivierung:
    """Holds the register (entries), the document store, the store of packages, and who signs for the proof."""

    def __init__(
        self, register: Register, ablage: Ablage, lager: Lager, unterzeichnung: Unterzeichnung, adresse: str | None
    ) -> None:
        self._register = register
        self._ablage = ablage
        self._lager = lager
        self._unterzeichnung = unterzeichnung
        self._adresse = adresse

    @activity.defn(name="archive")
    async def archive(self, workflow: str) -> None:
        """The package of this case, as of its closing entry. Raises what register and archive raise; it is repeated."""
        verlauf = until_closed(await self._register.heads(workflow))
        if not verlauf:
            raise Fehlt(f"Der Abschluss von {workflow} steht noch nicht im Register.")
        z = fold_all(kern_of(workflow), workflow, (restore(*e) for e in verlauf))
        assert z.zuletzt is not None  # set with every entry
        dateien = await asyncio.to_thread(contents, workflow, z, verlauf, self._ablage, self._adresse)
        dateien |= await self._proof(workflow, z)
        await asyncio.to_thread(
            self._lager.write,
            object_id(workflow),
            dateien,
            zeit=z.zuletzt,
            botschaft=message(z.seq),
            wer=WER,
            adresse=ADRESSE,
        )

    async def _proof(self, workflow: str, z: Zustand) -> dict[str, bytes]:
        """That the closing entry is in the town's log, and the keys that stand for it. One that is there already stays."""
        nachweis = await self._kept(workflow, z.seq) or await self._unterzeichnung.proof(workflow, z.seq)
        schluessel = self._unterzeichnung.keys(z.kommune)
        return {NACHWEIS: str(nachweis).encode(), SCHLUESSEL: "".join(f"{s}\n" for s in schluessel).encode()}

    async def _kept(self, workflow: str, seq: int) -> Nachweis | None:
        """The proof in the newest version, if it is about this entry: a repetition must not make another version."""
        try:
            nachweis = Nachweis.parse(self._lager.read(object_id(workflow), NACHWEIS).decode())
        except (PaketFehler, BeweisFalsch):
            return None
        return nachweis if nachweis.nr == await self._register.leaf_number(workflow, seq) else None
