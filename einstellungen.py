"""The settings of one installation: where its data lies, which database, which mail server. From the environment.

Secrets come from files whose paths stand in the environment, never from the environment itself.
"""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from activities.kanaele.mail import SmtpSettings
from schemas.basis import Modell


class Eimer(Modell):
    """A bucket that speaks S3, for the documents. ``endpunkt`` None: the region's own."""

    eimer: str
    praefix: str
    kennung: SecretStr
    geheimnis: SecretStr
    region: str
    endpunkt: str | None = None


class Zeitstempeldienst(Modell):
    """A time-stamping authority after RFC 3161: where it answers, and the certificates (PEM) that it is believed by."""

    url: str
    wurzeln: Path


def beside(daten: Path) -> Path:
    """Where keys lie if nothing else is said: in a folder of their own next to the data, never in it."""
    return daten.with_name(f"{daten.name}-schluessel")


class Einstellungen(Modell):
    """``register_url`` is a database URL (None: a SQLite file in the data folder). ``smtp`` None: mail goes into a folder.

    ``hauptschluessel`` (64 hex digits) wraps the keys that close Temporal's histories. None: a file in ``schluessel``.
    """

    daten: Path
    schluessel: Path = Field(default_factory=lambda felder: beside(felder["daten"]))
    """Folder of the keys: apart from the data, so that a copy of the one is no copy of the other."""
    hauptschluessel: SecretStr | None = None
    register_url: str | None = None
    ablage: Path | Eimer | None = None
    """Where the documents lie. None: a folder in the data folder."""
    regelwerk: Path | None = None
    adresse: str | None = None
    smtp: SmtpSettings | None = None
    webhook_geheimnisse: dict[str, SecretStr] = {}
    pruefpunkte: Path | None = None
    """Folder of the Rechnungsprüfung that gets every checkpoint, on a share that is not the operator's."""
    zeitstempel: Zeitstempeldienst | None = None
    anmeldung: Path | None = None
    """What the sign-in is: the provider and whom it lets in as what. None: for trying out only, with roles to choose from."""
    sitzung_schluessel: SecretStr | None = None
    """Closes the cookies of those who are signed in (64 hex digits). None: a file in ``schluessel``."""
    proxys: tuple[str, ...] = ()
    """Addresses or networks whose word on where a request comes from is believed (X-Forwarded-For)."""


class EinstellungFehlt(Exception):
    """A setting is missing or unreadable; the sentence says which and what to do."""


def from_environment(daten: Path | None = None, env: Mapping[str, str] | None = None) -> Einstellungen:
    """Settings from ``LAUFMAPPE_*`` variables. Raises EinstellungFehlt."""
    env = os.environ if env is None else env
    ordner = daten or Path(env.get("LAUFMAPPE_DATEN", "daten"))
    regelwerk = env.get("LAUFMAPPE_REGELWERK")
    return Einstellungen(
        daten=ordner.absolute(),
        hauptschluessel=_hidden(env, "LAUFMAPPE_HAUPTSCHLUESSEL"),
        register_url=_secret(env, "LAUFMAPPE_REGISTER") or env.get("LAUFMAPPE_REGISTER"),
        ablage=_documents(env),
        regelwerk=Path(regelwerk) if regelwerk else None,
        adresse=env.get("LAUFMAPPE_ADRESSE"),
        smtp=_smtp(env),
        webhook_geheimnisse=_webhooks(env),
        schluessel=_keys_apart(ordner.absolute(), env.get("LAUFMAPPE_SCHLUESSEL")),
        pruefpunkte=_path(env, "LAUFMAPPE_PRUEFPUNKTE"),
        zeitstempel=_timestamps(env),
        anmeldung=_path(env, "LAUFMAPPE_ANMELDUNG"),
        sitzung_schluessel=_hidden(env, "LAUFMAPPE_SITZUNG_SCHLUESSEL"),
        proxys=_networks(env.get("LAUFMAPPE_PROXYS", "")),
    )


def _networks(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(teil.strip())) for teil in text.split(",") if teil.strip())
    except ValueError:
        raise EinstellungFehlt(
            "LAUFMAPPE_PROXYS passt nicht: erwartet werden Adressen oder Netze, mit Komma getrennt, etwa „10.0.0.5, 10.1.0.0/16“."
        ) from None


def _path(env: Mapping[str, str], name: str) -> Path | None:
    wert = env.get(name)
    return Path(wert).absolute() if wert else None


S3 = "s3://"
HIER = ("127.0.0.1", "localhost", "::1")


