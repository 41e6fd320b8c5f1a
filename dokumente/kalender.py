"""The invitation as iCalendar (RFC 5545, METHOD:REQUEST): one receiver each, and no subject of anything that is not public."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from dokumente.blatt import committees, short
from dokumente.sicht import Teil
from dokumente.tagesordnung import TEILE, agenda, is_invited
from lifecycle.ablehnung import FalscheStufe
from schemas.sitzung import Sitzung, Stufe

DAUER = dt.timedelta(hours=2)
"""How long a meeting is shown in calendars; how long it lasts nobody knows before."""
BERLIN = ZoneInfo("Europe/Berlin")
GEBETEN = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}


def invitation(z: Sitzung, kommune: str, empfaenger: str, absender: str) -> bytes:
    """``empfaenger`` and ``absender`` are mail addresses. A cancelled meeting yields the cancellation of the same event.

    Raises FalscheStufe for a meeting that nobody has been invited to.
    """
    import icalendar  # it takes a fifth of a second, and few commands make a calendar

    if not is_invited(z):
        raise FalscheStufe("Zu dieser Sitzung ist noch nicht eingeladen; einen Kalendereintrag gibt es erst mit der Einladung.")
    assert z.beginn is not None and z.zuletzt is not None  # every meeting has them from its first entry on
    abgesagt = z.stufe is Stufe.ABGESAGT
    kalender = icalendar.Calendar()
    kalender.add("prodid", "-//Laufmappe//DE")
    kalender.add("version", "2.0")
    kalender.add("method", "CANCEL" if abgesagt else "REQUEST")
    termin = icalendar.Event()
    termin.add("uid", f"{z.id}@laufmappe")
    termin.add("sequence", z.seq)
    termin.add("dtstamp", z.zuletzt.astimezone(dt.UTC))
    beginn = z.beginn.astimezone(BERLIN)
    termin.add("dtstart", beginn)
    termin.add("dtend", beginn + DAUER)
    gremien = ", ".join(short(g) for g in committees(z))
    termin.add("summary", f"{gremien} ({kommune})")
    termin.add("status", "CANCELLED" if abgesagt else "CONFIRMED")
    if ort := ", ".join(teil for teil in (z.raum, z.ort) if teil):
        termin.add("location", ort)
    termin.add("description", "\n".join(_agenda(z)))
    termin.add("organizer", f"mailto:{absender}", parameters={"CN": f"Sitzungsdienst {gremien}"})
    termin.add("attendee", f"mailto:{empfaenger}", parameters=GEBETEN)
    kalender.add_component(termin)
    kalender.add_missing_timezones()
    inhalt: bytes = kalender.to_ical()
    return inhalt


def _agenda(z: Sitzung) -> Iterator[str]:
    """The agenda as plain text, with a heading for each part that there is."""
    davor = None
    for zeile in agenda(z, Teil.OEFFENTLICH):
        if zeile.oeffentlich is not davor:
            yield from ([] if davor is None else [""])
            yield f"{TEILE[zeile.oeffentlich]}:"
            davor = zeile.oeffentlich
        yield f"{zeile.nummer} {zeile.worum}"
