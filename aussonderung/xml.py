"""XML of xdomea: parsing what comes from outside without trusting it, and building what goes out."""

import re
from typing import Any

from lxml import etree

from aussonderung.codes import NACHRICHTENTYP, Liste
from lifecycle.ablehnung import Unplausibel

NS = "urn:xoev-de:xdomea:schema:3.0.0"
UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = f"{NS} http://xdomea.de/schemata/300/xdomea-Nachrichten-AussonderungDurchfuehren.xsd"
HOECHSTGROESSE = 50_000_000
"""Bytes of a message that is read: one of an offer of five hundred cases has a few."""
UNZULAESSIG = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML may hold."""
Element = Any
"""An lxml element: its stubs know no useful type for one."""


def parse(daten: bytes) -> Element:
    """The root of a message. Raises Unplausibel for what is no XML, is too long, or brings declarations of its own."""
    if len(daten) > HOECHSTGROESSE:
        raise Unplausibel(f"Die Nachricht hat {len(daten) / 1e6:.0f} MB; gelesen werden höchstens {HOECHSTGROESSE // 10**6} MB.")
    streng = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        wurzel: Element = etree.fromstring(daten, streng)
    except (etree.XMLSyntaxError, ValueError):
        raise Unplausibel("Das ist kein lesbares XML. Bitte die Datei prüfen.") from None
    if wurzel.getroottree().docinfo.doctype:
        raise Unplausibel("Die Nachricht bringt eigene Deklarationen mit (DOCTYPE); so etwas wird nicht gelesen.")
    return wurzel


def kind(wurzel: Element) -> str:
    """Code of the message by its root element ("0502"). Raises Unplausibel for any other XML, or another version of xdomea."""
    name = etree.QName(wurzel)
    if name.namespace != NS:
        raise Unplausibel("Das ist keine Nachricht nach xdomea 3.0.0. Bitte die Datei oder ihre Fassung prüfen.")
    for code, typ in NACHRICHTENTYP.werte.items():
        if name.localname == f"{typ}.{code}":
            return code
    raise Unplausibel(f"„{name.localname}“ ist keine Nachricht der Aussonderung. Bitte die Datei prüfen.")


def q(name: str) -> str:
    """The name in xdomea's namespace."""
    return f"{{{NS}}}{name}"


def texts(wurzel: Element, weg: str) -> list[str]:
    """The texts at an XPath; ``x:`` is xdomea."""
    return [(e.text or "").strip() for e in wurzel.iterfind(weg, {"x": NS})]


def message(code: str) -> Element:
    """The root of a new message."""
    wurzel = etree.Element(q(f"{NACHRICHTENTYP.werte[code]}.{code}"), nsmap={"xdomea": NS, "xsi": XSI})
    wurzel.set(f"{{{XSI}}}schemaLocation", SCHEMA)
    return wurzel


def add(oben: Element, name: str, text: object = None) -> Element:
    """A new element at the end of another, with a text or without."""
    neu = etree.SubElement(oben, q(name))
    if text is not None:
        neu.text = UNZULAESSIG.sub("\ufffd", str(text))
    return neu


def add_if(oben: Element, name: str, text: object) -> None:
    """The same, unless there is nothing to say."""
    if text not in (None, ""):
        add(oben, name, text)


def add_code(oben: Element, name: str, liste: Liste, code: str) -> None:
    """A value of a code list. One that it does not have is a mistake of ours."""
    if code not in liste.werte:
        raise ValueError(f"{code} steht nicht in der Codeliste {liste.name}")
    neu = add(oben, name)
    neu.set("listURI", liste.uri)
    neu.set("listVersionID", liste.fassung)
    etree.SubElement(neu, "code").text = code
    if liste.benannt:
        etree.SubElement(neu, "name").text = liste.werte[code]


def to_bytes(wurzel: Element) -> bytes:
    """As it is sent: UTF-8, the same bytes for the same message."""
    etree.indent(wurzel)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(wurzel, encoding="UTF-8", xml_declaration=False) + b"\n"


def schema_findings(wurzel: Element, schema: etree.XMLSchema) -> list[str]:
    """What the standard's own schema has against a message: line and reason."""
    schema.validate(wurzel.getroottree())
    return [f"Zeile {f.line}: {f.message}" for f in schema.error_log]  # type: ignore[attr-defined]  # it can be iterated
