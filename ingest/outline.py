"""Numbered headings of an official document or statute, found in order (GB/T 9704: 一、→（一）→1.→（1）; 编章节条).

An ordinal counts only as the next one under an open parent, so that 统一、 or 第三条规定 are no headings. The same
function serves text with its line breaks and text that lost them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.text.numerals import chinese_value

_NUM = "[一二三四五六七八九十百零〇○]{1,6}"
_LABEL = re.compile(
    rf"(?P<book>第{_NUM}编)|(?P<chapter>第(?:{_NUM}|\d{{1,3}})章)|(?P<part>第{_NUM}节)|"
    rf"(?P<article>第(?:{_NUM}|\d{{1,4}})条)|"
    rf"(?P<h1>{_NUM}、)|(?P<h2>[（(]{_NUM}[）)])|(?P<h3>\d{{1,2}}(?:[.．](?!\d)|、))|(?P<h4>[（(]\d{{1,2}}[）)])|"
    r"(?P<run>[一二三四五六七八九十]是)"
)
_STYLES = ("book", "chapter", "part", "article", "h1", "h2", "h3", "h4", "run")
RANK = {style: rank for rank, style in enumerate(_STYLES)}
_STATUTE = {"book", "chapter", "part", "article"}
_BREAK_BEFORE = "。；：！？）)”』」;:"
_NOT_AFTER = re.compile(r"(?:第[^。\s]{0,8}[条款项]|(?:[前本上]|所|上)[款条项述]|[第款条和至及与、—－-])$")
_NOT_BEHIND = re.compile(r"(?:的?规定|第|款|项|至|、第|和第|以及|中的|所列|所称)")
_STOCK_TITLES = re.compile(
    r"(?:总体要求|总体思路|总体目标|指导思想|基本原则|工作原则|工作目标|主要目标|发展目标|目标任务|工作任务|重点任务|"
    r"主要任务|重点工作|主要措施|重点举措|工作措施|工作要求|有关要求|保障措施|组织保障|组织实施|组织领导|实施步骤|工作步骤|"
    r"附则|总则|适用范围|支持政策|申报条件|申报材料|申报程序|联系方式)"
)
TITLE_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: ``start`` at its label, ``title_end`` after its title (equal to ``label_end`` where it has none)."""

    style: str
    number: int
    label: str
    title: str
    start: int
    label_end: int
    title_end: int
    level: int
    irregular: bool = False


@dataclass(slots=True)
class _State:
    stack: list[tuple[int, str]]
    last: dict[str, int]
    headings: list[Heading]


def find_headings(text: str, start: int = 0, end: int | None = None) -> list[Heading]:
    """The headings of ``text[start:end]`` in order. ``irregular`` marks an ordinal that repeats or skips one."""
    end = len(text) if end is None else end
    state = _State([], {}, [])
    for match in _LABEL.finditer(text, start, end):
        style = str(match.lastgroup)
        number = ordinal(match.group())
        if number is None or not _placed(text, match, style, state, start):
            continue
        fit = _fits(style, number, state, _line_start(text, match.start(), start))
        if fit is None:
            continue
        _accept(text, match, style, number, state, end, irregular=fit == "irregular")
    return _titled(text, state.headings, end)


def ordinal(label: str) -> int | None:
    """The number in a label (``（十一）`` -> 11)."""
    digits = re.search(r"\d+", label)
    if digits:
        return int(digits.group())
    han = re.search(r"[一二三四五六七八九十百零〇○]+", label)
    value = chinese_value(han.group().replace("○", "〇")) if han else None
    return int(value) if value is not None else None


def _line_start(text: str, at: int, start: int) -> bool:
    return at == start or text[at - 1] == "\n" or not text[text.rfind("\n", start, at) + 1 : at].strip("\t \u3000")


def _placed(text: str, match: re.Match[str], style: str, state: _State, start: int) -> bool:
    """Whether a label stands where a heading can: at a line's start, behind a stop, or run on to its parent's title."""
    at = match.start()
    behind = text[match.end() : match.end() + 6]
    if style in _STATUTE and (_NOT_BEHIND.match(behind) or not behind.strip()):
        return False
    if style == "h3" and match.group().endswith("、") and not _line_start(text, at, start):
        return False
    if _line_start(text, at, start):
        return style != "run" or bool(behind.strip())
    before = text[max(start, at - 12) : at]
    if style in _STATUTE:
        return _statute_placed(text, at, style, state) or _statute_begins(text, match, style, state)
    if style == "run":
        return before[-1] in "。；：，;:"
    if before[-1] in _BREAK_BEFORE or before[-1].isspace():
        return not (style in {"h2", "h4"} and _NOT_AFTER.search(before))
    return _runs_on(text, at, style, state) and not _NOT_AFTER.search(before)


