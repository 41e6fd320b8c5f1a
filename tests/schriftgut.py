"""For tests of documents: a store of texts, a meeting with a public paper and a non-public item, and how to read what was set."""

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dokumente.inhalt import Schriftstueck
from dokumente.setzen import set_pdf
from rathaus import DIENST, SCHRIFT, Rathaus, S

M = "Musterstadt"
GEHEIM = "Grundstück Bachstraße 5 an Familie Muster"
NEUTRAL = "Grundstücksangelegenheit"
LAGE = "Die Lage.\n\nZweiter Absatz mit „Gänsefüßchen“ – und #show „Zeichen“ *wie* $diesen$."
ABLAGE: dict[str, bytes] = {"a" * 64: LAGE.encode(), "b" * 64: "Für das Internet.".encode(), "c" * 64: b"Vertraulich besprochen."}


def lies(digest: str) -> bytes:
    return ABLAGE[digest]


def ref(zeichen: str) -> dict[str, Any]:
    return {"digest": zeichen * 64, "groesse": 9}


def put(text: str) -> dict[str, Any]:
    """A text in the store."""
    roh = text.encode()
    digest = hashlib.sha256(roh).hexdigest()
    ABLAGE[digest] = roh
    return {"digest": digest, "groesse": len(roh)}


def held(haus: Rathaus) -> Rathaus:
    """A meeting with a public paper (item 1) and a non-public item (item 2), held and minuted."""
    haus.freigegeben()
    haus.sitzung(raum="Saal 1", ort="Rathaus")
    top = haus.aufgesetzt()
    haus.do(S, "top_ergaenzen", DIENST, titel=GEHEIM, oeffentlich=False, bezeichnung=NEUTRAL)
    haus.do(S, "einladen", DIENST)
    haus.eroeffnet()
    haus.do(S, "anwesenheit_erfassen", SCHRIFT, wer="m-1", funktion="mitglied")
    haus.do(
        S, "ergebnis", SCHRIFT, top=top, wortlaut="geändert beschlossen", text="Der Ausschuss beschließt anders.",
        abstimmungen=[{"ja": 12, "nein": 3, "befangen": ["m-2"]}],
    )  # fmt: skip
    haus.do(S, "ergebnis", SCHRIFT, top=2, wortlaut="ungeändert beschlossen")
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=ref("a"), redner=["Frau Beispiel (Gast)"])
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=top, text=ref("b"), internet=True)
    haus.do(S, "niederschrift_erfassen", SCHRIFT, top=2, text=ref("c"))
    return haus


def all_text(s: Schriftstueck) -> str:
    """What the template gets."""
    return f"{s.daten} {s.name}"


def pdf_text(s: Schriftstueck, ordner: Path) -> str:
    """What a reader sees, with plain blanks."""
    return read_pdf(set_pdf(s.vorlage, s.daten, s.zeit), ordner)


def read_pdf(pdf: bytes, ordner: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) ist nicht zur Hand.")
    pfad = ordner / "x.pdf"
    pfad.write_bytes(pdf)
    lauf = subprocess.run(["pdftotext", "-layout", str(pfad), "-"], check=True, capture_output=True, text=True)
    return lauf.stdout.replace("\u00a0", " ")
