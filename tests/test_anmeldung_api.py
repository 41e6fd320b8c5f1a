"""Sign-in and protection around the API itself: towns, roles, and what its description says of them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from anmeldedienst import AUDIENCE, SB, KleinerDienst, mapping
from schemas.regelwerk import Regelwerke
from tuer import Tuer
from web.app import build
from web.schutz import protect
from web.tor import Tor


class Api(Tuer):
    """The API instead of the small application; nothing behind it but the rules of the towns."""

    def __init__(self, regelwerke: Regelwerke, ordner: Path, **mehr: Any) -> None:
        super().__init__(regelwerke, ordner, **mehr)
        lm = cast(Any, SimpleNamespace(regelwerke=regelwerke))
        self.innen = build(Tor(lm, self.anmeldung))
        self.app = protect(self.innen, self.anmeldung, self.einstellungen)


def test_the_description_says_who_one_is(muster: Regelwerke, tmp_path: Path) -> None:
    beschreibung = Api(muster, tmp_path).innen.openapi()
    weg = beschreibung["paths"]["/anmeldung/ich"]["get"]
    assert set(weg["responses"]) == {"200", "401", "429", "503"} and weg["tags"] == ["Anmeldung"]
    assert [pfad for pfad in beschreibung["paths"] if pfad.startswith("/anmeldung")] == ["/anmeldung/ich"]
    assert beschreibung["components"]["securitySchemes"]["anmeldung"]["scheme"] == "bearer"


@pytest.mark.parametrize("pfad", ["vorlagen", "sitzungen/1", "pruefung/verlauf.jsonl"])
async def test_a_town_of_others_is_as_if_it_were_not(muster: Regelwerke, tmp_path: Path, pfad: str) -> None:
    dienst = KleinerDienst()
    try:
        api = Api(muster, tmp_path, datei=mapping(tmp_path, dienst.issuer))
        token = dienst.token(api)
        fremd = await api.ask(token, f"/api/v1/kreisstadt/{pfad}")
        keine = await api.ask(token, f"/api/v1/gibtesnicht/{pfad}")
        assert fremd.status_code == keine.status_code == 404
        assert fremd.content == keine.content
        assert {fremd.headers[k] for k in ("cache-control",)} == {"no-store"}
        for schlecht in (dienst.token(api, aud=f"{AUDIENCE}x"), dienst.token(api, sub=SB, groups=[])):
            assert (await api.ask(schlecht, f"/api/v1/kreisstadt/{pfad}")).status_code in (401, 404)
    finally:
        dienst.stop()
