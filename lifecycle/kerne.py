"""The eight state machines by the first part of their workflows' ids."""

from typing import Any

from lifecycle import auftrag, aussonderung, gremium, nummernkreis, pruefakte, regelwerksakte, sitzung, vorlage
from lifecycle.ablehnung import Unbekannt
from lifecycle.kern import Kern

KERNE: dict[str, Kern[Any]] = {
    k.typ: k
    for k in (
        vorlage.KERN,
        sitzung.KERN,
        auftrag.KERN,
        nummernkreis.KERN,
        gremium.KERN,
        regelwerksakte.KERN,
        pruefakte.KERN,
        aussonderung.KERN,
    )
}

ARTEN: frozenset[str] = frozenset(art for k in KERNE.values() for art in k.befehle)
"""Every kind of command that there is."""


def kern_of(workflow: str) -> Kern[Any]:
    """The state machine of a workflow, by its id. Raises Unbekannt."""
    typ = workflow.split("/", 1)[0]
    if typ not in KERNE:
        raise Unbekannt(f"„{workflow}“ ist kein Vorgang der Laufmappe.")
    return KERNE[typ]
