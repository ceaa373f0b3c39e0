"""Which requests are of a page of this server."""

from __future__ import annotations

from typing import Any

import pytest

from ui.same_origin import called_by_own_name, from_own_page

LOCAL, LAN = ("127.0.0.1", 7860), ("192.168.1.5", 7860)


def scope(listener: tuple[str, int] | None, method: str = "POST", **headers: str) -> dict[str, Any]:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": "/library/uploads", "headers": sent, "server": listener}


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        (scope(LOCAL, host="127.0.0.1:7860", origin="http://127.0.0.1:7860"), True),
        (scope(LOCAL, host="localhost:7860", origin="http://LOCALHOST:7860"), True),
        (scope(("::1", 7860), host="[::1]:7860", origin="http://[::1]:7860"), True),
        (scope(("::ffff:127.0.0.1", 7860), host="127.0.0.1:7860"), True),
        (scope(LOCAL, host="127.0.0.1:7860"), True),  # no browser
        (scope(LAN, host="192.168.1.5:7860", origin="http://192.168.1.5:7860"), True),
        (scope(LAN, host="zhice.lan", origin="https://zhice.lan"), True),
        (scope(None, host="zhice.lan"), True),
        # another page, also of another port, or of none
        (scope(LAN, host="192.168.1.5:7860", origin="http://evil.example"), False),
        (scope(LAN, host="192.168.1.5:7860", origin="http://192.168.1.5"), False),
        (scope(LAN, host="192.168.1.5:7860", origin="null"), False),
        (scope(LAN, host="192.168.1.5:7860", origin=""), False),
        (scope(LAN, host="zhice.lan", origin="file://zhice.lan"), False),
        (scope(LAN, host="zhice.lan", sec_fetch_site="cross-site"), False),
        (scope(LAN, host="zhice.lan", sec_fetch_site="same-site"), False),
        (scope(LAN, host="zhice.lan", sec_fetch_site="none"), False),
        # a stranger's name that leads to this machine
        (scope(LOCAL, host="evil.example:7860", origin="http://evil.example:7860"), False),
        (scope(LOCAL, host="127.0.0.1.evil.example"), False),
        (scope(LOCAL, host="[::1"), False),
        (scope(("::1", 7860), host="evil.example:7860"), False),
        (scope(LOCAL), False),
        # what only reads
        (scope(LOCAL, "GET", host="localhost:7860", sec_fetch_site="none"), True),
        (scope(LAN, "GET", host="zhice.lan", sec_fetch_site="cross-site"), True),
        (scope(LOCAL, "GET", host="evil.example"), False),
        (scope(LAN, "GET", host="zhice.lan", origin="http://evil.example"), False),
        (scope(LAN, "OPTIONS", host="zhice.lan", origin="http://zhice.lan"), False),
    ],
)
def test_what_is_of_a_page_of_this_server(asked: dict[str, Any], own: bool) -> None:
    assert (called_by_own_name(asked) and from_own_page(asked)) is own


def test_a_header_that_is_given_twice_counts_as_neither() -> None:
    asked = scope(LAN, host="zhice.lan", origin="http://zhice.lan")
    asked["headers"].append((b"Host", b"evil.example"))
    assert from_own_page(asked) is False
