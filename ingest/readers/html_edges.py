"""Lines at either end of a page's document that are the site's: links to an explanation, credits, buttons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.raw import Block, BlockKind
from ingest.readers.html_lines import is_buttons, is_crumb, is_foot, is_trailer

# 附件 alone is none: it heads an annex. A bare address is none: it may be where to apply.
_EMPTY_HEADING = re.compile(
    r"相关(?:附件|新闻|链接|文章|阅读|信息|稿件|解读|下载)(?:下载|列表)?\s*[:：]?|附件下载\s*[:：]?|标签\s*[:：]?"
)
_EXPLAINED = r"(?:(?:相关|政策|文件|文字|音频|视频)*解读|一图读懂|一图看懂|图解)"
_POINTER = re.compile(
    rf"(?:请?点击|扫码)(?:查看|阅读).{{0,4}}{_EXPLAINED}.{{0,80}}|{_EXPLAINED}\s*[:：]\s*https?://\S+"
)
_MOST = 8  # lines at either end


def without_furniture(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, those at either end that are the site's marked as furniture."""
    marked = list(blocks)
    for indices, below in ((range(len(marked) - 1, -1, -1), True), (range(len(marked)), False)):
        for i in _site_lines(text, marked, indices[:_MOST], below):
            marked[i] = replace(marked[i], kind=BlockKind.HEADER)
    return tuple(marked)


def _site_lines(text: str, blocks: Sequence[Block], indices: Iterable[int], below: bool) -> list[int]:
    """The lines from one end up to the first that is the document's."""
    found: list[int] = []
    for i in indices:
        line = text[blocks[i].start : blocks[i].end].strip()
        if blocks[i].kind is BlockKind.TABLE_ROW or not _is_site(line, below):
            break
        found.append(i)
    return found


def _is_site(line: str, below: bool) -> bool:
    if _EMPTY_HEADING.fullmatch(line) or _POINTER.fullmatch(line):
        return True
    return (is_trailer(line) or is_foot(line)) if below else (is_crumb(line) or is_buttons(line))
