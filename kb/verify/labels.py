"""Of whom or which a value is said: places, tiers, classes, that exclude one another.

A value may have no rival of its kind, and still be said of the wrong one: 市与松口县各负担50% where the evidence has
50% for 青岩区 alone. So where both the sentence and the value's place name one of a class, they must share one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

Labels = Mapping[str, frozenset[str]]

_PLACE = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[在由对与和是市向到])([\u4e00-\u9fff]{2}[区县])(?![域别级属块间分政财人科教住民])"
)
_CLASSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("奖", re.compile(r"[特一二三四五]等奖|优胜奖|优秀奖")),
    ("类", re.compile(r"[a-hA-H一二三四五六](?=类)")),
    ("学历", re.compile(r"大专|专科|本科|硕士|博士")),
    ("学段", re.compile(r"小学|初中|高中|幼儿园")),
    ("级别", re.compile(r"国家级|省级|市级|区级|县级|[省市区县]政府")),
    ("规模", re.compile(r"大型(?=企业)|中型(?=企业|[、，和])|小型(?=企业|[、，和])|微型(?=企业)|小微|中小微")),
    ("等级", re.compile(r"初级|中级|高级")),
    ("举办", re.compile(r"公办|民办")),
    ("孩次", re.compile(r"[一二三两](?=孩)|(?:两|三)个及?以?上?(?=(?:孩|子女))")),
    ("半年", re.compile(r"上半年|下半年")),
    ("套数", re.compile(r"首套|第一套|二套|第二套|三套|第三套")),
)
_SAME = {
    "专科": "大专",
    "第一套": "首套",
    "第二套": "二套",
    "第三套": "三套",
    "优秀奖": "优胜奖",
    "两": "二",
}


@lru_cache(maxsize=8192)
def labels_of(text: str) -> Labels:
    """The labels a stretch names, by class."""
    out: dict[str, frozenset[str]] = {}
    for name, pattern in _CLASSES:
        found = frozenset(_SAME.get(m.group(), m.group()).lower() for m in pattern.finditer(text))
        if found:
            out[name] = found
    places = frozenset(m.group(1) for m in _PLACE.finditer(text))
    if places:
        out["地方"] = places
    return out


def nearest(*stretches: str) -> dict[str, frozenset[str]]:
    """Of each class the labels of the first stretch that names any: a value's own words before what is over it."""
    out: dict[str, frozenset[str]] = {}
    for stretch in stretches:
        for name, labels in labels_of(stretch).items():
            out.setdefault(name, labels)
    return out


def contradict(said: Labels, held: Labels, known: Labels) -> bool:
    """Whether both name one of a class, and never the same, and the evidence names the sentence's one elsewhere."""
    return any(
        labels.isdisjoint(held[name]) and not labels.isdisjoint(known.get(name, frozenset()))
        for name, labels in said.items()
        if name in held
    )
