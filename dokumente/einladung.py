"""The invitation: a letter to the members of the committees, with the agenda that was issued; for the public the agenda alone."""

from collections.abc import Iterator
from typing import Any

from dokumente.blatt import Schriftstueck, clock, committees, dashed, day, long_day, made, place
from dokumente.sicht import Teil
from dokumente.tagesordnung import Zeile, agenda, issued, numbers
from lifecycle.sitzung.einberufung import invited_in_time
from schemas.sitzung import Sitzung, Stufe, Tagesordnungsart

ENTWURF = "Entwurf, noch nicht eingeladen"
ABGESAGT = "Abgesagt, die Sitzung findet nicht statt"
ABGESAGT_WOANDERS = "Abgesagt, die Punkte werden in einer anderen Sitzung behandelt"
ANREDE = "Sehr geehrte Damen und Herren,"
VERLEGT = "Verlegt, Termin oder Ort sind andere als in der ersten Einladung"
VERKUERZT = "Die Ladungsfrist ist verkürzt."


def invitation(z: Sitzung, kommune: str, teil: Teil = Teil.INTERN) -> Schriftstueck:
    """The invitation with the agenda as it was issued last; before that, a draft of it as it stands."""
    ausgegeben = issued(z)
    zeilen = agenda(z, teil)
    vom = max(ausgegeben[-1].am, z.eingeladen_am or ausgegeben[-1].am) if ausgegeben else z.zuletzt
    mitglieder = not teil.fuer_alle
    gremien = ", ".join(dashed(g.name) for g in committees(z))
    return made(
        "einladung", kommune, f"{_kind(z)}: {gremien}", z.zuletzt, f"einladung-{day(z.beginn)}",
        vermerk=_note(z),
        kennzeichen=["nichtöffentlich"] if mitglieder and any(not zeile.oeffentlich for zeile in zeilen) else [],
        datum=day(vom),
        an=[dashed(g.name) for g in committees(z)] if mitglieder else [],
        felder=[
            ["Sitzung", gremien],
            ["Datum", long_day(z.beginn)],
            ["Beginn", clock(z.beginn)],
            ["Ort", place(z)],
        ],
        anrede=ANREDE if mitglieder else "",
        einleitung=_opening(z, mitglieder=mitglieder),
        oeffentlich=[_point(z, zeile, teil) for zeile in zeilen if zeile.oeffentlich],
        nichtoeffentlich=[_point(z, zeile, teil) for zeile in zeilen if not zeile.oeffentlich],
        hinweise=list(_hints(z)) if mitglieder else [],
    )  # fmt: skip


def _kind(z: Sitzung) -> str:
    """Invitation, or which supplement to it."""
    nachtraege = sum(t.art is Tagesordnungsart.NACHTRAG for t in issued(z))
    return f"{nachtraege}. Nachtrag zur Einladung" if nachtraege else "Einladung"


def _note(z: Sitzung) -> str | None:
    if z.stufe is Stufe.ABGESAGT:
        return ABGESAGT_WOANDERS if z.verlegt_auf else ABGESAGT
    return (VERLEGT if z.einladungen > 1 else None) if issued(z) else ENTWURF


def _opening(z: Sitzung, *, mitglieder: bool) -> str:
    if mitglieder:
        return f"zu der Sitzung am {long_day(z.beginn)}, {clock(z.beginn)}, werden Sie eingeladen. Folgende Tagesordnung ist vorgesehen:"
    return "Zu dieser Sitzung ist eingeladen. Tagesordnung:" if issued(z) else "Vorgesehene Tagesordnung:"


def _point(z: Sitzung, zeile: Zeile, teil: Teil) -> dict[str, Any]:
    return {"nummer": zeile.nummer, "titel": zeile.worum, "vorlage": numbers(z, zeile.vorlagen, teil)}


def _hints(z: Sitzung) -> Iterator[str]:
    """The rule that the invitation keeps, or that it does not. Reasons for what was broken are for the house."""
    if z.ladung:
        yield f"{z.ladung.regel}."
        if issued(z) and invited_in_time(z) is False:
            yield VERKUERZT
