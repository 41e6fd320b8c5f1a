"""``notify``: sends what lies in the outbox, each receiver for itself, and brings back what was given up.

It runs for some minutes at a time and sleeps until the register wakes it: a delivery costs no event in any history.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping

import structlog
from temporalio import activity

from activities.kanaele.kanal import Kanal
from activities.kanaele.wiederholung import next_attempt
from dokumente import inhalt, kalender, sicht
from dokumente.anschrift import address, organizer
from dokumente.setzen import NichtSetzbar, set_pdf
from dokumente.sicht import Teil
from dokumente.tagesordnung import is_invited
from lifecycle.ablehnung import Ablehnung
from lifecycle.empfaenger import item_of
from lifecycle.kerne import kern_of
from lifecycle.mitteilung import payload, subject_line, text
from register import Ausgang, Register
from schemas.akteur import SYSTEM
from schemas.benachrichtigung import Anhang, Aufgegeben, Ergebnis, Nachricht, Spaeter
from schemas.regelwerk import Regelwerk, Regelwerke
from schemas.sitzung import Sitzung
from schemas.wirkung import Ruf
from schemas.zustand import Zustand

log = structlog.get_logger()
SCHICHT = 600.0
"""Seconds after which it returns, so that a new worker version gets its turn."""
LEBENSZEICHEN = 5.0
GLEICHZEITIG = 20
MIT_AUSZUG = frozenset({"ergebnis", "ergebnis_berichtigen"})
"""Kinds of entry after which the office gets the extract by itself."""
MIT_KALENDER = frozenset({"einladen", "verlegen", "absagen"})
"""Kinds of entry that change what stands in people's calendars."""
NICHT_HINTERLEGT = "keine Adresse hinterlegt"
NICHT_ZU_MACHEN = (Ablehnung, NichtSetzbar, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What making a document may raise: refusals, and mistakes of ours, which must not hold up a message."""


class Zustellung:
    """Holds the register, the channels by name, the Regelwerke (addresses), and the address of the pages for links.

    ``geweckt`` is set by the register when it has written to the outbox. ``ersatz`` gives a mailbox to those that have none in
    the Regelwerk; only for trying out, where no mail leaves the machine.
    """

    def __init__(
        self,
        register: Register,
        kanaele: Mapping[str, Kanal],
        regelwerke: Regelwerke,
        geweckt: asyncio.Event,
        *,
        adresse: str | None = None,
        ersatz: str | None = None,
    ) -> None:
        self._register = register
        self._kanaele = kanaele
        self._regelwerke = regelwerke
        self._geweckt = geweckt
        self._adresse = adresse
        self._ersatz = ersatz

    @activity.defn(name="notify")
    async def notify(self, kommune: str) -> list[Ruf]:
        """One shift. Returns calls that tell the cases concerned what was given up; returns early if there are any."""
        schluss = asyncio.get_running_loop().time() + SCHICHT
        while asyncio.get_running_loop().time() < schluss and not activity.is_worker_shutdown():
            activity.heartbeat()
            self._geweckt.clear()
            aufgegeben = await self._round(kommune)
            if aufgegeben:
                return aufgegeben
            await self._sleep(kommune)
        return []

    async def _sleep(self, kommune: str) -> None:
        """Until the register wakes it, the next attempt is due, or it is time for a sign of life."""
        wecker = [
            asyncio.create_task(self._geweckt.wait()),
            asyncio.create_task(activity.wait_for_worker_shutdown()),
        ]
        naechster = await self._register.next_due(kommune)
        frist = LEBENSZEICHEN if naechster is None else min(LEBENSZEICHEN, max(0.0, (naechster - _now()).total_seconds()))
        await asyncio.wait(wecker, timeout=frist, return_when=asyncio.FIRST_COMPLETED)
        for aufgabe in wecker:
            aufgabe.cancel()

    async def _round(self, kommune: str) -> list[Ruf]:
        faellig = await self._register.due(kommune, _now(), GLEICHZEITIG)
        rufe = await asyncio.gather(*(self._deliver(a) for a in faellig))
        return [ruf for ruf in rufe if ruf]

    async def _deliver(self, ausgang: Ausgang) -> Ruf | None:
        ergebnis = await self._attempt(ausgang)
        jetzt = _now()
        if isinstance(ergebnis, Spaeter):
            naechster = next_attempt(ausgang.versuche + 1, jetzt, ergebnis.nicht_vor)
            if naechster is not None:
                await self._register.postponed(ausgang.id, ausgang.versuche + 1, naechster, ergebnis.grund)
                return None
            ergebnis = Aufgegeben(grund=f"nach {ausgang.versuche + 1} Versuchen aufgegeben: {ergebnis.grund}")
        if isinstance(ergebnis, Aufgegeben):
            await self._register.given_up(ausgang.id, jetzt, ergebnis.grund)
            return self._report(ausgang, ergebnis.grund)
        await self._register.delivered(ausgang.id, jetzt)
        return None

    async def _attempt(self, ausgang: Ausgang) -> Ergebnis:
        rw = self._regelwerke.am(ausgang.kommune, ausgang.erstellt.date())
        adresse = (address(rw, ausgang.empfaenger) if rw else None) or self._substitute(ausgang)
        if adresse is None:
            return Aufgegeben(grund=NICHT_HINTERLEGT)
        kanal = self._kanaele.get(ausgang.kanal)
        if kanal is None:
            return Aufgegeben(grund=f"der Kanal „{ausgang.kanal}“ ist nicht eingerichtet")
        nachricht = await self._message(ausgang, adresse, rw)
        return await kanal.send(nachricht) if nachricht else Aufgegeben(grund="der Vorgang ist nicht im Register")

    def _substitute(self, ausgang: Ausgang) -> str | None:
        return f"{ausgang.empfaenger}@{self._ersatz}" if self._ersatz and ausgang.kanal == "mail" else None

    async def _message(self, ausgang: Ausgang, adresse: str, rw: Regelwerk | None) -> Nachricht | None:
        z = await self._register.state(ausgang.workflow)
        if z is None:
            return None
        anhaenge, termin = await self._enclosed(z, ausgang, adresse, rw) if rw and ausgang.kanal == "mail" else ((), None)
        return Nachricht(
            id=ausgang.id,
            kanal=ausgang.kanal,
            empfaenger=ausgang.empfaenger,
            adresse=adresse,
            betreff=subject_line(z, ausgang.art, ausgang.empfaenger),
            text=text(z, ausgang.art, ausgang.empfaenger),
            anhaenge=anhaenge,
            kalender=termin,
            daten={
                "type": ausgang.art,
                "timestamp": ausgang.erstellt.isoformat(),
                "data": payload(z, ausgang.art, ausgang.workflow, ausgang.seq),
            },
            verweis=f"{self._adresse}/{ausgang.workflow}" if self._adresse else None,
            zeit=ausgang.erstellt,
        )

    async def _enclosed(self, z: Zustand, ausgang: Ausgang, adresse: str, rw: Regelwerk) -> tuple[tuple[Anhang, ...], str | None]:
        """Documents and calendar entry that go along. What cannot be made stays behind: the mail goes out without it."""
        try:
            return await self._extract(z, ausgang, rw), self._invitation(z, ausgang, adresse, rw)
        except NICHT_ZU_MACHEN as fehler:
            log.error("Schriftstück nicht beigelegt", nachricht=ausgang.id, art=ausgang.art, fehler=type(fehler).__name__)
            return (), None

    async def _extract(self, z: Zustand, ausgang: Ausgang, rw: Regelwerk) -> tuple[Anhang, ...]:
        """The Beschlussauszug of a public item, to the office that leads its paper; preliminary until the minutes are signed."""
        if not isinstance(z, Sitzung) or ausgang.art not in MIT_AUSZUG:
            return ()
        eintrag = (await self._register.entries(ausgang.workflow))[ausgang.seq - 1]
        top = item_of(z, kern_of(ausgang.workflow).parse(eintrag.befehl))
        if top is None or not sicht.is_harmless(z, top):
            return ()
        s = inhalt.extract(z, rw.name, top.id, Teil.OEFFENTLICH)
        pdf = await asyncio.to_thread(set_pdf, s.vorlage, s.daten, s.zeit)
        return (Anhang(name=f"{s.name}.pdf", medientyp="application/pdf", inhalt=pdf),)

    def _invitation(self, z: Zustand, ausgang: Ausgang, adresse: str, rw: Regelwerk) -> str | None:
        """The calendar entry that goes along with the mail: for whom has been invited, one receiver each."""
        if not isinstance(z, Sitzung) or not is_invited(z) or z.gremium is None or ausgang.art not in MIT_KALENDER:
            return None
        ohne = self._ersatz if address(rw, z.gremium.id) is None else None
        absender = f"{z.gremium.id}@{ohne}" if ohne else organizer(rw, z)
        return kalender.invitation(z, rw.name, adresse, absender).decode()

    def _report(self, ausgang: Ausgang, grund: str) -> Ruf | None:
        log.error("Zustellung aufgegeben", nachricht=ausgang.id, empfaenger=ausgang.empfaenger, grund=grund)
        rw = self._regelwerke.am(ausgang.kommune, ausgang.erstellt.date())
        if rw is None or grund == NICHT_HINTERLEGT:
            return None  # a gap in the settings is the operator's to close, not the paper's to carry
        return Ruf(
            ziel=ausgang.workflow,
            zweck="zustellung_aufgegeben",
            befehl={
                "art": "zustellung_aufgegeben",
                "schluessel": f"aufgegeben/{ausgang.id}",
                "akteur": SYSTEM.model_dump(mode="json"),
                "regelwerk": rw.stand.model_dump(mode="json"),
                "empfaenger": ausgang.empfaenger,
                "zu_seq": ausgang.seq,
                "grund": grund,
            },
        )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
