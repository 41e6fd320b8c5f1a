"""Handing over for real: offered, valued and given on a running Laufmappe, from nothing but the sealed packages."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from archive.ablage import Ablage
from aussonderung import pruefung, xml
from conftest import SHARED
from haus import DIENST, SB, Haus

pytestmark = pytest.mark.xdist_group("aussonderung")
ARCHIV = ("p-arch", "stadtarchiv", "archiv")
GEHEIM = "Grundstücksgeschäft Musterallee"
X = {"x": xml.NS}


@pytest.fixture(scope="module")
def haus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Haus]:
    haus = Haus(tmp_path_factory.mktemp("daten"))
    haus.up()
    yield haus
    assert haus.down() == 0


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The standard's own."""
    ordner = SHARED / "data" / "xdomea" / "3.0.0"
    if not ordner.is_dir():
        pytest.skip("Das Schema von xdomea 3.0.0 (../shared/data/xdomea) liegt hier nicht.")
    return pruefung.load_schema(ordner)


def schritt(art: str, tag: str, wer: tuple[str, str, str], **felder: Any) -> dict[str, Any]:
    akteur = dict(zip(("person", "stelle", "rolle"), wer, strict=True))
    return {"art": art, "geschehen": f"{tag}T09:00:00+00:00", "akteur": akteur, **felder}


def nacherfasst(haus: Haus, typ: str, schritte: list[dict[str, Any]]) -> str:
    datei = haus.daten / "schritte.json"
    datei.write_text(json.dumps(schritte), encoding="utf-8")
    return str(haus.ok(typ, "nacherfassen", "--schritte", f"@{datei}", wer=DIENST)["vorgang"])


def papier(haus: Haus, betreff: str, **felder: Any) -> str:
    """A paper of 2009 from its draft to its end, with a section and an attachment."""
    ablage = Ablage(haus.daten / "dokumente")
    text, bild = b"Die Lage von damals.\n", b"\x89PNG\r\n\x1a\n" + betreff.encode()
    abschnitt = {"name": "Sachlage", "digest": ablage.put(text), "groesse": len(text)}
    anlage = {"name": "Lageplan.png", "digest": ablage.put(bild), "groesse": len(bild), "medientyp": "image/png"}
    stand = {
        "sitzung": "alt-1", "top": 1, "revision": 1, "nummer": "Ö 3", "beginn": "2009-04-02T16:00:00+00:00", "anlass": "Sitzung",
        "gremium": {"id": "sozialausschuss", "name": "Sozialausschuss"}, "oeffentlich": felder.get("oeffentlich", True),
        "status": "behandelt", "beschluss": {"wortlaut": "zur Kenntnis genommen", "klasse": "noted"},
        "sitzung_beendet": True, "sitzung_status": "öffentlich (Sitzung abgeschlossen)",
    }  # fmt: skip
    sb, leitung = ("p-1", "a-46", "sachbearbeitung"), ("p-3", "verwaltungsleitung", "verwaltungsleitung")
    return nacherfasst(haus, "vorlage", [
        schritt("entwerfen", "2009-03-02", sb, vorlageart="mitteilungsvorlage", betreff=betreff, federfuehrend="a-46",
                abschnitte=[abschnitt], anlagen=[anlage], beratungsfolge=[{"gremium": "sozialausschuss"}], **felder),
        schritt("einreichen", "2009-03-03", sb),
        schritt("freigeben", "2009-03-05", leitung, abweichung="vor der Laufmappe"),
        schritt("behandlung_nacherfassen", "2009-04-02", DIENST, stand=stand),
    ])  # fmt: skip


def sitzung(haus: Haus) -> str:
    """A meeting of 2009 with a public and a non-public item, its minutes signed."""
    ablage = Ablage(haus.daten / "dokumente")
    teile = {o: ablage.put(f"Niederschrift {o}\n".encode()) for o in (True, False)}
    tag = "2009-04-02"
    steps = [
        schritt("planen", "2009-03-01", DIENST, gremium="sozialausschuss", beginn=f"{tag}T09:00:00+00:00"),
        schritt("top_ergaenzen", "2009-03-02", DIENST, titel="Bericht"),
        schritt("top_ergaenzen", "2009-03-02", DIENST, titel=GEHEIM, oeffentlich=False, bezeichnung="Liegenschaft"),
        schritt("einladen", "2009-03-10", DIENST),
        schritt("eroeffnen", tag, DIENST),
        *(schritt("ergebnis", tag, DIENST, top=n, wortlaut="zur Kenntnis genommen") for n in (1, 2)),
        schritt("schliessen", tag, DIENST),
        *(
            schritt(
                "niederschrift_erfassen", tag, DIENST, top=n, text={"digest": teile[n == 1], "groesse": 20}, oeffentlich=n == 1
            )
            for n in (1, 2)
        ),
        schritt("niederschrift_unterzeichnen", "2009-04-20", ("p-6", "a-10", "schriftfuehrung"), original="Akte"),
        schritt("niederschrift_unterzeichnen", "2009-04-21", ("p-7", "a-10", "vorsitz"), original="Akte"),
    ]
    return nacherfasst(haus, "sitzung", steps)


