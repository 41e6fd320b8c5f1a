"""The demonstration: the main case from draft to package, driven as the people would, through the same client as every door.

The meeting was in 2021, so every step is entered as Nacherfassung with its true date. What the published page does not state is
an assumption of the demonstration and marked as such. No real person is named.
"""

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_jsonable_python

from client import Bestaetigung, Laufmappe
from dokumente import inhalt
from dokumente.setzen import set_pdf
from einstellungen import Einstellungen
from embedded import embedded_server
from kommandozeile import ausgabe
from lifecycle import grunddaten
from lifecycle.fristen import running, told
from lifecycle.kern import BERLIN
from lifecycle.rechte import ERFASSEN_VERGANGENES
from register import AuftragZeile
from schemas.akteur import Akteur, Rolle
from schemas.auftrag import Auftrag
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from worker import CONVERTER, Gewerke, parts, running_worker

KOMMUNE = "staedteregion-aachen"
GREMIUM = "soziales-gesundheit"
SCHULAUSSCHUSS = "schul"
GEDULD = 60.0
"""Seconds until the demonstration gives up waiting for a step."""

NAECHSTE_IN = dt.timedelta(days=42)

SACHBEARBEITUNG = Akteur(person="person-1", stelle="a-46", rolle=Rolle.SACHBEARBEITUNG)
AMTSLEITUNG = Akteur(person="person-2", stelle="a-46", rolle=Rolle.AMTSLEITUNG)
DEZERNAT = Akteur(person="person-3", stelle="dezernat-v", rolle=Rolle.DEZERNATSLEITUNG)
LEITUNG = Akteur(person="person-4", stelle="verwaltungsleitung", rolle=Rolle.VERWALTUNGSLEITUNG)
SITZUNGSDIENST = Akteur(person="person-5", stelle="sitzungsdienst", rolle=Rolle.SITZUNGSDIENST)
SCHRIFTFUEHRUNG = Akteur(person="person-6", stelle="sitzungsdienst", rolle=Rolle.SCHRIFTFUEHRUNG)
VORSITZ = Akteur(person="person-7", stelle="sitzungsdienst", rolle=Rolle.VORSITZ)

ANNAHMEN = (
    "alle Daten vor der Sitzung und der Tag der Unterschriften",
    "die Nummer der Vorlage",
    "die Stellen im Laufweg (Amtsleitung A 46, Dezernat V) und ihre Antworten",
    "die Rolle „Kenntnisnahme“ des Ausschusses",
    "der Text der Vorlage und der Niederschrift",
    "die nächste Sitzung des Ausschusses",
)

SACHLAGE = "Beispieltext der Vorführung: Sachstand des kommunalen Integrationsmanagements.\n"
NIEDERSCHRIFT = "Beispieltext der Vorführung: Der Ausschuss nahm die Ausführungen zur Kenntnis.\n"


def _am(tag: int, monat: int, stunde: int = 9, minute: int = 0) -> dt.datetime:
    return dt.datetime(2021, monat, tag, stunde, minute, tzinfo=BERLIN)


BEGINN = _am(16, 6, 16)


