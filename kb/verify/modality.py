"""Duty, leave and ban: 应当 is not 可以, and what is not granted must not read as granted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.text import squash

_MUST, _MAY, _NOT = "must", "may", "not"
_WORDS = (
    (
        _NOT,
        re.compile(
            r"不得|禁止|严禁|不能|不予|不可以|不可(?!抗|或缺)|不应|不准|不再|不享受|不适用|不属于|不计入|不纳入|不受理|不支持|无权|取消|停止|未(?!来|成年|满|就业|达)|没有"
        ),
    ),
    (_MAY, re.compile(r"(?<!不)可以|(?<!不)可(?=申|享|按|在|由|向|凭|通过|同时|自)|(?<!不)允许|(?<!不)能够|有权")),
    (
        _MUST,
        re.compile(
            r"(?<!不)应当|必须|(?<![相不对适供])应(?=在|当|按|由|向|于|提|及)|(?<!无)须(?!知)|务必|(?<!不)需要|(?<!无)需(?=要|提|在|经|由)"
        ),
    ),
)
#: Words of which one must not stand for the other.
_OPPOSITES = (
    ("以上", "以下"),
    ("以上", "以内"),
    ("最高", "最低"),
    ("不少于", "不超过"),
    ("不低于", "不高于"),
    ("不低于", "不超过"),
    ("至少", "至多"),
    ("提高", "降低"),
    ("增加", "减少"),
    ("之前", "之后"),
)
_BOUNDS = re.compile("|".join(sorted({word for pair in _OPPOSITES for word in pair})))
_SENTENCE = re.compile(r"[。！？!?；;\n]")
_WHOLE = 0.8  # of a sentence's wording, and of its length, to compare all of it
_CLAUSE = re.compile(r"[。！？!?；;\n，,]")
_ALIKE = 0.6  # of a clause's wording must stand in one of the evidence's to compare the two
_SHORTEST = 5


def turned(text: str, quotes: Sequence[str]) -> list[str]:
    """Clauses whose duty, leave, ban or bound is another than in the clause of the evidence most like them."""
    clauses = [c for q in quotes for c in _cut(q, _CLAUSE)]
    faults = []
    for clause in _cut(text, _CLAUSE):
        likeness, other = _most_alike(clause, clauses)
        if len(_bare(clause)) < _SHORTEST or likeness < _ALIKE:
            continue
        if _differ(_modes(clause), _modes(other)) or _opposed(clause, other):
            faults.append(clause)
    return faults or _turned_whole(text, quotes)


def _turned_whole(text: str, quotes: Sequence[str]) -> list[str]:
    """Sentences that are nearly one of the evidence's, with a ban more or less: their clauses may be too short."""
    held = [s for q in quotes for s in _cut(q, _SENTENCE)]
    faults = []
    for said in _cut(text, _SENTENCE):
        likeness, other = _most_alike(said, held)
        whole = likeness >= _WHOLE and _WHOLE * len(other) <= len(said) <= len(other) / _WHOLE
        if whole and _bans(said) != _bans(other):
            faults.append(said)
    return faults


def _most_alike(text: str, held: Sequence[str]) -> tuple[float, str]:
    bare = _bare(text)
    return max(((_share(bare, _bare(h)), h) for h in held), key=lambda at: at[0], default=(0.0, ""))


def _opposed(said: str, held: str) -> bool:
    return any(
        a in x and b in y and a not in y and b not in x
        for one, two in _OPPOSITES
        for a, b in ((one, two), (two, one))
        for x, y in ((said, held),)
    )


def _bans(text: str) -> int:
    return len(_WORDS[0][1].findall(text))


def _differ(said: frozenset[str], held: frozenset[str]) -> bool:
    """A ban on one side only, or leave on one and duty on the other."""
    if (_NOT in said) != (_NOT in held):
        return True
    if _NOT in said:
        return False
    return (said == {_MUST} and held == {_MAY}) or (said == {_MAY} and held == {_MUST})


def _modes(clause: str) -> frozenset[str]:
    return frozenset(mode for mode, pattern in _WORDS if pattern.search(clause))


def _cut(text: str, pattern: re.Pattern[str]) -> list[str]:
    return [part for part in (squash(p) for p in pattern.split(text)) if part]


def _bare(clause: str) -> str:
    for _, pattern in _WORDS:
        clause = pattern.sub("", clause)
    return _BOUNDS.sub("", clause)


def _share(text: str, other: str) -> float:
    """The share of a text's character pairs that another has."""
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return sum(pair in other for pair in pairs) / len(pairs) if pairs else 0.0
