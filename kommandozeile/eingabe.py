"""From what people type to the fields of a command: options are made from the command classes themselves.

A field's type decides how it is typed; ``FORMEN`` is the table of the types that need more than a word.
"""

import datetime as dt
import enum
import inspect
import json
import mimetypes
import types
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from client import Laufmappe
from dokumente import auslesen
from lifecycle.ablehnung import Unplausibel
from lifecycle.kern import BERLIN, Kommando
from lifecycle.sitzung.ergebnis import Verweisung
from lifecycle.verweise import VERWEISE
from lifecycle.vorlage.entwurf import Stationswunsch
from lifecycle.vorlage.laufweg import Platzwunsch
from schemas.basis import Dokument
from schemas.befehl import abgeleitete_felder
from schemas.beratung import Abstimmung
from schemas.vorlage import Abschnitt, Anlage, Ursprung

Form = Callable[[str, Laufmappe], Any]


def _text(wert: str) -> str:
    """``@datei`` stands for the file's text."""
    if not wert.startswith("@"):
        return wert
    try:
        return Path(wert[1:]).read_text(encoding="utf-8")
    except OSError:
        raise Unplausibel(f"Die Datei „{wert[1:]}“ ist nicht lesbar. Bitte den Pfad prüfen.") from None
    except UnicodeDecodeError:
        raise Unplausibel(f"Die Datei „{wert[1:]}“ ist kein UTF-8-Text. Als Anlage geht sie trotzdem.") from None


def _pairs(wert: str) -> dict[str, str]:
    """``a=1,b=zwei`` as a mapping."""
    teile = (teil.partition("=") for teil in wert.split(","))
    return {name.strip(): inhalt.strip() for name, gleich, inhalt in teile if gleich}


def _section(wert: str, lm: Laufmappe) -> Abschnitt:
    name, gleich, text = wert.partition("=")
    if not gleich:
        raise Unplausibel("Ein Abschnitt wird so angegeben: Sachlage=@datei.md (oder Sachlage=Text).")
    if text.startswith("@") and Path(text[1:]).suffix.lower() in auslesen.FORMEN:
        return lm.store_written(name.strip(), Path(text[1:]))
    return lm.store_section(name.strip(), _text(text))


def _attachment(wert: str, lm: Laufmappe) -> Anlage:
    pfad, _, rest = wert.partition(",")
    weiteres = _pairs(rest)
    felder: dict[str, Any] = {n: weiteres[n] for n in ("name", "bezeichnung") if n in weiteres}
    if "nichtoeffentlich" in rest:
        felder["oeffentlich"] = False
    medientyp = mimetypes.guess_type(pfad)[0] or "application/octet-stream"
    return lm.store_attachment(Path(pfad), medientyp=medientyp, erwartet=weiteres.get("sha256"), **felder)


def _document(wert: str, lm: Laufmappe) -> Dokument:
    if not wert.startswith("@"):
        return lm.store_document(wert.encode())
    try:
        return lm.store_document(Path(wert[1:]).read_bytes())
    except OSError:
        raise Unplausibel(f"Die Datei „{wert[1:]}“ ist nicht lesbar. Bitte den Pfad prüfen.") from None


def _station(wert: str, lm: Laufmappe) -> dict[str, Any]:
    gremium, _, rolle = wert.partition(":")
    return {"gremium": gremium, "rolle": rolle or None}


def _place(wert: str, lm: Laufmappe) -> dict[str, Any]:
    teile = wert.split(":")
    if len(teile) not in (2, 3):
        raise Unplausibel("Ein Platz wird so angegeben: Schritt:Stelle[:Rolle], zum Beispiel 2:dezernat-v:dezernatsleitung.")
    return dict(zip(("schritt", "stelle", "rolle"), teile, strict=False))


