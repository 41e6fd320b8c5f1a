"""The register as doors and activities see it: record, read, outbox, check, rebuild."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from beweis.kopf import Inhalt, Kopf, restore
from lifecycle.kerne import KERNE, kern_of
from lifecycle.vorlage.verknuepfung import counterparts
from register import alarme, aufzeichnung, neuaufbau, pruefung, vergessen
from register._fehler import RegisterAlarm
from register.ausgang import Postausgang
from register.blaettern import Blaettern
from register.durchsicht import Durchsicht
from register.oeffentlich import Schau
from register.schluesseltabelle import Schluesseltabelle
from register.tabellen import ABGELEITET, AUFTRAG, EINTRAG, NUMMER, OEFFENTLICH, VERKNUEPFUNG, ZUSTAND
from register.verbindung import Datenbank
from register.verzeichnis import Verzeichnis
from register.zeilen import LISTEN, AuftragZeile, Zeile
from schemas.alarm import Alarm
from schemas.auftrag import ENDEN, Auftrag
from schemas.befehl import Eintrag
from schemas.loeschung import Loeschstelle
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

KUERZESTE_KENNUNG = 6
NACHSEHEN = 0.05
"""Seconds between looks for what another process recorded."""


class Register(Postausgang, Verzeichnis, Durchsicht, Blaettern, Schau):
    """One database. ``on_outbox`` is called when there is something new to be sent."""

    def __init__(self, db: Datenbank, on_outbox: Callable[[], None] | None = None) -> None:
        super().__init__(db)
        self._on_outbox = on_outbox or (lambda: None)
        self._neues = asyncio.Condition()

    @classmethod
    async def open(cls, url: str | None, daten: Path, *, on_outbox: Callable[[], None] | None = None) -> "Register":
        """``url`` None: a SQLite file in the data folder. Raises RegisterNichtErreichbar."""
        return cls(await Datenbank.open(url, daten), on_outbox)

    async def close(self) -> None:
        """Ends all connections."""
        await self._db.close()

    @property
    def keys(self) -> Schluesseltabelle:
        """The table of the keys that close Temporal's histories."""
        return Schluesseltabelle(self._db)

    # --- record -------------------------------------------------------------------------------------------------------

    async def record(self, eintraege: Sequence[Eintrag], *, eilig: bool = False) -> None:
        """Entries of one case, in order. The same again is a no-op.

        Raises RegisterNichtErreichbar (repeat), or RegisterAlarm (nothing was written but the alarm).
        """
        try:
            post = await self._db.write(lambda v: aufzeichnung.record(self._db, v, eintraege), eilig=eilig)
        except RegisterAlarm as alarm:
            await alarme.keep(self._db, alarm, eilig=eilig)
            raise
        if post:
            self._on_outbox()
        async with self._neues:
            self._neues.notify_all()

    async def wait_for(self, workflow: str, seq: int, frist: float) -> bool:
        """Whether the register shows that entry, waiting up to ``frist`` seconds. Raises RegisterNichtErreichbar."""
        ende = asyncio.get_running_loop().time() + frist
        while await self.seq(workflow) < seq:
            rest = ende - asyncio.get_running_loop().time()
            if rest <= 0:
                return False
            await self.wait_for_news(rest)
        return True

    async def wait_for_news(self, hoechstens: float, nachsehen: float = NACHSEHEN) -> None:
        """Returns when this process has recorded something, and after ``nachsehen`` seconds anyway: another process may have."""
        try:
            async with asyncio.timeout(min(hoechstens, nachsehen)), self._neues:
                await self._neues.wait()
        except TimeoutError:
            pass

    # --- read ---------------------------------------------------------------------------------------------------------

    async def seq(self, workflow: str) -> int:
        """Number of the last entry; 0 for a case that it does not know."""
        zeilen = await self._db.read(sa.select(ZUSTAND.c.seq).where(ZUSTAND.c.workflow == workflow))
        return int(zeilen[0].seq) if zeilen else 0

    async def state(self, workflow: str) -> Zustand | None:
        """The state as recorded."""
        zeilen = await self._db.read(sa.select(ZUSTAND.c.zustand).where(ZUSTAND.c.workflow == workflow))
        if not zeilen:
            return None
        z: Zustand = kern_of(workflow).zustand.model_validate_json(zeilen[0].zustand)
        return z

    async def states(self, kommune: str, typ: str, nur: sa.Select[Any] | None = None) -> list[tuple[str, Zustand]]:
        """All cases of a type as recorded, in one query. ``nur``: a selection of workflow ids, if not all are wanted."""
        abfrage = sa.select(ZUSTAND.c.workflow, ZUSTAND.c.zustand).where(ZUSTAND.c.kommune == kommune, ZUSTAND.c.typ == typ)
        if nur is not None:
            abfrage = abfrage.where(ZUSTAND.c.workflow.in_(nur))
        form = KERNE[typ].zustand
        return [
            (z.workflow, form.model_validate_json(z.zustand)) for z in await self._db.read(abfrage.order_by(ZUSTAND.c.workflow))
        ]

    async def open_tasks(self, kommune: str, gremien: Collection[str]) -> list[Auftrag]:
        """Tasks not yet at their end that arose in one of these committees or are due for one."""
        hier = sa.or_(AUFTRAG.c.gremium.in_(gremien), AUFTRAG.c.faellig_gremium.in_(gremien))
        nur = sa.select(AUFTRAG.c.workflow).where(AUFTRAG.c.kommune == kommune, AUFTRAG.c.stufe.not_in(ENDEN), hier)
        return [z for _, z in await self.states(kommune, "auftrag", nur) if isinstance(z, Auftrag)]

    async def heads(self, workflow: str) -> list[tuple[Kopf, Inhalt]]:
        """Heads and contents of a case in order."""
        abfrage = sa.select(EINTRAG.c.kopf, EINTRAG.c.inhalt).where(EINTRAG.c.workflow == workflow)
        zeilen = await self._db.read(abfrage.order_by(EINTRAG.c.seq))
        return [(Kopf.model_validate_json(z.kopf), Inhalt.model_validate_json(z.inhalt)) for z in zeilen]

    async def entries(self, workflow: str) -> list[Eintrag]:
        """The Verlauf of a case."""
        return [restore(kopf, inhalt) for kopf, inhalt in await self.heads(workflow)]

    async def find(self, kommune: str, typ: str, text: str) -> list[str]:
        """Cases by number, id, or the beginning of an id."""
        bedingung: Any = ZUSTAND.c.kennung == text
        if len(text) >= KUERZESTE_KENNUNG:
            bedingung = ZUSTAND.c.kennung.startswith(text, autoescape=True)
        treffer = sa.select(ZUSTAND.c.workflow).where(ZUSTAND.c.kommune == kommune, ZUSTAND.c.typ == typ, bedingung)
        if typ == "vorlage":
            nummer = sa.select(NUMMER.c.workflow).where(NUMMER.c.kommune == kommune, NUMMER.c.nummer == text)
            treffer = nummer.union(treffer)  # type: ignore[assignment]  # a compound select reads the same
        return [zeile.workflow for zeile in await self._db.read(treffer)]

    async def list_cases(self, kommune: str, typ: str, **filter_: str) -> list[Zeile]:
        """Rows of a list, latest first. ``filter_``: column to value."""
        tabelle, form = LISTEN[typ]
        bedingungen = [tabelle.c.kommune == kommune, *(tabelle.c[name] == wert for name, wert in filter_.items())]
        abfrage = sa.select(tabelle).where(*bedingungen).order_by(tabelle.c.zuletzt.desc(), tabelle.c.workflow)
        return [form.model_validate(dict(zeile._mapping)) for zeile in await self._db.read(abfrage)]

    async def tasks_of(self, vorlage: str) -> list[AuftragZeile]:
        """Tasks that arose with a paper (by its id)."""
        abfrage = sa.select(AUFTRAG).where(AUFTRAG.c.vorlage == vorlage).order_by(AUFTRAG.c.workflow)
        return [AuftragZeile.model_validate(dict(zeile._mapping)) for zeile in await self._db.read(abfrage)]

    async def linked(self, z: Vorlage) -> Vorlage:
        """The paper with what every other one says of its relation to it by now; a closed one has not been told."""
        nur = sa.select(VERKNUEPFUNG.c.workflow).where(VERKNUEPFUNG.c.kommune == z.kommune, VERKNUEPFUNG.c.ziel == z.id)
        andere = [a for _, a in await self.states(z.kommune, "vorlage", nur) if isinstance(a, Vorlage)]
        return z.model_copy(update={"gegenstuecke": counterparts(z, andere)})

    async def number_taken(self, kommune: str, nummer: str) -> str | None:
        """The paper that has the number."""
        abfrage = sa.select(NUMMER.c.workflow).where(NUMMER.c.kommune == kommune, NUMMER.c.nummer == nummer)
        zeilen = await self._db.read(abfrage)
        return zeilen[0].workflow if zeilen else None

    async def sealed(self, typ: str) -> list[str]:
        """Closed cases of a type: those whose last entry is the seal."""
        letzter = sa.select(EINTRAG.c.workflow).join(
            ZUSTAND, sa.and_(ZUSTAND.c.workflow == EINTRAG.c.workflow, ZUSTAND.c.seq == EINTRAG.c.seq)
        )
        abfrage = letzter.where(ZUSTAND.c.typ == typ, EINTRAG.c.art == "versiegelt").order_by(EINTRAG.c.workflow)
        return [zeile.workflow for zeile in await self._db.read(abfrage)]

    async def workflows(self) -> list[str]:
        """Every case that has entries."""
        abfrage = sa.select(EINTRAG.c.workflow).distinct().order_by(EINTRAG.c.workflow)
        return [zeile.workflow for zeile in await self._db.read(abfrage)]

    async def totals(self) -> dict[str, int]:
        """How many cases there are by type."""
        abfrage = sa.select(ZUSTAND.c.typ, sa.func.count().label("anzahl")).group_by(ZUSTAND.c.typ)
        return dict.fromkeys(KERNE, 0) | {zeile.typ: zeile.anzahl for zeile in await self._db.read(abfrage)}

    # --- forgetting ---------------------------------------------------------------------------------------------------

    async def forget(self, workflow: str, stellen: Sequence[Loeschstelle]) -> vergessen.Rest:
        """Destroys content of a case and writes anew what follows from it. Repeatable. Raises RegisterNichtErreichbar."""
        rest = await self._db.write(lambda v: vergessen.forget(self._db, v, workflow, stellen))
        for tabelle in (EINTRAG, OEFFENTLICH, *ABGELEITET):
            await self._db.scrub(tabelle)
        return rest

    async def mentioned_elsewhere(self, workflow: str, text: str) -> bool:
        """Whether the content of any other case of the town holds that text."""
        return any(w != workflow for w, _ in await self.mentions(workflow.split("/")[1], text))

    async def mentions(self, kommune: str, text: str) -> list[tuple[str, int]]:
        """Entries (workflow, seq) whose content holds that text, as it stands in JSON."""
        async with self._db.snapshot() as v:
            return await vergessen.mentions(v, kommune, text)

    async def with_orders(self, kommune: str, kennung: str = "") -> list[str]:
        """Cases of the town in which a deletion was asked for; ``kennung``: this one."""
        abfrage = sa.select(EINTRAG.c.workflow).where(EINTRAG.c.kommune == kommune, EINTRAG.c.art == "loeschung_beantragen")
        if kennung:
            abfrage = abfrage.where(EINTRAG.c.inhalt.contains(f'"{kennung}"', autoescape=True))
        return [z.workflow for z in await self._db.read(abfrage.distinct().order_by(EINTRAG.c.workflow))]

    # --- care ---------------------------------------------------------------------------------------------------------

    async def check(self) -> list[str]:
        """Sentences on everything that does not agree; empty is good."""
        return await pruefung.check(self._db)

    async def alarms(self) -> list[Alarm]:
        """What was refused and is not settled: somebody must look."""
        return await alarme.standing(self._db)

    async def rebuild(self, fortschritt: neuaufbau.Fortschritt | None = None) -> list[str]:
        """Makes everything anew that is not entry or leaf. Returns what it found on the way."""
        return await neuaufbau.rebuild(self._db, fortschritt)
