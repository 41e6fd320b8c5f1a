"""Mail into a folder: where no mail server is set up (demonstration, trying out), each mail lies as a file to be looked at."""

import asyncio
from pathlib import Path

from activities.kanaele.mail import SmtpSettings, compose
from schemas.benachrichtigung import Aufgegeben, Ergebnis, Nachricht, Spaeter, Zugestellt

ABSENDER = SmtpSettings(host="localhost", port=25, security="none", sender="laufmappe@laufmappe.invalid")


class OrdnerKanal:
    """Writes ``<ordner>/<empfaenger>/<id>.eml``."""

    def __init__(self, ordner: Path) -> None:
        self._ordner = ordner

    async def send(self, nachricht: Nachricht) -> Ergebnis:
        """Writes the mail; the same message again replaces the same file."""
        try:
            daten = compose(nachricht, ABSENDER).as_bytes()
        except ValueError:
            return Aufgegeben(grund="die Adresse ist ungültig")
        ziel = self._ordner / nachricht.empfaenger.replace(":", "_") / f"{nachricht.id.replace('/', '_')}.eml"
        try:
            await asyncio.to_thread(_write, ziel, daten)
        except OSError:
            return Spaeter(grund="der Ordner für die Post ist nicht beschreibbar")
        return Zugestellt()


def _write(ziel: Path, daten: bytes) -> None:
    ziel.parent.mkdir(parents=True, exist_ok=True)
    ziel.write_bytes(daten)
