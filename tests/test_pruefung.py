"""Reports for auditors: what each finds and what it leaves alone, who sees how much of it, and that nothing in it can be carried out."""

import csv
import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest

import pruefgut
from beweis.kopf import Inhalt, Kopf, contradictions
from buchung import carry_out, record, unguard
from lifecycle import rechte
from lifecycle.ablehnung import NichtBefugt
from lifecycle.rechte import LESERECHTE, Einblick, insight
from pruefgut import GEHEIM, REVISION, town
from pruefung import ausfuhr, durchgang, tabelle
from pruefung.bericht import Bericht, Spalte, reports
from pruefung.berichte import dissens, eingriffe
from pruefung.durchgang import Anfrage
from pruefung.fall import Fall, Zeile
from rathaus import AL, DIENST, HEUTE, LEITUNG, SB2, Rathaus
from register import Register
from register.tabellen import ALARM, EINTRAG, ZUSTAND
from schemas.akteur import Rolle
from schemas.beratung import Abstimmung
from schemas.regelwerk import Regelwerke, Vertretung
from schemas.vorlage import Vorlage
from welt import SYSTEM, wer

STICHTAG = dt.date(2021, 8, 1)
Objekte = dict[str, list[dict[str, Any]]]


def asked(einblick: Einblick = Einblick.ALLES, **mehr: Any) -> Anfrage:
    return Anfrage(**{"kommune": "muster", "einblick": einblick, "stichtag": STICHTAG, **mehr})


async def found(register: Register, rw: Regelwerke, anfrage: Anfrage, *kennungen: str) -> Objekte:
    berichte = [b for b in reports().values() if not kennungen or b.kennung in kennungen]
    reihen = await durchgang.run(register, rw, berichte, anfrage)
    return {b.kennung: list(tabelle.as_objects(b, reihen[b.kennung])) for b in berichte}


@pytest.fixture
def gut(haus: Rathaus) -> Rathaus:
    """The town with something for each report."""
    return town(haus)


def shown(gut: Rathaus, name: str) -> str:
    """How a case is named in a report."""
    v = gut.state(pruefgut.v(name))
    return (v.nummer if v.seq else None) or name


FINDET = [
    ("abweichungen", "anmerkung", "Vier-Augen-Regel"),
    ("abweichungen", "zu", GEHEIM),
    ("dissens", "anmerkung", "ohne Änderung des Textes freigegeben (Eintrag 7)"),
    ("dissens", "geld-ohne", "keine Mittel"),
    ("dissens", "rat", "20 Ja, 4 Nein"),
    ("nacherfassungen", "alt", 32),
    ("nummern", "zurueck", "überholt"),
    ("finanzen", "geld-ohne", "A 20 - Kämmerei: hat nicht mitgezeichnet"),
    ("finanzen", "geld-verschwiegen", "die Angabe für den Laufweg fehlt"),
    ("dringlich", "eil-offen", "nicht vorgelegt"),
    ("dringlich", "zu", "behandelt, nicht genehmigt"),
    ("niederschrift", "rat", "nach der Unterschrift (Eintrag 11) geändert"),
    ("niederschrift", "rat", "nicht unterzeichnet von: Vorsitz"),
    ("niederschrift", "zu", "Ergebnis ohne Teil der Niederschrift"),
    ("niederschrift", "zu", "stand auf der Tagesordnung"),
    ("niederschrift", "zu", "der Wortlaut ist nicht eingeordnet"),
    ("unerledigt", "zu", "Vollzug ausgesetzt"),
    ("eingriffe", "anmerkung", "Eintrag berichtigt"),
    ("eingriffe", "rat", "Ergebnis berichtigt"),
    ("eingriffe", "alt", "Nacherfasst durch Fachadministration"),
    ("eingriffe", "akte", "Regelwerk vorgeschlagen"),
    ("eingriffe", "uebergang", "Übergang"),
]
UNBETEILIGT = [
    *(
        (kennung, "gut")
        for kennung in ("abweichungen", "dissens", "nacherfassungen", "nummern", "finanzen", "dringlich", "eingriffe")
    ),
    *(("niederschrift", "gut"), ("finanzen", "geld-gut"), ("dringlich", "eil-gut"), ("dissens", "geld-gut")),
]


