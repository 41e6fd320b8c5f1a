"""The channels that there are: a new one is a file of its own and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from activities.kanaele.kanal import Kanal
from activities.kanaele.mail import MailKanal
from activities.kanaele.webhook import WebhookKanal

KANAELE: Mapping[str, type[Kanal]] = MappingProxyType({"mail": MailKanal, "webhook": WebhookKanal})
"""Name as it stands in ``Nachricht.kanal`` and in the Regelwerk, and the class behind it."""
