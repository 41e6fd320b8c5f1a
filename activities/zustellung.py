"""``notify``: sends what lies in the outbox, each receiver for itself, and brings back what was given up.

It runs for some minutes at a time and sleeps until the register wakes it: a delivery costs no event in any history.
"""

import asyncio
import base64
import datetime as dt
import re
from collections.abc import Mapping

import structlog
from temporalio import activity

from activities.kanaele.kanal import Kanal
from activities.kanaele.wiederholung import next_attempt
from activities.schicht import Schicht
from dokumente import inhalt, kalender, sicht
from dokumente.anschrift import address, organizer
from dokumente.setzen import NichtSetzbar, set_pdf
from dokumente.sicht import Teil
from dokumente.tagesordnung import is_invited
from lifecycle.ablehnung import Ablehnung
from lifecycle.empfaenger import item_of, papers_of
from lifecycle.fristen import day
from lifecycle.kerne import kern_of
from lifecycle.mitteilung import payload, subject_line, text
from lifecycle.pruefakte import PruefpunktAusgeben
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
from schemas.pruefakte import Pruefakte
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
MIT_AUSZUG = frozenset({"ergebnis", "ergebnis_berichtigen", "niederschrift_unterzeichnen"})
"""Kinds of entry after which the office gets the extract by itself."""
MIT_KALENDER = frozenset({"einladen", "verlegen", "absagen"})
"""Kinds of entry that change what stands in people's calendars."""
NICHT_HINTERLEGT = "keine Adresse hinterlegt"
NICHT_ZU_MACHEN = (Ablehnung, NichtSetzbar, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What making a document may raise: refusals, and mistakes of ours, which must not hold up a message."""
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
            if isinstance(z, Pruefakte):
                return await self._checkpoint(ausgang), None
            return await self._extracts(z, ausgang, rw), self._invitation(z, ausgang, adresse, rw)
        except NICHT_ZU_MACHEN as fehler:
            log.error("Schriftstück nicht beigelegt", nachricht=ausgang.id, art=ausgang.art, fehler=type(fehler).__name__)
            return (), None

    async def _extracts(self, z: Zustand, ausgang: Ausgang, rw: Regelwerk) -> tuple[Anhang, ...]:
        """The Beschlussauszug of a public item, to the office that leads its paper; preliminary until the minutes are signed.

        What is about the meeting as a whole brings along those of all the office's items.
        """
        if not isinstance(z, Sitzung) or ausgang.art not in MIT_AUSZUG:
            return ()
        eintrag = (await self._register.entries(ausgang.workflow))[ausgang.seq - 1]
        top = item_of(z, kern_of(ausgang.workflow).parse(eintrag.befehl))
        seine = {v.vorlage for v in z.vorlagen if v.federfuehrend and v.federfuehrend.id == ausgang.empfaenger}
        tops = (top,) if top else tuple(t for t in z.tops if papers_of(t) & seine and any(tv.beschluss for tv in t.vorlagen))
        saetze = [inhalt.extract(z, rw.name, t.id, Teil.OEFFENTLICH) for t in tops if sicht.is_harmless(z, t)]
        pdfs = [await asyncio.to_thread(set_pdf, s.vorlage, s.daten, s.zeit) for s in saetze]
        return tuple(
            Anhang(name=f"{s.name}.pdf", medientyp="application/pdf", inhalt=p) for s, p in zip(saetze, pdfs, strict=True)
        )

    async def _checkpoint(self, ausgang: Ausgang) -> tuple[Anhang, ...]:
        """The checkpoint of that night, the keys, and the time stamp if there is one: for whoever keeps them outside the house."""
        eintrag = (await self._register.entries(ausgang.workflow))[ausgang.seq - 1]
        befehl = kern_of(ausgang.workflow).parse(eintrag.befehl)
        if not isinstance(befehl, PruefpunktAusgeben):
            return ()
        name = f"{ausgang.kommune}-{befehl.groesse}"
        schluessel = "".join(f"{zeile}\n" for zeile in befehl.pruefschluessel)
        anhaenge = (
            Anhang(name=f"{name}.pruefpunkt", medientyp="text/plain", inhalt=befehl.note.encode()),
            Anhang(name="schluessel.txt", medientyp="text/plain", inhalt=schluessel.encode()),
        )
        if befehl.zeitstempel is None:
            return anhaenge
        stempel = base64.b64decode(befehl.zeitstempel)
        return (*anhaenge, Anhang(name=f"{name}.tsr", medientyp="application/timestamp-reply", inhalt=stempel))

    def _invitation(self, z: Zustand, ausgang: Ausgang, adresse: str, rw: Regelwerk) -> str | None:
        """The calendar entry that goes along with the mail: for whom has been invited, one receiver each."""
        if not isinstance(z, Sitzung) or not is_invited(z) or z.gremium is None or ausgang.art not in MIT_KALENDER:
            return None
        ohne = self._ersatz if address(rw, z.gremium.id) is None else None
        absender = f"{z.gremium.id}@{ohne}" if ohne else organizer(rw, z)
        return kalender.invitation(z, rw.name, adresse, absender).decode()

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


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
