"""Who acts: a person, for an office, in a role, perhaps for somebody else."""

from enum import StrEnum

from schemas.basis import Kennung, Modell


class Rolle(StrEnum):
    """The roles that people and machines act in."""

    SACHBEARBEITUNG = "sachbearbeitung"
    AMTSLEITUNG = "amtsleitung"
    DEZERNATSLEITUNG = "dezernatsleitung"
    VERWALTUNGSLEITUNG = "verwaltungsleitung"
    SITZUNGSDIENST = "sitzungsdienst"
    SCHRIFTFUEHRUNG = "schriftfuehrung"
    VORSITZ = "vorsitz"
    MITGLIED = "mitglied"
    FRAKTION = "fraktion"
    RECHNUNGSPRUEFUNG = "rechnungspruefung"
    ARCHIV = "archiv"
    FACHADMINISTRATION = "fachadministration"
    BETRIEB = "betrieb"
    SYSTEM = "system"

    @property
    def anzeige(self) -> str:
        """The word as people read it."""
        return ROLLENNAMEN[self]


ROLLENNAMEN = {rolle: rolle.value.replace("fuehr", "führ").replace("pruef", "prüf").capitalize() for rolle in Rolle} | {
    Rolle.SYSTEM: "Laufmappe"
}


class Akteur(Modell):
    """Taken from the sign-in, never from the body of a request.

    ``person`` and ``fuer`` are opaque ids, not names. ``fuer`` is the person on whose behalf the actor acts (Vertretung):
    both stay on record.
    """

    person: Kennung
    stelle: Kennung
    rolle: Rolle
    fuer: Kennung | None = None

    @property
    def personen(self) -> frozenset[str]:
        """Everybody that this act counts for."""
        return frozenset({self.person} | ({self.fuer} if self.fuer else set()))


SYSTEM = Akteur(person="laufmappe", stelle="laufmappe", rolle=Rolle.SYSTEM)
