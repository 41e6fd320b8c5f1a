"""The embedded server: one per folder, state that survives, nothing left behind."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest

import embedded
from embedded import EinbettungFehler, address_of_running, embedded_server
from worker import CONVERTER


async def test_histories_are_kept_for_a_century(tmp_path: Path) -> None:
    from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

    async with embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER) as client:
        antwort = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
        assert antwort.config.workflow_execution_retention_ttl.ToTimedelta().days == 36_500
        assert address_of_running(tmp_path) is not None
    assert address_of_running(tmp_path) is None


async def test_what_a_crash_leaves_behind_locks_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "temporal.sperre").write_text("127.0.0.1:1", encoding="utf-8")
    assert address_of_running(tmp_path) is None
    async with embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER):
        pass


async def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    async with embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER):
        with pytest.raises(EinbettungFehler, match="läuft schon eine Laufmappe"):
            async with embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER):
                pass


async def test_a_port_in_use_is_refused_and_the_folder_stays_free(tmp_path: Path) -> None:
    with socket.socket() as belegt:
        belegt.bind(("127.0.0.1", 0))
        belegt.listen()
        port = belegt.getsockname()[1]
        with pytest.raises(EinbettungFehler, match=f"Anschluss {port} ist belegt"):
            async with embedded_server(tmp_path, port=port, ui_port=None, data_converter=CONVERTER):
                pass
    async with embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER):
        pass


async def test_a_free_port_that_somebody_takes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as belegt:
        belegt.bind(("127.0.0.1", 0))
        belegt.listen()
        freie = iter([belegt.getsockname()[1]])
        echt = embedded._free_port
        monkeypatch.setattr(embedded, "_free_port", lambda port: next(freie, None) or echt(port))
        async with embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER) as client:
            assert await client.count_workflows()


async def test_a_port_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EinbettungFehler, match="zwischen 1 und 65535"):
        async with embedded_server(tmp_path, port=99999, ui_port=None, data_converter=CONVERTER):
            pass


async def test_a_database_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "temporal.sqlite3").write_text("kein SQLite, nur Text. " * 100, encoding="utf-8")
    server = embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER)
    with pytest.raises(EinbettungFehler, match=r"temporal\.log"):
        await asyncio.wait_for(server.__aenter__(), 60)


async def test_a_watcher_that_is_killed_takes_the_server_along_and_that_is_told(tmp_path: Path) -> None:
    kinder: list[int] = []

    async def innen() -> None:
        async with embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER):
            waechter = next(p for p in children(os.getpid()) if "waechter.py" in command_line(p))
            kinder.extend(children(waechter))
            assert kinder and all(alive(p) for p in kinder)
            os.kill(waechter, signal.SIGKILL)
            await asyncio.Event().wait()  # whatever a body waits for, it is told

    with pytest.raises(EinbettungFehler, match="hat sich beendet"):
        await innen()
    async with asyncio.timeout(20):
        while any(alive(p) for p in kinder):
            await asyncio.sleep(0.05)  # a process that is not our child announces nothing
    async with embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER):
        pass


async def test_a_body_that_is_cancelled_by_others_stays_cancelled(tmp_path: Path) -> None:
    async def innen() -> None:
        async with embedded_server(tmp_path, port=None, ui_port=None, data_converter=CONVERTER):
            laeuft.set()
            await asyncio.Event().wait()

    laeuft = asyncio.Event()
    aufgabe = asyncio.create_task(innen())
    await laeuft.wait()
    aufgabe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await aufgabe


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
