"""From what people type to a case of the town."""

from client import Laufmappe
from lifecycle.ablehnung import Unbekannt


async def case_of(lm: Laufmappe, kommune: str, typ: str, text: str) -> str:
    """The workflow of a case of this town that people mean by a number, an id or the beginning of one. Raises Unbekannt."""
    if text.startswith(f"{typ}/") and not text.startswith(f"{typ}/{kommune}/"):
        raise Unbekannt(f"Das ist keine Kennung der Kommune „{kommune}“. Bitte die Nummer oder Kennung prüfen.")
    return await lm.find(kommune, typ, text)
