"""Reports for auditors: what each finds, and what it leaves alone; how a new one comes to be."""

import datetime as dt
from typing import Any

import pytest

from buchung import carry_out, record
from lifecycle.rechte import Einblick
from pruefgut import GEHEIM, asked, found, shown, town
from pruefung import durchgang
from pruefung.bericht import Bericht, Spalte, reports
from pruefung.berichte import dissens, eingriffe
from pruefung.fall import Fall, Zeile
from rathaus import AL, DIENST, HEUTE, LEITUNG, SB2, Rathaus
from register import Register
from register.tabellen import ALARM, ZUSTAND
from schemas.beratung import Abstimmung
from schemas.regelwerk import Regelwerke
from schemas.vorlage import Vorlage
from welt import SYSTEM


@pytest.fixture
def gut(haus: Rathaus) -> Rathaus:
    """The town with something for each report."""
    return town(haus)


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
