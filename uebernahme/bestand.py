"""Our own records of a town as OParl gives them out: what a comparison holds against a source."""

import datetime as dt

from archive.paket import OHNE_ADRESSE
from lifecycle.kern import BERLIN
from oparl.kommune import organizations
from oparl.kontext import Kontext
from oparl.objekt import Objekt
from oparl.vorgang import of_case
from register import Register
from schemas.regelwerk import Regelwerke


async def our_objects(register: Register, regelwerke: Regelwerke, kommune: str, adresse: str | None) -> list[Objekt]:
    """Organizations, papers and meetings, as far as they are public. Raises RegisterNichtErreichbar."""
    k = Kontext(adresse or OHNE_ADRESSE)
    heute = dt.datetime.now(BERLIN).date()
    faelle = [z for typ in ("vorlage", "sitzung") for _, z in await register.states(kommune, typ)]
    return [*organizations(regelwerke, kommune, heute, k), *(o for z in faelle if (o := of_case(z, k)))]
