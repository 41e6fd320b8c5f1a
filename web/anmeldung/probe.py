"""Signing in for trying out: anybody may choose to be anybody. Only ever on the machine itself, and it says so everywhere."""

import datetime as dt
from collections.abc import Iterator
from http import HTTPStatus
from typing import ClassVar

from fastapi import Request
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.responses import Response

from lifecycle.kern import BERLIN
from schemas.akteur import Rolle
from schemas.regelwerk import Regelwerk
from web.anmeldung.angemeldet import Amt, Angemeldet
from web.anmeldung.grund import Anmeldung
from web.anmeldung.seiten import local_target, page, text
from web.anmeldung.session import Session
from web.anmeldung.wege import ABGEMELDET, form, office_name
from web.problem import NichtAngemeldet

WARNUNG = "Probebetrieb: Hier kann sich jeder als jeder anmelden. Nur zum Ausprobieren, nie mit echten Vorgängen."
VORSATZ = "demo:"
FALSCH = "Das ist keine Anmeldung zum Ausprobieren. Erwartet wird „demo:rolle@stelle“, etwa „demo:sachbearbeitung@a-46“."
AUSSERDEM = (
    (Rolle.SITZUNGSDIENST, "sitzungsdienst"),
    (Rolle.SCHRIFTFUEHRUNG, "sitzungsdienst"),
    (Rolle.VORSITZ, "sitzungsdienst"),
    (Rolle.RECHNUNGSPRUEFUNG, "rechnungspruefung"),
    (Rolle.ARCHIV, "archiv"),
    (Rolle.FACHADMINISTRATION, "fachadministration"),
    (Rolle.BETRIEB, "betrieb"),
)
"""Roles that are needed for trying out although a town's published texts may name no office for them."""


class Probe(Anmeldung):
    """Tokens such as ``demo:sachbearbeitung@a-46``, several roles with commas, another person after a colon; valid for all towns."""

    probebetrieb: ClassVar[bool] = True

    async def of_token(self, marke: str) -> Angemeldet:
        """``demo:rolle@stelle``."""
        if not marke.startswith(VORSATZ):
            raise NichtAngemeldet(FALSCH)
        return self._named(marke.removeprefix(VORSATZ))

    def of_session(self, session: Session) -> Angemeldet:
        """As chosen."""
        return self._named(session.gruppen[0])

    async def begin(self, request: Request, weiter: str) -> Response:
        """A page with all roles."""
        heute = self.sessions.uhr().astimezone(BERLIN).date()
        orte = [rw for kommune in self.regelwerke.kommunen if (rw := self.regelwerke.am(kommune, heute))]
        return page(
            "Anmelden zum Ausprobieren", f"<p><strong>{WARNUNG}</strong></p>", *(_choices(rw, heute, weiter) for rw in orte)
        )

    async def finish(self, request: Request) -> Response:
        """The role that was chosen on it."""
        angaben = await form(request)
        wer = angaben.get("wer", "")
        angemeldet = self._named(wer)
        antwort = RedirectResponse(local_target(angaben.get("weiter")), HTTPStatus.SEE_OTHER)
        self.sessions.begin(antwort, angemeldet.person, (wer,))
        return antwort

    async def signed_out(self, request: Request) -> str:
        """There is no provider."""
        return ABGEMELDET

    def _named(self, angabe: str) -> Angemeldet:
        """``rolle@stelle[,rolle@stelle ...][:person]``. Raises NichtAngemeldet."""
        paare, _, person = angabe.partition(":")
        try:
            aemter = [_office(paar, kommune) for paar in paare.split(",") for kommune in self.regelwerke.kommunen]
            return Angemeldet(person=person or default_person(paare), aemter=tuple(aemter))
        except (ValidationError, ValueError):
            raise NichtAngemeldet(FALSCH) from None


def _office(paar: str, kommune: str) -> Amt:
    rolle, stelle = paar.split("@")
    if rolle == Rolle.SYSTEM:
        raise ValueError
    return Amt(kommune=kommune, rolle=Rolle(rolle), stelle=stelle)


def default_person(paare: str) -> str:
    """Who it is if no person is named: another one for each role and office."""
    return "demo-" + paare.replace("@", "-").replace(",", "-")[:70]


def _choices(rw: Regelwerk, heute: dt.date, weiter: str) -> str:
    knoepfe = "".join(
        f'<li><button name="wer" value="{text(wer)}">{text(name)}</button></li>' for wer, name in _roles_of(rw, heute)
    )
    versteckt = f'<input type="hidden" name="weiter" value="{text(weiter)}">'
    return f'<h2>{text(rw.name)}</h2><form method="post" action="/anmeldung">{versteckt}<ul>{knoepfe}</ul></form>'


def _roles_of(rw: Regelwerk, heute: dt.date) -> Iterator[tuple[str, str]]:
    """What to choose from in a town: value and words."""
    da = {rolle for stelle in rw.stellen for rolle in stelle.rollen}
    paare = [(rolle, stelle.id) for stelle in rw.stellen for rolle in stelle.rollen]
    for rolle, stelle in (*paare, *(paar for paar in AUSSERDEM if paar[0] not in da)):
        name = office_name(rw, stelle, heute)
        yield f"{rolle}@{stelle}", rolle.anzeige if name == stelle else f"{rolle.anzeige}, {name}"
    namen = {person.id: person.name for person in rw.personen}
    for sitz in rw.sitze:
        if sitz.held_on(heute):
            gremium = office_name(rw, sitz.gremium, heute)
            yield f"{Rolle.MITGLIED}@{sitz.gremium}:{sitz.person}", f"{Rolle.MITGLIED.anzeige} {namen[sitz.person]}, {gremium}"
