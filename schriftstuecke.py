"""Documents of a meeting that draw on more than its own state: set from what the register and the document store hold.

Both doors of a document come here: who looks at a draft, and the command that fixes it.
"""

from collections.abc import Callable, Mapping

from dokumente import inhalt, sicht
from dokumente.blatt import Schriftstueck, committees
from dokumente.sicht import Teil
from lifecycle.ruf import workflow_id
from register import Register
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage

Laden = Callable[[str], bytes]


def signed_minutes(z: Sitzung, kommune: str, laden: Laden) -> Mapping[bool, Schriftstueck]:
    """The minutes as they are signed: public and nonpublic part, each if there is something in it. ``laden``: digest to content."""
    teile = {t.oeffentlich for t in z.tops} | {t.oeffentlich for t in z.niederschrift}
    return {
        oeffentlich: inhalt.minutes(
            z, kommune, laden, Teil.OEFFENTLICH if oeffentlich else Teil.NICHTOEFFENTLICH, ausfertigung=True
        )
        for oeffentlich in sorted(teile, reverse=True)
    }


async def open_tasks(register: Register, z: Sitzung, kommune: str, teil: Teil, *, freigegeben: bool = False) -> Schriftstueck:
    """The list of what is open for the meeting's committees, with the numbers of papers that its readers may know of."""
    auftraege = await register.open_tasks(z.kommune, [g.id for g in committees(z)])
    vorlagen = {a.vorlage for a in auftraege if a.vorlage}
    nummern = {v: nummer for v in vorlagen if (nummer := await _number(register, z, v, teil))}
    return inhalt.task_list(z, kommune, auftraege, teil, nummern, freigegeben=freigegeben)


async def _number(register: Register, z: Sitzung, vorlage: str, teil: Teil) -> str | None:
    stand = await register.state(workflow_id("vorlage", z, vorlage))
    return sicht.paper_number(stand, teil) if isinstance(stand, Vorlage) else None
