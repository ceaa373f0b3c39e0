"""What a text states that can be compared by value: figures with a unit, dates, times of day, how often."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kb.text import find_dates, find_doc_numbers, find_quantities
from kb.verify.names import bodies, same_body

BODY = "机关"
_SAME_UNIT = {
    "周岁": "岁",
    "天": "日",
    "自然日": "日",
    "个自然日": "日",
    "个工作日": "工作日",
    "周年": "年",
}
#: Kinds of values that say of whom or which other values are.
LABELS = frozenset({"级", "岁", "类", "批"})
#: 个 may stand for any of these: 4个 of 4人.
_COUNTERS = frozenset("人家项件条所支只座栋套台辆类种户款份门间处例笔张组批届期轮层班")
_CLOCK = re.compile(
    r"(?<![\d:：])(?P<hour>[01]?\d|2[0-4])[:：](?P<minute>[0-5]\d)(?!\d)"
    r"|(?P<part>上午|早上|下午|晚上|中午)?(?P<hour2>1?\d|2[0-4])(?:点(?!\d)|时(?=[前后止起至到，。；]))(?P<half>半)?"
)
_OFTEN = re.compile(
    r"(?<![\d一二三四五六七八九十])[每按](?:一|个)*(?P<span>学年|学期|年|季度|季|月|周|日|天)(?!限|龄|底)"
)
#: 上一年, 每一项, 第一年: no count. 第 makes an ordinal, which is compared as one.
_NO_COUNT = re.compile(r"[上下前后头同某任这那另每首隔逐统唯万之进专]$")
#: What a list's item or an article begins with.
ENUMERATED = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|第[一二三四五六七八九十百\d]+[条款])\s*")
_SHARE = re.compile(r"分之|/")
_ONCE = re.compile(r"(?:最多|只能|限|仅|不超过|至多)[^，。；]{0,5}$")
_ARTICLES = frozenset("个家人名位项件条所种类户方分")
_MEASURES = frozenset({"年", "个月", "日", "天", "个工作日", "工作日", "元", "岁"})
_ORDINAL = re.compile(r"第\s*$")


@dataclass(frozen=True, slots=True)
class Place:
    """A value where it stands. ``kind`` is its unit or what sort of date it is; ``value`` what it says."""

    kind: str
    value: object
    start: int
    end: int
    raw: str


def unit_of(unit: str) -> str:
    """The name under which a unit is compared: 天 and 日 are one."""
    return _SAME_UNIT.get(unit, unit)


def same_kind(one: str, other: str) -> bool:
    """Whether values of two kinds can be compared."""
    return one == other or ("个" in (one, other) and (one in _COUNTERS or other in _COUNTERS))


def is_label(kind: str) -> bool:
    """Whether values of a kind say of whom or which the others are."""
    return kind in LABELS or kind[0] == "第"


def equal(one: Place, other: Place) -> bool:
    """Whether two places of a kind say the same; a day without a year is every year's."""
    if one.kind == "date" and "-" in (str(one.value)[0], str(other.value)[0]):
        return str(one.value)[-6:] == str(other.value)[-6:]
    if one.kind == BODY:
        return same_body(str(one.value), str(other.value))
    return one.value == other.value


@lru_cache(maxsize=256)
def places(text: str) -> tuple[Place, ...]:
    """The values of a text, in order."""
    dates = find_dates(text)
    taken = [(d.start, d.end) for d in dates] + [(n.start, n.end) for n in find_doc_numbers(text)]
    found = [_date(d.iso, d.start, d.end, text) for d in dates if not d.until]
    for place in (*clocks(text), *_often(text)):
        if not _inside(place.start, taken):
            taken.append((place.start, place.end))
            found.append(place)
    found.extend(Place(BODY, name, start, end, name) for start, end, name in bodies(text))
    for q in find_quantities(text):
        if not q.unit and _SHARE.search(q.raw) and not _inside(q.start, taken):
            found.append(Place("%", round(q.value * 100, 1), q.start, q.end, q.raw))
        if not q.unit or _inside(q.start, taken) or not _is_counted(text, q.start, q.raw):
            continue
        kind = unit_of(q.unit)
        if is_ordinal(text, q.start):
            kind = f"第{kind}"
        found.append(Place(kind, Decimal(q.value), q.start, q.end, q.raw))
    return tuple(sorted(found, key=lambda p: p.start))


def clocks(text: str) -> list[Place]:
    """Times of day: 15:00 and 下午3点 are one."""
    found = []
    for m in _CLOCK.finditer(text):
        hour, minute = int(m["hour"] or m["hour2"]), int(m["minute"] or (30 if m["half"] else 0))
        if m["part"] in ("下午", "晚上") and hour < 12:
            hour += 12
        found.append(Place("clock", (hour, minute), m.start(), m.end(), m.group()))
    return found


def is_ordinal(text: str, start: int) -> bool:
    """Whether the figure at a place is an ordinal: 第12个月."""
    return _ORDINAL.search(text, max(0, start - 2), start) is not None


def is_turn_of_phrase(text: str, start: int, raw: str) -> bool:
    """Whether 一 with a unit counts nothing: 上一年, 由一方申请, 一家企业."""
    if raw[0] != "一" or len(raw) < 2 or raw[1] in "十百千万亿点":
        return False
    if raw == "一次":  # 每年做一次, but not 最多一次
        return _ONCE.search(text, max(0, start - 8), start) is None
    return raw[1:] in _ARTICLES or _NO_COUNT.search(text, max(0, start - 1), start) is not None


def _is_counted(text: str, start: int, raw: str) -> bool:
    """Whether a figure can be compared: 一次, 一批 name no amount."""
    if is_turn_of_phrase(text, start, raw):
        return False
    return raw[0] != "一" or raw[1:2] in "十百千万亿点" or raw[1:] in _MEASURES


def _date(iso: str, start: int, end: int, text: str) -> Place:
    kind = {4: "year", 7: "month"}.get(len(iso), "date") if iso[0] != "-" else "date"
    return Place(kind, iso, start, end, text[start:end])


def _often(text: str) -> list[Place]:
    same = {"日": "日", "天": "日", "季": "季度"}
    return [
        Place("often", same.get(m["span"], m["span"]), m.start(), m.end(), m.group()) for m in _OFTEN.finditer(text)
    ]


def _inside(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(s <= at < e for s, e in spans)