def _vote(wert: str, lm: Laufmappe) -> dict[str, Any]:
    """``einstimmig`` or ``ja=12,nein=3,enthaltung=1,wortlaut=mehrheitlich``; JSON for votes by name."""
    if wert.startswith("{"):
        votes: dict[str, Any] = _json(wert, lm)
        return votes
    return dict(_pairs(wert)) or {"wortlaut": wert}


def _origin(wert: str, lm: Laufmappe) -> dict[str, Any]:
    return dict(zip(("art", "von", "datum"), wert.split(":"), strict=False))


def _referral(wert: str, lm: Laufmappe) -> dict[str, Any]:
    return dict(zip(("gremium", "art", "rolle"), wert.split(":"), strict=False))


def read_json(wert: str) -> Any:
    """JSON, or ``@datei`` with JSON in it. Raises Unplausibel."""
    try:
        return json.loads(_text(wert))
    except json.JSONDecodeError as fehler:
        raise Unplausibel(f"Das ist kein gültiges JSON (Zeile {fehler.lineno}, Spalte {fehler.colno}).") from None


def _moment(wert: str, lm: Laufmappe) -> dt.datetime:
    return moment(wert)


def moment(wert: str) -> dt.datetime:
    """ISO 8601; without a zone it is local time of the town."""
    try:
        zeit = dt.datetime.fromisoformat(wert)
    except ValueError:
        raise Unplausibel(f"„{wert}“ ist kein Zeitpunkt. Beispiel: 2021-06-16T16:00.") from None
    return zeit if zeit.tzinfo else zeit.replace(tzinfo=BERLIN)


def _json(wert: str, lm: Laufmappe) -> Any:
    return read_json(wert)


