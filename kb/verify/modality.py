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
            r"不(?!超过|少于|低于|高于|大于|小于|多于|足|满|同|动产|良|断|仅|论|管|但|久|含|可抗|可或缺|明|妨|限|等|够|止|应期|一致)"
            r"|禁止|严禁|无权|无需|无须|不必|取消|停止|没|未(?!来|成年|满|就业|达|婚|必)|免予|免交|免收|除外|以外|之外|勿"
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
    ("提高", "降低"),
    ("增加", "减少"),
    ("之前", "之后"),
)
_BOUNDS = re.compile("|".join(sorted({word for pair in _OPPOSITES for word in pair})))
_SENTENCE = re.compile(r"[。！？!?；;\n]")
_WHOLE = 0.8  # of a sentence's wording, and of its length, to compare all of it
_CLAUSE = re.compile(r"[。！？!?；;\n，,|（）()]")
_ALIKE = 0.6  # of a clause's wording must stand in one of the evidence's to compare the two
_FILLERS = re.compile(r"(?<=.)[会将要就都也才仍](?!议|计)")
_CONDITION = re.compile(r"(?:没有?|未|不|无)[^的]{1,12}的")  # 逾期未申领的: to whom it applies, no ban
_ITEM = re.compile(r"\s*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、])")
_OVER = re.compile(r"(?:不得|禁止|严禁)(?:有|从事|实施)?[^，。]{0,6}(?:下列|以下)[^，。]{0,8}：$")
_CLOSE = 0.1  # to the most alike: as good a match
_SHORTEST = 5


def turned(text: str, quotes: Sequence[str]) -> list[str]:
    """Clauses whose duty, leave, ban or bound is another than in the clause of the evidence most like them."""
    clauses = [c for q in quotes for c in _cut(_banned(q), _CLAUSE)]
    faults = []
    for clause in _cut(text, _CLAUSE):
        alike = _most_alike(clause, clauses)
        if len(_bare(clause)) >= _SHORTEST and alike and all(_is_turned(clause, other) for other in alike):
            faults.append(clause)
    return faults


def _banned(quote: str) -> str:
    """The quotation with the ban that stands over a list before each of its items, as in 不得有下列行为：（一）."""
    over, out = "", []
    for line in quote.split("\n"):
        item = _ITEM.match(line)
        out.append(f"{item.group()}不得{line[item.end() :]}" if item and over else line)
        if not item:
            over = line if _OVER.search(line) else ""
    return "\n".join(out)


def _is_turned(clause: str, other: str) -> bool:
    # 逾期未申领的 says to whom it applies and bans nothing: it may be said in a clause of its own, or not.
    bare, bare_other = (_CONDITION.sub("", text) for text in (clause, other))
    turned = _differ(_modes(clause), _modes(other)) and _differ(_modes(bare), _modes(bare_other))
    return turned or _opposed(clause, other)


def _most_alike(text: str, held: Sequence[str]) -> list[str]:
    """The stretches of the evidence whose wording is most like a text's; none where all are too far from it."""
    bare = _bare(text)
    found = [(_share(bare, _bare(h)), h) for h in held]
    best = max((share for share, _ in found), default=0.0)
    return [h for share, h in found if share >= max(_ALIKE, best - _CLOSE)]


def _opposed(said: str, held: str) -> bool:
    return any(
        a in x and b in y and a not in y and b not in x
        for one, two in _OPPOSITES
        for a, b in ((one, two), (two, one))
        for x, y in ((said, held),)
    )


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
    return _FILLERS.sub("", _BOUNDS.sub("", clause))


def _share(text: str, other: str) -> float:
    """The share of a text's character pairs that another has."""
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return sum(pair in other for pair in pairs) / len(pairs) if pairs else 0.0
