"""How values are typed that are more than a word: files, pairs, colons, JSON. What nobody understands is refused, never dropped."""

import datetime as dt
import json
import mimetypes
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime

from aussonderung import bewertung
from client import Laufmappe
from dokumente import auslesen
from kommandozeile import dateien
from lifecycle.ablehnung import Unplausibel
from lifecycle.kern import BERLIN
from lifecycle.sitzung.ergebnis import Verweisung
from lifecycle.vorlage.entwurf import Stationswunsch
from lifecycle.vorlage.laufweg import Platzwunsch
from schemas.aussonderung import Bewertungsverzeichnis
from schemas.basis import ERSTES_JAHR, LETZTES_JAHR, Dokument
from schemas.beratung import Abstimmung
from schemas.eingang import Absender
from schemas.loeschung import Loeschstelle
from schemas.vorlage import Abschnitt, Anlage, Ursprung

Form = Callable[[str, Laufmappe], Any]
KOMMA = re.compile(r"(?<!\\),")
PAAR = re.compile(r"(^|,)\s*\w+\s*=")
ANLAGE = ("name", "sha256", "bezeichnung")
NICHTOEFFENTLICH = "nichtoeffentlich"
ABSTIMMUNG = ("ja", "nein", "enthaltung", "wortlaut", "gegenstand", "art")


# --- the three ways of writing ------------------------------------------------------------------------------------------


def pairs(teile: Sequence[str], bekannt: Collection[str], schalter: Collection[str] = ()) -> dict[str, Any]:
    """``a=1``, ``b=zwei``, and switches without a value. Raises Unplausibel that names what there is."""
    felder: dict[str, Any] = {}
    for teil in teile:
        links, gleich, rechts = teil.partition("=")
        name = links.strip()
        if name not in (bekannt if gleich else schalter):
            moeglich = ", ".join([*(f"{b}=…" for b in bekannt), *schalter])
            raise Unplausibel(
                f"„{name}“ ist hier keine Angabe. Möglich: {moeglich}. Ein Komma im Text bitte als „\\,“ schreiben."
            )
        if name in felder:
            raise Unplausibel(f"„{name}“ steht zweimal da. Bitte nur einmal angeben.")
        felder[name] = rechts.strip().replace("\\,", ",") if gleich else True
    return felder


def colons(wert: str, namen: Sequence[str], mindestens: int, beispiel: str) -> dict[str, Any]:
    """``a:b:c`` as fields; or a JSON object with these fields. Raises Unplausibel that shows an example."""
    if wert.startswith("{"):
        return read_object(wert)
    teile = [teil.strip() for teil in wert.split(":")]
    if not mindestens <= len(teile) <= len(namen) or not all(teile):
        form = (":".join(namen[:mindestens]) + "".join(f"[:{name}]" for name in namen[mindestens:])).upper()
        raise Unplausibel(f"Bitte in der Form {form} angeben, zum Beispiel {beispiel}.")
    return dict(zip(namen, teile, strict=False))


def read_json(wert: str) -> Any:
    """JSON, or ``@datei`` with JSON in it. Raises Unplausibel."""
    try:
        gelesen = json.loads(_text(wert))
        json.dumps(gelesen, ensure_ascii=False, allow_nan=False).encode()
    except json.JSONDecodeError as fehler:
        raise Unplausibel(f"Das ist kein gültiges JSON (Zeile {fehler.lineno}, Spalte {fehler.colno}).") from None
    except UnicodeEncodeError:
        raise Unplausibel("Dieses JSON enthält halbe Zeichen, die kein Text sind.") from None
    except RecursionError:
        raise Unplausibel("Dieses JSON ist zu tief verschachtelt.") from None
    except ValueError:  # a number with thousands of digits, or none: NaN, 1e999
        raise Unplausibel("Dieses JSON enthält eine Zahl, die sich nicht festhalten lässt.") from None
    return gelesen


def read_object(wert: str) -> dict[str, Any]:
    """A JSON object. Raises Unplausibel."""
    gelesen = read_json(wert)
    if not isinstance(gelesen, dict):
        raise Unplausibel('Erwartet ist ein JSON-Objekt, zum Beispiel {"ja": 12}.')
    return gelesen


def read_objects(wert: str) -> list[dict[str, Any]]:
    """A JSON object, or a list of them. Raises Unplausibel."""
    gelesen = read_json(wert)
    alle = gelesen if isinstance(gelesen, list) else [gelesen]
    if not all(isinstance(teil, dict) for teil in alle):
        raise Unplausibel('Erwartet ist eine JSON-Liste von Objekten: [{"art": "einreichen", …}, …].')
    return alle


def moment(wert: str) -> dt.datetime:
    """ISO 8601; without a zone it is local time of the town. Raises Unplausibel."""
    try:
        zeit = dt.datetime.fromisoformat(wert)
    except ValueError:
        raise Unplausibel(f"„{wert}“ ist kein Zeitpunkt. Beispiel: 2021-06-16T16:00.") from None
    if not ERSTES_JAHR <= zeit.year <= LETZTES_JAHR:
        raise Unplausibel(f"Das Jahr {zeit.year} liegt nicht zwischen {ERSTES_JAHR} und {LETZTES_JAHR}.")
    return zeit if zeit.tzinfo else zeit.replace(tzinfo=BERLIN)


def _text(wert: str) -> str:
    """``@datei`` stands for the file's text."""
    if not wert.startswith("@"):
        return wert
    try:
        return dateien.read(Path(wert[1:])).decode()
    except UnicodeDecodeError:
        raise Unplausibel(f"Die Datei „{wert[1:]}“ ist kein UTF-8-Text. Als Anlage geht sie trotzdem.") from None


