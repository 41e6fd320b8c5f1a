"""From which address a request comes: a proxy's word is taken only from proxies that the settings name."""

import ipaddress
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import Scope

Adresse = ipaddress.IPv4Address | ipaddress.IPv6Address
IPV6_NETZ = 64
"""One household or office has a whole network of that size."""


class Absender:
    """``netze``: addresses or networks of proxies that are believed."""

    def __init__(self, netze: Iterable[str]) -> None:
        self._netze = tuple(ipaddress.ip_network(netz) for netz in netze)

    def of(self, scope: Scope) -> str:
        """The address of the last one that is no proxy of ours; for IPv6 its network. ``unbekannt`` without any."""
        nachbar = _address(scope["client"][0]) if scope.get("client") else None
        if nachbar is None:
            return "unbekannt"
        weg = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        while self._trusted(nachbar) and weg:
            davor = _address(weg.pop().strip())
            if davor is None:
                break
            nachbar = davor
        return _network(nachbar)

    def _trusted(self, adresse: Adresse) -> bool:
        return any(adresse in netz for netz in self._netze)


def _address(text: str) -> Adresse | None:
    try:
        adresse = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(adresse, "ipv4_mapped", None) or adresse


def _network(adresse: Adresse) -> str:
    return str(adresse) if adresse.version == 4 else str(ipaddress.ip_network((int(adresse), IPV6_NETZ), strict=False))
