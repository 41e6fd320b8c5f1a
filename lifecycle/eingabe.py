"""Bad input in one clear sentence: pydantic's findings in German."""

from typing import Any

from pydantic import ValidationError

SAETZE = {
    "missing": "fehlt",
    "extra_forbidden": "gibt es hier nicht",
    "string_too_long": "ist zu lang (höchstens {max_length} Zeichen; Längeres gehört in einen Abschnitt oder eine Anlage)",
    "string_too_short": "darf nicht leer sein",
    "string_pattern_mismatch": "hat nicht die erwartete Form ({pattern})",
    "enum": "muss eines sein von: {expected}",
    "literal_error": "muss eines sein von: {expected}",
    "greater_than": "muss größer als {gt} sein",
    "greater_than_equal": "darf nicht kleiner als {ge} sein",
    "int_parsing": "ist keine ganze Zahl",
    "bool_parsing": "muss ja oder nein sein",
    "datetime_from_date_parsing": "ist kein Zeitpunkt (Beispiel: 2021-06-16T16:00+02:00)",
    "datetime_parsing": "ist kein Zeitpunkt (Beispiel: 2021-06-16T16:00+02:00)",
    "timezone_aware": "braucht eine Zeitzone (Beispiel: 2021-06-16T16:00+02:00)",
    "date_from_datetime_parsing": "ist kein Datum (Beispiel: 2021-06-16)",
    "date_parsing": "ist kein Datum (Beispiel: 2021-06-16)",
}

OHNE_GRUND = "fehlt (bitte eine Begründung angeben; sie bleibt stehen)"


def _finding(feld: str, fund: Any) -> str:
    if feld.endswith("grund") and fund["type"] in ("missing", "string_too_short"):
        return OHNE_GRUND
    return SAETZE.get(fund["type"], "ist ungültig").format(**fund.get("ctx", {}))


def sentence(worin: str, fehler: ValidationError) -> str:
    """All findings as one sentence that names each field. Never repeats the input: it could be confidential."""
    teile = [
        f"„{feld}“ {_finding(feld, fund)}"
        for fund in fehler.errors(include_input=False, include_url=False)
        for feld in (".".join(str(teil) for teil in fund["loc"]) or "Eingabe",)
    ]
    return f"Eingabe für „{worin}“: {'; '.join(teile)}."
