"""What a browser keeps for us: values closed with our key (JWE), so that they can be neither read nor changed nor used elsewhere."""

from typing import TypeVar

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import BaseModel, ValidationError

ART = {"alg": "dir", "enc": "A256GCM"}
M = TypeVar("M", bound=BaseModel)


class Verschluss:
    """One key of 32 bytes. The purpose is part of what is authenticated: a value closed for one opens for no other."""

    def __init__(self, schluessel: bytes) -> None:
        self._schluessel = OctKey.import_key(schluessel)

    def close(self, zweck: str, wert: BaseModel) -> str:
        """The value as a text that fits into a cookie."""
        kopf = {**ART, "typ": zweck}
        return jwe.encrypt_compact(kopf, wert.model_dump_json(), self._schluessel, algorithms=[*ART.values()])

    def open(self, zweck: str, text: str, typ: type[M]) -> M | None:
        """The value; None for anything that was not closed here for that purpose."""
        try:
            offen = jwe.decrypt_compact(text, self._schluessel, algorithms=[*ART.values()])
            if offen.protected.get("typ") != zweck or offen.plaintext is None:
                return None
            return typ.model_validate_json(offen.plaintext)
        except (JoseError, ValidationError, ValueError):
            return None
