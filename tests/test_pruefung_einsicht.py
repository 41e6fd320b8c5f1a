"""Who sees how much of the record in reports and export: rights, what is not public, what has been deleted."""

import datetime as dt
import io
import json

import openpyxl
import pytest

import pruefgut
from beweis.vergessen import GELOESCHT
from buchung import carry_out, record, unguard
from lifecycle import rechte
from lifecycle.ablehnung import NichtBefugt
from lifecycle.bezug import WORTE
from lifecycle.kerne import ARTEN
from lifecycle.rechte import LESERECHTE, Einblick, insight
from pruefgut import GEHEIM, REVISION, STICHTAG, asked, exported, found, town
from pruefung import durchgang, tabelle
from pruefung.bericht import reports
from pruefung.berichte import eingriffe
from rathaus import DIENST, Rathaus
from register import Register
from register.tabellen import EINTRAG
from register.vergessen import places
from schemas.akteur import Rolle
from schemas.regelwerk import Regelwerke, Vertretung
from welt import wer


@pytest.fixture
def gut(haus: Rathaus) -> Rathaus:
    """The town with something for each report."""
    return town(haus)


async def test_rights_of_a_day_with_its_offices_and_deputies(register: Register, muster: Regelwerke) -> None:
    vertritt = Vertretung(
        person="p-1", fuer="p-2", stelle="a-46", rolle=Rolle.AMTSLEITUNG, von=dt.date(2021, 5, 1), bis=dt.date(2021, 5, 9)
    )
    rw = Regelwerke(r.model_copy(update={"vertretungen": (vertritt,)}) for r in muster.alle)
    for tag, name, vertreten in (("2021-05-09", "Sozialamt", True), ("2021-07-02", "Amt für Soziales und Teilhabe", False)):
        zeilen = (await found(register, rw, asked(stichtag=dt.date.fromisoformat(tag)), "rechte-am"))["rechte-am"]
        assert {f"A 50 - {name}"} == {z["name"] for z in zeilen if (z["name"] or "").startswith("A 50")}
        assert [(z["person"], z["fuer"]) for z in zeilen if z["recht"] == "Vertretung"] == ([("p-1", "p-2")] if vertreten else [])
        amt = {z["recht"] for z in zeilen if z["name"].startswith("A 50") and z["rolle"] == "Amtsleitung"}
        assert {"mitzeichnen", "entwerfen"} <= amt and not {"freigeben", "einladen"} & amt
        assert {z["rolle"] for z in zeilen if z["recht"] == "regelwerk_bestaetigen"} == {"Fachadministration"}


def test_every_relation_of_the_table_of_rights_has_words() -> None:
    benutzt = {bezug for zeilen in rechte.RECHTE.values() for _, bezug in zeilen}
    assert benutzt == set(WORTE)


def test_who_may_not_look_is_told_who_may(muster: Regelwerke) -> None:
    rw = muster.am("muster", STICHTAG)
    assert rw is not None
    for rolle in Rolle:
        akteur = wer("p-1", "a-10", rolle.value)
        if rolle in LESERECHTE:
            assert insight(akteur, rw, STICHTAG) is LESERECHTE[rolle]
        else:
            with pytest.raises(NichtBefugt, match="Rechnungsprüfung"):
                insight(akteur, rw, STICHTAG)
    streng = rw.model_copy(update={"vertretungen": ()})
    with pytest.raises(NichtBefugt, match="Vertretung"):
        insight(REVISION.model_copy(update={"fuer": "p-9"}), streng, STICHTAG)


def test_operators_and_administrators_never_see_content() -> None:
    assert {LESERECHTE[r] for r in (Rolle.FACHADMINISTRATION, Rolle.BETRIEB)} == {Einblick.KEINER}


async def everything(register: Register, rw: Regelwerke, einblick: Einblick) -> tuple[dict[str, str], str]:
    """All that a reader gets: each report as CSV and as workbook, and the export."""
    berichte = list(reports().values())
    reihen = await durchgang.run(register, rw, berichte, asked(einblick))
    texte = {b.kennung: tabelle.csv_text(b, reihen[b.kennung]).decode() for b in berichte}
    mappe = openpyxl.load_workbook(io.BytesIO(tabelle.xlsx(berichte, reihen, {})))
    texte["alle"] = "\n".join(str(zelle) for blatt in mappe for zeile in blatt.iter_rows(values_only=True) for zelle in zeile)
    return texte, "\n".join(await exported(register, asked(einblick)))


MIT_GEHEIMEM = (
    "abweichungen",
    "dissens",
    "dringlich",
    "eingriffe",
    "finanzen",
    "nacherfassungen",
    "niederschrift",
    "nummern",
    "unerledigt",
)


