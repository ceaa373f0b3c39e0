"""Names of uploaded files made safe: they come from anywhere and say anything."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 180  # bytes: file systems take 255, and room is left for what is put beside
_LONGEST_SUFFIX = 12
_UNNAMED = "未命名"


def safe_name(given: str) -> str:
    """A name for a file in a folder: no path, nothing unseen, not hidden, no longer than file systems take.

    What a reader sees of the name stays as it is; it is still hostile as HTML.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    name = "".join(c for c in name if not unicodedata.category(c).startswith("C"))  # control, format, surrogates
    name = " ".join(name.split())
    if re.fullmatch(rf"\.[A-Za-z0-9]{{1,{_LONGEST_SUFFIX}}}", name):  # nothing but a suffix
        return f"{_UNNAMED}{name}"
    name = name.lstrip(".~$ ").rstrip(". ")
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > _LONGEST_SUFFIX or not suffix.isalnum():
        stem, dot, suffix = name, "", ""
    room = _LONGEST - len(f"{dot}{suffix}".encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").strip()
    return f"{stem or _UNNAMED}{dot}{suffix}"
