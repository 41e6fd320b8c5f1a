"""Being signed in with a browser: one closed cookie with an end that no activity moves, and an earlier one for the idle."""

import datetime as dt
import secrets
from collections.abc import Callable, Mapping

from starlette.datastructures import MutableHeaders
from starlette.responses import Response

from lifecycle.ablehnung import NichtBefugt
from schemas.basis import Kennung, Modell
from web.anmeldung.verschluss import Verschluss
from web.problem import NichtAngemeldet

Uhr = Callable[[], dt.datetime]
"""Now, in UTC."""

ERNEUERN = dt.timedelta(minutes=1)
"""How old the note of the last request may get before the cookie is sent anew."""
COOKIE_LAENGE = 3800
"""What a browser keeps in one cookie for certain."""
ZWECK_ROLLE = "rolle"
ABGELAUFEN = "Die Anmeldung ist abgelaufen. Bitte neu anmelden."


class Lebensdauer(Modell):
    """How long somebody stays signed in: without doing anything, and at most."""

    untaetig: dt.timedelta = dt.timedelta(minutes=60)
    hoechstens: dt.timedelta = dt.timedelta(hours=10)


class Session(Modell):
    """What the cookie holds. ``gruppen`` are the provider's groups that our mapping knows: what they give is looked up each time."""

    sid: str
    person: Kennung
    gruppen: tuple[str, ...]
    beginn: dt.datetime
    zuletzt: dt.datetime


class Rollenwahl(Modell):
    """Which role was chosen; in a cookie of its own, so that a renewal of the other cannot undo the choice. It gives no right."""

    wort: str


class Sessions:
    """Begins, reads, renews and ends sessions. Times come from ``uhr``; sessions of another kind (``art``) of sign-in count for nothing.

    Ended ones are remembered in memory until they would have ended anyway: a cookie that was kept from before does not come back.
    """

    def __init__(self, verschluss: Verschluss, dauer: Lebensdauer, uhr: Uhr, *, art: str, https: bool) -> None:
        self.verschluss = verschluss
        self._zweck = f"sitzung {art}"
        self.dauer = dauer
        self.uhr = uhr
        self.https = https
        self._beendet: dict[str, dt.datetime] = {}
        self.name = self.cookie("")
        self._name_rolle = self.cookie("-rolle")
        self.name_hinweis = self.cookie("-hinweis")

    def cookie(self, zusatz: str) -> str:
        """Name of one of our cookies; with TLS, one that only this very host can set."""
        return f"{'__Host-' if self.https else ''}laufmappe{zusatz}"

    def put(self, antwort: Response, name: str, wert: str, hoechstens: dt.timedelta | None = None) -> None:
        """Sets a cookie that scripts cannot read and other sites cannot send along; an empty one is deleted."""
        dauer = 0 if not wert else int(hoechstens.total_seconds()) if hoechstens else None
        antwort.set_cookie(name, wert, max_age=dauer, path="/", secure=self.https, httponly=True, samesite="lax")

    def begin(self, antwort: Response, person: str, gruppen: tuple[str, ...]) -> Session:
        """A new session, never a continued one, and without what was chosen before."""
        jetzt = self.uhr()
        session = Session(sid=secrets.token_urlsafe(16), person=person, gruppen=gruppen, beginn=jetzt, zuletzt=jetzt)
        self._write(antwort, session)
        self.put(antwort, self._name_rolle, "")
        return session

    def read(self, cookies: Mapping[str, str]) -> Session:
        """The session of a request. Raises NichtAngemeldet."""
        text = cookies.get(self.name)
        if not text:
            raise NichtAngemeldet("Hier muss man angemeldet sein. Bitte anmelden.")
        session = self.verschluss.open(self._zweck, text, Session)
        if session is None or session.sid in self._beendet or self.uhr() >= self.ends(session):
            raise NichtAngemeldet(ABGELAUFEN)
        return session

    def ends(self, session: Session) -> dt.datetime:
        """When it ends if nothing more is done."""
        return min(session.beginn + self.dauer.hoechstens, session.zuletzt + self.dauer.untaetig)

    def renewed(self, session: Session) -> Session | None:
        """The session with now as its last request; None while that is noted closely enough."""
        jetzt = self.uhr()
        return session.model_copy(update={"zuletzt": jetzt}) if jetzt - session.zuletzt >= ERNEUERN else None

    def renew(self, kopfzeilen: MutableHeaders, session: Session) -> None:
        """Adds the cookie to an answer that is on its way; not if that session was ended, or the answer begins another one."""
        schon = any(zeile.startswith(f"{self.name}=") for zeile in kopfzeilen.getlist("set-cookie"))
        if session.sid not in self._beendet and not schon:
            antwort = Response()
            self._write(antwort, session)
            kopfzeilen.append("set-cookie", antwort.headers["set-cookie"])

    def end(self, antwort: Response, session: Session | None) -> None:
        """Ends it, here and in the browser."""
        jetzt = self.uhr()
        self._beendet = {sid: bis for sid, bis in self._beendet.items() if bis > jetzt}
        if session is not None:
            self._beendet[session.sid] = session.beginn + self.dauer.hoechstens
        for name in (self.name, self._name_rolle, self.name_hinweis):
            self.put(antwort, name, "")

    def choose(self, antwort: Response, wort: str) -> None:
        """Keeps which role was chosen."""
        self.put(antwort, self._name_rolle, self.verschluss.close(ZWECK_ROLLE, Rollenwahl(wort=wort)))

    def chosen(self, cookies: Mapping[str, str]) -> str | None:
        """Which role was chosen since signing in."""
        wahl = self.verschluss.open(ZWECK_ROLLE, cookies.get(self._name_rolle, ""), Rollenwahl)
        return wahl.wort if wahl else None

    def _write(self, antwort: Response, session: Session) -> None:
        text = self.verschluss.close(self._zweck, session)
        if len(text) > COOKIE_LAENGE:
            raise NichtBefugt("Diese Anmeldung bringt zu viele Gruppen mit. Bitte die Fachadministration verständigen.")
        self.put(antwort, self.name, text)
