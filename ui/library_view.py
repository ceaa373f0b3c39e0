"""A page of the library as HTML: the search box, what is chosen, the facets, the documents found. All escaped."""

from __future__ import annotations

from dataclasses import replace

from ingest.librarian import flag_names
from kb.library import BEST, NEWEST, OLDEST, TITLE, Found, Passage, Wanted
from kb.regions import region_name
from ui.library_desk import Answered
from ui.library_facets import NAMES, facet_lists, shown_value
from ui.library_state import LONGEST, address, chosen, toggled
from ui.markup import badge, document_url, esc, numbered_title, status_badge

_SORTS = {BEST: "最相关", NEWEST: "日期新到旧", OLDEST: "日期旧到新", TITLE: "标题"}
_EXCERPT = 140
EMPTY = (
    '<div class="notice empty"><p><strong>知识库里还没有文件。</strong>'
    "点上面的“上传文件”，或者在终端运行 <code>python -m ingest sync 文件夹</code>。</p></div>"
)


def results(answered: Answered) -> str:
    """The whole of the tab but its upload: searching, filtering, what was found."""
    wanted = answered.wanted
    if not answered.held:
        return EMPTY
    facets = facet_lists(answered.page, wanted)
    count = len(chosen(wanted))
    told = f"（已选 {count} 项）" if count else ""
    return (
        f'{_search_box(wanted)}<div class="shelf"><details class="facets" open><summary>筛选{told}</summary>'
        f'{facets}</details><div class="found">{_head(answered)}{_list(answered)}{_pager(answered)}</div></div>'
    )


def failed(message: str) -> str:
    """What is shown where the library cannot be read."""
    return f'<div class="notice problem" role="alert"><p>{esc(message)}</p></div>'


def _search_box(wanted: Wanted) -> str:
    kept = "".join(f'<input type="hidden" name="{esc(name)}" value="{esc(value)}">' for name, value in chosen(wanted))
    return (
        '<form class="search" role="search" data-look action="/" method="get"><input type="hidden" name="tab" '
        f'value="library">{kept}<label><span class="visually-hidden">在政策库里找</span>'
        f'<input type="search" name="words" value="{esc(wanted.words)}" maxlength="{LONGEST}" autocomplete="off" '
        'placeholder="标题、文号、发文机关，或正文里的话"></label><button type="submit">查找</button></form>'
    )


def _head(answered: Answered) -> str:
    wanted, page = answered.wanted, answered.page
    total = f"共 {page.total} 份" if page.total == answered.held else f"找到 {page.total} 份，库里共 {answered.held} 份"
    orders = [name for name in _SORTS if name != BEST or wanted.words]
    links = "".join(
        f'<a href="{esc(address(replace(wanted, sort=name, page=1)))}" data-look'
        f"{' aria-current=true' if name == wanted.order else ''}>{_SORTS[name]}</a>"
        for name in orders
    )
    notice = f'<p class="notice">{esc(answered.notice)}</p>' if answered.notice else ""
    return (
        f'<div class="found-head"><p class="total" role="status">{esc(total)}</p>'
        f'<nav class="orders" aria-label="排序">{links}</nav></div>{_chips(wanted)}{notice}'
    )


def _chips(wanted: Wanted) -> str:
    """What is chosen, each with a way out."""
    taken = [_chip("查找", wanted.words, replace(wanted, words="", page=1))] if wanted.words else []
    taken += [
        _chip(NAMES[name].split("（")[0], shown_value(name, value), toggled(wanted, name, value))
        for name, value in chosen(wanted)
    ]
    if not taken:
        return ""
    clear = f'<li><a class="clear" href="{esc(address(Wanted()))}" data-look>全部清除</a></li>'
    return f'<ul class="chips" aria-label="已选的条件">{"".join(taken)}{clear if len(taken) > 1 else ""}</ul>'


def _chip(name: str, value: str, without: Wanted) -> str:
    return (
        f'<li><a class="chip" href="{esc(address(without))}" data-look aria-label="去掉{esc(name)}：{esc(value)}">'
        f'<span>{esc(name)}：{esc(value)}</span> <span aria-hidden="true">✕</span></a></li>'
    )


def _list(answered: Answered) -> str:
    if not answered.page.found:
        return (
            '<div class="nothing"><p><strong>没有符合条件的文件。</strong></p><p>试试换个说法、少写几个字，'
            "或去掉上面的一项条件；也可以在“问答”里直接提问。</p></div>"
        )
    return f'<ol class="rows">{"".join(map(_row, answered.page.found))}</ol>'


def _row(found: Found) -> str:
    header, passage = found.header, found.passage
    day = header.written_on or header.published_on
    region = header.issuer_region or next(iter(header.subject_regions), None)
    facts = [header.issuer, region_name(region) if region and not header.issuer else None, day]
    flags = f'<span class="flags">⚑ {esc(flag_names(header.flags))}</span>' if header.flags else ""
    link = esc(document_url(header.policy_id))
    return (
        f'<li class="row" data-id="{esc(header.policy_id)}"><h3><a href="{link}" target="_blank" rel="noopener">'
        f"{numbered_title(header.title, header.doc_number)}</a></h3>"
        f'<p class="facts">{badge(header.kind.value, "kind")}{status_badge(header)}'
        f"{''.join(f'<span>{esc(fact)}</span>' for fact in facts if fact)}{flags}</p>"
        f"{_passage(header.policy_id, header.revision, passage) if passage else ''}"
        f'<button type="button" class="remove" data-remove="{esc(header.policy_id)}" '
        f'aria-label="移除《{esc(header.title)}》">移除</button></li>'
    )


def _passage(policy_id: str, revision: str, passage: Passage) -> str:
    text = " ".join(passage.text.split())
    shown = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
    link = esc(document_url(policy_id, revision, passage.start, passage.end))
    return f'<p class="passage"><a href="{link}" target="_blank" rel="noopener">{esc(shown)}</a></p>'


def _pager(answered: Answered) -> str:
    page, wanted = answered.page, answered.wanted
    if page.pages == 1:
        return ""

    def link(number: int, text: str) -> str:
        target = esc(address(replace(wanted, page=number)))
        return (
            f'<a href="{target}" data-look data-top>{text}</a>' if 1 <= number <= page.pages else f"<span>{text}</span>"
        )

    return (
        f'<nav class="pager" aria-label="翻页">{link(page.page - 1, "‹ 上一页")}'
        f"<b>第 {page.page} / {page.pages} 页</b>{link(page.page + 1, '下一页 ›')}</nav>"
    )
