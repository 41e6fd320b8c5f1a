"""What the public sees, kept beside the record: times, deletions, what comes and goes, and that it can be made again from the entries."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa

from oparl_schema import faults
from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SB, SB2, SCHRIFT, A, Rathaus, S, V
from register import Register
from register.oeffentlich import Ausschnitt, Objektzeile
from register.tabellen import OEFFENTLICH
from register.vergessen import places
from schau import PERSONEN, SITZE, WURZEL, Fenster, held, with_council
from schemas.regelwerk import Regelwerke
from welt import SYSTEM


@pytest_asyncio.fixture
async def f(register: Register, muster: Regelwerke, tmp_path: Path) -> Fenster:
    return Fenster(register, Rathaus(with_council(muster)), tmp_path / "ablage")


async def rows(f: Fenster) -> dict[str, Objektzeile]:
    alle = await f.register._db.read(sa.select(OEFFENTLICH).order_by(OEFFENTLICH.c.pfad))
    return {z.pfad: Objektzeile.model_validate(dict(z._mapping)) for z in alle}


async def changed_since(f: Fenster, typ: str, seit: dt.datetime) -> dict[str, bool]:
    """Path: whether it is shown."""
    return {z.pfad: z.da for z in await f.schau.page(Ausschnitt(typ=typ, kommune="muster", geaendert_ab=seit))}


async def test_every_type_is_there_and_valid(f: Fenster) -> None:
    held(f)
    await f.record()
    alle = await f.all()
    assert [fehler for o in alle.values() for fehler in faults(o)] == []
    assert {o["type"].rsplit("/", 1)[1] for o in alle.values()} == {
        "Body", "LegislativeTerm", "Organization", "Person", "Membership", "Meeting", "Location", "AgendaItem", "Paper",
        "Consultation", "File",
    }  # fmt: skip
    assert all(len(o[feld]) == len("2021-06-16T18:00:00+02:00") for o in alle.values() for feld in ("created", "modified"))


async def test_a_new_object_begins_when_it_is_shown_and_others_stay(f: Fenster) -> None:
    f.haus.freigegeben()
    await f.record()
    vorher = await f.shown("paper/v1")
    f.later(hours=1)
    f.haus.freigegeben("vorlage/muster/v2", betreff="Zweite")
    await f.record()
    gesehen = f.later(hours=2)
    assert (await f.shown("paper/v2"))["created"] == gesehen.isoformat(), "vorher konnte es niemand sehen"
    assert await f.shown("paper/v1") == vorher


async def test_what_the_house_does_is_no_change_outside(f: Fenster) -> None:
    f.haus.eingeladen(anlagen=[])
    await f.record()
    vorher = await f.all()
    f.later(hours=1)
    neu = [{"name": "Sachlage", **f.put("Neu.")}]
    f.haus.do(V, "neufassen", SB, fassungsart="neufassung", grund="x", abschnitte=neu)
    f.haus.entwurf("vorlage/muster/geheim")
    await f.record()
    assert await f.all() == vorher
    f.haus.do(S, "top_ergaenzen", DIENST, titel="Verschiedenes", abweichung="eilt")
    await f.record()
    anders = {pfad for pfad, o in (await f.all()).items() if vorher.get(pfad) != o}
    assert anders == {"meeting/s1", "agendaitem/s1/2"}


async def test_a_document_that_says_something_else_is_a_changed_file(f: Fenster) -> None:
    f.haus.behandelt()
    await f.record()
    vorher = await f.all()
    am = f.later(hours=1)
    f.haus.do(S, "ergebnis_berichtigen", SCHRIFT, top=1, vorlage="v1", wortlaut="vertagt", grund="verhört")
    await f.record()
    datei, nachher = "file/paper/v1/version/1", await f.all()
    assert await changed_since(f, "File", am) == {datei: True}, "die Vorlage nennt darin, was aus ihr wurde"
    assert nachher[datei] == vorher[datei] | {"modified": am.isoformat()}
    assert nachher["paper/v1"]["modified"] == nachher["agendaitem/s1/1"]["modified"] == am.isoformat()


async def test_depublished_and_shown_again(f: Fenster) -> None:
    held(f)
    await f.record()
    alle = await f.all()
    weg = f.later(hours=1)
    f.haus.do(V, "depublizieren", LEITUNG, grund="Versehen")
    await f.record()
    eigene = {p for p in alle if p.startswith(("paper/v1", "consultation/v1", "file/paper/v1"))}
    assert len(eigene) == 4
    for pfad in eigene:
        objekt = await f.shown(pfad)
        assert objekt.keys() == {"id", "type", "created", "modified", "deleted"} and faults(objekt) == []
        assert (objekt["created"], objekt["modified"]) == (alle[pfad]["created"], weg.isoformat())
    assert (await f.all()).keys() == alle.keys() - eigene
    assert await changed_since(f, "Consultation", weg) == {"consultation/v1/s1/1/1": False}
    assert await changed_since(f, "File", weg) == {p: False for p in eigene if p.startswith("file/")}
    punkt = await f.shown("agendaitem/s1/1")
    assert "consultation" not in punkt and punkt["modified"] == weg.isoformat()
    wieder = f.later(hours=1)
    f.haus.do(V, "depublizieren", LEITUNG, grund="Doch", wieder=True)
    await f.record()
    assert (await f.all()).keys() == alle.keys()
    assert (await f.shown("paper/v1"))["created"] == alle["paper/v1"]["created"]
    assert (await f.shown("meeting/s1"))["modified"] == wieder.isoformat(), "der Punkt nennt die Beratung wieder"


async def test_what_is_embedded_is_deleted_on_its_own(f: Fenster) -> None:
    """A station that drops out, an attachment that is public no longer, a paper that leaves the public part."""
    plan = f.put("Plan", "Plan.txt")
    f.haus.freigegeben(gremien=("sozialausschuss", "rat"), anlagen=[plan])
    await f.record()
    alle = await f.all()
    weg = f.later(hours=1)
    f.haus.do(V, "beratung_entfallen", DIENST, beratung=2, grund="nicht nötig")
    f.haus.do(V, "vorlage_oeffentlichkeit", DIENST, anlage="Plan.txt", oeffentlich=False, grund="Namen", bezeichnung="Anlage 1")
    await f.record()
    datei = f"file/paper/v1/attachment/{plan['digest']}"
    for pfad in ("consultation/v1/2", datei):
        assert (await f.shown(pfad))["deleted"] is True and pfad in alle
    assert await changed_since(f, "Consultation", weg) == {"consultation/v1/2": False}
    assert (await changed_since(f, "File", weg))[datei] is False
    assert (await f.shown("paper/v1"))["modified"] == weg.isoformat()
    assert (await rows(f))[datei].sha512 is None


async def test_what_was_never_public_is_nothing(f: Fenster) -> None:
    f.haus.laufweg()
    await f.record()
    assert await f.schau.object("paper/v1") is None and await f.schau.object("paper/gibtsnicht") is None
    f.haus.do(V, "vorlage_oeffentlichkeit", DIENST, oeffentlich=False, grund="Vertrag", bezeichnung="Vertrag")
    await f.record()
    assert await f.schau.object("paper/v1") is None and not any("v1" in pfad for pfad in await rows(f))


async def test_a_link_to_a_draft_is_no_change_until_it_is_public(f: Fenster) -> None:
    zweite = "vorlage/muster/v2"
    f.haus.freigegeben()
    f.haus.laufweg(zweite)
    await f.record()
    vorher = await f.all()
    f.later(hours=1)
    f.haus.do(V, "verknuepfen", SB, als="folgt", mit="v2")
    await f.record()
    assert await f.all() == vorher
    am = f.later(hours=1)
    for akteur in (SB2, AL, DEZERNAT):
        f.haus.do(zweite, "mitzeichnen", akteur)
    f.haus.do(zweite, "freigeben", LEITUNG)
    await f.record()
    v1 = await f.shown("paper/v1")
    assert v1["modified"] == am.isoformat() and f"{WURZEL}paper/v2" in str(v1)
    erst = await rows(f)
    await f.register.rebuild()
    await f.all()
    assert {p: z.abdruck for p, z in (await rows(f)).items()} == {p: z.abdruck for p, z in erst.items()}


async def test_it_can_be_made_again_from_the_entries(f: Fenster) -> None:
    """Step by step as it was recorded, or at once from the entries: the same objects, and the same that are deleted."""
    for schritt in (
        lambda: f.haus.freigegeben(gremien=("sozialausschuss", "rat")),
        lambda: f.haus.sitzung(),
        lambda: f.haus.aufgesetzt(),
        lambda: f.haus.do(S, "einladen", DIENST),
        lambda: f.haus.do(V, "beratung_entfallen", DIENST, beratung=2, grund="x"),
        lambda: f.haus.do(V, "depublizieren", LEITUNG, grund="x"),
    ):
        f.later(minutes=5)
        schritt()
        await f.record()
        await f.all()
    erst = await rows(f)
    await f.register.rebuild()
    assert await rows(f) == {}
    await f.all()
    dann = await rows(f)
    assert {p: (z.typ, z.workflow, z.gremien, z.abdruck) for p, z in dann.items()} == {
        p: (z.typ, z.workflow, z.gremien, z.abdruck) for p, z in erst.items()
    }
    assert all(z.geaendert <= erst[p].geaendert for p, z in dann.items() if z.workflow), "die Zeiten der Einträge selbst"


async def test_an_entry_that_is_recorded_late_is_not_missed(f: Fenster) -> None:
    f.haus.freigegeben()
    await f.record()
    f.later(minutes=1)
    f.haus.do(V, "beratung_ergaenzen", DIENST, gremium="rat", rolle="Entscheidung")
    abgerufen = f.later(minutes=10)
    assert await changed_since(f, "Paper", abgerufen) == {}
    f.later(minutes=1)
    await f.record()
    assert await changed_since(f, "Paper", abgerufen) == {"paper/v1": True}


async def test_two_processes_look_at_the_same_time(f: Fenster) -> None:
    held(f)
    await f.record()
    anderes = f.window(f.haus.regelwerke)
    eins, zwei = await asyncio.gather(f.schau.object("paper/v1"), anderes.object("paper/v1"))
    assert eins == zwei is not None


async def test_people_come_and_go_with_the_rules(f: Fenster) -> None:
    alle = await f.all()
    assert (alle["person/muster/m-1"]["name"], len(alle["person/muster/m-1"]["membership"])) == ("Erika Beispiel", 3)
    am = f.later(days=1)
    f.schau = f.window(with_council(f.haus.regelwerke, PERSONEN[1:], SITZE[2:]))
    weg = await f.shown("person/muster/m-1")
    assert weg["deleted"] and weg["modified"] == am.isoformat() and "Erika" not in str(await f.all())
    assert all(not da for da in (await changed_since(f, "Membership", am)).values())
    assert "Erika" not in str(await rows(f))


async def test_a_name_of_its_day(f: Fenster) -> None:
    f.haus.bis(dt.datetime(2021, 6, 30, 12, tzinfo=dt.UTC))
    assert (await f.shown("organization/muster/a-50"))["name"] == "Sozialamt"
    am = f.later(days=2)
    amt = await f.shown("organization/muster/a-50")
    assert (amt["name"], amt["modified"]) == ("Amt für Soziales und Teilhabe", am.isoformat())


async def test_forgotten_content_leaves_nothing_here(f: Fenster) -> None:
    """Not even a digest; and whoever has it is told to read again."""
    wort = "Kirschkernkissen"
    plan = f.put(f"{wort}", "Plan.txt")
    f.haus.freigegeben(betreff=f"Antrag {wort}", anlagen=[plan])
    await f.record()
    vorher, abdruecke = await f.all(), {z.abdruck for z in (await rows(f)).values() if z.workflow}
    assert wort in vorher["paper/v1"]["name"]
    f.later(hours=1)
    stellen = (*places(await f.register.heads(V), wort), *places(await f.register.heads(V), plan["digest"]))
    await f.register.forget(V, stellen)
    assert not abdruecke & {z.abdruck for z in (await rows(f)).values()}
    assert plan["digest"] not in str(await rows(f))


async def test_after_forgetting_everything_counts_as_changed(f: Fenster) -> None:
    wort = "Kirschkernkissen"
    f.haus.freigegeben(betreff=f"Antrag {wort}")
    await f.record()
    alt = await f.shown("paper/v1")
    am = f.later(hours=1)
    stellen = places(await f.register.heads(V), wort)
    auftrag = {"kennung": "l1", "rechtsgrund": "Art. 17 DSGVO", "angeordnet_von": "Datenschutz"}
    f.haus.do(V, "loeschung_beantragen", DIENST, stellen=stellen, **auftrag)
    f.haus.do(V, "loeschung_bestaetigen", LEITUNG, kennung="l1")
    await f.record()
    rest = await f.register.forget(V, stellen)
    f.haus.staende[V] = rest.z
    f.haus.do(V, "loeschung_vollzogen", SYSTEM, kennung="l1", stellen=rest.stellen)
    await f.register.record(f.haus.verlauf[V][-1:])
    neu = await f.shown("paper/v1")
    assert wort not in str(neu) and (neu["created"], neu["modified"]) == (alt["created"], am.isoformat())


async def test_files_have_their_sums(f: Fenster) -> None:
    held(f)
    await f.record()
    alle = await f.all()
    (anlage,) = (o for p, o in alle.items() if "/attachment/" in p)
    assert anlage["size"] == 14 and len(anlage["sha512Checksum"]) == 128
    (eingebettet,) = (d for d in alle["paper/v1"]["auxiliaryFile"] if d["id"] == anlage["id"])
    assert eingebettet["sha512Checksum"] == anlage["sha512Checksum"]


async def test_no_list_asks_more_the_longer_it_is(f: Fenster, monkeypatch: pytest.MonkeyPatch) -> None:
    fragen: list[object] = []
    lesen = f.register._db.read

    async def gezaehlt(abfrage: sa.Select[tuple[object]], sekunden: float = 20.0) -> list[sa.Row[tuple[object]]]:
        fragen.append(abfrage)
        return await lesen(abfrage, sekunden)

    async def asked(typ: str) -> int:
        zeilen = await f.schau.page(Ausschnitt(typ=typ, kommune="muster"))
        fragen.clear()
        await f.schau.objects(await f.schau.page(Ausschnitt(typ=typ, kommune="muster")))
        assert zeilen
        return len(fragen)

    monkeypatch.setattr(f.register._db, "read", gezaehlt)
    f.haus.eingeladen()
    await f.record()
    wenige = [await asked(typ) for typ in ("Paper", "Consultation", "AgendaItem", "Person")]
    for nr in range(2, 9):
        f.haus.eingeladen(f"vorlage/muster/v{nr}", f"sitzung/muster/s{nr}")
    await f.record()
    assert [await asked(typ) for typ in ("Paper", "Consultation", "AgendaItem", "Person")] == wenige
    assert max(wenige) <= 6


async def test_who_put_a_motion_and_what_answers_it(f: Fenster) -> None:
    """Shown once it is public, at both ends; and a draft that will answer it leaves no trace in it."""
    absender = [{"art": "fraktion", "name": "Bündnis 90/Die Grünen"}, {"art": "mitglied", "kennung": "m-2"}]
    f.haus.eingang(absender=absender, abschnitte=[f.put("Mehr Bäume.", "Antragstext")])
    f.haus.do(A, "formal_annehmen", DIENST)
    f.haus.entwurf(abschnitte=[f.put("So viele.", "Sachlage")])
    await f.record()
    vorher = await f.shown("paper/a1")
    fraktion, person = (vorher[f"originator{was}"] for was in ("Organization", "Person"))
    assert [(await f.shown(url.removeprefix(WURZEL)))["name"] for url in (*fraktion, *person)] == [
        "Bündnis 90/Die Grünen",
        "Max Muster",
    ]
    f.later(hours=1)
    f.haus.do(V, "verknuepfen", SB, als="beantwortet", mit="a1")
    await f.record()
    assert await f.shown("paper/a1") == vorher
    f.later(hours=1)
    f.haus.do(V, "einreichen", SB)
    for akteur in (SB2, AL, DEZERNAT):
        f.haus.do(V, "mitzeichnen", akteur)
    f.haus.do(V, "freigeben", LEITUNG)
    await f.record()
    antrag, antwort = await f.shown("paper/a1"), await f.shown("paper/v1")
    assert (antrag["relatedPaper"], antwort["relatedPaper"]) == ([antwort["id"]], [antrag["id"]])
    f.haus.do(V, "vorlage_oeffentlichkeit", SB, oeffentlich=False, bezeichnung="Etwas", grund="so")
    await f.record()
    assert "relatedPaper" not in await f.shown("paper/a1")