async def test_every_report_finds_what_it_is_for_and_nothing_else(register: Register, gut: Rathaus) -> None:
    await record(register, gut)
    alles = await found(register, gut.regelwerke, asked())
    for kennung, name, was in FINDET:
        zeilen = [z for z in alles[kennung] if z["vorgang"] in {name, shown(gut, name)}]
        assert any(was == wert or str(was) in str(wert) for z in zeilen for wert in z.values()), (kennung, name, zeilen)
    for kennung, name in UNBETEILIGT:
        # a meeting and a paper of that name went as they should
        assert not [z for z in alles[kennung] if z["vorgang"] in {name, shown(gut, name)}], (kennung, name)
    offen = {z["gegenstand"] for z in alles["unerledigt"] if z["typ"] == "Auftrag"}
    assert offen == {"Bericht über Kosten", f"{GEHEIM} 16"}  # and not the one that was confirmed
    assert alles["fristen"] == []  # Musterstadt has no rules for deadlines
    assert {kennung for kennung, zeilen in alles.items() if zeilen} == set(reports()) - {"fristen"}


async def test_deadlines_that_were_missed_say_by_how_many_days(register: Register, muster: Regelwerke) -> None:
    kreis = Rathaus(muster, "kreisstadt")
    kreis.laufweg("vorlage/kreisstadt/v1")
    kreis.laufweg("vorlage/kreisstadt/v2")
    kreis.do("vorlage/kreisstadt/v2", "mitzeichnen", SB2)
    kreis.do("vorlage/kreisstadt/v2", "mitzeichnen", AL)
    kreis.bis(HEUTE + dt.timedelta(days=10))
    kreis.do("vorlage/kreisstadt/v1", "mitzeichnen", SB2)  # three days late
    await record(register, kreis)
    anfrage = asked(kommune="kreisstadt", stichtag=dt.date(2021, 5, 20))
    zeilen = (await found(register, muster, anfrage, "fristen"))["fristen"]
    spaet, *rest = zeilen
    assert (spaet["letzter_tag"], spaet["tage"], spaet["zweck"]) == ("2021-05-10", 3, "Mitzeichnung A 46 - Integrationszentrum")
    assert "Eintrag" in spaet["stand"] and "Dienstanweisung" in spaet["regel"]
    assert {z["zweck"] for z in rest} <= {"Mitzeichnung Dezernat II", "Mitzeichnung A 46 - Integrationszentrum"}
    assert all(z["vorgang"] != kreis.state("vorlage/kreisstadt/v2").nummer or "Dezernat" in z["zweck"] for z in zeilen)


async def test_a_date_that_passes_is_no_deadline(register: Register, muster: Regelwerke) -> None:
    kreis = Rathaus(muster, "kreisstadt")
    kreis.sitzung("sitzung/kreisstadt/s1")
    assert any(f.termin for f in kreis.state("sitzung/kreisstadt/s1").fristen)
    await record(register, kreis)
    zeilen = (await found(register, muster, asked(kommune="kreisstadt"), "fristen"))["fristen"]
    assert "Vorlagenschluss" not in str(zeilen)


async def test_numbers_of_papers_that_the_register_does_not_have(register: Register, haus: Rathaus) -> None:
    haus.freigegeben()
    kreis = next(w for w in haus.verlauf if w.startswith("nummern/"))
    haus.give(kreis, "nummer_vergeben", SYSTEM, vorlagen=("verschollen",), muster="{jahr}/{nr:04}", werte={"jahr": 2021})
    await record(register, haus)
    zeilen = (await found(register, haus.regelwerke, asked(), "nummern"))["nummern"]
    assert [(z["nummer"], "verschollen" in z["sachverhalt"]) for z in zeilen] == [("2021/0002", True)]


async def test_what_looks_like_a_finding_and_is_none(register: Register, haus: Rathaus) -> None:
    """A recommendation approves nothing; a number that a committee has seen is used; what cases tell each other is no Nacherfassung."""
    eil: dict[str, Any] = {"ursprung": {"art": "dringlichkeitsentscheidung"}, "rolle": "Vorberatung"}
    haus.freigegeben(**eil)
    haus.sitzung()
    haus.aufgesetzt()
    haus.do("sitzung/muster/s1", "einladen", DIENST)
    haus.eroeffnet()
    haus.do("sitzung/muster/s1", "ergebnis", DIENST, top=1, wortlaut="ungeändert beschlossen")
    haus.do("vorlage/muster/v1", "beratung_ergaenzen", DIENST, gremium="rat", rolle="Entscheidung")
    spaet = {"geschehen": haus.jetzt - dt.timedelta(minutes=1)}
    haus.do("sitzung/muster/s1", "ergebnis_berichtigen", DIENST, top=1, wortlaut="geändert beschlossen", grund="verhört", **spaet)
    haus.do("vorlage/muster/v1", "zurueckziehen", LEITUNG, grund="überholt")
    await record(register, haus)
    alles = await found(register, haus.regelwerke, asked())
    assert [(z["stand"], z["ergebnis"]) for z in alles["dringlich"]] == [
        ("behandelt, nicht genehmigt", "Sozialausschuss: geändert beschlossen")
    ]
    assert alles["nummern"] == []
    assert [z["befehl"] for z in alles["nacherfassungen"]] == ["ergebnis_berichtigen"]