FORMEN: dict[Any, tuple[Form, str]] = {
    Abschnitt: (_section, "NAME=@DATEI"),
    Anlage: (_attachment, "DATEI[,name=…][,sha256=…][,nichtoeffentlich,bezeichnung=…]"),
    Dokument: (_document, "@DATEI"),
    Stationswunsch: (_station, "GREMIUM[:ROLLE]"),
    Platzwunsch: (_place, "SCHRITT:STELLE[:ROLLE]"),
    Abstimmung: (_vote, "WORTLAUT oder ja=…,nein=…"),
    Ursprung: (_origin, "ART[:VON[:DATUM]]"),
    Verweisung: (_referral, "GREMIUM:vorberatung|zustaendigkeit[:ROLLE]"),
    AwareDatetime: (_moment, "ZEITPUNKT"),
}
HILFE: dict[str, str] = {
    "abschnitte": "Text eines Abschnitts; mehrfach möglich.",
    "abstimmungen": "Wie abgestimmt wurde; mehrfach möglich.",
    "aktenzeichen": "Aktenzeichen der Akte.",
    "am": "Neues Datum (2021-09-01).",
    "angaben": "Tatsache, auf die der Laufweg achtet, etwa finanzielle_auswirkungen; mehrfach möglich.",
    "angenommen": "Ob der Bitte entsprochen wird.",
    "anlage": "Nur diese Anlage (Name).",
    "anlagen": "Datei als Anlage; mehrfach möglich.",
    "anlass": "Anlass der Sitzung.",
    "antwort": "Die Antwort auf dem Laufweg.",
    "auf": "Kennung der Sitzung, in die die Punkte übergehen.",
    "auftrag": "Kennung des Auftrags, den die Vorlage beantwortet.",
    "bericht": "Ein Bericht ist verlangt; das Amt bekommt dafür den Entwurf einer Vorlage.",
    "beginn": "Beginn der Sitzung (2021-06-16T16:00).",
    "bemerkung": "Anmerkung oder Begründung.",
    "beratung": "Nummer der Station in der Beratungsfolge.",
    "beratungsfolge": "Station; mehrfach, in ihrer Reihenfolge.",
    "betreff": "Worum es geht, in einem Satz.",
    "bis": "Neuer letzter Tag (2021-09-01).",
    "bis_wann": "Anwesend bis (sonst bis zum Ende).",
    "entschuldigt": "Fehlte entschuldigt.",
    "funktion": "Als was jemand teilnahm.",
    "genehmigt": "Ob genehmigt wurde.",
    "internet": "Internetfassung ohne Namen von Privatpersonen, neben dem Original.",
    "redner": "Wer gesprochen hat; mehrfach möglich.",
    "signatur": "Datei mit der qualifizierten elektronischen Signatur.",
    "von_wann": "Anwesend von (sonst von Anfang an).",
    "wer": "Kennung der Person.",
    "bezeichnung": "Neutrale Bezeichnung für die Öffentlichkeit.",
    "durch": "Nummer der Vorlage, die an die Stelle tritt.",
    "faellig_am": "Fällig an diesem Tag (2021-09-01).",
    "faellig_sitzung": "Fällig zur nächsten Sitzung dieses Gremiums.",
    "fassungsart": "Neufassung oder Ergänzung.",
    "empfaenger": "Kennung eines Empfängers (sonst das Gremium); mehrfach möglich.",
    "federfuehrend": "Kennung des federführenden Amtes.",
    "ferner": "Was noch gefordert wurde; mehrfach möglich.",
    "frist": "Kennung der Frist (siehe „show“).",
    "genehmigt_von": "Wer der Verkürzung der Ladungsfrist zugestimmt hat.",
    "gremium": "Kennung des Gremiums.",
    "grund": "Begründung; sie bleibt stehen.",
    "grundlage": "Worauf der Auftrag beruht.",
    "haupt": "Kennung des Punktes, mit dem verbunden wird.",
    "jede": "In jeder Sitzung.",
    "jede_sitzung": "In jeder Sitzung dieses Gremiums.",
    "klasse": "Klasse des Wortlauts.",
    "lieferung": "Wie die Vorlage kommt (sonst nach dem Zeitpunkt).",
    "name": "Name, wie er in der Niederschrift steht.",
    "nachweis": "Was die Bekanntmachung beweist.",
    "nummer": "Nummer; bei einer Vorlage nur in der Nacherfassung.",
    "nur_niederschrift": "Nur der Teil der Niederschrift, nicht der Punkt.",
    "oeffentlich": "Ob es öffentlich ist.",
    "oeffentlichkeit": "Nur in der Nacherfassung: wie die Seite es nennt.",
    "original": "Wo das unterzeichnete Original liegt.",
    "ort": "Ort.",
    "plaetze": "Platz auf dem Laufweg; mehrfach möglich.",
    "raum": "Raum.",
    "regel": "Von welcher Regel abgewichen wurde.",
    "richtig": "Wie es richtig heißt.",
    "rolle": "Rolle des Gremiums (im Wortlaut der Kommune).",
    "rolle_geaendert": "Neue Rolle des Gremiums, falls in der Sitzung geändert.",
    "schritte": "Die Schritte der Vergangenheit, als JSON-Liste.",
    "sitzung": "Kennung der Sitzung.",
    "stand": "Die Behandlung, als JSON.",
    "stelle": "Kennung der Stelle.",
    "text": "Der Text.",
    "text_internet": "Der Beschlusstext ohne Namen von Privatpersonen.",
    "titel": "Titel des Tagesordnungspunktes.",
    "top": "Kennung des Tagesordnungspunktes (die laufende Zahl).",
    "top_nummer": "Nummer des Tagesordnungspunktes.",
    "tops": "Kennungen der Punkte; mehrfach möglich.",
    "unter": "Kennung des Punktes, zu dem dieser gehört.",
    "unter_einbeziehung": "Kennung eines weiteren Gremiums; mehrfach möglich.",
    "ursprung": "Woher die Vorlage kommt.",
    "verlangt": "Was verlangt wird, in einem Satz.",
    "verweisung": "Wohin verwiesen wurde.",
    "von_wem": "Wer es verlangt hat (Funktion oder Fraktion, keine Privatperson).",
    "vor": "Vor dieser Station.",
    "vorlage": "Nummer oder Kennung der Vorlage.",
    "vorlageart": "Kennung der Vorlageart.",
    "weitere_gremien": "Kennung eines weiteren Gremiums; mehrfach möglich.",
    "weg": "Wie zugestellt wurde.",
    "wo": "Wo bekannt gemacht wurde.",
    "wortlaut": "Das Ergebnis im Wortlaut der Niederschrift.",
    "zu_seq": "Nummer des Eintrags.",
    "zu_top": "Zu diesem Tagesordnungspunkt („hierzu“).",
    "zur_sitzung_von": "Fällig zur Sitzung dieses Gremiums.",
}
"""What each option is for. One word for one thing: a field means the same in every command."""