def angeboten(haus: Haus, *vorgaenge: str, ordner: Path) -> tuple[str, Path]:
    gesagt = haus.ok("aussonderung", "anbieten", *vorgaenge, "--ausgabe", str(ordner), wer=DIENST)
    return str(gesagt["vorgang"]), Path(gesagt["datei"])


def antwort(haus: Haus, vorgang: str, ziel: Path, je: dict[str, str], prozess: str | None = None) -> Path:
    """A 0502 as an archive would send it; ``je``: case to valuation."""
    z = haus.ok("aussonderung", "show", vorgang)["zustand"]
    wurzel = xml.message("0502")
    kopf = xml.add(wurzel, "Kopf")
    xml.add(kopf, "ProzessID", prozess or z["id"])
    etree.SubElement(xml.add(kopf, "Nachrichtentyp"), "code").text = "0502"
    xml.add(kopf, "Erstellungszeitpunkt", "2026-01-05T09:00:00Z")
    for wer in ("Absender", "Empfaenger"):
        xml.add(xml.add(xml.add(kopf, wer), "Institution"), "Name", "Stadtarchiv")
    xml.add(kopf, "Empfangsbestaetigung", 0)
    for angebot in z["angebote"]:
        if angebot["vorgang"] in je:
            objekt = xml.add(wurzel, "BewertetesObjekt")
            xml.add(objekt, "ID", angebot["objekt"])
            art = xml.add(xml.add(objekt, "Aussonderungsart"), "Aussonderungsart")
            etree.SubElement(art, "code").text = je[angebot["vorgang"]]
    ziel.write_bytes(xml.to_bytes(wurzel))
    return ziel


def test_from_the_offer_to_the_container(haus: Haus, schema: etree.XMLSchema, tmp_path: Path) -> None:
    geheim = {"oeffentlich": False, "bezeichnung": "Liegenschaftssache"}
    v, n, s = (
        papier(haus, "Sachstand von 2009", aktenzeichen="51.04"),
        papier(haus, GEHEIM, aktenzeichen="51.04", **geheim),
        sitzung(haus),
    )
    haus.ok("vorlage", "entwerfen", "--vorlageart", "mitteilungsvorlage", "--betreff", "Neu", "--federfuehrend", "a-46", wer=SB)

    faellig = haus.run("aussonderung", "faellig")
    assert "3 Vorgänge" in faellig.stdout and "Liegenschaftssache" in faellig.stdout
    assert GEHEIM not in faellig.stdout
    assert "3 Vorgänge" not in haus.run("aussonderung", "faellig", "--am", "2019-12-31").stdout

    gehts_nicht = haus.run("aussonderung", "anbieten", v, "--am", "2019-12-31", "--ausgabe", str(tmp_path), wer=DIENST)
    assert gehts_nicht.returncode == 2 and "länger aufzubewahren" in gehts_nicht.stderr

    a, anbieteverzeichnis = angeboten(haus, "--alle", ordner=tmp_path)
    wurzel = xml.parse(anbieteverzeichnis.read_bytes())
    assert xml.schema_findings(wurzel, schema) == []
    assert len(wurzel.findall(".//x:Akte", X)) == 2, "zwei Vorlagen haben dasselbe Aktenzeichen"
    assert not list(wurzel.iter(f"{{{xml.NS}}}Primaerdokument"))
    haus.ok("aussonderung", "verzeichnis", a, "--ausgabe", str(tmp_path / "noch-einmal.xml"))
    assert (tmp_path / "noch-einmal.xml").read_bytes() == anbieteverzeichnis.read_bytes()
    doppelt = haus.run("aussonderung", "anbieten", v, "--ausgabe", str(tmp_path), wer=DIENST)
    assert doppelt.returncode == 2 and "schon angeboten" in doppelt.stderr

    zu_frueh = haus.run("aussonderung", "abgeben", a, "--ausgabe", str(tmp_path))
    assert zu_frueh.returncode == 2 and "noch nicht bewertet" in zu_frueh.stderr
    uebernehmen = ("aussonderung", "bewertung-uebernehmen", a, "--herkunft", "De-Mail", "--verzeichnis")
    fremd = antwort(haus, a, tmp_path / "fremd.xml", {v: "A", n: "A", s: "A"}, prozess="9fde4e7a-b41b-11ec-9225-005056871b7c")
    for datei, satz in (
        (fremd, "gehört zum Prozess"),
        (antwort(haus, a, tmp_path / "teil.xml", {v: "A", n: "V"}), "fehlt"),
        (anbieteverzeichnis, "kein Bewertungsverzeichnis"),
        (Path("README.md"), "kein lesbares XML"),
    ):
        lauf = haus.run(*uebernehmen, f"@{datei}", wer=ARCHIV)
        assert lauf.returncode == 2 and satz in lauf.stderr, lauf.stderr
    b0502 = antwort(
        haus, a, tmp_path / f"{a.rsplit('/', 1)[-1]}_Aussonderung.Bewertungsverzeichnis.0502.xml", {v: "A", n: "V", s: "A"}
    )
    assert xml.schema_findings(xml.parse(b0502.read_bytes()), schema) == []
    haus.ok(*uebernehmen, f"@{b0502}", wer=ARCHIV)

    gegeben = haus.ok("aussonderung", "abgeben", a, "--ausgabe", str(tmp_path))
    container = Path(gegeben["datei"])
    assert container.name == f"{a.rsplit('/', 1)[-1]}_Aussonderung.Aussonderung.0503.zip"
    assert gegeben["pruefsumme"] == hashlib.sha256(container.read_bytes()).hexdigest()
    anderswo = tmp_path / "anderswo"
    anderswo.mkdir()
    noch = haus.ok("aussonderung", "abgeben", a, "--ausgabe", str(anderswo))
    assert noch["pruefsumme"] == gegeben["pruefsumme"], "dieselben Bytes"
    assert pruefung.check_files([anbieteverzeichnis, b0502, container], schema) == []
    _look_inside(container)

    haus.ok("aussonderung", "abgabe-bestaetigen", a, "--pruefsumme", gegeben["pruefsumme"], wer=ARCHIV)
    show = haus.run("aussonderung", "show", a).stdout
    assert "abgegeben" in show and "nicht archivwürdig" in show and GEHEIM not in show
    assert GEHEIM not in haus.run("aussonderung", "list").stdout
    assert haus.ok("vorlage", "show", n)["zustand"]["betreff"] == GEHEIM, "vernichtet ist nichts"


