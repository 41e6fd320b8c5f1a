"""The OpenAPI description: what every route may answer is said once, and how one signs in."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from web.antworten import WORTE
from web.problem import MEDIENTYP, Problem

TEXT = """
Jeder Befehl und jede Ansicht der Laufmappe.

- **Anmeldung**: `Authorization: Bearer …` vom Anmeldedienst der Kommune. Wer mehrere Ämter oder Rollen hat, wählt mit
  `Laufmappe-Rolle: rolle@stelle`; wer in Vertretung handelt, nennt die vertretene Person mit `Laufmappe-Fuer`.
- **Befehle** brauchen `Idempotency-Key`. Wer wiederholt, nimmt denselben: es geschieht nur einmal. Die Antwort nennt `seq`,
  die Nummer des Eintrags; mit `?ab_seq=` liest man, was man geschrieben hat. 202 heißt: angenommen, noch nicht zu sehen.
- **If-Match** mit dem `ETag` des angesehenen Standes schützt vor überschriebenen Änderungen.
- **Fehler** kommen als `application/problem+json` (RFC 9457): `type` für Maschinen, `detail` ist ein deutscher Satz.
- Was jemand nicht lesen darf, gibt es für ihn nicht: 404.
- **Dokumente** werden zuerst hochgeladen; Befehle nennen sie mit `digest` (SHA-256) und `groesse`.
"""
ANMELDUNG = {
    "anmeldung": {"type": "http", "scheme": "bearer", "description": "Zugangstoken des Anmeldedienstes (OpenID Connect)."}
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of all routes of the application."""
    ganz = get_openapi(title=app.title, version=app.version, description=TEXT, routes=app.routes)
    bauteile = ganz.setdefault("components", {})
    inhalt = {MEDIENTYP: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    bauteile["responses"] = {f"Problem{status}": {"description": wort, "content": inhalt} for status, wort in WORTE.items()}
    bauteile.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
    bauteile["securitySchemes"] = ANMELDUNG
    ganz["security"] = [{"anmeldung": []}]
    for weg in (weg for adresse in ganz["paths"].values() for weg in adresse.values()):
        for status in weg["responses"]:
            if status.isdigit() and int(status) in WORTE:
                weg["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    return ganz
