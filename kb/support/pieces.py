"""Parts of a text by their marks: sentences, clauses, and where a piece stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.model import PolicyDocument
from kb.text.numerals import chinese_value

STOP = re.compile(r"[。；;\n]")
_IN_LIST = re.compile(r"\s*(?:[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、])")
_LONGEST_LIST = 12  # items looked back over
CLAUSE = re.compile(r"[，,]")


def locate(text: str, piece: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a piece stands in a text: within a range, else nearest to it; None where it does not."""
    at = text.find(piece, start, end)
    if at < 0:
        before, behind = text.rfind(piece, 0, start), text.find(piece, start)
        near = [a for a in (before, behind) if a >= 0]
        if not piece or not near:
            return None
        at = min(near, key=lambda a: abs(a - start))
    return at, at + len(piece)


def pieces(text: str, start: int, end: int, at: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The parts of a range between separators that stand outside brackets, without white space around them."""
    depth, begin = 0, start
    for i in range(start, end + 1):
        if i < end and text[i] in "（(《“":
            depth += 1
        elif i < end and text[i] in "）)》”":
            depth = max(0, depth - 1)
        elif i == end or (depth == 0 and at.match(text[i])):
            a, b = stripped(text, begin, i)
            if a < b:
                yield a, b
            begin = i + 1


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """A range without the white space and marks at its ends."""
    while start < end and text[start] in " \u3000\n\t，,；;。、：:":
        start += 1
    while end > start and text[end - 1] in " \u3000\n\t，,；;。、：:":
        end -= 1
    return start, end


def article_number(document: PolicyDocument, at: int) -> object:
    """The number of the article around a place; None where it lies in none that has one."""
    within = [s for s in document.sections if s.start <= at < s.end]
    labels = (s.label for s in sorted(within, key=lambda s: -s.level))
    numbers = (re.match(r"第?([一二三四五六七八九十百\d]+)[条．.、]", label) for label in labels)
    return next((chinese_value(n[1]) for n in numbers if n), None)


def sentence_start(text: str, at: int) -> int:
    """Where the sentence around ``at`` begins."""
    found = [m.end() for m in STOP.finditer(text, max(0, at - 200), at)]
    return found[-1] if found else max(0, at - 200)


def behind_label_start(text: str, at: int) -> int:
    """Behind the ordinal and name before a provision (（三）…：), where one stands in its sentence."""
    colon = max(text.rfind("：", max(0, at - 40), at), text.rfind("）", max(0, at - 12), at))
    return colon + 1 if colon >= 0 else 0


def sentence(text: str, start: int, end: int) -> str:
    """The sentence around a short span; a span of several sentences as it is."""
    if STOP.search(text[start:end]):
        return text[start:end]
    stop = STOP.search(text, end)
    return text[max(sentence_start(text, start), start - 60) : stop.start() if stop else len(text)]


def head_of_list(text: str, start: int) -> tuple[int, int] | None:
    """The line with a colon at its end that heads the list whose item begins around ``start``."""
    at = text.rfind("\n", 0, start) + 1
    if not _IN_LIST.match(text[at : at + 8]):
        return None
    for _ in range(_LONGEST_LIST):
        above = text.rfind("\n", 0, max(0, at - 1)) + 1
        if above >= at:
            return None
        line = text[above : at - 1]
        if not _IN_LIST.match(line[:8]):
            return (above, at - 1) if line.rstrip().endswith(("：", ":")) else None
        at = above
    return None
