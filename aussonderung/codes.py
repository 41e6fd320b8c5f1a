"""xdomea's code lists, as far as the messages use them: the values that each allows, and how it is named in a message."""

from collections.abc import Mapping
from typing import NamedTuple


class Liste(NamedTuple):
    """A code list: its name's end, its version, its values; ``benannt``: an element may give the value's name beside it."""

    name: str
    fassung: str
    werte: Mapping[str, str]
    benannt: bool = True

    @property
    def uri(self) -> str:
        """As messages refer to it."""
        return f"urn:xoev-de:xdomea:codeliste:{self.name}"


NACHRICHTENTYP = Liste(
    "nachrichtentyp",
    "2.0",
    {
        "0501": "Aussonderung.Anbieteverzeichnis",
        "0502": "Aussonderung.Bewertungsverzeichnis",
        "0503": "Aussonderung.Aussonderung",
        "0504": "Aussonderung.AnbietungEmpfangBestaetigen",
        "0505": "Aussonderung.BewertungEmpfangBestaetigen",
        "0506": "Aussonderung.AussonderungImportBestaetigen",
        "0507": "Aussonderung.AussonderungEmpfangBestaetigen",
    },
)
AUSSONDERUNGSART = Liste(
    "aussonderungsart",
    "1.0",
    {
        "A": "Das Schriftgutobjekt ist archivwürdig.",
        "B": "Das Schriftgutobjekt ist zum Bewerten markiert.",
        "V": "Das Schriftgutobjekt ist zum Vernichten markiert.",
    },
)
BEWERTUNGSVORSCHLAG = Liste("bewertungsvorschlag", "1.0", {k: AUSSONDERUNGSART.werte[k] for k in "AV"})
MEDIUM = Liste(
    "medium",
    "1.0",
    {
        "001": "Elektronisch: Das Schriftgutobjekt liegt ausschließlich in elektronischer Form vor.",
        "002": "Hybrid: Das Schriftgutobjekt liegt teilweise in elektronischer Form und teilweise als Papier vor.",
        "003": "Papier: Das Schriftgutobjekt liegt ausschließlich als Papier vor.",
    },
)
VERTRAULICHKEIT = Liste(
    "vertraulichkeitsstufe",
    "1.0",
    {
        "001": "Geheim: Das Schriftgutobjekt ist als geheim eingestuft.",
        "002": 'NfD: Das Schriftgutobjekt ist als "nur für den Dienstgebrauch (nfD)" eingestuft.',
        "003": "Offen: Das Schriftgutobjekt ist nicht eingestuft.",
        "004": "Streng geheim: Das Schriftgutobjekt ist als streng geheim eingestuft.",
        "005": "Vertraulich: Das Schriftgutobjekt ist als vertraulich eingestuft.",
    },
)
OBJEKTTYP = Liste("schriftgutobjekttyp", "1.0", {"001": "Akte", "002": "Dokument", "003": "Vorgang"})
ENDUNGEN: Mapping[str, str] = {
    "bmp": "001",
    "csv": "002",
    "doc": "003",
    "eml": "006",
    "htm": "007",
    "html": "008",
    "jpe": "009",
    "jpeg": "010",
    "jpg": "011",
    "msg": "012",
    "odp": "013",
    "ods": "014",
    "odt": "015",
    "otp": "016",
    "ots": "017",
    "pdf": "018",
    "png": "019",
    "ppt": "020",
    "ps": "021",
    "rtf": "022",
    "tif": "023",
    "tiff": "024",
    "wps": "025",
    "xlc": "026",
    "xlm": "027",
    "xls": "028",
    "xlw": "029",
    "xml": "030",
    "xsd": "031",
    "dot": "032",
    "pot": "033",
    "xlt": "034",
    "docx": "035",
    "xlsx": "036",
    "pptx": "037",
    "dotx": "038",
    "xltx": "039",
    "potx": "040",
    "dtd": "041",
    "mpp": "042",
    "ott": "043",
    "txt": "045",
}
"""How a file's name ends, and its code; ``doc`` is the one of Word for Windows."""
PDF_A, SONSTIGES = "044", "100"
DATEIFORMAT = Liste("dateiformat", "1.0", dict.fromkeys([*(f"{n:03}" for n in range(1, 46)), SONSTIGES], ""), benannt=False)

LISTEN: Mapping[str, Liste] = {
    liste.uri: liste
    for liste in (NACHRICHTENTYP, AUSSONDERUNGSART, BEWERTUNGSVORSCHLAG, MEDIUM, VERTRAULICHKEIT, OBJEKTTYP, DATEIFORMAT)
}
ELEMENTE: Mapping[str, Liste] = {
    "Nachrichtentyp": NACHRICHTENTYP,
    "Bewertungsvorschlag": BEWERTUNGSVORSCHLAG,
    "Medium": MEDIUM,
    "Vertraulichkeitsstufe": VERTRAULICHKEIT,
    "SGOTyp": OBJEKTTYP,
}
"""Elements whose list is fixed, so that a message need not name it. (Aussonderungsart and Name are ambiguous: see ``pruefung``.)"""
