"""Words that turn a statement (不, 最高, 以上, 约, 每年): a model may not add one of a kind that its source has not.

``kb.verify`` compares these where they stand in both; this is about a source that has none.
"""

from __future__ import annotations

import re

from kb.text import squash

_UNIT = r"(?<=[\d元%米里亩吨人名户家个次项所岁日月年天时])"
_OVER = r"(?<!不)(?<!不得)超"
_TIME = r"(?<=[日月年天时])"
#: By kind: what counts as said of a figure or a duty, and what in the source bears it out, which may be wider.
_KINDS = {
    "negation": (
        r"不(?!超过|少于|低于|高于|多于|得超过|得低于|得少于|仅|断|同|良|当|限于|动产)|未(?!来|成年|满)|无(?!论|偿|障碍|人机)"
        r"|没有|禁止|免(?!费|税)|除外|停止|取消",
        r"不|未|无|没有|非|禁止|严禁|免|除外|停止|取消|暂停|终止|拒绝",
    ),
    "ceiling": (
        rf"不(?:得)?(?:超过|高于|多于)|最高|最多|至多|上限|{_UNIT}以下",
        r"不(?:得)?(?:超过|高于|多于)|最高|最多|至多|上限|封顶|以下|以内|之内|限额|为限",
    ),
    "within": (rf"{_TIME}(?:以|之)?内", r"内|前|最迟|为限|不(?:得)?超过|当年|期间"),
    "floor": (
        rf"不(?:得)?(?:低于|少于)|最低|最少|至少|下限|{_UNIT}以上|{_OVER}过(?=\d)|(?<!未)满(?=\d)|突破(?=\d)",
        rf"不(?:得)?(?:低于|少于)|最低|最少|至少|下限|以上|{_OVER}|满|起|逾|突破|力争|达到",
    ),
    "about": (r"大约|约(?=\d)|近(?=\d)|左右|\d[^，。]{0,6}上下", r"约|近|左右|上下|预计|余|多"),
    "after": (rf"{_TIME}(?:以|之)?后", r"后|起|满"),
    "yearly": (
        r"每年|逐年|按年|年均|[/／]年",
        r"每一?年|年度|逐年|按年|年均|[/／]年|[一1]年|年(?:最高|最多|补|租|薪|产值|营业|销售)",
    ),
    "monthly": (r"每个?月|按月|月均|[/／]月", r"每个?月|按月|逐月|月均|[/／]月|月(?:补|租|薪|工资|标准|最高)"),
    "once": (r"一次性", r"一次"),
}
_PATTERNS = tuple((re.compile(said), re.compile(held)) for said, held in _KINDS.values())


def added(text: str, held: str) -> list[str]:
    """The qualifiers of a text of which ``held`` (a search key), what it cites, has none of the kind; as written."""
    key = squash(text)
    found = ((said.search(key), bears) for said, bears in _PATTERNS)
    return [m.group() for m, bears in found if m is not None and not bears.search(held)]
