"""The answers that every route of the API may give besides its own: one table, for the description and for readers of the code."""

from typing import Any

WORTE = {
    400: "Der Rumpf der Anfrage ist unlesbar.",
    401: "Niemand ist angemeldet, oder die Anmeldung gilt nicht mehr.",
    403: "Die Rolle hat dieses Recht nicht.",
    404: "Das gibt es nicht, oder nicht für diese Rolle.",
    409: "Die Stufe des Vorgangs erlaubt es nicht, oder es ist schon geschehen.",
    410: "Das ist nicht mehr öffentlich.",
    412: "Der Vorgang hat sich geändert, seit er angesehen wurde.",
    413: "Die Anfrage ist zu groß.",
    415: "Dieser Medientyp wird hier nicht angenommen.",
    416: "Diesen Teil gibt es nicht.",
    422: "Die Angaben passen nicht, brechen eine Regel ohne Begründung, oder der Schlüssel ist schon für anderes benutzt.",
    429: "Zu viele Anfragen in kurzer Zeit.",
    503: "Die Laufmappe ist gerade nicht erreichbar. Mit demselben Schlüssel wiederholen.",
}
"""Status to what it means."""


def answers(*status: int) -> dict[int | str, dict[str, Any]]:
    """For the description of a route: these, and those that any route may give. What they look like ``beschreibung`` adds, once."""
    return {s: {"description": WORTE[s]} for s in sorted({*status, 401, 403, 404, 422, 429, 503})}
