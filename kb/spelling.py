"""Characters mistyped for others of the same sound (补帖 for 补贴), put right by the words of the base.

A pinyin keyboard offers homophones, so a mistyped word is one that no document holds, while a word of the same sound
stands in many. Nothing that any document holds is touched, nor are usual words and names that none holds (终点, 中信
产业园), and the reader is shown what was understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from kb.regions import innermost
from kb.text import find_doc_numbers, simplify
from kb.text.tokens import cut, frequency

_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_HAN_CHARACTER = re.compile(r"[\u4e00-\u9fff]")
_NAMED = re.compile(r"《[^》]*》|[“\"「][^”\"」]*[”\"」]")  # given as a name: taken as it is
#: Behind a word: it may be the name of a firm, a road or a park (中信产业园, 学苑路)
_OF_NAME = re.compile(
    r"(?:(?:产业|科技|工业|创业|软件|物业|实业|商贸|贸易|文化|传媒|建筑|机械|电子|食品|医药|生物|信息|网络|智能|环保|农业|咨询)"
    r"(?:有限|股份|股份有限)?)?(?:公司|集团|银行|路|街|巷|大道|大厦|广场|小区|花园|园(?!区)|医院|学校|大学|学院|酒店|厂|村)"
)
_LONGEST = 4  # characters of a word looked at
_HELD = 3  # chunks that hold the word meant
_USUAL = 30  # occurrences in the dictionary's corpus of a word of two characters
_LIKELIER = 100  # times as frequent in that corpus is the word meant, where what was typed is a word, too
_WORD = 200  # occurrences in the dictionary's corpus of a word that is meant as it is, but for a character behind it
_NEIGHBOURS = 10  # chunks that hold the word meant, where only the next character tells
_ATTACHED = 0.2  # of the chunks in which a character goes with the one beside it
#: Characters that go with any other: what they make with their neighbour is no word
_FUNCTION = frozenset(
    "的了吗呢啊吧呀嘛着过得地就也都还又再很太最更不没有无是在到从向对把被让给和与或跟及同为以于因所其此这那哪谁何么"
    "怎啥几多少一二三四五六七八九十两百千万亿零个只件次位名人家户年月日天时号点前后上下里内外中间出入来去起开完好要能会"
    "可该想请问份本款条章节第做办搞用每各均"
)


@dataclass(frozen=True, slots=True)
class Respelling:
    """``text[start:end]`` of a question and the word meant by it."""

    start: int
    end: int
    word: str


def respelled(text: str, having: Callable[[str], int]) -> str:
    """The question with mistyped words put right, simplified where it was; unchanged where there are none.

    ``having`` tells how many chunks hold a token: a word of the dictionary, or two neighbouring characters.
    """
    plain = simplify(text)
    found = list(respellings(plain, having))
    if not found:
        return text
    for mend in reversed(found):
        plain = plain[: mend.start] + mend.word + plain[mend.end :]
    return plain


def respellings(text: str, having: Callable[[str], int]) -> Iterator[Respelling]:
    """The mistyped words of a simplified text, in order, none inside another."""
    kept = [m.span() for m in _NAMED.finditer(text)]
    kept += [(region.start, region.end) for region in innermost(text)]
    kept += [(number.start, number.end) for number in find_doc_numbers(text)]
    done = 0
    for run in _HAN.finditer(text):
        tokens = _tokens(run)
        for i in range(len(tokens)):
            for j in range(min(len(tokens), i + _LONGEST), i, -1):
                start, end = tokens[i][0], tokens[j - 1][1]
                if start < done or not 2 <= end - start <= _LONGEST or any(s < end and start < e for s, e in kept):
                    continue
                if any(_is_function(text[s:e]) for s, e in tokens[i:j]):
                    continue
                if frequency(text[start:end]) >= _WORD and not _has_suffix(tokens, j):
                    continue
                word = _meant(text, start, end, having)
                if word:
                    yield Respelling(start, end, word)
                    done = end
                    break


def _tokens(run: re.Match[str]) -> list[tuple[int, int]]:
    spans, at = [], run.start()
    for word in cut(run.group()):
        spans.append((at, at + len(word)))
        at += len(word)
    return spans


def _has_suffix(tokens: list[tuple[int, int]], behind: int) -> bool:
    """Whether a character of its own stands behind a word (期 in 公式期), which tells what it is."""
    return any(end - start == 1 for start, end in tokens[behind : behind + 1])


def _is_function(token: str) -> bool:
    return token in _FUNCTION if len(token) == 1 else token[0] in "几多少两哪" or token[-1] in "里几个"


def _meant(text: str, start: int, end: int, having: Callable[[str], int]) -> str | None:
    """The word meant by a slice that no document holds; None where it may be meant as it is."""
    typed = text[start:end]
    if having(typed) or all(having(typed[i : i + 2]) for i in range(len(typed) - 1)):
        return None
    if frequency(typed) and _OF_NAME.match(text, end):
        return None
    before, after = _content(text[start - 1 : start]), _content(text[end : end + 1])
    attached = max((having(pair) for pair in (before + typed[0], typed[-1] + after) if len(pair) == 2), default=0)
    best = (0, "")
    for word in dict.fromkeys(_alike(typed)):
        held = having(word) if frequency(word) else 0
        if held < _HELD or (held, word) <= best:
            continue
        pairs = ((before + typed[0], before + word[0]), (typed[-1] + after, word[-1] + after))
        if not frequency(typed):
            beside = [having(n) for _, n in pairs if len(n) == 2]
            likely = (
                (len(word) > 2 or frequency(word) >= _USUAL)
                and held >= _ATTACHED * attached
                and (not beside or any(beside))  # some document has it next to what it stands next to
            )
        elif frequency(word) >= _LIKELIER * frequency(typed) and frequency(typed) < _WORD:
            likely = True
        else:  # both are words: only the character beside tells which, and of a usual one only that behind it
            telling = pairs[1:] if frequency(typed) >= _WORD else pairs
            changed = [(o, n) for o, n in telling if len(n) == 2 and o != n]
            likely = held >= _NEIGHBOURS and any(not having(o) and having(n) >= _HELD for o, n in changed)
        if likely:
            best = (held, word)
    return best[1] or None


def _content(beside: str) -> str:
    """A character beside a word, or nothing where it goes with any word."""
    return beside if _HAN_CHARACTER.fullmatch(beside) and beside not in _FUNCTION else ""


def _alike(typed: str) -> Iterator[str]:
    """Words of the same sound that differ in one character."""
    for i, character in enumerate(typed):
        yield from (typed[:i] + other + typed[i + 1 :] for other in homophones(character))


def homophones(character: str) -> Sequence[str]:
    """Other common characters (GB 2312) with a character's usual sound, whatever the tone."""
    return [c for c in _by_sound().get(_sound(character), ()) if c != character and _HAN_CHARACTER.fullmatch(character)]


@cache
def _sound(character: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(character, style=Style.NORMAL)[0]


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for first in range(0xB0, 0xF8):
        for second in range(0xA1, 0xFF):
            character = bytes((first, second)).decode("gb2312", "ignore")
            if character:
                found.setdefault(_sound(character), []).append(character)
    return found