async def test_what_comes_in_while_somebody_looks_belongs_to_the_next_look(register: Register, haus: Rathaus) -> None:
    haus.entwurf()
    haus.do("vorlage/muster/v1", "abweichung_festhalten", SB2, regel="eins", grund="G")
    await record(register, haus)
    stand = {w: z async for w, z, _ in register.cases("muster", "vorlage")}
    haus.do("vorlage/muster/v1", "abweichung_festhalten", SB2, regel="zwei", grund="G")
    await record(register, haus)
    alt = stand["vorlage/muster/v1"].model_dump_json(exclude_defaults=True)
    await carry_out(register, ZUSTAND.update().where(ZUSTAND.c.workflow == "vorlage/muster/v1").values(zustand=alt))
    [(_, z, verlauf)] = [fall async for fall in register.cases("muster", "vorlage")]
    assert (z.seq, len(verlauf)) == (2, 2)


async def test_alarms_of_the_register_are_interventions(register: Register, haus: Rathaus) -> None:
    jetzt = dt.datetime(2021, 5, 3, tzinfo=dt.UTC)
    for workflow in ("vorlage/muster/x1", "vorlage/anderswo/x2"):
        werte = {"workflow": workflow, "seq": 4, "satz": "widerspricht", "belegt": True, "zeit": jetzt}
        await carry_out(register, ALARM.insert().values(**werte))
    zeilen = (await found(register, haus.regelwerke, asked(), "eingriffe"))["eingriffe"]
    assert [(z["vorgang"], z["eintrag"], z["was"]) for z in zeilen] == [("x1", 4, "widerspricht")]
    assert (await found(register, haus.regelwerke, asked(gremium="rat"), "eingriffe"))["eingriffe"] == []


# --- rights -----------------------------------------------------------------------------------------------------------------


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
    assert benutzt == set(rechte.WORTE)


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


# --- secrecy ----------------------------------------------------------------------------------------------------------------


async def everything(register: Register, rw: Regelwerke, einblick: Einblick) -> tuple[dict[str, str], str]:
    """All that a reader gets: each report as CSV and as workbook, and the export."""
    berichte = list(reports().values())
    reihen = await durchgang.run(register, rw, berichte, asked(einblick))
    texte = {b.kennung: tabelle.csv_text(b, reihen[b.kennung]).decode() for b in berichte}
    mappe = openpyxl.load_workbook(io.BytesIO(tabelle.xlsx(berichte, reihen, {})))
    texte["alle"] = "\n".join(str(zelle) for blatt in mappe for zeile in blatt.iter_rows(values_only=True) for zelle in zeile)
    return texte, "\n".join(await exported(register, asked(einblick)))


async def exported(register: Register, anfrage: Anfrage) -> list[str]:
    auswahl = await ausfuhr.selection(register, anfrage)
    bis, _ = await register.log_extent(auswahl)
    return [zeile async for teil in ausfuhr.lines(register, auswahl, anfrage.einblick, bis) for zeile in teil]


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


# --- deleted content --------------------------------------------------------------------------------------------------------


async def test_deleted_content_is_said_to_be_deleted(register: Register, gut: Rathaus) -> None:
    await record(register, gut)
    await unguard(register)
    for zeile in await register._db.read(EINTRAG.select()):
        ohne = Inhalt.model_validate_json(zeile.inhalt).model_copy(update={"felder": {}}).model_dump_json()
        hier = (EINTRAG.c.workflow == zeile.workflow) & (EINTRAG.c.seq == zeile.seq)
        await carry_out(register, EINTRAG.update().where(hier).values(inhalt=ohne))
    alles = await found(register, gut.regelwerke, asked())
    assert {z["grund"] for z in alles["abweichungen"]} == {"gelöscht"}
    assert all("gelöscht" in z["was"] for z in alles["eingriffe"])
    assert all("gelöscht" in str(z.values()) for z in alles["dissens"])
    assert [z["grund"] for z in alles["nummern"]] == ["gelöscht", "gelöscht"]
    zeile = json.loads((await exported(register, asked()))[0])
    assert zeile["inhalt"] == {} and zeile["geloescht"] == sorted(zeile["kopf"]["felder"])


