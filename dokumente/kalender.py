"""The invitation as iCalendar (RFC 5545, METHOD:REQUEST): one receiver each, and no subject of anything that is not public."""

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar

from dokumente.inhalt import public_title
from schemas.sitzung import Sitzung, Stufe

DAUER = dt.timedelta(hours=2)
"""How long a meeting is shown in calendars; how long it lasts nobody knows before."""
BERLIN = ZoneInfo("Europe/Berlin")


def invitation(z: Sitzung, kommune: str, empfaenger: str, absender: str) -> bytes:
    """``empfaenger`` and ``absender`` are mail addresses. A cancelled meeting yields the cancellation of the same event."""
    assert z.gremium is not None and z.beginn is not None and z.zuletzt is not None  # every meeting has them
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
    termin.add("summary", f"{z.gremium.kuerzel or z.gremium.name} ({kommune})")
    termin.add("status", "CANCELLED" if abgesagt else "CONFIRMED")
    if ort := ", ".join(teil for teil in (z.raum, z.ort) if teil):
        termin.add("location", ort)
    termin.add("description", "\n".join(f"{t.nummer} {public_title(z, t)}" for t in z.tops))
    termin.add("organizer", f"mailto:{absender}")
    termin.add("attendee", f"mailto:{empfaenger}")
    kalender.add_component(termin)
    kalender.add_missing_timezones()
    inhalt: bytes = kalender.to_ical()
    return inhalt
