"""What titles and sentences say of validity: that a document is a draft, that a term is extended."""

from __future__ import annotations

import re

from kb.text.dates import find_dates
from kb.text.numerals import chinese_value

#: Flag of a document that states a term of validity (有效期) which cannot be read: it may be over.
TERM_UNREAD = "term_unread"

_DRAFT = re.compile(
    r"""
    征求意见稿|送审稿|修订草案
    | [（(]草案 | (?:条例|法|办法|规定|细则)草案(?=》|[）)]|$)   # （试行草案） is none, nor is 预算草案的报告
    | (?:征求|征集)(?:对)?[《<〈「“].{1,120}[》>〉」”].{0,40}意见    # 关于征求《…》意见的通知
    | 公开(?:征求|征集)(?:社会|公众|各方)?意见(?:建议)?的(?:通知|公告|通告|公示|函)   # …公开征求意见的公告
    | 征求.{0,40}(?:修改)?意见(?:建议)?的(?:通知|公告|通告|公示|函)$
    """,
    re.VERBOSE,
)
_LONGEST = 600  # characters of a title that are looked at
_DAY = r"(?P<day>(?:19|20)\d\d\s*年(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|\s*年?[底末])?)"
#: 有效期延长至2033年12月31日, 继续执行到2033年底
_EXTENDED_TO = re.compile(rf"(?:延长|延续|延期|顺延|继续)[^。；;，,\n《》]{{0,12}}?[至到]\s*{_DAY}")
#: 有效期延长2年
_EXTENDED_BY = re.compile(
    r"(?:延长|延续|延期|顺延)(?:期限|有效期)?\s*(?P<count>\d{1,2}|[一二三四五六七八九十两]{1,2})\s*(?P<per>年|个月)"
)


def is_draft(title: str | None) -> bool:
    """Whether a title says that its document is a draft, or asks for opinions on one."""
    return _DRAFT.search((title or "")[:_LONGEST]) is not None


def extended_to(sentence: str) -> str | None:
    """The last day to which a sentence extends a term, as ISO 8601."""
    found = _EXTENDED_TO.search(sentence)
    return next((d.last_day for d in find_dates(found["day"])), None) if found else None


def extended_by(sentence: str) -> int:
    """By how many months a sentence extends a term; 0 where it does not say."""
    found = _EXTENDED_BY.search(sentence)
    return int(chinese_value(found["count"]) or 0) * (12 if found["per"] == "年" else 1) if found else 0
