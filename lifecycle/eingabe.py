"""Bad input in one clear sentence: pydantic's findings in German."""

from pydantic import ValidationError

SAETZE = {
    "missing": "fehlt",
    "extra_forbidden": "gibt es hier nicht",
    "string_too_long": "ist zu lang (höchstens {max_length} Zeichen; Längeres gehört in einen Abschnitt oder eine Anlage)",
    "string_too_short": "ist leer",
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


def sentence(worin: str, fehler: ValidationError) -> str:
    """All findings as one sentence that names each field. Never repeats the input: it could be confidential."""
    teile = [
        f"„{'.'.join(str(teil) for teil in fund['loc']) or 'Eingabe'}“ "
        + SAETZE.get(fund["type"], "ist ungültig").format(**fund.get("ctx", {}))
        for fund in fehler.errors(include_input=False, include_url=False)
    ]
    return f"Eingabe für „{worin}“: {'; '.join(teile)}."
