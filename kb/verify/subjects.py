"""Sentences that are the evidence's own but for whom or which they speak of: 二等奖 for 一等奖, 松口县 for 青岩区.

Only words that contrast count, and only where the evidence itself has the other one elsewhere: it says something of
both, and the sentence says of the one what stands for the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from kb.text import squash

_SENTENCE = re.compile(r"[。！？!?；;\n]")
_ALIKE = 0.8  # likeness from which a sentence is one of the evidence's with words replaced
_LONGEST = 6  # characters of a word that is replaced
_PLACE = frozenset("省市区县镇乡街州盟旗")
_ORDER = frozenset("一二三四五六七八九十首甲乙丙丁abcdefghⅠⅡⅢⅣ上下前后单双大中小微")
#: Words that exclude one another as the subject of a rule.
_GROUPS = tuple(
    frozenset(group.split())
    for group in (
        "个人 单位 企业 职工 居民 家庭 机构 用人单位 合伙 出租人 承租人 学校 法人",
        "大专 专科 本科 硕士 博士 中职 高职 高中 初中 小学 学士",
        "综合 专业 总包 诊断",
        "国家 全国 省 全省 市 全市 区 全区 县 全县 镇 街道",
        "大型 中型 小型 微型 中小 小微 中小微",
        "初级 中级 高级 技师 高级技师",
        "首次 再次 初次 第二次",
        "公办 民办 国有 民营",
        "新建 存量 二手 改建 扩建",
        "购房 租房 安家 租赁 购买",
        "男 女 未婚 已婚 单身 夫妻",
        "当年 次年 上年 下年 上年度 本年度 当月 次月",
        "线上 线下 网上 窗口 现场",
        "预防 治疗 养老 医疗 失业 工伤 生育",
        "青年 老年 儿童 孕妇",
    )
)


def mistaken(text: str, quotes: Sequence[str]) -> list[str]:
    """Words that stand where the evidence has another of their sort; empty when fine."""
    held = [s for quote in quotes for s in _sentences(quote)]
    key = "\n".join(squash(quote) for quote in quotes)
    faults: list[str] = []
    for said in _sentences(squash(text)):
        if len(said) < 2 * _LONGEST or said in key:
            continue
        alike = [h for h in held if _near(said, h)]
        found = [list(_exchanged(said, h, key)) for h in alike]
        if found and all(found):
            faults.extend(found[0])
    return faults


@lru_cache(maxsize=64)
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(s for part in _SENTENCE.split(text) if (s := squash(part)))


def _near(said: str, held: str) -> bool:
    longer, shorter = max(len(said), len(held)), min(len(said), len(held))
    if shorter < _ALIKE * longer:
        return False
    pairs = {said[i : i + 2] for i in range(len(said) - 1)}
    if sum(pair in held for pair in pairs) < _ALIKE * len(pairs) - _LONGEST:
        return False
    return SequenceMatcher(None, said, held, autojunk=False).ratio() >= _ALIKE


def _exchanged(said: str, held: str, key: str) -> Iterator[str]:
    """The words of a sentence that stand for words of the evidence's sentence with which they contrast."""
    for op, a, b, c, d in SequenceMatcher(None, said, held, autojunk=False).get_opcodes():
        if op != "replace" or b - a > _LONGEST or d - c > _LONGEST:
            continue
        one, other = _widened(said, a, b, held, c, d)
        if one in key and _contrast(one, other, said[a:b], held[c:d]):
            yield one


def _widened(said: str, a: int, b: int, held: str, c: int, d: int) -> tuple[str, str]:
    """The words with a character behind them that they share, for those of one character: 一等 and 二等."""
    if min(b - a, d - c) == 1:
        return said[a : b + 1], held[c : d + 1]
    return said[a:b], held[c:d]


def _contrast(one: str, other: str, bare: str, bare_other: str) -> bool:
    if any(_in(group, one, bare) and _in(group, other, bare_other) for group in _GROUPS):
        return True
    if bare[-1] in _PLACE and bare_other[-1] in _PLACE:
        return True
    return len(bare) == len(bare_other) == 1 and bare in _ORDER and bare_other in _ORDER


def _in(group: frozenset[str], word: str, bare: str) -> bool:
    return word in group or bare in group
