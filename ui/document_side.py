"""What stands beside the text of a document: its file and pages, its history, its citations, how it was read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import quote, urlencode

from ingest.coverage import UNASSIGNED
from ingest.librarian import FLAGS
from kb.model import PolicyDocument, Relation, Span
from kb.validity import named
from ui.document_context import Surroundings, page_of
from ui.document_standing import timeline
from ui.markup import document_url, esc

_SHOWN = 8
_MENTION = "见"
_SAYS = {
    "依据": "依据",
    "修订": "修订了",
    "废止": "废止了",
    "替代": "替代了",
    "延长": "延长了有效期",
    "随同": "有效期随",
    "见": "提到",
}
_SAID = {
    "依据": "以它为依据",
    "修订": "修订了它",
    "废止": "废止了它",
    "替代": "替代了它",
    "延长": "延长了它的有效期",
    "随同": "有效期随它",
    "见": "提到了它",
}


def side(document: PolicyDocument, around: Surroundings, span: Span, today: date) -> str:
    """The cards beside the text."""
    out = [r for r in around.relations if r.direction == "out"]
    into = [r for r in around.relations if r.direction == "in"]
    cards = (
        _file(document, around, span),
        _reading(document, around),
        timeline(document, today),
        _citations("引用的文件", out, _SAYS),
        _citations("被哪些文件引用", into, _SAID),
        _revisions(document, around),
    )
    shown = "".join(cards)
    return f'<aside class="side" aria-label="这份文件的来龙去脉">{shown}</aside>' if shown else ""


def page_figure(document: PolicyDocument, around: Surroundings, span: Span, asked: int | None) -> str:
    """The page of the original that was asked for, with the quotation marked, and links to those beside it."""
    page = asked
    if page is None or page not in around.pages:
        return ""
    at = around.pages.index(page)
    links = [
        _page_link(document, span, around.pages[i], text)
        for i, text in ((at - 1, "‹ 上一页"), (at + 1, "下一页 ›"))
        if 0 <= i < len(around.pages)
    ]
    address = esc(_image(document, span, page))
    return (
        f'<figure class="original" id="page"><figcaption><b>原件第 {page} 页</b>{"".join(links)}</figcaption>'
        f'<a href="{address}"><img src="{address}" alt="原件第 {page} 页的图像"></a></figure>'
    )


def _image(document: PolicyDocument, span: Span, page: int) -> str:
    given: dict[str, int] = {"start": span.start, "end": span.end} if span.end > span.start else {}
    return f"/page-image/{quote(document.policy_id, safe='')}?{urlencode({'page': page, **given})}"


def _thumbnail(document: PolicyDocument, around: Surroundings, span: Span) -> str:
    """The page that the quotation stands on, small: it opens large."""
    page = page_of(document, span, around.pages)
    if page is None:
        return ""
    image = f'<img src="{esc(_image(document, span, page))}" alt="原件第 {page} 页，引文处已标出" loading="lazy">'
    return f'<p class="thumbnail">{_page_link(document, span, page, image)}<span>第 {page} 页，点开看大图</span></p>'


def _page_link(document: PolicyDocument, span: Span, page: int, text: str) -> str:
    given: dict[str, int] = {"start": span.start, "end": span.end} if span.end > span.start else {}
    link = f"/doc/{quote(document.policy_id, safe='')}?{urlencode({**given, 'page': page})}#page"
    return f'<a href="{esc(link)}">{text}</a>'


def _file(document: PolicyDocument, around: Surroundings, span: Span) -> str:
    if not around.sources:
        return ""
    if around.gone:
        got = f'<p class="none">{esc(around.gone)}</p>'
    else:
        address = f"/original/{quote(document.policy_id, safe='')}"
        got = f'<p><a class="button" href="{esc(address)}">下载原件</a></p>'
        if around.changed:
            got += '<p class="none">原件在收录之后改动过，与这里的正文可能不同。请重新同步。</p>'
    pages = "".join(_page_link(document, Span(0, 0), page, str(page)) for page in around.pages[:40])
    drawn = f'<p class="pages">看原件的页：{pages}</p>' if pages else ""
    small = _thumbnail(document, around, span)
    names = "".join(f"<li>{esc(source.shown)}</li>" for source in around.sources[:_SHOWN])
    listed = f'<ul class="files">{names}</ul>'
    return f'<section class="card" aria-label="原件"><h2>原件</h2>{got}{small}{drawn}{listed}</section>'


def _reading(document: PolicyDocument, around: Surroundings) -> str:
    """The document's flags, and what of its files was not taken."""
    items = [f"<li>⚑ {esc(FLAGS.get(flag, flag))}</li>" for flag in document.flags]
    for note in around.notes:
        lost = [one for one in note.get("left_out", ()) if one.get("why") == UNASSIGNED]
        if count := sum(one.get("characters", 0) for one in lost):
            first = esc(str(lost[0].get("text", "")))
            items.append(f"<li>这个文件有 {count} 字不知归属，没有收录：{first}</li>")
        items += [f"<li>没有读出：{esc(str(one))}</li>" for one in note.get("refused", ())]
    if not items:
        return ""
    return (
        '<section class="card flags" aria-label="质量标记"><h2>质量标记</h2>'
        f'<ul>{"".join(items[:20])}</ul><p class="none">请对照原件核对。</p></section>'
    )


def _citations(name: str, relations: Iterable[Relation], words: dict[str, str]) -> str:
    items = [_citation(relation, words) for relation in _telling(relations)]
    if not items:
        return ""
    more = f"<details><summary>另 {len(items) - _SHOWN} 处</summary><ul>{''.join(items[_SHOWN:])}</ul></details>"
    return (
        f'<section class="card cites" aria-label="{name}"><h2>{name}<span class="count">{len(items)}</span></h2>'
        f"<ul>{''.join(items[:_SHOWN])}</ul>{more if len(items) > _SHOWN else ''}</section>"
    )


def _telling(relations: Iterable[Relation]) -> list[Relation]:
    """The relations without the mere mentions of what is cited for something, too."""
    given = list(relations)
    cited = {(r.policy_id, r.title) for r in given if r.relation != _MENTION}
    return [r for r in given if r.relation != _MENTION or (r.policy_id, r.title) not in cited]


def _citation(relation: Relation, words: dict[str, str]) -> str:
    text = esc(named(relation))
    if relation.policy_id:
        text = f'<a href="{esc(document_url(relation.policy_id))}">{text}</a>'
    else:
        text += ' <span class="none">（库里没有）</span>'
    place = esc(document_url(relation.stated_in, start=relation.start, end=relation.end))
    through = f"（{esc(relation.through)}）" if relation.through else ""
    return (
        f'<li><span class="says">{esc(words.get(relation.relation, relation.relation))}{through}</span> {text} '
        f'<a class="at" href="{place}" title="{esc(" ".join(relation.quote.split())[:120])}">原句</a></li>'
    )


def _revisions(document: PolicyDocument, around: Surroundings) -> str:
    others = [r for r in around.revisions if r != document.revision]
    if not others:
        return ""
    items = "".join(
        f'<li><a href="{esc(document_url(document.policy_id, r))}">{esc(r)}</a>'
        f"{'（当前）' if r == around.current else ''}</li>"
        for r in others
    )
    return (
        '<section class="card" aria-label="其他修订"><h2>其他修订</h2>'
        f'<p class="none">文件内容改动过，旧的内容还留着，供以前的引用核对。</p><ul>{items}</ul></section>'
    )
