"""Where mail to an office or committee goes: the mailbox that the Regelwerk gives it."""

from lifecycle.ablehnung import Unplausibel
from schemas.regelwerk import Regelwerk
from schemas.sitzung import Sitzung


def address(rw: Regelwerk, empfaenger: str) -> str | None:
    """Mail address or URL of a receiver; a committee without one of its own is told through its Sitzungsdienst."""
    if empfaenger.startswith("webhook:"):
        return next((w.url for w in rw.webhooks if f"webhook:{w.id}" == empfaenger), None)
    stellen = {s.id: s.postfach for s in rw.stellen}
    gremium = next((g for g in rw.gremien if g.id == empfaenger), None)
    if gremium is not None:
        return gremium.postfach or stellen.get(gremium.sitzungsdienst or "")
    return stellen.get(empfaenger)


def organizer(rw: Regelwerk, z: Sitzung) -> str:
    """Address of the secretariat that invites to the meeting: answers go there. Raises Unplausibel where there is none."""
    adresse = address(rw, z.gremium.id) if z.gremium else None
    if adresse is None:
        raise Unplausibel(
            "Für den Sitzungsdienst dieses Gremiums ist keine Mailadresse hinterlegt; eine Kalendereinladung braucht einen Absender. "
            "Bitte „postfach“ im Regelwerk ergänzen."
        )
    return adresse