@dataclass
class Vorfuehrung:
    """One run: who does what when, and what is shown meanwhile."""

    lm: Laufmappe
    zeigen: Callable[[str], None]
    lauf: str = field(default_factory=lambda: secrets.token_hex(6))
    schritt: int = 0

    async def act(self, workflow: str, art: str, akteur: Akteur, am: dt.datetime, **felder: Any) -> Bestaetigung:
        """One step of one person, on its true day. What offices did then, the secretariat records."""
        self.schritt += 1
        schluessel = f"vorfuehrung-{self.lauf}-{self.schritt}"
        befehl, wer, angaben = art, akteur, {"geschehen": am, **felder}
        if akteur.rolle not in ERFASSEN_VERGANGENES:
            schritt = to_jsonable_python({"art": art, "akteur": akteur, **angaben}, exclude_none=True)
            befehl, wer, angaben = "nacherfassen", SITZUNGSDIENST, {"schritte": (schritt,)}
        if art in ("entwerfen", "planen"):
            ergebnis = await self.lm.create(workflow, KOMMUNE, befehl, wer, schluessel, **angaben)
        else:
            ergebnis = await self.lm.act(workflow, befehl, wer, schluessel, **angaben)
        sichtbar = "" if ergebnis.sichtbar else "  (noch nicht sichtbar)"
        self.zeigen(f"  {am:%d.%m.%Y}  {akteur.rolle.anzeige} ({akteur.stelle}): {art.replace('_', ' ')}{sichtbar}")
        return ergebnis

    async def office(self) -> str:
        """A 46 drafts; the paper goes its way and is released."""
        sachlage = self.lm.store_section("Sachlage", SACHLAGE)
        entwurf = await self.act(
            "vorlage", "entwerfen", SACHBEARBEITUNG, _am(3, 5),
            vorlageart="mitteilungsvorlage",
            betreff="Sachstandsbericht zum kommunalen Integrationsmanagement",
            federfuehrend="a-46",
            abschnitte=(sachlage,),
            beratungsfolge=({"gremium": GREMIUM, "rolle": "Kenntnisnahme"},),
        )  # fmt: skip
        v = entwurf.vorgang
        plaetze = (
            {"schritt": 1, "stelle": "a-46", "rolle": "amtsleitung"},
            {"schritt": 2, "stelle": "dezernat-v", "rolle": "dezernatsleitung"},
        )
        await self.act(v, "beteiligen", SACHBEARBEITUNG, _am(3, 5, 10), plaetze=plaetze)
        await self.act(v, "einreichen", SACHBEARBEITUNG, _am(4, 5))
        await self.act(v, "mitzeichnen", AMTSLEITUNG, _am(5, 5))
        await self.act(v, "mitzeichnen", DEZERNAT, _am(6, 5), antwort="mit_anmerkung", bemerkung="Bitte mündlich ergänzen.")
        await self.act(v, "freigeben", LEITUNG, _am(10, 5))
        return v

    async def before_meeting(self, v: str) -> str:
        """The secretariat plans the meeting and invites; the office asks for a place on the agenda."""
        sitzung = await self.act(
            "sitzung", "planen", SITZUNGSDIENST, _am(11, 5),
            gremium=GREMIUM, beginn=BEGINN, oeffentlichkeit="gemischt",
        )  # fmt: skip
        s = sitzung.vorgang
        vorlage_id = v.rsplit("/", 1)[-1]
        await self.act(v, "anmelden", SACHBEARBEITUNG, _am(12, 5), sitzung=s.rsplit("/", 1)[-1], beratung=1)
        await self.lm.until(s, lambda z: isinstance(z, Sitzung) and bool(z.anmeldungen), GEDULD)
        await self.act(s, "aufnehmen", SITZUNGSDIENST, _am(25, 5), vorlage=vorlage_id, nummer="Ö 12")
        await self.act(s, "einladen", SITZUNGSDIENST, _am(2, 6))
        return s

    async def meeting(self, s: str) -> None:
        """The committee takes note; a member asks for something; the minutes are signed."""
        await self.act(s, "eroeffnen", VORSITZ, BEGINN)
        await self.act(s, "ergebnis", SCHRIFTFUEHRUNG, _am(16, 6, 17), top=1, wortlaut="zur Kenntnis genommen")
        await self.act(
            s, "auftrag_festhalten", SCHRIFTFUEHRUNG, _am(16, 6, 17, 5),
            top=1,
            grundlage="bitte",
            verlangt="Übersicht und Sachstand zu Quereinsteiger_innen und Internationalen Förderklassen",
            von_wem="ein Mitglied der GRÜNE-Städteregionstagsfraktion",
            faellig_sitzung=GREMIUM,
            unter_einbeziehung=(SCHULAUSSCHUSS,),
            ferner=("Bürgermeister_innen und Kommunen als Schulträger einbinden (anderes Mitglied)",),
        )  # fmt: skip
        await self.act(s, "schliessen", VORSITZ, _am(16, 6, 19))
        text = self.lm.store_section("Niederschrift", NIEDERSCHRIFT)
        teil = {"digest": text.digest, "groesse": text.groesse}
        await self.act(s, "niederschrift_erfassen", SCHRIFTFUEHRUNG, _am(28, 6), top=1, text=teil)
        original = "Sitzungsakte (Annahme)"
        await self.act(s, "niederschrift_unterzeichnen", SCHRIFTFUEHRUNG, _am(30, 6), original=original)
        await self.act(s, "niederschrift_unterzeichnen", VORSITZ, _am(1, 7), original=original)

    async def next_meeting(self, auftrag: str) -> str:
        """The committee's next meeting is planned, and what was asked for is due there. Returns the words for it."""
        beginn = dt.datetime.now(BERLIN).replace(hour=16, minute=0, second=0, microsecond=0) + NAECHSTE_IN
        felder = {"gremium": GREMIUM, "beginn": beginn}
        await self.lm.create("sitzung", KOMMUNE, "planen", SITZUNGSDIENST, f"vorfuehrung-{self.lauf}-naechste", **felder)
        z = await self.lm.until(auftrag, lambda z: isinstance(z, Auftrag) and z.termin is not None, GEDULD)
        return told(next(running(z)))


