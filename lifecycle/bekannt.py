"""What people look for by an id that the town does not have is refused with what there is: an empty list would say something else."""

import difflib
from collections.abc import Iterable, Iterator

from lifecycle.ablehnung import Unbekannt
from schemas.regelwerk import Regelwerk, Regelwerke


def verify_known(was: str, kennung: str, bekannt: Iterable[str]) -> None:
    """Raises Unbekannt unless it is one of those."""
    alle = sorted(set(bekannt))
    if kennung in alle:
        return
    nah = difflib.get_close_matches(kennung, alle, n=1)
    hilfe = f"Meinten Sie „{nah[0]}“? " if nah else ""
    raise Unbekannt(f"{was} „{kennung}“ ist nicht bekannt. {hilfe}Es gibt: {', '.join(alle) or 'nichts (nicht hinterlegt)'}.")


def verify_town(regelwerke: Regelwerke, kommune: str) -> None:
    """Raises Unbekannt unless there are rules of that town."""
    verify_known("Die Kommune", kommune, regelwerke.kommunen)


def _versions(regelwerke: Regelwerke, kommune: str) -> Iterator[Regelwerk]:
    return (rw for rw in regelwerke.alle if rw.kommune == kommune)


def offices(regelwerke: Regelwerke, kommune: str) -> set[str]:
    """Ids of all offices that the town has or had."""
    return {s.id for rw in _versions(regelwerke, kommune) for s in rw.stellen}


def committees(regelwerke: Regelwerke, kommune: str) -> set[str]:
    """Ids of all committees that the town has or had."""
    return {g.id for rw in _versions(regelwerke, kommune) for g in rw.gremien}


TRAEGER = {"stelle": ("Die Stelle", offices), "federfuehrend": ("Die Stelle", offices), "gremium": ("Das Gremium", committees)}
"""What an id in a search stands for, by the column that is searched."""


def verify_search(regelwerke: Regelwerke, kommune: str, gesucht: dict[str, str]) -> None:
    """Raises Unbekannt for an office or committee that the town never had."""
    for spalte, kennung in gesucht.items():
        if spalte in TRAEGER:
            was, alle = TRAEGER[spalte]
            verify_known(was, kennung, alle(regelwerke, kommune))
