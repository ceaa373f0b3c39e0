"""Arguments that restrict which documents are searched."""

from __future__ import annotations

import argparse
import datetime

from kb.commands.common import words
from kb.errors import QuestionInvalid
from kb.model import Filters, Kind, Status


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add --region, --issuer, --kind, --status, --from, --to, --policy-id."""
    parser.add_argument("--region", metavar="地区", help="地区名称或六位代码，如 温州市鹿城区；含其上级地区的文件")
    parser.add_argument("--issuer", type=words, metavar="机关", help="发文机关（名称的一部分即可）")
    parser.add_argument("--kind", action="append", default=[], type=_kind, metavar="文种", help="文种，可重复，如 通知")
    parser.add_argument(
        "--status", action="append", default=[], type=_status, metavar="效力", help="有效性，可重复，如 现行"
    )
    parser.add_argument("--from", dest="date_from", type=day, metavar="日期", help="成文（或发布）不早于该日")
    parser.add_argument("--to", dest="date_to", type=day, metavar="日期", help="成文（或发布）不晚于该日")
    parser.add_argument(
        "--policy-id", action="append", default=[], type=words, metavar="编号", help="只查这些文件，可重复"
    )


def filters_of(given: argparse.Namespace) -> Filters:
    """The filters that were asked for. Raises QuestionInvalid for a region nobody knows."""
    return Filters(
        region=region_of(given.region),
        issuer=given.issuer,
        kinds=tuple(given.kind),
        date_from=given.date_from and given.date_from.isoformat(),
        date_to=given.date_to and given.date_to.isoformat(),
        policy_ids=tuple(given.policy_id),
        statuses=tuple(given.status),
    )


def day(text: str) -> datetime.date:
    """A date argument, 2025-07-01."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"日期应写作 2025-07-01，而不是 {text}") from error


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"没有文种 {text}。可用的有：{'、'.join(Kind)}") from error


def _status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"没有效力状态 {text}。可用的有：{'、'.join(Status)}") from error


def region_of(text: str | None) -> str | None:
    """The code of a division named or given by its code. Raises QuestionInvalid for one nobody knows."""
    if text is None:
        return None
    from kb.regions import region_name, resolve

    code = text if text.isascii() and text.isdigit() and len(text) == 6 else resolve(text)
    if code is None or region_name(code) == code:
        raise QuestionInvalid(f"不认识地区“{text}”。请写区划名称（如 温州市鹿城区）或六位代码。")
    return code
