"""Lines at either end of a page's document that are the site's: links to an explanation, empty headings of lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.raw import Block, BlockKind

_EMPTY_HEADING = re.compile(
    r"(?:相关|附件)?(?:附件|新闻|链接|文章|阅读|信息|稿件|解读|下载)(?:下载|列表)?\s*[:：]?|标签\s*[:：]?"
)
_POINTER = re.compile(
    r"(?:点击|请点击|扫码)?(?:查看|阅读)?(?:相关|政策|文件|文字|音频|视频)*(?:解读|一图读懂|一图看懂|图解|图读)\S{0,4}\s*[:：]?\s*"
    r"(?:【.{0,60}|《.{0,80}|https?://.*|关于.{0,80}的解读.{0,20})?|一图读懂\s*[:：]\s*https?://\S+|政策解读\s*[:：]\s*https?://\S+|"
    r"https?://\S+"
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