# --- selection and speed ----------------------------------------------------------------------------------------------------


async def test_days_committees_and_offices_narrow_it_down(register: Register, gut: Rathaus) -> None:
    await record(register, gut)
    rw = gut.regelwerke
    tag: dict[str, Any] = {"von": dt.date(2021, 6, 18), "bis": dt.date(2021, 6, 18)}
    im_juni = (await found(register, rw, asked(**tag), "abweichungen"))["abweichungen"]
    assert {z["vorgang"] for z in im_juni} == {"rat", shown(gut, "zu")}
    im_rat = await found(register, rw, asked(gremium="rat"), "dissens", "eingriffe", "rechte-am")
    assert {z["vorgang"] for z in (*im_rat["dissens"], *im_rat["eingriffe"])} == {"rat"} and im_rat["rechte-am"]
    kaemmerei = (await found(register, rw, asked(stelle="kaemmerei"), "dissens"))["dissens"]
    assert {z["vorgang"] for z in kaemmerei} == {shown(gut, "geld-ohne"), shown(gut, "zu")}
    alle, rat = [len(await exported(register, asked(gremium=g))) for g in (None, "rat")]
    assert alle == sum(len(e) for e in gut.verlauf.values()) > rat > 20
    juni = [json.loads(z) for z in await exported(register, asked(**tag, stelle="a-10"))]
    assert {z["kopf"]["stelle"] for z in juni} == {"a-10"} and {z["kopf"]["zeit"][:10] for z in juni} == {"2021-06-18"}


async def test_the_log_comes_in_the_order_of_its_leaves_and_proves_itself(register: Register, gut: Rathaus) -> None:
    await record(register, gut)
    zeilen = [json.loads(zeile) for zeile in await exported(register, asked())]
    assert [z["blatt"] for z in zeilen] == list(range(len(zeilen)))
    for z in zeilen:
        kopf, inhalt = Kopf.model_validate(z["kopf"]), Inhalt.model_validate({"felder": z["inhalt"]})
        assert kopf.hash() == z["kopf_hash"] and not contradictions(kopf, inhalt) and z["geloescht"] == []


async def test_the_number_of_queries_does_not_grow_with_the_cases(
    register: Register, gut: Rathaus, monkeypatch: pytest.MonkeyPatch
) -> None:
    await record(register, gut)
    gezaehlt = 0
    lesen = register._db.read

    async def counted(abfrage: Any) -> Any:
        nonlocal gezaehlt
        gezaehlt += 1
        return await lesen(abfrage)

    monkeypatch.setattr(register._db, "read", counted)
    await found(register, gut.regelwerke, asked())
    assert gezaehlt <= 2 * 6 + 2
    gezaehlt = 0
    await exported(register, asked(Einblick.OEFFENTLICH))
    assert gezaehlt <= 4


