"""The shell that Vorlage, Sitzung, Auftrag and Nummernkreis share: dedupe, apply, record, call, seal, continue-as-new.

How to talk to it: one Update ``befehl`` takes a command as JSON and returns a ``Quittung``; the Query ``stand`` returns the
state. The Update's id is the command's key. Handlers are plain functions: they change ``self.lauf`` and return, so nothing
interleaves; everything that waits happens in ``drive``, one pump per target, so that a stuck target holds up no other. Due dates
stand in the state as moments; one durable timer waits for the next of them and is set anew only when that changes.
"""

import asyncio
import functools
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from lifecycle.ablehnung import Ablehnung, FalscheStufe, SchluesselVergeben
    from lifecycle.eingabe import verify_values
    from lifecycle.fristen import next_alarm
    from lifecycle.gemeinsam import RegelstandHeben, Versiegelt, seal_digest
    from lifecycle.kern import FENSTER, Kern, Kommando, apply, check
    from lifecycle.lage import RUFE, situation
    from lifecycle.loeschung import LoeschungVollzogen, pending
    from lifecycle.terminsachen import alarm_command
    from schemas.akteur import SYSTEM
    from schemas.befehl import Eintrag, Quittung
    from schemas.loeschung import Bereinigung
    from schemas.wirkung import Ruf, Rufausgang, Rufergebnis, Versiegelung
    from schemas.zustand import BAUART, HOECHSTENS_EREIGNISSE, REGELSTAND, Abschluss, Auftragszettel, Erledigt, Lauf, Z
    from workflows import regeln
    from workflows.suche import STUFE

REGISTER = "register"
LOESCHUNG = "loeschung"
PROGRAMMFEHLER = "Programmfehler"
WIEDERAUFNEHMEN = "wiederaufnehmen"
STAPEL = 100
"""Entries that are recorded at once: more might not fit into one argument."""
SCHNELL = timedelta(seconds=0.5)
NOCHMAL = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
RUF_FRIST = timedelta(days=30)
PAUSE = timedelta(minutes=10)
AUFZEICHNEN = timedelta(seconds=25)
"""More than the register's own patience with a database that hangs (20 s)."""
VERSIEGELN = timedelta(minutes=10)
LEER_FRIST = timedelta(minutes=1)


