"""The record (entries and leaves, append-only) and the read side (everything else, rebuilt from them)."""

from beweis.kopf import Inhalt, Kopf
from register._fehler import (
    Luecke,
    NichtSpeicherbar,
    RegisterAlarm,
    RegisterFehler,
    RegisterNichtErreichbar,
    SchluesselFehlt,
    Unlesbar,
    Widerspruch,
)
from register.ausgang import Ausgang
from register.register import Register
from register.zeilen import AuftragZeile, SitzungZeile, VorlageZeile

__all__ = [
    "AuftragZeile",
    "Ausgang",
    "Inhalt",
    "Kopf",
    "Luecke",
    "NichtSpeicherbar",
    "Register",
    "RegisterAlarm",
    "RegisterFehler",
    "RegisterNichtErreichbar",
    "SchluesselFehlt",
    "SitzungZeile",
    "Unlesbar",
    "VorlageZeile",
    "Widerspruch",
]
