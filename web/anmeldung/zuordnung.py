"""What the operator writes down: which provider is believed, and which of its groups means which role in which office."""

import datetime as dt
import hashlib
import hmac
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from einstellungen import EinstellungFehlt
from regelwerk.gruende import finding
from schemas.akteur import SYSTEM, Rolle
from schemas.basis import FORM_KENNUNG, Kennung
from schemas.regel import Wort
from schemas.regelwerk import Regelwerke
from web.anmeldung.angemeldet import Amt, Angemeldet
from web.anmeldung.herkunft import is_loopback, origin
from web.anmeldung.session import Lebensdauer

OHNE_STELLE = frozenset(
    {Rolle.MITGLIED, Rolle.FRAKTION, Rolle.RECHNUNGSPRUEFUNG, Rolle.ARCHIV, Rolle.FACHADMINISTRATION, Rolle.BETRIEB}
)
"""Roles whose office need not stand in the Regelwerk: nothing that they may do hangs on it."""


def _secure(url: str) -> str:
    if origin(url) is None or not (url.startswith("https://") or is_loopback(url)):
        raise ValueError("muss mit https:// beginnen und einen Rechner nennen")
    return url


def _human(rolle: Rolle) -> Rolle:
    if rolle is Rolle.SYSTEM:
        raise ValueError("„system“ ist die Laufmappe selbst; diese Rolle hat kein Mensch")
    return rolle


Webadresse = Annotated[str, AfterValidator(_secure)]