def _statute_placed(text: str, at: int, style: str, state: _State) -> bool:
    before = text[at - 1]
    if before in "。；：;:":
        return True
    if before.isspace() or before in "）)":
        return style != "article" or before.isspace()
    return _runs_on(text, at, style, state)


def _statute_begins(text: str, match: re.Match[str], style: str, state: _State) -> bool:
    """Whether this is the first 章 or 条 of a statute whose title runs on into it: the second one must follow."""
    if style in state.last or ordinal(match.group()) != 1 or text[match.start() - 1] in "》〉”的依照据按":
        return False
    unit = match.group()[-1]
    second = re.compile(rf"(?:第二|第2){unit}")
    return any(
        text[m.start() - 1] in "。；：）)\n " or style == "chapter" for m in second.finditer(text, match.end())
    ) and not re.search(
        r"(?:根据|依照|按照|依据|违反|本[法办条规])[^。]{0,20}$", text[max(0, match.start() - 30) : match.start()]
    )


def _runs_on(text: str, at: int, style: str, state: _State) -> bool:
    """Whether only the title of the parent heading stands between its label and ``at``."""
    if not state.headings or RANK[state.headings[-1].style] >= RANK[style]:
        return False
    between = text[state.headings[-1].label_end : at]
    return 2 <= len(between) <= TITLE_LIMIT and not re.search(r"[。；：，\n]", between)


def _fits(style: str, number: int, state: _State, at_line: bool) -> str | None:
    """``next`` for the ordinal that is due, ``irregular`` for one repeated or skipped at a line's start, or None."""
    last = state.last.get(style)
    if last is None:
        return "next" if number == 1 or (style == "article" and at_line) else None
    if number == last + 1:
        return "next"
    if number == 1 and style not in {"h1", "book", "chapter", "article"}:
        return "next"
    if number == 1 and at_line:
        return "next"
    if style == "run":
        return "irregular" if number == last and number > 1 else None
    return "irregular" if at_line and last <= number <= last + 3 else None


def _accept(
    text: str, match: re.Match[str], style: str, number: int, state: _State, end: int, *, irregular: bool
) -> None:
    while state.stack and state.stack[-1][0] >= RANK[style]:
        state.stack.pop()
    level = len(state.stack) + 1
    if style == "run":
        level = max(level, 2)
    state.stack.append((RANK[style], style))
    for deeper in _STYLES[RANK[style] + 1 :]:
        # Articles count through chapters; （一） and 1. may count through their parents too.
        if deeper not in {"article", "h2", "h3"}:
            state.last.pop(deeper, None)
    state.last[style] = number
    state.headings.append(
        Heading(style, number, match.group().strip(), "", match.start(), match.end(), match.end(), level, irregular)
    )


def _titled(text: str, headings: list[Heading], end: int) -> list[Heading]:
    titled = []
    for i, heading in enumerate(headings):
        limit = headings[i + 1].start if i + 1 < len(headings) else end
        title_end = _title_end(text, heading, limit)
        title = text[heading.label_end : title_end].strip().rstrip("：:。.；;")
        titled.append(
            Heading(
                heading.style,
                heading.number,
                heading.label,
                title,
                heading.start,
                heading.label_end,
                title_end if title else heading.label_end,
                heading.level,
                heading.irregular,
            )
        )
    return titled


def _title_end(text: str, heading: Heading, limit: int) -> int:
    """Where the title ends: with the line if that is short, at the first stop, or before the next heading."""
    at = heading.label_end
    if heading.style == "article":
        named = re.compile(r"[\s\u3000]*[【［\[（(][^】］\]）)\n]{1,20}[】］\]）)]").match(text, at, limit)
        return named.end() if named and text[named.start() : named.end()].strip()[0] in "【［[" else at
    line_end = text.find("\n", at, limit)
    line_end = limit if line_end < 0 else line_end
    line = text[at:line_end]
    if len(line.strip()) <= TITLE_LIMIT and not re.search(r"[。；：:]", line.rstrip("。；：: \t\u3000")):
        return line_end
    stop = re.compile(r"[。：:！]").search(text, at, min(line_end, at + TITLE_LIMIT + 1))
    if stop and heading.style != "run":
        inner = text[at : stop.start()]
        return at if re.search(r"[；]|，.*，", inner) else stop.end()
    if stop:
        return stop.end()
    stock = _STOCK_TITLES.match(text, at, line_end)
    return stock.end() if stock else at