@pytest.mark.parametrize("einblick", Einblick)
async def test_what_is_not_public_shows_only_to_those_entitled(register: Register, gut: Rathaus, einblick: Einblick) -> None:
    await record(register, gut)
    texte, export = await everything(register, gut.regelwerke, einblick)
    if einblick is Einblick.ALLES:  # the test finds the word where it may stand: otherwise it would prove nothing
        assert all(GEHEIM in texte[kennung] for kennung in (*MIT_GEHEIMEM, "alle"))
        assert {f"{GEHEIM} {nr}" for nr in range(1, 23)} <= {w for w in (f"{GEHEIM} {nr}" for nr in range(1, 23)) if w in export}
        return
    assert not [kennung for kennung, text in texte.items() if GEHEIM in text]
    assert GEHEIM not in export
    assert all("nichtöffentlich" in texte[kennung] for kennung in MIT_GEHEIMEM if kennung != "finanzen")
    assert "Personalsache" in texte["abweichungen"]
    offen = "Vier-Augen-Regel" in texte["abweichungen"], "Bitte kürzen" in export
    assert offen == ((True, True) if einblick is Einblick.OEFFENTLICH else (False, False))


async def test_a_task_hidden_at_a_public_item_is_hidden_in_the_meeting_too(register: Register, haus: Rathaus) -> None:
    haus.behandelt()
    felder = {"verlangt": GEHEIM, "oeffentlich": False, "bezeichnung": "Personalsache"}
    auftrag = pruefgut.task(haus, "sitzung/muster/s1", 1, **felder)
    spaeter = pruefgut.task(haus, "sitzung/muster/s1", 1, verlangt=GEHEIM)
    haus.do(spaeter, "auftrag_oeffentlichkeit", DIENST, oeffentlich=False, grund=GEHEIM, bezeichnung="Personalsache")
    await record(register, haus)
    texte, export = await everything(register, haus.regelwerke, Einblick.OEFFENTLICH)
    assert GEHEIM not in export + "".join(texte.values())
    assert auftrag.rsplit("/", 1)[-1] in texte["unerledigt"]


async def test_what_was_taken_off_an_agenda_again_stays_hidden(register: Register, haus: Rathaus) -> None:
    haus.eingeladen()
    haus.sitzung("sitzung/muster/s2", tag=20)
    haus.do("sitzung/muster/s2", "top_ergaenzen", DIENST, titel=GEHEIM, oeffentlich=True)
    haus.do("sitzung/muster/s2", "absetzen", DIENST, top=1, grund=f"{GEHEIM}, gehört nicht hierher")
    haus.do("sitzung/muster/s1", "top_ergaenzen", DIENST, titel="Offenes", oeffentlich=True, abweichung="vergessen")
    await record(register, haus)
    _, export = await everything(register, haus.regelwerke, Einblick.OEFFENTLICH)
    assert GEHEIM not in export and "Offenes" in export
    assert GEHEIM in (await everything(register, haus.regelwerke, Einblick.ALLES))[1]


async def test_deleted_content_is_said_to_be_deleted(register: Register, gut: Rathaus) -> None:
    """Deleted as people have it done: something stands in the place of what is gone, in the entries as in the state."""
    await record(register, gut)
    for workflow in gut.verlauf:
        if stellen := places(await register.heads(workflow), GEHEIM):
            await register.forget(workflow, stellen)
    texte, export = await everything(register, gut.regelwerke, Einblick.ALLES)
    assert GEHEIM not in export + "".join(texte.values())
    assert all(GELOESCHT in texte[kennung] for kennung in MIT_GEHEIMEM)
    zeilen = [json.loads(zeile) for zeile in export.splitlines()]
    assert any(z["geloescht"] == sorted(z["ersatz"]) != [] for z in zeilen)


async def test_where_nothing_stands_in_its_place_nothing_fails(register: Register, gut: Rathaus) -> None:
    await record(register, gut)
    await unguard(register)
    for zeile in await register._db.read(EINTRAG.select()):
        hier = (EINTRAG.c.workflow == zeile.workflow) & (EINTRAG.c.seq == zeile.seq)
        await carry_out(register, EINTRAG.update().where(hier).values(inhalt='{"felder": {}}'))
    alles = await found(register, gut.regelwerke, asked())
    assert {z["grund"] for z in alles["abweichungen"]} == {GELOESCHT}
    assert all(GELOESCHT in z["was"] for z in alles["eingriffe"])
    assert all(GELOESCHT in str(z.values()) for z in alles["dissens"])
    assert [z["grund"] for z in alles["nummern"]] == [GELOESCHT, GELOESCHT]
    zeile = json.loads((await exported(register, asked()))[0])
    assert zeile["inhalt"] == {} and zeile["geloescht"] == sorted(zeile["kopf"]["felder"])


def test_every_kind_of_intervention_is_a_command() -> None:
    assert set(eingriffe.ARTEN) <= ARTEN
