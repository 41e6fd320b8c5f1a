"""The envelope: whatever goes to Temporal is closed with the key of its case (AES-256-GCM) and opened when it comes back.

Which case, the SDK says (its serialization contexts); which key, each payload says itself, so opening asks nobody. What bears no such
mark was written before there were keys, and passes as it is. Search attributes, ids, types of failures and headers are not closed:
they hold nothing that would have to be forgotten.
"""

import dataclasses
import re
import secrets
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Self

from cryptography.exceptions import InvalidTag
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from activities.fallschluessel import Schluessel, Schluesselquelle
from register import SchluesselFehlt

VOM_PLAN = re.compile(r"-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
"""What a schedule adds to the ids of the workflows that it starts: they are all of one case."""
VERSCHLOSSEN = b"binary/encrypted"
KENNUNG = "schluessel"
NONCE = 12


def sealed(converter: DataConverter, schluessel: Schluesselquelle) -> DataConverter:
    """The converter with the envelope around it; messages of failures go into it too."""
    return dataclasses.replace(
        converter,
        payload_codec=Umschlag(schluessel),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


class Umschlag(PayloadCodec, WithSerializationContext):
    """For one case, once the SDK has said which."""

    def __init__(self, schluessel: Schluesselquelle, workflow: str | None = None) -> None:
        self._schluessel = schluessel
        self._workflow = workflow

    def with_context(self, context: SerializationContext) -> Self:
        """The envelope for the case that the context names."""
        if not isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
            return self
        return type(self)(self._schluessel, VOM_PLAN.sub("", context.workflow_id or "") or None)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Closes. Raises RegisterNichtErreichbar; ValueError for what belongs to no case: it could never be forgotten."""
        if not self._workflow:
            raise ValueError("Was zu keinem Vorgang gehört, darf nicht zu Temporal.")
        schluessel = await self._schluessel.of_case(self._workflow)
        return [_closed(schluessel, payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Opens. Raises SchluesselFehlt, RegisterNichtErreichbar."""
        return [await self._opened(payload) for payload in payloads]

    async def _opened(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != VERSCHLOSSEN:
            return payload
        schluessel = await self._schluessel.by_id(payload.metadata[KENNUNG].decode(), self._workflow)
        nonce, rest = payload.data[:NONCE], payload.data[NONCE:]
        try:
            klar = schluessel.aead.decrypt(nonce, rest, payload.metadata[KENNUNG])
        except InvalidTag:
            raise SchluesselFehlt("Ein Inhalt in Temporal passt nicht zu seinem Schlüssel: Er wurde verändert.") from None
        return Payload.FromString(zlib.decompress(klar))


def closed_with(nachricht: Message) -> set[str]:
    """Ids of all keys that something in it is closed with; empty for what is not closed. For an event of a history, say."""
    return {
        payload.metadata[KENNUNG].decode() for payload in payloads(nachricht) if payload.metadata.get("encoding") == VERSCHLOSSEN
    }


def payloads(nachricht: Message) -> Iterator[Payload]:
    """Every payload anywhere in it. Search attributes are none: they are never closed."""
    if isinstance(nachricht, Payload):
        yield nachricht
        return
    for feld, wert in nachricht.ListFields():
        if feld.message_type is None or feld.name == "search_attributes":
            continue
        teile = wert.values() if isinstance(wert, Mapping) else wert if hasattr(wert, "add") else [wert]
        for teil in teile:
            if isinstance(teil, Message):
                yield from payloads(teil)


def _closed(schluessel: Schluessel, payload: Payload) -> Payload:
    """Packed first: what is closed cannot be packed any more, by nobody."""
    nonce, kennung = secrets.token_bytes(NONCE), schluessel.kennung.encode()
    zu = schluessel.aead.encrypt(nonce, zlib.compress(payload.SerializeToString(), 1), kennung)
    return Payload(metadata={"encoding": VERSCHLOSSEN, KENNUNG: kennung}, data=nonce + zu)