def documents(vorlage: Vorlage, sitzung: Sitzung, g: Gewerke) -> list[str]:
    """The paper, the minutes and the extract as PDF, in the data folder. Returns their paths."""
    rw = g.regelwerke.am(KOMMUNE, dt.datetime.now(BERLIN).date())
    assert rw is not None  # it is shipped
    ordner = g.einstellungen.daten / "schriftstuecke"
    ordner.mkdir(exist_ok=True)
    lies = g.ablage.get
    pfade = []
    for s in (
        inhalt.paper(vorlage, rw.name, lies),
        inhalt.minutes(sitzung, rw.name, lies, inhalt.Teil.OEFFENTLICH),
        inhalt.extract(sitzung, rw.name, 1),
    ):
        pfad = ordner / f"{s.name}.pdf"
        pfad.write_bytes(set_pdf(s.vorlage, s.daten, s.zeit))
        pfade.append(str(pfad))
    return pfade


async def main(einstellungen: Einstellungen, *, als_json: bool) -> None:
    """Sets everything up, runs the case, prints what came of it. Raises refusals and failures like any door."""
    zeigen = (lambda satz: None) if als_json else ausgabe.say
    zeigen("Temporal, Worker, Register und Archiv starten …")
    async with (
        embedded_server(einstellungen.daten, port=None, ui_port=None, data_converter=CONVERTER) as client,
        parts(einstellungen) as g,
        running_worker(client, g),
    ):
        v = Vorfuehrung(g.laufmappe(client), zeigen)
        zeigen("Der Weg der Vorlage (nacherfasst, jeder Schritt mit seinem Datum):")
        vorlage = await v.office()
        sitzung = await v.before_meeting(vorlage)
        await v.meeting(sitzung)
        ergebnis = await _result(v, g, vorlage, sitzung)
        if als_json:
            ausgabe.as_json(ergebnis)
        else:
            _print(ergebnis)


async def _result(v: Vorfuehrung, g: Gewerke, vorlage: str, sitzung: str) -> dict[str, Any]:
    lm = v.lm
    z = await lm.until(vorlage, lambda z: z.siegel is not None, GEDULD)
    assert isinstance(z, Vorlage)  # the id says so
    await lm.until(sitzung, lambda z: z.siegel is not None, GEDULD)
    await lm.ended(vorlage, GEDULD)
    await lm.ended(sitzung, GEDULD)
    s = await lm.register.state(sitzung)
    assert isinstance(s, Sitzung)  # the id says so
    auftraege = await lm.tasks_of(vorlage, 1, GEDULD)
    frist = await v.next_meeting(auftraege[0].workflow)
    return {
        "grunddaten": grunddaten.of_item(z),
        "verlauf": list(ausgabe.told(await lm.register.entries(vorlage), g.regelwerke)),
        "auftraege": auftraege,
        "paket": str(g.package(vorlage)),
        "vorlage": {"vorgang": vorlage, "nummer": z.nummer, "stufe": z.stufe.value, **grunddaten.of_paper(z)},
        "sitzung": {"vorgang": sitzung},
        "frist": frist,
        "schriftstuecke": documents(z, s, g),
        "annahmen": list(ANNAHMEN),
    }


def _print(ergebnis: dict[str, Any]) -> None:
    ausgabe.say("\nVerlauf der Vorlage:")
    for zeile in ergebnis["verlauf"]:
        ausgabe.say(f"  {zeile['seq']:>2}  {dt.datetime.fromisoformat(zeile['am']).astimezone(BERLIN):%d.%m.%Y}  {zeile['satz']}")
    ausgabe.say("")
    ausgabe.fields("Grunddaten", ergebnis["grunddaten"])
    ausgabe.say(f"\nAufbewahrungspaket: {ergebnis['paket']}")
    for auftrag in ergebnis["auftraege"]:
        ausgabe.say(f"\nOffen: {_task(auftrag)}")
    ausgabe.say(f"Seine Frist, sobald die nächste Sitzung geplant ist: {ergebnis['frist']}")
    ausgabe.say("\nSchriftstücke (PDF/A-2b):")
    for pfad in ergebnis["schriftstuecke"]:
        ausgabe.say(f"  {pfad}")
    ausgabe.say("\nAnnahmen der Vorführung (die veröffentlichte Seite nennt sie nicht):")
    for annahme in ANNAHMEN:
        ausgabe.say(f"  - {annahme}")


def _task(zeile: AuftragZeile) -> str:
    wartet = "wartet auf Annahme" if zeile.angenommen is None else zeile.stufe
    return f"{zeile.grundlage.capitalize()}: {zeile.verlangt} ({wartet}; fällig: {zeile.faellig_text})"
