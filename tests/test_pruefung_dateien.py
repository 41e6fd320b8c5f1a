"""Reports as files, and the export: narrowed down, in batches, readable, and nothing in them can be carried out."""

import csv
import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest

from beweis.kopf import Inhalt, Kopf, contradictions
from buchung import record
from lifecycle.rechte import Einblick
from pruefgut import asked, exported, found, shown, town
from pruefung import durchgang, tabelle
from pruefung.bericht import Bericht, Spalte, reports
from pruefung.mappe import LAENGSTER_TEXT
from rathaus import Rathaus
from register import Register


@pytest.fixture
def gut(haus: Rathaus) -> Rathaus:
    """The town with something for each report."""
    return town(haus)


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
    assert [mappe["X"]["A2"].value, len(str(mappe["X"]["A3"].value))] == ["a\N{REPLACEMENT CHARACTER}b", LAENGSTER_TEXT]
