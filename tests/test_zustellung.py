"""Those concerned are told: from the outbox, by a real SMTP server and a real HTTP receiver, and what is given up shows up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr
from standardwebhooks import Webhook

import regelwerk
from activities import schicht
from activities.bote import NichtErreichbar
from activities.kanaele.mail import SmtpSettings
from activities.treffen import Treffen
from embedded import embedded_server
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SB, SB2, SCHRIFT, VORSITZ
from schemas.wirkung import Ruf
from temporal import REGELWERKE, Amt, settings_for, spaeter
from wege import entwurf, kennung
from worker import CONVERTER, parts, running_worker

GEHEIMNIS = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Briefkasten:
    """Takes mail, or refuses it for good for the receivers named."""

    def __init__(self, unbekannt: frozenset[str] = frozenset()) -> None:
        self.unbekannt = unbekannt
        self.post: list[EmailMessage] = []
        self.neu = asyncio.Condition()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if address in self.unbekannt:
            return "550 Postfach unbekannt"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert len(envelope.rcpt_tos) == 1, "ein Empfänger je Mail"
        async with self.neu:
            self.post.append(mail)
            self.neu.notify_all()
        return "250 OK"

    async def until(self, anzahl: int) -> list[EmailMessage]:
        async with asyncio.timeout(30), self.neu:
            await self.neu.wait_for(lambda: len(self.post) >= anzahl)
        return self.post


@asynccontextmanager
async def running_post(daten: Path, kasten: Briefkasten, webhook: str | None = None) -> AsyncIterator[Amt]:
    schleife = asyncio.get_running_loop()
    smtp = await schleife.create_server(lambda: SMTP(kasten, hostname="test", enable_SMTPUTF8=True), "127.0.0.1", 0)
    port = smtp.sockets[0].getsockname()[1]
    einstellungen = settings_for(
        daten,
        smtp=SmtpSettings(host="127.0.0.1", port=port, security="none", sender="laufmappe@muster.example.org"),
        adresse="https://laufmappe.example.org",
        webhook_geheimnisse={"fachverfahren": SecretStr(GEHEIMNIS)},
        **({"regelwerk": _rules_with(daten, webhook)} if webhook else {}),
    )
    async with (
        smtp,
        embedded_server(daten, port=None, ui_port=None, data_converter=CONVERTER) as client,
        parts(einstellungen) as g,
        running_worker(client, g),
    ):
        yield Amt(g.laufmappe(client), client, g)


def _rules_with(daten: Path, url: str) -> Path:
    ordner = daten / "regelwerk"
    ordner.mkdir()
    for datei in REGELWERKE.glob("*.toml"):
        text = datei.read_text(encoding="utf-8").replace("http://127.0.0.1:9/", url)
        (ordner / datei.name).write_text(text, encoding="utf-8")
    assert regelwerk.load(ordner).alle
    return ordner


async def released(amt: Amt, **felder: Any) -> str:
    v = await entwurf(amt, **felder)
    await amt.act(v, "einreichen", SB)
    for akteur in (SB2, AL, DEZERNAT):
        await amt.act(v, "mitzeichnen", akteur, bemerkung="Geheimbemerkung")
    await amt.act(v, "freigeben", LEITUNG)
    return v


async def test_offices_are_told_and_nothing_is_given_away(tmp_path: Path) -> None:
    kasten = Briefkasten()
    async with running_post(tmp_path, kasten) as amt:
        v = await released(amt, oeffentlich=False, bezeichnung="Grundstückssache")
        await kasten.until(6)
        await amt.until(v, lambda z: z.nummer is not None)
    alles = "\n".join(m.as_string() + m.get_content() for m in kasten.post)
    assert "Geheimwort" not in alles, "der Betreff einer nichtöffentlichen Vorlage"
    assert "Geheimbemerkung" not in alles
    assert "p-sb" not in alles
    empfaenger = {str(m["To"]) for m in kasten.post}
    assert {"a46@muster.example.org", "dezernat2@muster.example.org", "hauptamt@muster.example.org"} <= empfaenger
    assert all(f"https://laufmappe.example.org/{v}" in m.get_content() for m in kasten.post)
    assert len({m["Message-ID"] for m in kasten.post}) == len(kasten.post)


async def test_an_unreleased_paper_keeps_its_subject_to_itself(tmp_path: Path) -> None:
    kasten = Briefkasten()
    async with running_post(tmp_path, kasten) as amt:
        await released(amt)
        await kasten.until(6)
    erste, letzte = kasten.post[0], next(m for m in kasten.post if "freigegeben" in str(m["Subject"]))
    assert "Geheimwort" not in erste.get_content()
    assert "Geheimwort-Betreff" in letzte.get_content(), "öffentlich und freigegeben: dann darf es dastehen"
    assert "Geheimwort" not in str(letzte["Subject"])


async def test_what_cannot_be_delivered_shows_up_and_holds_up_nobody(tmp_path: Path) -> None:
    kasten = Briefkasten(unbekannt=frozenset({"a46@muster.example.org"}))
    async with running_post(tmp_path, kasten) as amt:
        v = await released(amt)
        z = await amt.until(v, lambda z: any("a-46 wurde nicht erreicht" in h for h in z.hinweise))
        assert z.stufe == "freigegeben"
        assert await kasten.until(1), "die anderen bekommen ihre Post"
        assert (await amt.lm.register.counts())["aufgegeben"] > 0
        arten = [e.befehl["art"] for e in await amt.lm.register.entries(v)]
        assert "zustellung_aufgegeben" in arten


async def test_a_case_that_does_not_answer_stops_nobodys_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told once it answers; the register keeps what it must be told."""
    monkeypatch.setattr(schicht, "SCHICHT", 1.0)
    kasten = Briefkasten(unbekannt=frozenset({"a46@muster.example.org"}))
    stumm, echt, versucht = set[str](), Treffen.call, asyncio.Event()

    async def call(self: Treffen, ruf: Ruf) -> str | None:
        if ruf.ziel in stumm and ruf.zweck == "zustellung_aufgegeben":
            versucht.set()
            raise NichtErreichbar("stumm")
        return await echt(self, ruf)

    monkeypatch.setattr(Treffen, "call", call)
    async with running_post(tmp_path, kasten) as amt:
        erste = await entwurf(amt)
        stumm.add(erste)
        await amt.act(erste, "einreichen", SB)
        async with asyncio.timeout(30):
            await versucht.wait()
        zweite = await released(amt)
        await amt.until(zweite, lambda z: any("a-46 wurde nicht erreicht" in h for h in z.hinweise))
        await kasten.until(2)  # Dezernat und Hauptamt
        assert not (await amt.state(erste)).hinweise
        stumm.clear()
        await amt.until(erste, lambda z: any("a-46 wurde nicht erreicht" in h for h in z.hinweise))
        async with asyncio.timeout(30):
            while await amt.lm.register.unreported("muster", 9):
                await amt.lm.register.wait_for_news(1)
        eintraege = await amt.lm.register.entries(erste)
        assert [e.befehl["art"] for e in eintraege].count("zustellung_aufgegeben") == 1


