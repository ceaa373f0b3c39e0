"""Which request takes which role, and what it is called in the log of changes. What is not named here is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.accounts import Caller, Role

SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Rule:
    """Requests of some methods whose whole path matches; ``role`` None lets in who is not logged in.

    ``action`` names what is logged with the group of the pattern, where it has one; "" logs nothing. ``most`` is how
    many bytes may be sent, where what answers does not look itself.
    """

    methods: tuple[str, ...]
    path: re.Pattern[str]
    role: Role | None
    action: str = ""
    most: int | None = None

    def lets(self, who: Caller) -> bool:
        """Whether it lets that caller in: for what only reads it does not matter whether a key could write."""
        if self.role is None:
            return True
        return who.role.covers(self.role) if set(self.methods) <= set(SAFE) else who.may(self.role)


def _rule(methods: str, path: str, role: Role | None, action: str = "", most: int | None = None) -> Rule:
    return Rule(tuple(methods.split()), re.compile(path, re.DOTALL), role, action, most)


#: The first that fits counts.
RULES = (
    _rule("GET HEAD", r"/(static/.*|favicon\.ico|healthz|readyz|login)", None),
    _rule("POST", r"/login", None),  # logs by itself: who it is shows only then
    # the page: its events ask again for what they change
    _rule("POST", r"/gradio_api/(queue/join|cancel|reset)/?", Role.READER, most=8_000_000),
    _rule("POST", r"/gradio_api/upload/?", Role.READER),
    _rule("POST", r"/(logout|account/(password|keys|keys/drop))", Role.READER),
    _rule("GET HEAD POST", r"/account/users(/.*)?", Role.ADMIN),
    # the library
    _rule("POST", r"/library/uploads", Role.EDITOR, "上传文件"),
    _rule("POST", r"/library/uploads/([^/]+)/confirm", Role.EDITOR, "确认替换"),
    _rule("POST", r"/library/uploads/([^/]+)/drop", Role.EDITOR, "放弃上传"),
    _rule("POST", r"/library/remove/(.+)", Role.EDITOR, "移除文件"),
    _rule("POST", r"/library/undo/(.+)", Role.EDITOR, "撤销修改"),
    # what programs call
    _rule("POST", r"/api/(ask|search|match)", Role.READER),
    _rule("POST", r"/v1/chat/completions", Role.READER),
    _rule("POST DELETE", r"/mcp/?", Role.READER),
    _rule("POST", r"/api/documents", Role.EDITOR, "上传文件"),
    _rule("DELETE", r"/api/documents/(.+)", Role.EDITOR, "移除文件"),
    _rule("GET HEAD", r"/metrics|/monitoring.*", Role.ADMIN),
    # everything else may be read by who is logged in, but for what the framework serves and the page has no use for:
    # links that each leave a file, streams without end
    _rule("GET HEAD", r"/(?!gradio_api/(deep_link|dev|call|stream|proxy)\b).*", Role.READER),
)

_FOR_KEYS = re.compile(r"/(api|v1|doc|mcp)(/.*)?|/metrics")


def rule_of(method: str, path: str) -> Rule | None:
    """The rule of a request; None where it is refused whoever asks."""
    return next((r for r in RULES if method in r.methods and r.path.fullmatch(path)), None)


def allowed(path: str) -> str:
    """The methods that some role may use there, as the header Allow has them."""
    return ", ".join(dict.fromkeys(m for r in RULES if r.path.fullmatch(path) for m in r.methods))


def takes_keys(path: str) -> bool:
    """Whether keys are accepted there: they are for programs, the page is for people."""
    return bool(_FOR_KEYS.fullmatch(path))
