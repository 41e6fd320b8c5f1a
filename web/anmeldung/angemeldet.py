"""Who is signed in: an opaque person, and the offices that this person may act for, town by town."""

from pydantic import ValidationError

from lifecycle.ablehnung import NichtBefugt, Unbekannt, Unplausibel
from schemas.akteur import Akteur, Rolle
from schemas.basis import Kennung, Modell
from web.tor import UNBEKANNT

KEINE_ROLLE = "Für diese Anmeldung ist keine Rolle hinterlegt. Bitte die Fachadministration darum bitten."


class Amt(Modell):
    """A role in an office (or committee) of a town. Never ``system``: that is the engine itself."""

    kommune: Kennung
    rolle: Rolle
    stelle: Kennung

    @property
    def wort(self) -> str:
        """As it is named in headers and forms: ``sachbearbeitung@a-46``."""
        return f"{self.rolle}@{self.stelle}"


class Angemeldet(Modell):
    """A person (opaque id) with all offices that the sign-in gives. ``gewaehlt`` is what was chosen to act in, if anything.

    Seats are not here: they are dated facts of the Regelwerk, found there by the person's id.
    """

    person: Kennung
    aemter: tuple[Amt, ...] = ()
    gewaehlt: str | None = None

    @property
    def kommunen(self) -> tuple[str, ...]:
        """The towns that this sign-in is valid for."""
        return tuple(dict.fromkeys(amt.kommune for amt in self.aemter))

    def verify_town(self, kommune: str) -> None:
        """Raises Unbekannt for any other town, whether it exists here or not."""
        if kommune not in self.kommunen:
            raise Unbekannt(UNBEKANNT)

    def paare(self, kommune: str | None) -> tuple[tuple[Rolle, str], ...]:
        """Role and office, to choose from in that town; without a town, what is held in each town alike."""
        if kommune is not None:
            return tuple((amt.rolle, amt.stelle) for amt in self.aemter if amt.kommune == kommune)
        ueberall = [set(self.paare(k)) for k in self.kommunen]
        return tuple(paar for paar in dict.fromkeys(self._alle()) if all(paar in hier for hier in ueberall))

    def akteur(self, kommune: str | None, verlangt: str | None, fuer: str | None) -> Akteur:
        """Who acts there. ``verlangt`` is ``rolle@stelle``; without it, what was chosen before, or else the first.

        Whether the person may act for somebody else is not decided here. Raises NichtBefugt, Unbekannt, Unplausibel.
        """
        if not self.aemter:
            raise NichtBefugt(KEINE_ROLLE)
        if kommune is not None:
            self.verify_town(kommune)
        rolle, stelle = self._chosen(self.paare(kommune), verlangt)
        try:
            return Akteur(person=self.person, stelle=stelle, rolle=rolle, fuer=fuer)
        except ValidationError:
            raise Unplausibel("„Laufmappe-Fuer“ nennt keine Kennung einer Person.") from None

    def in_use(self, kommune: str) -> tuple[Rolle, str]:
        """What a request to that town acts in if it does not say."""
        return self._chosen(self.paare(kommune), None)

    def _alle(self) -> tuple[tuple[Rolle, str], ...]:
        return tuple((amt.rolle, amt.stelle) for amt in self.aemter)

    def _chosen(self, paare: tuple[tuple[Rolle, str], ...], verlangt: str | None) -> tuple[Rolle, str]:
        nach_wort = {f"{rolle}@{stelle}": (rolle, stelle) for rolle, stelle in paare}
        if verlangt is not None and verlangt not in nach_wort:
            raise NichtBefugt("Diese Rolle gehört nicht zu dieser Anmeldung. „/anmeldung/ich“ zeigt, welche zur Wahl stehen.")
        if not paare:
            raise NichtBefugt("Diese Anmeldung gilt für mehrere Kommunen. Bitte angeben, für welche gehandelt wird.")
        return nach_wort[verlangt] if verlangt else nach_wort.get(self.gewaehlt or "", paare[0])
