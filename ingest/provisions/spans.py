"""Sentences, clauses and the segments between commas as spans of the text, and list markers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
#: A run without a full stop is read in pieces of so many characters: what a hostile text costs is bounded.
LONGEST_SENTENCE = 1200
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*[”’」）)]*")
_CLAUSE = re.compile(r"[^；;]+[；;]?")
_STOP = re.compile(r"[，：；。！？\n]|（(?!□)|(?<!□)）")
_HALF_COMMA = re.compile(r",(?!\d{3}(?!\d))")
#: Thousands set apart by a wide comma, which so ends nothing: 1，000万元; 分别奖励300，200元 are two.
_WIDE_GROUPS = re.compile(
    r"(?<![\d.，件表图档第号类栏])(?<!分别)(?<!分别[奖补给][励贴助予])(?:[1-9]\d{0,2}(?:，\d{3})+)(?!\d|，\d)"
)
_WIDE = str.maketrans(";:()!?０１２３４５６７８９．％", "；：（）！？0123456789.%")
_BLANK = re.compile(r"(?<=（)□+(?=）)")
_ASIDE = re.compile(r"（[^（）\n]{1,120}）")
_TITLE = re.compile(r"《[^《》\n]{1,120}》")
_MARKER = re.compile(
    r"[\s\u3000]*(?:[●•·◆◇■□▪○★☆※➤▶✦*－—-]+|[①-⑳❶-❿]|[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)]、?|\d{1,2}[.、．)）](?!\d)|"
    r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百]{1,4}条|第[一二三四五六]步[:：，、]?|步骤[一二三四五六\d][:：，、]?|[答问][:：])?[\s\u3000]*"
)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text for matching, at the same length, with full-width marks.

    ``plain`` is without what stands within 《》: the name of a document grants nothing. ``bare`` is also without
    asides: （含） does not part a number from its verb.
    """

    plain: str
    bare: str


def masked(text: str) -> Masked:
    """The text with titles, and with titles and brackets, blanked."""
    wide = _HALF_COMMA.sub("，", text).translate(_WIDE)
    wide = _WIDE_GROUPS.sub(lambda m: m.group().replace("，", ","), wide)
    plain = _TITLE.sub(lambda m: "《" + "□" * (len(m.group()) - 2) + "》", wide)
    return Masked(plain, _ASIDE.sub(lambda m: "（" + "□" * (len(m.group()) - 2) + "）", plain))


def asides(masks: Masked, start: int, end: int) -> list[Span]:
    """What stands within the brackets that ``bare`` leaves out."""
    return [m.span() for m in _BLANK.finditer(masks.bare, start, end)]


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of ``text[start:end]`` without white space around them, long ones in pieces."""
    for match in _SENTENCE.finditer(text, start, end):
        for left in range(match.start(), match.end(), LONGEST_SENTENCE):
            span = strip(text, left, min(left + LONGEST_SENTENCE, match.end()))
            if span[0] < span[1]:
                yield span


def clauses(text: str, start: int, end: int) -> Iterator[Span]:
    """The clauses of a sentence: ； ends one."""
    for match in _CLAUSE.finditer(text, start, end):
        yield match.span()


def segments(bare: str, start: int, end: int) -> Iterator[Span]:
    """What stands between the commas of a sentence, in order."""
    at = start
    for match in _STOP.finditer(bare, start, end):
        if match.start() > at:
            yield at, match.start()
        at = match.end()
    if at < end:
        yield at, end


def overlaps(spans: Sequence[Span], span: Span) -> bool:
    """Whether a span shares a character with one of others, which are in order and apart."""
    before = bisect_left(spans, (span[1], 0))
    return before > 0 and spans[before - 1][1] > span[0]


def strip(text: str, start: int, end: int, marks: str = "") -> Span:
    """The span without white space, and without ``marks``, at either end."""
    drop = " \t\r\n\u3000\xa0" + marks
    while start < end and text[start] in drop:
        start += 1
    while end > start and text[end - 1] in drop:
        end -= 1
    return start, end


def unmarked(text: str, start: int, end: int) -> Span:
    """The span behind a list marker (（一）, 1., ①), without its closing ； or 。."""
    marker = _MARKER.match(text, start, end)
    return strip(text, marker.end() if marker else start, end, "；;。，,")


def is_marked(text: str, start: int, end: int) -> bool:
    """Whether a list marker opens the span."""
    marker = _MARKER.match(text, start, end)
    return bool(marker and marker.group().strip())
