"""Keeps a server from outliving whoever started it: runs it as a child, and ends it when standard input closes.

The parent holds the other end of that pipe; however it dies, the system closes it. Should this process be the one that dies, Linux
ends the server. Standard library only, so that it starts fast.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading

RUHIG_ENDEN = 10.0
"""Seconds that the server has to stop by itself."""
PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when its parent dies."""


def main(befehl: list[str]) -> int:
    """Runs ``befehl`` until it ends or standard input does. Returns its exit code."""
    for zeichen in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(zeichen, signal.SIG_IGN)  # the parent decides when to stop, not Ctrl-C nor a terminal that closes
    server = subprocess.Popen(befehl, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_die_with_parent)
    threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    return server.wait()


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_with_input(server: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    server.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(RUHIG_ENDEN)
        return
    server.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
