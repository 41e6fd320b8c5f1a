"""Bad input in one clear sentence: pydantic's findings in German, and what nothing could store."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from lifecycle.ablehnung import Unplausibel
from schemas.basis import ERSTES_JAHR, LETZTES_JAHR

SAETZE = {
    "missing": "fehlt",
    "extra_forbidden": "gibt es hier nicht",
    "string_too_long": "ist zu lang (höchstens {max_length} Zeichen; Längeres gehört in einen Abschnitt oder eine Anlage)",
    "string_too_short": "darf nicht leer sein",
    "string_pattern_mismatch": "hat nicht die erwartete Form ({pattern})",
    "enum": "muss eines sein von: {expected}",
    "literal_error": "muss eines sein von: {expected}",
    "greater_than": "muss größer als {gt} sein",
    "less_than_equal": "darf nicht größer als {le} sein",
    "greater_than_equal": "darf nicht kleiner als {ge} sein",
    "int_parsing": "ist keine ganze Zahl",
    "bool_parsing": "muss ja oder nein sein",
    "datetime_from_date_parsing": "ist kein Zeitpunkt (Beispiel: 2021-06-16T16:00+02:00)",
    "datetime_parsing": "ist kein Zeitpunkt (Beispiel: 2021-06-16T16:00+02:00)",
    "timezone_aware": "braucht eine Zeitzone (Beispiel: 2021-06-16T16:00+02:00)",
    "date_from_datetime_parsing": "ist kein Datum (Beispiel: 2021-06-16)",
    "date_parsing": "ist kein Datum (Beispiel: 2021-06-16)",
}

HOECHSTE_ZAHL = 2**53
"""Beyond that JSON does not keep whole numbers apart (RFC 8785)."""
HOECHSTE_TIEFE = 20
UNZULAESSIG = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
OHNE_GRUND = "fehlt (bitte eine Begründung angeben; sie bleibt stehen)"


def verify_values(worin: str, daten: Mapping[str, Any]) -> None:
    """Raises Unplausibel for values that no database or no JSON can hold: control characters, huge numbers, deep nesting."""
    offen: list[tuple[str, Any, int]] = [(str(name), wert, 1) for name, wert in daten.items()]
    while offen:
        name, wert, tiefe = offen.pop()
        if tiefe > HOECHSTE_TIEFE:
            raise Unplausibel(f"Eingabe für „{worin}“: „{name}“ ist zu tief verschachtelt.")
        if isinstance(wert, str) and UNZULAESSIG.search(wert):
            raise Unplausibel(f"Eingabe für „{worin}“: „{name}“ enthält unzulässige Zeichen (Steuerzeichen).")
        if isinstance(wert, int) and abs(wert) >= HOECHSTE_ZAHL:
            raise Unplausibel(f"Eingabe für „{worin}“: „{name}“ ist eine zu große Zahl.")
        innen = wert.values() if isinstance(wert, Mapping) else wert if isinstance(wert, list | tuple) else ()
        offen += [(name, teil, tiefe + 1) for teil in innen]


def _finding(feld: str, fund: Any) -> str:
    if feld.endswith("grund") and fund["type"] in ("missing", "string_too_short"):
        return OHNE_GRUND
    grenze = fund.get("ctx", {}).get("ge", fund.get("ctx", {}).get("le"))
    if isinstance(grenze, str | dt.date):  # pydantic states the limit of a day as text
        return f"liegt nicht zwischen {ERSTES_JAHR} und {LETZTES_JAHR}"
    return SAETZE.get(fund["type"], "ist ungültig").format(**fund.get("ctx", {}))


def sentence(worin: str, fehler: ValidationError) -> str:
    """All findings as one sentence that names each field. Never repeats the input: it could be confidential."""
    return in_words(worin, fehler.errors(include_input=False, include_url=False))


def in_words(worin: str, funde: Sequence[Mapping[str, Any]]) -> str:
    """Pydantic's findings as one sentence that names each field."""
    teile = [
        f"„{feld}“ {_finding(feld, fund)}"
        for fund in funde
        for feld in (".".join(str(teil) for teil in fund["loc"]) or "Eingabe",)
    ]
    return f"Eingabe für „{worin}“: {'; '.join(teile)}."
