"""What the support desk answers, as escaped HTML: supports by kind, their conditions, and how to claim them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kb.match import Judged, Matches, Slice, State, Support, Verdict, summarise
from kb.model import Citation
from ui.markup import badge, cite_link, document_url, esc, numbered_title
from ui.support_form import LONGEST_ANSWER, answered, export_address

NOT_STATED = "没有找到"
_SIGNS = {
    State.MET: ("met", "✓", "符合"),
    State.NOT_MET: ("not-met", "✗", "不符合"),
    State.UNKNOWN: ("unknown", "?", "待确认"),
}
_BARS = {State.MET: "排除条款：不在此列", State.NOT_MET: "排除条款：在此列", State.UNKNOWN: "排除条款"}
_VERDICTS = {Verdict.ELIGIBLE: "ok", Verdict.TO_CONFIRM: "soon", Verdict.ONE_SHORT: "over"}
_STATED = 120  # characters of the document's words below what one gets
_FEW = 4  # sentences of a summary that is shown without being asked for
_HOW = ("怎么办理", "申请材料", "在哪办", "咨询电话", "什么时候截止", "责任单位")


def results(found: Matches) -> str:
    """The whole answer."""
    parts = [_head(found), _summary(found)]
    if not found.groups:
        parts.append(_nothing(found))
    for n, group in enumerate(found.groups, 1):
        cards = "".join(_card(s, found, f"g{n}s{i}") for i, s in enumerate(group.supports, 1))
        parts.append(_part(f"g{n}", group.kind.value, len(group.supports), "", cards))
    if found.near:
        cards = "".join(_card(s, found, f"near{i}") for i, s in enumerate(found.near, 1))
        parts.append(_part("near", "差一条", len(found.near), "只有一个条件不符，其余都符合或待确认。", cards))
    if found.apart:
        cards = "".join(_card(s, found, f"apart{i}") for i, s in enumerate(found.apart, 1))
        title = f"已失效、征求意见、尚未施行或申报期已过（{len(found.apart)} 项）"
        parts.append(
            f'<details class="part apart" id="apart"><summary><h3>{title}</h3></summary>'
            f'<p class="hint">只供了解，不能据此申请。</p>{cards}</details>'
        )
    return f'<div class="matches">{"".join(parts)}{_left_out(found)}</div>'


def not_understood(left: Sequence[str]) -> str:
    """Which clauses of a sentence gave nothing; empty where there are none."""
    if not left:
        return ""
    return (
        f'<p class="left" role="status">没有读懂的部分：{"；".join(esc(part) for part in left)}。请在画像里补上。</p>'
    )


def _head(found: Matches) -> str:
    sure = sum(s.verdict is Verdict.ELIGIBLE for s in found.supports)
    counts = (
        ("#g1", "ok", "符合", sure),
        ("#g1", "soon", "待确认", len(found.supports) - sure),
        ("#near", "over", "差一条", len(found.near)),
        ("#apart", "plain", "不能据此申请", len(found.apart)),
    )
    told = "".join(
        f'<li class="{style}">'
        + (f'<a href="{link}">' if n else "<span>")
        + f"<b>{n}</b> {name}"
        + ("</a>" if n else "</span>")
        + "</li>"
        for link, style, name, n in counts
    )
    said = "".join(f"<li>{esc(s.shown)}</li>" for s in found.profile.statements)
    places = "、".join((*found.levels, "全国"))
    return (
        f'<section class="told" role="status"><h2>匹配结果</h2><ul class="counts">{told}</ul>'
        f'<p class="hint">按 {esc(found.as_of)} 判断；查找范围：{esc(places)}。每一处金额、条件都是文件原话，'
        "点 [1] 打开原文；没有说到的条件不算符合。</p>"
        f'<details class="said"><summary>依据的画像（{len(found.profile.statements)} 项）</summary>'
        f"<ul>{said}</ul></details>"
        f"{_exports(found)}</section>"
    )


def _exports(found: Matches) -> str:
    return export_links([(export_address(found.profile, suffix), name) for suffix, name in FILES], "带到窗口去：")


FILES = ((".docx", "下载 Word 文档"), (".xlsx", "下载 Excel 表格"))


def export_links(links: Iterable[tuple[str, str]], lead: str) -> str:
    """Links that download, as buttons; what has no address is told."""
    shown = "".join(f'<a class="button" href="{esc(link)}" download>{esc(name)}</a>' for link, name in links if link)
    shown = shown or "画像太长，网页不能导出；请用 python -m kb match -o 文件。"
    return f'<p class="exports"><span>{lead}</span>{shown}</p>'


def _summary(found: Matches) -> str:
    told = summarise(found)
    lines = "".join(f"<li>{esc(s.text)}{''.join(cite_link(found.citation(n)) for n in s.citations)}</li>" for s in told)
    opened = " open" if len(told) <= _FEW else ""
    return (
        f'<details class="summary"{opened}><summary>用几句话说明（{len(told)} 句）</summary><ul>{lines}</ul></details>'
    )


def _nothing(found: Matches) -> str:
    held = "".join(
        f"<li>{esc(h.level)}：文件 {h.documents} 个，其中现行并写有扶持条款的 {h.with_supports} 个</li>"
        for h in found.held
    )
    return (
        '<div class="notice refusal"><p><strong>没有找到符合或可能符合的扶持。</strong>没有依据说可以领取什么。</p>'
        f"<ul>{held}</ul><p>可以放宽“想要”，或补充主体、行业、成立时间等情况再查；也可以直接向当地经办机构咨询。</p></div>"
    )


def _part(name: str, title: str, count: int, hint: str, cards: str) -> str:
    told = f'<p class="hint">{hint}</p>' if hint else ""
    heading = f'<h3>{esc(title)}<span class="count">{count} 项</span></h3>'
    return f'<section class="part" id="{name}">{heading}{told}{cards}</section>'


def _card(support: Support, found: Matches, name: str) -> str:
    source = support.source
    standing = (
        badge(support.verdict.value, _VERDICTS[support.verdict]) if support.out is None else badge("不能申请", "over")
    )
    standing += f" {badge('状态未知', 'soon')}" if support.unsure else ""
    others = "".join(cite_link(found.citation(s.n)) for s in support.sources)
    cautions = "".join(f'<p class="asked caution">{esc(caution)}。</p>' for caution in support.cautions)
    out = ""
    if support.out:
        instead = f"；现在看{support.instead}" if support.instead and support.instead not in support.out else ""
        out = f'<p class="out">{esc(support.out + instead)}</p>'
    return (
        f'<article class="support" id="{name}"><h4>{esc(support.benefit)} {standing}</h4>'
        f'<p class="from">{esc(support.place)}　{numbered_title(source.title, source.doc_number)}{others}</p>{out}'
        f'{cautions}<p class="gets"><span class="label">可以得到</span>{_slices(support.gets, found)}</p>'
        f"{_stated(found.citation(source.n))}"
        f"{_conditions(support, found, name)}{_how(support, found)}{_proof(support, found)}</article>"
    )


def _stated(citation: Citation) -> str:
    """The words of the document that say what one gets, as far as they are short."""
    quote = " ".join(citation.quote.split())
    return f'<p class="stated">“{esc(quote[:_STATED])}{"…" if len(quote) > _STATED else ""}”</p>'


def _slices(slices: Sequence[Slice], found: Matches) -> str:
    if not slices:
        return f'<span class="none">{NOT_STATED}</span>'
    return "；".join(f"<b>{esc(' '.join(s.text.split()))}</b>{cite_link(found.citation(s.n))}" for s in slices)


def _conditions(support: Support, found: Matches, name: str) -> str:
    if not support.conditions:
        return f'<p class="none">条件：{NOT_STATED}，请向经办机构确认。</p>'
    items = "".join(
        _condition(j, found, f"{name}c{i}", support.out is None) for i, j in enumerate(support.conditions, 1)
    )
    more = ""
    if support.verdict is Verdict.TO_CONFIRM and support.out is None and not support.questions:
        more = '<p class="asked">没有找到其他条件，是否还有要求，请向经办机构确认。</p>'
    return f'<ul class="conditions" aria-label="条件">{items}</ul>{more}'


def _condition(judged: Judged, found: Matches, name: str, asking: bool) -> str:
    made = judged.mark
    style, sign, meaning = _SIGNS[made.state]
    text = " ".join(made.condition.text.split())
    kind = f'<span class="bar">{_BARS[made.state]}</span>' if made.condition.bars else ""
    because = f'<span class="because">{esc("；".join(s.shown for s in made.because))}</span>' if made.because else ""
    question = _question(judged, found, name) if made.question and asking else ""
    return (
        f'<li class="{style}"><span class="sign" role="img" aria-label="{meaning}">{sign}</span>'
        f"<div>{kind}{esc(text)}{cite_link(found.citation(judged.n))}{because}{question}</div></li>"
    )


def _question(judged: Judged, found: Matches, name: str) -> str:
    """What to ask, with buttons to answer it; what an answer could not decide is told."""
    condition = judged.mark.condition
    asked = esc(judged.mark.question or "")
    if len(condition.text) > LONGEST_ANSWER:
        return f'<p class="asked">{asked}</p>'
    given = answered(found.profile, condition.text)
    if given is not None:
        said = f"你答“{'是' if given else '否'}”，但凭这一句还不能断定，请向经办机构核实。"
        return f'<p class="asked">{asked}<span class="given">{said}</span></p>'
    data = f'data-do="answer" data-text="{esc(condition.text)}" data-bars="{int(condition.bars)}"'
    buttons = "".join(
        f'<button type="button" class="small" id="{name}{value}" {data} data-yes="{value}" '
        f'aria-label="{word}：{asked}">{word}</button>'
        for word, value in (("是", 1), ("否", 0))
    )
    return f'<p class="asked">{asked}<span class="choose">{buttons}</span></p>'


def _how(support: Support, found: Matches) -> str:
    parts = (support.how, support.materials, support.where, support.phone, support.until, support.who)
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{_slices(slices, found)}</dd></div>"
        for name, slices in zip(_HOW, parts, strict=True)
        if slices or name in ("在哪办", "什么时候截止", "责任单位")
    )
    return f'<dl class="how">{rows}</dl>'


def _proof(support: Support, found: Matches) -> str:
    """The citations of a support in full."""
    numbers = [s.n for s in support.sources]
    numbers += [s.n for part in (support.gets, support.how, support.materials, support.until) for s in part]
    numbers += [j.n for j in support.conditions]
    cited = [found.citation(n) for n in dict.fromkeys(numbers)]
    quoted = "".join(quotation(c) for c in cited)
    return f'<details class="proof"><summary>原文依据（{len(cited)} 处）</summary>{quoted}</details>'


def quotation(citation: Citation) -> str:
    """A citation in full, with the way to its document."""
    link = document_url(citation.policy_id, citation.revision, citation.start, citation.end)
    section = f'<p class="section">{esc(citation.section)}</p>' if citation.section else ""
    return (
        f'<div class="quotation"><p class="of"><span class="n">{citation.n}</span>'
        f"{numbered_title(citation.title, citation.doc_number)}</p>{section}"
        f"<blockquote>{esc(citation.quote)}</blockquote>"
        f'<p class="open"><a href="{esc(link)}" target="_blank" rel="noopener">查看原文</a></p></div>'
    )


def _left_out(found: Matches) -> str:
    told = found.left_out.told
    return f'<p class="hint">没有列出：{told}。</p>' if told else ""
