"""Is a figure a ceiling or a floor, by the words right beside it?"""

from __future__ import annotations

import re

from kb.verify.places import Place

_NO = r"(?:不得|不能|不可|不应|不准|不许|不会|不)\s*"
_CEILING = re.compile(
    _NO + r"(?:超过|高于|多于|大于|超出|长于|晚于|迟于|突破)|最高|至多|最多|最长|最晚|最迟|以内|上限|封顶|以下"
    r"|(?<![不得能可应])(?:低于|少于|小于|不足|未满|不满)"
)
_FLOOR = re.compile(
    _NO + r"(?:少于|低于|小于|短于|早于)|至少|最低|最少|起码|以上|下限"
    r"|(?<![不得能可应])(?:超过|高于|多于|大于|超出|达到)|(?<![不未])满"
)


def direction(text: str, place: Place) -> int:
    """-1 where a figure is a ceiling, 1 where it is a floor, 0 where it is neither or either."""
    before = re.split(r"[，,。；;：:、（）()]", text[max(0, place.start - 10) : place.start])[-1]
    behind = re.split(r"[，,。；;：:、（）()]", text[place.end : place.end + 4])[0]
    # A bound behind another figure belongs to that one: 30元以上50元以下.
    before = re.split(r"\d", before)[-1]
    behind = behind if re.match(r"\s*(?:的?\s*)?(?:以[上下内]|封顶|起)", behind) else ""
    ceiling = _last(_CEILING, before, behind)
    floor = _last(_FLOOR, before, behind)
    if ceiling == floor:
        return 0
    return -1 if ceiling > floor else 1


def _last(pattern: re.Pattern[str], before: str, behind: str) -> int:
    """Where the last such word stands: the nearest before the figure, or right behind it; -1 for none."""
    if pattern.search(behind):
        return len(before) + 1
    return max((m.end() for m in pattern.finditer(before)), default=-1)
