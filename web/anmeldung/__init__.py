"""Sign-in: who asks, and for which offices. By a provider after OpenID Connect, or, for trying out only, by choosing a role."""

import datetime as dt
import ssl
from pathlib import Path

import structlog
from pydantic import SecretStr

from archive import geheimnis
from einstellungen import Einstellungen, EinstellungFehlt, prepare
from schemas.regelwerk import Regelwerke
from web.anmeldung.angemeldet import Amt, Angemeldet
from web.anmeldung.codefluss import Codefluss
from web.anmeldung.dienst import Dienst
from web.anmeldung.grund import Anmeldung, bearer
from web.anmeldung.herkunft import host_is_loopback, is_loopback, origin
from web.anmeldung.probe import WARNUNG, Probe
from web.anmeldung.provider import Provider
from web.anmeldung.session import Lebensdauer, Sessions, Uhr
from web.anmeldung.verschluss import Verschluss
from web.anmeldung.wege import ZURUECK
from web.anmeldung.zuordnung import Zuordnung, load

__all__ = ["Amt", "Angemeldet", "Anmeldung", "bearer", "build", "verify_binding"]
log = structlog.get_logger()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def build(einstellungen: Einstellungen, regelwerke: Regelwerke, *, uhr: Uhr = _now) -> Anmeldung:
    """The sign-in that the settings say; without any, the one for trying out.

    Raises EinstellungFehlt, SchluesselFehler. Needs no provider yet.
    """
    if einstellungen.anmeldung is None:
        if einstellungen.adresse and not is_loopback(einstellungen.adresse):
            raise EinstellungFehlt(
                "Mit LAUFMAPPE_ADRESSE ist die Laufmappe für andere da; dazu gehört ein Anmeldedienst. "
                "Bitte LAUFMAPPE_ANMELDUNG setzen (docs/anmeldung.md) oder, zum Ausprobieren, LAUFMAPPE_ADRESSE weglassen."
            )
        log.warning(WARNUNG)
        return Probe(regelwerke, _sessions(einstellungen, Lebensdauer(), uhr, "probe"))
    zuordnung = load(einstellungen.anmeldung, regelwerke)
    adresse = _own_address(einstellungen)
    provider = Provider(zuordnung.issuer, _trust(zuordnung.zertifikate), uhr)
    return Dienst(
        regelwerke,
        _sessions(einstellungen, zuordnung.dauer, uhr, zuordnung.issuer),
        zuordnung,
        provider,
        Codefluss(provider, zuordnung.client_id, _client_secret(zuordnung), adresse + ZURUECK),
        geheimnis.kept(einstellungen.schluessel / "anmeldung-kennungen", "Der Schlüssel der Personenkennungen"),
        adresse,
    )


def verify_binding(anmeldung: Anmeldung, host: str) -> None:
    """Raises EinstellungFehlt if the sign-in for trying out would be reachable from other machines."""
    if anmeldung.probebetrieb and not host_is_loopback(host):
        raise EinstellungFehlt(
            f"Ohne Anmeldedienst läuft die Laufmappe nur auf diesem Rechner selbst (127.0.0.1), nicht auf „{host}“: "
            "Im Probebetrieb kann sich jeder als jeder anmelden. Bitte LAUFMAPPE_ANMELDUNG setzen (docs/anmeldung.md)."
        )


def _sessions(e: Einstellungen, dauer: Lebensdauer, uhr: Uhr, art: str) -> Sessions:
    prepare(e.schluessel)
    wort = "Der Schlüssel der Anmeldungen"
    if e.sitzung_schluessel is not None:
        schluessel = geheimnis.parsed(e.sitzung_schluessel.get_secret_value(), f"{wort} aus LAUFMAPPE_SITZUNG_SCHLUESSEL_DATEI")
    else:
        schluessel = geheimnis.kept(e.schluessel / "anmeldung-sitzungen", wort)
    return Sessions(Verschluss(schluessel), dauer, uhr, art=art, https=(e.adresse or "").startswith("https://"))


def _own_address(e: Einstellungen) -> str:
    """Our public address without a path. Without TLS only on this machine: tokens and cookies would lie open on the way."""
    adresse = origin(e.adresse or "")
    if adresse is None or not (adresse.startswith("https://") or is_loopback(adresse)):
        raise EinstellungFehlt(
            "Zur Anmeldung mit einem Anmeldedienst gehört LAUFMAPPE_ADRESSE: die Adresse, unter der die Laufmappe erreichbar ist, "
            "mit https://, etwa „https://laufmappe.stadt.example“."
        )
    return adresse


def _trust(pem: Path | None) -> ssl.SSLContext:
    """Whom to believe about the provider's name: the file, or else the authorities that this machine believes."""
    try:
        return ssl.create_default_context(cafile=pem)
    except (OSError, ssl.SSLError):
        raise EinstellungFehlt(
            f"„zertifikate“ in der Anmeldedatei nennt keine lesbare PEM-Datei („{pem}“). Bitte Pfad und Inhalt prüfen."
        ) from None


def _client_secret(zuordnung: Zuordnung) -> SecretStr:
    datei = zuordnung.client_secret_datei
    try:
        inhalt = datei.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        inhalt = ""
    if not inhalt:
        raise EinstellungFehlt(
            f"„client_secret_datei“ in der Anmeldedatei nennt keine lesbare Datei mit Inhalt („{datei}“). Bitte Pfad und Rechte prüfen."
        )
    return SecretStr(inhalt)
