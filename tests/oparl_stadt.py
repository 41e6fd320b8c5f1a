"""A town as OParl shows it: its objects, all that have a URL of their own, and the check that they hold together."""

import datetime as dt
import json
import re
from typing import Any

from oparl.kommune import body, organizations, persons, system
from oparl.kontext import Kontext
from oparl.objekt import Objekt
from oparl.vorgang import of_case, standing_alone
from oparl_schema import faults, references
from welt import Welt

BASIS = "https://ris.example.org"
K = Kontext(BASIS, lizenz="https://www.govdata.de/dl-de/zero-2-0")
HEUTE = dt.date(2021, 12, 31)


def shown(z: Any, k: Kontext = K) -> Objekt:
    objekt = of_case(z, k)
    assert objekt is not None
    return objekt


def text_of(objekt: Objekt) -> str:
    return json.dumps(objekt, ensure_ascii=False)


def without_times(objekt: Objekt) -> str:
    return re.sub(r'"modified": "[^"]*"', "", text_of(objekt))


def town(welt: Welt, k: Kontext = K) -> list[Objekt]:
    """Everything of a town, as it is given out under URLs of its own."""
    faelle = [objekt for z in welt.staende.values() if (objekt := of_case(z, k))]
    eigene = (welt.regelwerke, welt.kommune, HEUTE, k)
    ganz = [system(welt.regelwerke, HEUTE, k), body(*eigene), *organizations(*eigene), *persons(*eigene), *faelle]
    return [einzeln for objekt in ganz for einzeln in standing_alone(objekt)]


def check_town(welt: Welt) -> list[Objekt]:
    """All valid, each URL once, and none that leads nowhere."""
    alle = town(welt)
    assert [f for objekt in alle for f in faults(objekt)] == []
    da = [objekt["id"] for objekt in alle]
    assert len(da) == len(set(da))
    assert {url for objekt in alle for url in references(objekt)} - set(da) == set()
    return alle
