"""What xdomea's schema cannot say: names, codes, identities, references, digests; a message, a container, several of one process.

Works on files alone. A finding breaks a rule; a remark does not, but somebody should know.
"""

import hashlib
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lxml import etree

from aussonderung.behaelter import message_name
from aussonderung.codes import AUSSONDERUNGSART, DATEIFORMAT, ELEMENTE, LISTEN, Liste
from aussonderung.nachricht import PRUEFSUMMEN
from aussonderung.xml import HOECHSTGROESSE, NS, UUID, Element, kind, parse, schema_findings, texts
from lifecycle.ablehnung import Unplausibel

DATEINAME = re.compile(rf"{UUID}(_[^/\\]+)?\.[A-Za-z0-9]+")
"""``<UUID>.<ext>`` or ``<UUID>_<Betreff>.<ext>``."""
OBJEKTE = {"Akte": "001", "Teilakte": "001", "Dokument": "002", "Anlage": "002", "Vorgang": "003", "Teilvorgang": "003"}
"""Elements that are objects of their own, and their code as Schriftgutobjekttyp."""
UNLESBAR = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, ValueError)
"""All that a damaged ZIP makes the library raise: an unknown packing, a password, names that are no text."""
KENNUNG = "x:Identifikation/x:ID"


@dataclass(frozen=True)
class Fund:
    """One finding (or, with ``nur_hinweis``, a remark) on a file."""

    datei: str
    satz: str
    nur_hinweis: bool = False


Funde = Iterator[tuple[str, bool]]


def load_schema(ordner: Path) -> etree.XMLSchema:
    """The standard's schema from a folder with its XSD files. Raises Unplausibel."""
    try:
        return etree.XMLSchema(file=str(ordner / "xdomea-Nachrichten-AussonderungDurchfuehren.xsd"))
    except (etree.XMLSchemaParseError, OSError):
        raise Unplausibel(f"Im Ordner „{ordner}“ liegt kein lesbares Schema von xdomea 3.0.0. Bitte den Pfad prüfen.") from None


def check_files(pfade: Sequence[Path], schema: etree.XMLSchema | None = None) -> list[Fund]:
    """All findings on these files; several belong to one process. Raises Unplausibel for what cannot be opened."""
    funde: list[Fund] = []
    prozesse: dict[str, str] = {}
    for pfad in pfade:
        wurzel, eigene = _open(pfad)
        alle = [*eigene, *check_message(wurzel), *((s, False) for s in (schema_findings(wurzel, schema) if schema else ()))]
        funde += [Fund(pfad.name, satz, hinweis) for satz, hinweis in alle]
        prozesse[pfad.name] = process(wurzel)
    erster = next(iter(prozesse.values()), "")
    return funde + [Fund(n, f"gehört zum Prozess {p}, nicht zu {erster}") for n, p in prozesse.items() if p != erster]


def process(wurzel: Element) -> str:
    """The message's ProzessID, in lower case."""
    return (texts(wurzel, "x:Kopf/x:ProzessID") or [""])[0].lower()


# --- one message --------------------------------------------------------------------------------------------------------


def check_message(wurzel: Element) -> Funde:
    """Findings on a message by itself. Raises Unplausibel for one that is none of the Aussonderung."""
    art = kind(wurzel)
    if wurzel.prefix != "xdomea":
        yield f"das Präfix des Namensraums ist „{wurzel.prefix or ''}“, vorgeschrieben ist „xdomea“", False
    for pruefung in (_codes, _identities, _references, _spans, _names, _digests):
        yield from ((satz, False) for satz in pruefung(wurzel))
    for code in texts(wurzel, "x:Kopf/x:Nachrichtentyp/code"):
        if code != art:
            yield f"der Kopf nennt den Nachrichtentyp {code}, die Nachricht ist eine {art}", True


def _codes(wurzel: Element) -> Iterator[str]:
    for e in wurzel.iter():
        code = e.find("code")
        liste = _list_of(e) if code is not None else None
        if liste is not None and (code.text or "").strip() not in liste.werte:
            yield f"„{(code.text or '').strip()}“ steht nicht in der Codeliste {liste.name} {liste.fassung} (Zeile {e.sourceline})"


def _list_of(e: Element) -> Liste | None:
    """The code list that an element's value is from; None for one that is not known here, or in another version."""
    name, oben = etree.QName(e).localname, e.getparent()
    if name == "Name" and oben is not None and etree.QName(oben).localname == "Format":
        liste: Liste | None = DATEIFORMAT
    else:
        liste = AUSSONDERUNGSART if name == "Aussonderungsart" else ELEMENTE.get(name) or LISTEN.get(e.get("listURI", ""))
    return liste if liste is None or e.get("listVersionID") in (None, "", liste.fassung) else None


def _objects(wurzel: Element) -> Iterator[tuple[str, str]]:
    """Every object's UUID (lower case) and its code."""
    for name, code in OBJEKTE.items():
        for e in wurzel.iter(f"{{{NS}}}{name}"):
            yield from ((kennung.lower(), code) for kennung in texts(e, KENNUNG))


def _identities(wurzel: Element) -> Iterator[str]:
    for kennung, anzahl in Counter(k for k, _ in _objects(wurzel)).items():
        if anzahl > 1:
            yield f"die Kennung {kennung} haben {anzahl} Objekte"
    for kennung, anzahl in Counter(k.lower() for k in texts(wurzel, "x:BewertetesObjekt/x:ID")).items():
        if anzahl > 1:
            yield f"das Objekt {kennung} ist {anzahl}-mal bewertet"


