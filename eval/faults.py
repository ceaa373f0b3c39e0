"""What is kept of an error that a system raised."""

from __future__ import annotations

import traceback

_LONGEST = 1000  # characters of an error's own message


def told(error: BaseException) -> str:
    """``Type: message（file:line）`` with the last line of code that ran, in characters that can be written.

    The error's own code may be at fault as well: then its message is left out.
    """
    try:
        text = str(error)[:_LONGEST]
    except Exception:  # noqa: BLE001 - whatever an evaluator's error does
        text = "说明无法显示"
    where = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        if not frame.f_code.co_filename.startswith("<"):
            where = f"（{frame.f_code.co_filename}:{line}）"
    return f"{type(error).__name__}: {text}{where}".encode("utf-8", "backslashreplace").decode()
