"""Some months of one committee as real workflows on the time-skipping server: the books of the year hold here, too."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from bilanz import audited, stands_at, waits_for
from lifecycle.kerne import kern_of
from rathaus import AL, DIENST, LEITUNG, SB, SB2, SCHRIFT
from test_zeitsprung import EINE_MINUTE, WOCHE, kreis
from zeitsprung import EIN_TAG, Kreis

__all__ = ["kreis"]  # the fixture

ERSTE, ABGESAGT, DRITTE = (f"sitzung/kreisstadt/s{nr}" for nr in (1, 2, 3))
AUFTRAEGE: dict[str, dict[str, Any]] = {
    "zur": {"faellig_sitzung": "sozialausschuss"},
    "jede": {"faellig_sitzung": "sozialausschuss", "jede_sitzung": True},
    "ohne": {},
    "bitte": {"grundlage": "bitte", "faellig_sitzung": "sozialausschuss"},
}
GENOMMEN = "zur Kenntnis genommen"


def v(nr: int) -> str:
    return f"vorlage/kreisstadt/v{nr}"


@pytest.mark.schwer
async def test_some_months_on_the_servers_clock(kreis: Kreis) -> None:
    """Twelve papers, three meetings of which one is cancelled, five tasks: silent offices, deferrals, withdrawals, extensions."""
    beginn = await kreis.wednesday(42)
    for s, wochen in ((ERSTE, 0), (ABGESAGT, 4), (DRITTE, 7)):
        await kreis.do(s, "planen", DIENST, gremium="sozialausschuss", beginn=beginn + wochen * WOCHE)
    await signed_in_every_way(kreis)
    auftraege = await first_meeting(kreis, beginn)
    await cancelled(kreis, auftraege, beginn + 4 * WOCHE)
    await last_meeting(kreis, auftraege)
    await kreis.bis(beginn + 7 * WOCHE + 40 * EIN_TAG)
    await kreis.ruhig()
    await books(kreis)


async def signed_in_every_way(kreis: Kreis) -> None:
    """At once, withdrawn, when reminded, and by silence."""
    for nr in range(5):
        await kreis.eingereicht(v(nr))
    await kreis.do(v(4), "zurueckziehen", SB, grund="überholt")
    for nr in (0, 3):
        await kreis.freigegeben(v(nr))
    for akteur in (SB2, AL):
        await kreis.do(v(1), "mitzeichnen", akteur)
    await kreis.bis(kreis.state(v(2)).fristen[0].erinnern + EINE_MINUTE)
    await kreis.until(v(2), lambda z: z.fristen[0].erinnert is not None)
    await kreis.freigegeben(v(2))
    await kreis.bis(kreis.state(v(1)).fristen[-1].faellig + EINE_MINUTE)
    await kreis.until(v(1), lambda z: z.fristen[-1].ausgang == "versaeumt")
    await kreis.freigegeben(v(1))


async def first_meeting(kreis: Kreis, beginn: dt.datetime) -> dict[str, str]:
    """Two papers noted, one deferred, one taken off; and the tasks that arose."""
    tops = [await kreis.aufgesetzt(v(nr), ERSTE) for nr in range(4)]
    await kreis.einberufen(ERSTE)
    await kreis.eroeffnet(ERSTE)
    for top, wort in zip(tops, (GENOMMEN, "vertagt", "abgesetzt", GENOMMEN), strict=True):
        await kreis.do(ERSTE, "ergebnis", SCHRIFT, top=top, wortlaut=wort)
    auftraege = {}
    for name, angaben in (AUFTRAEGE | {"tag": {"faellig_am": (beginn + 20 * EIN_TAG).date()}}).items():
        felder = {"verlangt": "Übersicht", "grundlage": "zusage", "von_wem": "ein Mitglied", **angaben}
        quittung = await kreis.do(ERSTE, "auftrag_festhalten", SCHRIFT, top=tops[0], **felder)
        auftraege[name] = f"auftrag/kreisstadt/{quittung.antwort}"
        await kreis.until(auftraege[name], lambda z: z.seq > 0)
    await kreis.beendet(ERSTE)
    await kreis.do(auftraege["bitte"], "ablehnen", LEITUNG, grund="nicht zuständig")
    for name in ("zur", "jede", "tag"):
        await kreis.do(auftraege[name], "zuweisen", DIENST, stelle="a-46")
    bis = (beginn + 30 * EIN_TAG).date()
    await kreis.do(auftraege["tag"], "frist_verlaengern", DIENST, frist="faelligkeit", bis=bis, grund="Urlaub")
    for nr in (1, 2):
        await kreis.until(v(nr), lambda z: z.beratungen[0].status == "offen")
    return auftraege


async def cancelled(kreis: Kreis, auftraege: dict[str, str], beginn: dt.datetime) -> None:
    """Its items go over; a paper that may come off is withdrawn; a request that nobody decided is free again; so is what is due."""
    for nr in (5, 6, 7, 8):
        await kreis.eingereicht(v(nr), auftrag=auftraege["zur"].rsplit("/", 1)[-1] if nr == 6 else None)
        await kreis.freigegeben(v(nr))
    for nr in (1, 2, 5, 6, 7):
        await kreis.aufgesetzt(v(nr), ABGESAGT)
    await kreis.do(v(8), "anmelden", SB, sitzung="s2", beratung=1)
    await kreis.until(ABGESAGT, lambda z: bool(z.anmeldungen))
    await kreis.einberufen(ABGESAGT)
    await kreis.until(v(5), lambda z: z.stufe == "in_beratung")
    await kreis.do(v(5), "zurueckziehen", SB, grund="überholt")
    await kreis.until(ABGESAGT, lambda z: bool(z.ruecknahmebitten))
    await kreis.do(ABGESAGT, "ruecknahme_entscheiden", DIENST, vorlage="v5", angenommen=True)
    await kreis.until(auftraege["zur"], lambda z: z.termin is not None and z.termin.sitzung == "s2")
    await kreis.bis(beginn - 16 * EIN_TAG)
    await kreis.do(ABGESAGT, "absagen", DIENST, grund="Sturm", auf="s3")
    for name in ("zur", "jede"):
        await kreis.until(auftraege[name], lambda z: z.termin.sitzung == "s3")
    await kreis.until(v(5), lambda z: z.stufe == "zurueckgezogen")
    await kreis.until(v(8), lambda z: z.beratungen[0].angemeldet is None)
    assert "bitte_abgelehnt" in kreis.arten(v(8))


async def last_meeting(kreis: Kreis, auftraege: dict[str, str]) -> None:
    """What was left is dealt with; one paper is deferred, one gets no answer from anybody, one stays a draft."""
    for nr in (9, 10):
        await kreis.eingereicht(v(nr))
    await kreis.do(v(11), "entwerfen", SB, betreff="E", vorlageart="mitteilungsvorlage", federfuehrend="a-46")
    await kreis.freigegeben(v(9))
    for nr in (8, 9):
        await kreis.aufgesetzt(v(nr), DRITTE)
    z = await kreis.until(DRITTE, lambda z: sum(len(t.vorlagen) for t in z.tops) == 6)
    await kreis.einberufen(DRITTE)
    await kreis.eroeffnet(DRITTE)
    for top in (t for t in z.tops if t.vorlagen):
        wort = "vertagt" if top.vorlagen[0].vorlage == "v9" else GENOMMEN
        await kreis.do(DRITTE, "ergebnis", SCHRIFT, top=top.id, wortlaut=wort)
    await kreis.beendet(DRITTE)
    await kreis.until(auftraege["zur"], lambda z: z.stufe == "erledigt_gemeldet")
    await kreis.do(auftraege["zur"], "erledigung_bestaetigen", DIENST)
    for nr in (0, 1, 2, 3, 6, 7, 8):
        await kreis.until(v(nr), lambda z: z.siegel is not None)


async def books(kreis: Kreis) -> None:
    """The same that hold for the year, from what was recorded; and the workflows think so, too."""
    jetzt = await kreis.umgebung.get_current_time()
    staende: dict[str, Any] = {w: audited(w, eintraege, jetzt) for w, eintraege in kreis.merker.eintraege.items()}
    for w, z in staende.items():
        if not kern_of(w).closed(z):
            assert await kreis.bote.state(w) == z, w
    vorlagen = {w: z for w, z in staende.items() if w.startswith("vorlage/")}
    assert Counter(stands_at(z) for z in vorlagen.values()) == {
        "abgeschlossen": 7,
        "zurueckgezogen": 2,
        "im Laufweg": 1,
        "entwurf": 1,
        "offen in sozialausschuss": 1,
    }
    nummern = [z.nummer for w, z in vorlagen.items() if w != v(11)]  # a draft has none yet
    assert None not in nummern and len(set(nummern)) == 11
    wartet = Counter(waits_for(z, staende) for w, z in staende.items() if w.startswith("auftrag/"))
    assert wartet == {"beendet": 2, "ohne Termin": 1, "versäumt": 2}
