"""Protection of the doors by HTTP: what goes around every application of ours, outermost first."""

import time
from collections.abc import Callable, Sequence

from starlette.types import ASGIApp

from einstellungen import Einstellungen
from web.anmeldung.grund import Anmeldung
from web.schutz.absender import Absender
from web.schutz.fremd import Fremd
from web.schutz.haeufigkeit import GRENZEN, Grenze, Haeufigkeit
from web.schutz.koerper import KOERPER, Koerper, Obergrenze
from web.schutz.kopfzeilen import Kopfzeilen
from web.schutz.verlaengern import Verlaengern

__all__ = ["GRENZEN", "KOERPER", "Grenze", "Obergrenze", "protect"]


def protect(
    app: ASGIApp,
    anmeldung: Anmeldung,
    einstellungen: Einstellungen,
    *,
    grenzen: Sequence[Grenze] = GRENZEN,
    koerper: Sequence[Obergrenze] = KOERPER,
    uhr: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """The application behind security headers, rate limits, the check for foreign sites, body limits, and renewal of sessions.

    ``uhr`` gives seconds that only grow. Everything streams through: nothing is collected.
    """
    app = Verlaengern(app, anmeldung.sessions)
    app = Koerper(app, koerper)
    app = Fremd(app, anmeldung, einstellungen.adresse)
    app = Haeufigkeit(app, anmeldung, Absender(einstellungen.proxys), grenzen, uhr)
    return Kopfzeilen(app, anmeldung, https=anmeldung.sessions.https)
