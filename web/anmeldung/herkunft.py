"""Addresses on the web: their origin, and whether they mean this very machine."""

import ipaddress
from urllib.parse import urlsplit


def origin(url: str) -> str | None:
    """``https://ris.example.org`` of any URL there; None for what is no web address."""
    try:
        teile = urlsplit(url)
        port = f":{teile.port}" if teile.port and teile.port != {"https": 443, "http": 80}.get(teile.scheme) else ""
    except ValueError:
        return None
    rechner = teile.hostname
    if teile.scheme not in ("https", "http") or not rechner:
        return None
    return f"{teile.scheme}://{f'[{rechner}]' if ':' in rechner else rechner}{port}"


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine."""
    try:
        return host_is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


def host_is_loopback(rechner: str) -> bool:
    """Whether a name or address is this machine, and nothing that others can reach."""
    if rechner.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(rechner.strip("[]")).is_loopback
    except ValueError:
        return False