@pytest.mark.parametrize("stueck", [1, 3])
async def test_small_batches_give_the_same(
    register: Register, gut: Rathaus, stueck: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await record(register, gut)
    ganz = await found(register, gut.regelwerke, asked()), await exported(register, asked())
    monkeypatch.setattr("register.durchsicht.STUECK", stueck)
    assert (await found(register, gut.regelwerke, asked()), await exported(register, asked())) == ganz


# --- files ------------------------------------------------------------------------------------------------------------------


async def test_workbooks_can_be_read_and_carry_out_nothing(register: Register, gut: Rathaus) -> None:
    await record(register, gut)
    berichte = list(reports().values())
    reihen = await durchgang.run(register, gut.regelwerke, berichte, asked())
    roh = tabelle.xlsx(berichte, reihen, {"Kommune": "=1+1"})
    assert roh == tabelle.xlsx(berichte, reihen, {"Kommune": "=1+1"})
    mappe = openpyxl.load_workbook(io.BytesIO(roh))
    assert mappe.sheetnames == ["Angaben", *(b.titel for b in berichte)]
    for blatt, b in zip(mappe.worksheets[1:], berichte, strict=True):
        assert blatt.freeze_panes == "A2" and blatt.auto_filter.ref.startswith("A1:")
        assert [zelle.value for zelle in blatt[1]] == [s.titel for s in b.alle_spalten]
        assert blatt.max_row == max(2, len(reihen[b.kennung]) + 1)
        assert not [zelle for zeile in blatt.iter_rows() for zelle in zeile if zelle.data_type == "f"]
    assert mappe["Versäumte Fristen"]["A2"].value == tabelle.KEINE
    assert mappe["Angaben"]["B1"].data_type == "s"
    formel = next(z for zeile in mappe["Abweichungen"].iter_rows() for z in zeile if z.value == "=HYPERLINK()")
    assert formel.data_type == "s"
    datum = mappe["Abweichungen"].cell(2, 5)
    assert isinstance(datum.value, dt.datetime) and datum.value == dt.datetime(2021, 5, 3, 11)  # noqa: DTZ001 - Berlin's clock


def test_csv_is_for_a_german_excel_and_carries_out_nothing() -> None:
    b = Bericht("x", "X", "zum Test", (Spalte("a", "A"), Spalte("b", "B")))
    boese = [(text, -1) for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", 'gut;"so"\nweiter')]
    roh = tabelle.csv_text(b, boese)
    assert roh.startswith(b"\xef\xbb\xbfA;B\r\n")
    gelesen = list(csv.reader(io.StringIO(roh.decode("utf-8-sig"), newline=""), delimiter=";"))[1:]
    assert [z[0] for z in gelesen] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", 'gut;"so"\nweiter']
    assert {z[1] for z in gelesen} == {"-1"}
    assert tabelle.csv_text(b, []).decode("utf-8-sig").splitlines() == ["A;B", tabelle.KEINE]


def test_what_no_cell_can_hold_is_marked_or_cut() -> None:
    b = Bericht("x", "X", "zum Test", (Spalte("a", "A"),))
    mappe = openpyxl.load_workbook(io.BytesIO(tabelle.xlsx([b], {"x": [("a\x07b",), ("x" * 40_000,)]}, {})))
    assert [mappe["X"]["A2"].value, len(str(mappe["X"]["A3"].value))] == ["a\N{REPLACEMENT CHARACTER}b", tabelle.LAENGSTER_TEXT]


# --- a new report -----------------------------------------------------------------------------------------------------------


async def test_a_new_report_is_one_constant_and_its_content_is_hidden_by_itself(register: Register, gut: Rathaus) -> None:
    def neu(fall: Fall, z: Vorlage) -> Any:
        yield Zeile({"text": z.betreff}, am=z.begonnen)

    eigener = Bericht("eigener", "Eigener", "zum Test", (Spalte("text", "Text"),), je_fall={Vorlage: neu})
    await record(register, gut)
    for einblick, geheim in ((Einblick.ALLES, True), (Einblick.OEFFENTLICH, False), (Einblick.KEINER, False)):
        reihen = await durchgang.run(register, gut.regelwerke, [eigener], asked(einblick))
        assert (GEHEIM in str(reihen)) == geheim


def test_reports_are_found_where_they_stand() -> None:
    assert {b.kennung for b in (dissens.DISSENS, eingriffe.EINGRIFFE)} <= set(reports())
    assert list(reports()) == sorted(reports())
    titel = [b.titel for b in reports().values()]
    assert len(set(titel)) == len(titel) and all(len(t) <= 31 for t in titel)  # Excel takes no longer name for a sheet
    for b in reports().values():
        namen = [s.name for s in b.alle_spalten]
        assert len(set(namen)) == len(namen) and b.zweck.endswith(".") and (b.je_fall or b.stadt)


@pytest.mark.parametrize(
    ("abstimmung", "dagegen"),
    [
        ({"ja": 5, "nein": 0}, False),
        ({"ja": 5, "nein": 1}, True),
        ({"ja": 5}, False),
        ({"wortlaut": "einstimmig bei 2 Enthaltungen"}, False),
        ({"wortlaut": "mehrheitlich"}, True),
        ({"stimmen": [{"person": "m-1", "stimme": "Ja"}, {"person": "m-2", "stimme": "Nein"}]}, True),
        ({"stimmen": [{"person": "m-1", "stimme": "Ja"}]}, False),
    ],
)
def test_what_counts_as_a_vote_against(abstimmung: dict[str, Any], dagegen: bool) -> None:
    assert dissens.against(Abstimmung.model_validate(abstimmung)) is dagegen
