"""How one case addresses another: workflow ids, and commands that the engine itself gives, with deterministic keys."""

import datetime as dt

from pydantic import BaseModel

from schemas.akteur import SYSTEM
from schemas.wirkung import Ruf
from schemas.zustand import Zustand


def workflow_id(typ: str, z: Zustand, kennung: str) -> str:
    """Id of another case of the same town."""
    return f"{typ}/{z.kommune}/{kennung}"


def call(
    z: Zustand,
    von: str,
    ziel: str,
    art: str,
    geschehen: dt.datetime | None,
    *,
    zweck: str | None = None,
    anlegen: bool = False,
    **felder: object,
) -> Ruf:
    """A call from case ``z`` (of type ``von``) to the workflow ``ziel``. The same call has the same key for ever."""
    assert z.regelwerk is not None  # set with the first entry
    stelle = "/".join(str(wert) for name in ("top", "beratung") if (wert := felder.get(name)) is not None)
    if z.regelstand >= 3 and felder.get("ruecknahme"):
        stelle += "ruecknahme"  # a meeting that ends may decline both requests of a paper at once
    schluessel = f"{von}/{z.id}/{z.seq}/{art}/{stelle}/{ziel.rsplit('/', 1)[-1]}"
    rein = {k: v.model_dump(mode="json") if isinstance(v, BaseModel) else v for k, v in felder.items()}
    befehl: dict[str, object] = {
        "art": art,
        "schluessel": schluessel,
        "akteur": SYSTEM.model_dump(mode="json"),
        "regelwerk": z.regelwerk.model_dump(mode="json"),
        **rein,
    }
    if geschehen:
        befehl["geschehen"] = geschehen.isoformat()
    return Ruf.model_validate({"ziel": ziel, "zweck": zweck or art, "befehl": befehl, "anlegen": anlegen})