def _documents(env: Mapping[str, str]) -> Path | Eimer | None:
    """A folder, or ``s3://bucket/prefix`` with its endpoint, its region and two files of secrets."""
    ort = env.get("LAUFMAPPE_ABLAGE", "")
    if not ort.startswith(S3):
        return Path(ort).absolute() if ort else None
    eimer, _, praefix = ort.removeprefix(S3).partition("/")
    kennung, geheimnis = (_secret(env, f"LAUFMAPPE_ABLAGE_{name}") for name in ("KENNUNG", "GEHEIMNIS"))
    if not eimer or not kennung or not geheimnis:
        raise EinstellungFehlt(
            "Zu LAUFMAPPE_ABLAGE=s3://EIMER/PRÄFIX gehören LAUFMAPPE_ABLAGE_KENNUNG_DATEI und LAUFMAPPE_ABLAGE_GEHEIMNIS_DATEI: "
            "zwei Dateien mit den Zugangsdaten."
        )
    return Eimer(
        eimer=eimer,
        praefix=praefix.strip("/"),
        kennung=SecretStr(kennung),
        geheimnis=SecretStr(geheimnis),
        region=env.get("LAUFMAPPE_ABLAGE_REGION", "us-east-1"),
        endpunkt=_endpoint(env.get("LAUFMAPPE_ABLAGE_ENDPUNKT")),
    )


def _endpoint(url: str | None) -> str | None:
    """Documents that are not public go there: over TLS, or nowhere but on this machine."""
    teile = urlsplit(url or "https://")
    if teile.scheme == "https" or (teile.scheme == "http" and teile.hostname in HIER):
        return url or None
    raise EinstellungFehlt(
        "LAUFMAPPE_ABLAGE_ENDPUNKT muss mit https:// beginnen; unverschlüsselt geht es nur auf diesem Rechner."
    )


def _keys_apart(daten: Path, angabe: str | None) -> Path:
    """Where the keys lie: beside the data folder if nothing else is said, never in it."""
    ordner = Path(angabe).absolute() if angabe else beside(daten)
    if ordner == daten or daten in ordner.parents:
        raise EinstellungFehlt(
            "Die Schlüssel dürfen nicht im Datenordner liegen: Wer ihn kopiert, hätte beides. "
            "Bitte mit LAUFMAPPE_SCHLUESSEL einen anderen Ordner angeben."
        )
    return ordner


def _timestamps(env: Mapping[str, str]) -> Zeitstempeldienst | None:
    url, wurzeln = env.get("LAUFMAPPE_ZEITSTEMPEL"), _path(env, "LAUFMAPPE_ZEITSTEMPEL_WURZELN")
    if not url:
        return None
    if wurzeln is None or not wurzeln.is_file():
        raise EinstellungFehlt(
            "Zu LAUFMAPPE_ZEITSTEMPEL gehört LAUFMAPPE_ZEITSTEMPEL_WURZELN: eine PEM-Datei mit den Zertifikaten des Dienstes."
        )
    return Zeitstempeldienst(url=url, wurzeln=wurzeln)


def prepare(daten: Path) -> None:
    """Makes a folder, of data or of keys, for its owner alone: what lies in it is not public."""
    daten.mkdir(mode=0o700, parents=True, exist_ok=True)


def _secret(env: Mapping[str, str], name: str) -> str | None:
    pfad = env.get(f"{name}_DATEI")
    if not pfad:
        return None
    try:
        inhalt = Path(pfad).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise EinstellungFehlt(f"Die Datei aus {name}_DATEI („{pfad}“) ist nicht lesbar. Bitte Pfad und Rechte prüfen.") from None
    if not inhalt:
        raise EinstellungFehlt(f"Die Datei aus {name}_DATEI („{pfad}“) ist leer. Bitte den Inhalt hineinschreiben.")
    return inhalt


def _hidden(env: Mapping[str, str], name: str) -> SecretStr | None:
    wert = _secret(env, name)
    return SecretStr(wert) if wert else None


def _smtp(env: Mapping[str, str]) -> SmtpSettings | None:
    host = env.get("LAUFMAPPE_SMTP_HOST")
    if not host:
        return None
    passwort = _secret(env, "LAUFMAPPE_SMTP_PASSWORT")
    try:
        return SmtpSettings.model_validate(
            {
                "host": host,
                "port": int(env.get("LAUFMAPPE_SMTP_PORT", "587")),
                "security": env.get("LAUFMAPPE_SMTP_SICHERHEIT", "starttls"),
                "sender": env.get("LAUFMAPPE_SMTP_ABSENDER", ""),
                "user": env.get("LAUFMAPPE_SMTP_BENUTZER"),
                "password": passwort,
            }
        )
    except ValueError:
        raise EinstellungFehlt(
            "Die Angaben zum Mailserver (LAUFMAPPE_SMTP_*) passen nicht: nötig sind HOST, PORT, ABSENDER und "
            "SICHERHEIT (tls, starttls oder none); BENUTZER nur zusammen mit PASSWORT_DATEI und verschlüsselt."
        ) from None


def _webhooks(env: Mapping[str, str]) -> dict[str, SecretStr]:
    text = _secret(env, "LAUFMAPPE_WEBHOOK_GEHEIMNISSE")
    if text is None:
        return {}
    try:
        return {str(name): SecretStr(str(wert)) for name, wert in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError:
        raise EinstellungFehlt("Die Datei aus LAUFMAPPE_WEBHOOK_GEHEIMNISSE_DATEI ist kein gültiges TOML.") from None
