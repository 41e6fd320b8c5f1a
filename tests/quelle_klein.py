"""A small made-up town as an OParl source, as dirty as real ones: for tests of taking over."""

import json
from pathlib import Path
from typing import Any

BASIS = "https://ris.alt.example/oparl"
ALT = "https://schema.oparl.org/1.0/"
TABELLE = "JaNeinEnthaltungBM1CDU81SPD6Gesamt1410"


def url(typ: str, nr: str | int) -> str:
    return f"{BASIS}/{typ}/{nr}"


def objekt(typ: str, nr: str | int, **felder: Any) -> dict[str, Any]:
    zeiten = {"created": "2019-01-01T08:00:00+01:00", "modified": "2021-03-01T08:00:00+01:00"}
    return {"id": url(typ.lower(), nr), "type": f"{ALT}{typ}", **zeiten, **felder}


def datei(nr: str, name: str, **mehr: Any) -> dict[str, Any]:
    return objekt("File", nr, name=name, mimeType="application/pdf", date="2019-02-07", accessUrl=url("dl", nr), **mehr)


def beratung(nr: int, gremium: str | None, sitzung: str | None = None, punkt: str | None = None, **mehr: Any) -> dict[str, Any]:
    da = {
        "organization": [url("organization", gremium)] if gremium else None,
        "meeting": url("meeting", sitzung) if sitzung else None,
        "agendaItem": url("agendaitem", punkt) if punkt else None,
    }
    return objekt("Consultation", nr, **{k: v for k, v in da.items() if v}, **mehr)


def punkt(nr: str, nummer: str | None, name: str, *beratungen: int, **mehr: Any) -> dict[str, Any]:
    felder = {"number": nummer, "name": name, "consultation": url("consultation", beratungen[0]) if beratungen else None, **mehr}
    return objekt("AgendaItem", nr, **{k: v for k, v in felder.items() if v is not None})


def organisationen() -> list[dict[str, Any]]:
    return [
        objekt("Organization", "rat", name="Gemeinderat", shortName="GR", organizationType="Gremium"),
        objekt("Organization", "bau", name="Bauausschuss", organizationType="Gremium", endDate="2019-12-31"),
        objekt("Organization", "a1", name="Amt 1", organizationType="Dienststellen"),
        objekt("Organization", "xyz", name="Die Freien", organizationType="Fraktion"),
    ]


def papiere() -> list[dict[str, Any]]:
    amt = {"underDirectionOf": [url("organization", "a1")]}
    zwei = [beratung(1, "bau", "alt", "a2", role="Vorberatung"), beratung(2, "rat", "mitte", "m2", authoritative=True)]
    return [
        # on two agendas, both decided
        objekt("Paper", 1, name="Spielplatz\nhier: Planung ", reference="1/2019", paperType="Beschlussvorlage", date="2019-01-20",
               consultation=zwei, mainFile=datei("h1", "Vorlage"), auxiliaryFile=[datei("x1", "Plan", size=12)], keyword=["Bau"], **amt),
        # two papers at one item; this one without office, date and role
        objekt("Paper", 2, name="Ergänzung", reference="1/2019 1. Ergänzung", paperType="Beschlussvorlage",
               consultation=[beratung(3, "rat", "mitte", "m2")]),
        # votes as free text: not read as anything
        objekt("Paper", 3, name="Haushalt", reference="3/2019", paperType="Beschlussvorlage", date="2019-05-01",
               consultation=[beratung(4, "rat", "mitte", "m3")], **amt),
        # in a meeting, nobody knows at which item; and a reference that leads nowhere
        objekt("Paper", 4, name="Bericht", reference="4/2019", paperType="Mitteilungsvorlage", date="2019-05-01",
               consultation=[beratung(5, "rat", "mitte"), beratung(6, "rat", "weg", "fort")], **amt),
        # the meeting is to come
        objekt("Paper", 5, name="Radweg", reference="5/2021", paperType="Beschlussvorlage", date="2021-02-01",
               consultation=[beratung(7, "rat", "neu", "n1")], **amt),
        # the same number once more, and a kind that nobody has heard of
        objekt("Paper", 6, name="Zwilling", reference="5/2021", paperType="Kuriosum", date="2021-02-30", **amt),
        objekt("Paper", 7, name="Weg damit", deleted=True),
    ]  # fmt: skip


def sitzungen() -> list[dict[str, Any]]:
    rat, ort = [url("organization", "rat")], objekt("Location", 1, description="Rathaus, Saal", room="Saal", postalCode="52393 ")
    niederschrift = {"resultsProtocol": datei("p1", "Niederschrift")}
    return [
        # the committee had ended by its own dates? it met before that; its organization is named by the papers only
        objekt("Meeting", "alt", name="Bauausschuss (3. Sitzung)", start="2019-02-07T18:00:00+01:00", end="2019-02-07T19:20:00+01:00",
               location=ort, agendaItem=[punkt("a1", "A", "Öffentliche Sitzung"), punkt("a2", "1.", "Spielplatz", 1, result="einstimmig empfohlen ")],
               **niederschrift),
        objekt("Meeting", "mitte", name="Gemeinderat (4. Sitzung)", start="2019-06-07T18:00:00+02:00", organization=rat, location=ort,
               agendaItem=[
                   punkt("m1", "10.", "Fragestunde", order=0),
                   punkt("m2", "7.1", "Spielplatz", 2, order=1, result="13 Ja-Stimmen, 1 Nein-Stimme", resolutionFile=datei("b1", "Beschluss")),
                   punkt("m3", "2", "Haushalt", 4, order=2, result=TABELLE),
                   punkt("m4", None, "Ohne Nummer", order=3),
                   punkt("m5", "B", "Nichtöffentliche Sitzung", order=4),
                   punkt("m6", "7.1", "Grundstück", order=5, result="abgelehnt"),
               ], **niederschrift),
        objekt("Meeting", "neu", name="Gemeinderat", start="2021-04-01T18:00:00", organization=rat,
               agendaItem=[punkt("n1", "Ö 1", "Radweg", 7, public=True)]),
        objekt("Meeting", "ohne", name="Irgendwann"),
    ]  # fmt: skip


def liste(objekte: list[Any]) -> dict[str, Any]:
    return {"data": objekte, "pagination": {}, "links": {}}


def kommune() -> dict[str, Any]:
    felder = {typ: url("list", typ) for typ in ("organization", "meeting", "paper", "person")}
    return objekt("Body", 1, name="Gemeinde Altdorf", ags="5358016", **felder)


def alles() -> dict[str, list[Any]]:
    return {"body": [kommune()], "organization": organisationen(), "paper": papiere(), "meeting": sitzungen()}


def write(ordner: Path) -> Path:
    """As a folder."""
    ordner.mkdir(parents=True, exist_ok=True)
    for typ, objekte in alles().items():
        (ordner / f"{typ}.json").write_text(json.dumps(liste(objekte), ensure_ascii=False), encoding="utf-8")
    return ordner