class _Streng(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Dauer(_Streng):
    """How long somebody stays signed in: in minutes without doing anything, in hours at most."""

    untaetig_minuten: Annotated[int, Field(ge=1, le=24 * 60)] = 60
    hoechstens_stunden: Annotated[int, Field(ge=1, le=24)] = 10


class Rollenzeile(_Streng):
    """That a group of the provider gives a role in an office of a town."""

    gruppe: Wort
    kommune: Kennung
    rolle: Annotated[Rolle, AfterValidator(_human)]
    stelle: Kennung


class Zuordnung(_Streng):
    """The file. ``person`` and ``gruppen`` are paths in the token's claims (``realm_access.roles``).

    ``audience`` marks tokens that are meant for our API. It must not be ``client_id``: that is the audience of ID tokens, which
    only say who somebody is and are no permission to act. ``personen`` gives people the id that the Regelwerk knows them by.
    """

    issuer: Webadresse
    client_id: Wort
    client_secret_datei: Path
    audience: Wort
    zertifikate: Path | None = None
    """PEM file with the authority that the provider's TLS certificate is believed by, if it is the town's own."""
    person: Wort = "sub"
    gruppen: Annotated[tuple[Wort, ...], Field(min_length=1)] = ("groups", "realm_access.roles")
    sitzung: Dauer = Dauer()
    rollen: Annotated[tuple[Rollenzeile, ...], Field(min_length=1)]
    personen: dict[str, Kennung] = {}

    @model_validator(mode="after")
    def _apart(self) -> "Zuordnung":
        if self.audience == self.client_id:
            raise ValueError("„audience“ und „client_id“ müssen sich unterscheiden")
        return self

    @property
    def dauer(self) -> Lebensdauer:
        """The same as times."""
        return Lebensdauer(
            untaetig=dt.timedelta(minutes=self.sitzung.untaetig_minuten),
            hoechstens=dt.timedelta(hours=self.sitzung.hoechstens_stunden),
        )

    def known_groups(self, claims: dict[str, Any]) -> tuple[str, ...]:
        """The groups in the claims that mean something here; others give nothing and are not kept."""
        gemeint = {zeile.gruppe for zeile in self.rollen}
        genannt = (gruppe for pfad in self.gruppen for gruppe in _texts(_at(claims, pfad)))
        return tuple(dict.fromkeys(gruppe for gruppe in genannt if gruppe in gemeint))

    def granted(self, person: str, gruppen: tuple[str, ...]) -> Angemeldet:
        """What the groups give."""
        zeilen = (zeile for zeile in self.rollen if zeile.gruppe in gruppen)
        aemter = dict.fromkeys(Amt(kommune=z.kommune, rolle=z.rolle, stelle=z.stelle) for z in zeilen)
        return Angemeldet(person=person, aemter=tuple(aemter))

    def person_of(self, claims: dict[str, Any], geheimnis: bytes) -> str | None:
        """The person's opaque id: as the provider has it, or a keyed hash of it where it has another form (a mail address ...).

        The key keeps it from being guessed. None, if the claims name nobody.
        """
        wer = _at(claims, self.person)
        if not isinstance(wer, str) or not wer.strip():
            return None
        if wer in self.personen:
            return self.personen[wer]
        if re.fullmatch(FORM_KENNUNG, wer, re.ASCII) and wer not in {SYSTEM.person, *self.personen.values()}:
            return wer
        return "p-" + hmac.new(geheimnis, f"{self.issuer}\0{wer}".encode(), hashlib.sha256).hexdigest()[:32]


def _at(claims: Any, pfad: str) -> Any:
    """The value at a path; a name that itself has dots (``https://example.org/groups``) is tried first."""
    if isinstance(claims, dict) and pfad in claims:
        return claims[pfad]
    erster, punkt, rest = pfad.partition(".")
    return _at(claims[erster], rest) if punkt and isinstance(claims, dict) and erster in claims else None


def _texts(wert: Any) -> Iterator[str]:
    """A claim may be one text or a list of them."""
    for einzeln in wert if isinstance(wert, list) else [wert]:
        if isinstance(einzeln, str):
            yield einzeln


def load(datei: Path, regelwerke: Regelwerke) -> Zuordnung:
    """Reads the file. Raises EinstellungFehlt with one sentence about the first thing that is not right."""
    wo = f"Die Anmeldedatei („{datei}“, LAUFMAPPE_ANMELDUNG)"
    try:
        zuordnung = Zuordnung.model_validate(tomllib.loads(datei.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        raise EinstellungFehlt(f"{wo} ist nicht lesbar. Bitte Pfad, Rechte und Kodierung (UTF-8) prüfen.") from None
    except tomllib.TOMLDecodeError as fehler:
        raise EinstellungFehlt(f"{wo} ist kein gültiges TOML ({fehler}). Bitte die genannte Zeile berichtigen.") from None
    except ValidationError as fehler:
        raise EinstellungFehlt(f"{wo} ist nicht in Ordnung: {_said(fehler.errors(include_url=False)[0])}.") from None
    for nr, zeile in enumerate(zuordnung.rollen):
        if grund := _unknown(zeile, regelwerke):
            raise EinstellungFehlt(f"{wo} ist nicht in Ordnung: rollen[{nr}].{grund}.")
    return zuordnung


def _said(fehler: Any) -> str:
    if fehler["type"] == "value_error":
        wo = finding(fehler).schluessel
        return f"{wo} {fehler['ctx']['error']}".strip()
    fund = finding(fehler)
    return f"{fund.schluessel} {fund.grund}"


def _unknown(zeile: Rollenzeile, regelwerke: Regelwerke) -> str | None:
    """What of the line no Regelwerk knows, in words."""
    if zeile.kommune not in regelwerke.kommunen:
        return f"kommune: „{zeile.kommune}“ hat hier kein Regelwerk; es gibt {', '.join(regelwerke.kommunen)}"
    eigene = [rw for rw in regelwerke.alle if rw.kommune == zeile.kommune]
    bekannt = {traeger.id for rw in eigene for traeger in (*rw.stellen, *rw.gremien)}
    if zeile.rolle in OHNE_STELLE or zeile.stelle in bekannt:
        return None
    return f"stelle: „{zeile.stelle}“ steht nicht im Regelwerk von „{zeile.kommune}“; bitte die Schreibweise prüfen"
