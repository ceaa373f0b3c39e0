"""Whether a request comes from a page of this very server, and from nowhere else.

Another site's page can send requests here, and a name of its own can be pointed at this machine (DNS rebinding). What
a browser says of the page that asks decides: the address it calls (Host) and the address of the page (Origin).
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

_SAFE = ("GET", "HEAD")
_PROXIED = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via")


def from_own_page(scope: Any) -> bool:  # noqa: ANN401 - an ASGI scope
    """Whether a request may be of a page of this server; a program that is no browser says nothing and passes.

    No preflight is of such a page.
    """
    method = scope["method"]
    host, origin, site = (_header(scope, name) for name in (b"host", b"origin", b"sec-fetch-site"))
    if method == "OPTIONS" or not host or (origin is not None and not _is_at(origin, host)):
        return False
    return method in _SAFE or site in (None, "same-origin")


def called_by_own_name(scope: Any) -> bool:  # noqa: ANN401 - an ASGI scope
    """Whether a server that listens on this machine alone is called by one of this machine's own names."""
    listener = scope.get("server")
    return not (listener and is_loopback(listener[0])) or is_loopback(_name(_header(scope, b"host") or ""))


def came_through_a_proxy(scope: Any) -> bool:  # noqa: ANN401 - an ASGI scope
    """Whether a proxy on this machine passes on what somebody elsewhere asks, and says so."""
    return any(key.lower() in _PROXIED for key, _ in scope["headers"])


def _header(scope: Any, name: bytes) -> str | None:  # noqa: ANN401
    """A header's value; of one that is given twice, nothing that could be right."""
    values = [value.decode("latin-1").strip() for key, value in scope["headers"] if key.lower() == name]
    return None if not values else values[0] if len(values) == 1 else ""


def _is_at(origin: str, host: str) -> bool:
    scheme, _, place = origin.partition("://")
    return scheme in ("http", "https") and place.lower() == host.lower()


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:  # brackets that do not close
        return ""


def is_loopback(name: str) -> bool:
    """Whether it is a name or address of this machine alone."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
