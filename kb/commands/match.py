"""``python -m kb match --profile FILE``: which supports a person or company can claim, condition by condition."""

from __future__ import annotations

import argparse
import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from kb.commands.common import Commands, add_common, print_json, printable, reading, words
from kb.commands.filters import day
from kb.errors import KBError
from kb.match import (
    BY_REGION,
    BY_YEAR,
    SUFFIXES,
    Comparison,
    Matches,
    Profile,
    ProfileError,
    Understood,
    compare,
    comparison_text,
    match,
    read_profile,
    read_sentence,
    summarise,
    text_of,
    write,
)

_LARGEST = 1_000_000  # bytes of a profile
_LONGEST_INT = 100  # digits


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("match", help="按画像查找可以申请的扶持，逐条对照条件")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--profile", type=words, metavar="文件", help="画像：JSON 文件，或写着一句话的 .txt")
    asked.add_argument("--text", type=words, metavar="一句话", help="用一句话说明地区、主体、情况和想要的支持")
    parser.add_argument("--as-of", type=day, metavar="日期", help="按该日判断，默认取画像里的截至，再默认今天")
    parser.add_argument("--compare", choices=(BY_REGION, BY_YEAR), help="把想要的支持按地区或年度列在一起")
    parser.add_argument("-o", "--output", type=_output, metavar="文件", help="另存为 .xlsx 或 .docx")
    add_common(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Answer one profile."""
    today = given.as_of or date.today()
    read = _read(given, today)
    profile = read.profile if isinstance(read, Understood) else read
    as_of = given.as_of or profile.as_of or today
    with reading(given) as view:
        found = match(view, profile, as_of)
        table = compare(view, profile, as_of, given.compare) if given.compare else None
    if given.output:
        write(found, given.output, table)
    left = read.left if isinstance(read, Understood) else ()
    if given.json:
        print_json(as_json(found, table, left))
    else:
        print(printable("\n".join(_lines(found, table, left))))
        if given.output:
            print(printable(f"已写入 {given.output}"))
    return 0


def as_json(found: Matches, table: Comparison | None = None, left: tuple[str, ...] = ()) -> dict[str, Any]:
    """The answer as the stable JSON of the command: ``docs/support.md`` tells its fields."""
    values = dict(_plain(found))
    for support in (*(s for g in values["groups"] for s in g["supports"]), *values["near"], *values["apart"]):
        support["conditions"] = [_condition(judged) for judged in support["conditions"]]
    summary = [{"text": s.text, "citations": list(s.citations)} for s in summarise(found)]
    more = {"summary": summary, "not_understood": list(left), "comparison": _plain(table) if table else None}
    values.update(more)
    return values


def _condition(judged: dict[str, Any]) -> dict[str, Any]:
    """A condition with its mark in one object."""
    mark: dict[str, Any] = judged["mark"]
    condition: dict[str, Any] = mark["condition"]
    return condition | {
        "mark": mark["state"],
        "because": mark["because"],
        "question": mark["question"],
        "policy_id": judged["policy_id"],
        "n": judged["n"],
    }


def _lines(found: Matches, table: Comparison | None, left: tuple[str, ...]) -> list[str]:
    lines = [f"没有读懂的部分：{'；'.join(left)}"] if left else []
    lines.append(text_of(found))
    return [*lines, "", comparison_text(table)] if table else lines


def _output(text: str) -> Path:
    """An argument that names a file to write."""
    path = Path(words(text))
    if path.suffix.lower() not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"文件名应以 {' 或 '.join(SUFFIXES)} 结尾，而不是 {text}")
    return path


def _plain(value: Any) -> Any:  # noqa: ANN401 - a dataclass tree
    """A dataclass tree with dates and decimals as JSON has them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
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
