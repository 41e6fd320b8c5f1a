"""The one way in for every door: pages, API, command line, demonstration.

It reads what people typed strictly, works out what depends on the Regelwerk, sends the command, waits until the register shows
it, and tells refusal (``Ablehnung``) from failure (``NichtErreichbar``).
"""

import asyncio
import datetime as dt
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
from pydantic import AwareDatetime

import schriftstuecke
from activities.bote import Bote, NichtErreichbar, Programmfehler, creates
from archive.ablage import Ablage
from dokumente import auslesen
from dokumente.blatt import Schriftstueck
from dokumente.setzen import set_pdf
from dokumente.sicht import Teil
from lifecycle.ablehnung import Ablehnung, Doppelt, FalscheStufe, Geschlossen, NichtBefugt, Unbekannt, Unplausibel, Veraltet
from lifecycle.aussonderung import AUSSONDERBAR, case_facts, standing_offers
from lifecycle.kern import BERLIN, Kern, Kommando, Nacherfassen, complete, remembered
from lifecycle.kerne import kern_of
from lifecycle.nachschlagen import HOECHSTGROESSE_ABSCHNITT, HOECHSTGROESSE_ANLAGE
from lifecycle.sitzung.folgen import copies_for
from lifecycle.verweise import FAKTEN, VERWEISE
from lifecycle.vorlage.folgen import as_copy
from register import AuftragZeile, Register, RegisterNichtErreichbar
from register.vergessen import verify_forgettable
from schemas.akteur import Akteur, Rolle
from schemas.aussonderung import Aussonderung, Fall
from schemas.basis import Dokument, Modell
from schemas.befehl import Quittung, Regelstand
from schemas.regelwerk import Regelwerke
from schemas.sitzung import Ausfertigung, Sitzung
from schemas.vorlage import ENDEN, Abschnitt, Anlage, Vorlage
from schemas.zustand import Lauf, Zustand

log = structlog.get_logger()
NAMENSRAUM = uuid.UUID("5f1b3c1e-2a55-5c0b-8c57-3a3f0a1f7d10")
SICHTBAR_FRIST = 1.0
"""Seconds that a door waits until the register shows what was acknowledged."""
OHNE_REGELWERK = Regelstand(kommune="unbestimmt", gueltig_ab="", digest="")


class Bestaetigung(Modell):
    """What a door tells whoever asked. ``sichtbar`` False: accepted and durable, but the register does not show it yet."""

    vorgang: str
    seq: int
    sichtbar: bool
    antwort: str | None = None
    am: AwareDatetime


def new_workflow(typ: str, kommune: str, akteur: Akteur, schluessel: str) -> str:
    """Id of a case to be created: the same town, actor and key give the same id, so a repetition creates nothing twice."""
    return f"{typ}/{kommune}/{uuid.uuid5(NAMENSRAUM, f'{kommune}|{akteur.person}|{schluessel}')}"


