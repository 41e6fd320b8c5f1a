"""``notify``: sends what lies in the outbox, each receiver for itself, and brings back what was given up.

It runs for some minutes at a time and sleeps until the register wakes it: a delivery costs no event in any history.
"""

import asyncio
import datetime as dt
import re
from collections.abc import Mapping

import structlog
from temporalio import activity

from activities.kanaele.kanal import Kanal
from activities.kanaele.wiederholung import next_attempt
from activities.schicht import Schicht
from dokumente import inhalt, kalender
from dokumente.setzen import set_pdf
from lifecycle.empfaenger import item_of, papers_of
from lifecycle.fristen import day
from lifecycle.kerne import kern_of
from lifecycle.mitteilung import payload, subject_line, text
from register import Ausgang, Register, RegisterNichtErreichbar
from schemas.akteur import SYSTEM
from schemas.benachrichtigung import (
    ZUSTELLKENNUNG,
    Anhang,
    Aufgegeben,
    Ergebnis,
    Meldung,
    Nachricht,
    Spaeter,
    Zugestellt,
)
from schemas.regelwerk import Regelwerk, Regelwerke
from schemas.sitzung import Sitzung
from schemas.wirkung import Ruf
from schemas.zustand import Zustand

log = structlog.get_logger()
LAENGSTENS = 60.0
"""Seconds that one attempt may take, whatever its channel thinks."""
NACHTRAGEN = 1.0
"""Seconds between two attempts to write down what became of a message that is out of the house."""
MELDUNGEN = 100
"""How many reports one shift brings back at most."""
MIT_AUSZUG = frozenset({"ergebnis", "ergebnis_berichtigen"})
"""Kinds of entry after which the office gets the extract by itself."""
MIT_KALENDER = frozenset({"einladen", "verlegen", "absagen"})
"""Kinds of entry that change what stands in people's calendars."""
NICHT_HINTERLEGT = "keine Adresse hinterlegt"
FREMDE_KENNUNG = "die Kennung der Nachricht ist zu lang oder enthält Zeichen, die in einer Mail nicht stehen können"
FEHLER: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "die Zustellung hat zu lange gedauert"),
    (RegisterNichtErreichbar, "das Register war nicht erreichbar"),
    (Exception, "beim Zustellen ist in der Laufmappe ein Fehler aufgetreten"),
)
"""What went wrong with an attempt on our side; the first that fits counts."""


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
    async def notify(self, kommune: str) -> list[Meldung]:
        """One shift. Returns what was given up and its cases do not know, from earlier shifts too. Raises RegisterNichtErreichbar."""
        await Schicht(self._register, kommune, self._geweckt, self._deliver).work()
        offen = await self._register.unreported(kommune, MELDUNGEN)
        return [meldung for ausgang in offen if (meldung := self._report(ausgang))]

    async def _deliver(self, ausgang: Ausgang) -> bool:
        """One attempt, written down. Whether the case must be told that it was the last."""
        ergebnis = await self._guarded(ausgang)
        while True:
            try:
                return await self._note(ausgang, ergebnis)
            except RegisterNichtErreichbar:
                await asyncio.sleep(NACHTRAGEN)  # a message that is out must not go out again only because nobody wrote it down

    async def _guarded(self, ausgang: Ausgang) -> Ergebnis:
        """One attempt, in bounded time. A mistake of ours with this message is none with the next one."""
        try:
            async with asyncio.timeout(LAENGSTENS):
                return await self._attempt(ausgang)
        except Exception as fehler:  # noqa: BLE001 - of whatever kind; its text may quote the message, so only its class is logged
            log.error("Fehler beim Zustellen", nachricht=ausgang.id, kanal=ausgang.kanal, fehler=type(fehler).__name__)
            return Spaeter(grund=next(satz for art, satz in FEHLER if isinstance(fehler, art)))

    async def _note(self, ausgang: Ausgang, ergebnis: Ergebnis) -> bool:
        versuche, jetzt = ausgang.versuche + 1, _now()
        if isinstance(ergebnis, Zugestellt):
            await self._register.delivered(ausgang.id, jetzt)
            return False
        naechster = next_attempt(versuche, jetzt, ergebnis.nicht_vor) if isinstance(ergebnis, Spaeter) else None
        if naechster is not None:
            await self._register.postponed(ausgang.id, versuche, naechster, ergebnis.grund)
            return False
        vorweg = f"nach {versuche} Versuchen aufgegeben: " if isinstance(ergebnis, Spaeter) else ""
        return await self._give_up(ausgang, jetzt, vorweg + ergebnis.grund)

    async def _give_up(self, ausgang: Ausgang, jetzt: dt.datetime, grund: str) -> bool:
        melden = grund != NICHT_HINTERLEGT  # a gap in the settings is the operator's to close, not the paper's to carry
        await self._register.given_up(ausgang.id, jetzt, grund, melden=melden)
        log.error("Zustellung aufgegeben", nachricht=ausgang.id, empfaenger=ausgang.empfaenger, grund=grund)
        return melden

    async def _attempt(self, ausgang: Ausgang) -> Ergebnis:
        if not re.fullmatch(ZUSTELLKENNUNG, ausgang.id):
            return Aufgegeben(grund=FREMDE_KENNUNG)
        rw = self._rules(ausgang)
        adresse = (address(rw, ausgang.empfaenger) if rw else None) or self._substitute(ausgang)
        if adresse is None:
            return Aufgegeben(grund=NICHT_HINTERLEGT)
        kanal = self._kanaele.get(ausgang.kanal)
        if kanal is None:
            return Aufgegeben(grund=f"der Kanal „{ausgang.kanal}“ ist nicht eingerichtet")
        nachricht = await self._message(ausgang, adresse, rw)
        return await kanal.send(nachricht) if nachricht else Aufgegeben(grund="der Vorgang ist nicht im Register")

    def _rules(self, ausgang: Ausgang) -> Regelwerk | None:
        """The rules of the day on which it happened, as the town hall counts days."""
        return self._regelwerke.am(ausgang.kommune, day(ausgang.erstellt))

    def _substitute(self, ausgang: Ausgang) -> str | None:
        return f"{ausgang.empfaenger}@{self._ersatz}" if self._ersatz and ausgang.kanal == "mail" else None

    async def _message(self, ausgang: Ausgang, adresse: str, rw: Regelwerk | None) -> Nachricht | None:
        z = await self._register.state(ausgang.workflow)
        if z is None:
            return None
        return Nachricht(
            id=ausgang.id,
            kanal=ausgang.kanal,
            empfaenger=ausgang.empfaenger,
            adresse=adresse,
            betreff=subject_line(z, ausgang.art),
            text=text(z, ausgang.art),
            anhaenge=await self._extract(z, ausgang, rw) if rw and ausgang.kanal == "mail" else (),
            kalender=_invitation(z, ausgang, adresse, rw) if rw and ausgang.kanal == "mail" else None,
            daten={
                "type": ausgang.art,
                "timestamp": ausgang.erstellt.isoformat(),
                "data": payload(z, ausgang.art, ausgang.workflow, ausgang.seq),
            },
            verweis=f"{self._adresse}/{ausgang.workflow}" if self._adresse else None,
            zeit=ausgang.erstellt,
        )

    async def _extract(self, z: Zustand, ausgang: Ausgang, rw: Regelwerk) -> tuple[Anhang, ...]:
        """The Beschlussauszug of a public item, to the office that leads its paper; preliminary until the minutes are signed."""
        if not isinstance(z, Sitzung) or ausgang.art not in MIT_AUSZUG:
            return ()
        eintrag = (await self._register.entries(ausgang.workflow))[ausgang.seq - 1]
        top = item_of(z, kern_of(ausgang.workflow).parse(eintrag.befehl))
        if top is None or not top.oeffentlich or any(v.vorlage in papers_of(top) and not v.oeffentlich for v in z.vorlagen):
            return ()
        s = inhalt.extract(z, rw.name, top.id)
        return (Anhang(name=f"{s.name}.pdf", medientyp="application/pdf", inhalt=set_pdf(s.vorlage, s.daten, s.zeit)),)

    def _report(self, ausgang: Ausgang) -> Meldung | None:
        rw = self._rules(ausgang)
        if rw is None:
            return None
        ruf = Ruf(
            ziel=ausgang.workflow,
            zweck="zustellung_aufgegeben",
            befehl={
                "art": "zustellung_aufgegeben",
                "schluessel": f"aufgegeben/{ausgang.seq}/{ausgang.empfaenger}",
                "akteur": SYSTEM.model_dump(mode="json"),
                "regelwerk": rw.stand.model_dump(mode="json"),
                "empfaenger": ausgang.empfaenger,
                "zu_seq": ausgang.seq,
                "grund": ausgang.grund,
            },
        )
        return Meldung(ausgang=ausgang.id, ruf=ruf)


def _invitation(z: Zustand, ausgang: Ausgang, adresse: str, rw: Regelwerk) -> str | None:
    """The calendar entry that goes along with the mail: for whom has been invited, one receiver each."""
    if not isinstance(z, Sitzung) or z.eingeladen_am is None or z.gremium is None or ausgang.art not in MIT_KALENDER:
        return None
    return kalender.invitation(z, rw.name, adresse, address(rw, z.gremium.id) or adresse).decode()


def address(rw: Regelwerk, empfaenger: str) -> str | None:
    """Mail address or URL of a receiver; a committee without one of its own is told through its Sitzungsdienst."""
    if empfaenger.startswith("webhook:"):
        return next((w.url for w in rw.webhooks if f"webhook:{w.id}" == empfaenger), None)
    stellen = {s.id: s.postfach for s in rw.stellen}
    gremium = next((g for g in rw.gremien if g.id == empfaenger), None)
    if gremium is not None:
        return gremium.postfach or stellen.get(gremium.sitzungsdienst or "")
    return stellen.get(empfaenger)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