@dataclass(frozen=True)
class Option:
    """One option of a command: the field, the option's type, and how to read what was typed."""

    feld: str
    typ: Any
    default: Any
    lesen: Form | None
    metavar: str | None
    viele: bool

    @property
    def parameter(self) -> inspect.Parameter:
        """For Typer."""
        name = "--" + self.feld.replace("_", "-").strip("-")
        namen = [f"{name}/--nicht-{name[2:]}"] if self.typ in (bool, bool | None) else [name]
        option = typer.Option(
            *namen, metavar=self.metavar, help=HILFE.get(self.feld), show_default=self.default not in (None, [], "")
        )
        return inspect.Parameter(
            self.feld, inspect.Parameter.KEYWORD_ONLY, default=self.default, annotation=Annotated[self.typ, option]
        )

    async def read(self, wert: Any, lm: Laufmappe, find: Callable[[str, str], Awaitable[str]]) -> Any:
        """The field's value from what was typed."""
        if self.feld in VERWEISE and isinstance(wert, str):
            return (await find(VERWEISE[self.feld], wert)).rsplit("/", 1)[-1]
        if self.lesen is None:
            return tuple(wert) if self.viele else wert
        if not self.viele:
            return self.lesen(wert, lm)
        gelesen = [self.lesen(w, lm) for w in wert]
        return tuple(teil for w in gelesen for teil in (w if isinstance(w, list) else [w]))


def _plain(typ: Any) -> tuple[Any, bool, bool]:
    """(inner type, optional?, many?) of a field's annotation."""
    if get_origin(typ) in (Union, types.UnionType):
        innen = next(a for a in get_args(typ) if a is not type(None))
        kern, _, viele = _plain(innen)
        return kern, True, viele
    if get_origin(typ) is tuple:
        return _plain(get_args(typ)[0])[0], False, True
    return _plain(get_args(typ)[0]) if get_origin(typ) is Annotated else (typ, False, False)


def _typed(kern: Any) -> tuple[Any, Form | None, str | None]:
    """(option type, reader, metavar) of an inner type."""
    if kern in FORMEN:
        return str, *FORMEN[kern]
    if (isinstance(kern, type) and issubclass(kern, enum.Enum)) or kern in (bool, int):
        return kern, None, None
    if kern in (str, dt.date):
        return str, None, None
    return str, _json, "JSON oder @DATEI"


def option_of(name: str, feld: FieldInfo) -> Option:
    """The option for a field of a command."""
    kern, optional, viele = _plain(feld.annotation)
    typ, lesen, metavar = _typed(kern)
    pflicht = feld.is_required()
    if viele:
        return Option(name, types.GenericAlias(list, (typ,)), ... if pflicht else [], lesen, metavar, True)
    default: Any = ... if pflicht else feld.get_default()
    if lesen is not None and not pflicht:
        default = None
    return Option(name, typ | None if default is None or optional else typ, default, lesen, metavar, False)


def options(klasse: type[Kommando[Any]]) -> tuple[Option, ...]:
    """The options of a command: every field that is its own and that people state."""
    nicht = set(Kommando.model_fields) | abgeleitete_felder(klasse)
    return tuple(option_of(name, feld) for name, feld in klasse.model_fields.items() if name not in nicht)