async def test_a_webhook_is_signed_and_can_be_verified(tmp_path: Path) -> None:
    empfangen: asyncio.Future[tuple[dict[str, str], bytes]] = asyncio.get_running_loop().create_future()

    async def receiver(leser: asyncio.StreamReader, schreiber: asyncio.StreamWriter) -> None:
        kopf = (await leser.readuntil(b"\r\n\r\n")).decode()
        felder = dict(zeile.lower().split(": ", 1) for zeile in kopf.split("\r\n")[1:] if ": " in zeile)
        roh = {z.split(": ", 1)[0].lower(): z.split(": ", 1)[1] for z in kopf.split("\r\n")[1:] if ": " in z}
        rumpf = await leser.readexactly(int(felder["content-length"]))
        schreiber.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await schreiber.drain()
        schreiber.close()
        if not empfangen.done():
            empfangen.set_result((roh, rumpf))

    server = await asyncio.start_server(receiver, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, running_post(tmp_path, Briefkasten(), f"http://127.0.0.1:{port}/haken") as amt:
        v = await released(amt)
        async with asyncio.timeout(30):
            felder, rumpf = await empfangen
    geprueft = Webhook(GEHEIMNIS).verify(rumpf, felder)
    assert geprueft["type"] == "freigeben"
    assert geprueft["data"]["vorgang"] == v
    assert geprueft["data"]["betreff"] == "Geheimwort-Betreff"


@pytest.mark.schwer
async def test_a_hundred_messages_while_one_receiver_is_dead(tmp_path: Path) -> None:
    kasten = Briefkasten(unbekannt=frozenset({"dezernat2@muster.example.org"}))
    async with running_post(tmp_path, kasten) as amt:
        for _ in range(15):
            await released(amt)
        await kasten.until(90)
        assert all(str(m["To"]) != "dezernat2@muster.example.org" for m in kasten.post)


async def test_an_invitation_goes_into_calendars_and_a_resolution_to_the_office(tmp_path: Path) -> None:
    """Each receiver has an entry of its own; the office gets the extract by itself; neither says what is not public."""
    kasten = Briefkasten()
    async with running_post(tmp_path, kasten) as muster:
        amt = Amt(muster.lm, muster.client, muster.g, 0, "kreisstadt")
        v = await entwurf(amt, betreff="Sachstand Integration")
        await amt.act(v, "einreichen", SB)
        for akteur in (SB2, AL, DEZERNAT):
            await amt.act(v, "mitzeichnen", akteur)
        await amt.act(v, "freigeben", LEITUNG)
        await amt.act(v, "formal_annehmen", DIENST)
        s = await amt.create("sitzung", "planen", DIENST, gremium="sozialausschuss", beginn=spaeter(30))
        await amt.act(v, "anmelden", SB, sitzung=kennung(s), beratung=1)
        await amt.until(s, lambda z: bool(z.anmeldungen))
        await amt.act(s, "aufnehmen", DIENST, vorlage=kennung(v))
        geheim = {"titel": "Grundstück Bachstraße 5", "oeffentlich": False, "bezeichnung": "Grundstücksangelegenheit"}
        await amt.act(s, "top_ergaenzen", DIENST, **geheim)
        await amt.act(s, "tagesordnung_festsetzen", VORSITZ)
        await amt.act(s, "tagesordnung_zustimmen", LEITUNG)
        await amt.act(s, "einladen", DIENST)
        einladung = await mail_with(kasten, "text/calendar")
        roh = next(t for t in einladung.walk() if t.get_content_type() == "text/calendar").get_content()
        assert "METHOD:REQUEST" in roh and f"mailto:{einladung['To']}" in roh.replace("\r\n ", "")
        await amt.act(s, "eroeffnen", VORSITZ)
        sitzung: Any = await amt.state(s)
        top, geheimer = (
            next(t.id for t in sitzung.tops if bool(t.vorlagen) == mit and t.oeffentlich == mit) for mit in (True, False)
        )
        await amt.act(s, "ergebnis", SCHRIFT, top=geheimer, wortlaut="ungeändert beschlossen")
        await amt.act(s, "ergebnis", SCHRIFT, top=top, wortlaut="zur Kenntnis genommen")
        auszug = await mail_with(kasten, "application/pdf")
        assert auszug["To"] == "a46@kreisstadt.example.org"
        pdfs = [t for mail in kasten.post for t in mail.walk() if t.get_content_type() == "application/pdf"]
        assert len(pdfs) == 1 and pdfs[0].get_content().startswith(b"%PDF")
        alles = "".join(str(t.get_content()) for mail in kasten.post for t in mail.walk() if t.get_content_maintype() == "text")
        alles = alles.replace("\r\n ", "")  # a calendar folds its lines
        assert "Bachstraße" not in alles and "Grundstücksangelegenheit" in alles


async def mail_with(kasten: Briefkasten, medientyp: str) -> EmailMessage:
    """The first mail that carries such a part."""
    async with asyncio.timeout(30), kasten.neu:
        while True:
            for mail in kasten.post:
                if any(teil.get_content_type() == medientyp for teil in mail.walk()):
                    return mail
            await kasten.neu.wait()
