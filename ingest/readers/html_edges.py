"""Lines at either end of a page's document that are the site's: links to an explanation, empty headings of lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.raw import Block, BlockKind

# 附件 alone is none: it heads an annex. A bare address is none: it may be where to apply.
_EMPTY_HEADING = re.compile(
    r"相关(?:附件|新闻|链接|文章|阅读|信息|稿件|解读|下载)(?:下载|列表)?\s*[:：]?|附件下载\s*[:：]?|标签\s*[:：]?"
)
_EXPLAINED = r"(?:(?:相关|政策|文件|文字|音频|视频)*解读|一图读懂|一图看懂|图解)"
_POINTER = re.compile(
    rf"(?:请?点击|扫码)(?:查看|阅读).{{0,4}}{_EXPLAINED}.{{0,80}}|{_EXPLAINED}\s*[:：]\s*https?://\S+"
)
_MOST = 4  # lines looked at from either end


def without_furniture(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, those at either end that point elsewhere or head an empty list marked as furniture."""
    marked = list(blocks)
    for indices in (range(len(marked) - 1, -1, -1), range(len(marked))):
        for i in list(indices)[:_MOST]:
            line = text[marked[i].start : marked[i].end].strip()
            if marked[i].kind is not BlockKind.PARAGRAPH or not (
                _EMPTY_HEADING.fullmatch(line) or _POINTER.fullmatch(line)
            ):
                break
            marked[i] = replace(marked[i], kind=BlockKind.HEADER)
    return tuple(marked)
