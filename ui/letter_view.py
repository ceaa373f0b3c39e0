"""A letter in review mode as escaped HTML, each sentence with its citations, what is open marked; its check list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kb.model import Citation
from kb.reply import Check, Letter, Paragraph, Part, Run, Voice
from ui.markup import cite_link, esc

_CLASSES = {
    Part.NUMBER: "number-line",
    Part.RESULT: "result",
    Part.TITLE: "title",
    Part.SALUTATION: "salutation",
    Part.BODY: "body",
    Part.HEADING: "heading",
    Part.SUBHEADING: "subheading",
    Part.CONTACT: "body",
    Part.SIGNATURE: "signature",
    Part.DATE: "signature",
    Part.COPIES: "imprint",
    Part.PRINTED: "imprint",
}
_VOICES = {
    Voice.SUGGESTION: ("suggestion", "建议原文"),
    Voice.EVIDENCE: ("fact", ""),
    Voice.REWORDED: ("fact reworded", "模型改写，已核对"),
    Voice.WRITER: ("writer", "撰稿人自己的话，没有核对"),
    Voice.GAP: ("gap", "要人工补充"),
}


def letter_page(letter: Letter) -> str:
    """The letter as it would be printed, with what each sentence rests on."""
    cited = {c.n: c for c in letter.citations}
    paragraphs = "".join(_paragraph(i, p, cited) for i, p in enumerate(letter.paragraphs))
    return f'<article class="letter" aria-label="答复函草稿">{paragraphs}</article>'


def check_list(checks: Iterable[Check]) -> str:
    """What holds and what does not; the latter first, with the way to the paragraphs."""
    points = list(checks)
    open_points = [c for c in points if not c.ok]
    done = [c for c in points if c.ok]
    told = f"{len(open_points)} 项要处理" if open_points else "全部通过"
    return (
        f'<section class="checks"><h3>核对清单<span class="count">{len(points)} 项，{told}</span></h3>'
        f"<ul>{''.join(_check(c) for c in open_points)}</ul>"
        f'<details id="checks-ok"><summary>已通过（{len(done)} 项）</summary>'
        f"<ul>{''.join(_check(c) for c in done)}</ul></details></section>"
    )


def downloads(draft_id: str) -> str:
    """Links to both copies of a draft's letter."""
    address = f"/reply/{esc(draft_id)}.docx"
    return (
        f'<p class="exports"><a class="button" href="{address}?copy=review" download>下载审阅稿 .docx</a>'
        f'<a class="button" href="{address}?copy=clean" download>下载清稿 .docx</a>'
        "<span>审阅稿带出处批注，待补充处标黄；清稿没有批注。</span></p>"
    )


def _check(check: Check) -> str:
    style, sign, meaning = ("met", "✓", "通过") if check.ok else ("not-met", "!", "要处理")
    places = "".join(f'<a href="#lp{n}">第 {n + 1} 段</a>' for n in check.where[:6]) if not check.ok else ""
    return (
        f'<li class="{style}"><span class="sign" role="img" aria-label="{meaning}">{sign}</span>'
        f"<div><b>{esc(check.name)}</b>：{esc(check.why)}{places}</div></li>"
    )


def _paragraph(i: int, paragraph: Paragraph, cited: Mapping[int, Citation]) -> str:
    runs = "".join(_run(run, cited) for run in paragraph.runs)
    return f'<p class="{_CLASSES[paragraph.part]}" id="lp{i}">{runs}</p>'


def _run(run: Run, cited: Mapping[int, Citation]) -> str:
    links = "".join(cite_link(cited[n]) for n in run.citations)
    text = esc(run.text)
    if run.voice is Voice.FRAME:
        return f"{text}{links}"
    style, meaning = _VOICES[run.voice]
    notes = "；".join((*([meaning] if meaning else []), *run.notes))
    title = f' title="{esc(notes)}"' if notes else ""
    element = "mark" if run.voice is Voice.GAP else "span"
    warned = '<span class="warned" role="img" aria-label="有要注意的地方">⚠</span>' if run.notes else ""
    return f'<{element} class="{style}"{title}>{text}</{element}>{warned}{links}'
