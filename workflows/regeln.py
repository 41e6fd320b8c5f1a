"""The Regelwerke that validators ask. Set once by whoever starts a worker.

Validators do not run on replay, so what they read may change; nothing else in a workflow may look here. The module is passed
through the sandbox, so all runs see the same.
"""

from schemas.regelwerk import Regelwerke

_aktuell = Regelwerke(())


def install(regelwerke: Regelwerke) -> None:
    """From now on validators use these."""
    global _aktuell  # noqa: PLW0603 - the one place that validators, which get no dependencies, can look
    _aktuell = regelwerke


def current() -> Regelwerke:
    """What was installed last."""
    return _aktuell