class Laufmappe:
    """Holds the messenger, the register, the rules and the document store."""

    def __init__(self, bote: Bote, register: Register, regelwerke: Regelwerke, ablage: Ablage) -> None:
        self._bote = bote
        self.register = register
        self.regelwerke = regelwerke
        self.ablage = ablage

    async def create(self, typ: str, kommune: str, art: str, akteur: Akteur, schluessel: str, **felder: Any) -> Bestaetigung:
        """Begins a case with its first command. Raises a refusal or NichtErreichbar."""
        if kommune not in self.regelwerke.kommunen:
            raise Unbekannt(f"Die Kommune „{kommune}“ ist nicht bekannt. Es gibt: {', '.join(self.regelwerke.kommunen)}.")
        workflow = new_workflow(typ, kommune, akteur, schluessel)
        if typ == "vorlage":
            await self._verify_number(workflow, felder)
        return await self.act(workflow, art, akteur, schluessel, **felder)

    async def act(self, workflow: str, art: str, akteur: Akteur, schluessel: str, **felder: Any) -> Bestaetigung:
        """Gives a command to a case. ``schluessel`` is the idempotency key. Raises a refusal or NichtErreichbar."""
        quittung = await self.accepted(workflow, art, akteur, schluessel, **felder)
        return Bestaetigung(
            vorgang=workflow,
            seq=quittung.seq,
            sichtbar=await self._visible(workflow, quittung.seq),
            antwort=quittung.antwort,
            am=_now(),
        )

    async def accepted(self, workflow: str, art: str, akteur: Akteur, schluessel: str, **felder: Any) -> Quittung:
        """The same, without waiting until it shows: for who gives thousands of commands and looks at the register afterwards."""
        auskunft = {"vorgang": workflow, "art": art, "stelle": akteur.stelle, "anfrage": schluessel}
        try:
            quittung = await self._give(workflow, art, akteur, schluessel, felder)
        except Ablehnung as nein:
            log.info("Befehl abgelehnt", grund=nein.typ, **auskunft)
            raise
        except (NichtErreichbar, Programmfehler) as fehler:
            log.error("Befehl ohne Antwort", grund=type(fehler).__name__, **auskunft)
            raise
        log.info("Befehl angenommen", seq=quittung.seq, **auskunft)
        return quittung

    async def _give(self, workflow: str, art: str, akteur: Akteur, schluessel: str, felder: dict[str, Any]) -> Quittung:
        if akteur.rolle is Rolle.SYSTEM:
            raise NichtBefugt("In dieser Rolle handelt nur die Laufmappe selbst.")
        kern = kern_of(workflow)
        felder = await self._with_others(workflow, art, felder)
        roh = {"art": art, "schluessel": schluessel, "akteur": akteur, "regelwerk": OHNE_REGELWERK, **felder}
        befehl = kern.parse(roh, streng=True)
        try:
            return await self._send(kern, workflow, befehl)
        except Veraltet:
            return await self._send(kern, workflow, befehl)

    async def _with_others(self, workflow: str, art: str, felder: dict[str, Any]) -> dict[str, Any]:
        """The fields, with what the command needs to know of other cases that it names. Raises Unbekannt for one that there is not."""
        genannt = {feld: felder[feld] for feld in VERWEISE if isinstance(felder.get(feld), str)}
        feld, fakten = FAKTEN.get(art, ("", None))
        neu: dict[str, Any] = {}
        for name, kennung in genannt.items():
            z = await self.standing(f"{VERWEISE[name]}/{workflow.split('/')[1]}/{kennung}")
            if fakten and name == feld:
                neu |= fakten(z)
        if art == "niederschrift_unterzeichnen":
            neu |= await self._signed_minutes(workflow)
        if art == "aufgabenliste_freigeben":
            neu |= await self._task_list(workflow, felder)
        if art == "wiederaufnehmen":
            neu |= await self._sealed(workflow)
        if art == "loeschung_beantragen":
            verify_forgettable(workflow, await self.register.heads(workflow), felder.get("stellen", ()))
        if art == "anbieten":
            neu["faelle"] = await self.handover_facts(workflow.split("/")[1], felder.get("vorgaenge", ()), ausser=workflow)
        return felder | neu

    async def handover_facts(self, kommune: str, vorgaenge: Sequence[str], *, ausser: str = "") -> tuple[Fall, ...]:
        """What is to be known of closed cases before the archive is offered them. Raises Unbekannt for one that there is not."""
        schon = await self.offered(kommune, ausser=ausser)
        faelle = []
        for vorgang in vorgaenge:
            typ, ort, _ = vorgang.split("/", 2) if vorgang.count("/") >= 2 else ("", "", "")
            z = await self.register.state(vorgang) if typ in AUSSONDERBAR and ort == kommune else None
            if z is None:
                raise Unbekannt(f"Den Vorgang „{vorgang}“ gibt es hier nicht. Bitte die Kennung prüfen.")
            faelle.append(case_facts(vorgang, z, await self.register.entries(vorgang), schon.get(vorgang)))
        return tuple(faelle)

    async def offered(self, kommune: str, *, ausser: str = "") -> dict[str, str]:
        """Cases that stand in a handing over already, and in which."""
        alle = await self.register.states(kommune, "aussonderung")
        return standing_offers(z for w, z in alle if w != ausser and isinstance(z, Aussonderung))

    async def _sealed(self, workflow: str) -> dict[str, Any]:
        """The seal that a closed case bears; and what a paper's meetings, or a meeting's open papers, say by now."""
        neu: dict[str, Any] = {"siegel": await self.seal_of(workflow)}
        z = await self.register.state(workflow)
        if isinstance(z, Vorlage):
            sitzungen = dict.fromkeys(t.sitzung for b in z.beratungen for t in b.behandlungen)
            staende = [await self.register.state(f"sitzung/{z.kommune}/{s}") for s in sitzungen]
            neu["staende"] = tuple(stand for s in staende if isinstance(s, Sitzung) for stand in copies_for(s, z.id))
        if isinstance(z, Sitzung):
            papiere = [await self.register.state(f"vorlage/{z.kommune}/{v.vorlage}") for v in z.vorlagen]
            neu["papiere"] = tuple(as_copy(p) for p in papiere if isinstance(p, Vorlage) and p.stufe not in ENDEN)
        return neu

    async def standing(self, workflow: str) -> Zustand:
        """The state of a case: as the register has it; as its workflow has it, if the register does not show it yet. Raises Unbekannt."""
        z = await self.register.state(workflow)
        if z is not None:
            return z
        try:
            return await self._bote.state(workflow)
        except (FalscheStufe, Geschlossen):
            typ, _, kennung = workflow.split("/", 2)
            was = {"vorlage": "Eine Vorlage", "sitzung": "Eine Sitzung", "auftrag": "Einen Auftrag"}.get(typ, "Einen Vorgang")
            raise Unbekannt(f"{was} „{kennung}“ gibt es nicht. Bitte die Nummer oder Kennung prüfen.") from None

    async def _signed_minutes(self, workflow: str) -> dict[str, Any]:
        """The minutes as they are signed, one document for each part that has something in it. The first signature fixes them."""
        z = await self._bote.state(workflow)
        rw = self.regelwerke.am(z.kommune, _now().astimezone(BERLIN).date())
        if not isinstance(z, Sitzung) or z.ausfertigungen or not z.niederschrift or rw is None:
            return {}
        teile = schriftstuecke.signed_minutes(z, rw.name, self.ablage.get)
        gesetzt = {oeffentlich: await self._store_set(s) for oeffentlich, s in teile.items()}
        return {"ausfertigungen": tuple(Ausfertigung(oeffentlich=o, **d.model_dump()) for o, d in gesetzt.items())}

    async def _task_list(self, workflow: str, felder: dict[str, Any]) -> dict[str, Any]:
        """The list of open tasks as it is released, unless somebody brings one of their own."""
        z = await self._bote.state(workflow)
        rw = self.regelwerke.am(z.kommune, _now().astimezone(BERLIN).date())
        if felder.get("text") or not isinstance(z, Sitzung) or rw is None:
            return {}
        teil = Teil.OEFFENTLICH if felder.get("oeffentlich", True) else Teil.NICHTOEFFENTLICH
        return {
            "gesetzt": await self._store_set(await schriftstuecke.open_tasks(self.register, z, rw.name, teil, freigegeben=True))
        }

    async def _store_set(self, s: Schriftstueck) -> Dokument:
        return self.store_document(await asyncio.to_thread(set_pdf, s.vorlage, s.daten, s.zeit))

    async def _send(self, kern: Kern[Any], workflow: str, befehl: Kommando[Any]) -> Quittung:
        z, versiegelt = await self._known_state(kern, workflow, befehl)
        fertig = complete(kern, z, befehl, _now(), self.regelwerke)
        return await self._bote.send(workflow, fertig, versiegelt=versiegelt)

    async def _known_state(self, kern: Kern[Any], workflow: str, befehl: Kommando[Any]) -> tuple[Zustand, Lauf[Any] | None]:
        """The state to work the command out on; and, to take a case up again, what to start from."""
        if befehl.oeffnet:
            z = await self.register.state(workflow)
            if z is None:
                raise Unbekannt("Diesen Vorgang gibt es nicht. Bitte die Nummer oder Kennung prüfen.")
            if befehl.art != "wiederaufnehmen" and not kern.closed(z):
                return z, None
            return z, Lauf(zustand=z, fenster=remembered(kern, await self.register.entries(workflow)))
        beginnt = befehl.legt_an and (not isinstance(befehl, Nacherfassen) or creates(kern, befehl))
        if not beginnt and (befehl.braucht_stand or isinstance(befehl, Nacherfassen)):
            return await self._bote.state(workflow), None
        return kern.empty(workflow), None

    async def _verify_number(self, workflow: str, felder: dict[str, Any]) -> None:
        """Raises Doppelt for a number that another paper has. The same request again finds its own."""
        schritte = felder.get("schritte")
        anfang = schritte[0] if isinstance(schritte, list | tuple) and schritte else felder
        nummer = anfang.get("nummer") if isinstance(anfang, dict) else None
        if isinstance(nummer, str) and await self.register.number_taken(workflow.split("/")[1], nummer) not in (None, workflow):
            raise Doppelt(f"Die Nummer „{nummer}“ ist schon vergeben. Bitte die Nummer prüfen.")

    async def _visible(self, workflow: str, seq: int) -> bool:
        try:
            async with asyncio.timeout(SICHTBAR_FRIST):  # a database that hangs is no reason to keep people waiting
                return await self.register.wait_for(workflow, seq, SICHTBAR_FRIST)
        except (RegisterNichtErreichbar, TimeoutError):
            return False

    async def until(self, workflow: str, bedingung: Callable[[Zustand], bool], frist: float) -> Zustand:
        """The state as soon as the register shows one that fulfils it. Raises NichtErreichbar after ``frist`` seconds."""
        async with _limit(frist):
            while True:
                z = await self.register.state(workflow)
                if z is not None and bedingung(z):
                    return z
                await self.register.wait_for(workflow, (z.seq if z else 0) + 1, frist)

    async def tasks_of(self, vorlage: str, mindestens: int, frist: float) -> list[AuftragZeile]:
        """Tasks that arose with a paper, as soon as there are that many. Raises NichtErreichbar after ``frist`` seconds."""
        async with _limit(frist):
            while len(zeilen := await self.register.tasks_of(vorlage.rsplit("/", 1)[-1])) < mindestens:
                await self.register.wait_for_news(frist)
        return zeilen

    async def seal_of(self, workflow: str) -> str:
        """Digest that the closing entry of a case bears. Raises FalscheStufe for an open one."""
        z = await self.register.state(workflow)
        if z is None or z.siegel is None:
            raise FalscheStufe("Der Vorgang ist nicht geschlossen; er kann nicht wiederaufgenommen werden.")
        return z.siegel

    async def ended(self, workflow: str, frist: float) -> None:
        """Returns when the case's workflow has ended: everything is recorded, and its package is written."""
        await self._bote.ended(workflow, frist)

    # --- documents --------------------------------------------------------------------------------------------------

    def store_section(self, name: str, text: str) -> Abschnitt:
        """Puts a section's text into the document store. Raises Unplausibel for one that is too long: nothing is stored."""
        daten = text.encode()
        if len(daten) > HOECHSTGROESSE_ABSCHNITT:
            raise Unplausibel(
                f"Der Abschnitt „{name}“ hat {len(daten) / 1e6:.1f} MB; erlaubt ist 1 MB. Bitte kürzen oder als Anlage beifügen."
            )
        return Abschnitt(name=name, digest=self.ablage.put(daten), groesse=len(daten))

    def store_written(self, name: str, pfad: Path) -> Abschnitt:
        """A section from what the office wrote in (DOCX, ODT): its text, and the file as it came. Raises Unplausibel."""
        try:
            daten = pfad.read_bytes()
            text = auslesen.text_of(daten, pfad.name)
        except (OSError, auslesen.NichtLesbar) as fehler:
            raise Unplausibel(f"{fehler} Bitte die Datei prüfen.") from None
        abschnitt = self.store_section(name, text)
        original = self.store_document(daten)
        return abschnitt.model_copy(update={"original": original.digest, "original_name": pfad.name})

    def store_document(self, daten: bytes) -> Dokument:
        """Puts a text or file into the document store. Raises Unplausibel for one that is too long: nothing is stored."""
        if len(daten) > HOECHSTGROESSE_ANLAGE:
            raise Unplausibel(f"Das Dokument hat {len(daten) / 1e6:.0f} MB; erlaubt sind 200 MB. Bitte verkleinern.")
        return Dokument(digest=self.ablage.put(daten), groesse=len(daten))

    def store_attachment(self, pfad: Path, *, medientyp: str, erwartet: str | None = None, **felder: Any) -> Anlage:
        """Puts a file into the document store. Raises DigestWiderspruch if it is not the file that was expected."""
        if not pfad.is_file():
            raise Unplausibel(f"Die Datei „{pfad.name}“ gibt es nicht. Bitte den Pfad prüfen.")
        digest = self.ablage.put_file(pfad, erwartet)
        return Anlage(
            name=felder.pop("name", pfad.name),
            digest=digest,
            groesse=self.ablage.size(digest),
            medientyp=medientyp,
            **felder,
        )

    # --- finding ----------------------------------------------------------------------------------------------------

    async def find(self, kommune: str, typ: str, text: str) -> str:
        """The workflow of the case that people mean by a number, an id or the beginning of one. Raises Unbekannt."""
        if text.startswith(f"{typ}/"):
            return text
        treffer = await self.register.find(kommune, typ, text)
        if not treffer:
            raise Unbekannt(f"„{text}“ wurde nicht gefunden. Bitte die Nummer oder Kennung prüfen.")
        if len(treffer) > 1:
            raise Unbekannt(f"„{text}“ ist nicht eindeutig ({len(treffer)} Treffer). Bitte mehr von der Kennung angeben.")
        return treffer[0]


@asynccontextmanager
async def _limit(frist: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(frist):
            yield
    except TimeoutError:
        raise NichtErreichbar(
            f"Nach {frist:.0f} s ist das Erwartete nicht eingetreten. Bitte „laufmappe doctor“ ausführen."
        ) from None


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
