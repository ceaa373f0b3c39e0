"""Puts a RawDocument together: text and blocks that are slices of it, by construction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.raw import Block, BlockKind, RawDocument

_WORD = 10  # characters of the longest word that a cell may have broken
#: What the label of a row or column ends in: 见习/人员数, 作出处罚决定的/机关名称.
_LABEL_NOUN = re.compile(
    r"(?:名称|编号|代码|序号|类[别型]|性质|等级|级别|金额|数额|总[额价]|单价|[小合总]计|标准|条件|对象|范围|领域|行业|"
    r"[期时]限|时间|日期|年度|阶段|进度|计划|地[点址]|区域|单位|部门|机构|机关|[科处]室|主体|人员|姓名|职[务称]|学历|专业|岗位|"
    r"(?:负责|代表|联系|申请)人|电话|方[式法]|形式|途径|渠道|流程|程序|环节|步骤|依据|材料|资料|文件|事项|内容|项目|指标|任务|"
    r"目标|要求|措施|政策|情况|结果|意见|说明|备注|来源|用途|区县|比例|率|数量?|面积|得分|分值|权重|资金|经费|费用|补贴|奖励)$"
)
#: What the name of a body or place ends in, which is whole by itself: 区科技局, 各街道.
_BODY = re.compile(r".{2}(?:[局委办部厅院会府处科所站队社联]|中心|公司|集团|银行|大学|学校|街道|[镇乡村区县市])$")


@dataclass(slots=True)
class Builder:
    """Blocks appended one a line. ``gap()`` leaves a blank line, as between paragraphs of a text file."""

    format: str
    meta: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    outside: str = ""
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _blocks: list[Block] = field(default_factory=list)

    def add(
        self,
        text: str,
        kind: BlockKind,
        *,
        level: int | None = None,
        cells: tuple[str, ...] = (),
        table: int | None = None,
        page: int | None = None,
        box: tuple[float, float, float, float] | None = None,
    ) -> None:
        """Append one block. A text of white space only is kept as a line of the text and makes no block."""
        if text.strip():
            end = self._length + len(text)
            self._blocks.append(Block(self._length, end, kind, level, cells, table, page, box))
        self._append(text + "\n")

    def gap(self) -> None:
        """A blank line."""
        self._append("\n")

    def flag(self, name: str) -> None:
        """Note a quality flag once."""
        if name not in self.flags:
            self.flags.append(name)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks so far."""
        return tuple(self._blocks)

    def finish(self) -> RawDocument:
        """The document."""
        text = "".join(self._parts)
        return RawDocument(text, tuple(self._blocks), self.format, dict(self.meta), tuple(self.flags), self.outside)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def joined(pages: Sequence[RawDocument], format: str) -> RawDocument:
    """Pages that were read one by one as one document; tables and pages are numbered on."""
    text, blocks, tables = "", [], 0
    for number, page in enumerate(pages, 1):
        for block in page.blocks:
            table = None if block.table is None else block.table + tables
            at = len(text)
            blocks.append(replace(block, start=block.start + at, end=block.end + at, table=table, page=number))
        text += page.text
        tables = max((b.table + 1 for b in blocks if b.table is not None), default=tables)
    flags = tuple(dict.fromkeys(flag for page in pages for flag in page.flags))
    return RawDocument(text, tuple(blocks), format, flags=flags)


def join_lines(parts: list[str]) -> str:
    """Paragraphs of one table cell as one line: what a label was broken into is put together, else a space between.

    岗位/类别 is 岗位类别, 基/础/指/标 is 基础指标, 区发展改革/局 is 区发展改革局; but 区科技局/区经信局 are two.
    """
    joined: list[str] = []
    for part in (" ".join(part.split()) for part in parts):
        if joined and _is_rest(part, joined[-1]):
            joined[-1] += part
        elif part:
            joined.append(part)
    return ("" if _is_one_label(joined) else " ").join(joined)


def _is_rest(part: str, before: str) -> bool:
    """Whether a part is a single character that a word before it, all Han, lacks."""
    return len(part) == 1 and len(before) <= _WORD and all(map(_is_han, part + before))


def _is_one_label(parts: Sequence[str]) -> bool:
    """Whether the last part is the noun that the parts before it, none of them whole by itself, lead up to."""
    if not parts or sum(map(len, parts)) > 2 * _WORD or not all(_is_han(p[0]) and _is_han(p[-1]) for p in parts):
        return False
    whole = any(_BODY.search(p) or (len(p) > 3 and _LABEL_NOUN.search(p)) for p in parts[:-1])
    return not whole and (_LABEL_NOUN.search(parts[-1]) is not None or all(p.endswith("的") for p in parts[:-1]))


def row_text(cells: list[tuple[str, bool]]) -> str:
    """A table row as one line; a cell that only repeats its left neighbour (a merged one, True) is said once."""
    return " | ".join(text for text, repeated in cells if not repeated)


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"