class Schale(Generic[Z]):
    """One case. Subclasses name their state machine and carry Temporal's decorators."""

    def __init__(self, kern: Kern[Z], lauf: Lauf[Z]) -> None:
        self.kern = kern
        self.lauf = lauf
        self._pumpen: dict[str, asyncio.Task[None]] = {}
        self._wecker: asyncio.Task[None] | None = None
        self._gestellt_auf: datetime | None = None
        self._bereinigt: Lauf[Z] | None = None
        self.mithoeren: Callable[[Z, Sequence[Eintrag]], None] = lambda zustand, eintraege: None
        """Told of each step: the state after it, and its entries. Somebody listens in replays only."""
        self._zeige()

    # --- what callers see -------------------------------------------------------------------------------------------

    @workflow.query
    def stand(self) -> dict[str, Any]:
        """The state as JSON."""
        return self.lauf.zustand.model_dump(mode="json")

    @workflow.update
    def befehl(self, roh: dict[str, Any]) -> Quittung:
        """Carries a command out and acknowledges it: durable, ordered, recorded soon."""
        befehl = self.kern.parse(roh)
        schon = self._known(befehl)
        if schon:
            return Quittung(seq=schon.seq, digest=schon.digest, antwort=schon.antwort)
        return self._carry_out(befehl)

    @befehl.validator
    def _may_befehl(self, roh: dict[str, Any]) -> None:
        try:
            verify_values(str(roh.get("art")), roh)
            befehl = self.kern.parse(roh)
            if not self._known(befehl):
                self._verify(befehl)
        except Ablehnung as nein:
            raise ApplicationError(nein.satz, type=nein.typ, non_retryable=True) from None
        except Exception as fehler:  # whatever goes wrong here would park the case if the handler met it
            satz = f"Das ist ein Fehler der Laufmappe ({type(fehler).__name__}). Es ist nichts geschehen; bitte den Betrieb verständigen."
            raise ApplicationError(satz, type=PROGRAMMFEHLER, non_retryable=True) from fehler

    def _verify(self, befehl: Kommando[Z]) -> None:
        """Raises a refusal; or whatever ``apply`` would raise, for a bug must not be met only when the command is accepted."""
        if befehl.art == WIEDERAUFNEHMEN and self.lauf.ausstehend:
            raise FalscheStufe("Das Aufbewahrungspaket wird noch geschrieben. Bitte später wiederholen.")
        with workflow.unsafe.sandbox_unrestricted(), workflow.unsafe.imports_passed_through():
            # rules ask a library for holidays, which loads its parts late; this never runs on replay
            check(self.kern, self.lauf.zustand, befehl, workflow.now(), regeln.current())
        apply(self.kern, self.lauf.zustand, befehl, workflow.now())
        befehl.digest()

    # --- carrying out -----------------------------------------------------------------------------------------------

    def _known(self, befehl: Kommando[Z]) -> Erledigt | None:
        """An earlier command with the same key. Raises SchluesselVergeben if it asked for something else."""
        schon = next((e for e in self.lauf.fenster if e.schluessel == befehl.schluessel), None)
        if schon and schon.digest != befehl.digest():
            raise SchluesselVergeben(
                f"Der Schlüssel „{befehl.schluessel}“ ist schon für einen anderen Befehl benutzt. Bitte einen neuen nehmen."
            )
        return schon

    def _carry_out(self, befehl: Kommando[Z]) -> Quittung:
        vorher = self.kern.stufe(self.lauf.zustand) if self.lauf.zustand.seq else None
        quittung = self._take(befehl)
        if (stufe := self.kern.stufe(self.lauf.zustand)) != vorher:
            workflow.upsert_search_attributes([STUFE.value_set(stufe)])
        self._zeige()
        return quittung

    def _take(self, befehl: Kommando[Z]) -> Quittung:
        folge = apply(self.kern, self.lauf.zustand, befehl, workflow.now())
        seq, digest = folge.zustand.seq, befehl.digest()
        erledigt = Erledigt(schluessel=befehl.schluessel, digest=digest, seq=seq, antwort=folge.antwort)
        zettel = tuple(Auftragszettel(id=f"{seq}/{nr}", wirkung=w) for nr, w in enumerate(folge.wirkungen))
        self._change(
            zustand=folge.zustand,
            unaufgezeichnet=self.lauf.unaufgezeichnet + folge.eintraege,
            ausstehend=self.lauf.ausstehend + zettel,
            fenster=(*self.lauf.fenster, erledigt)[-FENSTER:],
        )
        self.mithoeren(folge.zustand, folge.eintraege)
        return Quittung(seq=seq, digest=digest, antwort=folge.antwort)

    def _change(self, **felder: object) -> None:
        self.lauf = self.lauf.model_copy(update=felder)

    def _zeige(self) -> None:
        workflow.set_current_details(situation(self.lauf))

    # --- the run ----------------------------------------------------------------------------------------------------

    async def drive(self) -> Abschluss:
        """Keeps the case going until it is sealed. Cancelling it from outside has no effect: a paper is not cancelled."""
        if not await self._begun():
            if self.lauf.zustand.seq == 0:  # failed, not completed: so the same id can begin once more
                raise ApplicationError("Es ist nichts geschehen.", type="Leer", non_retryable=True)
            return Abschluss(seq=self.lauf.zustand.seq, siegel=self.lauf.zustand.siegel)
        while not self._finished():
            try:
                await workflow.wait_condition(self._something_to_do)
            except asyncio.CancelledError:
                workflow.logger.warning("Abbruch von außen bleibt ohne Wirkung")
                continue
            self._raise_bugs()
            if self._bereinigt:
                self._go_on_with_what_is_left(self._bereinigt)
            if self._continue() and not self._finished():  # what is over needs no further run
                workflow.continue_as_new(self._for_next_run())
            self._set_alarm()
            for ziel, pumpe in self._waiting().items():
                self._pumpen[ziel] = asyncio.create_task(pumpe())
        await workflow.wait_condition(workflow.all_handlers_finished)
        return Abschluss(seq=self.lauf.zustand.seq, siegel=self.lauf.zustand.siegel)

    async def _begun(self) -> bool:
        """A workflow whose first command never came or was refused (it is empty, or still sealed) ends itself."""
        try:
            await workflow.wait_condition(lambda: self.lauf.zustand.seq > 0 and not self._finished(), timeout=LEER_FRIST)
        except TimeoutError:
            return False
        return True

    def _something_to_do(self) -> bool:
        return (
            self._finished()
            or self._bereinigt is not None
            or self._continue()
            or self._failed()
            or bool(self._waiting())
            or self._alarm_off()
        )

    def _finished(self) -> bool:
        offen = self.lauf.unaufgezeichnet or self.lauf.ausstehend or self._running()
        return self.kern.closed(self.lauf.zustand) and not offen and pending(self.lauf.zustand) is None

    def _running(self) -> bool:
        return any(not pumpe.done() for pumpe in self._pumpen.values())

    def _continue(self) -> bool:
        info = workflow.info()
        if not info.is_continue_as_new_suggested():
            return False
        return not self._running() or info.get_current_history_length() > HOECHSTENS_EREIGNISSE

    def _for_next_run(self) -> Lauf[Z]:
        """What the next run begins with. Only here, where nothing that is replayed can differ, a case takes up today's rules."""
        if self.lauf.zustand.regelstand < REGELSTAND and self.lauf.zustand.seq:
            felder = {"schluessel": f"regelstand/{REGELSTAND}", "auf": REGELSTAND}
            self._take(self._own_command(RegelstandHeben.art, felder))
        return self.lauf.model_copy(update={"bauart": BAUART})

    def _failed(self) -> bool:
        """Whether a pump or the alarm clock has met a bug."""
        beendet = [a for a in (*self._pumpen.values(), self._wecker) if a and a.done() and not a.cancelled()]
        return any(aufgabe.exception() for aufgabe in beendet)

    def _raise_bugs(self) -> None:
        """A bug in a pump parks the workflow until it is mended; it is not kept silent, and nothing runs on without it."""
        for aufgabe in (*self._pumpen.values(), self._wecker):
            if aufgabe and aufgabe.done() and not aufgabe.cancelled():
                aufgabe.result()

    def _waiting(self) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
        """Targets with something to do and no pump at work. The seal comes when nothing else is left."""
        ziele: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {}
        if self.lauf.unaufgezeichnet:
            ziele[REGISTER] = self._record_all
        rufe = [z for z in self.lauf.ausstehend if isinstance(z.wirkung, Ruf)]
        for zettel in rufe:
            ziel = zettel.wirkung.ziel
            ziele.setdefault(ziel, functools.partial(self._call_all, ziel))
        if self.lauf.ausstehend and not rufe and not self.lauf.unaufgezeichnet:
            ziele[Versiegelung().ziel] = self._seal
        if pending(self.lauf.zustand) and not self.lauf.ausstehend and not self.lauf.unaufgezeichnet:
            ziele[LOESCHUNG] = self._forget_runs if self.lauf.bereinigt else self._forget_content
        return {ziel: p for ziel, p in ziele.items() if ziel not in self._pumpen or self._pumpen[ziel].done()}

    def _done_with(self, zettel: Auftragszettel) -> None:
        self._change(ausstehend=tuple(z for z in self.lauf.ausstehend if z.id != zettel.id))

    # --- the alarm clock --------------------------------------------------------------------------------------------

    def _alarm_at(self) -> datetime | None:
        """When the next deadline wants something. A closed case has none."""
        alarm = None if self.kern.closed(self.lauf.zustand) else next_alarm(self.lauf.zustand)
        return alarm[0] if alarm else None

    def _alarm_off(self) -> bool:
        """Whether the timer stands on another moment than the next deadline."""
        return self._alarm_at() != self._gestellt_auf

    def _set_alarm(self) -> None:
        """One timer, for the next deadline: an event when it is set, none while nothing changes."""
        wann = self._alarm_at()
        if wann == self._gestellt_auf:
            return
        if self._wecker:
            self._wecker.cancel()
        self._gestellt_auf = wann
        self._wecker = asyncio.create_task(self._ring(wann)) if wann else None

    async def _ring(self, wann: datetime) -> None:
        """Waits, and does whatever is due by then: each its own command, with its own entry."""
        dauer = max(wann - workflow.now(), timedelta(0))
        await workflow.sleep(dauer, summary=f"Frist am {wann:%d.%m.%Y}")
        while (faellig := self._alarm_at()) and faellig <= workflow.now():
            self._carry_out(self.kern.parse(alarm_command(self.lauf.zustand)))
        self._gestellt_auf, self._wecker = None, None

    # --- the pumps --------------------------------------------------------------------------------------------------

    async def _record_all(self) -> None:
        while self.lauf.unaufgezeichnet:
            stapel = self.lauf.unaufgezeichnet[:STAPEL]
            await self._record(stapel)
            self._change(unaufgezeichnet=self.lauf.unaufgezeichnet[len(stapel) :])
        self._zeige()

    async def _record(self, stapel: Sequence[Eintrag]) -> None:
        """Only once what they tell is durable: an activity is scheduled with the step that accepted them, and runs after it."""
        if self.lauf.bauart < 2:
            return await self._record_at_once(stapel)
        await self._until_done("record", stapel, summary="Einträge aufzeichnen", dauer=AUFZEICHNEN)
        return None

    async def _record_at_once(self, stapel: Sequence[Eintrag]) -> None:
        """As earlier runs began: within the step that accepts; later if the register is slow or away."""
        try:
            await workflow.execute_local_activity(
                "record", stapel, schedule_to_close_timeout=SCHNELL, retry_policy=RetryPolicy(maximum_attempts=1)
            )
        except FailureError:
            await self._until_done("record", stapel, summary="Einträge nachtragen", dauer=AUFZEICHNEN)

    async def _until_done(
        self, activity: str, *argumente: object, summary: str, dauer: timedelta, art: type | None = None
    ) -> Any:
        """``dauer`` is how long one attempt may take: if its worker is killed, only then does another one try."""
        while True:
            try:
                return await workflow.execute_activity(
                    activity,
                    args=argumente,
                    result_type=art,
                    start_to_close_timeout=dauer,
                    retry_policy=NOCHMAL,
                    summary=summary,
                )
            except FailureError as fehler:
                workflow.logger.error("Aktivität aufgegeben, neuer Versuch folgt", extra={"typ": type(fehler).__name__})
                await workflow.sleep(PAUSE)

    async def _call_all(self, ziel: str) -> None:
        while zettel := next((z for z in self.lauf.ausstehend if z.wirkung.ziel == ziel), None):
            assert isinstance(zettel.wirkung, Ruf)  # the seal has a target of its own
            rueckmeldung = await self._call(zettel.wirkung)
            self._done_with(zettel)
            if rueckmeldung:
                self._carry_out(self.kern.parse(rueckmeldung))

    async def _call(self, ruf: Ruf) -> dict[str, Any] | None:
        """Calls another case. What it answers, or that it was given up, is a command of this case."""
        try:
            ergebnis: Rufergebnis = await workflow.execute_activity(
                "meeting",
                args=[workflow.info().workflow_id, ruf],
                result_type=Rufergebnis,
                start_to_close_timeout=timedelta(seconds=30),
                schedule_to_close_timeout=RUF_FRIST,
                retry_policy=NOCHMAL,
                summary=RUFE.get(ruf.zweck, ruf.zweck),
            )
        except FailureError:
            return self._given_up(ruf)
        return ergebnis.rueckmeldung

    def _given_up(self, ruf: Ruf) -> dict[str, Any]:
        return {
            "art": "rueckmeldung",
            **self._ours(),
            "schluessel": f"{ruf.befehl['schluessel']}/aufgegeben",
            "ziel": ruf.ziel,
            "zweck": ruf.zweck,
            "ausgang": Rufausgang.AUFGEGEBEN.value,
            "grund": "Der andere Vorgang war nicht erreichbar.",
        }

    async def _seal(self) -> None:
        """The closing entry, recorded; then the package."""
        zettel = self.lauf.ausstehend[0]
        if self.lauf.zustand.siegel is None:
            z = self.lauf.zustand
            felder = {"schluessel": f"versiegelt/{z.seq}", "siegel": seal_digest(z)}
            self._carry_out(self._own_command(Versiegelt.art, felder))
        await workflow.wait_condition(lambda: not self.lauf.unaufgezeichnet)
        await self._until_done("archive", workflow.info().workflow_id, summary="Aufbewahrungspaket schreiben", dauer=VERSIEGELN)
        self._done_with(zettel)

    # --- forgetting -------------------------------------------------------------------------------------------------

    async def _forget_content(self) -> None:
        """Has the content destroyed wherever it is kept, and goes on in a new run with the state that is left: this one's history holds it.

        What came in meanwhile is recorded first, and then it is done once more; doing it again changes nothing.
        """
        auftrag = pending(self.lauf.zustand)
        assert auftrag is not None  # or this pump would not run
        wer = workflow.info().workflow_id
        ergebnis: Bereinigung = await self._until_done(
            "erase", wer, auftrag.stellen, summary="Inhalte löschen", dauer=VERSIEGELN, art=Bereinigung
        )
        rest = self.kern.zustand.model_validate(ergebnis.zustand)
        weg = {s.seq for s in ergebnis.stellen}
        fenster = tuple(e for e in self.lauf.fenster if e.seq not in weg)  # a digest of what is nearly known tells the rest
        self._bereinigt = Lauf(zustand=rest, bauart=BAUART, fenster=fenster, bereinigt=ergebnis.stellen)

    def _go_on_with_what_is_left(self, rest: Lauf[Z]) -> None:
        """In a new run, unless something came in meanwhile: then what is left is worked out once more."""
        self._bereinigt = None
        if rest.zustand.seq == self.lauf.zustand.seq and not self.lauf.unaufgezeichnet and not self.lauf.ausstehend:
            workflow.continue_as_new(rest)

    async def _forget_runs(self) -> None:
        """Has the histories of earlier runs destroyed, and puts on record what is gone."""
        await self._until_done("forget_runs", workflow.info().workflow_id, summary="Frühere Läufe löschen", dauer=VERSIEGELN)
        felder = LoeschungVollzogen.of(self.lauf.zustand, self.lauf.bereinigt)
        self._change(bereinigt=())
        self._carry_out(self._own_command(LoeschungVollzogen.art, felder))

    def _own_command(self, art: str, felder: dict[str, Any]) -> Kommando[Z]:
        return self.kern.parse({"art": art, **self._ours(), **felder})

    def _ours(self) -> dict[str, Any]:
        """Who acts, and by which version of the Regelwerk, where the engine itself gives a command."""
        assert self.lauf.zustand.regelwerk is not None  # set with the first entry
        return {
            "akteur": SYSTEM.model_dump(mode="json"),
            "regelwerk": self.lauf.zustand.regelwerk.model_dump(mode="json"),
        }
