"""The answer of the desk as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.model import Citation
from kb.support.compare import Cell, Comparison
from kb.support.reading import State
from kb.support.results import Judged, Matches, Slice, Support, Verdict

#: How a state is shown
SIGNS = {State.MET: "✓", State.NOT_MET: "✗", State.UNKNOWN: "?"}
NOT_STATED = "没有找到"
_SHORT = 120


def text_of(found: Matches) -> str:
    """The whole answer, part by part."""
    lines = ["你的情况：", *(f"  {s.shown}" for s in found.profile.statements)]
    lines.append(f"按 {found.as_of} 判断；查找范围：{'、'.join((*found.levels, '全国'))}。")
    if not found.groups:
        lines += ["", *nothing(found)]
    for group in found.groups:
        lines += ["", f"【{group.kind}】"]
        for support in group.supports:
            lines += [*lines_of(support), ""]
    lines += _part("差一条（只有一个条件不符）", found.near)
    lines += _part("已失效、征求意见、尚未施行或申报期已过（不能据此申请）", found.apart)
    lines += left_out(found)
    if found.citations:
        lines += ["", "依据："]
        lines += [cited(c) for c in found.citations]
    return "\n".join(lines)


def nothing(found: Matches) -> Iterator[str]:
    """What is said where nothing can be claimed: what the base holds, and that there is no evidence in it."""
    yield "知识库里没有找到符合或可能符合的扶持，没有依据说可以领取什么。各级文件："
    for held in found.held:
        yield f"  {held.level}：文件 {held.documents} 个，其中现行并写有扶持条款的 {held.with_supports} 个"
    yield "可以放宽“想要”，或补充主体、行业、成立时间等情况再查；也可以直接向当地经办机构咨询。"


def left_out(found: Matches) -> Iterator[str]:
    """How many were left out, and why."""
    told = found.left_out.told
    if told:
        yield ""
        yield f"没有列出：{told}。"


def lines_of(support: Support) -> Iterator[str]:
    """One support: what one gets, for whom and under which conditions, how, where, until when, who."""
    marks = "".join(f"[{s.n}]" for s in support.sources)
    verdict = "" if support.out else f"　{support.verdict}"
    verdict += "（状态未知）" if support.unsure else ""
    yield f"■ {support.benefit}{verdict}　{support.place}　《{support.source.title}》{marks}"
    if support.out:
        replaced = f"；现在看{support.instead}" if support.instead and support.instead not in support.out else ""
        yield f"  状态：{support.out}{replaced}"
    yield from (f"  注意：{caution}" for caution in support.cautions)
    yield f"  可以得到：{_slices(support.gets)}"
    yield from (f"  {SIGNS[j.mark.state]} {_condition(j)}" for j in support.conditions)
    if not support.conditions:
        yield "  条件：没有找到，请向经办机构确认"
    if support.verdict is Verdict.TO_CONFIRM and not support.out:
        if support.conditions and not support.questions:
            yield "    请确认：没有找到其他条件，是否还有要求，请向经办机构确认"
        yield from (f"    {question}" for question in support.questions)
    for name, slices in (
        ("怎么办", support.how),
        ("材料", support.materials),
        ("在哪办", support.where),
        ("电话", support.phone),
        ("截止", support.until),
        ("责任单位", support.who),
    ):
        if slices or name in ("在哪办", "截止", "责任单位"):
            yield f"  {name}：{_slices(slices)}"


def comparison_text(table: Comparison) -> str:
    """A comparison: a block for each support, a line for each column."""
    lines = [f"按{table.by}对比："]
    if not table.rows:
        lines.append("  没有可以对比的扶持。")
    for row in table.rows:
        lines.append(f"■ {row.benefit}")
        for name, cell in zip(table.columns, row.cells, strict=True):
            if cell is None:
                continue
            out = f"（{cell.out}）" if cell.out else ""
            gets = "；".join(s.text for s in cell.gets) or NOT_STATED
            lines.append(f"  {name}：{gets}　《{cell.title}》{out}[对比{cell.n}]{others_of(cell)}")
    if table.left_out:
        lines.append(f"没有列出：另有 {table.left_out} 种扶持。")
    lines += ["", "对比的依据：", *(cited(c, "对比") for c in table.citations)] if table.citations else []
    return "\n".join(lines)


def others_of(cell: Cell) -> str:
    """How many more a cell of a comparison leaves out; empty where none."""
    return f"（另有 {cell.others} 项名称相近的没有列出）" if cell.others else ""


def cited(citation: Citation, prefix: str = "") -> str:
    """A citation with its number, title, 文号, section and quote."""
    number = f"（{citation.doc_number}）" if citation.doc_number else ""
    section = f" > {citation.section}" if citation.section else ""
    quote = " ".join(citation.quote.split())
    return f"[{prefix}{citation.n}] {citation.title}{number}{section}\n    “{quote}”"


def _part(heading: str, supports: Iterable[Support]) -> Iterator[str]:
    shown = list(supports)
    if shown:
        yield ""
        yield f"—— {heading} ——"
        for support in shown:
            yield from lines_of(support)
            yield ""


def _condition(judged: Judged) -> str:
    mark = judged.mark
    why = "；".join(s.shown for s in mark.because)
    return f"{' '.join(mark.condition.text.split())}[{judged.n}]" + (f"（{why}）" if why else "")


def _slices(slices: tuple[Slice, ...]) -> str:
    if not slices:
        return NOT_STATED
    return "；".join(f"{_short(s.text)}[{s.n}]" for s in slices)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHORT else f"{flat[:_SHORT]}…"
