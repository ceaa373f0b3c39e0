"""``python -m kb match --profile FILE``: which supports a person or company can claim, condition by condition."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from kb.commands.common import Commands, add_common, print_json, printable, reading, words
from kb.commands.filters import day
from kb.errors import KBError
from kb.match import Matches, Profile, ProfileError, Understood, match, read_profile, read_sentence
from kb.model import to_json
from kb.support.wording import text_of

_LARGEST = 1_000_000  # bytes of a profile


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("match", help="按画像查找可以申请的扶持，逐条对照条件")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--profile", type=words, metavar="文件", help="画像：JSON 文件，或写着一句话的 .txt")
    asked.add_argument("--text", type=words, metavar="一句话", help="用一句话说明地区、主体、情况和想要的支持")
    parser.add_argument("--as-of", type=day, metavar="日期", help="按该日判断，默认取画像里的截至，再默认今天")
    add_common(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Answer one profile."""
    today = given.as_of or date.today()
    read = _read(given, today)
    profile = read.profile if isinstance(read, Understood) else read
    with reading(given) as view:
        found = match(view, profile, given.as_of or profile.as_of or today)
    if given.json:
        print_json(as_json(found))
    else:
        print(printable(text_of(found)))
    return 0


def as_json(found: Matches) -> dict[str, Any]:
    """The answer as the stable JSON of the command."""
    values: dict[str, Any] = to_json(_plain(found))
    return values


def _plain(value: Any) -> Any:  # noqa: ANN401 - a dataclass tree
    """A dataclass tree with dates and decimals as JSON has them."""
    from dataclasses import fields, is_dataclass
    from decimal import Decimal

    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value


def _read(given: argparse.Namespace, today: date) -> Profile | Understood:
    if given.text is not None:
        return read_sentence(given.text, today)
    path = Path(given.profile)
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
    try:
        return read_profile(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise ProfileError(f"{path} 不是 JSON：{error}。写成一句话的，请用 .txt 文件或 --text。") from error