def _references(wurzel: Element) -> Iterator[str]:
    """A reference may lead out of the message; one that does not must say what is there."""
    da = dict(_objects(wurzel))
    for e in wurzel.iter(f"{{{NS}}}Verweis"):
        ziel, art = (texts(e, weg) for weg in ("x:ID", "x:SGOTyp/code"))
        if ziel and art and da.get(ziel[0].lower(), art[0]) != art[0]:
            yield f"der Verweis auf {ziel[0].lower()} nennt es {art[0]}, es ist aber {da[ziel[0].lower()]}"


def _spans(wurzel: Element) -> Iterator[str]:
    for e in wurzel.iter(f"{{{NS}}}Laufzeit"):
        beginn, ende = (texts(e, weg) for weg in ("x:Beginn", "x:Ende"))
        if beginn and ende and beginn[0] > ende[0]:
            yield f"eine Laufzeit endet am {ende[0]}, vor ihrem Beginn am {beginn[0]}"


def listed(wurzel: Element) -> list[str]:
    """Names of all files that the message says are in the container."""
    return [*texts(wurzel, ".//x:Primaerdokument/x:Dateiname"), *texts(wurzel, ".//x:SignaturSiegelDatei")]


def _names(wurzel: Element) -> Iterator[str]:
    namen = listed(wurzel)
    for name in dict.fromkeys(namen):
        if not DATEINAME.fullmatch(name):
            yield f"der Dateiname „{name}“ hat nicht die Form <UUID>.<Endung> oder <UUID>_<Betreff>.<Endung>"
        if namen.count(name) > 1:
            yield f"die Datei {name} ist {namen.count(name)}-mal aufgeführt"


def stated_digests(wurzel: Element) -> dict[str, str]:
    """SHA-256 that the message states, by file name: in our own extension, for the standard has no place for them."""
    genannt: dict[str, str] = {}
    for e in wurzel.iter(f"{{{NS}}}AnwendungsspezifischeErweiterung"):
        if texts(e, "x:Kennung") == [PRUEFSUMMEN]:
            genannt |= dict(zip(texts(e, "x:Feld/x:Name"), texts(e, "x:Feld/x:Wert"), strict=False))
    return genannt


def _digests(wurzel: Element) -> Iterator[str]:
    genannt, da = stated_digests(wurzel), set(listed(wurzel))
    if genannt:
        yield from (f"für die Datei {name} fehlt die Prüfsumme" for name in sorted(da - genannt.keys()))
        yield from (f"eine Prüfsumme gilt einer Datei, die nicht aufgeführt ist: {name}" for name in sorted(genannt.keys() - da))


# --- files and containers -----------------------------------------------------------------------------------------------


def _open(pfad: Path) -> tuple[Element, list[tuple[str, bool]]]:
    """The message in a file, and findings on the file itself. Raises Unplausibel."""
    try:
        if zipfile.is_zipfile(pfad):
            with zipfile.ZipFile(pfad) as behaelter:
                return _container(pfad.name, behaelter)
        with pfad.open("rb") as datei:
            wurzel = parse(datei.read(HOECHSTGROESSE + 1))
    except UNLESBAR:
        raise Unplausibel(f"Die Datei „{pfad.name}“ lässt sich nicht lesen. Bitte den Pfad prüfen.") from None
    return wurzel, list(_file_name(pfad.name, wurzel, "xml"))


def _file_name(name: str, wurzel: Element, endung: str) -> Funde:
    soll = f"{message_name(process(wurzel), kind(wurzel))}.{endung}"
    if name.lower() != soll.lower():
        yield f"der Dateiname ist nicht <ProzessID>_<Nachrichtentyp>.{endung}: erwartet ist „{soll}“", False


def _container(name: str, behaelter: zipfile.ZipFile) -> tuple[Element, list[tuple[str, bool]]]:
    namen = [i.filename for i in behaelter.infolist() if not i.is_dir()]
    nachrichten = [n for n in namen if re.fullmatch(rf"{UUID}_Aussonderung\.\w+\.\d{{4}}\.xml", n)]
    if len(nachrichten) != 1:
        raise Unplausibel(f"Der Container „{name}“ hat {len(nachrichten)} Nachrichten; es muss genau eine sein.")
    with behaelter.open(nachrichten[0]) as datei:
        wurzel = parse(datei.read(HOECHSTGROESSE + 1))
    funde = [*_file_name(name, wurzel, "zip"), *_file_name(nachrichten[0], wurzel, "xml")]
    funde += [(satz, False) for satz in _content(wurzel, behaelter, [n for n in namen if n != nachrichten[0]])]
    return wurzel, funde


def _content(wurzel: Element, behaelter: zipfile.ZipFile, namen: Iterable[str]) -> Iterator[str]:
    da, soll = Counter(namen), set(listed(wurzel))
    yield from (f"die Datei {n} liegt {anzahl}-mal im Container" for n, anzahl in sorted(da.items()) if anzahl > 1)
    yield from (f"die Datei {n} ist aufgeführt und fehlt im Container" for n in sorted(soll - da.keys()))
    yield from (f"die Datei {n} liegt im Container und ist nicht aufgeführt" for n in sorted(da.keys() - soll))
    yield from _damaged(behaelter, {n: d for n, d in stated_digests(wurzel).items() if n in da})


def _damaged(behaelter: zipfile.ZipFile, genannt: Mapping[str, str]) -> Iterator[str]:
    for name, digest in sorted(genannt.items()):
        with behaelter.open(name) as datei:
            if _sha256(datei) != digest:
                yield f"die Datei {name} ist nicht die, deren Prüfsumme die Nachricht nennt"


def _sha256(datei: IO[bytes]) -> str | None:
    """None for a file that the container itself knows to be damaged."""
    summe = hashlib.sha256()
    try:
        while stueck := datei.read(1 << 20):
            summe.update(stueck)
    except UNLESBAR:
        return None
    return summe.hexdigest()
