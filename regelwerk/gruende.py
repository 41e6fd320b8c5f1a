"""What is wrong with a single value, in German: pydantic's findings as the ends of sentences."""

from typing import Any

from regelwerk.fund import Fund
from schemas.basis import FORM_KENNUNG
from schemas.regel import WORT
from schemas.regelwerk import KENNUNG_AGS, LAND

FORMEN = {
    FORM_KENNUNG: "darf nur aus Kleinbuchstaben ohne Umlaute, Ziffern, Punkt, Binde- und Unterstrich bestehen (höchstens 80 Zeichen)",
    WORT: "darf nicht leer sein und keine Leerzeichen am Rand haben",
    KENNUNG_AGS: "muss aus 5 oder 8 Ziffern bestehen",
    LAND: "muss das Kürzel eines Landes sein, etwa „NW“",
}
"""Pattern of a text, and how we say it."""

_DATUM = "muss ein Datum sein (2021-01-01)"
_UHRZEIT = "muss eine Uhrzeit sein (10:00:00)"
_GANZ = "muss eine ganze Zahl sein"
_JA_NEIN = "muss true oder false sein"
_LISTE = "muss eine Liste sein"
_ABSCHNITT = "muss ein Abschnitt mit eigenen Schlüsseln sein"
GRUENDE = {
    "missing": "fehlt",
    "extra_forbidden": "gibt es nicht; bitte die Schreibweise prüfen",
    "enum": "muss eines sein von {expected}",
    "string_type": "muss ein Text sein",
    "string_too_short": "darf nicht leer sein",
    "string_too_long": "darf höchstens {max_length} Zeichen haben",
    "int_type": _GANZ,
    "int_parsing": _GANZ,
    "int_parsing_size": _GANZ,
    "int_from_float": _GANZ,
    "finite_number": _GANZ,
    "bool_type": _JA_NEIN,
    "bool_parsing": _JA_NEIN,
    "tuple_type": _LISTE,
    "too_short": "darf nicht leer sein",
    "dict_type": _ABSCHNITT,
    "model_type": _ABSCHNITT,
    "date_type": _DATUM,
    "date_parsing": _DATUM,
    "date_from_datetime_parsing": _DATUM,
    "date_from_datetime_inexact": "muss ein Datum ohne Uhrzeit sein (2021-01-01)",
    "time_type": _UHRZEIT,
    "time_parsing": _UHRZEIT,
    "greater_than": "muss größer als {gt} sein",
    "greater_than_equal": "muss mindestens {ge} sein",
    "less_than_equal": "darf höchstens {le} sein",
}


def finding(einzeln: Any) -> Fund:
    """One of pydantic's findings as ours."""
    art, umstand = einzeln["type"], einzeln.get("ctx", {})
    if art == "string_pattern_mismatch":
        return Fund(path(einzeln["loc"]), FORMEN.get(umstand["pattern"], f"hat nicht die Form {umstand['pattern']}"))
    # what no line above foresees is at least shown
    grund = GRUENDE.get(art, "kann nicht „{wert}“ sein").format(**umstand, wert=einzeln["input"])
    return Fund(path(einzeln["loc"]), grund.replace(" or ", " oder "))


def path(teile: tuple[str | int, ...]) -> str:
    """``stellen[2].uebergeordnet``"""
    text = "".join(f"[{t}]" if isinstance(t, int) else f".{t}" for t in teile)
    return text.removeprefix(".")
