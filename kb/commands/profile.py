"""Reads the profile a user keeps in a file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from kb.errors import KBError
from kb.match import Profile, ProfileError, Understood, read_profile, read_sentence

_LARGEST = 1_000_000  # bytes of a profile
_LONGEST_INT = 100  # digits


def profile_in(path: Path, today: date) -> Profile | Understood:
    """The profile of a JSON file, or of the sentence in a .txt file. Raises ProfileError, or KBError if unreadable."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise KBError(f"{path} 无法读取（{error.strerror}）。请核对路径。") from error
    if len(raw) > _LARGEST:
        raise ProfileError(f"{path} 有 {len(raw)} 字节，不像一份画像。请检查是否选错了文件。")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path} 不是 UTF-8 编码。请另存为 UTF-8 后重试。") from error
    if path.suffix.lower() == ".txt":
        return read_sentence(text, today)
    return read_profile(_parsed(text, path))


def _parsed(text: str, path: Path) -> object:
    """The JSON of a profile; a number too long for an int is read as the float it is near."""
    try:
        return json.loads(text, parse_int=lambda digits: int(digits) if len(digits) < _LONGEST_INT else float(digits))
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行第 {error.colno} 个字起读不下去"
    except RecursionError:
        where = "括号套得太深"
    raise ProfileError(f"{path} 不是 JSON：{where}。写成一句话的，请用 .txt 文件或 --text。")
