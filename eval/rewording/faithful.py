"""Changes of a sentence's wording that leave its meaning: what a careful writer may do with a document's words."""

from __future__ import annotations

import random
import re

from kb.text import find_quantities

_HAN = "零一二三四五六七八九"
_FILLERS = re.compile(r"原则上|及时|进一步|切实|认真|依法依规|按照规定|按规定|（[^（）\d]{1,20}）")
_SAME = (
    ("不超过", "最多"),
    ("不少于", "至少"),
    ("不低于", "至少"),
    ("应当", "必须"),
    ("不得", "不能"),
    ("给予", "发给"),
    ("以下简称", "简称"),
    ("提交", "交"),
    ("申请人", "申请者"),
)


def own(sentence: str, passage: str, rng: random.Random) -> str | None:
    """The document's own words."""
    return sentence


def clause_left_out(sentence: str, passage: str, rng: random.Random) -> str | None:
    """One clause less, from the middle."""
    clauses = re.split(r"(?<=[，；])", sentence)
    if len(clauses) < 3:
        return None
    dropped = rng.randrange(1, len(clauses) - 1)
    return "".join(c for i, c in enumerate(clauses) if i != dropped)


def parts_moved(sentence: str, passage: str, rng: random.Random) -> str | None:
    """The parts between semicolons in another order."""
    parts = sentence.rstrip("。").split("；")
    if len(parts) < 2 or any(re.match(r"其中|前款|上述|但|并", p) for p in parts):
        return None
    return "；".join(parts[1:] + parts[:1]) + "。"


def said_shortly(sentence: str, passage: str, rng: random.Random) -> str | None:
    """The clause with a figure and the one before it, with an opening of one's own."""
    clauses = [c for c in re.split(r"[，；。]", sentence) if c]
    at = next((i for i, c in enumerate(clauses) if any(q.unit for q in find_quantities(c))), None)
    if at is None or len(clauses) < 2:
        return None
    return "按规定，" + "，".join(clauses[max(0, at - 1) : at + 1]) + "。"


def fillers_left_out(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Without words that say nothing of their own."""
    bare = _FILLERS.sub("", sentence)
    return bare if bare != sentence else None


def other_words(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Words of the trade for others that say the same."""
    changed = sentence
    for word, other in _SAME:
        changed = changed.replace(word, other)
    return changed if changed != sentence else None


def han_numerals(sentence: str, passage: str, rng: random.Random) -> str | None:
    """A small figure in Chinese characters."""
    found = re.search(r"(?<![\d.\-—–~～至])([2-9])(?=个|年|家|人|项|次|天)(?!个?百分点)", sentence)
    return sentence[: found.start()] + _HAN[int(found.group())] + sentence[found.end() :] if found else None


def in_yuan(sentence: str, passage: str, rng: random.Random) -> str | None:
    """万元 in 元."""
    found = re.search(r"(?<![\d.])(\d{1,4})万元", sentence)
    return sentence.replace(found.group(), f"{int(found.group(1)) * 10000}元", 1) if found else None


def percent_in_words(sentence: str, passage: str, rng: random.Random) -> str | None:
    """20% as 百分之二十."""
    found = re.search(r"(?<![\d.])([1-9]\d)%", sentence)
    if not found:
        return None
    tens, ones = divmod(int(found.group(1)), 10)
    said = f"{'' if tens == 1 else _HAN[tens]}十{_HAN[ones] if ones else ''}"
    return f"{sentence[: found.start()]}百分之{said}{sentence[found.end() :]}"
