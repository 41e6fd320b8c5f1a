"""The database: SQLite file or PostgreSQL by URL, migrations, and time limits that hold even when the database hangs."""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from register._fehler import RegisterFehler, RegisterNichtErreichbar

log = structlog.get_logger()
T = TypeVar("T")
EILIG = 0.4
"""Seconds for a record that somebody waits for."""
GEDULDIG = 20.0
SPERRE_MS = 300
SCHREIBER = 20
"""At a time, where the database itself keeps writers apart: as many as there are connections."""
PRAGMEN = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={SPERRE_MS}", "secure_delete=ON")
"""Of every SQLite connection. What is deleted is overwritten too: it was deleted because it should be gone."""
WERTFEHLER = frozenset({"22", "54"})
"""Classes of SQLSTATE: data exception, program limit exceeded."""
NICHT_ERREICHBAR = (
    "Das Register ist nicht erreichbar oder zu langsam. Es wird von selbst nachgetragen; sonst bitte später wiederholen."
)


class Datenbank:
    """An engine, and how to use it in bounded time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._aufgegeben: set[asyncio.Task[Any]] = set()
        self._an_der_reihe = asyncio.Semaphore(1 if engine.dialect.name == "sqlite" else SCHREIBER)
        """In SQLite one writes at a time: who queues here waits in order, who meets the file's lock fails after a while. What is
        urgent does not queue: it meets at most one of these."""

    @classmethod
    async def open(cls, url: str | None, daten: Path) -> "Datenbank":
        """Connects and brings the tables up to date. Raises RegisterNichtErreichbar."""
        sqlite_datei = daten / "register.sqlite3"
        ziel = _async_url(url) if url else f"sqlite+aiosqlite:///{sqlite_datei}"
        engine = create_async_engine(ziel, hide_parameters=True, **_options(ziel))
        if engine.dialect.name == "sqlite":
            _tune_sqlite(engine)
        datenbank = cls(engine)
        with _one_at_a_time(daten):
            await datenbank.within(GEDULDIG, datenbank._upgrade)
        return datenbank

    async def close(self) -> None:
        """Ends all connections."""
        await self._engine.dispose()

    def insert(self, tabelle: sa.Table) -> Any:
        """INSERT of this dialect, which knows ON CONFLICT."""
        return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[self._engine.dialect.name](tabelle)

    def upsert(self, tabelle: sa.Table, werte: dict[str, Any]) -> Any:
        """INSERT or UPDATE by primary key."""
        schluessel = [spalte.name for spalte in tabelle.primary_key]
        return (
            self.insert(tabelle)
            .values(**werte)
            .on_conflict_do_update(index_elements=schluessel, set_={k: v for k, v in werte.items() if k not in schluessel})
        )

    async def lock_name(self, v: AsyncConnection, name: str) -> None:
        """Until the transaction ends nobody else gets this name. In SQLite a transaction that writes is alone anyway."""
        if self._engine.dialect.name == "postgresql":
            await v.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})

    async def write(self, arbeit: Callable[[AsyncConnection], Awaitable[T]], *, eilig: bool = False) -> T:
        """One transaction that writes. Raises RegisterNichtErreichbar."""

        async def ganz() -> T:
            reihe = contextlib.nullcontext() if eilig else self._an_der_reihe
            async with reihe, self._engine.connect() as roh:
                verbindung = await roh.execution_options(laufmappe_schreibt=True)
                async with verbindung.begin():
                    return await arbeit(verbindung)

        return await self.within(EILIG if eilig else GEDULDIG, ganz)

    async def read(self, abfrage: sa.Select[Any], sekunden: float = GEDULDIG) -> list[sa.Row[Any]]:
        """All rows. Raises RegisterNichtErreichbar."""

        async def ganz() -> list[sa.Row[Any]]:
            async with self._engine.connect() as verbindung:
                return list((await verbindung.execute(abfrage)).all())

        return await self.within(sekunden, ganz)

    async def scrub(self, tabelle: sa.Table) -> None:
        """Makes the database let go of what was overwritten there, as far as it can. Raises RegisterNichtErreichbar."""
        befehl = {"sqlite": "PRAGMA wal_checkpoint(TRUNCATE)", "postgresql": f"VACUUM {tabelle.name}"}[self._engine.dialect.name]

        async def ganz() -> None:
            async with self._engine.connect() as verbindung:
                roh = await verbindung.get_raw_connection()
                assert roh.driver_connection is not None  # it is connected
                await roh.driver_connection.execute(befehl)  # neither goes inside a transaction

        await self.within(GEDULDIG, ganz)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A connection for many reads that all see the same moment."""
        async with self._engine.connect() as verbindung:
            if self._engine.dialect.name == "postgresql":
                verbindung = await verbindung.execution_options(isolation_level="REPEATABLE READ")
            yield verbindung

    async def within(self, sekunden: float, arbeit: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Waits no longer than that: work that hangs is left to its own cancellation, for even that may hang."""
        aufgabe = asyncio.create_task(arbeit())
        try:
            await asyncio.wait({aufgabe}, timeout=sekunden)
        except asyncio.CancelledError:
            self._leave(aufgabe)
            raise
        if not aufgabe.done():
            self._leave(aufgabe)
            log.warning("Register nicht erreichbar", fehler=f"keine Antwort nach {sekunden} s")
            raise RegisterNichtErreichbar(NICHT_ERREICHBAR)
        try:
            return aufgabe.result()
        except RegisterFehler:
            raise
        except (sa.exc.SQLAlchemyError, OSError, TimeoutError) as fehler:
            log.warning("Register nicht erreichbar", fehler=_without_content(fehler).args[0])
            raise RegisterNichtErreichbar(NICHT_ERREICHBAR) from _without_content(fehler)

    def _leave(self, aufgabe: asyncio.Task[Any]) -> None:
        aufgabe.cancel()
        self._aufgegeben.add(aufgabe)
        aufgabe.add_done_callback(self._forget)

    def _forget(self, aufgabe: asyncio.Task[Any]) -> None:
        self._aufgegeben.discard(aufgabe)
        if not aufgabe.cancelled():
            aufgabe.exception()  # looked at, so that nobody complains about it

    async def _upgrade(self) -> None:
        async with self._engine.connect() as verbindung:
            if await verbindung.run_sync(version) == NEUESTE:
                return  # the usual case: nobody waits for a lock
        async with self._engine.connect() as roh:
            verbindung = await roh.execution_options(laufmappe_schreibt=True)
            async with verbindung.begin():
                if self._engine.dialect.name == "postgresql":
                    await verbindung.execute(sa.text("SELECT pg_advisory_xact_lock(727274)"))
                await verbindung.run_sync(migrate)


def cannot_hold(fehler: Exception) -> bool:
    """Whether the database refused a value for what it is (a null byte, a number that is too large): repeating helps nothing."""
    klasse = str(getattr(getattr(fehler, "orig", None), "sqlstate", None) or "")[:2]
    return klasse in WERTFEHLER or isinstance(fehler, UnicodeError | OverflowError)


def _without_content(fehler: BaseException) -> Exception:
    """An error that says what kind it was, and nothing of the statement or its parameters."""
    return RegisterFehler(type(getattr(fehler, "orig", None) or fehler).__name__)


def _async_url(url: str) -> str:
    try:
        teile = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise RegisterFehler(
            "Die Adresse des Registers (LAUFMAPPE_REGISTER) ist keine: postgresql://name:passwort@host/datenbank."
        ) from None
    if teile.get_backend_name() in ("postgresql", "postgres"):
        ssl = teile.query.get("sslmode")  # what libpq calls it; the driver here has another word
        fragen = {**teile.query, **({"ssl": ssl} if ssl else {})}
        fragen.pop("sslmode", None)
        return teile.set(drivername="postgresql+asyncpg", query=fragen).render_as_string(hide_password=False)
    if teile.get_backend_name() == "sqlite":
        return teile.set(drivername="sqlite+aiosqlite").render_as_string(hide_password=False)
    raise RegisterFehler(f"Als Register geht SQLite oder PostgreSQL, nicht „{teile.get_backend_name()}“.")


def _options(url: str) -> dict[str, Any]:
    gemeinsam = {"pool_timeout": EILIG}
    if url.startswith("postgresql"):
        return gemeinsam | {
            "pool_size": 10,
            "max_overflow": 10,
            "connect_args": {"timeout": EILIG, "command_timeout": GEDULDIG},
        }
    return gemeinsam | {"pool_size": 5, "max_overflow": 10, "connect_args": {"timeout": SPERRE_MS / 1000}}


def _tune_sqlite(engine: AsyncEngine) -> None:
    @sa.event.listens_for(engine.sync_engine, "connect")
    def connected(dbapi: Any, _: Any) -> None:
        dbapi.isolation_level = None  # we begin transactions ourselves
        zeiger = dbapi.cursor()
        for pragma in PRAGMEN:
            zeiger.execute(f"PRAGMA {pragma}")
        zeiger.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begun(verbindung: sa.Connection) -> None:
        schreibt = verbindung.get_execution_options().get("laufmappe_schreibt")
        verbindung.exec_driver_sql("BEGIN IMMEDIATE" if schreibt else "BEGIN")


@contextmanager
def _one_at_a_time(daten: Path) -> Any:
    """Two processes that start together do not migrate together."""
    daten.mkdir(parents=True, exist_ok=True)
    with (daten / ".register.sperre").open("w") as sperre:
        fcntl.flock(sperre, fcntl.LOCK_EX)
        yield


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrationen"))
    return config


NEUESTE = ScriptDirectory.from_config(_config()).get_current_head()
"""The version of the tables that this program knows last."""


def version(verbindung: sa.Connection) -> str | None:
    """The version of the tables; None for an empty database. Raises RegisterFehler for one that this program does not know."""
    stand = MigrationContext.configure(verbindung).get_current_revision()
    bekannt = {s.revision for s in ScriptDirectory.from_config(_config()).walk_revisions()}
    if stand is not None and stand not in bekannt:
        raise RegisterFehler(
            f"Das Register hat die Fassung {stand}; dieses Programm kennt sie nicht. Bitte das neuere Programm nehmen."
        )
    return stand


def migrate(verbindung: sa.Connection, bis: str = "head") -> None:
    """Brings the tables up to a version."""
    config = _config()
    config.attributes["connection"] = verbindung
    command.upgrade(config, bis)
