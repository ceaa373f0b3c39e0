"""Pages saved as one file (.mht, and .doc of web systems): MIME the HTML as one part, its pictures as others."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message

_HEAD = 8192  # bytes of headers that are looked at
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}:")
_PAGE_TYPE = re.compile(rb"content-type:\s*(?:multipart/(?:related|alternative)|text/html)\b")


def is_web_archive(data: bytes) -> bool:
    """Whether bytes begin with the headers of a page in MIME."""
    head = data[:_HEAD].lstrip()
    if not _FIELD.match(head):
        return False
    head = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0].lower()
    return b"mime-version:" in head and _PAGE_TYPE.search(head) is not None


def page(data: bytes) -> tuple[bytes, str | None]:
    """The HTML of a web archive as it was encoded, and the encoding its part states; its first text if it has none."""
    try:
        message = message_from_bytes(data.lstrip())
        parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    except RecursionError:  # parts within parts without end
        return b"", None
    parts.sort(key=lambda part: part.get_content_subtype() != "html")
    return (_content(parts[0]), parts[0].get_content_charset()) if parts else (b"", None)


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
