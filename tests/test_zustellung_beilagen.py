"""What goes along with a mail: the extract, the calendar entry; and that a document which cannot be made holds up no mail."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from activities import zustellung
from activities.zustellung import Zustellung
from dokumente.setzen import NichtSetzbar
from lifecycle.ablehnung import FalscheStufe
from lifecycle.empfaenger import receivers
from lifecycle.kerne import kern_of
from rathaus import DIENST, SCHRIFT, VORSITZ, Rathaus, S, V
from register import Ausgang
from register.ausgang import outbox_row
from schemas.benachrichtigung import Ergebnis, Nachricht, Zugestellt
from schemas.regelwerk import Regelwerke
from schriftgut import held, read_pdf


class Kasten:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.post: list[Nachricht] = []

    async def send(self, nachricht: Nachricht) -> Ergebnis:
        self.post.append(nachricht)
        return Zugestellt()


class Akten:
    """A register onto a town hall in memory."""

    def __init__(self, haus: Rathaus) -> None:
        self.haus = haus

    async def state(self, workflow: str) -> Any:
        return self.haus.state(workflow)

    async def entries(self, workflow: str) -> Any:
        return self.haus.verlauf[workflow]


async def told(haus: Rathaus, art: str, seq: int | None = None, empfaenger: str = "a-46") -> Nachricht:
    """The mail that an office gets of an entry, the latest one if none is named."""
    kasten = Kasten()
    akten: Any = Akten(haus)
    dienst = Zustellung(akten, {"mail": kasten}, haus.regelwerke, asyncio.Event())
    eintrag = haus.verlauf[S][(seq or 0) - 1]
    zeile = outbox_row(eintrag, "muster", empfaenger, art)
    ausgang = Ausgang.model_validate({**zeile, "erledigt_am": None, "grund": None})
    assert isinstance(await dienst._attempt(ausgang), Zugestellt)
    return kasten.post[0]


def latest(haus: Rathaus, art: str) -> int:
    """Number of the latest entry of that kind."""
    return next(e.seq for e in reversed(haus.verlauf[S]) if e.befehl["art"] == art)


@pytest.fixture
def tagt(haus: Rathaus) -> Rathaus:
    return held(haus)


async def test_the_office_gets_the_extract_of_a_public_item(tagt: Rathaus, tmp_path: Path) -> None:
    tagt.do(
        S, "ergebnis_berichtigen", SCHRIFT, top=1, wortlaut="geändert beschlossen", grund="verzählt", text="Danke 👍 allen",
        abstimmungen=[{"ja": 12, "befangen": ["m-2"], "art": "namentlich", "stimmen": [{"person": "m-1", "stimme": "ja"}]}],
    )  # fmt: skip
    (anhang,) = (await told(tagt, "ergebnis_berichtigen")).anhaenge
    text = read_pdf(anhang.inhalt, tmp_path)
    assert "Danke \ufffd allen" in text and "12 Ja" in text, "ein Zeichen ohne Schrift hält nichts auf"
    assert "1 Mitglied wegen Befangenheit nicht beteiligt" in text and not re.search(r"\bm-[12]\b", text)


async def test_once_the_minutes_are_signed_the_office_gets_its_extracts_for_good(tagt: Rathaus, tmp_path: Path) -> None:
    tagt.do(S, "schliessen", VORSITZ)
    tagt.do(S, "niederschrift_unterzeichnen", SCHRIFT, original="Akte")
    assert tagt.verlauf[S][-1].befehl["benachrichtigt"] == ["auszug"]
    assert receivers(tagt.state(S), kern_of(S).parse(tagt.verlauf[S][-1].befehl)) == (), "eine Unterschrift fehlt noch"
    tagt.do(S, "niederschrift_unterzeichnen", VORSITZ, original="Akte")
    assert receivers(tagt.state(S), kern_of(S).parse(tagt.verlauf[S][-1].befehl)) == ("a-46",)
    (anhang,) = (await told(tagt, "niederschrift_unterzeichnen")).anhaenge
    text = read_pdf(anhang.inhalt, tmp_path)
    assert "geändert beschlossen" in text and "Vorläufig" not in text
    assert (await told(tagt, "niederschrift_unterzeichnen", empfaenger="a-50")).anhaenge == ()


async def test_of_what_is_not_public_nothing_goes_along(tagt: Rathaus) -> None:
    with capture_logs() as zeilen:
        nachricht = await told(tagt, "ergebnis")
    assert nachricht.anhaenge == () and not zeilen, "das ist kein Fehler"
    tagt.do(V, "vorlage_oeffentlichkeit", DIENST, oeffentlich=False, grund="Datenschutz", bezeichnung="Sache")
    erstes = next(e.seq for e in tagt.verlauf[S] if e.befehl["art"] == "ergebnis")
    assert (await told(tagt, "ergebnis", erstes)).anhaenge == ()


@pytest.mark.parametrize("fehler", [NichtSetzbar("kaputt"), FalscheStufe("noch nicht"), KeyError("Geheimwort")])
async def test_a_document_that_cannot_be_made_holds_up_no_mail(
    tagt: Rathaus, monkeypatch: pytest.MonkeyPatch, fehler: Exception
) -> None:
    def broken(*womit: object) -> bytes:
        raise fehler

    monkeypatch.setattr(zustellung, "set_pdf", broken)
    erstes = next(e.seq for e in tagt.verlauf[S] if e.befehl["art"] == "ergebnis")
    with capture_logs() as zeilen:
        nachricht = await told(tagt, "ergebnis", erstes)
    assert nachricht.anhaenge == () and nachricht.text
    (zeile,) = zeilen
    assert zeile["fehler"] == type(fehler).__name__ and "Geheimwort" not in str(zeile)


async def test_the_calendar_entry_is_the_secretariats(haus: Rathaus) -> None:
    haus.eingeladen()
    termin = (await told(haus, "einladen", latest(haus, "einladen"))).kalender or ""
    assert "mailto:hauptamt@muster.example.org" in termin.replace("\r\n ", "")
    ohne = (
        r.model_copy(update={"gremien": tuple(g.model_copy(update={"sitzungsdienst": None}) for g in r.gremien)})
        for r in haus.regelwerke.alle
    )
    haus.regelwerke = Regelwerke(ohne)
    with capture_logs() as zeilen:
        nachricht = await told(haus, "einladen", latest(haus, "einladen"))
    assert nachricht.kalender is None and zeilen[0]["fehler"] == "Unplausibel"


async def test_nobody_gets_an_entry_before_the_invitation(haus: Rathaus) -> None:
    haus.sitzung()
    haus.do(S, "absagen", DIENST, grund="Sturm")
    with capture_logs() as zeilen:
        assert (await told(haus, "absagen")).kalender is None
    assert not zeilen
