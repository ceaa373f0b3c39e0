"""Whom to ask about a document: 联系人 and telephone as it states them. Numbers for complaints are none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.model import Table

# 联系人：何小满，联系电话：0999-8123456
_PERSON = re.compile(
    r"联\s*系\s*人?[:：]\s*(?P<who>[\u4e00-\u9fff·、\s]{2,20}?)[\s，,；;。]*"
    r"(?:(?:联系)?电话|联系方式|手机|办公电话)[:：]?\s*(?P<phone>[\d\-—（）()、/\s]{7,40}\d)"
)
# （联系单位：市文化局书房科，电话8123456）
_UNIT = re.compile(
    r"联系(?:单位|部门|科室|处室)[:：]\s*(?P<who>[\u4e00-\u9fff（）()·、]{2,40}?)[\s，,；;。]*"
    r"(?:联系)?电话[:：]?\s*(?P<phone>[\d\-—（）()、/\s]{6,40}\d)"
)
_NUMBER = r"(?:(?:[（(]0\d{2,3}[）)]|0\d{2,3})[-—\s]?)?\d{7,8}|1\d{10}|12\d{3,4}|400[-—\s]?\d{3,4}[-—\s]?\d{3,4}"
# 咨询电话：0999-8123456, else 咨询电话8123456; 电话：8123456, but not 投诉电话：12345
_PHONES = (
    re.compile(rf"(?<![诉督报])电话[:：]\s*(?P<phone>{_NUMBER})(?!\d)"),
    re.compile(rf"(?:联系|咨询|服务)电话[（(]?(?P<phone>{_NUMBER})(?!\d)"),
)
_WINDOWS, _PLACE = re.compile("咨询电话"), re.compile("单位|部门|机构|地点|窗口|名称")
_MOST_WINDOWS = 8  # a longer table of telephones lists others


def contact(text: str, tables: Sequence[Table] = ()) -> str | None:
    """The person or unit with the telephone; the windows of a table, or the telephone alone, where no one is named."""
    found = _PERSON.search(text) or _UNIT.search(text)
    if found:
        return f"{' '.join(found['who'].split())} {' '.join(found['phone'].split())}"
    windows = next((w for table in tables if (w := _windows(table))), None)
    phone = next((m for pattern in _PHONES if (m := pattern.search(text))), None)
    return windows or (phone["phone"] if phone else None)


def _windows(table: Table) -> str | None:
    """``甲中心 8123456；乙中心 8654321`` from a table of where to ask."""
    phones = [i for i, cell in enumerate(table.header) if _WINDOWS.search(cell)]
    places = [i for i, cell in enumerate(table.header) if _PLACE.search(cell)]
    if not phones or not places or len(table.rows) > _MOST_WINDOWS:
        return None
    column = max(phones[0], places[0])
    asked = [
        (row[places[0]], row[phones[0]])
        for row in table.rows
        if len(row) > column and re.fullmatch(rf"{_NUMBER}", row[phones[0]].strip())
    ]
    return "；".join(f"{place.strip()} {phone.strip()}" for place, phone in asked) or None
