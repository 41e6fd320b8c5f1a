"""Handing over for real: offered, valued and given on a running Laufmappe, from nothing but the sealed packages."""

import asyncio
import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from archive.ablage import Ablage
from aussonderung import pruefung, xml
from embedded import address_of_running
from haus import DIENST, Haus
from wege import closed_past, past_step

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
    return nacherfasst(haus, "vorlage", closed_past([abschnitt], betreff, anlagen=[anlage], **felder))


def sitzung(haus: Haus) -> str:
    """A meeting of 2009 with a public and a non-public item, its minutes signed."""
    ablage = Ablage(haus.daten / "dokumente")
    teile = {o: ablage.put(f"Niederschrift {o}\n".encode()) for o in (True, False)}
    tag = "2009-04-02"
    steps = [
        past_step("planen", "2009-03-01", DIENST, gremium="sozialausschuss", beginn=f"{tag}T09:00:00+00:00"),
        past_step("top_ergaenzen", "2009-03-02", DIENST, titel="Bericht"),
        past_step("top_ergaenzen", "2009-03-02", DIENST, titel=GEHEIM, oeffentlich=False, bezeichnung="Liegenschaft"),
        past_step("einladen", "2009-03-10", DIENST),
        past_step("eroeffnen", tag, DIENST),
        *(past_step("ergebnis", tag, DIENST, top=n, wortlaut="zur Kenntnis genommen") for n in (1, 2)),
        past_step("schliessen", tag, DIENST),
        *(
            past_step(
                "niederschrift_erfassen", tag, DIENST, top=n, text={"digest": teile[n == 1], "groesse": 20}, oeffentlich=n == 1
            )
            for n in (1, 2)
        ),
        past_step("niederschrift_unterzeichnen", "2009-04-20", ("p-6", "a-10", "schriftfuehrung"), original="Akte"),
        past_step("niederschrift_unterzeichnen", "2009-04-21", ("p-7", "a-10", "vorsitz"), original="Akte"),
    ]
    return nacherfasst(haus, "sitzung", steps)


def angeboten(haus: Haus, *vorgaenge: str, ordner: Path) -> tuple[str, Path]:
    gesagt = haus.ok("aussonderung", "anbieten", *vorgaenge, "--ausgabe", str(ordner), wer=DIENST)
    return str(gesagt["vorgang"]), Path(gesagt["datei"])


def antwort(z: dict[str, Any], ziel: Path, je: dict[str, str], prozess: str | None = None) -> Path:
    """A 0502 as an archive would send it; ``je``: case to valuation."""
    wurzel = xml.message("0502")
    kopf = xml.add(wurzel, "Kopf")
    xml.add(kopf, "ProzessID", prozess or z["id"])
    etree.SubElement(xml.add(kopf, "Nachrichtentyp"), "code").text = "0502"
    xml.add(kopf, "Erstellungszeitpunkt", "2026-01-05T09:00:00Z")
    for wer in ("Absender", "Empfaenger"):
        xml.add(xml.add(xml.add(kopf, wer), "Institution"), "Name", "Stadtarchiv")
    xml.add(kopf, "Empfangsbestaetigung", 0)
    for angebot in z["angebote"]:
        objekt = xml.add(wurzel, "BewertetesObjekt")
        xml.add(objekt, "ID", angebot["objekt"])
        art = xml.add(xml.add(objekt, "Aussonderungsart"), "Aussonderungsart")
        etree.SubElement(art, "code").text = je[angebot["vorgang"]]
    ziel.write_bytes(xml.to_bytes(wurzel))
    return ziel


async def forget_histories(daten: Path, *workflows: str) -> None:
    """As Temporal does when its own retention is over."""
    adresse = address_of_running(daten)
    assert adresse is not None
    client = await Client.connect(adresse)
    for workflow in workflows:
        ausfuehrung = WorkflowExecution(workflow_id=workflow)
        await client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(namespace="default", workflow_execution=ausfuehrung)
        )
        while await _still_known(client, workflow):
            await asyncio.sleep(0.1)  # the server deletes in its own time and tells nobody


async def _still_known(client: Client, workflow: str) -> bool:
    try:
        await client.get_workflow_handle(workflow).describe()
    except RPCError as fehler:
        if fehler.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True