# --- the forms of the fields --------------------------------------------------------------------------------------------


def _section(wert: str, lm: Laufmappe) -> Abschnitt:
    links, gleich, text = wert.partition("=")
    name = links.strip()
    if not gleich or not name:
        raise Unplausibel("Ein Abschnitt wird so angegeben: Sachlage=@datei.md (oder Sachlage=Text).")
    if text.startswith("@") and Path(text[1:]).suffix.lower() in auslesen.FORMEN:
        dateien.verify_readable(Path(text[1:]))
        return lm.store_written(name, Path(text[1:]))
    return lm.store_section(name, _text(text))


def _attachment(wert: str, lm: Laufmappe) -> Anlage:
    """A file's name may have commas: the shortest beginning that is a file is meant."""
    teile = KOMMA.split(wert)
    anfaenge = ((Path(",".join(teile[:n]).replace("\\,", ",")), teile[n:]) for n in range(1, len(teile) + 1))
    pfad, rest = next((a for a in anfaenge if dateien.is_file(a[0])), (Path(teile[0]), teile[1:]))
    felder = pairs(rest, ANLAGE, (NICHTOEFFENTLICH,))
    dateien.verify_readable(pfad)
    oeffentlich = not felder.pop(NICHTOEFFENTLICH, False)
    medientyp = mimetypes.guess_type(pfad)[0] or "application/octet-stream"
    erwartet = felder.pop("sha256", None)
    return lm.store_attachment(pfad, medientyp=medientyp, erwartet=erwartet, oeffentlich=oeffentlich, **felder)


def _document(wert: str, lm: Laufmappe) -> Dokument:
    return lm.store_document(dateien.read(Path(wert[1:])) if wert.startswith("@") else wert.encode())


def _vote(wert: str, lm: Laufmappe) -> dict[str, Any]:
    """``einstimmig`` or ``ja=12,nein=3,enthaltung=1,wortlaut=mehrheitlich``; JSON for votes by name."""
    if wert.startswith("{"):
        return read_object(wert)
    return pairs(KOMMA.split(wert), ABSTIMMUNG) if PAAR.search(wert) else {"wortlaut": wert}


def _station(wert: str, lm: Laufmappe) -> dict[str, Any]:
    return colons(wert, ("gremium", "rolle"), 1, "sozialausschuss:Kenntnisnahme")


def _place(wert: str, lm: Laufmappe) -> dict[str, Any]:
    return colons(wert, ("schritt", "stelle", "rolle"), 2, "2:dezernat-v:dezernatsleitung")


def _origin(wert: str, lm: Laufmappe) -> dict[str, Any]:
    return colons(wert, ("art", "von", "datum"), 1, "antrag:Fraktion A:2021-05-03")


def _sender(wert: str, lm: Laufmappe) -> dict[str, Any]:
    """``fraktion::SPD`` has a name and no id."""
    if wert.startswith("{"):
        return read_object(wert)
    art, _, rest = wert.partition(":")
    kennung, _, name = rest.partition(":")
    return {"art": art.strip().lower()} | {n: w.strip() for n, w in (("kennung", kennung), ("name", name)) if w.strip()}


def _referral(wert: str, lm: Laufmappe) -> dict[str, Any]:
    return colons(wert, ("gremium", "art", "rolle"), 2, "finanzausschuss:vorberatung")


def _deletion(wert: str, lm: Laufmappe) -> dict[str, Any]:
    gelesen = colons(wert, ("seq", "felder"), 2, "3:betreff,stand.betreff")
    return {"seq": gelesen["seq"], "felder": KOMMA.split(gelesen["felder"])}


def _valuation(wert: str, lm: Laufmappe) -> dict[str, Any]:
    """A 0502 as it came: what it says, and the file itself into the document store."""
    if not wert.startswith("@"):
        raise Unplausibel("Bitte das Bewertungsverzeichnis als Datei angeben, zum Beispiel @0502.xml.")
    daten = dateien.read(Path(wert[1:]))
    gelesen = bewertung.read(daten)
    bewertungen = [{"objekt": objekt, "art": art} for objekt, art in gelesen.bewertungen]
    return {"prozess": gelesen.prozess, "bewertungen": bewertungen, "datei": lm.store_document(daten)}


FORMEN: dict[Any, tuple[Form, str]] = {
    Abschnitt: (_section, "NAME=@DATEI"),
    Anlage: (_attachment, "DATEI[,name=…][,sha256=…][,nichtoeffentlich,bezeichnung=…]"),
    Dokument: (_document, "@DATEI"),
    Stationswunsch: (_station, "GREMIUM[:ROLLE]"),
    Platzwunsch: (_place, "SCHRITT:STELLE[:ROLLE]"),
    Abstimmung: (_vote, "WORTLAUT oder ja=…,nein=…"),
    Absender: (_sender, "fraktion|mitglied|einwohner[:KENNUNG[:NAME]]"),
    Ursprung: (_origin, "ART[:VON[:DATUM]]"),
    Loeschstelle: (_deletion, "EINTRAG:FELD[,FELD]"),
    Bewertungsverzeichnis: (_valuation, "@DATEI"),
    Verweisung: (_referral, "GREMIUM:vorberatung|zustaendigkeit[:ROLLE]"),
    AwareDatetime: (lambda wert, lm: moment(wert), "ZEITPUNKT"),
}
"""A field's type: how it is read, and what stands for it in the help."""
