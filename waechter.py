"""Keeps a server from outliving whoever started it: runs it as a child, and ends it when standard input closes.

The parent holds the other end of that pipe; however it dies, the system closes it. Standard library only, so that it starts fast.
"""

import contextlib
import signal
import subprocess
import sys
import threading

RUHIG_ENDEN = 10.0
"""Seconds that the server has to stop by itself."""


def main(befehl: list[str]) -> int:
    """Runs ``befehl`` until it ends or standard input does. Returns its exit code."""
    for zeichen in (signal.SIGINT, signal.SIGTERM):
        signal.signal(zeichen, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides when to stop
    server = subprocess.Popen(befehl, stdin=subprocess.DEVNULL, start_new_session=True)
    threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    return server.wait()


def _end_with_input(server: subprocess.Popen[bytes]) -> None:
    while sys.stdin.buffer.read(1):
        pass
    server.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(RUHIG_ENDEN)
        return
    server.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