@pytest.mark.schwer
@pytest.mark.timeout(300)
def test_from_the_offer_to_the_container(haus: Haus, schema: etree.XMLSchema, tmp_path: Path) -> None:
    geheim = {"oeffentlich": False, "bezeichnung": "Liegenschaftssache"}
    v, n, s = (
        papier(haus, "Sachstand von 2009", aktenzeichen="51.04"),
        papier(haus, GEHEIM, aktenzeichen="51.04", **geheim),
        sitzung(haus),
    )
    faellig = haus.run("aussonderung", "faellig").stdout
    assert "3 Vorgänge" in faellig and "Liegenschaftssache" in faellig
    assert GEHEIM not in faellig

    a, anbieteverzeichnis = angeboten(haus, "--alle", ordner=tmp_path)
    wurzel = xml.parse(anbieteverzeichnis.read_bytes())
    assert xml.schema_findings(wurzel, schema) == []
    assert len(wurzel.findall(".//x:Akte", X)) == 2, "zwei Vorlagen haben dasselbe Aktenzeichen"
    doppelt = haus.run("aussonderung", "anbieten", v, "--ausgabe", str(tmp_path), wer=DIENST)
    assert doppelt.returncode == 2 and "schon angeboten" in doppelt.stderr
    asyncio.run(forget_histories(haus.daten, v, n, s))  # the record does not live there
    haus.ok("aussonderung", "verzeichnis", a, "--ausgabe", str(tmp_path / "noch-einmal.xml"))
    assert (tmp_path / "noch-einmal.xml").read_bytes() == anbieteverzeichnis.read_bytes()

    z, je = haus.ok("aussonderung", "show", a)["zustand"], {v: "A", n: "V", s: "A"}
    uebernehmen = ("aussonderung", "bewertung-uebernehmen", a, "--herkunft", "De-Mail", "--verzeichnis")
    fremd = antwort(z, tmp_path / "fremd.xml", je, prozess="9fde4e7a-b41b-11ec-9225-005056871b7c")
    for datei, satz in ((fremd, "gehört zum Prozess"), (anbieteverzeichnis, "kein Bewertungsverzeichnis")):
        lauf = haus.run(*uebernehmen, f"@{datei}", wer=ARCHIV)
        assert lauf.returncode == 2 and satz in lauf.stderr, lauf.stderr
    b0502 = antwort(z, tmp_path / f"{z['id']}_Aussonderung.Bewertungsverzeichnis.0502.xml", je)
    assert xml.schema_findings(xml.parse(b0502.read_bytes()), schema) == []
    haus.ok(*uebernehmen, f"@{b0502}", wer=ARCHIV)

    gegeben, noch = (haus.ok("aussonderung", "abgeben", a, "--ausgabe", str(ordner)) for ordner in (tmp_path, haus.daten))
    container = Path(gegeben["datei"])
    assert container.name == f"{z['id']}_Aussonderung.Aussonderung.0503.zip"
    assert noch["pruefsumme"] == gegeben["pruefsumme"] == hashlib.sha256(container.read_bytes()).hexdigest(), "dieselben Bytes"
    assert pruefung.check_files([anbieteverzeichnis, b0502, container], schema) == []
    _look_inside(container)

    haus.ok("aussonderung", "abgabe-bestaetigen", a, "--pruefsumme", gegeben["pruefsumme"], wer=ARCHIV)
    show = haus.run("aussonderung", "show", a).stdout
    assert "abgegeben" in show and "nicht archivwürdig" in show and GEHEIM not in show
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


@pytest.mark.schwer
def test_a_place_to_write_is_asked_for_before_anything_is_offered(haus: Haus, tmp_path: Path) -> None:
    lauf = haus.run("aussonderung", "anbieten", "--alle", "--ausgabe", str(tmp_path / "fehlt" / "x.xml"), wer=DIENST)
    assert lauf.returncode == 2 and "gibt es nicht" in lauf.stderr
    lauf = haus.run("aussonderung", "anbieten", "--ausgabe", str(tmp_path), wer=DIENST)
    assert lauf.returncode == 2 and "--alle" in lauf.stderr
    lauf = haus.run("aussonderung", "anbieten", "vorlage/muster/gibtesnicht", "--ausgabe", str(tmp_path), wer=DIENST)
    assert lauf.returncode == 2 and "gibt es hier nicht" in lauf.stderr
