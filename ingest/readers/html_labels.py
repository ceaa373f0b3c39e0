"""Labels with their values in one line: 发布日期：2024-03-08　来源：市科技局　浏览次数：12 字体：[大 中 小]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from ingest.labels import PAGE_LABELS, field_of
from ingest.readers.html_page import SEAM

#: Labels of a page that say nothing of its document, and those that are read but name no field.
_IDLE_NAMES = """
浏览次数 浏览量 浏览数 浏览 点击数 点击量 点击率 点击次数 点击 阅读次数 阅读量 阅读数 阅读 访问量 访问次数 人气
字体 字号 字体大小 字号大小 浏览字号 保护视力色 视力保护色 背景颜色 分享 分享到 打印 收藏
作者 编辑 责编 审核 校对 供稿 撰稿 更新日期 更新时间
"""
_IDLE = frozenset(_IDLE_NAMES.split())
_WHEN = frozenset({"时间", "日期", "发表时间", "发表日期"})  # of publication, if a date follows
_COLON = re.compile(r"[:：】\]]")
#: The Han before a colon, with the spaces and seams between them: ``索 引 号``.
_HAN_TAIL = re.compile(rf"[\u4e00-\u9fff][\u4e00-\u9fff\s\u3000\xa0\u200b{SEAM}]*$")
_GAPS = re.compile(rf"[\s\u3000\xa0\u200b{SEAM}]+")
_WINDOW = 24  # characters before a colon that may be a label
_LONGEST_DATE = 60  # with the white space of the source
_GLUED = 4  # characters of a label that is known even where a value runs into it: 市科技局成文日期：
_DATE = re.compile(
    r"(?:19|20)\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?(?:\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
)


_LONGEST_INFO = 600


class Kind(Enum):
    """What a label is worth."""

    FIELD = auto()  # it names a field
    WHEN = auto()  # a date of something
    IDLE = auto()  # the site's own: 浏览次数
    OTHER = auto()  # not known


@dataclass(frozen=True, slots=True)
class Said:
    """A label of a line, and what stands behind it up to the next label."""

    kind: Kind
    label: str
    value: str


def label_of(text: str) -> str | None:
    """The known label a text is (``索 引 号：`` is 索引号), else None."""
    name = _GAPS.sub("", text).strip("：:【】[]")
    return name if name in PAGE_LABELS else None


def is_date(text: str) -> bool:
    """Whether a text is a day, perhaps with a time, and nothing else."""
    return len(text) <= _LONGEST_DATE and bool(_DATE.fullmatch(_GAPS.sub(" ", text).strip()))


def statements_in(line: str) -> list[Said]:
    """The labels of a line with their values. A date in front of all labels has the label 时间."""
    if not _COLON.search(line) and not is_date(line):
        return []
    places = list(_places(line))
    found: list[Said] = []
    lead = _tidy(line[: places[0][0]] if places else line)
    if is_date(lead):
        found.append(Said(Kind.WHEN, "时间", lead))
    elif lead and places:
        found.append(Said(Kind.OTHER, "", lead))
    ends = [start for start, *_ in places[1:]] + [len(line)] * bool(places)
    for (_, behind, kind, label), end in zip(places, ends, strict=True):
        found.append(Said(kind, label, _tidy(line[behind:end])))
    return found


def is_info(line: str) -> bool:
    """Whether a line only states when and by whom a page was published, and offers the site's buttons."""
    said = statements_in(line) if len(line) <= _LONGEST_INFO else []
    kinds = {one.kind for one in said}
    telling = any(field_of(one.label) in {"published_on", "source"} for one in said if one.kind is Kind.FIELD)
    plain = all(len(one.value) <= 80 and "。" not in one.value for one in said)
    dated = all(is_date(one.value) for one in said if one.kind is Kind.WHEN)
    return bool(said) and Kind.OTHER not in kinds and plain and dated and (telling or kinds != {Kind.FIELD})


def _places(line: str) -> Iterator[tuple[int, int, Kind, str]]:
    """Where labels begin and end in a line, what they are worth and what they are."""
    last = 0
    for colon in _COLON.finditer(line):
        tail = _HAN_TAIL.search(line, max(last, colon.start() - _WINDOW), colon.start())
        if tail is None:
            continue
        found = _label(tail[0], glued=last > 0)
        if found is None or (found[1] is Kind.OTHER and colon[0] in "】]"):
            continue
        offset, kind, label = found
        behind = colon.end()
        if colon[0] in "】]" and line[behind : behind + 1] in {":", "："}:
            behind += 1
        start = tail.start() + offset
        while start > last and line[start - 1] in "【[":
            start -= 1
        last = behind
        yield start, behind, kind, label


def _label(tail: str, *, glued: bool) -> tuple[int, Kind, str] | None:
    """The longest known label at the end of a run of Han, where in it it begins; an unknown word in its stead.

    ``glued``: the value of a label before may run into it.
    """
    starts = [0] + [gap.end() for gap in _GAPS.finditer(tail) if gap.end() < len(tail)]
    for start in starts:
        name = _GAPS.sub("", tail[start:])
        if kind := _kind(name):
            return start, kind, name
    word = tail[starts[-1] :].rstrip()
    for size in range(min(len(word) - 1, 12), _GLUED - 1, -1) if glued else ():
        if kind := _kind(word[-size:]):
            return starts[-1] + len(word) - size, kind, word[-size:]
    return (starts[-1], Kind.OTHER, word) if 2 <= len(word) <= 8 else None


def _kind(name: str) -> Kind | None:
    if name in PAGE_LABELS:
        return Kind.FIELD
    if name in _WHEN:
        return Kind.WHEN
    return Kind.IDLE if name in _IDLE else None


def _tidy(value: str) -> str:
    """A value as shown, without the brackets and strokes that part it from what follows."""
    return re.sub(r"\s+", " ", value.replace(SEAM, "").replace("\u3000", " ").replace("\xa0", " ")).strip(" |｜【[-—")
