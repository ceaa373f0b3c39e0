"""Changes of a sentence that make it false: what a model may get wrong. Each leaves no mark but the error itself."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from kb.text import find_dates, find_doc_numbers, find_quantities
from kb.verify.names import bodies

Change = Callable[[str, str, random.Random], str | None]
_DIGITS = "0123456789"
_AGENCY = re.compile(
    r"市?(?:人力资源和社会保障局|科学技术局|财政局|住房和城乡建设局|民政局|市场监督管理局|教育局|商务局)"
)
_STRANGERS = ("市气象局", "市体育局", "市水务局", "市林业局")
_UNITS = {
    "万元": "亿元",
    "元": "万元",
    "年": "个月",
    "个月": "年",
    "家": "人",
    "人": "家",
    "%": "个百分点",
    "个工作日": "个月",
}
#: Words of which one names another tier, place or claimant than the next.
_SUBJECTS = (
    ("青岩区", "松口县"),
    ("河湾区", "松口县"),
    ("一等奖", "二等奖"),
    ("二等奖", "三等奖"),
    ("综合孵化器", "专业孵化器"),
    ("国家级", "省级"),
    ("省级", "市级"),
    ("个人", "单位"),
    ("单缴存", "双缴存"),
    ("二孩", "三孩"),
    ("本科", "硕士"),
    ("硕士", "博士"),
    ("A类", "B类"),
    ("B类", "C类"),
    ("C类", "D类"),
    ("D类", "E类"),
    ("大型企业", "中型企业"),
    ("职工", "居民"),
    ("小学", "初中"),
    ("初级", "中级"),
    ("总包服务商", "专业服务商"),
)
MODES = (("应当", "可以"), ("可以", "应当"), ("必须", "可以"), ("不得", "可以"))
BOUNDS = (("不超过", "不少于"), ("不少于", "不超过"), ("最高", "最低"), ("以上", "以下"), ("以内", "以上"))
UNDENIED = (("不得", "可"), ("不予", "予以"), ("不享受", "享受"), ("不能", "能"), ("不再", "继续"))
DENIED = (("可以", "不得"), ("应当", "不得"), ("予以", "不予"), ("给予", "不给予"), ("享受", "不享受"))


def digit(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Another digit, making a number that the passage does not have."""
    places = [m.start() for m in re.finditer(r"\d", sentence)]
    for at in rng.sample(places, len(places)):
        new = rng.choice(_DIGITS.replace(sentence[at], ""))
        if new == "0" and not (at and sentence[at - 1].isdigit()):
            new = "9" if sentence[at] != "9" else "8"
        changed = sentence[:at] + new + sentence[at + 1 :]
        first = at - len(re.findall(r"\d*$", changed[:at])[0])
        number = re.match(r"\d+(?:\.\d+)?", changed[first:])
        if number and number.group() not in passage:
            return changed
    return None


def true_figure(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Another figure of the same passage with the same unit."""
    figures = [q for q in find_quantities(sentence) if q.unit and q.raw[0].isdigit()]
    for quantity in rng.sample(figures, len(figures)):
        others = {
            q.raw
            for q in find_quantities(passage)
            if q.unit == quantity.unit and q.value != quantity.value and q.raw[0].isdigit() and q.raw not in sentence
        }
        if others:
            return sentence[: quantity.start] + rng.choice(sorted(others)) + sentence[quantity.end :]
    return None


def swapped(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Two figures of the sentence itself, changed about."""
    found = [q for q in find_quantities(sentence) if q.unit and q.raw[0].isdigit()]
    for a in found:
        for b in found:
            if a.end < b.start and a.unit == b.unit and a.value != b.value:
                middle = sentence[a.end : b.start]
                return sentence[: a.start] + b.raw + middle + a.raw + sentence[b.end :]
    return None


def year(sentence: str, passage: str, rng: random.Random) -> str | None:
    """A year that the passage does not state."""
    for date in find_dates(sentence):
        if date.year and not date.until:
            new = str(date.year + rng.choice((-2, -1, 1, 2)))
            if new not in passage:
                return sentence.replace(str(date.year), new, 1) if str(date.year) in sentence else None
    return None


def deadline(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Another date of the same passage."""
    dates = [d for d in find_dates(sentence) if d.precision in ("day", "month_day")]
    for date in rng.sample(dates, len(dates)):
        others = {
            passage[d.start : d.end]
            for d in find_dates(passage)
            if d.precision == date.precision and passage[d.start : d.end] not in sentence
        }
        if others:
            return sentence[: date.start] + rng.choice(sorted(others)) + sentence[date.end :]
    return None


def doc_number(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Another 文号."""
    for number in find_doc_numbers(sentence):
        if number.year:
            changed = sentence[: number.end].replace(f"{number.number}号", f"{number.number + 7}号")
            return changed + sentence[number.end :]
    return None


def article(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Another 条号, of one that the passage has where there is such."""
    found = [m for m in re.finditer(r"第[一二三四五六七八九十百]+条", sentence)]
    if not found:
        return None
    place = found[-1]
    others = sorted({m.group() for m in re.finditer(r"第[一二三四五六七八九十百]+条", passage)} - {place.group()})
    other = rng.choice(others) if others else "第九十八条"
    return None if other in sentence else sentence[: place.start()] + other + sentence[place.end() :]


def unit(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Another unit."""
    for one, other in _UNITS.items():
        found = re.search(rf"(?<![-—–]\d{{4}})(?<=\d){re.escape(one)}(?![\d元])", sentence)
        if found:
            return sentence[: found.start()] + other + sentence[found.end() :]
    return None


def stranger(sentence: str, passage: str, rng: random.Random) -> str | None:
    """A public body that the passage does not name."""
    found = _AGENCY.search(sentence)
    others = [a for a in _STRANGERS if a not in passage]
    return sentence[: found.start()] + rng.choice(others) + sentence[found.end() :] if found and others else None


def other_body(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Another public body of the same passage, not the same by another name."""
    named = bodies(sentence)
    if not named:
        return None
    start, end, name = rng.choice(named)
    stem = name[-5:-2]
    others = sorted(
        {o for _, _, o in bodies(passage) if o not in sentence and not any(n in o or o in n for _, _, n in named)}
    )
    others = [o for o in others if stem not in o and len(set(o) & set(name)) < 0.6 * min(len(o), len(name))]
    return sentence[:start] + rng.choice(others) + sentence[end:] if others else None


def subject(sentence: str, passage: str, rng: random.Random) -> str | None:
    """The figure of one tier, place or claimant said of another that the passage names, too."""
    if not any(q.unit for q in find_quantities(sentence)):
        return None
    for one, other in (*_SUBJECTS, *((b, a) for a, b in _SUBJECTS)):
        if one in sentence and other in passage and other not in sentence:
            return sentence.replace(one, other)
    return None


def replaced(pairs: Sequence[tuple[str, str]]) -> Change:
    """A change of the first of these words that the sentence has."""

    def change(sentence: str, passage: str, rng: random.Random) -> str | None:
        return next((sentence.replace(a, b, 1) for a, b in pairs if a in sentence), None)

    return change