def _look_inside(container: Path) -> None:
    with zipfile.ZipFile(container) as z:
        namen = z.namelist()
        wurzel = xml.parse(z.read(namen[0]))
        alles = b"".join(z.read(name) for name in namen)
    assert b"Die Lage von damals." in alles and b"\x89PNG" in alles
    vorgaenge = {e.findtext("x:Typ", namespaces=X): e for e in wurzel.iter(f"{{{xml.NS}}}Vorgang")}
    assert set(vorgaenge) == {"Mitteilungsvorlage", "Sitzung"}, "was nicht archivwürdig ist, geht nicht mit"
    vorlage = vorgaenge["Mitteilungsvorlage"]
    assert vorlage.findtext("x:AllgemeineMetadaten/x:Federfuehrung", namespaces=X) == "A 46 - Integrationszentrum"
    assert vorlage.findtext("x:ArchivspezifischeMetadaten/x:Aufbewahrungsende", namespaces=X) == "2019-12-31"
    schritte = [e.findtext("x:Aktion", namespaces=X) for e in vorlage.iterfind("x:HistorienProtokollInformation", X)]
    assert schritte[0] == "legt die Vorlage an: Sachstand von 2009" and len(schritte) >= 5
    titel = [
        e.findtext("x:AllgemeineMetadaten/x:Betreff", namespaces=X)
        for e in vorlage.iter()
        if e.tag.endswith(("Dokument", "Anlage"))
    ]
    assert {"Sachstand von 2009", "Abschnitt Sachlage", "Anlage Lageplan.png", "Beratungsverlauf", "verlauf.jsonl"} <= set(titel)
    bemerkungen = [e.text for e in vorgaenge["Sitzung"].iterfind("x:Dokument/x:AllgemeineMetadaten/x:Bemerkung", X)]
    assert bemerkungen.count("nichtöffentlich") == 2, "der nichtöffentliche Teil der Tagesordnung und der Niederschrift"
    assert all("/" not in name and "Lageplan" not in name for name in namen), "kein Dateiname sagt, worum es geht"


def test_a_place_to_write_is_asked_for_before_anything_is_offered(haus: Haus, tmp_path: Path) -> None:
    lauf = haus.run("aussonderung", "anbieten", "--alle", "--ausgabe", str(tmp_path / "fehlt" / "x.xml"), wer=DIENST)
    assert lauf.returncode == 2 and "gibt es nicht" in lauf.stderr
    lauf = haus.run("aussonderung", "anbieten", "--ausgabe", str(tmp_path), wer=DIENST)
    assert lauf.returncode == 2 and "--alle" in lauf.stderr
    lauf = haus.run("aussonderung", "anbieten", "vorlage/muster/gibtesnicht", "--ausgabe", str(tmp_path), wer=DIENST)
    assert lauf.returncode == 2 and "gibt es hier nicht" in lauf.stderr
